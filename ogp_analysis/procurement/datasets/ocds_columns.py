"""What is done to the columns of a block: dates and currencies read, persons masked, and all of it noted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets import lost_letters, ocds_masking, ocds_rules, ocds_values
from ogp_analysis.procurement.datasets.ocds_paths import ITEMS, path
from ogp_analysis.procurement.datasets.ocds_relations import Relations
from ogp_analysis.procurement.datasets.ocds_rules import Odd
from ogp_analysis.procurement.datasets.ocds_schemas import SECTIONS, TABLES
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

    def clean(self, odd: list[Odd], names: frozenset[str] = frozenset()) -> ocds_masking.Masked:
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
        self._blanks()
        self._spreadsheet_errors()
        self._counts()
        self._dates()
        self._currencies()
        self._letters()
        found = ocds_masking.masked(self.values, self.relations.process, self.values["processes.ocid"], names)
        for name, rows, _ in found.done:
            self._withhold(name, rows)
        for name, rows, new in found.done:
            self._note(name, rows, ocds_rules.NATURAL_PERSON, [_WITHHELD] * len(new), new)
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
                mask = np.zeros(len(texts), dtype=bool)
                mask[rows] = True
                self.values[name] = pc.replace_with_mask(texts, pa.array(mask), pa.array(put, pa.string()))
                self._note(name, rows, ocds_rules.LOST_LETTER, _shown(texts, rows), _shown(self.values[name], rows))

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
        for name, values in self.values.items():
            if values.type != pa.string():
                continue
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

    def _blanks(self) -> None:
        """Take empty texts for missing; a currency's has a rule of its own."""
        for name, values in self.values.items():
            if values.type == pa.string() and name.rpartition(".")[2] not in _CURRENCIES:
                blank = pc.equal(values, "")
                if pc.any(blank).as_py():
                    self.values[name] = pc.if_else(blank, pa.scalar(None, pa.string()), values)

    def _spreadsheet_errors(self) -> None:
        for name, values in self.values.items():
            if values.type == pa.string():
                broken = pc.is_in(values, _ERRORS)
                if pc.any(broken).as_py():
                    self.values[name] = pc.if_else(broken, pa.scalar(None, pa.string()), values)
                    self._lost(name, values, broken, ocds_rules.SPREADSHEET_ERROR)

    def _counts(self) -> None:
        name = "tenders.number_of_tenderers"
        values = self.values[name]
        broken = pc.fill_null(pc.not_equal(values, pc.floor(values)), False)
        if pc.any(broken).as_py():
            self.values[name] = pc.if_else(broken, pa.scalar(None, pa.float64()), values)
            self._lost(name, values, broken, ocds_rules.NOT_WHOLE)

    def _dates(self) -> None:
        """Read instants; keep the text where it is none, and say which are missing for it."""
        for name in _DATES:
            texts = self.values[name]
            self.values[name], told = ocds_values.instants(texts)
            if told is None:
                continue
            self.values[name + "_text"] = pc.if_else(pc.is_valid(told), texts, pa.scalar(None, pa.string()))
            self.values[name + "_status"] = told
            self._lost(name, texts, pc.equal(told, ocds_values.IMPOSSIBLE), ocds_rules.IMPOSSIBLE_DATE)
            self._lost(name, texts, pc.equal(told, ocds_values.UNREADABLE), ocds_rules.UNREADABLE_DATE)

    def _lost(self, name: str, old: pa.Array, which: pa.Array, rule: str) -> None:
        rows = np.flatnonzero(pc.fill_null(which, False))
        self._note(name, rows, rule, _shown(old, rows), [""] * len(rows))

    def _currencies(self) -> None:
        for name in [name for name in self.values if name.rpartition(".")[2] in _CURRENCIES]:
            texts = self.values[name]
            self.values[name], told = ocds_values.currencies(texts)
            for rule in [] if told is None else pc.unique(told.drop_null()).to_pylist():
                rows = np.flatnonzero(pc.fill_null(pc.equal(told, rule), False))
                self._note(name, rows, rule, _shown(texts, rows), _shown(self.values[name], rows))

    def _note(self, name: str, rows: np.ndarray, rule: str, old: list[str], new: list[str]) -> None:
        """Note a change of each of the rows of a column; of an item that several parents have, for each of them."""
        if not len(rows):
            return
        if name.startswith("items."):
            self._note_items(name, rows, rule, old, new)
            return
        notes, processes = self.notes, self.relations.process[name.partition(".")[0]][rows]
        notes.process += processes.tolist()
        notes.rule += [rule] * len(rows)
        notes.column += [path(name)] * len(rows)
        notes.old += old
        notes.new += new

    def _note_items(self, name: str, rows: np.ndarray, rule: str, old: list[str], new: list[str]) -> None:
        items, notes, place = self.relations.items, self.notes, path(name)
        told = dict(zip(rows.tolist(), zip(old, new, strict=True), strict=True))
        for at in np.flatnonzero(np.isin(items.rows, rows)).tolist():
            before, after = told[int(items.rows[at])]
            notes.process.append(int(items.process[at]))
            notes.rule.append(rule)
            notes.column.append(ITEMS[SECTIONS[items.section[at]]] + place)
            notes.old.append(before)
            notes.new.append(after)


def _shown(values: pa.Array, rows: np.ndarray) -> list[str]:
    """Return values as the record shows them: in JSON, empty where missing."""
    told = values.take(pa.array(rows)).to_pylist()
    return ["" if one is None else f'"{one[:_SHOWN]}"' if isinstance(one, str) else f"{one}" for one in told]
