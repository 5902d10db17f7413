"""The days that the law asks of a call: which text held on its day, and what is said where none was read."""

from __future__ import annotations

import csv
import re

import pandas as pd
import pytest

from ogp_analysis.base import beside
from ogp_analysis.procurement.awarded.ocds import calls_as_told, read_as_told
from ogp_analysis.procurement.submission_terms import KINDS, facts, submission_terms, under_other_laws

CALL = beside.toml(__file__, "test_submission_terms.toml")["CALL"]
#: Kinds of call in the files of what was read of the law.
READ_AS = {
    "national": "national open call",
    "international": "international open call",
    "treaty": "international open call under treaties",
    "invitation": "invitation to at least three",
}


def calls(*changes: dict) -> pd.DataFrame:
    table = pd.DataFrame([CALL | {"process_id": str(n)} | change for n, change in enumerate(changes)])
    days = {name: pd.to_datetime(table[name], format="ISO8601") for name in ("call_date", "deadline")}
    texts = dict.fromkeys(("method", "character", "regime", "category"), "str")
    return table.assign(**days).astype(texts)


def told(*changes: dict) -> list[tuple]:
    """What is said of each call: its term and the shortest, or the reason why there is none."""
    made = submission_terms(calls(*changes))
    return [row.reason if isinstance(row.reason, str) else (row.term, row.shortest) for row in made.itertuples()]


def test_the_terms_are_those_that_were_read_of_the_law(mirror):
    rows = {}
    for version in ("read-2026-11", "read-2026-11-older"):
        file = mirror / "mexico_legal_authority" / version / "mexico_procurement_terms.csv"
        with file.open(encoding="utf-8", newline="") as handle:
            rows |= {row["key"]: row for row in csv.DictReader(handle)}
    for one in facts()["terms"]:
        row = rows[one["row"]]
        assert row["read"] == "read" and row["procedure"] == READ_AS[one["kind"]]
        assert row["law"].startswith("LAASSP" if one["law"] == "acquisitions_law" else "LOPSRM")
        assert row["minimum_days"] == str(one.get("days", "")), one["row"]
        assert (row["reducible_to"] or row["minimum_days"]) == str(one.get("shortest", "")), one["row"]
        assert row["from"] == one["in_force_from"].isoformat()
        assert row["to"] == (one["in_force_to"].isoformat() if "in_force_to" in one else "")
    # Whatever was read of a kind of call is held, and nothing else.
    of_a_kind = {key for key, row in rows.items() if row["read"] == "read" and row["procedure"] in READ_AS.values()
                 and row["law"].startswith(("LAASSP", "LOPSRM"))}  # fmt: skip
    assert {one["row"] for one in facts()["terms"]} == of_a_kind


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (15, 10)),
        ({"character": "international_open"}, (20, 10)),
        # The law knows no 40 days: they are the treaties'.
        ({"character": "international_under_treaty"}, (20, 10)),
        ({"method": "limited", "character": None}, (5, 5)),
        ({"call_date": "2009-06-26"}, "text_unread"),
        ({"call_date": "2009-06-27"}, (15, 10)),
        ({"call_date": "2025-04-16T23:59:00"}, (15, 10)),
        ({"call_date": "2025-04-17"}, (15, 10)),
        ({"call_date": None}, "text_unread"),
        ({"regime": "works_law"}, "text_unread"),
        ({"regime": "works_law", "method": "limited"}, "text_unread"),
        ({"regime": "works_law", "call_date": "2025-04-16"}, "text_unread"),
        ({"regime": "works_law", "call_date": "2025-04-17"}, (10, 10)),
        ({"regime": "works_law", "call_date": "2026-01-01", "character": "international_under_treaty"}, (40, 40)),
        ({"regime": "works_law", "call_date": "2026-01-01", "method": "limited"}, "no_term"),
        ({"regime": None, "category": "works"}, "text_unread"),
        ({"regime": None, "category": "leases"}, (15, 10)),
        ({"regime": None, "category": None}, "law_not_told"),
        ({"character": None}, "kind_not_told"),
        ({"regime": "partnership"}, "out_of_scope"),
        ({"external_credit": True, "character": None}, "out_of_scope"),
    ],
)
def test_the_text_in_force_on_the_day_of_the_call_sets_the_term(change, expected):
    assert told(change) == [expected]


def test_days_are_those_of_the_calendar_whatever_the_hour():
    made = submission_terms(
        calls({"call_date": "2017-03-01T20:00", "deadline": "2017-03-16T10:00"}, {"deadline": None})
    )
    assert made["days"].tolist()[0] == 15 and pd.isna(made["days"].iloc[1])


def test_direct_awards_have_no_term_and_calls_under_other_laws_none_that_is_held():
    assert told({"method": "direct"}, {"method": None}) == []
    made = under_other_laws(calls({}, {"method": "limited"}, {"method": "direct"}))
    assert made["reason"].tolist() == ["other_law", "other_law"] and made["term"].isna().all()


def test_every_kind_of_call_has_a_text():
    assert {one["kind"] for one in facts()["terms"]} == set(KINDS)
    assert all(one["law"] in facts()["laws"] and one["article"] for one in facts()["terms"])


def test_numbers_of_gacm_tell_kind_and_law_and_its_days_are_those_of_mexico_city(clean_ocds):
    """LPN is national, LPI international; OP, O and SRO are works, AB, AS, A and S acquisitions."""
    tables = read_as_told(clean_ocds("mexico-gacm").tables, "mexico-gacm").tables
    made = calls_as_told(tables, "mexico-gacm").set_index("process_id")
    numbers = tables["contracts"].set_index("ocid")["contract_id"]
    for ocid, row in made[made["method"].isin(("open", "limited"))].iterrows():
        first, second = re.search(r"(LPN|LPI|ITP)\W+([A-Z]+)", numbers[ocid]).groups()
        kind = {"LPN": "national", "LPI": "international"}.get(first)
        law = {"OP": "works_law", "O": "works_law", "SRO": "works_law", "AB": "acquisitions_law",
               "AS": "acquisitions_law", "S": "acquisitions_law"}[second]  # fmt: skip
        assert (row["character"] if pd.notna(row["character"]) else None, row["regime"]) == (kind, law), numbers[ocid]
    # 00:00 in Mexico City, an hour apart in summer and winter, is one day.
    winter_to_summer = made.loc["288"]
    assert (winter_to_summer["deadline"].normalize() - winter_to_summer["call_date"].normalize()).days == 113
