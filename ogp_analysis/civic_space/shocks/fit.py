"""What the donors of a synthetic control are worth: how many countries fit as well, how weights move, and what happened
to the donors themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, index, share, year
from ogp_analysis.civic_space.measures.catalogue import label
from ogp_analysis.civic_space.regimes import regime_episodes
from ogp_analysis.civic_space.shocks.outcome import SeriesAfter
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.synthetic import GAP, SyntheticControl

#: Weight from which a donor is named.
LEAST_WEIGHT = 0.01
#: Parts of the years before the event whose means are matched where importance is searched for.
_PARTS = 3


@dataclass(frozen=True)
class DonorsOfShock(Shown):
    """The donors of the synthetic control of one open series.

    Attributes
    ----------
    series : SeriesAfter
    frame : pandas.DataFrame
        One row per donor that weighs, the heaviest first: ``unit, weight, before`` (last value before the event),
        ``moved`` (mean from the event on minus mean before), ``episodes`` (of regime transformation from the event on;
        missing where the edition holds none), ``gap, loss`` (without it), ``shifted`` (share of all weight that then
        stands elsewhere).
    searched : SyntheticControl
        The same country matched on means of three parts of the years before, their importance searched for from
        several places.
    """

    series: SeriesAfter
    frame: pd.DataFrame = field(repr=False)
    searched: SyntheticControl = field(repr=False)

    @property
    def control(self) -> SyntheticControl:
        """The synthetic control that is shown."""
        return self.series.control

    @property
    def named(self) -> pd.DataFrame:
        """The donors that weigh at least 1 %."""
        return self.frame[self.frame["weight"] >= LEAST_WEIGHT]

    def text(self) -> Parts:
        """Say how many fit as well, how far weights move, what donors went through, and what each start came to."""
        placebos, named, own = self.control.placebos, self.named, self.control[GAP].estimate
        before = placebos["before"]
        as_well = int((before.iloc[1:] <= before.iloc[0]).sum())
        most = self.frame.loc[self.frame["shifted"].idxmax()]
        about = {"measure": label(self.series.id), "place": country(self.series.unit).in_text}
        said = [
            say("shock.fit.prefit", **about, error=Number(before.iloc[0], "index", 4), n=count(len(before) - 1),
                middle=Number(float(before.iloc[1:].median()), "index", 4), as_well=count(as_well),
                share=share(as_well / (len(before) - 1)), loss=Number(self.control.loss, "index", 6)),
            say("shock.fit.without", gap=index(own, signed=True), low=index(self.frame["gap"].min(), signed=True),
                high=index(self.frame["gap"].max(), signed=True), n=count(len(self.frame)),
                donor=country(most["unit"]).name, weight=share(most["weight"]), shifted=share(most["shifted"])),
        ]  # fmt: skip
        losses = [loss for _, loss in self.searched.starts]
        said.append(say("shock.fit.starts", n=count(len(losses)), parts=count(_PARTS),
                        least=Number(min(losses), "index", 6), most=Number(max(losses), "index", 6),
                        gap=index(self.searched[GAP].estimate, signed=True)))  # fmt: skip
        if named["episodes"].notna().all():
            own_events = named[named["episodes"] > 0]
            names = ", ".join(country(unit).name for unit in own_events["unit"])
            said.append(say("shock.fit.events", case="some" if len(own_events) else "none", n=count(len(named)),
                            struck=count(len(own_events)), names=names, event=year(self.series.event)))  # fmt: skip
        return Parts(said)

    def table(self) -> Table:
        """Return the donors that weigh at least 1 %, with what became of them, and the gap without each."""
        frame = self.named.assign(
            unit=[country(unit).name for unit in self.named["unit"]],
            episodes=[("no_data" if pd.isna(n) else int(n)) for n in self.named["episodes"]],
        )
        caption = sentence("shock.table.donors", measure=label(self.series.id), n=count(len(frame)),
                           least=share(LEAST_WEIGHT), loss=Number(self.control.loss, "index", 6))  # fmt: skip
        return tabled("donors", caption, frame)

    def starts(self) -> Table:
        """Return the loss that each start of the search for importance came to, and the donors of the best.

        Examples
        --------
        >>> donors = ogp.civic_space.shock("Mexico", "2017-06-19", "v2xcs_ccsi").donors()
        >>> len(donors.starts().frame)
        4
        """
        named = {"regression": "regression", "equal": "equal"}
        rows = [{"start": word(f"shock.start.{named.get(name, 'random')}"), "loss": loss}
                for name, loss in self.searched.starts]  # fmt: skip
        return tabled("starts", word("shock.table.starts"), rows)


def donors_of(series: SeriesAfter) -> DonorsOfShock:
    """Return what the donors of one series with a synthetic control are worth."""
    control = series.control
    weighs = control.donors[control.donors["weight"] > 1e-6]
    weights = control.donors.set_index("unit")["weight"]
    wide = series.rows.pivot(index="year", columns="unit", values="value")
    late = wide.index >= series.event
    rows = []
    for donor, weight in zip(weighs["unit"], weighs["weight"], strict=True):
        again = series.control_by(series.donor_rule, without=(donor,), placebos=False)
        moved = again.donors.set_index("unit")["weight"].reindex(weights.index, fill_value=0.0)
        episodes = regime_episodes(donor, series.event, series.last, series.edition)
        rows.append({
            "unit": donor, "weight": weight, "before": series.level_before[donor],
            "moved": wide.loc[late, donor].mean() - wide.loc[~late, donor].mean(),
            "episodes": np.nan if episodes is None else len(episodes), "gap": again[GAP].estimate, "loss": again.loss,
            "shifted": float((moved - weights).abs().sum() / 2),
        })  # fmt: skip
    times = series.own.loc[series.own["year"] < series.event, "year"].to_numpy()
    parts = [part for part in np.array_split(times, min(_PARTS, len(times))) if len(part)]
    predictors = [("value", int(part[0]), int(part[-1])) for part in parts]
    searched = series.control_by(series.donor_rule, predictors=predictors, placebos=False)
    return DonorsOfShock(series, pd.DataFrame(rows), searched)
