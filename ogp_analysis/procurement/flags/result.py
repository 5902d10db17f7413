"""What a red flag answers: for each unit flagged, clear or not computable, with the value that was compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

#: The answers. A process that lacks the data is not a process without the signal. What is noted carries no alert, and
#: is not clear either: R003 notes a term that the law lets a buyer shorten, if no reason for it is published.
OUTCOMES = ("flagged", "noted", "clear", "not_computable")
FLAGGED, NOTED, CLEAR, NOT_COMPUTABLE = OUTCOMES
#: Why no share of an organisation is computed: the data are a sample of its contracts.
SAMPLE = "sample"
#: What a flag can be about.
UNITS = tuple("process award buyer procuring_entity supplier tenderer purchases buyer_supplier market_supplier".split())
#: Reasons that say the question does not arise, so that more data would not help.
DOES_NOT_APPLY = tuple(
    (
        "cancelled excluded_method other_method not_lowest_won several_winners one_tenderer nobody_tendered one_award "
        "out_of_scope"
    ).split()
)
#: Names under which a caller gives, beside tables of OCDS: awarded contracts of another source; which term the law sets
#: for each call, as :func:`ogp_analysis.procurement.submission_terms.submission_terms` says; and what
#: :mod:`ogp_analysis.procurement.sanctions` found of each award.
AWARDED, TERMS, DEBARRED = "awarded", "submission_terms", "debarred"
#: A threshold that is not a number but the fence of the data at hand.
TUKEY = "tukey"
INVOLVED_COLUMNS = ["ocid", "organisation_id"]


@dataclass(frozen=True)
class Settings:
    """Settings by section, for example ``settings["R003"]["threshold"]``.

    Attributes
    ----------
    country : str
        ISO 3166 alpha-3 code of the country whose file is in force; empty for none.
    sections : mapping of str to mapping
        Every section and name of ``defaults.toml``, and of each flag what it declares.
    """

    country: str
    sections: Mapping[str, Mapping]

    def __getitem__(self, section: str) -> Mapping:
        return self.sections[section]

    def __hash__(self) -> int:
        return hash((self.country, repr(self.sections)))


@dataclass(frozen=True)
class Flag:
    """One red flag on one kind of unit.

    Attributes
    ----------
    code : str
        Code in the Open Contracting Partnership's list, for example ``"R003"``.
    unit : str
        One of :data:`UNITS`.
    needs : mapping of str to tuple of str
        The columns it reads, by table.
    answer : callable
        ``answer(processes, settings of the flag) -> Answer``, pure.
    settings : mapping of str to tuple
        Its settings by name: the default, and in words what it is. A country's file may set another value.
    name : str
        The code, and for a code with several units also the unit: ``"R038_buyer"``.
    share : bool
        Whether its value is a share that an organisation has in a whole, or of what it did. A sample holds no whole:
        there such a flag is not computable, and names nobody.
    """

    code: str
    unit: str
    needs: Mapping[str, tuple[str, ...]]
    answer: Callable[..., Answer]
    settings: Mapping[str, tuple[object, str]] = field(default_factory=dict)
    name: str = ""
    share: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.code)


def flag(code: str, unit: str, needs: Mapping[str, tuple[str, ...]], **more) -> Callable[[Callable[..., Answer]], Flag]:
    """Return a decorator that makes a :class:`Flag` of the function that answers it; arguments are its attributes."""
    return lambda answer: Flag(code, unit, needs, answer, **more)


@dataclass(frozen=True)
class FlagResult:
    """The answers of one flag.

    Attributes
    ----------
    flag, unit : str
        Name of the flag and what it is about.
    frame : pandas.DataFrame
        One row per unit, processes in the order of their table, organisations sorted: ``unit_id``; ``outcome``, one
        of :data:`OUTCOMES`; ``value``, the number that was compared, missing where it could not be computed;
        ``reason``, why it could not, else missing.
    fences : mapping of str to float
        The bounds the values were held against and the quartiles behind them, where they come from the data.
    involved : pandas.DataFrame
        Who took part in what was flagged: ``ocid, organisation_id``, one row per pair, sorted.
    """

    flag: str
    unit: str
    frame: pd.DataFrame
    fences: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    involved: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame({name: pd.Series(dtype="str") for name in INVOLVED_COLUMNS})
    )

    @property
    def n(self) -> int:
        """All units, computable or not."""
        return len(self.frame)

    @property
    def n_flagged(self) -> int:
        """Units that carry the signal."""
        return int((self.frame["outcome"] == FLAGGED).sum())

    @property
    def n_noted(self) -> int:
        """Units that are neither flagged nor clear."""
        return int((self.frame["outcome"] == NOTED).sum())

    @property
    def n_computable(self) -> int:
        """Units for which the flag could be computed: the denominator of the rate."""
        return self.n - int((self.frame["outcome"] == NOT_COMPUTABLE).sum())

    @property
    def n_does_not_apply(self) -> int:
        """Units that are not computable because the question does not arise for them."""
        return int(self.frame["reason"].isin(DOES_NOT_APPLY).sum())

    @property
    def coverage(self) -> float | None:
        """Share of all units for which the flag could be computed; None if there are no units."""
        return self.n_computable / self.n if self.n else None

    @property
    def rate(self) -> float | None:
        """Share of the computable units that are flagged; None if none is computable."""
        return self.n_flagged / self.n_computable if self.n_computable else None

    @property
    def flagged(self) -> pd.DataFrame:
        """The flagged units with their values, sorted by unit."""
        rows = self.frame.loc[self.frame["outcome"] == FLAGGED, ["unit_id", "value"]]
        return rows.sort_values("unit_id", ignore_index=True)

    @property
    def reasons(self) -> pd.Series:
        """How many units are not computable, by reason, the most frequent first."""
        counts = self.frame["reason"].astype("str").value_counts().rename_axis("reason").rename("n").reset_index()
        return counts.sort_values(["n", "reason"], ascending=[False, True]).set_index("reason")["n"]


class Answer(NamedTuple):
    """What a flag says of its units, one entry each.

    Attributes
    ----------
    ids : sequence of str
    value : array of numbers
        What is compared; looked at only where the flag is computable.
    flagged : array of bool
        Whether the value gives the signal; looked at only where the flag is computable.
    why_not : list of (str, array of bool)
        Reasons and the units they hold for. The first that holds is given.
    noted : array of bool
        Which of the units that are not flagged are not clear either.
    more : mapping
        ``fences`` and ``involved`` of :class:`FlagResult`.
    """

    ids: Sequence | pd.Index | pd.Series
    value: Any
    flagged: Any
    why_not: list[tuple[str, Any]]
    noted: Any = False
    more: Mapping = MappingProxyType({})


def judged(name: str, unit: str, answer: Answer) -> FlagResult:
    """Return an answer as the result of the flag of that name."""
    names = list(dict.fromkeys(why for why, _ in answer.why_not))
    reason = np.full(len(answer.ids), -1, dtype="int16")
    for why, holds in reversed(answer.why_not):
        reason[np.asarray(holds, dtype=bool)] = names.index(why)
    computable = reason < 0
    signal = np.where(answer.flagged, np.int8(0), np.where(answer.noted, np.int8(1), np.int8(2)))
    outcome = np.where(computable, signal, np.int8(3))
    frame = pd.DataFrame(
        {
            "unit_id": pd.array(answer.ids, dtype="str"),
            "outcome": pd.Categorical.from_codes(outcome, categories=OUTCOMES),
            "value": np.where(computable, answer.value, np.nan),
            "reason": pd.Categorical.from_codes(reason, categories=names),
        },
        copy=False,
    )
    return FlagResult(name, unit, frame, **answer.more)


def not_of_a_sample(result: FlagResult) -> FlagResult:
    """Return the answers with every unit that was computed not computable, because the data are a sample."""
    computed = result.frame["outcome"] != NOT_COMPUTABLE
    reason = result.frame["reason"].cat.add_categories([SAMPLE]).mask(computed, SAMPLE)
    outcome = result.frame["outcome"].mask(computed, NOT_COMPUTABLE)
    frame = result.frame.assign(outcome=outcome, value=np.nan, reason=reason)
    return FlagResult(result.flag, result.unit, frame, fences=result.fences)
