"""Dated events of OGP membership: letters, cases, changes of status, and what civil society did."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.coding import coded, country_codes, rules
from ogp_analysis.data.cleaning.corrections import lacking
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.reading import by_part, read
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, kept_but, merged

_FILE = "status_events.toml"
CODING = toml(__file__, _FILE)

_CATEGORIES = {event["code"]: event["category"] for event in CODING["event"]}
_KEY = ["iso3", "date_text", "event_code"]
_ORDINALS = {word: str(n) for n, word in enumerate("first second third fourth fifth sixth seventh".split(), start=1)}
#: What the press, or a page that is neither OGP's nor a government's, is worth by itself.
_CONFIDENCE = {"press": "medium", "mailing_list": "medium", "copy": "low"}
_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"

EVENTS, CONFLICTS = schemas(
    CODING["table"],
    precisions=coding.PRECISIONS,
    mechanisms=tuple(dict.fromkeys(CODING["mechanisms"].values())),
    events={event["code"]: event["meaning"] for event in CODING["event"]},
    kinds=tuple(dict.fromkeys(_CATEGORIES.values())),
    caveats=tuple(dict.fromkeys([*CODING["caveats"], *(one["caveat"] for one in CODING["caveat"])])),
    source_kinds=addresses.KINDS,
    matters=tuple(dict.fromkeys(CODING["matters"].values())),
    conflict_caveats=tuple(
        dict.fromkeys(one["caveat"] for matters in CODING["decided"].values() for one in matters.values())
    ),
)
_ADDITIONS = "additions-2026-11"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the coded events of a chunk of a compiled table, or the coded conflicts; every row is kept.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    source : Input
        The input it was read from.

    Raises
    ------
    CleaningError
        If a rule is missing for a text, a mechanism, a matter, a host or a date.
    """
    links, named = addresses.without_names(chunk, "source_url") if "source_url" in chunk.columns else (None, [])
    if "prefer" in chunk.columns:
        return Cleaned({"conflicts": conflicts(chunk, links)}, kept_but(chunk, *named))
    code = coded(chunk, "event", rules(CODING["event"]), _FILE)
    kind = addresses.kinds(chunk, "source_url", written_for=not source.layout)
    # What only the news says is of medium confidence, unless the coding table judges it by itself.
    news = chunk["event"].str.contains(r"\breported\b|\bnews report\b")
    confidence = kind.map(_CONFIDENCE).fillna("").mask(news, "medium")
    caveat = by_part(chunk["event"], CODING["caveats"])
    for judged in CODING["confidence"]:
        confidence = confidence.mask(_is(chunk, code, judged), judged["confidence"])
    for judged in CODING["caveat"]:
        caveat = caveat.mask(_is(chunk, code, judged), judged["caveat"])
    precision = coding.precision(chunk["date"])
    odd = precision != chunk["date_precision"]
    what, action = "dates that are not as precise as stated", "Correct the date or its precision"
    refuse(chunk, "date", odd, what, action, beside="date_precision")
    ordinal = chunk["event"].str.lower().str.extract(rf"\b({'|'.join(_ORDINALS)}) plan\b", expand=False)
    events = read(
        chunk,
        EVENTS,
        {"mechanism": CODING["mechanisms"]},
        _FILE,
        iso3=country_codes(chunk, "iso3"),
        date_precision=precision,
        date=coding.first_day(chunk["date"]),
        event_code=code,
        event_category=code.map(_CATEGORIES),
        plan_number=ordinal.map(_ORDINALS).fillna(""),
        commitment_number="",
        confidence=confidence,
        caveat=caveat,
        source_kind=kind,
        verified=confidence != "unconfirmed",
        origin="additions" if source.version == _ADDITIONS else "compiled",
        source_url=links,
        _written_for=not source.layout,
        **{FILE: chunk[FILE], LINE: chunk[LINE]},
    )
    return Cleaned({"events": events}, kept_but(chunk, *named))


def conflicts(chunk: pd.DataFrame, links: pd.Series) -> pd.DataFrame:
    """Return ``conflicts``: what was held, what was found and which is preferred, of which every year is in the row.

    Raises
    ------
    CleaningError
        If a matter or a preference is unknown, or a coded year does not stand in its row.
    """
    matter = chunk["field"].map(CODING["matters"])
    coded_as = [CODING["decided"].get(iso3, {}).get(name) for iso3, name in zip(chunk["iso3"], matter, strict=True)]
    texts = chunk["held"] + " " + chunk["found"] + " " + chunk["note"] + " " + chunk["source_url"]
    stale = [
        one is None or not set(re.findall(_YEAR, f"{one['held']} {one['found']}")) <= set(re.findall(_YEAR, text))
        for one, text in zip(coded_as, texts, strict=True)
    ]
    if any(stale):
        what, action = "matters that differ from their coding", f"Code them in {_FILE}"
        refuse(chunk, "found", pd.Series(stale, chunk.index), what, action, "iso3")
    return read(
        chunk,
        CONFLICTS,
        {"matter": CODING["matters"], "prefer": CODING["prefers"]},
        _FILE,
        **{name: [one[name] for one in coded_as] for name in ("held", "found", "caveat")},
        source_kind=addresses.kinds(chunk, "source_url", written_for=False),
        source_url=links,
    )


def finish(parts) -> Cleaned:
    """Put the chunks together, merge rows that a better dated row repeats, and add the facts of our own table.

    A row that another one puts right is recoded where that one is there, so that an exit is dated once.

    Raises
    ------
    CleaningError
        If the coding table judges a row that is absent, or adds a fact that the compiled table has.
    """
    whole = concatenate(parts)
    rest = {name: table for name, table in whole.tables.items() if name != "events"}
    if "events" not in whole.tables:
        return Cleaned(rest, whole.record)
    events = put_right(whole.tables["events"].reset_index(drop=True))
    written_for = bool(events["_written_for"].all())
    if written_for:
        judged = [(one["iso3"], one["date"], one["event_code"]) for one in CODING["confidence"]]
        if gone := pd.MultiIndex.from_tuples(judged).difference(pd.MultiIndex.from_frame(events[_KEY])).tolist():
            raise CleaningError(
                _FILE,
                f"{len(gone)} judgements refer to rows that do not exist, {listed(gone)}",
                "Take out the judgement, or correct its key",
            )
    kept, entry = finest(events)
    added = pd.DataFrame(CODING["added"]).explode("iso3").rename(columns={"date": "date_text"})
    facts, told = lacking(added, kept, _KEY, "fact", "date", _FILE, written_for=written_for)
    facts = facts.assign(
        date_precision=coding.precision(facts["date_text"]),
        date=coding.first_day(facts["date_text"]),
        event_category=facts["event_code"].map(_CATEGORIES),
        confidence="",
        caveat="",
        source_kind=facts["source_url"].map(addresses.kind),
        origin="added",
    )
    table = pd.concat([kept[EVENTS.names], facts[EVENTS.names]], ignore_index=True)
    return Cleaned({"events": table, **rest}, whole.record.without(entry) + Record({}, {}, told))


def put_right(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events with the codes that other rows of the table put right."""
    for one in CODING["put_right"]:
        own = (events["iso3"] == one["iso3"]) & (events["event_code"] == one["event_code"])
        if (own & (events["date_text"] == one["by"])).any():
            new = events["event_code"].mask(own & (events["date_text"] == one["date"]), one["becomes"])
            events = events.assign(event_code=new, event_category=new.map(_CATEGORIES))
    return events


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
        links = [events.loc[into, "source_url"].iloc[0], coarse["source_url"]]
        if not coarse["confidence"]:  # the better page comes first
            events.loc[into, ["confidence", "source_kind"]] = ["", coarse["source_kind"]]
            links.reverse()
        events.loc[into, "source_url"] = " | ".join(links)
    return events[finer == ""], entry


def _is(chunk: pd.DataFrame, code: pd.Series, one: dict) -> pd.Series:
    """Return the mask of the rows that an entry of the coding table names."""
    return (chunk["iso3"] == one["iso3"]) & (chunk["date"] == one["date"]) & (code == one["event_code"])


DATASET = declare("ogp_status_events", clean, (EVENTS, CONFLICTS), finish)
