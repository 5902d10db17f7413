"""Which commitments were read for a theme, what was decided, and how many the search may have missed.

Words and tags find candidates for four themes; a reader decides on each. Of the commitments that no search finds a
random sample was read, which says how many of them may be about a theme all the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Number, count, share
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.promises import one_by_one
from ogp_analysis.statistics.rates import Proportion, proportion

DECISIONS = ("main_subject", "side_clause", "not_about_it")


@dataclass(frozen=True)
class ThemeReadings(Shown):
    """What was read for the four themes, among commitments of one vintage.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per commitment and theme: the columns of ``ogp_commitments.theme_readings`` and those of the commitment.
    sample : pandas.DataFrame
        One row per commitment of the random sample, whatever was chosen: ``commitment_id, main_subject, side_clause``.
    rest : int
        Commitments of the vintage that no search finds: those that the sample was drawn from.
    """

    frame: pd.DataFrame = field(repr=False)
    sample: pd.DataFrame = field(repr=False)
    rest: int

    @property
    def missed(self) -> Proportion:
        """Of the sample, those with one of the themes as the main subject, with Wilson's interval."""
        return proportion(int(self.sample["main_subject"].notna().sum()), len(self.sample))

    def counts(self) -> pd.DataFrame:
        """Return one row per theme: ``theme, narrow_n, narrow, wide_n, wide`` and the number of each decision.

        ``narrow`` and ``wide`` are those that have the theme as the main subject, of those that the narrow search
        finds, and of those that only the wide one does.

        Examples
        --------
        >>> found = ogp.open_government.commitments().readings().counts().set_index("theme")
        >>> found.loc["civic_space", ["narrow_n", "narrow", "wide_n", "wide"]].tolist()
        [30, 12, 50, 7]
        """
        rows = []
        for theme, own in self.frame.groupby("theme", observed=True):
            main = own["decision"] == "main_subject"
            row = {"theme": str(theme)}
            for search in ("narrow", "wide"):
                of = own["search"] == search
                row |= {f"{search}_n": int(of.sum()), search: int((of & main).sum())}
            rows.append(row | {one: int((own["decision"] == one).sum()) for one in DECISIONS})
        return pd.DataFrame(rows, columns=["theme", "narrow_n", "narrow", "wide_n", "wide", *DECISIONS])

    def text(self) -> Parts:
        """Say how many were read, and how many of the others may have been missed."""
        if self.sample.empty:
            return Parts([say("commitments.read.nowhere")])
        missed, side = self.missed, int(self.sample["side_clause"].notna().sum())
        return Parts([
            say("commitments.read.how", read=count(len(self.frame)),
                commitments=count(self.frame["commitment_id"].nunique())),
            say("commitments.read.missed", rest=count(self.rest), n=count(missed.n), found=count(missed.count),
                side=count(side), low=share(missed.low, 1), high=share(missed.high, 1), level=Number(0.95, "share"),
                overlooked=count(math.floor(missed.high * self.rest))),
        ])  # fmt: skip

    def table(self) -> Table | Parts:
        """Return, by theme, how many of those that each search finds have it as the main subject."""
        if self.frame.empty:
            return Parts()
        frame = self.counts()
        frame["theme"] = [word(f"commitments.theme.{theme}") for theme in frame["theme"]]
        headings = {"theme": Heading("theme")}
        headings |= {name: Heading(f"commitments.column.{name}", "count") for name in frame.columns if name != "theme"}
        return table("theme_search", sentence("commitments.table.search", n=count(len(self.frame))), frame, headings)

    def in_full(self) -> Table | Parts:
        """Return every commitment that was read for a theme, with decision, words found and reason.

        Examples
        --------
        >>> len(ogp.open_government.commitments().readings().in_full().frame)
        154
        """
        if self.frame.empty:
            return Parts()
        order = {decision: at for at, decision in enumerate(DECISIONS)}
        own = self.frame.assign(order=self.frame["decision"].astype("str").map(order)).sort_values(
            ["theme", "order", "unit", "plan_number", "commitment_id"], kind="stable", ignore_index=True
        )
        frame = read_table(own)
        frame.insert(0, "theme", [word(f"commitments.theme.{theme}") for theme in own["theme"]])
        frame.insert(4, "decision", [word(f"commitments.decision.{one}") for one in own["decision"]])
        frame = frame.drop(columns=["impact", "completion"])
        headings = {name: read_heading(name) for name in frame.columns}
        caption = sentence("commitments.table.readings", n=count(len(frame)))
        return table("theme_readings", caption, frame, headings)


def read_table(own: pd.DataFrame) -> pd.DataFrame:
    """Return commitments that were read as a table lists them: what each is about, in place of its line, and words."""
    reasons = own["reason_es" if language() == "es" else "reason"]
    frame = one_by_one(own, reasons).rename(columns={"promised": "about"})
    frame.insert(4, "words", own["words"].array)
    return frame


def read_heading(name: str) -> Heading:
    """Return the heading of a column of :func:`read_table`, or of the decision."""
    own = {"about", "words", "decision"}
    return Heading(f"commitments.column.{name}" if name in own else name, "count" if name == "plan_number" else "")
