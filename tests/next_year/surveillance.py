"""Made files of the next year on surveillance, each from the present one in its own layout.

One more year or later rows, one more country, one more column, two revised values.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .sheets import Sheet

#: The column that nobody has looked at.
NEW = "Added in 2027"
YEAR = 2027


def _named(sheet: Sheet) -> str:
    """Return the name of next year's file, which says its version."""
    return f"{sheet.path.stem} {YEAR}{sheet.path.suffix}"


def access_now(mirror: Path, to: Path) -> list[Path]:
    """An event counted in 2027 in a country of which none was reported; two more statuses."""
    sheet = Sheet(mirror / "access_now_shutdowns/2026/access_now_stop_2016_2025.csv", rows=60)
    sheet.grow(sheet.rows[1], country="Barbados", count_year="2027", start_date="2027-01-02", end_date="2027-01-03")
    for row in sheet.rows[:2]:
        sheet.revise(row, shutdown_status="Ended")
    return [sheet.add_column(NEW).save(to, "access_now_stop_2016_2027.csv")]


def carnegie(mirror: Path, to: Path) -> list[Path]:
    """A case of 2027 in a country more."""
    sheet = Sheet(mirror / "carnegie_spyware_inventory/10/spy3.csv")
    sheet.grow(sheet.rows[0], Country_of_deployment="Barbados", Period_of_use="2025-2027", Year_of_disclosure="2027")
    for row in sheet.rows[:2]:
        sheet.revise(row, Period_of_use="2014-2015")
    return [sheet.add_column(NEW).save(to, "spy4.csv")]


def country_panel(mirror: Path, to: Path) -> list[Path]:
    """A country more."""
    sheet = Sheet(mirror / "country_surveillance_panel/compiled/country_surveillance_panel.csv")
    sheet.grow(sheet.rows[0], iso3="VUT", country="Vanuatu")
    for row in sheet.rows[:2]:
        sheet.revise(row, keepiton_shutdowns_2016_2025="9")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def hacking_team(mirror: Path, to: Path) -> list[Path]:
    """An end user of a country more."""
    sheet = Sheet(mirror / "hacking_team_clients/sii/hacking_team_clients.csv")
    sheet.grow(sheet.rows[0], id="HT-999", iso3="BRB", country="Barbados", order_year="2016")
    for row in sheet.rows[:2]:
        sheet.revise(row, order_year="2005")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def international_contracts(mirror: Path, to: Path) -> list[Path]:
    """A purchase of 2027 in a country more."""
    sheet = Sheet(mirror / "international_surveillance_contracts/compiled/international_contracts.csv")
    sheet.grow(sheet.rows[1], id="INT-999", country="Barbados", date="2027")
    for row in sheet.rows[1:3]:
        sheet.revise(row, vendor="Another maker")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def interception_statistics(mirror: Path, to: Path) -> list[Path]:
    """A count of 2027."""
    sheet = Sheet(mirror / "mexico_interception_statistics/compiled/mexico_interception_statistics.csv")
    sheet.grow(sheet.rows[0], id="ST-99", period="2026–2027-09", value="12")
    for row in sheet.rows[:2]:
        sheet.revise(row, value="4000")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def legal_authority(mirror: Path, to: Path) -> list[Path]:
    """A provision of 2027, a corrected date mended; a rule and a law more."""
    folder = mirror / "mexico_legal_authority/compiled"
    sheet = Sheet(folder / "mexico_legal_authority.csv")
    sheet.grow(sheet.rows[1], id="LA-99", in_force_from="2027-01-02")
    sheet.revise(sheet.find(id="LA-14"), in_force_from="2014")
    rules = Sheet(folder / "mexico_buyer_authority_rules.csv")
    rules.revise(rules.grow(rules.rows[0], rule_id="R99b"), **{"from": "2027-01-01"})
    laws = Sheet(folder / "mexico_law_currency.csv")
    laws.grow(laws.rows[0], code="LNEW", dof_first_published="2027-01-02", dof_last_reform="")
    laws.revise(laws.rows[0], dof_last_reform="2027-02-03")
    laws.revise(laws.rows[1], dof_last_reform="2027-02-03")
    return [one.add_column(NEW).save(to, _named(one)) for one in (sheet, rules, laws)]


def timeline(mirror: Path, to: Path) -> list[Path]:
    """An event of 2026."""
    sheet = Sheet(mirror / "mexico_surveillance_timeline/compiled/mexico_timeline.csv")
    sheet.grow(sheet.rows[0], id="TL-99", date="2026-11", precision="month")
    for row in sheet.rows[:2]:
        sheet.revise(row, category="disclosure")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def sii(mirror: Path, to: Path) -> list[Path]:
    """A recipient country more."""
    sheet = Sheet(mirror / "sii_facets/2018/sii_facets_2018-01-07.csv")
    sheet.grow(sheet.rows[0], facet="recipient_country", value="Barbados", n_records="1")
    for row in sheet.rows[:2]:
        sheet.revise(row, n_records="1400")
    return [sheet.add_column(NEW).save(to, "sii_facets_2027-01-07.csv")]


def operators(mirror: Path, to: Path) -> list[Path]:
    """A list of 2026 that names a country more, and a later report of 2026."""
    made = []
    for name, place in (
        ("compiled/operator_countries.csv", 0),
        ("supplement-2026-11/operator_countries_supplement.csv", 1),
    ):
        sheet = Sheet(mirror / "spyware_operator_countries" / name)
        sheet.grow(sheet.rows[place], country="Barbados", year="2026")
        for row in sheet.rows[:2]:
            sheet.revise(row, product="Another product")
        made.append(sheet.add_column(NEW).save(to, _named(sheet)))
    return made


def mexico_contracts(mirror: Path, to: Path) -> list[Path]:
    """A contract of 2027."""
    sheet = Sheet(mirror / "surveillance_contracts_mexico/compiled/mexico_contracts.csv")
    sheet.grow(sheet.rows[0], id="MX-F-999", date_signed="2027-01-02", amount="1000")
    for row in sheet.rows[:2]:
        sheet.revise(row, confidence="medium")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def controls(mirror: Path, to: Path) -> list[Path]:
    """An endorsement of 2026 by a country more."""
    sheet = Sheet(mirror / "surveillance_controls/compiled/controls_international.csv")
    sheet.grow(sheet.rows[0], id="JS-99", jurisdiction="Barbados", date="2026-01-02")
    for row in sheet.rows[:2]:
        sheet.revise(row, date="2023-03-31")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def suppliers(mirror: Path, to: Path) -> list[Path]:
    """A firm more."""
    sheet = Sheet(mirror / "surveillance_suppliers_mexico/compiled/suppliers_watchlist_mexico.csv")
    sheet.grow(sheet.rows[0], supplier="Firma de 2027, S.A. de C.V.", evidence_rows="MX-F-001")
    for row in sheet.rows[:2]:
        sheet.revise(row, evidence_strength="medium")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def taxonomy(mirror: Path, to: Path) -> list[Path]:
    """A code and a term more."""
    codes = Sheet(mirror / "surveillance_taxonomy/compiled/taxonomy_codes.csv")
    codes.grow(codes.rows[0], code="35129999-9")
    terms = Sheet(mirror / "surveillance_taxonomy/compiled/taxonomy_keywords.csv")
    terms.grow(terms.rows[0], term="escucha de 2027")
    for sheet, name, value in ((codes, "tier", "C"), (terms, "strength", "weak")):
        for row in sheet.rows[:2]:
            sheet.revise(row, **{name: value})
    return [one.add_column(NEW).save(to, _named(one)) for one in (codes, terms)]


#: By dataset: makes the files of next year in a folder, from the mirror of the published ones.
MADE: dict[str, Callable[[Path, Path], list[Path]]] = {
    "access_now_shutdowns": access_now,
    "carnegie_spyware_inventory": carnegie,
    "country_surveillance_panel": country_panel,
    "hacking_team_clients": hacking_team,
    "international_surveillance_contracts": international_contracts,
    "mexico_interception_statistics": interception_statistics,
    "mexico_legal_authority": legal_authority,
    "mexico_surveillance_timeline": timeline,
    "sii_facets": sii,
    "spyware_operator_countries": operators,
    "surveillance_contracts_mexico": mexico_contracts,
    "surveillance_controls": controls,
    "surveillance_suppliers_mexico": suppliers,
    "surveillance_taxonomy": taxonomy,
}
#: By dataset: the table, and the cells of a row of it that no published file has.
SEEN: dict[str, tuple[str, dict[str, object]]] = {
    "access_now_shutdowns": ("events", {"count_year": 2027}),
    "carnegie_spyware_inventory": ("cases", {"use_last_year": 2027, "iso3": "BRB"}),
    "country_surveillance_panel": ("countries", {"iso3": "VUT"}),
    "hacking_team_clients": ("clients", {"order_year": 2016, "iso3": "BRB"}),
    "international_surveillance_contracts": ("facts", {"first_year": 2027, "iso3": "BRB"}),
    "mexico_interception_statistics": ("counts", {"statistic": "ST-99", "period_last_year": 2027}),
    "mexico_legal_authority": ("provisions", {"first_day": "2027-01-02"}),
    "mexico_surveillance_timeline": ("events", {"year": 2026}),
    "sii_facets": ("facets", {"iso3": "BRB"}),
    "spyware_operator_countries": ("operators", {"list_last_year": 2026, "iso3": "BRB"}),
    "surveillance_contracts_mexico": ("facts", {"fact": "MX-F-999", "signed_year": 2027}),
    "surveillance_controls": ("dates", {"year": 2026}),
    "surveillance_suppliers_mexico": ("suppliers", {"supplier": "Firma de 2027, S.A. de C.V."}),
    "surveillance_taxonomy": ("codes", {"code": "35129999-9"}),
}
LEFT_OUT: dict[str, str] = {}
