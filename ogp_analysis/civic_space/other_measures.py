"""What measures beside the core index say: which they are, what they ask, and members of OGP beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import indicator, indicators
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.civic_space.barriers import SERIES, words_of
from ogp_analysis.civic_space.figures.other_measures import other_measures_by_group
from ogp_analysis.civic_space.panel import Panel, ids_of
from ogp_analysis.civic_space.tables.headings import headings, tabled
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.rates import counted

#: Civil society and the other sides of civic space in V-Dem 14, published without bounds. The core index is the first.
CORE_INDICES = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_frassoc_thick"),
    *("v2x_civlib", "v2caassemb", "v2csprtcpt", "v2cscnsult", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
)
#: All measures of civic space, liberties and democracy in the catalogue, in its order, beside those of V-Dem 14: what
#: version 15 repeats of them is shown with bounds. Controls such as income are not such measures.
OTHER_MEASURES = tuple(
    one.id for one in indicators() if one.direction != "higher is more" and (one.dataset, one.table) != ("vdem", "v14")
)
#: What asks about surveillance or privacy: shown together or not at all.
ASKS_ABOUT_SURVEILLANCE = tuple(one.id for one in indicators("surveillance_of_communications"))
#: The figures in which the others stand together, in the order of a page.
FIGURES = ("bounds", "freedom_house", "monitors", "idea", "barriers")


@dataclass(frozen=True)
class MeasuresByMembership(Shown):
    """The measures that have a value, for the countries of a panel that ever joined OGP and for the others.

    OGP admits countries by rules that look at such measures: a gap between the groups is not an effect of membership.

    Medians of the countries with a value in every year between two breaks; of ordered categories also how many stand at
    one of them or above.

    Attributes
    ----------
    panel : Panel
    asked : sequence of str
        Ids or names; those that the panel does not hold are passed over.

    Examples
    --------
    >>> groups = ogp.civic_space.MeasuresByMembership(ogp.civic_space.panel("va_est", 2013, 2023), ["va_est"])
    >>> groups.frame.groupby("group")["n"].max().to_dict()
    {'ever': 87, 'never': 117}
    """

    panel: Panel = field(repr=False)
    asked: Sequence[str] = field(repr=False)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Those that have a value."""
        coverage = self.panel.coverage()
        return tuple(id for id in ids_of(self.asked) if id in self.panel.ids and coverage[id].any())

    @cached_property
    def groups(self) -> dict[str, pd.DataFrame | Withheld]:
        """By id: see :meth:`Panel.groups`."""
        return {id: self.panel.groups(id, indicator(id).at_least) for id in self.ids}

    @property
    def frame(self) -> pd.DataFrame:
        """One row per measure, year and group: ``id`` and :meth:`Panel.groups`, without what may be drawn only."""
        parts = [frame.assign(id=id) for id, frame in self.groups.items() if not isinstance(frame, Withheld)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["id"])

    def text(self) -> Parts:
        """Say how many measures have a value."""
        return Parts([say(f"others.groups.{'held' if self.ids else 'none'}", n=count(len(self.ids)))])

    def plot(self) -> Parts:
        """Draw them publisher by publisher; those on surveillance stand apart."""
        return Parts(self._drawn(ids, f"measures_{name}", name) for name, ids in by_figure(self.ids).items())

    def _drawn(self, ids: Iterable[str], name: str, title: str):
        return other_measures_by_group({id: self.groups[id] for id in ids}, name=name,
                                       title=word(f"others.title.{title}"), region_name=self._region,
                                       years=(self.panel.first_year, self.panel.last_year))  # fmt: skip

    @property
    def _region(self) -> str:
        return word(f"regions.{self.panel.region}")

    def table(self) -> Table | Parts:
        """Return medians of both groups at both ends of the last years without a break, one row per measure and group.

        Ordered categories are in :meth:`shares`.
        """
        if not self.ids:
            return Parts()
        closed = dict.fromkeys(headings()["groups"], "not_written") | {"group": "drawn_only"}
        rows = []
        for id, frame in self._on_scale("ordinal", False):
            measure = {"measure": word(f"indicators.{id}.short")}
            if isinstance(frame, Withheld):
                rows.append(closed | measure)
                continue
            part = frame[frame["segment"] == frame["segment"].max()]
            for group in ("ever", "never"):
                own = part[part["group"] == group]
                named = measure | {"group": word(f"others.group.{group}"), "n": 0}
                if len(own):
                    first, last = own.iloc[0], own.iloc[-1]
                    named |= {"first": int(first["year"]), "last": int(last["year"]), "n": int(last["n"]),
                              "first_median": first["median"], "last_median": last["median"],
                              "lower_quartile": last["q1"], "upper_quartile": last["q3"]}  # fmt: skip
                rows.append(named)
        return tabled("other_measures", sentence("others.table.groups", region=self._region), rows, like="groups")

    def shares(self) -> Table | Parts:
        """Return, of ordered categories, the share of each group at the category or above in the last year."""
        if not self.ids:
            return Parts()
        closed = dict.fromkeys(headings()["other_categories"], "not_written") | {"group": "drawn_only"}
        rows = []
        for id, frame in self._on_scale("ordinal", True):
            measure = {"measure": f"{word(f'indicators.{id}.short')}: {word(f'indicators.{id}.share')}"}
            if isinstance(frame, Withheld):
                rows.append(closed | measure)
                continue
            for own in frame[frame["year"] == frame["year"].max()].itertuples():
                found = counted(int(own.count), int(own.n))
                rows.append(measure | {"group": word(f"others.group.{own.group}"), "year": int(own.year),
                                       "count": found.count, "n": found.n, "share": found.share})  # fmt: skip
        return tabled("other_categories", sentence("others.table.shares", region=self._region), rows)

    def _on_scale(self, scale: str, wanted: bool):
        return [(id, frame) for id, frame in self.groups.items() if (indicator(id).scale == scale) == wanted]

    def asks(self) -> Parts:
        """Return what each asks, on which scale, and whether its values are written; nothing if none has a value."""
        return self.panel.asks(self.ids)

    def surveillance(self) -> Parts:
        """Name all measures that ask about surveillance, and draw those with a value together, never one alone."""
        there = [id for id in ASKS_ABOUT_SURVEILLANCE if id in self.ids]
        lacking = [id for id in ASKS_ABOUT_SURVEILLANCE if id not in self.ids]
        case = "all" if not lacking else "together" if len(there) > 1 else "one" if there else "absent"
        named = {"names": ASKS_ABOUT_SURVEILLANCE, "present": there, "lacking": lacking}
        names = {which: "; ".join(words_of(id, "name") for id in some) for which, some in named.items()}
        # To show one alone would be a choice, since they ask different things and disagree.
        drawn = [self._drawn(there, "surveillance", "surveillance")] if len(there) > 1 else []
        return Parts([say("others.surveillance_groups", case=case, **names), *drawn])


def by_figure(ids: Iterable[str]) -> dict[str, list[str]]:
    """Return measures by the figure that they share, those on surveillance left out: they have one of their own."""
    there = {
        id: "barriers" if id in SERIES else indicator(id).figure for id in ids if id not in ASKS_ABOUT_SURVEILLANCE
    }
    return {name: [id for id in there if there[id] == name] for name in FIGURES if name in there.values()}
