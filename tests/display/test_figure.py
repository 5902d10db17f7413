"""Figures carry caption and text alternative, and are the same whatever the machine and its user have set."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure as MatplotlibFigure

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.overview import side_by_side
from ogp_analysis.display.figure import NARROW_MIME, Figure, _slim, _steps, drawing
from ogp_analysis.publishing.pages.drawing import safe

#: Draws one figure and prints its SVG; run in processes of their own.
DRAW = """
import sys
import pandas as pd
from ogp_analysis.civic_space.figures.overview import side_by_side

own = pd.DataFrame({"year": range(2000, 2010), "value": [0.4, 0.6] * 5, "segment": 0})
sys.stdout.write(side_by_side({"CIV": own}, name="path", id="v2xcs_ccsi").svg())
sys.exit("pyplot is loaded" if "matplotlib.pyplot" in sys.modules else 0)
"""
HOSTILE = """
font.family: serif
font.size: 30
axes.grid: False
lines.linewidth: 9
figure.dpi: 300
savefig.dpi: 300
savefig.bbox: tight
svg.fonttype: none
svg.hashsalt: other
axes.prop_cycle: cycler('color', ['red'])
"""


def path(name: str, code: str = "KEN"):
    own = pd.DataFrame({"year": range(2000, 2003), "value": [0.4, 0.6, 0.5], "segment": 0})
    return side_by_side({code: own}, name=name, id="v2xcs_ccsi")


def drawn(**environment) -> str:
    """Return the SVG that a process with these variables draws, without loading pyplot."""
    known = {**os.environ, **environment}
    told = subprocess.run([sys.executable, "-c", DRAW], env=known, capture_output=True, check=True)
    assert told.stderr == b""
    return told.stdout.decode("utf-8")


@pytest.fixture(scope="module")
def usual() -> str:
    return drawn(PYTHONHASHSEED="0")


def test_a_figure_has_caption_alternative_and_language():
    ogp.use_language("es")
    figure = path("years")
    ogp.use_language("en")
    payload = figure.payload()
    assert "Kenia" in payload["caption"] and "Gráfica" in payload["alt"]
    assert (payload["name"], payload["language"], payload["redistribute"]) == ("years", "es", True)
    bundle = figure.outputs()[0][0]
    assert bundle["image/svg+xml"].startswith("<svg") and bundle[NARROW_MIME] == figure.svg(narrow=True)
    assert payload["alt"] in bundle["text/plain"]


def test_a_drawing_in_a_notebook_takes_the_width_of_its_cell_and_has_its_size_again_in_the_files():
    figure = path("years")
    shown = figure.outputs()[0][0]["image/svg+xml"]
    root = shown[: shown.index(">")]
    assert "viewBox" in root and " width=" not in root and " height=" not in root
    assert ElementTree.tostring(safe(shown)) == ElementTree.tostring(safe(figure.svg()))


@pytest.mark.parametrize(("caption", "alt"), [("", "a chart"), ("what it shows", " \n")])
def test_a_figure_without_caption_or_alternative_is_refused(caption, alt):
    with pytest.raises(MessageError, match="no caption or no text alternative"):
        Figure("bare", caption, alt, MatplotlibFigure(), "en")


def test_settings_of_the_user_and_the_hash_seed_change_no_byte(usual, tmp_path):
    (tmp_path / "matplotlibrc").write_text(HOSTILE, encoding="utf-8")
    assert drawn(MATPLOTLIBRC=str(tmp_path / "matplotlibrc"), MPLBACKEND="svg", PYTHONHASHSEED="1") == usual


def test_settings_of_the_session_change_no_byte_and_stay_as_they_were():
    before = path("c").svg()
    with mpl.rc_context({"font.size": 40, "axes.grid": False, "svg.hashsalt": "mine", "lines.linewidth": 8}):
        assert path("c").svg() == before
        assert mpl.rcParams["font.size"] == 40 and mpl.rcParams["svg.hashsalt"] == "mine"


def test_another_font_of_the_same_name_is_not_taken(usual, tmp_path):
    """A font of the machine that bears the name of ours, with other shapes."""
    ttlib = pytest.importorskip("fontTools.ttLib")
    font = ttlib.TTFont(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = "DejaVuSans" if record.nameID == 6 else "DejaVu Sans"
    folder = tmp_path / "share" / "fonts"
    folder.mkdir(parents=True)
    font.save(folder / "AAA.ttf")
    found = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    assert drawn(**found, PYTHONHASHSEED="4242") == usual
    [cache] = (tmp_path / "mpl").glob("fontlist-*.json")
    assert "AAA.ttf" in cache.read_text(encoding="utf-8"), "the other font was not seen, so nothing was tested"


def test_an_svg_has_no_clock_and_no_tool_in_it(usual):
    assert not re.search(r"<dc:date>|Matplotlib v|\d{2}:\d{2}:\d{2}", usual)
    assert ">2000</text>" in usual


@pytest.mark.parametrize(("keyword", "value"), [("id", "fiw_e2"), ("x", "wjp_3"), ("ids", ["v2xcs_ccsi", "fiw_e2"])])
def test_a_series_that_may_not_be_passed_on_marks_its_figure(keyword, value):
    @drawing
    def draw(**named):
        return "name", "caption", "alt", MatplotlibFigure()

    assert draw(**{keyword: value}).payload()["redistribute"] is False
    assert draw(id="v2xcs_ccsi").payload()["redistribute"] is True


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("M 1 2 \nL 3.5 2 \nL 3.5 -1.25 \nz\nM -4 -0.5 L -4.01 0 ", "M1 2l2.5 0l0-3.25zM-4-0.5l-0.01 0.5"),
        ("M 100.29 0.07 L 100.3 0.14", "M100.29 0.07l0.01 0.07"),
    ],
)
def test_a_straight_path_is_written_by_its_steps(path, steps):
    assert _steps(path) == steps


def test_a_path_with_curves_stays_as_it_is():
    svg = '<svg width="9pt" height="9pt"><path d="M 1 1 C 1 2 3 4 5 6 z"/><path d="M 1 1 L 2 2"/></svg>'
    assert 'd="M 1 1 C 1 2 3 4 5 6 z"' in _slim(svg) and 'd="M1 1l1 1"' in _slim(svg)
