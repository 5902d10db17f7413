"""Decimal points that an export lost, put back where the order of the ranks leaves one place only.

``4613`` may have been 46.13, 461.3 or 4613, and ``595`` 59.5 or 5.95. Scores that are ranked never run
against their ranks, so that a value lies between those of its neighbours. If one reading of each value
keeps that order, it is the right one; if several do, the value is not decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

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
