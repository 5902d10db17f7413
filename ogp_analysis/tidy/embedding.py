"""Compile the embedded extracts: clean tables of facts and figures, small enough to live in the repository.

``python -m ogp_analysis.tidy.embedding`` writes ``data/raw/<source>/<version>-extract/`` from the published
files in ``data/raw`` or in the folder that ``OGP_ANALYSIS_MIRROR`` names. A test compiles them again
and compares.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
from msgspec.structs import asdict

from ogp_analysis.base import fingerprint, kept, paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.sources import catalog, raw
from ogp_analysis.tidy.applied import applied
from ogp_analysis.tidy.catalog import dataset
from ogp_analysis.tidy.dataset import Dataset, cleaned
from ogp_analysis.tidy.record import Cleaned


def every_row(frame: pd.DataFrame) -> pd.Series:
    """Keep every row."""
    return pd.Series(True, index=frame.index)


def years(first: int, last: int) -> Callable[[pd.DataFrame], pd.Series]:
    """Keep the rows of the years from `first` to `last`."""
    return lambda frame: frame["year"].between(first, last)


def vintage_2016(frame: pd.DataFrame) -> pd.Series:
    """Keep the commitments of the vintage 2016, the only one whose codes and dates may be published."""
    return frame["vintage"] == "2016"


def of_vintage_2016(frame: pd.DataFrame) -> pd.Series:
    """Keep what belongs to commitments of the vintage 2016, which their identifiers begin with."""
    return frame["commitment_id"].str.startswith("2016-")


def tags_of_2016(frame: pd.DataFrame) -> pd.Series:
    """Keep the tags that commitments of the vintage 2016 have; those without an answer are counted in tag_counts."""
    return of_vintage_2016(frame) & (frame["value"] == "yes")


def economies_since_1990(frame: pd.DataFrame) -> pd.Series:
    """Keep economies, not groups of them, and no year before 1990."""
    return (frame["economy_kind"] == "economy") & (frame["year"] >= 1990)


def of_version(version: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Keep the rows that come from the files of one version."""
    return lambda frame: frame["file"].str.split("/").str[1] == version


#: How the identifiers of processes of a publisher of OCDS are formed.
_OCIDS = {"mexico-apf": r"ocds-07smqs-\d+", "mexico-gacm": r"\d+", "mexico-inai": r"PC-\d+"}
#: Tables of OCDS that a publisher fills: those of federal Mexico have no awards, none has bids.
_OF_OCDS = {
    "mexico-apf": ("processes", "tenders", "contracts", "parties"),
    "mexico-gacm": ("processes", "tenders", "awards", "suppliers", "contracts", "items", "parties"),
    "mexico-inai": ("processes", "tenders", "tenderers", "awards", "suppliers", "contracts", "items", "parties"),
}


def of_publisher(version: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Keep the processes of one publisher of OCDS, which their identifiers tell."""
    return lambda frame: frame["ocid"].str.fullmatch(_OCIDS[version])


@dataclass(frozen=True)
class Extract:
    """Which part of a clean table is embedded.

    Attributes
    ----------
    dataset, table : str
        The clean table.
    source, version : str
        The raw version it comes from; the extract lies beside it, in ``<version>-extract``.
    columns : tuple of str
        Columns beside the key; if empty, all that may be published.
    rows : callable
        Mask of the rows that are kept.
    """

    dataset: str
    table: str
    source: str
    version: str
    columns: tuple[str, ...] = ()
    rows: Callable[[pd.DataFrame], pd.Series] = field(default=every_row)


#: What a contract is and says, without the raw text beside each value, and without its titles.
_CONTRACT = (
    *("file", "line", "generation", "government_level", "institution", "institution_acronym", "ramo"),
    *("buyer_id", "buyer_name", "procedure_key", "procedure_number", "procedure_object", "procedure_object_status"),
    *("procurement_method", "method_basis", "legal_ground", "regime", "category", "character", "participation"),
    *("contract_code", "contract_object", "contract_object_status", "contract_status"),
    *("publication_date", "opening_date", "award_date", "signature_date", "start_date", "end_date", "date_order"),
    *("amount", "amount_status", "amount_basis", "currency", "currency_status"),
    *("supplier_name", "supplier_kind", "supplier_rfc", "supplier_rupc", "supplier_size"),
    *("supplier_size_by_buyer", "supplier_country", "framework", "consolidated", "multi_year", "amended"),
    *("external_credit", "cucop", "partida", "url"),
)
_BOUNDS = ("", "_codelow", "_codehigh")


def _bounded(*names: str, suffixes: tuple[str, ...] = _BOUNDS) -> tuple[str, ...]:
    return tuple(f"{name}{suffix}" for name in names for suffix in suffixes)


EXTRACTS = (
    Extract(
        "vdem",
        "v14",
        "vdem",
        "14",
        (
            "country_name",
            "iso3",
            "unit_kind",
            "v2xcs_ccsi",
            "v2x_cspart",
            "v2csreprss",
            "v2cseeorgs",
            "v2x_freexp_altinf",
            "v2x_civlib",
            "v2x_clpriv",
            "v2x_frassoc_thick",
            "v2caassemb",
            "v2x_polyarchy",
            "v2x_libdem",
            "v2x_regime",
        ),
        years(2000, 2023),
    ),
    Extract(
        "vdem",
        "v15",
        "vdem",
        "15-indices",
        ("country_name", "iso3", "unit_kind", *_bounded("v2x_polyarchy", "v2x_libdem", suffixes=(*_BOUNDS, "_sd"))),
        years(2000, 2024),
    ),
    Extract(
        "vdem",
        "v12",
        "vdem",
        "12-intervals",
        ("country_name", "iso3", "unit_kind", *_bounded("v2x_civlib", "v2x_freexp_altinf", "v2x_frassoc_thick")),
        years(2012, 2021),
    ),
    Extract(
        "wgi_voice_accountability",
        "country_year",
        "wgi_voice_accountability",
        "2023",
        ("country_name", "iso3", "va_est", "va_se"),
    ),
    Extract(
        "world_bank_controls",
        "country_year",
        "world_bank_controls",
        "2024",
        ("gdp_pc", "gdp_growth", "population", "internet_users_pct"),
        years(2000, 2024),
    ),
    Extract("ogp_membership", "countries", "ogp_membership", "compiled"),
    Extract("ogp_membership", "spells", "ogp_membership", "compiled"),
    Extract("ogp_status_events", "events", "ogp_status_events", "compiled"),
    Extract("ogp_action_plans", "plans", "ogp_action_plans", "compiled"),
    Extract("ogp_process", "plans", "ogp_process", "2016-07"),
    Extract("ogp_commitments", "commitments", "ogp_commitments", "2016", rows=vintage_2016),
    Extract("ogp_commitments", "tags", "ogp_commitments", "2016", rows=tags_of_2016),
    Extract("ogp_commitments", "tag_counts", "ogp_commitments", "2016", rows=vintage_2016),
    Extract("ogp_commitments", "themes", "ogp_commitments", "2016", rows=of_vintage_2016),
    Extract("ogp_commitments", "star_disagreements", "ogp_commitments", "2016", rows=of_vintage_2016),
    Extract("okf_membership_stage", "stage", "okf_membership_stage", "2016"),
    Extract(
        "ert",
        "country_year",
        "ert",
        "15",
        (
            "iso3",
            "unit_kind",
            "country_name",
            "v2x_regime",
            "v2x_polyarchy",
            "reg_trans",
            "dem_ep",
            "dem_ep_start_year",
            "dem_ep_end_year",
            "dem_ep_outcome_agg",
            "aut_ep",
            "aut_ep_start_year",
            "aut_ep_end_year",
            "aut_ep_outcome_agg",
        ),
        years(1990, 2024),
    ),
    Extract("carnegie_spyware_inventory", "cases", "carnegie_spyware_inventory", "10"),
    Extract("carnegie_spyware_inventory", "vendor_countries", "carnegie_spyware_inventory", "10"),
    Extract("spyware_operator_countries", "operators", "spyware_operator_countries", "compiled"),
    Extract("surveillance_controls", "facts", "surveillance_controls", "compiled"),
    Extract("surveillance_controls", "dates", "surveillance_controls", "compiled"),
    Extract("mexico_interception_statistics", "counts", "mexico_interception_statistics", "compiled"),
    Extract("exchange_rates_fed", "yearly", "exchange_rates_fed", "2026"),
    Extract(
        "consumer_prices_world_bank",
        "price_index",
        "consumer_prices_world_bank",
        "2016",
        ("iso3", "price_index"),
        economies_since_1990,
    ),
    Extract(
        "consumer_prices_world_bank",
        "price_change",
        "consumer_prices_world_bank",
        "2025",
        ("iso3", "price_change"),
        economies_since_1990,
    ),
    *(
        Extract("compranet", "contracts", "compranet", version, _CONTRACT, of_version(version))
        for version in ("2017-sample", "2018-sample")
    ),
    *(
        Extract("ocds", table, "ocds", version, rows=of_publisher(version))
        for version, filled in _OF_OCDS.items()
        for table in filled
    ),
)


def compile_extracts(published: Path, sidecars: Path) -> dict[str, bytes]:
    """Return every file of the extracts, by path below ``data/raw``.

    Parameters
    ----------
    published : pathlib.Path
        Root of the published files, laid out as ``data/raw``.
    sidecars : pathlib.Path
        Root of their sidecars: ``data/raw`` of the project.

    Raises
    ------
    OgpAnalysisError
        If a file is missing, is not what its sidecar says, or does not clean.
    """
    files: dict[str, bytes] = {}
    for name in dict.fromkeys(e.dataset for e in EXTRACTS):
        declared = dataset(name)
        result = _cleaned(declared, published, sidecars)
        wanted = [e for e in EXTRACTS if e.dataset == name]
        for place in dict.fromkeys((e.source, e.version) for e in wanted):
            files |= _folder(declared, result, [e for e in wanted if (e.source, e.version) == place], sidecars)
    return files


def _cleaned(declared: Dataset, published: Path, sidecars: Path) -> Cleaned:
    chunks = (
        (item, chunk)
        for item in declared.inputs
        for chunk in raw.chunks(
            published, item.source, item.version, item.files, header=item.header, sheet=item.sheet, sidecars=sidecars
        )
    )
    return cleaned(declared, chunks)


def _folder(declared: Dataset, result: Cleaned, extracts: list[Extract], sidecars: Path) -> dict[str, bytes]:
    source, version = extracts[0].source, extracts[0].version
    tables = {f"{e.table}.csv": _table(declared, result, e) for e in extracts}
    about = _sidecar(catalog.source(sidecars, source, version), declared, result, tables)
    return {f"{source}/{version}-extract/{name}": content for name, content in {**tables, "source.toml": about}.items()}


def _table(declared: Dataset, result: Cleaned, extract: Extract) -> bytes:
    frame, schema = result.tables[extract.table], declared.schema(extract.table)
    wanted = extract.columns or [column.name for column in schema.columns if column.redistribute]
    names = [n for n in schema.names if n in schema.key or n in wanted]
    closed = [n for n in names if not schema[n].redistribute]
    absent = sorted(set(extract.columns) - set(names))
    if closed or absent:
        raise CleaningError(
            f"extract of {extract.dataset}.{extract.table}",
            f"column {(closed + absent)[0]!r} must not be published or does not exist",
            "Take it out of EXTRACTS",
        )
    part = frame.loc[extract.rows(frame), names]
    return _dates_as_text(part).to_csv(index=False, lineterminator="\n").encode()


def _dates_as_text(part: pd.DataFrame) -> pd.DataFrame:
    """Write moments of which one has a time with their time, others as days."""
    told = {}
    for name in part.columns[[pd.api.types.is_datetime64_dtype(kind) for kind in part.dtypes]]:
        moments = part[name].dropna()
        timed = (moments != moments.dt.normalize()).any()
        told[name] = part[name].dt.strftime("%Y-%m-%dT%H:%M:%S.%f" if timed else "%Y-%m-%d")
    return part.assign(**told)


def _sidecar(source: catalog.Source, declared: Dataset, result: Cleaned, tables: dict[str, bytes]) -> bytes:
    facts = {
        "title": source.title,
        "publisher": source.publisher,
        "authors": list(source.authors),
        "version": source.version,
        "as_of": source.as_of if source.as_of != source.accessed else None,
        "doi": source.doi,
        "urls": list(source.urls),
        "accessed": source.accessed,
        "licence": source.licence,
        "open_licence": source.open_licence,
        "redistribute": True,
        "citation": source.citation,
        "compiled": True,
        "dataset": declared.name,
        "notes": "Clean tables in the package's own schema, compiled by ogp_analysis.tidy.embedding",
    }
    lines = [
        f"{key} = {value if isinstance(value, date) else json.dumps(value, ensure_ascii=False)}"
        for key, value in facts.items()
        if value not in ("", None) and (key, value) != ("authors", [])
    ]
    for name, content in tables.items():
        lines += [
            "",
            "[[files]]",
            f'name = "{name}"',
            f'sha256 = "{fingerprint.of_bytes(content)}"',
            f"bytes = {len(content)}",
            f"rows = {sum(1 for _ in csv.reader(content.decode().splitlines(keepends=True))) - 1}",
            'encoding = "utf-8"',
            'delimiter = ","',
        ]
    balance = result.record.balance()
    for row in balance[balance["file"].str.startswith(f"{source.folder}/")].to_dict("records"):
        lines += [
            "",
            "[[balance]]",
            *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()),
        ]
    for rule in applied(result.record.entries, declared.schemas):
        if rule.folder == source.folder:
            told = {name: value for name, value in asdict(rule).items() if value != ""}
            lines += ["", "[[rules]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in told.items())]
    return ("\n".join(lines) + "\n").encode()


def main() -> None:
    """Write the extracts into ``data/raw`` of the project."""
    project = paths.checkout()
    published = paths.mirror() or project.raw
    for name, content in compile_extracts(published, project.raw).items():
        file = project.raw / name
        file.parent.mkdir(parents=True, exist_ok=True)
        kept.replace(file, content)
        print(f"{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
