"""One-column rules of the membership table: codes and dates read out of its notes."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.country_year import refuse

#: Launch of the partnership by its eight founders, in New York.
LAUNCH = "2011-09-20"

_DATE = f"({partial_dates.WRITTEN})"
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
        found = [partial_dates.from_prose(text) for pattern in _LETTERS for text in re.findall(pattern, note)]
        of_year = (date for date in found if year and date.startswith(year))
        # The longest text is the finest date; the alphabet decides between equals, so that order does not.
        dates.append(min(of_year, key=lambda date: (-len(date), date), default=year))
    return pd.Series(dates, index=chunk.index)


def joined_formal(chunk: pd.DataFrame, basis: pd.Series) -> pd.DataFrame:
    """Return ``date`` and ``basis`` of the formal entry; blank where no source tells it apart from the letter."""
    rows = []
    for note, founder in zip(_notes(chunk), basis == "founder", strict=True):
        told = ((partial_dates.from_prose(found[1]), code) for code, pattern in _FORMAL
                if (found := re.search(pattern, note)))  # fmt: skip
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
        refuse(chunk, column, ~known, f"values that {what}", "Correct the value, or add a named rule to the cleaner")
