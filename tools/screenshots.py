"""Pictures of pages for the documentation: ``python tools/screenshots.py`` after ``make report`` writes docs/images."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
#: Name of the picture: pattern of the page below ``reports``, width and height of the screen, colours.
PICTURES = {
    "front-page": ("index.html", 1280, 1500, "light"),
    "country-mexico": ("country_profile/MEX-embedded-2017-*-en-*/index.html", 1280, 1500, "light"),
    "world-map-es": ("civic_space_overview/*-es-*/index.html", 1280, 1500, "light"),
    "spyware-dark": ("spyware_and_civic_space/*-en-*/index.html", 1280, 1500, "dark"),
    "explorer": ("explore.html", 1280, 1100, "light"),
    "telephone-es": ("country_profile/MEX-embedded-2017-*-es-*/index.html", 390, 1500, "light"),
}
#: Pixels across at most: pages are text and lines, which need no more to be recognised.
WIDEST = 900


def main() -> None:
    """Write a picture of each kind of page."""
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
            picture = Image.open(io.BytesIO(page.screenshot()))
            picture.thumbnail((WIDEST, 2 * WIDEST))
            picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(folder / f"{name}.png", optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
