"""Governments listed as customers or suspected operators of commercial spyware, by regime, with denominators.

The inventory is a census of what was found: every country it lists is counted, so a share has a denominator and no
sampling interval. What stands behind the shares is how often use comes to light, and that may differ between regimes:
The ratio of :meth:`Operators.listed` says by how much it would have to differ for the shares to say nothing about use.

To be listed is not proof of use, nor of unlawful use. A country that is not listed may use the technology.

References
----------
Feldstein and Kot (2023), Global Inventory of Commercial Spyware and Digital Forensics, version 10,
doi:10.17632/csvhpkt8tm.10. Regimes: Lührmann, Tannenberg and Lindberg (2018), Regimes of the World, in V-Dem 14.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.links import source
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, counts, share, year
from ogp_analysis.civic_space.paths import LEADS, NAMED_LAG, Paths, comparable, paths
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.membership import country_year_status
from ogp_analysis.surveillance.figures import operators as figures
from ogp_analysis.surveillance.inventories import INVENTORY, LISTS, standing
from ogp_analysis.surveillance.labels import headings, in_words, listed
from ogp_analysis.surveillance.members import MemberRecords, member_records

# How a measure moved before and after a country was first listed with spyware, beside countries never listed.
# The comparison is that of Callaway and Sant'Anna, with the countries that the inventory never lists as controls and
# the year before as base: it describes paths, and no part of it is an effect of spyware. Countries are listed where
# somebody looked, often because civil society was under pressure, so that a fall before disclosure can be why it came
# to light.


@dataclass(frozen=True)
class AroundDisclosure(Shown):
    """How a measure moved before and after first disclosure and first use.

    Attributes
    ----------
    outcome : str
        Id of the indicator.
    first_disclosure, first_use : Paths
    undated : int
        Countries listed whose use has no date, so that they are in no path of first use.
    """

    outcome: str
    first_disclosure: Paths
    first_use: Paths
    undated: int

    @property
    def frame(self) -> pd.DataFrame:
        """One row per event and year from it: ``event`` and the columns of :class:`Paths`."""
        parts = (self.first_disclosure, self.first_use)
        return pd.concat([one.frame.assign(event=one.event) for one in parts], ignore_index=True)

    def answer(self) -> Parts:
        """Say how far countries had moved before they were first disclosed, and how far after.

        Examples
        --------
        >>> print(ogp.surveillance.operators().around().answer()[0].plain()[:50])
        In the 4 years up to the year before first disclos
        """
        return Parts.of(
            say(
                "operators.glance.moved",
                role="number",
                case=includes_zero(self.first_disclosure),
                indicator=word(f"indicators.{self.outcome}.short"),
                **_numbers(self.first_disclosure),
            )
        )

    def text(self) -> Parts:
        """Say how countries moved before and after, who has no date, and what selects them."""
        said = []
        for one in (self.first_disclosure, self.first_use):
            named = word(f"indicators.{self.outcome}.name")
            said.append(
                say(f"operators.around.{one.event}", indicator=named, controls=count(one.controls), **_numbers(one))
            )
        said.append(say("operators.around.selected", n=count(self.first_use.n), undated=count(self.undated)))
        return Parts(said)

    def plot(self, ax=None) -> Figure:
        """Draw both paths, with a band for all years at once.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        zero = includes_zero(self.first_disclosure)
        return figures.around(self.first_disclosure, self.first_use, id=self.outcome, zero=zero, ax=ax)

    def table(self) -> Table:
        """Return both paths year by year, with the countries behind each."""
        frame = self.frame.assign(event=[word(f"operators.event.{code}") for code in self.frame["event"]])
        units = {"event": ("", 0), "when": ("years", 0), "n": ("count", 0)}
        order = ("event", "when", "n", "estimate", "low", "high", "band_low", "band_high")
        headings = {
            name: Heading(f"operators.column.{name}", *units.get(name, ("index", 3)), signed=name not in ("event", "n"))
            for name in order
        }
        caption = sentence(
            "operators.table.around",
            indicator=word(f"indicators.{self.outcome}.name"),
            left_out=count(self.first_disclosure.left_out),
        )
        return table("around", caption, frame, headings)


def includes_zero(path: Paths) -> str:
    """Return which intervals of a path include 0: ``none``, ``before``, ``after`` or ``both``."""
    own = [name for name, (_, low, high) in (("before", path.before), ("after", path.after)) if low <= 0 <= high]
    return {0: "none", 2: "both"}.get(len(own)) or own[0]


def _numbers(path: Paths) -> dict[str, Number]:
    """Return both changes of a path, with the ends of their intervals, and the countries behind each."""
    values = {
        "leads": count(LEADS),
        "lags": count(NAMED_LAG),
        "span": count(LEADS - 1),
        "level": share(0.95),
        "n_before": count(path.n_before),
        "n_after": count(path.n_after),
    }
    for name, (estimate, low, high) in (("before", path.before), ("after", path.after)):
        ends = {"low": low, "high": high, "level": 0.95}
        values |= {
            f"moved_{name}": Number(estimate, "index", 3, signed=True, **ends),
            f"{name}_low": Number(low, "index", 3, signed=True),
            f"{name}_high": Number(high, "index", 3, signed=True),
        }
    return values


def around(outcome: str, first: pd.DataFrame, edition: str) -> AroundDisclosure:
    """Return how a measure moved around first disclosure and first use.

    Parameters
    ----------
    outcome : str
        Id of an indicator.
    first : pandas.DataFrame
        One row per country listed, by code: ``first_disclosed`` and ``first_used``, missing where not dated.
    edition : str

    Raises
    ------
    ParameterError
        As :meth:`~ogp_analysis.surveillance.operators.Operators.around` says.
    """
    values = comparable(outcome, edition)
    both = [
        paths(values, outcome, event, first[column], first.index)
        for event, column in (("disclosure", "first_disclosed"), ("use", "first_used"))
    ]
    return AroundDisclosure(outcome, *both, undated=int(first["first_used"].isna().sum()))


#: Regimes of the World, from the least democratic; the last two are democracies.
REGIMES = ("closed_autocracy", "electoral_autocracy", "electoral_democracy", "liberal_democracy")
#: Statuses of a country that is a member, whether or not it takes part.
_MEMBERS = ("participating", "inactive", "suspended")


@dataclass(frozen=True)
class Listed:
    """How many autocracies and democracies are listed, of how many."""

    autocracies: int
    autocracies_n: int
    democracies: int
    democracies_n: int

    @property
    def numbers(self) -> dict[str, Number]:
        """Counts and shares, as a sentence names them."""
        return {
            "autocracies": count(self.autocracies),
            "autocracies_n": count(self.autocracies_n),
            "democracies": count(self.democracies),
            "democracies_n": count(self.democracies_n),
            "autocracies_share": share(self.autocracies / self.autocracies_n),
            "democracies_share": share(self.democracies / self.democracies_n),
        }

    @property
    def ratio(self) -> float:
        """The share of democracies that are listed over that of autocracies; a fault if no autocracy is listed."""
        if not self.autocracies:
            raise ParameterError(
                "inventory", "no autocracy is listed, so shares have no ratio", "Use a whole inventory"
            )
        return self.democracies / self.democracies_n / (self.autocracies / self.autocracies_n)


@dataclass(frozen=True)
class Operators(Shown):
    """Countries by what the inventory lists of their governments, and by regime.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per country that V-Dem classifies in `regime_year` or that the inventory lists, sorted: ``iso3``,
        ``regime`` (one of :data:`REGIMES`; missing if not classified), ``regime_before`` (in the year before first
        disclosure of spyware), ``spyware``, ``spyware_sure``, ``forensics`` and ``forensics_sure`` (cases; ``..._sure``
        without those on sources of lower confidence), ``first_disclosed`` and ``first_used`` (of spyware; missing if
        not dated), ``joined`` (ever in OGP) and ``member_then`` (whether a member at the end of the year of first
        disclosure).
    regime_year : int
        The year before the last disclosure, by which countries are classified.
    last : int
        Year of the last disclosure.
    not_counted : int
        Units that V-Dem classifies and that are not a country of ISO 3166.
    cases, lists, later : pandas.DataFrame
        The ``cases`` of the inventory; ``operators`` and ``later_reports`` of the lists.
    edition : str
    """

    frame: pd.DataFrame = field(repr=False)
    regime_year: int
    last: int
    not_counted: int
    cases: pd.DataFrame = field(repr=False)
    lists: pd.DataFrame = field(repr=False)
    later: pd.DataFrame = field(repr=False)
    edition: str

    def listed(self, kind: str = "spyware", regime: str = "regime") -> Listed:
        """Return how many autocracies and democracies are listed.

        Parameters
        ----------
        kind : {"spyware", "spyware_sure", "forensics", "forensics_sure"}
            Which cases count.
        regime : {"regime", "regime_before"}
            The regime of the year of classification, or that of the year before first disclosure. Denominators are
            always those of the former.

        Examples
        --------
        >>> ogp.surveillance.operators().listed()
        Listed(autocracies=40, autocracies_n=82, democracies=28, democracies_n=93)
        """
        own = self.frame[self.frame[kind] > 0]
        return Listed(
            *(
                n
                for kinds in (REGIMES[:2], REGIMES[2:])
                for n in (int(own[regime].isin(kinds).sum()), int(self.frame["regime"].isin(kinds).sum()))
            )
        )

    def answer(self) -> Parts:
        """Say, after the headline, how many autocracies and democracies are listed, and what would level them.

        Examples
        --------
        >>> print(ogp.surveillance.operators().answer()[1].plain()[:66])
        Listed to 2022 in the inventory of Feldstein and Kot (version 10);
        """
        found, sure, joined = self.listed(), self.listed("spyware_sure"), self.frame[self.frame["joined"]]
        known, opened = self.frame["spyware"] > 0, self.frame["forensics"] > 0
        # Countries that rest on sources of lower confidence alone.
        weak, weak_opened = (known & (self.frame["spyware_sure"] == 0), opened & (self.frame["forensics_sure"] == 0))
        return Parts.of(
            say("operators.headline", role="headline", countries=count(known.sum()), **found.numbers),
            say(
                "operators.scope",
                role="scope",
                last=year(self.last),
                **counts(countries=known.sum(), lower=weak.sum()),
            ),
            say(
                "operators.glance.regimes",
                role="finding",
                ratio=share(found.ratio),
                autocracies_lower=count(found.autocracies - sure.autocracies),
                democracies_lower=count(found.democracies - sure.democracies),
                **found.numbers,
            ),
            say(
                "operators.glance.forensics",
                role="number",
                **counts(forensics=opened.sum(), lower=weak_opened.sum(), both=(known & opened).sum()),
            ),
            say(
                "operators.glance.members",
                role="number",
                **counts(joined=len(joined), listed=(joined["spyware"] > 0).sum()),
                **counts(lower=(weak & self.frame["joined"]).sum(), then=joined["member_then"].fillna(False).sum()),
            ),
        )

    def limit(self) -> Parts:
        """Say that being listed does not prove use, and that a country not listed may use spyware.

        Examples
        --------
        >>> print(ogp.surveillance.operators().limit()[0].plain()[:46])
        To be listed as customer or suspected operator
        """
        return Parts([say("operators.limit", role="limit")])

    def text(self) -> Parts:
        """Say what changes without cases of lower confidence, with the regime of the time, and who is not counted."""
        sure, before = self.listed("spyware_sure"), self.listed(regime="regime_before")
        return Parts.of(
            say("operators.sure", ratio=share(sure.ratio), **sure.numbers),
            say(
                "operators.before",
                autocracies=count(before.autocracies),
                democracies=count(before.democracies),
                n=count((self.frame["spyware"] > 0).sum()),
            ),
            say(
                "operators.denominators",
                **counts(n=self.frame["regime"].notna().sum(), units=self.not_counted),
                year=year(self.regime_year),
            ),
        )

    def map(self) -> Figure:
        """Return the listed countries on a map of the world: spyware, spyware on weak sources alone, forensics alone.

        Examples
        --------
        >>> ogp.surveillance.operators().map().faults()
        []
        """
        own = self.frame.set_index("iso3")
        kinds = {
            "spyware": own["spyware_sure"] > 0,
            "lower": (own["spyware"] > 0) & (own["spyware_sure"] == 0),
            "forensics": (own["forensics"] > 0) & (own["spyware"] == 0),
            "none": (own["forensics"] == 0) & (own["spyware"] == 0),
        }
        listed = {kind: frozenset(own.index[rows]) for kind, rows in kinds.items()}
        return figures.world(listed, self.last, self.listed().numbers)

    def plot(self, ax=None) -> Figure:
        """Return the listed countries of each regime as bars, of all countries of it, with and without weak sources.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return figures.regimes(self._by_regime(), self.last, self.regime_year, self.listed(), ax=ax)

    def table(self) -> Table:
        """Return listed countries of each regime, of how many, with and without weak sources, spyware and forensics."""
        frame = self._by_regime()
        frame = frame.assign(regime=in_words("operators.regime", frame["regime"]))
        order = (
            "regime",
            "n",
            "spyware",
            "spyware_share",
            "spyware_sure",
            "sure_share",
            "forensics",
            "forensics_share",
        )
        caption = sentence(
            "operators.table.regimes", year=year(self.regime_year), n=count(frame["n"].sum()), last=year(self.last)
        )
        return table("regimes", caption, frame, headings("operators", order))

    def _by_regime(self) -> pd.DataFrame:
        """Return ``regime, n`` and, of each kind, countries listed and their share."""
        groups = self.frame.groupby("regime", observed=True)
        rows = groups[["spyware", "spyware_sure", "forensics"]].agg(lambda cases: int((cases > 0).sum()))
        rows = rows.reindex(list(REGIMES)).assign(n=groups.size())
        shares = {"spyware_share": "spyware", "sure_share": "spyware_sure", "forensics_share": "forensics"}
        return rows.assign(**{name: rows[kind] / rows["n"] for name, kind in shares.items()}).reset_index()

    def around(self, outcome: str = "v2xcs_ccsi") -> AroundDisclosure:
        """Return how a measure moved before and after first disclosure and first use, beside countries never listed.

        Parameters
        ----------
        outcome : str
            Id of an indicator on a scale from less to more free.

        Raises
        ------
        ParameterError
            If the indicator is not such a measure, may be drawn only, or breaks within the years compared.

        Examples
        --------
        >>> around = ogp.surveillance.operators().around("v2xcs_ccsi")
        >>> around.first_use.n, around.undated
        (41, 27)
        """
        known = self.frame[self.frame["spyware"] > 0].set_index("iso3")
        return around(indicator(outcome).id, known[["first_disclosed", "first_used"]], self.edition)

    def members(self) -> MemberRecords:
        """Return what is on record of every country that ever joined OGP.

        Examples
        --------
        >>> members = ogp.surveillance.operators().members()
        >>> len(members.frame), int(members.frame["spyware"].gt(0).sum())
        (87, 38)
        """
        known = self.frame.set_index("iso3")[["spyware", "spyware_sure", "first_disclosed", "member_then"]]
        return member_records(known, self.edition)

    def every_case(self) -> Table:
        """Return every case of the inventory, kind by kind, with what is to be kept in mind of it.

        Examples
        --------
        >>> len(ogp.surveillance.operators().every_case().frame)
        193
        """
        rows = self.cases.assign(place=[country(code).name for code in self.cases["iso3"]])
        kinds = {"spyware": 0, "forensics": 1, "iot_hacking": 2}

        def order(values: pd.Series) -> pd.Series:
            return values.map(kinds.get if values.name == "category" else str.casefold)

        rows = rows.sort_values(["category", "place", "case"], key=order)
        weak, undisclosed = rows["lower_confidence"], word("others.inventory.undisclosed")
        return listed(
            "cases",
            "operators",
            sentence("operators.table.cases", n=count(len(rows)), lower=count(weak.sum())),
            rows,
            "case kind place vendor used disclosed confidence",
            kind=in_words("others.kind", rows["category"]),
            vendor=rows["vendor"].fillna(undisclosed),
            used=rows["use_text"].fillna(word("others.period.not_stated")),
            disclosed=rows["disclosure_text"],
            confidence=in_words("operators.confidence", np.where(weak, "lower", "usual")),
        )

    def standards(self) -> Table:
        """Return the lists by their standard of evidence: entries, countries, and those the inventory does not list.

        Examples
        --------
        >>> int(ogp.surveillance.operators().standards().frame["entries"].sum())
        135
        """
        listed = {kind: set(rows["iso3"]) for kind, rows in self.cases.groupby("category")}
        rows = [
            {
                "kind": word(f"others.kind.{kind}"),
                "status": standing(status, confidence == "low"),
                "entries": len(own),
                "countries": own["iso3"].nunique(),
                "beyond": len(set(own["iso3"]) - listed.get(kind, set())) if kind in listed else "not_applicable",
            }
            for (kind, status, confidence), own in self.lists.groupby(
                ["category", "status", "confidence"], observed=True, sort=True
            )
        ]
        caption = sentence(
            "operators.table.standards", n=count(len(self.lists)), low=count((self.lists["confidence"] == "low").sum())
        )
        return table("standards", caption, pd.DataFrame(rows), headings("operators", rows[0]))

    def later_table(self) -> Table:
        """Return later reports than the inventory, none of which is counted here, each with its caveat.

        Examples
        --------
        >>> len(ogp.surveillance.operators().later_table().frame)
        29
        """
        rows = self.later.assign(
            place=[
                country(code).name if isinstance(code, str) else text
                for code, text in zip(self.later["iso3"], self.later["place"], strict=True)
            ]
        ).sort_values(["product", "year", "place"])
        low, predator = (rows["confidence"] == "low").sum(), rows.loc[rows["category"] == "spyware", "place"].nunique()
        caption = sentence(
            "operators.table.later", **counts(n=len(rows), places=predator, low=low), last=year(self.last)
        )
        pages = [
            source(
                "", publisher=word(f"operators.publisher.{row.publisher}"), row=f"{LISTS} ({row.product}, {row.place})"
            )
            for row in rows.itertuples()
        ]
        coded = {"confidence": "confidence", "caveat": "caveat", "status": "later"}
        return listed(
            "later_reports",
            "operators",
            caption,
            rows,
            "place product kind year status confidence caveat source",
            kind=in_words("others.kind", rows["category"]),
            **{name: in_words(f"operators.{area}", rows[name]) for name, area in coded.items()},
            source=pages,
        )


def operators(edition: str = "embedded") -> Operators:
    """Return the governments listed with commercial spyware or digital forensics, by regime.

    Parameters
    ----------
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    Operators
        One row per country in ``.frame``.

    Raises
    ------
    UnknownName
        If the edition does not hold the inventory, the lists, regimes or members.

    Notes
    -----
    Shares count countries that were found; they are not estimates of use. ``CORRECTIONS.md`` says how the correction
    of a row is asked for.

    Examples
    --------
    >>> found = ogp.surveillance.operators()
    >>> round(found.listed().ratio, 2), found.regime_year, found.last
    (0.62, 2021, 2022)
    """
    cases = hand_out.load(INVENTORY, "cases", edition)
    spyware, last = cases[cases["category"] == "spyware"], int(cases["disclosure_last_year"].max())
    forensics = cases[cases["category"] == "forensics"]
    units = hand_out.load("vdem", "v14", edition, columns=["iso3", "year", "unit_kind", "v2x_regime"])
    units = units[units["v2x_regime"].notna()]
    whole = units["iso3"].notna() & (units["unit_kind"] != "part_of_country").fillna(True)
    by_year = units[whole].set_index(["iso3", "year"])["v2x_regime"].map(lambda code: REGIMES[int(code)])
    classified = units["year"] == last - 1
    codes = sorted(set(units.loc[classified & whole, "iso3"]) | set(cases["iso3"]))
    frame = pd.DataFrame({"iso3": codes})
    own = frame["iso3"]
    frame["regime"] = by_year.xs(last - 1, level="year").reindex(own).array
    first = spyware.groupby("iso3")[["disclosure_first_year", "use_first_year"]].min()
    disclosed, used = (own.map(first[name]).astype("Int64") for name in first)
    frame["regime_before"] = [
        by_year.get((code, int(at) - 1)) if pd.notna(at) else None for code, at in zip(own, disclosed, strict=True)
    ]
    for name, rows in (("spyware", spyware), ("forensics", forensics)):
        for ending, counted in (("", rows), ("_sure", rows[~rows["lower_confidence"]])):
            frame[f"{name}{ending}"] = own.map(counted["iso3"].value_counts()).fillna(0).astype("int64")
    frame = frame.assign(first_disclosed=disclosed, first_used=used)
    members, spells = (hand_out.load("ogp_membership", name, edition) for name in ("countries", "spells"))
    status = country_year_status(members, spells, int(disclosed.min()), last).set_index(["iso3", "year"])["ogp_status"]
    frame["joined"] = own.isin(set(members["iso3"]))
    frame["member_then"] = pd.array(
        [
            status.get((code, int(at))) in _MEMBERS if pd.notna(at) else None
            for code, at in zip(own, disclosed, strict=True)
        ],
        dtype="boolean",
    )
    later = hand_out.load(LISTS, "later_reports", edition)
    return Operators(
        frame,
        last - 1,
        last,
        int((classified & ~whole).sum()),
        cases,
        hand_out.load(LISTS, "operators", edition),
        later,
        edition,
    )
