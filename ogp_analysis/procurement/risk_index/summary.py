"""The corruption risk index of a set of awards, described: how high, and from how many components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Measure, Number, count
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.labels import coded, headings, in_words
from ogp_analysis.procurement.risk_index.index import RiskIndex, risk_index
from ogp_analysis.statistics.result import REFERENCES, Result

FAZEKAS_KOCSIS = REFERENCES["fazekas_kocsis_2020"]
#: Whose rules hold in which country.
_RULES = {"MEX": "mexico"}
#: A component that reads a missing date as risk; where the files hold no such date at all it says nothing of an award.
_BY_ABSENCE = "call_for_tender"
#: What describes the index in a group of awards, and how it is written.
_DESCRIBED = {name: Measure("index", 2) for name in ("mean", "lower_quartile", "median", "upper_quartile")}
_DESCRIBED |= {"components": Measure("ratio", 1)}


@dataclass(frozen=True, kw_only=True)
class RiskSummary(Result):
    """A description of the index. It has no interval: nothing is estimated.

    Attributes
    ----------
    n : int
        Awards with an index.
    awards : int
        All awards.
    components : pandas.DataFrame
        One row per component, in the order of the rules: ``component``, ``n`` (awards for which it could be computed),
        ``coverage`` (their share), ``mean`` (0 no risk, 1 risk).
    groups : pandas.DataFrame
        One row per group, ``"all"`` first, then sorted: ``group, n, mean, lower_quartile, median, upper_quartile,
        components`` (how many there are in the mean). Empty if no rules are published for the country.
    index : pandas.DataFrame
        One row per award: a column a component, 0 (no risk) to 1 (risk), ``index``, their mean, and ``n_components``.
    """

    awards: int
    components: pd.DataFrame = field(repr=False)
    groups: pd.DataFrame = field(repr=False)
    index: pd.DataFrame = field(repr=False)

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: groups hold no more awards than there are, nor do components."""
        yield from super().contradictions()
        if self.groups["n"].iloc[1:].sum() > self.n or self.n > self.awards:
            yield f"has more awards in its groups than the {self.n} of {self.awards} that have an index"
        if (self.components["n"] > self.awards).any():
            yield f"computes a component for more than its {self.awards} awards"

    @property
    def frame(self) -> pd.DataFrame:
        """The index, one row per award."""
        return self.index

    def text(self) -> Parts:
        """Say quartiles and mean of the index, from how many components, and how to read it."""
        if not self.n:
            return Parts([say(f"procurement.risk.{'none' if len(self.groups) else 'absent'}")])
        whole = self.groups.iloc[0]
        values = {name: Number(whole[name], unit.unit, unit.decimals) for name, unit in _DESCRIBED.items()}
        found = say("procurement.risk.some", n=count(self.n), awards=count(self.awards), **values)
        return Parts([found, say("procurement.risk.reading")])

    def table(self) -> Table | Parts:
        """Return for how many contracts each component could be computed, and its mean."""
        if not self.n:
            return Parts()
        columns = headings("component", n="contracts", coverage="coverage", mean="mean")
        caption = sentence("procurement.table.components", awards=count(self.awards))
        return table("risk_components", caption, in_words(self.components, "component"), columns)

    def by_method(self) -> Table | Parts:
        """Return the index by method: mean, quartiles, and how many components there were."""
        if not self.n:
            return Parts()
        names = [word("procurement.all") if g == "all" else coded("method", g) for g in self.groups["group"]]
        columns = headings(group="method", n="n_index", mean="mean")
        columns |= {name: Heading(name, "index", 2) for name in ("lower_quartile", "median", "upper_quartile")}
        columns |= headings("components")
        return table("risk_by_method", word("procurement.table.risk_groups"), self.groups.assign(group=names), columns)


def risk_of(awards: pd.DataFrame, peers: pd.DataFrame, iso3: str) -> RiskSummary:
    """Return the index of awards by the rules published for their country, in all and by method.

    Quantiles and shares are those of all buyers. Where a publication has no date of a call, or no deadline, for any
    award, the component that counts a missing date as risk is left out.

    Parameters
    ----------
    awards : pandas.DataFrame
        Awarded contracts, some of `peers`.
    peers : pandas.DataFrame
        Those of all buyers, with ``value``: amounts in one currency, missing where not counted.
    iso3 : str
        Country of the buyers.
    """
    country = _RULES.get(iso3)
    if country is None:
        nothing = _described([]), pd.DataFrame(columns=["component", "n", "coverage", "mean"])
        return RiskSummary(estimates=(), n=0, awards=len(awards), groups=nothing[0], components=nothing[1],
                           index=pd.DataFrame(), note="no_rules")  # fmt: skip
    found = risk_index(peers.assign(amount=peers["value"]), country)
    frame = found.frame
    if not peers[["call_date", "deadline"]].notna().any().all():
        frame = frame.assign(**{_BY_ABSENCE: float("nan")})
        parts = frame[list(found.components)]
        frame = frame.assign(index=parts.mean(axis=1), n_components=parts.notna().sum(axis=1))
    return risk_summary(replace(found, frame=frame.loc[awards.index]), awards["method"])


def risk_summary(found: RiskIndex, groups: pd.Series) -> RiskSummary:
    """Return a description of the index, in all and by group.

    Parameters
    ----------
    found : RiskIndex
    groups : pandas.Series
        Group of each award, on the index of its frame; missing where there is none.
    """
    frame = found.frame
    names = sorted(groups.dropna().unique())
    parts = [("all", frame), *((str(name), frame[(groups == name).fillna(False)]) for name in names)]
    values = frame[list(found.components)]
    there = values.notna()
    components = pd.DataFrame({"n": there.sum(), "coverage": there.mean(), "mean": values.mean()})
    return RiskSummary(
        estimates=(),
        n=int(frame["index"].notna().sum()),
        awards=len(frame),
        components=components.rename_axis("component").reset_index(),
        groups=_described(parts),
        index=frame,
        note="described" if frame["index"].notna().any() else "no_data",
        method="corruption_risk_index",
        references=(FAZEKAS_KOCSIS,),
    )


def _described(parts: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    rows = []
    for name, part in parts:
        known = part[part["index"].notna()]
        quartiles = known["index"].quantile([0.25, 0.5, 0.75])
        rows.append((name, len(known), known["index"].mean(), *quartiles, known["n_components"].mean()))
    frame = pd.DataFrame(rows, columns=["group", "n", *_DESCRIBED])
    return frame.astype({"n": "int64", **dict.fromkeys(_DESCRIBED, "float64")})
