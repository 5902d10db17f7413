from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import beside
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.membership_columns import SPELLS, spells

COUNTRY = beside.toml(__file__, "test_spells.toml")["COUNTRY"]
EXITS = {"KEN": {"bound": "on", "source": "https://example.org/exit"}}


def change(status, date, bound="on", iso3="KEN"):
    return {
        "iso3": iso3,
        "status": status,
        "date": date,
        "bound": bound,
        "basis": "decision",
        "confidence": "high",
        "source": "https://example.org/change",
    }


def build(changes=(), exits=EXITS, **facts):
    frame = spells(pd.DataFrame([{**COUNTRY, **facts}]), list(changes), exits)
    return check(cast(frame, SPELLS), SPELLS)


def shown(frame):
    dates = frame[["start", "end"]].apply(lambda column: column.dt.strftime("%Y-%m-%d"))
    return list(zip(frame["status"], dates["start"], dates["end"].fillna(""), strict=True))


def test_each_spell_ends_when_the_next_starts():
    frame = build([change("participating", "2018-11-20"), change("inactive", "2017-06-29")])
    assert shown(frame) == [
        ("participating", "2012-01-01", "2017-06-29"),
        ("inactive", "2017-06-29", "2018-11-20"),
        ("participating", "2018-11-20", ""),
    ]
    assert frame["spell"].tolist() == [1, 2, 3]


def test_nobody_is_a_member_before_the_launch():
    frame = build(joined_letter="2011-08")
    assert shown(frame) == [("participating", "2011-09-20", "")]
    assert frame["start_text"].tolist() == ["2011-08"]


def test_an_undated_joining_starts_at_the_latest_possible_day():
    frame = build(joined_letter="", joined_latest="2024-04", joined_confidence="not_verified")
    assert shown(frame) == [("participating", "2024-04-30", "")]
    assert frame[["start_bound", "confidence"]].iloc[0].tolist() == ["by", "not_verified"]


def test_a_suspension_for_good_is_called_a_suspension():
    frame = build(left="2023-08-17", exit_kind="suspended_for_good", exit_confidence="high")
    assert shown(frame)[1] == ("suspended", "2023-08-17", "")


def test_an_unconfirmed_exit_is_reported_but_not_followed():
    facts = {"left": "2026-04-13", "exit_kind": "removed", "exit_confidence": "unconfirmed"}
    frame = build([change("suspended", "2024-10-14")], **facts)
    assert shown(frame)[1:] == [("suspended", "2024-10-14", "")]
    assert frame["exit_reported"].fillna("").tolist() == ["", "2026-04-13"]


def test_an_exit_without_a_source_raises():
    with pytest.raises(CleaningError, match="1 exits have no source, 'KEN'"):
        build(exits={}, left="2016", exit_kind="removed", exit_confidence="high")


@pytest.mark.parametrize(
    "changes",
    [
        [change("inactive", "2017"), change("suspended", "2017-01-01")],  # two changes on one day
        [change("participating", "2017")],  # no change at all
    ],
)
def test_changes_out_of_order_raise(changes):
    with pytest.raises(CleaningError, match="'KEN'"):
        build(changes)
