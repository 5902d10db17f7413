"""Some countries beside one another in a few measures, and which of their differences exceed the published error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.countries import Country, country
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import count, index, rank, share, year
from ogp_analysis.civic_space.breaks import with_distances
from ogp_analysis.civic_space.changes import no_probability
from ogp_analysis.civic_space.figures.overview import comparison
from ogp_analysis.civic_space.panel import Panel, checked_year, ids_of, panel
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown, parts
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.measurement import Measured, sign_probability
from ogp_analysis.statistics.series import exact

#: From this probability on, a difference is said to exceed the published error.
SURE = 0.95
#: From this change on, others that moved alike are counted; of a measure without one they are not.
LEAST = {"v2xcs_ccsi": 0.05}


@dataclass(frozen=True)
class Comparison(Shown):
    """Countries beside one another; the first is the one that the others are compared with.

    Attributes
    ----------
    panel : Panel
        The measures of all countries; its first and last year are those compared.
    countries : tuple of Country
    indicators : tuple of str
    """

    panel: Panel = field(repr=False)
    countries: tuple[Country, ...]
    indicators: tuple[str, ...]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per indicator and country, in the order asked for.

        ``indicator, iso3, first_value, last_value, change, distance, probability, note``: the values of the first and
        the last year, last minus first (missing across a break), the value of the last year minus that of the first
        country, how probable it is that this distance has the sign it shows if the errors of two countries are
        independent, and why there is no probability, as in
        :class:`~ogp_analysis.statistics.measurement.SignProbability`.
        """
        panel, rows = self.panel, []
        first, last = panel.first_year, panel.last_year
        bounded = {one.iso3: panel.bounded(one.iso3) for one in self.countries}
        errors = {code: frame[frame["year"] == last].set_index("term") for code, frame in bounded.items()}
        for id in self.indicators:
            values = {one.iso3: panel.own(id, one.iso3).set_index("year")["value"] for one in self.countries}
            ends = {code: self._measured(values[code].get(last), errors[code], id) for code in values}
            reference = ends[self.countries[0].iso3]
            for code, own in values.items():
                apart = sign_probability(reference, ends[code], term=code)
                whole = first in own and last in own and panel.broken(id, code, first, last) is None
                change = float(exact(own[last]) - exact(own[first])) if whole else None
                itself = code == self.countries[0].iso3
                rows.append((id, code, own.get(first), own.get(last), change, None if itself else apart.difference,
                             None if itself else apart.probability, "itself" if itself else apart.note))  # fmt: skip
        numbers = ["first_value", "last_value", "change", "distance", "probability"]
        frame = pd.DataFrame(rows, columns=["indicator", "iso3", *numbers, "note"])
        return frame.astype(dict.fromkeys(numbers, "float64"))

    @staticmethod
    def _measured(value: float | None, errors: pd.DataFrame, id: str) -> Measured:
        """Return a value with what is published of its error."""
        if value is None or id not in errors.index:
            return Measured(value)
        known = {name: None if pd.isna(errors.at[id, name]) else errors.at[id, name] for name in ("low", "high", "sd")}
        return Measured(value, **known)

    def text(self) -> Parts:
        """Say where the first country stands among the others and how it moved, and what is not shown."""
        own, *others = self.countries
        ends = {"first": year(self.panel.first_year), "last": year(self.panel.last_year)}
        said = [say("compare.headline", role="headline", place=own.name, names=_names(others), **ends)]
        said += [self._place(id, "finding" if number == 0 else "number") for number, id in enumerate(self.indicators)]
        return Parts([*said, say("compare.limit", role="limit")])

    def _place(self, id: str, role: str) -> Sentence:
        """Say the value, the place and the movement of the first country in one indicator."""
        own, rows = self.countries[0], self.frame[self.frame["indicator"] == id].set_index("iso3")
        values, moved = rows["last_value"].dropna(), rows["change"]
        about = {"place": own.in_text, "indicator": word(f"indicators.{id}.name"), "n": count(len(values)),
                 "first": year(self.panel.first_year), "last": year(self.panel.last_year)}  # fmt: skip
        key, name = "compare.number" if role == "number" else "compare.place", f"compare.{id}"
        if own.iso3 not in values:
            return say(key, case="absent", name=name, **about)
        mine, change = values[own.iso3], moved[own.iso3]
        about |= {"value": index(mine), "rank": rank(int((values > mine).sum()) + 1)}
        if pd.isna(change):
            return say(key, case="now", role=role, name=name, **about)
        case = "fell" if change < 0 else "rose" if change > 0 else "same"
        if case != "same":
            about["change"] = index(abs(change))
        if case != "same" and id in LEAST:
            others = moved.drop(own.iso3).dropna()
            alike = others[(others * change > 0) & (others.abs() >= LEAST[id])]
            about |= {"others": count(len(others)), "alike": count(len(alike)), "least": index(LEAST[id])}
            case += "_counted"
        return say(key, case=case, role=role, name=name, **about)

    def plot(self, ax=None) -> Figure:
        """Draw every indicator on a scale of its own, a line a country.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        own = {id: {one.iso3: self.panel.own(id, one.iso3) for one in self.countries} for id in self.indicators}
        return comparison(own, name="comparison", ids=list(self.indicators), ax=ax)

    def differences(self) -> Parts:
        """Say of each indicator which differences in the last year exceed the published error, and table all of them.

        Where no error is published, that is said in place of a verdict.

        Examples
        --------
        >>> said, made = ogp.civic_space.compare(["MEX", "CHL"], "v2xcs_ccsi").differences()
        >>> said.plain()[-47:]
        'so it is not known which differences exceed it.'
        """
        own, said = self.countries[0], []
        for id in self.indicators:
            rows = self.frame[(self.frame["indicator"] == id) & (self.frame["note"] != "itself")]
            known, about = rows.dropna(subset=["probability"]), {"indicator": word(f"indicators.{id}.name")}
            if known.empty:
                said.append(say("compare.error", case="none", **about))
                continue
            sure = known[known["probability"] >= SURE]
            about |= {"source": word(f"compare.source.{indicator(id).dataset}"), "place": own.in_text,
                      "n": count(len(known)), "level": share(SURE), "last": year(self.panel.last_year),
                      "sure": count(len(sure))}  # fmt: skip
            unsure = [country(code) for code in known["iso3"] if code not in set(sure["iso3"])]
            names = {"names": _names(unsure)} if unsure else {}
            case = "some" if unsure and len(sure) else "no" if unsure else "all"
            said.append(say("compare.error", case=case, name=f"compare.error_{id}", **about, **names))
        return Parts([*said, self.table()])

    def table(self) -> Table:
        """Return one row per indicator and country: values, change, distance from the first, and its probability."""
        own, frame = self.countries[0], self.frame
        text = frame.astype({"change": object, "distance": object, "probability": object})
        reasons = [{"itself": "not_applicable"}.get(note, no_probability(note)) for note in frame["note"]]
        text["probability"] = text["probability"].where(frame["probability"].notna(), reasons)
        text["distance"] = text["distance"].where(frame["note"] != "itself", "not_applicable")
        text = text.assign(indicator=[word(f"indicators.{id}.short") for id in frame["indicator"]],
                           place=[country(code).name for code in frame["iso3"]])  # fmt: skip
        caption = sentence("compare.table", place=own.in_text, first=year(self.panel.first_year),
                           last=year(self.panel.last_year))  # fmt: skip
        return tabled("comparison", caption, text)

    def appendix(self) -> Parts:
        """Return what was read and left out, and what each indicator asks.

        Examples
        --------
        >>> [one.name for one in ogp.civic_space.compare(["MEX", "CHL"]).appendix() if hasattr(one, "name")][-2:]
        ['scope', 'indicators']
        """
        return parts(self.panel.sample.text(), self.panel.sample.table(), self.panel.table(self.indicators))


def compare(countries: Iterable[str], indicators: str | Iterable[str] = "v2xcs_ccsi", start_year: int = 2013,
            end_year: int = 2023, edition: str = "embedded") -> Comparison:  # fmt: skip
    """Return some countries beside one another in a few measures.

    Parameters
    ----------
    countries : iterable of str
        Two to eight, any usual names or codes. The others are compared with the first.
    indicators : str or iterable of str
        One to four ids or names of the catalogue whose values may be passed on and have distances.
    start_year, end_year : int
        The years compared.
    edition : {"embedded", "full"}
        Which data, as in ``ogp.load``.

    Returns
    -------
    Comparison
        One row per indicator and country; it says, draws and tables them.

    Raises
    ------
    UnknownName
        If a country or an indicator is not known; what is spelt most like it is named.
    ParameterError
        If one is named twice, there are too few or too many, the years are the wrong way round or outside those of an
        indicator, or an indicator has no distances or may not be passed on.

    Examples
    --------
    >>> comparison = ogp.civic_space.compare(["Mexico", "CHL", "COL"], ["v2x_polyarchy_v15"], 2013, 2023)
    >>> comparison.frame[["iso3", "last_value", "probability"]].round(3).to_dict("split")["data"][1]
    ['CHL', 0.837, 1.0]
    """
    codes = [country(one).iso3 for one in ([countries] if isinstance(countries, str) else countries)]
    ids = ids_of(indicators)
    for name, given, fewest, most in (("countries", codes, 2, 8), ("indicators", ids, 1, 4)):
        if twice := [one for place, one in enumerate(given) if one in given[:place]]:
            raise ParameterError(name, f"name {twice[0]} {given.count(twice[0])} times", "Name it once")
        if not fewest <= len(given) <= most:
            raise ParameterError(name, f"hold {len(given)} ({', '.join(given)})", f"Give {fewest} to {most} in a list")
    for name, at in (("start_year", start_year), ("end_year", end_year)):
        checked_year(name, at)
    if start_year >= end_year:
        raise ParameterError("start_year", f"{start_year} is not before end_year, {end_year}", "Swap them")
    for id in ids:
        with_distances(id, "indicators")
    made = panel(ids, start_year, end_year, edition=edition)
    for id in ids:
        if id in made.absent:
            raise ParameterError(
                "indicators", f"{id} is not in the {edition} edition", "Use another, or the full edition"
            )
        there = made.there[made.there[id] & made.there["iso3"].isin(codes)]
        outside = [at for at in (start_year, end_year) if at not in set(there["year"])]
        if outside:
            raise ParameterError("start_year, end_year", f"{id} has no value of these countries in {outside[0]}",
                                 f"Use years in which it has: {there['year'].min()} to {there['year'].max()}"
                                 if len(there) else "Use other countries or another measure")  # fmt: skip
    return Comparison(made, tuple(country(code) for code in codes), tuple(ids))


def _names(those: Iterable[Country]) -> str:
    """Return names in the order of the list, with the word for and before the last."""
    *before, last = (one.in_text for one in those)
    return f"{', '.join(before)} {word('compare.and')} {last}" if before else last
