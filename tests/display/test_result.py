"""What a result shows as the last line of a cell, and in which languages."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.terminal import SCREEN
from ogp_analysis.base.words import language, say, speaking
from ogp_analysis.base.words.catalogue import IN_LANGUAGES, VARIABLE
from ogp_analysis.display.figure import drawing
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, table


@pytest.fixture
def shown(monkeypatch) -> list:
    """What is shown: things, or of those made here data and metadata."""
    things: list = []

    def display(*more, raw: bool = False, metadata: dict | None = None) -> None:
        things.extend((one, metadata) for one in more) if raw else things.extend(more)

    monkeypatch.setattr("IPython.display.display", display)
    return things


@dataclass(frozen=True)
class Frame(Shown):
    frame: pd.DataFrame


@dataclass(frozen=True)
class Spoken(Frame):
    key: str

    def text(self) -> Parts:
        return Parts([say(self.key)] if self.key else [])


def test_a_result_shows_what_it_says_and_its_frame_only_if_it_can_say_draw_and_table_nothing(shown):
    frame = pd.DataFrame({"x": [1]})
    with speaking("en"):
        Spoken(frame, "scan.limit")._ipython_display_()
        [(data, metadata)] = shown
        assert data["text/plain"] == say("scan.limit").plain() and metadata == {}
    shown.clear()
    Frame(frame)._ipython_display_()
    assert shown[0] is frame
    shown.clear()
    Spoken(frame, "")._ipython_display_()
    assert shown == []


def test_a_result_is_stated_in_short():
    @dataclass(frozen=True)
    class Many(Frame):
        records: tuple = ()

    text = repr(Many(pd.DataFrame({"x": range(100)}), tuple(range(1000))))
    assert "records=(0, 1, 2, 3, 4, 5, ...)" in text and len(text) < 300


@pytest.mark.parametrize(("here", "other"), [("en", "es"), ("es", "en")])
def test_an_output_carries_the_language_that_is_not_shown(shown, monkeypatch, here, other):
    monkeypatch.setenv(VARIABLE, here)
    with speaking(None):
        Spoken(pd.DataFrame(), "scan.limit")._ipython_display_()
    [(data, metadata)] = shown
    carried = metadata[IN_LANGUAGES]
    assert carried["shown"] == here and set(carried) == {"shown", other}
    for spoken, text in ((here, data["text/plain"]), (other, carried[other]["data"]["text/plain"])):
        with speaking(spoken):
            assert text == say("scan.limit").plain()


def test_parts_of_a_result_carry_it_too_when_they_are_shown_alone(shown):
    with speaking(None):
        [part] = Spoken(pd.DataFrame(), "scan.limit").text()
        part._ipython_display_()
    assert "es" in shown[0][1][IN_LANGUAGES]


def test_a_terminal_shows_one_screen(shown, monkeypatch, capsys):
    frame = pd.DataFrame({"x": range(200)})
    long = Parts([table("long", "Many rows", frame, {"x": Heading("file")}), *[say("scan.limit")] * 30])
    lines, columns = SCREEN
    for text in (repr(long), repr(long[0])):
        assert text.startswith("Many rows") and "more lines" in text.splitlines()[-1]
        assert len(text.splitlines()) == lines + 1 and max(map(len, text.splitlines())) <= columns
    monkeypatch.setattr("IPython.get_ipython", type("TerminalInteractiveShell", (), {}))
    long._ipython_display_()
    assert shown == [] and capsys.readouterr().out == repr(long) + "\n"


def test_a_thing_with_more_outputs_in_one_language_is_a_fault(shown):
    class Odd(Shown):
        def text(self) -> Parts:
            return Parts([say("scan.limit")] * (1 if language() == "en" else 2))

    with speaking(None), pytest.raises(MessageError, match="Parts: has 2 parts in 'es' and 1 in another language"):
        Odd()._ipython_display_()


def test_axes_of_a_user_are_drawn_on_once_and_captioned_in_both_languages(shown):
    @drawing
    def line(frame: pd.DataFrame):
        return "one", say("scan.limit").plain(), "A line", lambda ax: ax.plot(frame["x"], frame["y"]) and None

    with speaking(None):
        _, axes = plt.subplots()
        figure = line(pd.DataFrame({"x": [0, 1], "y": [1, 0]}), ax=axes)
        figure._ipython_display_()
        assert len(axes.lines) == 1
        plt.close("all")
    carried = shown[0][1][IN_LANGUAGES]["es"]["data"]
    assert carried["image/svg+xml"] == shown[0][0]["image/svg+xml"]
    assert carried["text/plain"] != shown[0][0]["text/plain"]
