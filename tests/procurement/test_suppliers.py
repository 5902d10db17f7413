"""Which rows are of one supplier. The pairs are made by hand; every person in them is invented."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.sources import raw
from ogp_analysis.procurement.sanctions import described
from ogp_analysis.procurement.suppliers import checked, firm_keys, resolve

from ..reports import ROOT

#: Valid codes: two firms, two persons; one that is well-formed and fails its check digit.
ONE, OTHER, PERSON, NAMESAKE, SLIP = "GVI020903N32", "GIN811027SS4", "GODE561231GR8", "BUMM7909154A1", "AAA010101AA0"


def contracts(*rows: tuple) -> pd.DataFrame:
    """Rows ``(name, rfc, rupc)``, the last two perhaps left out, with the kind that the cleaner tells."""
    full = pd.DataFrame(
        [(*row, "", "")[:3] for row in rows], columns=["supplier_name", "supplier_rfc", "supplier_rupc"]
    )
    full = full.astype("str")
    code = persons.tax_codes(full["supplier_rfc"])
    return full.assign(supplier_kind=persons.kinds(full["supplier_name"], code["status"], "MX", "ES"))


#: Pairs of suppliers, and whether they are one.
with (ROOT / "tests" / "data" / "pairs_of_suppliers.csv").open(encoding="utf-8", newline="") as _table:
    PAIRS = [(same == "yes", tuple(row[:3]), tuple(row[3:6])) for same, *row in [*csv.reader(_table)][1:]]


@pytest.mark.parametrize(("same", "one", "other"), PAIRS)
def test_pairs_are_one_supplier_or_two(same, one, other):
    table = contracts(one, other)
    count = resolve(table).nunique()
    assert count == resolve(table[::-1]).nunique() == (1 if same else 2), "the order of the rows decides nothing"


NORTE = "ACEROS DEL NORTE SA DE CV"


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        # A name without code is of nobody once the name has two codes.
        ([(NORTE,), (NORTE, ONE), (NORTE, OTHER)], ["NAME aceros del norte|sa", f"RFC {ONE}", f"RFC {OTHER}"]),
        # A folio of two names joins neither.
        (
            [("A UNO SA", "", "7"), ("B DOS SA", "", "7"), ("A UNO SA", "", "7"), ("A UNO SA",)],
            ["RUPC 7|a uno|sa", "RUPC 7|b dos|sa", "RUPC 7|a uno|sa", "NAME a uno|sa"],
        ),
        # A folio of two codes joins nothing, nor does a name with a code and another folio.
        (
            [("A UNO SA", ONE, "7"), ("A UNO SA", OTHER, "7"), ("A UNO SA", "", "7")],
            [f"RFC {ONE}", f"RFC {OTHER}", "RUPC 7|a uno|sa"],
        ),
        (
            [("A UNO SA", ONE, "7"), ("A UNO SA", "", "8"), ("A UNO SA",)],
            [f"RFC {ONE}", "RUPC 8", "NAME a uno|sa"],
        ),
        ([("A UNO SA", SLIP), ("A UNO, S.A.", SLIP)], [f"CODE {SLIP}|a uno|sa"] * 2),
        # Persons are counted and not named.
        (
            [("JUANA INVENTADA", PERSON), ("JUANA I", PERSON), ("EVA SUPUESTA", "", "8"), ("A UNO SA",)],
            ["natural person 1", "natural person 1", "natural person 2", "NAME a uno|sa"],
        ),
        ([], []),
    ],
)
def test_an_identifier_says_what_it_rests_on_and_names_no_person(rows, ids):
    frame = contracts(*rows or [("A UNO SA",)]).iloc[: len(rows)]
    found = resolve(frame.set_axis(range(7, 7 + len(rows))))
    assert found.tolist() == ids and found.index.tolist() == list(range(7, 7 + len(rows)))


def test_a_folio_joins_what_neither_code_nor_firm_name_does():
    given = contracts(("ACEROS", ONE, "8"), ("ACEROS", "", "8")).assign(supplier_kind="legal_entity")
    assert resolve(given).tolist() == [f"RFC {ONE}"] * 2


@pytest.mark.parametrize("kind", ["legal_entity", "missing", ""])
def test_a_code_of_thirteen_characters_is_a_persons_whatever_the_kind_says(kind):
    frame = contracts(("JUANA INVENTADA SA", PERSON), ("A UNO SA", ONE)).assign(supplier_kind=[kind, "legal_entity"])
    assert resolve(frame).tolist() == ["natural person 1", f"RFC {ONE}"]
    seen = described(frame["supplier_name"], frame["supplier_kind"], frame["supplier_rfc"])
    assert seen["person"].tolist() == [True, False] and seen["rfc"].tolist() == ["", ONE] and seen["key"].iloc[0] == ""


def test_the_order_of_rows_changes_no_firm():
    frame = contracts(*(row for _, *pair in PAIRS for row in pair))
    turned = frame.iloc[np.random.default_rng(1).permutation(len(frame))]
    firms = resolve(frame)[lambda ids: ~ids.str.startswith(("natural person", "unresolved"))]
    assert resolve(turned).reindex(firms.index).equals(firms)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (ONE, "valid"),
        ("gvi-020903-n32", "valid"),
        (PERSON, "valid"),
        (SLIP, "unverified"),
        ("XAXX010101000", "none"),
        ("XEXX010101000", "none"),
        ("XXXXXXXXXXXX", "none"),
        ("GVI029903N32", "unverified"),
        ("", "none"),
        ("US-123", "none"),
    ],
)
def test_tax_codes(code, status):
    assert checked(pd.Series([code], dtype="str"))["status"].item() == status


def test_names_with_a_legal_form_have_one_code_in_the_published_lists(mirror):
    """What the joining by name rests on: counted, not supposed."""
    columns = {
        ("sat_69b", "2026", "Listado_completo_69-B.csv"): ("Nombre del Contribuyente", "RFC"),
        ("comprasmx", "2026-imss", "*.csv"): ("Proveedor o contratista", "rfc"),
        ("compranet", "2023-imss-raw", "*.csv"): ("Proveedor o contratista", "rfc"),
    }
    whole = pd.concat(
        [
            chunk[list(names)].set_axis(["name", "rfc"], axis=1)
            for place, names in columns.items()
            for chunk in raw.chunks(mirror, *place, sidecars=paths.project().raw)
        ],
        ignore_index=True,
    )
    whole = whole[whole["rfc"].str.fullmatch(r"[A-ZÑ&]{3}\d{6}[A-Z0-9]{3}")]
    keys = firm_keys(whole["name"].str.partition("//")[0])
    codes = whole["rfc"][keys != ""].groupby(keys).nunique()
    assert len(codes) > 11_000 and (codes > 1).sum() == 0
