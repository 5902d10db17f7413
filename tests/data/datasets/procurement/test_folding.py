"""Many texts at once become what each becomes alone, whatever signs they hold."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement.folding import all_folded, folded, in_latin, unaccented
from ogp_analysis.data.datasets.procurement.legal_entities import by_name, by_names, plain

SIGNS = st.characters(max_codepoint=0x17F) | st.sampled_from("\0¼ªßµÿΣς中ﬁ\u0301\u2003№İ") | st.characters()
TEXTS = st.lists(st.text(SIGNS, max_size=8), max_size=6)


@given(TEXTS)
def test_many_texts_are_folded_as_one_is(texts):
    assert all_folded(texts) == [folded(text) for text in texts]
    assert in_latin(texts, unaccented) == [unaccented(text) for text in texts]
    assert [" ".join(text.split()) for text in in_latin(texts, plain)] == [plain(text) for text in texts]


@pytest.mark.parametrize("function", [folded, unaccented, plain])
def test_every_sign_of_latin_1_is_turned_as_the_function_turns_it(function):
    texts = [f"a{chr(code)}b" for code in range(256)]
    assert [" ".join(text.split()) for text in in_latin(texts, function)] == [
        " ".join(function(text).split()) for text in texts
    ]


WORDS = ["Ana", "Ruiz", "S.A. de C.V.", "SA", "Cía.", "i.e.", "E.N.R.", "Grupo", "ТОВ", "Ltda", "co.", "hermanos", ""]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), max_size=4))
def test_names_of_a_column_tell_what_each_tells_alone(names):
    assert by_names(pa.array(names, pa.large_string())).to_pylist() == [by_name(name) for name in names]
