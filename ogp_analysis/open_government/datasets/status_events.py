"""Dated events of OGP membership: letters, cases, changes of status, and what civil society did."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import coded, country_codes, rules, translated
from ogp_analysis.tidy.corrections import lacking
from ogp_analysis.tidy.country_year import refuse, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout, concatenate
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, Record, kept_all, merged

RESOURCES = ("status_events.toml",)
CODING = tomllib.loads(Path(__file__).with_name(RESOURCES[0]).read_text(encoding="utf-8"))

_CATEGORIES = {event["code"]: event["category"] for event in CODING["event"]}
_KEY = ["iso3", "date_text", "event_code"]
_ORDINALS = {word: str(n) for n, word in enumerate(("first", "second", "third", "fourth", "fifth"), start=1)}

(EVENTS,) = schemas(
    CODING["table"],
    precisions=partial_dates.PRECISIONS,
    mechanisms=tuple(dict.fromkeys(CODING["mechanisms"].values())),
    events={event["code"]: event["meaning"] for event in CODING["event"]},
    kinds=tuple(dict.fromkeys(_CATEGORIES.values())),
)
_COLUMNS = ("iso3", "date", "date_precision", "mechanism", "event", "source_url")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the coded events of a chunk of the compiled table, one row per dated event.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    source : Input
        The input it was read from.

    Raises
    ------
    CleaningError
        If a rule is missing for a text, a mechanism or a date.
    """
    require(chunk, _COLUMNS)
    code = coded(chunk, "event", rules(CODING["event"]), RESOURCES[0])
    # What only the news says is of medium confidence, unless the coding table judges it by itself.
    news = chunk["event"].str.contains(r"\breported\b|\bnews report\b")
    confidence = pd.Series("", index=chunk.index).mask(news, "medium")
    for judged in CODING["confidence"]:
        rows = (chunk["iso3"] == judged["iso3"]) & (chunk["date"] == judged["date"]) & (code == judged["event_code"])
        confidence = confidence.mask(rows, judged["confidence"])
    iso3 = country_codes(chunk, "iso3")
    read = partial_dates.precision(chunk["date"])
    if (odd := read != chunk["date_precision"]).any():
        what, action = "dates that are not as precise as stated", "Correct the date or its precision"
        refuse(chunk, "date", odd, what, action, beside="date_precision")
    ordinal = chunk["event"].str.lower().str.extract(rf"\b({'|'.join(_ORDINALS)}) plan\b", expand=False)
    events = pd.DataFrame(
        {
            "iso3": iso3,
            "date_text": chunk["date"],
            "date_precision": read,
            "date": partial_dates.first_day(chunk["date"]),
            "mechanism": translated(chunk, "mechanism", CODING["mechanisms"], RESOURCES[0]),
            "event_code": code,
            "event_category": code.map(_CATEGORIES),
            "plan_number": ordinal.map(_ORDINALS).fillna(""),
            "commitment_number": "",
            "confidence": confidence,
            "verified": confidence != "unconfirmed",
            "origin": "compiled",
            "source_url": chunk["source_url"],
            "_written_for": not source.layout,
            FILE: chunk[FILE],
            LINE: chunk[LINE],
        }
    )
    return Cleaned({"events": events}, kept_all(chunk))


def finish(parts) -> Cleaned:
    """Put the chunks together, merge rows that a better dated row repeats, and add the facts of our own table.

    Raises
    ------
    CleaningError
        If the coding table judges a row that is absent, or adds a fact that the compiled table has.
    """
    whole = concatenate(parts)
    events = whole.tables["events"].reset_index(drop=True)
    written_for = bool(events["_written_for"].all())
    if written_for:
        judged = [(one["iso3"], one["date"], one["event_code"]) for one in CODING["confidence"]]
        if gone := pd.MultiIndex.from_tuples(judged).difference(pd.MultiIndex.from_frame(events[_KEY])).tolist():
            raise CleaningError(
                RESOURCES[0],
                f"{len(gone)} judgements refer to rows that do not exist, {listed(gone)}",
                "Take out the judgement, or correct its key",
            )
    kept, entry = finest(events)
    added = pd.DataFrame(CODING["added"]).explode("iso3").rename(columns={"date": "date_text"})
    facts, told = lacking(added, kept, _KEY, "fact", "date", RESOURCES[0], written_for=written_for)
    facts = facts.assign(
        date_precision=partial_dates.precision(facts["date_text"]),
        date=partial_dates.first_day(facts["date_text"]),
        event_category=facts["event_code"].map(_CATEGORIES),
        confidence="",
        origin="added",
    )
    table = pd.concat([kept[EVENTS.names], facts[EVENTS.names]], ignore_index=True)
    return Cleaned({"events": table}, whole.record.without(entry) + Record({}, {}, told))


def finest(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the events without those that a better dated row repeats, and the entries on these.

    Rule ``dated_row_supersedes``: of two rows with the same country and event code, one dated to the year or
    month only and the other within that year or month, the coarser is merged into the finer, which takes on its
    link and, if the coarser rests on better than a news report, its confidence.
    """
    pair = ["iso3", "event_code"]
    dates = events.groupby(pair)["date_text"].agg(list).to_dict()
    # For each row the date of the finer row that repeats it, or blank.
    finer = pd.Series("", index=events.index)
    for index, *place, text in events.loc[events["date_precision"] != "day", [*pair, "date_text"]].itertuples():
        finer[index] = min((one for one in dates[tuple(place)] if one.startswith(text + "-")), default="")
    again = finer[finer != ""]
    entry = merged(events, finer != "", "dated_row_supersedes", "date_text", again)
    # The finer row takes over the source, and lacks a confidence if the coarse one does.
    events = events.copy()
    for index, date in again.items():
        coarse = events.loc[index]
        into = (
            (events["iso3"] == coarse["iso3"])
            & (events["event_code"] == coarse["event_code"])
            & (events["date_text"] == date)
        )
        events.loc[into, "source_url"] += " | " + coarse["source_url"]
        if not coarse["confidence"]:
            events.loc[into, "confidence"] = ""
    return events[finer == ""], entry


DATASET = Dataset(
    name="ogp_status_events",
    title="Dated events of OGP membership (letters, cases, changes of status, civil society)",
    inputs=(Input("ogp_status_events", "compiled", "status_events.csv"),),
    clean=clean,
    schemas=(EVENTS,),
    finish=finish,
    invariants=Invariants(
        unsummed={
            "plan_number": "read from the text of the event",
            "commitment_number": "read from the text of the event",
        },
    ),
    layouts=(Layout("compiled", required=_COLUMNS, unread="country", version=r"(20\d\d)", last="date"),),
)
