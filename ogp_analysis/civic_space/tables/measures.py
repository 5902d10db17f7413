"""Tables of many measures at once: what they ask, how far they agree, and where they put a country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.civic_space.measure_agreement import Agreement, CategoryAgreement
from ogp_analysis.civic_space.measures.held import (
    FIRST_YEAR,
    Measures,
    all_measures,
    house,
    measure_label,
    method_years,
    span,
    stretches,
)
from ogp_analysis.civic_space.standing import Spread, Standings, Track
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.version_revision import VersionRevision

_INTERVAL = {"low": Heading("low", "ratio", 2), "high": Heading("high", "ratio", 2)}


def names_of(ids: Iterable[str]) -> str:
    """Return the short names of measures, joined by commas."""
    return ", ".join(map(measure_label, ids))


def houses_of(found: Measures) -> str:
    """Return the names of the publishers of what an edition holds, joined by commas."""
    return ", ".join(word(f"measures.house.{one}") for one in found.houses)


def measure_sources_table(found: Measures) -> Table:
    """Return what each source gave and what cannot be compared, one row a source table."""
    headings = {"dataset": Heading("dataset"), "version": Heading("version"), "measures": Heading("measures", "count"),
                "rows": Heading("rows_read", "count"), "matched": Heading("matched", "count"),
                "without_iso3": Heading("without_iso3", "count"),
                "not_comparable": Heading("not_comparable", "count")}  # fmt: skip
    return table("scope", sentence("measures.table.scope", since=FIRST_YEAR), found.sources, headings)


def constructs_table(found: Measures) -> Table:
    """Return what each measure of the catalogue asks, one row a measure, whether it is held here or not."""
    headings = {"indicator": Heading("indicator"), "held": Heading("held"), "construct": Heading("construct"),
                "direction": Heading("direction")}  # fmt: skip
    rows = [{"indicator": word(f"indicators.{one.id}.name"), "held": one.id in found.ids,
             **{name: word(f"indicators.{one.id}.{name}") for name in ("construct", "direction")}}
            for one in all_measures()]  # fmt: skip
    caption = sentence("measures.table.asks", known=len(rows), held=len(found.ids))
    return table("what_each_asks", caption, pd.DataFrame(rows), headings)


def scales_table() -> Table:
    """Return scale, bounds and licence of each measure of the catalogue, one row a measure."""
    headings = {"indicator": Heading("indicator"), "publisher": Heading("publisher"), "unit": Heading("unit"),
                "bounds": Heading("bounds"), "licence": Heading("licence")}  # fmt: skip
    rows = [_scale(one) for one in all_measures()]
    return table("scales", word("measures.table.scales"), pd.DataFrame(rows), headings)


def measure_coverage_table(found: Measures) -> Table:
    """Return version, years, countries and breaks of each measure that is held, one row a measure."""
    headings = {"indicator": Heading("indicator"), "version": Heading("version"), "first": Heading("first", "year"),
                "last": Heading("last", "year"), "countries": Heading("countries", "count"),
                "observations": Heading("observations", "count"), "breaks": Heading("breaks")}  # fmt: skip
    rows = [_covers(found, indicator(id)) for id in found.ids]
    caption = sentence("measures.table.coverage", since=FIRST_YEAR)
    return table("coverage", caption, pd.DataFrame(rows), headings)


def shared_inputs_table(found: Measures) -> Table:
    """Return with which others each measure that is held shares inputs, one row a measure."""
    headings = {"indicator": Heading("indicator"), "shares_with": Heading("shares_with")}
    rows = [{"indicator": measure_label(id), "shares_with": _shares(indicator(id))} for id in found.ids]
    return table("shared_inputs", word("measures.table.shared"), pd.DataFrame(rows), headings)


def agreement_table(found: Sequence[Agreement], name: str) -> Table:
    """Return rank correlations, one row a pair and stretch of years: pooled, and across countries in the last year.

    Parameters
    ----------
    found : sequence of Agreement
    name : str
        File name, and key of the caption below ``measures.table``.
    """
    headings = {
        "construct": Heading("compared_on"), "x": Heading("first_measure"), "y": Heading("second_measure"),
        "shared": Heading("shared_inputs"), "first": Heading("first", "year"), "last": Heading("last", "year"),
        "n": Heading("observations", "count"), "countries": Heading("countries", "count"),
        "rho": Heading("rho", "ratio", 2), **_INTERVAL, "n_last": Heading("n_last", "count"),
        "rho_last": Heading("rho_last", "ratio", 2), "low_last": Heading("low", "ratio", 2),
        "high_last": Heading("high", "ratio", 2),
    }  # fmt: skip
    if name == "core":
        headings.pop("construct")
    caption = sentence(f"measures.table.{name}", n=len({(a.pair.x, a.pair.y) for a in found}), rows=len(found))
    return table(name, caption, pd.DataFrame([_agrees(one) for one in found], columns=list(headings)), headings)


def kappa_table(found: Sequence[CategoryAgreement]) -> Table:
    """Return weighted kappas of published categories, one row a pair of publishers."""
    headings = {
        "x": Heading("first_measure"), "y": Heading("second_measure"), "shared": Heading("shared_inputs"),
        "year": Heading("year", "year"), "n": Heading("countries", "count"), "categories": Heading("categories"),
        "same": Heading("same_category", "count"), "quadratic": Heading("kappa_quadratic", "ratio", 2), **_INTERVAL,
        "linear": Heading("kappa_linear", "ratio", 2), "linear_low": Heading("low", "ratio", 2),
        "linear_high": Heading("high", "ratio", 2), "lowest": Heading("kappa_lowest", "ratio", 2),
        "highest": Heading("kappa_highest", "ratio", 2),
    }  # fmt: skip
    rows = [_kappas(one) for one in found]
    return table("categories", word("measures.table.kappa"), pd.DataFrame(rows, columns=list(headings)), headings)


def standings_table(found: Standings, place: str) -> Table:
    """Return place and direction of a country in each measure, one row a measure; values are not in it."""
    headings = {
        "indicator": Heading("indicator"), "publisher": Heading("publisher"), "year": Heading("year", "year"),
        "rank": Heading("rank_high", "rank"), "tied": Heading("tied", "count"), "n": Heading("n", "count"),
        "percentile": Heading("below", "share"),
        "first": Heading("first", "year"), "last": Heading("last", "year"), "direction": Heading("moved"),
        "same_years": Heading("same_years"),
    }  # fmt: skip
    rows = [{**vars(row), "indicator": measure_label(row.measure), "publisher": _house(row.measure),
             "direction": word(f"measures.direction.{row.direction}") if row.direction else "not_applicable",
             "same_years": row.same_years if row.direction else "not_applicable"}
            for row in found.rows if row.year]  # fmt: skip
    caption = sentence("measures.table.standings", place=place, first=found.first, last=found.last)
    return table("places", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def apart_table(found: Spread, most: int = 15) -> Table:
    """Return the countries that the measures place furthest apart, one row a country."""
    headings = {"place": Heading("place"), "high": Heading("highest_in"), "high_percentile": Heading("below", "share"),
                "low": Heading("lowest_in"), "low_percentile": Heading("below", "share"),
                "spread": Heading("spread", "share")}  # fmt: skip
    rows = [{**vars(one), "place": country(one.unit).name, "high": measure_label(one.high),
             "low": measure_label(one.low), "spread": one.spread} for one in found.units[:most]]  # fmt: skip
    caption = sentence("measures.table.apart", n=found.n, missing=found.missing, year=found.year,
                       names=names_of(found.measures))  # fmt: skip
    return table("furthest_apart", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def breaks_table(found: Measures) -> Table:
    """Return the changes of method that no comparison here is made over, of the whole catalogue."""
    headings = {"indicator": Heading("indicator"), "held": Heading("held"), "break": Heading("break_year", "year"),
                "stretches": Heading("stretches")}  # fmt: skip
    rows = [{"indicator": word(f"indicators.{one.id}.name"), "held": one.id in found.ids, "break": year,
             "stretches": _stretches(one)} for one in all_measures() for year in method_years(one)]  # fmt: skip
    return table("breaks", word("measures.table.breaks"), pd.DataFrame(rows), headings)


def versions_table(found: Sequence[VersionRevision]) -> Table:
    """Return what changed from one version of a series to the next, one row a series and span of years."""
    headings = {
        "indicator": Heading("indicator"), "old": Heading("older_version"), "new": Heading("newer_version"),
        "first": Heading("first", "year"), "last": Heading("last", "year"), "n": Heading("observations", "count"),
        "changed": Heading("values_changed", "count"), "mean_absolute": Heading("mean_absolute", "index", 3),
        "largest": Heading("largest", "index", 3, signed=True), "place": Heading("largest_where"),
        "largest_year": Heading("year", "year"), "outside": Heading("outside_bounds", "count"),
    }  # fmt: skip
    rows = [{**vars(one), "indicator": word(f"measures.series.{one.new}"), **versions_named(one),
             "outside": "not_published" if one.outside is None else one.outside} for one in found]  # fmt: skip
    return table("versions", word("measures.table.versions"), pd.DataFrame(rows, columns=list(headings)), headings)


def tracks_table(found: Sequence[Track], place: str, first: int, last: int) -> Table:
    """Return how each measure moves in a country between two years, one row a measure; values are not in it."""
    headings = {
        "indicator": Heading("indicator"), "publisher": Heading("publisher"), "surveillance": Heading("surveillance"),
        "years": Heading("years_valued", "count"), "first": Heading("first", "year"), "last": Heading("last", "year"),
        "direction": Heading("moved"), "highest": Heading("highest_year", "year"),
        "lowest": Heading("lowest_year", "year"),
    }  # fmt: skip
    rows = [_tracked(one) for one in found if one.years]
    caption = sentence("measures.table.tracks", place=place, first=first, last=last)
    return table("mexico", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def open_values_table(found: Measures, ids: Sequence[str], iso3: str, first: int, last: int) -> Table:
    """Return the published values of a country that may be passed on, one row a year, and no others."""
    open_ids = [id for id in ids if indicator(id).redistribute]
    frame = pd.DataFrame({"year": range(first, last + 1)})
    for id in open_ids:
        own = found.of(id)
        own = own[own["iso3"] == iso3].set_index("year")["value"]
        frame[id] = frame["year"].map(own).astype("float64")
    headings = {"year": Heading("year", "year")}
    headings |= {id: Heading(f"indicators.{id}.short", "index", 3) for id in open_ids}
    return table("mexico_values", sentence("measures.table.values", place=country(iso3).in_text), frame,
                 headings)  # fmt: skip


def classes_named(one: CategoryAgreement) -> str:
    """Return what the two sets of categories are called."""
    return " – ".join(word(f"measures.class.{id}") for id in (one.x, one.y))


def versions_named(one: VersionRevision) -> dict[str, str]:
    """Return what the two versions and the unit of the largest difference are called, as a sentence takes them."""
    return {"old": _version(one.old), "new": _version(one.new), "place": unit_name(one.largest_unit)}


def unit_name(unit: str) -> str:
    """Return the name of a unit in the language in force, or its code if the register does not know it."""
    try:
        return country(unit).name
    except UnknownName:
        return unit


def _scale(one: Indicator) -> dict:
    kind = "low" if one.low else "std_error" if one.std_error else "none"
    return {"indicator": measure_label(one.id), "publisher": _house(one.id), "unit": word(f"indicators.{one.id}.unit"),
            "bounds": word(f"tables.bounds.{kind}"), "licence": word(f"measures.licence.{_licence(one)}")}  # fmt: skip


def _licence(one: Indicator) -> str:
    return {"CC BY-SA 4.0": "by_sa", "CC BY 4.0": "by"}.get(one.licence, one.dataset)


def _covers(found: Measures, one: Indicator) -> dict:
    rows = found.of(one.id)
    breaks = _stretches(one) if method_years(one) else "not_applicable"
    return {"indicator": measure_label(one.id), "version": one.version,
            "first": int(rows["year"].min()) if len(rows) else None,
            "last": int(rows["year"].max()) if len(rows) else None, "countries": rows["iso3"].nunique(),
            "observations": len(rows), "breaks": breaks}  # fmt: skip


def _stretches(one: Indicator) -> str:
    return " | ".join(span(*years) for years in stretches(one))


def _shares(one: Indicator) -> str:
    """Return with which measures it shares inputs, by publisher: all of its measures, or which."""
    known = {id: house(id) for id in (other.id for other in all_measures()) if id != one.id}
    shared = [id for id in known if id in one.shares_inputs_with]
    parts = []
    for publisher in dict.fromkeys(known[id] for id in shared):
        own = [id for id in shared if known[id] == publisher]
        every = len(own) == sum(known[id] == publisher for id in known)
        which = (
            word("measures.all_of_them")
            if every and len(own) > 1
            else ", ".join(word(f"indicators.{id}.short") for id in own)
        )
        parts.append(f"{word(f'measures.house.{publisher}')}: {which}")
    return "; ".join(parts) or word("measures.none_known")


def _agrees(one: Agreement) -> dict:
    pooled, end = one.pooled, one.at_the_end
    return {
        "construct": word(f"measures.construct.{one.pair.construct}"),
        "x": measure_label(one.pair.x), "y": measure_label(one.pair.y),
        "shared": one.pair.shared, "first": one.first, "last": one.last, "n": one.n, "countries": one.countries,
        **_estimate(pooled, "", pooled.rho if pooled else None), "n_last": one.n_last,
        **_estimate(end, "_last", end.rho if end else None),
    }  # fmt: skip


def _estimate(found, suffix: str, rho: float | None) -> dict:
    bounds = (found.low, found.high) if found else (None, None)
    return dict(zip((f"rho{suffix}", f"low{suffix}", f"high{suffix}"), (rho, *bounds), strict=True))


def _kappas(one: CategoryAgreement) -> dict:
    how = "as_published" if one.as_published else "on_levels"
    number = sentence(f"measures.categories.{how}", n=one.categories).plain()
    merged = "not_applicable" if one.lowest is None else None
    return {
        "x": word(f"measures.class.{one.x}"), "y": word(f"measures.class.{one.y}"), "shared": one.shared,
        "year": one.year, "n": one.n, "categories": number, "same": one.same, "quadratic": one.quadratic.kappa,
        "low": one.quadratic.low, "high": one.quadratic.high, "linear": one.linear.kappa,
        "linear_low": one.linear.low, "linear_high": one.linear.high, "lowest": merged or one.lowest,
        "highest": merged or one.highest,
    }  # fmt: skip


def _tracked(one: Track) -> dict:
    case = one.case if one.case != "moved" else one.direction
    asked = "surveillance_of_communications" in indicator(one.measure).tags
    extremes = {"highest": one.highest, "lowest": one.lowest} if one.case == "moved" else {}
    return {"indicator": measure_label(one.measure), "publisher": _house(one.measure), "surveillance": asked,
            "years": one.years, "first": one.first, "last": one.last, "direction": word(f"measures.direction.{case}"),
            "highest": "not_applicable", "lowest": "not_applicable", **extremes}  # fmt: skip


def _house(id: str) -> str:
    return word(f"measures.house.{house(id)}")


def _version(id: str) -> str:
    one = indicator(id)
    return f"{word(f'measures.dataset.{one.dataset}')} {one.version}"
