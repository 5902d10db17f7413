"""Which measures an edition holds, country by country, in stretches of years made in one way.

A measure is an indicator of the catalogue with a direction from less to more free, democratic or participatory;
income, population and the like are none. What an edition does not hold is named, never fatal.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from ogp_analysis.base.errors import JoinError, ParameterError
from ogp_analysis.base.indicators import Indicator, indicator, indicators
from ogp_analysis.base.words.catalogue import entry, word
from ogp_analysis.store import hand_out

#: First year of every comparison: that of V-Dem 15. Rank correlations over longer panels are higher, as there are
#: more regimes at both ends of the scale, so the year is part of the result.
FIRST_YEAR = 1990
#: The measure that the others are held against.
CORE = "v2xcs_ccsi"
#: Overall civic space: of each publisher, the measures that are nearest to it.
OVERALL = ("v2xcs_ccsi", "fiw_e", "civicus_score", "civicus_rating", "wjp_47", "va_est", "fassoas_idea")
#: What asks about surveillance or privacy, in the order in which it is shown, before everything else.
SURVEILLANCE = ("dsp_v2smgovsmmon", "fiw_d4", "wjp_46")
#: Single questions. Where their publisher has an index on the same construct, that one is compared.
QUESTIONS = (
    *("v2csreprss", "v2cseeorgs", "v2csprtcpt", "v2cscnsult", "v2caassemb", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
    *("fiw_d1", "fiw_d4", "fiw_e1", "fiw_e2", "fiw_e3", "dsp_v2smgovsmmon"),
)
#: Datasets that come from the house of another one.
_HOUSES = {"ert": "vdem", "freedom_on_the_net": "freedom_in_the_world"}
KEY = ["iso3", "year"]


@dataclass(frozen=True)
class Measures:
    """The measures of one edition.

    Attributes
    ----------
    edition : str
    series : dict of str to pandas.DataFrame
        By id, in the order of the catalogue: ``iso3, year, value, stretch``, one row a country and year with a
        comparable value, sorted. ``stretch`` counts the changes of method up to that year: values of two stretches
        are never ranked, subtracted or drawn together.
    absent : tuple of str
        Ids that the edition does not hold.
    sources : pandas.DataFrame
        One row a source table that was read: ``dataset, table, version, measures, rows, matched, without_iso3,
        not_comparable``, counted over all its years.
    """

    edition: str
    series: dict[str, pd.DataFrame]
    absent: tuple[str, ...]
    sources: pd.DataFrame

    @property
    def ids(self) -> tuple[str, ...]:
        """The measures it holds."""
        return tuple(self.series)

    @property
    def houses(self) -> tuple[str, ...]:
        """The publishers of these measures, each by its best-known dataset, sorted."""
        return tuple(sorted({house(id) for id in self.series}))

    def of(self, id: str) -> pd.DataFrame:
        """Return one measure.

        Raises
        ------
        ParameterError
            If the edition does not hold it.
        """
        if id not in self.series:
            raise ParameterError(f"measure {id}", f"is not in the {self.edition} edition", "Choose one that is")
        return self.series[id]

    def window(self, years: int = 10) -> tuple[int, int]:
        """Return the years in which directions are compared: up to the last of :data:`CORE`, or of most measures."""
        lasts = [int(rows["year"].max()) for id, rows in self.series.items() if len(rows)]
        last = int(self.of(CORE)["year"].max()) if CORE in self.series else max(sorted(set(lasts)), key=lasts.count)
        return last - years, last

    def stretches_of(self, id: str) -> list[pd.DataFrame]:
        """Return one measure as ``unit, year, value``, a frame for each stretch made in one way, the earliest first."""
        named = self.of(id).rename(columns={"iso3": "unit"})
        parts = [rows for _, rows in named.groupby("stretch", sort=True)]
        return [rows[["unit", "year", "value"]].reset_index(drop=True) for rows in parts]

    def in_one_way(self, id: str, first: int, last: int) -> pd.DataFrame:
        """Return the values of both years, ``unit, year, value``; no row if the method changed between them."""
        rows = self.of(id)
        rows = rows[rows["year"].isin((first, last))].rename(columns={"iso3": "unit"})
        one_way = rows["stretch"].nunique() == 1
        return rows.loc[rows["year"] > 0 if one_way else rows["year"] < 0, ["unit", "year", "value"]]

    def nearest(self, first: int, last: int) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
        """Return of each publisher the measure nearest to overall civic space: those valued in `last`, and those
        comparable from `first` to `last`.
        """
        valued: dict[str, pd.DataFrame] = {}
        for id in (one for one in OVERALL if one in self.series):
            rows = self.of(id).rename(columns={"iso3": "unit"})
            rows = rows.loc[rows["year"] == last, ["unit", "year", "value"]]
            if len(rows) and house(id) not in map(house, valued):
                valued[id] = rows.reset_index(drop=True)
        moved = {id: self.in_one_way(id, first, last) for id in valued}
        return valued, {id: rows for id, rows in moved.items() if rows["year"].nunique() == 2}


def measures(edition: str = "embedded") -> Measures:
    """Return every measure that an edition holds, from :data:`FIRST_YEAR` on.

    Countries with an ISO code count; parts of countries and other units are left out and counted, and so are the rows
    that their publisher made for a part of the world only (CIVICUS Monitor 2022).

    Raises
    ------
    JoinError
        If a source has two rows for a country in a year.
    ParameterError
        If the edition holds none.
    """
    series, absent, sources = {}, [], []
    wanted = sorted(all_measures(), key=lambda one: (one.dataset, one.table))
    for (dataset, table), group in groupby(wanted, key=lambda one: (one.dataset, one.table)):
        members = list(group)
        frame = hand_out.load(dataset, table, edition) if hand_out.has(dataset, table, edition) else pd.DataFrame()
        here = [one for one in members if one.column in frame.columns]
        absent += [one.id for one in members if one not in here]
        if here:
            rows = _countries(frame)
            _check_once(rows, dataset, table)
            series |= {one.id: _series(rows, one) for one in here}
            sources.append(_source(frame, rows, members[0], len(here)))
    if not series:
        raise ParameterError(f"edition {edition}", "holds no measure of civic space", "Build or fetch one")
    order = [one.id for one in all_measures()]
    return Measures(
        edition,
        {id: series[id] for id in order if id in series},
        tuple(id for id in order if id in absent),
        pd.DataFrame(sources),
    )


def all_measures() -> list[Indicator]:
    """Return the indicators of the catalogue that are measures, in its order."""
    return [one for one in indicators() if one.direction != "higher is more"]


def house(id: str) -> str:
    """Return whose measure it is: the best-known dataset of its publisher."""
    dataset = indicator(id).dataset
    return _HOUSES.get(dataset, dataset)


def measure_label(id: str) -> str:
    """Return the short name of a measure, with its publisher's where the name does not tell it."""
    short, known = word(f"indicators.{id}.short"), entry("measures.abbreviation")
    if house(id) not in known:
        return short
    return f"{short[:-1]}, {known[house(id)]})" if short.endswith(")") else f"{short} ({known[house(id)]})"


def method_years(one: Indicator) -> tuple[int, ...]:
    """Return the first years of new methods, for all countries."""
    return tuple(sorted(b.year for b in one.breaks if b.code == "method" and not b.iso3))


def stretches(one: Indicator) -> list[tuple[int, int]]:
    """Return the first and last year of each stretch of an indicator that is made in one way."""
    starts = [one.first_year, *(year for year in method_years(one) if one.first_year < year <= one.last_year)]
    return list(zip(starts, [year - 1 for year in starts[1:]] + [one.last_year], strict=True))


def span(first: int, last: int) -> str:
    """Return years as they are written: ``2013–2021``, or the one year."""
    return f"{first}–{last}" if first < last else f"{first}"


def same_figure(edition: str = "embedded", since: int = 2016) -> dict[str, int]:
    """Return in how many rows the World Justice Project's 1.5 equals its 4.4, from a year on and before; {} if absent.

    One series under two numbers is not two pieces of evidence.
    """
    if not hand_out.has("wjp_rule_of_law", "country_year", edition):
        return {}
    frame = hand_out.load("wjp_rule_of_law", "country_year", edition)
    frame = frame.dropna(subset=["subfactor_1_5", "subfactor_4_4"])
    same, after = frame["subfactor_1_5"] == frame["subfactor_4_4"], frame["year"] >= since
    return {"since": since, "same": int((same & after).sum()), "n": int(after.sum()),
            "same_before": int((same & ~after).sum()), "n_before": int((~after).sum())}  # fmt: skip


def _countries(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of countries that may be compared with one another."""
    keep = frame["iso3"].notna()
    if "unit_kind" in frame.columns:
        keep &= frame["unit_kind"] != "part_of_country"
    if "comparable" in frame.columns:
        keep &= frame["comparable"].fillna(False).astype(bool)
    return frame[keep & (frame["year"] >= FIRST_YEAR)]


def _check_once(rows: pd.DataFrame, dataset: str, table: str) -> None:
    twice = rows[rows.duplicated(KEY)]
    if len(twice):
        first = " ".join(str(part) for part in twice.iloc[0][KEY])
        raise JoinError(f"{dataset}.{table}", f"{len(twice)} rows repeat a country and year, for example {first}",
                        "Correct the codes in its cleaner")  # fmt: skip


def _series(rows: pd.DataFrame, one: Indicator) -> pd.DataFrame:
    part = rows[[*KEY, one.column]].dropna(subset=[one.column])
    year = part["year"].astype("int64")
    made = pd.DataFrame({"iso3": part["iso3"].astype(str), "year": year, "value": part[one.column].astype("float64"),
                         "stretch": sum((year >= first).astype("int64") for first in method_years(one))})  # fmt: skip
    return made.assign(stretch=made["stretch"].astype("int64")).sort_values(KEY, ignore_index=True)


def _source(frame: pd.DataFrame, rows: pd.DataFrame, first: Indicator, held: int) -> dict:
    shown = frame[frame["year"] >= FIRST_YEAR]
    odd = ~shown["comparable"].fillna(False).astype(bool) if "comparable" in frame.columns else shown["year"] < 0
    whole = shown["unit_kind"] != "part_of_country" if "unit_kind" in frame.columns else shown["year"] > 0
    return {"dataset": first.dataset, "table": first.table, "version": first.version, "measures": held,
            "rows": len(shown), "matched": len(rows),
            "without_iso3": int((~(shown["iso3"].notna() & whole) & ~odd).sum()),
            "not_comparable": int(odd.sum())}  # fmt: skip
