from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.local_members import DATASET, clean

SOURCE = DATASET.inputs[0]
READ = "read from the four-letter code; not confirmed in a second file"


def row(code="KRSE", first="2016", last="2019", locality="Seoul, Republic of Korea", basis=READ):
    return {
        "ogp_code": code,
        "first_year_participating": first,
        "last_year_in_panel": last,
        "locality": locality,
        "name_basis": basis,
    }


def test_a_name_is_parted_from_its_country(made):
    member = clean(
        made([row(), row("MXJL", locality="Jalisco, Mexico", basis="confirmed by the Code column of x")]), SOURCE
    )
    found = member.tables["members"][["unit", "iso3", "locality", "name_basis"]].to_numpy().tolist()
    assert found == [
        ["KRSE", "KOR", "Seoul", "read_from_code"],
        ["MXJL", "MEX", "Jalisco", "confirmed_in_commitments"],
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(code="KR"), "KR"),
        (row(basis="guessed"), "guessed"),
        (row(locality="Seoul, Japan"), "another country than that of the code"),
        (row(locality="Seoul"), "1 names that do not end in a comma and a country, for example 'Seoul' in line 2"),
    ],
)
def test_what_is_not_known_or_does_not_agree_raises(made, wrong, said):
    with pytest.raises(CleaningError, match=said):
        clean(made([wrong]), SOURCE)
