"""Sanctioned suppliers: three layouts, records put right by name, bans and fines. Every name here is invented."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import promised
from ogp_analysis.data.datasets.procurement import mexico_sanctions
from ogp_analysis.data.datasets.procurement.mexico_sanctions import SANCTIONS
from tests.data.datasets.plain_rows import plain

HEADERS = {layout: plain(f"mexico_sanctions_{layout}") for layout in ("2017", "2021", "2026")}
FIRM, PERSON, OFFICIAL = "PRUEBAS DE ACERO, S.A. DE C.V.", "MARÍA INVENTADA DEL EJEMPLO", "OFICIAL IMAGINARIA SUPUESTA"
BOTH = "SANCIONATORIA CON MULTA E INHABILITACIÓN"


def frame(layout: str, *rows: list[str], file: str = "some/list.csv") -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=HEADERS[layout], dtype="str")
    return made.assign(_file=pd.Series(file, index=made.index, dtype="str"), _line=range(2, 2 + len(made)))


def walk(*chunks: pd.DataFrame):
    result = mexico_sanctions.finish([mexico_sanctions.clean_sanctions(chunk) for chunk in chunks])
    return promised(result.tables["sanctions"], SANCTIONS), result.record.checked()


def changed(layout: str, *changes: tuple[int, str]) -> list[str]:
    """The plain row of a layout with other cells in some places."""
    cells = list(HEADERS[layout].values())
    for place, cell in changes:
        cells[place] = cell
    return cells


row_2017, row_2021 = partial(changed, "2017"), partial(changed, "2021")


def row_2026(start="21-02-2026", end="21-05-2027", period="1 año, 3 meses", name=FIRM):
    return changed("2026", (5, start), (6, end), (8, period), (0, name))


def test_each_layout_gives_the_same_table():
    for layout, row in (("2017", row_2017()), ("2021", row_2021()), ("2026", row_2026())):
        table, _ = walk(frame(layout, row))
        assert list(table.columns) == SANCTIONS.names
        assert table["list"].item() == layout and table["supplier_name"].item() == FIRM
        assert bool(table["ban"].item()) is True


def test_no_known_layout():
    with pytest.raises(CleaningError, match="no known list of sanctioned suppliers"):
        mexico_sanctions.clean_sanctions(frame("2026", row_2026()).rename(columns={"Expediente": "Otro"}))


@pytest.mark.parametrize(
    ("cells", "resolution", "notified", "period", "fine"),
    [
        (row_2017(), "fine_and_ban", "2010-02-10", 12, 90664),
        # One comma in the facts, the official at the end.
        (
            [*row_2017()[:4], "parte", "OBJETO", "SANCIONATORIA CON MULTA", *row_2017()[6:8], "", "5.5", OFFICIAL, ""],
            "fine",
            "2010-02-10",
            None,
            5.5,
        ),
        # Two commas in the object, no resolution, a day in its place.
        (
            [*row_2017()[:4], "a", "b", "c", "2010-02-09", "2010-02-10", "2010-02-01", "", "7", OFFICIAL],
            None,
            "2010-02-10",
            None,
            7,
        ),
        # One comma, no official: the last cells are empty.
        (
            [*row_2017()[:4], "a", "b", BOTH, "2010-02-10", "2010-02-01", "3 MESES", "8", "", ""],
            "fine_and_ban",
            "2010-02-10",
            3,
            8,
        ),
    ],
)
def test_records_moved_by_a_comma_are_moved_back(cells, resolution, notified, period, fine):
    table, record = walk(frame("2017", cells))
    row = table.iloc[0]
    assert (None if pd.isna(row["resolution"]) else row["resolution"]) == resolution
    assert row["notification_date"] == pd.Timestamp(notified)
    assert (None if pd.isna(row["ban_months"]) else row["ban_months"]) == period
    assert row["fine"] == fine
    moved = record.entries["rule"].eq("moved_by_comma").sum()
    assert bool(moved) is (cells != row_2017())


def test_split_at_the_tab_a_comma_too_many_or_too_few_parts_nothing():
    table, record = walk(frame("2021", row_2021((9, "70,200.00,")), row_2021((2, "0002/2010,"), (3, "NULL"))))
    assert table["fine"].tolist() == [70200.0, 90664.0]
    rules = record.entries.groupby("rule")["_line"].agg(list)
    assert rules["thousands_commas"] == [2] and rules["comma_missing"] == [3]
    assert len(rules["comma_and_tab"]) == 11


@pytest.mark.parametrize(
    ("text", "day", "status"),
    [
        ("30/Jun/2006", "2006-06-30", "day_first"),
        ("10/02/2010", "2010-02-10", "day_first_assumed"),
        ("31/02/2010", None, "impossible"),
        ("2006-Ju-30", None, "unreadable"),
        ("", None, "missing"),
    ],
)
def test_days_of_notification(text, day, status):
    table, record = walk(frame("2021", row_2021((6, text + ","))))
    read = table["notification_date"].item()
    assert (None if pd.isna(read) else str(read.date())) == day
    assert table["notification_date_status"].item() == status
    assert table["ban_basis"].item() == ("notification" if day else "none")
    if status in ("impossible", "unreadable"):
        assert f"{status}_date" in set(record.entries["rule"])


@pytest.mark.parametrize(
    ("cells", "ban", "order"),
    [
        (row_2026(), True, "ok"),
        (row_2026(start="31-12-2025", end="31-03-2025", period="3 meses"), True, "ends_before_start"),
        (row_2026(end="21-02-2028"), True, "differs_from_period"),
        (row_2026(start="", end="", period=""), False, "no_ban"),
        (row_2026(end="", period=""), None, "open_end"),
    ],
)
def test_a_ban_is_told_from_a_fine(cells, ban, order):
    row = walk(frame("2026", cells))[0].iloc[0]
    assert (None if pd.isna(row["ban"]) else bool(row["ban"])) is ban
    assert row["ban_order"] == order
    assert pd.notna(row["ban_start"]) is (ban is not False)


def test_a_ban_from_notification_and_period():
    row = walk(frame("2017", row_2017((6, "2012-11-30"), (8, "TRES MESES"))))[0].iloc[0]
    assert (row["ban_start"], row["ban_end"]) == (pd.Timestamp("2012-11-30"), pd.Timestamp("2013-02-28"))
    assert (row["ban_basis"], row["ban_order"]) == ("notification", "ok")


@pytest.mark.parametrize(
    ("place", "text", "what"), [(5, "AMONESTACIÓN", "resolutions are unknown"), (8, "PRONTO AÑO", "years and months")]
)
def test_words_without_a_rule_stop_the_build(place, text, what):
    with pytest.raises(CleaningError, match=what):
        walk(frame("2017", row_2017((place, text))))


def test_a_second_file_that_adds_nothing_is_merged_row_by_row():
    first = frame("2017", row_2017(), row_2017((2, "0002/2010")), file="list/1.csv")
    second = frame("2017", row_2017((2, "0002/2010")), file="list/2.csv")
    table, record = walk(first, second)
    assert len(table) == 2
    balance = record.balance().set_index("file")
    assert balance.loc["list/2.csv", ["rows_in", "kept", "merged"]].tolist() == [1, 0, 1]
    assert record.entries.query("action == 'merged'")["new"].item() == "the same as line 3 of list/1.csv"


def test_equal_rows_of_different_lists_are_both_kept():
    table, _ = walk(frame("2017", row_2017()), frame("2021", row_2021()))
    assert table["list"].tolist() == ["2017", "2021"]


@pytest.mark.parametrize("layout", ["2017", "2021", "2026"])
def test_persons_and_officials_reach_nothing(layout):
    row = {"2017": row_2017((0, PERSON)), "2021": row_2021((0, PERSON + ",")), "2026": row_2026(name=PERSON + "\t")}
    table, record = walk(frame(layout, row[layout]))
    everything = str(table.to_dict("list")) + str(record.entries.to_dict("list"))
    assert "INVENTADA" not in everything and "IMAGINARIA" not in everything
    assert table["supplier_name"].item() == "persona física"
    revealed = mexico_sanctions.clean_sanctions(frame(layout, row[layout]), reveal=True)
    assert revealed.tables["sanctions"]["supplier_name"].item() == PERSON
    assert "INVENTADA" not in str(revealed.record.entries.to_dict("list"))
