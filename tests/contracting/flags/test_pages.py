"""The pages in docs/flags and the code say the same: titles, data, settings, reasons, and the examples come true."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.contracting.flags.awarded_rows import AWARDED
from ogp_analysis.contracting.flags.registry import FLAGS, compute_all
from ogp_analysis.contracting.flags.settings import settings
from ogp_analysis.messages import LANGUAGES, word

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs" / "flags"
CODES = sorted(path.stem for path in PAGES.glob("R[0-9]*.md"))
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
    spec = importlib.util.spec_from_file_location("flag_pages", ROOT / "tools" / "flag_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def test_every_flag_on_the_tables_has_a_page_and_every_page_a_flag():
    assert {flag.code for flag in FLAGS if AWARDED not in flag.needs} <= set(CODES) <= {flag.code for flag in FLAGS}


def test_the_index_names_every_page_with_its_title_and_units():
    units = {code: ", ".join(word(f"flags.unit.{f.unit}", "en") for f in FLAGS if f.code == code) for code in CODES}
    rows = [f"| [{code}]({code}.md) | {word(f'flags.{code}.title', 'en')} | {units[code]} |" for code in CODES]
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[R\d.*$", index, re.MULTILINE) == rows


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_its_title_and_parts(code):
    text = text_of(code)
    assert text.startswith(f"# {code} {word(f'flags.{code}.title', 'en')}\n")
    assert word(f"flags.{code}.signal", "en") in " ".join(text.split())
    assert tuple(re.findall("^## (.+)$", text, re.MULTILINE)) == HEADINGS


@pytest.mark.parametrize("code", CODES)
def test_data_settings_and_reasons_are_those_of_the_code(code, tool):
    """Write them again: python tools/flag_pages.py"""
    assert tool.facts(code) in text_of(code)
    assert tool.written(text_of(code), tool.facts(code)) == text_of(code)


def test_every_setting_says_what_it_is(tool):
    told = tool.comments(tool.DEFAULTS.read_text(encoding="utf-8"))
    silent = [(s, n) for s, values in settings().sections.items() for n in values if not told.get((s, n))]
    assert not silent


@pytest.mark.parametrize("code", CODES)
def test_the_example_comes_true(code, tables_of):
    text = text_of(code)
    example = text[text.index("## Example") : text.index("<!-- generated")]
    lines = [json.loads(line) for line in re.search("```json\n(.*?)```", example, re.DOTALL)[1].splitlines()]
    changes = re.search("```toml\n(.*?)```", example, re.DOTALL)
    chosen = settings(changes=tomllib.loads(changes[1]) if changes else {})
    results = {result.unit: result for result in compute_all(tables_of(lines), chosen, [code]).values()}
    tables = re.findall(r"^\| (\w+) \| outcome \| value \|\n\|---\|---\|---\|\n((?:\|.*\n)+)", example, re.MULTILINE)
    assert tables
    for unit, rows in tables:
        frame = results[unit].frame
        wanted = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows.splitlines()]
        assert [(unit_id, outcome) for unit_id, outcome, _ in wanted] == list(
            zip(frame["unit_id"], frame["outcome"], strict=True)
        )
        numbers = [float(value) if value else float("nan") for _, _, value in wanted]
        assert list(frame["value"]) == pytest.approx(numbers, abs=1e-12, nan_ok=True)
        assert {"flagged", "clear"} <= {outcome for _, outcome, _ in wanted}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flag", [f for f in FLAGS if AWARDED not in f.needs], ids=lambda flag: flag.name)
def test_titles_texts_units_and_reasons_are_told_in_both_languages(flag, language, tool):
    for name in ("title", "signal", "value", "look"):
        assert not VERDICTS.search(word(f"flags.{flag.code}.{name}", language))
    assert word(f"flags.unit.{flag.unit}", language)
    for reason in tool.reasons([flag]):
        assert word(f"flags.reason.{reason}", language)


@pytest.mark.parametrize("code", CODES)
def test_a_page_judges_nobody(code):
    assert not VERDICTS.search(text_of(code))
