"""What is done to the columns of a block: dates and currencies read, persons masked, and all of it noted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets import lost_letters
from ogp_analysis.procurement.datasets.ocds import masking, rules
from ogp_analysis.procurement.datasets.ocds import values as readings
from ogp_analysis.procurement.datasets.ocds.fields import ITEMS, path
from ogp_analysis.procurement.datasets.ocds.rows import Relations
from ogp_analysis.procurement.datasets.ocds.rules import Odd
from ogp_analysis.procurement.datasets.ocds.schemas import SECTIONS, TABLES
from ogp_analysis.tidy import control_characters

_OCID = "processes.ocid"
_CURRENCIES = ("currency", "unit_currency")
#: What a spreadsheet writes for a value that it could not work out.
_ERRORS = pa.array(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])
_DATES = tuple(
    f"{schema.name}.{column.name}" for schema in TABLES for column in schema.columns if column.type == "date"
)
#: Names of organisations and countries.
_NAMES = (
    *("processes.buyer_name", "tenders.procuring_entity_name", "parties.party_name", "parties.country"),
    *("suppliers.supplier_name", "tenderers.tenderer_name", "tender_tenderers.tenderer_name"),
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
            self._lose(name, pc.is_in(self.values[name], _ERRORS), rules.SPREADSHEET_ERROR)
        number = self.values["tenders.number_of_tenderers"]
        self._lose("tenders.number_of_tenderers", pc.not_equal(number, pc.floor(number)), rules.NOT_WHOLE)
        self._dates()
        self._currencies()
        self._letters()
        found = masking.masked(self.values, self.relations.process, self.values["processes.ocid"], names)
        for name, rows, _ in found.done:
            self._withhold(name, rows)
        for name, rows, new in found.done:
            self._note(name, rows, rules.NATURAL_PERSON, [_WITHHELD] * len(new), new)
        return found

    def _letters(self) -> None:
        """Put back letters that an encoding lost in names of organisations and countries, where only one fits."""
        for name in _NAMES:
            texts = self.values[name]
            odd = np.flatnonzero(lost_letters.may_miss(texts))
            old = texts.take(pa.array(odd)).to_pylist()
            new = [lost_letters.restored(one) for one in old]
            changed = np.array([one != other for one, other in zip(old, new, strict=True)], dtype=bool)
            if changed.any():
                rows, put = odd[changed], [one for one, is_new in zip(new, changed, strict=True) if is_new]
                self.values[name] = masking.replaced(texts, rows, put)
                self._note(name, rows, rules.LOST_LETTER, _shown(texts, rows), _shown(self.values[name], rows))

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
            hits = pc.fill_null(pc.match_substring_regex(values, control_characters.PATTERN), False)
            if not pc.any(hits).as_py():
                continue
            texts, rows = values.to_pylist(), np.flatnonzero(hits)
            change = control_characters.shown if name == _OCID else control_characters.without
            told = [control_characters.named(texts[row]) for row in rows]
            for row in rows:
                texts[row] = change(texts[row])
            self.values[name] = pa.array(texts, pa.string())
            new = [texts[row] if name == _OCID else "" for row in rows]
            self._note(name, rows, control_characters.CONTROL_CHARACTER, told, new)

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
            self.values[name], told = readings.instants(texts)
            if told is None:
                continue
            self.values[name + "_text"] = pc.if_else(pc.is_valid(told), texts, pa.scalar(None, pa.string()))
            self.values[name + "_status"] = told
            self._lost(name, texts, pc.equal(told, readings.IMPOSSIBLE), rules.IMPOSSIBLE_DATE)
            self._lost(name, texts, pc.equal(told, readings.UNREADABLE), rules.UNREADABLE_DATE)

    def _lost(self, name: str, old: pa.Array, which: pa.Array, rule: str) -> None:
        rows = np.flatnonzero(pc.fill_null(which, False))
        self._note(name, rows, rule, _shown(old, rows), [""] * len(rows))

    def _currencies(self) -> None:
        for name in [name for name in self.values if name.rpartition(".")[2] in _CURRENCIES]:
            texts = self.values[name]
            self.values[name], told = readings.currencies(texts)
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
