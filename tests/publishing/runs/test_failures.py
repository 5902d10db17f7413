"""A run that fails fails alone, its notebook is kept, and the summary says what happened to how many."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

LINUX = sys.platform.startswith("linux")


def failed(checkout) -> dict[str, dict]:
    """Return the notebooks of failed runs, by fault and mark."""
    found = {}
    for file in (checkout.reports / ".failed").rglob("notebook.ipynb"):
        notebook = json.loads(file.read_text())
        found[notebook["metadata"]["papermill"]["parameters"]["fault"]] = notebook
    return found


def errors(notebook: dict) -> list[tuple[str, str]]:
    """Return name and text of the errors that a notebook shows."""
    outputs = [o for c in notebook["cells"] for o in c.get("outputs", [])]
    return [(o["ename"], o["evalue"]) for o in outputs if o["output_type"] == "error"]


def run(checkout, *faults: str, **more) -> subprocess.CompletedProcess:
    words = [word for fault in faults for word in ("-p", "fault", fault)]
    return checkout.ogp("run", "faulty", *words, *more.pop("words", ()), **more)


def test_every_kind_of_failure_is_its_own(checkout):
    faults, seconds = ["none", "raise", "exit", "kill", "hang", "memory", "mute"], "15"
    words = ("--jobs", "2", "--timeout", seconds, "--memory", "700", "-p", "mark", "m")
    before = checkout.published()
    told = run(checkout, *faults, words=words)
    assert told.returncode == 1
    assert told.stdout.splitlines()[-2] == "1 run, 0 current, 6 failed"
    said = told.stderr
    assert "ValueError: wrong by design" in said
    assert f"It was stopped because it took longer than {seconds} s." in said
    assert "Its process was ended by SIGKILL." in said
    assert "more memory is needed than may be taken" in said, said
    assert "does not say which tables it was handed. End it with a cell `ogp.provenance()`" in said
    assert said.count("1 failed: ") == 6 and said.count("reports/.failed/faulty/") == 6
    now = checkout.published()
    assert {name for name, _ in before.items() - now.items()} <= {"index.html", ".index.json", "ro-crate-metadata.json"}
    assert checkout.folder("faulty/MEX-embedded-none").is_dir()
    kept = failed(checkout)
    assert set(kept) == set(faults) - {"none"}
    assert errors(kept["raise"]) == [("ValueError", "wrong by design")]
    assert errors(kept["hang"])[-1][0] == "Timeout"
    assert any("before m" in "".join(o.get("text", "")) for c in kept["hang"]["cells"] for o in c.get("outputs", []))
    assert all(errors(kept[fault]) for fault in faults if fault not in ("none", "mute"))
    assert {p.name for p in checkout.reports.iterdir()} & {".staging"} == set()
    plan = checkout.plan()
    assert plan["faulty MEX embedded none m"] == "current"


@pytest.mark.slow
def test_equal_failures_are_told_together_and_status_remembers(checkout):
    marks = [word for number in range(12) for word in ("-p", "mark", f"m{number}")]
    told = run(checkout, "raise", words=(*marks, "--jobs", "2"))
    assert told.returncode == 1
    lines = told.stderr.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("12 failed: "))
    assert "wrong by design" in lines[start]
    assert len([line for line in lines[start:] if line.startswith("  faulty MEX embedded raise m")]) == 10
    assert lines[-1] == "  and 2 more"
    dry = checkout.ogp("run", "faulty", "-p", "fault", "raise", "-p", "mark", "m3", "--dry-run")
    assert "it has never been run; it failed last time (reports/.failed/faulty/" in dry.stdout
    checkout.edit("notebooks/faulty.ipynb", 'raise ValueError(\\"wrong by design\\")', "pass")
    told = run(checkout, "raise", words=("-p", "mark", "m3"))
    assert told.returncode == 0
    assert len(failed(checkout)) == 1 and len(list((checkout.reports / ".failed" / "faulty").iterdir())) == 11


@pytest.mark.slow
def test_a_failed_run_leaves_the_report_before_it(checkout):
    told = run(checkout, "none")
    assert told.returncode == 0
    before = {n: c for n, c in checkout.published().items() if n.startswith("faulty/")}
    checkout.edit("notebooks/faulty.ipynb", 'if fault == \\"raise\\"', 'if fault == \\"none\\"')
    told = run(checkout, "none")
    assert told.returncode == 1 and "wrong by design" in told.stderr
    assert {n: c for n, c in checkout.published().items() if n.startswith("faulty/")} == before
    said = checkout.plan()["faulty MEX embedded none"]
    assert said.startswith("run: the notebook changed; it failed last time (reports/.failed/faulty/")


@pytest.mark.slow
def test_retries_are_made_if_asked_for(checkout, tmp_path):
    mark = tmp_path / "mark"
    told = run(checkout, "once", "raise", words=("--retries", "2"), MARK=str(mark))
    assert told.returncode == 1
    assert told.stdout.startswith("1 run, 0 current, 1 failed")
    assert told.stderr.count("wrong by design. It will be tried again.") == 2
    assert told.stderr.count("only once. It will be tried again.") == 1
    assert set(failed(checkout)) == {"raise"}, "what went well at last is no longer kept as failed"


@pytest.mark.slow
@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_a_notebook_that_ends_the_process_above_its_kernel_fails_alone(checkout):
    told = run(checkout, "above", "none", "raise", words=("--jobs", "2"))
    assert told.returncode == 1
    assert "1 run, 0 current, 2 failed" in told.stdout
    assert set(failed(checkout)) <= {"above", "raise"} and "raise" in failed(checkout)


@pytest.mark.skipif(not LINUX, reason="reads /proc")
@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_stopping_by_hand_keeps_what_is_done_and_leaves_nothing_running(checkout, times):
    words = ["run", "faulty", "-p", "fault", "none", "-p", "fault", "hang", "-p", "mark", "x"]
    process = checkout.begin(*words, until="[1/2] faulty MEX embedded none x: ")
    assert os.getpgid(process.pid) == process.pid
    time.sleep(0.3)
    for _ in range(times):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.05)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130 and "Traceback" not in err + out
    assert err.strip() == "Stopped. What was finished is kept; the same command goes on from here."
    assert checkout.gone()
    assert checkout.plan()["faulty MEX embedded none x"] == "current"


@pytest.mark.slow
@pytest.mark.skipif(not LINUX, reason="reads /proc")
def test_two_batches_are_kept_apart(checkout):
    first = checkout.begin("run", "faulty", "-p", "fault", "none", "-p", "fault", "hang", until="[1/2]")
    before = checkout.published()
    second = run(checkout, "raise")
    assert second.returncode == 1
    assert second.stderr == (
        f"running the batch: process {first.pid} is running the batch there already. Wait for it, or stop it.\n"
    )
    assert checkout.published() == before and not (checkout.reports / ".failed").exists()
    assert checkout.plan()["events MEX embedded"] == "current", "status waits for nobody"
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert checkout.gone()
    assert run(checkout, "none", words=("--only", "notebook", "-p", "mark", "z")).returncode == 0


def test_a_raw_file_that_is_not_what_it_should_be_is_named(checkout):
    extract = checkout.raw / "ogp_membership" / "compiled-extract"
    file = extract / "countries.csv"
    content = file.read_bytes()
    for broken, said in ((content.replace(b"Albania", b"Albanie"), "countries.csv"), (b"", "countries.csv")):
        file.write_bytes(broken)
        told = checkout.ogp("run", "--all")
        assert told.returncode == 1 and told.stdout == ""
        [sentence] = told.stderr.strip().splitlines()
        assert said in sentence and "ogp_membership" in sentence
    file.unlink()
    told = checkout.ogp("run", "--all")
    assert told.returncode == 1 and "countries.csv" in told.stderr and len(told.stderr.strip().splitlines()) == 1
    file.write_bytes(content)
    assert checkout.ogp("run", "--all").returncode == 0
    (extract / "source.toml").write_text("broken [")
    told = checkout.ogp("run", "--all")
    assert told.returncode == 1 and "source.toml" in told.stderr and len(told.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("place", ["reports", "reports/.lock", "data/processed/.lock"])
def test_something_else_in_the_place_of_a_folder_is_one_sentence(checkout, place):
    target = checkout.root / place
    shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
    target.mkdir() if place.endswith(".lock") else target.write_text("in the way")
    if "processed" in place:
        shutil.rmtree(checkout.processed / "embedded")
    told = run(checkout, "none")
    assert told.returncode == 1, told.stdout
    assert len(told.stderr.strip().splitlines()) == 1 and told.stderr.strip().endswith(".")
