"""A case: which contracts are looked at, what they amount to, and what flags and lists say of them."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.conformance import cast
from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.data.datasets.procurement.compranet.columns import CONTRACTS
from ogp_analysis.data.datasets.procurement.mexico_sanctions import SANCTIONS
from ogp_analysis.data.datasets.procurement.mexico_thresholds import SCHEMA as CEILINGS
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.data.store import hand_out
from ogp_analysis.procurement.awarded.published import held
from ogp_analysis.procurement.contracts import contracts, flag_tables
from ogp_analysis.procurement.publications import PUBLICATIONS, publication

PLAIN = {
    "sequence": 1,
    "file": "compranet/2017-sample/2017.sample.csv",
    "line": 1,
    "institution": "Institución 1",
    "buyer_id": "U1",
    "buyer_name": "Hospital General",
    "procedure_key": "E1",
    "procurement_method": "open",
    "regime": "acquisitions_law",
    "category": "goods",
    "character": "national",
    "contract_code": "1",
    "publication_date": "2017-01-01",
    "opening_date": "2017-01-10",
    "award_date": "2017-02-01",
    "start_date": "2017-02-03",
    "amount": 100.0,
    "amount_status": "ok",
    "amount_basis": "contract",
    "currency": "MXN",
    "currency_status": "ok",
    "supplier_name": "ACME SA DE CV",
    "supplier_kind": "legal_entity",
}
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

    monkeypatch.setattr(hand_out, "load", load)
    monkeypatch.setattr(hand_out, "has", lambda dataset, table, edition="embedded": (dataset, table) in tables)
    monkeypatch.setattr(hand_out, "provenance", lambda: hand_out.Provenance(behind))
    return tables


def test_the_flow_leads_from_the_file_to_the_contracts_looked_at(shelf):
    case = contracts("compranet_2017", first_year=2017, last_year=2017, buyer="hospital general")
    assert case.flow_steps == (("source", 7), ("contracts", 5), ("awarded", 5), ("in_years", 3), ("of_buyer", 3))
    assert (case.buyers, case.buyer_name, case.years) == (("U1",), "Hospital General", (2017, 2017))
    assert contracts("compranet_2017").flow_steps == (("source", 7), ("contracts", 5), ("awarded", 5))


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
    case = contracts("compranet_2017")
    values = case.frame.set_index("award_key")["value"]
    assert values["D#1"] == 200 and pd.isna(values["E#1"])
    assert (case.amounts().total.total, case.amounts().total.summed) == (500, 4)
    assert case.amounts().total.summed == values.notna().sum()
    assert case.amounts().total.left_out == (("amount_zero", 1),)
    assert case.amounts().others.to_dict("records") == [{"currency": "USD", "awards": 1, "converted": 1}]
    assert case.amounts().total.rates == (("", "", 3), ("exchange_rates_fed", "year", 1))


def test_what_cannot_be_converted_is_in_no_sum(shelf):
    shelf["exchange_rates_fed", "yearly"] = yearly(year=2015)
    case = contracts("compranet_2017")
    assert case.amounts().total.left_out == (("amount_zero", 1), ("not_converted:no_rate", 1))
    assert case.amounts().others.to_dict("records") == [{"currency": "USD", "awards": 1, "converted": 0}]
    assert pd.isna(case.frame.set_index("award_key")["value"]["D#1"])


def test_a_currency_is_assumed_only_where_the_publication_says_so_and_counted(shelf):
    row = {"contract_key": "A", "currency": None, "currency_status": "unlabelled"}
    shelf["compranet", "contracts"] = cleaned(
        {**row, "file": "comprasmx/2026-imss/x.csv"}, {**row, "contract_key": "B"}
    )
    assumed, not_assumed = contracts("comprasmx_imss_2026"), contracts("compranet_2017")
    assert (assumed.amounts().assumed, assumed.amounts().total.total) == (1, 100)
    assert (not_assumed.amounts().assumed, not_assumed.amounts().total.total) == (0, None)
    assert not_assumed.amounts().total.left_out == (("currency_unlabelled", 1),)


def test_the_first_sentence_gives_the_sum_with_the_contract_that_carries_it_and_without(shelf):
    rows = [{"contract_key": key, "amount": amount, "procedure_key": key}
            for key, amount in (("A", 1e7), ("B", 2e7), ("C", 3e7))]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    said = str(contracts("compranet_2017").answer())
    assert "add up to 60.0 million MXN. One contract is 30.0 million of it (50%);" in said
    assert "without it the sum is 30.0 million" in said
    assert "3 contracts were looked at (2017); 3 usable amounts add" in said
    assert "1 purchasing unit of 1 institution made them." in said
    even = [{"contract_key": f"K{n}", "procedure_key": f"K{n}", "amount": 1e6} for n in range(8)]
    shelf["compranet", "contracts"] = cleaned(*even)
    assert "One contract" not in str(contracts("compranet_2017").answer())


def test_groupings_that_are_none_are_refused_in_words(shelf):
    with pytest.raises(ParameterError, match="Use all, year, category"):
        contracts("compranet_2017").methods(by="month")
    with pytest.raises(ParameterError, match="within 'firm'"):
        contracts("compranet_2017").concentration("firm")


@pytest.mark.parametrize("buyer", ["U2", " hospital del sur "])
def test_a_buyer_is_named_by_its_identifier_or_its_whole_name(shelf, buyer):
    assert contracts("compranet_2017", buyer=buyer).frame["award_key"].tolist() == ["D#1", "E#1"]


@pytest.mark.parametrize(
    ("buyer", "proposed"),
    [("sur", "Hospital del Sur"), ("Hospital Genral", "Hospital General"), ("¿?", "Hospital General")],
)
def test_an_unknown_buyer_is_refused_with_names_that_are_there(shelf, buyer, proposed):
    with pytest.raises(ParameterError, match="neither the identifier nor the whole name") as refused:
        contracts("compranet_2017", buyer=buyer)
    assert f"for example {proposed!r}" in str(refused.value)


def test_years_and_publications_without_contracts_are_refused_in_words(shelf):
    with pytest.raises(
        ParameterError, match=r"no contract is left\. The contracts of compranet_2017 are from 2016 to 2017"
    ):
        contracts("compranet_2017", first_year=2020)
    with pytest.raises(UnknownName, match=r"not in the embedded edition\. Use compranet_2017, compranet_2018"):
        contracts("comprasmx_imss_2026")
    with pytest.raises(UnknownName, match=r"is not known\. Did you mean compranet_20"):
        publication("compranet_1999")


def test_without_the_budget_of_a_buyer_no_alert_rests_on_its_ceiling(shelf):
    rows = [
        {"contract_key": key, "procurement_method": "direct", "procedure_key": key, "amount": 600.0} for key in "AB"
    ] + [{"contract_key": "C", "procurement_method": "direct", "procedure_key": "C", "amount": 1160.01}]
    shelf["compranet", "contracts"] = cleaned(*rows)
    case = contracts("compranet_2017")
    assert case.published.absent == ("ceilings",)
    assert case.flags().results["R011"].reasons.to_dict() == {"no_ceiling": 1}
    shelf["mexico_thresholds", "ceilings"] = ceilings()
    case = contracts("compranet_2017")
    assert case.published.absent == ()
    for name in ("R002", "R011", "R049", "R055"):
        assert case.flags().results[name].reasons.to_dict() == {"no_ceiling": 1}, name
    found = case.thresholds()
    assert found.frame[["awards", "above", "untold", "other"]].values.tolist() == [[3, 1, 2, 0]]
    assert "1 is above the highest ceiling" in str(found.text()) and "nothing can be said of the 2" in str(found.text())


def test_an_amount_that_may_be_the_ground_is_no_award_without_one(shelf):
    told = (("A", 900.0, None), ("B", 1160.0, None), ("C", 1160.01, None), ("D", 5.0, "Art. 41"))
    rows = [{"contract_key": key, "procedure_key": key, "procurement_method": "direct", "amount": amount,
             "legal_ground": ground} for key, amount, ground in told]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    shelf["mexico_thresholds", "ceilings"] = ceilings()
    found = contracts("compranet_2017").flags().results["R010"].frame.set_index("unit_id")
    told = found["outcome"].astype("str").where(found["reason"].isna(), found["reason"].astype("str"))
    assert told.to_dict() == {"A#1": "no_ceiling", "B#1": "no_ceiling", "C#1": "flagged", "D#1": "clear"}


def test_buyers_are_units_of_institutions_and_either_can_be_asked_for(shelf):
    shelf["compranet", "contracts"] = cleaned(*ROWS[:3], *({**row, "institution": "IMSS"} for row in ROWS[3:5]))
    case = contracts("compranet_2017")
    assert "2 purchasing units of 2 institutions made them." in str(case.answer())
    assert case.flags()["R013"].unit == "buyer"
    told = case.flags().answers().frame.set_index("title")["unit"]
    assert told["R013 High use of non-competitive methods"] == "purchasing unit" and "buyer" not in set(told)
    one = contracts("compranet_2017", buyer=" imss ")
    assert (one.buyers, one.buyer_name, len(one.frame)) == (("U2",), "IMSS", 2)


def test_days_from_call_to_opening_are_the_submission_period_of_open_calls(shelf):
    found = contracts("compranet_2017").flags().results["R003"]
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
    case = contracts("compranet_2017")
    found = case.flags().results
    frame = found["R003"].frame.sort_values("unit_id")
    told = frame["outcome"].astype("str").where(frame["outcome"] != "not_computable", frame["reason"].astype("str"))
    assert told.tolist() == [wanted for _, wanted in TERMS_ROWS]
    counts = case.flags().submission().frame
    assert counts[["below", "shortened", "within", "not_computable"]].sum().tolist() == [3, 4, 4, 9]
    assert counts["computed"].sum() == found["R003"].n_computable == 11
    assert counts.loc[counts["kind"] == "out_of_scope", "not_computable"].item() == 3
    # The law of 2000 and that of 2025 have a row each, and the law of works, of which no text was read, has no term.
    assert counts["article"].tolist()[:2] == ["", "LAASSP (2000), 32"] and "LAASSP (2025), 42" in set(counts["article"])
    assert set(counts["term"].dropna()) == {5, 15, 20}
    said = str(case.flags().submission().text())
    assert "3 gave fewer days than the least the law allows: an alert." in said
    assert "4 gave a shortened term, which is lawful if it was justified; the reason is not published" in said
    assert "as a third party copied it, not in the official gazette (DOF)" in said and "general knowledge" not in said
    assert "The 40 days are those of the treaties" in said


def test_in_a_sample_no_flag_tells_a_share_and_no_buyers_are_compared(shelf):
    rows = [
        {"contract_key": f"{buyer}{n:02d}", "buyer_id": f"U{buyer:02d}", "procedure_key": f"{buyer}-{n}",
         "procurement_method": "direct" if n < 6 or buyer == 0 else "open"}
        for buyer in range(10) for n in range(30)
    ]  # fmt: skip
    told = {}
    for name, place in (("compranet_2017", "2017-sample"), ("compranet_imss_2023", "2023-imss-raw")):
        shelf["compranet", "contracts"] = cleaned(*({**row, "file": f"compranet/{place}/x.csv"} for row in rows))
        case = contracts(name)
        found = case.flags().results
        told[name] = [found[flag].n_computable for flag in ("R013", "R040")], set(case.groups().frame["by"])
        assert case.publication.is_sample == (found["R040"].reasons.to_dict() == {"sample": 10})
    assert told["compranet_2017"] == ([0, 0], set())
    assert told["compranet_imss_2023"] == ([10, 10], {"buyer"})


def test_a_buyer_is_compared_with_all_buyers_and_shown_alone(shelf):
    rows = [
        {"contract_key": f"{buyer}{n:02d}", "buyer_id": buyer, "buyer_name": buyer, "procedure_key": f"{buyer}{n}",
         "file": "compranet/2023-imss-raw/x.csv", "procurement_method": "direct" if n < direct else "open"}
        for buyer, direct in (("U1", 10), *((f"U{k}", 1) for k in range(2, 11))) for n in range(10)
    ]  # fmt: skip
    shelf["compranet", "contracts"] = cleaned(*rows)
    whole, one = contracts("compranet_imss_2023"), contracts("compranet_imss_2023", buyer="U1")
    everybody, alone = whole.flags().results, one.flags().results
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
    case = contracts("compranet_2017", buyer="U1")
    found = case.flags().results
    assert found["R050"].n == 1 and found["R050"].frame["unit_id"].item().startswith("CUCOP | 1234 | 2017 | ")
    assert found["R025"].n == found["R048"].n == 0


def test_flags_read_amounts_in_one_currency(shelf):
    case = contracts("compranet_2017")
    awards = flag_tables(case, case.sanctions())["awarded"].set_index("award_key")
    assert (awards.loc["D#1", "amount"], awards.loc["D#1", "currency"]) == (200, "MXN")
    assert pd.isna(awards.loc["E#1", "amount"])


def test_lists_that_are_absent_are_named_and_their_flag_cannot_be_computed(shelf):
    case = contracts("compranet_2017")
    found = case.sanctions()
    assert found.absent == ("mexico_sanctions", "sat_69b") and found.barred is None and found.applicable
    assert case.flags().results["R046"].reasons.to_dict() == {"no_list": 5}


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
    case = contracts("compranet_2017")
    found = case.sanctions()
    assert found.list == "2021" and found.absent == ("sat_69b",)
    assert found.barred.computable == {"award": 12, "signature": 0}
    assert found.barred.counts.query("moment == 'award' and outcome == 'flagged'")["contracts"].item() == 2
    assert case.flags().results["R046"].n_flagged == 2


def test_a_mistyped_year_does_not_choose_the_list(shelf):
    shelf["mexico_sanctions", "sanctions"] = sanctions("2017", "2021", "2026")
    late = {"contract_key": "Z", "procedure_key": "Z", "award_date": "2029-01-01"}
    shelf["compranet", "contracts"] = cleaned(*ROWS, *firms(12), late, *({**one, "sequence": 2} for one in firms(12)))
    case = contracts("compranet_2017")
    assert case.years == (2016, 2029) and case.sanctions().list == "2021"


def test_of_few_firms_no_list_is_told_because_a_count_would_tell_which_is_on_it(shelf):
    shelf["mexico_sanctions", "sanctions"] = sanctions("2021")
    shelf["compranet", "contracts"] = cleaned(*ROWS, *firms(8))
    case = contracts("compranet_2017")
    found = case.sanctions()
    assert found.too_few and found.barred is None
    told = case.flags().results["R046"]
    assert told.n_computable == 0 and told.reasons.to_dict() == {"few_firms": len(case.frame)}


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
    case = contracts("ocds_mexico_inai")
    ids = case.frame["supplier_id"]
    assert case.flow_steps == (("processes", 1), ("awarded", 3))
    assert ids.iloc[0] == ids.iloc[1] and ids.iloc[0].startswith("NAME ") and pd.isna(ids.iloc[2])
    assert case.frame["amount_status"].tolist() == ["ok", "zero", "absurd"]
    assert case.amounts().total.total == 5 and dict(case.amounts().total.left_out) == {
        "amount_zero": 1,
        "amount_absurd": 1,
    }
    assert not case.sanctions().applicable and case.sanctions().absent == ()
    assert case.flags().results["R010"].n_computable == 3


def test_a_persons_tax_code_is_no_identifier_of_a_supplier(shelf):
    told = {"ocid": "p1", "supplier_index": 0}
    suppliers = [
        {**told, "award_index": 0, "supplier_id": "MX-RFC-GODE561231GR8", "supplier_name": "Uno SA de CV"},
        {**told, "award_index": 1, "supplier_id": "person-1 of p1", "supplier_name": "(natural person)",
         "supplier_masked_for": "no_sign"},
    ]  # fmt: skip
    shelf.update(ocds_tables(suppliers=suppliers))
    case = contracts("ocds_mexico_inai")
    assert case.frame["supplier_id"].isna().all()
    found = case.masked_suppliers()
    assert (found.n, found.masked, found.reasons["no_sign"]) == (2, 1, 1)


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
    assert less.flags().results["R028"].reasons.to_dict() == {"no_bids": 1}


def test_columns_that_may_not_be_passed_on_are_missing_and_named(shelf):
    shelf.update(ocds_tables())
    shelf["ocds", "tenders"] = shelf["ocds", "tenders"].drop(columns=["procurement_method_rationale", "title"])
    case = contracts("ocds_mexico_inai")
    assert case.published.absent == ("grounds",)
    assert case.flags().results["R010"].reasons.to_dict() == {"grounds_not_published": 3}
