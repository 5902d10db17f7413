"""Questions about OGP membership: who is in which status when, since when, and under which action plan.

Pure functions on the clean tables of ``ogp_membership`` and ``ogp_action_plans``. Two concepts of joining are kept
apart: ``letter``, the letter of intent, which OGP's "Member Since" counts (for the founders the launch), and
``formal``, the formal entry, which for the 38 countries of the second cohort is April 2012. The spells go by the
letter. Whoever ever joined is an ever-member for good: leaving does not make a country a never-member.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ParameterError, UnknownName, listed

CONCEPTS = ("letter", "formal")
#: Statuses of a country and day. The first two are of countries that are not, or not yet, in a spell.
STATUSES = ("never_member", "not_yet_member", "participating", "inactive", "suspended", "left")

#: OGP plans run two years unless they say otherwise; used where no end is known.
_USUAL_TERM = 2


@dataclass(frozen=True)
class Status:
    """The status of one country on one day.

    Attributes
    ----------
    iso3 : str
        Country, ISO 3166-1 alpha-3.
    status : str
        One of :data:`STATUSES`.
    since : datetime.date or None
        First day of the spell; None before joining. Known to the month or year only where the spell says so.
    confidence : str or None
        How sure the start of the spell is; before joining, of the joining.
    verified_to : str or None
        Date of the newest evidence for the country's present status (year, month or day): print it beside any
        present status.
    exit_reported : str or None
        Date of an unconfirmed report, on or before the day asked for, that the country is no longer a member.
    note : str or None
        What the record notes beside the status on that day, such as ``"under_review"`` (see :func:`note_on`): a
        member under review is not merely participating.
    plan : PlanInForce or None
        Its action plan on that day (see :func:`plan_in_force`); None where none was seen, or not asked for.
    """

    iso3: str
    status: str
    since: datetime.date | None = None
    confidence: str | None = None
    verified_to: str | None = None
    exit_reported: str | None = None
    note: str | None = None
    plan: PlanInForce | None = None


@dataclass(frozen=True)
class PlanInForce:
    """The action plan of a country or locality on one day.

    Attributes
    ----------
    unit : str
        Country (alpha-3) or locality (four letters).
    number : int
        Number of the plan within its unit.
    plan_id : str or None
        OGP's identifier, where known.
    first_year, last_year : int
        Year of submission and last year of the term.
    end_assumed : bool
        Whether no end is known and the usual term of two years is taken.
    """

    unit: str
    number: int
    plan_id: str | None
    first_year: int
    last_year: int
    end_assumed: bool


def status_on(spells: pd.DataFrame, iso3: str, date: datetime.date | str) -> Status:
    """Return the status of a country on a day, without a note, which stands in other tables: see :func:`note_on`.

    Parameters
    ----------
    spells : pandas.DataFrame
        The ``spells`` of ``ogp_membership``.
    iso3 : str
        Country, ISO 3166-1 alpha-3. A country without a spell has never been a member.
    date : datetime.date or str
        A day; as text ``YYYY-MM-DD``.

    Raises
    ------
    UnknownName
        If `iso3` is not three capital letters.
    ParameterError
        If `date` is not a day.
    """
    day, own = _day(date), spells[spells["iso3"] == _country(iso3)].sort_values("start")
    if own.empty:
        return Status(iso3, "never_member")
    held = own[(own["start"] <= day) & ~(own["end"] <= day)]
    if held.empty:
        return Status(iso3, "not_yet_member", None, *_texts(own.iloc[0], "confidence", "verified_to"))
    spell = held.iloc[-1]
    confidence, verified_to, reported = _texts(spell, "confidence", "verified_to", "exit_reported")
    return Status(
        iso3,
        spell["status"],
        spell["start"].date(),
        confidence,
        verified_to,
        reported if reported and pd.Timestamp(reported) <= day else None,
    )


def note_on(
    countries: pd.DataFrame, spells: pd.DataFrame, events: pd.DataFrame, iso3: str, date: datetime.date | str
) -> str | None:
    """Return what the record notes beside a country's status on a day; None if nothing is noted of that day.

    The note is of the country's last known status. It holds from the first event of its kind in that spell on; where
    no such event is dated, from the date to which the status is verified.

    Parameters
    ----------
    countries, spells : pandas.DataFrame
        Tables of ``ogp_membership``.
    events : pandas.DataFrame
        The ``events`` of ``ogp_status_events``.
    iso3 : str
        Country, ISO 3166-1 alpha-3.
    date : datetime.date or str
        A day; as text ``YYYY-MM-DD``.

    Raises
    ------
    UnknownName
        If `iso3` is not three capital letters.
    ParameterError
        If `date` is not a day.
    """
    day, facts = _day(date), countries[countries["iso3"] == _country(iso3)]
    note = facts["status_note"].iloc[0] if len(facts) else None
    if pd.isna(note) or note == "member":
        return None
    start = spells.loc[spells["iso3"] == iso3, "start"].max()
    dates = events.loc[(events["iso3"] == iso3) & (events["event_code"] == note) & (events["date"] >= start), "date"]
    since = dates.min() if len(dates) else pd.Period(facts["status_verified_to"].iloc[0]).start_time
    return note if day >= max(since, start) else None


def ever_member(countries: pd.DataFrame) -> frozenset[str]:
    """Return every country that is or ever was a national member, whatever came of it."""
    return frozenset(countries["iso3"])


def country_year_status(
    countries: pd.DataFrame,
    spells: pd.DataFrame,
    first_year: int,
    last_year: int,
    concept: str = "letter",
    others: Iterable[str] = (),
) -> pd.DataFrame:
    """Return the status of each country in each year; one row per country and year.

    Parameters
    ----------
    countries, spells : pandas.DataFrame
        Tables of ``ogp_membership``.
    first_year, last_year : int
        Both included.
    concept : str
        The concept of joining that ``ogp_years`` and ``ogp_cohort`` go by. The status goes by the spells, hence by
        the letter.
    others : iterable of str
        Further countries; those that are not ever-members get ``never_member``.

    Returns
    -------
    pandas.DataFrame
        Sorted by ``iso3, year``, with ``ogp_status`` (one of :data:`STATUSES`, as it stands on 31 December, so that a
        status of some months within the year does not show), ``ogp_status_verified`` (whether there is evidence of
        that year or later for it, or the country had left for certain), ``ogp_ever`` (ever-member, the same in all
        years), ``ogp_years`` (years since joining, negative before; they count on after an exit) and ``ogp_cohort``
        (see :func:`cohort`).

    Raises
    ------
    ParameterError
        If the years are the wrong way round or the concept is unknown.
    UnknownName
        If one of `others` is not three capital letters.
    """
    if first_year > last_year:
        raise ParameterError("first_year", f"{first_year} is after last_year, {last_year}", "Swap them")
    members = ever_member(countries)
    grid = pd.MultiIndex.from_product(
        [sorted(members | {_country(iso3) for iso3 in others}), range(first_year, last_year + 1)],
        names=["iso3", "year"],
    ).to_frame(index=False)
    facts = grid[["iso3"]].merge(countries, on="iso3", how="left", validate="many_to_one")
    days = grid.assign(
        day=pd.to_datetime(grid["year"].astype("str") + "-12-31", format="%Y-%m-%d").astype("datetime64[us]"),
        place=grid.index,
    ).sort_values("day", kind="stable")
    starts = spells[["iso3", "start", "status"]].sort_values("start", kind="stable")
    # The spells of a country leave no gap, so the last one begun by a day is the one it lies in.
    found = pd.merge_asof(days, starts, left_on="day", right_on="start", by="iso3").set_index("place")["status"]
    status = found.reindex(grid.index)
    before = pd.Series("not_yet_member", index=grid.index).where(grid["iso3"].isin(members), "never_member")
    frame = grid.assign(ogp_status=status.fillna(before))
    evidence = facts["status_verified_to"].str[:4].astype("Int64") >= frame["year"]
    gone = (facts["left"].str[:4].astype("Int64") <= frame["year"]) & (facts["exit_confidence"] != "unconfirmed")
    # Of a never-member there is no evidence but its absence from the table.
    frame["ogp_status_verified"] = (
        (evidence.fillna(False) | gone.fillna(False)).astype("boolean").mask(facts["country"].isna())
    )
    frame["ogp_ever"] = frame["iso3"].isin(members)
    joined = facts[_year_column(concept)].astype("Int64")
    return frame.assign(ogp_years=frame["year"] - joined, ogp_cohort=joined)


def plan_in_force(plans: pd.DataFrame, unit: str, date: datetime.date | str) -> PlanInForce | None:
    """Return the action plan of a country or locality in the year of `date`, the latest if terms overlap.

    Known to the year only: a plan counts from the first day of its year of submission to the last day of its last
    year. None means that no such plan is in the table, which does not hold all plans.

    Parameters
    ----------
    plans : pandas.DataFrame
        The ``plans`` of ``ogp_action_plans``.
    unit : str
        Country (alpha-3) or locality (four letters).
    date : datetime.date or str
        A day; as text ``YYYY-MM-DD``.
    """
    year, own = _day(date).year, plans[plans["unit"] == unit]
    last = own["end_year"].fillna(own["year_of_submission"] + _USUAL_TERM)
    held = own.assign(last=last)[(own["year_of_submission"] <= year) & (last >= year)]
    if held.empty:
        return None
    plan = held.sort_values(["year_of_submission", "plan_number"]).iloc[-1]
    return PlanInForce(
        unit,
        int(plan["plan_number"]),
        *_texts(plan, "plan_id"),
        int(plan["year_of_submission"]),
        int(plan["last"]),
        bool(pd.isna(plan["end_year"])),
    )


def _year_column(concept: str) -> str:
    if concept not in CONCEPTS:
        raise ParameterError("concept", f"{concept!r} is not a concept of joining", "Use " + " or ".join(CONCEPTS))
    return f"joined_{concept}_year"


def _country(iso3: str) -> str:
    if not re.fullmatch("[A-Z]{3}", str(iso3)):
        raise UnknownName(
            f"country {iso3!r}",
            "is not an ISO 3166-1 alpha-3 code",
            f"Write three capital letters, like {listed(['MEX'])}",
        )
    return iso3


def _day(date: datetime.date | str) -> pd.Timestamp:
    written = re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) if isinstance(date, str) else isinstance(date, datetime.date)
    if not written or pd.isna(date):
        raise ParameterError("date", f"{date!r} is not a day", "Write it as YYYY-MM-DD")
    try:
        return pd.Timestamp(date).normalize()
    except (ValueError, TypeError) as error:
        raise ParameterError("date", f"{date!r} is not a day ({error})", "Write it as YYYY-MM-DD") from error


def _texts(row: pd.Series, *names: str) -> list[str | None]:
    return [None if pd.isna(row[name]) else str(row[name]) for name in names]
