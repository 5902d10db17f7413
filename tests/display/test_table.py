"""Tables: every column has a heading, every cell is written as the language writes it, and nothing in it is markup."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import sentence, use_language
from ogp_analysis.base.words.sentence import count
from ogp_analysis.display.table import Heading, as_html, as_text, table


@pytest.fixture(autouse=True)
def language():
    use_language("en")
    yield
    use_language("en")


class Cells(HTMLParser):
    """The texts of the cells of a table, and every element and attribute in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows, self.tags, self.attributes = [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")


def rows(made) -> list[list[str]]:
    return Cells(as_html(made.payload())).rows


def one(value, unit="", **more) -> str:
    """Return how one value is written in the second column of a table."""
    made = table("t", "c", pd.DataFrame({"year": [2000], "n": [value]}), {"year": Heading("year", "year"),
                 "n": Heading("n", unit, **more)})  # fmt: skip
    return rows(made)[1][1]


def test_a_column_without_a_heading_is_left_out_and_a_heading_without_a_column_is_refused():
    frame = pd.DataFrame({"n": [1], "inside": [2]})
    assert list(table("t", "c", frame, {"n": Heading("n", "count")}).frame.columns) == ["n"]
    made = table("t", "c", frame, {"n": Heading("n")})
    with pytest.raises(MessageError, match="columns and headings differ, first in 'inside'"):
        type(made)("t", "c", frame, {"n": Heading("n"), "m": Heading("n")}, "en")


def test_headings_are_in_the_language_the_table_was_made_in():
    frame = pd.DataFrame({"year": [2000], "v2xcs_ccsi": [0.5]})
    headings = {"year": Heading("year", "year"), "v2xcs_ccsi": Heading("indicators.v2xcs_ccsi.short", "index", 3)}
    use_language("es")
    made = table("t", "Valores", frame, headings)
    use_language("en")
    assert rows(made)[0] == ["Año", "Sociedad civil (índice central)"]
    assert made.payload()["language"] == "es"


@pytest.mark.parametrize(
    ("value", "unit", "more", "english", "spanish"),
    [
        (None, "index", {}, "no data", "sin datos"),
        (float("nan"), "index", {}, "no data", "sin datos"),
        (pd.NA, "count", {}, "no data", "sin datos"),
        ("not_published", "", {}, "not published", "no publicado"),
        (1234.0, "count", {}, "1,234", "1,234"),
        (-0.0714, "index", {"decimals": 3, "signed": True}, "−0.071", "−0.071"),
        (0.00001, "index", {"decimals": 3, "signed": True}, "0.000", "0.000"),
        (0.1436, "share", {}, "14%", "14 %"),
        (0.0000072, "probability", {"decimals": 3}, "<0.001", "<0.001"),
        (0.0, "probability", {"decimals": 3}, "0.000", "0.000"),
        (True, "", {}, "yes", "sí"),
        (np.False_, "", {}, "no", "no"),
        (dt.date(2017, 5, 23), "date", {}, "23 May 2017", "23 de mayo de 2017"),
        (pd.Timestamp("2017-05-23 13:00"), "date", {}, "23 May 2017", "23 de mayo de 2017"),
        (pd.NaT, "date", {}, "no data", "sin datos"),
    ],
)
def test_a_value_is_written_as_the_reader_writes_it(value, unit, more, english, spanish):
    assert one(value, unit, **more) == english
    use_language("es")
    assert one(value, unit, **more) == spanish


HOSTILE = '<img src=x onerror="alert(1)"> & "quoted" \u202eabc\u200b\x07\n| **b**'


def test_text_from_data_is_no_markup_and_stays_on_its_line():
    made = table("t", HOSTILE, pd.DataFrame({"place": [HOSTILE], "n": [HOSTILE]}), {"place": Heading("place"),
                 "n": Heading("n")})  # fmt: skip
    read = Cells(as_html(made.payload()))
    assert read.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert not [value for name, value in read.attributes if name.startswith("on")]
    assert read.rows[1] == ['<img src=x onerror="alert(1)"> & "quoted"  abc | **b**'] * 2
    cells = as_text(made.payload()).splitlines()[-1].split("\t")
    assert cells == read.rows[1]


@pytest.mark.parametrize(
    ("address", "shown", "linked"),
    [
        ("https://www.opengovpartnership.org/members/x/", "opengovpartnership.org [1]", True),
        ('https://citizenlab.ca/"onclick="alert(1)', "citizenlab.ca [1]", True),
        ("javascript:alert(1)", "javascript:alert(1)", False),
        ("data:text/html,x", "data:text/html,x", False),
    ],
)
def test_only_addresses_of_the_web_are_links(address, shown, linked):
    made = table("t", "c", pd.DataFrame({"n": [1], "source": [address]}), {"n": Heading("n", "count"),
                 "source": Heading("source", "link")})  # fmt: skip
    read = Cells(as_html(made.payload()))
    assert read.rows[1][1] == shown
    assert [value for name, value in read.attributes if name == "href"] == ([address] if linked else [])
    assert made.payload()["rows"][0][1] == address, "a file holds the whole address"


def test_a_table_is_latex_in_which_data_is_no_command():
    use_language("en")
    frame = pd.DataFrame({"place": [r"\write18{rm} & 50% #1 $x_2$ ~^"], "share": [-0.25]})
    made = table("peers", "Peers & co", frame, {"place": Heading("place"), "share": Heading("share", "index", 2)})
    lines = made.to_latex().splitlines()
    assert lines[3] == r"\caption{Peers \& co}\label{tab:peers}"
    assert lines[8] == (
        r"\textbackslash{}write18\textbraceleft{}rm\textbraceright{} \& 50\% \#1 \$x\_2\$ "
        r"\textasciitilde{}\textasciicircum{} & \ensuremath{-}0.25 \\"
    )
    assert made.to_csv().splitlines()[0] == "place,share"


def test_the_numbers_of_a_caption_are_carried_also_where_they_know_their_unit():
    caption = sentence("cleaning.in_doubt", read=count(9), counted=count(4))
    assert table("t", caption, pd.DataFrame({"n": [1]}), {"n": Heading("n", "count")}).stated == {
        "read": 9,
        "counted": 4,
    }
