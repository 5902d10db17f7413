"""No value that may be drawn only is in anything but a drawing: whatever it is, every other output is the same."""

from __future__ import annotations

import ast
import json
import random
import re
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.civic_space.views import SERIES
from ogp_analysis.display.figure import FIGURE_MIME, NARROW_MIME
from ogp_analysis.base.indicators import indicators
from ogp_analysis.base.words.catalogue import IN_LANGUAGES
from ogp_analysis.base.words import speaking, word
from ogp_analysis.display.table import TABLE_MIME
from ogp_analysis.data.store import hand_out

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
#: A drawing, wide and narrow.
SVG, NARROW = "image/svg+xml", NARROW_MIME
CLOSED = [one.id for one in indicators() if not one.redistribute]
#: Every value of the tables made up here is of this size, and nothing else on a page is.
VALUE = re.compile(r"(?<![\d.,])(?:1,?0\d\d|9[5-9]\d)\.\d")


def closed_tables(seed: int) -> dict[tuple[str, str], pd.DataFrame]:
    """Return a table for every series that may be drawn only: the countries of V-Dem, with values by a seed."""
    countries = sorted(hand_out.load("vdem", "v14")["iso3"].dropna().unique())
    dice, found = random.Random(seed), {}
    closed = [one for one in indicators() if not one.redistribute]
    for place in dict.fromkeys((one.dataset, one.table) for one in closed):
        members = [one for one in closed if (one.dataset, one.table) == place]
        columns = [c for one in members for c in (one.column, one.low, one.high) if c]
        found[place] = _table(countries, range(2000, 2025), columns, dice)
    for dataset, table, column in SERIES.values():
        found[dataset, table] = _table(countries, range(2000, 2025), [column], dice)
    return found


def _table(countries: list[str], years: range, columns: list[str], dice: random.Random) -> pd.DataFrame:
    keys = [(code, year) for code in countries for year in years]
    frame = pd.DataFrame({"iso3": [c for c, _ in keys], "unit": [c for c, _ in keys], "unit_kind": "country",
                          "year": pd.Series([y for _, y in keys], dtype="Int64")})  # fmt: skip
    for column in columns:
        shift = {"_codelow": -50, "_codehigh": 50}.get("_" + column.rpartition("_")[2], 0)
        frame[column] = [1000 + shift + dice.randrange(10**7) / 10**6 for _ in keys]
    return frame


def put_in_place(monkeypatch, tables: dict[tuple[str, str], pd.DataFrame]) -> None:
    """Have the store hand these tables out beside its own."""
    usual_load, usual_has = hand_out.load, hand_out.has
    for door in (ogp, hand_out):  # the front door first: it keeps what it is once asked for
        monkeypatch.setattr(door, "has", lambda d, t, e="embedded": (d, t) in tables or usual_has(d, t, e))
        monkeypatch.setattr(
            door,
            "load",
            lambda d, t, e="embedded", c=None: tables[d, t] if (d, t) in tables else usual_load(d, t, e, c),
        )


def shown(monkeypatch, notebook: str, language: str | None = "en", **parameters) -> list[dict]:
    """Return what the cells of a notebook display in a language, or in every language, one MIME bundle each."""
    bundles: list[dict] = []

    def display(*things, raw: bool = False, metadata: dict | None = None, **_) -> None:
        for thing in things:
            if raw:
                others = {name: one for name, one in (metadata or {}).get(IN_LANGUAGES, {}).items() if name != "shown"}
                bundles.extend([thing, *(one["data"] for one in others.values())])
            elif hasattr(thing, "_ipython_display_"):
                thing._ipython_display_()
            elif thing is not None:
                bundles.append({"text/plain": repr(thing)})

    monkeypatch.setattr("IPython.display.display", display)
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    names: dict = {"display": display}
    with speaking(language):
        _execute(cells, names, notebook, display, parameters)
    return bundles


def _execute(cells: list[dict], names: dict, notebook: str, display, parameters: dict) -> None:
    for cell in cells:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, notebook, "exec"), names)
            if last is not None:
                display(eval(compile(ast.Expression(last.value), notebook, "eval"), names))
            if "parameters" in cell["metadata"].get("tags", ()):
                names.update(parameters)


PAGES = ["country_profile", "civic_space_overview"]


@pytest.fixture(scope="module", params=PAGES)
def twice(request):
    """What a notebook shows with two different sets of values."""
    found = []
    for seed in (1, 2):
        with pytest.MonkeyPatch.context() as patched:
            put_in_place(patched, closed_tables(seed))
            found.append(shown(patched, request.param, None))
    return found


def without_drawings(bundles: list[dict]) -> list[dict]:
    return [{mime: content for mime, content in bundle.items() if mime not in (SVG, NARROW)} for bundle in bundles]


def test_other_values_change_drawings_and_nothing_else(twice):
    first, second = twice
    assert json.dumps(without_drawings(first)) == json.dumps(without_drawings(second))
    changed = {a[FIGURE_MIME]["name"] for a, b in zip(first, second, strict=True) if a.get(SVG) != b.get(SVG)}
    assert {"measures_freedom_house", "measures_monitors", "measures_idea", "surveillance"} <= changed
    marked = {b[FIGURE_MIME]["name"] for b in first if FIGURE_MIME in b and not b[FIGURE_MIME]["redistribute"]}
    assert changed == marked


def test_no_output_but_a_drawing_holds_such_a_value(twice):
    for bundle in without_drawings(twice[0]):
        assert not VALUE.findall(json.dumps(bundle)), bundle["text/plain"][:200]
    assert any(VALUE.findall(bundle[SVG]) for bundle in twice[0] if SVG in bundle), "the values were drawn"


@pytest.mark.parametrize("second_measure", ["wjp_3", "rsf_score", "fiw_total", "dsp_v2smgovsmmon"])
def test_a_second_measure_that_may_be_drawn_only_leaves_no_value(monkeypatch, second_measure):
    put_in_place(monkeypatch, closed_tables(3))
    year = 2018 if second_measure.startswith("dsp") else 2023
    bundles = shown(monkeypatch, "civic_space_overview", second_measure=second_measure, year=year)
    for bundle in without_drawings(bundles):
        assert not VALUE.findall(json.dumps(bundle)), bundle["text/plain"][:200]
    [figure] = [b[FIGURE_MIME] for b in bundles if b.get(FIGURE_MIME, {}).get("name") == "two_measures"]
    assert figure["redistribute"] is False
    text = "\n".join(bundle["text/plain"] for bundle in bundles)
    assert ("its series has a break in between" in text) == (second_measure in ("rsf_score", "fiw_total"))
    assert "rank correlation of the two measures is" in text


@pytest.mark.parametrize("case", [{}, {"country": "TZA", "event_date": "2017-06-29"}])
def test_an_event_leaves_no_value_of_what_may_be_drawn_only(monkeypatch, case):
    put_in_place(monkeypatch, closed_tables(5))
    bundles = shown(monkeypatch, "shock_case_study", **case)
    for bundle in without_drawings(bundles):
        assert not VALUE.findall(json.dumps(bundle)), bundle["text/plain"][:200]
    figures = {b[FIGURE_MIME]["name"]: b[FIGURE_MIME]["redistribute"] for b in bundles if FIGURE_MIME in b}
    closed = {name for name, may in figures.items() if not may}
    assert closed == {"path_fiw_d4", "path_wjp_46", "path_fiw_e2", "path_rsf_score"}
    tables = {b[TABLE_MIME]["name"]: b[TABLE_MIME] for b in bundles if TABLE_MIME in b}
    assert ("ranks" in tables) == bool(case)
    for name in ("ranks", "donor_rules") if case else ():
        for column in {"estimate", "fit", "floor"} & {one["name"] for one in tables[name]["columns"]}:
            at = [one["name"] for one in tables[name]["columns"]].index(column)
            written = {row[0] for row in tables[name]["rows"] if not isinstance(row[at], str)}
            assert written == {"Core civil society", "Freedom of expression (v14)", "Freedom from CSO repression"}, name


def test_every_series_that_may_be_drawn_only_is_on_the_page_of_a_country(monkeypatch):
    put_in_place(monkeypatch, closed_tables(4))
    text = "\n".join(bundle["text/plain"] for bundle in shown(monkeypatch, "country_profile"))
    alts = text[text.index("What the other measures ask") :]
    assert not [id for id in CLOSED if word(f"indicators.{id}.name", "en") not in alts]
    assert not [id for id in CLOSED if word(f"indicators.{id}.short", "en") not in text]
    assert "Legal barriers to NGOs" in alts and "Digital repression" in alts
    assert f"passing their values on: {len(CLOSED) + 2}." in text
