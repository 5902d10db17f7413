"""The corruption risk index of a set of awards, described: how high, and from how many components."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.risk_index.index import RiskIndex
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
    n: int
    mean: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    components: float | None


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
        The first is ``"all"``, then the groups, sorted.
    """

    awards: int
    components: tuple[RiskComponent, ...]
    groups: tuple[RiskOfGroup, ...]

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: groups hold no more awards than there are, nor do components."""
        yield from super().contradictions()
        if sum(one.n for one in self.groups[1:]) > self.whole.n or self.whole.n > self.awards:
            yield f"has more awards in its groups than the {self.whole.n} of {self.awards} that have an index"
        for one in self.components:
            if one.n > self.awards:
                yield f"computes {one.name} for {one.n} of {self.awards} awards"

    @property
    def whole(self) -> RiskOfGroup:
        """All awards."""
        return self.groups[0]

    def component_table(self) -> pd.DataFrame:
        """Return one row a component: ``component, n, coverage, mean``."""
        rows = [(one.name, one.n, one.coverage, one.mean) for one in self.components]
        return pd.DataFrame(rows, columns=["component", "n", "coverage", "mean"]).astype(
            {"coverage": "float64", "mean": "float64"}
        )

    def group_table(self) -> pd.DataFrame:
        """Return one row a group: ``group, n, mean, lower_quartile, median, upper_quartile, components``."""
        columns = ["group", "n", "mean", "lower_quartile", "median", "upper_quartile", "components"]
        rows = [tuple(getattr(one, name) for name in columns) for one in self.groups]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "float64"))


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
