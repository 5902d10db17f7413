"""Results as the flat values that a sentence takes."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.words.numbers import count, measured, share
from ogp_analysis.statistics.rates import Proportion


def facts(result, prefix: str = "", decimals: int = 0) -> dict:
    """Return the numbers and texts of a result by name.

    A number keeps the unit that the annotation of its field states. A proportion gives ``<name>_count``, ``<name>_n``,
    ``<name>_share``, and where it has them ``<name>_low``, ``<name>_high`` and ``<name>_clusters``. What is missing is
    left out, so that a sentence that needs it cannot be said.

    Parameters
    ----------
    result : dataclass
        A frozen result of this room.
    prefix : str
        Name of a proportion that is given by itself; without it the parts have their own names.
    decimals : int
        Decimals of the shares of proportions, in per cent.

    Raises
    ------
    DisclosureError
        If the result rests on values that may be drawn only.
    """
    if isinstance(result, Withheld):
        raise result.fault("may be drawn, but not said: they cannot be the values of a sentence")
    if isinstance(result, Proportion):
        return _proportion(prefix, result, decimals)
    found: dict = {}
    for name in [f.name for f in fields(result)] + _properties(result):
        value = getattr(result, name)
        if isinstance(value, Proportion):
            found |= _proportion(name, value, decimals)
        elif isinstance(value, int | float | str) and not isinstance(value, bool) and value != "":
            found[name] = value
    return found | measured(result)


def _properties(result) -> list[str]:
    if not is_dataclass(result):
        return []
    named = {n for kind in type(result).__mro__ for n, value in vars(kind).items() if isinstance(value, property)}
    return sorted(named - {"frame"})  # no value of a sentence, and made anew each time


def _proportion(name: str, value: Proportion, decimals: int) -> dict:
    parts = {"count": count(value.count), "n": count(value.n)}
    if value.share is not None:
        bounds = (
            {"low": value.low, "high": value.high, "level": value.estimates[0].level} if value.low is not None else {}
        )
        parts["share"] = share(value.share, decimals, **bounds)
    parts |= {end: share(getattr(value, end), decimals) for end in ("low", "high") if getattr(value, end) is not None}
    if value.clusters is not None:
        parts["clusters"] = count(value.clusters)
    return {f"{name}_{part}" if name else part: number for part, number in parts.items()}
