"""The files of a report beside its page."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.display.table import TABLE_MIME
from ogp_analysis.publishing.pages import render
from ogp_analysis.publishing.pages.carried import read
from ogp_analysis.publishing.runs.normalise import dumps, normalise


def payload(make, frame: pd.DataFrame) -> dict:
    return make.tabled(frame=frame)["data"][TABLE_MIME]


def test_a_table_has_machine_names_and_plain_values(make):
    frame = pd.DataFrame(
        {
            "country": ["México", 'a "b", c', "two\nlines", None],
            "year": [2024.0, None, 2011.0, 2012.0],
            "value": [0.6441234567891, None, -0.5, 1e-7],
            "since": pd.to_datetime(["2011-09-20", None, "2012-04-17", "2013-01-01"]),
        }
    )
    assert render.table(payload(make, frame)).decode("utf-8") == (
        "country,year,value,since\n"
        "México,2024,0.6441234568,2011-09-20\n"
        '"a ""b"", c",,,\n'
        '"two\nlines",2011,-0.5,2012-04-17\n'
        ",2012,1e-07,2013-01-01\n"
    )


def test_the_reason_of_a_missing_value_stays_its_code(make):
    frame = pd.DataFrame({"country": ["A", "B"], "value": ["not_reviewed", "not_applicable"]})
    assert render.table(payload(make, frame)) == b"country,value\nA,not_reviewed\nB,not_applicable\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_write_is_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        render.dumped({"a": [value]})


def test_numbers_carry_ten_digits_unit_interval_and_sentence(make):
    nb = make.notebook(make.code("a", make.now(value=0.1234567890123)))
    written = json.loads(render.numbers(read(nb).numbers))
    assert list(written) == sorted(written)
    assert written["sample.now.value"] == {
        "decimals": 2, "high": 0.7, "level": 0.68, "low": 0.58, "sentence": "sample.now", "signed": False,
        "unit": "index", "value": 0.123456789, "written": "0.12",
    }  # fmt: skip


def test_the_notebook_is_written_in_the_form_of_the_batch(make):
    nb = normalise(make.full(), {})
    assert render.notebook(nb) == dumps(nb).encode()


def test_the_notebook_keeps_what_is_not_a_sentence(make):
    nb = make.notebook(make.code("a\nb", make.printed("x\ny\n"), make.data(plain="p", html="<b>")), make.prose("text"))
    written = json.loads(render.notebook(nb))
    assert written["cells"][1]["source"] == ["a\n", "b"]
    assert written["cells"][1]["outputs"][0]["text"] == ["x\n", "y\n"]
    assert written["cells"][1]["outputs"][1]["data"] == {"text/plain": ["p"], "text/html": ["<b>"]}
    assert "outputs" not in written["cells"][2]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_notebook_that_json_cannot_hold_is_said(number):
    output = {"output_type": "display_data", "data": {"application/json": number}, "metadata": {}}
    cell = {"cell_type": "code", "source": "x", "outputs": [output], "metadata": {}}
    with pytest.raises(ReportError, match="holds what JSON cannot write"):
        render.notebook({"cells": [cell]})
