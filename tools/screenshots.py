"""Pictures for the documentation: ``python tools/screenshots.py`` after ``make report`` and ``make paper``.

It writes the files of docs/images: of pages of reports, and of the first pages of PDF files; and into docs/pages.md how
high a page of each kind is, and where its first picture begins.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "pages.md"
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
#: Where heights stand in docs/pages.md.
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
#: The first picture of a page, and the whole page, in pixels.
MEASURED = """() => {
  const top = (image) => Math.round(image.getBoundingClientRect().top);
  const first = [...document.querySelectorAll('main img, main canvas')].find((image) => image.clientHeight > 60);
  return [document.documentElement.scrollHeight, first ? top(first) : null];
}"""
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
            keep(folder / f"{name}.png", Image.open(io.BytesIO(page.screenshot())))
            page.close()
        measured = table(browser)
        browser.close()
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{measured}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    for name, pattern in FIGURES.items():
        [figure, *_] = sorted((ROOT / "reports").glob(pattern))
        (folder / f"{name}.svg").write_bytes(figure.read_bytes())
    for name, pattern in FIRST_PAGES.items():
        found = sorted(ROOT.glob(pattern))
        if not found:
            sys.exit(f"{pattern}: no such file. Run make report and make paper first.")
        keep(folder / f"{name}.png", pypdfium2.PdfDocument(found[0])[0].render(scale=110 / 72).to_pil())


def table(browser) -> str:
    """Return, of the first page of each kind, its height and where its first picture begins, on two screens."""
    reports = ROOT / "reports"
    kinds = {one.parents[2].name: one for one in sorted(reports.glob("*/*/en/index.html"), reverse=True)}
    kinds = {"front page": reports / "index.html", "explorer": reports / "explore.html"} | dict(sorted(kinds.items()))
    rows = ["| page | height at 1,280 | first picture | height at 390 | first picture | kB |", "|" + "---|" * 6]
    for kind, file in kinds.items():
        seen = []
        for width in (1280, 390):
            page = browser.new_page(viewport={"width": width, "height": 900}, locale="en-US")
            page.goto(file.as_uri())
            page.wait_for_timeout(300)
            seen += [f"{one:,}" if one is not None else "none" for one in page.evaluate(MEASURED)]
            page.close()
        name = f"`{kind}`" if kind in {one.parent.parent.name for one in reports.glob("*/*/run.json")} else kind
        rows.append(f"| {name} | {' | '.join(seen)} | {file.stat().st_size // 1000:,} |")
    return "\n".join(rows)


def keep(place: Path, screen: Image.Image) -> None:
    """Write a picture as small as a page of text and lines can be."""
    picture = screen.convert("RGB")
    picture.thumbnail((WIDEST, 2 * WIDEST))
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(place, optimize=True)


if __name__ == "__main__":
    main()
