"""The page on how well the detector does is what the command writes, from labels that hold no text."""

from __future__ import annotations

import importlib.util

import pandas as pd
import pytest

from ..reports import ROOT

SPEC = importlib.util.spec_from_file_location("evaluate_detector", ROOT / "tools" / "evaluate_detector.py")
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)


def test_labels_hold_keys_and_labels_alone():
    labels = pd.read_csv(tool.LABELS, dtype=str)
    assert list(labels) == ["source", "key", "part", "label"]
    assert set(labels["label"]) == {"yes", "no", "unsure"} and set(labels["part"]) == {"hit", "other"}
    assert not labels.duplicated(["source", "key"]).any() and (labels["part"] == "other").sum() == tool.SAMPLE


def test_the_sample_depends_on_keys_alone():
    rows = pd.DataFrame({"source": "f", "key": [str(n) for n in range(3000)], "text": "x"})
    shuffled = rows.sample(frac=1, random_state=1)
    assert (
        sorted(tool.sampled(rows)["key"]) == sorted(tool.sampled(shuffled)["key"]) and len(tool.sampled(rows)) == 1000
    )


@pytest.mark.slow
def test_the_page_is_what_the_command_writes_and_every_hit_was_read(mirror):
    rows = tool.corpus(mirror)
    made = tool.page(rows, pd.read_csv(tool.LABELS, dtype=str))
    assert made == tool.PAGE.read_text(encoding="utf-8")
    assert "; 0 of these were not read" in made and "no hit to judge" in made
