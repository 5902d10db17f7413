"""Figures as PNG: PDFium draws the PDF of a figure, and what it drew is written with a palette.

A drawing has few colours and wide areas without any. With a palette a pixel is one byte, and only runs of equal bytes
are packed, which takes little time; the file is smaller than one of red, green and blue.
"""

from __future__ import annotations

import io
import zlib

from ogp_analysis.base.errors import needs

#: Of a page 810 points wide, whatever the drawing: 2,025 pixels.
PIXELS_PER_INCH = 180
#: How far a colour may move, of 255 in red, green and blue; else the picture is not written with a palette.
_FURTHEST = 16


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
    from PIL import Image, ImageChops

    pngs = []
    for pdf in pdfs:
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0].render(scale=PIXELS_PER_INCH / 72, may_draw_forms=False)
            drawn, written = page.to_pil().convert("RGB"), io.BytesIO()
        coded = drawn.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        moved = ImageChops.difference(drawn, coded.convert("RGB")).getextrema()
        # Runs of equal bytes are found alike by every zlib and on every processor; other repetitions are not.
        few = max(furthest for _, furthest in moved) <= _FURTHEST
        (coded if few else drawn).save(written, "png", compress_type=zlib.Z_RLE if few else zlib.Z_DEFAULT_STRATEGY)
        pngs.append(written.getvalue())
    return pngs
