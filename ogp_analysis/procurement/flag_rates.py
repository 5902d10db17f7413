"""Rates of red flags; a rate is of what could be computed.

Only contracts drawn at random give intervals: they say what holds among all contracts there are. Of contracts that are
complete, or whose selection is unknown, rates are counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import count, share
from ogp_analysis.display.figure import Figure, captioned, drawing
from ogp_analysis.display.result import Parts
from ogp_analysis.display.rows import RowChart, dots, ranges
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.flags.result import DOES_NOT_APPLY, FlagResult
from ogp_analysis.procurement.labels import flag_title, headings, unit_word
from ogp_analysis.statistics.rates import counted, proportion
from ogp_analysis.statistics.result import Result
from ogp_analysis.statistics.shares import share_values, with_bounds

#: Units that a random draw of contracts draws at random. A buyer or firm is in it the likelier the more it contracts.
DRAWN = ("award", "process")
#: Fewest computed units of an alert whose rate is led with, or drawn: shares of fewer stand in the table alone.
FEWEST = 30


@dataclass(frozen=True, kw_only=True)
class FlagRates(Result):
    """The rates of all flags.

    Attributes
    ----------
    rates : pandas.DataFrame
        One row per flag, in the order given: ``flag, unit, n`` (all units); of these ``does_not_apply``, for which the
        question does not arise, ``missing``, for which it does and could not be answered, and ``computed``, with the
        share of the latter as ``coverage``; ``count``, flagged units, and ``share, low, high`` of the computed;
        ``main_reason`` why not. Beside them ``proportion``, the rate itself; ``reasons`` why not, with the units of
        each, the most frequent first; ``noted``, computed units that carry no alert and are not clear either.
    at_random : bool
        Whether the contracts were drawn at random.
    buyers_are : str
        What buyers are, as in :class:`ogp_analysis.procurement.publications.Publication`.
    lawless : tuple of str
        Flags held against a number of days that no law sets: no page leads with them.
    """

    rates: pd.DataFrame = field(repr=False, compare=False)
    at_random: bool
    buyers_are: str = "buyer"
    lawless: tuple[str, ...] = ()

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: computed, not applicable and missing for a reason are all units of a flag."""
        yield from super().contradictions()
        for one in self.rates.itertuples():
            if one.missing < 0 or sum(count for _, count in one.reasons) != one.missing:
                yield f"computes {one.flag} for {one.computed} of {one.n} units and gives reasons for {one.reasons}"
            if one.count + one.noted > one.computed:
                yield f"flags or notes more units than the {one.computed} for which {one.flag} is computed"

    @property
    def computed(self) -> pd.DataFrame:
        """The flags that could be computed for at least one unit."""
        return self.rates[self.rates["computed"] > 0]

    @property
    def telling(self) -> pd.DataFrame:
        """Those computed for at least :data:`FEWEST` units."""
        return self.rates[self.rates["computed"] >= FEWEST]

    def __getitem__(self, flag: str) -> pd.Series:
        own = self.rates[self.rates["flag"] == flag]
        if own.empty:
            raise ModelError("rates of flags", f"no rate of {flag!r} was computed", "Name a flag that was computed")
        return own.iloc[0]

    @property
    def frame(self) -> pd.DataFrame:
        """The rates without what stands beside them."""
        return self.rates.drop(columns=["proportion", "reasons", "noted"])

    def answer(self) -> Parts:
        """Say how many alerts are computed, and the highest rate of those computed for enough units."""
        computed, known = self.computed, count(len(self.rates))
        if computed.empty:
            return Parts([say("procurement.glance.flags", role="number", case="nothing", known=known)])
        led = self.telling[~self.telling["flag"].isin(self.lawless)]
        values = {"known": known, "computed": count(len(computed)), "fewest": count(FEWEST)}
        if led.empty:
            return Parts([say("procurement.glance.flags", role="number", case="few", **values)])
        most = led.loc[led["share"].idxmax()]
        values |= {
            "title": flag_title(most.flag),
            "unit": unit_word(most.unit, self.buyers_are),
            "telling": count(len(led)),
        }
        values |= {"coverage": share(most.coverage)}
        values |= share_values(most.proportion, key="procurement.interval", decimals=1)
        case = "all" if len(led) == len(computed) else "some" if len(led) > 1 else "one"
        case = "only" if len(computed) == 1 else case
        case = case if most.proportion.count else "none"
        return Parts([say("procurement.glance.flags", role="number", case=case, **values)])

    def text(self) -> Parts:
        """Say so if no alert can be computed."""
        return Parts() if len(self.computed) else Parts([say("procurement.flags.none.text")])

    def plot(self, ax=None) -> Figure | Parts:
        """Draw for each alert computed for enough units its coverage and its rate, with counts and interval, if any.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return _dots(self, ax=ax) if len(self.telling) else Parts()

    def table(self) -> Table | Parts:
        """Return the alerts that could be computed: coverage beside each rate, with its interval if it has one."""
        if self.computed.empty:
            return Parts()
        frame = self._labelled()
        columns = headings(title="flag", n="units") | headings("computed", "coverage", count="alerts", share="rate")
        columns |= {name: Heading(name, "share", 1) for name in ("low", "high") if self.at_random}
        caption = word(f"procurement.table.flags{'_drawn' if self.at_random else ''}")
        return table("alerts", caption, with_bounds(frame[frame["computed"] > 0]), columns)

    def signals(self) -> Table | Parts:
        """Return what the computed alerts look at, and what else can explain each."""
        told = ("signal", "value", "look")
        codes = dict.fromkeys(flag.partition("_")[0] for flag in self.computed["flag"])
        rows = [(flag_title(code), *(word(f"flags.{code}.{name}") for name in told)) for code in codes]
        columns = headings(title="flag", signal="signal", value="compared", look="look")
        frame = pd.DataFrame(rows, columns=list(columns))
        return table("alert_meanings", word("procurement.table.signals"), frame, columns) if rows else Parts()

    def answers(self) -> Table:
        """Return of every alert what its units are, how many do not apply or cannot be computed, and why."""
        columns = headings(title="flag", unit="unit", n="units")
        columns |= headings("computed", "does_not_apply", missing="not_computable", main_reason="main_reason")
        return table("alert_answers", word("procurement.table.answers"), self._labelled(), columns)

    def _labelled(self) -> pd.DataFrame:
        frame, reasons = self.frame, []
        for one in self.rates.itertuples():
            # Every reason why not, with counts where there are several.
            said = [word(f"flags.reason.{code}") for code, _ in one.reasons]
            if len(said) > 1:
                said = [f"{reason}: {n}" for reason, (_, n) in zip(said, one.reasons, strict=True)]
            reasons.append("; ".join(said) if one.n else word("procurement.no_units"))
        return frame.assign(
            title=[flag_title(name) for name in frame["flag"]],
            unit=[unit_word(unit, self.buyers_are) for unit in frame["unit"]],
            main_reason=reasons,
        )


@drawing
def _dots(found: FlagRates):
    rows = found.telling
    low, top = rows.sort_values(["share", "flag"]).iloc[[0, -1]].itertuples()
    values = {"n": count(len(rows)), "top": flag_title(top.flag), "high": share(top.share, 1),
              "bottom": flag_title(low.flag), "low": share(low.share, 1)}  # fmt: skip
    highest = rows["high"].fillna(rows["share"]).max()
    end = next(bound for bound in (0.1, 0.25, 0.5, 1.0) if highest <= bound + 1e-9)

    def notes(narrow: bool) -> list[str]:
        return [
            f"{one.count}/{one.computed}" + ("" if narrow else f" · {one.coverage * 100:.0f} %")
            for one in rows.itertuples()
        ]

    chart = RowChart(
        [flag_title(flag) for flag in rows["flag"]],
        notes,
        [ranges(rows["low"], rows["high"]), dots(rows["share"])],
        (-end * 0.02, end * 1.02),
        [(at * end / 4, f"{at * end * 25:g} %") for at in range(5)],
    )
    fewer, several = len(found.computed) - len(rows), "several" if len(rows) > 1 else "one"
    values |= {"fewest": count(FEWEST), "fewer": count(fewer)}
    case = {"title": several, "alt": several, "caption": "fewer" if fewer else "all"}
    return captioned("alerts", "procurement.figure.rates", values, chart, "", case)


def flag_rates(
    results: Iterable[FlagResult],
    at_random: bool = False,
    buyers_are: str = "buyer",
    lawless: tuple[str, ...] = (),
) -> FlagRates:
    """Return the rate of each flag among the units for which it could be computed.

    Parameters
    ----------
    results : iterable of FlagResult
    at_random : bool
        Whether the contracts were drawn at random: then rates of :data:`DRAWN` units have Wilson's interval. A call
        with several contracts is likelier to be drawn than one with one; the intervals take calls as equal.
    buyers_are, lawless
        As in :class:`FlagRates`.
    """
    rows = []
    for one in results:
        of = one.n_flagged, one.n_computable
        rate = proportion(*of) if at_random and one.unit in DRAWN else counted(*of)
        reasons = [(reason, int(n)) for reason, n in one.reasons.items() if reason not in DOES_NOT_APPLY]
        missing, main = one.n - one.n_computable - one.n_does_not_apply, reasons[0][0] if reasons else ""
        sizes = one.n, one.n_does_not_apply, missing, one.n_computable, one.coverage
        told = rate.count, rate.share, rate.low, rate.high, main, rate, reasons, one.n_noted
        rows.append((one.flag, one.unit, *sizes, *told))
    names = "flag unit n does_not_apply missing computed coverage count share low high main_reason proportion reasons"
    rates = pd.DataFrame(rows, columns=[*names.split(), "noted"])
    return FlagRates(
        estimates=tuple(one.proportion.as_term(one.flag) for one in rates.itertuples()),
        n=int(rates["computed"].sum()),
        rates=rates.astype(dict.fromkeys(["coverage", "share", "low", "high"], "float64")),
        at_random=at_random,
        buyers_are=buyers_are,
        lawless=lawless,
        note="counted" if rows else "no_data",
        method="wilson" if at_random else "count",
        references=("wilson_1927",) if at_random else (),
    )
