"""The raw columns of one chunk by the name of their field, freed of blanks and marks, with a record of it.

:func:`digests` recognises rows of equal text without keeping them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import FAULT
from ogp_analysis.base.text_column import array_of, bytes_of
from ogp_analysis.data.cleaning.dataset import Unknown
from ogp_analysis.data.cleaning.record import ENTRY_COLUMNS, FILE, LINE, NOT_USED, changed, hidden
from ogp_analysis.data.datasets.procurement.layouts import Layout, bound

#: Long texts are left as published, outer blanks included.
TITLES = ("procedure_title", "procedure_reference", "contract_title", "contract_description")
#: Fields of which most rows have a text of their own; of all others a chunk has few different texts.
MANY = frozenset({*TITLES, "contract_code", "contract_number", "expediente", "procedure_number", "published_number",
                  "announcement_reference", "amount", "amount_maximum", "supplier"})  # fmt: skip
#: Names and addresses of officials reach no table and no record.
OFFICIALS = ("official", "official_mail")
#: What natural persons can be found by; their changes are recorded without the value.
PERSONAL = ("supplier", "supplier_rfc", "supplier_rupc", "buyer_name")


class Fields:
    """The fields of a chunk.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line, only records in which nothing is wrong.
    layout : Layout
        Where its columns are.
    columns : tuple of dict and list, optional
        The raw column of each field and the columns that no field uses, where the layout does not say.
    """

    def __init__(
        self, chunk: pd.DataFrame, layout: Layout, columns: tuple[dict[str, str], list[str]] | None = None
    ) -> None:
        self.chunk, self.layout = chunk, layout
        self.columns, self.unused = columns or bound(chunk, layout)
        self.entries: list[pd.DataFrame] = []
        self._coded: dict[str, pa.DictionaryArray] = {}
        self._tidied: dict[str, pa.DictionaryArray] = {}
        self._texts = {field: self._tidy(field) for field in self.columns if field not in OFFICIALS}
        self._nothing = pd.Series("", index=chunk.index, dtype="str")
        self._leave_out()

    def __contains__(self, field: str) -> bool:
        return field in self._texts

    def __getitem__(self, field: str) -> pd.Series:
        """The text of a field; blank in every row where the layout or the file does not have it."""
        return self._texts.get(field, self._nothing)

    def coded(self, field: str) -> pa.DictionaryArray:
        """The text of a field as codes of its different texts, which are looked for once."""
        if field not in self:
            return pa.DictionaryArray.from_arrays(
                np.zeros(len(self.chunk), np.int32), pa.array([""], pa.large_string())
            )
        return self._tidied.get(field) or self.coded_as_published(self.columns[field])

    def coded_as_published(self, column: str) -> pa.DictionaryArray:
        """The raw text of a column as codes of its different texts, which are looked for once."""
        if column not in self._coded:
            self._coded[column] = array_of(self.chunk[column]).dictionary_encode("encode")
        return self._coded[column]

    @property
    def official(self) -> pd.Series:
        """Name of the official beside each record, only for finding it in other columns."""
        name = self.columns.get("official")
        return self._nothing if name is None else self.chunk[name].str.strip()

    @property
    def lines(self) -> pd.Series:
        """The line of each record."""
        return self.chunk[LINE]

    def change(self, field: str, new: pd.Series, rule: str, rows: pd.Series | None = None) -> None:
        """Record what a rule made of the raw text of `field`, in `rows` (a mask) or wherever it differs."""
        name = self.columns[field]
        rows = new != self.chunk[name] if rows is None else rows
        if rows.any():
            # Only the columns that are stated: a wide chunk is not copied for a few rows of it.
            self.entries.append(changed(self.chunk[[FILE, LINE, name]][rows], name, new[rows], rule))

    def drop(self, field: str, rule: str, rows: pd.Series) -> None:
        """Record that a rule made nothing of the raw text of `field`, in `rows` (a mask)."""
        self.change(field, self._nothing, rule, rows)

    def refuse(self, field: str, rows: pd.Series, what: str, known: Iterable[str] | None = None) -> None:
        """Raise if a text of `field` is in `rows` (a mask); `known` are those that are right.

        Raises
        ------
        CleaningError
            With the number of rows, what is wrong with them, and some of the texts.
        """
        wrong = self[field][rows]
        if len(wrong):
            column = self.columns[field]
            fault = CleaningError(column, f"{len(wrong)} {what}, {listed(wrong.unique())}", "Correct the source row")
            fault.unknown = None if known is None else Unknown(column, tuple(self.lines[rows]), tuple(wrong), known)
            raise fault

    def hide(self, field: str, rows: pd.Series, old: str, new: pd.Series | str, rule: str) -> None:
        """Record a change in `rows` (a mask) with a word for the old value in its place."""
        if rows.any():
            self.entries.append(hidden(self.chunk, rows, self.columns[field], old, new, rule))

    def _tidy(self, field: str) -> pd.Series:
        raw = self.chunk[self.columns[field]]
        coded = None if field in MANY else self.coded_as_published(self.columns[field])
        published = array_of(raw) if coded is None else coded.dictionary

        def whole(cells: pa.Array) -> pd.Series:
            """Return the text of every row from what was made of the different texts, if these were looked at."""
            cells = cells if coded is None else cells.take(coded.indices)
            return pd.Series(pd.array(cells, dtype=raw.dtype), index=raw.index)

        plain = published
        if self.layout.name in ("D", "E") and pc.any(marked := pc.starts_with(plain, "'")).as_py():
            plain = pc.if_else(marked, pc.utf8_slice_codeunits(plain, 1), plain)
            self._record(field, raw, whole(plain), "leading_apostrophe")
        trimmed = plain
        if field in TITLES:
            # Blanks alone are not a title; others keep them.
            if pc.any(blank := pc.utf8_is_space(plain)).as_py():
                trimmed = pc.if_else(blank, "", plain)
        elif not (trimmed := pc.utf8_trim_whitespace(plain)).equals(plain):
            self._record(field, whole(plain), whole(trimmed), "outer_blanks")
        if trimmed.equals(published):
            return raw
        if coded is not None:
            self._tidied[field] = pa.DictionaryArray.from_arrays(coded.indices, trimmed)
        return whole(trimmed)

    def _record(self, field: str, old: pd.Series, new: pd.Series, rule: str) -> None:
        moved = old != new
        if field in PERSONAL or field in TITLES:
            self.hide(field, moved, "(as published)", "(tidied)", rule)
        else:
            name = self.columns[field]
            before = self.chunk.loc[moved, [FILE, LINE]].assign(**{name: old[moved]})
            self.entries.append(changed(before, name, new[moved], rule))

    def _leave_out(self) -> None:
        """Record on the first line which columns are not used, with how many values, and which are not in the file."""
        if self.chunk.empty:
            return
        officials = [self.columns[field] for field in OFFICIALS if field in self.columns]
        absent = [names[0] for field, names in self.layout.columns.items() if field not in self.columns]
        told = (
            self._noted(officials, "official_dropped")
            + self._noted(self.unused, NOT_USED)
            + self._noted(absent, "column_absent")
        )
        if told:
            place = {name: self.chunk[name].iloc[0] for name in (FILE, LINE)}
            entries = pd.DataFrame(told, dtype="str").assign(action="changed", new="", **place)
            self.entries.append(entries[ENTRY_COLUMNS])

    def _noted(self, names: list[str], rule: str) -> list[dict[str, str]]:
        """Return for each column how many values a rule leaves out, or that it is not there."""
        there = {name: f"({int((self.chunk[name] != '').sum())} values)" for name in names if name in self.chunk}
        return [{"rule": rule, "column": name, "old": there.get(name, "(not in this file)")} for name in names]


def split(chunk: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the records in which nothing is wrong, and those with a fault."""
    if FAULT not in chunk.columns:
        return chunk, chunk.iloc[:0].assign(**{FAULT: pd.Series(dtype="str")})
    wrong = chunk[FAULT] != ""
    if not wrong.any():
        return chunk, chunk[wrong]
    return chunk[~wrong].reset_index(drop=True), chunk[wrong]


#: Stands between two cells, and in none once the signs that could be taken for it are written in two signs.
_SEPARATOR, _ESCAPE = "\x1f", "\x1e"
_MISSING = f"{_ESCAPE}2"
#: Of two hashes that do not depend on one another, 64 bits each.
_KEYS = ("contract-by-line", "line-by-contract")
#: Odd, so that of the bits of the columns before nothing is lost: the fraction of the golden ratio.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
#: What is hashed where a cell is missing; no text has this byte.
_NO_TEXT = b"\xff"


def digests(frame: pd.DataFrame, coded: Mapping[str, pa.DictionaryArray] = MappingProxyType({})) -> np.ndarray:
    """Return 128 bits of each row's text as two columns of numbers; rows of equal cells have equal bits.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns of text.
    coded : mapping of str to pyarrow.DictionaryArray
        Columns of few different texts, which are hashed once for each. They make other bits of a row: compare only bits
        that were made with the same columns here, in the same order.
    """

    def hashed(texts: np.ndarray) -> np.ndarray:
        return np.column_stack([pd.util.hash_array(texts, categorize=False, hash_key=key) for key in _KEYS])

    bits = hashed(_joined(frame))
    different = [value for one in coded.values() for value in one.dictionary.cast(pa.large_binary()).to_pylist()]
    values = np.empty(len(different), object)
    values[:] = [_NO_TEXT if value is None else value for value in different]
    left = hashed(values)
    for one in coded.values():
        bits *= _FACTOR
        bits += left.take(one.indices.to_numpy(), axis=0)
        left = left[len(one.dictionary) :]
    return bits


def _joined(frame: pd.DataFrame) -> np.ndarray:
    """Return the bytes of each row's cells with separators between them."""
    columns: list[pa.Array | pa.Scalar] = []
    for name in frame.columns:
        cells = pa.array(frame[name], pa.large_string())
        is_blank = columns and not cells.null_count and not len(bytes_of(cells))
        if is_blank and isinstance(columns[-1], pa.Scalar):
            # Of several blank columns side by side only the separators between them are joined.
            columns[-1] = pa.scalar(columns[-1].as_py() + _SEPARATOR, pa.large_string())
        else:
            columns.append(pa.scalar("", pa.large_string()) if is_blank else _escaped(cells))
    separator = pa.scalar(_SEPARATOR, pa.large_string())
    if not columns:
        return np.full(len(frame), b"", object)
    joined = pc.binary_join_element_wise(*columns, separator, null_handling="replace", null_replacement=_MISSING)
    return joined.cast(pa.large_binary()).to_numpy(zero_copy_only=False)


def _escaped(cells: pa.Array) -> pa.Array:
    """Return cells in which no separator stands: cells that differ stay different, and so do rows of them."""
    signs = bytes_of(cells)
    if not any((signs == ord(sign)).any() for sign in (_ESCAPE, _SEPARATOR)):
        return cells
    for sign, written in ((_ESCAPE, "0"), (_SEPARATOR, "1")):
        cells = pc.replace_substring(cells, sign, _ESCAPE + written)
    return cells
