"""Natural persons found again by value: in every text of tables and record that were made of the same files.

A cleaner masks a person where the person stands: as the supplier of a row, as a party of a process. The same name or
code may stand in the title of another row, as a buyer, in the name of a file. When all rows are known, so are all
persons, and their mentions are looked for here. Names and codes are in memory only.

How much of a name a mention must hold depends on how sure it is that the name is a person's. A name that an identifier
or a word says is a person's, or that holds a given name, is found in texts: all its longer parts, in any order if there
are three or more, side by side if there are two. Any other name, and one made of nothing but words for goods and
services, is found where it is all that a cell says. Numbers of persons are found from seven digits on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base import beside
from ogp_analysis.data.cleaning.record import ENTRY_COLUMNS, FILE
from ogp_analysis.data.datasets.procurement import legal_entities
from ogp_analysis.data.datasets.procurement.folding import Words, folded_texts, hold_names, longer_parts, words_of
from ogp_analysis.data.datasets.procurement.legal_entities import ENTITY

# Words for goods, services, works, bodies and places that are not also names of people, read one by one.


@cache
def words() -> frozenset[str]:
    """Return the list of words, folded, and single letters."""
    text = beside.text(__file__, "object_words.csv")
    return frozenset(row["word"] for row in csv.DictReader(text.splitlines())) | frozenset(ascii_lowercase)


# Names that are looked for in many texts at once, in any script: as whole cells, and within texts.

#: A name of so many parts is found only where they stand side by side.
_PAIR = 2
#: The most letters of a word that identifies nobody.
SHORT = 2


class Values:
    """Texts that others are compared with; a few texts one by one, since Arrow would hash all values."""

    def __init__(self, values: Iterable[str]) -> None:
        self._set = frozenset(values)
        self._array = strings(sorted(self._set))

    def __bool__(self) -> bool:
        return bool(self._set)

    def among(self, texts: pa.Array) -> np.ndarray:
        """Return which texts are among the values."""
        if not self or len(texts) < len(self._set):
            return np.fromiter((text in self._set for text in texts.to_pylist()), bool, len(texts))
        return pc.is_in(texts, self._array).to_numpy(zero_copy_only=False)


class Sought:
    """Names that are looked for within texts, by the part that fewest of them share.

    Parameters
    ----------
    names : list of str
        Plain names of several words.
    """

    def __init__(self, names: list[str]) -> None:
        parts = longer_parts(strings(names))
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
        # Arrow makes a table of the second: there are many parts, and mostly few words.
        at = pc.fill_null(pc.index_in(self._parts.distinct, words.distinct), -1).to_numpy()
        known = np.full(len(words.distinct), -1)
        known[at[at >= 0]] = np.flatnonzero(at >= 0)
        known = known[words.codes]
        many = np.where(known >= 0, self._starts[known + 1] - self._starts[known], 0)
        if not many.any():
            return found
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
        longer = [word for word in own if len(word) > SHORT]
        return any({*two} == pair for two in pairwise(longer))


def strings(values: list[str]) -> pa.Array:
    """Return texts as an array of Arrow, also of none."""
    return pa.array(values, pa.string())


def plain_words(text: str) -> str:
    """Return the words of a text, those of other alphabets written in signs of ASCII."""
    words = legal_entities.plain(text).split()
    return " ".join(word if word.isascii() else _written(word) for word in words)


def _written(word: str) -> str:
    # A word of one or two letters stays as short as that.
    return word.encode().hex() + "u" if len(word) > SHORT else "u" * len(word)


def all_plain(texts: pa.Array) -> pa.Array:
    """Return :func:`plain_words` of each text."""
    plain, odd = folded_texts(texts)
    if odd.any():
        made = [plain_words(text) for text in texts.filter(pa.array(odd)).to_pylist()]
        plain = pc.replace_with_mask(plain, pa.array(odd), pa.array(made, plain.type))
    return plain


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
#: Where a number of a person may stand alone; elsewhere it is an amount, a day or the code of a thing.
_NUMBERED = rf"{_KEYS}|{_NAMES}|.*(?:title|description|reference)"
#: Codes of things, with as many digits as those of persons.
_THINGS = ("classification_id", "item_id")
#: Titles, and what is shown of them: the same or nothing.
_SHOWN = {"procedure_title": "procedure_object", "contract_title": "contract_object"}
#: The least digits of a code in a text, and of one that is all that a cell says.
_DIGITS, _FEW_DIGITS = 7, 5
#: Blanks or hyphens within a code are also within numbers of contracts: there, a code has none.
_CLOSED_CODE = rf"(?:^|[^A-ZÑ&0-9]){legal_entities.PERSON_CODE.replace('[ .-]?', '')}(?:$|[^A-Z0-9])"


class People(NamedTuple):
    """Names and codes of natural persons, as published.

    Attributes
    ----------
    told : frozenset of str
        Names of which an identifier says that they are a person's.
    presumed : frozenset of str
        Names of which nothing says anything else.
    codes : frozenset of str
        Identifiers, perhaps with their scheme.
    left : frozenset of str
        Names without a legal form that an identifier or a role says are an organisation's: none of them is presumed to
        be a person's elsewhere.
    countries : frozenset of str
        Whose legal forms count.
    """

    told: frozenset[str] = frozenset()
    presumed: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
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
    whole, presumed, cells : Values
        What a cell may say as a whole: names that are sure to be a person's, names that are not, codes.
    sought : Sought
        Names that a text may hold.
    countries : list of str
        Whose legal forms count.
    """

    def __init__(self, people: People, labels: Iterable[str] = ()) -> None:
        self.countries = sorted(people.countries)
        names = strings(sorted(people.told | people.presumed))
        by_name = legal_entities.by_names(names, *self.countries)
        is_told = pc.is_in(names, strings(sorted(people.told)))
        # A word may say that a name is a person's. One with a legal form is an organisation's, whatever number stands
        # beside it: that may be the number of who signs for it.
        is_told = pc.or_(is_told, pc.equal(by_name, legal_entities.PERSON))
        sought, plain = pc.not_equal(by_name, ENTITY), all_plain(names)
        told = dict.fromkeys(plain.filter(pc.and_(is_told, sought)).to_pylist())
        # One word is nobody's whole name unless an identifier says so.
        presumed = dict.fromkeys(plain.filter(pc.and_not(sought, is_told)).to_pylist())
        left = set(map(plain_words, people.left)) if presumed else set()
        several = [name for name in presumed if " " in name and name not in left]
        # A name of nothing but words for goods, services and trades is found in any title.
        common = words() | frozenset(legal_entities.facts()["words"]["trade"])
        named = [name for name in several if _is_named(name, common)]
        sure = [name for name in dict.fromkeys([*told, *named]) if name and not common.issuperset(name.split())]
        self.whole = Values(sure)
        self.presumed = Values(name for name in [*several, *told] if " " in name)
        self.sought = Sought([name for name in sure if " " in name])
        generic = {plain_words(code) for code in legal_entities.GENERIC_CODES}
        codes = [code.replace(".", "") for code in people.codes if generic.isdisjoint(plain_words(code).split())]
        parts = {plain_words(part) for code in codes for part in re.split(r"[\s/-]+", code)}
        numbers = {part for part in parts if _digits(part) >= _DIGITS and " " not in part}
        self._codes = Values(numbers)
        self.cells = Values(numbers.union(plain_words(code) for code in codes if _digits(code) >= _FEW_DIGITS))
        self._references: dict[str, str] = {}
        self.files: dict[str, str] = {}
        labels = list(dict.fromkeys(labels))
        # Of a file's name nothing is lost that its content does not tell: what is presumed counts there.
        folders = [label.rpartition("/")[0] for label in labels]
        there = {word for text in all_plain(strings([*labels, *folders])).to_pylist() for word in text.split()}
        in_files = [name for name in dict.fromkeys([*several, *sure]) if " " in name]
        in_files = Sought([name for name in in_files if there.issuperset(w for w in name.split() if len(w) > SHORT)])
        naming, in_folder = (self._in_labels(names, in_files) for names in (labels, folders))
        kept = np.where(in_folder, "", folders).tolist()
        for at in np.flatnonzero(naming).tolist():
            mask = FILE_MASK.format(number=len(self.files) + 1)
            self.files[labels[at]] = f"{kept[at]}/{mask}" if kept[at] else mask

    def masked(self, table: pa.Table) -> tuple[pa.Table, list[Hit]]:
        """Return a piece of a table without mentions, and where they were."""
        found: list[tuple[str, str, np.ndarray, list[str]]] = []
        for field in table.schema if table.num_rows else ():
            is_text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            if not is_text or field.name in (*_LEFT, *_SHOWN.values()):
                continue
            coded = table[field.name].combine_chunks().cast(pa.large_string()).dictionary_encode()
            texts, codes = coded.dictionary, coded.indices
            for rule, which in _Seen(self, texts).hits(field.name):
                rows = np.flatnonzero(pc.fill_null(pa.array(which).take(codes), False))
                found.append((field.name, rule, rows, texts.take(codes.take(pa.array(rows))).to_pylist()))
        self._refer(found)
        hits = [Hit(name, rule, rows, self._instead(name, old)) for name, rule, rows, old in found]
        for hit in hits:
            table = _put(table, hit.column, hit.rows, hit.new)
            shown = _SHOWN.get(hit.column)
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

    def _in_labels(self, labels: list[str], sought: Sought) -> np.ndarray:
        """Return which names of files hold a name that is sought, or a code."""
        texts = strings(labels)
        return sought.within(all_plain(texts)) | self.with_number(texts) | _with_code(texts)

    def with_number(self, texts: pa.Array) -> np.ndarray:
        """Return which texts hold a number of people, as a word of its own."""
        found = np.zeros(len(texts), bool)
        if not self._codes:
            return found
        joined = pc.replace_substring(texts, ".", "")
        rows = np.flatnonzero(pc.match_substring_regex(joined, f"[0-9]{{{_DIGITS}}}|[0-9][A-Za-z0-9]{{{_DIGITS}}}"))
        words = words_of(joined.take(pa.array(rows)))
        found[rows] = words.having(self._codes.among(words.distinct)[words.codes])
        return found


class _Seen:
    """What the different texts of a column say.

    Parameters
    ----------
    by : Mentions
    texts : pyarrow.Array
        Without missing values.
    """

    def __init__(self, by: Mentions, texts: pa.Array) -> None:
        self._by, self._texts = by, texts
        # Dates, amounts and most numbers of contracts have no two letters side by side: they name nobody.
        self._worded = np.flatnonzero(pc.match_substring_regex(texts, r"[A-Za-z]{2}|[^\x00-\x7f]"))
        self._prose = texts.take(pa.array(self._worded))
        self._plain = all_plain(self._prose)

    def hits(self, column: str) -> list[tuple[str, np.ndarray]]:
        """Return by rule which texts are masked in a column of this name."""
        by, n = self._by, len(self._texts)
        named, coded = np.zeros(n, bool), np.zeros(n, bool)
        if column in _FILES:
            named = Values(by.files).among(self._texts)
            return [(NAME_RULE, named)] if named.any() else []
        is_name, is_key = (re.fullmatch(pattern, column) is not None for pattern in (_NAMES, _KEYS))
        within = by.sought.within(self._plain)
        if is_name and within.any():
            # What is called after a person, and has a legal form, is an organisation.
            rows = np.flatnonzero(within)
            told = legal_entities.by_names(self._prose.take(pa.array(rows)), *by.countries)
            within[rows] = pc.not_equal(told, ENTITY).to_numpy(zero_copy_only=False)
        named[self._worded] = within | by.whole.among(self._plain)
        if not re.fullmatch(_INSTITUTIONS, column):
            named[self._worded] |= by.presumed.among(self._plain)
        if column in _RECORD and by.files:
            named |= Values(by.files).among(pc.replace_substring_regex(self._texts, r", [0-9]+$", ""))
        coded[self._worded] = _with_code(self._prose)
        if is_key:
            rows = np.flatnonzero(coded)
            upper = pc.utf8_upper(self._texts.take(pa.array(rows)))
            coded[rows] = pc.match_substring_regex(upper, _CLOSED_CODE).to_numpy(zero_copy_only=False)
        else:
            coded[self._worded] |= by.with_number(self._prose)
        if by.cells and re.fullmatch(_NUMBERED, column) and column not in _THINGS:
            rows = np.flatnonzero(pc.match_substring_regex(self._texts, f"(?:[0-9][^0-9]*){{{_FEW_DIGITS}}}"))
            cells = pc.replace_substring(self._texts.take(pa.array(rows)), ".", "")
            coded[rows] |= by.cells.among(all_plain(cells))
        return [(rule, which) for rule, which in ((NAME_RULE, named), (CODE_RULE, coded & ~named)) if which.any()]


def changed_by(hits: Iterable[Hit]) -> set[str]:
    """Return the columns that hits change: their own, and what is shown of titles."""
    columns = {hit.column for hit in hits}
    shown = {of for title, of in _SHOWN.items() if title in columns}
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
        columns = [
            files.take(at),
            lines.take(at),
            *(pa.array([text] * n, pa.large_string()) for text in texts),
            hit.new,
        ]
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


def _with_code(texts: pa.Array) -> np.ndarray:
    """Return which texts hold a Mexican code of a natural person."""
    found = pc.match_substring_regex(texts, f"(?i){legal_entities.PERSON_CODE}").to_numpy(zero_copy_only=False).copy()
    rows = np.flatnonzero(found)
    found[rows] = [bool(legal_entities.person_codes(text)) for text in texts.take(pa.array(rows)).to_pylist()]
    return found


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _is_named(name: str, common: frozenset[str]) -> bool:
    """Return whether a name has a given name, and beside given names not only common words (Luz y Limpieza)."""
    if not legal_entities.has_given_name(name):
        return False
    others = {word for word in name.split() if len(word) > SHORT} - legal_entities.given_names()
    return not (others and common.issuperset(others))
