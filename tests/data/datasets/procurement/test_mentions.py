"""Which texts mention a person: held against a plain look at every pair, in several scripts."""

from __future__ import annotations

import random
from itertools import pairwise

import pyarrow as pa
import pytest

from ogp_analysis.data.datasets.procurement.legal_entities import plain
from ogp_analysis.data.datasets.procurement.mentions import Mentions, People, Sought, all_plain

PARTS = ["qwerty", "uiop", "asdf", "de", "la", "zxcvb", "Йцукен", "Фывап", "олд", "Ñandú", "qwerty-uiop", "х"]


def holds(text: str, name: str) -> bool:
    """All longer parts, in any order; side by side if there are two."""
    words, parts = ([word for word in plain(one).split() if len(word) > 2] for one in (text, name))
    if len(parts) == 2:
        return any(set(two) == set(parts) for two in pairwise(words))
    return len(parts) > 2 and set(parts) <= set(words)


def test_names_are_found_as_by_a_look_at_every_pair():
    draw = random.Random(7)
    names = [" ".join(draw.choices(PARTS, k=draw.randint(1, 4))) for _ in range(60)]
    texts = [" ".join(draw.choices(PARTS, k=draw.randint(0, 7))) for _ in range(400)]
    sought = Sought([name for name in all_plain(pa.array(names)).to_pylist() if " " in name])
    found = sought.within(all_plain(pa.array(texts))).tolist()
    assert found == [any(holds(text, name) for name in names if " " in plain(name)) for text in texts]
    assert 40 < sum(found) < 360


def masked(people: People, column: str, *texts: str | None) -> list[str | None]:
    table = pa.table({column: pa.array(texts, pa.string())})
    return Mentions(people).masked(table)[0][column].to_pylist()


TOLD = People(told=frozenset({"Qwerty Uiop"}), codes=frozenset({"CO-CC-12.345.678", "4321", "XAXX010101000"}))


@pytest.mark.parametrize(
    ("column", "text", "is_masked"),
    [
        ("title", "pago a Uiop Qwerty", True), ("title", "Uiop y otros, Qwerty", False), ("title", "12345678", True),
        ("title", "cédula 12345678 de X", True), ("title", "cédula 12.345.678.", True),
        ("title", "folio 4321 de X", False), ("title", "XAXX010101000", False), ("title", "rfc aaaa-800101-ab1", True),
        ("contract_number", "AAAA-800101-AB1", False), ("contract_number", "X/AAAA800101AB1", True),
        ("tender_id", "CO-CC-12345678", True), ("tender_id", "12345678", True), ("amount_text", "12345678", False),
        ("classification_id", "CO-CC-12345678", False), ("supplier_name", "Qwerty Uiop Obras Ltda", False),
        ("supplier_name", "QWERTY UIOP", True), ("ocid", "Qwerty Uiop", False), ("title", None, False),
    ],
)  # fmt: skip
def test_what_a_mention_is_depends_on_the_column(column, text, is_masked):
    [made] = masked(TOLD, column, text)
    assert (made != text) is is_masked


def test_a_name_that_is_presumed_is_found_as_a_whole_cell_and_not_among_institutions():
    people = People(presumed=frozenset({"Qwerty Uiop", "PAPELERIA", "Zxcvb Asdf"}), left=frozenset({"zxcvb asdf"}))
    assert masked(people, "title", "qwerty uiop.", "a Qwerty Uiop", "Papelería", "Zxcvb Asdf") == [
        "(text names a natural person)", "a Qwerty Uiop", "Papelería", "Zxcvb Asdf"
    ]  # fmt: skip
    assert masked(people, "buyer_name", "Qwerty Uiop") == ["Qwerty Uiop"]


def test_a_name_of_common_words_beside_a_given_name_is_sought_in_no_text():
    people = People(presumed=frozenset({"Luz y Limpieza", "Luz y Qwerty"}))
    assert masked(people, "title", "pago de luz y limpieza", "pago a Luz y Qwerty") == [
        "pago de luz y limpieza", "(text names a natural person)"
    ]  # fmt: skip


def test_references_are_numbered_by_rows_however_these_are_cut():
    rows = pa.table({"a_key": ["x", "AAAA800101AB1", "BBBB800101AB1"], "b_id": ["BBBB800101AB1", "x", "AAAA800101AB1"]})
    whole, parts = Mentions(People()), Mentions(People())
    one = whole.masked(rows)[0]
    other = pa.concat_tables([parts.masked(rows.slice(at, 1))[0] for at in range(3)])
    assert one.to_pydict() == other.to_pydict()
    assert one["b_id"].to_pylist() == ["reference-1", "x", "reference-2"]
