"""Tables of measures beside the core index: what is absent, where a country stands, episodes, members and others."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.civic_space.barriers import SERIES
from ogp_analysis.civic_space.other_measures import ASKS_ABOUT_SURVEILLANCE, WINDOWS, Moved, Standing, never_alone
from ogp_analysis.civic_space.tables.profile import no_probability
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.rates import counted


def absent_table(ids: list[str]) -> Table:
    """Return the measures that an edition does not hold, one row each, with the command that fetches their files."""
    rows = [{"measure": measure_name(id), "fetch": f"ogp-analysis fetch {_source(id)}"} for id in ids]
    headings = {"measure": Heading("measure"), "fetch": Heading("others.column.fetch")}
    frame = pd.DataFrame(rows, columns=list(headings))
    return table("absent_measures", sentence("others.table.absent", n=len(rows)), frame, headings)


def asks_table(ids: list[str]) -> Table:
    """Return what each measure asks, its scale with its direction, and whether its values are written here."""
    rows = [
        {"measure": measure_name(id), "construct": _word(id, "construct"),
         "scale": f"{_word(id, 'unit')}; {_word(id, 'direction')}",
         "values": word(f"others.values.{'open' if id not in SERIES and indicator(id).redistribute else 'drawn_only'}")}
        for id in ids
    ]  # fmt: skip
    headings = {"measure": Heading("measure"), "construct": Heading("construct")}
    headings |= {name: Heading(f"others.column.{name}") for name in ("scale", "values")}
    frame = pd.DataFrame(rows, columns=list(headings))
    return table("what_measures_ask", sentence("others.table.asks", n=len(rows)), frame, headings)


def measure_name(id: str) -> str:
    """Return the name of an indicator, or of a series beside the catalogue."""
    return _word(id, "name")


def _word(id: str, what: str) -> str:
    return word(f"others.series.{id}.{what}" if id in SERIES else f"indicators.{id}.{what}")


def measure_names(ids: list[str]) -> str:
    """Return the names of some measures, in their order, for a sentence."""
    return "; ".join(measure_name(id) for id in ids)


def surveillance_facts(there: list[str]) -> dict:
    """Return which sentence is said of the measures on surveillance, and its values: all are named.

    Parameters
    ----------
    there : list of str
        Those of :data:`ASKS_ABOUT_SURVEILLANCE` that have values.
    """
    there = [id for id in ASKS_ABOUT_SURVEILLANCE if id in there]
    lacking = [id for id in ASKS_ABOUT_SURVEILLANCE if id not in there]
    case = "all" if not lacking else "together" if never_alone(there) else "one" if there else "none"
    return {
        "case": case,
        "names": measure_names(list(ASKS_ABOUT_SURVEILLANCE)),
        "present": measure_names(there),
        "lacking": measure_names(lacking),
    }


def _source(id: str) -> str:
    return SERIES[id][0] if id in SERIES else indicator(id).dataset


def where_it_stands_table(found: list[Standing], place: str) -> Table:
    """Return last value, bounds and place of a country, one row a measure: no number of those drawn only."""
    headings = {
        "measure": Heading("measure"), "year": Heading("others.column.at", "year"),
        "value": Heading("value", "index", 3), "low": Heading("low", "index", 3), "high": Heading("high", "index", 3),
        "rank": Heading("rank", "rank"), "tied": Heading("tied", "count"), "n": Heading("n", "count"),
    }  # fmt: skip
    frame = pd.DataFrame([_standing(one) for one in found], columns=list(headings)).astype(object)
    return table("other_measures", sentence("others.table.standings", place=place), frame, headings)


def _standing(one: Standing) -> dict:
    row = {"measure": word(f"indicators.{one.id}.short"), "year": one.year, "n": one.n}
    if one.year is None:
        return row | dict.fromkeys(("value", "low", "high", "rank", "tied"), "no_data")
    if one.drawn_only:
        return row | {"value": "drawn_only"} | dict.fromkeys(("low", "high", "rank", "tied"), "not_written")
    bounds = {name: getattr(one, name) if getattr(one, name) is not None else "no_bounds" for name in ("low", "high")}
    value = word(f"others.category.{one.id}.{int(one.value)}") if _ordinal(one) else one.value
    return row | bounds | {"value": value, "rank": one.rank, "tied": one.tied}


def where_it_moved_table(found: list[Standing], place: str) -> Table:
    """Return the changes of a country up to its last value, one row a measure: not of those that may be drawn only."""
    headings = {"measure": Heading("measure"), "year": Heading("others.column.until", "year")}
    headings |= {f"change_{w}": Heading(f"others.column.change_{w}", "index", 3, signed=True) for w in WINDOWS}
    headings["probability"] = Heading("others.column.probability", "probability", 3)
    rows = [_changes(one) for one in found if not one.drawn_only and one.year is not None]
    frame = pd.DataFrame(rows, columns=list(headings)).astype(object)
    return table("other_changes", sentence("others.table.moved", place=place), frame, headings)


def _changes(one: Standing) -> dict:
    changes = {f"change_{moved.last - moved.first}": _moved(moved, _ordinal(one)) for moved in one.moved}
    measure = {"measure": word(f"indicators.{one.id}.short"), "year": one.year}
    return measure | changes | {"probability": no_probability(one.note) if one.probability is None else one.probability}


def _ordinal(one: Standing) -> bool:
    return indicator(one.id).scale == "ordinal"


def _moved(moved: Moved, ordinal: bool) -> float | str:
    """Return a change, why there is none, or for categories, whose distances have no size, its direction."""
    if moved.crossed is not None:
        return sentence("others.break", case=moved.crossed.code, year=moved.crossed.year).plain()
    if moved.difference is None:
        return "no_data"
    if not ordinal:
        return moved.difference
    sign = (moved.difference > 0) - (moved.difference < 0)
    return word("others.moved." + {1: "rose", -1: "fell", 0: "unchanged"}[sign])


def episodes_table(episodes: pd.DataFrame, place: str) -> Table:
    """Return the episodes in which a country's regime moved, one row each, by their first year."""
    frame = episodes.assign(
        direction=[word(f"others.direction.{code}") for code in episodes["direction"]],
        outcome=[word(f"others.outcome.{code}") for code in episodes["outcome"]],
    )
    headings = {name: Heading(f"others.column.{name}") for name in ("direction", "start", "end", "outcome")}
    headings |= {name: Heading(f"others.column.{name}", "year") for name in ("start", "end")}
    caption = sentence("others.table.episodes", place=place, n=len(frame))
    return table("regime_episodes", caption, frame[["direction", "start", "end", "outcome"]], headings)


def groups_table(groups: dict[str, pd.DataFrame | Withheld], region_name: str) -> Table:
    """Return medians of members and others at both ends of the last years without a break, one row a measure and group.

    Ordered categories are in :func:`shares_table`.
    """
    names = ("first", "last", "n", "first_median", "last_median", "lower_quartile", "upper_quartile")
    rows = [row for id, frame in groups.items() if indicator(id).scale != "ordinal" for row in _ends(id, frame, names)]
    headings = {
        "measure": Heading("measure"), "group": Heading("others.column.group"), "first": Heading("first", "year"),
        "last": Heading("last", "year"), "n": Heading("n", "count"),
        "first_median": Heading("others.column.first_median", "index", 3),
        "last_median": Heading("others.column.last_median", "index", 3),
        "lower_quartile": Heading("lower_quartile", "index", 3),
        "upper_quartile": Heading("upper_quartile", "index", 3),
    }  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(headings)).astype(object)
    return table("other_measures", sentence("others.table.groups", region=region_name), frame, headings)


def _ends(id: str, frame: pd.DataFrame | Withheld, names: tuple[str, ...]) -> list[dict]:
    measure = {"measure": word(f"indicators.{id}.short")}
    if isinstance(frame, Withheld):
        return [measure | {"group": "drawn_only"} | dict.fromkeys(names, "not_written")]
    last = frame[frame["segment"] == frame["segment"].max()]
    return [measure | _group(group, last[last["group"] == group]) for group in ("ever", "never")]


def _group(group: str, rows: pd.DataFrame) -> dict:
    named = {"group": word(f"others.group.{group}")}
    if rows.empty:
        return named | {"n": 0}
    first, last = rows.iloc[0], rows.iloc[-1]
    return named | {"first": int(first["year"]), "last": int(last["year"]), "n": int(last["n"]),
                    "first_median": first["median"], "last_median": last["median"],
                    "lower_quartile": last["q1"], "upper_quartile": last["q3"]}  # fmt: skip


def shares_table(groups: dict[str, pd.DataFrame | Withheld], region_name: str) -> Table:
    """Return, of ordered categories, the share of members and of others at the category or above in the last year."""
    names = ("year", "count", "n", "share")
    rows = [
        row for id, frame in groups.items() if indicator(id).scale == "ordinal" for row in _shares(id, frame, names)
    ]
    headings = {
        "measure": Heading("measure"), "group": Heading("others.column.group"),
        "year": Heading("others.column.at", "year"), "count": Heading("count", "count"), "n": Heading("n", "count"),
        "share": Heading("share", "share"),
    }  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(headings)).astype(object)
    return table("other_categories", sentence("others.table.shares", region=region_name), frame, headings)


def _shares(id: str, frame: pd.DataFrame | Withheld, names: tuple[str, ...]) -> list[dict]:
    measure = {"measure": f"{word(f'indicators.{id}.short')}: {word(f'others.share.{id}')}"}
    if isinstance(frame, Withheld):
        return [measure | {"group": "drawn_only"} | dict.fromkeys(names, "not_written")]
    last = frame[frame["year"] == frame["year"].max()]
    rows = []
    for group, n, count in zip(last["group"], last["n"], last["count"], strict=True):
        found = counted(int(count), int(n))
        rows.append(measure | {"group": word(f"others.group.{group}"), "year": int(last["year"].iloc[0]),
                               "count": found.count, "n": found.n, "share": found.share})  # fmt: skip
    return rows
