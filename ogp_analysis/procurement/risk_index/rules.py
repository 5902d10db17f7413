"""The published rules of a country, as data."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import UnknownName

_FOLDER = Path(__file__).parent / "rules"


@cache
def rules(country: str) -> dict:
    """Return the rules by which the index is computed in a country.

    Parameters
    ----------
    country : str
        ``"malta"`` or ``"mexico"``.

    Returns
    -------
    dict
        ``components`` names those that enter the index; each has a table of its own where it has settings.

    Raises
    ------
    UnknownName
        If there are no rules for it: thresholds of one country do not hold in another.
    """
    known = sorted(file.stem for file in _FOLDER.glob("*.toml"))
    if country not in known:
        where = f"rules of the risk index for {country!r}"
        raise UnknownName(where, "are not known", "There are rules for " + ", ".join(known))
    return toml(__file__, f"rules/{country}.toml")
