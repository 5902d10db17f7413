"""The samples of CompraNet 2017 and 2018, counted again."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from . import files

FILES = {"compranet_2017": "2017-sample/2017.sample.csv", "compranet_2018": "2018-sample/2018.sample.csv"}
#: The three ways of the federal laws, from the publisher's type of procedure. One contract has none: it was reported as
#: another purchase on external credit, which is another kind and counts in the denominators.
METHODS = {
    "Licitación Pública": "open",
    "Invitación a Cuando Menos 3 Personas": "invitation",
    "Adjudicación Directa Federal": "direct",
    "Adjudicación directa": "direct",
    "": "another kind",
}
KINDS = {
    "Adquisiciones": "goods",
    "Servicios": "services",
    "Obra Pública": "works",
    "Servicios Relacionados con la OP": "services related to works",
    "Arrendamientos": "leases",
}
#: Days from call to opening of an open tender under the law of acquisitions, by the publisher's kind: national and
#: international. The law has no other for calls under treaties. Of works the text of these years was not read.
TERMS = {"Nacional": 15, "Internacional": 20, "Internacional bajo TLC": 20}
#: Templates of files for purchases on external credit, and for public-private partnerships: other rules.
OUT_OF_SCOPE = ("08.", "09.")


@cache
def contracts(mirror: Path, dataset: str) -> list[dict]:
    """One row per contract, exact repeats once.

    The file of 2017 has no header; that of 2018 serves both. Each line is one record: an unbalanced quote would
    swallow eight lines otherwise. A line that does not have 45 fields is broken and set aside.
    """
    header = next(csv.reader([_lines(mirror, "compranet_2018")[0]]))
    lines = _lines(mirror, dataset)[dataset == "compranet_2018" :]
    rows = [next(csv.reader([line])) for line in lines]
    return [
        dict(zip(header, row, strict=True)) for row in dict.fromkeys(tuple(r) for r in rows if len(r) == len(header))
    ]


@cache
def _lines(mirror: Path, dataset: str) -> list[str]:
    text = (mirror / "compranet" / FILES[dataset]).read_text(encoding="utf-8-sig")
    return [line for line in text.split("\n") if line.strip()]


def year(row: dict) -> int:
    """The year of a contract: of the award, else of the signature, else of the start."""
    return int(next(filter(None, (row["EXP_F_FALLO"], row["FECHA_CELEBRACION"], row["FECHA_INICIO"])))[:4])


@cache
def dollars(mirror: Path) -> dict[int, float]:
    """Pesos for a dollar by year, as the Federal Reserve averages them."""
    rows = files.listed(mirror / "exchange_rates_fed" / "2026" / "annual.csv")
    return {int(row["Date"][:4]): float(row["Exchange rate"]) for row in rows if row["Country"] == "Mexico"}


def pesos(mirror: Path, row: dict) -> float:
    """The amount in pesos; dollars at the average of the year of the contract."""
    rate = {"MXN": 1, "USD": dollars(mirror)[year(row)]}[row["MONEDA"]]
    return float(row["IMPORTE_CONTRATO"]) * rate


def recount(mirror: Path, dataset: str) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {
        **money(mirror, dataset),
        **methods(mirror, dataset),
        **largest(mirror, dataset),
        **index(mirror, dataset),
        **compared(mirror, dataset),
        **terms(mirror, dataset),
        **dates(mirror, dataset),
    }


def money(mirror: Path, dataset: str) -> dict[str, float]:
    """Lines, contracts, buying units and their institutions, and the sum in millions of pesos."""
    rows = contracts(mirror, dataset)
    return {
        "lines of the file": len(_lines(mirror, dataset)) - (dataset == "compranet_2018"),
        "contracts": len(rows),
        "units": len({row["CLAVEUC"] for row in rows}),
        "institutions": len({row["DEPENDENCIA"] for row in rows}),
        "millions of pesos": sum(pesos(mirror, row) for row in rows) / 1e6,
        "amounts in another currency": sum(row["MONEDA"] != "MXN" for row in rows),
        "amounts above 10,000 million": sum(pesos(mirror, row) > 1e10 for row in rows),
        "first year": min(map(year, rows)),
        "last year": max(map(year, rows)),
    }


def methods(mirror: Path, dataset: str) -> dict[str, float]:
    """Contracts and amounts by method and by kind of purchase."""
    rows = contracts(mirror, dataset)
    counted, summed = Counter(), defaultdict(float)
    for row in rows:
        method = METHODS[row["TIPO_PROCEDIMIENTO"]]
        for key in (method, (KINDS[row["TIPO_CONTRATACION"]], method), (year(row), method)):
            counted[key] += 1
            summed[key] += pesos(mirror, row)
    total = sum(pesos(mirror, row) for row in rows)
    biggest = max(rows, key=lambda row: pesos(mirror, row))
    # The one largest contract set aside, on both sides of the division.
    without = [row for row in rows if row is not biggest]
    direct = [row for row in without if METHODS[row["TIPO_PROCEDIMIENTO"]] == "direct"]
    found = {
        "contracts with a method": len(rows),
        "another kind, contracts": counted["another kind"],
    }
    for method in ("open", "invitation", "direct"):
        found[f"{method}, contracts"] = counted[method]
        found[f"{method}, share of contracts"] = counted[method] / len(rows)
        found[f"{method}, millions"] = summed[method] / 1e6
        found[f"{method}, share of the amount"] = summed[method] / total
    ends = proportion_confint(counted["direct"], len(rows), method="wilson")
    found |= dict(zip(("direct, low", "direct, high"), ends, strict=True))
    rest = sum(pesos(mirror, row) for row in without)
    found["direct, share of the amount without the largest contract"] = sum(pesos(mirror, row) for row in direct) / rest
    for kind in ("goods", "services", "works"):
        found[f"{kind}, contracts"] = sum(counted[kind, one] for one in set(METHODS.values()))
        found[f"{kind}, direct"] = counted[kind, "direct"]
        found[f"{kind}, direct, millions"] = summed[kind, "direct"] / 1e6
    found["direct in 2017"] = counted[2017, "direct"]
    return found


def largest(mirror: Path, dataset: str) -> dict[str, float]:
    """The largest contract. Nothing is counted of firms: a sample tells no share of any."""
    amounts = [pesos(mirror, row) for row in contracts(mirror, dataset)]
    return {
        "millions of pesos without the largest contract": (sum(amounts) - max(amounts)) / 1e6,
        "largest contract, millions": max(amounts) / 1e6,
        "largest contract, share of the amount": max(amounts) / sum(amounts),
    }


def index(mirror: Path, dataset: str) -> dict[str, float]:
    """Two components of the corruption risk index, by the rules published for Mexico.

    Type of procedure: direct award 1, invitation one half, open 0; international 0. No call: 1 where no call was
    published, or where the days from it to the opening are none or fewer.
    """
    rows = contracts(mirror, dataset)
    weight = {"direct": 1, "invitation": 0.5, "open": 0}
    known = [row for row in rows if METHODS[row["TIPO_PROCEDIMIENTO"]] in weight]
    types = [weight[METHODS[row["TIPO_PROCEDIMIENTO"]]] * ("Internacional" not in row["CARACTER"]) for row in known]
    calls = [(row["PROC_F_PUBLICACION"][:10], row["FECHA_APERTURA_PROPOSICIONES"][:10]) for row in rows]
    silent = [not call or (opening != "" and opening <= call) for call, opening in calls]
    return {"index, type of procedure": np.mean(types), "index, no call published": np.mean(silent)}


def compared(mirror: Path, dataset: str) -> dict[str, float]:
    """Share of direct awards among goods minus that of all others: Newcombe's interval, Fisher's exact p."""
    rows = contracts(mirror, dataset)
    counts = {True: [0, 0], False: [0, 0]}
    for row in rows:
        counts[KINDS[row["TIPO_CONTRATACION"]] == "goods"][METHODS[row["TIPO_PROCEDIMIENTO"]] != "direct"] += 1
    (own, own_rest), (other, other_rest) = counts[True], counts[False]
    n, others = own + own_rest, other + other_rest
    low, high = confint_proportions_2indep(own, n, other, others, method="newcomb")
    return {
        "goods, direct, minus the rest": own / n - other / others,
        "goods, direct, minus the rest, low": low,
        "goods, direct, minus the rest, high": high,
        "goods, direct, minus the rest, p": fisher_exact([[own, own_rest], [other, other_rest]]).pvalue,
    }


def terms(mirror: Path, dataset: str) -> dict[str, float]:
    """Days from the publication of the call to the opening of bids, a process (one expediente) counting once.

    The law of acquisitions sets terms for open tenders by kind, and five days for invitations; that of works of
    these years was not read. Below the shortest: ten days, of an invitation five. Shortened: from there to below the
    term. Within the term: the rest.
    """
    below, shortened, within = Counter(), Counter(), Counter()
    outside = set()
    for number, row in _calls(mirror, dataset).items():
        method = METHODS[row["TIPO_PROCEDIMIENTO"]]
        if row["PLANTILLA_EXPEDIENTE"].startswith(OUT_OF_SCOPE):
            outside.add(number)
            continue
        ends = (row["PROC_F_PUBLICACION"], row["FECHA_APERTURA_PROPOSICIONES"])
        if "" in ends:
            continue
        call, opening = (datetime.fromisoformat(one).date() for one in ends)
        days = (opening - call).days
        if method == "open" and row["PLANTILLA_EXPEDIENTE"].endswith("LAASSP") and row["CARACTER"] in TERMS:
            kind, term, shortest = row["CARACTER"], TERMS[row["CARACTER"]], 10
        elif method == "invitation" and row["PLANTILLA_EXPEDIENTE"].startswith("03."):
            kind, term, shortest = "invitation", 5, 5
        else:
            continue
        outcome = below if days < shortest else shortened if days < term else within
        outcome[kind] += 1
    found = {
        "processes with a term and both dates": (below + shortened + within).total(),
        "processes below the shortest term": below.total(),
        "processes shortened": shortened.total(),
        "processes within the term": within.total(),
        "processes out of scope": len(outside),
    }
    for name, kind in (("international", "Internacional"), ("treaty", "Internacional bajo TLC")):
        found[f"{name}, shortened"] = shortened[kind]
        found[f"{name}, within"] = within[kind]
    return found


def _calls(mirror: Path, dataset: str) -> dict[str, dict]:
    """The first contract of each open tender and invitation, by the number of the expediente."""
    found = {}
    for row in contracts(mirror, dataset):
        if METHODS[row["TIPO_PROCEDIMIENTO"]] in ("open", "invitation"):
            found.setdefault(row["CODIGO_EXPEDIENTE"], row)
    return found


def dates(mirror: Path, dataset: str) -> dict[str, float]:
    """Share of the contracts with a date of award, of signature, and of the call."""
    rows = contracts(mirror, dataset)
    columns = {"award": "EXP_F_FALLO", "signature": "FECHA_CELEBRACION", "call": "PROC_F_PUBLICACION"}
    return {
        f"share with a date of {name}": np.mean([bool(row[at].strip()) for row in rows]) for name, at in columns.items()
    }
