from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government.commitment_columns import MAPPING
from ogp_analysis.data.datasets.open_government.commitments import CORRECTIONS, DATASET, corrected, numbers


def moldova(number="1", label="c. Substantial", coded="2", country="Moldova"):
    """A row with every column that a correction of 2016 looks at."""
    columns = {name for c in CORRECTIONS if c["vintage"] == "2016" for name in (c["column"], *c.get("beside", {}))}
    said = {"Completion (progress report)": label, "_CompletionProgress": coded}
    return (
        dict.fromkeys(sorted(columns), "") | {"Country": country, "Action Plan Number": "2", "Comm No": number} | said
    )


def test_a_correction_is_made_and_on_the_record(made):
    chunk = made([moldova(), moldova("9")])
    fixed, entries = corrected(chunk, "2016")
    assert fixed["_CompletionProgress"].tolist() == ["4", "2"]
    made_ones = [entry for entry in entries if len(entry)]
    assert len(made_ones) == 1
    assert made_ones[0][["_line", "rule", "column", "old", "new"]].to_numpy().tolist() == [
        [2, "moldova_completion_substantial_numbered_not_started", "_CompletionProgress", "2", "4"]
    ]


@pytest.mark.parametrize("cells", [{"coded": "4"}, {"label": "d. Complete"}])
def test_a_correction_fails_once_the_row_says_something_else(made, cells):
    with pytest.raises(CleaningError, match=r"commitment_corrections.toml, moldova_completion.*line 2"):
        corrected(made([moldova(**cells)]), "2016")


@pytest.mark.parametrize(
    ("number", "title", "expected"),
    [
        ("4.2", "4.20 A centre", "4.20"),
        ("2.1", "2.10. Records", "2.10"),
        ("4.2", "4.2 A centre", "4.2"),
        ("4.2", "4.200 A centre", "4.2"),
        ("4.2", "4x20 A centre", "4.2"),
        ("4", "40. A centre", "4"),
        ("2.2000000000000002", "Records", "2.2"),
        ("4.0999999999999996", "Records", "4.1"),
        ("3.3.3.6", "Records", "3.3.3.6"),
        ("B.1.A", "Records", "B.1.A"),
    ],
)
def test_numbers_are_as_they_were_typed(made, number, title, expected):
    chunk = made([{"Comm No": number, "Title": title, "Short": "x"}])
    fixed, entries = numbers(chunk, "Comm No", ("Short", "Title"))
    assert fixed["Comm No"].tolist() == [expected]
    assert sum(map(len, entries)) == (number != expected)


def test_every_correction_is_used_on_the_published_files_for_each_of_its_rows(published):
    entries = published(DATASET)[1].record.entries
    folders = {entry["folder"]: vintage for vintage, entry in MAPPING["vintage"].items()}
    used = (
        entries.assign(vintage=entries["_file"].str.split("/").str[1].map(folders)).groupby(["vintage", "rule"]).size()
    )
    expected: dict = {}
    for correction in CORRECTIONS:
        key = correction["vintage"], correction["rule"]
        expected[key] = expected.get(key, 0) + len(correction["rows"])
    assert {key: int(used.get(key, 0)) for key in expected} == expected
    assert expected["2016", "lithuania_malta_impact_not_reviewed"] == 13
