"""CIVICUS Monitor: the rating of civic space of 2017 and 2019-2025, and the score behind it from 2022.

Ratings are published; scores were not to 2021, and those here were transcribed by a third party. The year
2022 is a part of the world only and not comparable with the years after it.

References
----------
CIVICUS Monitor, Methodology Paper (2018): the base score takes in component E of Freedom in the World and the
World Press Freedom Index, so that agreement with them is not independent evidence. People Power Under Attack,
reports of 2020 and 2021, for the number of countries in each rating.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import FILE, Cleaned, changed, kept_but, set_aside
from ogp_analysis.data.datasets.civic_space.index_rows import UNIT_COLUMNS, corrected, named, one_row_each, placed

#: Ratings from the least free, and the last rounded score of each.
RATINGS = {"closed": 20, "repressed": 40, "obstructed": 60, "narrowed": 80, "open": 100}
NUMBERS = {rating: str(number) for number, rating in enumerate(RATINGS, 1)}
_OF_NUMBER = {number: rating for rating, number in NUMBERS.items()}
CODES = {"kosovo": "XKX", "SVT": "VCT", "HK": "HKG"}
NO_RATING = {"key": "None", "code": "6"}
#: Basis of each year of the table to 2021; of the other, 2020 is published, and what follows from 2022 transcribed.
_COMPILED_2019 = {"2019": "changes_undone", "2020": "published", "2021": "changes_applied"}
#: Years that cover a part of the world, made in another way than those after them.
NOT_COMPARABLE = ("2022",)
VALUES = ["rating", "rating_number", "score"]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one file into the table ``ratings``; one row per country or territory and year.

    Raises
    ------
    CleaningError
        If a rating, code or year is not one that a rule covers, or rating, number and score contradict
        one another.
    UnknownName
        If a country is not in the register.
    """
    written = source.layout or source.version
    if written == "2017":
        rating = _rating(chunk, "Rating")
        _agree(chunk, "Rating", rating == _rating(chunk, "CIVICUS Monitor Rating"))
        return Cleaned({"ratings": _rows(chunk, "Country", "2017", rating, "published", 0)}, kept_but(chunk))
    if written == "compiled-2019-2021":
        basis = known(chunk, "year", _COMPILED_2019).map(_COMPILED_2019)
        table = _rows(chunk, "iso3", chunk["year"], _rating(chunk, "rating"), basis, 1)
        return Cleaned({"ratings": table}, kept_but(chunk))
    if written == "compiled-2020-2025":
        years = [year for year in chunk["year"].unique() if re.fullmatch(r"20\d\d", year) and year >= "2022"]
        basis = known(chunk, "year", ("2020", *years)).map({"2020": "published"}).fillna("transcribed")
        rating, score = _rating(chunk, "rating"), number(chunk, "score")
        _agree(chunk, "rating_num", chunk["rating_num"] == rating.map(NUMBERS))
        _agree(chunk, "score", score.isna() | (rating == rating_of(score)))
        table = _rows(chunk, "country_name", chunk["year"], rating, basis, 2).assign(score=score)
        _agree(chunk, "iso3", (chunk["iso3"] == table["iso3"]) & (table["iso3"] != ""), but=chunk["iso3"] == "")
        return Cleaned({"ratings": table}, kept_but(chunk))
    # All others are maps, keyed by code, with a number for each colour; the year of one is that of its version.
    code, colour = ("code", "fill_key") if source.version == "2021-summit-map" else ("key", "fillKey")
    if not re.match(r"20\d\d", source.version):
        what = f"a map does not say its year, and neither does the version, {source.version!r}"
        raise CleaningError(str(chunk[FILE].iloc[0]), what, "Call the version by the year of its ratings")
    chunk, entries = corrected(chunk, "civicus_monitor")
    none = NO_RATING[code]
    colours = known(chunk, colour, (*_OF_NUMBER, none))
    if "rating" in chunk.columns:
        _agree(chunk, "rating", chunk["rating"] == colours.map(_OF_NUMBER).fillna(""))
    iso3 = chunk[code].replace(CODES)
    entries += [set_aside(chunk, colours == none, "not_rated", colour), changed(chunk, code, iso3, "civicus_code")]
    rated = chunk.assign(**{code: iso3})[colours != none]
    table = _rows(rated, code, source.version[:4], rated[colour].map(_OF_NUMBER), "published", 0)
    return Cleaned({"ratings": table}, kept_but(chunk, *entries))


def rating_of(score: pd.Series) -> pd.Series:
    """Return the rating of each score of 0 to 100, which is rounded first: 80.48 is narrowed, 80.5 open."""
    ends = [-1, *RATINGS.values()]
    return pd.cut((score + 0.5) // 1, ends, labels=list(RATINGS)).astype("str")


def _rating(chunk: pd.DataFrame, column: str) -> pd.Series:
    lower = chunk.assign(**{column: chunk[column].str.lower()})
    return known(lower, column, RATINGS)


def _rows(chunk: pd.DataFrame, name: str, year, rating: pd.Series, basis, priority: int) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            **named(chunk, name),
            "year": year,
            "rating": rating,
            "rating_number": rating.map(NUMBERS),
            "score": pd.Series(float("nan"), index=chunk.index),
            "basis": basis,
        }
    )
    derived = table["basis"].isin(["changes_applied", "changes_undone"])
    return placed(table.assign(derived=derived, comparable=~table["year"].isin(NOT_COMPARABLE)), chunk, priority)


def _agree(chunk: pd.DataFrame, column: str, right: pd.Series, but: pd.Series | bool = False) -> None:
    wrong = ~right & ~pd.Series(but, index=chunk.index)
    action = "Correct the source row, or decide in corrections.toml"
    refuse(chunk, column, wrong, "values contradict the rest of their row", action)


def finish(parts) -> Cleaned:
    """Merge the files: a unit and year that several give must be rated the same by all.

    Raises
    ------
    CleaningError
        If two files differ.
    """
    return one_row_each(concatenate(parts), "ratings", ["unit", "year"], VALUES)


(SCHEMA,) = schemas(toml(__file__, "civicus_monitor.toml"), UNIT_COLUMNS, rating=tuple(RATINGS))


DATASET = declare("civicus_monitor", clean, (SCHEMA,), finish)
