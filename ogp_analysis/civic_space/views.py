"""The measures of civic space: the core index and those beside it, and two series outside the catalogue.

On these two higher is less free: legal barriers to civil-society organisations, 1990–2013 (the law as written, not its
use), and Feldstein (2021), one year, not to be joined to the Digital Society Survey.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import indicators
from ogp_analysis.base.words import word
from ogp_analysis.data.store import hand_out

#: Civil society and the other sides of civic space in V-Dem 14, published without bounds. The core index is the first.
CORE_INDICES = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_frassoc_thick"),
    *("v2x_civlib", "v2caassemb", "v2csprtcpt", "v2cscnsult", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
)
#: All measures of civic space, liberties and democracy in the catalogue, in its order, beside those of V-Dem 14: what
#: version 15 repeats of them is shown with bounds, and what version 16 repeats, to 2025, only where a page names it.
#: Controls such as income are not such measures.
OTHER_MEASURES = tuple(
    one.id
    for one in indicators()
    if one.direction != "higher is more" and not (one.dataset == "vdem" and one.version in ("14", "16"))
)
#: Series of V-Dem 16 for all countries, to 2025; in no other measure's line or change.
NEWER_RELEASE = tuple(one.id for one in indicators() if (one.dataset, one.version) == ("vdem", "16"))

#: By id: dataset, table and column. Both columns are closed; a test holds them to their schemas.
SERIES = {
    "ngo_barriers": ("ngo_legal_barriers", "country_year", "barriers_total"),
    "digital_repression": ("feldstein_digital_repression", "digital_repression", "digital_repression"),
}


def inside(iso3: pd.Series, region: str) -> set[str]:
    """Return which of some countries lie in a region."""
    return {code for code in iso3.unique() if country(code).region == region}


def words_of(id: str, what: str) -> str:
    """Return a word of one of :data:`SERIES` or of an indicator, such as its ``"name"`` or ``"unit"``."""
    return word(f"others.series.{id}.{what}" if id in SERIES else f"indicators.{id}.{what}")


def held_barriers(edition: str = "embedded") -> tuple[str, ...]:
    """Return which of :data:`SERIES` an edition holds."""
    return tuple(id for id, (dataset, table, _) in SERIES.items() if hand_out.has(dataset, table, edition))


def barrier(
    id: str, place: str, first_year: int, last_year: int, edition: str = "embedded"
) -> dict[str, tuple[Withheld, Withheld]]:
    """Return one of :data:`SERIES` for a country and for the others of its region, as a panel gives an indicator.

    Returns
    -------
    dict of str to (Withheld, Withheld)
        By its id ``year, value, low, high, segment`` of the country, and ``year, median, n, segment`` of the region
        without it; empty if the country has no value in these years. The grain is a year. Units without a code of
        ISO 3166 are left out, but for Kosovo.
    """
    dataset, table, column = SERIES[id]
    rows, here = hand_out.load(dataset, table, edition), country(place)
    rows = rows[rows["year"].between(first_year, last_year)].dropna(subset=[column])
    codes = rows["iso3"] if "iso3" in rows.columns else rows["unit"].map(
        {unit: unit if country(unit).numeric or unit == "XKX" else None for unit in rows["unit"].unique()}
    )  # fmt: skip
    if not (codes == here.iso3).any():
        return {}
    frame = pd.DataFrame({"iso3": codes, "year": rows["year"].astype("int64"), "value": rows[column].astype("float64")})
    whole = Withheld(frame.dropna(subset=["iso3"]), (id,))

    def own(frame: pd.DataFrame) -> pd.DataFrame:
        part = frame[frame["iso3"] == here.iso3].sort_values("year", ignore_index=True)
        return part[["year", "value"]].assign(low=float("nan"), high=float("nan"), segment=0)

    def others(frame: pd.DataFrame) -> pd.DataFrame:
        part = frame[(frame["iso3"] != here.iso3) & frame["iso3"].isin(inside(frame["iso3"], here.region))]
        return part.groupby("year")["value"].agg(median="median", n="size").reset_index().assign(segment=0)

    return {id: (whole.pipe(own), whole.pipe(others))}
