"""Figures as PNG: sharp, in the colours that were drawn, and the same bytes wherever they are made."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys

import numpy as np
import pytest

from ogp_analysis.publishing.pages import pixels
from ogp_analysis.publishing.pages.drawing import Drawing, pdf

pytest.importorskip("pypdfium2")
Image = pytest.importorskip("PIL.Image")

_TEXT = '<text x="20" y="{y}" style="font-size: 14px; font-family: \'DejaVu Sans\'; fill: {ink}">áéñ 0.35 — {y}</text>'


def drawn(inside: str, height: int = 200) -> bytes:
    """Return a figure of 400 by `height` on its own white ground as PDF."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="{height}" viewBox="0 0 400 {height}">'
        f'<path d="M0 0h400v{height}h-400z" style="fill: #ffffff"/>{inside}</svg>'
    )
    return pdf(Drawing("one", "A caption", "An alternative", svg, 400, height))


def inks(many: int) -> str:
    """Return texts, each in its own ink, and below them a field of each."""
    colours = [f"#{(37 * n) % 256:02x}{(91 * n + 40) % 256:02x}{(53 * n + 90) % 256:02x}" for n in range(many)]
    texts = [_TEXT.format(y=20 + 16 * n, ink=ink) for n, ink in enumerate(colours)]
    return "".join(texts) + "".join(
        f'<rect x="{200 + 9 * n}" y="10" width="6" height="60" fill="{ink}"/>' for n, ink in enumerate(colours)
    )


def opened(png: bytes):
    return Image.open(io.BytesIO(png))


def as_rendered(of: bytes) -> np.ndarray:
    """Return the pixels that PDFium draws of a PDF as it is."""
    import pypdfium2

    page = pypdfium2.PdfDocument(of)[0]
    return page.render(scale=pixels.PIXELS_PER_INCH / 72, prefer_bgrx=True).to_numpy()[..., 2::-1].astype(int)


def test_a_drawing_has_a_palette_and_its_usual_colours_are_exact():
    of = drawn('<rect x="40" y="40" width="200" height="90" fill="#3f6285"/>' + _TEXT.format(y=180, ink="#a3123a"))
    [png] = pixels.pngs([of])
    picture = opened(png)
    assert (picture.mode, picture.size[0]) == ("P", 2025)
    found = {colour for _, colour in sorted(picture.convert("RGB").getcolors(256), reverse=True)[:2]}
    assert found == {(255, 255, 255), (0x3F, 0x62, 0x85)}
    assert (0xA3, 0x12, 0x3A) in {colour for _, colour in picture.convert("RGB").getcolors(256)}


def test_shades_that_find_no_place_in_the_palette_move_less_than_the_eye_sees():
    of = drawn(inks(11))
    [png] = pixels.pngs([of])
    picture, wanted = opened(png), as_rendered(of)
    assert picture.mode == "P" and len(np.unique(wanted @ [1 << 16, 1 << 8, 1])) > 4 * 256
    moved = np.abs(np.asarray(picture.convert("RGB")).astype(int) - wanted).max(axis=2)
    assert 0 < moved.max() <= 16 and (moved > 4).mean() < 0.01
    # The fields are as they were drawn, for any eye.
    assert moved[200, 1000:2000].max() <= 5


def test_a_picture_of_more_colours_than_a_palette_stands_for_keeps_them_all():
    stops = "".join(f'<stop offset="{n / 6}" stop-color="{c}"/>' for n, c in enumerate(
        ("#ff0000", "#ffff00", "#00ff00", "#00ffff", "#0000ff", "#ff00ff", "#ff0000")))  # fmt: skip
    fades = "".join(
        f'<rect x="0" y="{5 * n}" width="400" height="5" fill="#000000" fill-opacity="{n / 40}"/>' for n in range(40)
    )
    of = drawn(
        f'<defs><linearGradient id="a">{stops}</linearGradient></defs>'
        f'<rect width="400" height="200" fill="url(#a)"/>{fades}'
    )
    [png] = pixels.pngs([of])
    assert opened(png).mode == "RGB"
    assert np.abs(np.asarray(opened(png)) - as_rendered(of)).max() <= 1


def test_a_drawing_of_nothing_is_white():
    [png] = pixels.pngs([drawn("")])
    assert opened(png).convert("RGB").getcolors() == [(np.prod(opened(png).size), (255, 255, 255))]


def test_pictures_come_in_the_order_of_their_figures_whatever_the_size_of_the_one_before():
    made = [drawn(inks(n), height) for n, height in ((1, 300), (2, 100), (3, 400), (4, 200))]
    assert len(set(pixels.pngs(made))) == 4 and pixels.pngs([]) == []
    assert pixels.pngs(made) == [one for of in made for one in pixels.pngs([of])]


def test_another_process_with_other_hashes_and_threads_makes_the_same_bytes(tmp_path):
    of = drawn(inks(11))
    (tmp_path / "one.pdf").write_bytes(of)
    code = (
        "import sys, hashlib; from pathlib import Path; from ogp_analysis.publishing.pages import pixels;"
        "print(hashlib.sha256(pixels.pngs([Path(sys.argv[1]).read_bytes()])[0]).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code, tmp_path / "one.pdf"], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed, "NPY_DISABLE_CPU_FEATURES": features},
        ).stdout.strip()
        for seed, features in (("1", ""), ("2", "AVX2 AVX512F AVX512_SKX"))
    }  # fmt: skip
    assert told == {hashlib.sha256(pixels.pngs([of])[0]).hexdigest()}
