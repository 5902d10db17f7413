"""What codes, buyers and firms are called in sentences and tables on public contracts."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.ocds.masking import NAME_MASK
from ogp_analysis.display.table import Heading

#: Amounts are shown in millions.
MILLION = 1e6

#: Unit, decimals and sign of the columns that are numbers, and the words they are called.
_NUMBERS = {
    ("count",): "above alerts amounts below_term computed contracts does_not_apply link_matched link_no_number "
    "link_no_procedure link_several n_index not_computable of other rest_n rows shortened shortest suppliers "
    "term under_ceiling units untold within",
    ("share",): "coverage top_high top_low",
    ("share", 1): "amount_share amount_share_without group_rate largest_share rate rest_rate unknown_share",
    ("share", 1, True): "difference",
    ("index", 3): "deviation hhi_high hhi_low hhi_without",
    ("index", 2): "mean",
    ("money", 1): "millions",
    ("ratio", 1): "components",
    ("ratio", 2): "value",
}
_UNITS = {name: unit for unit, names in _NUMBERS.items() for name in names.split()}


def headings(*columns: str, **called: str) -> dict[str, Heading]:
    """Return headings of a table: of columns with the name of their word, then of columns and the word of each.

    A word has one unit in all tables of public contracts.
    """
    names = dict(zip(columns, columns, strict=True)) | called
    return {column: Heading(f"procurement.column.{name}", *_UNITS.get(name, ())) for column, name in names.items()}


def coded(group: str, code: str) -> str:
    """Return a code of the publications in words; one that has none as it was published."""
    return entry(f"procurement.{group}").get(code, code)


def in_words(frame: pd.DataFrame, *columns: str, **groups: str) -> pd.DataFrame:
    """Return a frame with codes in words: of columns whose group of words has their name, then of columns and groups.

    Examples
    --------
    >>> in_words(pd.DataFrame({"read_as": ["direct"]}), read_as="method")["read_as"].tolist()
    ['direct award']
    """
    of = dict(zip(columns, columns, strict=True)) | groups
    return frame.assign(**{name: [word(f"procurement.{of[name]}.{code}") for code in frame[name]] for name in of})


def year_or_undated(year) -> str:
    """Return a year as text, or the word for contracts without a date."""
    return word("procurement.undated") if pd.isna(year) else str(int(year))


def reason(code: str) -> str:
    """Return why rows were left out, in words; the part of the code after a colon is a detail."""
    return word(f"procurement.left_out.{code.split(':')[0]}")


def flag_title(name: str) -> str:
    """Return code and title of a flag; one that has several units names its unit."""
    code, _, unit = name.partition("_")
    title = f"{code} {word(f'flags.{code}.title')}"
    return f"{title} ({word(f'flags.unit.{unit}')})" if unit else title


def unit_word(unit: str, units: str) -> str:
    """Return what a flag is about, where buyers are units of institutions in the word for these.

    Examples
    --------
    >>> unit_word("buyer", "buyer"), unit_word("buyer", "purchasing_unit")
    ('buyer', 'purchasing unit')
    """
    return entry(f"flags.unit_of.{units}").get(unit) or word(f"flags.unit.{unit}")


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
