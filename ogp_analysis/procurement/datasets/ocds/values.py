"""Instants and currencies, a whole column at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets.ocds import rules
from ogp_analysis.procurement.datasets.ocds.rules import facts

_INSTANT, _IN_UTC = pa.timestamp("us"), pa.timestamp("us", "UTC")
#: Years outside are slips of the pen, or stand for "not known".
FIRST_YEAR, LAST_YEAR = 1980, 2100
_FROM, _TO = (pa.scalar(datetime(year, 1, 1, tzinfo=UTC), _IN_UTC) for year in (FIRST_YEAR, LAST_YEAR + 1))
_ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?"
    r"\s*(?:([Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)|([A-Za-z].*))?)?\s*"
)
NO_ZONE, NO_TIME, IMPOSSIBLE, UNREADABLE = "no_zone", "no_time", "impossible", "unreadable"


class Mapped(NamedTuple):
    """A column after its rules.

    Attributes
    ----------
    values : pyarrow.Array
        The new values.
    rules : pyarrow.Array or None
        For each value the rule or status that applies, null for none; None if none applies to any.
    """

    values: pa.Array
    rules: pa.Array | None


def instants(texts: pa.Array) -> Mapped:
    """Read instants; the rule is how a text was read, if not as a whole instant with its zone.

    ``no_time`` (a day: its midnight), ``no_zone`` (read as UTC; also where the zone is named in words),
    ``impossible`` (no such day, or a year that is out of the question), ``unreadable``: the last two are missing.
    """
    try:
        read = pc.cast(texts, _IN_UTC)
        ends = pc.min_max(read)
        in_range = pc.and_(pc.greater_equal(ends["min"], _FROM), pc.less(ends["max"], _TO))
        if not ends["min"].is_valid or in_range.as_py():
            return Mapped(read.cast(_INSTANT), None)
    except pa.ArrowInvalid:
        pass

    def instant(text: str) -> tuple[datetime | None, str | None]:
        found = _ISO.fullmatch(text)
        if found is None:
            return None, None if not text.strip() else UNREADABLE
        *parts, fraction, zone, _ = found.groups()
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in parts)
            # Midnight may be written as the end of a day.
            moment = datetime(
                year, month, day, 0 if hour == 24 else hour, minute, second, int(f"{fraction or 0:0<6}"[:6])
            )
            moment += timedelta(days=hour == 24)
            offset = timedelta(0)
            if zone and zone[0] in "+-":
                digits = zone[1:].replace(":", "")
                offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
                offset = -offset if zone[0] == "-" else offset
            moment = moment.replace(tzinfo=timezone(offset)).astimezone(UTC).replace(tzinfo=None)
        except (ValueError, OverflowError):
            return None, IMPOSSIBLE
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            return None, IMPOSSIBLE
        return moment, NO_TIME if parts[3] is None else None if zone else NO_ZONE

    return _by_value(texts, instant, _INSTANT)


def currencies(texts: pa.Array) -> Mapped:
    """Read codes of ISO 4217; the rule says why a code is another than published.

    ``currency_case`` (``mdl``), ``currency_blank``, ``currency_misspelt`` (``MNX``), ``currency_test``,
    ``currency_unknown``: all but the first are missing.
    """
    known = pa.array([*facts()["currencies"]["known"], None])
    if pc.all(pc.is_in(texts, known), min_count=0).as_py():
        return Mapped(texts, None)

    def currency(text: str) -> tuple[str | None, str | None]:
        lists, code = facts()["currencies"], text.strip().upper()
        if code in lists["known"]:
            return ruled(code, rule=None if code == text else rules.CURRENCY_CASE)
        if not code:
            return ruled(None, rule=rules.CURRENCY_BLANK)
        if code in lists["misspelt"]:
            return ruled(None, rule=rules.CURRENCY_MISSPELT)
        return ruled(None, rule=rules.CURRENCY_TEST if code in lists["test"] else rules.CURRENCY_UNKNOWN)

    return _by_value(texts, currency, pa.string())


def ruled(value: str | None, rule: str | None) -> tuple[str | None, str | None]:
    """Return a value with the rule that made it."""
    return value, rule


def _by_value(texts: pa.Array, one: Callable[[str], tuple], kind: pa.DataType) -> Mapped:
    """Look at each distinct text once."""
    coded = texts.dictionary_encode()
    made = [(None, None) if text is None else one(text) for text in coded.dictionary.to_pylist()]
    values, rules = pa.array([value for value, _ in made], kind), pa.array([rule for _, rule in made], pa.string())
    rules = rules.take(coded.indices) if rules.null_count < len(rules) else None
    return Mapped(values.take(coded.indices), rules)
