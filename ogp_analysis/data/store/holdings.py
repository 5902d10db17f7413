"""What there is: datasets, indicators and countries, as frames to look things up in."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base import countries as places
from ogp_analysis.base import indicators as catalogue
from ogp_analysis.base.paths import project
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.data.cleaning.catalog import DATASETS, TABLES, dataset
from ogp_analysis.data.store import shelf


def datasets() -> pd.DataFrame:
    """Return the datasets of the catalogue: what they are, and whether this installation holds them.

    Returns
    -------
    pandas.DataFrame
        One row per dataset, in the order of the catalogue: ``dataset`` and ``title``; ``tables``, the first of which is
        the default of ``ogp.load``; ``embedded`` and ``full``, whether that edition can be built from the files that
        are here; ``rows``, of all tables in the embedded edition once it is built; ``version`` and ``licence`` of its
        sources; ``added``, the versions that you added, the oldest first, each of which the edition
        ``"DATASET=VERSION"`` reads; and ``get``, the command that fetches the files of the full edition.

    Examples
    --------
    >>> held = ogp.datasets().set_index("dataset")
    >>> held.loc["ogp_process", "tables"], bool(held.loc["ogp_process", "embedded"])
    ('plans', True)
    """
    here, rows = project(), []
    for name in DATASETS:
        editions = shelf.editions_of(here, name)
        package = shelf.package(here, "embedded", name) or {"resources": [], "sources": []}
        declared = dataset(name)
        folders = sorted({(source.source, source.version) for source in declared.inputs})
        rows.append(
            {
                "dataset": name,
                "title": declared.title,
                "tables": ", ".join(TABLES[name]),
                "embedded": "embedded" in editions,
                "full": "full" in editions,
                "rows": sum(resource["rows"] for resource in package["resources"]) or None,
                "version": ", ".join(sorted({source["version"] for source in package["sources"]})),
                "licence": ", ".join(sorted({source["licence"] for source in package["sources"]})),
                "added": ", ".join(one.release for one in shelf.added(here, name)),
                "get": "; ".join(f"ogp-analysis fetch {source}" for source in sorted({id for id, _ in folders})),
            }
        )
    return pd.DataFrame(rows).astype({"rows": "Int64"})


def indicators(search: str | None = None) -> pd.DataFrame:
    """Return the indicators of the catalogue, in the language in force.

    Parameters
    ----------
    search : str, optional
        Words for a construct in English or Spanish, such as ``"civil society"`` or ``"privacidad"``; case and accents
        do not matter. Only what indicators measure is searched, not their names.

    Returns
    -------
    pandas.DataFrame
        One row per indicator: ``id``, which ``ogp.civic_space.panel`` takes; ``name`` and ``asks``, what it asks;
        ``unit`` and ``direction`` of the scale; ``bounds``, whether an error is published; ``first_year``,
        ``last_year``; ``dataset``; ``redistribute``, whether its values may be passed on; ``tags``. No row if nothing
        in the catalogue measures what was asked for.

    Examples
    --------
    >>> ogp.indicators("surveillance")["id"].to_list()[:2]
    ['fiw_d4', 'wjp_46']
    """
    texts = {"name": "name", "asks": "construct", "unit": "unit", "direction": "direction"}
    facts = ("first_year", "last_year", "dataset", "redistribute")
    rows = [
        {
            "id": known.id,
            **{column: word(f"indicators.{known.id}.{text}") for column, text in texts.items()},
            "bounds": bool(known.low or known.std_error),
            **{column: getattr(known, column) for column in facts},
            "tags": ", ".join(known.tags),
        }
        for known in catalogue.indicators(search)
    ]
    return pd.DataFrame(rows, columns=["id", *texts, "bounds", *facts, "tags"])


def countries(kind: str | None = "country") -> pd.DataFrame:
    """Return the countries that the package knows, in the language in force.

    Parameters
    ----------
    kind : str or None
        ``"country"`` (members and observers of the United Nations, Kosovo and Taiwan), ``"territory"``, ``"former"``,
        or None for all. A label for counting, not a view on status.

    Returns
    -------
    pandas.DataFrame
        One row per country: ``iso3``, ``name``, ``region`` (a code, as ``regions`` in the panel), ``valid_from`` and
        ``valid_to``, the first and last year at whose end it existed in its present form, if they are bounded.

    Raises
    ------
    UnknownName
        If there is no such kind.

    Examples
    --------
    >>> found = ogp.countries()
    >>> len(found), found.loc[found["iso3"] == "MEX", "name"].item()
    (197, 'Mexico')
    """
    names = ("iso3", "name", "region", "valid_from", "valid_to")
    rows = [{name: getattr(place, name) for name in names} for place in places.countries(kind)]
    return pd.DataFrame(rows, columns=list(names)).astype({"valid_from": "Int64", "valid_to": "Int64"})
