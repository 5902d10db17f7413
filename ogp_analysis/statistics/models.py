"""What every fitted model returns: coefficients with their errors, and how they are said, drawn and tabled.

A model of this room returns a :class:`Model`, or a class made of it that adds what is its own. Several models stand
side by side in one :func:`table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words import Sentence, say, word
from ogp_analysis.base.words.catalogue import language, spoken
from ogp_analysis.base.words.sentence import Measure, Number, count, rounded, written
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts
from ogp_analysis.display.table import Heading, Table, in_language
from ogp_analysis.statistics.figures import coefficients, events
from ogp_analysis.statistics.result import Estimate, Result, quantile

#: Term of the constant, as every model here names it.
INTERCEPT = "(intercept)"
#: Power: the probability of detecting an effect of the smallest detectable size.
POWER = 0.8
_COLUMNS = ("term", "estimate", "std_error", "statistic", "low", "high", "p_value")


@dataclass(frozen=True, kw_only=True)
class Model(Result):
    """A fitted model.

    Attributes
    ----------
    outcome : str
        The column that is explained.
    errors : str
        Code of the kind of standard errors: a key of ``models.errors`` in the words of this room, which says the
        convention of small samples too.
    lags : int or None
        Lags of the standard errors, if they have any.
    degrees : float or None
        Degrees of freedom of the t distribution behind intervals and p values; None for the normal one.
    clustered_by : tuple of (str, int)
        Each column of clusters, and how many clusters it has; `clusters` is the smallest of these numbers.
    left_out : tuple of (str, int)
        Why rows of the frame are not in the sample, and how many: the column in which they lack a value.
    main : tuple of str
        Terms that the sentence is about; if empty, all but the constant.
    named : tuple of (str, str)
        Terms that are not columns but parts of the model, each with its key of ``models.terms`` in the words of this
        room.
    fit : tuple of (str, Number)
        Measures of the whole fit, by a key of ``models.fit`` in the words of this room; the foot of a table has them.
    when : tuple of float
        Of each estimate its time from the event, if the model is one of events; else empty.
    bands : tuple of (float, float)
        Of each estimate the ends of its simultaneous band, if the model has one; else empty. An estimate that is fixed,
        such as that of the reference period, has twice its value.
    sizes : tuple of int
        Of each estimate the units it rests on, where they differ; else empty.
    """

    outcome: str
    errors: str
    lags: int | None = None
    degrees: float | None = None
    clustered_by: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    main: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fit: tuple[tuple[str, Number], ...] = field(default=(), repr=False)
    when: tuple[float, ...] = field(default=(), repr=False)
    bands: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    sizes: tuple[int, ...] = field(default=(), repr=False)

    def contradictions(self):
        """Yield as :meth:`Result.contradictions`, and what does not belong to one estimate each."""
        yield from super().contradictions()
        for name in ("when", "bands", "sizes"):
            if getattr(self, name) and len(getattr(self, name)) != len(self.estimates):
                yield f"has {len(self.estimates)} estimates and {len(getattr(self, name))} values of {name}"

    @property
    def frame(self) -> pd.DataFrame:
        """One row per term: ``term, estimate, std_error, statistic, low, high, p_value``, on the scale of the model.

        The statistic is estimate over standard error. A p value is missing where none may be printed. A model of events
        adds ``when``, one with simultaneous bands ``band_low`` and ``band_high``, and ``n`` where estimates rest on
        different numbers of units.
        """
        frame = self.tidy()
        frame["statistic"] = frame["estimate"] / frame["std_error"].where(frame["std_error"] > 0)
        frame = frame[list(_COLUMNS)]
        if self.when:
            frame.insert(1, "when", list(self.when))
        if self.bands:
            frame[["band_low", "band_high"]] = [list(band) for band in self.bands]
        return frame.assign(n=list(self.sizes)) if self.sizes else frame

    def basis(self) -> dict:
        """Return what a model that is made of this one shares with it: its sample, outcome, errors and sources.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> ogp.statistics.ols(frame, "y", ["x"]).basis()["errors"]
        'hc1'
        """
        shared = ("n", "clusters", "clustered_by", "left_out", "outcome", "errors", "lags", "references", "degrees")
        return {name: getattr(self, name) for name in shared}

    @property
    def sample(self) -> pd.DataFrame:
        """What the fit rests on: ``what, reason, n``; rows used and left out, and clusters."""
        rows = [("used", "", self.n), *(("left out", reason, n) for reason, n in self.left_out)]
        rows += [("clusters", column, n) for column, n in self.clustered_by]
        return pd.DataFrame(rows, columns=["what", "reason", "n"])

    @property
    def errors_in_words(self) -> str:
        """The kind of standard errors, in the language in force."""
        kind = word(f"models.errors.{self.errors}")
        return kind if self.lags is None else say("models.lags", errors=kind, lags=count(self.lags)).plain()

    def label(self, term: str) -> str:
        """Return what a term is called: a column by its own name, a part of the model by its name in words.

        Parameters
        ----------
        term : str
            A term of the model.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> ogp.statistics.ols(frame, "y", ["x"]).label("(intercept)")
        'Constant'
        """
        if term == INTERCEPT:
            return word("models.intercept")
        key = dict(self.named).get(term)
        return word(f"models.terms.{key}") if key else term

    def smallest_detectable(self, term: str) -> float | None:
        """Return the size that an effect must have to be distinguishable from 0 with a probability of 80 %.

        Its standard error times the sum of two quantiles: that of the interval and that of the power. None without a
        standard error.

        Parameters
        ----------
        term : str
            A term of the model.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> round(ogp.statistics.ols(frame, "y", ["x"]).smallest_detectable("x"), 3)
        0.341
        """
        one = self[term]
        if not one.std_error:
            return None
        return (quantile((1 + one.level) / 2, self.degrees) + quantile(POWER, self.degrees)) * one.std_error

    @property
    def _main(self) -> tuple[str, ...]:
        return self.main or tuple(e.term for e in self.estimates if e.term != INTERCEPT)

    def plot(
        self, terms: Sequence[str] | None = None, *, name: str = "", labels: Mapping[str, str] | None = None, ax=None
    ) -> Figure | Parts:
        """Draw the estimates with their intervals; a model of events by time from the event, with its bands.

        Nothing is drawn if no term has an estimate.

        Parameters
        ----------
        terms : sequence of str or None
            Terms to draw; by default the main ones, or all but the constant. A model of events draws all that have a
            time.
        name : str
            File name of the figure.
        labels : mapping of str to str or None
            What a term is called in the drawing.
        ax : matplotlib.axes.Axes or None
            Axes to draw on; by default new ones.
        """
        labels, level = dict(labels or {}), next((one.level for one in self.estimates), 0.95)
        if self.when:
            shown = self._shown().frame.dropna(subset=["when", "estimate"]).sort_values("when", ignore_index=True)
            draw, usual = events, "event_study"
        else:
            chosen = [self[term].term for term in terms or self._main]
            shown = self.frame.set_index("term").loc[chosen].reset_index().dropna(subset=["estimate"])
            shown["label"] = [labels.get(term, self.label(term)) for term in shown["term"]]
            draw, usual = coefficients, "coefficients"
        if shown.empty:
            return Parts()
        return draw(
            shown,
            name=name or usual,
            outcome=labels.get(self.outcome, self.outcome),
            level=level,
            n=self.n,
            errors=self.errors_in_words,
            ax=ax,
        )

    def table(self) -> ModelTable:
        """Return the regression table of this model alone; see :func:`table` for several.

        Of a model of events it has the times that are drawn.
        """
        return table([self._shown()])

    def _shown(self) -> Model:
        return self

    def notes(self) -> Parts:
        """Say what stands below a table: the kind of standard errors, and what was left out.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> print(ogp.statistics.ols(frame, "y", ["x"]).notes())
        Standard errors: robust (HC1).
        """
        said = [say("models.note.errors", errors=self.errors_in_words)]
        if self.left_out:
            columns = ", ".join(f"{column} ({n})" for column, n in self.left_out)
            said.append(say("models.note.left_out", rows=count(sum(n for _, n in self.left_out)), columns=columns))
        return Parts(said)


@dataclass(frozen=True)
class ModelTable(Table):
    """A regression table: one column per model, estimates with their standard errors in brackets, the sample below.

    ``frame`` holds the cells as they are written; :attr:`tidy` the numbers.

    Attributes
    ----------
    titles : tuple of str
        Head of each column of a model.
    rows_of_terms : int
        Rows of estimates; those below are the foot.
    notes : tuple of str
        What stands below the table.
    tidy : pandas.DataFrame
        The numbers, unrounded: the frames of the models one below the other, with ``model`` before them.
    """

    titles: tuple[str, ...] = ()
    rows_of_terms: int = 0
    notes: tuple[str, ...] = ()
    tidy: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    def label(self, column: str) -> str:
        """Return the head of a column: that of a model is its title.

        Parameters
        ----------
        column : str
            ``term``, or ``model_1`` and so on.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> ogp.statistics.ols(frame, "y", ["x"]).table().label("model_1")
        '(1) y'
        """
        return self.titles[int(column.removeprefix("model_")) - 1] if column != "term" else super().label(column)

    def payload(self) -> dict:
        """Return the table as JSON, with its notes and the number of its rows of estimates.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> ogp.statistics.ols(frame, "y", ["x"]).table().payload()["notes"]
        ['Standard errors in brackets.', 'Standard errors: robust (HC1).']
        """
        return {**super().payload(), "notes": list(self.notes), "terms": self.rows_of_terms}

    def to_csv(self) -> str:
        """Return the numbers of all models, unrounded, as CSV: one row per model and term.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> ogp.statistics.ols(frame, "y", ["x"]).table().to_csv().splitlines()[0]
        'model,term,estimate,std_error,statistic,low,high,p_value'
        """
        rows = [
            [rounded(cell) if isinstance(cell, float) else cell for cell in row]
            for row in self.tidy.itertuples(index=False, name=None)
        ]
        return lines([list(self.tidy.columns), *rows]).decode()


@spoken
def table(
    models: Sequence[Model],
    *,
    titles: Sequence[str | Mapping] | None = None,
    terms: Sequence[str] | None = None,
    labels: Mapping[str, str | Mapping] | None = None,
    name: str = "models",
    caption: str | Mapping | Sentence = "",
) -> ModelTable:
    r"""Return a regression table of one or several models side by side.

    Parameters
    ----------
    models : sequence of Model
        Fitted models, in the order of the columns.
    titles : sequence of str, or of texts by language, or None
        Head of each column; by default its number and outcome.
    terms : sequence of str or None
        Terms to show, in order; by default all, the constant last. A term that a model does not have is an empty cell.
    labels : mapping of str to str, or to texts by language, or None
        What a term, an outcome or a column of clusters is called in the table.
    name : str
        File name of the table.
    caption : str, Sentence or mapping of str to str
        By default it names the outcomes.

    Returns
    -------
    ModelTable
        Estimates with standard errors in round brackets; below them observations, clusters, the kind of standard errors
        and measures of fit, without stars.

    Raises
    ------
    ModelError
        If there is no model, as many titles as models are not given, or no model has one of the terms.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    >>> fits = [ogp.statistics.ols(frame, "y", ["x"], errors=errors) for errors in ("classical", "hc1")]
    >>> ogp.statistics.table(fits).frame.iloc[0].tolist()
    ['x', '0.886\n(0.126)', '0.886\n(0.092)']
    """
    models, labels = list(models), {term: in_language(name, label) for term, label in (labels or {}).items()}
    if not models:
        raise ModelError("table", "there is no model", "Give a list of fitted models")
    outcomes = [labels.get(model.outcome, model.outcome) for model in models]
    numbered = [f"({i}) {outcome}" for i, outcome in enumerate(outcomes, 1)]
    titles = numbered if titles is None else [in_language(name, title) for title in titles]
    if len(titles) != len(models):
        raise ModelError("table", f"{len(titles)} titles stand over {len(models)} models", "Give each model one title")
    there = list(dict.fromkeys(e.term for model in models for e in model.estimates))
    there = sorted(there, key=lambda term: term == INTERCEPT)
    if unknown := [term for term in terms or () if term not in there]:
        raise ModelError(
            "table",
            f"no model has {len(unknown)} of the terms, {listed(unknown)}",
            "Terms are " + listed(there, most=20),
        )
    by_term = [{e.term: e for e in model.estimates} for model in models]
    spoken, rows = language(), []

    def cell(one: Estimate | None) -> str:
        if one is None or one.estimate is None:
            return ""
        text, size = (
            "" if value is None else written(value, Measure("index", one.decimals), spoken)
            for value in (one.estimate, one.std_error)
        )
        return text + (f"\n({size})" if size else "")

    for term in terms or there:
        own = next(model for model, estimates in zip(models, by_term, strict=True) if term in estimates)
        rows.append([labels.get(term, own.label(term)), *(cell(estimates.get(term)) for estimates in by_term)])
    # Below the estimates: observations, clusters, and the measures of fit that any model has.
    shown = len(rows)

    def foot(head: str, numbers: Iterable[Number | None]) -> None:
        rows.append([head, *("" if number is None else number.written(spoken) for number in numbers)])

    foot(word("models.observations"), [count(model.n) for model in models])
    for column in dict.fromkeys(column for model in models for column, _ in model.clustered_by):
        sizes = [dict(model.clustered_by).get(column) for model in models]
        head = say("models.clusters", column=labels.get(column, column)).plain()
        foot(head, [None if size is None else count(size) for size in sizes])
    rows.append([word("models.standard_errors"), *(model.errors_in_words for model in models)])
    for key in dict.fromkeys(key for model in models for key, _ in model.fit):
        foot(word(f"models.fit.{key}"), [dict(model.fit).get(key) for model in models])
    columns = [f"model_{i}" for i in range(1, len(models) + 1)]
    headings = {"term": Heading("models.term"), **dict.fromkeys(columns, Heading("models.term", "index"))}
    said = list(dict.fromkeys(note.plain() for model in models for note in model.notes()))
    tidy = pd.concat([m.frame.assign(model=t)[["model", *m.frame]] for m, t in zip(models, titles, strict=True)])
    caption = in_language(name, caption) or say("models.caption", outcomes=", ".join(dict.fromkeys(outcomes))).plain()
    return ModelTable(
        name,
        caption,
        pd.DataFrame(rows, columns=["term", *columns]),
        headings,
        spoken,
        titles=tuple(titles),
        rows_of_terms=shown,
        notes=(word("models.note.brackets"), *said),
        tidy=tidy.reset_index(drop=True),
    )
