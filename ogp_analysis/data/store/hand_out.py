"""Hand out tables, and remember which: what a result rests on is what it was handed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from msgspec import convert

from ogp_analysis.base import countries as places
from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base import indicators as catalogue
from ogp_analysis.base.errors import ParameterError, SourceError, UnknownName, listed, near
from ogp_analysis.base.paths import is_own
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.base.words.catalogue import Displayed, word
from ogp_analysis.base.words.sentence import PROVENANCE_MIME
from ogp_analysis.data.cleaning.account import Account
from ogp_analysis.data.cleaning.catalog import DATASETS, TABLES, dataset, named
from ogp_analysis.data.sources.sidecar import Balance
from ogp_analysis.data.store import editions, own_list, shelf
from ogp_analysis.data.store.editions import build
from ogp_analysis.data.store.shelf import current, remedy

_handed: dict[tuple[str, str, str], dict] = {}
#: Of editions that choose among versions: what was asked for (edition, dataset, table, column), and ``edition/table``.
_chosen: dict[tuple[str, str, str, str], str] = {}


@contextmanager
def unremembered() -> Iterator[None]:
    """Keep the tables that are read within it out of the provenance."""
    before = [(known, dict(known)) for known in (_handed, _chosen)]
    try:
        yield
    finally:
        for known, held in before:
            known.clear()
            known.update(held)


def load(
    dataset: str, table: str | None = None, edition: str = "embedded", columns: list[str] | None = None
) -> pd.DataFrame:
    """Return a clean table, built first if it is missing or stale.

    Parameters
    ----------
    dataset : str
        Name in the catalogue, or title; ``ogp.datasets()`` lists them.
    table : str, optional
        Which of its tables; the first of those that ``ogp.datasets()`` names by default.
    edition : str
        ``"embedded"``, what the repository holds; ``"full"``, the published files the user fetched; ``"latest"``, the
        newest version of each dataset that is here, added files included; or a pin such as ``"vdem=16"``.
    columns : list of str or None
        Which columns; all by default.

    Returns
    -------
    pandas.DataFrame
        At the grain its schema states, sorted by key; the codebook has the columns with units and directions.

    Raises
    ------
    UnknownName
        If there is no such dataset or table, with the names most like it, or that edition does not hold it.
    ParameterError
        If the table has no such column.

    Examples
    --------
    >>> ogp.load("ogp_process").shape
    (116, 48)
    >>> vdem = ogp.load("vdem", "v14", columns=["iso3", "year", "v2xcs_ccsi"])
    >>> vdem[(vdem["iso3"] == "MEX") & (vdem["year"] == 2023)].to_dict("records")
    [{'iso3': 'MEX', 'year': 2023, 'v2xcs_ccsi': 0.701}]
    """
    file, _ = _named(dataset, table, edition, columns)
    return shelf.take(file, columns)


def sha256(dataset: str, table: str, edition: str = "embedded") -> str:
    """Hand out a table as :func:`load` does, but return only its hash: for callers that kept what they made of it.

    Raises
    ------
    UnknownName
        As :func:`load`.
    """
    return _named(dataset, table, edition, None)[1]


def _named(dataset: str, table: str | None, edition: str, columns: list[str] | None) -> tuple[Path, str]:
    """Return the file of a table and its hash, and remember that it was handed out; faults are those of `load`."""
    dataset = _known(dataset)
    table = _newest(dataset, edition) if table is None else table
    edition, table = where(dataset, table, edition)
    tables = TABLES.get(dataset, (table,))
    if table not in tables and not edition.startswith(shelf.VERSION):
        raise UnknownName(f"dataset {dataset!r}", f"has no table {table!r}", "Use " + " or ".join(tables))
    file = _handed_out(dataset, table, edition, columns or ())
    return file, shelf.sha256(_handed[edition, dataset, table])


def _known(name: str) -> str:
    """Return the name of a dataset of the catalogue, or of tables of the user's own files, which every edition has."""
    return name if name in TABLES or is_own(name) else named(name)


def _newest(name: str, edition: str) -> str:
    """Return the table that is meant where none is named: of tables that are versions, the newest under the edition."""
    if is_own(name):
        package = shelf.package(this_project(), shelf.OWN, name)
        return package["resources"][0]["name"] if package else "country_year"
    first: str = TABLES[name][0]
    if edition in shelf.EDITIONS or edition.startswith(shelf.VERSION) or not editions.is_versioned(name):
        return first
    base, pins = editions.parsed(edition)
    if base != editions.LATEST and name not in pins:
        return first
    every = editions.candidates(this_project(), name, base)
    return next((there for _, there, labels in every if pins.get(name, labels[0]) in labels), first)


def where(dataset: str, table: str, edition: str, column: str = "") -> tuple[str, str]:
    """Return where an edition has a table, as :func:`.editions.chosen` says, and remember the choice."""
    if is_own(dataset):
        return shelf.OWN, table
    if edition in shelf.EDITIONS or edition.startswith(shelf.VERSION):
        return edition, table
    edition = editions.canonical(edition)
    column = column if editions.is_versioned(dataset) else ""
    found = editions.chosen(this_project(), dataset, table, edition, column)
    _chosen[edition, dataset, table, column] = "/".join(found)
    return found


def own(name: str, table: str, columns: list[str] | None = None) -> pd.DataFrame:
    """Return a table that a user cleaned, in the order of the files (:mod:`ogp_analysis.data.store.making`).

    Raises
    ------
    UnknownName
        If it is not on the shelf.
    """
    return shelf.take(_handed_out(name, table, shelf.OWN, columns or ()), columns)


def has_own(name: str, table: str) -> bool:
    """Return whether a user's cleaned files on the shelf have a table.

    Raises
    ------
    UnknownName
        If there are none of that name.
    """
    package = shelf.package(this_project(), shelf.OWN, name)
    if package is None:
        raise UnknownName(f"tables {name!r}", "are not on the shelf", "Give the cleaned folder again")
    return any(r["name"] == table for r in package["resources"])


def has(dataset: str, table: str, edition: str = "embedded") -> bool:
    """Return whether an edition has a table; a table that it lacks is no error.

    Parameters
    ----------
    dataset, table, edition : str
        As for :func:`load`.

    Returns
    -------
    bool
        Whether :func:`load` would return it.

    Examples
    --------
    >>> ogp.has("vdem", "v14")
    True
    """
    dataset = _known(dataset)
    edition, table = where(dataset, table, edition)
    package = _package(dataset, edition)
    return package is not None and any(r["name"] == table for r in package["resources"])


def record(dataset: str, edition: str = "embedded") -> pd.DataFrame:
    """Return the record of the cleaning of a dataset: one row per changed, set-aside or merged value.

    It counts as a table that was handed out, called ``record``; all sources of the dataset stand behind it.

    Parameters
    ----------
    dataset : str
        A name in the catalogue, or a title.
    edition : {"embedded", "full"}
        What the repository holds, or the published files the user fetched.

    Returns
    -------
    pandas.DataFrame
        ``_file, _line, action, rule, column, old, new``. Extracts in the repository are clean, so that their own record
        is empty; that of the published file behind them is the one of the full edition.

    Raises
    ------
    UnknownName
        If the edition does not hold the dataset.

    Examples
    --------
    >>> list(ogp.record("ogp_membership"))
    ['_file', '_line', 'action', 'rule', 'column', 'old', 'new']
    """
    dataset = _known(dataset)
    return shelf.take(_handed_out(dataset, shelf.RECORD, where(dataset, _newest(dataset, edition), edition)[0]))


def account(dataset: str, table: str, edition: str = "embedded") -> tuple[Account, pd.DataFrame]:
    """Return what was done to get a table, and the balance of the raw files behind it: ``file`` and the counts.

    It counts as a table that was handed out, called ``account``; of tables that a user cleaned it is empty.

    Raises
    ------
    UnknownName
        If the edition does not hold it.
    """
    edition, table = where(dataset, table, edition)
    _resource(dataset, table, edition)
    package = shelf.package(this_project(), edition, dataset)
    _, balance = shelf.behind([(edition, dataset, table)], {(edition, dataset): package})
    files = pd.DataFrame(balance, columns=list(Balance.__struct_fields__))
    if edition == shelf.OWN:
        return Account([], {}), files
    file = _handed_out(dataset, shelf.ACCOUNT, edition)
    return convert(kept.loaded(file.parent, file.name, Account), Account), files


def _handed_out(dataset: str, table: str, edition: str, columns: Iterable[str] = ()) -> Path:
    """Return the file of a table, built again if it is not the one that was put there, and remember what it says."""
    resource = _resource(dataset, table, edition)
    folder = shelf.folder(this_project(), edition, dataset)
    file = folder / resource["path"]
    if file.is_symlink() or not file.is_file() or fingerprint.sha256(file) != shelf.sha256(resource):
        if kind := own_list.kind_of(dataset, this_project()):
            raise SourceError(f"table {dataset}.{table}", "is not as it was added", f"Add the {kind} again")
        (folder / shelf.PACKAGE).unlink(missing_ok=True)
        resource = _resource(dataset, table, edition)
    names = [field["name"] for field in resource["schema"]["fields"]] if "schema" in resource else []
    if absent := sorted(set(columns) - set(names)):
        raise ParameterError(
            f"table {dataset}.{table}",
            f"has no column {listed(absent)}",
            near(absent[0], names, f"ogp.load({dataset!r}, {table!r}).columns"),
        )
    _handed[edition, dataset, table] = resource
    return file


def _package(dataset: str, edition: str) -> dict | None:
    """Return the description of a dataset, built first if it is missing or stale; None if the edition lacks it."""
    project = this_project()
    if edition != shelf.OWN and not current(project, dataset, edition) and shelf.places(project, dataset, edition):
        build([dataset], edition, project)
    return shelf.package(project, edition, dataset)


def _resource(dataset: str, table: str, edition: str) -> dict:
    package = _package(dataset, edition)
    there = {r["name"]: r for r in package["resources"]} if package else {}
    there |= {name: package[name] for name in (shelf.RECORD, shelf.ACCOUNT)} if package else {}
    if table not in there:
        if edition == shelf.OWN:
            raise UnknownName(f"table {dataset}.{table}", "is not on the shelf", "Give the cleaned folder again")
        raise UnknownName(f"table {dataset}.{table}", f"is not in the {edition} edition", remedy(dataset, edition))
    return there[table]


@dataclass(frozen=True, repr=False)
class Provenance(Displayed):
    """What a notebook was handed: tables with hashes, their sources, and the balance of the cleaning.

    Attributes
    ----------
    payload : dict
        ``edition``, ``tables``, ``sources``, ``balance``; and, where an edition chose among versions, ``chosen``: what
        it chose, by ``edition/dataset/table/column``.
    """

    payload: dict = field(default_factory=dict)

    def outputs(self) -> list[tuple[dict, dict]]:
        """Return the output of a cell: data by media type, and metadata."""
        lines = [f"{t['dataset']}.{t['table']} {t['sha256'][:12]}" for t in self.payload["tables"]]
        return [({"text/plain": "\n".join(lines), PROVENANCE_MIME: self.payload}, {})]


def provenance() -> Provenance:
    """Return what was handed out so far, for the last cell of a notebook.

    Raises
    ------
    UnknownName
        If a table that was handed out is no longer there.
    """
    project = this_project()
    packages = {(e, d): shelf.package(project, e, d) for e, d, _ in sorted(_handed)}
    if gone := [f"{d}.{t}" for e, d, t in sorted(_handed) if packages[e, d] is None]:
        raise UnknownName(f"table {gone[0]}", "was handed out and is no longer there", "Run all cells again")
    tables = [
        {"edition": e, "dataset": d, "table": t, "sha256": shelf.sha256(r), "rows": r["rows"]}
        for (e, d, t), r in sorted(_handed.items())
    ]
    sources, balance = shelf.behind(sorted(_handed), packages)
    shown = (*shelf.EDITIONS, shelf.OWN)
    named = {asked for asked, *_ in _chosen} if _chosen else {e for e, _ in packages if e in shown}
    payload = {"edition": " + ".join(sorted(named)), "tables": tables, "sources": sources, "balance": balance}
    choices = {"/".join(asked): found for asked, found in sorted(_chosen.items())}
    # Without a choice the payload is what it was before there were any: so are the keys that rest on it.
    return Provenance(payload | ({"chosen": choices} if choices else {}))


# What there is: datasets, indicators and countries, as frames to look things up in.


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
    here, rows = this_project(), []
    for name in DATASETS:
        held = shelf.editions_of(here, name)
        package = shelf.package(here, "embedded", name) or {"resources": [], "sources": []}
        declared = dataset(name)
        folders = sorted({(source.source, source.version) for source in declared.inputs})
        rows.append(
            {
                "dataset": name,
                "title": declared.title,
                "tables": ", ".join(TABLES[name]),
                "embedded": "embedded" in held,
                "full": "full" in held,
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
        One row per indicator: ``id``, which ``ogp.panel`` takes; ``name`` and ``asks``, what it asks;
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
