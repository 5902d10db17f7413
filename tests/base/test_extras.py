"""What the library alone does not bring: one sentence names the extra, and all else works without it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ogp_analysis.base.errors import MissingExtra


@pytest.mark.parametrize("command", ["run", "status", "render", "normalise", "verify", "cite"])
def test_a_command_that_needs_an_extra_names_it_in_one_sentence(command, tmp_path):
    words = {"run": ["country_profile"], "status": []}.get(command, ["."])
    code = "import sys; sys.modules['papermill'] = None; from ogp_analysis.__main__ import main; sys.exit(main())"
    told = subprocess.run([sys.executable, "-c", code, command, *words], cwd=tmp_path, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "Running notebooks and making reports: 1 of 8 packages it needs are not installed, 'papermill'. "
        "Install the extra: pip install 'ogp-analysis[notebooks]'.\n"
    )


@pytest.mark.parametrize("absent", ["PIL", "pypdfium2", "typst"])
def test_drawing_png_names_its_extra(monkeypatch, absent):
    from ogp_analysis.publishing.pages import pixels

    monkeypatch.setitem(sys.modules, absent, None)
    named = rf"1 of 3 packages it needs are not installed, '{absent}'. Install the extra: .*ogp-analysis\[pdf\]"
    with pytest.raises(MissingExtra, match=named):
        pixels.pngs([b"%PDF"])
