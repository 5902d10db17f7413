"""Probable purchases of surveillance technology in a researcher's own cleaned files, with what goes beside each hit.

The detector reads the contracts a piece at a time. Beside its hits stand the flags that their contracting processes
raise, and, in a table of their own by buyer and date, what statutes that were read let these buyers request: never a
statement about a purchase.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import CleaningError, WorkerLost
from ogp_analysis.base.processes import Machines, opened, results
from ogp_analysis.base.words import language, speaking, word
from ogp_analysis.base.words.sentence import Count
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.store import hand_out
from ogp_analysis.procurement.own_files.cleaning_facts import Outcome, Progress
from ogp_analysis.procurement.own_files.cleaning_run import MAPPED, clean_files, forget
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.procurement.own_files.contract_rows import batches, contract_rows, raised_flags
from ogp_analysis.procurement.own_files.given_files import files_in, kind_of
from ogp_analysis.surveillance.contracts import buyers_named
from ogp_analysis.surveillance.detector import KINDS, detect
from ogp_analysis.surveillance.powers import MEASURES, powers

#: What is put behind the key of a contract whose files say different things.
NUMBER = re.compile(r"~\d+$")

#: What is said of a hit before a reviewer has looked at it.
HIT_COLUMNS = tuple(
    "key process grade tier score reasons flags buyer supplier object date amount currency file line".split()
)
#: Columns of a hit that come from its contract, in the form in which two of them are compared.
CONTRACT_COLUMNS = ("buyer", "supplier", "object", "date", "amount", "currency")
POWER_COLUMNS = ("buyer", "body", "date", "technology", "outcome", "contested", "provisions", "stale_from")
#: What is asked of every buyer of a hit, whatever was hit.
ASKED = ("intrusion", *MEASURES)
LANGUAGES = ("es", "en", "pt", "fr")
#: Words that one of the languages of the terms has and the others have not; of upper and lower case.
_COMMON = {
    "es": r"(?i)\b(?:el|los|las|del|y|con|por|servicio|servicios)\b",
    "en": r"(?i)\b(?:the|of|and|for|to|with|services?)\b",
    "pt": r"(?i)\b(?:do|da|dos|das|em|com|ou|ao|servi[cç]os?)\b",
    "fr": r"(?i)\b(?:les|des|et|du|pour|avec|une|services?)\b",
}
_SCHEMES = ("mx_cog", "cpv_2008", "unspsc")
_READ = {"text": ("object",), "supplier": ("supplier",), "buyer": ("buyer", "institution")}


@dataclass(frozen=True)
class Scan:
    """Hits of the detector in a researcher's own files.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per hit, the highest score first, with :data:`HIT_COLUMNS`: ``key`` of the contract, ``grade``
        (``probable``, ``possible``, ``listed_firm``), ``tier``, ``score`` (points), ``reasons`` (term by term, with
        tier and points) and ``flags`` (codes). ``amount`` in units of its currency. Natural persons are masked.
    powers : pandas.DataFrame
        One row per buyer of a hit, day and technology, with :data:`POWER_COLUMNS`; a buyer who is not in the reviewed
        table has one row, *not_researched*. No row is about a purchase.
    reasons : pandas.DataFrame
        One row per reason: ``key, kind, what, tier, points``.
    n : int
        Contracts looked at.
    n_text, n_supplier, n_buyer, n_dated, n_amount : int
        Of these, with words to read, a supplier that is not masked, a buyer, a day, an amount.
    n_masked : int
        With an object that names a natural person who is the supplier, and is masked before it is read.
    n_other_script : int
        With an object in a script of which the detector reads no word.
    n_repeated : int
        Hits left out because another of the files has the same contract.
    languages : dict of str to int
        Objects by the language that their common words indicate; under ``""`` those that indicate none.
    flags_missing : str
        Why no flags could be computed; empty if they were.
    """

    frame: pd.DataFrame = field(repr=False)
    powers: pd.DataFrame = field(repr=False)
    reasons: pd.DataFrame = field(repr=False)
    n: Count
    n_text: Count
    n_supplier: Count
    n_buyer: Count
    n_dated: Count
    n_amount: Count
    n_masked: Count
    n_other_script: Count
    n_repeated: Count
    languages: dict[str, int] = field(repr=False)
    flags_missing: str = ""

    @property
    def probable(self) -> Count:
        """Hits that are probable."""
        return int((self.frame["grade"] == "probable").sum())

    @property
    def possible(self) -> Count:
        """Hits that are possible."""
        return int((self.frame["grade"] == "possible").sum())

    @property
    def listed(self) -> Count:
        """Hits that rest on a listed firm alone."""
        return int((self.frame["grade"] == "listed_firm").sum())


def scan(folder: str | Path, edition: str = "embedded") -> Scan:
    """Search the files that ``ogp-analysis clean`` has cleaned into a folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        The ``--out`` of ``ogp-analysis clean``, of files of any kind.
    edition : str
        Which data the terms, firms and statutes are taken from, as in ``ogp.load``.

    Returns
    -------
    Scan
        One row per hit in ``.frame``.

    Raises
    ------
    SourceError
        If the folder holds no cleaned contracts.

    Examples
    --------
    >>> ogp.surveillance.scan("nowhere")
    Traceback (most recent call last):
        ...
    ogp_analysis.base.errors.SourceError: nowhere/parquet/contracts: is not there. ...
    """
    return with_flags(scanned(contract_rows(Path(folder)), edition), [Path(folder)])


def with_flags(found: Scan, folders: Iterable[Path]) -> Scan:
    """Return a scan with the flags that the processes of its hits raise, from the folders it was read in."""
    processes, frame = set(found.frame["process"]), found.frame
    if not processes:
        return found
    try:
        raised = pd.concat([raised_flags(folder, processes) for folder in folders], ignore_index=True)
    except CleaningError as fault:
        return replace(found, flags_missing=str(fault))
    codes = [
        "; ".join(sorted(set(raised.loc[(raised["process"] == p) & raised["key"].isin(("", k)), "flag"])))
        for p, k in zip(frame["process"], frame["key"], strict=True)
    ]
    return replace(found, frame=frame.assign(flags=pd.Series(codes, index=frame.index, dtype="str")))


def scanned(pieces: Iterable[pd.DataFrame], edition: str = "embedded", jobs: int | Machines = 1) -> Scan:
    """Search contracts that come a piece at a time; memory is that of a piece and of the hits.

    Parameters
    ----------
    pieces : iterable of pandas.DataFrame
        With the columns of :data:`ogp_analysis.procurement.own_files.contract_rows.COLUMNS`.
    edition : str
        As in :func:`scan`.
    jobs : int or Machines
        How many processes search pieces side by side, or where; what comes of it is the same.

    Returns
    -------
    Scan
        Without flags.
    """
    counts, languages, hits, reasons = Counter(), Counter(dict.fromkeys(("", *LANGUAGES), 0)), [], []
    with opened(jobs, __name__) as pool:
        tasks = ((piece, edition, language()) for piece in pieces if not piece.empty)
        if pool is None:
            done = map(searched_piece, tasks)
        else:
            done = (
                future.result()
                for _, future in results(pool, partial(pool.submit, searched_piece), tasks, ordered=True)
            )
        for counted, spoken, own, reasoned in done:
            counts.update(counted)
            languages.update(spoken)
            if len(own):
                hits.append(own)
                reasons.append(reasoned)
    kinds = {"date": "datetime64[us]", "amount": "float64", "score": "int64", "line": "int64"}
    frame = pd.concat(
        [pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in HIT_COLUMNS}), *hits],
        ignore_index=True,
    )[list(HIT_COLUMNS)]
    # What several files say alike is one hit, what they say otherwise has keys of its own.
    facts = frame.assign(_facts=plain_facts(frame))
    again = facts.duplicated(["key", "_facts"])
    facts = facts[~again].sort_values(["key", "_facts"], kind="stable")
    taken, keys = set(facts["key"]), []
    for key, place in zip(facts["key"], facts.groupby("key").cumcount(), strict=True):
        name, number = key, place + 1
        while place and name in taken:  # a publisher's own key may look like a numbered one
            name, number = f"{key}~{number}", number + 1
        taken.add(name)
        keys.append(name)
    frame, repeated = frame.loc[facts.index].assign(key=keys), int(again.sum())
    frame = frame.sort_values(["score", "key"], ascending=[False, True], kind="stable", ignore_index=True)
    given = pd.concat([pd.DataFrame(columns=["key", "kind", "what", "tier", "points"]), *reasons], ignore_index=True)
    names = ("n", "n_text", "n_supplier", "n_buyer", "n_dated", "n_amount", "n_masked", "n_other_script")
    return Scan(
        frame,
        powers_of_buyers(frame, edition),
        given.drop_duplicates(ignore_index=True),
        **{name: counts[name] for name in names},
        n_repeated=repeated,
        languages=dict(languages),
    )


def searched_piece(task: tuple[pd.DataFrame, str, str]) -> tuple[Counter, Counter, pd.DataFrame, pd.DataFrame]:
    """Search some contracts; return the counts, the languages of their objects, hits, and why they are hits."""
    piece, edition, spoken_here = task
    with speaking(spoken_here):
        return _searched(piece, edition)


def _searched(piece: pd.DataFrame, edition: str) -> tuple[Counter, Counter, pd.DataFrame, pd.DataFrame]:
    codes = hand_out.load("surveillance_taxonomy", "codes", edition)
    codes = codes.assign(code=codes["code"].str.partition("-")[0])[codes["tier"].isin(["A", "B"])]
    grades = {scheme: dict(zip(own["code"], own["tier"], strict=True)) for scheme, own in codes.groupby("scheme")}
    used = [scheme for scheme in _SCHEMES if (piece[scheme] != "").any()]
    for scheme in used:
        # Of several codes of a row the most telling one counts; the first if none says anything.
        several, own = piece[scheme].str.contains(";", regex=False), grades[scheme]
        if several.any():
            telling = piece.loc[several, scheme].map(
                lambda text, own=own: min(text.split(";"), key=lambda code: own.get(code.partition("-")[0], "none"))
            )
            piece = piece.assign(**{scheme: piece[scheme].mask(several, telling)})
    found = detect(piece, _READ | {scheme: (scheme,) for scheme in used}, KINDS, edition)
    # The language of an object by its common words; a script without terms has none.
    array = pa.array(piece["object"], pa.large_string())
    there = pc.not_equal(pc.utf8_trim_whitespace(array), "")
    latin = pc.match_substring_regex(array, "[A-Za-z0-9]")
    best, most = pa.array([""] * len(array), pa.large_string()), pa.array([0] * len(array), pa.int32())
    for name, pattern in _COMMON.items():
        said = pc.cast(pc.count_substring_regex(array, pattern), pa.int32())
        # What two languages indicate alike indicates neither.
        best = pc.if_else(pc.greater(said, most), name, pc.if_else(pc.equal(said, most), "", best))
        most = pc.max_element_wise(said, most)
    spoken = {one["values"]: one["counts"] for one in pc.value_counts(best.filter(there)).to_pylist()}
    other = pc.sum(pc.and_(there, pc.invert(latin))).as_py() or 0
    counts = Counter({f"n_{what}": int(n) for what, n in found.readable.items()}, n=len(piece))
    counts.update(n_dated=int(piece["date"].notna().sum()), n_amount=int(piece["amount"].notna().sum()))
    counts.update(n_masked=int(piece["object"].str.contains(persons.TEXT_MASK, regex=False).sum()))
    counts.update(n_other_script=other)
    own = piece.loc[found.hits["row"]].reset_index(drop=True)
    reasoned = found.reasons.assign(key=piece.loc[found.reasons["row"], "key"].to_numpy())
    by_row = {row: reasons_said(some) for row, some in found.reasons.groupby("row")}
    own = own.assign(
        grade=found.hits["verdict"],
        tier=found.hits["tier"],
        score=found.hits["score"],
        reasons=found.hits["row"].map(by_row),
        flags="",
    )
    return counts, Counter(spoken), own, reasoned[["key", "kind", "what", "tier", "points"]]


def reasons_said(rows: pd.DataFrame) -> str:
    """Return the reasons of a hit as the reviewer reads them: what was found, its tier and its points."""
    said = []
    for row in rows.to_dict("records"):
        tier = word(f"detector.tier.{row['tier']}") + ", " if row["tier"] else ""
        what = f": {row['what']}" if row["kind"] in ("terms", "codes") else ""
        said.append(f"{word('scan.reason.' + row['kind'])}{what} ({tier}{row['points']})")
    return "; ".join(said)


def plain_facts(hits: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return what the contract of each hit says, as texts that can be compared; masks of persons are alike."""
    texts = pd.DataFrame({name: hits[name] for name in CONTRACT_COLUMNS})
    texts["date"] = texts["date"].dt.strftime("%Y-%m-%d")
    texts["amount"] = [f"{value:.2f}" if pd.notna(value) else "" for value in texts["amount"]]
    masked = texts["supplier"].str.startswith(persons.MASK).fillna(False).astype(bool)
    texts["supplier"] = texts["supplier"].mask(masked, persons.MASK)
    return list(texts.astype("object").fillna("").itertuples(index=False, name=None))


def powers_of_buyers(hits: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Return what the statutes read say of the buyers of hits on their days; of no buyer because of what was hit.

    Parameters
    ----------
    hits : pandas.DataFrame
        With ``buyer``, empty where it is not named, and ``date``.
    edition : str
        As for :func:`scanned`.

    Returns
    -------
    pandas.DataFrame
        One row per buyer, day, body and technology of :data:`ASKED`, with :data:`POWER_COLUMNS`. A buyer that is not in
        the table of bodies has one row.
    """
    pairs = hits.loc[hits["buyer"] != "", ["buyer", "date"]].drop_duplicates().sort_values(["buyer", "date"])
    named = {name: buyers_named(name) or () for name in pairs["buyer"].unique()}
    rows = [{"buyer": name, "outcome": "not_researched"} for name, bodies in named.items() if not bodies]
    for day, some in pairs.dropna(subset=["date"]).groupby("date"):
        known = {name: {body.name for body in named[name]} for name in some["buyer"] if named[name]}
        if not known:
            continue
        answers = powers(list(known), None, day.date(), edition)
        answers = answers[answers["technology"].isin(ASKED)]
        for name, bodies in known.items():
            own = answers[answers["name"].isin(bodies)]
            rows += own.assign(buyer=name, body=own["name"], date=day).to_dict("records")
    frame = pd.DataFrame(rows, columns=list(POWER_COLUMNS))
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[us]")
    frame["stale_from"] = pd.to_datetime(frame["stale_from"]).astype("datetime64[us]")
    order = {name: place for place, name in enumerate(ASKED)}
    frame = frame.assign(_order=frame["technology"].map(order)).sort_values(["buyer", "date", "body", "_order"])
    return frame[list(POWER_COLUMNS)].reset_index(drop=True)


# Files of a researcher's own on their way to a scan: found, cleaned, searched; and what was set aside on the way.

#: Bytes of tables below which starting processes takes longer than they save.
_SMALL = 32 * 2**20


def kinds_of(given: Iterable[Path], out: Path, kind: str = "", columns: ColumnMap | None = None) -> dict[Path, str]:
    """Return the files that are given, also in folders, each with its kind: as stated, else by its first bytes.

    Files in `out` belong to an earlier scan and do not count.

    Raises
    ------
    ParameterError
        If a file is absent, or a folder holds no file.
    """
    return {file: MAPPED if columns else kind or kind_of(file) for file in files_in(given, out)}


def cleaned(
    kinds: dict[Path, str],
    work: Path,
    layout: str,
    columns: ColumnMap | None,
    language: str,
    jobs: int | Machines,
    progress: Progress,
) -> tuple[list[Outcome], list[Path]]:
    """Clean files, each kind into a folder below `work`; return what became of each, and the folders with tables.

    Tables of files that are not among them any more are removed.
    """
    done, folders = [], []
    for kind in sorted(set(kinds.values())):
        own, folder = [file for file in kinds if kinds[file] == kind], work / kind
        named = layout if kind == "compranet" else ""
        done += clean_files(own, kind, folder, named, progress, language, False, jobs, columns)
        forget(folder, own)
        if (folder / "parquet").is_dir() and any((folder / "runs").glob("[!.]*.json")):
            folders.append(folder)
    return done, folders


def searched(folders: Iterable[Path], jobs: int | Machines = 1) -> Scan:
    """Return the scan of all contracts in folders of cleaned tables, with flags; of many, searched side by side."""
    folders = list(folders)
    size = sum(file.stat().st_size for folder in folders for file in folder.glob("parquet/*/*.parquet"))
    try:
        found = scanned(chain.from_iterable(map(contract_rows, folders)), jobs=jobs if size > _SMALL else 1)
    except WorkerLost as lost:
        raise lost.on("search of the contracts") from None
    return with_flags(found, folders)


def set_aside(folders: Iterable[Path]) -> Iterator[tuple[str, int, str, str | None]]:
    """Yield each row that was set aside: file, line, the reason in words, and what is wrong with a damaged record."""
    for folder in folders:
        for piece in batches(folder, "record"):
            for row in piece.filter(pc.equal(piece["action"], "set_aside")).to_pylist():
                what = row["old"] if row["rule"] == "wrong_number_of_cells" else None
                yield row["_file"], row["_line"], word(f"cleaning.rule.{row['rule']}"), what
