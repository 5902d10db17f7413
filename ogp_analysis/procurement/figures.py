"""Figures of public contracts: alerts with their coverage, methods by number and amount, concentration on firms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.ticker import NullFormatter, ScalarFormatter

from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS
from ogp_analysis.procurement.concentration import Concentration
from ogp_analysis.procurement.flag_rates import FlagRates
from ogp_analysis.procurement.method_mix import METHODS, MethodMix

_PERCENT = ([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
#: Fill of each method, from light to dark so that it is read in grey, too.
_FILLS = {"open": COLOURS["light"], "limited": COLOURS["third"], "direct": COLOURS["country"],
          "other": COLOURS["band"]}  # fmt: skip
#: A title longer than this is broken into two lines.
_WIDE = 40


@drawing
def flag_rate_dots(found: FlagRates, *, name: str, labels: dict[str, str]):
    """Draw for each alert that could be computed its coverage and its rate, with counts and, if there is one, interval.

    Parameters
    ----------
    found : FlagRates
    name : str
        File name.
    labels : dict of str to str
        Label of each flag, in the reader's language.
    """
    rows = found.computed
    drawable(rows, name)
    figure, (left, right) = canvas(
        7, 0.36 * len(rows) + 1.0, (2.75, 0.75, 0.5, 0.35), ncols=2, sharey=True, width_ratios=(1, 2.2)
    )
    for row, one in enumerate(rows):
        share = one.proportion
        left.barh(row, one.coverage, color=COLOURS["band"], height=0.55)
        if share.case == "interval":
            right.plot([share.low, share.high], [row, row], color=COLOURS["country"], linewidth=1.6)
        right.plot(share.share, row, "o", color=COLOURS["country"], markersize=5)
        counts = f"{share.count}/{share.n}"
        right.text(1.03, row, counts, va="center", fontsize=7, transform=right.get_yaxis_transform())
    left.set_yticks(range(len(rows)), [_broken(labels[one.flag]) for one in rows], fontsize=7)
    left.set_ylim(len(rows) - 0.5, -0.5)
    left.set_xlim(0, 1)
    left.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    left.set_xlabel(word("procurement.figure.rates.left"))
    right.set_xlim(-0.01, _upper(max(one.proportion.high or one.proportion.share for one in rows)))
    right.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    right.set_xlabel(word("procurement.figure.rates.right"))
    left.set_title(word("procurement.figure.rates.title"))
    ordered = sorted(rows, key=lambda one: (one.proportion.share, one.flag))
    values = {"n": len(rows), "top": labels[ordered[-1].flag], "high": ordered[-1].proportion.share,
              "bottom": labels[ordered[0].flag], "low": ordered[0].proportion.share}  # fmt: skip
    alt = sentence("procurement.figure.rates.alt", **values).plain()
    return name, sentence("procurement.figure.rates.caption", n=len(rows)).plain(), alt, figure


def _upper(highest: float) -> float:
    return next(bound for bound in (0.1, 0.25, 0.5, 1.0) if highest <= bound + 1e-9) + 0.01


def _broken(label: str) -> str:
    """Return a label in two lines if it is long, broken at the blank nearest to its middle."""
    if len(label) <= _WIDE:
        return label
    blanks = [at for at, sign in enumerate(label) if sign == " "]
    at = min(blanks, key=lambda place: abs(place - len(label) / 2))
    return label[:at] + "\n" + label[at + 1 :]


@drawing
def method_bars(whole: MethodMix, by_year: MethodMix, *, name: str):
    """Draw how contracts spread over methods, by number and by amount, by year and in all.

    Where one contract carries the amount of all, a row of its own leaves it out.

    Parameters
    ----------
    whole, by_year : MethodMix
        Of all contracts, and by year.
    name : str
        File name.
    """
    carried = whole.of("direct").carried if whole.shares else None
    rows = [(word("procurement.all"), *_shares(whole, "all"))]
    if carried:
        of = [whole.of(method) for method in METHODS]
        without = [one.number_share_without for one in of], [one.amount_share_without for one in of]
        rows.append((word("procurement.figure.methods.without"), *without))
    rows += [(year, *_shares(by_year, year)) for year in dict.fromkeys(one.group for one in by_year.shares)]
    rows = [row for row in rows if None not in row[1]]
    drawable(rows, name)
    margin = 1.75 if carried else 0.9
    figure, (left, right) = canvas(7, 0.32 * len(rows) + 1.1, (margin, 0.2, 0.5, 0.55), ncols=2, sharey=True)
    for row, (_, numbers, amounts) in enumerate(rows):
        _stacked(left, row, numbers)
        _stacked(right, row, amounts)
    left.set_yticks(range(len(rows)), [label for label, _, _ in rows], fontsize=8)
    left.set_ylim(len(rows) - 0.5, -0.5)
    for axes, side in ((left, "left"), (right, "right")):
        axes.set_xlim(0, 1)
        axes.set_xticks(*_PERCENT)
        axes.set_xlabel(word(f"procurement.figure.methods.{side}"))
    drawn = [m for m in METHODS if m != "other" or whole.of(m).number.count]
    handles = [left.barh(-9, 0, color=_FILLS[m], edgecolor=COLOURS["text"], linewidth=0.4) for m in drawn]
    labels = [word(f"procurement.method.{m}") for m in drawn]
    figure.legend(handles, labels, loc="upper right", ncols=len(drawn), fontsize=8 if len(drawn) < 4 else 7)
    left.set_title(word("procurement.figure.methods.title"), pad=14)
    return name, _methods_caption(whole), _methods_alt(whole), figure


def _shares(mix: MethodMix, group: str) -> tuple[list[float | None], list[float | None]]:
    of = [mix.of(method, group) for method in METHODS]
    return [one.number.share for one in of], [one.amount_share for one in of]


def _methods_caption(whole: MethodMix) -> str:
    carried = whole.of("direct").carried
    if carried is None:
        return sentence("procurement.figure.methods.caption", n=whole.n).plain()
    return sentence("procurement.figure.methods.caption_carried", n=whole.n, largest_share=carried.share).plain()


def _stacked(axes, row: int, shares: list[float | None]) -> None:
    if None in shares:
        return
    starts = np.append(0.0, np.cumsum(shares)[:-1])
    for method, start, share in zip(METHODS, starts, shares, strict=True):
        axes.barh(row, share, left=start, color=_FILLS[method], edgecolor=COLOURS["text"], linewidth=0.4, height=0.62)


def _methods_alt(whole: MethodMix) -> str:
    direct = whole.of("direct")
    if direct.amount_share is None:
        return sentence("procurement.figure.methods.alt_no_amount", direct=direct.number.share).plain()
    told = {"direct": direct.number.share, "amount": direct.amount_share}
    if direct.carried:
        without = direct.amount_share_without
        return sentence("procurement.figure.methods.alt_carried", **told, without=without).plain()
    return sentence("procurement.figure.methods.alt", **told).plain()


@drawing
def concentration_curve(found: Concentration, *, name: str):
    """Draw the joint share of the largest firms, with a band for what is not known.

    Where one contract carries the amount, a second line leaves it out.

    Parameters
    ----------
    found : Concentration
    name : str
        File name.
    """
    drawable(found.firms, name)
    joint = pd.Series(np.cumsum(found.firms["share"].to_numpy()))
    rank = np.arange(1, len(joint) + 1)
    figure, axes = canvas(7, 2.9, (0.65, 0.2, 0.5, 0.35))
    ceiling = np.minimum(joint + found.unknown_share, 1.0)
    axes.fill_between(rank, joint, ceiling, color=COLOURS["band"], alpha=0.35, linewidth=0,
                      label=word("procurement.figure.curve.unknown"))  # fmt: skip
    axes.plot(rank, joint, color=COLOURS["country"], label=word("procurement.figure.curve.known"),
              marker="o" if len(rank) < 2 else "")  # fmt: skip
    if found.without and found.without.suppliers:
        others = np.cumsum(found.without.firms["share"].to_numpy())
        axes.plot(np.arange(1, len(others) + 1), others, color=COLOURS["text"], linewidth=1.2, linestyle="--",
                  label=word("procurement.figure.curve.without"))  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(0, 1.02)
    axes.set_yticks(*_PERCENT)
    axes.set_xlabel(word("procurement.figure.curve.x"))
    axes.set_ylabel(word("procurement.figure.curve.y"))
    axes.legend(loc="lower right")
    axes.set_title(word("procurement.figure.curve.title"))
    values = {"suppliers": found.suppliers, "n": found.n, "unknown_share": found.unknown_share}
    return name, sentence("procurement.figure.curve.caption", **values).plain(), _curve_alt(found), figure


def _curve_alt(found: Concentration) -> str:
    told = {"top_1": found["top_1"].low, "top_10": found["top_10"].low}
    if found.without is None:
        return sentence("procurement.figure.curve.alt", **told).plain()
    without = {f"{term}_without": found.without[term].low for term in ("top_1", "top_10")}
    largest = {"largest_share": found.carried.share}
    return sentence("procurement.figure.curve.alt_carried", **told, **without, **largest).plain()
