"""Many texts at once become what each becomes alone, whatever signs they hold."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement.legal_entities import by_name, by_names

WORDS = ["Ana", "Ruiz", "S.A. de C.V.", "SA", "Cía.", "i.e.", "E.N.R.", "Grupo", "ТОВ", "Ltda", "co.", "hermanos", ""]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), max_size=4))
def test_names_of_a_column_tell_what_each_tells_alone(names):
    assert by_names(pa.array(names, pa.large_string())).to_pylist() == [by_name(name) for name in names]
