"""The page on how well the detector does is what the command writes, from labels that hold no text."""

from __future__ import annotations

import importlib.util
import re

import pandas as pd
import pytest

from ogp_analysis.surveillance.detector import MEASURED

from ..reports import ROOT

SPEC = importlib.util.spec_from_file_location("evaluate_detector", ROOT / "tools" / "evaluate_detector.py")
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)


@pytest.fixture(scope="module")
def labels():
    return pd.read_csv(tool.LABELS, dtype=str)


def test_labels_hold_keys_and_the_labels_of_both_readings_alone(labels):
    assert list(labels) == ["source", "key", "part", "first", "second"] and set(labels["part"]) == {"hit", "other"}
    known = {*tool.TIERS, tool.NONE, tool.UNDECIDABLE}
    assert {*labels["first"], *labels["second"]} <= known and labels.notna().all(axis=None)
    assert not labels.duplicated(["source", "key"]).any() and (labels["part"] == "other").sum() == tool.SAMPLE


def test_the_sample_depends_on_keys_alone():
    rows = pd.DataFrame({"source": "f", "key": [str(n) for n in range(3000)], "text": "x"})
    shuffled = rows.sample(frac=1, random_state=1)
    assert (
        sorted(tool.sampled(rows)["key"]) == sorted(tool.sampled(shuffled)["key"]) and len(tool.sampled(rows)) == 1000
    )


def test_both_readings_have_orders_of_their_own_that_tell_nothing_of_hits():
    rows = pd.DataFrame({"source": "f", "key": [str(n) for n in range(400)], "text": "x"})
    first, second = (tool.blind(rows, reading)["key"].tolist() for reading in tool.READINGS)
    assert sorted(first) == sorted(second) == sorted(rows["key"]) and first != second
    assert tool.blind(rows.iloc[::-1], "first")["key"].tolist() == first
    # Were hits the first rows, they would stand anywhere.
    places = [first.index(str(n)) for n in range(25)]
    assert min(places) < 100 and max(places) > 300


def test_agreement_is_of_texts_and_of_doubtful_ones_and_kappa_of_three_labels():
    pairs = [("none", "none")] * 6 + [("jamming", "jamming")] * 2 + [("jamming", "none"), ("undecidable", "none")]
    said = tool._agreement(pd.DataFrame(pairs, columns=["first", "second"]))
    # Expected by chance: .6 * .8 + .3 * .2 + .1 * 0 = .54; kappa = (.8 - .54) / .46.
    assert said["agreement"].startswith("8 of 10: 80.0%") and said["doubtful"].startswith("2 of 4: 50%")
    assert said["kappa"].startswith("0.57 (")


def test_precision_leaves_out_what_cannot_be_decided():
    assert tool._precision(pd.Series(["jamming", "none", "undecidable"])).startswith("1 of 2: 50%")
    assert tool._precision(pd.Series(["undecidable"])) == "no hit to judge"


def test_what_a_report_says_of_the_detector_is_what_the_page_measured():
    page, known = tool.PAGE.read_text(encoding="utf-8"), MEASURED
    right, decided = re.search(r"\| all \| \d+ .*?\| (\d+) of (\d+): ", page).groups()
    (texts,) = re.findall(r"aside|In the four tiers .* 0 hits among the ([\d,]+) texts", page)[-1:]
    assert (known["right"], known["decided"]) == (int(right), int(decided)) and known["intrusive"] == 0
    assert f"{known['texts']:,}" == texts


@pytest.mark.slow
def test_the_page_is_what_the_command_writes_and_every_hit_was_read(mirror, labels):
    rows = tool.corpus(mirror)
    hits = tool.read_hits(rows, labels)
    made = tool.page(rows, labels, hits)
    assert tool.measured(rows, hits) == tool.MEASURED.read_text(encoding="utf-8")
    assert made == tool.PAGE.read_text(encoding="utf-8")
    assert "; 0 of these were not read" in made and "no hit to judge" in made
