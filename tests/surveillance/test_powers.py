"""What statutes that were read let a buyer request: expectations made by hand, buyer by buyer."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words import catalogue
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.datasets.procurement.persons import OFFICIAL_MASK
from ogp_analysis.surveillance.contracts import buyers_named, by_id, by_name
from ogp_analysis.surveillance.powers import MEASURES, UNREAD, _facts, grounds, rules

from ..reports import ROOT

#: Every buyer of the documented facts, what was bought or asked about, the date, and the answer expected of it.
with (ROOT / "tests" / "data" / "expected_powers.csv").open(encoding="utf-8", newline="") as _table:
    EXPECTED = [tuple(row.values())[:4] for row in csv.DictReader(_table)]


@pytest.mark.parametrize(("buyer", "technology", "on", "outcome"), EXPECTED)
def test_each_buyer_is_answered_as_expected_by_hand(buyer, technology, on, outcome):
    found = ogp.surveillance.powers(buyer, technology, on)
    assert found["outcome"].tolist() == [outcome]


def test_every_buyer_of_the_documented_facts_is_in_the_reviewed_table_and_expected_above():
    facts = ogp.load("surveillance_contracts_mexico")
    assert [text for text in facts["buyer_text"].unique() if buyers_named(text) is None] == []
    bodies = {body.id for text in facts["buyer_text"] for body in buyers_named(text)}
    assert bodies - {body.id for buyer, *_ in EXPECTED for body in buyers_named(buyer) or ()} == set()


#: What is expected of each class of buyers on one day; a name that stands for no body we know is not researched.
ON_ONE_DAY = {
    "federal_prosecution": "provided", "federal_police": "provided_with_limits", "interior": "depends_on_user",
    "purchasing_office": "depends_on_user", "army": "depends_on_user", "navy": "not_located",
    "civil_body": "not_located", "public_security": "not_located", "prisons": "not_researched",
    "not_researched": "not_researched",
}  # fmt: skip
#: Every institution that buys in the samples of CompraNet, its name folded, and the class expected of it, by hand.
SAMPLES = pd.read_csv(ROOT / "tests" / "data" / "buyers_of_samples.csv").set_index("buyer")["expected"]


def test_each_buyer_of_the_samples_is_of_the_class_and_answered_as_expected_by_hand():
    bodies = {name: (buyers_named(name) or (None,))[0] for name in SAMPLES.index}
    # A class of bodies whose law was not read has no rule: it is not researched, by another name.
    found = {name: body.body_class.replace("federal_not_read", "not_researched") if body else "not_researched"
             for name, body in bodies.items()}  # fmt: skip
    assert found == SAMPLES.to_dict()
    answers = ogp.surveillance.powers(SAMPLES.index, "interception", "2018-06").set_index("buyer")["outcome"]
    told = {name: answers[body.id if body else name] for name, body in bodies.items()}
    assert told == {name: ON_ONE_DAY[expected] for name, expected in SAMPLES.items()}


def test_every_buyer_of_the_embedded_samples_is_expected_and_its_units_are_of_it():
    frame = ogp.load("compranet", "contracts")[["institution", "buyer_name"]].drop_duplicates()
    assert set(frame["institution"].map(folded)) <= set(SAMPLES.index)
    _check_units(frame[frame["buyer_name"] != OFFICIAL_MASK].itertuples(index=False))


def test_every_buyer_of_the_samples_in_the_files_is_expected_and_its_units_are_of_it(mirror):
    pairs = set()
    for file in sorted(mirror.glob("compranet/*/*.csv")):
        with file.open(encoding="utf-8", errors="replace", newline="") as lines:
            rows = csv.reader(lines)
            header = [] if file.parent.name == "2017-sample" else next(rows)
            if "DEPENDENCIA" in header:
                pairs |= {(row[header.index("DEPENDENCIA")], row[header.index("NOMBRE_DE_LA_UC")]) for row in rows}
            elif not header:
                pairs |= {(row[2], row[4]) for row in rows}
    assert {folded(institution) for institution, _ in pairs} == set(SAMPLES.index)
    _check_units(pairs)


def _check_units(pairs):
    """A unit is of its institution; of governments, only the unit of a body that we know is of any."""
    for institution, unit in pairs:
        found = buyers_named(unit)
        if "Gobierno" not in institution:
            assert found == buyers_named(institution), unit
        elif found is not None:
            assert [body.id for body in found] == ["ssp_colima"], unit


def test_a_unit_is_known_by_the_whole_short_name_and_a_hyphen():
    assert buyers_named("API-Altamira-Gerencia #009J2Y001")[0].name.startswith("Administración Portuaria Integral de A")
    assert buyers_named("PGR-Dirección de Adquisiciones")[0].id == "fgr"
    for odd in ("PGRX-Unidad #017000999", "PGR Unidad", "Ex PGR-Unidad", "pgr-Unidad", "API-Lerma-Gerencia"):
        assert buyers_named(odd) is None


#: What an answer can be, who must authorise a measure, and how the first day of an answer is known.
OUTCOMES = (
    "provided provided_with_limits depends_on_user no_interference provided_then_invalidated disputed not_located "
    "not_known body_ended no_text_for_date not_researched"
).split()
CONTROLS = "federal_judge control_judge judge urgent_then_ratified none_named prosecutor_no_judge_named".split()
FIRST_DAYS = "read latest_possible two_days press body_ends not_read".split()


def test_every_outcome_is_expected_of_some_buyer_and_none_says_lawful():
    assert {outcome for *_, outcome in EXPECTED} == set(OUTCOMES)
    for language, words in (("en", ("legal", "lawful", "authori")), ("es", ("legal", "ilegal", "autoriz"))):
        said = str(catalogue.entry("powers.outcome", language)).casefold()
        assert not [one for one in words if one in said]


def test_rules_rest_on_provisions_that_are_there_and_replace_rules_of_the_draft():
    provisions = set(ogp.load("mexico_legal_authority", "provisions")["provision"])
    texts = ogp.load("mexico_legal_authority", "powers")
    provisions |= set(texts.loc[texts["settled_by"].isna(), "power"])
    draft = set(ogp.load("mexico_legal_authority", "rules")["rule"])
    classes = {body.body_class for body in by_id().values()}
    for rule, raw in zip(rules(), _facts()["rules"], strict=True):
        assert set(rule.provisions) <= provisions and raw["replaces"] in draft and rule.body_class in classes
        assert rule.outcome in OUTCOMES and set(rule.measures) <= {*MEASURES, "database_queries"}
        assert rule.control in ("", *CONTROLS) and rule.first_day in FIRST_DAYS
        assert rule.first <= rule.last


def test_spans_of_one_buyer_and_measure_follow_one_another_without_gap_or_overlap():
    for _, own in ogp.surveillance.powers().groupby(["buyer", "technology"]):
        assert own["valid_from"].isna().sum() == 1 and own["valid_to"].isna().sum() == 1
        days = own["valid_from"].iloc[1:].array - own["valid_to"].iloc[:-1].array
        assert (days == "1D").all()


def test_after_the_last_day_to_which_the_texts_were_looked_at_an_answer_is_marked():
    def stale(on):
        return ogp.surveillance.powers("FGR", "interception", on)["stale_from"].notna().item()

    assert not stale("2019") and not stale("2026-03-01") and stale("2026-03-02") and stale("2026")


#: How a first day that is in no transitory article is known, by class of buyer and measure, with that day.
NOT_READ_AS_ONE_DAY = {
    ("federal_prosecution", "2016-06-18"): "latest_possible",
    ("federal_prosecution", "2012-04-18"): "press",
    ("army", "2016-06-15"): "two_days",
    ("federal_public_security", "2018-12-31"): "not_read",
    ("federal_police", "2019-01-01"): "body_ends",
}


def test_how_a_first_day_is_known_is_told_and_a_day_told_as_read_stands_in_a_text():
    frame = ogp.surveillance.powers()
    for (kind, day), known in NOT_READ_AS_ONE_DAY.items():
        own = frame[(frame["buyer_class"] == kind) & (frame["valid_from"] == day)]
        assert set(own["first_day"]) == {known}, kind
    entries = ogp.load("mexico_legal_authority", "entries")
    read = entries[entries["read"] == "compilation_copy"]
    in_force = set(read["first_day"].dropna()) | {day + pd.Timedelta(days=1) for day in read["last_day"].dropna()}
    told = frame[frame["first_day"] == "read"]
    assert len(told) > 20 and set(told["valid_from"]) <= in_force


def test_no_rule_begins_on_a_day_of_publication():
    entries = ogp.load("mexico_legal_authority", "entries")
    published = set(entries["published"].dropna().dt.date) - set(entries["first_day"].dropna().dt.date)
    assert not {rule.first for rule in rules() if rule.outcome != "not_known"} & published


#: First and last day of what was read, by hand from the transitory articles; the day of publication is the one before.
IN_FORCE = {
    "PW-02": ("2016-06-18", None), "PW-06": ("2005-02-01", None), "PW-08": ("2025-07-17", None),
    "PW-09": ("2009-06-02", None), "PW-10": ("2016-06-15", None), "PW-25": ("2016-06-15", "2023-04-18"),
    "PW-34": ("2018-01-16", None), "PW-36": ("2025-07-17", None), "PW2-01": ("2019-05-28", "2025-07-16"),
    "PW2-11": ("2014-08-13", "2025-10-16"), "PW2-20": ("2012-04-18", "2016-06-17"),
}  # fmt: skip


def test_a_rule_answers_within_the_days_of_the_texts_that_it_rests_on():
    texts = ogp.load("mexico_legal_authority", "powers").set_index("power")
    for key, (first, last) in IN_FORCE.items():
        days = texts.loc[key, ["first_day", "last_day"]]
        assert [None if pd.isna(day) else str(day.date()) for day in days] == [first, last], key
    for rule in rules():
        if rule.outcome.startswith("provided"):
            own = texts.loc[[key for key in rule.provisions if key in texts.index]]
            first, last = own["first_day"].dropna().dt.date, own["last_day"].dropna().dt.date
            assert rule.first >= max(first) and all(rule.last <= day for day in last), rule


def test_who_must_authorise_is_what_the_texts_say_measure_by_measure():
    texts = ogp.load("mexico_legal_authority", "powers").set_index("power")
    says = {"federal_judge": ("federal_judge", "always"), "control_judge": ("control_judge", "always"),
            "judge": ("judge", "always"), "urgent_then_ratified": ("control_judge", "as_a_rule"),
            "none_named": ("none_named", "no"), "prosecutor_no_judge_named": ("none_named", "unclear")}  # fmt: skip
    for rule in rules():
        keys = [key for key in rule.provisions if key in texts.index and texts.loc[key, "measure"] in rule.measures]
        own = texts.loc[keys].dropna(subset=["authoriser"])
        if rule.control:
            assert set(own[["authoriser", "prior_order"]].itertuples(index=False, name=None)) == {says[rule.control]}
        # Interception always has a judge beforehand, wherever it is provided for.
        assert rule.control or rule.outcome != "provided", rule
        if "interception" in rule.measures and rule.control:
            assert set(own["prior_order"]) == {"always"}
    assert texts.loc[["PW-18", "PW-28"], "ratified_within"].tolist() == [48, 48]


def test_names_count_whole_and_without_case_accents_and_signs():
    assert buyers_named("fiscalia general de la republica")[0].id == "fgr"
    assert buyers_named("Procuraduría") is None
    bodies = {body for found in by_name().values() for body in found}
    assert len({body.id for body in bodies}) == len({body.name for body in bodies}) == len(bodies) > 250


@pytest.mark.parametrize("values", [{"technology": "radar"}, {"on": "yesterday"}, {"on": "2019-13"}])
def test_an_unknown_technology_or_date_is_one_sentence(values):
    with pytest.raises(ParameterError):
        ogp.surveillance.powers("FGR", **values)


@pytest.mark.parametrize(("buyer", "spans"), [
    ("Policía Federal", [("2009-06-02", "provided_with_limits", "control_judge"), ("2019-01-01", "not_known", ""),
                         ("2020-01-01", "body_ended", "")]),
    # A class whose answer ends says from when no text was read.
    ("SEGOB", [("2005-02-01", "depends_on_user", ""), ("2018-11-02", "no_text_for_date", "")]),
])  # fmt: skip
def test_a_body_is_answered_span_by_span(buyer, spans):
    found = ogp.surveillance.powers(buyer, "interception")
    assert found["outcome"].iloc[0] == "no_text_for_date" and found["valid_from"].isna().tolist()[0]
    days = found["valid_from"].dt.strftime("%Y-%m-%d")
    assert list(zip(days, found["outcome"], found["control"], strict=True))[1:] == spans


def test_the_army_alone_claims_a_power_elsewhere():
    frame = ogp.surveillance.powers()
    assert set(frame.loc[frame["contested"], "buyer"]) == {"sedena"}


def test_the_last_day_of_a_span_still_counts():
    assert ogp.surveillance.powers("SEDENA", "interception", "2016-05-16")["outcome"].item() == "not_located"
    assert ogp.surveillance.powers("SEDENA", "interception", "2016-05-17")["outcome"].item() == "not_known"


def test_a_law_reformed_after_the_text_is_stale_from_the_day_after_the_text():
    rule = next(rule for rule in rules() if rule.law == "LGN")
    read = pd.DataFrame({"read": "compilation_copy", "caveat": None}, index=list(rule.provisions))
    for later, stale in ((0, "2026-03-02"), (1, "2026-02-02")):
        reformed = pd.Series({"LGN": pd.Timestamp(rule.text_of) + pd.Timedelta(days=later)})
        found = grounds(rule, rule.first, rule.last, read, reformed)
        assert str(found["stale_from"]) == stale
    assert grounds(rule, rule.first, rule.text_of, read, reformed)["stale_from"] is None


def test_texts_that_were_not_read_have_the_days_of_our_files_and_no_answer_rests_on_them():
    entries = ogp.load("mexico_legal_authority", "entries").set_index("entry")
    for entry in UNREAD:
        if "days" in entry:
            known = entries.loc[[entry["days"]], ["first_day", "last_day"]].stack().dt.strftime("%Y-%m-%d").tolist()
            assert {entry.get("from"), entry.get("to")} & set(known), entry
    found = {entry["text"] for entry in UNREAD}
    wanted = ("CFPP 278 Ter", "CNPP 303 (2014)", "Códigos estatales de procedimientos penales", "SCJN, AI 46/2016",
              "Leyes estatales de seguridad pública", "LAASSP 41 IV", "LOPSRM")  # fmt: skip
    assert set(wanted) <= found
    # What was read since is not among them.
    read = ("LFTR 189, 190", "Ley de la Policía Federal", "LGMDFP 70", "LAASSP 54 IV")
    assert not set(read) & found
