"""Data that somebody edited: a clean table that its raw files do not give, and files that differ from the commit."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

TABLE = "embedded/ogp_membership/countries"


def forged(checkout, value: str, **description) -> None:
    """Change a clean table, and what stands beside it so that it fits."""
    file = checkout.processed / f"{TABLE}.parquet"
    table = pq.read_table(file)
    place = table.schema.get_field_index("left")
    values = [value] * 3 + table["left"].to_pylist()[3:]
    pq.write_table(table.set_column(place, table.field("left"), pa.array(values, table.field("left").type)), file)
    about = file.with_name("datapackage.json")
    package = json.loads(about.read_text(encoding="utf-8")) | description
    [resource] = [one for one in package["resources"] if one["path"] == file.name]
    resource["hash"] = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    about.write_text(json.dumps(package), encoding="utf-8")


def test_a_clean_table_that_its_raw_files_do_not_give_is_named(checkout):
    """It was changed with its hash, and a report was made from it: the report is as the table has it."""
    forged(checkout, "2020-01-01")
    told = checkout.ogp("run", "members", "--force", path="")
    assert told.returncode == 0, told.stderr
    told = checkout.ogp("verify", str(checkout.folder("members/MEX")), path="")
    assert told.returncode == 1
    said = (
        f"different, first in data/processed/{TABLE}.parquet: it is not what the raw files give here (left differs in 3"
    )
    assert said in told.stdout


def test_a_description_that_is_not_that_of_its_tables_is_named(checkout):
    about = (checkout.processed / TABLE).with_name("datapackage.json")
    package = json.loads(about.read_text(encoding="utf-8"))
    package["sources"][0]["publisher"] = "Somebody else"
    about.write_text(json.dumps(package), encoding="utf-8")
    assert checkout.ogp("run", "members", "--force", path="").returncode == 0
    told = checkout.ogp("verify", str(checkout.folder("members/MEX")), path="")
    assert told.returncode == 1 and "datapackage.json: it is not what the raw files give here" in told.stdout


@pytest.fixture
def cloned(checkout):
    """A checkout in git, all of it in one commit."""
    (checkout.root / ".gitignore").write_text("reports/\ndata/processed/\n", encoding="utf-8")
    author = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for words in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "All")):
        subprocess.run(["git", *words], cwd=checkout.root, check=True)
    return checkout


def logged(checkout) -> list[str]:
    return json.loads((checkout.folder("members/MEX") / "run.json").read_text(encoding="utf-8"))["log"]["modified"]


def test_files_that_differ_from_the_commit_are_said_in_the_record_and_first_by_verify(cloned):
    assert cloned.ogp("run", "members", "--force", path="").returncode == 0 and logged(cloned) == []
    told = cloned.ogp("verify", str(cloned.folder("members/MEX")), path="")
    assert told.returncode == 0 and ": same bytes: " in told.stdout and "modified" not in told.stdout
    # An extract is edited, and its sidecar so that it fits; another file is laid beside it.
    [file] = cloned.raw.glob("ogp_membership/*-extract/countries.csv")
    old = file.read_bytes()
    head, *rows = [line.split(",") for line in old.decode().splitlines()]
    left = next(row for row in rows if row[head.index("left")])
    left[head.index("left")] = ""
    new = "".join(",".join(row) + "\n" for row in (head, *rows)).encode()
    assert new.count(b"\n") == old.count(b"\n")
    file.write_bytes(new)
    sidecar = file.with_name("source.toml")
    digest = [hashlib.sha256(content).hexdigest() for content in (old, new)]
    cloned.edit(str(sidecar.relative_to(cloned.root)), *digest)
    (file.parent / "note.txt").write_text("x", encoding="utf-8")
    assert cloned.ogp("run", "members", "--force", path="").returncode == 0
    names = sorted(str(one.relative_to(cloned.root)) for one in (file, sidecar, file.parent / "note.txt"))
    assert logged(cloned) == names
    page = (cloned.folder("members/MEX") / "en" / "index.html").read_text(encoding="utf-8")
    assert f"Made from modified files (3), which differ from the commit on record: {', '.join(names)}" in page
    told = cloned.ogp("verify", str(cloned.folder("members/MEX")), path="")
    said = ", ".join(names)
    assert (
        f": made from modified files: {said}; files that are modified in this checkout: {said}; same by" in told.stdout
    )
    # The same output beside the data as they were.
    subprocess.run(["git", "checkout", "-q", "--", "data"], cwd=cloned.root, check=True)
    (file.parent / "note.txt").unlink()
    told = cloned.ogp("verify", str(cloned.folder("members/MEX")), path="")
    assert told.returncode == 1 and f": made from modified files: {said}; different, first in " in told.stdout


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_verification_that_is_killed_leaves_no_folder_behind(checkout, tmp_path, number):
    """Told to end it removes what it has made; killed, the next one does."""
    (tmp_path / "tmp").mkdir()
    folder = str(checkout.folder("members/MEX"))
    words = ["verify", folder]
    environment = checkout.environment(TMPDIR=str(tmp_path / "tmp"))
    process = subprocess.Popen(checkout.command(*words), env=environment, cwd=checkout.root, stdout=subprocess.DEVNULL)
    own = f"ogp-analysis-{process.pid}-*"
    end = time.monotonic() + 60
    while not list((tmp_path / "tmp").glob(own)) and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(60) == (-signal.SIGKILL if number == signal.SIGKILL else 143)
    assert len(list((tmp_path / "tmp").glob(own))) == (number == signal.SIGKILL)
    if number == signal.SIGKILL:
        assert checkout.ogp("verify", folder, TMPDIR=str(tmp_path / "tmp")).returncode == 0
        assert not list((tmp_path / "tmp").glob("ogp-analysis-*"))
