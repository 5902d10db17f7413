"""Small multiples of measures that have different scales, bounds and breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from ogp_analysis.base.indicators import breaks_of, indicator
from ogp_analysis.base.words import Sentence
from ogp_analysis.civic_space.views import SERIES, words_of
from ogp_analysis.display.figure import drawable, drawing, source_line, worded
from ogp_analysis.display.lines import Layer, Plot, SmallMultiples, breaks, round_ends, shade, stepped
from ogp_analysis.display.table import in_language

#: Scales of so few steps are drawn from end to end.
_FEW_STEPS = 16
#: Columns of values that a scale has room for.
_VALUES = ("value", "low", "high", "median", "q1", "q3")


@drawing
def small_multiples(
    measures: Mapping[str, Sequence[pd.DataFrame]],
    layers: Callable[..., Sequence[Layer]],
    *,
    name: str,
    years: tuple[int, int] | Mapping[str, tuple[int, int]],
    texts: Mapping[str, Sentence],
    notes: Mapping[str, object] = MappingProxyType({}),
    ends: Mapping[str, tuple[float, float]] | Callable[..., tuple[float, float]] = MappingProxyType({}),
    shaded: Mapping[str, Sequence[tuple[float, float, str]]] = MappingProxyType({}),
):
    """Draw measures side by side, each on its own scale; what is drawn of each is up to `layers`.

    A break of a series is a dotted line.

    Parameters
    ----------
    measures : mapping of str to sequence of pandas.DataFrame
        By id, in the order drawn, the frames of a measure, which may be withheld: ``year`` and values, as ``value, low,
        high``, ``median`` or ``q1, q3``.
    layers : callable
        ``layers(id, *frames)`` returns what is drawn of a measure, such as lines and bands
        (:mod:`ogp_analysis.display.lines`).
    name : str
        File name.
    years : tuple of int, or mapping of it
        First and last year shown, or those of each measure.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``caption`` and ``alt``; ``source``, where more is to be said than whose data they are.
    notes : mapping
        What stands below the name of a measure; by default its scale and direction.
    ends : mapping of str to tuple of float, or callable
        Of the scale of a measure, or ``ends(values, indicator)`` returns them, as ``display.lines.scale_limits``; by
        default a short scale is drawn whole, another in round numbers.
    shaded : mapping of str to sequence of (float, float, str)
        Stretches of years behind the lines of a measure, each with its ends and a colour of the house.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each measure.

    Examples
    --------
    >>> from ogp_analysis.display.lines import Line
    >>> own = {"va_est": [ogp.panel("va_est", 2013, 2023).own("va_est", "KEN")]}
    >>> texts = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Voice"))
    >>> of = {"name": "voice", "years": (2013, 2023), "texts": texts}
    >>> ogp.civic_space.small_multiples(own, lambda id, rows: [Line(rows)], **of).caption
    'Voice'
    """
    drawable([frame for frames in measures.values() for frame in frames if len(frame)], name)
    spans = years if isinstance(years, Mapping) else dict.fromkeys(measures, years)
    plots = []
    for id, frames in measures.items():
        drawn = pd.concat([frame[one].astype("float64") for frame in frames for one in _VALUES if one in frame])
        note = notes.get(id, f"{words_of(id, 'unit')}; {words_of(id, 'direction')}")
        said = in_language(f"figure {name!r}", note)
        all_layers = [*(shade(*stretch) for stretch in shaded.get(id, ())), *layers(id, *frames)]
        whole = ends(drawn, indicator(id)) if callable(ends) else ends.get(id) or _ends(id)
        plots.append(_plot(id, said, spans[id], whole, drawn, all_layers))
    return worded(name, SmallMultiples(plots), texts, source_line(measures, max(last for _, last in spans.values())))


def _plot(id: str, note: str, years: tuple[int, int], ends, drawn: pd.Series, layers) -> Plot:
    """Return the panel of a measure: its whole scale if that is short, else round numbers around what is drawn."""
    if ends is None:
        low, high, size = round_ends(drawn)
        steps = np.arange(low + size, high - size / 2, size)
    else:
        low, high = ends
        steps = np.arange(low + 1, high) if 1 < high - low <= _FEW_STEPS else [(low + high) / 2]
    at = [] if id in SERIES else [one.year for one in breaks_of(indicator(id)) if years[0] < one.year <= years[1]]
    shown, ticks = (years[0], max(years[1], years[0] + 1)), stepped(low, high, steps)
    return Plot([*layers, breaks(at)], shown, (low, high), words_of(id, "short"), note, yticks=ticks)


def _ends(id: str) -> tuple[float, float] | None:
    """Return the ends of a scale that is drawn whole."""
    one = None if id in SERIES else indicator(id)
    if one and one.scale in ("ordinal", "points") and one.maximum is not None and one.maximum <= _FEW_STEPS:
        return one.minimum, one.maximum
    return (0.0, 1.0) if one and one.scale == "index" and one.maximum in (None, 1) else None
