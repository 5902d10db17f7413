"""A scan of cleaned contracts: hits with reasons, what there was to read, powers apart, verdicts that stay."""

from __future__ import annotations

from importlib import import_module

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ogp_analysis as ogp
from ogp_analysis.base.errors import CleaningError, ParameterError, SourceError
from ogp_analysis.base.words import word
from ogp_analysis.procurement.own_files.contract_rows import COLUMNS
from ogp_analysis.surveillance.powers import MEASURES
from ogp_analysis.surveillance.review import Verdict, edited, reviewed, shown_buyer, shown_key, shown_reasons
from ogp_analysis.surveillance.scan import ASKED, HIT_COLUMNS, plain_facts, scanned, with_flags

#: The package shows the function under the name of its module.
module = import_module("ogp_analysis.surveillance.scan")
SPY = "Servicio de monitoreo de información remota"
CCTV = "Mantenimiento de videovigilancia"


def piece(*rows: dict) -> pd.DataFrame:
    blank = dict.fromkeys(COLUMNS, "") | {"date": pd.NaT, "amount": float("nan"), "line": 1}
    made = [blank | {"key": f"k{n}#1", "process": f"p{n}"} | row for n, row in enumerate(rows)]
    frame = pd.DataFrame(made, columns=list(blank))
    return frame.astype({"date": "datetime64[us]", "amount": "float64"})[COLUMNS]


def hits(*rows: dict) -> pd.DataFrame:
    return scanned([piece(*rows)]).frame


def test_a_hit_has_its_contract_and_its_reasons_term_by_term():
    found = scanned([piece({"object": "Sillas"}, {"object": SPY, "buyer": "SEDENA", "supplier": "Grupo Tech Bull"})])
    assert tuple(found.frame) == HIT_COLUMNS
    row = found.frame.iloc[0]
    assert (row["key"], row["grade"], row["tier"], row["score"]) == ("k1#1", "probable", "intrusion", 9)
    assert row["reasons"] == (
        "term: servicio de monitoreo de informacion remota (infection of devices, 4); "
        "listed firm (infection of devices, 4); security body as the buyer (1)"
    )
    assert found.reasons["points"].sum() == 9 and set(found.reasons["key"]) == {"k1#1"}
    assert (found.probable, found.possible, found.n) == (1, 0, 2)


def test_the_institution_of_a_buying_unit_is_read_beside_its_name():
    rows = [{"object": CCTV, "buyer": "Unidad 7", "institution": name} for name in ("Secretaría de Marina", "Museo")]
    assert hits(*rows)["score"].tolist() == [3, 2]


def test_a_hit_that_rests_on_a_firm_alone_is_counted_apart():
    found = scanned([piece({"object": "Juguetes", "supplier": "KBH Track"}, {"object": CCTV}, {"object": "Sillas"})])
    assert (found.listed, found.probable, found.possible) == (1, 0, 1)


def test_hits_do_not_depend_on_how_the_contracts_are_cut():
    rows = [
        {"object": text, "buyer": "SEDENA", "date": pd.Timestamp("2019-02-03")} for text in [SPY, "Sillas", CCTV] * 5
    ]
    whole = piece(*rows)
    cut = scanned([whole.iloc[:4], whole.iloc[:0], whole.iloc[4:].reset_index(drop=True)])
    pd.testing.assert_frame_equal(cut.frame, scanned([whole]).frame)
    pd.testing.assert_frame_equal(cut.powers, scanned([whole]).powers)
    assert cut.languages == scanned([whole]).languages and cut.n == 15


def test_what_there_was_to_read_is_counted():
    found = scanned([piece(
        {"object": "Servicio de limpieza con los equipos del taller", "supplier": "X SA", "amount": 1.0},
        {"object": "Supply of chairs for the office", "buyer": "Casa", "date": pd.Timestamp("2019-01-01")},
        {"object": "Serviços de limpeza das salas em geral ao dia"},
        {"object": "Fourniture des chaises et du matériel pour les bureaux"},
        {"object": "Աթոռներ"}, {"object": "  "}, {"object": "Sillas"}, {"supplier": "persona física"},
    )])  # fmt: skip
    assert found.languages == {"es": 1, "en": 1, "pt": 1, "fr": 1, "": 2}
    assert (found.n, found.n_text, found.n_other_script) == (8, 5, 1)
    assert (found.n_supplier, found.n_buyer, found.n_dated, found.n_amount) == (1, 1, 1, 1)
    assert repr(found).startswith("Scan(n=8, n_text=5, ")


def test_one_of_several_codes_tells():
    rows = [{"mx_cog": "1;33701;2", "buyer": "SEDENA"}, {"mx_cog": "1;2"}, {"cpv_2008": "3;35700000;35720000-7"},
            {"unspsc": "5"}, {"cpv_2008": "35720000"}, {"cpv_2008": "1;79711000-1"}]  # fmt: skip
    found = hits(*rows)
    assert found["key"].tolist() == ["k2#1", "k4#1", "k0#1"]
    assert found["reasons"].tolist()[:2] == ["code: cpv_2008 35720000 (interception, 3)"] * 2
    assert "code: mx_cog 33701" in found["reasons"][2]


def test_the_same_contract_of_two_files_is_one_hit_and_what_they_say_differently_is_two():
    one = {"key": "C#1", "object": SPY, "file": "a.csv"}
    found = scanned([piece(one), piece(one | {"file": "b.csv", "line": 9}), piece(one | {"amount": 5.0})])
    assert found.frame["key"].tolist() == ["C#1", "C#1~2"] and found.n_repeated == 1
    assert found.frame["file"].tolist() == ["a.csv", "a.csv"] and found.n == 3


def test_a_key_that_looks_like_a_numbered_one_stays_the_publishers_own():
    one = {"key": "K", "object": SPY}
    found = scanned([piece(one), piece(one | {"amount": 5.0}), piece(one | {"key": "K~2", "amount": 7.0})])
    assert sorted(found.frame["key"]) == ["K", "K~2", "K~3"]
    assert found.frame.set_index("key").loc["K~2", "amount"] == 7.0
    verdicts = {key: Verdict("confirmed", "", facts)
                for key, facts in zip(found.frame["key"], plain_facts(found.frame), strict=True)}  # fmt: skip
    assert reviewed(found.frame, verdicts).confirmed.all() and not reviewed(found.frame, verdicts).lost


def test_powers_stand_by_buyer_and_day_and_not_by_what_was_hit():
    day = pd.Timestamp("2019-02-03")
    rows = [{"object": text, "buyer": "Fiscalía General de la República", "date": day} for text in (SPY, CCTV)]
    rows += [
        {"object": SPY, "buyer": "Casa de nadie", "date": day},
        {"object": SPY, "buyer": "SEDENA"},
        {"object": SPY},
    ]
    found = scanned([piece(*rows)])
    assert not {"outcome", "technology", "provisions"} & set(found.frame)
    assert not {"key", "process", "tier"} & set(found.powers)
    known = found.powers[found.powers["technology"].notna()]
    assert known["technology"].tolist() == list(ASKED) and set(known["date"]) == {day}
    assert set(MEASURES) < set(ASKED)
    assert known["outcome"].tolist()[0] == "disputed" and set(known["body"]) == {"PGR / FGR"}
    rest = found.powers[found.powers["technology"].isna()]
    assert rest[["buyer", "outcome"]].values.tolist() == [["Casa de nadie", "not_researched"]]
    assert rest["date"].isna().all()
    # Of the same buyer and day, whatever was hit, the same is said.
    pd.testing.assert_frame_equal(scanned([piece(rows[0])]).powers, scanned([piece(rows[1])]).powers)


def test_a_page_shows_no_name_of_a_vendor_among_the_reasons():
    found = scanned([piece({"object": "Licencias de Pegasus, software de inteligencia", "buyer": "SEDENA"})])
    assert "pegasus" in found.frame["reasons"][0]
    assert "pegasus" not in shown_reasons(found.reasons) and "name of a vendor or product" in shown_reasons(
        found.reasons
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [("SEDENA", True), ("Fiscalía General de la República", True), ("Casa de cultura", True), ("Juan Pérez", False),
     ("María Guadalupe Hernández López", False), ("London Borough of Brent", True), ("", True)],
)  # fmt: skip
def test_a_buyer_that_may_be_a_person_is_not_named(name, shown):
    assert (shown_buyer(name) == name) == shown


def test_the_code_of_a_person_in_a_key_is_not_shown():
    assert shown_key("GODE561231GR8#1") == word("scan.page.person")
    assert shown_key("C-1#1") == "C-1#1"


def test_flags_stand_at_their_contract_or_process(monkeypatch):
    found = scanned([piece({"object": SPY}, {"object": SPY}, {"object": SPY, "process": "p1"}, {"object": "Sillas"})])
    asked = []

    def raised(folder, processes):
        asked.append((folder, processes))
        rows = [("R010", "p1", "k1#1"), ("R003", "p1", ""), ("R003", "p9", "")]
        return pd.DataFrame(rows if folder == "a" else [], columns=["flag", "process", "key"])

    monkeypatch.setattr(module, "raised_flags", raised)
    flagged = with_flags(found, ["a", "b"]).frame.set_index("key")["flags"].to_dict()
    assert flagged == {"k0#1": "", "k1#1": "R003; R010", "k2#1": "R003"}
    assert asked == [("a", {"p0", "p1"}), ("b", {"p0", "p1"})]

    def fails(folder, processes):
        raise CleaningError("p1", "does not add up", "Look")

    monkeypatch.setattr(module, "raised_flags", fails)
    assert with_flags(found, ["a"]).flags_missing == "p1: does not add up. Look."
    assert with_flags(scanned([]), ["a"]).flags_missing == ""


def test_the_front_door_scans_a_folder(tmp_path, mirror):
    from ogp_analysis.procurement.own_files.cleaning_run import clean_files

    clean_files([mirror / "compranet" / "2018-sample" / "2018.sample.csv"], "compranet", tmp_path / "out")
    found = ogp.surveillance.scan(tmp_path / "out")
    assert found.n == 169 and found.n_text > 150 and found.languages["es"] > 100
    with pytest.raises(SourceError, match="Clean the files first"):
        ogp.surveillance.scan(tmp_path)


# Verdicts


BASE = {"object": SPY, "buyer": "SEDENA", "supplier": "Grupo Tech Bull SA de CV", "amount": 5.0, "currency": "MXN",
        "date": pd.Timestamp("2019-02-03")}  # fmt: skip


def verdict(row: dict, *said: str) -> Verdict:
    return Verdict(*said, facts=plain_facts(hits(row))[0])


@pytest.mark.parametrize(
    ("column", "value"),
    [("amount", 6.0), ("date", pd.Timestamp("2019-02-04")), ("buyer", "PGR"), ("currency", "USD"),
     ("object", SPY + " y sillas"), ("supplier", "Otra SA de CV"), ("amount", float("nan")), ("date", pd.NaT)],
)  # fmt: skip
def test_a_contract_that_changed_says_in_what_and_counts_as_not_confirmed(column, value):
    row = BASE | {"key": "C#1"}
    told = reviewed(hits(row | {column: value}), {"C#1": verdict(row, "confirmed")})
    assert told.hits["changed_since_verdict"].tolist() == [column]
    assert told.hits["verdict"].tolist() == ["confirmed"] and not told.confirmed.any()
    # What it said when the verdict was given is kept, so that it is said the next time, too.
    assert told.verdicts["C#1"].facts == plain_facts(hits(row))[0]


def test_a_masked_person_with_a_number_as_earlier_versions_gave_it_is_no_change():
    row = BASE | {"key": "C#1", "supplier": "persona física 4"}
    told = reviewed(hits(row | {"supplier": "persona física"}), {"C#1": verdict(row, "confirmed")})
    assert told.confirmed.all()


def test_rows_of_one_contract_that_change_places_take_their_verdicts_along():
    one, two = BASE | {"key": "C#1"}, BASE | {"key": "C#2", "amount": 9.0}
    said = {"C#1": verdict(one, "confirmed"), "C#2": verdict(two, "rejected")}
    told = reviewed(hits(one | {"key": "C#2"}, two | {"key": "C#1"}), said)
    assert dict(zip(told.hits["key"], told.hits["verdict"], strict=True)) == {"C#2": "confirmed", "C#1": "rejected"}
    assert (told.hits["changed_since_verdict"] == "").all() and set(told.verdicts) == {"C#1", "C#2"} and not told.lost
    # One that stands before it now has no verdict; and of files that differ, each its own.
    told = reviewed(hits(BASE | {"key": "C#1", "amount": 1.0}, one | {"key": "C#2"}), {"C#1": said["C#1"]})
    assert dict(zip(told.hits["key"], told.hits["verdict"], strict=True)) == {"C#1": "", "C#2": "confirmed"}
    told = reviewed(hits(one | {"key": "C#1~2"}), {"C#1": said["C#1"]})
    assert told.confirmed.all()


def test_a_verdict_whose_place_another_has_taken_is_kept_under_another_key():
    one, other = BASE | {"key": "C#1"}, BASE | {"key": "C#2", "amount": 9.0}
    said = {"C#1": verdict(one, "confirmed"), "C#2": verdict(other, "rejected", "toys")}
    told = reviewed(hits(one | {"key": "C#2"}), said)
    assert told.hits[["key", "verdict"]].values.tolist() == [["C#2", "confirmed"]]
    assert told.lost == {"C#2~": said["C#2"]} and told.verdicts == {"C#2": said["C#1"], "C#2~": said["C#2"]}
    # It comes back to the contract that says what it was given on.
    back = reviewed(hits(one, other), told.verdicts)
    assert dict(zip(back.hits["key"], back.hits["verdict"], strict=True)) == {"C#1": "confirmed", "C#2": "rejected"}


def table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["key", "verdict", "note"])


def test_what_a_reviewer_writes_is_new_and_what_stays_is_not():
    facts = {"C#1": ("a",) * 6, "D#1": ("b",) * 6}
    known = {"C#1": Verdict("confirmed", "read", ("old",) * 6)}
    both = [("hits.csv", table(("C#1", "confirmed", "read"), ("D#1", " Descartado ", " "), ("", "", ""))),
            ("hits.xlsx", table(("C#1", "CONFIRMED", "read"), ("D#1", "", "")))]  # fmt: skip
    made = edited(both, known, facts)
    assert made == {"C#1": known["C#1"], "D#1": Verdict("rejected", "", ("b",) * 6)}
    # A verdict that is given again is given on what the contract says now.
    again = edited([("hits.csv", table(("C#1", "confirmed", "read twice")))], known, facts)
    assert again["C#1"] == Verdict("confirmed", "read twice", ("a",) * 6)
    assert edited([("hits.csv", table(("C#1", "", "")))], known, facts) == {}
    assert edited([("hits.csv", table())], known, facts) == known
    assert edited([("hits.csv", table(("Z#1", "", "who?")))], {}, facts) == {"Z#1": Verdict("", "who?", ())}


def test_a_verdict_that_is_none_and_two_that_differ_are_refused():
    with pytest.raises(ParameterError, match=r"hits\.csv: has the verdict 'maybe' at 'C#1', which is not a verdict"):
        edited([("hits.csv", table(("C#1", "maybe", "")))], {}, {})
    with pytest.raises(ParameterError, match=r"hits\.csv and hits\.xlsx: contradict each other on 'C#1'"):
        edited([("hits.csv", table(("C#1", "confirmed", ""))), ("hits.xlsx", table(("C#1", "unsure", "")))], {}, {})
    with pytest.raises(ParameterError, match=r"hits\.csv: contradict each other"):
        edited([("hits.csv", table(("C#1", "confirmed", ""), ("C#1", "", "x")))], {}, {})


SAID = st.tuples(st.sampled_from(["A#1", "A#2", "B#1", "C"]), st.sampled_from(["", "confirmed", "unsure"]))


@settings(max_examples=15, deadline=None)
@given(st.lists(SAID, unique_by=lambda one: one[0]), st.lists(st.sampled_from(["A#1", "A#2", "B#1"]), unique=True))
def test_no_verdict_is_ever_lost(said, there):
    facts = ("",) * 6
    found = hits(*(BASE | {"key": key, "amount": float(n)} for n, key in enumerate(there)))
    told = reviewed(found, {key: Verdict(verdict, "note", facts) for key, verdict in said})
    assert len(told.verdicts) == len(said) and len(told.hits) == len(there)
    assert sorted(one.verdict for one in told.verdicts.values()) == sorted(verdict for _, verdict in said)
    assert set(told.lost) == set(told.verdicts) - set(there)
