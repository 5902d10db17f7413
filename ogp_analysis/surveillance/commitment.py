"""Mexico's OGP commitment on controls over interception: what was promised, reported and not researched, day by day.

Facts of the fourth action plan come from ``ogp_mexico_plan4`` and ``ogp_status_events``, those beside it from the
timeline, the provisions and the documented contracts. Nothing here says that the commitment had an effect, or none:
there is one rating a plan, and the reported counts of interception are in units that differ row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.links import source
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count
from ogp_analysis.base.words.sentence import Sentence
from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.open_government.timeline import notes_on
from ogp_analysis.surveillance.contracts import contracts
from ogp_analysis.surveillance.figures import purchases as figures
from ogp_analysis.surveillance.labels import headings, in_words, listed, sources

#: What the timeline shows: events of the timeline and of OGP's record, by their keys.
_TIMELINE = ("TL-07", "TL-13", "TL-22", "TL-25")
_OGP = ("response_policy_started", "core_group_suspends")
#: Decisions of courts that were read about in the press alone.
_NOT_READ = ("TL-22",)
#: What nobody researched, or no page that was read says.
OPEN = ("which_were_paused", "rating_of_commitment", "activities_done", "law_changed_by_it", "reservation_of_contracts")
#: What is asked of the plan, and who says it.
_ASKED_OF_THE_PLAN = dict.fromkeys(("planned_start", "planned_end", "key_actions", "activities"), "promised")
_ASKED_OF_THE_PLAN["key_actions_started"] = "reported"
#: Bodies of the federation that are not of its government.
_AUTONOMOUS = ("fgr",)
#: What a request for information about a contract would have to ask for, where it is not known.
_ASKED = ("day", "amount", "contract_number", "procedure", "official_wording")


@dataclass(frozen=True)
class CommitmentRecord(Shown):
    """The record of one commitment.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per dated step: ``event`` (key), ``date`` (to the day or month), ``kind`` (``ogp``, ``law``),
        ``caveat`` (a code; missing if there is none), ``source_kind`` and ``confidence`` (as in ``ogp_status_events``;
        missing for events of the timeline), ``source_urls`` and ``row`` (dataset and key).
    plan : pandas.DataFrame
        The ``facts`` of ``ogp_mexico_plan4``.
    statistics : pandas.DataFrame
        The ``counts`` of ``mexico_interception_statistics``, each in its own unit.
    documented : pandas.DataFrame
        All facts on record, for the contracts that were signed while it ran and for what is missing of each.
    """

    frame: pd.DataFrame = field(repr=False)
    plan: pd.DataFrame = field(repr=False)
    statistics: pd.DataFrame = field(repr=False)
    documented: pd.DataFrame = field(repr=False)

    @property
    def term(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day that were planned."""
        dates = self.plan[self.plan["subject"] == "commitment_7"].set_index("quantity")["date"]
        return dates["planned_start"], dates["planned_end"]

    @property
    def contracts(self) -> pd.DataFrame:
        """Contracts for surveillance of devices, not of low confidence."""
        own = self.documented[(self.documented["row_type"] == "contract") & (self.documented["confidence"] != "low")]
        return own[own["of_devices"].fillna(False)]

    @property
    def during(self) -> pd.DataFrame:
        """Contracts for surveillance of devices, not of low confidence, signed within the term on any possible day."""
        return self._within(self.contracts)

    @property
    def during_low(self) -> pd.DataFrame:
        """Contracts of low confidence, signed within the term on any possible day."""
        own = self.documented
        return self._within(own[(own["row_type"] == "contract") & (own["confidence"] == "low")])

    @property
    def perhaps(self) -> pd.DataFrame:
        """Contracts, not of low confidence, that were signed within the term on some possible day but not on any."""
        begin, end = self.term
        own = self.contracts
        own = own[own["signed"].notna() & ~own["fact"].isin(self.during["fact"])]
        return own[(coding.last_day(own["signed"]) >= begin) & (coding.first_day(own["signed"]) <= end)]

    @property
    def totals(self) -> pd.DataFrame:
        """Totals with federal bodies among the buyers, whose last month or year begins within or after the term."""
        begin, end = self.term
        own = self.documented
        own = own[
            (own["row_type"] == "total")
            & (own["level"] != "state")
            & (own["confidence"] != "low")
            & own["period_end"].notna()
        ]
        return own[(coding.first_day(own["period_end"]) >= begin) & (coding.first_day(own["period_start"]) <= end)]

    def _within(self, own: pd.DataFrame) -> pd.DataFrame:
        begin, end = self.term
        own = own[own["signed"].notna()].sort_values(["signed", "fact"])
        return own[(coding.first_day(own["signed"]) >= begin) & (coding.last_day(own["signed"]) <= end)]

    def answer(self) -> Parts:
        """Say, after the headline, what was promised, what was reported, and what was signed meanwhile.

        Examples
        --------
        >>> print(ogp.surveillance.commitment().answer()[0].plain()[:44])
        Mexico promised OGP to control interception.
        """
        begin, end = self.term
        counts = self.plan[self.plan["subject"] == "commitment_7"].set_index("quantity")["count"]
        whole = self.plan[self.plan["subject"] == "plan_4"].set_index("quantity")["count"]
        actions, begun = int(counts["key_actions"]), int(counts["key_actions_started"])
        return Parts.of(
            say("commitment.headline", role="headline"),
            say(
                "commitment.glance.promised",
                role="finding",
                actions=count(actions),
                activities=count(int(counts["activities"])),
                begin=begin.date(),
                end=end.date(),
            ),
            say("commitment.glance.reported", role="finding", begun=count(begun), actions=count(actions)),
            say(
                "commitment.glance.paused",
                role="number",
                paused=count(int(whole["paused_without_early_results"])),
                n=count(int(whole["commitments"])),
            ),
            self._meanwhile(),
        )

    def _meanwhile(self) -> Sentence:
        """Say which contracts fall within the term: the federal government that promised apart from states."""
        own, low = by_level(self.during), self.during_low
        case = "none" if self.during.empty else "some" if own["federal"].value else "states"
        whose = low["state"].fillna(word("commitment.glance.federation"))
        more = sentence("commitment.glance.low", low=count(len(low)), states=", ".join(dict.fromkeys(whose))).plain()
        return say(
            "commitment.glance.meanwhile",
            role="number",
            case=case,
            low=more if len(low) else "",
            **own,
            **self._undated(),
        )

    def _undated(self) -> dict[str, Number | str]:
        """Return federal totals that overlap the term, and contracts that may fall within it, by their keys."""
        whose = self.totals["level"].mask(self.totals["buyer_text"].str.lower().isin(_AUTONOMOUS), "autonomous")
        totals = [
            sentence("commitment.glance.total", case=case, fact=fact).plain()
            for case, fact in zip(whose, self.totals["fact"], strict=True)
        ]
        return {
            "totals": ", ".join(totals) or word("commitment.glance.no_state"),
            "perhaps": count(len(self.perhaps)),
            "perhaps_facts": ", ".join(self.perhaps["fact"]) or word("commitment.glance.no_state"),
        }

    def text(self) -> Parts:
        """Say why no line joins the reported counts."""
        return Parts([say("commitment.no_line", n=count(len(self.statistics)))])

    def limit(self) -> Parts:
        """Say what the record does not say.

        Examples
        --------
        >>> print(ogp.surveillance.commitment().limit()[0].plain()[:58])
        The record does not say that the commitment had an effect,
        """
        return Parts([say("commitment.limit", role="limit")])

    def plot(self, ax=None) -> Figure:
        """Return the term on a timeline, the contracts signed meanwhile, and what happened around it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        return figures.term(
            self.term,
            self.during,
            self.frame.assign(said=self._said()),
            {**by_level(self.during), **self._undated()},
            ax=ax,
        )

    def table(self) -> Table:
        """Return what was promised, what was reported, and what nobody researched, one row per question."""
        own, rows = self.plan[self.plan["subject"] == "commitment_7"].set_index("quantity"), []
        for name, state in _ASKED_OF_THE_PLAN.items():
            fact = own.loc[name]
            value = fact["date"].date().isoformat() if pd.notna(fact["date"]) else str(int(fact["count"]))
            page = source(fact["source_url"], row=f"ogp_mexico_plan4 ({fact['fact_id']})")
            rows.append((state, name, value, word(f"mexico_plan4.note.{fact['note']}"), page))
        nothing = ("not_applicable", "not_applicable")
        rows += [("not_researched", name, word(f"commitment.open.{name}"), *nothing) for name in OPEN]
        frame = pd.DataFrame(rows, columns=["state", "question", "answer", "caveat", "source"])
        asked = in_words("commitment.asked", frame["question"])
        frame = frame.assign(state=in_words("commitment.state", frame["state"]), question=asked)
        return table(
            "commitment", sentence("commitment.table", open=count(len(OPEN))), frame, headings("commitment", frame)
        )

    def _said(self) -> list[str]:
        """Return each event in words, with what is to be kept in mind of those of low confidence or not read."""
        said = in_words("commitment.event", self.frame["event"])
        return [
            f"{text} ({note})" if level == "low" or key in _NOT_READ else text
            for text, note, level, key in zip(
                said, self._notes(), self.frame["confidence"], self.frame["event"], strict=True
            )
        ]

    def _notes(self) -> list[str]:
        notes = []
        for row in self.frame.to_dict("records"):
            own = [word(f"commitment.caveat.{row['caveat']}")] if isinstance(row["caveat"], str) else []
            own += notes_on({"source_kind": row["source_kind"]})
            if isinstance(row["confidence"], str):
                own.append(word("ogp.confidence_of") + " " + word(f"ogp.confidence.{row['confidence']}"))
            notes.append("; ".join(own) or "not_written")
        return notes

    def events(self) -> Table:
        """Return what the timeline shows: each event with its date and what is to be kept in mind of it.

        Examples
        --------
        >>> len(ogp.surveillance.commitment().events().frame)
        6
        """
        rows, caption = self.frame, sentence("commitment.events", n=count(len(self.frame)))
        pages = [source(row.source_urls.split(" | "), row=row.row) for row in rows.itertuples()]
        said, shown = in_words("commitment.event", rows["event"]), "event date caveat source"
        return listed("events", "commitment", caption, rows, shown, event=said, caveat=self._notes(), source=pages)

    def requests(self) -> Table:
        """Return, for each documented contract, what a request for information would ask for, and of whom.

        Examples
        --------
        >>> len(ogp.surveillance.commitment().requests().frame)
        11
        """
        own = self.contracts.sort_values(["signed", "fact"])
        # Nobody is asked in the name of a buyer on whom sources differ.
        differ, own = own["buyer"].isna().sum(), own[own["buyer"].notna()]
        known = pd.DataFrame({name: own[name].notna() for name in _ASKED[1:-1]})
        known.insert(0, _ASKED[0], own["signed_precision"] == "day")
        known[_ASKED[-1]] = own["object_status"] == "official_wording"
        missing = [", ".join(in_words("purchases.gap", known.columns[~row])) for row in known.to_numpy()]
        level = own["level"].mask(own["buyer"].isin(_AUTONOMOUS), "autonomous")
        return listed(
            "requests",
            "commitment",
            sentence("commitment.requests", n=count(len(own)), differ=count(differ)),
            own,
            "fact buyer signed missing reservation ask",
            buyer=own["buyer_name"],
            missing=missing,
            reservation=word("commitment.reservation"),
            ask=in_words("commitment.ask", level),
        )

    def counts(self) -> Table:
        """Return the reported counts of interception and geolocation, each in its unit; no line joins them.

        Examples
        --------
        >>> len(ogp.surveillance.commitment().counts().frame)
        20
        """
        rows, low = self.statistics, (self.statistics["confidence"] == "low").sum()
        return listed(
            "reported_counts",
            "commitment",
            sentence("commitment.counts", n=count(len(rows)), low=count(low)),
            rows,
            "body measure period value confidence caveat source",
            **{name: in_words(f"commitment.{name}", rows[name]) for name in ("body", "measure", "confidence")},
            period=rows["period_text"],
            value=[_value(row) for row in rows.to_dict("records")],
            caveat=in_words("commitment.caveat", rows["caveat"], "not_written"),
            source=sources(rows, "mexico_interception_statistics", "statistic", lambda row: _publisher(row["caveat"])),
        )


def _value(row: dict) -> str:
    """Return a reported count or share with its unit; a share keeps its two decimals, a count has none."""
    value, case = Number(row["value"], "ratio", 2 if row["unit"] == "percent" else 0), "exact"
    if row["at_least"]:
        case = "more_than"
    return sentence("commitment.value", case=case, value=value, unit=word(f"commitment.unit.{row['unit']}")).plain()


def _publisher(caveat: object) -> str:
    """Return who published what no page that may be linked says: of an unsigned page, that it is one."""
    return word("others.list.unsigned_page") if isinstance(caveat, str) and "unsigned" in caveat else ""


def by_level(contracts: pd.DataFrame) -> dict[str, Number | str]:
    """Return how many contracts there are, of the federal government and of states, and the names of the states."""
    federal = int((contracts["level"] == "federal").sum())
    states = contracts.loc[contracts["level"] == "state", "state"]
    return {
        "signed": count(len(contracts)),
        "federal": count(federal),
        "of_states": count(len(contracts) - federal),
        "states": ", ".join(dict.fromkeys(states)) or word("commitment.glance.no_state"),
    }


def commitment(edition: str = "embedded") -> CommitmentRecord:
    """Return the record of Mexico's OGP commitment on controls over interception: commitment 7 of its fourth plan.

    Parameters
    ----------
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    CommitmentRecord
        Its dated steps in ``.frame``.

    Raises
    ------
    UnknownName
        If the edition does not hold them.

    Examples
    --------
    >>> record = ogp.surveillance.commitment()
    >>> [str(day.date()) for day in record.term], len(record.during)
    (['2019-12-10', '2022-04-30'], 2)
    """
    timeline = hand_out.load("mexico_surveillance_timeline", "events", edition).set_index("event")
    status = hand_out.load("ogp_status_events", "events", edition)
    status = status[status["iso3"] == "MEX"]
    own = timeline.loc[list(_TIMELINE)]
    # An address that the timeline shortens stands whole beside the same event of OGP's record.
    cut = own["caveat"] == "address_shortened"
    for key, start in own.loc[cut, "source_urls"].items():
        whole = status.loc[[address.startswith(start) for address in status["source_url"]], "source_url"]
        if len(whole):
            own.loc[key, ["source_urls", "caveat"]] = whole.iloc[0], None
    own.loc[list(_NOT_READ), "caveat"] = "judgment_not_read"
    status = status[status["event_code"].isin(_OGP)]
    rows = [
        (
            row.Index,
            row.date,
            "ogp" if row.category == "ogp" else "law",
            row.caveat,
            None,
            None,
            row.source_urls,
            f"mexico_surveillance_timeline ({row.Index})",
        )
        for row in own.itertuples()
    ]
    rows += [
        (
            row.event_code,
            row.date_text,
            "ogp",
            None,
            row.source_kind,
            row.confidence,
            row.source_url,
            f"ogp_status_events (MEX, {row.event_code}, {row.date_text})",
        )
        for row in status.itertuples()
    ]
    names = ["event", "date", "kind", "caveat", "source_kind", "confidence", "source_urls", "row"]
    frame = pd.DataFrame(rows, columns=names).sort_values("date", ignore_index=True)
    return CommitmentRecord(
        frame,
        hand_out.load("ogp_mexico_plan4", "facts", edition),
        hand_out.load("mexico_interception_statistics", "counts", edition),
        contracts(edition),
    )
