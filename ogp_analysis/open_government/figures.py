"""Drawings of commitments: completion by potential impact, within plans and by a model, and themes that come back."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import counts, index, share
from ogp_analysis.display.figure import captioned, drawable, drawing
from ogp_analysis.display.rows import RowChart, dots, ranges
from ogp_analysis.display.sheet import Ticks, ticks
from ogp_analysis.open_government.commitment_rates import COMPLETION, IMPACT, source_of


@drawing
def impact_steps(steps: pd.DataFrame, vintage: str):
    """Draw the difference in completion of each step of potential impact, within plans, with its interval.

    Parameters
    ----------
    steps : pandas.DataFrame
        ``lower, higher, plans, lower_n, higher_n, estimate, low, high``, one row per step, from the top.
    vintage : str
        Vintage of the commitments.
    """
    drawable(steps, "completion_within_plans")
    own = steps.assign(**{name: 100 * steps[name] for name in ("estimate", "low", "high")})
    apart = own[(own["low"] > 0) | (own["high"] < 0)]
    among = own if apart.empty else apart
    widest = among.loc[among["estimate"].abs().idxmax()]
    values = {end: word(f"commitments.rating.{widest[end]}") for end in ("lower", "higher")}
    values |= counts(steps=len(own)) | {"difference": index(widest["estimate"], 0, signed=True)}
    names = [
        " → ".join(word(f"commitments.rating.{end}") for end in ends) for ends in own[["lower", "higher"]].to_numpy()
    ]
    low, high = min(own["low"].min(), 0) - 2, max(own["high"].max(), 0) + 2

    def notes(narrow: bool) -> list[str]:
        key, sizes = "commitments.figure.impact.note" + ("_narrow" if narrow else ""), own["lower_n"] + own["higher_n"]
        return [
            sentence(key, **counts(n=int(n), plans=int(plans))).plain()
            for n, plans in zip(sizes, own["plans"], strict=True)
        ]

    def axis(narrow: bool) -> Ticks:
        return [(at, index(at, 0, signed=True).written(language())) for at in ticks(low, high, 3 if narrow else 8)]

    chart = RowChart(
        names, notes, [ranges(own["low"], own["high"]), dots(own["estimate"])], (low, high), axis, rule=(0, 1.4)
    )
    case = "none_distinguishable" if apart.empty else "distinguishable"
    return captioned("completion_within_plans", "commitments.figure.impact", values, chart, source_of(vintage), case)


@drawing
def completion_probabilities(predicted: pd.DataFrame, n: int, vintage: str):
    """Draw the probability of each category of completion by potential impact, with its interval.

    Parameters
    ----------
    predicted : pandas.DataFrame
        ``value, category, probability, low, high``; the value counts classes of potential impact from 0.
    n : int
        Commitments that are averaged over.
    vintage : str
        Vintage of the commitments.
    """
    drawable(predicted, "completion_probabilities")
    rows = predicted.assign(step=predicted["value"].astype(int)).set_index(["category", "step"])
    at_none, transformative = (share(rows.loc[(COMPLETION[-1], step), "probability"]) for step in (0, len(IMPACT) - 1))
    lines = [(category, step) for category in COMPLETION for step in (-1, *range(len(IMPACT)))]
    drawn = rows.reindex(lines)
    names = [
        word(f"commitments.figure.group.{category}" if step < 0 else f"commitments.rating.{IMPACT[step]}")
        for category, step in lines
    ]
    notes = ["" if pd.isna(one) else share(one).written(language()) for one in drawn["probability"]]
    top = max(predicted["high"]) + 0.02

    def axis(narrow: bool) -> Ticks:
        return [(at, f"{100 * at:.0f} %" if at else "0") for at in ticks(0, top, 3 if narrow else 6)]

    marks = [ranges(drawn["low"], drawn["high"]), dots(drawn["probability"], size=7)]
    values = {"at_none": at_none, "transformative": transformative} | counts(n=n)
    return captioned(
        "completion_probabilities",
        "commitments.figure.model",
        values,
        RowChart(names, notes, marks, (-0.01, top), axis),
        source_of(vintage),
    )


@drawing
def carried_beside_others(themes: pd.DataFrame, own: float, others: float, nearest: int, vintage: str):
    """Draw by theme the share that comes back in a country's next plan, and that of other countries' plans of its size.

    Parameters
    ----------
    themes : pandas.DataFrame
        ``theme, carried, carried_n, carried_share, others``, one row per theme.
    own, others : float
        Both shares over all themes.
    nearest : int
        How many plans of other countries a pair is compared with.
    vintage : str
        Vintage of the commitments.
    """
    drawable(themes, "carry_over")
    drawn = themes.sort_values(["others", "theme"], ascending=[False, True])
    values = {"own": share(own, 1), "elsewhere": share(others, 1)} | counts(nearest=nearest, n=len(drawn))
    marks = [
        ranges(drawn["carried_share"], drawn["others"], width=1.6),
        dots(drawn["others"], "region", 6, "D"),
        dots(drawn["carried_share"]),
    ]
    chart = RowChart(
        [word(f"commitments.theme.{theme}") for theme in drawn["theme"]],
        [f"{hits}/{of}" for hits, of in zip(drawn["carried"], drawn["carried_n"], strict=True)],
        marks,
        keys=[
            (word(f"commitments.figure.carried.{of}"), marker, colour)
            for of, marker, colour in (("own", "o", "own"), ("others", "D", "region"))
        ],
    )
    return captioned("carry_over", "commitments.figure.carried", values, chart, source_of(vintage))
