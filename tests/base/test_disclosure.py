"""Values that may be drawn only: they come out as a drawing or without their scale, and in no other way."""

from __future__ import annotations

import ast
import copy
import json
import pickle
from pathlib import Path

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.disclosure import Withheld, drawn_only, uncovered
from ogp_analysis.base.errors import DisclosureError, MessageError
from ogp_analysis.base.words import sentence
from ogp_analysis.base.words.sentence import count, facts, index, year
from ogp_analysis.civic_space.figures.overview import distribution_by_year
from ogp_analysis.display.lines import LineChart, Plot
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.statistics.agreement import spearman
from ogp_analysis.statistics.change import all_changes, dispersion, path

PACKAGE = Path(ogp.__file__).parent
FRAME = pd.DataFrame({"iso3": ["AAA", "BBB", "CCC", "DDD", "EEE"], "fiw_e2": [1.25, 2.5, 3.75, 0.5, 3.0],
                      "v2xcs_ccsi": [0.1, 0.2, 0.3, 0.4, 0.5]})  # fmt: skip


@pytest.fixture
def secret() -> Withheld:
    return Withheld(FRAME, ["fiw_e2"])


@pytest.mark.parametrize(
    "ask",
    [
        lambda w: w["fiw_e2"],
        lambda w: w.fiw_e2,
        lambda w: w.to_csv(),
        lambda w: list(w),
        lambda w: len(w),
        lambda w: bool(w),
        lambda w: float(w),
        lambda w: w + 1,
        lambda w: w == 1,
        lambda w: w < 1,
        lambda w: pickle.dumps(w),
        lambda w: copy.copy(w),
        lambda w: f"{w:.3f}",
        lambda w: facts(w),
        lambda w: sentence("panel.table.cohorts", indicator="y", first=1, last=2, n=w, members=1),
        lambda w: table("a", "b", w, {"fiw_e2": Heading("value", "index")}),
        lambda w: Table("a", "b", w, {"fiw_e2": Heading("value", "index")}, "en"),
        lambda w: table("a", "b", pd.DataFrame({"x": [w]}), {"x": Heading("value")}).payload(),
        lambda w: path(w, "AAA"),
        lambda w: dispersion(w),
        lambda w: all_changes(w, 2013, 2023),
    ],
)
def test_whoever_asks_for_the_values_gets_a_fault_that_names_the_series(secret, ask):
    with pytest.raises(DisclosureError, match="values of fiw_e2: may be drawn, but not"):
        ask(secret)


@pytest.mark.parametrize("write", [json.dumps, pd.DataFrame, pd.Series])
def test_no_library_can_write_them(secret, write):
    made = None
    try:
        made = write(secret)
    except (DisclosureError, TypeError, ValueError):
        return
    with pytest.raises(DisclosureError):
        made.to_csv()


def test_what_is_shown_of_them_is_a_name(secret):
    assert repr(secret) == str(secret) == "<values of fiw_e2: drawn only>"
    # A notebook asks for a richer display before it takes this one: there is none, and asking is not a fault.
    assert not hasattr(secret, "_repr_html_") and not hasattr(secret, "_ipython_display_")


def test_what_is_computed_from_them_is_withheld_too_with_the_names_of_all(secret):
    doubled = secret.pipe(lambda frame, other: frame["fiw_e2"] + other, Withheld(1.0, ["wjp_46"]))
    assert isinstance(doubled, Withheld) and doubled.ids == ("fiw_e2", "wjp_46")
    assert uncovered((doubled,), {})[0][0].tolist() == [2.25, 3.5, 4.75, 1.5, 4.0]


def test_arguments_are_laid_open_in_lists_and_dictionaries(secret):
    args, kwargs, ids = uncovered(([secret, 1],), {"by": {"a": secret}, "n": 2})
    assert args[0][0] is FRAME and kwargs["by"]["a"] is FRAME and ids == ("fiw_e2",)


def test_a_rank_correlation_has_no_scale_and_may_be_said(secret):
    link = spearman(secret, "fiw_e2", "v2xcs_ccsi")
    assert link.rho == spearman(FRAME, "fiw_e2", "v2xcs_ccsi").rho and link.n == 5


def test_a_sentence_inside_a_drawing_states_no_number_of_the_scale():
    values = {"place": "x", "indicator": "y", "year": year(2020), "value": index(1.0), "low": index(0.5)}
    values["high"] = index(1.5)
    assert sentence("figures.bounded.alt", **values).plain()
    with drawn_only(("fiw_e2",)), pytest.raises(DisclosureError, match=r"'value'.*of a drawing of fiw_e2"):
        sentence("figures.bounded.alt", **values)
    with drawn_only(("fiw_e2",)):
        counted = {"indicator": "y", "region": "z", "n": count(3), "first": year(2000), "last": year(2001)}
        assert sentence("figures.distribution.caption", **counted).plain()
    assert sentence("figures.bounded.alt", **values).plain()


def test_a_figure_of_withheld_values_is_marked_and_its_words_hold_none(secret):
    quantiles = pd.DataFrame({"year": [2020, 2021], "p10": 1.111, "q1": 2.222, "median": 3.333, "q3": 4.444,
                              "p90": 5.555, "n": 7, "segment": 0})  # fmt: skip
    with pytest.raises(DisclosureError, match="states 'start', 'end'"):
        distribution_by_year(Withheld(quantiles, ["wjp_3"]), name="a", id="v2xcs_ccsi", region="world")
    with pytest.raises(DisclosureError):
        sentence("panel.table.cohorts", indicator="y", first=1, last=2, n=Withheld(1, ["wjp_3"]), members=1)
    texts = {part: {"en": part, "es": part} for part in ("title", "about", "source", "caption", "alt")}
    drawn = ogp.figure(scatter, Withheld(FRAME, ["fiw_e2"]), Withheld(2.123, ["fiw_e2"]), name="b", texts=texts)
    assert drawn.payload()["redistribute"] is False and "<svg" in drawn.svg()
    with pytest.raises(MessageError, match="<values of fiw_e2: drawn only>"):
        ogp.figure(
            scatter, FRAME, 0.5, name="b", texts=texts | {"title": ogp.say("{x}", x=Withheld(2.123, ["fiw_e2"]))}
        )


def scatter(rows: pd.DataFrame, cut: float) -> LineChart:
    points = pd.DataFrame({"x": rows["fiw_e2"], "y": rows["v2xcs_ccsi"], "colour": "own", "hollow": False})
    return LineChart([Plot([], (0, 4), (0, 1), xticks=4, points=points, cuts=(cut, 0.3))])


def test_a_table_headed_by_a_series_that_may_be_drawn_only_is_refused():
    with pytest.raises(DisclosureError, match="has a column of values of fiw_e2"):
        table("a", "b", pd.DataFrame({"x": [1.0]}), {"x": Heading("indicators.fiw_e2.short", "index", 3)})
    assert table("a", "b", pd.DataFrame({"x": [1.0]}), {"x": Heading("indicators.v2xcs_ccsi.short", "index", 3)})


#: Where values that are withheld may be laid open: in the two kinds of function that may see them.
OPENERS = {"base/disclosure.py", "display/figure.py"}


def test_only_drawings_and_what_is_marked_scale_free_can_see_them():
    seen = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        names = {n.id for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Name)}
        attributes = {n.attr for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Attribute)}
        if "uncovered" in names or "_content" in attributes:
            seen[file.relative_to(PACKAGE).as_posix()] = True
    assert set(seen) == OPENERS


def test_what_stands_on_the_scale_goes_where_a_value_was_withheld_and_nowhere_else(secret):
    @ogp.scale_free(without=("mean",))
    def described(rows):
        return {"n": len(rows), "mean": rows["fiw_e2"].mean()}

    @ogp.scale_free
    def counted(rows):
        return {"n": len(rows), "mean": "not on the scale"}

    assert described(FRAME) == {"n": 5, "mean": 2.2} and described(secret) == {"n": 5, "mean": None}
    assert counted(secret) == counted(FRAME) == {"n": 5, "mean": "not on the scale"}


def test_the_functions_marked_scale_free_are_these():
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            marks = [ast.unparse(d).split("(")[0] for d in getattr(node, "decorator_list", ())]
            found += [node.name] if "scale_free" in marks else []
    assert sorted(found) == ["spearman"]
