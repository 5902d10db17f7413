"""The datasets of the project, by name. Cleaners are imported only when asked for."""

from __future__ import annotations

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import UnknownName, near

_LISTED = toml(__file__, "catalog.toml")
#: Name of a dataset and the module whose ``DATASET`` declares it; of one with a folder, ``dataset`` in it.
DATASETS = {
    name: f"ogp_analysis.{entry['wing']}.datasets.{name.removeprefix('ogp_')}{'.dataset' * entry.get('folder', False)}"
    for name, entry in _LISTED.items()
}
#: The tables of each dataset, the one that is usually meant first; a test holds them to the schemas.
TABLES = {name: tuple(entry["tables"]) for name, entry in _LISTED.items()}
#: Files of a dataset with corrections and notes, beside its module, that are not named as that.
DECISIONS = {name: tuple(entry.get("decisions", ())) for name, entry in _LISTED.items()}


def known(name: str) -> str:
    """Return the name of a dataset.

    Raises
    ------
    UnknownName
        If no dataset has that name; names those most like it.
    """
    if name not in DATASETS:
        raise UnknownName(f"dataset {name!r}", "is not in the catalogue", near(name, DATASETS, "ogp.datasets()"))
    return name
