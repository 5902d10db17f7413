"""Figures as PNG: PDFium draws the PDF of a figure, and what it drew is written with a palette.

A drawing has few colours and wide areas without any. With a palette a pixel is one byte, and only runs of equal bytes
are packed, which takes little time; the file is smaller than one of red, green, blue and opacity.
"""

from __future__ import annotations

import io
import math
import re
import zlib
from functools import partial

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import needs

#: Of a page 810 points wide, whatever the drawing: 2,025 pixels.
PIXELS_PER_INCH = 180
_ENTRIES = 256
#: How many of a palette's entries are for the most usual colours: ground, areas, lines, text. The rest are for shades.
_USUAL = 64
#: Pillow looks colours up by six bits of red, green and blue each. So no two entries of a palette agree in all of them.
_CELL = 0xFCFCFC
#: A drawing has fewer cells. A photograph has more, and is not written with a palette.
_MOST_CELLS = 4096
#: How far a colour may move, of 255 in red, green and blue; else the picture is not written with a palette.
_FURTHEST = 16
_WHITE = 0xFFFFFF
_PROFILE = re.compile(rb"\[/ICCBased (\d+) 0 R\]")


def pngs(pdfs: list[bytes]) -> list[bytes]:
    """Return the page of each figure's PDF as PNG at :data:`PIXELS_PER_INCH` on white; the same bytes for the same PDF.

    Parameters
    ----------
    pdfs : list of bytes
        As :func:`ogp_analysis.publishing.pages.drawing.pdf` returns them.

    Raises
    ------
    MissingExtra
        If the extra ``pdf`` is not installed.
    """
    needs("pdf")
    import pypdfium2
    from PIL import Image

    pngs, scale, room = [], PIXELS_PER_INCH / 72, np.empty(0, "u1")
    for pdf in pdfs:
        with pypdfium2.PdfDocument(_without_profiles(pdf)) as document:
            page = document[0]
            width, height = (math.ceil(side * scale) for side in page.get_size())
            # Memory that was used for one picture is at hand for the next; new memory costs as much as drawing.
            room = room if len(room) >= 4 * width * height else np.empty(4 * width * height, "u1")
            drawn = page.render(
                scale=scale,
                prefer_bgrx=True,
                may_draw_forms=False,
                bitmap_maker=partial(pypdfium2.PdfBitmap.new_native, buffer=np.ctypeslib.as_ctypes(room)),
            )
        pixels, written = drawn.to_numpy(), io.BytesIO()
        found = _with_palette(pixels.view("<u4")[..., 0])
        if found is None:
            Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1])).save(written, "png")
        else:
            places, palette = found
            image = Image.frombuffer("P", (drawn.width, drawn.height), places, "raw", "P", 0, 1)
            image.putpalette(_bytes(palette))
            # Runs of equal bytes are found alike by every zlib and on every processor; other repetitions are not.
            image.save(written, "png", compress_type=zlib.Z_RLE)
        pngs.append(written.getvalue())
    return pngs


def _without_profiles(pdf: bytes) -> bytes:
    """Return a PDF that names the colours of a screen where it points to a profile that describes them.

    PDFium works out every profile anew, which takes it as long as the drawing, and comes to the same pixels (in a
    gradient to within one of 255). Names are filled up with spaces, so that every object stays in its place.
    """

    def named(found: re.Match) -> bytes:
        profile = re.search(rb"\n%s 0 obj\n<<[^>]*/N ([13])\b" % found[1], pdf)
        name = {b"1": b"/DeviceGray", b"3": b"/DeviceRGB"}[profile[1]] if profile else found[0]
        return name.ljust(len(found[0]))

    return _PROFILE.sub(named, pdf)


def _with_palette(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the place in a palette of each pixel, and the palette; None if no palette can stand for the pixels.

    Usual colours are in the palette as they are. Of a cell only the most usual is, and shades that find no place of
    their own, as at the edges of letters, are drawn in the nearest.
    """
    from PIL import Image

    coloured = pixels != 0xFF000000 | _WHITE
    codes, colours = pd.factorize(pixels[coloured])
    often = np.argsort(-np.bincount(codes), kind="stable")
    colours = np.r_[np.uint32(_WHITE), colours & _WHITE]
    palette = _one_of_each_cell(np.r_[colours[:1], colours[1:][often]])
    if len(palette) > _MOST_CELLS:
        return None
    if len(palette) > _ENTRIES:
        shades = Image.frombytes("RGB", (len(palette) - _USUAL, 1), _bytes(palette[_USUAL:]))
        chosen = shades.quantize(_ENTRIES - _USUAL, Image.Quantize.MAXCOVERAGE).getpalette()
        red, green, blue = np.array(chosen[: 3 * (_ENTRIES - _USUAL)], "u4").reshape(-1, 3).T
        palette = _one_of_each_cell(np.r_[palette[:_USUAL], red << 16 | green << 8 | blue])
    cells = Image.new("P", (1, 1))
    cells.putpalette(_bytes(palette & _CELL))
    strip = Image.frombytes("RGB", (len(colours), 1), _bytes(colours))
    nearest = np.asarray(strip.quantize(palette=cells, dither=Image.Dither.NONE))[0]
    moved = np.frombuffer(_bytes(palette[nearest]), "u1").astype(int) - np.frombuffer(_bytes(colours), "u1")
    if np.abs(moved).max() > _FURTHEST:
        return None
    places = np.zeros(pixels.shape, "u1")  # white, the first of the palette
    places[coloured] = nearest[1:][codes]
    return places, palette


def _one_of_each_cell(colours: np.ndarray) -> np.ndarray:
    """Return the first colour of each cell, in their order."""
    return colours[np.sort(np.unique(colours & _CELL, return_index=True)[1])]


def _bytes(colours: np.ndarray) -> bytes:
    """Return red, green and blue of each colour."""
    return np.stack([colours >> 16, colours >> 8, colours], axis=-1).astype("u1").tobytes()
