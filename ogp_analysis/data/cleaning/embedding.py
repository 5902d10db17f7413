"""Compile the embedded extracts: clean tables of facts and figures, small enough to live in the repository.

``python -m ogp_analysis.data.cleaning.embedding`` writes ``data/raw/<source>/<version>-extract/`` from the published
files in ``data/raw`` or in the folder that ``OGP_ANALYSIS_MIRROR`` names. A test compiles them again
and compares.

What a published file says of how sure a fact is goes with the fact: an extract without it is not written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
from msgspec import Struct
from msgspec.structs import asdict

from ogp_analysis.base import fingerprint, kept, paths
from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.account import applied
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import Dataset, cleaned, raw_chunks
from ogp_analysis.data.cleaning.record import Cleaned
from ogp_analysis.data.sources import sidecar
from ogp_analysis.data.sources.sidecar import Input, Source

#: What a published file may say of how sure a fact is: the names its columns bear, in a file and in a clean table.
_SURENESS = {
    "caveat": re.compile(r"(.*_)?(caveats?|notes?)", re.IGNORECASE),
    "confidence": re.compile(r"((joined|exit)_)?confidence|lower[_ ]confidence.*|(evidence_)?strength", re.IGNORECASE),
    "evidence": re.compile(r"evidence(_type|_kind)?", re.IGNORECASE),
}


class Extract(Struct, frozen=True, forbid_unknown_fields=True):
    """Which part of a clean table is embedded; the extract lies beside the raw version, in ``<version>-extract``.

    Attributes
    ----------
    dataset, table : str
        The clean table; the source it comes from bears the name of the dataset.
    version : str
        The raw version it comes from.
    columns : tuple of str
        Columns beside the key; if empty, all that may be published.
    where : dict of str to str or list of int
        What the rows have, by column: a text that fits a pattern, or a number from the first to the last of two.
    without : dict of str to str
        What of :data:`_SURENESS` the published file has and the extract does not, each with the reason.
    """

    dataset: str
    table: str
    version: str
    columns: tuple[str, ...] = ()
    where: dict[str, str | tuple[int, int]] = {}
    without: dict[str, str] = {}

    def rows(self, frame: pd.DataFrame) -> pd.Series:
        """Return the mask of the rows of a clean table that are embedded."""
        kept = pd.Series(True, index=frame.index)
        for name, allowed in self.where.items():
            fits = frame[name].str.fullmatch(allowed) if isinstance(allowed, str) else frame[name].between(*allowed)
            kept &= fits.fillna(False)
        return kept


def _extracts() -> Iterator[Extract]:
    for entry in toml(__file__, "embedding.toml")["extracts"]:
        for version in entry["versions"]:
            where = {
                name: allowed.replace("{version}", version) if isinstance(allowed, str) else tuple(allowed)
                for name, allowed in entry.get("where", {}).items()
            }
            for table in entry["tables"]:
                columns, without = tuple(entry.get("columns", ())), entry.get("without", {})
                yield Extract(entry["dataset"], table, version, columns, where, without)


EXTRACTS = tuple(_extracts())


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
        If a file is missing, is not what its sidecar says, or does not clean, or if an extract lacks what the file says
        of how sure a fact is.
    """
    files: dict[str, bytes] = {}
    for name in dict.fromkeys(extract.dataset for extract in EXTRACTS):
        declared = dataset(name)
        seen: dict[Input, set[str]] = {}
        result = cleaned(declared, _seen(raw_chunks(declared.inputs, lambda item: (published, sidecars)), seen))
        for version in dict.fromkeys(extract.version for extract in EXTRACTS if extract.dataset == name):
            wanted = [extract for extract in EXTRACTS if (extract.dataset, extract.version) == (name, version)]
            for item, columns in seen.items():
                if item.version == version:
                    _sureness_kept(declared, item, columns, wanted)
            made = _files(declared, result, sidecar.source(sidecars, name, version), wanted)
            files |= {f"{name}/{version}-extract/{file}": content for file, content in made.items()}
    return files


def _seen(
    chunks: Iterable[tuple[Input, pd.DataFrame]], columns: dict[Input, set[str]]
) -> Iterator[tuple[Input, pd.DataFrame]]:
    """Yield the chunks as they come, and note the columns of each input."""
    for item, chunk in chunks:
        columns.setdefault(item, set()).update(map(str, chunk.columns))
        yield item, chunk


def _sureness_kept(declared: Dataset, item: Input, columns: Iterable[str], wanted: list[Extract]) -> None:
    """Refuse an extract that lacks a caveat, a confidence or a kind of evidence that the published file has."""
    own = [one for one in wanted if not item.tables or one.table in item.tables]
    for kind, names in _SURENESS.items():
        raw = sorted(name for name in columns if names.fullmatch(name.strip()))
        held = {name for one in own for name in _columns(declared, one) if names.fullmatch(name)}
        if raw and own and not held and not any(kind in one.without for one in own):
            tables = ", ".join(one.table for one in own)
            what = f"the published file has {', '.join(map(repr, raw))}, and no column of {tables} holds it ({kind})"
            action = (
                "Clean it into a column and embed that, or say why not under `without` in data/cleaning/embedding.toml"
            )
            raise CleaningError(f"extract of {declared.name}", what, action)


def _columns(declared: Dataset, extract: Extract) -> list[str]:
    """Return the columns of an extract: the key, and those that are listed or may be published."""
    schema = declared.schema(extract.table)
    open_ones = extract.columns or [column.name for column in schema.columns if column.redistribute]
    return [name for name in schema.names if name in schema.key or name in open_ones]


def _files(declared: Dataset, result: Cleaned, source: Source, wanted: list[Extract]) -> dict[str, bytes]:
    """Return by name the tables that are wanted of one version, and the sidecar that describes them."""
    tables = {}
    for extract in wanted:
        frame, schema = result.tables[extract.table], declared.schema(extract.table)
        names = _columns(declared, extract)
        closed = [n for n in names if not schema[n].redistribute]
        absent = sorted(set(extract.columns) - set(names))
        if closed or absent:
            what = f"column {(closed + absent)[0]!r} must not be published or does not exist"
            where = f"extract of {extract.dataset}.{extract.table}"
            raise CleaningError(where, what, "Take it out of data/cleaning/embedding.toml")
        part = frame.loc[extract.rows(frame), names]
        for name, moments in part.select_dtypes("datetime").items():
            # Days where no moment has a time.
            timed = (moments.dropna() != moments.dropna().dt.normalize()).any()
            part[name] = moments.dt.strftime("%Y-%m-%dT%H:%M:%S.%f" if timed else "%Y-%m-%d")
        tables[f"{extract.table}.csv"] = part.to_csv(index=False, lineterminator="\n").encode()
    first, then = ("title", "publisher", "authors", "version", "year"), ("doi", "urls", "accessed")
    facts = {
        **{name: getattr(source, name) for name in first},
        "as_of": source.as_of if source.as_of != source.accessed else None,
        **{name: getattr(source, name) for name in (*then, "licence", "open_licence")},
        "redistribute": True,
        "citation": source.citation,
        "compiled": True,
        "dataset": declared.name,
        "notes": "Clean tables in the package's own schema, compiled by ogp_analysis.data.cleaning.embedding",
    }
    files = []
    for name, content in tables.items():
        rows = sum(1 for _ in csv.reader(content.decode().splitlines(keepends=True))) - 1
        of_bytes = {"sha256": fingerprint.of_bytes(content), "bytes": len(content), "rows": rows}
        files.append({"name": name, **of_bytes, "encoding": "utf-8", "delimiter": ","})
    balance = result.record.balance()
    balance = balance[balance["file"].str.startswith(f"{source.folder}/")].to_dict("records")
    every = applied(result.record.entries, declared.schemas)
    rules = [asdict(rule) for rule in every if rule.folder == source.folder]
    lists = {"files": files, "balance": balance, "rules": rules}
    return {**tables, sidecar.NAME: sidecar.written(facts | lists)}


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
