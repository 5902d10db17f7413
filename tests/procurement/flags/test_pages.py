"""The pages in docs/flags and the code say the same: titles, data, settings, reasons, and the examples come true."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base.words import LANGUAGES, word
from ogp_analysis.procurement.awarded.frame import COLUMNS, framed
from ogp_analysis.procurement.first_digits import CONFORMITY, leading_digits, mean_absolute_deviation, shares
from ogp_analysis.procurement.flags.registry import FLAGS, compute_all
from ogp_analysis.procurement.flags.result import AWARDED, DEBARRED
from ogp_analysis.procurement.flags.settings import countries, settings

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs" / "flags"
#: Told on a page of its own, but no flag: where the law bends the amounts it flags nobody.
DESCRIPTION = "R029"
PAGES_THERE = sorted(path.stem for path in PAGES.glob("R[0-9]*.md"))
CODES = [code for code in PAGES_THERE if code != DESCRIPTION]
ON_AWARDS = {flag.code for flag in FLAGS if AWARDED in flag.needs}
HEADINGS = (
    "What is compared",
    "Why it is a signal",
    "What else can explain it",
    "What is left out",
    "Assumptions",
    "Example",
    "Data it needs",
    "Settings",
    "When it cannot be computed",
    "See also",
)
#: Words of judgement that no text about a signal uses.
VERDICTS = re.compile(
    r"\b(guilty|corrupt|fraud\w*|crim\w+|illegal|culpable|corrupt[oa]s?|corrupci\w+|delit\w+|ilegal\w*|banderas?)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def tool():
    return loaded("flag_pages")


def loaded(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def test_every_flag_has_a_page_and_every_page_a_flag():
    assert set(CODES) == {flag.code for flag in FLAGS}
    assert DESCRIPTION in PAGES_THERE


def test_every_flag_has_its_words_in_a_file_of_its_own(tool):
    assert sorted(file.stem for file in tool.WORDS.glob("*.toml")) == CODES


def test_the_index_names_every_page_with_its_title_and_units(tool):
    units = {code: ", ".join(word(f"flags.unit.{f.unit}", "en") for f in FLAGS if f.code == code) for code in CODES}
    units[DESCRIPTION] = word("flags.unit.buyer", "en")
    rows = [f"| [{code}]({code}.md) | {word(f'flags.{code}.title', 'en')} | {units[code]} |" for code in PAGES_THERE]
    index = tool.INDEX.read_text(encoding="utf-8")
    assert re.findall(r"^\| \[R\d.*$", index, re.MULTILINE) == rows
    assert tool.written(index, tool.index(), *tool.IN_INDEX) == index


@pytest.mark.parametrize("code", PAGES_THERE)
def test_a_page_has_its_title_and_parts(code):
    text = text_of(code)
    assert text.startswith(f"# {code} {word(f'flags.{code}.title', 'en')}\n")
    assert word(f"flags.{code}.signal", "en") in " ".join(text.split())
    assert tuple(re.findall("^## (.+)$", text, re.MULTILINE)) == HEADINGS


@pytest.mark.parametrize("code", CODES)
def test_a_page_is_its_prose_and_what_the_code_knows(code, tool):
    """Write it again: python tools/flag_pages.py"""
    assert tool.facts(code) in text_of(code)
    assert tool.page(code) == text_of(code)


def test_every_setting_says_what_it_is(tool):
    told = tool.comments(tool.DEFAULTS.read_text(encoding="utf-8"))
    told |= {(flag.code, name): what for flag in FLAGS for name, (_, what) in flag.settings.items()}
    silent = [(s, n) for s, values in settings().sections.items() for n in values if not told.get((s, n))]
    assert not silent


def example_of(code: str) -> tuple[str, list[list[dict]]]:
    """Return the example of a page, and its JSON lines, block by block."""
    text = text_of(code)
    example = text[text.index("## Example") : text.index("## Data it needs")]
    blocks = re.findall("```json\n(.*?)```", example, re.DOTALL)
    return example, [[json.loads(line) for line in block.splitlines()] for block in blocks]


def awards_of(lines: list[dict]) -> pd.DataFrame:
    """Return awarded contracts; what an example does not say of them is missing."""
    table = pd.DataFrame([{"process_id": "P", **line} for line in lines])
    if "date" in table:
        table["date"] = pd.to_datetime(table["date"])
    assert set(table.columns) <= set(COLUMNS)
    return framed({name: table[name] for name in table.columns})


def cells(row: str) -> tuple[str, ...]:
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1])


@pytest.mark.parametrize("code", CODES)
def test_the_example_comes_true(code, tables_of):
    example, (lines, *more) = example_of(code)
    tables = {AWARDED: awards_of(lines)} if code in ON_AWARDS else tables_of(lines)
    if more:
        tables[DEBARRED] = pd.DataFrame(more[0])
    changes = re.search("```toml\n(.*?)```", example, re.DOTALL)
    chosen = settings(changes=tomllib.loads(changes[1]) if changes else {})
    results = {result.unit: result for result in compute_all(tables, chosen, [code]).values()}
    tables = re.findall(r"^\| (\w+) \| outcome \| value \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", example, re.MULTILINE)
    assert tables
    for unit, rows in tables:
        frame = results[unit].frame
        wanted = [cells(row) for row in rows.splitlines()]
        assert [(unit_id, outcome) for unit_id, outcome, _ in wanted] == list(
            zip(frame["unit_id"], frame["outcome"], strict=True)
        )
        numbers = [float(value) if value else float("nan") for _, _, value in wanted]
        assert list(frame["value"]) == pytest.approx(numbers, abs=1e-12, nan_ok=True)
        assert {"flagged", "clear"} <= {outcome for _, outcome, _ in wanted}


def test_the_example_of_first_digits_comes_true():
    example, (lines,) = example_of(DESCRIPTION)
    wanted = [cells(row) for row in re.findall(r"^\| [A-Z] \|.*$", example, re.MULTILINE)]
    assert len(wanted) == 3
    for (unit, n, deviation, conformity), line in zip(wanted, lines, strict=True):
        assert (unit, int(n), bool(deviation)) == (line["buyer_id"], len(line["amounts"]), len(line["amounts"]) >= 10)
        if deviation:
            found = mean_absolute_deviation(shares(leading_digits(pd.Series(line["amounts"], dtype="float64"))))
            assert found == pytest.approx(float(deviation), abs=5e-7)
            assert conformity == next(word for bound, word in CONFORMITY if found <= bound)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.name)
def test_titles_texts_units_and_reasons_are_told_in_both_languages(flag, language, tool):
    for name in ("title", "signal", "value", "look"):
        assert not VERDICTS.search(word(f"flags.{flag.code}.{name}", language))
    assert word(f"flags.unit.{flag.unit}", language)
    for reason in tool.reasons([flag]):
        assert word(f"flags.reason.{reason}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_digits_are_told_in_both_languages_and_flag_nobody(language):
    for name in ("title", "signal", "value", "look"):
        assert not VERDICTS.search(word(f"flags.{DESCRIPTION}.{name}", language))
    assert DESCRIPTION not in {flag.code for flag in FLAGS}


@pytest.mark.parametrize("code", PAGES_THERE)
def test_a_page_judges_nobody(code):
    assert not VERDICTS.search(text_of(code))


@pytest.mark.slow
def test_the_coverage_of_publishers_is_that_of_their_files(mirror):
    """Write it again: python tools/flag_coverage.py"""
    coverage = loaded("flag_coverage")
    assert coverage.table(coverage.results(mirror)) in (PAGES / "README.md").read_text(encoding="utf-8")


def test_every_publisher_has_the_settings_of_its_country():
    coverage = loaded("flag_coverage")
    known = {source.version: coverage.country(source.version) for source in coverage.DATASET.inputs}
    assert known["uk-contracts-finder"] == "GBR" and known["ukraine"] == "UKR" and known["buyandsell"] == "CAN"
    assert set(known.values()) <= set(countries())
