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
    with contextlib.suppress(OgpAnalysisError):  # a run that needs what is missing says so itself
        # The files that show whether tables are current are read now; a file that changes later is read again.
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


#: Notebooks whose runs share work: the parameters that have to agree, and the number of runs from which it pays to do
#: that work beforehand. A rehearsal of a country takes as long as a run, and each run after it takes half as long; the
#: estimates of an effect are the same in both languages; so is what measures have in common, the land of a map, and
#: what a change after an event is held against.
_REHEARSED = {
    "country_profile": (("first_year", "last_year", "language", "edition"), 3),
    "civic_space_overview": (("region",), 2),
    "which_measure": (("edition",), 3),
    "shock_case_study": (("country", "event_date", "outcomes", "donor_rule", "edition"), 2),
    "ogp_membership_effect": (("outcome", "controls", "covariates", "anticipation", "edition"), 2),
}
#: At most this many kinds of a notebook are rehearsed: results are kept until the process ends, 10 MB for each event.
_MOST_KINDS = 8
_asked: Counter[tuple] = Counter()
_made: set[tuple] = set()


def kind(name: str, parameters: Mapping) -> tuple | None:
    """Return the key that runs with shared work have in common; None if nothing is rehearsed for them."""
    if name not in _REHEARSED or not parameters.keys() >= set(_REHEARSED[name][0]):
        return None
    return name, *(parameters[one] for one in _REHEARSED[name][0])


def rehearse(name: str, parameters: Mapping, alike: int = 0) -> bool:
    """Do the work that runs of a notebook share, once, as soon as it is known that there are enough of them.

    Parameters
    ----------
    name : str
        Of the notebook.
    parameters : mapping
        Of a run that is about to begin.
    alike : int
        Number of runs of its :func:`kind` in the batch; if that is not known, the requests so far are counted.

    Returns
    -------
    bool
        Whether the work was done now.
    """
    asked = kind(name, parameters)
    if asked is None:
        return False
    _asked[asked] += 1
    if asked in _made or max(alike, _asked[asked]) < _REHEARSED[name][1]:
        return False
    if sum(made[0] == name for made in _made) == _MOST_KINDS:
        return False
    _made.add(asked)
    with contextlib.suppress(Exception):  # the run that needs it will say so
        getattr(importlib.import_module("ogp_analysis.publishing.runs.rehearsal"), name)(parameters)
    return True


def look_at(file: Path) -> None:
    """Turn the code of a notebook into HTML once, for the pages of all its runs."""
    prose = sys.modules.get("ogp_analysis.publishing.pages.prose")
    if prose is None:
        return
    with contextlib.suppress(Exception):  # a run of it says so
        for cell in notebook.read(file)["cells"]:
            if cell["cell_type"] == "code":
                prose.code("".join(cell["source"]))
