"""What a report says of the raw files behind it, when there are many of them."""

from __future__ import annotations

from ogp_analysis.publishing.pages.origin import MOST_FILES, by_folder


def rows(folder: str, n: int, dataset: str = "ocds") -> list[dict]:
    counts = {"rows_in": 3, "kept": 1, "set_aside": 0, "merged": 2, "changed_values": 5}
    return [{"dataset": dataset, "file": f"ocds/{folder}/releases/{i:03}.json", **counts} for i in range(n)]


def test_the_files_of_a_folder_with_many_are_one_row_that_adds_up():
    few, many = rows("few", MOST_FILES), rows("many", MOST_FILES + 1)
    found = by_folder([*few, *many])
    assert found[:-1] == few
    assert found[-1] == {"dataset": "ocds", "file": f"ocds/many/… ({MOST_FILES + 1})", "rows_in": 63, "kept": 21,
                         "set_aside": 0, "merged": 42, "changed_values": 105}  # fmt: skip


def test_folders_of_one_name_in_two_datasets_stay_apart():
    assert len(by_folder([*rows("a", 15), *rows("a", 15, "other")])) == 30
