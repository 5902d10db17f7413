"""The pages of the codebook: one for each dataset, one on the indicators, and an index.

The same schemas, sidecars and rules give the same pages. Only descriptions are read, never a table.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from ogp_analysis.base.indicators import Indicator, as_stated, indicators
from ogp_analysis.base.words import catalogue
from ogp_analysis.sources import licences, sidecar
from ogp_analysis.sources.description import Source, matches
from ogp_analysis.tidy.catalog import DATASETS, dataset
from ogp_analysis.tidy.codebook import markdown, rules
from ogp_analysis.tidy.dataset import Dataset
from ogp_analysis.tidy.decisions import decisions

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
    return markdown.page(
        "dataset.md.j2",
        dataset=declared,
        cleaner=DATASETS[declared.name].replace(".", "/") + ".py",
        about=markdown.docstring(inspect.getdoc(import_module(DATASETS[declared.name])) or ""),
        sources=sources,
        rules=rules.rules(declared.name),
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
    return markdown.page("index.md.j2", pages=pages)


def indicator_page() -> str:
    """Return the page on the indicators, in English and Spanish."""
    found = []
    for one in indicators():
        bounds = (one.minimum, one.maximum)
        ends = " to ".join("open" if end is None else markdown.number(end) for end in bounds)
        breaks = (f"{b.year}: {b.code.replace('_', ' ')}{f' ({b.iso3})' if b.iso3 else ''}" for b in one.breaks)
        # What the publisher says about uncertainty: an interval with its level, or a standard error.
        told = []
        if one.low:
            level = f"{one.level:.0%}".replace("%", " %") if one.level else "level not stated"
            told.append(f"{level}: {markdown.codes([one.low, one.high])}")
        if one.std_error:
            told.append(f"standard error: {markdown.code(one.std_error)}")
        found.append(
            _named(one)
            | {
                "ends": "open" if bounds == (None, None) else ends,
                "interval": markdown.Markdown("; ".join(told) or "none published"),
                "breaks": "; ".join(breaks),
            }
        )
    return markdown.page("indicators.md.j2", indicators=found)


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
