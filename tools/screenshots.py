"""Pictures for the documentation: ``python tools/screenshots.py`` after ``make report`` and ``make paper``.

It writes the files of docs/images: of pages of reports, and of the first pages of PDF files.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
#: Name of the picture: pattern of the page below ``reports``, width and height of the screen, colours.
PICTURES = {
    "front-page": ("index.html", 1280, 1500, "light"),
    "country-mexico": ("country_profile/MEX-embedded-2017-*/en/index.html", 1280, 1500, "light"),
    "world-map-es": ("civic_space_overview/*/es/index.html", 1280, 1500, "light"),
    "spyware-dark": ("spyware_and_civic_space/*/en/index.html", 1280, 1500, "dark"),
    "explorer": ("explore.html", 1280, 1100, "light"),
    "telephone-es": ("country_profile/MEX-embedded-2017-*/es/index.html", 390, 1500, "light"),
}
#: Name of the picture: pattern of a figure, which is copied.
FIGURES = {
    "world": "civic_space_overview/*-world-*/en/figures/map.svg",
    "mexico": "country_profile/MEX-embedded-2017-*/en/figures/core_index.svg",
    "surveillance": "surveillance_contracting/*/en/figures/contracts_timeline.svg",
}
#: Name of the picture: pattern of a PDF file, of which the first page is shown.
FIRST_PAGES = {
    "paper": "build/paper/paper.pdf",
    "report-pdf": "reports/shock_case_study/MEX-*-2017-06-19-*/en/report.pdf",
}
#: Pixels across at most: pages are text and lines, which need no more to be recognised.
WIDEST = 900


def main() -> None:
    """Write a picture of each kind of page, and of the first page of each PDF."""
    folder = ROOT / "docs" / "images"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (pattern, width, height, scheme) in PICTURES.items():
            found = sorted((ROOT / "reports").glob(pattern))
            if not found:
                sys.exit(f"reports/{pattern}: no such page. Run make report first.")
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(found[0].as_uri())
            page.wait_for_timeout(300)
            keep(folder / f"{name}.png", page.screenshot())
            page.close()
        browser.close()
    for name, pattern in FIGURES.items():
        [figure, *_] = sorted((ROOT / "reports").glob(pattern))
        (folder / f"{name}.svg").write_bytes(figure.read_bytes())
    for name, pattern in FIRST_PAGES.items():
        found = sorted(ROOT.glob(pattern))
        if not found:
            sys.exit(f"{pattern}: no such file. Run make report and make paper first.")
        line = ["pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", str(found[0])]
        keep(folder / f"{name}.png", subprocess.run(line, capture_output=True, check=True).stdout)


def keep(place: Path, screen: bytes) -> None:
    """Write a picture as small as a page of text and lines can be."""
    picture = Image.open(io.BytesIO(screen)).convert("RGB")
    picture.thumbnail((WIDEST, 2 * WIDEST))
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(place, optimize=True)


if __name__ == "__main__":
    main()
