"""Hand-made executed notebooks, with words of their own so that no real message is tied to them."""

from __future__ import annotations

import base64
import io
import json
import shutil

import pandas as pd
import pytest
from matplotlib.figure import Figure

from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, count, index, rank, sentence, year
from ogp_analysis.display.figure import drawing
from ogp_analysis.display.table import Heading, table
from ogp_analysis.publishing.citation import Identity

TEXTS = {
    "en": {
        "headline": "Civic space in {country} is {level}",
        "now": "In {last_year} the index of {country} was **{value}** ({low} to {high}).",
        "rank": "That is rank **{rank}** of {n}.",
        "limit": "None of this says why.",
        "coverage": "The sample holds {n} country-years.",
    },
    "es": {
        "headline": "El espacio cívico en {country} es {level}",
        "now": "En {last_year} el índice de {country} fue de **{value}** ({low} a {high}).",
        "rank": "Es el lugar **{rank}** de {n}.",
        "limit": "Nada de esto dice por qué.",
        "coverage": "La muestra tiene {n} años-país.",
    },
}
COLUMNS = {
    "en": {"country": "Country", "year": "Year", "value": "Index", "since": "Since"},
    "es": {"country": "País", "year": "Año", "value": "Índice", "since": "Desde"},
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def speak(patch) -> None:
    """Give the messages the words and numbers of the sample."""
    tree = catalogue.tree

    def with_sample(area: str, language: str) -> dict:
        if area == "sample":
            return TEXTS[language]
        found = tree(area, language)
        return {**found, "column": {**found["column"], **COLUMNS[language]}} if area == "tables" else found

    patch.setattr(catalogue, "tree", with_sample)


class Maker:
    """Makes the parts of an executed notebook as JSON, the way a run leaves them on the disk."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.count = 0
        catalogue.use_language(language)

    def shown(self, thing) -> dict:
        data = json.loads(json.dumps(thing.outputs()[0][0]))
        return {"output_type": "display_data", "metadata": {}, "data": data}

    def said(self, key: str, role: str = "text", name: str = "", **values) -> dict:
        return self.shown(sentence(f"sample.{key}", role=role, name=name, **values))

    def headline(self, country: str = "Mexico") -> dict:
        return self.said("headline", role="headline", country=country, level="narrowed")

    def now(self, role: str = "finding", value: float = 0.6441, name: str = "", country: str = "Mexico") -> dict:
        bounds = {"low": index(0.58, 2), "high": index(0.7, 2)}
        number = index(value, 2, low=0.58, high=0.7, level=0.68)
        return self.said("now", role, name, country=country, value=number, **bounds, last_year=year(2024))

    def placed(self) -> dict:
        return self.said("rank", "number", rank=rank(86), n=count(177))

    def covered(self, role: str = "text") -> dict:
        return self.said("coverage", role, n=count(4187))

    def drawn(self, name: str = "trend", caption: str = "The index", alt: str = "A line falls.") -> dict:
        @drawing
        def line():
            figure = Figure(figsize=(3, 2))
            figure.subplots().plot([2000, 2010, 2024], [0.7, 0.72, 0.64])
            return name, caption, alt, figure

        return self.shown(line())

    def tabled(self, name: str = "peers", caption: str = "Peers", frame: pd.DataFrame | None = None) -> dict:
        if frame is None:
            frame = pd.DataFrame({"country": ["México", "Côte d’Ivoire"], "year": [2024.0, None], "value": [0.64, 0.5]})
        headings = {
            "country": Heading("country"),
            "year": Heading("year", "year"),
            "value": Heading("value", "index", 2),
            "since": Heading("since", "date"),
        }
        return self.shown(table(name, caption, frame, {n: headings[n] for n in frame}))

    def provenance(self, **changes) -> dict:
        source = {
            "source": "vdem",
            "version": "15",
            "title": "Country-Year Dataset",
            "publisher": "V-Dem Institute",
            "year": 2025,
            "doi": "10.23696/vdemds25",
            "citation": "Coppedge et al. 2025. Dataset v15.",
            "licence": "CC BY-SA 4.0",
            "redistribute": True,
            "urls": ["https://v-dem.example/data"],
            "accessed": "2026-02-03",
        }
        counts = {"rows_in": 27913, "kept": 6789, "set_aside": 21124, "merged": 0, "changed_values": 3}
        payload = {
            "edition": "embedded",
            "tables": [
                {"edition": "embedded", "dataset": "vdem", "table": "country_year", "sha256": "9f2b" * 16, "rows": 6789}
            ],
            "sources": [source],
            "balance": [{"dataset": "vdem", "file": "core.csv", **counts}],
            **changes,
        }
        data = {"text/plain": "provenance", PROVENANCE_MIME: payload}
        return {"output_type": "execute_result", "execution_count": 9, "metadata": {}, "data": data}

    def code(self, source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
        self.count += 1
        return {
            "cell_type": "code",
            "execution_count": self.count,
            "metadata": {"tags": list(tags)},
            "source": source,
            "outputs": list(outputs),
        }

    def prose(self, source: str, *tags: str) -> dict:
        return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}

    def either(self, english: str, spanish: str) -> dict:
        return self.prose(spanish if self.language == "es" else english)

    def data(self, **data) -> dict:
        kinds = {"plain": "text/plain", "html": "text/html", "svg": "image/svg+xml", "png": "image/png"}
        return {"output_type": "display_data", "metadata": {}, "data": {kinds[k]: v for k, v in data.items()}}

    def printed(self, text: str, name: str = "stdout") -> dict:
        return {"output_type": "stream", "name": name, "text": text}

    def notebook(self, *cells: dict) -> dict:
        """A notebook with a headline, these cells and the provenance."""
        first = self.code("ogp.say('headline')", self.headline())
        return self.only(first, *cells, self.code("ogp.provenance()", self.provenance()))

    def only(self, *cells: dict) -> dict:
        return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}

    def full(self) -> dict:
        """A small report of every kind of cell and output."""
        return self.only(
            self.either("# How open is it?", "# ¿Qué tan abierto está?"),
            self.code('country: str = "MEX"  # hidden default', tags=("parameters",)),
            self.code('country = "MEX"', tags=("injected-parameters",)),
            self.code("import ogp_analysis as ogp\n\npanel = ogp.country_years()"),
            self.code("ogp.say('headline')", self.headline()),
            self.either("## Answer", "## Respuesta"),
            self.code("ogp.say('now')", self.now()),
            self.code(
                "ogp.say('rank')",
                self.placed(),
                self.said("limit", "limit"),
            ),
            self.either("## Evidence\n\nThe *index* is from 0 to 1.", "## Evidencia\n\nEl *índice* va de 0 a 1."),
            self.code(
                "ogp.show(trend)", self.said("coverage", n=count(4187)), self.drawn(), self.said("limit", "warning")
            ),
            self.code("ogp.show(peers)", self.tabled()),
            self.either("## Appendix\n\n### Data", "## Apéndice\n\n### Datos"),
            self.code("ogp.provenance()", self.provenance()),
        )

    def identity(self, **changes) -> Identity:
        known = {
            "notebook": "country_profile",
            "slug": "MEX-2000-1a2b3c4d",
            "id": "3f9c0a7be1d2",
            "parameters": {"country": "MEX", "first_year": 2000, "event": None},
            "edition": "embedded",
            "language": self.language,
            "software_title": "ogp_analysis",
            "software_version": "0.1.0",
            "authors": ("The ogp_analysis authors",),
            "released": "2026-05-04",
            "url": "https://software.example/ogp",
        }
        return Identity(**{**known, **changes})


@pytest.fixture(scope="session")
def chromium():
    """A browser; these tests are skipped where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open a file; what the browser complains of is in ``page.complaints``."""
    contexts = []

    def opened(file, width: int = 1280, scheme: str = "light", fragment: str = "", **more):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, **{"locale": "en-GB", **more}
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        page.goto(file.as_uri() + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def words(monkeypatch):
    """The words of the sample; the language is English again afterwards."""
    speak(monkeypatch)
    yield
    catalogue.use_language("en")


@pytest.fixture
def make() -> Maker:
    """A maker of English notebooks."""
    return Maker()


@pytest.fixture
def spanish(words) -> Maker:
    """A maker of Spanish notebooks."""
    return Maker("es")


@pytest.fixture
def png() -> bytes:
    """A picture of one pixel."""
    assert io.BytesIO(PNG).read(4) == b"\x89PNG"
    return PNG
