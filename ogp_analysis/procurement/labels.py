"""What codes, buyers and firms are called in sentences and tables on public contracts."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.display.table import Heading
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.ocds_masking import NAME_MASK

#: Amounts are shown in millions.
MILLION = 1e6


def own(name: str, *more) -> Heading:
    """Return a heading whose words are those of public contracts."""
    return Heading(f"procurement.column.{name}", *more)


def counts(*names: str) -> dict[str, Heading]:
    """Return headings of columns of counts, each called after the column."""
    return {name: own(name, "count") for name in names}


def coded(group: str, code: str) -> str:
    """Return a code of the publications in words; one that has none as it was published."""
    return entry(f"procurement.{group}").get(code, code)


def in_words(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a frame with the codes of some columns in words, which stand below the name of the column."""
    return frame.assign(**{name: [word(f"procurement.{name}.{code}") for code in frame[name]] for name in columns})


def year_or_undated(year) -> str:
    """Return a year as text, or that there is none."""
    return word("procurement.undated") if pd.isna(year) else str(int(year))


def reason(code: str) -> str:
    """Return why rows were left out, in words; what stands behind a colon is a detail of the code."""
    return word(f"procurement.left_out.{code.split(':')[0]}")


def flag_title(name: str) -> str:
    """Return code and title of a flag; one that has several units names its unit."""
    code, _, unit = name.partition("_")
    title = f"{code} {word(f'flags.{code}.title')}"
    return f"{title} ({word(f'flags.unit.{unit}')})" if unit else title


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
