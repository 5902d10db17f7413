from __future__ import annotations

import io

import pytest

from ogp_analysis.base.errors import DownloadError
from ogp_analysis.data.sources.download import Step, Terminal, fetch


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_a_file():
    log = io.StringIO()
    show = Terminal(log)
    for step in (
        Step("s/1/a", 1, 2, 0, 9),
        Step("s/1/a", 1, 2, 9, 9, "downloaded"),
        Step("s/1/b", 2, 2, 0, 5, "is gone."),
    ):
        show(step)
    assert log.getvalue() == "1/2 s/1/a: downloaded\n2/2 s/1/b: is gone.\n"


def test_a_terminal_gets_a_bar_and_keeps_what_happened():
    screen = Screen()
    show = Terminal(screen)
    show(Step("s/1/a", 1, 2, 512, 1024))
    assert "1/2 s/1/a" in screen.getvalue() and "512/1.00k" in screen.getvalue()
    show(Step("s/1/a", 1, 2, 1024, 1024, "downloaded"))
    show(Step("s/1/b", 2, 2, 7, 7, "already there"))
    assert "s/1/a: downloaded\n" in screen.getvalue() and "already there" not in screen.getvalue()


def test_a_fetch_tells_every_file_and_ends_each_with_an_outcome(folder, web, monkeypatch):
    monkeypatch.delenv("OGP_ANALYSIS_MIRROR", raising=False)
    body = b"x" * 600_000
    folder.add({"there.csv": b"1"})
    place = folder.root / "letters" / "1"
    folder.add(
        {"there.csv": b"1", "web.csv": body, "gone.csv": b"2"},
        write=False,
        per_file={"web.csv": {"url": web.serve("/web.csv", body)}},
    )
    steps: list[Step] = []
    with pytest.raises(DownloadError):
        fetch("letters", progress=steps.append, root=folder.root)
    ends = [(s.label.rsplit("/", 1)[1], s.number, s.count, s.outcome[:18]) for s in steps if s.outcome]
    assert ends == [
        ("there.csv", 1, 3, "already there"),
        ("web.csv", 2, 3, "downloaded"),
        ("gone.csv", 3, 3, "has no address tha"),
    ]
    middle = [s.done for s in steps if s.label.endswith("web.csv") and not s.outcome]
    assert len(middle) > 1 and middle == sorted(middle) and middle[-1] == len(body)
    assert (place / "web.csv").stat().st_size == len(body)
