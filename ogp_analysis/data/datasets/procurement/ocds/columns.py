"""What is done to the columns of a block: dates and currencies read, persons masked, and all of it noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.beside import toml
from ogp_analysis.data.cleaning import dataset
from ogp_analysis.data.datasets.procurement.ocds import masking
from ogp_analysis.data.datasets.procurement.ocds.rows import Relations
from ogp_analysis.data.datasets.procurement.ocds.schemas import ITEMS, NO_BID, SECTIONS, TABLES, Odd, facts, path

# Letters that an encoding lost in a name, and left as a question mark or a replacement sign within the word.

_LOST = "?\N{REPLACEMENT CHARACTER}"
_WORD = re.compile(rf"[^\W\d_]*(?:[{_LOST}][^\W\d_]*)+")
_LETTERS = "[áéíóúüñ]"


@cache
def _words() -> tuple[str, ...]:
    told = toml(__file__, "lost_letters.toml")
    return tuple(sorted(set(told["words"].split())))


def may_miss(texts: pa.Array) -> np.ndarray:
    """Return which texts hold a sign for a lost letter within a word; false where missing."""
    pattern = rf"[\pL][{_LOST}]|[{_LOST}][\pL]"
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False))


@lru_cache(maxsize=2**12)
def restored(text: str) -> str:
    """Return a text with the lost letters of each word for which exactly one of the known words fits.

    A word that fits none or several stays as published, and so does a question mark that ends a word.
    """

    def mended(word: str) -> str:
        if not word.strip(_LOST):
            return word
        fitting = re.compile("".join(_LETTERS if sign in _LOST else re.escape(sign.lower()) for sign in word))
        known = [one for one in _words() if fitting.fullmatch(one)]
        if len(known) != 1:
            return word
        upper = "".join(sign for sign in word if sign not in _LOST).isupper()
        return "".join(
            (new.upper() if upper else new) if sign in _LOST else sign for sign, new in zip(word, known[0], strict=True)
        )

    return _WORD.sub(lambda found: mended(found[0]), text)


# Instants and currencies, a whole column at a time.

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
            return code, None if code == text else "currency_case"
        if not code:
            return None, "currency_blank"
        if code in lists["misspelt"]:
            return None, "currency_misspelt"
        return None, "currency_test" if code in lists["test"] else "currency_unknown"

    return _by_value(texts, currency, pa.string())


def _by_value(texts: pa.Array, one: Callable[[str], tuple], kind: pa.DataType) -> Mapped:
    """Look at each distinct text once."""
    coded = texts.dictionary_encode()
    made = [(None, None) if text is None else one(text) for text in coded.dictionary.to_pylist()]
    values, rules = pa.array([value for value, _ in made], kind), pa.array([rule for _, rule in made], pa.string())
    rules = rules.take(coded.indices) if rules.null_count < len(rules) else None
    return Mapped(values.take(coded.indices), rules)


_OCID = "processes.ocid"
_CURRENCIES = ("currency", "unit_currency")
#: What a spreadsheet writes for a value that it could not work out.
_ERRORS = pa.array(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])
_DATES = tuple(
    f"{schema.name}.{column.name}" for schema in TABLES for column in schema.columns if column.type == "date"
)
#: Names of organisations and countries.
_NAMES = tuple(
    (
        "processes.buyer_name tenders.procuring_entity_name parties.party_name parties.country "
        "suppliers.supplier_name tenderers.tenderer_name tender_tenderers.tenderer_name"
    ).split()
)
#: What the record shows of a value that names a person, and how much of any other.
_WITHHELD, _SHOWN = "(withheld)", 60


@dataclass
class Notes:
    """Changed values: process (its number in the block), rule, path, old, new."""

    process: list[int] = field(default_factory=list)
    rule: list[str] = field(default_factory=list)
    column: list[str] = field(default_factory=list)
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


class Columns:
    """The columns of a block while rules are applied to them.

    Attributes
    ----------
    values : dict of str to pyarrow.Array
        By ``table.column``.
    relations : Relations
        Of their rows.
    notes : Notes
        What was changed.
    """

    def __init__(self, values: dict[str, pa.Array], n: int) -> None:
        self.values, self.relations, self.notes = values, Relations(values, n), Notes()

    def clean(self, odd: list[Odd], names: frozenset[str] = frozenset()) -> masking.Masked:
        """Apply all rules, and return what was masked.

        Parameters
        ----------
        odd : list of Odd
            Values that were changed before, with their rows in the block.
        names : frozenset of str
            Plain names of natural persons that are known from elsewhere in the same files.
        """
        for one in odd:
            self._note(one.name, np.array([one.row]), one.rule, [one.old], [one.new])
        self._control_characters()
        for name in self._texts():
            # Empty texts are missing; a currency's has a rule of its own.
            if name.rpartition(".")[2] not in _CURRENCIES:
                self._lose(name, pc.equal(self.values[name], ""))
        for name in self._texts():
            self._lose(name, pc.is_in(self.values[name], _ERRORS), "spreadsheet_error")
        number = self.values["tenders.number_of_tenderers"]
        self._lose("tenders.number_of_tenderers", pc.not_equal(number, pc.floor(number)), "count_not_whole")
        self._dates()
        self._currencies()
        self._letters()
        found = masking.masked(self.values, self.relations.process, self.values["processes.ocid"], names)
        for name, rows, _ in found.done:
            self._withhold(name, rows)
        for name, rows, new in found.done:
            self._note(name, rows, "natural_person", [_WITHHELD] * len(new), new)
        return found

    def _letters(self) -> None:
        """Put back letters that an encoding lost in names of organisations and countries, where only one fits."""
        for name in _NAMES:
            texts = self.values[name]
            odd = np.flatnonzero(may_miss(texts))
            old = texts.take(pa.array(odd)).to_pylist()
            new = [restored(one) for one in old]
            changed = np.array([one != other for one, other in zip(old, new, strict=True)], dtype=bool)
            if changed.any():
                rows, put = odd[changed], [one for one, is_new in zip(new, changed, strict=True) if is_new]
                self.values[name] = masking.replaced(texts, rows, put)
                self._note(name, rows, "lost_letter", _shown(texts, rows), _shown(self.values[name], rows))

    def _withhold(self, name: str, rows: np.ndarray) -> None:
        """Withhold what the record says so far of values that name a person."""
        place = path(name.removesuffix("_text"))
        processes = set(self.relations.process[name.partition(".")[0]][rows].tolist())
        notes = self.notes
        for at, (process, column) in enumerate(zip(notes.process, notes.column, strict=True)):
            if process in processes and (column == place or column.endswith(f"/{place}")):
                notes.old[at] = notes.new[at] = _WITHHELD

    def _control_characters(self) -> None:
        """Take control characters out; in the identifier of a process, which must stay its own, show them."""
        for name in self._texts():
            values = self.values[name]
            hits = pc.fill_null(pc.match_substring_regex(values, dataset.PATTERN), False)
            if not pc.any(hits).as_py():
                continue
            texts, rows = values.to_pylist(), np.flatnonzero(hits)
            change = dataset.with_signs if name == _OCID else dataset.without_controls
            told = [dataset.code_points(texts[row]) for row in rows]
            for row in rows:
                texts[row] = change(texts[row])
            self.values[name] = pa.array(texts, pa.string())
            new = [texts[row] if name == _OCID else "" for row in rows]
            self._note(name, rows, dataset.CONTROL_CHARACTER, told, new)

    def _texts(self) -> list[str]:
        return [name for name, values in self.values.items() if values.type == pa.string()]

    def _lose(self, name: str, which: pa.Array, rule: str = "") -> None:
        """Take values away, and note it if there is a rule."""
        old = self.values[name]
        if pc.any(which).as_py():
            self.values[name] = pc.if_else(pc.fill_null(which, False), pa.scalar(None, old.type), old)
            if rule:
                self._lost(name, old, which, rule)

    def _dates(self) -> None:
        """Read instants; where the text is not an instant, keep it and record what is missing."""
        for name in _DATES:
            texts = self.values[name]
            self.values[name], told = instants(texts)
            if told is None:
                continue
            self.values[name + "_text"] = pc.if_else(pc.is_valid(told), texts, pa.scalar(None, pa.string()))
            self.values[name + "_status"] = told
            self._lost(name, texts, pc.equal(told, IMPOSSIBLE), "date_impossible")
            self._lost(name, texts, pc.equal(told, UNREADABLE), "date_unreadable")

    def _lost(self, name: str, old: pa.Array, which: pa.Array, rule: str) -> None:
        rows = np.flatnonzero(pc.fill_null(which, False))
        self._note(name, rows, rule, _shown(old, rows), [""] * len(rows))

    def _currencies(self) -> None:
        for name in [name for name in self.values if name.rpartition(".")[2] in _CURRENCIES]:
            texts = self.values[name]
            self.values[name], told = currencies(texts)
            for rule in [] if told is None else pc.unique(told.drop_null()).to_pylist():
                rows = np.flatnonzero(pc.fill_null(pc.equal(told, rule), False))
                self._note(name, rows, rule, _shown(texts, rows), _shown(self.values[name], rows))

    def _note(self, name: str, rows: np.ndarray, rule: str, old: list[str], new: list[str]) -> None:
        """Note a change of each of the rows of a column; of an item that several parents have, for each of them."""
        if not len(rows):
            return
        notes, table, place = self.notes, name.partition(".")[0], path(name)
        if table == "items":
            items = self.relations.items
            at = np.flatnonzero(np.isin(items.rows, rows))
            number_of = {row: number for number, row in enumerate(rows.tolist())}
            numbers = [number_of[row] for row in items.rows[at].tolist()]
            old, new = [old[number] for number in numbers], [new[number] for number in numbers]
            processes = items.process[at]
            notes.column += [ITEMS[SECTIONS[section]] + place for section in items.section[at].tolist()]
        else:
            processes = self.relations.process[table][rows]
            notes.column += [place] * len(rows)
        notes.process += processes.tolist()
        notes.rule += [rule] * len(processes)
        notes.old += old
        notes.new += new


def _shown(values: pa.Array, rows: np.ndarray) -> list[str]:
    """Return values as the record shows them: in JSON, empty where missing."""
    told = values.take(pa.array(rows)).to_pylist()
    return ["" if one is None else f'"{one[:_SHOWN]}"' if isinstance(one, str) else f"{one}" for one in told]


# The tables that the schemas promise, from the columns of a block.

#: The type that carries each type of a schema.
TYPES = {
    "string": pa.string(),
    "category": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "date": pa.timestamp("us"),
}
Made = dict[str, pa.Array | None]


def tables(columns: Columns, places: Mapping[str, pa.Array]) -> dict[str, pa.Table]:
    """Return every table, in the columns and types of its schema.

    Repeated texts such as the ocid are dictionary-encoded.

    Parameters
    ----------
    columns : Columns
        Of a block, after all rules.
    places : mapping of str to pyarrow.Array
        ``file``, ``line`` and ``n_releases`` of the processes.
    """
    relations, found = columns.relations, {}
    for schema in TABLES:
        table = schema.name
        if table == "items":
            items = relations.items
            at = pa.array(items.rows)
            made: Made = {name: columns.values[f"items.{name}"].take(at) for name in schema.names[4:]}
            made["ocid"] = _ocids(columns, items.process)
            made["section"] = pa.DictionaryArray.from_arrays(pa.array(items.section, pa.int32()), pa.array(SECTIONS))
            made |= {"parent_index": pa.array(items.parent), "item_index": pa.array(items.index)}
        elif table == "tenderers":
            # Those of bids and of the tender itself together, in the order of the processes.
            both = ("tender_tenderers", "tenderers")
            processes = np.concatenate([relations.process[one] for one in both])
            order = np.argsort(processes, kind="stable")
            no_bid = np.full(len(relations.process["tender_tenderers"]), NO_BID)
            bids = np.concatenate([no_bid, relations.of_parent("tenderers", "bids")])
            index = np.concatenate([relations.index[one] for one in both])
            made = {"ocid": _ocids(columns, processes[order])}
            made |= {"bid_index": pa.array(bids[order]), "tenderer_index": pa.array(index[order])}
            for name in schema.names[3:]:
                parts = pa.concat_arrays([columns.values[f"{one}.{name}"] for one in both])
                made[name] = parts.take(pa.array(order)) if len(no_bid) else parts
        else:
            # Each row is one object of the JSON.
            prefix = table + "."
            made = {name.removeprefix(prefix): v for name, v in columns.values.items() if name.startswith(prefix)}
            if table != "processes":
                made["ocid"] = _ocids(columns, relations.process[table])
            for name in schema.key[1:]:
                made[name] = pa.array(relations.index[table])
            if table == "suppliers":
                made["award_index"] = pa.array(relations.of_parent(table, "awards"))
        if table == "processes":
            # How a date was read is known only where it is not a whole instant.
            told = [columns.values[name] for name in ("processes.release_date_status",) if name in columns.values]
            dated = pc.if_else(pc.is_valid(columns.values["processes.release_date"]), "read", "missing")
            made |= {**places, "release_date_status": pc.coalesce(*told, dated)}
        rows, arrays = len(made[schema.key[-1]]), []
        for column in schema.columns:
            values, kind = made.get(column.name), TYPES[column.type]
            if values is None:
                values = pa.nulls(rows, kind)
            elif not (values.type == kind or (pa.types.is_dictionary(values.type) and values.type.value_type == kind)):
                values = pc.cast(values, kind)
            arrays.append(values)
        found[table] = pa.table(arrays, names=schema.names)
    return found


def _ocids(columns: Columns, processes: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(processes, pa.int32()), columns.values["processes.ocid"])
