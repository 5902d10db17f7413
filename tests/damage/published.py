"""Published files in their own layouts, through their own cleaners: their first rows, read from the mirror.

Nothing of them is kept here. As many rows are taken as the cleaner needs to be content with a sound file.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

from ogp_analysis.base import paths
from ogp_analysis.base.errors import OgpAnalysisError, SourceError
from ogp_analysis.base.paths import Project
from ogp_analysis.data.cleaning.catalog import DATASETS, TABLES, dataset
from ogp_analysis.data.cleaning.dataset import cleaned, raw_chunks
from ogp_analysis.data.cleaning.invariants import check_past
from ogp_analysis.data.cleaning.record import Cleaned
from ogp_analysis.data.sources import counting, raw, sidecar
from ogp_analysis.data.sources.sidecar import NAME, Input, SourceFile, matches
from ogp_analysis.data.store import making
from tests.damage.layouts import Layout, as_sheets, as_text

#: Rows that are tried, the fewest first; some cleaners want to see all.
ROWS = (30, 300, 3_000, 10**9)


#: Datasets whose cleaners want whole files, which takes seconds: each damage meets one of their files, in turn.
WHOLE = ("cpv", "honduras_oncae", "world_bank_awards")


@dataclass(frozen=True)
class Published:
    """A layout in which a file of a dataset is published.

    Attributes
    ----------
    dataset : str
        Whose cleaner reads it.
    place : Input
        The input of the dataset.
    file : SourceFile
        Its entry in the sidecar.
    """

    dataset: str
    place: Input
    file: SourceFile

    @property
    def places_of_faults(self) -> tuple[str, ...]:
        """What a sentence may begin with: the file, its dataset, source, tables, or the rules of its cleaner."""
        return (self.file.name, self.dataset, self.place.source, *TABLES[self.dataset], ".toml")

    @property
    def name(self) -> str:
        """As the table of outcomes has it."""
        sheet = f" [{self.place.sheet.strip()}]" if self.place.sheet else ""
        return f"{self.dataset}: {self.place.source}/{self.place.version}/{self.file.name}{sheet}"


def places(name: str) -> list[Input]:
    """Return the inputs of a dataset that are at hand."""
    return [place for place in dataset(name).inputs if _files(place)]


@cache
def _files(place: Input) -> tuple[SourceFile, ...]:
    """Return the files of an input; of releases and records the first, since all have one layout."""
    about = sidecar.source(paths.project().raw, place.source, place.version)
    found = sorted((one for one in about.files if raw.matches(one.name, place.files)), key=lambda one: one.name)
    found = [one for one in found if _path(place, one).is_file()]
    return tuple(found[:1] if found and found[0].element_key else found)


def _path(place: Input, file: SourceFile) -> Path:
    """Return where a file lies: in the repository if it holds it, else in the mirror."""
    own = paths.project().raw / place.source / place.version / file.name
    return own if own.is_file() else paths.mirror() / place.source / place.version / file.name


@cache
def published() -> tuple[Published, ...]:
    """Return every layout of the catalogue: each file of each input, but once where files have the same columns.

    None without the mirror.
    """
    found, seen = [], set()
    for name in DATASETS if paths.mirror() else ():
        for place in places(name):
            for file in _files(place):
                columns = (name, place.source, place.version, place.sheet, file.element_key, _head(place, file))
                if columns not in seen:
                    seen.add(columns)
                    found.append(Published(name, place, file))
    return tuple(found)


def cases(damages: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return each layout and damage that are tried, by their names; none without the mirror."""
    found = []
    for name in DATASETS:
        some = [one.name for one in published() if one.dataset == name]
        if name in WHOLE and some:
            found += [(some[number % len(some)], damage) for number, damage in enumerate(damages)]
        else:
            found += [(one, damage) for one in some for damage in damages]
    return found


def _head(place: Input, file: SourceFile) -> tuple[str, ...]:
    if not file.delimiter:
        return ()
    return tuple(_records(place, file, 1)[1][0])


def _records(place: Input, file: SourceFile, rows: int) -> tuple[str, list[list[str]]]:
    """Return what stands before the column names of a text, and its first records."""
    path = _path(place, file)
    with (
        gzip.open(path, "rt", encoding=file.encoding, newline="")
        if path.suffix == ".gz"
        else path.open(encoding=file.encoding, newline="") as stream
    ):
        before = "".join(islice(stream, place.header))
        first = stream.readline().removeprefix("\ufeff")
        reader = csv.reader(_chained(first, stream), delimiter=file.delimiter)
        return before, [cells for cells in islice(reader, rows) if cells]


def _chained(first: str, stream):
    yield first
    yield from stream


@cache
def layout(one: Published, rows: int) -> Layout:
    """Return the first rows of a published file as a layout that can be damaged."""
    place, file = one.place, one.file
    path = _path(place, file)
    ending = path.suffix.lower()
    if file.delimiter:
        before, records = _records(place, file, rows + 1)

        def content(some: list[list[str]]) -> bytes:
            text = (before + as_text(some, file.delimiter).decode()).encode(file.encoding, "replace")
            return gzip.compress(text, mtime=0) if ending == ".gz" else text

        return _made(one, records, "gz" if ending == ".gz" else "text", content, content(records))
    if ending == ".xlsx":
        sheets = {name: cells[: rows + place.header + 1] for name, cells in _sheets(path).items()}
        name = place.sheet or next(iter(sheets))

        def workbook(some: list[list[str]], change: Callable | None = None) -> bytes:
            return as_sheets({**sheets, name: [*sheets[name][: place.header], *some]}, name, change)

        records = sheets[name][place.header :]
        return _made(one, records, "workbook", workbook, workbook(records))
    sound = path.read_bytes()
    if ending == ".gz":
        sound = gzip.decompress(sound)
    if ending == ".dta":
        return _made(one, [], "stata", as_text, sound)
    text = _first_members(sound.decode(file.encoding), rows) if ending == ".json" and not file.element_key else None
    if ending in (".yaml", ".yml"):
        return _of_text(one, "yaml", "".join(sound.decode(file.encoding).splitlines(keepends=True)[:rows]))
    return _of_text(one, "json", text or sound.decode(file.encoding), packed=ending == ".gz")


def _first_members(text: str, rows: int) -> str:
    value = json.loads(text)
    return json.dumps(value[:rows] if isinstance(value, list) else dict(islice(value.items(), rows)), indent=1)


@cache
def _sheets(path: Path) -> dict[str, list[list[str]]]:
    from python_calamine import CalamineWorkbook

    from ogp_analysis.data.sources import workbook

    with CalamineWorkbook.from_path(path) as book:
        return {
            name: [list(map(workbook.text, cells)) for cells in book.get_sheet_by_name(name).to_python(False)]
            for name in book.sheet_names
        }


_WORD, _NUMBER = re.compile(r"[A-Za-z][A-Za-z ]{3,}"), re.compile(r"\d+(\.\d+)?")


def _made(one: Published, records, form: str, content, sound: bytes) -> Layout:
    cells = [cell for record in records[2:] for cell in record]
    word = next((cell for cell in cells if _WORD.fullmatch(cell)), "")
    number = next((cell for cell in cells if _NUMBER.fullmatch(cell) and len(cell) > 3), "")
    return Layout(
        one.name, "published", Path(one.file.name).name, records, form, content, sound, word, number,
        before=one.place.header, delimiter=one.file.delimiter, encoding=one.file.encoding or "utf-8",
        named=one.file.header,
    )  # fmt: skip


_MEMBER = r'"(?:{})"\s*:\s*"([A-Za-z][^"\\]{{3,}})"'


def _of_text(one: Published, form: str, text: str, packed: bool = False) -> Layout:
    if form == "yaml":
        found = re.search(r"^\S+: ([A-Za-z][\w ]{3,})$", text, re.MULTILINE)
    else:
        found = re.search(_MEMBER.format("title|description"), text) or re.search(_MEMBER.format(r"\w+"), text)
    number = re.search(r":\s*(\d+(?:\.\d+)?)\s*[,}]", text)
    return Layout(
        one.name, "published", Path(one.file.name).name, [], form, as_text, text.encode(one.file.encoding),
        found[1] if found else "", number[1] if number else "", found[0] if found else "",
        encoding=one.file.encoding,
    )  # fmt: skip


@dataclass(frozen=True)
class Need:
    """What a cleaner needs to make tables: how many first rows of each file, and of which inputs."""

    rows: int
    places: tuple[Input, ...]


@cache
def needed(one: Published) -> Need:
    """Return the least that the cleaner of a layout is content with: the file alone, or those beside it too.

    Raises
    ------
    OgpAnalysisError
        If it takes not even all files whole.
    """
    fault: OgpAnalysisError | None = None
    for rows in ROWS[-1:] if one.dataset in WHOLE else ROWS:
        together = tuple(places(one.dataset))
        for some in (together,) if one.dataset in WHOLE else ((one.place,), together):
            try:
                built(one, Need(rows, some), None)
            except OgpAnalysisError as error:
                fault = error
            else:
                return Need(rows, some)
    raise fault


@cache
def sound(one: Published) -> Cleaned:
    """Return what is made of the sound file."""
    return built(one, needed(one), None)


def built(one: Published, need: Need, content: bytes | None) -> Cleaned:
    """Return the tables and the record of a dataset, made of the first rows of its files.

    Parameters
    ----------
    one : Published
        The layout.
    need : Need
        What is read.
    content : bytes or None
        The file that is damaged; None if it is not.
    """
    declared = dataset(one.dataset)
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        versions = list(dict.fromkeys((place.source, place.version) for place in need.places))
        for version in versions:
            _put(project, one, need, version, content)
        result = cleaned(declared, raw_chunks(need.places, project.places_of))
        for version in versions:
            for file in sidecar.source(project.raw, *version).files:
                label = "/".join((*version, file.name)) + (f" [{file.sheet.strip()}]" if file.sheet else "")
                if label in result.record.rows_in:
                    path = project.files_of(*version).joinpath(*version, file.name)
                    counted = counting.of_entry(path, file, *_head_of(need, version, file))
                    if counted not in (None, result.record.rows_in[label]):
                        raise SourceError(label, f"{counted} rows are counted", "Look at the file")
        check_past(one.dataset, result.tables, declared.invariants.past, making._as_of(project, need.places))
        return result


def _head_of(need: Need, version: tuple[str, str], file: SourceFile) -> tuple[int, str]:
    """Return how many lines stand before the column names of a file, and which sheet is read."""
    own = [p for p in need.places if (p.source, p.version) == version and matches(file.name, p.files)]
    place = next((p for p in own if p.sheet.strip() == file.sheet.strip()), own[0])
    return place.header, place.sheet


def _put(project: Project, one: Published, need: Need, version: tuple[str, str], content: bytes | None) -> None:
    """Write the files of a version, and a sidecar that describes them as they are, with the damage."""
    own = project.raw.joinpath(*version)
    own.mkdir(parents=True)
    described = tomllib.loads(paths.project().raw.joinpath(*version, NAME).read_text("utf-8"))
    hashes = {}
    for place in need.places:
        for file in _files(place) if (place.source, place.version) == version else ():
            if file.name in hashes:  # another sheet of it
                continue
            its = version == (one.place.source, one.place.version) and file.name == one.file.name
            data = (
                content if its and content is not None else layout(Published(one.dataset, place, file), need.rows).sound
            )
            if file.name.endswith(".gz") and not file.delimiter:
                data = gzip.compress(data, mtime=0)
            path = own / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            hashes[file.name] = hashlib.sha256(data).hexdigest()
    described["files"] = [f | {"sha256": hashes[f["name"]]} for f in described["files"] if f["name"] in hashes]
    lines = (f"{name} = {_toml(value)}\n" for name, value in described.items())
    (own / NAME).write_text("".join(lines), "utf-8")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
