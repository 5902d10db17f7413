"""A country's history in OGP: standing, spells and dated events, with how far each is verified."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words.catalogue import language, word
from ogp_analysis.base.words.numbers import partial_day
from ogp_analysis.open_government import membership
from ogp_analysis.store import hand_out


@dataclass(frozen=True)
class Timeline:
    """A country's history in OGP.

    Attributes
    ----------
    iso3 : str
    facts : dict
        Row of the membership table; empty if the country never joined.
    spells : pandas.DataFrame
        ``start, end, status``, from joining on.
    events : pandas.DataFrame
        ``number, date, date_text, event_code, plan_number, confidence, source_url``, by date.
    """

    iso3: str
    facts: dict
    spells: pd.DataFrame
    events: pd.DataFrame

    @property
    def ever(self) -> bool:
        """Whether the country ever joined."""
        return bool(self.facts)

    @property
    def status(self) -> str:
        """Its last known status, a code of :data:`.membership.STATUSES`. See :attr:`standing`."""
        return self.spells["status"].iloc[-1] if self.ever else "never_member"

    @property
    def note(self) -> str | None:
        """What the record notes beside a present membership, such as ``"under_review"``; None if nothing is noted."""
        noted = self.facts.get("status_note")
        return noted if isinstance(noted, str) and noted != "member" else None

    @property
    def standing(self) -> str:
        """Status with its note, in the language in force: a member under review is not merely participating."""
        known = word(f"ogp.status.{self.status}")
        return known if self.note is None else f"{known}; {word(f'ogp.status_note.{self.note}')}"

    @property
    def verified_until(self) -> pd.Timestamp | None:
        """Last day for which its standing is known; None if it is known for good: it never joined, or has left."""
        if not self.ever or (isinstance(self.facts["left"], str) and self.facts["exit_confidence"] != "unconfirmed"):
            return None
        return pd.Period(self.facts["status_verified_to"]).end_time.normalize()

    @property
    def case(self) -> str:
        """Which sentence tells its standing.

        ``"founder"``, ``"member"``, ``"member_formal"`` (entry is dated too), ``"member_between"`` (only a span in
        which it joined is known) or ``"never"``.
        """
        if not self.ever:
            return "never"
        if self.facts["entry_cohort"] == "founders_2011":
            return "founder"
        if not isinstance(self.facts["joined_letter"], str):
            return "member_between"
        return "member_formal" if isinstance(self.facts["joined_formal"], str) else "member"

    @property
    def values(self) -> dict[str, str]:
        """What that sentence says, in the language in force."""
        if not self.ever:
            return {}
        dates = {
            "letter": "joined_letter", "formal": "joined_formal", "earliest": "joined_earliest",
            "latest": "joined_latest", "verified_to": "status_verified_to",
        }  # fmt: skip
        known = {name: self.facts[column] for name, column in dates.items() if isinstance(self.facts[column], str)}
        return {
            **{name: partial_day(date, language()) for name, date in known.items()},
            "confidence": word(f"ogp.confidence.{self.facts['joined_confidence']}"),
            "status": self.standing,
        }


def timeline(iso3: str, edition: str = "embedded") -> Timeline:
    """Return the history of a country in OGP, up to what is known today.

    Parameters
    ----------
    iso3 : str
        Alpha-3 code.
    edition : {"embedded", "full"}
        Which data are read.
    """
    countries = hand_out.load("ogp_membership", "countries", edition)
    spells = hand_out.load("ogp_membership", "spells", edition)
    events = hand_out.load("ogp_status_events", "events", edition)
    rows = countries[countries["iso3"] == iso3].to_dict("records")
    own = spells[spells["iso3"] == iso3].reset_index(drop=True)
    return Timeline(iso3, rows[0] if rows else {}, own, _numbered(events[events["iso3"] == iso3]))


def status(place: str, date: str, edition: str = "embedded") -> membership.Status:
    """Return the standing of a country in OGP on a day, with its note, its confidence and how far it is verified.

    Parameters
    ----------
    place : str
        Any usual name or code of a country.
    date : str
        YYYY-MM-DD.
    edition : {"embedded", "full"}
        Which data are read.

    Raises
    ------
    UnknownName
        If no country bears that name.
    ParameterError
        If the date is none.
    """
    iso3 = country(place).iso3
    countries, spells = (hand_out.load("ogp_membership", table, edition) for table in ("countries", "spells"))
    events = hand_out.load("ogp_status_events", "events", edition)
    note = membership.note_on(countries, spells, events, iso3, date)
    return replace(membership.status_on(spells, iso3, date), note=note)


def plan_in_force(place: str, date: str, edition: str = "embedded") -> membership.PlanInForce | None:
    """Return the action plan of a country on a day as far as plans were seen; None if none was seen.

    Parameters and errors are those of :func:`status`.
    """
    plans = hand_out.load("ogp_action_plans", "plans", edition)
    return membership.plan_in_force(plans, country(place).iso3, date)


def _numbered(events: pd.DataFrame) -> pd.DataFrame:
    ordered = events.sort_values(["date", "event_code"], kind="stable", ignore_index=True)
    columns = ["date", "date_text", "event_code", "plan_number", "confidence", "source_url"]
    return ordered[columns].assign(number=range(1, len(ordered) + 1))
