"""Countries that ever joined OGP: what is on record of their use of spyware, and of what they promised about it.

Commitments on state surveillance are those that the reviewed themes of OGP's table of 2016 name, and that of Mexico's
fourth plan; the Joint Statement is the one on efforts to counter the proliferation and misuse of commercial spyware. A
commitment or an endorsement says nothing of its effect.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.words import Sentence, language, say, sentence, word
from ogp_analysis.base.words.numbers import count, counts, partial_day, years
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.open_government.response_policy import outcome_said, response_policy_cases, suspended_again
from ogp_analysis.surveillance.figures import operators as figures
from ogp_analysis.surveillance.labels import headings

#: What Freedom House asks about surveillance of private expression.
D4 = "fiw_d4"


@dataclass(frozen=True)
class MemberRecords(Shown):
    """What is on record of each country that ever joined OGP.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per country, sorted: ``iso3, spyware`` (cases of the inventory), ``spyware_sure`` (without those on
        sources of lower confidence), ``first_disclosed``, ``member_then``, ``commitments`` (on state surveillance: a
        tuple of plan and number of each; missing if none) and ``endorsed`` (day of the endorsement of the Joint
        Statement; missing if not on record).
    policy : pandas.DataFrame
        Cases under OGP's Response Policy, as :func:`.response_policy_cases` returns them.
    d4 : Withheld or None
        ``iso3, value, listed`` of the last year of Freedom House's question D4, to be drawn only; None if the edition
        lacks it.
    d4_year : int or None
    endorsements : int
        Countries that endorsed the Joint Statement, members or not.
    years : tuple of int
        First and last year in which the plans were submitted whose commitments were looked at; Mexico's fourth plan
        comes on top.
    """

    frame: pd.DataFrame = field(repr=False)
    policy: pd.DataFrame = field(repr=False)
    d4: Withheld | None = field(repr=False)
    d4_year: int | None
    endorsements: int
    years: tuple[int, int]

    def text(self) -> Parts:
        """Say how many of those that are listed promised something or endorsed the statement, and how cases ended."""
        known = self.frame[self.frame["spyware"] > 0]
        promised = self.frame.dropna(subset=["commitments"])
        cases = self.policy.merge(self.frame[["iso3", "spyware"]], on="iso3")
        return Parts.of(
            say(
                "operators.members.promised",
                **counts(listed=len(known), both=known["commitments"].notna().sum()),
                **years(first=self.years[0], last=self.years[1]),
                names=", ".join(country(code).in_text for code in promised["iso3"]),
            ),
            say(
                "operators.members.endorsed",
                endorsed=count(self.frame["endorsed"].notna().sum()),
                all=count(self.endorsements),
                listed=count(known["endorsed"].notna().sum()),
            ),
            say(
                "operators.members.cases",
                **counts(
                    n=len(cases), listed=(cases["spyware"] > 0).sum(), resumed=(cases["outcome"] == "resumed").sum()
                ),
                then=self._then(),
            ),
        )

    def _then(self) -> str:
        """Return in brackets where and when a process was resumed, and what ended it again."""
        said = []
        for row in self.policy[self.policy["outcome"] == "resumed"].to_dict("records"):
            date = partial_day(row["outcome_since"][:7], language())
            again = [suspended_again(row)] if isinstance(row["suspended_again"], str) else []
            said.append("; ".join([f"{country(row['iso3']).in_text}, {date}", *again]))
        return f" ({'; '.join(said)})" if said else ""

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the answers to Freedom House's question on surveillance, of listed countries and others, if held.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        return Parts() if self.d4 is None else figures.asked(self.d4, y=D4, year=self.d4_year, ax=ax)

    def table(self) -> Table:
        """Return members that are listed and those that are not, by what they promised and endorsed."""
        own, rows = self.frame, []
        for name, kept in (("listed", own["spyware"] > 0), ("not_listed", own["spyware"] == 0)):
            then = int(own.loc[kept, "member_then"].fillna(False).sum()) if name == "listed" else "not_applicable"
            group = own[kept]
            said = [int(group[column].notna().sum()) for column in ("commitments", "endorsed")]
            sure = int((group["spyware_sure"] > 0).sum())
            rows.append((word(f"operators.group.{name}"), len(group), sure, then, *said))
        names = ("group", "n", "sure", "member_then", "committed", "endorsed")
        columns = headings("operators", names, member_then="count", endorsed="count")
        return table("members", self._caption("members"), pd.DataFrame(rows, columns=list(names)), columns)

    def _caption(self, key: str) -> Sentence:
        first, last = self.years
        return sentence(f"operators.table.{key}", n=count(len(self.frame)), **years(first=first, last=last))

    @staticmethod
    def _promised(known: tuple | float) -> str:
        if not isinstance(known, tuple):
            return "not_applicable"
        said = (sentence("operators.commitment", plan=count(plan), number=number) for plan, number in known)
        return ", ".join(one.plain() for one in said)

    def every_member(self) -> Table:
        """Return each country that ever joined, with what is on record of it.

        Examples
        --------
        >>> len(ogp.surveillance.operators().members().every_member().frame)
        87
        """
        own, listed = self.frame, self.frame["spyware"] > 0
        then = pd.Series([None if pd.isna(one) else bool(one) for one in own["member_then"]], own.index, dtype="object")
        frame = own.assign(
            place=[country(code).name for code in own["iso3"]],
            member_then=then.where(listed, "not_applicable"),
            first_disclosed=own["first_disclosed"].astype("object").where(listed, "not_applicable"),
            commitments=[self._promised(one) for one in own["commitments"]],
            endorsed=own["endorsed"].fillna("not_applicable"),
        )
        shown = ("place", "spyware", "spyware_sure", "first_disclosed", "member_then", "commitments", "endorsed")
        return table(
            "every_member", self._caption("every_member"), frame, headings("operators", shown, endorsed="date")
        )

    def policy_table(self) -> Table:
        """Return the cases under the Response Policy: days, outcome, and what the inventory lists of the country.

        Examples
        --------
        >>> ogp.surveillance.operators().members().policy_table().frame["days_to_close"].tolist()
        [3090, 'not_applicable', 517, 514, 300]
        """
        rows = self.policy.merge(self.frame[["iso3", "spyware", "first_disclosed"]], on="iso3", how="left")
        rows = rows.assign(
            place=[country(code).name for code in rows["iso3"]],
            outcome=[outcome_said(row) for row in rows.to_dict("records")],
            confidence=[word(f"ogp.confidence.{code}") for code in rows["confidence"].fillna("not_judged")],
            first_disclosed=rows["first_disclosed"].astype("object").where(rows["spyware"] > 0, "not_applicable"),
        )
        reached = {"days_to_report": "report", "days_to_stage_two": "stage_two", "days_to_close": "closed"}
        for days, step in reached.items():
            rows[days] = rows[days].astype("object").where(rows[step].notna(), "not_applicable")
        names = tuple(
            "place opened days_to_report days_to_stage_two days_to_close outcome outcome_since confidence spyware "
            "first_disclosed".split()
        )
        caption = sentence("operators.table.policy", n=count(len(rows)))
        return table("policy_cases", caption, rows, headings("operators", names))


def member_records(listed: pd.DataFrame, edition: str) -> MemberRecords:
    """Return what is on record of every country that ever joined.

    Parameters
    ----------
    listed : pandas.DataFrame
        By code of a country: ``spyware, spyware_sure, first_disclosed, member_then``.
    edition : str
    """
    members = hand_out.load("ogp_membership", "countries", edition)
    frame = pd.DataFrame({"iso3": sorted(members["iso3"])})
    own = listed.reindex(frame["iso3"]).reset_index(drop=True)
    frame = pd.concat([frame, own], axis=1)
    frame[["spyware", "spyware_sure"]] = frame[["spyware", "spyware_sure"]].fillna(0).astype("int64")
    # A country's commitments on state surveillance, each by its plan and number.
    themes = hand_out.load("ogp_commitments", "themes", edition)
    found = set(themes.loc[themes["theme"] == "state_surveillance", "commitment_id"])
    rows = hand_out.load("ogp_commitments", "commitments", edition)
    rows = rows[(rows["vintage"] == "2016") & rows["iso3"].notna()]
    years = int(rows["submission_year"].min()), int(rows["submission_year"].max())
    rows = rows[rows["commitment_id"].isin(found)]
    known = [(row.iso3, int(row.plan_number), str(row.commitment_number)) for row in rows.itertuples()]
    plan4 = hand_out.load("ogp_mexico_plan4", "facts", edition)
    known += [("MEX", 4, "7")] if (plan4["subject"] == "commitment_7").any() else []
    said = {iso3: tuple(one[1:] for one in known if one[0] == iso3) for iso3 in {one[0] for one in known}}
    frame["commitments"] = frame["iso3"].map(said)
    # The day on which a country endorsed the Joint Statement.
    facts = hand_out.load("surveillance_controls", "facts", edition)
    days = hand_out.load("surveillance_controls", "dates", edition).groupby("fact")["date"].min()
    own = facts[(facts["type"] == "endorsement") & (facts["body"] == "joint_statement")]
    signed = own.set_index("iso3")["fact"].map(days)
    frame["endorsed"] = frame["iso3"].map(signed)
    policy = response_policy_cases(hand_out.load("ogp_status_events", "events", edition))
    d4, d4_year = last_answers(set(members["iso3"]), set(listed.index[listed["spyware"] > 0]), edition)
    return MemberRecords(frame, policy, d4, d4_year, len(signed), years)


def last_answers(members: set[str], listed: set[str], edition: str) -> tuple[Withheld | None, int | None]:
    """Return the last answers to Freedom House's question D4 of members, to be drawn only, and their year.

    Parameters
    ----------
    members, listed : set of str
        ISO 3166 alpha-3 codes of the members, and of the countries on a list of operators of spyware.
    edition : str
        None and None if it does not hold the scores.

    Examples
    --------
    >>> last_answers({"MEX"}, set(), "embedded")
    (None, None)
    """
    if not hand_out.has("freedom_in_the_world", "scores", edition):
        return None, None
    scores = hand_out.load("freedom_in_the_world", "scores", edition)
    own = scores[scores["iso3"].isin(members) & scores["d4"].notna()]
    last = int(own["year"].max())
    own = own[own["year"] == last]
    frame = pd.DataFrame(
        {
            "iso3": own["iso3"].array,
            "value": own["d4"].astype("float64").array,
            "listed": own["iso3"].isin(listed).array,
        }
    )
    return Withheld(frame, (D4,)), last
