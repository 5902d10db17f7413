"""What OGP changed in its commitments from one vintage to the next; and the provenance cell of a notebook.

Rows of two vintages are matched by their key. A key that repeats in either names no row: it is counted and left out.
Filling a gap is not revising a rating; the two are kept apart. All rows are compared, so that shares have no interval.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import spoken
from ogp_analysis.base.words.sentence import counts
from ogp_analysis.data.datasets.open_government.commitment_columns import NOT_RATED
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table


@spoken
def provenance() -> Parts:
    """Return what the tables handed out so far rest on, for the last cell of a notebook.

    Returns
    -------
    Parts
        The balance of every raw file behind the tables (rows in = kept + set aside + merged) if there is any, and the
        provenance itself: tables with their content hashes, and their sources. A report cannot be made without it.

    Examples
    --------
    >>> plans = ogp.load("ogp_process", "plans")
    >>> balance, _ = ogp.provenance()
    >>> balance.frame.loc[balance.frame["dataset"] == "ogp_process", ["rows_in", "kept"]].to_dict("records")
    [{'rows_in': 116, 'kept': 116}]
    """
    handed = hand_out.provenance()
    counts = ("rows_in", "kept", "set_aside", "merged", "changed_values")
    headings = {"dataset": Heading("dataset"), "file": Heading("file"), **{n: Heading(n, "count") for n in counts}}
    frame = pd.DataFrame(handed.payload["balance"], columns=list(headings))
    balance = [table("balance", word("tables.balance"), frame, headings)] if len(frame) else []
    return Parts([*balance, handed])


KEY = ["unit", "plan_number", "commitment_number"]
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
class Revision(Shown):
    """What changed between two vintages of commitments.

    Attributes
    ----------
    n_old, n_new : int
        Rows of the two vintages.
    only_old, only_new : int
        Rows whose key the other vintage does not have.
    ambiguous, unnumbered : int
        Rows of both that bear a key that stands several times in a vintage, or no number.
    n : int
        Pairs of rows compared.
    frame : pandas.DataFrame
        One row a rating, in the order asked for: ``column, n, unchanged, filled, emptied, revised, both_rated,
        reason_changed``. Pairs are ``unchanged``, with the same value or none in both vintages; rated only in the new
        (``filled``) or the old one (``emptied``); ``revised``, of those rated in both; or rated in neither with another
        reason, for example from not reviewed to no data.
    """

    n_old: int
    n_new: int
    only_old: int
    only_new: int
    ambiguous: int
    unnumbered: int
    n: int
    frame: pd.DataFrame = field(repr=False)

    def table(self) -> Table:
        """Return what changed in each rating between the two vintages, over the rows that can be compared."""
        headings = {name: Heading(name, "count") for name in self.frame.columns} | {"column": Heading("column")}
        told = counts(n=self.n, n_old=self.n_old, n_new=self.n_new, only_old=self.only_old, only_new=self.only_new)
        caption = sentence("commitments.table.revision", **told, **counts(ambiguous=self.ambiguous))
        return table("revision", caption, self.frame, headings, ["ogp_commitments"])


def revision(old: pd.DataFrame, new: pd.DataFrame, columns: tuple[str, ...] = RATINGS) -> Revision:
    """Return what changed from one vintage of commitments to another.

    A number that was given to another commitment counts as a revision.

    Parameters
    ----------
    old, new : pandas.DataFrame
        Clean commitments of the two vintages.
    columns : tuple of str
        Ratings to compare.
    """
    numbers = [frame["commitment_number"] for frame in (old, new)]
    numbered = [frame[~one.fillna("").isin(["", *NO_NUMBER])] for frame, one in zip((old, new), numbers, strict=True)]
    keyed = [frame.set_index(KEY) for frame in numbered]
    twice = pd.concat([frame.index[frame.index.duplicated()].to_frame() for frame in keyed])
    first, second = (frame[~frame.index.isin(pd.MultiIndex.from_frame(twice))] for frame in keyed)
    both = first.index.intersection(second.index)
    rows = []
    for column in columns:
        was, now = (side.loc[both, column].astype("str").fillna("missing") for side in (first, second))
        moved, before, after = was != now, ~was.isin(["missing", *NOT_RATED]), ~now.isin(["missing", *NOT_RATED])
        counted = {
            "unchanged": ~moved,
            "filled": ~before & after,
            "emptied": before & ~after,
            "revised": moved & before & after,
            "both_rated": before & after,
            "reason_changed": moved & ~before & ~after,
        }
        rows.append({"column": column, "n": len(both)} | {name: int(mask.sum()) for name, mask in counted.items()})
    return Revision(
        n_old=len(old),
        n_new=len(new),
        only_old=len(first) - len(both),
        only_new=len(second) - len(both),
        ambiguous=sum(map(len, keyed)) - len(first) - len(second),
        unnumbered=len(old) + len(new) - sum(map(len, keyed)),
        n=len(both),
        frame=pd.DataFrame(rows),
    )
