"""What a frame of awarded contracts holds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.conformance import cast
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.dataset import promised

METHODS = ("open", "limited", "direct", "other")
(SCHEMA,) = schemas(toml(__file__, "awarded.toml"), methods=METHODS)
COLUMNS = tuple(SCHEMA.names)


@dataclass(frozen=True)
class Awarded:
    """Awarded contracts, and what of the source is not among them.

    Attributes
    ----------
    frame : pandas.DataFrame
        As :data:`SCHEMA` promises.
    left_out : mapping of str to int
        Rows of the source by the reason for which they are not in the frame.
    agreed : int
        Contracts joined to an award that they do not name, because number, amount or day agree.
    unpaired : int
        Contracts and awards of one process that could not be joined, and are a row each.
    """

    frame: pd.DataFrame
    left_out: dict[str, int] = field(default_factory=dict)
    agreed: int = 0
    unpaired: int = 0


def framed(columns: dict[str, pd.Series]) -> pd.DataFrame:
    """Return columns as a frame of awarded contracts; those not given are missing.

    Raises
    ------
    SchemaError
        If a value does not keep the schema, or a row is there twice.
    """
    index = next(iter(columns.values())).index
    absent = {name: pd.Series(pd.NA, index=index, dtype="str") for name in COLUMNS if name not in columns}
    return promised(cast(pd.DataFrame({**absent, **columns}), SCHEMA), SCHEMA)


def placed(award: pd.Series, signature: pd.Series, start: pd.Series) -> dict[str, pd.Series]:
    """Return ``date`` and ``year``: the award's day, else the signature's, else the start's."""
    date = award.fillna(signature).fillna(start)
    return {"date": date, "year": date.dt.year.astype("Int64")}


# Awarded contracts held to account: never more of them, and never more money, than the source has.

#: Relative difference below which two sums are the same.
_SAME = 1e-9
_ACTION = "Look at how contracts and awards are joined; a contract counts once"


def check_processes(found: Awarded, awards: pd.DataFrame, contracts: pd.DataFrame) -> Awarded:
    """Return `found` if no process has more contracts, or more money, than it can have.

    A process has at most as many as awards and contracts together. One award and one contract are one, unless they
    could not be joined, which is counted; their amount is that of one of them.

    Parameters
    ----------
    found : Awarded
        ``frame`` with ``process_id``, ``amount``, ``currency``.
    awards, contracts : pandas.DataFrame
        Tables of the source: ``ocid, amount, currency``, one row per award or contract.

    Raises
    ------
    CleaningError
        Naming the process with the most contracts too many, or the currency whose sum is too large.
    """
    n = pd.DataFrame(
        {
            "rows": found.frame.groupby("process_id").size(),
            "awards": awards.groupby("ocid").size(),
            "contracts": contracts.groupby("ocid").size(),
        }
    ).fillna(0)
    over = n.index[n["rows"] > n["awards"] + n["contracts"]]
    twice = n.index[(n["awards"] == 1) & (n["contracts"] == 1) & (n["rows"] == 2)]
    if len(over) or len(twice) > found.unpaired / 2:
        worst = str([*over, *twice][0])
        rows, of_awards, of_contracts = (f"{n.at[worst, name]:.0f}" for name in ("rows", "awards", "contracts"))
        what = f"{rows} contracts come of {of_awards} awards and {of_contracts} contracts"
        raise CleaningError(f"awarded contracts, process {worst}", what, _ACTION)
    single = n.index[(n["awards"] <= 1) & (n["contracts"] <= 1) & (n["rows"] <= 1)]
    _check_sums(found.frame[found.frame["process_id"].isin(single)], awards, contracts, each=True)
    _check_sums(found.frame, awards, contracts, each=False)
    return found


def _check_sums(frame: pd.DataFrame, awards: pd.DataFrame, contracts: pd.DataFrame, *, each: bool) -> None:
    """Hold sums by currency against those of the source: of one of its two tables (`each`), or of both."""
    ours = awards["ocid"].isin(frame["process_id"]), contracts["ocid"].isin(frame["process_id"])
    for currency, amount in _sums(frame).items():
        of_awards, of_contracts = (
            _sums(table[mask]).get(currency, 0.0) for table, mask in zip((awards, contracts), ours, strict=True)
        )
        most = of_awards + of_contracts
        if each:
            # The larger of what award and contract say of a process, over all processes.
            sides = [
                table[table["currency"].fillna("").eq(currency)].groupby("ocid")["amount"].sum()
                for table in (awards, contracts)
            ]
            larger = pd.concat(sides, axis=1).fillna(0).max(axis=1)
            most = math.fsum(larger[larger.index.isin(frame["process_id"])])
        if amount > most * (1 + _SAME) + _SAME:
            what = f"they add up to {amount:.12g}, but the source to {most:.12g} at most"
            raise CleaningError(f"awarded contracts in {currency or 'no currency'}", what, _ACTION)


def _sums(table: pd.DataFrame) -> dict[str, float]:
    known = table[table["amount"].notna()]
    return {str(name): math.fsum(part) for name, part in known.groupby(known["currency"].fillna(""))["amount"]}


def check_rows(found: Awarded, contracts: pd.DataFrame) -> Awarded:
    """Return `found` if each row of the source is a contract or left out for a reason, and no amount was added.

    Parameters
    ----------
    found : Awarded
    contracts : pandas.DataFrame
        Table of the source, one row per contract.

    Raises
    ------
    CleaningError
        Naming the numbers that differ.
    """
    rows, left_out = len(found.frame), sum(found.left_out.values())
    if rows + left_out != len(contracts):
        what = f"{rows} and {left_out} left out are not the {len(contracts)} of the source"
        raise CleaningError("awarded contracts", what, _ACTION)
    ours, theirs = (math.fsum(frame["amount"].dropna()) for frame in (found.frame, contracts))
    if ours > theirs * (1 + _SAME) + _SAME:
        what = f"adds up to {ours:.12g}, in the source to {theirs:.12g}"
        raise CleaningError("awarded contracts, amount", what, _ACTION)
    return found
