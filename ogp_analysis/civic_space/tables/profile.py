"""Tables of the country profile."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.civic_space.panel.frame import Panel
from ogp_analysis.civic_space.views import COHORTS
from ogp_analysis.display.links import source
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.timeline import Timeline
from ogp_analysis.statistics.change import Change
from ogp_analysis.statistics.dispersion import Dispersion
from ogp_analysis.statistics.interval_change import SignProbabilities


def scope_table(panel: Panel) -> Table:
    """Return what each source gave to the panel and what its join lost, one row a source table."""
    frame = panel.joins.assign(units_without_iso3=panel.joins["units_without_iso3"].replace("", "not_applicable"))
    headings = {
        "dataset": Heading("dataset"),
        "version": Heading("version"),
        "rows": Heading("rows", "count"),
        "matched": Heading("matched", "count"),
        "without_iso3": Heading("without_iso3", "count"),
        "not_comparable": Heading("others.column.apart", "count"),
        "units_without_iso3": Heading("units_without_iso3"),
    }
    caption = sentence("profile.table.scope", first=panel.first_year, last=panel.last_year)
    return table("scope", caption, frame, headings)


def indicator_table(panel: Panel, iso3: str, place: str, ids: Sequence[str] | None = None) -> Table:
    """Return Table 1: for each indicator what it asks, its bounds, its sample, and the country's mean in it.

    By default of all that the panel holds; else of those of `ids` that it holds.
    """
    own = panel.of(iso3)
    rows = [_indicator_row(panel, own, iso3, one) for one in panel.ids if ids is None or one in ids]
    headings = {
        "indicator": Heading("indicator"),
        "construct": Heading("construct"),
        "bounds": Heading("bounds"),
        "countries": Heading("countries", "count"),
        "observations": Heading("observations", "count"),
        "mean": Heading("mean", "index", 3),
        "own_years": Heading("own_years", "count"),
        "own_mean": Heading("own_mean", "index", 3),
    }
    caption = sentence("profile.table.indicators", place=place, first=panel.first_year, last=panel.last_year)
    return table("indicators", caption, pd.DataFrame(rows), headings)


def _indicator_row(panel: Panel, own: pd.DataFrame, iso3: str, one: str) -> dict:
    years = int(panel.coverage(iso3)[one].sum()) if one in panel.drawn_only else int(own[one].notna().sum())
    mean = "drawn_only" if one in panel.drawn_only else own[one].mean()
    return {**_measure_row(panel, one), "own_years": years, "own_mean": mean}


def _measure_row(panel: Panel, one: str) -> dict:
    countries, observations = panel.sample(one)
    known = indicator(one)
    kind = "low" if known.low else "std_error" if known.std_error else "none"
    return {"indicator": word(f"indicators.{one}.name"), "construct": word(f"indicators.{one}.construct"),
            "bounds": word(f"tables.bounds.{kind}"), "countries": countries, "observations": observations,
            "mean": "drawn_only" if one in panel.drawn_only else panel.frame[one].mean()}  # fmt: skip


def changes_table(changes: dict[str, Sequence[Change]], place: str) -> Table:
    """Return the changes of a country, one row an indicator and window, with ranks and shares."""
    rows = [_change_row(one, c) for one, found in changes.items() for c in found]
    headings = {
        "indicator": Heading("indicator"),
        "first": Heading("first", "year"),
        "last": Heading("last", "year"),
        "difference": Heading("difference", "index", 3, signed=True),
        "rank_fall": Heading("rank_fall", "rank"),
        "rank_rise": Heading("rank_rise", "rank"),
        "tied": Heading("tied", "count"),
        "n": Heading("n", "count"),
        "as_much": Heading("as_much", "count"),
        "share": Heading("share", "share"),
    }
    frame = pd.DataFrame(rows, columns=list(headings))
    return table("changes", sentence("profile.table.changes", place=place), frame, headings)


def _change_row(one: str, c: Change) -> dict:
    moved = c.as_much
    return {
        "indicator": word(f"indicators.{one}.short"),
        "first": c.first,
        "last": c.last,
        "first_value": c.first_value,
        "last_value": c.last_value,
        "difference": c.difference,
        "rank_fall": c.rank_fall,
        "rank_rise": c.rank_rise,
        "tied": c.tied,
        "n": c.n,
        "as_much": moved.count if moved else None,
        "share": moved.share if moved else None,
    }


def bounded_table(found: SignProbabilities, place: str) -> Table:
    """Return changes with the probability that each has the sign it shows, one row an indicator.

    Errors of the two years are taken as independent. Where there is no probability, the row says why.
    """
    headings = {
        "term": Heading("indicator"),
        "first_value": Heading("first_value", "index", 3),
        "last_value": Heading("last_value", "index", 3),
        "difference": Heading("difference", "index", 3, signed=True),
        "probability": Heading("sign_probability", "probability", 3),
    }
    frame = _probabilities(found, ["probability"])
    n = sum(c.probability is not None for c in found.changes)
    caption = sentence("profile.table.bounded", place=place, first=found.first, last=found.last, n=n)
    return table("bounded_changes", caption, frame, headings)


def correlations_table(found: SignProbabilities, place: str) -> Table:
    """Return the probabilities of :func:`bounded_table` for three correlations of the errors, one row an indicator."""
    names = {"probability": "correlation_0", "probability_50": "correlation_50", "probability_90": "correlation_90"}
    headings = {"term": Heading("indicator"), "difference": Heading("difference", "index", 3, signed=True)}
    headings |= {name: Heading(heading, "probability", 3) for name, heading in names.items()}
    caption = sentence("profile.table.correlations", place=place, first=found.first, last=found.last)
    return table("correlated_errors", caption, _probabilities(found, list(names)), headings)


def _probabilities(found: SignProbabilities, columns: list[str]) -> pd.DataFrame:
    frame = found.frame
    frame["term"] = [word(f"indicators.{one}.short") for one in frame["term"]]
    reasons = pd.Series([no_probability(c.note) for c in found.changes], index=frame.index, dtype="object")
    for name in columns:
        frame[name] = frame[name].astype("object").where(frame[name].notna(), reasons)
    return frame


def no_probability(note: str) -> str:
    """Return why a change has no probability, as a missing value, from the note of a ``SignProbability``."""
    return {"not_observed": "no_data", "no_bounds": "not_published"}.get(note, note)


def bounded_facts(found: SignProbabilities) -> dict:
    """Return what the sentence on these changes says: how many have a probability, the lowest and the highest."""
    known = sorted((c for c in found.changes if c.probability is not None), key=lambda c: (c.probability, c.term))
    unchanged = sum(c.note == "no_change_coded" for c in found.changes)
    if not known:
        return {"case": "no_change", "unchanged": unchanged} if unchanged else {"case": "none"}
    low, high = ({"name": word(f"indicators.{c.term}.short"), "value": c.probability} for c in (known[0], known[-1]))
    return {"case": "summary" if len(known) > 1 else "one", "n": len(known), "unchanged": unchanged,
            "lowest": low["value"], "lowest_name": low["name"], "highest": high["value"],
            "highest_name": high["name"]}  # fmt: skip


def events_table(history: Timeline, place: str) -> Table:
    """Return the dated events of a country in OGP, numbered as in the figure."""
    events = history.events.copy()
    rows = events.to_dict("records")
    events["event"] = [_event(row) for row in rows]
    events["source_url"] = [_source(row, history.iso3) for row in rows]
    headings = {
        "number": Heading("number", "count"), "date_text": Heading("date"), "event": Heading("event"),
        "source_url": Heading("source", "link"),
    }  # fmt: skip
    return table("events", sentence("profile.table.events", place=place, n=len(events)), events, headings)


def _source(row: dict, iso3: str) -> str:
    key = f"ogp_status_events ({iso3}, {row['date_text']}, {row['event_code']})"
    return source(row["source_url"], date=row["date_text"], row=key)


def _event(row: dict) -> str:
    """Return what happened, with the number of the plan and the confidence where the record states them."""
    notes = []
    if not pd.isna(row["plan_number"]):
        notes.append(f"{word('tables.column.plan_number').lower()} {row['plan_number']}")
    if isinstance(row["confidence"], str):
        notes.append(word("ogp.confidence_of") + " " + word(f"ogp.confidence.{row['confidence']}"))
    return word(f"ogp.event.{row['event_code']}") + (f" ({'; '.join(notes)})" if notes else "")


def measures_table(panel: Panel, ids: Sequence[str] | None = None) -> Table:
    """Return what each indicator of a panel asks, its bounds and its sample; by default of all it holds."""
    rows = [_measure_row(panel, one) for one in panel.ids if ids is None or one in ids]
    headings = {
        "indicator": Heading("indicator"), "construct": Heading("construct"), "bounds": Heading("bounds"),
        "countries": Heading("countries", "count"), "observations": Heading("observations", "count"),
        "mean": Heading("mean", "index", 3),
    }  # fmt: skip
    caption = sentence("profile.table.measures", first=panel.first_year, last=panel.last_year)
    return table("indicators", caption, pd.DataFrame(rows), headings)


def cohort_table(spread: Dispersion, first: int, last: int, indicator_id: str = "v2xcs_ccsi") -> Table:
    """Return, for each cohort of members, median and middle half at the first and the last year.

    `spread` is that of a fixed set of countries by cohort: the caption states how many they are, and how many of them
    ever joined, and the rows of a year sum to it.
    """
    ordered = sorted(spread.spreads, key=lambda s: (COHORTS.index(s.group), s.year))
    keep = [s for s in ordered if s.year in (first, last)]
    ends = [s for s in keep if s.year == last]
    rows = [
        {
            "cohort": word(f"tables.cohort.{s.group}"),
            "year": s.year,
            "n": s.n,
            "lower_quartile": s.lower_quartile,
            "median": s.median,
            "upper_quartile": s.upper_quartile,
        }
        for s in keep
    ]
    headings = {
        "cohort": Heading("cohort"),
        "year": Heading("year", "year"),
        "n": Heading("n", "count"),
        "lower_quartile": Heading("lower_quartile", "index", 3),
        "median": Heading("median", "index", 3),
        "upper_quartile": Heading("upper_quartile", "index", 3),
    }
    return table(
        "cohorts",
        sentence(
            "profile.table.cohorts",
            indicator=word(f"indicators.{indicator_id}.name"),
            first=first,
            last=last,
            n=sum(s.n for s in ends),
            members=sum(s.n for s in ends if s.group != "never"),
        ),
        pd.DataFrame(rows),
        headings,
    )


def values_table(panel: Panel, iso3: str, ids: list[str], place: str) -> Table:
    """Return the published values of a country, one row a year."""
    headings = {"year": Heading("year", "year")}
    frame = panel.of(iso3)[["year", *ids]]
    headings |= {one: Heading(f"indicators.{one}.short", "index", 3) for one in ids}
    return table("values", sentence("profile.table.values", place=place), frame, headings)
