"""The join of sources to countries by years: one row each, losses counted, nothing else counted."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.civic_space.panel import join
from ogp_analysis.data.store import hand_out


def test_what_is_joined_for_changes_is_counted_nowhere():
    short, long = (join(["v2xcs_ccsi", "va_est"], 2015, 2023, earlier=years) for years in (0, 5))
    assert short.frame["year"].min() == 2015 and long.frame["year"].min() == 2010
    pd.testing.assert_frame_equal(short.sources, long.sources)
    assert short.sources["indicators"].tolist() == [1, 1]


def test_every_row_of_a_source_is_matched_or_counted_as_lost_and_no_country_has_a_year_twice():
    joined = join(["va_est", "v2xcs_ccsi", "fiw_e", "v2x_civlib_v12"], 1990, 2024)
    assert not joined.frame.duplicated(["iso3", "year"]).any() and joined.absent == ("fiw_e",)
    assert joined.frame[["iso3", "year"]].apply(tuple, axis=1).is_monotonic_increasing
    sources = joined.sources
    assert (sources["rows"] == sources[["matched", "without_iso3", "not_comparable"]].sum(axis=1)).all()
    for source in sources.itertuples():
        table = hand_out.load(source.dataset, source.table)
        assert source.rows == table["year"].between(1990, 2024).sum()


def test_a_table_without_the_columns_asked_for_gives_no_rows(monkeypatch):
    usual = hand_out.load
    bare = usual("vdem", "v14").drop(columns="v2xcs_ccsi")
    monkeypatch.setattr(hand_out, "load", lambda d, t, *rest: bare if t == "v14" else usual(d, t, *rest))
    joined = join(["v2xcs_ccsi", "va_est"], 2020, 2021)
    assert joined.absent == ("v2xcs_ccsi",) and joined.sources["dataset"].tolist() == ["wgi_voice_accountability"]
