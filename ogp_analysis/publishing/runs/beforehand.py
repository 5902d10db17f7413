"""What every run does first, done once in the warm process: reading code, sidecars, words and fonts."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from ogp_analysis.base import fingerprint
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.paths import project
from ogp_analysis.base.words import catalogue, numbers
from ogp_analysis.publishing.citation import citation_file
from ogp_analysis.publishing.runs import keys, notebook
from ogp_analysis.store import state
from ogp_analysis.tidy.catalog import DATASETS


def warm_up() -> None:
    """Fill the caches that a forked run inherits. Nothing is drawn or written for a reader."""
    fingerprint.closure([*DATASETS.values(), state.BUILDER, *keys.RENDERING])
    with contextlib.suppress(OgpAnalysisError):  # a run says so, if it needs what is not there
        # What tells whether tables are current is read; each file is read again if it has changed since.
        here = project()
        for name in DATASETS:
            state.current(here, name, state.EDITIONS[0])
    state.look_once()
    country("MEX")
    for language in catalogue.LANGUAGES:
        catalogue.keys(language)
        numbers.decimal(1234.5, 1, language)
        numbers.day(numbers.as_date("2011-09-20"), language)
    if "ogp_analysis.publishing.pages.page" in sys.modules:
        with contextlib.suppress(OgpAnalysisError):
            citation_file(project().citation)
    if "ogp_analysis.display.figure" in sys.modules:
        importlib.import_module("ogp_analysis.display.rehearsal").styled()


#: Notebooks that are run for many countries, and what such a run is known by besides its country.
_REHEARSED = {"country_profile": ("first_year", "last_year", "language", "edition")}
#: A rehearsal takes as long as a run, and each run after it takes half as long.
_FEW = 3
_asked: Counter[tuple] = Counter()


def rehearse(name: str, parameters: Mapping) -> bool:
    """Make once what further runs of a notebook have in common, when a few of its kind have been asked for.

    Parameters
    ----------
    name : str
        Of the notebook.
    parameters : mapping
        Of a run that is about to begin.

    Returns
    -------
    bool
        Whether something was made.
    """
    kind = (name, *(parameters.get(one) for one in _REHEARSED.get(name, ())))
    if name not in _REHEARSED or None in kind:
        return False
    _asked[kind] += 1
    if _asked[kind] != _FEW:
        return False
    with contextlib.suppress(Exception):  # the run that needs it will say so
        getattr(importlib.import_module("ogp_analysis.publishing.runs.rehearsal"), name)(parameters)
    return True


def look_at(file: Path) -> None:
    """Do once what the page of every run of a notebook takes: turn its code into HTML."""
    prose = sys.modules.get("ogp_analysis.publishing.pages.prose")
    if prose is None:
        return
    with contextlib.suppress(Exception):  # a run of it says so
        for cell in notebook.read(file)["cells"]:
            if cell["cell_type"] == "code":
                prose.code("".join(cell["source"]))
