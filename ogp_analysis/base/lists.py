"""Parameters that are lists: countries to compare, indicators to compare them in."""

from __future__ import annotations

from collections.abc import Iterable

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.indicators import indicator

#: How many there may be: more lines cannot be kept apart by eye, nor more indicators compared.
LIMITS = {"countries": (2, 8), "indicators": (1, 4)}


def listed(kind: str, given: str | Iterable[str]) -> list[str]:
    """Return the codes of what a list names, in its order.

    Parameters
    ----------
    kind : {"countries", "indicators"}
        What it is a list of.
    given : str or iterable of str
        Any usual names or codes of countries, or ids of indicators; in one text with commas between them.

    Raises
    ------
    UnknownName
        If one is not known; what is spelt most like it is named.
    ParameterError
        If one stands in it twice, in whatever spelling, or there are too few or too many.
    """
    names = given.split(",") if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    if odd := [name for name in names if not isinstance(name, str)]:
        raise ParameterError(kind, f"hold {odd[0]!r}, which is not text", f"Give codes, as in {_EXAMPLES[kind]}")
    names = [name.strip() for name in names]
    codes = []
    for name in names:
        try:
            codes.append(country(name).iso3 if kind == "countries" else indicator(name).id)
        except UnknownName as error:
            if kind != "countries":
                raise
            # A list cannot add a spelling; what is spelt most like it is all that helps.
            near, _, _ = error.action.partition(", else add")
            said = near if near.startswith("Write") else "Use its usual name or its ISO 3166 code, for example MEX"
            raise UnknownName(error.where, error.what, said) from None
    twice = [one for place, one in enumerate(codes) if one in codes[:place]]
    if twice:
        raise ParameterError(kind, f"name {twice[0]} {codes.count(twice[0])} times", "Name it once")
    fewest, most = LIMITS[kind]
    if not fewest <= len(codes) <= most:
        raise ParameterError(kind, f"hold {len(codes)} ({', '.join(codes)})",
                             f"Give {fewest} to {most}, with commas between them, as in {_EXAMPLES[kind]}")  # fmt: skip
    return codes


_EXAMPLES = {"countries": "MEX,CHL,COL", "indicators": "v2xcs_ccsi,va_est"}
