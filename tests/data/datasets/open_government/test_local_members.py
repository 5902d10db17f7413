from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.local_members import DATASET, clean
from tests.data.datasets.plain_rows import plain

SOURCE = DATASET.inputs[0]


def row(**values):
    return plain("ogp_local_members") | values


def test_a_name_is_parted_from_its_country(made):
    basis = "confirmed by the Code column of x"
    member = clean(made([row(), row(ogp_code="MXJL", locality="Jalisco, Mexico", name_basis=basis)]), SOURCE)
    found = member.tables["members"][["unit", "iso3", "locality", "name_basis"]].to_numpy().tolist()
    assert found == [
        ["KRSE", "KOR", "Seoul", "read_from_code"],
        ["MXJL", "MEX", "Jalisco", "confirmed_in_commitments"],
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(ogp_code="KR"), "KR"),
        (row(name_basis="guessed"), "guessed"),
        (row(locality="Seoul, Japan"), "another country than that of the code"),
        (row(locality="Seoul"), "1 names that do not end in a comma and a country, for example 'Seoul' in line 2"),
    ],
)
def test_what_is_not_known_or_does_not_agree_raises(made, wrong, said):
    with pytest.raises(CleaningError, match=said):
        clean(made([wrong]), SOURCE)
