from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, SchemaError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government.ocp_ogp_commitments import DATASET, clean

SOURCE = DATASET.inputs[0]


def row(name="OGP NAP 2016-2018", iso2="MX", country="Mexico", link="https://example.org/x", edited="2025-04-14"):
    return {"iso2": iso2, "country": country, "ogp_commitment": name, "link": link, "country_file_last_edit": edited}


@pytest.mark.parametrize(
    ("name", "kind", "first", "last"),
    [
        ("OGP NAP 2016-2018", "ogp_national_plan", 2016, 2018),
        ("OGP National Action Plan 2018-20", "ogp_national_plan", 2018, 2020),
        ("National Action Plan 3.1 ", "ogp_national_plan", None, None),
        ("3rd National OGP Action Plan", "ogp_national_plan", None, None),
        ("Jalisco subnational OGP action plan", "ogp_local_plan", None, None),
        ("Paris OGP National Action Plan ", "ogp_local_plan", None, None),
        ("UK Anti-corruption Summit Commitment", "anti_corruption_summit_2016", None, None),
        ("Law of public procurement  Nº 14.133/ 2021", "other", None, None),
    ],
)
def test_a_name_becomes_a_kind_and_a_term(made, name, kind, first, last):
    link = cleaned(DATASET, [(SOURCE, made([row(name)]))]).tables["links"].iloc[0]
    found = [link["kind"], link["plan_first_year"], link["plan_last_year"]]
    assert [None if pd.isna(value) else value for value in found] == [kind, first, last]


def test_links_into_the_former_site_are_marked(made):
    links = clean(made([row(link="http://www.opengovpartnership.org/sites/default/files/a.pdf"), row()]), SOURCE)
    assert links.tables["links"]["old_site"].tolist() == [True, False]


@pytest.mark.parametrize("wrong", [row("OGP National Action Plan 2018 to 2020"), row(iso2="GB")])
def test_what_is_not_known_or_does_not_agree_raises(made, wrong):
    with pytest.raises(CleaningError):
        clean(made([wrong]), SOURCE)


def test_a_link_that_stands_twice_raises(made):
    with pytest.raises(SchemaError, match="repeated in 2"):
        cleaned(DATASET, [(SOURCE, made([row(), row()]))])
