"""What a cleaner declares about its dataset, and the walk that every dataset takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from itertools import chain
from pathlib import Path
from traceback import walk_tb

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError, listed
from ogp_analysis.base.schema import FAULT, TableSchema
from ogp_analysis.base.text_column import array_of, bytes_of
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.cleaning.corrections import decisions
from ogp_analysis.data.cleaning.invariants import Invariants, Link, Past, Sum, Tally, check_links, own_names
from ogp_analysis.data.cleaning.record import (
    FILE,
    LINE,
    NOT_USED,
    Cleaned,
    Record,
    changed,
    passed_over,
    set_aside,
    total,
)
from ogp_analysis.data.sources import raw
from ogp_analysis.data.sources.sidecar import Input
from ogp_analysis.data.sources.sidecar import source as sidecar_of

# What is done to the raw text of every chunk before its cleaner reads it, and the record of it.

# Control characters in raw text: which they are, and texts without them.
# Tabs and ends of lines are layout, and stay. So do U+0080 to U+009F: where they stand in a published file they are
# signs of Windows-1252 that were read wrongly, which a rule of that file repairs.

CONTROL_CHARACTER = "control_character"
#: Rules of files of a user's own alone: a value that no rule knows is read as the user says, or its row left out; the
#: last record is cut off; a row is of a country, territory or region that is not known.
ACCEPTED, CUT_OFF, UNKNOWN_UNIT = "accepted_value", "cut_off_record", "unknown_unit"
#: The rules of every chunk of raw text, and why; the layout of a file passes columns over.
CHANGES = {
    CONTROL_CHARACTER: (
        "A control character (U+0000 to U+001F, U+007F), which no text means and no CSV reader takes, is removed. The "
        "break of a line or page (U+000B, U+000C) becomes a blank. The record names the characters, not the text they "
        "stood in."
    ),
    NOT_USED: "A column that no table reads, with how many values it holds.",
}
#: In the notation of RE2, with which Arrow searches.
PATTERN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_REMOVED = dict.fromkeys([*range(0x20), 0x7F]) | {0x0B: " ", 0x0C: " "}
for _layout in (0x09, 0x0A, 0x0D):
    del _REMOVED[_layout]


def without_controls(text: str) -> str:
    """Return a text without control characters."""
    return text.translate(_REMOVED)


def with_signs(text: str) -> str:
    """Return a text in which each control character is the sign that stands for it, so that no two texts become one."""
    return text.translate({code: 0x2421 if code == 0x7F else 0x2400 + code for code in _REMOVED})


def code_points(text: str) -> str:
    """Return the code points of the control characters in a text, each once, for the record."""
    return " ".join(f"U+{code:04X}" for code in sorted({ord(one) for one in text} & _REMOVED.keys()))


#: How a cleaner names a file of which it sees no row.
SOME_FILE = "raw file"
#: Columns of the reader, and the JSON of a release, whose texts are freed once it is read.
_NOT_TEXT = (FILE, LINE, FAULT, "element")


def freed(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk of raw text without control characters, and an entry of the record for each value that had one."""
    entries = []
    for name in chunk.columns.difference(_NOT_TEXT, sort=False):
        signs = bytes_of(array_of(chunk[name]))  # a look at all at once is the quickest
        if not (signs < 0x20).any() and not (signs == 0x7F).any():
            continue
        rows = chunk[name].str.contains(PATTERN).fillna(False).astype(bool)
        if not rows.any():
            continue
        told = chunk[[FILE, LINE]].assign(**{name: chunk[name].where(~rows, chunk.loc[rows, name].map(code_points))})
        entries.append(changed(told, name, told[name].mask(rows, ""), CONTROL_CHARACTER))
        chunk = chunk.assign(**{name: chunk[name].where(~rows, chunk.loc[rows, name].map(without_controls))})
    return chunk, entries


def noted(part: Cleaned, entries: list[pd.DataFrame]) -> Cleaned:
    """Return a cleaned chunk with entries of :func:`freed` on its record."""
    together = pd.concat([part.record.entries, *entries], ignore_index=True)
    return replace(part, record=replace(part.record, entries=together))


#: Columns of raw text that a reader adds.
OWN_COLUMNS = (FILE, LINE, FAULT)
#: Letters of a column name that a message shows; a name may fill a page.
_LONG_NAME = 60


@dataclass(frozen=True)
class Layout:
    r"""How a publisher lays out a file of a dataset, so that newer files are recognised and cleaned like those known.

    Columns are recognised by name, whatever their order, case and blanks. A file has the layout if all required columns
    are there. The cleaner is handed the required columns, the optional ones that are there and those that `further`
    matches, under the names that stand here; all others are named to the user and passed over.

    Attributes
    ----------
    name : str
        In lower case, unique in its dataset: ``"core"``. It stands in sidecars and sentences.
    required : tuple of str
        Columns without which the file cannot be cleaned, as the cleaner names them.
    optional : tuple of str
        Columns that are read if they are there; the others of a clean table are missing then.
    aliases : mapping of str to str
        Names that some files give a column, and the name here of each.
    given : mapping of str to str
        Such names as a user states for files of theirs; they come first.
    further : str
        Pattern of names that cannot be listed, such as years: ``r"\d{4}"``.
    sheet : str
        Pattern of the names of the sheets of a workbook that have this layout; by default any. A workbook of one sheet
        may call it what it likes.
    file : str
        Pattern of the file's name, for files that their columns do not tell apart; by default any.
    element_key : str
        Of JSON in releases or records, the field that every element has; then there are no columns to name.
    like : Input or None
        The input of the full edition that the cleaner takes the file for. By default it is handed an input that bears
        the layout's name as :attr:`Input.layout`.
    tables : tuple of str
        Tables it goes into; empty for all. The others stay those of the version before.
    made : callable or None
        ``made(dataset, version, columns) -> Dataset``: what is declared of a file of that version with these columns,
        where a version has a table of its own (V-Dem: ``v16``). None if it goes into the tables that are declared.
    continues : bool
        Whether the file holds one more part, such as a year, of what the files of the full edition hold; then they are
        built together. False if it holds the series from the beginning, as a new release of an index does: it stands
        for itself, and no series mixes two releases.
    last : str
        Column of years whose largest is the version; without, the largest year in the names of columns that `further`
        matches. If there is none, the user must say it: names of files say nothing.
    lag : int
        What is taken off that year where the publisher counts versions: V-Dem 16 ends with 2025.
    """

    name: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    further: str = ""
    sheet: str = ""
    file: str = ""
    element_key: str = ""
    like: Input | None = None
    tables: tuple[str, ...] = ()
    made: Callable[[Dataset, str, tuple[str, ...]], Dataset] | None = None
    continues: bool = False
    last: str = ""
    lag: int = 0

    @cached_property
    def _names(self) -> dict[str, str]:
        own = {folded(name): name for name in (*self.required, *self.optional)}
        return {folded(name): to for name, to in self.aliases.items()} | own

    def with_names(self, columns: Mapping[str, str]) -> Layout:
        """Return the layout with the names that a user gives columns of it."""
        return replace(self, given=columns) if columns else self

    def renamed(self, columns: Iterable[str]) -> dict[str, str]:
        """Return the columns of a file that are read, each with its name here; of two of one name the first."""
        found: dict[str, str] = {}
        given = {folded(column): name for column, name in self.given.items()}
        for column in sorted(columns, key=lambda one: folded(one) not in given) if given else columns:
            name = given.get(folded(column)) or self._names.get(folded(column))
            if name is None and self.further and re.fullmatch(self.further, " ".join(column.split())):
                name = column
            if name is not None:
                found.setdefault(name, column)
        return {column: name for name, column in found.items()}

    def unknown(self, columns: Iterable[str]) -> list[str]:
        """Return the columns of a file that are not read."""
        columns = list(columns)
        read = self.renamed(columns)
        return [name for name in columns if name and name not in read]

    def absent(self, columns: Iterable[str]) -> list[str]:
        """Return the required columns that a file lacks."""
        there = set(self.renamed(columns).values())
        return [name for name in self.required if name not in there]

    def fitted(self, chunk: pd.DataFrame) -> pd.DataFrame:
        """Return a chunk of raw text as the cleaner expects it: the columns that are read, by their names here."""
        given = [name for name in chunk.columns if name not in OWN_COLUMNS]
        to = self.renamed(given)
        fitted = chunk[[name for name in chunk.columns if name in to or name in OWN_COLUMNS]].rename(columns=to)
        # The cleaner does not see the others; the record says that they were there.
        counts = {name: int((chunk[name] != "").sum()) for name in self.unknown(given)}
        fitted.attrs["passed_over"] = {name: n for name, n in counts.items() if n or not name.startswith("Unnamed: ")}
        return fitted


def folded(name: str) -> str:
    """Return the name of a column without what does not tell columns apart: case, blanks, a byte order mark."""
    return " ".join(name.replace("\ufeff", "").split()).casefold()


@dataclass(frozen=True)
class Unknown:
    """Values that no rule covers, as :attr:`OgpAnalysisError.unknown` of the fault that names them.

    Attributes
    ----------
    column : str
    lines : tuple of int
        Of the rows that hold one.
    values : tuple of str
        What stands there.
    known : iterable of str or None
        The values that a rule covers, of a mapping with their codes; None if they name units, such as countries.
    """

    column: str
    lines: tuple[int, ...]
    values: tuple[str, ...]
    known: Iterable[str] | None = None


def concatenate(parts: Iterable[Cleaned]) -> Cleaned:
    """Put the cleaned chunks of a dataset together; the ``finish`` of a dataset that needs nothing more.

    Raises
    ------
    CleaningError
        If there is no chunk.
    """
    parts = list(parts)
    if not parts:
        raise CleaningError("dataset", "no row was read", "Put its raw files in place again: ogp-analysis fetch")
    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {n: pd.concat([p.tables[n] for p in parts if n in p.tables], ignore_index=True) for n in names}
    return Cleaned(tables, total([part.record for part in parts]))


@dataclass(frozen=True)
class Dataset:
    """A dataset: where it comes from, how it is cleaned, what it promises.

    Attributes
    ----------
    name : str
        Name of the dataset in ``data/processed``.
    title : str
        What it is, in one line.
    inputs : tuple of Input
        The raw files of the full edition.
    clean : callable
        ``clean(chunk, input) -> Cleaned``, pure; `chunk` is text with file and line.
    schemas : tuple of TableSchema
        One for each table.
    finish : callable
        ``finish(parts) -> Cleaned``: what needs the whole (duplicates, merges).
    invariants : Invariants
        What must hold between its tables and the raw files, beyond schemas and balance.
    layouts : tuple of Layout
        By which newer files of it are recognised.
    newest : tuple of str
        Where each version has a table of its own, the tables that hold whole releases, the newest first: under the
        edition ``latest`` an indicator reads the first that has its column. Empty where tables are not versions.
    about : str
        What the codebook says of one without a module; that of a module is its docstring.
    """

    name: str
    title: str
    inputs: tuple[Input, ...]
    clean: Callable[[pd.DataFrame, Input], Cleaned]
    schemas: tuple[TableSchema, ...]
    finish: Callable[[Iterable[Cleaned]], Cleaned] = field(default=concatenate)
    invariants: Invariants = field(default_factory=Invariants)
    layouts: tuple[Layout, ...] = ()
    newest: tuple[str, ...] = ()
    about: str = ""

    @property
    def source(self) -> str:
        """The folder below ``data/raw`` that its files go into, newer ones as well."""
        return self.inputs[0].source

    def inputs_of(self, table: str) -> list[Input]:
        """Return the inputs that a table is made from."""
        return [one for one in self.inputs if not one.tables or table in one.tables] or list(self.inputs)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The sums that its tables share with the raw files."""
        if self.invariants.sums is not None:
            return self.invariants.sums
        return own_names(self.schemas[0], self.invariants.unsummed) if len(self.schemas) == 1 else ()

    def schema(self, table: str) -> TableSchema:
        """Return the schema of one table.

        Raises
        ------
        CleaningError
            If the dataset has no such table.
        """
        found = {schema.name: schema for schema in self.schemas}
        if table not in found:
            raise CleaningError(f"{self.name}.{table}", "no schema of that name", "Tables are " + ", ".join(found))
        return found[table]


_DECLARED = "datasets.toml"
_SECTION = ("title", "inputs", "newest", "layouts", "sums", "links", "past", "unsummed")


def declare(
    name: str,
    clean: Callable[[pd.DataFrame, Input], Cleaned],
    schemas: tuple[TableSchema, ...],
    finish: Callable[[Iterable[Cleaned]], Cleaned] = concatenate,
    *,
    sums: Iterable[Sum] = (),
    layouts: tuple[Layout, ...] = (),
    **columns: Iterable[str],
) -> Dataset:
    """Return a dataset as its section of ``datasets.toml``, beside the cleaners of its wing, describes it.

    The section has its ``title``; ``inputs``, from the source of the same name unless another is given; ``newest``;
    ``layouts`` by name, where ``like`` is the number of an input, from 0; ``sums``, ``links`` and ``past``; and
    ``unsummed``, the columns without a raw sum by the reason.

    Parameters
    ----------
    name : str
        As the catalogue has it.
    clean, schemas, finish
        As in :class:`Dataset`.
    sums : iterable of Sum
        Sums that the cleaner computes, in addition to those of the section.
    layouts : tuple of Layout
        Layouts that the cleaner computes, in place of those of the section.
    **columns : iterable of str
        Lists of columns from the cleaner; each replaces ``"*name"`` in a list of the section.

    Raises
    ------
    CleaningError
        If there is no such section, or it holds something else.
    """
    stated = _beside(name, _DECLARED).get(name, {})

    def whole(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(chain.from_iterable(columns[one[1:]] if one.startswith("*") else (one,) for one in names))

    def made(kind: type, entries: Iterable[Mapping]) -> tuple:
        fields = ({key: whole(of) if isinstance(of, list) else of for key, of in one.items()} for one in entries)
        return tuple(kind(**one) for one in fields)

    try:
        if odd := [key for key in stated if key not in _SECTION]:
            raise KeyError(*odd)
        inputs = made(Input, ({"source": name} | one for one in stated["inputs"]))
        of_layouts = ({"name": key} | one for key, one in stated.get("layouts", {}).items())
        at = ({**one, "like": inputs[one["like"]]} if "like" in one else one for one in of_layouts)
        invariants = Invariants(
            (*made(Sum, stated.get("sums", ())), *sums) or None,
            {column: why for why, names in stated.get("unsummed", {}).items() for column in whole(names)},
            made(Link, stated.get("links", ())),
            made(Past, stated.get("past", ())),
        )
        every, newest = layouts or made(Layout, at), tuple(stated.get("newest", ()))
        return Dataset(name, stated["title"], inputs, clean, schemas, finish, invariants, every, newest)
    except (KeyError, TypeError, IndexError) as error:
        what = f"lacks something, or holds something unknown ({error})"
        raise CleaningError(
            f"{_DECLARED}, {name}", what, "Correct the section; CONTRIBUTING.md lists its parts"
        ) from error


def _beside(name: str, file: str) -> dict:
    """Return the content of a file that stands beside the cleaners of the wing of a dataset."""
    return toml(import_module(".".join(DATASETS[name].split(".")[:4])).__file__, file)


def raw_chunks(
    inputs: Iterable[Input], place_of: Callable[[Input], tuple[Path, Path]], layouts: Iterable[Layout] = ()
) -> Iterator[tuple[Input, pd.DataFrame]]:
    """Yield every chunk of raw text that a dataset is made from, with the input it belongs to.

    Of files that were added, it is what the cleaner expects: the columns that are read, by its names for them.

    Parameters
    ----------
    inputs : iterable of Input
        Of the dataset.
    place_of : callable
        Returns the two folders, laid out like ``data/raw``, that hold the files of an input and its sidecar.
    layouts : iterable of Layout
        Those that inputs name.

    Raises
    ------
    SourceError, UnknownName
        As :func:`ogp_analysis.data.sources.raw.chunks`.
    """
    named = {layout.name: layout for layout in layouts}
    for item in inputs:
        (root, sidecars), layout = place_of(item), named.get(item.layout)
        about = sidecar_of(sidecars, item.source, item.version) if layout else None
        layout = layout and layout.with_names(about.column_names)
        place = root, item.source, item.version, item.files, item.header, item.sheet
        for chunk in raw.chunks(*place, sidecars=sidecars, columns=layout and layout.renamed):
            if layout:
                chunk = layout.fitted(chunk)
                chunk.attrs["accepted"] = about.accepted
            yield layout.like or item if layout else item, chunk


def cleaned(dataset: Dataset, chunks: Iterable[tuple[Input, pd.DataFrame]]) -> Cleaned:
    """Clean all chunks of a dataset and hold the result against its promises.

    Parameters
    ----------
    dataset : Dataset
        What to clean.
    chunks : iterable of (Input, pandas.DataFrame)
        Raw text with file and line, and the input it belongs to.

    Raises
    ------
    CleaningError
        If the record does not balance or names a rule that is not declared, a table has no schema, or an invariant does
        not hold.
    SchemaError
        If a table does not keep its schema.
    """
    tally = Tally(dataset.sums)
    parts = []
    for source, chunk in tally.watched(chunks):
        unread = passed_over(chunk, chunk.attrs.pop("passed_over", {}))
        accepted = chunk.attrs.pop("accepted", None)
        chunk, entries = freed(chunk)
        file = str(chunk[FILE].iloc[0]) if len(chunk) else f"{source.source}/{source.version}/{source.files}"
        try:
            if accepted is None:
                part = dataset.clean(chunk, source)
            else:
                part = _of_user(dataset, chunk, source, accepted.get(dataset.name, {}))
        except OgpAnalysisError as error:
            if error.where == SOME_FILE:
                raise type(error)(file, error.what, error.action) from error
            raise error.within(file.partition(" [")[0]) from error
        except KeyError as error:
            # Only a look for columns of a frame, or of a row of it, counts: any other key is a fault of the cleaner.
            looks = [step.f_locals for step, _ in walk_tb(error.__traceback__) if step.f_code.co_name == "__getitem__"]
            held = looks[0]["self"] if looks else None
            of_frame = isinstance(held, pd.DataFrame) or (isinstance(held, pd.Series) and FILE in held.index)
            key = looks[0]["key"] if of_frame else None
            wanted = [key] if isinstance(key, str) else list(key or ())
            absent = [name for name in wanted if isinstance(name, str) and name not in chunk.columns]
            if not absent:
                raise
            there = [str(name)[:_LONG_NAME] for name in chunk.columns if name not in (FILE, LINE)]
            what = f"has no column {listed(absent)}, which is read from it; it has {listed(there)}"
            action = "Check the line of column names, and how many lines its cleaner says stand before it"
            raise CleaningError(file, what, action) from error
        parts.append(noted(part, [*entries, *unread]))
        del chunk, part
    result = dataset.finish(parts)
    for name in result.tables:
        dataset.schema(name)
    present = [schema for schema in dataset.schemas if schema.name in result.tables]
    tables = {s.name: promised(result.tables[s.name], s) for s in present}
    record = result.record.checked()
    if dataset.name in DATASETS:
        _check_rules(dataset.name, record.entries)
    tally.check(dataset.name, tables, record.entries)
    check_links(dataset.name, tables, dataset.invariants.links)
    return Cleaned(tables, record)


def _of_user(dataset: Dataset, chunk: pd.DataFrame, source: Input, accepted: Mapping[str, Mapping]) -> Cleaned:
    """Clean a chunk of a user's own file: what no rule knows is set aside, or read as the user says."""
    rows, entries, meant = chunk, [], {folded(column): values for column, values in accepted.items()}
    if FAULT in rows:
        entries.append(set_aside(rows, rows[FAULT] != "", CUT_OFF, FAULT))
        rows = rows[rows[FAULT] == ""].drop(columns=FAULT)
    while True:
        try:
            part = dataset.clean(rows, source)
            break
        except OgpAnalysisError as error:
            fault, odd = error, error.unknown if isinstance(error.unknown, Unknown) else None
        column = next((one for one in rows if odd and folded(one) == folded(odd.column)), "")
        found = rows[LINE].isin(odd.lines) if column else pd.Series(False, rows.index)
        if found.any() and rows[LINE].duplicated().any():  # of JSON in one line
            found &= rows[column].isin(odd.values)
        # Where most rows are of unknown units, the column is not what it is taken for.
        if not found.any() or (odd.known is None and found.sum() * 2 > len(chunk)):
            raise fault
        away, rule = found, UNKNOWN_UNIT
        if odd.known is not None:
            new = _read_as(dataset.name, rows.loc[found, column], odd, meant.get(folded(column), {}), fault)
            entries.append(changed(rows[found & (new != "")], column, new[new != ""], ACCEPTED))
            rows = rows.assign(**{column: rows[column].mask(found, new)})
            away, rule = found & (rows[column] == ""), ACCEPTED
        if away.all():
            raise fault
        # With the value as it was.
        entries.append(set_aside(chunk.loc[rows.index], away, rule, column))
        rows = rows[~away]
    aside = sum(one["action"].eq("set_aside").sum() for one in entries)
    record = part.record + Record({str(chunk[FILE].iloc[0]): int(aside)} if aside else {}, {})
    return noted(replace(part, record=record), entries)


def _read_as(
    name: str, values: pd.Series, odd: Unknown, meant: Mapping[str, str], fault: OgpAnalysisError
) -> pd.Series:
    """Return the known value that the user says each is read as, blank where it is left out; else raise the fault."""
    known = [one for one in odd.known if one]
    known = sorted(known) if isinstance(odd.known, Set) else known
    if lacking := [one for one in values.unique() if meant.get(one, one) == one]:
        like = (*get_close_matches(lacking[0], known, 1), *known, "")[0]
        of = ".".join((name, *(json.dumps(one, ensure_ascii=False) for one in (odd.column, lacking[0][:80]))))
        action = f"Say in a file for --accept what it is read as, such as {of} = {json.dumps(like, ensure_ascii=False)}"
        action += f' (known: {listed(known, 12)}), or "" to set its rows aside'
        raise type(fault)(fault.where, fault.what, action)
    codes = {code: one for one, code in odd.known.items()} if isinstance(odd.known, Mapping) else {}
    return values.map({one: to if to in known else codes.get(to, to) for one, to in meant.items()})


def rules(name: str) -> dict[tuple[str, str], str]:
    """Return the reason of every rule that the cleaner of a dataset may apply, by its name and what it does, sorted.

    They are those of all raw text and those that ``rules.toml`` beside the cleaners of its wing declares.
    """
    declared = _beside(name, "rules.toml")
    own = dict(declared.get(name, {}))
    shared = {rule: declared["shared"][rule] for rule in own.pop("shared", ())}
    own["changed"] = CHANGES | shared | own.get("changed", {})
    return dict(sorted(((rule, action), why) for action, reasons in own.items() for rule, why in reasons.items()))


def _check_rules(name: str, entries: pd.DataFrame) -> None:
    """Raise if a record names a rule that neither the cleaner of its dataset declares nor a decision beside it."""
    declared = [(re.escape(rule).replace("…", ".+"), action) for rule, action in rules(name)]
    declared += [(ACCEPTED, "changed"), *((rule, "set_aside") for rule in (ACCEPTED, CUT_OFF, UNKNOWN_UNIT))]
    applied = entries[["rule", "action"]].drop_duplicates().itertuples(index=False, name=None)
    odd = {rule for rule, done in applied if not any(done == a and re.fullmatch(r, rule) for r, a in declared)}
    if odd := odd and odd - {one.rule for file in decisions(name).values() for one in file}:
        what = f"has {len(odd)} rules in its record that it does not declare, {listed(sorted(odd))}"
        raise CleaningError(name, what, "Declare each, with its reason, in rules.toml beside its cleaner")


def promised(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return `frame` with the types of `schema`, sorted by its key and held against it."""
    frame = cast(frame, schema).sort_values(list(schema.key), kind="stable", ignore_index=True)
    return check(frame, schema)
