"""Contracts of made-up files: which are looked at, what they amount to, and what flags and lists say of them."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base import beside
from ogp_analysis.base.conformance import cast
from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.words import Sentence
from ogp_analysis.data.datasets.procurement.compranet.columns import CONTRACTS
from ogp_analysis.data.datasets.procurement.mexico_sanctions import SANCTIONS
from ogp_analysis.data.datasets.procurement.mexico_thresholds import SCHEMA as CEILINGS
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.data.store import hand_out
from ogp_analysis.procurement.awarded.published import held
from ogp_analysis.procurement.contracts import contracts, of_buyer
from ogp_analysis.procurement.flag_rates import red_flags
from ogp_analysis.procurement.publications import PUBLICATIONS, publication

from .. import cells

PLAIN = beside.toml(__file__, "test_contracts.toml")["PLAIN"]
ROWS = (
    {"contract_key": "A"},
    {"contract_key": "B", "supplier_name": "Acme, S.A. de C.V.", "procedure_key": "E2"},
    {"contract_key": "C", "supplier_name": "persona física", "supplier_kind": "presumed_natural_person",
     "procedure_key": "E3", "procurement_method": "direct"},
    {"contract_key": "D", "buyer_id": "U2", "buyer_name": "Hospital del Sur", "procedure_key": "E4",
     "award_date": "2016-02-01", "opening_date": "2017-02-10", "amount": 10.0, "currency": "USD"},
    {"contract_key": "E", "buyer_id": "U2", "buyer_name": "Hospital del Sur", "procedure_key": "E5",
     "award_date": None, "start_date": None, "amount": 0.0, "amount_status": "zero"},
    {"contract_key": "F", "file": "compranet/2018-sample/2018.sample.csv", "procedure_key": "E6"},
)  # fmt: skip


def cleaned(*rows: dict) -> pd.DataFrame:
    table = pd.DataFrame([{**PLAIN, **row} for row in rows])
    unsaid = pd.DataFrame(pd.NA, table.index, [name for name in CONTRACTS.names if name not in table], dtype="str")
    return cast(pd.concat([table, unsaid], axis=1), CONTRACTS)


def ceilings(year: int = 2017, ceiling: int = 1000) -> pd.DataFrame:
    row = {"year": str(year), "kind": "goods", "procedure": "direct_award", "bracket": "highest", "read": False,
           "budget_over": pd.NA, "budget_to": pd.NA,
           "ceiling_published": str(ceiling), "vat": "excluded", "ceiling": str(ceiling)}  # fmt: skip
    return cast(pd.DataFrame([row]), CEILINGS)


def yearly(year: int = 2016) -> pd.DataFrame:
    return pd.DataFrame({"currency": ["MXN"], "year": [year], "per_usd": [20.0], "months": [12]})


@pytest.fixture
def shelf(monkeypatch):
    """The tables that an edition holds, by dataset and table; empty at first but for contracts."""
    tables = {("compranet", "contracts"): cleaned(*ROWS), ("exchange_rates_fed", "yearly"): yearly()}
    behind = {
        "balance": [{"dataset": "compranet", "file": PLAIN["file"], "rows_in": 7}],
        "sources": [{"folder": "compranet/2017-sample", "redistribute": True},
                    {"folder": "compranet/2018-sample", "redistribute": False}],
    }  # fmt: skip

    def load(dataset, table, edition="embedded", columns=None):
        frame = tables[dataset, table]
        return frame[[c for c in columns if c in frame]] if columns else frame

    for place in (hand_out, ogp):
        monkeypatch.setattr(place, "load", load)
        monkeypatch.setattr(place, "has", lambda dataset, table, edition="embedded": (dataset, table) in tables)
    monkeypatch.setattr(hand_out, "provenance", lambda: hand_out.Provenance(behind))
    return tables


def opened(dataset: str, **parameters) -> tuple[dict, str]:
    """Return what the cells of the notebook name, and what they say."""
    names, shown = cells.run("procurement_integrity", dataset=dataset, **parameters)
    return names, " ".join(one.plain() for one in shown if isinstance(one, Sentence))


def flags(dataset: str) -> dict:
    """Return the answer of every red flag for the contracts of a publication."""
    found = contracts(dataset)
    return red_flags(found.frame, found.tables, found.settings).answers


def test_the_flow_leads_from_the_file_to_the_contracts_looked_at(shelf):
    names, _ = opened("compranet_2017", first_year=2017, last_year=2017, buyer="hospital general")
    assert names["flow"] == [("source", 7), ("contracts", 5), ("awarded", 5), ("in_years", 3), ("of_buyer", 3)]
    assert opened("compranet_2017", last_year=2016)[0]["flow"][-1] == ("in_years", 1)
    assert names["buyer_name"] == "Hospital General" and set(names["awards"]["year"]) == {2017}
    assert contracts("compranet_2017").flow == (("source", 7), ("contracts", 5), ("awarded", 5))


def test_the_other_files_of_the_dataset_are_not_looked_at(shelf):
    assert contracts("compranet_2018").frame["award_key"].tolist() == ["F#1"]
    assert held("embedded") == ("compranet_2017", "compranet_2018")


def test_single_values_are_open_where_the_terms_of_the_source_say_so(shelf):
    assert contracts("compranet_2017", "full").listable
    assert not contracts("compranet_2018", "full").listable
    assert contracts("compranet_2018", "embedded").listable, "what is embedded may be passed on"


def test_a_firm_is_one_in_all_spellings_and_a_person_has_no_identifier(shelf):
    ids = contracts("compranet_2017").frame.set_index("award_key")["supplier_id"]
    assert ids["A#1"] == ids["B#1"] and pd.isna(ids["C#1"])


def test_amounts_are_in_one_currency_and_a_zero_is_none(shelf):
    found = contracts("compranet_2017").frame.set_index("award_key")
    assert found.at["D#1", "value"] == 200 and pd.isna(found.at["E#1", "value"]) and found["value"].sum() == 500
    assert found.at["E#1", "left_out"] == "amount_zero"
    assert found.loc["D#1", ["rate_source", "rate_kind"]].tolist() == ["exchange_rates_fed", "year"]
    _, said = opened("compranet_2017")
    assert "Amounts summed: 4 of 5; left out: 1" in said and "in another currency: 1; converted into MXN" in said
    assert "1 (Federal Reserve, yearly averages)" in said


def test_what_cannot_be_converted_is_in_no_sum(shelf):
    shelf["exchange_rates_fed", "yearly"] = yearly(year=2015)
    found = contracts("compranet_2017").frame.set_index("award_key")
    assert found.loc[["D#1", "E#1"], "left_out"].tolist() == ["not_converted:no_rate", "amount_zero"]
    assert pd.isna(found.at["D#1", "value"])


def test_a_currency_is_assumed_only_where_the_publication_says_so_and_counted(shelf):
    row = {"contract_key": "A", "currency": None, "currency_status": "unlabelled"}
    shelf["compranet", "contracts"] = cleaned(
        {**row, "file": "comprasmx/2026-imss/x.csv"}, {**row, "contract_key": "B"}
    )
    (assumed, said), (not_assumed, others) = opened("comprasmx_imss_2026"), opened("compranet_2017")
    assert (assumed["assumed"], assumed["amounts"].sum()) == (1, 100) and "assumed to be in MXN" in said
    assert (not_assumed["assumed"], len(not_assumed["amounts"])) == (0, 0) and "assumed" not in others
    assert not_assumed["awards"]["left_out"].tolist() == ["currency_unlabelled"]


def test_the_first_sentence_gives_the_sum_with_the_contract_that_carries_it_and_without(shelf):
    rows = [{"contract_key": key, "amount": amount, "procedure_key": key}
            for key, amount in (("A", 1e7), ("B", 2e7), ("C", 3e7))]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    _, said = opened("compranet_2017")
    assert "add up to 60.0 million MXN. One contract is 30.0 million of it (50%);" in said
    assert "without it the sum is 30.0 million" in said
    assert "3 contracts were looked at (2017); 3 usable amounts add" in said
    assert "1 purchasing unit of 1 institution made them." in said
    even = [{"contract_key": f"K{n}", "procedure_key": f"K{n}", "amount": 1e6} for n in range(8)]
    shelf["compranet", "contracts"] = cleaned(*even)
    assert "One contract" not in opened("compranet_2017")[1]


@pytest.mark.parametrize("buyer", ["U2", " hospital del sur "])
def test_a_buyer_is_named_by_its_identifier_or_its_whole_name(shelf, buyer):
    awards = contracts("compranet_2017").frame
    assert awards.loc[of_buyer(awards, buyer)[0], "award_key"].tolist() == ["D#1", "E#1"]


@pytest.mark.parametrize(
    ("buyer", "proposed"),
    [("sur", "Hospital del Sur"), ("Hospital Genral", "Hospital General"), ("¿?", "Hospital General")],
)
def test_an_unknown_buyer_is_refused_with_names_that_are_there(shelf, buyer, proposed):
    with pytest.raises(ParameterError, match="neither the identifier nor the whole name") as refused:
        of_buyer(contracts("compranet_2017").frame, buyer)
    assert f"for example {proposed!r}" in str(refused.value)


def test_years_and_publications_without_contracts_are_refused_in_words(shelf):
    with pytest.raises(
        ParameterError, match=r"no contract is left\. The contracts of compranet_2017 are from 2016 to 2017"
    ):
        opened("compranet_2017", first_year=2020)
    with pytest.raises(UnknownName, match=r"not in the embedded edition\. Use compranet_2017, compranet_2018"):
        contracts("comprasmx_imss_2026")
    with pytest.raises(UnknownName, match=r"is not known\. Did you mean compranet_20"):
        publication("compranet_1999")


def test_without_the_budget_of_a_buyer_no_alert_rests_on_its_ceiling(shelf):
    rows = [
        {"contract_key": key, "procurement_method": "direct", "procedure_key": key, "amount": 600.0} for key in "AB"
    ] + [{"contract_key": "C", "procurement_method": "direct", "procedure_key": "C", "amount": 1160.01}]
    shelf["compranet", "contracts"] = cleaned(*rows)
    assert contracts("compranet_2017").absent == ("ceilings",)
    assert flags("compranet_2017")["R011"].reasons.to_dict() == {"no_ceiling": 1}
    shelf["mexico_thresholds", "ceilings"] = ceilings()
    names, said = opened("compranet_2017")
    assert names["whole"].absent == ()
    for name in ("R002", "R011", "R049", "R055"):
        assert names["flags"].answers[name].reasons.to_dict() == {"no_ceiling": 1}, name
    assert "Of 3 direct awards, 1 is above the highest ceiling" in said and "nothing can be said of the 2" in said


def test_an_amount_that_may_be_the_ground_is_no_award_without_one(shelf):
    told = (("A", 900.0, None), ("B", 1160.0, None), ("C", 1160.01, None), ("D", 5.0, "Art. 41"))
    rows = [{"contract_key": key, "procedure_key": key, "procurement_method": "direct", "amount": amount,
             "legal_ground": ground} for key, amount, ground in told]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    shelf["mexico_thresholds", "ceilings"] = ceilings()
    found = flags("compranet_2017")["R010"].frame.set_index("unit_id")
    told = found["outcome"].astype("str").where(found["reason"].isna(), found["reason"].astype("str"))
    assert told.to_dict() == {"A#1": "no_ceiling", "B#1": "no_ceiling", "C#1": "flagged", "D#1": "clear"}


def test_buyers_are_units_of_institutions_and_either_can_be_asked_for(shelf):
    shelf["compranet", "contracts"] = cleaned(*ROWS[:3], *({**row, "institution": "IMSS"} for row in ROWS[3:5]))
    names, said = opened("compranet_2017")
    assert "2 purchasing units of 2 institutions made them." in said and names["flags"].answers["R013"].unit == "buyer"
    rows, name = of_buyer(names["peers"], " imss ")
    assert name == "IMSS" and names["peers"].loc[rows, "buyer_id"].tolist() == ["U2", "U2"]


def test_days_from_call_to_opening_are_the_submission_period_of_open_calls(shelf):
    found = flags("compranet_2017")["R003"]
    answers = found.frame.set_index("unit_id")
    assert answers.loc[["E1", "E4"], "value"].tolist() == [9, 40]
    assert answers["outcome"].str.cat(sep=" ") == "flagged flagged not_computable clear flagged"
    assert answers.loc["E3", "reason"] == "other_method"


TERMS_ROWS = (
    ({"opening_date": "2017-01-10"}, "flagged"),
    ({"opening_date": "2017-01-11"}, "noted"),
    ({"opening_date": "2017-01-15"}, "noted"),
    ({"opening_date": "2017-01-16"}, "clear"),
    ({"opening_date": "2017-01-16", "character": "international"}, "noted"),
    ({"opening_date": "2017-01-21", "character": "international_open"}, "clear"),
    ({"opening_date": "2017-01-20", "character": "international_under_treaty"}, "noted"),
    ({"opening_date": "2017-01-21", "character": "international_under_treaty"}, "clear"),
    ({"opening_date": "2017-01-05", "procurement_method": "limited", "character": None}, "flagged"),
    ({"opening_date": "2017-01-06", "procurement_method": "limited"}, "clear"),
    ({"opening_date": "2017-01-02", "procurement_method": "limited", "regime": "works_law"}, "text_unread"),
    ({"opening_date": "2016-12-31"}, "period_reversed"),
    ({"opening_date": "2017-01-02", "regime": "partnership"}, "out_of_scope"),
    ({"opening_date": "2017-01-02", "regime": "other_or_credit"}, "out_of_scope"),
    ({"opening_date": "2017-01-02", "external_credit": "true"}, "out_of_scope"),
    ({"opening_date": "2017-01-02", "character": "other"}, "kind_not_told"),
    ({"opening_date": None}, "no_period"),
    ({"publication_date": "2026-01-01", "opening_date": "2026-01-02"}, "flagged"),
    ({"publication_date": "2008-01-01", "opening_date": "2008-01-02"}, "text_unread"),
    ({"opening_date": "2017-01-11", "regime": None, "category": "works"}, "text_unread"),
)


def test_every_call_is_held_against_the_term_of_its_kind_and_law(shelf):
    rows = [{"contract_key": f"K{n:02d}", "procedure_key": f"K{n:02d}", **row} for n, (row, _) in enumerate(TERMS_ROWS)]
    shelf["compranet", "contracts"] = cleaned(*rows)
    names, said = opened("compranet_2017")
    found = names["flags"].answers
    frame = found["R003"].frame.sort_values("unit_id")
    told = frame["outcome"].astype("str").where(frame["outcome"] != "not_computable", frame["reason"].astype("str"))
    assert told.tolist() == [wanted for _, wanted in TERMS_ROWS]
    counts = names["kept_terms"]
    assert counts[["below", "shortened", "within", "not_computable"]].sum().tolist() == [3, 4, 4, 9]
    assert counts["computed"].sum() == found["R003"].n_computable == 11
    assert counts.loc[counts["kind"] == "out_of_scope", "not_computable"].item() == 3
    # The law of 2000 and that of 2025 have a row each, and the law of works, of which no text was read, has no term.
    assert counts["article"].tolist()[:2] == ["", "LAASSP (2000), 32"] and "LAASSP (2025), 42" in set(counts["article"])
    assert set(counts["term"].dropna()) == {5, 15, 20}
    assert "3 gave fewer days than the least the law allows: an alert." in said
    assert "4 gave a shortened term, which is lawful if it was justified; the reason is not published" in said
    assert "as a third party copied it, not in the official gazette (DOF)" in said and "general knowledge" not in said
    assert "The treaties themselves ask for 40 days" in said


def test_in_a_sample_no_flag_tells_a_share_and_no_buyers_are_compared(shelf):
    rows = [
        {"contract_key": f"{buyer}{n:02d}", "buyer_id": f"U{buyer:02d}", "procedure_key": f"{buyer}-{n}",
         "procurement_method": "direct" if n < 6 or buyer == 0 else "open"}
        for buyer in range(10) for n in range(30)
    ]  # fmt: skip
    told = {}
    for name, place in (("compranet_2017", "2017-sample"), ("compranet_imss_2023", "2023-imss-raw")):
        shelf["compranet", "contracts"] = cleaned(*({**row, "file": f"compranet/{place}/x.csv"} for row in rows))
        names, _ = opened(name)
        found = names["flags"].answers
        told[name] = [found[flag].n_computable for flag in ("R013", "R040")], set(names["differences"]["by"])
        assert names["sample"] == (found["R040"].reasons.to_dict() == {"sample": 10})
    assert told["compranet_2017"] == ([0, 0], set())
    assert told["compranet_imss_2023"] == ([10, 10], {"buyer"})


def test_a_buyer_is_compared_with_all_buyers_and_shown_alone(shelf):
    rows = [
        {"contract_key": f"{buyer}{n:02d}", "buyer_id": buyer, "buyer_name": buyer, "procedure_key": f"{buyer}{n}",
         "file": "compranet/2023-imss-raw/x.csv", "procurement_method": "direct" if n < direct else "open"}
        for buyer, direct in (("U1", 10), *((f"U{k}", 1) for k in range(2, 11))) for n in range(10)
    ]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    everybody, alone = flags("compranet_imss_2023"), opened("compranet_imss_2023", buyer="U1")[0]["flags"].answers
    assert everybody["R013"].n == 10 and alone["R013"].frame["unit_id"].tolist() == ["U1"]
    assert alone["R013"].n_flagged == 1 and alone["R013"].fences == everybody["R013"].fences
    assert [alone[name].n for name in ("R010", "R003", "R040")] == [10, 10, 1]
    assert alone["R011"].frame["unit_id"].str.startswith("U1 | ").all() and alone["R011"].n == 1
    assert everybody["R011"].n == 10 and alone["R050"].n == 0


def test_units_of_markets_and_organisations_are_those_of_the_buyer(shelf):
    rows = [
        {"contract_key": f"{buyer}{n:02d}", "buyer_id": buyer, "procedure_key": f"{buyer}{n}", "cucop": cucop,
         "supplier_name": name}
        for buyer, cucop, name in (("U1", "12340001", "ACME SA DE CV"), ("U2", "99990001", "OTRA SA DE CV"))
        for n in range(10)
    ]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    found = opened("compranet_2017", buyer="U1")[0]["flags"].answers
    assert found["R050"].n == 1 and found["R050"].frame["unit_id"].item().startswith("CUCOP | 1234 | 2017 | ")
    assert found["R025"].n == found["R048"].n == 0


def test_lists_that_are_absent_are_named_and_their_flag_cannot_be_computed(shelf):
    names, said = opened("compranet_2017")
    assert not names["lists"] and "no list of sanctioned suppliers" in said and "no list of article 69-B" in said
    assert names["flags"].answers["R046"].reasons.to_dict() == {"no_list": 5}


def sanctions(*names: str) -> pd.DataFrame:
    """A ban of ACME from the middle of January 2017 on, in several lists."""
    row = {"supplier_name": "ACME SA DE CV", "supplier_kind": "legal_entity", "ban_basis": "stated", "ban_order": "ok",
           "line": 1}  # fmt: skip
    table = pd.DataFrame([{**row, "list": name} for name in names])
    for name in SANCTIONS.names:
        if name not in table:
            table[name] = pd.Series(pd.NA, index=table.index, dtype="str")
    return table.assign(ban=True, ban_start=pd.Timestamp("2017-01-15"), ban_end=pd.Timestamp("2018-01-15"))


def firms(n: int) -> list[dict]:
    return [
        {"contract_key": f"X{i}", "procedure_key": f"X{i}", "supplier_name": f"Firma {'ABCDEFGHIJKL'[i]} SA DE CV"}
        for i in range(n)
    ]


def test_the_list_made_after_the_contracts_is_used(shelf):
    shelf["mexico_sanctions", "sanctions"] = sanctions("2017", "2021", "2026")
    shelf["compranet", "contracts"] = cleaned(*ROWS, *firms(9))
    names, said = opened("compranet_2017")
    assert names["list_used"] == "2021" and "no list of article 69-B" in said
    assert "for 2 of 12 contracts that could be checked" in said and "for 0 of 0, of 14 contracts in all" in said
    assert names["flags"].answers["R046"].n_flagged == 2


def test_a_mistyped_year_does_not_choose_the_list(shelf):
    shelf["mexico_sanctions", "sanctions"] = sanctions("2017", "2021", "2026")
    late = {"contract_key": "Z", "procedure_key": "Z", "award_date": "2029-01-01"}
    shelf["compranet", "contracts"] = cleaned(*ROWS, *firms(12), late, *({**one, "sequence": 2} for one in firms(12)))
    names, _ = opened("compranet_2017")
    assert names["awards"]["year"].max() == 2029 and names["list_used"] == "2021"


def test_of_few_firms_no_list_is_told_because_a_count_would_tell_which_is_on_it(shelf):
    shelf["mexico_sanctions", "sanctions"] = sanctions("2021")
    shelf["compranet", "contracts"] = cleaned(*ROWS, *firms(8))
    names, said = opened("compranet_2017")
    assert "Fewer than ten firms hold these contracts" in said and not names["screened"]
    told = names["flags"].answers["R046"]
    assert told.n_computable == 0 and told.reasons.to_dict() == {"few_firms": len(names["awards"])}


def test_contracts_outside_the_federal_law_are_held_against_no_federal_list_or_ceiling(shelf):
    assert not publication("ocds_mexico_inai").federal_law and publication("ocds_mexico_gacm").federal_law
    assert all(one.federal_law for one in PUBLICATIONS.values() if one.dataset == "compranet")


# OCDS


def ocds_tables(**more) -> dict[tuple[str, str], pd.DataFrame]:
    rows = {
        "processes": [{"ocid": "p1", "buyer_id": "B", "buyer_name": "Ente", "release_date_status": "missing",
                       "n_releases": 1, "file": "ocds/mexico-inai/releases/1.json", "line": 1}],
        "tenders": [{"ocid": "p1", "procurement_method": "direct", "main_category": "goods",
                     "procurement_method_rationale": "art. 41"}],
        "awards": [{"ocid": "p1", "award_index": n, "award_id": str(n), "status": "active", "date": "2017-01-05",
                    "amount": amount, "currency": "MXN"} for n, amount in enumerate((5.0, 0.0, 2e11))],
        "suppliers": [
            {"ocid": "p1", "award_index": 0, "supplier_index": 0, "supplier_id": "h1", "supplier_name": "Uno SA de CV"},
            {"ocid": "p1", "award_index": 1, "supplier_index": 0, "supplier_id": "h2",
             "supplier_name": "UNO, S.A. DE C.V."},
            {"ocid": "p1", "award_index": 2, "supplier_index": 0, "supplier_id": "person-1 of p1",
             "supplier_name": "(natural person)"},
        ],
        **more,
    }  # fmt: skip
    made = {}
    for schema in TABLES:
        frame = pd.DataFrame(rows.get(schema.name, [])).reindex(columns=schema.names)
        made["ocds", schema.name] = cast(frame, schema)
    return made


def test_awards_of_ocds_have_the_same_form(shelf):
    shelf.update(ocds_tables())
    names, said = opened("ocds_mexico_inai")
    case, ids = names["whole"], names["awards"]["supplier_id"]
    assert case.flow == (("processes", 1), ("awarded", 3))
    assert ids.iloc[0] == ids.iloc[1] and ids.iloc[0].startswith("NAME ") and pd.isna(ids.iloc[2])
    assert case.frame["amount_status"].tolist() == ["ok", "zero", "absurd"]
    assert case.frame["left_out"].tolist() == ["", "amount_zero", "amount_absurd"]
    assert "are not checked against the federal lists" in said and names["flags"].answers["R010"].n_computable == 3


def test_a_persons_tax_code_is_no_identifier_of_a_supplier(shelf):
    told = {"ocid": "p1", "supplier_index": 0}
    suppliers = [
        {**told, "award_index": 0, "supplier_id": "MX-RFC-GODE561231GR8", "supplier_name": "Uno SA de CV"},
        {**told, "award_index": 1, "supplier_id": "person-1 of p1", "supplier_name": "(natural person)",
         "supplier_masked_for": "no_sign"},
    ]  # fmt: skip
    shelf.update(ocds_tables(suppliers=suppliers))
    names, said = opened("ocds_mexico_inai")
    assert names["awards"]["supplier_id"].isna().all() and names["masked"]["rows"].tolist() == [0, 0, 0, 0, 1]
    assert "masked as natural persons: 1 of 2 (50.0%)" in said


def test_processes_without_an_award_are_refused_in_words(shelf):
    shelf.update(ocds_tables(awards=[], suppliers=[]))
    with pytest.raises(ParameterError, match=r"no award in any of the 1 processes\. Choose another publication"):
        contracts("ocds_mexico_inai")


def test_tables_that_no_publisher_of_the_edition_fills_are_empty(shelf):
    shelf.update(ocds_tables())
    whole = contracts("ocds_mexico_inai")
    for name in ("bids", "tenderers", "items", "contracts"):
        del shelf["ocds", name]
    less = contracts("ocds_mexico_inai")
    assert less.tables["bids"].empty and list(less.tables["bids"]) == list(whole.tables["bids"])
    pd.testing.assert_frame_equal(less.frame, whole.frame)
    assert flags("ocds_mexico_inai")["R028"].reasons.to_dict() == {"no_bids": 1}


def test_columns_that_may_not_be_passed_on_are_missing_and_named(shelf):
    shelf.update(ocds_tables())
    shelf["ocds", "tenders"] = shelf["ocds", "tenders"].drop(columns=["procurement_method_rationale", "title"])
    assert contracts("ocds_mexico_inai").absent == ("grounds",)
    assert flags("ocds_mexico_inai")["R010"].reasons.to_dict() == {"grounds_not_published": 3}
