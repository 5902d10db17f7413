"""Names of dated events, so that no title gives a date alone, and episodes of regime transformation.

References
----------
Maerz, Edgell, Wilson, Hellmeier and Lindberg (2024), Episodes of Regime Transformation, Journal of Peace Research
61(6); data version 15.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.base.words.sentence import as_date
from ogp_analysis.data.store import hand_out


@dataclass(frozen=True)
class Event:
    """Something that happened in a country on a day.

    Attributes
    ----------
    iso3 : str
    date : datetime.date
    """

    iso3: str
    date: dt.date

    @property
    def year(self) -> int:
        """The year in which it happened."""
        return self.date.year

    @property
    def in_text(self) -> str:
        """What the list in ``words/events_*.toml`` calls it within a sentence, in the language in force."""
        return entry("events.of").get(f"{self.iso3}_{self.date.isoformat()}") or word("events.unnamed")


def event(place: str, date: str | None, last_year: int | None = None) -> Event | None:
    """Return what happened in a country on a day; None if no day is given.

    Parameters
    ----------
    place : str
        Any usual name or code.
    date : str or None
        YYYY-MM-DD.
    last_year : int, optional
        Last year with a value of the country: the day must lie in an earlier one.

    Returns
    -------
    Event or None
        Its day and, in either language, its name.

    Raises
    ------
    MessageError
        If the text is not a date.
    ParameterError
        If no year with a value follows.

    Examples
    --------
    >>> ogp.civic_space.event("Mexico", "2017-06-19").in_text
    'the report “Gobierno Espía”'
    """
    if date is None:
        return None
    known, day = country(place), as_date(date)
    if last_year and day.year >= last_year:
        what = f"no year after that of {date} has a value; the last one shown of {known.name_en} is of {last_year}"
        raise ParameterError("event_date", what, "Choose an earlier date, or later years")
    return Event(known.iso3, day)


COLUMNS = ["direction", "start", "end", "outcome"]
_COLUMNS = ["iso3", "unit_kind", "year",
            *(f"{direction}_ep{end}" for direction in ("dem", "aut")
              for end in ("", "_start_year", "_end_year", "_outcome_agg"))]  # fmt: skip
_OUTCOMES = {
    "dem": {1: "transition", 2: "no_transition", 3: "deepened", 4: "open"},
    "aut": {1: "breakdown", 2: "no_breakdown", 3: "regressed", 4: "open"},
}


def regime_episodes(iso3: str, first_year: int, last_year: int, edition: str = "embedded") -> pd.DataFrame | None:
    """Return the episodes of a country that touch some years, or None if the edition does not hold them.

    Parameters
    ----------
    iso3 : str
        Any usual name or code of the country.
    first_year, last_year : int
        The years.
    edition : str
        As in ``ogp.load``.

    Returns
    -------
    pandas.DataFrame
        One row per episode, by start: ``direction`` ("dem", "aut"), ``start`` and ``end`` (years; of an open episode
        the last year of data), ``outcome`` (a code; "open" if it had not ended with the data). Episodes rest on the
        point estimate of electoral democracy, whose bounds are not looked at.

    Examples
    --------
    >>> ogp.civic_space.regime_episodes("MEX", 2000, 2023)[["direction", "start", "end"]].to_numpy().tolist()
    [['dem', 1988, 2004], ['aut', 2020, 2024]]
    """
    if not hand_out.has("ert", "country_year", edition):
        return None
    frame = hand_out.load("ert", "country_year", edition, _COLUMNS)
    own = frame[frame["iso3"] == country(iso3).iso3]
    own = own[own["unit_kind"] != "part_of_country"]
    parts = []
    for direction in _OUTCOMES:
        rows = own[own[f"{direction}_ep"].fillna(False).astype(bool)].sort_values("year")
        once = rows.drop_duplicates(f"{direction}_ep_start_year")
        columns = {
            "direction": direction,
            "start": once[f"{direction}_ep_start_year"].astype("int64"),
            "end": once[f"{direction}_ep_end_year"].astype("int64"),
            "outcome": once[f"{direction}_ep_outcome_agg"].map(_OUTCOMES[direction]),
        }
        parts.append(pd.DataFrame(columns, columns=COLUMNS))
    found = pd.concat(parts, ignore_index=True).sort_values(["start", "direction"], ignore_index=True)
    return found[(found["start"] <= last_year) & (found["end"] >= first_year)].reset_index(drop=True)
