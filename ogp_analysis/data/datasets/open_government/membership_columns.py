"""One-column rules of the membership table: codes and dates read out of its notes."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.coding import Rule, coded
from ogp_analysis.data.cleaning.country_year import refuse

#: Launch of the partnership by its eight founders, in New York.
LAUNCH = "2011-09-20"

_DATE = f"({coding.WRITTEN})"
#: Ways in which the notes date a letter of intent, or OGP's own "Member Since" more finely than to the year.
_LETTERS = (
    rf"\bletter (?:of intent |dated |announced |\(note verbale\) |end of )?{_DATE}",
    rf"{_DATE} letter of intent",
    rf"(?:Member Since|Joined) \d{{4}} \((?:signed on |IRM: )?{_DATE}\)",
)
#: Ways in which the notes date the formal entry, with the code of what that rests on.
_FORMAL = (
    ("cohort_list", rf"\bformally joined {_DATE}"),
    ("government", rf"\bformal (?:entry|accession) {_DATE}"),
    ("government", rf"\bmembership confirmed {_DATE}"),
    ("government", rf"\bconfirmed at [A-Z]\w+ summit, {_DATE}"),
    ("government", r"\bgovernment[^;]*: joined (\d{4}-\d{2}-\d{2})"),
    ("steering_committee", rf"\bwelcomed by Steering Committee {_DATE}"),
    ("action_plan_cohort", rf"\bcohort (?:of )?{_DATE}"),
    ("action_plan_cohort", rf"\bin the {_DATE} cohort"),
)
FORMAL_BASES = ("launch", *dict.fromkeys(code for code, _ in _FORMAL))
COHORTS = ("founders_2011", "april_2012", "april_2013")
CONFIDENCES = ("high", "medium", "low", "not_verified", "unconfirmed")

#: The participation panel is cited by its title in the table; this is its address.
_PANEL = (
    "OGP Report data (2019) country-year panel",
    "https://docs.google.com/spreadsheets/d/10NlwZZSGaJnRRZf0OD5ZsAmjYFDAhhUxXd88fMi32qY",
)


def joined_letter(chunk: pd.DataFrame, basis: pd.Series) -> pd.Series:
    """Return the date of the letter of intent, or of the launch for a founder, as finely as it is known.

    The year is that of ``joined``, OGP's "Member Since". A finer date in the notes is taken only if it lies in
    that year: earlier letters that were not followed up and slips of other pages do not move the year.
    """
    dates = []
    for year, note, founder in zip(chunk["joined"], _notes(chunk), basis == "founder", strict=True):
        if founder:
            dates.append(LAUNCH)
            continue
        found = [coding.from_prose(text) for pattern in _LETTERS for text in re.findall(pattern, note)]
        of_year = (date for date in found if year and date.startswith(year))
        # The longest text is the finest date; the alphabet decides between equals, so that order does not.
        dates.append(min(of_year, key=lambda date: (-len(date), date), default=year))
    return pd.Series(dates, index=chunk.index)


def joined_formal(chunk: pd.DataFrame, basis: pd.Series) -> pd.DataFrame:
    """Return ``date`` and ``basis`` of the formal entry; blank where no source tells it apart from the letter."""
    rows = []
    for note, founder in zip(_notes(chunk), basis == "founder", strict=True):
        told = ((coding.from_prose(found[1]), code) for code, pattern in _FORMAL if (found := re.search(pattern, note)))
        rows.append((LAUNCH, "launch") if founder else next(told, ("", "")))
    return pd.DataFrame(rows, index=chunk.index, columns=["date", "basis"])


def entry_cohort(formal: pd.DataFrame) -> pd.Series:
    """Return the cohort in which OGP counts the country, where a source names one."""
    cohort = pd.Series("", index=formal.index).mask(formal["basis"] == "launch", COHORTS[0])
    cohort = cohort.mask(formal["basis"] == "cohort_list", COHORTS[1])
    return cohort.mask((formal["basis"] == "action_plan_cohort") & (formal["date"] == "2013-04"), COHORTS[2])


def joined_window(chunk: pd.DataFrame) -> pd.DataFrame:
    """Return ``earliest`` and ``latest`` possible date of joining where only a window is known, else blank."""
    bounds = chunk["joined_basis"].str.extract(r"\bbetween (\d{4}[-\d]*).*? and (\d{4}[-\d]*)").fillna("")
    return bounds.set_axis(["earliest", "latest"], axis=1)


def confidence(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return the grade that a note on confidence begins with; blank stays blank.

    Raises
    ------
    CleaningError
        If a note begins with no known grade.
    """
    grade = chunk[column].str.extract(r"^(high|medium|low|not verified)(?: \(.*\))?$", expand=False)
    _known(chunk, column, grade.notna() | (chunk[column] == ""), "begin with no known grade")
    return grade.str.replace(" ", "_").fillna("")


def latest_plan(chunk: pd.DataFrame) -> pd.DataFrame:
    """Return ``number``, ``start`` and ``end`` (years) of the latest action plan seen, blank if none was seen.

    Raises
    ------
    CleaningError
        If a note is neither of the usual form nor one of the known others.
    """
    notes = chunk["current_plan"]
    usual = notes.str.extract(r"^(?P<start>\d{4})-(?P<end>\d{4}) \(AP(?P<number>\d+)[),;].*$")
    # One plan is known by its ordinal and year alone.
    ordinal = notes.str.extract(r"^(?P<ordinal>fifth) plan, (?P<start>\d{4}) \(dates not seen\)$")
    usual["start"] = usual["start"].fillna(ordinal["start"])
    usual["number"] = usual["number"].fillna(ordinal["ordinal"].map({"fifth": "5"}))
    _known(
        chunk,
        "current_plan",
        usual["start"].notna() | notes.isin(["", "none seen"]) | notes.str.startswith("none after "),
        "are not a plan that a rule reads",
    )
    return usual[["number", "start", "end"]].fillna("")


def links(chunk: pd.DataFrame) -> pd.Series:
    """Return the addresses of the sources joined by `` | ``, each once, the panel's citation as its address.

    Raises
    ------
    CleaningError
        If a source has no address.
    """
    parts = chunk["source"].str.split(" | ", regex=False)
    parts = parts.map(lambda texts: [_PANEL[1] if text.startswith(_PANEL[0]) else text.strip() for text in texts])
    _known(chunk, "source", parts.map(lambda texts: all(t.startswith("http") for t in texts)), "have no address")
    return parts.map(lambda texts: " | ".join(dict.fromkeys(texts)))


def page_links(sources: pd.Series) -> pd.Series:
    """Return the first address of each list that is a page on the country, not the panel of all."""
    return sources.str.split(" | ", regex=False).map(lambda texts: next((t for t in texts if t != _PANEL[1]), texts[0]))


def _notes(chunk: pd.DataFrame) -> pd.Series:
    return chunk["joined_basis"] + "; " + chunk["cross_check"] + "; " + chunk["status_events"]


def _known(chunk: pd.DataFrame, column: str, known: pd.Series, what: str) -> None:
    if not known.all():
        refuse(chunk, column, ~known, f"values that {what}", "Correct the value")


# Membership as spells: from joining on, each day of a country lies in exactly one of them.

(SPELLS,) = schemas(
    toml(__file__, "spells.toml")["table"],
    precisions=coding.PRECISIONS,
    confidences=CONFIDENCES,
    source_kinds=addresses.KINDS,
)
STATUSES = SPELLS["status"].categories

_STEP = ["iso3", "status", "date", "bound", "basis", "confidence", "source_url"]


def spells(countries: pd.DataFrame, changes: list[dict], exits: dict[str, dict]) -> pd.DataFrame:
    """Return the spells of all countries.

    Parameters
    ----------
    countries : pandas.DataFrame
        Columns of the clean countries table, as text.
    changes : list of dict
        Dated changes of status between joining and exit.
    exits : dict
        Bound and source of the exits, by iso3.

    Raises
    ------
    CleaningError
        If a country is repeated, an exit has no source, or the spells of a country are out of order.
    """
    if again := countries.loc[countries["iso3"].duplicated(), "iso3"].tolist():
        raise CleaningError(
            "membership_facts.csv", f"{len(again)} countries are listed twice, {listed(again)}", "Keep one row"
        )
    steps = steps_of_status(countries, changes, exits)
    # A change is of the first day that its date allows, or of the last where the date is a bound.
    day = coding.first_day(steps["date"]).mask(steps["bound"] == "by", coding.last_day(steps["date"]))
    frame = (
        steps.rename(columns={"date": "start_text", "bound": "start_bound"})
        .assign(start=day.clip(lower=pd.Timestamp(LAUNCH)), start_precision=coding.precision(steps["date"]))
        .sort_values(["iso3", "start"], kind="stable", ignore_index=True)
    )
    by_country = frame.groupby("iso3")
    frame["spell"] = by_country.cumcount() + 1
    for column in ("start", "start_precision", "start_bound"):
        frame[column.replace("start", "end")] = by_country[column].shift(-1)
    frame["verified_to"] = frame["iso3"].map(countries.set_index("iso3")["status_verified_to"])
    # An exit that is reported but not confirmed ends no spell.
    reported = countries[(countries["left"] != "") & (countries["exit_confidence"] == "unconfirmed")]
    frame["exit_reported"] = frame["iso3"].map(reported.set_index("iso3")["left"]).where(frame["end"].isna())
    frame["source_kind"] = frame["source_url"].map(addresses.kind)
    backwards = frame[frame["end"] <= frame["start"]]
    repeated = frame[(frame["iso3"] == frame["iso3"].shift()) & (frame["status"] == frame["status"].shift())]
    if odd := sorted({*backwards["iso3"], *repeated["iso3"]}):
        raise CleaningError(
            "spells",
            f"{len(odd)} countries have two changes on one day, or the same status twice running, {listed(odd)}",
            "Correct the changes in membership.toml",
        )
    return frame[SPELLS.names]


def steps_of_status(countries: pd.DataFrame, changes: list[dict], exits: dict[str, dict]) -> pd.DataFrame:
    """Return every step into a status: joining, the dated changes, and exits that are confirmed.

    Parameters
    ----------
    countries, changes, exits
        As for :func:`spells`.

    Returns
    -------
    pandas.DataFrame
        One row per step: ``iso3, status, date, bound, basis, confidence, source_url``, as text.

    Raises
    ------
    CleaningError
        If an exit has no source.
    """
    # Without a date of the letter, a country had joined by the end of its window.
    window = countries["joined_letter"] == ""
    joining = {
        "iso3": countries["iso3"],
        "status": "participating",
        "date": countries["joined_letter"].mask(window, countries["joined_latest"]),
        "bound": pd.Series("on", index=countries.index).mask(window, "by"),
        "basis": "joining",
        "confidence": countries["joined_confidence"],
        "source_url": page_links(countries["sources"]),
    }
    changed = pd.DataFrame(changes, columns=[*_STEP[:-1], "source"]).rename(columns={"source": "source_url"})
    changed = changed[changed["iso3"].isin(countries["iso3"])]
    left = countries[(countries["left"] != "") & (countries["exit_confidence"] != "unconfirmed")]
    if unknown := sorted(set(left["iso3"]) - set(exits)):
        raise CleaningError(
            "membership.toml, exits",
            f"{len(unknown)} exits have no source, {listed(unknown)}",
            "Add the country with bound and source",
        )
    leaving = {
        "iso3": left["iso3"],
        "status": pd.Series("left", index=left.index).mask(left["exit_kind"] == "suspended_for_good", "suspended"),
        "date": left["left"],
        "bound": left["iso3"].map(lambda iso3: exits[iso3]["bound"]),
        "basis": "exit",
        "confidence": left["exit_confidence"],
        "source_url": left["iso3"].map(lambda iso3: exits[iso3]["source"]),
    }
    parts = [pd.DataFrame(joining, columns=_STEP), changed[_STEP], pd.DataFrame(leaving, columns=_STEP)]
    return pd.concat(parts, ignore_index=True)


# OGP's codes of its members: three letters for a country, four for a locality.

LEVELS = ("national", "local")
#: A country is three letters; a locality is the alpha-2 code of its country and two letters more.
_RULES = (Rule("national", "[A-Z]{3}"), Rule("local", "[A-Z]{4}"))


def level(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return ``national`` or ``local`` for each code of a member.

    Raises
    ------
    CleaningError
        If a code has neither three nor four letters.
    """
    return coded(chunk, column, _RULES, "data/datasets/open_government/membership_columns.py")


def country_of(codes: pd.Series) -> pd.Series:
    """Return the country of each code: of a country itself, of a locality the country that it lies in.

    Raises
    ------
    UnknownName
        If the letters are not a code of a country, nor the first two of a locality.
    """
    return codes.map({code: country(code if len(code) == 3 else code[:2]).iso3 for code in codes.unique()})
