"""Rates of red flags of a group of awards, by method, kind or buyer, against those of all others.

Only contracts drawn at random give intervals and tests: they say what holds among all contracts there are. Of contracts
that are complete, or whose selection is unknown, differences are counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.flagged_units import UNNAMED
from ogp_analysis.procurement.flags.result import FLAGGED, NOT_COMPUTABLE, FlagResult
from ogp_analysis.procurement.labels import buyer_label, coded, flag_title, headings
from ogp_analysis.statistics.multiple import benjamini_hochberg
from ogp_analysis.statistics.rates import counted_difference, proportion_difference
from ogp_analysis.statistics.result import Result

#: Fewest computed units of a group, and of the rest, that are compared.
FEWEST = 30
#: A difference with q up to here is counted as one that stands out.
TELLING_Q = 0.05
#: Awards made directly, among those whose method is stated: no flag, but what most of them turn on.
DIRECT = "direct"
#: What awards are grouped by, and the column that tells it.
GROUPS = {"method": "method", "category": "category", "buyer": "buyer_id"}
#: Flags that are computed for one method only, or by a bound of its own for each: methods are not compared in them.
_ONE_METHOD = ("R003", "R010", "R018", DIRECT)
COLUMNS = ["measure", "by", "group", "count", "n"]
#: Columns of a difference that are numbers, but no counts.
_NUMBERS = ["share", "rest_share", "difference", "low", "high", "p_value", "q_value"]


@dataclass(frozen=True, kw_only=True)
class GroupDifferences(Result):
    """Groups against the rest.

    Attributes
    ----------
    differences : pandas.DataFrame
        One row per difference, sorted by ``measure, by, group``: ``count, n, share`` of the group and, with ``rest_``
        before them, of the rest; ``difference``, the first minus the second, with ``low, high`` and ``p_value``;
        ``q_value``, Benjamini and Hochberg's over all rows. The last four are missing if nothing is tested.
    at_random : bool
        Whether the units were drawn at random; else the differences are counts, without intervals and tests.
    too_small : int
        Groups that are not compared because they, or the rest, have fewer than :data:`FEWEST` units.
    buyers : pandas.Series
        Names of buyers by their identifier, for the table.
    units : str
        What buyers are, as in :class:`ogp_analysis.procurement.publications.Publication`.
    """

    differences: pd.DataFrame = field(repr=False, compare=False)
    at_random: bool
    too_small: int
    buyers: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"), repr=False)
    units: str = "buyer"

    @property
    def frame(self) -> pd.DataFrame:
        """The differences."""
        return self.differences

    def text(self) -> Parts:
        """Say how many differences there are, and of those tested how many stand out."""
        if not self.n:
            return Parts([say("procurement.groups.none", fewest=count(FEWEST))])
        values = {"n": count(self.n), "fewest": count(FEWEST), "too_small": count(self.too_small)}
        if not self.at_random:
            return Parts([say("procurement.groups.counted", **values)])
        telling = count((self.frame["q_value"] <= TELLING_Q).sum())
        return Parts([say("procurement.groups.some", **values, telling=telling)])

    def table(self, most: int = 25) -> Table | Parts:
        """Return groups against the rest: the smallest q first, or the largest differences if none is tested."""
        if not self.n:
            return Parts()
        frame = self.frame.assign(size=-self.frame["difference"].abs())
        frame = frame.sort_values(["q_value", "size", "measure", "by", "group"], ignore_index=True).head(most)
        frame = frame.assign(label=[self._compared(row) for row in frame.itertuples()])
        columns = headings(label="group", share="group_rate") | {"n": Heading("n", "count")}
        columns |= headings(rest_share="rest_rate", rest_n="rest_n", difference="difference")
        if self.at_random:
            columns |= {name: Heading(name, "share", 1, True) for name in ("low", "high")}
            columns |= {name: Heading(name, "probability", 3) for name in ("p_value", "q_value")}
        key = "differences" if self.at_random else "differences_counted"
        caption = sentence(f"procurement.table.{key}", shown=count(len(frame)), n=count(self.n))
        return table("groups_compared", caption, frame, columns)

    def _compared(self, row) -> str:
        measure = word("procurement.by.direct") if row.measure == DIRECT else flag_title(row.measure)
        buyer = row.by == "buyer"
        group = buyer_label(self.buyers.get(row.group, ""), row.group) if buyer else coded(row.by, row.group)
        return f"{measure} · {word(f'procurement.by.{self.units if buyer else row.by}')}: {group}"


def group_differences(counts: pd.DataFrame, at_random: bool = False) -> GroupDifferences:
    """Return the difference between each group's rate and that of all others together.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``measure, by, group, count, n``: units with the signal, of those for which it could be computed.
    at_random : bool
        Whether the units were drawn at random: then differences have an interval and are tested.

    Raises
    ------
    ModelError
        If a column is absent.

    Notes
    -----
    Newcombe (1998), method 10; p by Fisher's exact test, q by Benjamini and Hochberg over all differences. In a random
    draw of contracts these are errors of the draw, however alike the contracts of one buyer are. Of two groups that
    make up the whole one is given: the other is its mirror. A measure that no unit, or every unit, carries is not
    compared: no test of it could find anything (Tarone 1990).
    """
    absent = [name for name in ("measure", "by", "group", "count", "n") if name not in counts.columns]
    if absent:
        raise ModelError("group differences", f"column {absent[0]!r} is absent", "Count the units of each group")
    found, too_small = [], 0
    for (measure, by), part in counts.sort_values(["measure", "by", "group"]).groupby(["measure", "by"], sort=True):
        whole, n = int(part["count"].sum()), int(part["n"].sum())
        if whole in (0, n):
            continue
        rows = list(part.rename(columns={"count": "flagged"}).itertuples())[: 1 if len(part) == 2 else None]
        for row in rows:
            if min(row.n, n - row.n) < FEWEST:
                too_small += 1
                continue
            numbers = int(row.flagged), int(row.n), whole - int(row.flagged), n - int(row.n)
            difference = proportion_difference(*numbers) if at_random else counted_difference(*numbers)
            found.append((measure, by, row.group, difference))
    family = benjamini_hochberg({f"{m}:{b}:{g}": d.p_value for m, b, g, d in found}, "groups")
    adjusted = family.frame.set_index("term")["adjusted"]
    rows = [
        (*of, *d.first.cells[:3], *d.second.cells[:3], d.difference, d.low, d.high, d.p_value, adjusted[":".join(of)])
        for *of, d in found
    ]
    rates = ["count", "n", "share", "rest_count", "rest_n", "rest_share"]
    frame = pd.DataFrame(rows, columns=["measure", "by", "group", *rates, *_NUMBERS[2:]])
    return GroupDifferences(
        estimates=tuple(d.estimates[0] for *_, d in found),
        n=len(found),
        differences=frame.astype(dict.fromkeys(_NUMBERS, "float64")),
        at_random=at_random,
        too_small=too_small,
        note="counted" if found else "no_data",
        method="newcombe_hybrid_score" if at_random else "count",
        references=("newcombe_1998", "wilson_1927", "fisher_1935", "benjamini_hochberg_1995") if at_random else (),
    )


def grouped_counts(awards: pd.DataFrame, results: Mapping[str, FlagResult], buyers: bool = True) -> pd.DataFrame:
    """Return how many units of each group carry a signal, of those for which it could be computed.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts with ``award_key, process_id`` and the columns of :data:`GROUPS`.
    results : mapping of str to FlagResult
        Answers of flags for these awards and their processes.
    buyers : bool
        Whether buyers are compared.

    Returns
    -------
    pandas.DataFrame
        ``measure`` (:data:`DIRECT` or the name of a flag on awards or processes), ``by`` (of :data:`GROUPS`),
        ``group``, ``count``, ``n``; sorted. A unit without a group is in none, and no buyer is named with what a list
        of sanctions says.
    """
    by_award = awards.set_index("award_key")
    by_process = awards.drop_duplicates("process_id").set_index("process_id")
    told = by_award["method"].dropna()
    measures = [(DIRECT, pd.DataFrame({"unit_id": told.index, "carries": (told == "direct").to_numpy()}), by_award)]
    for name, result in results.items():
        if result.unit in ("award", "process") and result.n_computable:
            frame = result.frame[result.frame["outcome"] != NOT_COMPUTABLE]
            units = pd.DataFrame({"unit_id": frame["unit_id"], "carries": frame["outcome"] == FLAGGED})
            measures.append((name, units, by_award if result.unit == "award" else by_process))
    parts = [pd.DataFrame(columns=COLUMNS)]
    for measure, units, labels in measures:
        left_out = {"method": measure in _ONE_METHOD, "buyer": not buyers or measure in UNNAMED}
        for by, column in GROUPS.items():
            if not left_out.get(by):
                counts = units.join(labels[column], on="unit_id").groupby(column)["carries"].agg(count="sum", n="size")
                parts.append(counts.rename_axis("group").reset_index().assign(measure=measure, by=by))
    whole = pd.concat(parts, ignore_index=True).astype({"group": "str", "count": "int64", "n": "int64"})
    return whole.sort_values(["measure", "by", "group"], ignore_index=True)[COLUMNS]
