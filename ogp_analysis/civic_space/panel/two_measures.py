"""The panel of two measures in a region that are to be compared between two years, refused where they cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import Indicator, indicator, indicators
from ogp_analysis.civic_space.breaks import between
from ogp_analysis.civic_space.panel.frame import Panel
from ogp_analysis.civic_space.panel.joining import country_years
from ogp_analysis.store import hand_out

#: Scales of freedom, democracy and participation on which a difference has a size.
_WITH_DISTANCES = ("index", "interval", "points")


def two_measures(
    outcome: str,
    openness: str,
    region: str,
    first_year: int,
    last_year: int,
    edition: str = "embedded",
    beside: Sequence[str] = (),
) -> Panel:
    """Return the panel of a measure of civic space and one of openness in a region, for a comparison of two years.

    Parameters
    ----------
    outcome, openness : str
        Ids of two indicators on a scale with distances, on which higher is freer, more democratic or more
        participation.
    region : str
        A region of the countries, or ``"world"``.
    first_year, last_year : int
        The two years; those between are read as well.
    edition : {"embedded", "full"}
        Which data are read.
    beside : sequence of str
        Ids of further indicators to read; nothing is asked of them, and they may be absent.

    Raises
    ------
    ParameterError
        If the two are one, one of them is not such a measure or not in the edition, the values of the outcome may not
        be passed on (they are tabled), or no country of the region has them in the years they are needed for.
    UnknownName
        If an id is not in the catalogue.
    """
    for name, id in (("outcome", outcome), ("openness", openness)):
        _check_measure(name, indicator(id))
    if not indicator(outcome).redistribute:
        raise ParameterError(
            "outcome",
            f"the values of {outcome} may be drawn but not passed on, and here they are tabled",
            "Use it for openness, or choose another outcome",
        )
    if outcome == openness:
        raise ParameterError("outcome, openness", f"both are {outcome}", "Name two different measures")
    crossed = between(indicator(outcome), "", first_year, last_year)
    if crossed is not None:
        raise ParameterError(
            "outcome",
            f"{outcome} has a break in {crossed.year} ({crossed.code.replace('_', ' ')}): its values of {first_year} "
            f"and {last_year} are not comparable",
            f"Choose a last year from {crossed.year + last_year - first_year} on, or another outcome",
        )
    panel = country_years([outcome, openness, *beside], first_year, last_year, edition).only(region)
    for name, id, year in (
        ("outcome", outcome, first_year),
        ("outcome", outcome, last_year),
        ("openness", openness, last_year),
    ):
        _check_year(panel, name, indicator(id), year, f"in {year} ({region})", edition)
    return panel


def _check_year(panel: Panel, name: str, one: Indicator, year: int, when: str, edition: str) -> None:
    if one.id in panel.ids and panel.there.loc[panel.there["year"] == year, one.id].any():
        return
    panel.series(one.id)
    whole = hand_out.load(one.dataset, one.table, edition).dropna(subset=[one.column])["year"]
    raise ParameterError(
        name,
        f"{one.id} has no value {when}; the {edition} edition holds it for {whole.min()} to {whole.max()}",
        f"Choose a year in these, with {panel.last_year - panel.first_year} years before it",
    )


def _check_measure(name: str, one: Indicator) -> None:
    if one.scale not in _WITH_DISTANCES:
        measures = [other.id for other in indicators() if other.scale in _WITH_DISTANCES]
        raise ParameterError(
            name, f"{one.id} does not measure on a scale from less to more free", f"Use one of {', '.join(measures)}"
        )
