"""An index of the user's own: a file or frame of countries by years, and a map that says what it is.

Checked whole or refused. Its table stands on the shelf beside those of a user's contracts, with what the indicator is
(:func:`ogp_analysis.base.indicators.own`); a run that reads it rests on the hash of both.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from math import inf
from pathlib import Path
from statistics import NormalDist
from string import hexdigits
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from msgspec import Meta, Struct, ValidationError, convert, to_builtins
from msgspec.structs import asdict, fields

from ogp_analysis.base import fingerprint, indicators
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.errors import CleaningError, ParameterError, SourceError, UnknownName, listed, near
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import OWN, Project
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.base.schema import FAULT, FILE, Column, TableSchema
from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.data.cleaning.account import of_cleaning
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but, set_aside
from ogp_analysis.data.sources import delimited, packed
from ogp_analysis.data.sources.frames import frame as text_frame
from ogp_analysis.data.sources.sidecar import Source, SourceFile
from ogp_analysis.data.store import shelf

TEMPLATE = "own_index.toml"
TABLE = "country_year"
#: How many lines may stand above the names of the columns.
_TOP = 25
#: How much the bounds of every panel cover.
_LEVEL = 0.68
_TEMPLATE = "ogp-analysis add --template index"
_MAP = f"See what a map may say: {_TEMPLATE}"
_CORRECT = "Correct the file, then add it again"
_Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
_Text = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f<>{}|\\`]*[^\s\x00-\x1f\x7f<>{}|\\`]\Z", max_length=160)]


class Columns(Struct, frozen=True, forbid_unknown_fields=True):
    """Which column holds what; bounds have both or none."""

    country: _Text
    year: _Text
    value: _Text
    low: _Text | None = None
    high: _Text | None = None


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """What an index is called in a language."""

    title: _Text
    unit: _Text
    short: Annotated[str, Meta(max_length=40)] = ""
    asks: Annotated[str, Meta(max_length=400, pattern=r"^[^\x00-\x1f\x7f<>{}|\\`]*\Z")] = ""


class Map(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a map states; the template says what each key means."""

    name: _Name
    source: _Text
    licence: _Text
    direction: Literal["higher is more open", "higher is less open"]
    columns: Columns
    redistribute: bool = False
    minimum: float | None = None
    maximum: float | None = None
    level: Annotated[float, Meta(gt=0, lt=1)] | None = None
    version: _Text | None = None
    url: Annotated[str, Meta(pattern=r"^https?://\S+\Z")] | None = None
    leave_out: list[str] = []
    sheet: str = ""
    en: Words | None = None
    es: Words | None = None


def add_index(data: pd.DataFrame | str | Path, columns: Mapping | str | Path) -> indicators.Indicator:
    """Add an index of your own, which every function and notebook then takes as an indicator.

    Parameters
    ----------
    data : pandas.DataFrame, str or pathlib.Path
        A row for each country in a year: a frame, or a delimited text or workbook.
    columns : mapping, str or pathlib.Path
        Which column holds what, and what the index is: the file of a map (``ogp-analysis add --template index`` prints
        one), or the same keys as a mapping.

    Returns
    -------
    Indicator
        Its id is ``own_`` and the name in the map. The same index again changes nothing; with other values it replaces
        what had its name.

    Raises
    ------
    ParameterError
        If the map cannot be read, lacks a key or has an unknown one.
    OgpAnalysisError
        If a row is refused; nothing is kept then.

    Examples
    --------
    >>> import pandas as pd
    >>> mine = pd.DataFrame({"place": ["Mexico", "KEN"], "year": [2023, 2023], "score": [41, 57.5]})
    >>> about = {"name": "press", "source": "Survey", "licence": "CC BY 4.0", "direction": "higher is more open"}
    >>> about |= {"columns": {"country": "place", "year": "year", "value": "score"}}
    >>> about |= {"en": {"title": "Press index", "unit": "points"}}
    >>> ogp.add_index(mine, about).id  # doctest: +SKIP
    'own_press'
    """
    about, project = stated(columns), this_project()
    add(data if isinstance(data, pd.DataFrame) else Path(data), about, project)
    return indicators.own()[OWN + about.name]


def stated(columns: Mapping | str | Path) -> Map:
    """Return a map that was read and checked; faults are those of :func:`add_index`."""
    where, given = "map", columns
    if not isinstance(given, Mapping):
        where = Path(given).name or str(given)
        try:
            given = tomllib.loads(Path(given).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise ParameterError(where, f"cannot be read ({error.strerror})", "Name the file of the map") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ParameterError(where, f"is not TOML ({error})", "Correct it") from error
    for place, part, of in (("", given, Map), *((f"{name}.", given.get(name), of) for name, of in _PARTS.items())):
        names = [one.name for one in fields(of)]
        if odd := [key for key in part if key not in names] if isinstance(part, Mapping) else []:
            raise ParameterError(where, f"{place}{odd[0]} is not a known key", near(odd[0], names, _TEMPLATE))
    try:
        one = convert(dict(given), Map)
    except ValidationError as error:
        what, _, key = str(error).partition(" - at `$.")
        what = "may hold small letters, digits and _ only" if key == "name`" and "regex" in what else what
        what = r"is not one line, without < > { } | ` \, that says something" if "regex" in what else what
        raise ParameterError(where, f"{key.rstrip('`') or 'the map'}: {what[:1].lower()}{what[1:]}", _MAP) from error
    if fault := next((text for text, wrong in _faults(one) if wrong), ""):
        raise ParameterError(where, fault, _MAP)
    return one


def _faults(index: Map) -> Iterator[tuple[str, bool]]:
    """Yield what may be wrong with keys that fit each by itself, and whether it is."""
    names, low, high, least, most = _named(index), index.columns.low, index.columns.high, index.minimum, index.maximum
    yield "names neither [en] nor [es]", not (index.en or index.es)
    yield "gives a column twice", len(set(names)) < len(names)
    yield "has one end of the scale only", (least is None) != (most is None)
    yield "has no minimum below its maximum", None not in (least, most) and not -inf < least < most < inf
    yield "turns the index round, for which it needs minimum and maximum", "less" in index.direction and least is None
    yield "names one bound only", (low is None) != (high is None)
    yield "does not say how much the bounds cover (level)", low is not None and index.level is None
    # Tables of contracts are named by a hash.
    yield "has a name of the kind that contracts get", len(index.name) == 12 and set(index.name) <= set(hexdigits)


_PARTS = {"columns": Columns, **dict.fromkeys(LANGUAGES, Words)}


def add(data: pd.DataFrame | Path, index: Map, project: Project) -> tuple[dict, bool]:
    """Put an index on the shelf; return its description, and False if the same was there. Faults: `add_index`."""
    label = "frame" if isinstance(data, pd.DataFrame) else data.name
    chunk = _of_frame(data, index, label) if isinstance(data, pd.DataFrame) else _of_file(data, index)
    made, id = cleaned(chunk, index), OWN + index.name
    content, of = fingerprint.of_value([list(chunk), chunk.to_numpy().tolist()]), " of its cells"
    if isinstance(data, Path):
        content, of = fingerprint.of_file(data), ""
    asked = to_builtins(index), content
    code = fingerprint.of_value([asked, fingerprint.of_file(Path(__file__))])
    built = {"code": code, "sources": {}, "files": {label: content}}
    said = index.en or index.es
    cited = f"{index.source}. {said.title}. {word('report.cite.added', 'en')}. SHA-256{of} {content}."
    source = {"source": id, "folder": id, "tables": [TABLE], "version": fingerprint.of_value(asked)[:12],
              "title": said.title, "publisher": index.source, "authors": [], "doi": "", "citation": cited,
              "licence": index.licence, "urls": [index.url] if index.url else [], "redistribute": index.redistribute,
              "accessed": "", "year": None}  # fmt: skip
    balance = [row | {"file": f"{id}/{label}"} for row in made.record.balance().to_dict("records")]
    about = {"title": said.title, "built_from": built, "balance": balance, "sources": [source]}
    about["indicator"] = _facts(index, made.tables[TABLE]["year"])
    with only_one(project.own / ".lock", "taking tables onto the shelf"):
        # Written anew in any case: a description that was edited since is not taken for what was added.
        there, damaged = shelf.package(project, shelf.OWN, id), shelf.altered(project, shelf.OWN, id)
        where = project, shelf.OWN, id, {TABLE: [made.tables[TABLE]]}, [made.record.entries]
        package = shelf.put(*where, about, {TABLE: _schema(index)}, of_cleaning((), {}))
    return package, package != there or bool(damaged)


def described(project: Project) -> list[Source]:
    """Return each index that was added as an archive lists sources: its files are those on the shelf."""
    found = []
    for id, one in indicators.own().items():
        package, folder = shelf.package(project, shelf.OWN, id), shelf.folder(project, shelf.OWN, id)
        if package is None:
            continue
        terms = {"licence": one.licence, "open_licence": "unknown", "redistribute": one.redistribute, "compiled": False}
        said = {name: package["sources"][0][name] for name in ("version", "title", "publisher", "citation")}
        rows = {file["path"]: file["rows"] for file in (*package["resources"], package["record"])}
        files = tuple(
            SourceFile(name=file.name, sha256=fingerprint.sha256(file), bytes=file.stat().st_size,
                       rows=rows.get(file.name, 0), **terms)
            for file in sorted(folder.iterdir())
        )  # fmt: skip
        found.append(Source(id=id, **said, **terms, urls=tuple(package["sources"][0]["urls"]), files=files))
    return found


def remove(id: str, project: Project) -> None:
    """Take an index away; the runs that read it can no longer be made.

    Raises
    ------
    UnknownName
        If it was not added.
    """
    shutil.rmtree(shelf.folder(project, shelf.OWN, indicators.stated(id).id))


def _of_frame(data: pd.DataFrame, index: Map, label: str) -> pd.DataFrame:
    """Return a frame as the text of a file would be."""
    names = [str(name) for name in data]
    _check_columns(names, index, label)
    cells = [["" if gap else str(cell) for cell, gap in zip(own, own.isna(), strict=True)] for _, own in data.items()]
    return text_frame(names, cells, label, range(1, len(data) + 1))


def _check_columns(names: list[str], index: Map, label: str) -> None:
    """Refuse a file that lacks a column of the map, or has it twice."""
    if absent := [name for name in _named(index) if name not in names]:
        what = f"has no column {listed(absent)}; its columns are {listed(names, 12) or 'none'}"
        raise CleaningError(label, what, near(absent[0], names, "Correct [columns] of the map: the file"))
    if twice := [name for name in _named(index) if names.count(name) > 1]:
        raise CleaningError(label, f"has two columns {listed(twice)}", "Rename or remove the other")


def _of_file(file: Path, index: Map) -> pd.DataFrame:
    """Return the rows of a text, or of a sheet, below the line that names the columns of the map."""
    if not file.is_file():
        raise SourceError(str(file), "is not a file", "Check its name")
    tables, _ = packed.tables(file, file.name)
    table = next((table for table in tables if table.sheet == index.sheet), tables[0])
    if index.sheet and table.sheet != index.sheet:
        what = f"has no sheet {index.sheet!r}; its sheets are {listed(table.sheet for table in tables)}"
        raise ParameterError(file.name, what, "Correct sheet in the map")
    sheet = {"sheet": table.sheet, "is_workbook": table.is_workbook}
    head = delimited.head(table.content, table.label, _TOP, **sheet)
    wanted, lines = _named(index), {line: [" ".join(cell.split()) for cell in cells] for line, cells in head.records}
    line = next((line for line, cells in lines.items() if set(wanted) <= set(cells)), None)
    likest = max(lines.values(), key=lambda cells: len(set(wanted) & set(cells)), default=[])
    _check_columns(lines.get(line, likest), index, table.label)
    opened = delimited.opened(table.content, table.label, line - 1, sheet=table.sheet, known=head)
    chunk = pd.concat(list(delimited.mended(opened)), ignore_index=True)
    rows = chunk.drop(columns=FAULT).assign(cells=chunk[FAULT])
    refuse(rows, "cells", rows["cells"] != "", "rows do not have a cell for each column", _CORRECT)
    return chunk.drop(columns=FAULT)


def _named(index: Map) -> list[str]:
    return [name for name in asdict(index.columns).values() if name]


def cleaned(chunk: pd.DataFrame, index: Map) -> Cleaned:
    """Return the table of an index, its bounds at a level of .68, and the record of every row; faults: `add_index`."""
    of, label = index.columns, chunk[FILE].iloc[0] if len(chunk) else "file"
    chunk = chunk.assign(**{name: chunk[name].str.strip() for name in _named(index)})
    if odd := sorted({*index.leave_out} - {*chunk[of.country]}):
        action = near(odd[0], chunk[of.country].unique(), f"Column {of.country}")
        raise ParameterError("leave_out", f"names {listed(odd)}, which column {of.country} does not hold", action)
    named = chunk[of.country].isin(index.leave_out)
    empty = (chunk[of.value] == "") & ~named
    entries = [set_aside(chunk, named, "no_country", of.country), set_aside(chunk, empty, "no_value", of.value)]
    rows = chunk[~named & ~empty]
    if rows.empty:
        raise CleaningError(label, "holds no value of a country", _CORRECT)
    whole = rows[of.year].str.fullmatch(r"\d{4}(\.0)?")
    refuse(rows, of.year, ~whole, "years that are not whole numbers of four digits", _CORRECT)
    year = rows[of.year].str[:4].astype("int64")
    refuse(rows, of.year, ~year.between(1789, date.today().year + 1), "years before 1789 or to come", _CORRECT)
    try:
        keys = pd.DataFrame({"iso3": iso3_of(rows[of.country], "", year), "year": year})
    except UnknownName as error:
        end = "" if error.action.endswith("?") else "."
        action = f"{error.action.rstrip('.')}{end} Name units that are no countries in leave_out"
        raise CleaningError(f"{label}, column {of.country}", error.what, action) from None
    refuse(rows, of.country, keys.duplicated(), "rows repeat a country and year", _CORRECT, of.year)
    values = {key: _numbers(rows, name) for key in ("value", "low", "high") if (name := getattr(of, key))}
    value, low, high = (values.get(key) for key in ("value", "low", "high"))
    if index.minimum is not None:
        what = f"values outside of the scale, {index.minimum:g} to {index.maximum:g}"
        refuse(rows, of.value, ~value.between(index.minimum, index.maximum), what, _CORRECT)
    if low is not None:
        refuse(rows, of.low, low.isna() != high.isna(), "values have one bound only", _CORRECT, of.high)
        refuse(rows, of.low, low > high, "lower bounds lie above the upper", _CORRECT, of.high)
        outside = (value < low) | (value > high)
        refuse(rows, of.value, outside, "values do not lie between their bounds", _CORRECT, of.low)
        reach = NormalDist().inv_cdf((1 + _LEVEL) / 2) / NormalDist().inv_cdf((1 + index.level) / 2)
        values |= {"low": value - reach * (value - low), "high": value + reach * (high - value)}
    if "less" in index.direction:
        turned = {key: (index.minimum + index.maximum - found).round(9) for key, found in values.items()}
        values = turned | ({"low": turned["high"], "high": turned["low"]} if low is not None else {})
        entries.append(changed(rows, of.value, values["value"].map("{:.12g}".format), "turned_round"))
    schema = _schema(index)
    table = keys.assign(**values).sort_values(list(schema.key), ignore_index=True)
    return Cleaned({TABLE: check(cast(table, schema), schema)}, kept_but(chunk, *entries).checked())


def _numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of numbers; blank is missing, and nothing else is."""
    found, blank = pd.to_numeric(rows[column], errors="coerce").astype("float64"), rows[column] == ""
    wrong = ~np.isfinite(found) & ~blank
    refuse(rows, column, wrong, "values are not numbers", "Write them with digits and a decimal point")
    return found


def _schema(index: Map) -> TableSchema:
    said = index.en or index.es
    terms = {"unit": said.unit, "licence": index.licence, "redistribute": index.redistribute}
    bound = "Bound at a level of .68, from that of the file as for a normal distribution on its side of the value."
    bounds = [Column(name, "number", bound, **terms) for name in ("low", "high") if index.columns.low]
    ends = {"minimum": index.minimum, "maximum": index.maximum, "direction": "higher is more open", "required": True}
    columns = (
        Column("iso3", "string", "Country, alpha-3 code of ISO 3166.", required=True),
        Column("year", "integer", "Year.", required=True),
        Column("value", "number", f"{said.title}.", **terms, **ends),
        *bounds,
    )
    return TableSchema(TABLE, "one country in one year", ("iso3", "year"), columns)


def _facts(index: Map, years: pd.Series) -> dict:
    """Return what :class:`Indicator` says of an index, and its words by language."""
    words = {}
    for spoken, said in (("en", index.en or index.es), ("es", index.es or index.en)):
        form = word("own_index.turned", spoken) if "less" in index.direction else "{title}"
        name, short = (form.format(title=text) for text in (said.title, said.short or said.title))
        asks = f"{said.asks or word('own_index.asks', spoken)} {word('report.cite.added', spoken)}."
        texts = {"name": name, "short": short, "construct": asks, "unit": said.unit}
        words[spoken] = texts | {"direction": word("own_index.way", spoken)}
    bounds = {"low": "low", "high": "high", "level": _LEVEL} if index.columns.low else {}
    scale = "interval" if index.minimum is None else "index" if (index.minimum, index.maximum) == (0, 1) else "points"
    first, last = int(years.min()), int(years.max())
    return {
        "version": index.version or str(last), "first_year": first, "last_year": last, "scale": scale, **bounds,
        "direction": "higher is more open", "minimum": index.minimum, "maximum": index.maximum,
        "licence": index.licence, "redistribute": index.redistribute, "words": words,
        "publisher": {spoken: word("own_index.publisher", spoken).format(source=index.source) for spoken in LANGUAGES},
    }  # fmt: skip
