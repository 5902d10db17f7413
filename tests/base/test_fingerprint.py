import os
import subprocess
import sys
from importlib import import_module, metadata

import pytest

from ogp_analysis.base import fingerprint
from ogp_analysis.data.cleaning.catalog import DATASETS, PLAIN
from ogp_analysis.data.store import shelf


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name in ("a.py", "room/b.py", "room/words/c.toml", "other/datasets/d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    monkeypatch.setattr(fingerprint, "_FOLDER", tmp_path)
    return tmp_path


def of_tree(*parts):
    return fingerprint.of_tree.__wrapped__(*parts)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "room/b.py").write_text("# room/b.py \n"),
        lambda tree: (tree / "room/words/c.toml").write_bytes(b""),
        lambda tree: (tree / "room/b.py").rename(tree / "room/e.py"),
        lambda tree: (tree / "room/new.js").touch(),
        lambda tree: (tree / "a.py").unlink(),
    ],
    ids=["a blank", "words", "a name", "a file more", "a file less"],
)
def test_every_file_of_the_tree_counts_by_its_name_and_its_bytes(tree, change):
    before = of_tree()
    change(tree)
    assert of_tree() != before


def test_byte_code_data_that_was_packed_with_it_and_times_do_not_count(tree):
    before = of_tree()
    for name in ("__pycache__/a.cpython-313.pyc", "room/__pycache__/x.json", "packaged/data/raw/file.csv"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"1")
    os.utime(tree / "a.py", (0, 0))
    assert of_tree() == before


def test_a_part_of_the_tree_is_named_by_patterns(tree):
    assert list(fingerprint.files("room", "*/datasets", "a.*")) == [
        "a.py", "other/datasets/d.py", "room/b.py", "room/words/c.toml",
    ]  # fmt: skip
    before = of_tree("room")
    (tree / "a.py").write_text("")
    assert of_tree("room") == before != of_tree("room", "a.py")


def test_it_is_computed_once_in_a_process_and_does_not_depend_on_the_process():
    code = "from ogp_analysis.base import fingerprint as f; print(f.of_tree())"
    for seed in "12":
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                              env={**os.environ, "PYTHONHASHSEED": seed})  # fmt: skip
        assert told.stdout.strip() == of_tree() == fingerprint.of_tree()


def test_all_that_cleaners_import_is_in_the_tree_that_makes_tables():
    code = f"""
import sys
from importlib import import_module
for name in {[*(module for name, module in DATASETS.items() if name not in PLAIN), "ogp_analysis.data.store.making"]}:
    import_module(name)
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith("ogp_analysis")), sep="\\n")
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    counted = {str(file) for file in fingerprint.files(*shelf.MADE_BY).values()}
    doors = {import_module(f"ogp_analysis{wing}").__file__ for wing in
             ("",)}  # fmt: skip
    assert {*told.stdout.split()} - counted <= doors


def test_the_versions_are_those_that_the_project_asks_for_to_run_and_to_report():
    versions = fingerprint.versions()
    assert versions["pandas"] == metadata.version("pandas") and {"papermill", "typst"} <= {*versions}
    assert not {"pytest", "distributed", "ogp-analysis"} & {*versions} and list(versions) == sorted(versions)


# What files and folders hold is remembered until they change, and never if they have only just changed.


@pytest.fixture
def read(monkeypatch):
    """The files that were read to be hashed."""
    found = []
    monkeypatch.setattr(fingerprint, "of_file", lambda file: found.append(file) or str(file.read_bytes()))
    return found


def long_ago(path) -> None:
    """Give a file the date of another time, as somebody does who restores it."""
    os.utime(path, (1, 1))


def test_a_file_that_is_left_alone_is_read_once(tmp_path, read, monkeypatch):
    monkeypatch.setattr(fingerprint, "_WHILE", -1)
    file = tmp_path / "a"
    file.write_bytes(b"a")
    assert fingerprint.sha256(file) == fingerprint.sha256(file) and read == [file]


def test_a_changed_file_is_read_again_even_if_size_and_date_are_the_same(tmp_path, read, monkeypatch):
    monkeypatch.setattr(fingerprint, "_WHILE", -1)
    file = tmp_path / "a"
    file.write_bytes(b"a")
    long_ago(file)
    before = fingerprint.sha256(file)
    while file.stat().st_ctime_ns == fingerprint._hashes[file][0][1]:
        file.write_bytes(b"b")
        long_ago(file)
    assert fingerprint.sha256(file) != before and len(read) == 2


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path, read):
    file = tmp_path / "a"
    file.write_bytes(b"a")
    fingerprint.sha256(file)
    file.write_bytes(b"b")
    assert fingerprint.sha256(file) == str(b"b") and len(read) == 2 and file not in fingerprint._hashes
