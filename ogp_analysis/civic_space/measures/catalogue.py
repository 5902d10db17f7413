"""Which indicators of the catalogue are measures of civic space, whose they are, and in which years each is made in
one way.

A measure is an indicator with a direction from less to more free, democratic or participatory; income and population
are not measures.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from ogp_analysis.base.indicators import Indicator, indicator, indicators
from ogp_analysis.base.words import word

#: First year of every comparison: that of V-Dem 15. Rank correlations over longer panels are higher, as there are
#: more regimes at both ends of the scale, so the year is part of the result.
FIRST_YEAR = 1990
#: The measure that the others are held against.
CORE = "v2xcs_ccsi"
#: Overall civic space: of each publisher, the measures that are nearest to it.
OVERALL = ("v2xcs_ccsi", "fiw_e", "civicus_score", "civicus_rating", "wjp_47", "va_est", "fassoas_idea")
#: What asks about surveillance or privacy, in the order in which it is shown, before everything else.
SURVEILLANCE = ("dsp_v2smgovsmmon", "fiw_d4", "wjp_46")
#: Single questions. Where their publisher has an index on the same construct, that one is compared.
QUESTIONS = (
    *("v2csreprss", "v2cseeorgs", "v2csprtcpt", "v2cscnsult", "v2caassemb", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
    *("fiw_d1", "fiw_d4", "fiw_e1", "fiw_e2", "fiw_e3", "dsp_v2smgovsmmon"),
)


def all_measures() -> list[Indicator]:
    """Return the indicators of the catalogue that are measures, in its order."""
    return [one for one in indicators() if one.direction != "higher is more"]


def house(id: str) -> str:
    """Return whose measure it is: the best-known dataset of its publisher."""
    return indicator(id).house


def house_name(id: str) -> str:
    """Return the name of the publisher of a measure."""
    return word(f"measures.house.{house(id)}")


def label(id: str) -> str:
    """Return the short name of a measure, with its publisher's where the name does not say whose it is."""
    return indicator(id).in_text


def labels(ids: Iterable[str]) -> str:
    """Return the short names of measures, joined by commas."""
    return ", ".join(map(label, ids))


def newest(ids: Iterable[str]) -> list[str]:
    """Return the measures in their order, without older versions of a series that is held in a newer version."""
    ids = list(ids)
    older = {old for old, _ in version_pairs(ids)}
    return [id for id in ids if id not in older]


def version_pairs(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return the series held in two versions, each with the next: ``(older, newer)``."""
    versions: dict[tuple[str, str], list[str]] = {}
    for id in ids:
        versions.setdefault((house(id), indicator(id).column), []).append(id)
    return [
        pair for same in versions.values() for pair in pairwise(sorted(same, key=lambda id: int(indicator(id).version)))
    ]


def share_inputs(x: str, y: str) -> bool:
    """Return whether the catalogue knows inputs that both measures take in: they agree in part by construction."""
    return y in indicator(x).shares_inputs_with


def span(first: int, last: int) -> str:
    """Return years as they are written: ``2013–2021``, or the one year."""
    return f"{first}–{last}" if first < last else f"{first}"
