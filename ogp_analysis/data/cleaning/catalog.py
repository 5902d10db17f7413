"""The datasets of the project, by name. Cleaners are imported only when asked for."""

from __future__ import annotations

from importlib import import_module

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import known


def _module(name: str, wing: str, folder: bool = False, **_) -> str:
    return f"ogp_analysis.data.datasets.{wing}.{name.removeprefix('ogp_')}" + ".dataset" * folder


#: What makes a dataset that has no module.
_READING = "ogp_analysis.data.cleaning.reading"


_LISTED = toml(__file__, "catalog.toml")
#: Name of a dataset and the module whose ``DATASET`` declares it; of one with a folder, ``dataset`` in it.
DATASETS = {name: _module(name, **entry) for name, entry in _LISTED.items()}
#: The tables of each dataset, the one that is usually meant first; a test holds them to the schemas.
TABLES = {name: tuple(entry["tables"]) for name, entry in _LISTED.items()}
#: Those without a module: a TOML file of that name declares all of them.
PLAIN = frozenset(name for name, entry in _LISTED.items() if entry.get("plain"))
#: Files of a dataset with corrections and notes, beside its module, that are not named as that.
DECISIONS = {name: tuple(entry.get("decisions", ())) for name, entry in _LISTED.items()}


def dataset(name: str):
    """Return the declaration of a dataset, a :class:`~ogp_analysis.data.cleaning.dataset.Dataset`.

    Raises
    ------
    UnknownName
        If no dataset has that name; names those most like it.
    """
    name = named(name)
    return import_module(_READING).plain(name) if name in PLAIN else import_module(DATASETS[name]).DATASET


def named(name: str) -> str:
    """Return the name that a dataset has in the catalogue, given by that or by its title.

    Raises
    ------
    UnknownName
        If there is no such dataset; those most like it are named.
    """
    return known("dataset", name, DATASETS, lambda one: [dataset(one).title], "ogp.datasets()")
