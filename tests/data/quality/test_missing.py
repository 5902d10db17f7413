"""The drawing of empty cells, on small frames."""

from __future__ import annotations

import pandas as pd
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from ogp_analysis.data.quality.missing import missing_by_year
from ogp_analysis.display.palette import PALETTE


def columns(**missing: int) -> pd.DataFrame:
    rows = [{"column": name, "n": 4, "missing": n, "share": n / 4} for name, n in missing.items()]
    return pd.DataFrame(rows)


def test_the_drawing_holds_one_bar_a_column_and_year_as_high_as_the_share_that_is_empty():
    shares = {"year": [0, None, 0, 1], "rating": [0, None, 1, 1], "score": [0.5, None, 1, 1]}
    dated = {"period": ["2001", "2002", "2003", ""], "first": [2001, 2002, 2003, None], "n": [2, 0, 1, 1]}
    periods = pd.DataFrame(dated | shares)
    drawn = missing_by_year(columns(year=1, rating=2, score=3), periods, name="missing", table="made.up", time="year")
    assert drawn.faults() == [] and len(drawn.sheets) == 2
    for sheet in drawn.sheets:
        rows = [one for one in sheet.panels[0].artists if isinstance(one, PolyCollection)]
        cells = [(path.get_extents(), to_hex(colour) == PALETTE["band"]) for row in rows
                 for path, colour in zip(row.get_paths(), row.get_facecolor(), strict=True)]  # fmt: skip
        year, *rest = [(round(box.x0 - 0.08), round(box.height / 17, 2)) for box, none in cells if not none]
        assert year[0] == 0 and sum(none for _, none in cells) == 3, "of 2002 there is no row, of three columns"
        assert [one for one in rest if one[1]] == [(3, 1.0), (2, 1.0), (3, 1.0), (0, 0.5), (2, 1.0), (3, 1.0)]


def test_a_drawing_of_a_table_without_years_has_a_bar_a_column_and_says_so():
    drawn = missing_by_year(columns(a=2, b=4), pd.DataFrame(), name="missing", table="made.up", time="")
    assert drawn.faults() == [] and "no year" in drawn.caption
    widths = [one.get_width() for one in drawn.sheets[0].panels[0].artists if isinstance(one, Rectangle)]
    assert widths == [0.5, 1.0]
