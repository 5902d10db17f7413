"""An index, events or purchases that a user adds: a file or frame, and a map that describes it.

Checked whole or refused. Its table stands on the shelf beside those of a user's contracts, with what it is; a run that
reads it rests on the hash of both. What each kind asks of its rows stands in a module of its own.
"""

from __future__ import annotations

import json
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from itertools import pairwise, zip_longest
from pathlib import Path
from string import hexdigits
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from msgspec import Meta, Struct, ValidationError, convert, to_builtins
from msgspec.structs import asdict, fields

from ogp_analysis.base import beside, fingerprint
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.countries import iso3_of, known
from ogp_analysis.base.errors import CleaningError, ParameterError, SourceError, UnknownName, listed, near
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import OWN, Project, is_own
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.base.schema import FAULT, FILE
from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.data.cleaning.account import of_cleaning
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.record import Cleaned, kept_but, set_aside
from ogp_analysis.data.sources import delimited, packed
from ogp_analysis.data.sources.frames import frame as text_frame
from ogp_analysis.data.sources.frames import named
from ogp_analysis.data.sources.sidecar import Source, SourceFile
from ogp_analysis.data.store import shelf

#: What may be added, and the class of its maps; the template of these is beside this module.
KINDS = {"index": "own_index:Map", "events": "own_rows:Events", "purchases": "own_rows:Purchases"}
#: How many lines may stand above the names of the columns.
_TOP = 25
#: So long is a date that is known to the day.
_DAY = len("YYYY-MM-DD")
CORRECT = "Correct the file, then add it again"
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
Text = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f<>{}|\\`]*[^\s\x00-\x1f\x7f<>{}|\\`]\Z", max_length=160)]


class Map(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every map states, beside ``columns``; the template says what each key means.

    That of a kind adds ``cleaned(chunk)``, the table of some rows and the record of each; ``schema()``, what the table
    promises; and ``facts(table)``, what its description says beside what that of every table says.
    """

    TABLE: ClassVar[str]
    #: The parts that are tables, by name.
    PARTS: ClassVar[dict[str, type[Struct]]]

    name: Name
    source: Text
    licence: Text
    redistribute: bool = False
    version: Text | None = None
    url: Annotated[str, Meta(pattern=r"^https?://\S+\Z")] | None = None
    leave_out: list[str] = []
    sheet: str = ""
    header: Literal[1, 2] = 1
    only: dict[Text, str] = {}
    missing: list[str] = []

    @property
    def id(self) -> str:
        """What it is called from here on."""
        return OWN + self.name

    @property
    def named(self) -> list[str]:
        """The columns that it names."""
        found = [name for name in asdict(self.columns).values() if name]
        return [*found, *(name for name in self.only if name not in found)]

    def wanted(self, names: Iterable[str]) -> list[str]:
        """Return the columns that it reads of a file with columns of these names."""
        return self.named

    def said(self, spoken: str = "en"):
        """Return its words in a language, or in the other."""
        return (self.es or self.en) if spoken == "es" else (self.en or self.es)

    def faults(self) -> Iterator[tuple[str, bool]]:
        """Yield what may be wrong with keys that fit each by itself, and whether it is."""
        yield "names neither [en] nor [es]", not (self.en or self.es)
        yield "gives a column twice", len(set(self.named)) < len(self.named)
        # Tables of contracts are named by a hash.
        yield "has a name of the kind that contracts get", len(self.name) == 12 and set(self.name) <= set(hexdigits)

    def checked(self, chunk: pd.DataFrame, table: pd.DataFrame, entries: list) -> Cleaned:
        """Return a table that is as promised, and the record of the rows it was made of."""
        schema = self.schema()
        return Cleaned({self.TABLE: check(cast(table, schema), schema)}, kept_but(chunk, *entries).checked())

    def publisher(self) -> dict[str, str]:
        """Return whose it is, by language."""
        return {spoken: word("own_index.publisher", spoken).format(source=self.source) for spoken in LANGUAGES}


@dataclass(frozen=True)
class Listed:
    """A list of events or purchases that the user added; ``ogp.load(one.id)`` returns its rows.

    Attributes
    ----------
    id, kind, licence : str
    title, publisher : dict of str to str
        What it is called and whose it is, by language.
    redistribute : bool
        Whether its rows may stand in tables and files.
    rows, first, last : int
        How many rows, and the years of the first and last.
    """

    id: str
    kind: str
    title: dict[str, str]
    publisher: dict[str, str]
    licence: str
    redistribute: bool
    rows: int
    first: int
    last: int


def lists(kind: str = "") -> dict[str, Listed]:
    """Return the lists that the user added, of a kind or of both, by id."""
    project, found = this_project(), {}
    for folder in sorted(project.own.glob(f"{OWN}*")):
        about = (shelf.package(project, shelf.OWN, folder.name) or {}).get("listed")
        if about and kind in ("", about["kind"]):
            found[folder.name] = Listed(folder.name, **about)
    return found


def own_list(kind: str, name: str) -> Listed:
    """Return a list of a kind that was added.

    Raises
    ------
    UnknownName
        If it was not, with the one most like it.
    """
    mine = lists(kind)
    if name not in mine:
        raise UnknownName(f"{kind} {name[:60]!r}", "no such list was added", near(name, mine, "ogp-analysis list"))
    return mine[name]


def events_of(name: str) -> list[str]:
    """Return ``own_NAME:EVENT`` for each event of a list that is known to the day; any other text as it is."""
    if not is_own(name):
        return [name]
    rows = _events(own_list("events", name).id)
    return [f"{name}:{one}" for one in rows.loc[rows["date"].str.len() == _DAY, "event"]]


def named_event(text: str | None) -> dict | None:
    """Return the event that ``own_NAME:EVENT`` names, a row of its list; None if a text names no list.

    Raises
    ------
    UnknownName
        If there is no such list or event, with those most like it.
    ParameterError
        If no day is known of the event.
    """
    name, _, event = (text or "").partition(":")
    if not is_own(name):
        return None
    rows = _events(own_list("events", name).id).set_index("event", drop=False)
    row = rows.loc[known(f"event of {name}", event, rows.index)].to_dict()
    if len(row["date"]) != _DAY:
        what = f"{text!r} is known to the {'month' if len(row['date']) > len('YYYY') else 'year'} only, {row['date']}"
        raise ParameterError("event", what, "Name an event of which the day is known")
    return row


def _events(id: str) -> pd.DataFrame:
    """Return the events of a list, without handing them out: a parameter is no result."""
    return shelf.take(shelf.folder(this_project(), shelf.OWN, id) / "events.parquet")


def kind_of(id: str, project: Project) -> str:
    """Return the kind of what a user added under an id; empty if nothing was, or if it holds contracts."""
    package = shelf.package(project, shelf.OWN, id) or {}
    return "index" if package.get("indicator") else (package.get("listed") or {}).get("kind", "")


def map_of(kind: str) -> type[Map]:
    """Return the class of the maps of a kind."""
    module, _, name = KINDS[kind].partition(":")
    return getattr(import_module(f"ogp_analysis.data.store.{module}"), name)


def template(kind: str) -> str:
    """Return a map of a kind with comments, to be filled in."""
    return beside.text(__file__, f"own_{kind}.toml")


def stated(kind: str, columns: Mapping | str | Path) -> Map:
    """Read and check a map; faults are those of ``ogp.add_index``."""
    where, given, of_kind = "map", columns, map_of(kind)
    known_keys = f"ogp-analysis add --template {kind}"
    action = f"See what a map may say: {known_keys}"
    if not isinstance(given, Mapping):
        where = Path(given).name or str(given)
        try:
            given = tomllib.loads(Path(given).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise ParameterError(where, f"cannot be read ({error.strerror})", "Name the file of the map") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ParameterError(where, f"is not TOML ({error})", "Correct it") from error
    parts = ((f"{name}.", given.get(name), of) for name, of in of_kind.PARTS.items())
    for place, part, of in (("", given, of_kind), *parts):
        names = [one.name for one in fields(of)]
        if odd := [key for key in part if key not in names] if isinstance(part, Mapping) else []:
            raise ParameterError(where, f"{place}{odd[0]} is not a known key", near(odd[0], names, known_keys))
    try:
        one = convert(dict(given), of_kind)
    except ValidationError as error:
        what, _, key = str(error).partition(" - at `$.")
        what = "may hold small letters, digits and _ only" if key == "name`" and "regex" in what else what
        what = "is not as in the template" if "regex" in what and key in ("url`", "currency`", "day_format`") else what
        what = r"is not one line, without < > { } | ` \, that says something" if "regex" in what else what
        raise ParameterError(where, f"{key.rstrip('`') or 'the map'}: {what[:1].lower()}{what[1:]}", action) from error
    if fault := next((text for text, wrong in one.faults() if wrong), ""):
        raise ParameterError(where, fault, action)
    return one


def added(kind: str, data: pd.DataFrame | str | Path, columns: Mapping | str | Path) -> str:
    """Add an index, events or purchases, and return the id."""
    about = stated(kind, columns)
    add(data if isinstance(data, pd.DataFrame) else Path(data), about, this_project())
    return about.id


def add(data: pd.DataFrame | Path, about: Map, project: Project) -> tuple[dict, bool]:
    """Put what a map describes on the shelf; return its description, and False if the same was there.

    Raises
    ------
    ParameterError
        If something of another kind has its name.
    OgpAnalysisError
        If the file or a row is refused.
    """
    id, label = about.id, "frame" if isinstance(data, pd.DataFrame) else data.name
    if (other := kind_of(id, project)) not in ("", *(kind for kind in KINDS if map_of(kind) is type(about))):
        what = f"{id} is there already, added as {other}"
        raise ParameterError("map", what, f"Give it another name, or first: ogp-analysis remove {id}")
    chunk = _of_frame(data, about, label) if isinstance(data, pd.DataFrame) else _of_file(data, about)
    made = about.cleaned(chunk)
    content, of = fingerprint.of_value([list(chunk), chunk.to_numpy().tolist()]), " of its cells"
    if isinstance(data, Path):
        content, of = fingerprint.of_file(data), ""
    asked = to_builtins(about), content
    by = [fingerprint.of_file(Path(file)) for file in (__file__, sys.modules[type(about).__module__].__file__)]
    built = {"code": fingerprint.of_value([asked, by]), "sources": {}, "files": {label: content}}
    title = about.said().title
    cited = f"{about.source}. {title}. {word('report.cite.added', 'en')}. SHA-256{of} {content}."
    source = {"source": id, "folder": id, "tables": [about.TABLE], "version": fingerprint.of_value(asked)[:12],
              "title": title, "publisher": about.source, "authors": [], "doi": "", "citation": cited,
              "licence": about.licence, "urls": [about.url] if about.url else [], "redistribute": about.redistribute,
              "accessed": "", "year": None}  # fmt: skip
    balance = [row | {"file": f"{id}/{label}"} for row in made.record.balance().to_dict("records")]
    said = {"title": title, "built_from": built, "balance": balance, "sources": [source]}
    said |= about.facts(made.tables[about.TABLE])
    with only_one(project.own / ".lock", "taking tables onto the shelf"):
        # Written anew in any case: a description that was edited since is not taken for what was added.
        there, damaged = shelf.package(project, shelf.OWN, id), shelf.altered(project, shelf.OWN, id)
        where = project, shelf.OWN, id, {about.TABLE: [made.tables[about.TABLE]]}, [made.record.entries]
        package = shelf.put(*where, said, {about.TABLE: about.schema()}, of_cleaning((), {}))
    return package, package != there or bool(damaged)


def described(project: Project) -> list[Source]:
    """Return everything that was added as sources of an archive, whose files are those on the shelf."""
    found = []
    for folder in sorted(project.own.glob(f"{OWN}*")):
        id, package = folder.name, shelf.package(project, shelf.OWN, folder.name)
        if package is None or not kind_of(id, project):
            continue
        [source] = package["sources"]
        terms = {name: source[name] for name in ("licence", "redistribute")}
        terms |= {"open_licence": "unknown", "compiled": False}
        said = {name: source[name] for name in ("version", "title", "publisher", "citation")}
        rows = {file["path"]: file["rows"] for file in (*package["resources"], package["record"])}
        files = tuple(
            SourceFile(name=file.name, sha256=fingerprint.sha256(file), bytes=file.stat().st_size,
                       rows=rows.get(file.name, 0), **terms)
            for file in sorted(folder.iterdir())
        )  # fmt: skip
        found.append(Source(id=id, **said, **terms, urls=tuple(source["urls"]), files=files))
    return found


def remove(id: str, project: Project) -> None:
    """Take away what was added; the runs that read it can no longer be made.

    Raises
    ------
    UnknownName
        If it was not added.
    """
    mine = [folder.name for folder in sorted(project.own.glob(f"{OWN}*")) if kind_of(folder.name, project)]
    if id not in mine:
        raise UnknownName(f"addition {id[:60]!r}", "was not added", near(id, mine, "ogp-analysis list"))
    shutil.rmtree(shelf.folder(project, shelf.OWN, id))


def _of_frame(data: pd.DataFrame, about: Map, label: str) -> pd.DataFrame:
    """Return a frame as the text of a file would be."""
    names = [str(name) for name in data]
    _check_columns(names, about, label)
    cells = [["" if gap else str(cell) for cell, gap in zip(own, own.isna(), strict=True)] for _, own in data.items()]
    return text_frame(names, cells, label, range(1, len(data) + 1))


def _check_columns(names: list[str], about: Map, label: str) -> None:
    """Refuse a file that lacks a column of the map, or has it twice."""
    wanted = about.wanted(names)
    if absent := [name for name in wanted if name not in names]:
        what = f"has no column {listed(absent)}; its columns are {listed(names, 12) or 'none'}"
        raise CleaningError(label, what, near(absent[0], names, "Correct [columns] of the map: the file"))
    if twice := [name for name in wanted if names.count(name) > 1]:
        raise CleaningError(label, f"has two columns {listed(twice)}", "Rename or remove the other")


def _of_file(file: Path, about: Map) -> pd.DataFrame:
    """Return the rows of a text, or of a sheet, below the line that names the columns of the map."""
    if not file.is_file():
        raise SourceError(str(file), "is not a file", "Check its name")
    tables, _ = packed.tables(file, file.name)
    table = next((table for table in tables if table.sheet == about.sheet), tables[0])
    if about.sheet and table.sheet != about.sheet:
        what = f"has no sheet {about.sheet!r}; its sheets are {listed(table.sheet for table in tables)}"
        raise ParameterError(file.name, what, "Correct sheet in the map")
    sheet = {"sheet": table.sheet, "is_workbook": table.is_workbook}
    head = delimited.head(table.content, table.label, _TOP, **sheet)
    lines = {line: [" ".join(cell.split()) for cell in cells] for line, cells in head.records}
    if about.header == 2:
        lines = {line: _joined(above, cells) for (_, above), (line, cells) in pairwise(lines.items())}
    found = {line: len({*about.wanted(cells)} & {*cells}) / len(about.wanted(cells)) for line, cells in lines.items()}
    line = max(found, key=found.__getitem__, default=0)
    _check_columns(lines.get(line, []), about, table.label)
    opened = delimited.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head)
    opened = replace(opened, columns=tuple(named(lines[line], table.label)))
    chunk = pd.concat(list(delimited.mended(opened)), ignore_index=True)
    rows = chunk.drop(columns=FAULT).assign(cells=chunk[FAULT])
    cells = rows["cells"].str.extract(r"(\d+) cells instead of (\d+)").astype("float64")
    # A shorter one below the last record is a note, or a record that is cut off. It has no value.
    below = (cells[0] < cells[1]) & (rows["cells"] != "")[::-1].cummin()
    wrong = (rows["cells"] != "") & ~below
    refuse(rows, "cells", wrong, "rows do not have a cell for each column", CORRECT)
    return chunk.drop(columns=FAULT)


def _joined(above: list[str], names: list[str]) -> list[str]:
    """Return the names of columns that stand in two lines; what stands above goes for all until the next."""
    found, last = [], ""
    for top, name in zip_longest(above, names, fillvalue=""):
        last = top or last
        found.append(f"{last} {name}".strip())
    return found


# What the checks of all kinds share. A column that the map does not name is blank.


def of_countries(chunk: pd.DataFrame, about: Map, aside: Iterable[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame, list]:
    """Return all rows without outer blanks, those that are kept, and the entries of those that are set aside.

    Set aside are rows that `only` does not name, units that are no countries, as the map says, and rows without a value
    in any of the columns `aside`.
    """
    of, label, wanted = about.columns.country, chunk[FILE].iloc[0] if len(chunk) else "file", about.wanted(chunk)
    chunk = chunk.assign(**{name: chunk[name].str.strip() for name in wanted})
    other = pd.Series(False, chunk.index)
    for name, value in about.only.items():
        other |= chunk[name] != value
    if odd := sorted({*about.leave_out} - {*chunk[of]}):
        action = near(odd[0], chunk[of].unique(), f"Column {of}")
        raise ParameterError("leave_out", f"names {listed(odd)}, which column {of} does not hold", action)
    unit = chunk[of].isin(about.leave_out) & ~other
    aside, marks = [*aside], ["", *about.missing]
    empty = chunk[aside].isin(marks).all(axis="columns") & ~unit & ~other & bool(aside)
    entries = [set_aside(chunk, other, "other_rows", next(iter(about.only), ""))]
    entries += [set_aside(chunk, unit, "no_country", of), set_aside(chunk, empty, "no_value", "".join(aside[:1]))]
    rows = chunk[~other & ~unit & ~empty]
    rows = rows.assign(**{name: rows[name].mask(rows[name].isin(marks), "") for name in wanted})
    if rows.empty:
        raise CleaningError(label, f"holds no {'value' if aside else 'row'} of a country", CORRECT)
    return chunk, rows, entries


def country_codes(rows: pd.DataFrame, about: Map, year: pd.Series) -> pd.Series:
    """Return the code of the country of each row."""
    of = about.columns.country
    try:
        return pd.Series(iso3_of(rows[of], "", year), rows.index, dtype="str")
    except UnknownName as error:
        end = "" if error.action.endswith("?") else "."
        unknown = [one for one in rows[of].unique() if one in {text for text, _ in error.unknown}]
        action = f"{error.action.rstrip('.')}{end} The map names units that are no countries, such as"
        action += f" leave_out = {json.dumps(unknown, ensure_ascii=False)}"
        raise CleaningError(f"{rows[FILE].iloc[0]}, column {of}", error.what, action) from None


def known_years(rows: pd.DataFrame, column: str, year: pd.Series) -> pd.Series:
    """Return the years of rows, none of which lies before 1789 or has still to come."""
    wrong = ~year.between(1789, date.today().year + 1)
    refuse(rows, column, wrong, "years before 1789 or to come", CORRECT)
    return year


def numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of numbers; blank is missing, and nothing else is."""
    found, blank = pd.to_numeric(rows[column], errors="coerce").astype("float64"), rows[column] == ""
    wrong = ~np.isfinite(found) & ~blank
    refuse(rows, column, wrong, "values are not numbers", "Write them with digits and a decimal point")
    return found
