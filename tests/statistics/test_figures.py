"""Names of columns are text from others: a drawing shows them as they stand."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

import ogp_analysis as ogp
from ogp_analysis.statistics.breaks import breaks
from ogp_analysis.statistics.did import did
from ogp_analysis.statistics.interrupted import interrupted
from ogp_analysis.statistics.ordered import ordered_logit
from ogp_analysis.statistics.placebos import placebo
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.synthetic import synthetic_control
from ogp_analysis.statistics.synthetic_did import synthetic_did

#: A formula that matplotlib cannot read, and markup.
NAME = r"$\foo$ <b>{x}</b>"


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    made = pd.DataFrame([(u, t) for u in (NAME, "b", "c") for t in range(2001, 2021)], columns=["unit", "t"])
    made[NAME], made["x" + NAME] = rng.normal(size=60).cumsum(), rng.normal(size=60)
    made["done"] = pd.Categorical(rng.choice(["none", NAME], 60), ["none", NAME], ordered=True)
    return made


def test_hostile_names_are_drawn_as_they_stand():
    own = frame()[frame()["unit"] == NAME]
    term, ask = "x" + NAME, {"outcome": NAME, "unit": "unit", "time": "t"}
    drawn = [
        ols(frame(), NAME, [term]).plot(),
        interrupted(own, NAME, "t", 2011).plot(),
        breaks(own, NAME, "t").plot(),
        ordered_logit(frame(), "done", [term]).plot(),
        placebo(frame(), NAME, "unit", "t", treated=NAME, event=2011).plot(),
        did(frame().assign(first=lambda f: f["unit"].map({NAME: 2011})), **ask, cohort="first").plot(),
        synthetic_control(frame(), **ask, treated=NAME, event=2011).plot(),
        synthetic_did(frame(), **ask, treated=NAME, event=2011).plot(),
    ]
    for figure in drawn:
        assert figure.svg().startswith("<") and "<b>" not in figure.svg()


def test_times_are_whole():
    own = frame()[frame()["unit"] == NAME]
    for sheet in interrupted(own, NAME, "t", 2011).plot().sheets:
        written = {text.get_text() for text in sheet.figure.texts}
        assert {"2005", "2010", "2015", "2020"} == {text for text in written if text.startswith("20")}


def test_hostile_names_are_tabled_as_they_stand():
    fit = ols(frame(), NAME, ["x" + NAME])
    assert "<b>" not in fit.table().outputs()[0][0]["text/html"]
    assert r"\$\textbackslash{}foo\$ \textless{}b" in fit.table().to_latex()


def test_a_row_aside_is_hollow_and_a_group_stands_apart():
    rows = pd.DataFrame(
        {"label": list("abcd"), "note": "", "value": 0.2, "low": 0.1, "high": 0.3, "group": list("xxyy")}
    )
    texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Themes"))
    axes = plt.figure().subplots()
    rows["aside"] = [False, True, False, True]
    ogp.statistics.estimates_by_row(rows, name="themes", texts=texts, unit="index", ax=axes)
    plt.close(axes.figure)
    marked = [one for one in axes.get_children() if isinstance(one, Line2D) and one.get_marker() == "o"]
    assert [to_hex(one.get_markerfacecolor()) == "#ffffff" for one in marked] == [False, True, False, True]
    first, second, third = np.diff([one.get_ydata()[0] for one in marked])
    assert first == third < second
