"""What we were given: the sources below a raw root, read from their sidecars. No data is touched."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from msgspec import ValidationError, convert

from ogp_analysis.base import contents, kept
from ogp_analysis.base.errors import SourceError, UnknownName, listed
from ogp_analysis.base.paths import project
from ogp_analysis.sources.description import ADDED, EXTRACT, Source

NAME = "source.toml"
#: Lists of a sidecar of which each entry is a table.
_TABLES = ("files", "balance", "rules")
#: Terms of a source, which its files have too unless they say otherwise.
_TERMS = ("licence", "open_licence", "redistribute", "compiled")


def sources(root: Path | None = None, *, added: bool = False, ids: Iterable[str] = ("*",)) -> list[Source]:
    """Return every source that has a sidecar below `root`, sorted by name and version.

    What the user added is left out, so that it changes nothing that is said of the project; with `added` there is
    nothing else.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of ``<source>/<version>/source.toml``; the project's ``data/raw`` by default.
    added : bool
        Whether those are meant that the user added.
    ids : iterable of str
        Only the sidecars of these sources are read; all by default.

    Raises
    ------
    SourceError
        If `root` is not a folder, or a sidecar cannot be read; names sidecar and field.
    """
    root = project().sidecars if root is None else Path(root)
    if not root.is_dir():
        raise SourceError(str(root), "is not a folder", "Name a folder that is laid out like data/raw")
    found = (_read(path) for id in ids for path in root.glob(f"{id}/*/{NAME}"))
    return sorted((one for one in found if bool(one.added) == added), key=lambda s: (s.id, s.version))


def source(root: Path | None, id: str, version: str) -> Source:
    """Return one version of one source; only its own sidecar is read.

    Raises
    ------
    UnknownName
        If `root` has no sidecar for it; names what it has.
    SourceError
        If the sidecar cannot be read; names the field.
    """
    root = project().sidecars if root is None else Path(root)
    path = root / id / version / NAME
    if not path.is_file():
        known = ", ".join(versions(root, id))
        raise UnknownName(f"source {id!r}, version {version!r}", "has no sidecar", f"Known versions are {known}")
    return _read(path)


def versions(root: Path | None, id: str) -> list[str]:
    """Return the versions of the source `id` that have a sidecar below `root`, sorted.

    Raises
    ------
    UnknownName
        If there is none; names the sources that are known.
    """
    root = project().sidecars if root is None else Path(root)
    known: dict[str, list[str]] = {}
    for path in sorted(root.glob(f"*/*/{NAME}")):
        known.setdefault(path.parent.parent.name, []).append(path.parent.name)
    if id not in known:
        action = "Known sources are " + (", ".join(known) or "none")
        raise UnknownName(f"source {id!r}", "has no sidecar below " + root.name, action)
    return [version for version in known[id] if not _read(root / id / version / NAME).added]


def _read(path: Path) -> Source:
    """Read the sidecar ``…/<source>/<version>/source.toml``; the two folders give the names."""
    where = "/".join(path.parts[-3:])
    try:
        return _parsed(path, contents.sha256(path))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(where, f"is not a readable TOML file ({error})", "Correct the sidecar") from error
    except OSError as error:
        raise SourceError(where, f"cannot be read ({error.strerror})", "Restore it from the repository") from error


@cache
def _parsed(path: Path, content: str) -> Source:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    version, id = path.parts[-2], path.parts[-3]
    where = f"{id}/{version}/{NAME}"
    if "version" in table:
        if table["version"] not in (version, version.removesuffix(EXTRACT), version.removesuffix(ADDED)):
            raise _fault(where, "version", f"is {table['version']!r}, but the folder is {version!r}")
        table["version"] = version
    base = table.pop("files_url", "")
    if not isinstance(base, str) or not re.fullmatch(r"(https?://\S+/)?", base):
        raise _fault(where, "files_url", f"is {base!r}, not an http address that ends with /")
    given = {"element_key": table.pop("element_key", "")} | {name: table[name] for name in _TERMS if name in table}
    if isinstance(columns := table.get("columns"), dict):
        table["columns"] = [{"name": n, **terms} if isinstance(terms, dict) else terms for n, terms in columns.items()]
    if isinstance(files := table.pop("files", None), list):
        # Each with what its source says of all files.
        table["files"] = []
        for file in files:
            if isinstance(file, dict):
                if file.get("renamed") is True:
                    file = {**given, **file, "url": ""}
                else:
                    url = {"url": base + quote(str(file.get("name")))} if base else {}
                    file = {**given, **url, **file}
            table["files"].append(file)
    try:
        source = convert(
            {**table, "id": id, "as_of": table.get("as_of", table.get("accessed"))}, Source, builtin_types=(date,)
        )
    except ValidationError as error:
        raise _mistake(where, table, error) from error
    for part in (source, *source.files):
        of_part = where if part is source else f"{where}, file {part.name}"
        if part.redistribute and part.open_licence != "yes" and not part.compiled:
            what = "is true, but the licence is not known to be open and the table is not ours"
            raise _fault(of_part, "redistribute", what)
    for file in source.files:
        of_file = f"{where}, file {file.name}"
        if not kept.is_inside(file.name) or ":" in file.name or file.name == NAME:
            what = f"is {file.name!r}, not a path inside the folder of the version, written with /"
            raise _fault(of_file, "name", what)
        if file.delimiter and not file.encoding:
            raise _fault(of_file, "encoding", "is missing, but there is a delimiter")
        try:
            codecs.lookup(file.encoding or "utf-8")
        except LookupError:
            raise _fault(of_file, "encoding", f"is {file.encoding!r}, which Python does not know") from None
    names = [file.name for file in source.files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise _fault(where, "files", f"names {len(twice)} files twice, {listed(twice)}")
    return source


def written(about: Mapping[str, object]) -> bytes:
    """Return the text of a sidecar, without the facts that have no value.

    Parameters
    ----------
    about : mapping of str to object
        Its facts; ``files``, ``balance`` and ``rules``, of which each entry is a table of its own, come last.
    """
    text = list(_lines({key: value for key, value in about.items() if key not in _TABLES}))
    for name in (name for name in about if name in _TABLES):
        for entry in about[name]:
            text += ["", f"[[{name}]]", *_lines(entry)]
    return ("\n".join(text) + "\n").encode()


def _lines(entry: Mapping[str, object]) -> Iterator[str]:
    for key, value in entry.items():
        # Addresses must be stated, also where there are none.
        if key == "urls" or value not in ("", None, [], ()):
            yield f"{key} = {_inline(value)}"


def _inline(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    # JSON writes texts as TOML does, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fault(where: str, field: str, what: str) -> SourceError:
    return SourceError(f"{where}, field {field}", what, "Correct the sidecar")


def _mistake(where: str, table: dict, error: ValidationError) -> SourceError:
    """Return the fault of a sidecar that is not of the form it should be, with the place of what is wrong."""
    what, _, place = str(error).partition(" - at ")
    field, *inside = re.findall(r"\w+", place) or [""]
    if field in ("files", "columns") and inside and isinstance(one := table[field][int(inside[0])], dict):
        where, table = f"{where}, {field.removesuffix('s')} {one.get('name', inside[0])}", one
        field = inside[1] if inside[1:] else ""
    if named := re.search(r"field `(\w+)`", what):
        return _fault(where, named[1], "is missing" if "missing" in what else "is unknown")
    return _fault(where, field, f"is {table.get(field)!r}: {what[0].lower()}{what[1:]}")
