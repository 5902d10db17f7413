"""A figure with its name, caption and text alternative, shown as SVG and carried in the notebook."""

from __future__ import annotations

import html
import io
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial, wraps
from pathlib import Path
from types import MappingProxyType

import matplotlib as mpl
import matplotlib.figure

from ogp_analysis.base import collector
from ogp_analysis.base.disclosure import drawn_only, uncovered
from ogp_analysis.base.errors import MessageError, ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words.catalogue import (
    CAPTION_MIME,
    FIGURE_MIME,
    NARROW_MIME,
    Displayed,
    entry,
    language,
    made_by,
    spoken,
    word,
)
from ogp_analysis.base.words.sentence import escaped, flat, sentence, year
from ogp_analysis.display.chart import Chart, axes_of
from ogp_analysis.display.sheet import FAMILIES, Sheet, style
from ogp_analysis.display.table import in_language


@dataclass(frozen=True, repr=False)
class Figure(Displayed):
    """A figure of a report.

    Attributes
    ----------
    name : str
        Its file name in the report, without suffix.
    caption : str
        What it shows, with sample and denominators.
    alt : str
        What a reader who cannot see it needs to know: kind of figure, axes, and the main reading.
    figure : matplotlib.figure.Figure
        The drawing, with no tie to pyplot.
    language : str
        Language of its words.
    redistribute : bool
        False if a series in it may be drawn, but its values not passed on.
    narrow : matplotlib.figure.Figure or None
        The same, drawn again for a telephone, where the drawing would be illegible there.
    sheets : tuple of Sheet
        The sheets that it was drawn on; none if it was drawn on a bare figure.
    view : str
        Of one of several figures of which a page shows one at a time: what the reader chooses it by; else empty.
    of_user : bool
        Whether it was drawn into axes of a user, whose settings it keeps.
    """

    name: str
    caption: str
    alt: str
    figure: matplotlib.figure.Figure
    language: str
    redistribute: bool = True
    narrow: matplotlib.figure.Figure | None = None
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)
    view: str = ""
    of_user: bool = False

    def __post_init__(self) -> None:
        if not self.alt.strip() or not self.caption.strip():
            raise MessageError(f"figure {self.name!r}", "has no caption or no text alternative", "Give it both")

    def svg(self, narrow: bool = False) -> str:
        """Return the drawing as SVG, its text alternative as the title: no clock and no random name in it.

        On a sheet text stays text, in the fonts of the page, so that it can be searched, selected and read aloud.
        """
        buffer, drawn = io.StringIO(), self.narrow if narrow else self.figure
        with self._settings({"svg.fonttype": "none"} if self.sheets else {}), collector.off():
            drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        text = _slim(buffer.getvalue()) if self.sheets else buffer.getvalue()
        before, root, after = text.partition("<svg ")
        attributes, _, inside = after.partition(">")
        return f'{before}{root}role="img" {attributes}>\n <title>{html.escape(flat(self.alt))}</title>{inside}'

    def _settings(self, more: Mapping = MappingProxyType({})):
        """Return the settings that it is written in: those of the house, or the user's, with names that stay."""
        return mpl.rc_context({"svg.hashsalt": "ogp_analysis"}) if self.of_user else style(more)

    def faults(self) -> list[str]:
        """Return each text of its sheets that leaves them or meets another; none in a figure that may be shown."""
        with style():
            return [fault for sheet in self.sheets for fault in sheet.faults()]

    def save(self, file: str | Path) -> None:
        """Write the drawing to a file of the kind that its suffix names: ``.svg``, ``.pdf`` or ``.png``.

        Raises
        ------
        ParameterError
            If it is another kind.
        """
        kind = Path(file).suffix.lower().removeprefix(".")
        if kind not in ("svg", "pdf", "png"):
            raise ParameterError(str(file), "is not a kind of figure that is written", "Use .svg, .pdf or .png")
        about = {"pdf": {"CreationDate": None, "Title": flat(self.caption)}, "png": {"Description": flat(self.alt)}}
        with self._settings(), collector.off():
            if kind == "svg":
                Path(file).write_text(self.svg(), encoding="utf-8")
            else:
                self.figure.savefig(file, format=kind, metadata=about[kind], dpi=300)

    def payload(self) -> dict:
        """Return what belongs to the figure beside its drawing."""
        about = {"name": self.name, "caption": flat(self.caption), "alt": flat(self.alt), "language": self.language}
        places = self.sheets[0].places if self.sheets and self.redistribute else {}
        about |= {"redistribute": self.redistribute} | ({"places": places} if places else {})
        return about | ({"view": flat(self.view)} if self.view else {})

    def outputs(self) -> list[tuple[dict, dict]]:
        """Return the drawing as the output of a cell, and its caption as one below; data and metadata of each.

        A page of a report has the caption from the drawing.

        Examples
        --------
        >>> panel = ogp.panel(["v2xcs_ccsi"], 2013, 2023)
        >>> [sorted(data)[0] for data, _ in panel.countries("Mexico").plot().outputs()]
        ['application/vnd.ogp-analysis.figure+json', 'application/vnd.ogp-analysis.caption+json']
        """
        if self.of_user and (pyplot := sys.modules.get("matplotlib.pyplot")):
            pyplot.close(self.figure)  # else a notebook shows it a second time, without number and caption
        narrow = {NARROW_MIME: self.svg(narrow=True)} if self.narrow else {}
        text = f"{self.caption}\n{self.alt}"
        # JupyterLab cuts off what has a width; without one a drawing takes that of its cell.
        wide = _SIZES.sub(" ", self.svg(), count=1) if self.sheets else self.svg()
        drawn = {"text/plain": text, "image/svg+xml": wide, FIGURE_MIME: self.payload(), **narrow}
        about = {"alt": flat(self.alt), "caption": flat(self.caption)}
        caption = {"text/plain": flat(self.caption), "text/markdown": f"*{escaped(self.caption)}*"}
        return [(drawn, {"image/svg+xml": about}), (caption | {CAPTION_MIME: {"name": self.name}}, {})]


def drawing(draw):
    """Make a function that returns ``name, caption, alt, drawn`` return a :class:`Figure`.

    What is drawn is a matplotlib figure, a sheet, a pair of sheets, the second for a telephone, or what
    :func:`captioned` returns; only that can be drawn into the axes `ax` of a user, in the user's own style, else the
    function runs inside the style of the house. Axes are drawn on once, in one language; a function that makes them,
    such as ``lambda: plt.subplots()[1]``, is called for each. Indicators that it draws are named by its
    keywords `id`, `ids`, `indicator`, `x` or `y`; they decide whether the values may be passed on.
    It sees values that are withheld; then its caption and text alternative hold no number of their scale.
    """

    @wraps(draw)
    def drawn(*args, ax=None, **kwargs) -> Figure:
        args, kwargs, withheld = uncovered(args, kwargs)
        anew, ax = callable(ax), ax() if callable(ax) else ax
        with style() if ax is None else nullcontext(), collector.off(), drawn_only(withheld):
            name, caption, alt, made = draw(*args, **kwargs)
            made = made(ax) if callable(made) else made
        ids = [*(kwargs[key] for key in ("id", "indicator", "x", "y") if key in kwargs), *kwargs.get("ids", ())]
        may_be_passed_on = not withheld and all(indicator(id).redistribute for id in ids)
        about = (name, caption, alt)
        if ax is not None:
            figure = Figure(*about, axes_of(ax)[0].get_figure(root=True), language(), may_be_passed_on, of_user=True)

            def in_words() -> Figure:
                """The axes are drawn on once, in the words of one language; caption and alternative are in both."""
                with drawn_only(withheld):
                    _, caption, alt, _ = draw(*args, **kwargs)
                return replace(figure, caption=caption, alt=alt, language=language())

            return figure if anew else made_by(figure, in_words)
        if isinstance(made, matplotlib.figure.Figure):
            return Figure(*about, made, language(), may_be_passed_on)
        sheets = made if isinstance(made, tuple) else (made,)
        narrow = sheets[1].figure if len(sheets) > 1 else None
        return Figure(*about, sheets[0].figure, language(), may_be_passed_on, narrow, sheets)

    return spoken(drawn)


def captioned(
    name: str,
    key: str,
    values: Mapping,
    chart: Chart,
    source: str | None = None,
    case: str | Mapping[str, str] = "",
    of_title: Mapping = MappingProxyType({}),
    **texts: str,
) -> tuple:
    """Return a chart with its words, as :func:`drawing` takes it.

    Parameters
    ----------
    name : str
        File name.
    key : str
        Key of the words, below which stand ``title``, ``about``, ``caption``, ``alt`` and, if it is not given,
        ``source``.
    values : mapping
        Values of all of them.
    chart : Chart
    source : str or None
    case : str or mapping
        Case of those that have cases, or of each by its name.
    of_title : mapping
        Further values of the title.
    **texts
        Words that are said otherwise, by the names above.
    """
    texts |= {} if source is None else {"source": source}
    for part in ("title", "about", "source", "caption", "alt"):
        if part not in texts:
            which = case if isinstance(case, str) else case.get(part, "")
            which = which if isinstance(entry(f"{key}.{part}"), dict) else ""
            more = {**values, **of_title} if part == "title" else values
            texts[part] = sentence(f"{key}.{part}", case=which, **more).plain()
    drawn = partial(chart.drawn, texts["title"], texts["about"], texts["source"])
    return name, texts["caption"], texts["alt"], drawn


def worded(name: str, chart: Chart, texts: Mapping, source: str | None = None) -> tuple:
    """Return a chart with the words of a notebook, as :func:`drawing` takes it.

    Parameters
    ----------
    name : str
        File name.
    chart : Chart
    texts : mapping of str to Sentence or texts by language
        ``title``, ``about``, ``caption``, ``alt`` and, if it is not given, ``source``.
    source : str or None
    """
    said = {part: in_language(f"figure {name!r}", text) for part, text in texts.items()}
    return captioned(name, "", {}, chart, **({"source": source} | said))


def source_line(ids: Iterable[str], last: int | None = None) -> str:
    """Return the sources of measures: publisher, version and the last year that they cover and that is shown.

    Parameters
    ----------
    ids : iterable of str
        Indicators, or series outside the catalogue whose sources have words.
    last : int or None
        Last year of the drawing.

    Examples
    --------
    >>> from ogp_analysis.display.figure import source_line
    >>> source_line(["v2xcs_ccsi", "va_est"], 2023)
    'Sources: V-Dem 14, to 2023; World Bank, WGI 2023, to 2023.'
    """
    found: dict[str, None] = {}
    for id in ids:
        if outside := entry("figures.source.of").get(id):
            found[outside] = None
            continue
        one = indicator(id)
        until = one.last_year if last is None else min(one.last_year, last)
        about = {"dataset": word(f"figures.source.of.{one.dataset}"), "version": one.version, "last": year(until)}
        text = sentence("figures.source.item", **about)
        found[text.plain()] = None
    case = "one" if len(found) == 1 else "several"
    return sentence("figures.source.line", case=case, names="; ".join(found)).plain()


@spoken
def figure(
    make: Callable[..., Chart],
    *data,
    name: str,
    texts: Mapping,
    sources: Iterable[str] = (),
    last: int | None = None,
    view="",
    ax=None,
) -> Figure:
    """Draw the chart that a function makes of frames, in the words of a notebook.

    Parameters
    ----------
    make : callable
        ``make(*data)`` returns a chart of :mod:`ogp_analysis.display`, in the words of the language in force.
    *data
        What it is made of, such as frames; what is withheld is laid open to `make`, and no more.
    name : str
        File name.
    texts : mapping of str to Sentence or texts by language
        ``title``, ``about``, ``caption`` and ``alt``, the text alternative; ``source``, unless `sources` names them.
    sources : iterable of str
        Ids of the indicators whose data they are.
    last : int, optional
        Last year of the drawing.
    view : Sentence, Term or text by language
        Of one of several figures of which a page shows one at a time: what the reader chooses it by.
    ax : matplotlib.axes.Axes or sequence of them, optional
        Axes of a user, one for each panel of a chart that can be drawn into them.

    Returns
    -------
    Figure
        With name, caption and text alternative.

    Examples
    --------
    >>> from ogp_analysis.display.rows import RowChart, dots
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"name": ["a", "b"], "share": [0.25, 0.5]})
    >>> texts = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Shares"))
    >>> chart = lambda rows: RowChart(rows["name"], ["", ""], [dots(rows["share"])])
    >>> ogp.figure(chart, rows, name="shares", texts=texts, sources=["va_est"]).caption
    'Shares'
    """
    source = source_line(sources, last) if sources else None
    made = drawing(lambda *data: worded(name, make(*data), texts, source))(*data, ax=ax)
    return replace(made, view=in_language(f"figure {name!r}", view)) if view else made


_GEOMETRY = re.compile(r' (?:d|x|y|transform|points)="[^"]*"')
_SIDES = re.compile(r' (width|height)="([\d.]+)pt"')
_SIZES = re.compile(r' width="[^"]*" height="[^"]*" (?=viewBox)')
_STRAIGHT = re.compile(r' d="([MLz\d\s.-]+)"')


def _slim(svg: str) -> str:
    """Return a drawing without what nobody draws, its geometry to a hundredth of a pixel, in the fonts of the page."""
    svg = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for family, stack in FAMILIES.items():
        svg = svg.replace(f"'{family}'", stack)
    svg = _SIDES.sub(r' \1="\2"', svg, count=2)  # a point of a sheet is a pixel of the page
    svg = _GEOMETRY.sub(lambda found: re.sub(r"(\.\d\d)\d+", r"\1", found[0]), svg)
    svg = _STRAIGHT.sub(lambda found: f' d="{_steps(found[1])}"', svg)
    return re.sub(r">\s+<", "><", svg).strip() + "\n"


def _steps(path: str) -> str:
    """Return a path of straight lines by its steps from point to point, which takes half as many signs."""
    written, at = [], (0, 0)
    for command, numbers in re.findall(r"([MLz])([^MLz]*)", path):
        if command == "z":
            written.append("z")
            continue
        there = tuple(round(float(number) * 100) for number in numbers.split())
        x, y = there if command == "M" else (there[0] - at[0], there[1] - at[1])
        written.append(f"{'M' if command == 'M' else 'l'}{x / 100:g} {y / 100:g}")
        at = there
    return "".join(written).replace(" -", "-")


def drawable(data, name: str) -> None:
    """Raise if there is nothing to draw.

    Raises
    ------
    MessageError
        If `data` is empty.
    """
    if not len(data):
        raise MessageError(f"figure {name!r}", "has nothing to draw", "Say so in a sentence instead")
