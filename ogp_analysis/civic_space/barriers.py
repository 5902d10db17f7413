"""Two series beside the catalogue of indicators, on which higher is less free; both may be drawn only.

References
----------
Legal barriers to civil-society organisations, 1990-2013: the law as written, not its use. Feldstein (2021), The Rise
of Digital Repression, Oxford University Press: one year, 2021; not to be joined to the Digital Society Survey.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.words import word
from ogp_analysis.civic_space import views
from ogp_analysis.data.store import hand_out

#: By id: dataset, table and column. Both columns are closed; a test holds them to their schemas.
SERIES = {
    "ngo_barriers": ("ngo_legal_barriers", "country_year", "barriers_total"),
    "digital_repression": ("feldstein_digital_repression", "digital_repression", "digital_repression"),
}


def words_of(id: str, what: str) -> str:
    """Return a word of one of :data:`SERIES` or of an indicator, such as its ``"name"`` or ``"unit"``."""
    return word(f"others.series.{id}.{what}" if id in SERIES else f"indicators.{id}.{what}")


def held_barriers(edition: str = "embedded") -> tuple[str, ...]:
    """Return which of :data:`SERIES` an edition holds."""
    return tuple(id for id, (dataset, table, _) in SERIES.items() if hand_out.has(dataset, table, edition))


def barrier(
    id: str, iso3: str, region: str, first_year: int, last_year: int, edition: str = "embedded"
) -> tuple[Withheld, Withheld]:
    """Return one of :data:`SERIES` for a country and for the others of its region, as a panel gives an indicator.

    Returns
    -------
    Withheld, Withheld
        ``year, value, low, high, segment`` of the country, and ``year, median, n, segment`` of the region without it.
        The grain is a year. Units without a code of ISO 3166 are left out, but for Kosovo.
    """
    dataset, table, column = SERIES[id]
    rows = hand_out.load(dataset, table, edition)
    rows = rows[rows["year"].between(first_year, last_year)].dropna(subset=[column])
    codes = rows["iso3"] if "iso3" in rows.columns else rows["unit"].map(
        {unit: unit if country(unit).numeric or unit == "XKX" else None for unit in rows["unit"].unique()}
    )  # fmt: skip
    frame = pd.DataFrame({"iso3": codes, "year": rows["year"].astype("int64"), "value": rows[column].astype("float64")})
    whole = Withheld(frame.dropna(subset=["iso3"]), (id,))

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        part = frame[frame["iso3"] == iso3].sort_values("year", ignore_index=True)
        return part[["year", "value"]].assign(low=float("nan"), high=float("nan"), segment=0)

    def others(frame: pd.DataFrame) -> pd.DataFrame:
        part = frame[(frame["iso3"] != iso3) & frame["iso3"].isin(views.inside(frame["iso3"], region))]
        return part.groupby("year")["value"].agg(median="median", n="size").reset_index().assign(segment=0)

    return whole.pipe(own), whole.pipe(others)


def barriers(
    place: str, first_year: int, last_year: int, edition: str = "embedded"
) -> dict[str, tuple[Withheld, Withheld]]:
    """Return those of :data:`SERIES` that have a value for a country, as :func:`barrier` gives them, by id."""
    own, found = country(place), {}
    for id in held_barriers(edition):
        dataset, table, column = SERIES[id]
        rows = hand_out.load(dataset, table, edition).dropna(subset=[column])
        code = rows["iso3"] if "iso3" in rows.columns else rows["unit"]
        if ((code == own.iso3) & rows["year"].between(first_year, last_year)).any():
            found[id] = barrier(id, own.iso3, own.region, first_year, last_year, edition)
    return found
