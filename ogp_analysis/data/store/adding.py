"""Files that the user adds: a newer version of a dataset, taken whole or not at all.

A version is assembled and built in a folder of its own below ``data/raw``, and moved to its place in one step when
all checks pass. A version that is refused, or a process that is killed, leaves only that folder, and the next command
removes it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from glob import escape
from pathlib import Path

import pandas as pd
import pyarrow as pa
from msgspec import convert

from ogp_analysis.base import fingerprint, kept, spreadsheet
from ogp_analysis.base.countries import known as known_name
from ogp_analysis.base.errors import CleaningError, ParameterError, SourceError, UnknownName, listed
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.overrides import NONE, Overrides
from ogp_analysis.data.cleaning.recognising import Reading, recognise
from ogp_analysis.data.sources import counting, delimited, packed, raw, sidecar, workbook
from ogp_analysis.data.sources.download import placed
from ogp_analysis.data.sources.sidecar import ADDED, EXTRACT, Input, RawFile, Source, SourceFile
from ogp_analysis.data.sources.unpacking import Gzipped, members
from ogp_analysis.data.store import shelf
from ogp_analysis.data.store.editions import build_one, candidates, columns_of, is_versioned
from ogp_analysis.data.store.making import make

_STAGE = ".adding"
_BLOCK = 2**17
#: With fewer values on both sides no column is held to be odd.
_FEWEST = 20
_YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}")
#: Facts of a version that a user may give; the others come from the version that is known.
GIVEN = ("title", "publisher", "doi", "licence", "citation", "url", "accessed")
_FORMS = (("url", r"https?://\S+", "https://…"), ("doi", r"10\.\d{4,9}/\S+", "10.…/…, without an address before it"))


@dataclass(frozen=True)
class Compared:
    """One table of a version that was added, beside the version before.

    Attributes
    ----------
    dataset, table : str
    rows : int
    before : str
        Edition and table that it is compared with, ``"full.v15"``; empty if there is none.
    years, units : tuple
        Years and countries (units) that the version before does not have.
    gone : int
        Rows of the version before that are not there any more.
    columns : tuple of str
        Columns of the table that the version before does not have.
    revised : pandas.DataFrame
        One row per value that changed: the key, ``column, old, new``; as text, missing as ``""``.
    doubts : tuple of str
        Columns of numbers of which all values are revised, that are turned round or of another level, and by how much.
    """

    dataset: str
    table: str
    rows: int
    before: str
    years: tuple[int, ...]
    units: tuple[str, ...]
    gone: int
    columns: tuple[str, ...]
    revised: pd.DataFrame
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Addition:
    """The outcome of adding files.

    Attributes
    ----------
    source : Source
        Its sidecar.
    new : bool
        False if the same files were there already.
    passed_over, lacking : dict of str to list of str
        By file (and sheet): columns that are not read; optional columns that the file does not have.
    tables : tuple of Compared
    aside : dict of str to int
        By file, rows that were set aside.
    """

    source: Source
    new: bool
    passed_over: dict[str, list[str]] = field(default_factory=dict)
    lacking: dict[str, list[str]] = field(default_factory=dict)
    tables: tuple[Compared, ...] = ()
    aside: dict[str, int] = field(default_factory=dict)


def add(
    source: str,
    files: list[Path],
    version: str | None = None,
    given: Mapping[str, str] | None = None,
    project: Project | None = None,
    said: Overrides = NONE,
) -> Addition:
    """Add files of a newer version of a dataset, which the edition ``latest`` then reads.

    Parameters
    ----------
    source : str
        A source or dataset of the catalogue.
    files : list of pathlib.Path
        All files of the version; a zip stands for the tables in it, a gz for the file in it.
    version : str, optional
        What the publisher calls it; by default as the last year that the files hold says.
    given : mapping of str to str, optional
        Facts for the sidecar, of :data:`GIVEN`; those that are not given come from the version that is known.
    project : Project, optional
    said : Overrides, optional
        What the user says of columns and values; kept in the sidecar.

    Raises
    ------
    UnknownName
        If there is no such source or dataset.
    ParameterError
        If the version cannot be determined, has an invalid name or no number, or exists already with other files.
    OgpAnalysisError
        If a file is not recognised or cannot be cleaned. Nothing is kept of it.
    """
    project = project or this_project()
    id, datasets = _asked(source)
    if version is not None and (
        not _VERSION.fullmatch(version) or version.endswith((EXTRACT, ADDED)) or not shelf.order(version)
    ):
        what = f"{version[:40]!r} is not a valid name of a version"
        action = "Use the publisher's number, a year or a date; letters, digits, . _ and - may stand beside it"
        raise ParameterError("--version", what, action)
    with _stage(project) as stage:
        placed_files = [one for file in dict.fromkeys(map(Path, files)) for one in _taken(file, stage)]
        return _added(project, stage, id, datasets, placed_files, version, given or {}, said)


def _asked(name: str) -> tuple[str, list[str]]:
    """Return the source that a user means, and the datasets that its files may be of."""
    if name in DATASETS and dataset(name).layouts:
        return dataset(name).source, [name]
    sources = {known: dataset(known).source for known in DATASETS if dataset(known).layouts}
    if datasets := [known for known, source in sources.items() if source == name]:
        return name, datasets
    if name in DATASETS:
        raise UnknownName(f"dataset {name!r}", "takes no newer files", "It has no layout by which one is recognised")
    return _asked(known_name("source", name, sorted({*sources.values(), *DATASETS}), of="ogp.datasets()"))


@dataclass(frozen=True)
class _Taken:
    """A file in the stage: its path there, its name, and what is known of its bytes."""

    path: Path
    name: str
    label: str
    sha256: str
    bytes: int


@contextmanager
def _stage(project: Project) -> Iterator[Project]:
    """Yield a folder in which a version is put together; remove it afterwards, with what killed commands left."""
    project.raw.mkdir(parents=True, exist_ok=True)
    root = project.raw / _STAGE
    with only_one(project.processed / ".adding.lock", "adding files"):
        shutil.rmtree(root, ignore_errors=True)
        try:
            root.mkdir()
            yield Project(root, behind=project)
        finally:
            shutil.rmtree(root, ignore_errors=True)


def _taken(file: Path, stage: Project) -> Iterator[_Taken]:
    """Copy a file into the stage; of a zip of tables, each of these; of a gz, what it holds."""
    if not file.is_file():
        if file.is_dir():
            raise SourceError(str(file), "is a folder", "Name the files in it, one by one")
        raise SourceError(str(file), "is not a file", "Check its name")
    try:
        with file.open("rb") as stream:
            stream.read(1)
    except OSError as error:  # else it would be taken for a fault of the folder that it is copied into
        raise SourceError(str(file), f"cannot be read ({error.strerror})", "Check its rights and the disk") from error
    wanted = (*packed.TEXTS, ".xlsx", ".xls")
    every = members(file, file.name)
    inside = [one for one in every if one.name.lower().endswith(wanted) and "__MACOSX" not in one.name]
    if file.suffix.lower() == ".zip" and inside:
        packed.tables(file, file.name)  # refuses what no well-meant zip has
        tables = [(Path(one.name).name, f"{file.name}/{one.name}", one) for one in inside]
    elif packed.is_gz(file):
        tables = [(re.sub(r"\.gz\Z", "", file.name, flags=re.IGNORECASE), file.name, Gzipped(file, file.name))]
    else:
        tables = [(file.name, file.name, file)]
    for name, label, content in tables:
        if not kept.is_inside(name) or ":" in name or name == sidecar.NAME:
            raise SourceError(label, "has a name that cannot be kept", "Rename it")
        target, digest, size = stage.root / "taken" / name, hashlib.sha256(), 0
        if target.exists():
            raise SourceError(label, "has the name of another file", "Rename one of the two")
        with content.open("rb") as stream, placed(target) as part:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += part.write(block)
        yield _Taken(target, name, label, digest.hexdigest(), size)


def _added(
    project: Project,
    stage: Project,
    id: str,
    datasets: list[str],
    files: list[_Taken],
    version: str | None,
    given,
    said,
) -> Addition:
    readings, labels_of = {}, {}
    for one in files:
        if (same := labels_of.setdefault(one.sha256, one.label)) != one.label:
            raise SourceError(one.label, f"is the same file as {same}", "Leave one of the two out")
        found = recognise(one.path, datasets, one.label, said.columns)
        if not found.readings and (of := recognise(one.path, None, one.label).readings):
            what = f"is of {of[0].dataset} ({of[0].layout.name}), not of {id}"
            raise SourceError(one.label, what, f"Add it there: ogp-analysis add {dataset(of[0].dataset).source} FILE")
        readings[one.name] = found.checked()
    everything = [reading for of_file in readings.values() for reading in of_file]
    entries = [_entry(one, readings[one.name]) for one in files]
    version = version or _held(files, entries, readings)
    if not version:
        what = f"the content of {listed(one.label for one in files)} does not say which version it is"
        raise ParameterError("--version", what, "Give it: --version, the publisher's number or the year")
    folder = _folder(project, id, version)
    target = project.raw / id / folder
    if target.exists():
        return _again(project, id, folder, {one.sha256 for one in files})
    # A file that the full edition reads is to be fetched, not added.
    inputs = {(i.source, i.version) for reading in everything for i in dataset(reading.dataset).inputs}
    for known in (known for of, known in sorted(inputs) if of == id):
        hashes = {file.sha256 for file in sidecar.source(project.sidecars, id, known).files}
        if same := next((one for one in files if one.sha256 in hashes), None):
            what = f"is the file of version {known}, which the full edition reads"
            raise ParameterError(same.label, what, f"Put it in place: ogp-analysis fetch {id} --from FOLDER")
    about = _about(project, id, version, everything[0].dataset, given, entries, said)
    place = _laid_out(stage, id, folder, files, about)
    names = sorted({reading.dataset for reading in everything})
    for name in names:
        build_one((stage, name, shelf.VERSION + folder))
        _check_years(stage, name, shelf.VERSION + folder)
    source = sidecar.source(stage.raw, id, folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    place.rename(target)
    kept.sync(target.parent)
    for name in names:
        # The tables can be built again; without them the version is added all the same.
        edition = shelf.VERSION + folder
        with suppress(OSError):
            shelf.folder(project, edition, name).parent.mkdir(parents=True, exist_ok=True)
            shelf.folder(stage, edition, name).rename(shelf.folder(project, edition, name))
    labels = {f"{one.label}{f' [{r.sheet}]' if r.sheet else ''}": r for one in files for r in readings[one.name]}
    passed = {label: reading.unknown for label, reading in labels.items() if reading.unknown}
    lacking = {label: reading.lacking for label, reading in labels.items() if reading.lacking}
    tables = tuple(compared(project, names, source))
    balance = [row for one in names for row in shelf.package(project, shelf.VERSION + folder, one)["balance"]]
    aside = {row["file"].split("/", 2)[-1]: row["set_aside"] for row in balance if row["set_aside"]}
    return Addition(source, True, passed, lacking, tables, aside)


def _folder(project: Project, id: str, version: str) -> str:
    """Return the folder of a version of a user's files; one that came with the package keeps its own."""
    stated = (project.sidecars / id / version / sidecar.NAME).is_file()
    return version + ADDED if stated and not sidecar.source(project.sidecars, id, version).added else version


def _entry(file: _Taken, readings: tuple[Reading, ...]) -> dict:
    """Return the entry of a file in its sidecar, in which its rows are not counted yet."""
    first = readings[0]
    encoding, ending = first.encoding, file.path.suffix.lower()
    if first.delimiter:
        encoding = delimited.encoding_of(file.path, file.label)
    elif ending in (".json", ".yaml", ".yml"):
        encoding = "utf-8"
    elif not encoding and ending not in (*workbook.ENDINGS, ".dta"):
        action = "Give it its ending: " + ", ".join(workbook.ENDINGS)
        raise SourceError(file.label, "is a workbook, though its name does not say so", action)
    read_as = [{"dataset": r.dataset, "layout": r.layout.name, "sheet": r.sheet, "before": r.before} for r in readings]
    text = {"encoding": encoding, "delimiter": first.delimiter, "element_key": first.layout.element_key}
    facts = {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, **text, "sheet": first.sheet}
    return {**facts, "read_as": read_as, "rows": 0}


def _laid_out(stage: Project, id: str, folder: str, files: list[_Taken], about: dict) -> Path:
    """Put the files and their sidecar into the folder of the version in the stage; rows are counted on the way."""
    place = stage.raw / id / folder
    place.mkdir(parents=True)
    for one in files:
        one.path.rename(place / one.name)
        # Hashed while it was copied; after it was read it is hashed again.
        fingerprint.written(place / one.name, one.sha256)
    kept.put(place / sidecar.NAME, sidecar.written(about))
    described = sidecar.source(stage.raw, id, folder)
    for entry, file in zip(about["files"], described.files, strict=True):
        first = file.read_as[0]
        rows = counting.of_entry(place / file.name, file, first.before, first.sheet)
        if rows is None:
            where = stage.raw, id, folder, escape(file.name), first.before, first.sheet
            rows = sum(len(chunk) for chunk in raw.chunks(*where, sidecars=stage.raw))
        entry["rows"] = rows
    kept.replace(place / sidecar.NAME, sidecar.written(about))
    # Neither the file that a user added nor its sidecar belongs to the repository.
    kept.put(place / ".gitignore", b"*\n")
    return place


def _about(project: Project, id: str, version: str, name: str, given, entries: list[dict], said: Overrides) -> dict:
    """Return the facts of a sidecar: those given, else those of the newest version that is known, so marked."""
    known = [sidecar.source(project.sidecars, id, one) for one in sidecar.versions(project.sidecars, id)]
    known = [one for one in known if not one.dataset] or known[-1:]
    before = max(known, key=lambda one: (not one.compiled, shelf.order(one.version)))
    given = {key: value.strip() for key, value in given.items() if value and value.strip()}
    for key, pattern, form in _FORMS:
        if key in given and not re.fullmatch(pattern, given[key]):
            what = f"{given[key][:80]!r} does not have the form that a sidecar needs"
            raise ParameterError(key, what, f"Write it {form}")
    title = given.get("title", f"{dataset(name).title.partition(':')[0]}, {version}")
    citation = f"{before.publisher}. {title}. The version before is cited as: {before.citation}"
    return {
        "title": title,
        "publisher": given.get("publisher", before.publisher),
        "authors": [] if "publisher" in given else list(before.authors),
        "version": version,
        "doi": given.get("doi", ""),
        "urls": [given["url"]] if "url" in given else list(before.urls),
        "accessed": _day(given["accessed"]) if "accessed" in given else None,
        "licence": given.get("licence", before.licence),
        "open_licence": "unknown" if "licence" in given else before.open_licence,
        "redistribute": "licence" not in given and before.redistribute and before.open_licence == "yes",
        "citation": given.get("citation", citation),
        "compiled": False,
        "carried": [key for key in ("publisher", "licence", "citation", "url") if key not in given],
        "added": date.today(),
        "columns": [{"name": c.name, "redistribute": c.redistribute, "licence": c.licence} for c in before.columns],
        "column_names": said.columns,
        "accepted": said.accepted,
        "files": entries,
    }


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ParameterError("accessed", f"{text[:40]!r} is not a date", "Write it YYYY-MM-DD") from None
    if day > date.today():
        raise ParameterError("accessed", f"{day} has not come yet", "Give the day on which you got the file")
    return day


def _held(files: list[_Taken], entries: list[dict], readings: Mapping[str, tuple[Reading, ...]]) -> str:
    """Return the version that the files hold: their last year, less what the publisher's numbers lag behind it."""
    found: set[int] = set()
    for one, entry in zip(files, entries, strict=True):
        terms = {"licence": "-", "open_licence": "unknown", "redistribute": False, "compiled": False}
        file = RawFile(one.label, one.path, convert(entry | terms, SourceFile))
        for reading in readings[one.name]:
            of, headings = reading.layout, [reading.sheet, *reading.layout.renamed(reading.columns)]
            texts = re.findall(_YEAR, " ".join(headings)) if of.further and not of.last else []

            def last(there, of=of) -> list[str]:
                return [name for name, to in of.renamed(there).items() if to == of.last]

            if of.last:
                held = raw.held(file, reading.before, reading.sheet, columns=last)
                texts = (text for chunk in held for name in last(chunk.columns) for text in chunk[name].unique())
            years = (int(year[1]) for text in texts if (year := re.search(_YEAR, text)))
            # A plan may end in years to come.
            found |= {year - of.lag for year in years if of.lag < year <= date.today().year + 1}
    return str(max(found)) if found else ""


def _again(project: Project, id: str, folder: str, hashes: set[str]) -> Addition:
    """Return the version that is already there, if it has the same files.

    Raises
    ------
    ParameterError
        If it is there with other files.
    """
    there = sidecar.source(project.raw, id, folder)
    if {file.sha256 for file in there.files} == hashes:
        return Addition(there, False)
    what = f"{there.release} is there already, with other files ({listed(file.name for file in there.files)})"
    action = f"Remove it first (ogp-analysis remove {id} {there.release}), or call the new one otherwise: --version"
    raise ParameterError(f"{id}, version", what, action)


def _check_years(stage: Project, name: str, edition: str) -> None:
    """Raise if a table holds future years: its columns may be read wrongly.

    An edition may carry the number of the year after it appears.
    """
    for resource in shelf.package(stage, edition, name)["resources"]:
        if "year" in [one["name"] for one in resource["schema"]["fields"]]:
            years = shelf.take(shelf.folder(stage, edition, name) / resource["path"], ["year"])["year"]
            late = years[years > date.today().year + 1]
            if len(late):
                what = f"{len(late)} rows are of years to come, for example {late.max()}"
                raise CleaningError(f"{name}.{resource['name']}, column year", what, "Check the file")


def compared(project: Project, names: list[str], source: Source) -> Iterator[Compared]:
    """Yield the tables of a version that was added, each beside the version before; what was revised is kept as CSV."""
    edition = shelf.VERSION + source.version
    for name in names:
        if shelf.package(project, edition, name) is None:
            build_one((project, name, edition))
        mine = {t for i in shelf.places(project, name, edition) if i.version == source.version for t in i.tables}
        parts = []
        for resource in shelf.package(project, edition, name)["resources"]:
            if not mine or resource["name"] in mine:
                parts.append(_beside(project, name, resource, edition))
                yield parts[-1]
        rows = [part.revised.assign(table=part.table) for part in parts if len(part.revised)]
        if rows:
            revised = pd.concat(rows, ignore_index=True).fillna("")
            ordered = revised[["table", *(column for column in revised if column != "table")]]
            table = spreadsheet.guarded_table(pa.Table.from_pandas(ordered, preserve_index=False)).to_pandas()
            file = revisions_file(project, name, source.version)
            file.parent.mkdir(parents=True, exist_ok=True)
            kept.replace(file, table.to_csv(index=False, lineterminator="\n").encode())


def revisions_file(project: Project, name: str, version: str) -> Path:
    """Return where the values that a version revised stand as CSV: beside its tables."""
    return shelf.folder(project, shelf.VERSION + version, name).with_name(f"{name}.revisions.csv")


def _beside(project: Project, name: str, resource: dict, edition: str) -> Compared:
    """Compare a table with the version before; where versions are tables, each column with the newest that has it."""
    new, versioned = shelf.take(shelf.folder(project, edition, name) / resource["path"]), is_versioned(name)
    table, key = resource["name"], resource["schema"]["primaryKey"]
    columns = [one["name"] for one in resource["schema"]["fields"] if one["name"] not in key]
    places = candidates(project, name, "latest")
    this = next(at for at, place in enumerate(places) if place[:2] == (edition, table))
    where, frames, revised, doubts, absent = [], [], [], [], columns
    for place, there, _ in places[this + 1 :]:
        if not versioned and there != table:
            continue
        fields = set(columns_of(project, place, name, there))
        if not set(key) <= fields or not (wanted := [c for c in absent if c in fields]):
            continue
        frames.append(shelf.take(shelf.folder(project, place, name) / f"{there}.parquet", [*key, *wanted]))
        where.append(f"{place}.{there}")
        for rows, doubt in _revised(frames[-1], new, key, wanted):
            revised.append(rows)
            doubts += filter(None, [doubt])
        absent = [c for c in absent if c not in fields]
        if not versioned:
            break
    gone = 0
    if frames:
        there = frames[0][key].merge(new[key], how="left", indicator=True)["_merge"]
        gone = int((there == "left_only").sum())

    def fresh(*columns: str) -> tuple:
        column = next((one for one in columns if one in key), "")
        old = {value for frame in frames for value in frame[column].unique()} if column else set()
        return tuple(sorted(set(new[column].dropna().unique()) - old)) if column else ()

    changed = pd.concat(revised, ignore_index=True) if revised else pd.DataFrame(columns=[*key, "column", "old", "new"])
    years, units = tuple(map(int, fresh("year"))), fresh("iso3", "unit", "country")
    columns = tuple(absent) if frames else ()
    return Compared(name, table, len(new), ", ".join(where), years, units, gone, columns, changed, tuple(doubts))


def _doubt(column: str, before: pd.Series, after: pd.Series) -> str:
    """Return why a column of numbers may not be what it was in the version before; empty if nothing says so."""
    both = before.notna() & after.notna()
    if not (pd.api.types.is_float_dtype(before) and pd.api.types.is_float_dtype(after)) or both.sum() < _FEWEST:
        return ""
    old, new = before[both], after[both]
    alike = old.corr(new) if old.nunique() > 1 < new.nunique() else 1.0
    moved = abs(new.mean() - old.mean()) > old.std() / 2 > 0
    reasons = {
        f"all {len(old):,} values revised": (old != new).all(),
        f"turned round, for its correlation is {alike:.2f}": alike < 0,
        f"of another level, its mean {new.mean():.4g} in place of {old.mean():.4g}": moved,
    }
    return f"{column}: {'; '.join(text for text, holds in reasons.items() if holds)}" if any(reasons.values()) else ""


def _revised(
    old: pd.DataFrame, new: pd.DataFrame, key: list[str], columns: list[str]
) -> Iterator[tuple[pd.DataFrame, str]]:
    """Yield by column the values that differ in rows of the same key, as text, and what is doubtful of the column."""
    both = old[key].assign(_old=range(len(old))).merge(new[key].assign(_new=range(len(new))), on=key)
    for column in columns:
        before, after = (
            (values.astype("str") if isinstance(values.dtype, pd.CategoricalDtype) else values).reset_index(drop=True)
            for values in (old[column].take(both["_old"]), new[column].take(both["_new"]))
        )
        changed = ~((before == after).fillna(False).astype(bool) | (before.isna() & after.isna()))
        rows = both.loc[changed, key].assign(column=column, old=before[changed], new=after[changed]).astype("object")
        yield rows.where(rows.notna(), "").astype("str"), _doubt(column, before, after)


def remove(source: str, version: str, project: Project | None = None) -> list[str]:
    """Take away a version that was added: its files, sidecar and tables. Return the datasets it was of.

    Raises
    ------
    UnknownName
        If no such version was added; names those that were.
    """
    project = project or this_project()
    id, _ = _asked(source)
    with _stage(project) as stage:
        there = sidecar.sources(project.raw, added=True, ids=[id])
        found = next((one for one in there if version in (one.version, one.release)), None)
        if found is None:
            known = ", ".join(one.release for one in there) or "none"
            raise UnknownName(f"{id}, version {version!r}", "was not added", f"Versions that were added: {known}")
        names = sorted({one.dataset for file in found.files for one in file.read_as})
        # One step takes it out of the project; the rest is clearing away.
        (project.raw / id / found.version).rename(stage.root / "removed")
        kept.sync(project.raw / id)
        with suppress(OSError):
            (project.raw / id).rmdir()
        for name in names:
            shutil.rmtree(shelf.folder(project, shelf.VERSION + found.version, name), ignore_errors=True)
            revisions_file(project, name, found.version).unlink(missing_ok=True)
            with suppress(OSError):
                shelf.folder(project, shelf.VERSION + found.version, name).parent.rmdir()
    return names


def added(project: Project | None = None) -> list[Source]:
    """Return every version that was added, sorted by source and version."""
    project = project or this_project()
    return sidecar.sources(project.raw, added=True) if project.raw.is_dir() else []


@dataclass(frozen=True)
class Apart:
    """Tables of one dataset, built from files that are not added.

    Attributes
    ----------
    files : dict of str to str
        SHA-256 of each file, by its label.
    readings : dict of str to tuple of Reading
        How each file is read.
    folder : pathlib.Path
        The tables and their record, as on the shelf.
    package : dict
        Their description.
    """

    files: dict[str, str]
    readings: dict[str, tuple[Reading, ...]]
    folder: Path
    package: dict


def built_apart(
    work: Path, name: str, files: list[Path], project: Project | None = None, said: Overrides = NONE
) -> Apart:
    """Build the tables of a dataset from files of the user's, in a folder: neither raw data nor shelf are touched.

    Parameters
    ----------
    work : pathlib.Path
        An empty folder; the caller removes it.
    name : str
        A dataset of the catalogue.
    files : list of pathlib.Path
        They are built together; a zip stands for the tables in it.
    project : Project, optional
    said : Overrides, optional
        What the user says of columns and values.

    Raises
    ------
    OgpAnalysisError
        If a file is not recognised, or the files cannot be cleaned together.
    """
    project = project or this_project()
    stage = Project(work, behind=project)
    taken = [one for file in files for one in _taken(file, stage)]
    readings = {one.name: recognise(one.path, [name], one.label, said.columns).checked() for one in taken}
    id, entries = dataset(name).source, [_entry(one, readings[one.name]) for one in taken]
    version = _held(taken, entries, readings) or "own"
    about = _about(project, id, version, name, {}, entries, said)
    folder = _folder(project, id, version)
    _laid_out(stage, id, folder, taken, about)
    edition = shelf.VERSION + folder
    read = [(escape(one.name), reading) for one in taken for reading in readings[one.name]]
    inputs = [Input(id, folder, file, r.before, r.sheet, r.layout.tables, r.layout.name) for file, r in read]
    make(stage, name, edition, tuple(inputs))
    package = shelf.package(stage, edition, name)
    if package is None:
        raise SourceError(f"tables {name}", "were not built", "Report this with the file")
    return Apart({one.name: one.sha256 for one in taken}, readings, shelf.folder(stage, edition, name), package)
