"""The line below a drawing that says whose data it shows, of which version and up to which year."""

from __future__ import annotations

from collections.abc import Iterable

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.sentence import year
from ogp_analysis.civic_space.views import SERIES


def source_line(ids: Iterable[str], last: int | None = None) -> str:
    """Return the sources of measures: publisher, version and the last year that they cover and that is shown.

    Parameters
    ----------
    ids : iterable of str
        Indicators, or series of :data:`ogp_analysis.civic_space.views.SERIES`.
    last : int or None
        Last year of the drawing.

    Examples
    --------
    >>> from ogp_analysis.civic_space.figures.source import source_line
    >>> source_line(["v2xcs_ccsi", "va_est"], 2023)
    'Sources: V-Dem 14, to 2023; World Bank, WGI 2023, to 2023.'
    """
    found: dict[str, None] = {}
    for id in ids:
        if id in SERIES:
            found[word(f"figures.source.of.{SERIES[id][0]}")] = None
            continue
        one = indicator(id)
        until = one.last_year if last is None else min(one.last_year, last)
        about = {"dataset": word(f"figures.source.of.{one.dataset}"), "version": one.version, "last": year(until)}
        text = sentence("figures.source.item", **about)
        found[text.plain()] = None
    case = "one" if len(found) == 1 else "several"
    return sentence("figures.source.line", case=case, names="; ".join(found)).plain()
