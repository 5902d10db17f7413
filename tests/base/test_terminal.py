"""What a file is called never moves the cursor of whoever reads about it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile

import pytest

from ogp_analysis.base.terminal import Escaped, drawn_on

EVIL = "\x1b]0;PWN\x07\x1b[2J\u202ea"


def test_control_and_direction_characters_are_shown_by_their_codes_and_lines_stay():
    below = io.StringIO()
    stream = Escaped(below)
    assert print(f"{EVIL}\tñ\r", file=stream) is None
    assert below.getvalue() == "\\x1b]0;PWN\\x07\\x1b[2J\\u202ea\tñ\\r\n"
    assert drawn_on(stream) is below and drawn_on(below) is below


@pytest.mark.parametrize("how", ["member", "file", "argument", "folder"])
def test_no_command_sends_a_name_to_the_terminal_as_it_is(tmp_path, how):
    """An unknown layout inside an archive, a file of that name, and a name that is not there."""
    content = "a,b\n1,2\n"
    words = ["clean", "--out", str(tmp_path / "out")]
    if how == "member":
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr(f"{EVIL}.json", '{"releases": [')
        words += [str(tmp_path / "x.zip"), "--as", "ocds"]
    elif how == "file":
        (tmp_path / f"{EVIL}.csv").write_text(content)
        words.append(str(tmp_path / f"{EVIL}.csv"))
    elif how == "folder":
        (tmp_path / "reports").mkdir()
        (tmp_path / "reports" / EVIL).write_text("x")
        words = ["verify", str(tmp_path / "reports" / EVIL)]
    else:
        words = ["cite", EVIL]
    told = subprocess.run(
        [sys.executable, "-m", "ogp_analysis", *words], capture_output=True, cwd=tmp_path,
        env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    said = (told.stdout + told.stderr).decode()
    assert told.returncode in (1, 2) and "Traceback" not in said
    assert "\\x1b]0;PWN" in said and not {"\x1b", "\x07", "\u202e"} & {*said}
