"""World Press Freedom Index of Reporters Without Borders, one export an edition, 2002-2026.

Three methods, never to be chained: penalty points to 2012 (lower is freer), a score of 0 to 100 from 2013
(exported as 100 less the published penalty, higher is freer) and another from 2022 on five contexts (higher
is freer). There is no edition 2011. The index of a year reflects the year before it.

References
----------
Reporters Without Borders, Methodology used for compiling the World Press Freedom Index: to 2012, 2013 to
2021, and from 2022.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, kept_but, set_aside
from ogp_analysis.data.datasets.civic_space.index_rows import UNIT_COLUMNS, named_alike

# Decimal points that an export lost, put back where the order of the ranks leaves one place only.
# ``4613`` may have been 46.13, 461.3 or 4613, and ``595`` 59.5 or 5.95. Scores that are ranked never run against their
# ranks, so that a value lies between those of its neighbours. If one reading of each value keeps that order, it is the
# right one; if several do, the value is not decided.

#: Decimals that the publisher gives; a third is read only in a number that is too large with two.
USUAL_DECIMALS, MOST_DECIMALS = 2, 3


@dataclass(frozen=True)
class Readings:
    """How each of several ranked texts can be read.

    Attributes
    ----------
    possible : tuple of tuple of decimal.Decimal
        The readings of each text that keep the order of the ranks, ascending, in the order of the texts.
        One: the text is decided. None: it contradicts its rank.
    """

    possible: tuple[tuple[Decimal, ...], ...]

    @property
    def contradicting(self) -> list[int]:
        """Positions of texts without a reading."""
        return [at for at, found in enumerate(self.possible) if not found]

    @property
    def undecided(self) -> list[int]:
        """Positions of texts with more than one reading."""
        return [at for at, found in enumerate(self.possible) if len(found) > 1]


def readings(text: str, least: float, most: float) -> tuple[Decimal, ...]:
    """Return the numbers between `least` and `most` that `text` is once it has lost its decimal point, ascending.

    A number was written without trailing zeros behind the point, so that one that ends in 0 had no
    decimals, and with its zero before it, except that a negative one lost that too (``-67`` for -0.67).

    Parameters
    ----------
    text : str
        Digits, with a minus sign or not; or a number that kept its point, which is the only reading then.
    least, most : float
        Ends of the scale.
    """
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if "." in digits:
        return (Decimal(text),)
    for decimals in (USUAL_DECIMALS, MOST_DECIMALS):
        ends = [len(digits)] if digits.endswith("0") else range(len(digits), len(digits) - decimals - 1, -1)
        # A whole part has no zero in front of it, unless it is zero.
        wholes = [at for at in ends if at == 1 or (at > 1 and digits[0] != "0")]
        written = [f"{sign}{digits[:at]}.{digits[at:]}".rstrip(".") for at in wholes]
        if sign and len(digits) <= decimals:
            written.append(f"-0.{digits}")
        inside = {one for one in map(Decimal, written) if least <= one <= most}
        if inside:
            return tuple(sorted(inside))
    return ()


def restored(texts: Sequence[str], ranks: Sequence[int], least: float, most: float, *, higher_first: bool) -> Readings:
    """Return the readings of ranked texts that keep the order of their ranks.

    Parameters
    ----------
    texts : sequence of str
        As in :func:`readings`.
    ranks : sequence of int
        1 for the first; equal ranks, and equal values, are possible.
    least, most : float
        Ends of the scale.
    higher_first : bool
        Whether rank 1 has the highest value, or the lowest.
    """
    order = sorted(range(len(texts)), key=lambda at: ranks[at], reverse=higher_first)
    rising = [readings(texts[at], least, most) for at in order]
    # Going up, no reading is below the least that the one before can have; coming down, none above the highest.
    low, floor = [], Decimal("-Infinity")
    for one in rising:
        floor = next((value for value in one if value >= floor), floor)
        low.append(floor)
    high, ceiling = [], Decimal("Infinity")
    for one in reversed(rising):
        ceiling = next((value for value in reversed(one) if value <= ceiling), ceiling)
        high.append(ceiling)
    possible = {
        at: tuple(value for value in one if least_here <= value <= most_here)
        for at, one, least_here, most_here in zip(order, rising, low, reversed(high), strict=True)
    }
    return Readings(tuple(possible[at] for at in range(len(texts))))


# Scores of the World Press Freedom Index as numbers: the comma, the lost point, the three methods.

#: Method and the first edition made by it; values of two methods are not comparable.
METHODS = {"penalty_points": 2002, "penalty_turned": 2013, "five_contexts": 2022}
#: Editions whose export kept the decimal comma; all others lost it.
WITH_COMMA = (*range(2002, 2008), 2009, 2010)
#: Ends of the scale by whether higher is freer: the bounds in which a lost point is looked for.
_ENDS = {False: (-10, 150), True: (0, 100)}
#: Column of each context: its title, its raw column, the raw column of its rank.
CONTEXTS = {
    "political": ("Political", "Political Context", "Rank_Pol"),
    "economic": ("Economic", "Economic Context", "Rank_Eco"),
    "legal": ("Legal", "Legal Context", "Rank_Leg"),
    "social": ("Social", "Social Context", "Rank_Soc"),
    "safety": ("Safety", "Safety", "Rank_Saf"),
}
#: Most by which a score, rounded to two decimals, differs from the mean of its contexts, rounded too.
_ROUNDING = Decimal("0.01")


def method(year: int) -> str:
    """Return the method of an edition."""
    return max(METHODS, key=lambda name: (METHODS[name] <= year, METHODS[name]))


def scores_of(
    chunk: pd.DataFrame, columns: dict[str, str], year: int
) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return the columns of scores of one edition as text with a decimal point, and what was changed.

    A point that was lost is put where the order of the ranks leaves one place only (:data:`RANK_RULE`);
    where it leaves several, which happens at the end of the order of a context, where the score is the
    mean of the five contexts (:data:`MEAN_RULE`).

    Parameters
    ----------
    chunk : pandas.DataFrame
        One whole edition.
    columns : dict of str to str
        Raw columns of ``rank`` and ``score``.
    year : int
        Year of the edition.

    Raises
    ------
    CleaningError
        If a value is not a number, contradicts its rank or cannot be decided.
    """
    higher = method(year) != "penalty_points"
    raw, rank = columns["score"], columns["rank"]
    if year in WITH_COMMA:
        text = chunk[raw].str.replace(",", ".", regex=False)
        values = number(chunk.assign(**{raw: text}), raw).groupby(_ranks(chunk, rank))
        low, high = values.min(), values.max()
        against = (low < high.shift(-1)) if higher else (high > low.shift(-1))
        if against.any():
            first = against[against].index[0]
            raise CleaningError(
                f"{chunk[FILE].iloc[0]}, column {raw}",
                f"{int(against.sum())} scores run against their ranks, the first at rank {first}",
                "Correct the source row",
            )
    else:
        text = _decided(chunk, raw, _readings(chunk, raw, rank, higher), lambda at: [])
    entries = [changed(chunk, raw, text, "decimal_comma" if year in WITH_COMMA else "decimal_point_by_rank")]
    empty = pd.Series("", index=chunk.index, dtype="str")
    found = {"penalty_points": empty if higher else text, "score": text if higher else empty}
    if method(year) != "five_contexts":
        return found | dict.fromkeys(CONTEXTS, empty), entries
    # The score is the mean of the five contexts, which decides what ranks leave open: the readings that give the mean.
    read = {name: _readings(chunk, raw, rank, True) for name, (_, raw, rank) in CONTEXTS.items()}
    means = {}
    for at in sorted({at for one in read.values() for at in one.undecided}):
        of_row, mean = [one.possible[at] for one in read.values()], Decimal(text.iloc[at])
        means[at] = [one for one in product(*of_row) if abs(sum(one) / len(one) - mean) <= _ROUNDING]
    for place, (name, (_, raw, _)) in enumerate(CONTEXTS.items()):
        new = _decided(chunk, raw, read[name], lambda at, place=place: [one[place] for one in means[at]])
        undecided = pd.Series(range(len(chunk)), index=chunk.index).isin(read[name].undecided)
        found[name] = new
        entries += [
            changed(chunk, raw, new.mask(undecided, chunk[raw]), "decimal_point_by_rank"),
            changed(chunk, raw, new.where(undecided, chunk[raw]), "decimal_point_by_mean"),
        ]
    return found, entries


def _ranks(chunk: pd.DataFrame, column: str) -> pd.Series:
    return number(chunk, column).astype("int64")


def _readings(chunk: pd.DataFrame, raw: str, rank: str, higher: bool) -> Readings:
    text = chunk[raw].str.replace(",", ".", regex=False)
    number(chunk.assign(**{raw: text}), raw)
    found = restored(text.tolist(), _ranks(chunk, rank).tolist(), *_ENDS[higher], higher_first=higher)
    if found.contradicting:
        wrong = pd.Series(False, index=chunk.index)
        wrong.iloc[found.contradicting] = True
        what = "scores fit no place of the decimal point that keeps the order of the ranks"
        refuse(chunk, raw, wrong, what, "Correct the source row")
    return found


def _decided(chunk: pd.DataFrame, raw: str, found: Readings, decide: Callable[[int], list[Decimal]]) -> pd.Series:
    """Return the one reading of each text; `decide` gives those left at a position that the ranks leave open."""
    left = [decide(at) if len(one) > 1 else one for at, one in enumerate(found.possible)]
    open_ = [at for at, one in enumerate(left) if len(one) != 1]
    if open_:
        first = chunk.iloc[open_[0]]
        shown = " or ".join(str(one) for one in found.possible[open_[0]])
        raise CleaningError(
            f"{first[FILE]}, column {raw}",
            f"{len(open_)} scores have lost a decimal point that no rule restores, for example {first[raw]!r} "
            f"({shown}) in line {first[LINE]}",
            "Look the score up, and correct the source row",
        )
    return pd.Series([format(one[0], "f") for one in left], index=chunk.index, dtype="str")


CODES = {"CTU": "XNC", "XKO": "XKX", "USA2": "USA", "ISR1": "ISR"}
#: Rows that are not a country or territory, and the rule that sets each aside.
ASIDE = {
    "USA1": "conduct_abroad",  # the United States outside their territory
    "USA_I": "conduct_abroad",  # the United States in Iraq
    "ISR2": "conduct_abroad",  # Israel outside its territory
    "ISR3": "conduct_abroad",  # Israel in the occupied territories
    "XCD": "group_of_states",  # Organisation of Eastern Caribbean States
    "CSS": "group_of_states",  # the same, from 2023
}
LAST_ENCODED_TWICE = 2021
#: The edition that is not named by its year; there is no edition of 2011.
TWO_YEARS = {"2011-12": 2012}
_OLD = {"rank": "Rank N", "score": "Score N", "en": "EN_country", "es": "ES_country"}
_NEW = {"rank": "Rank", "en": "Country_EN", "es": "Country_ES"}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one edition, which is one file and one chunk, into the table ``country_year``.

    Grain: one country or territory in one edition. Lost decimal points are put back by the order of the
    ranks, see :mod:`~ogp_analysis.data.datasets.civic_space.rsf_press_freedom`; every value that changes is on the
    record. Ranks count the rows set aside too.

    Raises
    ------
    CleaningError
        If a column or an edition is unknown, code and name denote different units, or a score cannot be
        read so that it fits its rank.
    UnknownName
        If a code is not in the register.
    """
    # The header changed in 2022, and that of the score every year since.
    columns = _OLD
    if "Rank N" not in chunk.columns:
        headed = [name for name in chunk.columns if name == "Score" or (name[:6] == "Score " and name[6:].isdigit())]
        columns = _NEW | {"score": headed[0] if len(headed) == 1 else "Score"}
    written = chunk["Year (N)"].unique()
    named_by_year = [text for text in written if re.fullmatch(r"20\d{2}", text) and text not in ("2011", "2012")]
    editions = {text: int(text) for text in named_by_year} | TWO_YEARS
    found = known(chunk, "Year (N)", editions).unique()
    if len(found) != 1:
        raise CleaningError(
            str(chunk[FILE].iloc[0]),
            f"holds {len(found)} editions, but ranks are read one edition at a time",
            "Split it into one file per edition",
        )
    year = editions[found[0]]
    scores, entries = scores_of(chunk, columns, year)
    # The English names have no accents that could be lost.
    raw = chunk[columns["es"]]
    names = raw.map(decoded_once) if year <= LAST_ENCODED_TWICE else raw
    names, repaired = names.str.strip(), changed(chunk, columns["es"], names, "names_encoded_twice")
    aside, code = chunk["ISO"].isin(ASIDE), chunk["ISO"].map(lambda text: CODES.get(text, text))
    kept = chunk[[columns["en"], FILE, LINE]].assign(ISO=code)[~aside]
    table = pd.DataFrame(
        {
            **named_alike(kept, "ISO", columns["en"], [year] * len(kept)),
            "country_name": chunk[columns["en"]].str.strip(),
            "country_name_es": names,
            "edition": chunk["Year (N)"],
            "year": year,
            "rank": chunk[columns["rank"]],
            "method": method(year),
            **scores,
        }
    )[~aside]
    entries += [
        repaired,
        changed(chunk, "ISO", code, "rsf_code"),
        *(set_aside(chunk, chunk["ISO"] == one, rule, "ISO") for one, rule in ASIDE.items()),
    ]
    return Cleaned({"country_year": table}, kept_but(chunk, *entries))


def decoded_once(text: str) -> str:
    """Return text that was encoded in UTF-8 twice as it was before; other text as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


(SCHEMA,) = schemas(toml(__file__, "rsf_press_freedom.toml"), UNIT_COLUMNS, method=tuple(METHODS))


DATASET = declare(
    "rsf_press_freedom", clean, (SCHEMA,), scores=[one.name for one in SCHEMA.columns if one.type == "number"]
)
