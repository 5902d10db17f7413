"""Made files of the next year on procurement, each from the present one in its publisher's own layout, cut short.

One more year or later rows, one more column, two revised values.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .sheets import Sheet

#: The column that nobody has looked at.
NEW = "Added in 2027"
YEAR = 2027


def _named(sheet: Sheet) -> str:
    """Return the name of next year's file, which says its version."""
    return f"{sheet.path.stem} {YEAR}{sheet.path.suffix}"


def banxico(mirror: Path, to: Path) -> list[Path]:
    """A day of 2027, and a series more."""
    path = mirror / "banxico_exchange_rates/2020/Consulta_tipo_de_cambio_20200527.csv"
    sheet = Sheet(path, header=17, encoding="cp1252")
    sheet.grow(sheet.rows[-1], Fecha="04/01/2027")
    for row in sheet.rows[:2]:
        sheet.revise(row, SF46405="19.5000")
    return [sheet.add_column("SF99999", "1.0000").save(to, "Consulta_tipo_de_cambio_20270104.csv")]


def consumer_prices(mirror: Path, to: Path) -> list[Path]:
    """Changes of 2026."""
    sheet = Sheet(mirror / "consumer_prices_world_bank/2025/cpi.csv", rows=200)
    sheet.grow(sheet.rows[0], Year="2026", CPI="3.5")
    for row in sheet.rows[:2]:
        sheet.revise(row, CPI="4.5")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def ecb(mirror: Path, to: Path) -> list[Path]:
    """A day of 2027, a currency more; one that is no longer quoted is gone."""
    sheet = Sheet(mirror / "exchange_rates_ecb/2026-10-30/eurofxref-hist.csv", rows=40)
    sheet.rows.insert(0, sheet.revise(list(sheet.rows[0]), Date="2027-01-04"))
    for row in sheet.rows[1:3]:
        sheet.revise(row, USD="1.2")
    return [sheet.drop_column("SKK").add_column("KES", "150.5", 20).add_column(NEW).save(to)]


def fed(mirror: Path, to: Path) -> list[Path]:
    """A year and a month more."""
    years = Sheet(mirror / "exchange_rates_fed/2026/annual.csv")
    mexico = years.at("Country")
    newest = [row for row in years.rows if row[mexico] == "Mexico"][-1]
    years.grow(newest, Date="2026-01-01")
    months = Sheet(mirror / "exchange_rates_fed/2026/monthly.csv")
    newest = [row for row in months.rows if row[mexico] == "Mexico"][-1]
    months.grow(newest, Date=f"{newest[0][:4]}-{int(newest[0][5:7]) + 1:02}-01")
    for sheet in (years, months):
        for row in sheet.rows[:2]:
            sheet.revise(row, Exchange_rate="0.9")
    return [years.add_column(NEW).save(to, _named(years)), months.add_column(NEW).save(to, _named(months))]


def malta(mirror: Path, to: Path) -> list[Path]:
    """An award of 2026."""
    sheet = Sheet(mirror / "gti_proact/malta/MT_mod.csv", rows=60)
    sheet.grow(sheet.rows[2], tender_id="made", tender_awarddecisiondate="2020-06-01")
    for row in sheet.rows[:2]:
        sheet.revise(row, bids_count="9")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def proact_reference(mirror: Path, to: Path) -> list[Path]:
    """Factors of 2020, and scores of a new edition."""
    folder = mirror / "gti_proact/reference"
    factors = pd.read_stata(folder / "wb_ppp_data.dta", convert_categoricals=False)
    factors = factors[factors["countrycode"].isin(["MEX", "KEN"])]
    more = factors[factors["year"] == factors["year"].max()].assign(year=factors["year"].max() + 1)
    factors = pd.concat([factors, more], ignore_index=True).assign(added_2027="x")
    scores = pd.read_stata(folder / "FSI_wide_200812_fin.dta", convert_categoricals=False)
    scores = scores.assign(sec_score2020=scores["sec_score2019"], added_2027="x")
    scores.loc[:1, "sec_score2020"] = 50.0
    made = [to / f"wb_ppp_data_{YEAR}.dta", to / f"FSI_wide_{YEAR}.dta"]
    for frame, path in zip((factors, scores), made, strict=True):
        frame.to_stata(path, write_index=False, version=118)
    return made


def thresholds(mirror: Path, to: Path) -> list[Path]:
    """Ceilings of 2023, which no file has yet."""
    sheet = Sheet(mirror / "mexico_thresholds/2024-2026/UmbralPEF.xlsx")
    year = sheet.at("Año")
    sheet.rows = [row for row in sheet.rows if row[year]]
    newest = max(sheet.rows, key=lambda row: int(row[year]))
    sheet.grow(newest, Año=type(newest[year])(2023))
    return [sheet.add_column(NEW).save(to, "UmbralPEF 2023.xlsx")]


def sanctions(mirror: Path, to: Path) -> list[Path]:
    """A sanction that begins in 2027, for two years."""
    sheet = Sheet(mirror / "mexico_sanctions/2026/Proveedores_Contratistas_Sancionados.xlsx", rows=60)
    place = next(i for i, name in enumerate(sheet.names) if "DE INHABILITACI" in str(name).upper())
    row = list(next(row for row in sheet.rows if row[place]))
    row[place] = "DOS AÑOS"
    sheet.rows.append(row)
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def sat(mirror: Path, to: Path) -> list[Path]:
    """A taxpayer presumed in 2027, in both lists; the complete one with its notices."""
    full = Sheet(mirror / "sat_69b/2026/Listado_completo_69-B.csv", rows=60)
    full.grow(full.rows[0], RFC="AAA270101AAA", **{full.names[2]: "Presunto"})
    definitive = Sheet(mirror / "sat_69b/2026/efos_definitivos.csv", header=2, encoding="cp1252", rows=60)
    definitive.grow(definitive.rows[0], RFC="AAA270101AAA", **{definitive.names[5]: "15/01/2026"})
    for name in definitive.names[4:]:
        if "Publicaci" in name:
            full.add_column(name, "15/01/2026")
    return [full.add_column(NEW).save(to, _named(full)), definitive.add_column(NEW).save(to, _named(definitive))]


def cucop(mirror: Path, to: Path) -> list[Path]:
    """A product added in 2027."""
    sheet = Sheet(mirror / "cucop/2026/cucop_20260301.xlsx", rows=60)
    key = sheet.at("CLAVE CUCoP +")
    sheet.grow(sheet.rows[0], **{"CLAVE CUCoP +": sheet.rows[0][key][:6] + "99999", "FECHA ALTA CUCOP": "04/01/2027"})
    for row in sheet.rows[:2]:
        sheet.revise(row, DESCRIPCIÓN="EN OTRAS PALABRAS")
    return [sheet.add_column(NEW).save(to, "cucop_20270301.xlsx")]


def cpv(mirror: Path, to: Path) -> list[Path]:
    """A code more, with its names."""
    folder = mirror / "cpv/2008"
    entries = json.loads((folder / "cpvCodes.json").read_text(encoding="ascii"))
    entries = [one for one in entries if one["code"].startswith("35")]
    entries.append({**entries[0], "code": "35999999-9", "numericCode": 35999999, "name": "Goods of 2027"})
    made = to / f"cpvCodes {YEAR}.json"
    made.write_text(json.dumps([one | {NEW: "x"} for one in entries]), encoding="ascii")
    for name in ("messages.es_es.yaml", "messages.fr_fr.yaml", "messages.pt_pt.yaml"):
        text = (folder / name).read_text(encoding="utf-8").rstrip("\n")
        (to / name).write_text(f"{text}\nGoods of 2027: Bienes de 2027\n", encoding="utf-8")
    return [made, *(to / f"messages.{one}.yaml" for one in ("es_es", "fr_fr", "pt_pt"))]


def unspsc(mirror: Path, to: Path) -> list[Path]:
    """A code more."""
    sheet = Sheet(mirror / "unspsc_sat/es/sat_c_ClaveProdServ_es.csv", rows=60)
    sheet.grow(sheet.rows[-1], code="99999999", description_es="Servicio de 2027")
    for row in sheet.rows[1:3]:
        sheet.revise(row, description_es="En otras palabras")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def honduras(mirror: Path, to: Path) -> list[Path]:
    """Processes of the next year: of each file the rows of forty processes, of 2021."""
    folder = mirror / "honduras_oncae/2020"
    contracts = Sheet(folder / "contracts20.csv")
    chosen = list(dict.fromkeys(row[0] for row in contracts.rows))[:40]
    made = []
    for stem in ("releases", "awards", "awa_items", "awa_suppliers", "contracts", "con_suppliers", "con_guarantees",
                 "ten_tenderers", "pla_bud_budgetBreakdown", "par_memberOf"):  # fmt: skip
        sheet = Sheet(folder / f"{stem}20.csv")
        sheet.rows = [row for row in sheet.rows if row[0] in chosen]
        if stem == "contracts":
            sheet.revise(sheet.rows[0], **{"contracts/0/dateSigned": "2021-01-04T00:00:00-06:00"})
        made.append(sheet.add_column(NEW).save(to, f"{stem}2021.csv"))
    return made


def world_bank(mirror: Path, to: Path) -> list[Path]:
    """A contract more with its bid."""
    folder = mirror / "world_bank_awards/2015"
    bids, contracts = Sheet(folder / "bids.csv"), Sheet(folder / "contracts.csv")
    # Whole contracts alone: each has as many bids as it counts.
    chosen = {row[1] for row in bids.rows[:60]}
    bids.rows = [row for row in bids.rows if row[1] in chosen]
    contracts.rows = [row for row in contracts.rows if row[1] in chosen]
    address = "http://search.worldbank.org/wcontractawards/procdetails/OP00999999"
    contracts.grow(contracts.rows[0], contract=address, **{"contract.country": "Barbados", "n.bids": "1"})
    bids.grow(bids.rows[0], contract=address)
    return [contracts.add_column(NEW).save(to, _named(contracts)), bids.add_column(NEW).save(to, _named(bids))]


#: By dataset: makes the files of next year in a folder, from the mirror of the published ones.
MADE: dict[str, Callable[[Path, Path], list[Path]]] = {
    "banxico_exchange_rates": banxico,
    "consumer_prices_world_bank": consumer_prices,
    "cpv": cpv,
    "cucop": cucop,
    "exchange_rates_ecb": ecb,
    "exchange_rates_fed": fed,
    "gti_proact_malta": malta,
    "gti_proact_reference": proact_reference,
    "honduras_oncae": honduras,
    "mexico_sanctions": sanctions,
    "mexico_thresholds": thresholds,
    "sat_69b": sat,
    "unspsc_sat": unspsc,
    "world_bank_awards": world_bank,
}
#: By dataset: the table, and the cells of a row of it that no published file has.
SEEN: dict[str, tuple[str, dict[str, object]]] = {
    "banxico_exchange_rates": ("daily", {"date": "2027-01-04"}),
    "consumer_prices_world_bank": ("price_change", {"year": 2026}),
    "cpv": ("codes", {"code": "35999999-9"}),
    "cucop": ("products", {"added_date": "2027-01-04"}),
    "exchange_rates_ecb": ("daily", {"date": "2027-01-04", "currency": "KES"}),
    "exchange_rates_fed": ("yearly", {"year": 2026, "currency": "MXN"}),
    "gti_proact_malta": ("awards", {"tender_id": "made"}),
    "gti_proact_reference": ("secrecy", {"year": 2020, "score_from_year": 2020}),
    "honduras_oncae": ("contracts", {"signature_date": "2021-01-04"}),
    "mexico_sanctions": ("sanctions", {"list": "2027", "ban_months": 24}),
    "mexico_thresholds": ("ceilings", {"year": 2023}),
    "sat_69b": ("situations", {"situation": "presumed", "rfc": "AAA270101AAA"}),
    "unspsc_sat": ("codes", {"code": "99999999"}),
    "world_bank_awards": ("contracts", {"iso3": "BRB"}),
}
#: Datasets whose newer files are not added, with the reason.
LEFT_OUT = dict.fromkeys(("compranet", "ocds"), "a user's own files of contracts are cleaned into a folder, not added")
