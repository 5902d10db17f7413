"""What a result shows as the last line of a cell."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from ogp_analysis.base.words import say
from ogp_analysis.display.result import Parts, Shown


@pytest.fixture
def shown(monkeypatch) -> list:
    things: list = []
    monkeypatch.setattr("IPython.display.display", lambda *more: things.extend(more))
    return things


@dataclass(frozen=True)
class Frame(Shown):
    frame: pd.DataFrame


@dataclass(frozen=True)
class Spoken(Frame):
    said: Parts

    def text(self) -> Parts:
        return self.said


def test_a_result_shows_what_it_says_and_its_frame_only_if_it_can_say_draw_and_table_nothing(shown):
    frame = pd.DataFrame({"x": [1]})
    headline = say("process.headline")
    Spoken(frame, Parts([headline]))._ipython_display_()
    assert shown == [headline]
    shown.clear()
    Frame(frame)._ipython_display_()
    assert shown[0] is frame
    shown.clear()
    Spoken(frame, Parts())._ipython_display_()
    assert shown == []
