"""Every command line that the documentation names is one that can be typed."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest
from papermill.__main__ import papermill

from ogp_analysis.__main__ import commands
from ogp_analysis.base.paths import project
from ogp_analysis.data.sources.sidecar import sources
from ogp_analysis.publishing.runs import manifest, notebook

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    file
    for folder in ". docs docs/flags docs/how-to docs/decisions data/raw data/processed benchmarks paper".split()
    for file in (ROOT / folder).glob("*.md")
    if file.name != "CHANGELOG.md"  # it may name what a release took away
)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELLS = ("", "sh", "bash", "console")
SPAN = re.compile(r"`([^`\n]+)`")
#: What stands for a name, a path or an id of the reader's own.
STANDS_FOR = re.compile(r"[A-Z]{2,}…?|…|\S+/…|DIR")
PROGRAMS = ("ogp-analysis", "make", "papermill", "python", ".venv/bin/python")


def documented() -> list[tuple[str, tuple[str, ...]]]:
    """Return page and words of each command line, in a block or between backticks, without settings of variables."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = [line for kind, block in FENCED.findall(text) if kind in SHELLS for line in block.splitlines()]
        for line in [*blocks, *SPAN.findall(FENCED.sub("", text))]:
            try:
                words = shlex.split(line, comments=True)
            except ValueError:
                continue
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                words.pop(0)
            if len(words) > 1 and words[0] in PROGRAMS:  # a word alone is a program's name in a sentence
                found.append((page.relative_to(ROOT).as_posix(), tuple(words)))
    return sorted(set(found))


LINES = documented()
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
#: ``python -m ogp_analysis`` and ``ogp-analysis`` are one.
PYTHON = ("python", ".venv/bin/python")


def own(words: tuple[str, ...]) -> list[str] | None:
    """Return the arguments of a command line of this package; None if it is another program's."""
    if words[0] == "ogp-analysis":
        return list(words[1:])
    return list(words[3:]) if words[0] in PYTHON and words[1:3] == ("-m", "ogp_analysis") else None


def of(*programs: str) -> list:
    """Return the lines of some programs that are not this package's own, for a test each."""
    return [
        pytest.param(*line, id=" ".join(line[1])) for line in LINES if line[1][0] in programs and own(line[1]) is None
    ]


def parsed(arguments: list[str]) -> tuple[str, dict]:
    """Return command and parameters as the command line reads them.

    Raises
    ------
    click.ClickException
        If it would refuse them.
    """
    context = click.Context(commands, info_name="ogp-analysis")
    name, command, rest = commands.resolve_command(context, arguments)
    return name, command.make_context(name, list(rest), parent=context).params


def test_the_documentation_names_commands():
    assert len(LINES) > 40
    assert {"run", "fetch", "build", "clean", "cite", "verify", "status", "render", "normalise"} <= {
        arguments[0] for _, words in LINES if (arguments := own(words))
    }


@pytest.mark.parametrize(
    ("page", "arguments"),
    [pytest.param(page, own(words), id=" ".join(words)) for page, words in LINES if own(words) is not None],
)
def test_a_line_of_this_package_is_read_by_its_command_line(page, arguments):
    if arguments == ["--help"]:
        return
    if len(arguments) == 1:  # a command is named, not typed
        assert arguments[0] in commands.commands, page
        return
    name, params = parsed(arguments)
    # What stands on the page on files of one's own is run, in tests/docs/test_own_files.py.
    # Pages on notebooks of one's own write what they run, in tests/docs/test_own_notebook.py and tests/notebooks.
    own_notebooks = ("docs/how-to/own-notebook.md", "docs/how-to/change-a-notebook.md")
    if name == "run" and page not in ("docs/your-own-files.md", *own_notebooks):
        _check_run(arguments, params, page)
    if name == "fetch" and params["source"] and not STANDS_FOR.fullmatch(params["source"]):
        _check_fetch(params, page)


def _check_run(arguments: list[str], params: dict, page: str) -> None:
    named = params["notebook"]
    assert bool(named) != params["everything"], f"{page}: run needs either a notebook or --all"
    if named is None or STANDS_FOR.fullmatch(named):
        return
    if named not in notebook.names(project()):
        assert (ROOT / "benchmarks" / f"{named}.ipynb").is_file(), f"{page}: no notebook {named!r}"
        return
    values = {}
    for parameter, value in params["given"]:
        if value == "FOLDER":  # of the reader's own; MEX in its place would be a country
            continue
        values.setdefault(parameter, []).append(value)
    assert manifest.matrix(project(), named, values, params["edition"])


def _check_fetch(params: dict, page: str) -> None:
    wanted = [one for one in sources(project().raw) if one.id == params["source"] and not one.dataset]
    assert wanted, f"{page}: no source {params['source']!r}"
    absent = [file.name for one in wanted for file in one.files if not file.url]
    assert params["folder"] or not absent, f"{page}: {absent} have no address"


@pytest.mark.parametrize(("page", "words"), of("make"))
def test_a_target_that_is_named_is_in_the_makefile(page, words):
    targets = [word for word in words[1:] if "=" not in word]
    assert targets and set(targets) <= TARGETS, page
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    for variable in (word.partition("=")[0] for word in words[1:] if "=" in word):
        assert re.search(rf"^{variable} \?=", text, re.MULTILINE), f"{page}: {variable}"


@pytest.mark.parametrize(("page", "words"), of("papermill"))
def test_a_line_of_papermill_is_read_by_papermill(page, words):
    params = papermill.make_context("papermill", list(words[1:])).params
    assert STANDS_FOR.fullmatch(params["notebook_path"]) or (ROOT / params["notebook_path"]).is_file(), page


@pytest.mark.parametrize(("page", "words"), of(*PYTHON))
def test_a_script_or_module_that_is_named_is_there_and_takes_what_it_is_given(page, words):
    if words[1] == "-m":
        file, rest = _module(words[2]), words[3:]
    else:
        file, rest = ROOT / words[1], words[2:]
    assert file is not None and file.is_file(), page
    if words[1:3] == ("-m", "pytest"):
        assert all((ROOT / word).exists() for word in rest if word.startswith("tests/")), page
        return
    source = file.read_text(encoding="utf-8")
    assert all(f'"{word}"' in source for word in rest if word.startswith("--")), page


def _module(name: str) -> Path | None:
    if (file := ROOT / Path(*name.split(".")).with_suffix(".py")).is_file():
        return file
    if (file := ROOT / Path(*name.split(".")) / "__main__.py").is_file():
        return file
    found = importlib.util.find_spec(name)
    return Path(found.origin) if found and found.origin else None


@pytest.mark.parametrize(
    "line",
    [
        "fetch vdem",
        "run country_profile -p contry MEX",
        "run --only notebook",
        "cite ID --style apa",
        "remake",
        "clean FILE --as ocds",
        "clean FILE",
    ],
)
def test_lines_that_fail_are_noticed(line):
    from ogp_analysis.base.errors import OgpAnalysisError

    with pytest.raises((AssertionError, click.ClickException, OgpAnalysisError)):
        test_a_line_of_this_package_is_read_by_its_command_line("a page", line.split())
