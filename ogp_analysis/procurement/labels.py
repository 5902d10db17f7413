"""What flags, buyers and firms are called."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words.catalogue import LANGUAGES, entry, word
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.ocds.masking import NAME_MASK


def flag_word(key: str) -> dict[str, str]:
    """Return what is said of a flag in each language, such as its ``R003.signal``, or a reason, ``reason.no_bids``."""
    return {one: word(f"flags.{key}", one) for one in LANGUAGES}


def flag_title(name: str) -> dict[str, str]:
    """Return code and title of a flag in each language; one that has several units names its unit.

    Examples
    --------
    >>> flag_title("R003")["en"]
    'R003 Short submission period'
    """
    code, _, unit = name.partition("_")
    titles = {one: f"{code} {title}" for one, title in flag_word(f"{code}.title").items()}
    return {one: f"{titles[one]} ({of})" for one, of in flag_word(f"unit.{unit}").items()} if unit else titles


def unit_word(unit: str, units: str) -> dict[str, str]:
    """Return what a flag is about in each language, where buyers are units of institutions in the word for these.

    Examples
    --------
    >>> unit_word("buyer", "buyer")["en"], unit_word("buyer", "purchasing_unit")["en"]
    ('buyer', 'purchasing unit')
    """
    return {
        one: entry(f"flags.unit_of.{units}", one).get(unit, text) for one, text in flag_word(f"unit.{unit}").items()
    }


def commonest_names(awards: pd.DataFrame, of: str) -> pd.Series:
    """Return the commonest name of each buyer or supplier by its identifier; of several the first in the alphabet.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``<of>_id`` and ``<of>_name``.
    of : {"buyer", "supplier"}
        The mask of a natural person is a name here: :func:`firm_name` tells it.
    """
    identifier, name = f"{of}_id", f"{of}_name"
    counts = awards.groupby([identifier, name], sort=True).size().rename("n").reset_index()
    counts = counts.sort_values([identifier, "n", name], ascending=[True, False, True])
    return counts.drop_duplicates(identifier).set_index(identifier)[name]


def buyer_label(name: str, identifier: str) -> str:
    """Return the name of a buyer with its identifier, unless the name holds it: several units may have one name."""
    return name if identifier in name else f"{name} ({identifier})"


def firm_name(name) -> str | None:
    """Return the name of a firm as published; None for a natural person, whatever mask the source has."""
    if not isinstance(name, str) or name == NAME_MASK or name.startswith(persons.MASK):
        return None
    return name
