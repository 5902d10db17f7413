"""What an executed notebook carries: sentences, tables, figures and provenance, in the order they were shown."""

from __future__ import annotations

from dataclasses import dataclass

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.words.sentence import Sentence, flat
from ogp_analysis.publishing.pages import prose
from ogp_analysis.publishing.pages.drawing import Drawing
from ogp_analysis.publishing.pages.outputs import CarriedTable, Origin, clean, joined, read_output

#: Cells whose content is listed as parameters, not shown as code.
_PARAMETERS = {"parameters", "injected-parameters"}


@dataclass(frozen=True)
class Cell:
    """One cell that a report shows.

    Attributes
    ----------
    kind : {"prose", "code"}
    source : str
        Its text; empty for the parameters, which are listed instead.
    shown : tuple
        What it displayed, in order, as :mod:`ogp_analysis.publishing.pages.outputs` reads it.
    """

    kind: str
    source: str
    shown: tuple = ()


@dataclass(frozen=True)
class Carried:
    """Everything a report is made from.

    Attributes
    ----------
    cells : tuple of Cell
        In order.
    headline : Sentence
        The title.
    question : str
        What the notebook asks: the first heading of the highest level in its prose; empty if there is none.
    sentences : tuple of Sentence
        All of them, the headline too.
    tables : dict of str to dict
        Payloads by name.
    figures : dict of str to Drawing
    numbers : dict of str to dict
        The named numbers of all sentences, sorted by name.
    provenance : dict
        ``edition``, ``tables``, ``sources``, ``balance``.
    language, edition : str
    last_year : int or None
        Last year the data cover: as the provenance states it, else as its scope or its finding does.
    """

    cells: tuple[Cell, ...]
    headline: Sentence
    question: str
    sentences: tuple[Sentence, ...]
    tables: dict[str, dict]
    figures: dict[str, Drawing]
    numbers: dict[str, dict]
    provenance: dict
    language: str
    edition: str
    last_year: int | None = None

    def said(self, role: str) -> list[Sentence]:
        """Return the sentences of a role."""
        return [sentence for sentence in self.sentences if sentence.role == role]

    @property
    def abstract(self) -> str:
        """What it finds, else what it asks, else its title."""
        found = " ".join(sentence.plain() for sentence in self.said("finding"))
        return found or self.question or self.headline.plain()


def read(nb: dict, language: str = "en", name: str = "") -> Carried:
    """Read what an executed notebook carries.

    Parameters
    ----------
    nb : dict
        The notebook as JSON.
    language : {"en", "es"}
        Which it is in.
    name : str
        Stands for a title where it has none.

    Raises
    ------
    ReportError
        If the notebook was not run to its end without an error, has no title or provenance,
        shows two figures or tables of one name, says a number twice with different values, or
        carries something that is not what its MIME type promises.
    MessageError
        If a sentence does not fit today's messages.
    """
    _check_executed(nb)
    cells = tuple(_cells(nb))
    shown = [thing for cell in cells for thing in cell.shown]
    sentences = tuple(thing for thing in shown if isinstance(thing, Sentence))
    found = [thing.payload for thing in shown if isinstance(thing, Origin)]
    if len(found) != 1:
        what = "shows its provenance twice" if found else "does not say what it rests on"
        raise ReportError("notebook", what, "End it with one cell `ogp.provenance()`")
    [provenance] = found
    asked = next(filter(None, (prose.title(cell.source) for cell in cells if cell.kind == "prose")), "")
    about = (s.values.get("last_year") for s in sentences if s.role in ("scope", "finding"))
    stated = (getattr(year, "value", year) for year in (provenance.get("last_year"), *about))
    years = [int(year) for year in stated if isinstance(year, int | float)]
    return Carried(
        cells=cells,
        headline=_headline(asked or name, sentences, language),
        question=asked,
        sentences=sentences,
        tables={t.name: t.payload for t in _unique(shown, CarriedTable, "table")},
        figures={f.name: f for f in _unique(shown, Drawing, "figure")},
        numbers=_numbers(sentences),
        provenance=provenance,
        language=language,
        edition=provenance["edition"],
        last_year=years[0] if years else None,
    )


def _check_executed(nb: dict) -> None:
    code = [(n, c) for n, c in enumerate(nb["cells"], 1) if c["cell_type"] == "code" and joined(c["source"]).strip()]
    for number, cell in code:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                fault = f"{flat(str(output.get('ename')))}: {clean(str(output.get('evalue')))[:200]}"
                raise ReportError(_where(number, cell), f"failed with {fault}", "Correct it and run the notebook again")
    idle = [(n, c) for n, c in code if c.get("execution_count") is None and not c.get("outputs")]
    if len(idle) == len(code):
        raise ReportError("notebook", "was not executed", "Run it first, then render what the run has saved")
    if idle and any(c.get("execution_count") is not None for _, c in code):
        what = f"was not executed, nor {len(idle) - 1} more"
        raise ReportError(_where(*idle[0]), what, "Run the notebook to its end")


def _cells(nb: dict):
    for number, cell in enumerate(nb["cells"], 1):
        tags = cell.get("metadata", {}).get("tags", [])
        source = joined(cell["source"])
        if cell["cell_type"] == "markdown":
            yield Cell("prose", source)
        elif cell["cell_type"] == "code":
            where = _where(number, cell)
            shown = tuple(s for o in cell.get("outputs", []) for s in read_output(o, where))
            yield Cell("code", "" if _PARAMETERS & set(tags) else source, shown)


def _unique(shown: list, kind: type, called: str) -> list:
    found: dict[str, object] = {}
    for thing in (thing for thing in shown if isinstance(thing, kind)):
        if found.setdefault(thing.name.casefold(), thing) is not thing:
            raise ReportError(f"{called} {thing.name!r}", "is shown twice", f"Give each {called} a name of its own")
    return [*found.values()]


def _headline(title: str, sentences: tuple[Sentence, ...], language: str) -> Sentence:
    """Return the sentence that is the headline, else the title of the notebook as one."""
    headlines = [s for s in sentences if s.role == "headline"]
    if title and not headlines:
        headlines = [Sentence("report.own_title", {"title": title}, role="headline", language=language)]
    if len(headlines) != 1:
        what = f"has {len(headlines)} headlines" if headlines else "has neither a headline nor a title"
        action = "Begin it with a Markdown cell `# Title`; of sentences with role='headline', say one at most"
        raise ReportError("notebook", what, action)
    if other := [s.key for s in sentences if s.language != language]:
        what = f"was said in another language than the report's, {language!r}, and {len(other) - 1} more"
        action = "Leave ogp.use_language out, so that every output is made in both languages"
        raise ReportError(f"message {other[0]!r}", what, action)
    return headlines[0]


def _numbers(sentences: tuple[Sentence, ...]) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for sentence in sentences:
        for name, number in sentence.numbers().items():
            number = {**number, "sentence": sentence.key}
            if (other := found.setdefault(name, number)) != number:
                what = f"is said twice with different values, {other['value']!r} and {number['value']!r}"
                action = "Give one of the two sentences a name of its own: say(..., name=...)"
                raise ReportError(f"number {name!r}", what, action)
    return dict(sorted(found.items()))


def _where(number: int, cell: dict) -> str:
    count = cell.get("execution_count")
    return f"notebook cell {number}" + (f" (In [{count}])" if count is not None else "")
