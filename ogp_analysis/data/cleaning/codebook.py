"""The pages of the codebook: one for each dataset, one on the indicators, and an index.

The same schemas, sidecars and rules give the same pages. Only descriptions are read, never a table.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ogp_analysis.base import kept
from ogp_analysis.base.indicators import Indicator, as_stated, indicators
from ogp_analysis.base.paths import Project
from ogp_analysis.base.schema import Column
from ogp_analysis.base.words import catalogue
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.cleaning.corrections import decisions
from ogp_analysis.data.cleaning.dataset import Dataset, rules
from ogp_analysis.data.sources import licences, sidecar
from ogp_analysis.data.sources.sidecar import Source, matches

# Text of others in Markdown: nothing in it is read as markup, so that a page shows what the schema says.

_MARKUP = re.compile(r"[\\`*\[\]<>|~$&]|(?<![^\W_])_|_(?![^\W_])")
#: What would begin a heading, a list, a quotation or a rule at the start of a line.
_AT_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([#+=-])")
_ROLE = re.compile(r"(?::\w+:)?`+~?([^`]+)`+")


class Markdown(str):
    """Text that is Markdown already."""


def text(value: object) -> Markdown:
    """Return a value as Markdown that shows it as it is, on one line."""
    if isinstance(value, Markdown):
        return value
    line = _MARKUP.sub(lambda match: "\\" + match[0], " ".join(str(value).split()))
    return Markdown(_AT_START.sub(lambda match: f"{match[1] or ''}\\{match[2] or match[3]}", line))


def code(value: object) -> Markdown:
    """Return a name as code; a stroke in it is masked, for it may stand in a table."""
    plain = " ".join(str(value).split())
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    blank = " " if "`" in plain[:1] + plain[-1:] else ""
    return Markdown(fence + blank + plain.replace("|", "\\|") + blank + fence) if plain else Markdown()


def address(url: str) -> Markdown:
    """Return an address as a link that shows itself."""
    return Markdown("<" + re.sub(r"[\s<>|`\\]", lambda match: f"%{ord(match[0]):02X}", url) + ">")


def paragraphs(prose: str) -> list[Markdown]:
    """Return the paragraphs of a docstring, its names as code and its headings left out."""
    found = []
    for block in re.split(r"\n\s*\n", prose.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if len(lines) > 1 and set(lines[1]) == {"-"}:
            lines = [lines[0] + ":", *lines[2:]]
        written = ""
        for at, part in enumerate(_ROLE.split(" ".join(lines))):
            # The blanks around a part stay.
            before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
            written += code(part) if at % 2 else f"{before}{text(part)}{after}" if part.strip() else part
        found.append(Markdown(written))
    return found


def page(template: str, **facts) -> str:
    """Return a page; whatever a template does not mark as code or address is shown as it is.

    Parameters
    ----------
    template : str
        Name of its file, which stands beside this module.
    **facts
        What the template names.
    """
    return _environment().get_template(template).render(**facts)


@cache  # a template is compiled once for all the pages made of it
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        finalize=text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    made.filters |= {"code": code, "codes": codes, "address": address, "values": values}
    return made


def codes(values) -> Markdown:
    """Return names as code, with commas between them."""
    return Markdown(", ".join(code(value) for value in values))


def number(value: float) -> Markdown:
    """Return a bound with the fewest digits that say it."""
    return Markdown(f"{value:.10g}")


def values(column: Column) -> Markdown:
    """Return the values a column may take: its categories, or its bounds."""
    if column.categories:
        return codes(column.categories)
    low, high = ("" if end is None else number(end) for end in (column.minimum, column.maximum))
    if low and high:
        return Markdown(f"{low} to {high}")
    return Markdown(f"from {low}" if low else f"to {high}" if high else "")


INDEX, INDICATORS = "README.md", "indicators.md"


def pages(raw: Path, names: Iterable[str] = ()) -> dict[str, str]:
    """Return pages of the codebook by the names of their files, the index and the page of the indicators first.

    Parameters
    ----------
    raw : pathlib.Path
        Folder of the sidecars, ``data/raw`` of the project.
    names : iterable of str
        Datasets whose pages are made; all by default.

    Raises
    ------
    SourceError
        If a sidecar cannot be read.
    UnknownName
        If no dataset has one of the names.
    """
    as_stated()
    declared = [dataset(name) for name in sorted(set(names) or DATASETS)]
    described = sidecar.sources(raw)
    found = {f"{one.name}.md": dataset_page(one, described) for one in declared}
    return {INDEX: index_page(described), INDICATORS: indicator_page(), **found}


def dataset_page(declared: Dataset, described: list[Source]) -> str:
    """Return the page of one dataset.

    Parameters
    ----------
    declared : Dataset
        What its cleaner declares.
    described : list of Source
        Every source that has a sidecar; those of this dataset are taken.
    """
    # Each version that the dataset is built from, the extract that lies in the repository after it.
    known = {(source.id, source.version): source for source in described}
    every = [schema.name for schema in declared.schemas]
    inputs: dict[tuple[str, str], list] = {}
    for one in declared.inputs:
        inputs.setdefault((one.source, one.version), []).append(one)
    sources = []
    for place, ours in inputs.items():
        tables = dict.fromkeys(name for one in ours for name in one.tables or every)
        sources.append(_source(known[place], [one.files for one in ours], list(tables)))
    for source in described:
        if source.dataset == declared.name and (source.id, source.version) not in inputs:
            sources.append(_source(source, ["*"], [Path(file.name).stem for file in source.files]))
    return page(
        "dataset.md.j2",
        dataset=declared,
        cleaner=DATASETS[declared.name].replace(".", "/") + (".toml" if declared.about else ".py"),
        about=paragraphs(declared.about or inspect.getdoc(import_module(DATASETS[declared.name])) or ""),
        sources=sources,
        rules=rules(declared.name),
        decisions=decisions(declared.name),
        indicators=[_named(one) for one in indicators() if one.dataset == declared.name],
    )


def index_page(described: list[Source]) -> str:
    """Return the page that lists the datasets."""
    pages = []
    for name in sorted(DATASETS):
        declared = dataset(name)
        inputs = list(dict.fromkeys(f"{one.source}/{one.version}" for one in declared.inputs))
        files = [file for source in described if source.dataset == declared.name for file in source.files]
        embedded = list(dict.fromkeys(Path(file.name).stem for file in files))
        pages.append({"dataset": declared, "inputs": inputs, "embedded": embedded})
    return page("index.md.j2", pages=pages)


def indicator_page() -> str:
    """Return the page on the indicators, in English and Spanish."""
    found = []
    for one in indicators():
        bounds = (one.minimum, one.maximum)
        ends = " to ".join("open" if end is None else number(end) for end in bounds)
        breaks = (f"{b.year}: {b.code.replace('_', ' ')}{f' ({b.iso3})' if b.iso3 else ''}" for b in one.breaks)
        # What the publisher says about uncertainty: an interval with its level, or a standard error.
        told = []
        if one.low:
            level = f"{one.level:.0%}".replace("%", " %") if one.level else "level not stated"
            told.append(f"{level}: {codes([one.low, one.high])}")
        if one.std_error:
            told.append(f"standard error: {code(one.std_error)}")
        found.append(
            _named(one)
            | {
                "ends": "open" if bounds == (None, None) else ends,
                "interval": Markdown("; ".join(told) or "none published"),
                "breaks": "; ".join(breaks),
            }
        )
    return page("indicators.md.j2", indicators=found)


def _source(source: Source, patterns: list[str], tables: list[str]) -> dict:
    files = [file for file in source.files if any(matches(file.name, pattern) for pattern in patterns)]
    terms, published = licences.terms_of(source), licences.published(source)
    return {"source": source, "files": files, "tables": tables, "terms": terms, "published": published}


def _named(one: Indicator) -> dict:
    parts = ("name", "construct", "unit", "direction")
    words = {
        language: {part: catalogue.word(f"indicators.{one.id}.{part}", language) for part in parts}
        for language in catalogue.LANGUAGES
    }
    return {"id": one.id, "facts": one, "words": words}


# Writing the codebook, and saying which of its pages are out of date.

CURRENT, ABSENT, STALE, LEFT_OVER = "current", "is not there", "is out of date", "is about no dataset"


def write(project: Project, names: Sequence[str] = (), check: bool = False) -> dict[str, str]:
    """Write the pages that are not current, take away those that are about no dataset; return how each stood.

    Parameters
    ----------
    project : Project
        The checkout.
    names : sequence of str
        Datasets whose pages are looked at, with the index and the page of the indicators; all by default.
    check : bool
        Whether nothing is written.

    Returns
    -------
    dict of str to str
        By page :data:`CURRENT`, :data:`ABSENT`, :data:`STALE` or :data:`LEFT_OVER`.

    Raises
    ------
    UnknownName
        If no dataset has one of the names.
    """
    wanted, before = pages(project.sidecars, names), {}
    for name, text in wanted.items():
        file = project.codebook / name
        before[name] = ABSENT if not file.is_file() else CURRENT if file.read_bytes() == text.encode() else STALE
    there = set() if names else {path.name for path in project.codebook.glob("*.md")}
    before |= dict.fromkeys(sorted(there - wanted.keys()), LEFT_OVER)
    for name in (name for name, state in before.items() if state != CURRENT and not check):
        file = project.codebook / name
        file.parent.mkdir(parents=True, exist_ok=True)
        kept.replace(file, wanted[name].encode()) if name in wanted else file.unlink()
    return before
