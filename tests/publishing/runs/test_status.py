"""What a change makes stale, and in which words it is said."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib

import pytest

from ogp_analysis.base import fingerprint
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import keys

EVENTS = {f"events {country} embedded" for country in ("MEX", "KEN", "BRA", "PER")}
MEMBERS = {"members MEX embedded"}
RUNS = EVENTS | MEMBERS
NOTEBOOK, PACKAGE = "the notebook changed", "the code or the words of the package changed"
SITE = 'site_url = "https://example.org/"'
LOCK, CITATION = "requirements.lock changed", "CITATION.cff or site_url changed"
HEAVY = {"pandas", "papermill", "nbformat", "matplotlib", "numpy", "IPython", "yaml", "pyarrow"}


def stale(checkout) -> dict[str, str]:
    """Return the reasons of the runs that are to be made, and see that all others are current."""
    plan = {name: said for name, said in checkout.plan().items() if not name.startswith("table ")}
    assert {name for name, said in plan.items() if not said.startswith(("run", "current"))} == set(), plan
    return {name: said.removeprefix("run: ") for name, said in plan.items() if said != "current"}


def test_what_was_just_run_is_current_and_nothing_is_run_again(checkout):
    plan = checkout.plan()
    assert set(plan) - RUNS == {"table embedded/ogp_membership", "table embedded/ogp_status_events"}
    assert set(plan.values()) == {"current"}
    assert not (checkout.reports / ".staging").exists()
    before = {f: f.stat().st_mtime_ns for f in checkout.root.rglob("*") if f.is_file() and "__pycache__" not in f.parts}
    told = checkout.ogp("run", "--all")
    assert told.returncode == 0 and told.stdout.startswith("Nothing changed: 5 runs are current.")
    assert before == {f: f.stat().st_mtime_ns for f in before}


def test_status_and_verify_are_read_by_programs(made):
    [run] = [one for one in json.loads(made.here("status", "--json").stdout) if one["name"] == "events KEN embedded"]
    assert run == {"action": "current", "name": "events KEN embedded", "reasons": []}
    folder = str(made.folder("events/KEN-embedded"))
    [verdict] = json.loads(made.here("verify", folder, "--json").stdout)
    assert verdict["same"] == "bytes" and verdict["output"] == folder
    told = made.here("run", "events", "-p", "country", "KEN", "--quiet")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_nothing_heavy_is_imported_to_find_that_nothing_changed(made):
    code = """
import sys
from ogp_analysis.__main__ import main
assert main(["run", "--all"]) == 0 and main(["status"]) == 0
print(sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:])))
"""
    told = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, env=made.environment(), cwd=made.root
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "[]"
    assert "Nothing changed" in told.stdout


@pytest.mark.parametrize(
    ("recorded", "current", "said"),
    [
        ({"tables": {"full/a/b": "1"}}, {"tables": {"full/a/b": "2"}}, ["table full/a/b changed"]),
        ({"tables": {"full/a/b": "1"}}, {"tables": {"full/a/b": keys.ABSENT}}, ["table full/a/b is not there"]),
        ({"words": {"m": "1"}}, {"words": {"m": "2", "n": "1"}}, ["words/m changed", "words/n is new"]),
        ({"words": {"m": "1", "n": "1"}}, {"words": {"m": "1"}}, ["words/n is gone"]),
        ({"versions": {"d": "1"}}, {"versions": {"d": "2"}}, ["d is 2, was 1"]),
        ({"versions": {"d": "1"}}, {"versions": {}}, ["d is not used any more, was 1"]),
        ({"versions": {}}, {"versions": {"d": "2"}}, ["d is 2, was not used"]),
        ({"parameters": {"p": "MEX"}}, {"parameters": {"p": "KEN"}}, ["parameter p is 'KEN', was 'MEX'"]),
        ({"lock": "1", "package": "1"}, {"lock": "2", "package": "2"}, [LOCK, PACKAGE]),
        ({"sources": "1", "notebook": "1"}, {"notebook": "1"}, ["the description of its sources changed"]),
        ({"words": {"m": "1"}, "lock": "3"}, {"words": {"m": "1"}, "lock": "3"}, []),
    ],
)  # fmt: skip
def test_each_difference_is_said_in_words(recorded, current, said):
    assert keys.differences(recorded, current) == said


@pytest.mark.parametrize("name", ["record", "account"])
def test_the_record_and_the_account_of_a_cleaning_are_part_of_a_run_that_reads_them(monkeypatch, name):
    monkeypatch.setattr(keys.shelf, "behind", lambda names, there: ([], []))
    package = {"resources": [{"name": "scores", "hash": "sha256:" + "a" * 64}], name: {"hash": "sha256:" + "b" * 64}}
    handed = keys.on_the_shelf(
        [f"full/vdem/{table}" for table in ("account", "record", "scores")], lambda *place: package
    )
    hashes = {table["table"]: table["sha256"] for table in handed["tables"]}
    assert hashes == {"account": keys.ABSENT, "record": keys.ABSENT, "scores": "a" * 64, name: "b" * 64}


def appended(file: str, text: str):
    """Return a change by hand: a text at the end of a file, which may be new."""

    def change(checkout):
        (checkout.root / file).parent.mkdir(exist_ok=True)
        with (checkout.root / file).open("a", encoding="utf-8") as stream:
            stream.write(text)

    return change


def edited(file: str, old: str, new: str):
    """Return a change by hand: a text in a file in place of another."""
    return lambda checkout: checkout.edit(file, old, new)


@pytest.mark.parametrize(
    ("change", "runs", "why"),
    [
        (edited("notebooks/events.ipynb", "How is it?", "How was it?"), EVENTS, NOTEBOOK),
        (edited("notebooks/members.ipynb", "provenance()", "provenance()  # a comment"), MEMBERS, NOTEBOOK),
        (edited("notebooks/members.ipynb", "the country", "a country"), MEMBERS, NOTEBOOK),
        (edited("notebooks/events.ipynb", '"parameters"', '"parameters", "more"'), EVENTS, NOTEBOOK),
        (edited("notebooks/events.ipynb", '"id": "cell-1"', '"id": "cell-x"'), set(), ""),
        (appended("notebooks/words/events_en.toml", "[finding]\n"), EVENTS, "words/events_en.toml is new"),
        (appended("notebooks/words/events_es.toml", "[finding]\n"), EVENTS, "words/events_es.toml changed"),
        (appended("notebooks/words/eventsofall_en.toml", "[finding]\n"), set(), ""),
        (appended("requirements.lock", "# a comment\n"), RUNS, LOCK),
        (edited("CITATION.cff", "version: ", "version: 9."), RUNS, CITATION),
        (
            edited("notebooks/runs.toml", '\n[[run]]\nnotebook = "events"', f'{SITE}\n[[run]]\nnotebook = "events"'),
            RUNS,
            CITATION,
        ),
    ],
)
def test_what_a_change_by_hand_in_the_checkout_makes_stale_and_why(checkout, change, runs, why):
    change(checkout)
    assert stale(checkout) == dict.fromkeys(runs, why)


@pytest.mark.parametrize("file", ["statistics/rates.py", "display/words/figures_es.toml", "publishing/pages/page.css"])
def test_a_comment_in_any_file_of_the_package_makes_all_runs_stale_and_no_table(complete, file):
    appended(f"ogp_analysis/{file}", "/* */" if file.endswith("css") else "\n# A remark.\n")(complete)
    assert stale(complete) == dict.fromkeys(RUNS, PACKAGE)
    assert {said for name, said in complete.plan().items() if name.startswith("table ")} == {"current"}


def test_a_comment_in_a_cleaner_makes_tables_stale_and_the_runs_that_read_them(complete):
    appended("ogp_analysis/data/datasets/civic_space/vdem.py", "\n# A remark.\n")(complete)
    plan, code = complete.plan(), "the code that makes tables changed"
    assert {said for name, said in plan.items() if name.startswith("table ")} == {f"build: {code}"}
    [name] = MEMBERS
    table = f"table embedded/ogp_membership is to be built again: {code}"
    assert plan[name] == f"run: {table}; {PACKAGE}"


def test_a_table_that_was_changed_by_hand_is_built_again_and_the_runs_that_read_it_wait_for_that(checkout):
    table = checkout.processed / "embedded" / "ogp_membership" / "countries.parquet"
    content = table.read_bytes()
    table.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    why = "countries.parquet is not as it was built"
    assert checkout.plan()["table embedded/ogp_membership"] == f"build: {why}"
    said = f"table embedded/ogp_membership is to be built again: {why}"
    assert stale(checkout) == dict.fromkeys(MEMBERS, said)
    told = checkout.ogp("run", "--all")
    assert told.returncode == 0 and "table ogp_membership: built" in told.stderr
    assert told.stdout.startswith("Nothing changed: 5 runs are current."), "the table is what it was"
    assert table.read_bytes() == content


def test_without_a_lock_installed_versions_count(checkout, monkeypatch):
    project = Project(checkout.root)
    assert keys.of_project(project)["versions"] == {}
    (checkout.root / keys.LOCK).unlink()
    monkeypatch.setattr(fingerprint, "versions", lambda: {"pandas": "3.0"})
    was = keys.of_project(project)
    assert (was["lock"], was["versions"]) == (keys.ABSENT, {"pandas": "3.0"})
    monkeypatch.setattr(fingerprint, "versions", lambda: {"pandas": "3.1"})
    assert keys.differences(was, keys.of_project(project)) == ["pandas is 3.1, was 3.0"]


def test_a_message_is_said_anew_and_its_page_has_another_id(complete):
    before = {file.parent.name: json.loads(file.read_text())["id"] for file in complete.reports.glob("*/*/run.json")}
    complete.edit("ogp_analysis/civic_space/words/panel_es.toml", 'indicators = "Los', 'indicators = "Nuevo: los')
    told = complete.ogp("run", "--all", "--jobs", "2")
    assert told.returncode == 0 and "5 run, 0 current, 0 failed" in told.stdout
    assert stale(complete) == {}
    now = {file.parent.name: json.loads(file.read_text())["id"] for file in complete.reports.glob("*/*/run.json")}
    assert {name for name in now if now[name] != before[name]} == set(before) and len(before) == 5
    said = [(complete.folder("events/KEN-embedded") / one / "index.html").read_text() for one in ("en", "es")]
    assert ["Nuevo: " in page for page in said] == [False, True]
    assert "Nuevo: " in (complete.reports / "index.html").read_text(), "the list of reports shows the new title"


def test_one_source_rebuilds_one_table_and_reruns_only_what_reads_it(checkout):
    extract = checkout.raw / "ogp_membership" / "compiled-extract"
    rows = (extract / "countries.csv").read_text().splitlines(keepends=True)
    checkout.edit(f"data/raw/ogp_membership/{extract.name}/countries.csv", rows[-1], "")
    sidecar = extract / "source.toml"
    text = sidecar.read_text()
    old = tomllib.loads(text)
    [file] = [f for f in old["files"] if f["name"] == "countries.csv"]
    text = text.replace(file["sha256"], fingerprint.of_file(extract / "countries.csv"))
    sidecar.write_text(text.replace(f"rows = {file['rows']}", f"rows = {file['rows'] - 1}"))
    plan = checkout.plan()
    table = f"ogp_membership/{extract.name}"
    why = f"sidecar of {table} changed; raw file {table}/countries.csv changed"
    assert plan.pop("table embedded/ogp_membership") == f"build: {why}"
    [name] = MEMBERS
    assert plan.pop(name).startswith("run: table embedded/ogp_membership is to be built again: ")
    assert set(plan.values()) == {"current"}
    dry = checkout.ogp("run", "--all", "--dry-run")
    assert dry.returncode == 0 and f"build   table embedded/ogp_membership: {why}" in dry.stdout
    assert checkout.plan()["table embedded/ogp_membership"].startswith("build"), "nor does a dry run"
    told = checkout.ogp("run", "--all")
    assert "1 run, 4 current, 0 failed" in told.stdout, told.stderr
    assert "table ogp_membership: built" in told.stderr and "ogp_status_events" not in told.stderr


def test_what_is_said_of_a_source_is_part_of_a_report(checkout):
    sidecar = checkout.raw / "ogp_status_events" / "compiled-extract" / "source.toml"
    text = sidecar.read_text()
    sidecar.write_text(text.replace('title = "', 'title = "Renamed: ', 1))
    told = checkout.ogp("build")
    assert told.returncode == 0, told.stderr
    assert stale(checkout) == dict.fromkeys(EVENTS, "the description of its sources changed")


def test_files_that_were_changed_or_are_gone_are_said(checkout):
    page = checkout.folder("members/MEX") / "es" / "index.html"
    text = page.read_text()
    page.write_text(text + " ")
    assert stale(checkout) == dict.fromkeys(MEMBERS, "es/index.html was changed")
    page.write_text(text.replace("a", "b", 1))
    assert stale(checkout) == {}, "sizes only, unless asked for more"
    told = checkout.ogp("status", "--deep")
    assert "members MEX embedded: es/index.html was changed" in told.stdout
    page.unlink()
    assert stale(checkout) == dict.fromkeys(MEMBERS, "es/index.html is missing")
    record = checkout.folder("members/MEX") / "run.json"
    whole = record.read_text()
    for broken in ("", "{", "[]", "null", '{"format": 2}', whole.replace('"id": "', '"id": "0')):
        record.write_text(broken)
        told = "its run.json is missing or is not a record of this version"
        assert stale(checkout) == dict.fromkeys(MEMBERS, told), broken
    page.write_text(text)
    record.write_text(whole.replace('"MEX"', '"KEN"'))
    assert stale(checkout) == dict.fromkeys(MEMBERS, "parameter country is 'MEX', was 'KEN'")


def test_a_published_run_without_its_notebook_or_parameter_is_an_orphan(checkout):
    (checkout.root / "notebooks" / "runs.toml").write_text('[[run]]\nnotebook = "events"\n')
    assert stale(checkout) == {}, "what is published and not listed is looked at too"
    checkout.edit("notebooks/members.ipynb", "country: ogp.types.Country", "place: ogp.types.Country")
    plan = checkout.plan()
    assert plan["members MEX embedded"] == ("orphan: members: parameter 'country': the notebook has no such parameter")
    checkout.notebook("members").unlink()
    assert checkout.plan()["members MEX embedded"] == "orphan: notebook 'members': is not in notebooks/"


@pytest.mark.slow
def test_a_forced_run_leaves_the_same_bytes(checkout):
    before = checkout.published()
    told = checkout.ogp("run", "events", "-p", "country", "KEN", "--force")
    assert "1 run, 0 current, 0 failed" in told.stdout
    assert checkout.published() == before


@pytest.mark.parametrize("state", ["[" * 100_000, "5", "null", "[]", "{}", "link"])
def test_a_state_of_the_list_that_is_none_is_written_again(made, tmp_path, state):
    from ogp_analysis.base.paths import Project
    from ogp_analysis.publishing.runs import front_page

    root = made.without_package(tmp_path / "checkout").root
    file = root / "reports" / ".index.json"
    whole = file.read_text()
    file.unlink()
    file.symlink_to(tmp_path / "aside") if state == "link" else file.write_text(state)
    (tmp_path / "aside").write_text(whole)
    front_page.write(Project(root))
    assert file.read_text() == whole and not file.is_symlink()
