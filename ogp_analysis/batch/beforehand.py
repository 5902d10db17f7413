"""What every run does first, done once in the warm process: reading code, sidecars, words and fonts."""

from __future__ import annotations

import contextlib
import importlib
import sys

from ogp_analysis import fingerprint
from ogp_analysis.batch import keys
from ogp_analysis.cleaning.catalog import DATASETS
from ogp_analysis.countries import country
from ogp_analysis.errors import OgpAnalysisError
from ogp_analysis.messages import catalogue, numbers
from ogp_analysis.paths import project
from ogp_analysis.store import state


def warm_up() -> None:
    """Fill the caches that a forked run inherits. Nothing is drawn or written for a reader."""
    fingerprint.closure([*DATASETS.values(), state.BUILDER, *keys.RENDERING])
    _sidecars()
    country("MEX")
    numbers.register()
    for language in catalogue.LANGUAGES:
        catalogue.keys(language)
        numbers.decimal(1234.5, 1, language)
        numbers.day(numbers.as_date("2011-09-20"), language)
    if "ogp_analysis.figures.figure" in sys.modules:
        importlib.import_module("ogp_analysis.figures.rehearsal").styled()


def _sidecars() -> None:
    """Read the sidecars that tell whether tables are current; each is read again if it has changed since."""
    with contextlib.suppress(OgpAnalysisError):  # a run says so, if it needs what is not there
        here = project()
        for name in DATASETS:
            state.places(here, name, state.EDITIONS[0])
