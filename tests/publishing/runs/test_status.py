"""What a change makes stale, and in which words it is said."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.publishing.runs import keys

ROOT = Path(__file__).resolve().parents[3]
RUNS = {
    "events MEX embedded en",
    "events MEX embedded es",
    "events KEN embedded en",
    "events KEN embedded es",
    "members MEX embedded en",
}
EVENTS = {name for name in RUNS if name.startswith("events")}
SPANISH = {name for name in RUNS if name.endswith("es")}
MEMBERS = RUNS - EVENTS
HEAVY = {"pandas", "pydantic", "papermill", "nbformat", "matplotlib", "numpy", "IPython", "yaml", "pyarrow"}


def stale(checkout, action: str = "run", **environment) -> dict[str, str]:
    """Return the reasons of the runs for which `action` is to be done, and see that all others are current."""
    plan = {name: said for name, said in checkout.plan(**environment).items() if not name.startswith("table ")}
    assert {name for name, said in plan.items() if not said.startswith((action, "current"))} == set(), plan
    return {name: said.removeprefix(f"{action}: ") for name, said in plan.items() if said != "current"}


def test_what_was_just_run_is_current_and_nothing_is_run_again(checkout):
    plan = checkout.plan()
    assert set(plan) - RUNS == {"table embedded/ogp_membership", "table embedded/ogp_status_events"}
    assert set(plan.values()) == {"current"}
    assert not (checkout.reports / ".staging").exists()
    before = {f: f.stat().st_mtime_ns for f in checkout.root.rglob("*") if f.is_file() and "__pycache__" not in f.parts}
    told = checkout.ogp("run", "--all")
    assert told.returncode == 0 and told.stdout.startswith("Nothing changed: 5 runs are current.")
    assert before == {f: f.stat().st_mtime_ns for f in before}


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


def test_a_name_that_the_front_door_does_not_have_is_refused():
    cell = {"cell_type": "code", "metadata": {}, "source": "ogp.nothing_of_that_name()"}
    with pytest.raises(ParameterError, match=r"uses ogp\.nothing_of_that_name, which does not exist"):
        keys.modules({"cells": [cell], "metadata": {}}, "events")


@pytest.mark.parametrize(
    ("recorded", "current", "said"),
    [
        ({"tables": {"full/a/b": "1"}}, {"tables": {"full/a/b": "2"}}, ["table full/a/b changed"]),
        ({"tables": {"full/a/b": "1"}}, {"tables": {"full/a/b": keys.ABSENT}}, ["table full/a/b is not there"]),
        ({"modules": {"m": "1"}}, {"modules": {"m": "2", "n": "1"}}, ["m changed", "n is new"]),
        ({"modules": {"m": "1", "n": "1"}}, {"modules": {"m": "1"}}, ["n is no longer used"]),
        ({"distributions": {"d": "1"}}, {"distributions": {"d": "2"}}, ["d is 2, was 1"]),
        ({"distributions": {"d": "1"}}, {"distributions": {}}, ["d is not used any more, was 1"]),
        ({"distributions": {}}, {"distributions": {"d": "2"}}, ["d is 2, was not used"]),
        ({"parameters": {"p": "MEX"}}, {"parameters": {"p": "KEN"}}, ["parameter p is 'KEN', was 'MEX'"]),
        ({"python": "3.11"}, {"python": "3.12"}, ["python changed"]),
        ({"sources": "1", "notebook": "1"}, {"notebook": "1"}, ["the description of its sources changed"]),
        ({"modules": {"m": "1"}, "python": "3.11"}, {"modules": {"m": "1"}, "python": "3.11"}, []),
    ],
)  # fmt: skip
def test_each_difference_is_said_in_words(recorded, current, said):
    assert keys.differences(recorded, current) == said


def test_the_balance_of_a_cleaning_alone_makes_a_run_stale():
    table = {"edition": "full", "dataset": "a", "table": "b", "sha256": "0" * 64}
    payload = {"tables": [table], "sources": [{"title": "x"}], "balance": [{"file": "x.csv", "kept": 2}]}
    was = keys.of_payload(payload)
    for part, other in (("balance", [{"file": "x.csv", "kept": 1}]), ("sources", [{"title": "y"}])):
        now = keys.of_payload(payload | {part: other})
        assert keys.differences(was, now) == ["the description of its sources changed"]
    assert keys.differences(was, keys.of_payload(dict(payload))) == []


@pytest.mark.parametrize("name", ["record", "account"])
def test_the_record_and_the_account_of_a_cleaning_are_part_of_a_run_that_reads_them(monkeypatch, name):
    monkeypatch.setattr(keys.shelf, "behind", lambda names, there: ([], []))
    package = {"resources": [{"name": "scores", "hash": "sha256:" + "a" * 64}], name: {"hash": "sha256:" + "b" * 64}}
    handed = keys.on_the_shelf(
        [f"full/vdem/{table}" for table in ("account", "record", "scores")], lambda *place: package
    )
    hashes = {table["table"]: table["sha256"] for table in handed["tables"]}
    assert hashes == {"account": keys.ABSENT, "record": keys.ABSENT, "scores": "a" * 64, name: "b" * 64}


def test_nor_to_list_what_the_repository_runs_by_default():
    code = "from ogp_analysis.base import paths; from ogp_analysis.publishing.runs import manifest; import sys\n"
    code += "print(len(manifest.everything(paths.project())), sorted(set(sys.modules) & set(sys.argv[1:])))"
    told = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True, cwd=ROOT)
    number, _, heavy = told.stdout.strip().partition(" ")
    assert int(number) >= 88 and heavy == "[]"


def test_a_comment_a_blank_line_and_an_unrelated_module_rerun_nothing(complete):
    for module in ("statistics/rates.py", "display/style.py", "store/hand_out.py"):
        with (complete.root / "ogp_analysis" / module).open("a") as file:
            file.write("\n\n# A remark.\n")
    with (complete.root / "ogp_analysis" / "statistics" / "movers.py").open("a") as file:
        file.write("\nUNRELATED = 1\n")
    with (complete.root / "ogp_analysis" / "civic_space" / "datasets" / "vdem.py").open("a") as file:
        file.write("\nUNRELATED = 1\n")
    assert stale(complete) == {}


def test_a_model_reruns_what_uses_it(complete):
    with (complete.root / "ogp_analysis" / "statistics" / "rates.py").open("a") as file:
        file.write("\nCHANGED = 1\n")
    assert stale(complete) == dict.fromkeys(MEMBERS, "ogp_analysis.statistics.rates changed")


def test_a_figure_style_reruns_what_draws(complete):
    with (complete.root / "ogp_analysis" / "display" / "style.py").open("a") as file:
        file.write("\nCHANGED = 1\n")
    plan = {name: said for name, said in complete.plan().items() if name in RUNS}
    assert {name: plan.pop(name) for name in EVENTS} == dict.fromkeys(EVENTS, "run: ogp_analysis.display.style changed")
    # The fonts of a page are those of the figures.
    assert plan == dict.fromkeys(MEMBERS, "render: the code that renders reports changed")


def test_a_drawn_word_reruns_its_language(complete):
    with (complete.root / "ogp_analysis" / "display" / "words" / "figures_es.toml").open("a") as file:
        file.write('\n[new]\nword = "nuevo"\n')
    assert stale(complete) == dict.fromkeys(SPANISH, "words drawn into its figures and tables changed")


def test_a_message_renders_its_language_again(complete):
    complete.edit("ogp_analysis/civic_space/words/profile_es.toml", 'headline = "', 'headline = "Nuevo: ')
    assert stale(complete, "render") == dict.fromkeys(SPANISH, "messages changed")
    other = {n: c for n, c in complete.published().items() if "-es-" not in n and "/" in n}
    told = complete.ogp("run", "--all", "--jobs", "2")
    assert told.returncode == 0 and "0 run, 2 rendered again, 3 current, 0 failed" in told.stdout
    assert stale(complete) == {}
    now = complete.published()
    assert other.items() <= now.items()
    assert "Nuevo: " in (complete.folder("events/KEN-embedded-es") / "index.html").read_text()
    assert "Nuevo: " in now["index.html"].decode(), "the list of reports shows the new title"
    assert set(json.loads((complete.folder("events/KEN-embedded-es") / "run.json").read_text())["log"]) >= {"seconds"}


def test_prose_and_the_citation_file_render_again(checkout):
    checkout.edit("notebooks/events.ipynb", "How is it?", "How was it?")
    assert stale(checkout, "render") == dict.fromkeys(EVENTS, "the prose of the notebook changed")
    checkout.edit("notebooks/events.ipynb", "How was it?", "How is it?")
    checkout.edit("CITATION.cff", "version: ", "version: 9.")
    assert stale(checkout, "render") == dict.fromkeys(RUNS, "CITATION.cff or site_url changed")


def test_code_of_a_notebook_reruns_it(checkout):
    checkout.edit("notebooks/members.ipynb", "ogp.provenance()", "ogp.provenance()  # a comment")
    assert stale(checkout) == {}
    checkout.edit("notebooks/members.ipynb", "ogp.provenance()", "None\\nogp.provenance()")
    assert stale(checkout) == dict.fromkeys(MEMBERS, "the code of the notebook changed")


def test_what_a_notebook_imports_itself_is_part_of_it(checkout):
    checkout.edit("notebooks/members.ipynb", "import ogp_analysis as ogp", "import ogp_analysis as it")
    for spelling in (
        "from ogp_analysis.store.holdings import indicators",
        "from ogp_analysis import indicators",
        "indicators = it.indicators",
    ):
        text = checkout.notebook("members").read_text()
        checkout.edit("notebooks/members.ipynb", "share = proportion", spelling + "\\nshare = proportion")
        assert "ogp_analysis.store.holdings is new" in stale(checkout)["members MEX embedded en"], spelling
        checkout.notebook("members").write_text(text)


@pytest.mark.parametrize(
    ("distribution", "rerun", "rendered"),
    [("matplotlib", EVENTS, RUNS), ("scipy", MEMBERS, set()), ("babel", RUNS, RUNS)],
)
def test_a_new_version_of_a_distribution_reruns_what_imports_it(made, tmp_path, distribution, rerun, rendered):
    folder = tmp_path / f"{distribution}-99.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 99\n")
    plan = {n: s for n, s in made.plan(path=str(tmp_path)).items() if n in RUNS}
    assert {n for n, said in plan.items() if said.startswith("run: ")} == rerun
    assert {n for n, said in plan.items() if said.startswith("render: ")} == rendered - rerun
    assert all(f"{distribution} is 99, was " in plan[n] for n in rerun)


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
    assert "1 run, 0 rendered again, 4 current, 0 failed" in told.stdout, told.stderr
    assert "table ogp_membership: built" in told.stderr and "ogp_status_events" not in told.stderr


def test_what_is_said_of_a_source_is_part_of_a_report(checkout):
    sidecar = checkout.raw / "ogp_status_events" / "compiled-extract" / "source.toml"
    text = sidecar.read_text()
    sidecar.write_text(text.replace('title = "', 'title = "Renamed: ', 1))
    told = checkout.ogp("build")
    assert told.returncode == 0, told.stderr
    assert stale(checkout) == dict.fromkeys(EVENTS, "the description of its sources changed")


def test_files_that_were_changed_or_are_gone_are_said(checkout):
    page = checkout.folder("members/MEX") / "index.html"
    text = page.read_text()
    page.write_text(text + " ")
    assert stale(checkout) == dict.fromkeys(MEMBERS, "index.html was changed")
    page.write_text(text.replace("a", "b", 1))
    assert stale(checkout) == {}, "sizes only, unless asked for more"
    told = checkout.ogp("status", "--deep")
    assert "members MEX embedded en: index.html was changed" in told.stdout
    page.unlink()
    assert stale(checkout) == dict.fromkeys(MEMBERS, "index.html is missing")
    record = checkout.folder("members/MEX") / "run.json"
    whole = record.read_text()
    for broken in (
        "",
        "{",
        "[]",
        "null",
        '{"format": 2}',
        whole.replace('"MEX"', '"KEN"'),
        whole.replace('"id": "', '"id": "0'),
    ):
        record.write_text(broken)
        told = "its run.json is missing or is not a record of this version"
        assert stale(checkout) == dict.fromkeys(MEMBERS, told), broken


def test_a_published_run_without_its_notebook_or_parameter_is_an_orphan(checkout):
    (checkout.root / "notebooks" / "runs.toml").write_text('[[run]]\nnotebook = "events"\n')
    assert stale(checkout) == {}, "what is published and not listed is looked at too"
    checkout.edit("notebooks/members.ipynb", "country: CountryCode", "place: CountryCode")
    plan = checkout.plan()
    assert plan["members MEX embedded en"] == (
        "orphan: members: parameter 'country': the notebook has no such parameter"
    )
    checkout.notebook("members").unlink()
    assert checkout.plan()["members MEX embedded en"] == "orphan: notebook 'members': is not in notebooks/"


@pytest.mark.slow
def test_the_list_of_reports_is_written_again_when_it_would_say_something_else(complete):
    page = complete.reports / "index.html"
    content = page.read_bytes()
    page.write_text("changed by hand")
    assert complete.ogp("run", "--all").returncode == 0
    assert page.read_bytes() == content
    with (complete.root / "ogp_analysis" / "publishing" / "pages" / "site.css").open("a") as sheet:
        sheet.write("\n.new { color: red }\n")
    assert complete.ogp("run", "--all").returncode == 0
    assert page.read_bytes() != content


@pytest.mark.slow
def test_a_forced_run_leaves_the_same_bytes(checkout):
    before = checkout.published()
    told = checkout.ogp("run", "events", "-p", "country", "KEN", "-p", "language", "es", "--force")
    assert "1 run, 0 rendered again, 0 current, 0 failed" in told.stdout
    assert checkout.published() == before


def test_where_nothing_changed_nothing_of_an_interrupted_batch_is_left(checkout):
    left = checkout.reports / ".staging" / "1" / "events--MEX-00000000.ipynb"
    left.parent.mkdir(parents=True)
    left.write_text("half a notebook")
    told = checkout.ogp("run", "--all")
    assert told.returncode == 0 and told.stdout.startswith("Nothing changed: 5 runs are current.")
    assert not (checkout.reports / ".staging").exists()


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
