"""Figures of one country: its series under its OGP timeline, beside its region and OGP's members."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.countries import country as country_of
from ogp_analysis.base.indicators import indicator as indicator_of
from ogp_analysis.base.words import Sentence, language, sentence, word
from ogp_analysis.base.words.catalogue import anew, entry
from ogp_analysis.base.words.sentence import as_date, count, counts, day, decimal, index, indices, partial_day
from ogp_analysis.base.words.sentence import years as in_years
from ogp_analysis.display.chart import Framed, Freehand
from ogp_analysis.display.dates import Strip, decimal_year
from ogp_analysis.display.figure import captioned, drawable, drawing, source_line
from ogp_analysis.display.lines import Line, LineChart, Plot, band, points, rule
from ogp_analysis.display.sheet import NARROW, WIDE, Event, Panel, Sheet, extent, marked, wrapped
from ogp_analysis.open_government.timeline import Timeline

#: Fill of each status of the strip.
_STATUS = {"participating": "region", "inactive": "review", "suspended": "own", "left": "band"}
#: Statuses that are a day, not a time.
_DAYS = ("withdrew", "removed", "decided")
#: A turn that lies closer to both ends than this is not written.
_APART = 0.02
#: A part of a year too short to be seen.
_SLIVER = 0.05


@drawing
def country_series(
    country: pd.DataFrame,
    region: pd.DataFrame,
    members: pd.DataFrame,
    history: Timeline,
    *,
    name: str,
    indicator: str,
    place: Country,
    title: Sentence,
    event_date: str | None = None,
):
    """Draw an index of a country over its standing in OGP, in the years in which it has a value.

    Parameters
    ----------
    country : pandas.DataFrame
        ``year, value``: the country's published values.
    region : pandas.DataFrame
        ``year, median`` over the countries of its region, itself left out.
    members : pandas.DataFrame
        ``year, q1, q3, n``: spread over a fixed set of OGP members. A spread, not an uncertainty.
    history : Timeline
        Its spells, until when they are verified, and its events; the weightiest are labelled.
    name, indicator : str
        File name; id or name of the indicator.
    place : Country
        Whose values they are.
    title : Sentence
        What the values did.
    event_date : str or None
        A date to mark, YYYY-MM-DD; one outside the years shown has no place here.

    Returns
    -------
    Figure
        With `ax`, axes of a user or a function that makes them, it is drawn into these.

    Examples
    --------
    >>> panel, kenya = ogp.panel("v2xcs_ccsi", 2013, 2023), ogp.country("KEN")
    >>> region = panel.frame[panel.frame["region"] == kenya.region].groupby("year")["v2xcs_ccsi"].median()
    >>> region = region.rename("median").reset_index()
    >>> members = panel.fixed("v2xcs_ccsi").query("ogp == 'ever'").groupby("year")["value"].describe().reset_index()
    >>> members = members.rename(columns={"25%": "q1", "75%": "q3", "count": "n"})
    >>> own, history = panel.own("v2xcs_ccsi", "KEN"), ogp.open_government.timeline("KEN")
    >>> of = {"name": "core", "indicator": "v2xcs_ccsi", "place": kenya, "title": ogp.say("Kenya since 2013")}
    >>> ogp.civic_space.country_series(own, region, members, history, **of).alt[:26]
    'Line chart, 2013 to 2023: '
    """
    drawable(country, name)
    events = history.weighty
    shown, values = (int(country["year"].min()), int(country["year"].max())), country["value"].tolist()
    one = indicator_of(indicator)
    indicator = one.id
    about = {"place": place.name, "region": word(f"regions.{place.region}"), "unit": one.unit.name, "way": one.way.name}
    about |= {"indicator": one.name.name, **counts(n=members["n"].min() if len(members) else 0)}
    about |= in_years(first=shown[0], last=shown[1])
    dated = [
        Event(decimal_year(row.date), partial_day(row.date_text[:7], language()), row.text, "muted", row.weight)
        for row in events.itertuples()
    ]
    dated = [one for one in dated if shown[0] + 0.5 <= one.x <= shown[1] + 0.5]
    asked = as_date(event_date) if event_date else dt.date.min
    inside = shown[0] <= decimal_year(asked) <= shown[1] + 1
    mark = (decimal_year(asked), day(asked, language()), "watch") if inside else None
    beside = region[region["year"].between(*shown)].dropna(subset=["median"])
    median = f"{word('figures.series.region')} {_index(beside['median'].iloc[-1])}" if len(beside) else ""
    layers = [rule(mark[0], "watch", 1.4, dashed=True)] if mark else []
    layers += [band(members[members["year"].between(*shown)], "q1", "q3", "band")]
    layers += [Line(beside, "median", "region", median, dashed=True, width=1.6, order=3)]
    layers += [Line(country[["year", "value"]], label=f"{place.name} {_index(values[-1])}", width=3, bold=True, dot=7)]
    turns = [
        at
        for at in (np.argmax(values), np.argmin(values))
        if min(abs(values[at] - values[0]), abs(values[at] - values[-1])) > _APART
    ]
    written = [
        (country["year"].iloc[at], values[at], _index(values[at]), values[at] < max(values))
        for at in dict.fromkeys([0, *turns])
        if at < len(values) - 2
    ]
    limits = _limits(indicator, [values, beside["median"], members["q1"], members["q3"]])
    plot = Plot(layers, shown, limits, mark=mark, events=dated, values=written)
    chart = LineChart([plot], (320, 300), strip=Strip(_segments(history.strip, shown, history.verified_until)))
    bare = "bounded" if one.low or one.std_error else "bare"
    called = indicator if indicator in entry("figures.series.about") else "other"
    source = f"{source_line([indicator], shown[1])} {word(f'figures.series.source.{bare}')}"
    said = anew(title).plain().removesuffix(".")
    return captioned(name, "figures.series", about | {"title": said}, chart, source, {"about": called}, title=said)


def _segments(spells: pd.DataFrame, shown: tuple[int, int], verified_until) -> list[tuple[float, float, str, str]]:
    """Return start, end, fill and words of each stretch of the strip in the years shown."""
    first, last = shown[0], shown[1] + 1
    found, before = [], float(first)
    for row in spells.itertuples():
        start = max(decimal_year(row.start), float(first))
        end = float(last) if pd.isna(row.end) else min(decimal_year(row.end), float(last))
        since = getattr(row, "start_text", None)
        since = partial_day(since[:7] if isinstance(since, str) else f"{row.start:%Y-%m}", language())
        earliest = getattr(row, "earliest", None)
        if earliest is not None and not pd.isna(earliest) and decimal_year(earliest) < last:
            # Of an undated joining only the span is known.
            span = max(decimal_year(earliest), float(first)), min(start, float(last))
            found += [(before, span[0], "grid", word("figures.series.outside"))] if span[0] > before else []
            between = {"earliest": partial_day(f"{earliest:%Y-%m}", language()), "latest": since}
            found.append((*span, "region paler", sentence("figures.series.between", **between).plain()))
        if end <= start:
            continue
        if start > before and not found:
            found.append((before, start, "grid", word("figures.series.outside")))
        standing = getattr(row, "standing", row.status)  # how it left, where that is known
        text = word(f"ogp.strip.{standing}")
        if decimal_year(row.start) >= first:
            key = "on" if standing in _DAYS else "by" if getattr(row, "start_bound", "on") == "by" else "since"
            text = sentence(f"figures.series.{key}", status=text, date=since).plain()
        found.append((start, end, _STATUS[row.status], text))
    if not found:
        return [(before, float(last), "grid", word("figures.series.outside"))]
    known = last if verified_until is None else max(decimal_year(verified_until), float(first))
    if known < found[-1][1] - _SLIVER:
        start, end, fill, text = found.pop()
        if known > start:
            found.append((start, known, fill, text))
        paler = word("figures.series.unverified") if known > start else f"{text} ({word('figures.series.unverified')})"
        found.append((max(start, known), end, f"{fill} paler", paler))
    return found


def _index(value: float) -> str:
    return decimal(float(value), 3, language())


def _limits(id: str, series) -> tuple[float, float]:
    """Return the ends of the axis: those of the scale, or whole numbers around what is drawn."""
    one = indicator_of(id)
    if one.minimum is not None and one.maximum is not None:
        return one.minimum, one.maximum
    if one.scale == "index":
        return 0.0, 1.0
    drawn = np.concatenate([np.asarray(values, "float64") for values in series])
    low, high = math.floor(np.nanmin(drawn)), math.ceil(np.nanmax(drawn))
    return float(low), float(max(high, low + 3))


@drawing
def bounded_series(country: pd.DataFrame, *, name: str, id: str, place: str):
    """Draw a series with the publisher's 68 % bounds.

    Parameters
    ----------
    country : pandas.DataFrame
        ``year, value, low, high``.
    name, id, place
        File name; indicator; name in the reader's language.
    """
    drawable(country, name)
    drawn, last, indicator = country[["year", "value", "low", "high"]], country.iloc[-1], word(f"indicators.{id}.name")
    shown = int(country["year"].min()), int(country["year"].max())
    values = {"place": place, "indicator": indicator} | indices(value=last["value"], low=last["low"], high=last["high"])
    ends = _limits(id, [country[end].fillna(country["value"]) for end in ("low", "high")])
    layers = [band(drawn, "low", "high", "tint"), Line(drawn, label=_index(last["value"]), width=2.6, bold=True)]
    layers += [points(drawn.tail(1).assign(colour="own"), "year", "value", "low", "high", 6, 1.6)]
    about = f"{indicator}, {place}. {word('figures.bounded.band')}"
    values, chart = values | in_years(year=last["year"]), LineChart([Plot(layers, shown, ends)], (258, 258))
    return captioned(name, "figures.bounded", values, chart, source_line([id], shown[1]), about=about)


@drawing
def change_among_countries(differences: pd.Series, *, name: str, id: str, place: Country, first: int, last: int):
    """Draw how far each country moved between two years, one dot per country, and where this one stands among them.

    Parameters
    ----------
    differences : pandas.Series
        The change of every country that has both years, by its code.
    name, id : str
        File name; indicator, by id or name.
    place : Country
        Which of them stands out; without a change of it there is nothing to draw.
    first, last : int
        The years compared.

    Returns
    -------
    Figure
        It is laid out on a sheet of its own, and takes no axes.

    Examples
    --------
    >>> moved = ogp.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)["difference"]
    >>> of = {"id": "v2xcs_ccsi", "place": ogp.country("Mexico"), "first": 2013, "last": 2023}
    >>> ogp.civic_space.change_among_countries(moved, name="moved", **of).name
    'moved'
    """
    drawable(differences[differences.index == place.iso3], name)
    id, own = indicator_of(id).id, float(differences[place.iso3])
    further = (differences < own).sum() if own < 0 else (differences > own).sum()
    values = {"place": place.name, "indicator": word(f"indicators.{id}.name"), "own": index(own, signed=True)}
    values |= counts(n=len(differences), fell=(differences < 0).sum()) | in_years(first=first, last=last)
    case, least = ("fell" if own < 0 else "rose") + ("" if further else "_most"), indicator_of(id).step
    case = "unchanged" if own == 0 else "small" if least and abs(own) < least else case
    of_title = {"place": place.in_text} | counts(further=further, rose=(differences > 0).sum())
    of_title |= {"step": decimal(least, 2, language())} if case == "small" else {}
    chart = Freehand(lambda framed, narrow: _dots(framed, narrow, differences, own, place))
    return captioned(name, "figures.change", values, chart, source_line([id], last), case, of_title)


def _dots(framed: Framed, narrow: bool, differences: pd.Series, own: float, place: Country) -> Sheet:
    """Draw one dot per country in piles; the country stands on top of its own, and the two ends are named."""
    width, piles = (NARROW, 44) if narrow else (WIDE, 74)
    least, most = differences.min(), differences.max()
    reach = max(abs(least), abs(most), 1e-6)
    low, high = (min(least, 0) - (most - least or reach) * 0.03, max(most, 0) + (most - least or reach) * 0.03)
    step, dot = (high - low) / piles, (width - 8) / piles * 0.98
    named = place.iso3
    drawn = pd.DataFrame({"value": differences, "own": differences.index == named})
    drawn["x"] = np.floor(differences / step + 0.5) * step
    drawn = drawn.sort_values(["x", "own", "value"], kind="stable")
    drawn["y"] = (drawn.groupby("x").cumcount() + 0.5) * dot
    tall = drawn["y"].max() + dot / 2 + 64
    sheet = framed(tall + 40)
    label, note, size = (sheet.size[kind] for kind in ("label", "note", "tick"))
    panel = Panel(sheet, (4, sheet.top + 4, width - 4, sheet.top + 4 + tall), (low, high), (0, tall))
    panel.rules([[(0, 0), (0, tall - 8)]], "axis")
    panel.rules([[(low, 0), (high, 0)]], "axis")
    rest, (x, y) = drawn[~drawn["own"]], drawn.loc[named, ["x", "y"]]
    panel.dots(rest["x"], rest["y"], "dots", dot * 0.84, order=3)
    panel.dots([x], [y], "own", dot * 0.84 + 1)
    across, down = panel.pixel(x, tall - 22)
    text = f"{place.name} {_signed(own)}"
    left = across - 8 - extent(text, label, "bold") > 2 or across > width / 2
    lines = wrapped(text, across - 10 if left else width - across - 10, label, "bold")
    sheet.stroke([(across, panel.pixel(x, y)[1] - dot / 2), (across, down - 6)], "own")
    sheet.text(
        across + (-6 if left else 6),
        down,
        "\n".join(lines),
        va="center",
        ha="right" if left else "left",
        color="own",
        weight="bold",
    )
    for code, ha, way in ((differences.idxmin(), "left", -1), (differences.idxmax(), "right", 1)):
        if code != named and not narrow and abs(differences[code]) > reach * 0.2:
            beside, top = panel.pixel(drawn["x"][code], drawn.loc[drawn["x"] == drawn["x"][code], "y"].max())
            text = f"{country_of(code).name} {_signed(differences[code])}"
            sheet.text(beside + way * dot / 2, top - dot / 2 - 4, text, note, ha=ha, va="bottom", color="muted")
    for ha, way, key in (("left", -1, "fell_side"), ("right", 1, "rose_side")):
        if n := (differences * way > 0).sum():
            at, base = 4 if way < 0 else width - 4, panel.bottom - max(dot * 3, 60)
            text = sentence(f"figures.change.{key}", n=count(n)).plain()
            sheet.text(at, base, text, label, ha=ha, va="center", color="muted")
    for at, text in marked(low, high, 4 if narrow else 6):
        text = word("figures.change.none") if at == 0 else ("+" if at > 0 else "") + text
        sheet.within(panel.pixel(at, 0)[0], panel.bottom + 7, text, size, color="muted")
    return sheet


def _signed(value: float) -> str:
    text = _index(value)
    return f"+{text}" if value > 0 and text.strip("0.,") else text
