"""Contracts against bans and definitive listings: what was in force on the day, and what cannot be determined."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.dataset import promised
from ogp_analysis.data.datasets.procurement import mexico_sanctions, persons, sat_69b
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.datasets.procurement.compranet.columns import CONTRACTS
from ogp_analysis.data.datasets.procurement.mexico_sanctions import SANCTIONS
from ogp_analysis.data.datasets.procurement.sat_69b import DEFINITIVE
from ogp_analysis.data.sources import raw
from ogp_analysis.procurement import sanctions
from ogp_analysis.procurement.sanctions import OUTCOMES, WHY, barred, definitively_listed

FIRM, OTHER, PERSON = "ACEROS DEL EJEMPLO SA DE CV", "OTRA DEL EJEMPLO SC", "JUANA INVENTADA PRUEBA"
RFC, RFC_2 = "GVI020903N32", "GIN811027SS4"


def contracts(*rows: dict) -> pd.DataFrame:
    given = {"name": FIRM, "rfc": "", "award": "2020-06-15", "signature": "2020-06-20"}
    full = pd.DataFrame([given | row for row in rows])
    status = persons.tax_codes(full["rfc"])["status"]
    return pd.DataFrame(
        {
            "contract_key": [f"c{n}" for n in range(len(full))],
            "sequence": 1,
            "supplier_name": full["name"],
            "supplier_kind": persons.kinds(full["name"], status, "MX"),
            "supplier_rfc": full["rfc"],
            "award_date": pd.to_datetime(full["award"]),
            "signature_date": pd.to_datetime(full["signature"]),
        }
    )


def bans(*rows: dict) -> pd.DataFrame:
    given = {"name": "Aceros del Ejemplo, S.A. de C.V.", "ban": True, "start": "2020-01-01", "end": "2020-12-31"}
    full = pd.DataFrame([given | {"basis": "published", "order": "ok"} | row for row in rows])
    return pd.DataFrame(
        {
            "supplier_name": full["name"],
            "supplier_kind": persons.kinds(full["name"], pd.Series("missing", full.index), "MX"),
            "ban": full["ban"].astype("boolean"),
            "ban_start": pd.to_datetime(full["start"]),
            "ban_end": pd.to_datetime(full["end"]),
            "ban_basis": full["basis"],
            "ban_order": full["order"],
        }
    )


def definitive(*rows: dict) -> pd.DataFrame:
    given = {"name": FIRM, "rfc": RFC, "kind": "legal_entity", "sat": "2020-01-01", "first": "2020-02-01"}
    full = pd.DataFrame([{**given, "last": row.get("first", "2020-02-01"), "lifted": None, **row} for row in rows])
    return pd.DataFrame(
        {
            "taxpayer_name": full["name"],
            "taxpayer_kind": full["kind"],
            "rfc": full["rfc"],
            "definitive_sat_date": pd.to_datetime(full["sat"]),
            "definitive_dof_date": pd.to_datetime(full["first"]),
            "definitive_dof_last_date": pd.to_datetime(full["last"]),
            "favourable_dof_last_date": pd.to_datetime(full["lifted"]),
        }
    )


def outcome(result, moment="award") -> tuple[str, str]:
    (row,) = result.counts[result.counts["moment"] == moment].to_dict("records")
    return row["outcome"], row["why"]


#: What follows from a reason; from all others nothing can be told.
FOLLOWS = {"in_force": "flagged", "not_in_force": "clear"}
CROSSED, NOTIFIED = {"end": "2019-12-01", "order": "ends_before_start"}, {"basis": "notification"}
OPEN, NO_START = {"ban": None, "end": None, "order": "open_end"}, {"start": None, "end": None, "order": "no_start"}


@pytest.mark.parametrize(
    ("ban", "award", "relation"),
    [
        ({}, "2020-06-15", "in_force"),
        ({}, "2020-01-01", "in_force"),
        ({}, "2020-12-31", "in_force"),
        ({}, "2019-12-31", "later"),
        ({}, "2021-01-01", "ended"),
        ({}, None, "date_missing"),
        ({"ban": False, "start": None, "end": None, "order": "no_ban"}, "2020-06-15", "no_ban"),
        (CROSSED, "2020-06-15", "never_in_force"),
        (CROSSED, "2019-12-15", "later"),
        (OPEN, "2020-06-15", "undetermined"),
        (OPEN, "2019-06-15", "later"),
        (NO_START, "2020-06-15", "undetermined"),
        ({"ban": None}, "2020-01-01", "undetermined"),
        # Days from the notification: not the first of the ban, nor is the last the last.
        (NOTIFIED, "2020-02-01", "undetermined"),
        (NOTIFIED, "2020-03-01", "in_force"),
        (NOTIFIED, "2021-01-31", "undetermined"),
        (NOTIFIED, "2021-03-02", "ended"),
    ],
)
def test_a_ban_counts_only_on_its_days(ban, award, relation):
    result = barred(contracts({"award": award}), bans(ban))
    why = relation if relation in ("in_force", "date_missing", "undetermined") else "not_in_force"
    assert outcome(result) == (FOLLOWS.get(why, "not_computable"), why)
    assert result.relations.query("moment == 'award'")["relation"].tolist() == [relation]


def test_of_several_rows_the_one_in_force_counts():
    past, future = {"start": "2010-01-01", "end": "2010-12-31"}, {"start": "2025-01-01", "end": "2026-01-01"}
    assert outcome(barred(contracts({}), bans(past, {}, future)))[0] == "flagged"
    result = barred(contracts({}), bans(past, future))
    assert outcome(result)[0] == "clear"
    assert result.relations["relation"].tolist() == ["ended", "ended"]


def test_suppliers_are_counted_by_code_by_firm_by_name_and_else_by_row():
    spellings = {"name": "ACEROS DEL EJEMPLO SA DE CV"}, {"name": "Aceros del Ejemplo, S.A. de C.V."}
    nobody = {"name": "", "rfc": ""}
    counted = barred(contracts(*spellings, nobody, nobody, {"name": OTHER, "rfc": RFC}), bans({})).counts
    award = counted[counted["moment"] == "award"].set_index("why")[["contracts", "suppliers"]]
    assert award.loc["in_force"].tolist() == [2, 1]
    assert award.loc["name_missing"].tolist() == [2, 2]
    assert award.loc["not_in_force"].tolist() == [1, 1]


def test_a_code_that_fails_its_check_joins_nobody():
    slip = RFC[:-1] + "9"
    assert (
        outcome(definitively_listed(contracts({"rfc": slip, "name": OTHER}), definitive({"rfc": slip})))[0] == "clear"
    )


def test_without_code_and_legal_form_nothing_is_told():
    firm = contracts({"name": "ACEROS DEL EJEMPLO"}).assign(supplier_kind="legal_entity")
    result = definitively_listed(firm, definitive({}))
    assert outcome(result) == ("not_computable", "name_without_form")


def test_firms_without_code_and_legal_form_are_counted_by_their_name():
    given = contracts({"name": "ACEROS DEL EJEMPLO"}, {"name": "Aceros del Ejemplo"}, {"name": "OTRA DEL EJEMPLO"})
    counted = barred(given.assign(supplier_kind="legal_entity"), bans({})).counts
    assert counted[["why", "contracts", "suppliers"]].values.tolist() == [["name_without_form", 3, 2]] * 2


@pytest.mark.parametrize("kind", ["legal_entity", "missing", ""])
def test_a_code_of_thirteen_characters_is_a_persons_whatever_the_kind_says(kind):
    code = "GODE561231GR8"
    given = contracts({"rfc": code}).assign(supplier_kind=kind)
    for result in (barred(given, bans({})), definitively_listed(given, definitive({"rfc": code, "kind": kind}))):
        assert outcome(result) == ("not_computable", "natural_person")
        assert result.relations.empty


def test_award_and_signature_are_told_apart():
    result = barred(contracts({"award": "2019-12-20", "signature": "2020-01-10"}), bans({}))
    assert result.outcomes[["award", "signature"]].values.tolist() == [["clear", "flagged"]]
    assert computable(result) == {"award": 1, "signature": 1}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"name": PERSON}, "natural_person"),
        ({"name": PERSON, "rfc": "GODE561231GR8"}, "natural_person"),
        ({"name": ""}, "name_missing"),
        ({"name": "ACEROS DEL EJEMPLO", "rfc": RFC}, "name_without_form"),
        ({"name": OTHER}, "not_in_force"),
        ({"name": OTHER, "award": None}, "date_missing"),
        ({"name": "ACEROS DEL EJEMPLO S DE RL"}, "not_in_force"),
    ],
)
def test_who_cannot_be_looked_up_is_not_clear(row, why):
    result = barred(contracts(row), bans({}, {"name": PERSON}))
    assert outcome(result) == (FOLLOWS.get(why, "not_computable"), why)


def test_a_name_of_two_codes_tells_nobody():
    result = barred(contracts({"rfc": RFC}, {"rfc": RFC_2}), bans({}))
    assert outcome(result) == ("not_computable", "ambiguous_name")


UNDATED, SINCE_2018 = {"first": None, "last": None}, {"first": "2018-02-01", "last": "2020-02-01"}


@pytest.mark.parametrize(
    ("row", "award", "why"),
    [
        ({}, "2020-06-15", "in_force"),
        ({}, "2020-02-01", "in_force"),
        ({}, "2020-01-15", "not_in_force"),
        ({}, None, "date_missing"),
        (UNDATED, "2020-06-15", "undetermined"),
        (UNDATED, "2019-06-15", "not_in_force"),
        (UNDATED, "2020-01-01", "undetermined"),
        (SINCE_2018 | {"last": "2021-02-01", "lifted": "2019-02-01"}, "2020-06-15", "undetermined"),
        (SINCE_2018 | {"lifted": "2019-02-01"}, "2020-06-15", "in_force"),
        ({"first": "2018-02-01", "lifted": "2020-02-01"}, "2020-06-15", "undetermined"),
        (SINCE_2018 | {"lifted": "2020-02-01"}, "2020-06-15", "undetermined"),
        ({"first": "2018-02-01", "lifted": "2020-06-15"}, "2020-06-15", "undetermined"),
        ({"first": "2018-02-01", "lifted": "2020-02-01"}, "2019-06-15", "in_force"),
        ({"rfc": RFC_2}, "2020-06-15", "not_in_force"),
        ({"rfc": ""}, "2020-06-15", "in_force"),
    ],
)
def test_a_listing_counts_from_its_notice_in_the_journal(row, award, why):
    result = definitively_listed(contracts({"rfc": RFC, "award": award}), definitive(row))
    assert outcome(result) == (FOLLOWS.get(why, "not_computable"), why)


def test_a_presumption_that_was_never_made_definitive_lists_nobody():
    presumed = definitive({"rfc": RFC}, {"rfc": RFC_2, "sat": None, "first": None, "last": None})
    result = definitively_listed(contracts({"rfc": RFC_2, "award": "2020-06-15"}), presumed)
    assert outcome(result)[0] == "clear"


def test_a_suppressed_row_is_of_nobody():
    result = definitively_listed(contracts({}), definitive({"name": "", "rfc": "", "kind": "suppressed"}))
    assert outcome(result)[0] == "clear"


@pytest.mark.parametrize(("award", "old"), [("2020-12-31", False), ("2021-01-01", False), ("2021-01-02", True)])
def test_a_list_that_is_older_than_the_contracts_says_so(award, old):
    given = contracts({"award": award, "signature": None})
    assert barred(given, bans({})).is_older is old
    turned = contracts({"award": None, "signature": award})
    assert barred(turned, bans({})).is_older is old
    assert not definitively_listed(given, definitive({})).is_older


@pytest.mark.parametrize(("given", "listed"), [(0, 1), (1, 0), (0, 0)])
def test_nothing_against_nothing(given, listed):
    result = barred(contracts({}).iloc[:given], bans({}).iloc[:listed])
    assert len(result.outcomes) == given and result.relations.empty


def test_counts_add_up_and_the_inputs_are_unchanged():
    rows = [{}, {"name": OTHER}, {"name": PERSON}, {"name": ""}, {"award": None}, {"award": "2019-01-01"}]
    given, listed = contracts(*rows), bans({})
    before = given.copy(deep=True), listed.copy(deep=True)
    result = barred(given, listed)
    assert given.equals(before[0]) and listed.equals(before[1])
    assert result.counts.groupby("moment")["contracts"].sum().eq(len(rows)).all()
    for moment in ("award", "signature"):
        told = result.counts[(result.counts["moment"] == moment) & (result.counts["outcome"] != "not_computable")]
        assert computable(result)[moment] == told["contracts"].sum()
    assert result.dates_missing == {"award": 1, "signature": 0}
    assert set(result.counts["why"]) <= set(WHY) and set(result.counts["outcome"]) <= set(OUTCOMES)
    assert set(result.relations["relation"]) <= set(sanctions.RELATIONS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.is_older = True


@pytest.fixture(scope="module")
def read(mirror):
    """Return a function that gives the chunks of published files."""

    def chunks(source, version, files="*.csv", header=0):
        return raw.chunks(mirror, source, version, files, header, sidecars=paths.project().raw)

    return chunks


@pytest.fixture(scope="module")
def imss(read) -> pd.DataFrame:
    """Contracts of IMSS in 2026 with the names of their suppliers, for counting."""
    parts = [compranet.clean_contracts(chunk, reveal=True) for chunk in read("comprasmx", "2026-imss")]
    return promised(compranet.finish(parts).tables["contracts"], CONTRACTS)


def computable(result) -> dict[str, int]:
    return (result.outcomes[["award", "signature"]] != "not_computable").sum().to_dict()


def related(result, moment: str) -> dict[str, tuple[int, int]]:
    rows = result.relations[result.relations["moment"] == moment].set_index("relation")
    return {name: (row["contracts"], row["suppliers"]) for name, row in rows.iterrows()}


def test_published_contracts_of_2026_against_the_list_of_2026(read, imss):
    inputs = [item for item in mexico_sanctions.DATASET.inputs if item.version.startswith("2026")]
    parts = [
        mexico_sanctions.clean_sanctions(chunk, reveal=True)
        for item in inputs
        for chunk in read(item.source, item.version, item.files)
    ]
    result = barred(imss, promised(mexico_sanctions.finish(parts).tables["sanctions"], SANCTIONS))
    assert (len(result.outcomes), computable(result)) == (3983, {"award": 3018, "signature": 2119})
    # Thirty contracts of six firms.
    assert related(result, "award") == {"ended": (2, 1), "later": (24, 4), "no_ban": (4, 1)}
    assert related(result, "signature") == {
        "in_force": (2, 2), "date_missing": (8, 3), "ended": (2, 1), "later": (15, 3), "never_in_force": (2, 1),
        "no_ban": (1, 1),
    }  # fmt: skip
    flagged = [int(result.outcomes[moment].eq("flagged").sum()) for moment in ("award", "signature")]
    assert flagged == [0, 2] and not result.is_older


def test_no_published_contract_of_2026_is_of_a_listed_taxpayer(read, imss):
    (listing,) = [sat_69b.clean_listings(chunk) for chunk in read("sat_69b", "2026", "efos_definitivos.csv", 2)]
    result = definitively_listed(imss, promised(listing.tables["definitive"], DEFINITIVE))
    assert result.relations.empty and computable(result)["award"] > 0


# What is said and tabled
