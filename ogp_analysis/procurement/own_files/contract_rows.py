"""Contracts that ``ogp-analysis clean`` has left in a folder, in one form for all kinds of files, piece by piece,
and the red flags on some of them: those that need nothing but the process itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ogp_analysis.base import kept
from ogp_analysis.base.errors import SourceError
from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.compranet.dataset import CONTRACTS
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.procurement.awarded import compranet
from ogp_analysis.procurement.awarded.published import calls, firms_only
from ogp_analysis.procurement.flags.registry import FLAGS, compute_all
from ogp_analysis.procurement.flags.result import AWARDED, TERMS
from ogp_analysis.procurement.flags.settings import settings
from ogp_analysis.procurement.own_files import cleaning_facts
from ogp_analysis.procurement.own_files.growing import FORMS, Growing
from ogp_analysis.procurement.publications import OF_A_CONTRACT, OF_A_PROCEDURE, OF_PROCEDURES, Links, linked, links
from ogp_analysis.procurement.suppliers import resolve

# Tables of OCDS that ``ogp-analysis clean`` has left in a folder, read back.

AGAIN = "Clean the files again: ogp-analysis clean"


def files_of(folder: Path, name: str) -> list[Path]:
    """Return the files of a cleaned table, in their order."""
    return sorted((folder / "parquet" / name).glob("[!.]*.parquet"))


def absent(folder: Path, name: str) -> SourceError:
    """Return the fault of a table that was not cleaned into the folder."""
    return SourceError(f"{folder.name}/parquet/{name}", "is not there", "Clean the files first: ogp-analysis clean")


@contextmanager
def reading(folder: Path, file: Path) -> Iterator[None]:
    """Say of a file of a cleaned table that it is a link, or cannot be read.

    Raises
    ------
    SourceError
        If it is not read, for one of these reasons.
    """
    place = file.relative_to(folder).as_posix()
    if link := kept.link_on_the_way(folder, place):
        raise SourceError(f"{folder.name}/{place}", f"is not read, because {link} is a link", AGAIN)
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        what = f"cannot be read as what `ogp-analysis clean` writes ({str(error)[:120]})"
        raise SourceError(f"{folder.name}/{place}", what, AGAIN) from error


#: Columns of a piece. ``key`` names the row in its files; ``process`` is what flags are asked of; ``institution`` is
#: the body to which a buying unit of CompraNet belongs; codes are several with ``;``; ``file`` and ``line`` lead to
#: the source. Texts that are missing are empty.
COLUMNS = "key process buyer institution supplier object date amount currency mx_cog cpv_2008 unspsc file line".split()
#: Rows of a piece.
_ROWS = 50_000
#: Fewer contracting processes, since each has rows in several tables.
_PROCESSES = 10_000
_BETWEEN = " | "
_OBJECTS = ("contract_title", "contract_description", "procedure_title")
_SCHEMES = {"PARTIDA": "mx_cog", "CPV": "cpv_2008", "UNSPSC": "unspsc"}
_OF_OCDS = {
    "tenders": ["title", "procuring_entity_name", "period_start"],
    "awards": ["status", "date", "amount", "currency"],
    "suppliers": ["supplier_name"],
    "contracts": ["status", "signed", "amount", "currency"],
    "items": ["classification_scheme", "classification_id", "description"],
}
_NOT_MADE = ("cancelled", "unsuccessful", "pending")


def contract_rows(folder: Path) -> Iterator[pd.DataFrame]:
    """Yield the contracts in a folder of cleaned tables, in the order of the files, with :data:`COLUMNS`.

    A row is a contract of CompraNet or of a table read by a map; where files hold procedures only (layout E), a
    procedure; of OCDS a contracting process, with all its texts, suppliers and codes. The day is that of the award,
    else of the signature, else of the start or call. The amount of a process is the sum of its awards, else of its
    contracts, if all are in one currency.

    Parameters
    ----------
    folder : pathlib.Path
        The ``--out`` of ``ogp-analysis clean``.

    Raises
    ------
    SourceError
        If there is no such table, or a file of it is a link or not what a cleaning writes.
    """
    folder = Path(folder)
    if (folder / "parquet" / "processes").is_dir():
        yield from _processes(folder)
        return
    if not (folder / "parquet" / "contracts").is_dir():
        raise absent(folder, "contracts")
    for piece in batches(folder, "contracts"):
        yield _of_contracts(piece, "contract_key", "sequence", ("award_date", "signature_date", "start_date", "date"))
    if (folder / "parquet" / "procedures").is_dir():
        for piece in batches(folder, "procedures"):
            # In all other layouts procedures are read from the contracts.
            own = piece.filter(pc.equal(piece["generation"], "E"))
            if own.num_rows:
                yield _of_contracts(own, "procedure_key", "version", ("award_date", "publication_date"))


def batches(folder: Path, name: str, columns: list[str] | None = None, size: int = _ROWS) -> Iterator[pa.Table]:
    """Yield a cleaned table, some rows at a time: all its columns, or ``ocid`` and some.

    Raises
    ------
    SourceError
        If a file of it is a link, or not what a cleaning writes.
    """
    for file in files_of(folder, name):
        with reading(folder, file), pq.ParquetFile(file, pre_buffer=False) as opened:
            wanted = columns and ["ocid", *columns]
            if lacking := set(wanted or ()).difference(opened.schema_arrow.names):
                raise pa.ArrowKeyError(f"it has no column {min(lacking)}")
            for batch in opened.iter_batches(size, columns=wanted, use_threads=False):
                yield pa.Table.from_batches([batch])


def _of_contracts(piece: pa.Table, key: str, number: str, dates: Iterable[str]) -> pd.DataFrame:
    rows = piece.to_pandas()

    def text(name: str) -> pd.Series:
        found = rows[name] if name in rows else pd.Series("", rows.index)
        return found.astype("object").fillna("").astype("str")

    objects = zip(*(text(name) for name in _OBJECTS), strict=True)
    days = [rows[name] for name in dates if name in rows]
    process = text("procedure_key")
    made = rows.reindex(columns=["amount", "line"]).assign(
        key=text(key) + "#" + text(number),
        process=process.where(process != "", text(key)),
        object=[_BETWEEN.join(dict.fromkeys(filter(None, different))) for different in objects],
        date=reduce(lambda day, later: day.fillna(later), days),
        mx_cog=text("partida"),
        **dict.fromkeys(("cpv_2008", "unspsc"), ""),
        **{name: text(f"{name}_name") for name in ("buyer", "supplier")},
        **{name: text(name) for name in ("institution", "currency", "file")},
    )
    return made[COLUMNS].astype({"amount": "float64", "object": "str", "cpv_2008": "str", "unspsc": "str"})


class _Follower:
    """A table of OCDS read beside the processes: their rows come in the same order."""

    def __init__(self, folder: Path, name: str, columns: list[str]) -> None:
        self._coming = batches(folder, name, columns)
        self._held: pa.Table | None = next(self._coming, None)

    def take(self, ocids: pa.ChunkedArray) -> pd.DataFrame:
        """Return the rows of some processes, which are the next."""
        found = []
        while self._held is not None:
            own = pc.is_in(self._held["ocid"].cast(pa.string()), ocids)
            found.append(self._held.filter(own))
            rest = self._held.filter(pc.invert(own))
            if rest.num_rows:
                self._held = rest
                break
            self._held = next(self._coming, None)
        tables = [table.to_pandas(strings_to_categorical=False) for table in found if table.num_rows]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    @property
    def is_done(self) -> bool:
        return self._held is None or not self._held.num_rows


def _processes(folder: Path) -> Iterator[pd.DataFrame]:
    followers = {name: _Follower(folder, name, columns) for name, columns in _OF_OCDS.items()}
    columns = ["buyer_name", "file", "line"]
    for piece in batches(folder, "processes", columns, _PROCESSES):
        ocids = piece["ocid"].cast(pa.string())
        yield _of_processes(piece.to_pandas(), {name: one.take(ocids) for name, one in followers.items()})
    if left := [name for name, one in followers.items() if not one.is_done]:
        raise SourceError(f"{folder.name}/parquet/{left[0]}", "has rows without a process", AGAIN)


def _of_processes(processes: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    own = processes.set_index("ocid")
    tables = {
        name: table if len(table) else pd.DataFrame(columns=["ocid", *_OF_OCDS[name]]) for name, table in tables.items()
    }
    tenders, items = tables["tenders"].set_index("ocid"), tables["items"]
    awards = tables["awards"][~tables["awards"]["status"].isin(_NOT_MADE)]
    contracts = tables["contracts"][~tables["contracts"]["status"].isin(_NOT_MADE)]
    texts = pd.concat(
        [tables["tenders"][["ocid", "title"]].rename(columns={"title": "description"}), items[["ocid", "description"]]]
    )
    schemes = items["classification_scheme"].astype("str").str.upper().map(_SCHEMES)
    money = _money(awards).combine_first(_money(contracts))
    found = pd.DataFrame(index=own.index)
    found["key"] = found["process"] = found.index
    found["buyer"] = own["buyer_name"].fillna(tenders["procuring_entity_name"])
    found["institution"], found["supplier"] = "", _all_of(tables["suppliers"], "supplier_name", "; ")
    found["object"] = _all_of(texts, "description", _BETWEEN)
    days = (_first(awards, "date"), _first(contracts, "signed"), _first(tables["tenders"], "period_start"))
    found["date"] = reduce(lambda day, later: day.fillna(later), (own.reindex(found.index) for own in days))
    found["amount"] = money["amount"].reindex(found.index)
    found["currency"] = money["currency"].reindex(found.index)
    for scheme in ("mx_cog", "cpv_2008", "unspsc"):
        found[scheme] = _all_of(items[schemes == scheme], "classification_id", ";")
    found["file"], found["line"] = own["file"], own["line"]
    found["date"] = pd.to_datetime(found["date"]).dt.normalize().astype("datetime64[us]")
    found["amount"] = found["amount"].astype("float64")
    words = [name for name in COLUMNS if name not in ("date", "amount", "line")]
    found[words] = found[words].astype("object").fillna("").astype("str")
    return found.reset_index(drop=True)[list(COLUMNS)]


def _all_of(table: pd.DataFrame, column: str, between: str) -> pd.Series:
    """Return the different texts of each process, joined."""
    told = table.dropna(subset=[column]).drop_duplicates(["ocid", column])
    if told.empty:
        return pd.Series(dtype="str")
    return told.assign(**{column: told[column].astype("str")}).groupby("ocid", sort=False)[column].agg(between.join)


def _first(table: pd.DataFrame, column: str) -> pd.Series:
    return pd.to_datetime(table[column]).astype("datetime64[us]").groupby(table["ocid"], sort=False).min()


def _money(table: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of the amounts of each process and their currency, where they have one."""
    told = table.dropna(subset=["amount"])
    groups = told.assign(currency=told["currency"].astype("object").fillna("")).groupby("ocid", sort=False)
    found = groups.agg(amount=("amount", "sum"), currency=("currency", "first"), n=("currency", "nunique"))
    return found.loc[found["n"] == 1, ["amount", "currency"]]


# The table ``links`` of a cleaned folder: which contract is of which procedure, by the official number.

NAME = "links"


def write(out: Path) -> Links | None:
    """Write the table if a folder holds both contracts and files of procedures.

    Raises
    ------
    SourceError
        If a table of the folder is a link, or not what a cleaning writes.
    """
    for form in FORMS:
        (out / form / NAME / f"{NAME}.{form}").unlink(missing_ok=True)
    # The facts kept of each table are enough; reading the tables would take memory that grows with them.
    if not any(OF_PROCEDURES in facts.get("generations", ()) for facts in cleaning_facts.every(out)):
        return None
    procedures = _table(out, "procedures", OF_A_PROCEDURE)
    contracts = _table(out, "contracts", OF_A_CONTRACT)
    if contracts.empty:
        return None
    with Growing(out, NAME) as growing:
        growing.append({NAME: pa.Table.from_pandas(linked(contracts, procedures), preserve_index=False)})
    return links(contracts, procedures)


def _table(out: Path, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    nothing = pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
    pieces = [piece.select(columns).to_pandas() for piece in batches(out, name)]
    return pd.concat([nothing, *pieces], ignore_index=True)


#: Flags on a process or award that hold its value against those of others, which a researcher's files need not hold.
_AMONG_OTHERS = ("R016", "R024", "R058")
#: Flags that the process alone answers; those on a buyer, firm or market hold it against others, too.
CODES = tuple(f.name for f in FLAGS if f.unit in ("process", "award") and f.name not in (*_AMONG_OTHERS, "R046"))


def raised_flags(folder: Path, processes: Collection[str]) -> pd.DataFrame:
    """Return the flags that some processes, or awards of theirs, raise.

    Parameters
    ----------
    folder : pathlib.Path
        The ``--out`` of ``ogp-analysis clean``. Tables read by a map have none of the columns that flags need.
    processes : collection of str
        As column ``process`` of :func:`~ogp_analysis.procurement.own_files.contract_rows.contract_rows` has them.

    Returns
    -------
    pandas.DataFrame
        One row per flag and unit: ``flag``; ``process``; and ``key`` of the contract, empty if it is about the process.

    Raises
    ------
    CleaningError
        If the awards of a process do not add up.
    """
    folder, wanted = Path(folder), pa.array(sorted(processes), pa.string())
    nothing = pd.DataFrame(columns=["flag", "process", "key"], dtype="str")
    if (folder / "parquet" / "processes").is_dir():
        tables, country = {}, ""
        for schema in TABLES:
            found = [p.filter(pc.is_in(p["ocid"].cast(pa.string()), wanted)) for p in batches(folder, schema.name)]
            found = [piece.to_pandas() for piece in found if piece.num_rows]
            rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=schema.names)
            tables[schema.name] = pd.DataFrame({c.name: rows[c.name].astype(DTYPES[c.type]) for c in schema.columns})
    else:
        tables, country = _of_compranet(folder, wanted), "MEX"
    if not tables:
        return nothing
    found = [nothing]
    # Days are short by the law of the call, and by nothing where no law's terms are known.
    codes = [code for code in CODES if code != "R003" or TERMS in tables]
    for result in compute_all(tables, settings(country, {"general": {"sample": True}}), codes).values():
        units = result.flagged["unit_id"].astype("str")
        is_award = result.unit == "award"
        own = pd.DataFrame({"process": units, "key": units if is_award else ""}, dtype="str").assign(flag=result.flag)
        if is_award and country:
            key = tables[AWARDED].set_index("award_key")["process_id"]
            own["process"] = own["key"].map(key).astype("str")
        elif is_award:
            own["process"], own["key"] = own["key"].str.replace(r"#[^#]*$", "", regex=True), ""
        found.append(own)
    return pd.concat(found, ignore_index=True)[["flag", "process", "key"]].drop_duplicates(ignore_index=True)


def _of_compranet(folder: Path, wanted: pa.Array) -> dict[str, pd.DataFrame]:
    found = []
    for piece in batches(folder, "contracts"):
        if "procedure_key" not in piece.column_names:
            continue
        process = pc.coalesce(piece["procedure_key"], piece["contract_key"]).cast(pa.string())
        own = piece.filter(pc.is_in(process, wanted))
        if own.num_rows:
            found.append(own.to_pandas())
    if not found:
        return {}
    rows = pd.concat(found, ignore_index=True)
    rows = pd.DataFrame({c.name: rows[c.name].astype(DTYPES[c.type]) for c in CONTRACTS.columns})
    awards = compranet.awarded(rows, firms_only(resolve(rows))).frame
    return {**calls(awards, rows.loc[awards.index]), AWARDED: awards}
