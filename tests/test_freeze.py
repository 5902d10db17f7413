"""Results of two commits are the same, or differ as is listed: each kind of difference is found, none is made up."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.tools import tool as of_tools

tool = of_tools("freeze")

PAGE = "profile country=AAA first_year=2000 en"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/" viewBox="0 0 99 99">
<metadata><dc:identifier>ogp_analysis:0123456789ab</dc:identifier></metadata>
<defs><clipPath id="p0123"><path d="M0 0L9 9"/></clipPath></defs>
<path d="M10 20L30 40" clip-path="url(#p0123)"/><text x="5" y="6">Seven of nine</text></svg>"""
NUMBER = {"value": 0.5, "unit": "share", "low": 0.25, "high": 0.75, "level": 0.95, "written": "50%"}
NUMBER |= {"sentence": "profile.gap", "signed": False, "decimals": 0}
COLUMNS = "table,column,label,unit,decimals,type\nchanges,code,Code,,,string\nchanges,change,Change,index,3,number\n"


@pytest.fixture
def results(tmp_path, monkeypatch) -> Callable[[str], Path]:
    """Return a function that writes a folder of results with one report and one clean table."""
    monkeypatch.setattr(tool, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(tool, "LIST", tmp_path / "freeze.toml")
    tool.LIST.write_text("")

    def write(name: str) -> Path:
        report = tmp_path / name / "reports" / "profile" / "AAA-en-01234567"
        for folder in ("tables", "figures"):
            (report / folder).mkdir(parents=True)
        parameters = {"country": "AAA", "language": "en", "first_year": 2000, "event_date": None}
        record = {"notebook": "profile", "parameters": parameters, "id": "0123456789ab"}
        (report / "run.json").write_text(json.dumps(record))
        (report / "numbers.json").write_text(json.dumps({"profile.gap.gap": NUMBER, "profile.gap.n": {"value": 7}}))
        (report / "columns.csv").write_text(COLUMNS)
        (report / "tables" / "changes.csv").write_text("code,change\n007,-0.125\nb,0.5\nc,\n")
        (report / "figures" / "core.svg").write_text(SVG)
        tables = tmp_path / name / "processed" / "embedded" / "made"
        tables.mkdir(parents=True)
        frame = pd.DataFrame({"unit": ["x", "y"], "score": [0.1, None]}).astype({"unit": "category"})
        frame.to_parquet(tables / "scores.parquet")
        return tmp_path / name

    return write


@pytest.fixture
def pair(results) -> tuple[Path, Path]:
    return results("old"), results("new")


def edited(folder: Path, name: str, old: str, new: str) -> None:
    [file] = folder.glob(f"reports/*/*/{name}")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def told(pair, capsys, *, whole: bool = True) -> tuple[int, list[str]]:
    """Return the exit code, and what is printed before the last line."""
    code = tool.hold(*pair, whole=whole)
    return code, capsys.readouterr().out.splitlines()[:-1]


def test_equal_results_hold(pair, capsys):
    assert tool.main(["--results", *map(str, pair)]) == 0
    # a report, two numbers, two columns, a figure; two columns of a clean table
    assert capsys.readouterr().out == "0 differences are not listed, of 8 numbers, columns and figures\n"


def test_ids_versions_order_and_what_follows_from_the_code_are_not_compared(pair, capsys):
    _, new = pair
    edited(new, "run.json", "0123456789ab", "ba9876543210")
    edited(new, "run.json", '"id"', '"version": 2, "id"')
    edited(new, "figures/core.svg", "0123456789ab", "ba9876543210")
    edited(new, "figures/core.svg", "p0123", "p9876")
    edited(new, "numbers.json", '"sentence": "profile.gap", ', "")
    [numbers] = new.glob("reports/*/*/numbers.json")
    numbers.write_text(json.dumps(dict(reversed(json.loads(numbers.read_text()).items()))))
    edited(new, "tables/changes.csv", "code,change\n007,-0.125\nb,0.5\nc,\n", "change,code\n-0.125,007\n0.5,b\n,c\n")
    [report] = new.glob("reports/*/*")
    (report / "index.html").write_text("another page")
    report.rename(report.with_name("AAA-en-76543210"))
    assert told(pair, capsys) == (0, [])


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("numbers.json", '"value": 0.5', '"value": 0.5001', "number profile.gap.gap.value: 0.5001, was 0.5"),
        ("numbers.json", '"low": 0.25', '"low": null', "number profile.gap.gap.low: null, was 0.25"),
        ("numbers.json", '"share"', '"index"', "number profile.gap.gap.unit: index, was share"),
        ("numbers.json", '"50%"', '"0.5"', "number profile.gap.gap.written: 0.5, was 50%"),
        ("numbers.json", '"value": 7', '"value": 8', "number profile.gap.n.value: 8, was 7"),
        ("tables/changes.csv", "-0.125", "-0.126", "table changes | change.cells[0]: -0.126, was -0.125"),
        ("tables/changes.csv", "007", "7", "table changes | code.cells[0]: 7, was 007"),
        ("tables/changes.csv", "c,\n", "c,0\n", "table changes | change.cells[2]: 0, was "),
        ("columns.csv", "index,3", "index,2", "table changes | change.decimals: 2, was 3"),
        ("figures/core.svg", "30 40", "30 42", "figure core: its geometry differs, first in <path>, was a drawing"),
        ("figures/core.svg", "Seven", "Eight",
         "figure core: its text 'Eight of nine' was 'Seven of nine', was a drawing"),
    ],
)  # fmt: skip
def test_a_difference_is_found_and_named_and_may_be_listed(pair, capsys, name, old, new, said):
    edited(pair[1], name, old, new)
    assert told(pair, capsys) == (1, [f"{PAGE} | {said}"])
    # What is written beside the results can be listed as it stands, but for its reason.
    [block] = tomllib.loads((tool.KEPT / "differences.toml").read_text())["changed"]
    assert (block["place"], block["reason"]) == (f"{PAGE} | {said}".rpartition(": ")[0].partition(": its ")[0], "")
    written = (tool.KEPT / "differences.toml").read_text()
    tool.LIST.write_text(written)
    with pytest.raises(SystemExit, match="1 entries that do not say what is different now and why"):
        tool.main(["--results", *map(str, pair)])
    tool.LIST.write_text(written.replace('reason = ""', 'reason = "a made-up reason"'))
    assert told(pair, capsys) == (0, [])


def test_clean_tables_are_compared_by_value(pair, capsys):
    [file] = pair[1].glob("processed/*/*/*.parquet")
    frame = pd.DataFrame({"unit": ["x", "z"], "score": [0.1, None], "more": [1, 2]})
    frame.astype({"unit": "category"}).to_parquet(file, compression="gzip")
    table = "embedded | made | scores | "
    assert told(pair, capsys) == (1, [f"{table}more: a column, was nothing", f"{table}unit.cells[1]: z, was y"])


def test_a_page_or_a_part_that_is_gone_is_named_once(results, pair, capsys):
    old, new = pair
    [folder] = new.glob("reports/*/*")
    (folder / "figures" / "core.svg").unlink()
    assert told(pair, capsys) == (1, [f"{PAGE} | figure core: nothing, was a drawing"])
    (folder / "run.json").unlink()
    assert told(pair, capsys) == (1, [f"{PAGE}: nothing, was a page"])
    assert told((new, old), capsys) == (1, [f"{PAGE}: a page, was nothing"])


def test_what_is_renamed_is_compared_under_its_new_name(pair, capsys):
    edited(pair[1], "run.json", '"profile"', '"country"')
    edited(pair[1], "numbers.json", "profile.gap.", "country.difference.")
    tool.LIST.write_text(
        '[[renamed]]\nold = "profile * | *"\nnew = "country * | *"\nreason = "a made-up reason"\n'
        '[[renamed]]\nold = "* | number profile.gap.*"\nnew = "* | number country.difference.*"\nreason = "another"\n'
    )
    assert told(pair, capsys) == (0, [])
    edited(pair[1], "numbers.json", '"value": 7', '"value": 8')
    place = f"{PAGE.replace('profile', 'country')} | number country.difference.n.value"
    assert told(pair, capsys) == (1, [f"{place}: 8, was 7"])


LISTED = f"""
[[changed]]
place = "{PAGE} | number profile.gap.n.value"
was = "7"
now = "8"
reason = "a made-up reason"
"""
SEVERAL = """
[[changed]]
place = "* | table changes | change.cells[*]"
times = 2
reason = "a made-up reason"
"""


def test_what_is_listed_and_does_not_occur_fails(pair, capsys):
    tool.LIST.write_text(LISTED)
    assert told(pair, capsys) == (1, [f"{PAGE} | number profile.gap.n.value: is listed for 1, and found 0 times"])
    # Of a few results it is not known what the others would have.
    assert told(pair, capsys, whole=False) == (0, [])
    edited(pair[1], "numbers.json", '"value": 7', '"value": 9')
    assert told(pair, capsys, whole=False) == (1, [f"{PAGE} | number profile.gap.n.value: 9, was 7"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SEVERAL.replace("times = 2\n", ""), "`was` and `now`"),
        (LISTED.replace("a made-up reason", " "), "a reason"),
        (LISTED.replace("changed", "change"), "'change'"),
        (LISTED.replace("place", "where"), "has another form"),
        ('[[renamed]]\nold = "* | *"\nnew = "a | *"\nreason = "why"\n', "Give `new`"),
        ('[[renamed]]\nold = "* | number *"\nnew = "* | number a*"\nreason = "why"\n'
         '[[renamed]]\nold = "* | number aprofile.gap.gap"\nnew = "* | number aprofile.gap.n"\nreason = "why"\n',
         "gives two facts the place"),
    ],
)  # fmt: skip
def test_a_list_that_says_too_little_is_refused(pair, text, said):
    tool.LIST.write_text(text)
    with pytest.raises(SystemExit, match=said):
        tool.main(["--results", *map(str, pair)])


def test_folders_without_results_and_two_reports_of_a_page_are_refused(pair, tmp_path):
    with pytest.raises(SystemExit, match="holds no reports/"):
        tool.main(["--results", str(pair[0]), str(tmp_path / "other")])
    [report] = pair[1].glob("reports/*/*")
    twin = report.with_name("twin")
    twin.mkdir()
    (twin / "run.json").write_bytes((report / "run.json").read_bytes())
    with pytest.raises(SystemExit, match="is the second report of"):
        tool.main(["--results", *map(str, pair)])


#: A package of this name that writes a number into the report of each run it finds in the list, and counts its builds.
PACKAGE = """
import json, os, pathlib, sys, tomllib
assert "OGP_ANALYSIS_HOME" not in os.environ
pathlib.Path("data", "processed").mkdir(parents=True, exist_ok=True)
if sys.argv[1] == "run":
    for run in tomllib.loads(pathlib.Path("notebooks", "runs.toml").read_text())["run"]:
        folder = pathlib.Path("reports", run["notebook"], "a")
        for page in (folder / "en", folder / "es"):
            page.mkdir(parents=True)
            (page / "numbers.json").write_text(json.dumps({"n": {"value": VALUE}}))
            (page / "page.pdf").write_text("")
        (folder / "run.json").write_text(json.dumps({"notebook": run["notebook"], "parameters": {}}))
    with open(os.environ["BUILDS"], "a") as stream:
        stream.write("built\\n")
"""


def test_both_commits_are_built_each_once_from_what_is_committed(tmp_path, monkeypatch, capfd):
    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(["git", *who, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    package = tmp_path / "ogp_analysis"
    package.mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "runs.toml").write_text('[[run]]\nnotebook = "one"\n[[run]]\nnotebook = "two"\n')
    (tmp_path / "freeze.toml").write_text("")
    git("init", "-q")
    for value in ("7", "8", "9"):
        (package / "__main__.py").write_text(PACKAGE.replace("VALUE", value))
        git("add", "ogp_analysis", "notebooks")
        git("commit", "-qm", value)
    (package / "__main__.py").write_text("raise SystemExit(3)")
    builds = tmp_path / "builds"
    monkeypatch.setenv("BUILDS", str(builds))
    monkeypatch.setenv("OGP_ANALYSIS_HOME", str(tmp_path))
    for name, value in {"ROOT": tmp_path, "KEPT": tmp_path / "kept", "LIST": tmp_path / "freeze.toml"}.items():
        monkeypatch.setattr(tool, name, value)

    assert tool.main(["--against", "HEAD~1"]) == 1
    out, err = capfd.readouterr()
    assert out.splitlines()[:-1] == [
        f"{name} {page} | number n.value: 9, was 8" for name in ("one", "two") for page in ("en", "es")
    ]
    assert "not committed" in err
    assert tool.main(["--against", "HEAD~1"]) == 1
    assert builds.read_text().split() == ["built"] * 2
    capfd.readouterr()
    assert tool.main(["--against", "HEAD~1", "--only", "two"]) == 1
    assert capfd.readouterr().out.splitlines()[:-1] == [
        f"two {page} | number n.value: 9, was 8" for page in ("en", "es")
    ]
    assert builds.read_text().split() == ["built"] * 4
    # What was made of a commit that is not compared any more goes; no worktree stays.
    assert tool.main(["--against", "HEAD~2"]) == 1
    commits = {name.partition("-")[0] for name in (one.name for one in tool.KEPT.iterdir()) if "-" in name}
    assert commits == {git("rev-parse", one)[:12] for one in ("HEAD", "HEAD~2")}
    assert not [*tool.KEPT.rglob("*.pdf")]
    assert len(git("worktree", "list").splitlines()) == 1

    git("commit", "-qam", "broken")
    with pytest.raises(SystemExit, match=r"build at [0-9a-f]{12}: failed"):
        tool.main(["--against", "HEAD~1"])
    assert len(git("worktree", "list").splitlines()) == 1
    with pytest.raises(SystemExit, match="Name a commit"):
        tool.main(["--against", "nothing"])


def test_published_files_are_put_beside_their_sidecars_of_a_version_all_or_none(tmp_path, monkeypatch):
    published, raw = tmp_path / "published", tmp_path / "raw"
    for file in ("made/1/renamed.csv", "made/1/deep/b.csv", "made/2/a.csv", "unknown/1/a.csv"):
        (published / file).parent.mkdir(parents=True, exist_ok=True)
        (published / file).write_text(file)
    names = {"made/1/a.csv": "made/1/renamed.csv", "made/1/deep/b.csv": "made/1/deep/b.csv"}
    names |= {"made/2/a.csv": "made/2/a.csv", "made/2/b.csv": "nowhere"}
    for version in ("made/1", "made/2"):
        hashes = {n: hashlib.sha256(held.encode()).hexdigest() for n, held in names.items() if n.startswith(version)}
        files = (f'{{name = "{n.removeprefix(version)[1:]}", sha256 = "{value}"}}' for n, value in hashes.items())
        (raw / version).mkdir(parents=True)
        (raw / version / "source.toml").write_text(f"files = [{', '.join(files)}]")
    monkeypatch.setenv("OGP_ANALYSIS_MIRROR", str(published))
    tool._link(raw)
    put = {file.relative_to(raw).as_posix(): file.read_text() for file in raw.rglob("*.csv")}
    assert put == {name: held for name, held in names.items() if name.startswith("made/1")}
    monkeypatch.delenv("OGP_ANALYSIS_MIRROR")
    with pytest.raises(tool.FreezeError, match="needs the published files"):
        tool._link(raw)
