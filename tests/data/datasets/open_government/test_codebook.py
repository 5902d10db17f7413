from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import commitments
from ogp_analysis.data.datasets.open_government.codebook import DATASET, clean

SOURCE = DATASET.inputs[0]


def row(title="Specificity", shown="High | None | NR"):
    return {"explorer_column_title": title, "display_categories": shown, "definition": "words", "source": "x"}


def test_categories_become_codes_in_the_order_shown(made):
    tables = cleaned(DATASET, [(SOURCE, made([row(), row("Did it Open Government", "None | NR")]))]).tables
    assert tables["categories"].to_numpy().tolist() == [
        ["Did it Open Government", 1, "None", "did_not_change"],
        ["Did it Open Government", 2, "NR", "not_reviewed"],
        ["Specificity", 1, "High", "high"],
        ["Specificity", 2, "None", "none"],
        ["Specificity", 3, "NR", "not_reviewed"],
    ]
    assert tables["columns"]["n_categories"].tolist() == [2, 3]


@pytest.mark.parametrize("cells", [{"title": "New column"}, {"shown": "High | Huge"}])
def test_what_is_not_known_raises(made, cells):
    with pytest.raises(CleaningError, match="line 2"):
        clean(made([row(**cells)]), SOURCE)


def test_codes_are_those_of_the_commitments(published):
    tables = published(DATASET)[1].tables
    assert len(tables["columns"]) == 24
    assert tables["columns"]["definition_is"].value_counts().to_dict() == {
        "own": 22,
        "placeholder": 1,
        "of_another_column": 1,
    }
    joined = tables["categories"].merge(tables["columns"], on="explorer_column")
    for clean_column, codes in joined.groupby("clean_column")["code"]:
        table, name = clean_column.split(".")
        column = commitments.DATASET.schema(table)[name]
        if column.categories:
            assert set(codes) <= set(column.categories), clean_column


def test_definitions_must_not_be_published():
    closed = [c.name for schema in DATASET.schemas for c in schema.columns if not c.redistribute]
    assert closed == ["definition"]
