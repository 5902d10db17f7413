"""What the figures of many measures draw, and what they say to whoever cannot see it."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.civic_space.figures.measures import (
    correlation_dots,
    measures_of_country,
    places_apart,
    places_of_country,
)
from ogp_analysis.display.palette import PALETTE


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


def row(y: str, first: int, last: int, rho: float, shared: bool) -> dict:
    return {"y": y, "shared": shared, "first": first, "last": last, "rho": rho, "low": rho - 0.1, "high": rho + 0.05}


FRAME = pd.DataFrame([
    row("va_est", 2000, 2004, 0.71, True), row("fiw_e", 2005, 2009, 0.93, False),
    row("rsf_score", 2022, 2022, 0.8, False),
])  # fmt: skip


def series(**units) -> pd.DataFrame:
    rows = [(unit, year, float(value), 0) for unit, values in units.items() for year, value in values]
    return pd.DataFrame(rows, columns=["unit", "year", "value", "segment"])


def places_drawn(directions: dict[str, str], place: str):
    """Draw the places of Mexico from 2013 to 2023, in each measure one higher than in the last."""
    rows = [
        {
            "measure": id,
            "percentile": 0.9 - at / 10,
            "year": 2023,
            "n": 2,
            "direction": way,
            "same_years": way != "none",
        }
        for at, (id, way) in enumerate(directions.items())
    ]
    return places_of_country(pd.DataFrame(rows), name="places", place=place, first=2013, last=2023)


def apart_drawn(below: pd.DataFrame, most: int = 15):
    ends = {"high": below.idxmax(axis=1), "high_percentile": below.max(axis=1)}
    ends |= {"low": below.idxmin(axis=1), "low_percentile": below.min(axis=1)}
    return places_apart(pd.DataFrame(ends).rename_axis("unit").reset_index().head(most), below, name="apart", year=2023)


def texts(made) -> list[str]:
    return [text.get_text() for text in made.figure.texts]


def marks(made) -> list:
    """Return the marks of the rows, from the top."""
    return [one for one in made.sheets[0].panels[0].artists if isinstance(one, Line2D) and len(one.get_xdata()) == 1]


def test_correlations_are_drawn_from_the_highest_with_their_years_and_shared_inputs_are_hollow():
    made = correlation_dots(FRAME, name="agreement", core="v2xcs_ccsi")
    names = ["Associational rights (FH)", "Press freedom (RSF)", "Voice and accountability (WGI)"]
    assert [text for text in texts(made) if text in names] == names
    assert [text for text in texts(made) if text.startswith("20")] == ["2005–2009", "2022", "2000–2004"]
    assert [one.get_markerfacecolor() for one in marks(made)] == [PALETTE["own"], PALETTE["own"], PALETTE["paper"]]
    rhos = sorted(FRAME["rho"], reverse=True)
    assert [one.get_xdata()[0] for one in marks(made)] == rhos
    title = " ".join(texts(made))
    assert f"Most like the core index: Associational rights (FH), {rhos[0]:.2f}" in title
    assert "Rows: 3; of these, hollow, with shared inputs: 1." in made.caption
    assert "the highest 0." in made.alt and "(Associational rights (FH))" in made.alt
    assert made.redistribute, "a correlation is not a value"


def test_no_text_meets_another():
    for language in ("en", "es"):
        use_language(language)
        nearest = ("v2xcs_ccsi", "fiw_e", "civicus_score", "wjp_47", "va_est", "fassoas_idea")
        frames = {id: series(MEX=[(2013, 1), (2023, i)], KEN=[(2013, 1), (2023, 3)]) for i, id in enumerate(nearest)}
        for made in (correlation_dots(FRAME, name="agreement", core="v2xcs_ccsi"),
                     places_drawn(dict.fromkeys(nearest, "fell"), "México"),
                     apart_drawn(pd.DataFrame(dict.fromkeys(nearest, 0.5), index=["MEX", "KEN"])),
                     drawn(nearest, {id: frames[id].query("unit == 'MEX'") for id in nearest})):  # fmt: skip
            assert made.faults() == [] and len(made.sheets) == 2, (language, made.name)


def test_nothing_to_draw_is_refused():
    with pytest.raises(MessageError, match="nothing to draw"):
        correlation_dots(FRAME.head(0), name="agreement", core="v2xcs_ccsi")


def test_the_mark_of_a_place_is_its_direction_over_the_years_asked_for():
    ways = {"fiw_e": "fell", "wjp_33": "rose", "fiw_d4": "unchanged", "fassoas_idea": "none"}
    made = places_drawn(ways, "Mexico")
    assert [one.get_marker() for one in marks(made)] == ["v", "^", "s", "o"], "fell, rose, unchanged, not comparable"
    ends = [text.rpartition(", ")[2] for text in texts(made) if text.startswith("2023, ")]
    assert ends == ["fell", "rose", "unchanged", "not comparable"], "and the row says it in words"
    assert "Associational rights (FH)" in texts(made)
    assert "Where 4 measures place Mexico" in made.caption and "from 2013 to 2023" in made.alt


def test_countries_furthest_apart_have_one_mark_a_measure():
    ends = {"FRA": (5 / 6, 1 / 6), "MEX": (1 / 6, 5 / 6), "KEN": (0.5, 0.5)}
    made = apart_drawn(pd.DataFrame(ends, index=["v2xcs_ccsi", "va_est"]).T, most=2)
    assert [text for text in texts(made) if text in ("France", "Mexico", "Kenya")] == ["France", "Mexico"]
    assert len(marks(made)) == 4 and len({(one.get_marker(), one.get_color()) for one in marks(made)}) >= 2
    key = made.sheets[0].panels[1]
    assert [one.get_marker() for one in key.artists] == [one.get_marker() for one in marks(made)[:2]]
    assert "The 2 countries" in made.caption and "of 3 countries" in made.caption
    assert "France: 17% in Voice and accountability (WGI), 83% in Core civil society" in made.alt


def drawn(ids, parts, **more):
    whole = {"name": "mexico", "ids": ids, "place": "Mexico", "first": 2012, "last": 2024, **more}
    return measures_of_country(parts, **whole)


def test_a_line_ends_where_the_method_changes():
    after = series(MEX=[(2022, 47), (2023, 48), (2025, 45)]).assign(segment=1)
    parts = {"rsf_score": pd.concat([series(MEX=[(2020, 54), (2021, 53)]), after])}
    [panel] = drawn(["rsf_score"], parts).sheets[0].panels
    lines = [list(one.get_xdata()) for one in panel.artists if isinstance(one, Line2D) and len(one.get_xdata()) > 1]
    assert lines == [[2020, 2021], [2022, 2023]], "years outside are not drawn"
    [dotted] = [one.get_segments() for one in panel.artists if isinstance(one, LineCollection)
                and one.get_linewidth()[0] == 1.2]  # fmt: skip
    assert [segment[0][0] for segment in dotted] == [2021.5]


def test_short_scales_are_shown_whole_and_of_others_no_less_than_a_fifth():
    ids = ["fiw_d4", "civicus_score", "v2csreprss", "v2xcs_ccsi"]
    parts = {"fiw_d4": series(MEX=[(2012, 3), (2024, 3)]), "civicus_score": series(MEX=[(2023, 40.2), (2024, 40)]),
             "v2csreprss": series(MEX=[(2012, 0.7), (2024, 0.71)]),
             "v2xcs_ccsi": series(MEX=[(2012, 0.2), (2024, 0.9)])}  # fmt: skip
    fear, score, repression, core = (panel.ylim for panel in drawn(ids, parts).sheets[0].panels)
    assert fear == (0, 4)
    assert score[1] - score[0] >= 20 and repression[1] - repression[0] >= 1
    assert core[0] < 0.2 and core[1] > 0.9


def test_what_may_not_be_passed_on_is_drawn_and_marked_and_no_value_is_in_its_words():
    parts = {"wjp_46": series(MEX=[(2015, 0.663), (2021, 0.448)]), "va_est": series(MEX=[(2015, -0.075)])}
    closed = drawn(["wjp_46", "va_est"], parts)
    assert not closed.redistribute and drawn(["va_est"], parts).redistribute
    assert not any(number in closed.caption + closed.alt for number in ("0.663", "0.448", "-0.075", "−0.075"))


def test_a_measure_without_a_value_in_the_years_has_an_empty_panel():
    made = drawn(["va_est"], {"va_est": series(MEX=[(1999, 1)])})
    assert made.svg().startswith("<svg") and made.faults() == []
