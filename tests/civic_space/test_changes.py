"""Changes of countries between two years, and their places."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, MessageError
from ogp_analysis.civic_space.figures.country import change_among_countries
from ogp_analysis.civic_space.panel import _ranked_changes

SERIES = pd.DataFrame({"unit": ["MEX", "KEN", "CHN"] * 2, "year": [2013] * 3 + [2023] * 3,
                       "value": [0.5, 0.6, 0.7, 0.4, 0.7, 0.7], "segment": 0})  # fmt: skip


def of(series: pd.DataFrame) -> pd.DataFrame:
    return _ranked_changes(series, 2013, 2023)


def test_every_country_has_its_change_and_its_places():
    frame = of(SERIES)
    assert frame.columns.tolist() == ["first_value", "last_value", "difference", "rank_fall", "rank_rise"]
    assert frame.loc["MEX"].tolist() == [0.5, 0.4, pytest.approx(-0.1), 1, 3]
    assert frame.index.tolist() == ["MEX", "CHN", "KEN"] and frame["rank_fall"].tolist() == [1, 2, 3]
    tied = of(SERIES.assign(value=[0.5, 0.6, 0.7, 0.4, 0.5, 0.7]))
    assert tied["rank_fall"].to_dict() == {"KEN": 1, "MEX": 1, "CHN": 3} and tied.at["KEN", "rank_rise"] == 2
    assert of(SERIES[SERIES["year"] == 2013]).empty


def test_a_country_is_drawn_among_all():
    drawn = change_among_countries(
        of(SERIES)["difference"], name="moved", id="v2xcs_ccsi", place=country("Mexico"), first=2013, last=2023
    )
    assert drawn.name == "moved" and "The dot of Mexico stands at −0.100" in drawn.alt
    with pytest.raises(MessageError, match="has nothing to draw"):
        change_among_countries(
            of(SERIES)["difference"], name="moved", id="v2xcs_ccsi", place=country("Chile"), first=2013, last=2023
        )


def test_changes_of_what_may_be_drawn_only_are_not_told():
    closed = Withheld(SERIES, ["fiw_e2"])
    with pytest.raises(DisclosureError):
        of(closed)
    assert isinstance(closed.pipe(of), Withheld)
