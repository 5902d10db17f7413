"""Units by name: the register's code, ISO's where there is one, and territories apart from states."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import UnknownName
from ogp_analysis.data.datasets.civic_space.index_rows import named


@pytest.mark.parametrize(
    ("name", "unit", "iso3", "kind"),
    [("Mexico", "MEX", "MEX", "country"), ("Namibia", "NAM", "NAM", "country"), ("Kosovo", "XKX", "XKX", "country"),
     ("Hong Kong", "HKG", "HKG", "territory"), ("Northern Cyprus", "XNC", "", "territory"),
     ("West Bank", "XWB", "", "territory"), ("Gaza Strip", "PSG", "", "territory"),
     ("Somaliland", "SML", "", "territory"), ("Indian Kashmir", "XIK", "", "territory"),
     ("Serbia and Montenegro", "SCG", "", "former"), ("USSR", "SUN", "", "former")],
)  # fmt: skip
def test_a_name_is_a_unit_of_its_own(made, name, unit, iso3, kind):
    found = named(made([{"name": name}]), "name")
    assert [series.tolist() for series in found.values()] == [[unit], [iso3], [kind]]


def test_the_year_decides_between_states_of_one_name(made):
    chunk = made([{"name": "Yugoslavia"}, {"name": "Yugoslavia"}, {"name": "Yemen"}])
    found = named(chunk, "name", [1985, 1995, 2000])
    assert found["unit"].tolist() == ["YUG", "YUG", "YEM"]
    assert found["iso3"].tolist() == ["", "", "YEM"]


def test_an_unknown_name_raises_with_its_place(made):
    with pytest.raises(UnknownName, match=r"made\.csv, column name: .*'Atlantis'"):
        named(made([{"name": "Mexico"}, {"name": "Atlantis"}]), "name")
