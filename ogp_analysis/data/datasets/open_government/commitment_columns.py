"""The columns of OGP commitments: which raw column each comes from in each vintage, and what its values mean.

The mapping stands in ``commitments.toml``; this module reads it and makes the one-column functions from it. A vintage
that the mapping does not name is a later sheet: each of its columns is looked for under every name that the mapping
has for it, and bears the newest.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import Column
from ogp_analysis.data.cleaning.coding import translated
from ogp_analysis.data.cleaning.country_year import known, refuse, require
from ogp_analysis.data.cleaning.dataset import Layout
from ogp_analysis.data.cleaning.record import FILE, LINE, changed, passed_over

MAPPING_FILE = "commitments.toml"
MAPPING, TAGS = toml(__file__, MAPPING_FILE), toml(__file__, "commitment_tags.toml")

#: Vintages of the data, the oldest first.
VINTAGES = tuple(MAPPING["vintage"])
#: Vintage of each folder of the source.
BY_FOLDER = {entry["folder"]: vintage for vintage, entry in MAPPING["vintage"].items()}
#: Why a rating is not there. A missing value is a blank cell, or a column that the vintage does not have.
NOT_RATED = ("not_reviewed", "no_data")
KINDS = tuple(TAGS)
#: What a later sheet must have; places stand in one of two columns, as codes or as names of countries.
REQUIRED = ("plan_number", "title")
PLACES = ("Code", "Country")


def raw_name(field: str, vintage: str) -> str | None:
    """Return the raw column of an identity field in a vintage; None if the vintage has none."""
    return _name(MAPPING["identity"][field], vintage)


def _name(names: dict[str, str], vintage: str) -> str | None:
    """Return the name of a column in a vintage; in one that the mapping does not know, the newest."""
    return names.get(vintage) if vintage in MAPPING["vintage"] else names[max(names)] if names else None


def text(chunk: pd.DataFrame, field: str, vintage: str) -> pd.Series:
    """Return the raw text of an identity field; blank if the vintage does not have it."""
    name = raw_name(field, vintage)
    return chunk[name] if name in chunk.columns else pd.Series("", index=chunk.index, dtype="str")


def answers(
    chunk: pd.DataFrame, vintage: str, *, written_for: bool = True
) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return every rating and flag of a vintage by name, as codes, and the entries for the record.

    Those that the vintage does not have are missing. Where a label and its number contradict each other in a later
    sheet, the label wins: it is what the IRM prints.

    Raises
    ------
    CleaningError
        If a value is in no list, or, in one of the three vintages, a label and its number do not say the same.
    """
    found, entries = {}, []
    for entry in MAPPING["answer"]:
        raw, twin = (_name(entry.get(part, {}), vintage) for part in ("raw", "twin"))
        label = number = pd.Series("", index=chunk.index, dtype="str")
        if raw in chunk.columns:
            label = translated(chunk, raw, MAPPING["codes"][entry["codes"]], MAPPING_FILE)
        if raw in chunk.columns and twin in chunk.columns:
            # The twin must give the number of the label; a label that is not rated has none.
            numbers = MAPPING["twins"][entry["codes"]]
            expected = label.map(numbers).fillna(chunk[raw])
            wrong = chunk[twin] != expected
            if not written_for:
                entries.append(changed(chunk, twin, expected, "label_over_number"))
            elif wrong.any():
                action = "Decide which is right, in commitment_corrections.toml"
                refuse(chunk, twin, wrong, f"numbers that are not that of the label in {raw}", action, beside=raw)
            number = expected.where(label.isin(list(numbers)), "")
        found |= {entry["name"]: label} | ({f"{entry['name']}_coded": number} if entry.get("coded") else {})
    return found, entries


def answer_columns() -> tuple[Column, ...]:
    """Return the promise of every rating and flag, in the order of :func:`answers`."""
    columns = []
    for entry in MAPPING["answer"]:
        codes = tuple(dict.fromkeys(code for code in MAPPING["codes"][entry["codes"]].values() if code))
        about = {"direction": entry.get("direction", "")}
        columns.append(Column(entry["name"], "category", entry["description"], categories=codes, **about))
        if entry.get("coded"):
            numbers = [int(number) for number in MAPPING["twins"][entry["codes"]].values()]
            words = (
                f"Number that the file gives beside {entry['name']}. unclear has the number of none: go by the label."
            )
            low, high = min(numbers), max(numbers)
            name, unit = f"{entry['name']}_coded", f"{low} to {high}"
            columns.append(Column(name, "integer", words, unit, minimum=low, maximum=high, **about))
    return tuple(columns)


def require_known(chunk: pd.DataFrame, vintage: str) -> None:
    """Raise if a raw file lacks a column of its vintage, or has one that nobody has looked at.

    Raises
    ------
    CleaningError
        Naming the columns.
    """
    taken, left = raw_columns(vintage)
    absent = [name for name in taken if name not in chunk.columns]
    strange = [name for name in chunk.columns if name not in {*taken, *left, FILE, LINE}]
    if absent or strange:
        where = str(chunk[FILE].iloc[0]) if len(chunk) else f"commitments of {vintage}"
        odd = {"absent": absent, "not known": strange}
        raise CleaningError(
            where,
            "; ".join(f"{len(names)} columns are {what}, {listed(names)}" for what, names in odd.items() if names),
            "Get the file that the sidecar names",
        )


def raw_columns(vintage: str) -> tuple[list[str], list[str]]:
    """Return the raw columns of a vintage that are taken, and those that are left for a reason.

    Examples
    --------
    >>> taken, left = raw_columns("2016")
    >>> "Country" in taken, sorted(set(taken) & set(left))
    (True, [])
    """
    taken = [names[vintage] for names in _fields() if vintage in names]
    return taken, [name for entry in MAPPING["not_taken"] for name in entry.get(vintage, ())]


def _fields() -> list[dict[str, str]]:
    """Return the names of every column that is taken, by vintage: identity, answers with their twins, tags."""
    answers = [entry[part] for entry in MAPPING["answer"] for part in ("raw", "twin") if part in entry]
    return [*MAPPING["identity"].values(), *answers, *(names for kind in KINDS for names in TAGS[kind].values())]


def under_known_names(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a later sheet with its columns under the newest names of the mapping, and the entries for the record.

    Upper and lower case, blanks and signs of a name do not count, nor does the order of the columns. A column that
    nobody has looked at is named on the record and passed over.

    Raises
    ------
    CleaningError
        If it lacks a column of :data:`REQUIRED`, or the places.
    """
    own = [name for name in chunk.columns if name not in (FILE, LINE)]
    newest = {_name(names, "") for names in _fields()} | set(PLACES)
    names = {name: name for name in own if name in newest}
    for name in own:
        found = _known_names().get(folded(name))
        if name not in names and found and found not in names.values():
            names[name] = found
    blank = {name for name in own if name.startswith("Unnamed: ") and (chunk[name] == "").all()}
    strange = [name for name in own if name not in {*names, *blank} and folded(name) not in _known_names()]
    first = chunk.iloc[:1]
    moved = {old: new for old, new in names.items() if old != new}
    told = [
        changed(
            first[[FILE, LINE]].assign(**{old: old}), old, pd.Series(new, first.index, dtype="str"), "column_renamed"
        )
        for old, new in moved.items()
    ]
    chunk = chunk.rename(columns=moved)
    require(chunk, (*(raw_name(field, "") for field in REQUIRED), *([] if {*PLACES} & {*chunk.columns} else PLACES)))
    return chunk, [*told, *passed_over(chunk, {name: int((chunk[name] != "").sum()) for name in strange})]


def newest(name: str) -> str:
    """Return the newest name of a column that some vintage called `name`; itself if no vintage takes it."""
    return name if name in PLACES else _known_names().get(folded(name)) or name


def layout(name: str, like: str) -> Layout:
    """Return how a later sheet is recognised that is laid out as a vintage, by all the names that it may use."""
    fields = [names for names in _fields() if like in names]
    own = {names[like] for names in fields}
    place, number, title = (MAPPING["identity"][field][like] for field in ("place", "plan_number", "title"))
    every = {one for names in _fields() for one in names.values()}
    return Layout(
        name,
        required=(place, number, title),
        optional=tuple(sorted(own - {place, number, title})),
        aliases={other: names[like] for names in fields for other in names.values() if other not in {*own, *PLACES}},
        # What another vintage has: nothing is lacking without it.
        further="|".join(sorted(re.escape(" ".join(one.split())) for one in every - own)),
        last=MAPPING["identity"]["submission_year"][like],
    )


def folded(name: str) -> str:
    """Return the name of a column as it is compared: small letters and digits; numbers begin with ``_``."""
    plain = re.sub(r"<[^>]*>", "", name).strip()
    return "_" * plain.startswith("_") + " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


@cache
def _known_names() -> dict[str, str]:
    """Return the newest name of each column by every folded name that it has had; empty for one that is not taken."""
    left = {
        folded(name): "" for entry in MAPPING["not_taken"] for key in MAPPING["vintage"] for name in entry.get(key, ())
    }
    taken = {folded(name): _name(names, "") for names in _fields() for name in names.values()}
    return left | taken | {folded(name): name for name in PLACES}


def tag_names(vintage: str) -> dict[str, tuple[str, str]]:
    """Return the tags of a vintage: code and, for each, its kind and the name of its raw column."""
    named = {(kind, code): _name(names, vintage) for kind in KINDS for code, names in TAGS[kind].items()}
    return {code: (kind, name) for (kind, code), name in named.items() if name}


def dummy(chunk: pd.DataFrame, vintage: str) -> pd.Series:
    """Return ``commitment``, or ``milestone`` for the ten rows of 2015 that are a part of one."""
    name = raw_name("commitment_dummy", vintage)
    if name not in chunk.columns:
        return pd.Series("commitment", index=chunk.index, dtype="str")
    return known(chunk, name, ("1", "0")).map({"1": "commitment", "0": "milestone"})


# Start and end dates of OGP commitments, written in about thirty ways and partly ambiguous: text → the days it allows.
# No reading is chosen where several are possible: a date is an interval, from the earliest to the latest day that its
# text allows.

#: Statuses of a text that names a time, the finest first.
DATED = ("day", "month", "quarter", "period", "season", "year")
#: Statuses of a text without days: ``impossible`` is a day that no calendar has, ``unread`` a text of a later sheet
#: that no pattern knows; the others are said in words.
UNDATED = ("impossible", *dict.fromkeys(entry["status"] for entry in MAPPING["date_words"]), "unread")

#: Day 0 of the serial dates of spreadsheets.
_SERIAL = date(1899, 12, 30)
#: The year that bare years of our time turn into when they are taken for such days.
_SERIAL_YEAR = 1905
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
_QUARTER = r"(\d|I{1,3}|IV)"


@dataclass(frozen=True)
class Reading:
    """What a date text says.

    Attributes
    ----------
    status : str
        One of :data:`DATED` or :data:`UNDATED`.
    earliest, latest : datetime.date or None
        The days it allows; None if it has no days.
    ambiguous : bool
        True if day and month can be read both ways; `earliest` and `latest` are then the two readings.

    Notes
    -----
    The file of 2016 has both orders: what 2015 wrote ``Jul-12`` became 07/01/2012, what it wrote 07/01/2013 became
    01/07/2013. Of 764 ambiguous dates that 2015 gives to the month, 762 have the month in front and the day 1 behind.
    """

    status: str
    earliest: date | None = None
    latest: date | None = None
    ambiguous: bool = False

    @property
    def likely(self) -> date | None:
        """The day, where there is one; of two readings the first of a month, by rule ``first_of_month``."""
        if self.status != "day":
            return None
        firsts = [day for day in (self.earliest, self.latest) if day.day == 1]
        if not self.ambiguous:
            return self.earliest
        return firsts[0] if len(firsts) == 1 else None


def date_columns(field: str, chunk: pd.DataFrame, raw: str, *, known: bool = True) -> dict[str, pd.Series]:
    """Return the columns of a date field: raw text, status, ambiguous, earliest, latest and likely day.

    Parameters
    ----------
    field : str
        ``start`` or ``end``: the beginning of the names.
    chunk : pandas.DataFrame
        Raw text with file and line.
    raw : str
        Its column; if the chunk has none of that name, nothing is stated.
    known : bool
        Whether every text of the vintage has been looked at.

    Raises
    ------
    CleaningError
        If a date of a known vintage fits no pattern.
    """
    chunk = chunk if raw in chunk.columns else chunk.assign(**{raw: ""})
    readings = {text: reading(text) for text in chunk[raw].unique()}
    odd = [text for text, said in readings.items() if said is None]
    if not known:
        readings |= {text: Reading("unread" if text else "") for text in odd}
    elif odd:
        action = "Correct the source row"
        refuse(chunk, raw, chunk[raw].isin(odd), "dates in an unknown format", action)

    def each(part: Callable[[Reading], str | bool]) -> pd.Series:
        return chunk[raw].map({text: part(said) for text, said in readings.items()})

    return {
        f"{field}_date_raw": chunk[raw],
        f"{field}_date_status": each(lambda said: said.status),
        f"{field}_date_ambiguous": each(lambda said: said.ambiguous).astype("boolean"),
        f"{field}_date_earliest": each(lambda said: _iso(said.earliest)),
        f"{field}_date_latest": each(lambda said: _iso(said.latest)),
        f"{field}_date_likely": each(lambda said: _iso(said.likely)),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def reading(text: str) -> Reading | None:
    """Return what a date text says; None if it fits no pattern.

    Rules: ``day_or_month_first`` keeps both readings of two numbers up to 12; ``spreadsheet_serial`` reads five digits
    as days since 30 December 1899; ``year_read_as_serial`` undoes the same mistake made with a bare year, which gives
    a day of July 1905; two digits of a year are of this century.
    """
    for pattern, read in _WAYS:
        if found := re.fullmatch(pattern, text):
            return read(*found.groups())
    for entry in MAPPING["date_words"]:
        if re.fullmatch(entry["pattern"], text):
            return Reading(entry["status"])
    return None


def _slashes(first: str, second: str, written: str) -> Reading:
    one, two, year = int(first), int(second), _century(written)
    if year == _SERIAL_YEAR and one <= 12:
        return _year(str((date(year, one, two) - _SERIAL).days))
    days = sorted(
        {
            date(year, month, day)
            for month, day in ((one, two), (two, one))
            if (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1])
        }
    )
    return Reading("day", days[0], days[-1], len(days) > 1) if days else Reading("impossible")


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _on(day: date) -> Reading:
    return Reading("day", day, day)


def _span(status: str, year: int, first: int, last: int) -> Reading:
    return Reading(status, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _year(year: str) -> Reading:
    return _span("year", int(year), 1, 12)


def _month(name: str, year: str) -> Reading:
    month = int(name) if name.isdigit() else _MONTHS[name]
    return _span("month", _century(year), month, month)


def _quarter(which: str, year: str) -> Reading:
    number = _ROMAN.get(which) or int(which)
    return _span("quarter", int(year), 3 * number - 2, 3 * number)


#: How dates are written. A season is one of two half-years apart on the two hemispheres, so it counts as its year.
_WAYS = (
    (r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", _slashes),
    (r"(\d{5})", lambda days: _on(_SERIAL + timedelta(days=int(days)))),
    (r"((?:19|20)\d{2})", _year),
    (r"(0[1-9]|1[0-2])/(\d{2})", _month),
    (_MONTH + r"[- ](\d{4}|\d{2})", _month),
    (_MONTH + r" (\d{1,2}), (\d{2})", lambda name, day, year: _on(date(_century(year), _MONTHS[name], int(day)))),
    (rf"(?:Quarter|Trimester) {_QUARTER},? (\d{{4}})", _quarter),
    (rf"{_QUARTER} quarter of (\d{{4}})", _quarter),
    (rf"{_MONTH}/{_MONTH} (\d{{4}})", lambda a, b, year: _span("period", int(year), _MONTHS[a], _MONTHS[b])),
    (r"(\d{4})-(\d{4})", lambda first, last: Reading("period", date(int(first), 1, 1), date(int(last), 12, 31))),
    (r"(?:Spring|Summer|Autumn|Fall) (\d{4})", lambda year: _span("season", int(year), 1, 12)),
)
