"""The corruption risk index of a set of awards, described: how high, and from how many components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Count, Measure, count, measured
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.labels import coded, own
from ogp_analysis.procurement.risk_index.index import RiskIndex, risk_index
from ogp_analysis.statistics.result import Reference, Result, plain

FAZEKAS_KOCSIS = Reference(
    "fazekas_kocsis_2020",
    "Fazekas, M.; Kocsis, G.",
    2020,
    "Uncovering high-level corruption: cross-national objective corruption risk indicators using public procurement "
    "data",
    "British Journal of Political Science 50(1), 155–164",
    "10.1017/S0007123417000461",
)
#: Whose rules hold in which country.
_RULES = {"MEX": "mexico"}
#: A component that reads a missing date as risk; where the files hold no such date at all it says nothing of an award.
_BY_ABSENCE = "call_for_tender"
_Index = Annotated[float | None, Measure("index", 2)]


@dataclass(frozen=True)
class RiskComponent:
    """One component: for how many awards it could be computed, and its mean there (0 no risk, 1 risk)."""

    name: str
    n: int
    awards: int
    mean: float | None

    @property
    def coverage(self) -> float | None:
        """Share of the awards for which it could be computed."""
        return self.n / self.awards if self.awards else None


@dataclass(frozen=True)
class RiskOfGroup:
    """The index in one group of awards: how many have one, mean and quartiles, and the mean number of components."""

    group: str
    n: Count
    mean: _Index
    lower_quartile: _Index
    median: _Index
    upper_quartile: _Index
    components: Annotated[float | None, Measure("ratio", 1)]


@dataclass(frozen=True, kw_only=True)
class RiskSummary(Result):
    """A description of the index. It has no interval: nothing is estimated.

    Attributes
    ----------
    n : int
        Awards with an index.
    awards : int
        All awards.
    components : tuple of RiskComponent
        In the order of the rules.
    groups : tuple of RiskOfGroup
        The first is ``"all"``, then the groups, sorted; empty if no rules are published for the country.
    index : pandas.DataFrame
        One row an award: a column a component, 0 (no risk) to 1 (risk), ``index``, their mean, and ``n_components``.
    """

    awards: int
    components: tuple[RiskComponent, ...] = field(repr=False)
    groups: tuple[RiskOfGroup, ...] = field(repr=False)
    index: pd.DataFrame = field(repr=False)

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: groups hold no more awards than there are, nor do components."""
        yield from super().contradictions()
        if sum(one.n for one in self.groups[1:]) > self.n or self.n > self.awards:
            yield f"has more awards in its groups than the {self.n} of {self.awards} that have an index"
        for one in self.components:
            if one.n > self.awards:
                yield f"computes {one.name} for {one.n} of {self.awards} awards"

    @property
    def whole(self) -> RiskOfGroup:
        """All awards."""
        return self.groups[0]

    @property
    def frame(self) -> pd.DataFrame:
        """The index, one row an award."""
        return self.index

    def text(self) -> Parts:
        """Say quartiles and mean of the index, from how many components, and how it is to be read."""
        if not self.n:
            return Parts([say(f"procurement.risk.{'none' if self.groups else 'absent'}")])
        whole = measured(self.whole)
        return Parts(
            [say("procurement.risk.some", awards=count(self.awards), **whole), say("procurement.risk.reading")]
        )

    def table(self) -> Table | Parts:
        """Return for how many contracts each component could be computed, and its mean."""
        if not self.n:
            return Parts()
        rows = [(word(f"procurement.component.{o.name}"), o.n, o.coverage, o.mean) for o in self.components]
        frame = pd.DataFrame(rows, columns=["component", "n", "coverage", "mean"])
        headings = {
            "component": own("component"),
            "n": own("contracts", "count"),
            "coverage": own("coverage", "share"),
            "mean": own("mean", "index", 2),
        }
        caption = sentence("procurement.table.components", awards=count(self.awards))
        return table("risk_components", caption, frame.astype({"coverage": "float64", "mean": "float64"}), headings)

    def by_method(self) -> Table | Parts:
        """Return the index by method: mean, quartiles, and how many components there were."""
        if not self.n:
            return Parts()
        columns = ["group", "n", "mean", "lower_quartile", "median", "upper_quartile", "components"]
        rows = [tuple(getattr(one, name) for name in columns) for one in self.groups]
        frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
        frame["group"] = [word("procurement.all") if g == "all" else coded("method", g) for g in frame["group"]]
        headings = {"group": own("method"), "n": own("n_index", "count"), "mean": own("mean", "index", 2)}
        headings |= {name: Heading(name, "index", 2) for name in columns[3:6]}
        headings["components"] = own("components", "ratio", 1)
        return table("risk_by_method", word("procurement.table.risk_groups"), frame, headings)


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
        return RiskSummary(estimates=(), n=0, awards=len(awards), components=(), groups=(), index=pd.DataFrame(),
                           note="no_rules", method="corruption_risk_index", references=(FAZEKAS_KOCSIS,))  # fmt: skip
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
    labels = sorted(groups.dropna().unique())
    return RiskSummary(
        estimates=(),
        n=int(frame["index"].notna().sum()),
        awards=len(frame),
        components=tuple(
            RiskComponent(name, int(frame[name].notna().sum()), len(frame), plain(frame[name].mean()))
            for name in found.components
        ),
        groups=(_of_group("all", frame), *(_of_group(str(g), frame[(groups == g).fillna(False)]) for g in labels)),
        index=frame,
        note="described" if frame["index"].notna().any() else "no_data",
        method="corruption_risk_index",
        references=(FAZEKAS_KOCSIS,),
    )


def _of_group(name: str, frame: pd.DataFrame) -> RiskOfGroup:
    known = frame[frame["index"].notna()]
    quartiles = known["index"].quantile([0.25, 0.5, 0.75]) if len(known) else [None] * 3
    return RiskOfGroup(
        name,
        len(known),
        plain(known["index"].mean()),
        *(plain(value) for value in quartiles),
        plain(known["n_components"].mean()),
    )
