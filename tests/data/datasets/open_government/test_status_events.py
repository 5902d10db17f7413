from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government.status_events import CODING, DATASET, clean, finish
from tests.data.datasets.plain_rows import plain

SOURCE = DATASET.inputs[0]
#: The one row that the coding table judges; without it a build stops.
JUDGED = plain("ogp_status_events", 1)


def row(iso3="KEN", date="2020-02", precision="month", event="Under Review letter", mechanism="Procedural Review"):
    told = {"iso3": iso3, "date": date, "date_precision": precision, "mechanism": mechanism, "event": event}
    return plain("ogp_status_events") | told | {"source_url": f"https://opengovpartnership.org/{iso3}/{date}"}


@pytest.fixture
def build(made):
    def events(*rows):
        result = cleaned(DATASET, [(SOURCE, made([JUDGED, *rows]))])
        return result.tables["events"], result.record

    return events


def own(events, iso3="KEN"):
    return events[(events["iso3"] == iso3) & (events["origin"] == "compiled")]


def test_a_news_report_is_of_medium_confidence_and_the_judged_row_unconfirmed(build):
    events, _ = build(row(event="Designated inactive (reported on television)"))
    assert own(events)["confidence"].tolist() == ["medium"]
    judged = events[events["iso3"] == "GEO"].iloc[0]
    assert judged["confidence"] == "unconfirmed"
    assert not judged["verified"]


def test_unknown_text_raises_and_names_file_line_and_text(made):
    with pytest.raises(CleaningError) as error:
        clean(made([row(), row(event="Expelled by acclamation")]), SOURCE)
    assert "made.csv, column event: " in str(error.value) and "in line 3" in str(error.value)
    assert "Expelled by acclamation" in str(error.value)


def test_a_known_text_with_more_to_it_raises(made):
    with pytest.raises(CleaningError, match="taken back"):
        clean(made([row(event="Under Review letter taken back")]), SOURCE)


def test_a_date_of_other_precision_than_stated_raises(made):
    with pytest.raises(
        CleaningError,
        match="1 dates that are not as precise as stated, for example '2020-02-03' beside 'month' in line 2",
    ):
        clean(made([row(date="2020-02-03", precision="month")]), SOURCE)


def test_a_year_only_row_is_merged_into_the_dated_row_of_the_same_event(build):
    events, record = build(
        row(date="2022", precision="year", event="Declared inactive"),
        row(date="2022-03", event="Designated inactive (reported)"),
        row(date="2022-05", event="Under Review letter"),
    )
    kept = own(events)
    assert kept["date_text"].tolist() == ["2022-03", "2022-05"]
    inactive = kept.iloc[0]
    assert (
        inactive["source_url"] == "https://opengovpartnership.org/KEN/2022 | https://opengovpartnership.org/KEN/2022-03"
    )
    assert pd.isna(inactive["confidence"]), "the merged row is not a news report"
    assert record.entries[["action", "rule", "old", "new"]].to_numpy().tolist() == [
        ["merged", "dated_row_supersedes", "2022", "2022-03"]
    ]
    assert record.balance()[["rows_in", "kept", "merged"]].iloc[0].tolist() == [4, 3, 1]


def test_a_judgement_on_a_row_that_is_gone_raises(made):
    with pytest.raises(CleaningError, match="judgements refer to rows that do not exist"):
        finish([clean(made([row()]), SOURCE)])


def test_an_added_fact_that_the_table_has_come_to_hold_raises(made):
    there = row("MEX", "2019-12-10", "day", "Launch of the plan", "Process")
    with pytest.raises(CleaningError, match="added facts are already in the compiled table"):
        finish([clean(made([JUDGED, there]), SOURCE)])


def test_an_exit_dated_by_one_table_alone_stays_an_exit(build):
    announced = row("HUN", "2016-12-07", "day", "Letter announcing immediate withdrawal", "Withdrawal")
    events, record = build(announced)
    assert own(events, "HUN")["event_code"].tolist() == ["exit_withdrawn"] and len(record.entries) == 0


def test_whose_page_says_so_and_what_to_keep_in_mind_stand_beside_each_event(published):
    events = published(DATASET)[1].tables["events"]
    assert events["source_kind"].notna().all()
    second_hand = events[events["source_kind"].isin(["press", "mailing_list", "copy"]) & (events["origin"] != "added")]
    assert len(second_hand) > 40 and second_hand["confidence"].notna().all()
    noted = events.dropna(subset="caveat").set_index(["iso3", "date_text"])["caveat"].to_dict()
    assert noted["GEO", "2026-04-13"] == "one_outlet" and noted["ISR", "2026-02-01"] == "effect_not_seen"
    assert noted["GEO", "2024"] == noted["MEX", "2023"] == "page_undated"


def test_no_address_names_a_person(published):
    for table in ("events", "conflicts"):
        links = published(DATASET)[1].tables[table]["source_url"]
        assert not links.str.contains("chakwera|names a person").any()
    fronts = links[links.str.fullmatch(r"https://[\w.]+/")]
    assert sorted(fronts) == ["https://malawi24.com/", "https://radionet.com.mx/", "https://timesofmalta.com/"]


def test_a_host_that_nobody_looked_at_raises(made):
    with pytest.raises(CleaningError, match=r"hosts of no known kind, for example 'https://unheard\.example/a'"):
        clean(made([{**row(), "source_url": "https://unheard.example/a"}]), SOURCE)


def test_a_conflict_of_other_years_than_its_coding_raises(published):
    source, chunk = published(DATASET)[0][2]
    with pytest.raises(CleaningError, match="1 matters that differ from their coding"):
        clean(chunk.assign(found=chunk["found"].str.replace("2023-2027", "2033-2037")), source)


def test_what_the_conflicts_prefer_is_what_the_tables_go_by(published):
    conflicts = published(DATASET)[1].tables["conflicts"].set_index(["subject", "matter"])
    countries = published(dataset("ogp_membership"))[1].tables["countries"].set_index("iso3")
    used = conflicts["held"].where(conflicts["prefer"] == "held", conflicts["found"])
    for iso3 in ("HUN", "PAK"):
        assert countries.loc[iso3, "left"] == used[iso3, "exit_date"]
    for iso3, matter in (("RUS", "exit_date"), ("TZA", "letter_received")):
        kept = set(countries.loc[iso3, ["left", "left_other"]])
        assert {date for date in conflicts.loc[(iso3, matter), ["held", "found"]] if len(date) == 10} <= kept
    assert countries["left"].notna().sum() == int(used["ALL", "countries_left"])
    assert used["BFA", "last_plan"] == "{latest_plan_start}/{latest_plan_end}".format_map(countries.loc["BFA"])


def test_every_pattern_matches_a_published_text(published):
    parts, _ = published(DATASET)
    texts = pd.concat([chunk["event"] for _, chunk in parts if "event" in chunk.columns])
    patterns = [pattern for event in CODING["event"] for pattern in event["patterns"]]
    assert [p for p in patterns if not texts.str.fullmatch(p).any()] == []
    assert [part for part in CODING["caveats"].values() if not texts.str.contains(part, regex=False).any()] == []
