"""Several JSON files read together: packed or not, in which order elements come, and what fails alone."""

from __future__ import annotations

import errno
import gzip
import json
import sys
import zipfile

import pytest

from ogp_analysis.data.sources import json_corpus
from ogp_analysis.data.sources.json_corpus import Corpus, Streams

LISTS = ("releases", "records")


@pytest.fixture
def made(tmp_path):
    """Return a function that makes a corpus of files with these contents."""
    opened = []

    def make(contents: dict[str, bytes]) -> Corpus:
        files = {}
        for name, content in contents.items():
            files[name] = tmp_path / name.replace("/", "-")
            files[name].write_bytes(content)
        opened.append(Corpus(files, "ocid", LISTS, tmp_path, lambda raw: json.loads(bytes(raw)).get("ocid")))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def told(
    corpus: Corpus, size: int = 2, most: int = 1000, streams: Streams | None = None
) -> list[list[tuple[str, str, int]]]:
    """Return what each group says: id, file, place."""
    groups = []
    for places in corpus.places(size, most):
        assert len(places.sizes) <= size and (len(places.files) <= most or len(places.sizes) == 1)
        for group in (streams or corpus.streams).take(places):
            groups.append([(json.loads(bytes(raw))["id"], corpus.labels[file], place) for raw, file, place in group])
    return groups


def lines(*pairs: tuple[str, str]) -> bytes:
    return b"".join(json.dumps({"ocid": ocid, "id": name}).encode() + b"\n" for ocid, name in pairs)


def test_elements_with_one_key_come_together_in_the_order_of_the_first(made):
    corpus = made({"a.jsonl": lines(("x", "1"), ("y", "2"), ("x", "3")), "b.jsonl": lines(("z", "4"), ("y", "5"))})
    assert told(corpus) == [
        [("1", "a.jsonl", 1), ("3", "a.jsonl", 3)],
        [("2", "a.jsonl", 2), ("5", "b.jsonl", 2)],
        [("4", "b.jsonl", 1)],
    ]


@pytest.mark.parametrize(("size", "most"), [(1, 100), (3, 4), (3, 100), (100, 2), (100, 100)])
def test_how_much_is_read_at_once_changes_nothing(made, monkeypatch, size, most):
    monkeypatch.setattr(json_corpus, "_OPEN", 1)
    pairs = [(f"o{(7 * number) % 5}" if number % 3 else f"s{number}", str(number)) for number in range(30)]
    corpus = made({f"{part}.jsonl": lines(*pairs[part::4]) for part in range(4)})
    groups = told(corpus, size, most)
    assert sorted(int(name) for group in groups for name, *_ in group) == list(range(30))
    by_id = {name: ocid for ocid, name in pairs}
    assert [len({by_id[name] for name, *_ in group}) for group in groups] == [1] * len(groups)
    firsts = [min((file, place) for _, file, place in group) for group in groups]
    assert firsts == sorted(firsts)


def test_packed_files_are_read_like_others(made, tmp_path):
    archive = tmp_path / "made.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("in/b.jsonl", lines(("x", "2")))
        packed.writestr("in/a.json", lines(("x", "1")))
        packed.writestr("readme.txt", "nothing")
    corpus = made({"c.gz": gzip.compress(lines(("x", "3"))), "made.zip": archive.read_bytes()})
    assert told(corpus) == [[("3", "c.gz", 1), ("1", "made.zip/in/a.json", 1), ("2", "made.zip/in/b.jsonl", 1)]]
    assert [path.suffix for path in tmp_path.iterdir() if path.name.startswith("tmp")] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a file without a name is opened by /proc")
def test_another_process_can_open_the_same_files(made):
    """Also those that were unpacked and have no name; without such names nothing is promised."""
    contents = {"c.gz": gzip.compress(lines(("x", "3"), ("y", "4"))), "a.jsonl": lines(("x", "1"), ("z", "2"))}
    expected = told(made(contents))
    corpus = made(contents)
    again = Streams.of(corpus.labels, corpus.streams.paths())
    assert told(corpus, streams=again) == expected
    again.close()


def test_files_without_a_name_are_not_for_others_elsewhere(made, monkeypatch):
    monkeypatch.setattr(json_corpus.sys, "platform", "darwin")
    assert made({"c.gz": gzip.compress(lines(("x", "3")))}).streams.paths() is None
    assert made({"a.jsonl": lines(("x", "1"))}).streams.paths() is None


def test_what_another_program_does_to_a_file_does_not_reach_what_is_read(made, tmp_path):
    rows = {"a.jsonl": lines(*((str(n), str(n)) for n in range(50)))}
    expected = told(made(rows))
    corpus = made(rows)
    with (tmp_path / "a.jsonl").open("rb+") as stream:
        stream.truncate(0)
    assert told(corpus) == expected


def test_a_file_that_cannot_be_read_fails_alone(made, tmp_path):
    bomb = tmp_path / "bomb"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.json", b"[" + b" " * 100_000_000 + b"]")
    corpus = made({
        "good.jsonl": lines(("x", "1"), ("y", "2")),
        "cut.json": b'{"releases": [{"ocid": "a"',
        "none.zip": b"PK\x03\x04 and no more",
        "bomb.zip": bomb.read_bytes(),
    })  # fmt: skip
    assert corpus.labels == ["good.jsonl"] and corpus.sizes == [2]
    assert sorted(corpus.faults) == ["bomb.zip/zeros.json", "cut.json", "none.zip"]
    assert "unpacks to more than" in str(corpus.faults["bomb.zip/zeros.json"])


def test_a_disk_without_room_for_the_copy_is_said_to_be_full(made, tmp_path, monkeypatch):
    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(json_corpus.shutil, "copyfileobj", full)
    fault = str(made({"a.jsonl": lines(("x", "1"))}).faults["a.jsonl"])
    assert fault.startswith(f"{tmp_path}: has no room for an unpacked copy of a.jsonl") and "Make room" in fault


def test_the_key_of_an_element_is_its_own_and_an_element_without_one_stands_alone(made):
    given = [{"other": {"ocid": "n"}, "ocid": o, "id": i} for o, i in ("a1", "b2", "a3")]
    corpus = made({"a.json": json.dumps([*given, {"id": "4"}, {"id": "5"}]).encode()})
    assert [[one[0] for one in group] for group in told(corpus)] == [["1", "3"], ["2"], ["4"], ["5"]]
