"""The explorer: lines of any countries in any measure that may be passed on, in one page that works from disk.

The lines are drawn by uPlot, which stands unmodified in ``vendor``. What it draws is also a table, and a cursor moves
over it with the arrow keys.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ogp_analysis.base.countries import countries
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words.catalogue import LANGUAGES, tree, word
from ogp_analysis.base.words.sentence import rounded
from ogp_analysis.publishing.pages.prose import filled

if TYPE_CHECKING:
    from ogp_analysis.civic_space.panel import Panel

_PLOT = "vendor/uplot/uPlot.min.css", "explorer.css", "vendor/uplot/uPlot.iife.min.js", "explorer.js"
FILES = ("explorer.html.j2", "base.css", *_PLOT)
#: The most countries that colour and dashes can distinguish.
MOST = 8
#: What is shown where the address names nothing.
FIRST = {"measure": "v2xcs_ccsi", "countries": ["MEX", "KEN", "HUN"]}


def explorer(panel: Panel) -> bytes:
    """Return the page with all measures of a panel that are scales and may be passed on.

    Parameters
    ----------
    panel : Panel
        With the measures, countries and years that can be chosen. Measures that may be drawn only are not in its frame.
    """
    ids = [id for id in panel.ids if id not in panel.drawn_only and indicator(id).scale != "ordinal"]
    frame = panel.frame[panel.frame[ids].notna().any(axis="columns")]
    there = set(frame["iso3"])
    data = {
        "first": FIRST,
        "most": MOST,
        "years": list(range(int(frame["year"].min()), int(frame["year"].max()) + 1)),
        "countries": {c.iso3: {"en": c.name_en, "es": c.name_es} for c in countries() if c.iso3 in there},
        "measures": {id: _measure(id, frame) for id in ids},
        "words": {spoken: tree("report", spoken)["explore"] for spoken in LANGUAGES},
    }
    return filled(
        FILES,
        word=lambda key, spoken: word(f"report.{key}", spoken),
        languages=LANGUAGES,
        # "<" is written so that no text of the data can end the element it stands in.
        data=json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
    ).encode()


def _measure(id: str, frame) -> dict:
    """Return a measure: what it is in each language, its breaks, its values by country and year as published."""
    known, there, parts = indicator(id), frame[frame[id].notna()], ("name", "unit", "direction", "construct")
    values: dict[str, dict[int, float]] = {}
    for iso3, year, value in zip(there["iso3"], there["year"], there[id], strict=True):
        values.setdefault(iso3, {})[int(year)] = rounded(float(value))
    return {
        "words": {spoken: {part: word(f"indicators.{id}.{part}", spoken) for part in parts} for spoken in LANGUAGES},
        "version": known.version,
        "licence": known.licence,
        "ends": [known.minimum, known.maximum],
        "breaks": [one.year for one in known.breaks if not one.iso3],
        "values": values,
    }
