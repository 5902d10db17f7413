"""Parameters are strict, and nothing a person types can leave the place it is meant for."""

from __future__ import annotations

import ast
import json
import re

import pytest

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import manifest, notebook, parameters

CELL = """from typing import Literal
country: ogp.types.Country = "MEX"  # the country
first_year: ogp.types.Year = 2000  # first
last_year: ogp.types.Year = 2023  # last
event_date: ogp.types.Date | None = None  # a date
share: float = 0.5  # a share
bold: bool = False  # whether
kind: Literal["a", 2, None] = "a"  # what
indicator: ogp.types.Indicator = "v2xcs_ccsi"
region: ogp.types.Region = "world"
countries: list[ogp.types.Country] = ["MEX", "CHL"]
indicators: list[ogp.types.Indicator] | None = None
kinds: list[ogp.types.Choice["a", "b"]] = []
years: list[int] = [2010]
text: str = ""  # free
plan: int | None = None
maybe: str | None = None
untyped = 2013
named = "MEX"
empty = None
free = [1, "a"]"""
HOSTILE = [
    "../../etc/passwd",
    "..\\..\\windows",
    "$(touch pwned)",
    "; touch pwned #",
    "'",
    '"""',
    "'''+__import__('os').name+'''",
    "\\'",
    "{country}",
    "<script>alert(1)</script>",
    "🇲🇽",
    "=1+1",
    "é" * 200,
    "..",
    "CON",
    "None ",
    "--all",
]
UNPRINTABLE = ["a\nb", "a\0b", "\u202eabc", "a\u2028b", "\x1b[31m", "\ud800", "\ufeff"]


def cell(text: str, *tags: str) -> dict:
    empty = {"outputs": [], "execution_count": None}
    return {"cell_type": "code", "source": text, "metadata": {"tags": list(tags)}, **empty}


def document(*cells: dict) -> dict:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


DECLARED = notebook.declared(document(cell(CELL, "parameters")), "test")


def checked(**given) -> dict:
    return parameters.checked(DECLARED, given, "test")


def test_every_parameter_is_there_typed_and_sorted():
    found = checked()
    assert list(found) == sorted(DECLARED)
    assert found["country"] == "MEX" and found["event_date"] is None and found["kind"] == "a"


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("country", "Kenya", "KEN"),
        ("first_year", "1999", 1999),
        ("event_date", "2017-06-19", "2017-06-19"),
        ("event_date", "None", None),
        ("event_date", "", None),
        ("share", "1e-3", 0.001),
        ("share", 1, 1.0),
        ("bold", "true", True),
        ("kind", 2, 2),
        ("kind", None, None),
        ("plan", "-4", -4),
        ("share", "-0.5", -0.5),
        ("bold", "False", False),
        ("text", "None", "None"),
        ("countries", '["México", "ken"]', ["MEX", "KEN"]),
        ("countries", ["KEN", "Mexico"], ["KEN", "MEX"]),
        ("countries", "[]", []),
        ("indicators", '["Voz y rendición de cuentas"]', ["va_est"]),
        ("indicators", "None", None),
        ("region", "América Latina y el Caribe", "latin_america_caribbean"),
        ("indicator", "core civil society", "v2xcs_ccsi"),
        ("kinds", ["b"], ["b"]),
        ("years", "[2001, 2002]", [2001, 2002]),
        ("untyped", "2014", 2014),
        ("untyped", "1.5", 1.5),
        ("untyped", "all", "all"),
        ("untyped", "None", None),
        ("untyped", "False", False),
        ("untyped", "MEX,KEN", "MEX,KEN"),
        ("named", "2014", "2014"),
        ("empty", "2", 2),
        ("free", '["b", 2.5, true]', ["b", 2.5, True]),
    ],
)
def test_values_become_canonical(name, given, value):
    found = checked(**{name: given})[name]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("contry", "MEX", "no such parameter. Did you mean 'country'? It has bold, countries, country"),
        ("country", "XYZ", "is not a known name or code of a country or territory. Use its usual name"),
        ("country", "MEX, KEN", "For a run of each: -p country MEX -p country KEN."),
        ("country", "MEX,Costa Rica", "For a run of each: -p country MEX -p country 'Costa Rica'."),
        ("country", "MEX,Mexco", "'MEX,Mexco' is not a known name"),
        ("first_year", "2001,2002,2003,2004", "-p first_year 2001 -p first_year 2002 -p first_year 2003 …."),
        ("country", 5, "5 is not text"),
        ("country", "Mexco", "'Mexco' is not a known name or code of a country or territory. Did you mean Mexico?"),
        ("countries", "MEX,CHL", """'MEX,CHL' is not a list. Write it in JSON, as in ["MEX", "KEN"]"""),
        ("countries", '{"a": 1}', "is not a list"),
        ("countries", 5, "5 is not a list"),
        ("countries", None, "None is not a list"),
        ("countries", ["MEX", "Mexco"], "'countries', item 2: country 'Mexco' is not a known name"),
        ("countries", [["MEX"]], "item 1: ['MEX'] is not text"),
        ("indicators", ["v2xcs_csi"], "'v2xcs_csi' is not in the catalogue. Did you mean v2xcs_ccsi"),
        ("kinds", ["c"], "item 1: 'c' is not allowed. Use 'a', 'b'"),
        ("years", ["+2001"], "item 1: '+2001' is not a whole number"),
        ("years", "[2001, 2.5]", "item 2: 2.5 is not a whole number"),
        ("untyped", [1], "[1] is not a plain value"),
        ("country", None, "None is not text"),
        ("first_year", "abc", "'abc' is not a whole number in plain digits. Give a whole number in plain digits."),
        ("first_year", 2000.0, "2000.0 is not a whole number"),
        ("first_year", True, "True is not a whole number"),
        ("first_year", "1200", "1200 is not a year"),
        ("first_year", "9" * 100, "is not a year"),
        ("first_year", "9" * 5_000, "the text is 5,000 characters long. Use at most 200."),
        ("countries", ["MEX"] * 501, "the list has 501 items. Use at most 500."),
        ("first_year", "2024", "2024 lies after 2023"),
        ("event_date", "19/06/2017", "'19/06/2017' is not a date. Write it YYYY-MM-DD"),
        ("event_date", "2017-02-30", "is not a date"),
        ("share", "much", "'much' is not a number"),
        ("share", "nan", "nan is not finite"),
        ("share", float("-inf"), "-inf is not finite"),
        ("bold", "perhaps", "is not true or false"),
        *(
            ("first_year", text, "is not a whole number")
            for text in ("+2005", "2_005", " 2005", "2005 ", "02005", "2005.0", "２００５", "٢٠٠٥")
        ),
        ("share", [0.5], "[0.5] is not a number"),
        ("plan", "+4", "'+4' is not a whole number"),
        *(("share", text, "is not a number") for text in ("+0.5", "1_0.5", ".5")),
        *(("bold", text, "is not true or false. Give true or false.") for text in ("yes", "0")),
        *(
            ("event_date", text, "is not a date. Write it YYYY-MM-DD")
            for text in ("2017-W21-2", "20170619", "2017W212", "2017-170", "+2017-06-19", "2017-6-19", "２０１７-06-19")
        ),
        ("kind", "c", "'c' is not allowed. Use 'a', 2, None"),
        ("kind", "2", "'2' is not allowed"),
        ("indicator", "v2x", "indicator"),
        ("region", "latin_america", "Did you mean latin_america_caribbean"),
        ("region", "Atlantis", "Use world, eastern_europe_central_asia"),
        ("text", "x" * 10_000, "the text is 10,000 characters long. Use at most 200."),
    ],
)
def test_what_is_wrong_is_said_with_what_is_allowed(name, given, said):
    with pytest.raises(ParameterError) as fault:
        checked(**{name: given})
    assert said in str(fault.value) and str(fault.value).startswith("test: parameter")
    assert len(str(fault.value)) < 400 and str(fault.value).isprintable()


@pytest.mark.parametrize("text", UNPRINTABLE)
@pytest.mark.parametrize("name", ["text", "country", "maybe", "first_year", "kind", "event_date"])
def test_marks_that_cannot_be_printed_are_refused_and_not_repeated(name, text):
    with pytest.raises(ParameterError) as fault:
        checked(**{name: text})
    assert str(fault.value).isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_in_names_and_in_code(text):
    from papermill.translators import PythonTranslator

    found = checked(text=text)
    assert found["text"] == text
    run = manifest.Run.of("test", found)
    assert re.fullmatch(r"[A-Za-z0-9-]{1,69}", run.slug) and run.slug != manifest.Run("test", ()).slug
    assert run.name.isprintable()
    injected = ast.parse(PythonTranslator.codify(found))
    assert {node.targets[0].id: ast.literal_eval(node.value) for node in injected.body} == found
    with pytest.raises(ParameterError):
        checked(country=text)


def test_names_of_folders_differ_where_values_do():
    slugs = {manifest.Run.of("test", checked(text=text)).slug for text in [*HOSTILE, "", "a-b", "a b", "A b"]}
    assert len(slugs) == len(HOSTILE) + 4
    assert len({slug.casefold() for slug in slugs}) == len(slugs), "nor only in case, which some disks do not see"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x: int = f()", "Write each parameter as"),
        ("x: int", "Write each parameter as"),
        ("%matplotlib inline\nx: int = 1", "is not plain Python"),
        ("x: int = '", "is not plain Python"),
        ("x: int = 1\nx: int = 2", "declares 'x' twice"),
        ("x: Unheard = 1", None),
        ("x: __import__('os') = 1", None),
        ("x: int = 'a'", None),
        ("x: ogp.types.Year = 5", None),
        ("x: other.Year = 2000", None),
        ("x = {}", "Write each parameter as"),
    ],
)
def test_a_cell_that_declares_badly_is_refused(text, said):
    with pytest.raises(ParameterError, match=said):
        parameters.checked(notebook.declared(document(cell(text, "parameters")), "test"), {}, "test")


@pytest.mark.parametrize("cells", [[], [cell("x: int = 1", "parameters")] * 2])
def test_exactly_one_cell_is_tagged(cells):
    with pytest.raises(ParameterError, match=r"has \d cells tagged 'parameters'"):
        notebook.declared(document(*cells), "test")


@pytest.mark.parametrize(("year", "taken"), [(1788, False), (1789, True), (2100, True), (2101, False)])
def test_the_first_and_the_last_year_that_any_source_covers_are_years(year, taken):
    if taken:
        assert checked(first_year=year, last_year=year)["first_year"] == year
    else:
        with pytest.raises(ParameterError, match=f"{year} is not a year that any source here covers"):
            checked(first_year=year)


def test_a_number_equal_to_an_allowed_one_becomes_that_one():
    """Otherwise two reports of one run would have two names."""
    found = checked(kind=2.0)["kind"]
    assert found == 2 and type(found) is int
    with pytest.raises(ParameterError, match="True is not allowed"):
        checked(kind=True)


def test_a_table_is_one_of_a_dataset():
    declared = notebook.declared(
        document(cell('x: ogp.types.Table = "ogp_membership.countries"', "parameters")), "test"
    )
    assert parameters.checked(declared, {}, "test") == {"x": "ogp_membership.countries"}
    for wrong in ("ogp_membership.nothing", "nothing.countries", "ogp_membership"):
        with pytest.raises(ParameterError, match=r"parameter 'x': "):
            parameters.checked(declared, {"x": wrong}, "test")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"cells": 3, "metadata": {}, "nbformat": 4}',
        '{"cells": [3], "metadata": {}, "nbformat": 4}',
        '{"cells": [], "metadata": {}, "nbformat": 3}',
        '{"cells": [], "nbformat": 4}',
        '{"cells": [{"cell_type": "code", "source": 5, "metadata": {}}], "metadata": {}, "nbformat": 4}',
        '{"cells": [{"cell_type": "code", "source": "", "outputs": [7], "metadata": {}}], "metadata": {},"nbformat":4}',
        "[" * 100_000,
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(tmp_path, text):
    (tmp_path / "x.ipynb").write_text(text)
    with pytest.raises(ParameterError, match="is not a notebook"):
        notebook.read(tmp_path / "x.ipynb")
    with pytest.raises(ParameterError, match="no such file"):
        notebook.read(tmp_path / "y.ipynb")
    with pytest.raises(ParameterError, match="cannot be read"):
        notebook.read(tmp_path)


@pytest.fixture
def project(tmp_path, made) -> Project:
    """A project with the notebooks of the small checkout and a list of runs of its own."""
    (tmp_path / "notebooks").symlink_to(made.root / "notebooks")
    return Project(tmp_path)


def runs_of(tmp_path, made, text: str) -> list:
    (tmp_path / "notebooks").mkdir()
    for file in (made.root / "notebooks").glob("*.ipynb"):
        (tmp_path / "notebooks" / file.name).symlink_to(file)
    (tmp_path / "notebooks" / "runs.toml").write_text(text)
    return manifest.everything(Project(tmp_path))


def test_lists_multiply_and_equal_runs_are_one(tmp_path, made):
    text = """[[run]]\nnotebook = "events"
parameters = {country = ["MEX", "Kenya", "KEN"], edition = ["embedded", "full"]}
[[run]]\nnotebook = "events"\n"""
    found = [run.name for run in runs_of(tmp_path, made, text)]
    assert found == [f"events {c} {edition}" for c in ("MEX", "KEN") for edition in ("embedded", "full")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing required field `run`"),
        ("run = 5", "`$.run`"),
        ("x = 1\nrun = []", "unknown field `x`"),
        ("[[run]]\nnotebok = 'events'", "`$.run[0]`"),
        ("[[run]]\nnotebook = 'events'\nparameter = {country = 'KEN'}", "unknown field `parameter` - at `$.run[0]`"),
        ("[[run]]\nnotebook = 5", "`$.run[0].notebook`"),
        ("[[run]]\nnotebook = 'events'\nparameters = 5", "`$.run[0].parameters`"),
        ("[[run", "is not a list"),
        ("[[run]]\nnotebook = 'events'\nparameters = {country = []}", "has an empty list of values"),
        ("[[run]]\nnotebook = 'events'\nparameters = {country = 'XYZ'}", "is not a known name"),
        ("[[run]]\nnotebook = 'events'\nparameters = {contry = 'MEX'}", "no such parameter"),
        ("[[run]]\nnotebook = 'events'\nparameters = {country = [['MEX']]}", "is not text"),
        ("x = " + "[" * 9999, "is not a list"),
    ],
)
def test_a_list_of_runs_with_a_fault_runs_nothing(tmp_path, made, text, said):
    with pytest.raises(ParameterError, match=re.escape(said)):
        runs_of(tmp_path, made, text)


def test_a_list_is_one_run_and_a_value_given_again_is_another(tmp_path):
    project = Project(tmp_path)
    (tmp_path / "notebooks").mkdir()
    declared = cell("places: list[ogp.types.Country] = []\nsince = 2013", "parameters")
    (tmp_path / "notebooks" / "x.ipynb").write_text(json.dumps(document(declared)))
    [run] = manifest.matrix(project, "x", {"places": ['["México", "KEN"]'], "since": ["2014", 2014]})
    assert run.parameters == {"places": ["MEX", "KEN"], "since": 2014} and run.name == "x MEX,KEN 2014"
    assert run.slug.startswith("MEX-KEN-2014-") and run == manifest.Run.of("x", json.loads(json.dumps(run.parameters)))
    two = manifest.matrix(project, "x", {"places": ['["MEX"]', "[]"]})
    assert [one.parameters["places"] for one in two] == [["MEX"], []]
    for listed, made in (('["MEX", "KEN"]', [["MEX", "KEN"]]), ('[["MEX"], ["KEN"]]', [["MEX"], ["KEN"]])):
        text = f"[[run]]\nnotebook = 'x'\n[run.parameters]\nplaces = {listed}\n"
        (tmp_path / "notebooks" / "runs.toml").write_text(text)
        assert [one.parameters["places"] for one in manifest.everything(project)] == made


@pytest.mark.parametrize("name", ["../events", "Events", "events.ipynb", "", "/etc/passwd", "events\n", "nothing"])
def test_a_notebook_is_named_never_a_path(project, name):
    like = r"Did you mean events\?" if "vents" in name else "Use one of events, faulty, members"
    with pytest.raises(UnknownName, match=rf"is not in notebooks/\. {like}"):
        manifest.matrix(project, name, {})


def test_the_file_of_a_notebook_is_its_name_and_a_copy_elsewhere_is_none(project, monkeypatch, tmp_path):
    monkeypatch.chdir(project.notebooks.parent)
    for written in ("events", "events.ipynb", "notebooks/events.ipynb", str(project.notebooks / "events.ipynb")):
        assert notebook.called(project, written) == "events"
    copy = tmp_path / "copies" / "events.ipynb"
    copy.parent.mkdir()
    copy.write_bytes((project.notebooks / "events.ipynb").read_bytes())
    assert notebook.called(project, str(copy)) == str(copy)
    with pytest.raises(UnknownName, match="notebook 'nothing': is not in notebooks/"):
        notebook.called(project, "notebooks/nothing.ipynb")


def test_the_edition_is_asked_for_once(project):
    [run] = manifest.matrix(project, "events", {"edition": ["full"]})
    assert run.edition == "full"
    [run] = manifest.matrix(project, "events", {}, "full")
    assert run.edition == "full"
    with pytest.raises(ParameterError, match="is given twice, with different values"):
        manifest.matrix(project, "events", {"edition": ["full"]}, "embedded")


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "events", "--all"),
        ("run", "--all", "-p", "country", "MEX"),
        ("run", "events", "-p", "contry", "MEX"),
        ("run", "events", "-p", "country", "$(touch pwned)"),
        ("run", "events", "-p", "country", "a\nb"),
        ("run", "events", "-p", "edition", "full", "--edition", "embedded"),
        ("run", "../../etc/passwd"),
        ("run", "events", "--jobs", "0"),
        ("run", "events", "--timeout", "0"),
        ("cite", "<b>"),
        ("render", "/nowhere.ipynb"),
        ("run", "events", "--country", "MEX"),
        ("lab", "/proc/x"),
        ("unheard",),
    ],
)
def test_what_was_typed_wrongly_is_one_sentence_and_code_2(made, words):
    told = made.here(*words)
    said = told.stderr.strip().splitlines()
    assert (told.returncode, told.stdout) == (2, "")
    assert said[0].startswith("Usage:") or (len(said) == 1 and said[0].endswith("."))
    assert not (made.root / "pwned").exists()
