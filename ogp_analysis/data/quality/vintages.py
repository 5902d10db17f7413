"""What a publisher changed between two vintages of its commitments: rows added, removed and rated differently.

Rows are matched by their key. A key that repeats in either vintage names no row, and a number may have been given to
another commitment: both are counted and left out. Filling a gap is not revising a rating; the two are kept apart. All
rows of both vintages are compared, so that shares have no interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import sentence
from ogp_analysis.base.words.numbers import count
from ogp_analysis.data.datasets.open_government.commitment_columns import NOT_RATED
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.rates import Proportion, counted
from ogp_analysis.statistics.result import Result

KEY = ("unit", "plan_number", "commitment_number")
#: Ratings compared if no others are named.
RATINGS = (
    "specificity",
    "relevance",
    "value_information",
    "value_participation",
    "value_accountability",
    "value_technology",
    "potential_impact",
    "completion",
    "star_pre_june_2014",
    "star_2015",
    "star_current",
)
#: Words that a plan without numbers has in their place.
NO_NUMBER = ("NA", "NR")


@dataclass(frozen=True)
class ColumnRevision:
    """What happened to one column in the rows that are compared.

    Attributes
    ----------
    column : str
        The rating.
    n : int
        Rows compared: unchanged + filled + emptied + revised + reason_changed.
    unchanged : int
        Rows with the same value, or none, in both vintages.
    filled, emptied : int
        Rows that were rated only in the new, or only in the old vintage.
    revised : Proportion
        Rows with another rating, of those rated in both.
    reason_changed : int
        Rows rated in neither whose reason changed, for example from not reviewed to no data.
    """

    column: str
    n: int
    unchanged: int
    filled: int
    emptied: int
    revised: Proportion
    reason_changed: int

    @classmethod
    def of(cls, column: str, values: pd.DataFrame) -> ColumnRevision:
        """Count what happened in rows with the texts ``old`` and ``new``, of which ``missing`` is no value."""
        rated = ~values.isin(["missing", *NOT_RATED])
        moved, in_both = values["old"] != values["new"], rated["old"] & rated["new"]
        return cls(
            column=column,
            n=len(values),
            unchanged=int((~moved).sum()),
            filled=int((~rated["old"] & rated["new"]).sum()),
            emptied=int((rated["old"] & ~rated["new"]).sum()),
            revised=counted(int((moved & in_both).sum()), int(in_both.sum())),
            reason_changed=int((moved & ~rated["old"] & ~rated["new"]).sum()),
        )


@dataclass(frozen=True, kw_only=True)
class Revision(Result):
    """What changed between two vintages.

    Attributes
    ----------
    n_old, n_new : int
        Rows of the two vintages.
    n : int
        Pairs of rows compared.
    columns : tuple of ColumnRevision
        One a rating, in the order asked for.
    ambiguous_keys : tuple of tuple
        Keys that stand several times in a vintage, sorted.
    ambiguous_old, ambiguous_new : int
        Rows that bear them.
    unnumbered_old, unnumbered_new : int
        Rows without a number.
    other_commitment : tuple of tuple
        Keys that name another commitment in the new vintage, by their texts; empty if no texts were given.
    only_old, only_new : int
        Rows whose key the other vintage does not have.
    texts_compared : bool
        Whether texts were given to tell renumbered commitments.
    """

    n_old: int
    n_new: int
    columns: tuple[ColumnRevision, ...]
    ambiguous_keys: tuple[tuple, ...]
    ambiguous_old: int
    ambiguous_new: int
    unnumbered_old: int
    unnumbered_new: int
    other_commitment: tuple[tuple, ...]
    only_old: int
    only_new: int
    texts_compared: bool
    changes: tuple[tuple[str, str, str, int], ...]

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per column: counts, and the share revised of those rated in both."""
        rows = [
            (c.column, c.n, c.unchanged, c.filled, c.emptied, c.reason_changed, p.count, p.n, p.share)
            for c in self.columns
            for p in (c.revised,)
        ]
        counts = ["column", "n", "unchanged", "filled", "emptied", "reason_changed", "revised", "rated_in_both"]
        return pd.DataFrame(rows, columns=[*counts, "share"])

    def table(self) -> Table:
        """Return what changed in each rating between the two vintages, over the rows that can be compared."""
        frame = self.frame.rename(columns={"rated_in_both": "both_rated"})
        names = ("n", "unchanged", "filled", "emptied", "revised", "both_rated", "reason_changed")
        headings = {"column": Heading("column"), **{name: Heading(name, "count") for name in names}}
        caption = sentence(
            "commitments.table.revision",
            n=count(self.n),
            n_old=count(self.n_old),
            n_new=count(self.n_new),
            only_old=count(self.only_old),
            only_new=count(self.only_new),
            ambiguous=count(self.ambiguous_old + self.ambiguous_new),
        )
        return table("revision", caption, frame, headings, ["ogp_commitments"])

    def transitions(self) -> pd.DataFrame:
        """Return one row per change of value: ``column, old, new, count``; a missing value is ``missing``."""
        return pd.DataFrame(list(self.changes), columns=["column", "old", "new", "count"])


def revision(
    old: pd.DataFrame,
    new: pd.DataFrame,
    columns: tuple[str, ...] = RATINGS,
    texts: pd.DataFrame | None = None,
) -> Revision:
    """Return what changed from one vintage of commitments to another.

    Parameters
    ----------
    old, new : pandas.DataFrame
        Clean commitments of the two vintages.
    columns : tuple of str
        Ratings to compare.
    texts : pandas.DataFrame, optional
        Texts of both vintages, by ``commitment_id``. With them, a pair of rows of which neither a title nor the full
        text is the same, but for case and punctuation, is taken for two commitments and left out. Without them a
        number that was given to another commitment counts as a revision.

    Raises
    ------
    ModelError
        If a column is absent.
    """
    for name, frame in (("old", old), ("new", new)):
        absent = [c for c in (*KEY, "commitment_id", *columns) if c not in frame.columns]
        if absent:
            raise ModelError(f"revision, {name} vintage", f"column {absent[0]!r} is absent", "Pass the clean table")
    sides = [_Side(frame) for frame in (old, new)]
    ambiguous = sides[0].repeated | sides[1].repeated
    first, second = (side.clear_of(ambiguous) for side in sides)
    both = sorted(first.index.intersection(second.index))
    others = [] if texts is None else other_commitments(first, second, both, texts)
    pairs = [key for key in both if key not in set(others)]
    compared, changes = [], []
    for column in columns:
        old_new = {"old": first.loc[pairs, column], "new": second.loc[pairs, column]}
        frame = pd.DataFrame(
            {name: values.astype("str").mask(values.isna(), "missing").to_numpy() for name, values in old_new.items()}
        )
        compared.append(ColumnRevision.of(column, frame))
        moved = frame[frame["old"] != frame["new"]].value_counts().sort_index()
        changes += [(column, before, after, int(n)) for (before, after), n in moved.items()]
    return Revision(
        estimates=tuple(c.revised.as_term(c.column) for c in compared),
        n=len(pairs),
        n_old=len(old),
        n_new=len(new),
        columns=tuple(compared),
        changes=tuple(changes),
        ambiguous_keys=tuple(sorted(ambiguous)),
        ambiguous_old=sides[0].bearing(ambiguous),
        ambiguous_new=sides[1].bearing(ambiguous),
        unnumbered_old=sides[0].unnumbered,
        unnumbered_new=sides[1].unnumbered,
        other_commitment=tuple(others),
        only_old=len(first) - len(both),
        only_new=len(second) - len(both),
        texts_compared=texts is not None,
        note="counted" if pairs else "no_data",
        method="count",
    )


class _Side:
    """One vintage by its keys: those that repeat, and the rows without a number."""

    def __init__(self, frame: pd.DataFrame) -> None:
        numbered = frame["commitment_number"].notna() & ~frame["commitment_number"].isin(["", *NO_NUMBER])
        self.unnumbered = int((~numbered).sum())
        rows = frame[numbered]
        keys = [(str(u), int(p), str(n)) for u, p, n in rows[list(KEY)].itertuples(index=False, name=None)]
        self.keys = pd.Series(keys, index=rows.index, dtype=object)
        self.rows = rows
        self.repeated = set(self.keys[self.keys.duplicated(keep=False)])

    def bearing(self, keys: set) -> int:
        return int(self.keys.isin(keys).sum())

    def clear_of(self, keys: set) -> pd.DataFrame:
        clear = ~self.keys.isin(keys)
        return self.rows[clear].set_axis(pd.Index(self.keys[clear], tupleize_cols=False))


def other_commitments(first: pd.DataFrame, second: pd.DataFrame, keys: list, texts: pd.DataFrame) -> list:
    """Return the keys of which neither a title nor the full text is the same in the two vintages.

    Parameters
    ----------
    first, second : pandas.DataFrame
        The vintages by key, with ``commitment_id``.
    keys : list
        Keys that both have.
    texts : pandas.DataFrame
        The texts of both: ``commitment_id, short_title, title, full_text``. Letters and digits alone are compared.

    Raises
    ------
    ModelError
        If a commitment has no text.
    """
    names = [side.loc[keys, "commitment_id"] for side in (first, second)]
    # Vintages differ in signs and blanks.
    fields = texts[["short_title", "title", "full_text"]].fillna("")
    bare = fields.apply(lambda column: column.str.casefold().str.replace(r"[\W_]+", "", regex=True))
    words = dict(zip(texts["commitment_id"], bare.itertuples(index=False, name=None), strict=True))
    absent = [name for side in names for name in side if name not in words]
    if absent:
        raise ModelError(
            "revision", f"{len(absent)} commitments have no text, {listed(absent)}", "Pass the texts of both vintages"
        )
    pairs = zip(keys, *names, strict=True)
    return [
        key for key, old, new in pairs if not any(a and a == b for a, b in zip(words[old], words[new], strict=True))
    ]
