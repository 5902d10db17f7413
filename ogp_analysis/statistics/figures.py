"""Figures of fitted models: coefficients, paths over time, and distributions, on new axes or on those given.

Every function returns a figure with its caption and its text in place of the picture. `name` is the file name,
`outcome` what is explained, in the reader's language, `n` the observations, and `ax` the axes to draw on; without
these, axes are made.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import MaxNLocator

from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import Number, count, rank
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.sheet import COLOURS
from ogp_analysis.statistics.result import decimals


def literal(text: str) -> str:
    """Return a text from data as matplotlib draws it as it stands: a dollar sign begins no formula."""
    return text.replace("$", r"\$")


def _axes(ax, margins: tuple[float, float, float, float], height: float = 3.4):
    return canvas(7, height, margins) if ax is None else (ax.figure, ax)


def _over_time(ax, data, name: str, outcome: str, margins: tuple[float, float, float, float] = (0.75, 0.15, 0.45, 0.2)):
    """Return the axes of a series: whole numbers of time below, the outcome beside."""
    drawable(data, name)
    figure, axes = _axes(ax, margins)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
    axes.set_ylabel(literal(outcome))
    return figure, axes


def _said(kind: str, about: dict, case: str | None = None, **more) -> tuple[str, str]:
    """Return caption and alternative text of a kind of figure."""
    caption = sentence(f"{kind}.caption", **({"case": case} if case else {}), **about)
    return caption.plain(), sentence(f"{kind}.alt", **about, **more).plain()


def _signed(value) -> Number:
    return Number(float(value), "index", 3, signed=True)


@drawing
def coefficients(estimates: pd.DataFrame, *, name: str, outcome: str, level: float, n: int, errors: str, ax=None):
    """Draw estimates as dots with their intervals, one below the other, beside a line at 0.

    Parameters
    ----------
    estimates : pandas.DataFrame
        ``label, estimate, low, high``, from top to bottom; an estimate may lack an interval.
    errors : str
        The kind of standard errors, in the reader's language.
    level : float
        Coverage of the intervals.
    name, outcome, n, ax
        As of all figures here.
    """
    drawable(estimates, name)
    longest = max(len(label) for label in estimates["label"])
    left = min(0.35 + 0.068 * longest, 3.2)
    figure, axes = _axes(ax, (left, 0.2, 0.5, 0.15), 0.75 + 0.3 * len(estimates))
    axes.axvline(0, color=COLOURS["text"], linewidth=0.8)
    rows = range(len(estimates) - 1, -1, -1)
    for row, one in zip(rows, estimates.itertuples(), strict=True):
        if pd.notna(one.low) and pd.notna(one.high):
            axes.plot([one.low, one.high], [row, row], color=COLOURS["country"], linewidth=1.6)
        axes.plot(one.estimate, row, "o", color=COLOURS["country"], markersize=5)
    axes.set_yticks(list(rows), [literal(label) for label in estimates["label"]])
    axes.set_ylim(-0.6, len(estimates) - 0.4)
    axes.grid(axis="y", visible=False)
    about = {"outcome": outcome, "level": Number(level, "share"), "n": count(n), "errors": errors}
    axes.set_xlabel(literal(sentence("models.figure.axis", outcome=outcome, level=about["level"]).plain()))
    first = estimates.iloc[0]
    return name, *_said("models.figure.coefficients", about, terms=count(len(estimates)), first=str(first["label"]),
                        estimate=_signed(first["estimate"])), figure  # fmt: skip


@drawing
def events(estimates: pd.DataFrame, *, name: str, outcome: str, level: float, n: int, errors: str, ax=None):
    """Draw estimates by time from an event, with their intervals and, where there are, simultaneous bands.

    An estimate without an interval is that of the reference period: it is fixed, and its dot hollow. A dashed line
    parts the time before the event from that after it.

    Parameters
    ----------
    estimates : pandas.DataFrame
        ``when, estimate, low, high``, in the order of time, and where there are ``band_low, band_high`` and ``n``.
    name, outcome, errors, level, n, ax
        As in :func:`coefficients`.
    """
    drawable(estimates, name)
    sized, banded = "n" in estimates, "band_low" in estimates
    figure, axes = _axes(ax, (0.75, 0.15, 0.75 if sized else 0.5, 0.2), 3.6)
    axes.axhline(0, color=COLOURS["text"], linewidth=0.8)
    axes.axvline(-0.5, color=COLOURS["event"], linewidth=1.0, linestyle="--")
    for one in estimates.itertuples():
        fixed = pd.isna(one.low) or pd.isna(one.high)
        if not fixed and banded:
            axes.plot([one.when] * 2, [one.band_low, one.band_high], color=COLOURS["band"], linewidth=1.0)
        if not fixed:
            axes.plot([one.when] * 2, [one.low, one.high], color=COLOURS["country"], linewidth=2.0)
        axes.plot(one.when, one.estimate, "o", color=COLOURS["country"], markersize=5,
                  markerfacecolor="white" if fixed else COLOURS["country"])  # fmt: skip
        if sized:
            axes.text(one.when, -0.085, str(one.n), transform=axes.get_xaxis_transform(), ha="center", va="top",
                      fontsize=7, color=COLOURS["text"])  # fmt: skip
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=14))
    axes.set_xlim(estimates["when"].min() - 0.6, estimates["when"].max() + 0.6)
    axes.set_xlabel(word("models.figure.events.axis"), labelpad=15 if sized else 4)
    axes.set_ylabel(literal(outcome))
    about = {"outcome": outcome, "level": Number(level, "share"), "n": count(n), "errors": errors}
    last = estimates.iloc[-1]
    alt = sentence("models.figure.events.alt", outcome=outcome, first=count(int(estimates["when"].min())),
                   last=count(int(last["when"])), estimate=_signed(last["estimate"]))  # fmt: skip
    caption = [sentence("models.figure.events.caption", case="banded" if banded else "plain", **about).plain()]
    caption += [word("models.figure.events.sizes")] if sized else []
    return name, " ".join(caption), alt.plain(), figure


@drawing
def interruption(path: pd.DataFrame, changes: dict, *, name: str, outcome: str, event: float, n: int, ax=None):
    """Draw a series as dots, its fit as lines, and the line before an event carried on as dashes.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, observed, fitted, counterfactual``, in the order of time.
    changes : dict of str to Estimate
        Changes of ``level`` and, if it may change, ``slope``, which the caption states.
    event : float
        First time after the event.
    name, outcome, n, ax
        As of all figures here.
    """
    figure, axes = _over_time(ax, path, name, outcome, (0.75, 0.15, 0.45, 0.4))
    before, after = path[path["time"] < event], path[path["time"] >= event]
    labels = {key: word(f"models.figure.interruption.{key}") for key in ("counterfactual", "fitted", "observed")}
    axes.plot(after["time"], after["counterfactual"], "--", color=COLOURS["band"], linewidth=1.6,
              label=labels["counterfactual"])  # fmt: skip
    axes.plot(before["time"], before["fitted"], color=COLOURS["country"], label=labels["fitted"])
    axes.plot(after["time"], after["fitted"], color=COLOURS["country"])
    axes.plot(path["time"], path["observed"], "o", color=COLOURS["text"], markersize=3.5, label=labels["observed"])
    axes.axvline((before["time"].iloc[-1] + after["time"].iloc[0]) / 2, color=COLOURS["event"], linewidth=1.0)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    about = {"outcome": outcome, "n": count(n), "event": Number(event, "year") if event % 1 == 0 else f"{event:g}"}
    caption, alt = _said("models.figure.interruption", about)
    said = []
    for kind, one in changes.items():
        values = {end: Number(getattr(one, end), "index", decimals(one)) for end in ("low", "high")}
        values["estimate"] = Number(one.estimate, "index", decimals(one), signed=True)
        level = Number(one.level, "share")
        said.append(sentence("models.figure.interruption.change", case=kind, level=level, **values).plain())
    return name, " ".join([caption, *said]), " ".join([alt, *said]), figure


@drawing
def broken(path: pd.DataFrame, dates: pd.DataFrame, *, name: str, outcome: str, n: int, ax=None):
    """Draw a series, its fit in each segment, and the dates of breaks as lines with their intervals below.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, observed, fitted``, in the order of time.
    dates : pandas.DataFrame
        ``date, low, high``.
    name, outcome, n, ax
        As of all figures here.
    """
    figure, axes = _over_time(ax, path, name, outcome)
    axes.plot(path["time"], path["observed"], color=COLOURS["band"], linewidth=1.2)
    segment = (path["time"].to_numpy()[:, None] > dates["date"].to_numpy()[None, :]).sum(axis=1)
    for _, part in path.groupby(segment):
        axes.plot(part["time"], part["fitted"], color=COLOURS["country"])
    for one in dates.itertuples():
        axes.axvline(one.date, color=COLOURS["event"], linewidth=1.0, linestyle="--")
        if pd.notna(one.low):
            axes.plot([one.low, one.high], [0.02, 0.02], color=COLOURS["event"], linewidth=3,
                      transform=axes.get_xaxis_transform())  # fmt: skip
    case = "interval" if len(dates) and dates["low"].notna().all() else "alone"
    about = {"outcome": outcome, "n": count(n), "breaks": count(len(dates))}
    return name, *_said("models.figure.broken", about, case), figure


@drawing
def probabilities(predicted: pd.DataFrame, *, name: str, term: str, outcome: str, n: int, level: float, ax=None):
    """Draw the probability of each category by the values of a term: a line and its interval for each category.

    Parameters
    ----------
    predicted : pandas.DataFrame
        ``value, category, probability, low, high``; categories in their order.
    term : str
        What varies, in the reader's language.
    level : float
        Coverage of the intervals.
    name, outcome, n, ax
        As of all figures here.
    """
    drawable(predicted, name)
    figure, axes = _axes(ax, (0.65, 1.6, 0.45, 0.2))
    colours = [COLOURS[key] for key in ("band", "third", "other", "country", "event", "second", "text")]
    for number, (category, own) in enumerate(predicted.groupby("category", sort=False)):
        colour = colours[number % len(colours)]
        axes.fill_between(own["value"], own["low"], own["high"], color=colour, alpha=0.2, linewidth=0)
        axes.plot(own["value"], own["probability"], color=colour, marker="os^Dv*x"[number % 7], markersize=4,
                  label=literal(str(category)))  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_xlabel(literal(term))
    ticks = axes.get_yticks()
    axes.set_yticks(ticks, [Number(float(tick), "share").written(language()) for tick in ticks])
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    about = {"term": term, "outcome": outcome, "n": count(n), "level": Number(level, "share")}
    said = _said("models.figure.probabilities", about, categories=count(predicted["category"].nunique()))
    return name, *said, figure


@drawing
def placebo_estimates(
    estimates: pd.Series, own: float, *, name: str, outcome: str, treated: str, place: int, n: int, term: str, ax=None
):
    """Draw the distribution of placebo estimates, and that of the unit with the event as a line.

    Parameters
    ----------
    estimates : pandas.Series
        One per unit, that of the event among them.
    own : float
        That of the event.
    treated, term : str
        The unit of the event, and which estimate.
    place, n : int
        Rank of the estimate by size, and estimates.
    name, outcome, ax
        As of all figures here.
    """
    drawable(estimates, name)
    figure, axes = _axes(ax, (0.6, 0.15, 0.45, 0.2), 2.8)
    axes.hist(estimates, bins=30, color=COLOURS["band"])
    axes.axvline(own, color=COLOURS["event"])
    axes.annotate(literal(treated), (own, 0.93), xycoords=axes.get_xaxis_transform(), xytext=(4, 0),
                  textcoords="offset points", color=COLOURS["event"], fontsize=8)  # fmt: skip
    axes.set_xlabel(literal(f"{outcome}: {term}"))
    axes.set_ylabel(word("models.figure.placebos.axis"))
    about = {"outcome": outcome, "treated": treated, "term": term, "rank": rank(place), "n": count(n)}
    return name, *_said("models.figure.placebos", about), figure


@drawing
def paths(path: pd.DataFrame, *, name: str, outcome: str, unit: str, event: float, donors: int, ax=None):
    """Draw a unit beside its synthetic control, and when the event was.

    Parameters
    ----------
    path : pandas.DataFrame
        ``time, treated, synthetic``.
    unit : str
        Of whom, in the reader's language.
    event : float
        First time under treatment; the line stands before it.
    donors : int
        Units that the control is made of.
    name, outcome, ax
        As of all figures here.
    """
    figure, axes = _over_time(ax, path, name, outcome, (0.75, 0.15, 0.5, 0.35))
    axes.axvline(event - 0.5, color=COLOURS["event"], linewidth=1.0, linestyle="--")
    axes.plot(path["time"], path["treated"], color=COLOURS["country"], linewidth=2.0, label=literal(unit))
    synthetic = literal(sentence("synthetic.figure.synthetic", unit=unit).plain())
    axes.plot(path["time"], path["synthetic"], color=COLOURS["text"], linewidth=1.4, linestyle="--", label=synthetic)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    about = {"outcome": outcome, "unit": unit, "event": f"{event:g}", "donors": count(donors)}
    last = path.iloc[-1]
    treated, synthetic = (Number(float(last[line]), "index", 3) for line in ("treated", "synthetic"))
    said = _said("synthetic.figure.paths", about, last=f"{last['time']:g}", treated=treated, synthetic=synthetic)
    return name, *said, figure


@drawing
def gaps(gap: pd.DataFrame, placebos: pd.DataFrame, *, name: str, outcome: str, unit: str, event: float, worst: float,
         left_out: int, ax=None):  # fmt: skip
    """Draw the gap of a unit over those of placebos.

    Parameters
    ----------
    gap : pandas.DataFrame
        ``time, gap``.
    placebos : pandas.DataFrame
        Times by units.
    name, outcome, unit, event, ax
        As in :func:`paths`.
    worst : float
        How many times worse a placebo may fit before the event and still be drawn.
    left_out : int
        Placebos that fit worse.
    """
    figure, axes = _over_time(ax, gap, name, outcome, (0.75, 0.15, 0.5, 0.2))
    axes.axhline(0, color=COLOURS["text"], linewidth=0.8)
    axes.axvline(event - 0.5, color=COLOURS["event"], linewidth=1.0, linestyle="--")
    axes.plot(placebos.index, placebos.to_numpy(), color=COLOURS["band"], linewidth=0.6)
    axes.plot(gap["time"], gap["gap"], color=COLOURS["country"], linewidth=2.2)
    about = {"outcome": outcome, "unit": unit, "event": f"{event:g}", "placebos": count(placebos.shape[1])}
    caption = sentence("synthetic.figure.gaps.caption", case="some" if left_out else "all", left_out=count(left_out),
                       worst=Number(worst, "ratio"), **about)  # fmt: skip
    last = gap.iloc[-1]
    alt = sentence("synthetic.figure.gaps.alt", last=f"{last['time']:g}", gap=_signed(last["gap"]), **about)
    return name, caption.plain(), alt.plain(), figure
