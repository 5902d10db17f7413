"""Scores of the World Press Freedom Index as numbers: the comma, the lost point, the three methods."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.civic_space.datasets.lost_decimals import Readings, restored
from ogp_analysis.tidy.country_year import number, refuse, require
from ogp_analysis.tidy.record import FILE, LINE, changed

#: Method and the first edition made by it; values of two methods are not comparable.
METHODS = {"penalty_points": 2002, "penalty_turned": 2013, "five_contexts": 2022}
#: Editions whose export kept the decimal comma; all others lost it.
WITH_COMMA = (*range(2002, 2008), 2009, 2010)
#: Ends of the scale by whether higher is freer: the bounds in which a lost point is looked for.
_ENDS = {False: (-10, 150), True: (0, 100)}
#: Column of each context: its title, its raw column, the raw column of its rank.
CONTEXTS = {
    "political": ("Political", "Political Context", "Rank_Pol"),
    "economic": ("Economic", "Economic Context", "Rank_Eco"),
    "legal": ("Legal", "Legal Context", "Rank_Leg"),
    "social": ("Social", "Social Context", "Rank_Soc"),
    "safety": ("Safety", "Safety", "Rank_Saf"),
}
#: Most by which a score, rounded to two decimals, differs from the mean of its contexts, rounded too.
_ROUNDING = Decimal("0.01")


def method(year: int) -> str:
    """Return the method of an edition."""
    return max(METHODS, key=lambda name: (METHODS[name] <= year, METHODS[name]))


def scores(chunk: pd.DataFrame, columns: dict[str, str], year: int) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return the columns of scores of one edition as text with a decimal point, and what was changed.

    A point that was lost is put where the order of the ranks leaves one place only (:data:`RANK_RULE`);
    where it leaves several, which happens at the end of the order of a context, where the score is the
    mean of the five contexts (:data:`MEAN_RULE`).

    Parameters
    ----------
    chunk : pandas.DataFrame
        One whole edition.
    columns : dict of str to str
        Raw columns of ``rank`` and ``score``.
    year : int
        Year of the edition.

    Raises
    ------
    CleaningError
        If a value is not a number, contradicts its rank or cannot be decided.
    """
    higher = method(year) != "penalty_points"
    raw, rank = columns["score"], columns["rank"]
    if year in WITH_COMMA:
        text = chunk[raw].str.replace(",", ".", regex=False)
        values = number(chunk.assign(**{raw: text}), raw).groupby(_ranks(chunk, rank))
        low, high = values.min(), values.max()
        against = (low < high.shift(-1)) if higher else (high > low.shift(-1))
        if against.any():
            first = against[against].index[0]
            raise CleaningError(
                f"{chunk[FILE].iloc[0]}, column {raw}",
                f"{int(against.sum())} scores run against their ranks, the first at rank {first}",
                "Correct the source row, or add a rule for it to the cleaner",
            )
    else:
        text = _decided(chunk, raw, _readings(chunk, raw, rank, higher), lambda at: [])
    entries = [changed(chunk, raw, text, "decimal_comma" if year in WITH_COMMA else "decimal_point_by_rank")]
    empty = pd.Series("", index=chunk.index, dtype="str")
    found = {"penalty_points": empty if higher else text, "score": text if higher else empty}
    if method(year) != "five_contexts":
        return found | dict.fromkeys(CONTEXTS, empty), entries
    # The score is the mean of the five contexts, which decides what ranks leave open: the readings that give the mean.
    require(chunk, [column for _, *pair in CONTEXTS.values() for column in pair])
    read = {name: _readings(chunk, raw, rank, True) for name, (_, raw, rank) in CONTEXTS.items()}
    means = {}
    for at in sorted({at for one in read.values() for at in one.undecided}):
        of_row, mean = [one.possible[at] for one in read.values()], Decimal(text.iloc[at])
        means[at] = [one for one in product(*of_row) if abs(sum(one) / len(one) - mean) <= _ROUNDING]
    for place, (name, (_, raw, _)) in enumerate(CONTEXTS.items()):
        new = _decided(chunk, raw, read[name], lambda at, place=place: [one[place] for one in means[at]])
        undecided = pd.Series(range(len(chunk)), index=chunk.index).isin(read[name].undecided)
        found[name] = new
        entries += [changed(chunk, raw, new.mask(undecided, chunk[raw]), "decimal_point_by_rank"),
                    changed(chunk, raw, new.where(undecided, chunk[raw]), "decimal_point_by_mean")]  # fmt: skip
    return found, entries


def _ranks(chunk: pd.DataFrame, column: str) -> pd.Series:
    return number(chunk, column).astype("int64")


def _readings(chunk: pd.DataFrame, raw: str, rank: str, higher: bool) -> Readings:
    text = chunk[raw].str.replace(",", ".", regex=False)
    number(chunk.assign(**{raw: text}), raw)
    found = restored(text.tolist(), _ranks(chunk, rank).tolist(), *_ENDS[higher], higher_first=higher)
    if found.contradicting:
        wrong = pd.Series(False, index=chunk.index)
        wrong.iloc[found.contradicting] = True
        what = "scores fit no place of the decimal point that keeps the order of the ranks"
        refuse(chunk, raw, wrong, what, "Correct the source row, or add a rule for it to the cleaner")
    return found


def _decided(chunk: pd.DataFrame, raw: str, found: Readings, decide: Callable[[int], list[Decimal]]) -> pd.Series:
    """Return the one reading of each text; `decide` gives those left at a position that the ranks leave open."""
    left = [decide(at) if len(one) > 1 else one for at, one in enumerate(found.possible)]
    open_ = [at for at, one in enumerate(left) if len(one) != 1]
    if open_:
        first = chunk.iloc[open_[0]]
        shown = " or ".join(str(one) for one in found.possible[open_[0]])
        raise CleaningError(
            f"{first[FILE]}, column {raw}",
            f"{len(open_)} scores have lost a decimal point that no rule restores, for example {first[raw]!r} "
            f"({shown}) in line {first[LINE]}",
            "Look the score up, and add a rule for it to the cleaner",
        )
    return pd.Series([format(one[0], "f") for one in left], index=chunk.index, dtype="str")
