"""Natural persons found again by value: in every text of the tables, and in the record, that were made of the same files.

A cleaner masks a person where the person stands: as the supplier of a row, as a party of a process. The same name or
code may stand in the title of another row, as a buyer, in the name of a file. When all rows are known, so are all
persons, and their mentions are looked for here. Names and codes are in memory only.

How much of a name a mention must hold depends on how sure it is that the name is a person's. A name that an identifier
or a word says is a person's, or that holds a given name, is found in texts: all its longer parts, in any order if there
are three or more, side by side if there are two. Any other name, and one made of nothing but words for goods and
services, is found where it is all that a cell says. Numbers of persons are found from seven digits on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets import legal_entities
from ogp_analysis.procurement.datasets.folded_words import Words, folded_texts, hold_names, longer_parts, words_of
from ogp_analysis.procurement.datasets.legal_entities import ENTITY
from ogp_analysis.tidy.entries import ENTRY_COLUMNS, FILE

NAME_MASK = "(natural person)"
TEXT_MASK = "(text names a natural person)"
FILE_MASK = "(file name names a natural person, {number})"
REFERENCE_MASK = "reference-{number}"
#: What a record shows of a text that names a person.
WITHHELD = "(withheld)"
#: A natural person of another row, process or file is named, or a code is a natural person's.
NAME_RULE, CODE_RULE = "natural_person_elsewhere", "personal_code"
#: What is found in these stays: the key of OCDS leads to whatever the publisher tells there.
_LEFT = ("ocid", "action", "rule", "column")
_FILES = ("file", FILE)
_RECORD = ("old", "new")
_NAMES = r".*_name|institution(?:_acronym)?"
#: Those of institutions: a name that is only presumed to be a person's is not looked for among them.
_INSTITUTIONS = r"(?:buyer|procuring_entity|institution|source|guarantor)_name|institution(?:_acronym)?"
_KEYS = r".*_(?:key|id|number|code|rupc)|expediente"
#: Codes of things, with as many digits as those of persons.
_THINGS = ("classification_id", "item_id")
#: Titles, and what is shown of them.
_SHOWN = {"procedure_title": "procedure_object", "contract_title": "contract_object"}
#: The least digits of a code in a text, and of one that is all that a cell says.
_DIGITS, _FEW_DIGITS = 7, 5
_PAIR = 2
#: Blanks or hyphens within a code are also within numbers of contracts: there, a code has none.
_CLOSED_CODE = rf"(?:^|[^A-ZÑ&0-9]){legal_entities.PERSON_CODE.replace('[ .-]?', '')}(?:$|[^A-Z0-9])"


class People(NamedTuple):
    """Names and codes of natural persons, as published.

    Attributes
    ----------
    told : frozenset of str
        Names of which an identifier or a word says that they are a person's.
    presumed : frozenset of str
        Names of which nothing says anything else.
    codes : frozenset of str
        Identifiers, perhaps with their scheme.
    countries : frozenset of str
        Whose legal forms count.
    """

    told: frozenset[str] = frozenset()
    presumed: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


def everybody(some: Iterable[People]) -> People:
    """Return all of some people."""
    return People(*(frozenset().union(*parts) for parts in zip(People(), *some, strict=True)))


class Hit(NamedTuple):
    """Cells of a column that were masked by one rule: their rows, and what stands there now."""

    column: str
    rule: str
    rows: np.ndarray
    new: pa.Array


class Mentions:
    """Masks people by value in pieces of tables. What stands for one value in columns of keys is one reference.

    Parameters
    ----------
    people : People
        Of all files that were cleaned together.
    labels : iterable of str
        What the files are called in tables and record.

    Attributes
    ----------
    files : dict of str to str
        What stands for each label that names a person.
    """

    def __init__(self, people: People, labels: Iterable[str] = ()) -> None:
        self._countries = sorted(people.countries)
        by_form = legal_entities.by_names(_texts(sorted(people.told)), *self._countries).to_pylist()
        firms = {name for name, told in zip(sorted(people.told), by_form, strict=True) if told == ENTITY}
        told = dict.fromkeys(map(_plain, sorted(people.told - firms)))
        # One word is nobody's whole name unless an identifier says so.
        several = [one for one in dict.fromkeys(map(_plain, sorted(people.presumed | firms))) if " " in one]
        named = [name for name in several if legal_entities.has_given_name(name)]
        common = _common_words() if told or named else frozenset()
        sure = [name for name in dict.fromkeys([*told, *named]) if name and not common.issuperset(name.split())]
        self._whole = _texts(sure)
        self._presumed = _texts([name for name in [*several, *told] if " " in name])
        self._sought = _Sought([name for name in sure if " " in name])
        codes = [code.replace(".", "") for code in people.codes]
        parts = {_plain(part) for code in codes for part in re.split(r"[\s/-]+", code)}
        self._codes = _texts(sorted(part for part in parts if _digits(part) >= _DIGITS and " " not in part))
        self._cells = _texts(sorted({_plain(code) for code in codes if _digits(code) >= _FEW_DIGITS}))
        self._references: dict[str, str] = {}
        self.files: dict[str, str] = {}
        labels = list(dict.fromkeys(labels))
        # Of a file's name nothing is lost that its content does not tell: what is presumed counts there.
        sought = _Sought([name for name in dict.fromkeys([*several, *sure]) if " " in name])
        folders = [label.rpartition("/")[0] for label in labels]
        naming, in_folder = (self._named(_texts(names), sought) for names in (labels, folders))
        kept = np.where(in_folder, "", folders).tolist()
        for at in np.flatnonzero(naming).tolist():
            mask = FILE_MASK.format(number=len(self.files) + 1)
            self.files[labels[at]] = f"{kept[at]}/{mask}" if kept[at] else mask

    def masked(self, table: pa.Table) -> tuple[pa.Table, list[Hit]]:
        """Return a piece of a table without mentions, and where they were."""
        coded = {
            one.name: table[one.name].combine_chunks().cast(pa.large_string()).dictionary_encode()
            for one in table.schema
            if (pa.types.is_string(one.type) or pa.types.is_large_string(one.type)) and one.name not in _LEFT
        }
        coded = {name: one.combine_chunks() if isinstance(one, pa.ChunkedArray) else one for name, one in coded.items()}
        if not coded or not table.num_rows:
            return table, []
        texts = pa.concat_arrays([one.dictionary for one in coded.values()]).dictionary_encode()
        seen, places, at = _Seen(self, texts.dictionary), texts.indices.to_numpy(), 0
        found: list[tuple[str, str, np.ndarray, list[str]]] = []
        for name, one in coded.items():
            own = places[at : at + len(one.dictionary)]
            at += len(one.dictionary)
            for rule, which in seen.hits(name, own):
                rows = np.flatnonzero(pc.fill_null(pa.array(which).take(one.indices), False))
                found.append((name, rule, rows, one.dictionary.take(one.indices.take(pa.array(rows))).to_pylist()))
        self._refer(found)
        hits = [Hit(name, rule, rows, self._instead(name, old)) for name, rule, rows, old in found]
        for hit in hits:
            table = _put(table, hit.column, hit.rows, hit.new)
            shown = _SHOWN.get(hit.column, hit.column if hit.column in _SHOWN.values() else "")
            if shown in table.column_names:
                table = _put(table, shown, hit.rows, None)
                table = _put(table, f"{shown}_status", hit.rows, "masked")
        return table, hits

    def _refer(self, found: list[tuple[str, str, np.ndarray, list[str]]]) -> None:
        """Number values of keys in the order of the rows, however these are cut into pieces."""
        of_keys = [(rows, old) for name, _, rows, old in found if re.fullmatch(_KEYS, name)]
        cells = ((row, at, text) for at, (rows, old) in enumerate(of_keys) for row, text in zip(rows, old, strict=True))
        for _, _, text in sorted(cells):
            self._references.setdefault(text, REFERENCE_MASK.format(number=len(self._references) + 1))

    def _instead(self, column: str, texts: list[str]) -> pa.Array:
        """Return what stands for texts of a column that name a person."""
        if column in _FILES:
            return pa.array([self.files[text] for text in texts], pa.large_string())
        if column in _RECORD:
            return pa.array([self._in_record(text) for text in texts], pa.large_string())
        if re.fullmatch(_NAMES, column):
            return pa.array([NAME_MASK] * len(texts), pa.large_string())
        if not re.fullmatch(_KEYS, column):
            return pa.array([TEXT_MASK] * len(texts), pa.large_string())
        return pa.array([self._references[text] for text in texts], pa.large_string())

    def _in_record(self, text: str) -> str:
        """Return a text of the record that names a person without it; of a place in a file the place stays."""
        label, comma, line = text.rpartition(", ")
        return self.files[label] + comma + line if label in self.files else WITHHELD

    def _named(self, texts: pa.Array, sought: _Sought) -> np.ndarray:
        """Return which texts hold a name that is sought, or a code."""
        plain = _all_plain(texts)
        found = sought.within(plain)
        found |= pc.is_in(plain, self._whole).to_numpy(zero_copy_only=False)
        return found | self._coded(texts) | _with_code(texts, legal_entities.PERSON_CODE)

    def _coded(self, texts: pa.Array) -> np.ndarray:
        """Return which texts hold a code of people, as a word of its own."""
        found = np.zeros(len(texts), bool)
        if not len(self._codes):
            return found
        joined = pc.replace_substring(texts, ".", "")
        rows = np.flatnonzero(pc.match_substring_regex(joined, f"[0-9]{{{_DIGITS}}}|[0-9][A-Za-z0-9]{{{_DIGITS}}}"))
        words = words_of(joined.take(pa.array(rows)))
        found[rows] = words.having(pc.is_in(words.distinct, self._codes).to_numpy(zero_copy_only=False)[words.codes])
        return found


class _Seen:
    """What the different texts of a piece say, asked once for all its columns."""

    def __init__(self, by: Mentions, texts: pa.Array) -> None:
        self._by, self._texts, self._plain = by, texts, _all_plain(texts)

    def hits(self, column: str, own: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """Return by rule which of some texts, by their places, are masked in a column."""
        by = self._by
        if column in _FILES:
            naming = pc.is_in(self._texts.take(pa.array(own)), _texts(list(by.files)))
            found = [(NAME_RULE, naming.to_numpy(zero_copy_only=False))]
        else:
            is_name, is_key = (re.fullmatch(pattern, column) for pattern in (_NAMES, _KEYS))
            named = self._whole[own] | (self._naming[own] & ~self._entity[own] if is_name else self._naming[own])
            if not re.fullmatch(_INSTITUTIONS, column):
                named = named | self._presumed[own]
            coded = self._closed[own] if is_key else self._by_form[own]
            if is_key and column not in _THINGS:
                coded = coded | self._cells[own]
            elif not is_key:
                coded = coded | (self._given[own] & self._prose[own])
            if column in _RECORD:
                named = named | self._of_file[own]
            found = [(NAME_RULE, named), (CODE_RULE, coded & ~named)]
        return [(rule, which) for rule, which in found if which.any()]

    def _among(self, texts: pa.Array, values: pa.Array) -> np.ndarray:
        return pc.is_in(texts, values).to_numpy(zero_copy_only=False)

    @cached_property
    def _whole(self) -> np.ndarray:
        return self._among(self._plain, self._by._whole)

    @cached_property
    def _presumed(self) -> np.ndarray:
        return self._among(self._plain, self._by._presumed)

    @cached_property
    def _naming(self) -> np.ndarray:
        return self._by._sought.within(self._plain)

    @cached_property
    def _entity(self) -> np.ndarray:
        """Which of the texts that hold a name are the name of an organisation."""
        found, rows = np.zeros(len(self._texts), bool), np.flatnonzero(self._naming)
        told = legal_entities.by_names(self._texts.take(pa.array(rows)), *self._by._countries)
        found[rows] = pc.equal(told, ENTITY).to_numpy(zero_copy_only=False)
        return found

    @cached_property
    def _given(self) -> np.ndarray:
        return self._by._coded(self._texts)

    @cached_property
    def _cells(self) -> np.ndarray:
        return self._among(_all_plain(pc.replace_substring(self._texts, ".", "")), self._by._cells)

    @cached_property
    def _prose(self) -> np.ndarray:
        return pc.match_substring_regex(self._texts, r"\pL{3}").to_numpy(zero_copy_only=False)

    @cached_property
    def _by_form(self) -> np.ndarray:
        return _with_code(self._texts, legal_entities.PERSON_CODE)

    @cached_property
    def _closed(self) -> np.ndarray:
        found, rows = np.zeros(len(self._texts), bool), np.flatnonzero(self._by_form)
        upper = pc.utf8_upper(self._texts.take(pa.array(rows)))
        found[rows] = pc.match_substring_regex(upper, _CLOSED_CODE).to_numpy(zero_copy_only=False)
        return found

    @cached_property
    def _of_file(self) -> np.ndarray:
        label = pc.replace_substring_regex(self._texts, r", [0-9]+$", "")
        return self._among(label, _texts(list(self._by.files)))


class _Sought:
    """Names that are looked for within texts, by the part that fewest of them share.

    Parameters
    ----------
    names : list of str
        Plain names of several words.
    """

    def __init__(self, names: list[str]) -> None:
        parts = longer_parts(_texts(names))
        self._parts = parts.take(np.flatnonzero(parts.counts >= _PAIR))
        self._pairs = self._parts.counts == _PAIR
        often = np.bincount(self._parts.codes, minlength=len(parts.distinct))
        owners = np.repeat(np.arange(len(self._pairs)), self._parts.counts)
        order = np.lexsort((often[self._parts.codes], owners))
        first = order[self._parts.bounds[:-1]] if len(self._pairs) else np.zeros(0, int)
        rarest = self._parts.codes[first]
        self._order = np.argsort(rarest, kind="stable")
        self._starts = np.searchsorted(rarest[self._order], np.arange(len(parts.distinct) + 1))

    def within(self, plain: pa.Array) -> np.ndarray:
        """Return which plain texts hold one of the names."""
        found = np.zeros(len(plain), bool)
        if not len(self._pairs):
            return found
        words = words_of(plain)
        known = pc.fill_null(pc.index_in(words.distinct, self._parts.distinct), -1).to_numpy()[words.codes]
        many = np.where(known >= 0, self._starts[known + 1] - self._starts[known], 0)
        rows = np.repeat(np.repeat(np.arange(len(plain)), words.counts), many)
        ends = np.cumsum(many)
        place = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - many, many)
        names = self._order[np.repeat(self._starts[known], many) + place]
        held = hold_names(words, rows, self._parts, names)
        pair = held & self._pairs[names]
        found[rows[held & ~pair]] = True
        for row, name in zip(rows[pair].tolist(), names[pair].tolist(), strict=True):
            found[row] = found[row] or self._side_by_side(words, row, name)
        return found

    def _side_by_side(self, words: Words, row: int, name: int) -> bool:
        """Return whether the two parts of a name stand side by side in a text, shorter words between them or not."""
        own = words.distinct.take(pa.array(words.codes[words.bounds[row] : words.bounds[row + 1]])).to_pylist()
        codes = self._parts.codes[self._parts.bounds[name] : self._parts.bounds[name + 1]]
        pair = set(self._parts.distinct.take(pa.array(codes)).to_pylist())
        longer = [word for word in own if len(word) > _PAIR]
        return any({*two} == pair for two in zip(longer, longer[1:], strict=False))


def changed_by(hits: Iterable[Hit]) -> set[str]:
    """Return the columns that hits change: their own, and what is shown of titles."""
    columns = {hit.column for hit in hits}
    shown = {of for title, of in _SHOWN.items() if not columns.isdisjoint((title, of))}
    return columns | shown | {f"{of}_status" for of in shown}


def told_of(table: str, hits: Iterable[Hit], files: pa.Array, lines: pa.Array) -> pa.Table:
    """Return the entries of the record on what was masked in a piece of a table.

    Parameters
    ----------
    table : str
        Its name.
    hits : iterable of Hit
    files, lines : pyarrow.Array
        Where each row of the piece comes from.
    """
    made = []
    for hit in hits:
        n, at = len(hit.rows), pa.array(hit.rows)
        texts = ("changed", hit.rule, f"{table}.{hit.column}", NAME_MASK)
        columns = [files.take(at), lines.take(at), *(pa.array([text] * n, pa.large_string()) for text in texts), hit.new]
        made.append(pa.table(columns, names=ENTRY_COLUMNS))
    return pa.concat_tables(made)


def _put(table: pa.Table, column: str, rows: np.ndarray, new: pa.Array | str | None) -> pa.Table:
    old = table[column].combine_chunks()
    mask = np.zeros(len(old), bool)
    mask[rows] = True
    kind = old.type.value_type if pa.types.is_dictionary(old.type) else old.type
    plain = old.cast(kind)
    put = new.cast(kind) if isinstance(new, pa.Array) else pa.scalar(new, kind)
    made = pc.replace_with_mask(plain, pa.array(mask), put).cast(old.type)
    return table.set_column(table.column_names.index(column), table.schema.field(column), made)


def _with_code(texts: pa.Array, pattern: str) -> np.ndarray:
    """Return which texts hold a Mexican code of a natural person."""
    found = pc.match_substring_regex(texts, f"(?i){pattern}").to_numpy(zero_copy_only=False).copy()
    rows = np.flatnonzero(found)
    found[rows] = [bool(legal_entities.person_codes(text)) for text in texts.take(pa.array(rows)).to_pylist()]
    return found


def _texts(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _plain(text: str) -> str:
    """Return the words of a text, those of other alphabets written in signs of ASCII."""
    words = legal_entities.plain(text).split()
    return " ".join(word if word.isascii() else _written(word) for word in words)


def _written(word: str) -> str:
    # A word of one or two letters stays as short as that.
    return word.encode().hex() + "u" if len(word) > _PAIR else "u" * len(word)


def _all_plain(texts: pa.Array) -> pa.Array:
    """Return :func:`_plain` of each text."""
    plain, odd = folded_texts(texts)
    if odd.any():
        made = [_plain(text) for text in texts.filter(pa.array(odd)).to_pylist()]
        plain = pc.replace_with_mask(plain, pa.array(odd), pa.array(made, plain.type))
    return plain


def _common_words() -> frozenset[str]:
    """Return words for goods, services and works, and for trades: a name of nothing else is found in any title."""
    from ogp_analysis.procurement.datasets.compranet.objects import words

    return words() | frozenset(legal_entities.facts()["words"]["trade"])
