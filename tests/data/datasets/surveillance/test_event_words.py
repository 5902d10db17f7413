"""Events on surveillance: what cleaners take over, and that what we say of an event is no sentence of its page."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import surveillance_commitments
from ogp_analysis.data.datasets.surveillance import (
    mexico_surveillance_targets,
    mexico_surveillance_timeline,
    surveillance_events,
)

ADDITIONS = mexico_surveillance_timeline.DATASET, mexico_surveillance_timeline.DATASET.inputs[1]
STATEMENTS = surveillance_commitments.DATASET, surveillance_commitments.DATASET.inputs[1]
PARTS, EVENTS = ((one.DATASET, one.DATASET.inputs[0]) for one in (mexico_surveillance_targets, surveillance_events))
PAGE = "https://example.org/a"
ROWS = {
    "additions": {"id": "MS-01", "date": "2018-05", "date_precision": "month", "kind": "event", "what": "", "body": "X",
                  "source_url": PAGE, "confidence": "high (text); medium (year)"},
    "commitment7": {"id": "C7-01", "date": "", "precision": "unknown", "actor": "X", "stage": "plan", "statement": "",
                    "source_url": PAGE, "source_kind": "news", "confidence": "high", "note": ""},
    "parts": {"part": "7 Reckless VI", "publication_date": "2018-11-27", "publisher": "X", "n_new": "<3",
              "cumulative_stated": "24", "measure": "targeted", "source_url": PAGE, "confidence": "high"},
    "events": {"iso3": "ITA", "date": "2025-01-31", "event_type": "purchase admitted", "source_url": PAGE,
               "confidence": "high (event); medium (day)", "ogp_member_at_date": "yes"},
}  # fmt: skip
OF = {"additions": ADDITIONS, "commitment7": STATEMENTS, "parts": PARTS, "events": EVENTS}


def one(made, name: str, **changed) -> dict:
    dataset, source = OF[name]
    [row] = cleaned(dataset, [(source, made([ROWS[name] | changed]))]).tables[name].to_dict("records")
    return row


def test_what_the_publishers_words_mean_is_coded(made):
    assert one(made, "additions")["kind"] == "disclosure" and one(made, "additions")["confidence"] == "medium"
    undated = one(made, "commitment7")
    assert undated["source_kind"] == "press" and undated["date"] != undated["date"]
    part = one(made, "parts")
    assert (part["part"], part["n_new"], part["cumulative_stated"]) == ("P-07", "<3", 24)
    event = one(made, "events")
    assert (event["event"], event["kind"]) == ("ITA-2025-01-31", "purchase_admitted")
    assert (event["confidence"], event["caveat"]) == ("high", "day_less_sure")


@pytest.mark.parametrize("name", sorted(ROWS))
def test_of_an_address_that_names_a_person_the_host_alone_stays(made, name):
    marked = "example.org (its address names a person)"
    assert one(made, name, source_url=f"{marked} | {PAGE}")["source_urls"] == f"https://example.org/ | {PAGE}"


def test_the_firm_of_the_person_who_was_acquitted_is_left_out(made):
    assert one(made, "additions", id="MS-26", body="FGR; A firm")["body"] == "FGR"
    assert one(made, "additions", body="FGR; A firm")["body"] == "FGR; A firm"


def words(texts) -> list[list[str]]:
    return [re.findall(r"\w+", text.lower()) for text in texts]


def runs(texts, n: int) -> set[tuple[str, ...]]:
    return {tuple(one[at : at + n]) for one in words(texts) for at in range(len(one) - n + 1)}


def test_what_we_say_repeats_no_run_of_more_than_six_words_of_the_compiled_rows(mirror):
    own = pd.read_csv(paths.project().raw / "surveillance_event_words" / "1-extract" / "words.csv", dtype="str")
    files = [mirror / item.source / item.version / item.files for _, item in OF.values()]
    files.append(mirror / "mexico_surveillance_timeline" / "compiled" / "mexico_timeline.csv")
    wording = re.compile("what|statement|event|note|caveat|groups|operator_attribution|attribution|title|text_kind")
    raw = [pd.read_csv(file, dtype="str", keep_default_na=False) for file in files]
    theirs = pd.concat([frame[name] for frame in raw for name in frame.columns if wording.fullmatch(name)])
    said = pd.concat([own[name].dropna() for name in ("en", "es", "caveat_en", "caveat_es")])
    assert len(runs(theirs, 7)) > 1000
    assert not runs(said, 7) & runs(theirs, 7)
