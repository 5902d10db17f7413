"""Three Mexican publishers of open contracting data, counted again."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

from . import compranet, files

FOLDERS = {"ocds_mexico_gacm": "mexico-gacm", "ocds_mexico_inai": "mexico-inai", "ocds_mexico_apf": "mexico-apf"}


@cache
def published(mirror: Path, dataset: str) -> list[dict]:
    """Every file of a publisher, one process each: a release, or a record with its compiled release."""
    folder = mirror / "ocds" / FOLDERS[dataset]
    found = [files.parsed(file) for file in sorted(folder.rglob("*.json"))]
    return [one.get("compiledRelease", one) for one in found]


@cache
def processes(mirror: Path, dataset: str) -> dict[str, dict]:
    """The newest version of each process: the same one may be a release twice and a record."""
    newest = {}
    for one in published(mirror, dataset):
        kept = newest.get(one["ocid"])
        if kept is None or one["date"] >= kept["date"]:
            newest[one["ocid"]] = one
    return newest


def contracts(mirror: Path, dataset: str) -> list[tuple[dict, dict, dict]]:
    """Process, contract and its award: the one that it names, else the sole one of a process with one contract.

    In these publications every award has its contract, so that contracts alone are counted. A contract that was
    cancelled after a failed award is none: INAI writes *Fallido* for its number.
    """
    found = []
    for process in processes(mirror, dataset).values():
        awards = process.get("awards") or []
        for contract in process["contracts"]:
            named = [one for one in awards if one.get("id") and one["id"] == contract.get("awardID")]
            sole = awards if len(awards) == len(process["contracts"]) == 1 else []
            award = (named or sole or [{}])[0]
            if "unsuccessful" not in (award.get("status"), contract.get("status")):
                found.append((process, contract, award))
    return found


def method(dataset: str, process: dict, contract: dict) -> str:
    """How a contract was awarded, by the number that the publisher gave it or the details in its own words.

    GACM numbers contracts by procedure: AD direct award, ITP invitation of three, LPN and LPI tenders. Where a
    contract has another number, its code ``limited`` means directly (so in 125 of the 131 cases that are numbered) and
    ``open`` is an agreement between public bodies or cannot be known: no such number belongs to a tender.
    """
    if dataset == "ocds_mexico_inai":
        details = process["tender"]["procurementMethodDetails"]
        if details.startswith("Licitación pública"):
            return "open"
        return "invitation" if details.startswith("Invitación") else "direct"
    number = re.search(r"\b(AD|ITP|LPN|LPI)\b", contract["id"].upper())
    if number:
        return {"AD": "direct", "ITP": "invitation"}.get(number[1], "open")
    return "direct" if process["tender"]["procurementMethod"] == "limited" else "agreements or not known"


def amount(mirror: Path, contract: dict) -> float | None:
    """Millions of pesos; dollars at the Federal Reserve's average of the year.

    An amount of zero, a missing one and one whose currency is not named are in no sum. The federal publication gives
    amounts with tax.
    """
    value = contract.get("value") or contract.get("valueWithTax") or {}
    if not value.get("amount") or not value.get("currency"):
        return None
    pesos = float(value["amount"]) / 1e6
    if value["currency"] == "MXN":
        return pesos
    assert value["currency"] == "USD"
    return pesos * compranet.dollars(mirror)[int(contract["dateSigned"][:4])]


def year(process: dict, contract: dict, award: dict) -> int | None:
    """The year of the award, else of the signature, else of the start.

    A day after the publication does not count. Nor does a time that is not midnight in Mexico or in Greenwich: GACM
    has dates such as 2029-08-20T21:00Z, which is 29-08-2016 with the day read as the year and the year as day and hour.
    """
    published_on = process.get("packageInfo", process).get("publishedDate") or process["date"]
    for day in (award.get("date"), contract.get("dateSigned"), (contract.get("period") or {}).get("startDate")):
        if day and re.match(r"\d{4}-\d\d-\d\dT0[056]:00", day) and day[:10] <= published_on[:10]:
            return int(day[:4])
    return None


def recount(mirror: Path, dataset: str) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    rows = contracts(mirror, dataset)
    amounts = [amount(mirror, contract) for _, contract, _ in rows]
    known = [one for one in amounts if one is not None]
    years = [year(*row) for row in rows]
    found = {
        "files": len(published(mirror, dataset)),
        "processes": len(processes(mirror, dataset)),
        "contracts": len(rows),
        "amounts summed": len(known),
        "amounts left out": len(rows) - len(known),
        "millions of pesos": sum(known),
        "largest contract, share of the amount": max(known) / sum(known),
        "amounts above 10,000 million": sum(one > 1e4 for one in known),
        "first year": min(filter(None, years)),
        "last year": max(filter(None, years)),
        "contracts without a date": years.count(None),
    }
    if dataset == "ocds_mexico_apf":
        # Nothing in the records says how these contracts were awarded.
        found["buyers"] = len({one["id"] for _, contract, _ in rows for one in contract["buyers"]})
        found["contracts without a method"] = sum(
            "procurementMethod" not in process["tender"] for process, _, _ in rows
        )
        return found
    found["buyers"] = len({buyer(process) for process, _, _ in rows})
    how = [method(dataset, process, contract) for process, contract, _ in rows]
    for name in ("direct", "invitation", "open", "agreements or not known"):
        summed = sum(one or 0 for one, way in zip(amounts, how, strict=True) if way == name)
        found[f"{name}, contracts"] = how.count(name)
        found[f"{name}, share of contracts"] = how.count(name) / len(rows)
        found[f"{name}, millions"] = summed
        found[f"{name}, share of the amount"] = summed / sum(known)
    found["contracts with a method"] = len(rows)
    # Selective and limited are the standard's two codes for a call by invitation.
    coded = {"open": "open", "selective": "invitation", "limited": "invitation", "direct": "direct"}
    codes = [coded.get(process["tender"].get("procurementMethod")) for process, _, _ in rows]
    found["methods read otherwise"] = sum(one != way for one, way in zip(codes, how, strict=True))
    return found | (terms(rows, how) if dataset == "ocds_mexico_gacm" else {})


def terms(rows: list[tuple[dict, dict, dict]], how: list[str]) -> dict[str, float]:
    """Days from the first to the last day of the tender period of GACM's calls, by the law of acquisitions of 2009.

    The number tells the kind (LPN 15 days, LPI 20, both at least 10; ITP 5) and, after it, what is bought: OP, O and
    SRO are works, whose law of these years was not read. Days begin at midnight in Mexico City, five or six o'clock in
    Greenwich; at another hour day, month and year changed places, and a period that ends before it begins is a slip.
    """
    found = dict.fromkeys(
        ("processes with a term and both dates", "processes below the shortest term", "processes shortened",
         "processes within the term", "calls for works, not comparable"), 0,
    )  # fmt: skip
    for (process, contract, _), way in zip(rows, how, strict=True):
        number = re.search(r"\b(ITP|LPN|LPI)\W+([A-Z]+)", contract["id"].upper())
        if way not in ("open", "invitation") or number is None:
            continue
        if number[2] in ("OP", "O", "SRO"):
            found["calls for works, not comparable"] += number[1] == "LPN"
            continue
        period = process["tender"].get("tenderPeriod") or {}
        ends = [period.get(name) or "" for name in ("startDate", "endDate")]
        if not all(re.match(r"\d{4}-\d\d-\d\dT0[56]:00", end) for end in ends):
            continue
        first, last = (date.fromisoformat(end[:10]) for end in ends)
        days, term = (last - first).days, {"LPN": 15, "LPI": 20, "ITP": 5}[number[1]]
        if days >= 0:
            found["processes with a term and both dates"] += 1
            outcome = (
                "below the shortest term" if days < min(term, 10) else "shortened" if days < term else "within the term"
            )
            found[f"processes {outcome}"] += 1
    return found


def buyer(process: dict) -> str:
    """The buyer of a process."""
    own = process["buyer"]
    return str(own.get("id") or (own.get("identifier") or {}).get("id") or own.get("name"))
