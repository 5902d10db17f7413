"""Drawings of commitments: completion by potential impact, within plans and by a model, and themes that come back."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import Measure, Number, count, share, written
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.rows import row_chart
from ogp_analysis.display.sheet import PALETTE, PERCENT, Sheet, ticks
from ogp_analysis.open_government.commitment_rates import COMPLETION, IMPACT, source_of

_POINTS = Measure("index", 0, signed=True)


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
    values = {"lower": word(f"commitments.rating.{widest['lower']}"), "steps": count(len(own)),
              "higher": word(f"commitments.rating.{widest['higher']}"),
              "difference": Number(widest["estimate"], "index", 0, signed=True)}  # fmt: skip
    case = "none_distinguishable" if apart.empty else "distinguishable"
    title = sentence("commitments.figure.impact.title", case=case, **values).plain()
    about, alt, caption = (sentence(f"commitments.figure.impact.{part}", **values).plain()
                           for part in ("about", "alt", "caption"))  # fmt: skip
    source = source_of(vintage)
    names = [f"{word(f'commitments.rating.{a}')} → {word(f'commitments.rating.{b}')}"
             for a, b in zip(own["lower"], own["higher"], strict=True)]  # fmt: skip
    sizes = [{"n": count(int(one.lower_n + one.higher_n)), "plans": count(int(one.plans))} for one in own.itertuples()]
    low, high = min(own["low"].min(), 0) - 2, max(own["high"].max(), 0) + 2

    def draw(narrow: bool) -> Sheet:
        places = ticks(low, high, 3 if narrow else 8)
        note = "commitments.figure.impact.note" + ("_narrow" if narrow else "")
        notes = [sentence(note, **size).plain() for size in sizes]
        axis = [(at, written(at, _POINTS, language())) for at in places]
        panel, heights = row_chart(names, notes, (low, high), axis, title, about, source, narrow)
        panel.rules([[(0, 0), (0, panel.ylim[0])]], PALETTE["axis"], 1.4)
        for height, one in zip(heights, own.itertuples(), strict=True):
            panel.line([one.low, one.high], [height] * 2, PALETTE["dots"], 2.4)
            panel.dots([one.estimate], [height], PALETTE["own"], 8)
        return panel.sheet

    return "completion_within_plans", caption, alt, (draw(False), draw(True))


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
    rows = predicted.assign(step=predicted["value"].astype(int)).set_index(["category", "step"]).sort_index()
    ends = [share(rows.loc[(COMPLETION[-1], step), "probability"]) for step in (0, len(IMPACT) - 1)]
    values = {"n": count(n), "at_none": ends[0], "transformative": ends[1]}
    title, about, alt, caption = (sentence(f"commitments.figure.model.{part}", **values).plain()
                                  for part in ("title", "about", "alt", "caption"))  # fmt: skip
    lines = [(category, step) for category in COMPLETION for step in (None, *range(len(IMPACT)))]
    names = [word(f"commitments.figure.group.{category}" if step is None else f"commitments.rating.{IMPACT[step]}")
             for category, step in lines]  # fmt: skip
    notes = ["" if step is None else share(rows.loc[line, "probability"]).written(language()) for line, step in
             ((line, line[1]) for line in lines)]  # fmt: skip
    top = max(predicted["high"]) + 0.02

    def draw(narrow: bool) -> Sheet:
        source = source_of(vintage)
        axis = [(at, f"{100 * at:.0f} %" if at else "0") for at in ticks(0, top, 3 if narrow else 6)]
        panel, heights = row_chart(names, notes, (-0.01, top), axis, title, about, source, narrow)
        for height, line in zip(heights, lines, strict=True):
            if line[1] is not None:
                panel.line([rows.loc[line, "low"], rows.loc[line, "high"]], [height] * 2, PALETTE["dots"], 2.4)
                panel.dots([rows.loc[line, "probability"]], [height], PALETTE["own"], 7)
        return panel.sheet

    return "completion_probabilities", caption, alt, (draw(False), draw(True))


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
    values = {"own": share(own, 1), "elsewhere": share(others, 1), "nearest": count(nearest), "n": count(len(drawn))}
    title, about, alt, caption = (sentence(f"commitments.figure.carried.{part}", **values).plain()
                                  for part in ("title", "about", "alt", "caption"))  # fmt: skip
    names = [word(f"commitments.theme.{theme}") for theme in drawn["theme"]]
    notes = [f"{hits}/{of}" for hits, of in zip(drawn["carried"], drawn["carried_n"], strict=True)]
    keys = [(word("commitments.figure.carried.own"), "o", "own"),
            (word("commitments.figure.carried.others"), "D", "region")]  # fmt: skip

    def draw(narrow: bool) -> Sheet:
        axis = list(zip(*PERCENT, strict=True))[:: 2 if narrow else 1]
        source = source_of(vintage)
        panel, heights = row_chart(names, notes, (-0.02, 1.02), axis, title, about, source, narrow, keys)
        for height, one in zip(heights, drawn.itertuples(), strict=True):
            panel.line([one.carried_share, one.others], [height] * 2, PALETTE["dots"], 1.6)
            panel.dots([one.others], [height], PALETTE["region"], 6, marker="D")
            panel.dots([one.carried_share], [height], PALETTE["own"], 8)
        return panel.sheet

    return "carry_over", caption, alt, (draw(False), draw(True))
