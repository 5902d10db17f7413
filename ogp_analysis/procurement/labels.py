"""What codes, buyers and firms are called in sentences and tables on public contracts."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.display.table import Heading
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.ocds.masking import NAME_MASK

#: Amounts are shown in millions.
MILLION = 1e6


_COUNTS = (
    *("above", "alerts", "amounts", "below", "below_term", "computed", "contracts", "does_not_apply", "n_index", "of"),
    *(
        "link_matched",
        "link_no_number",
        "link_no_procedure",
        "link_several",
        "not_computable",
        "other",
        "rest_n",
        "rows",
        "shortened",
        "shortest",
        "suppliers",
        "tax_decides",
        "term",
    ),
    *("under_ceiling", "units", "within"),
)
_SHARES = ("amount_share", "amount_share_without", "group_rate", "largest_share", "rate", "rest_rate", "unknown_share")
#: Unit, decimals and sign of the columns that are numbers, by the word they are called.
_UNITS = {
    **dict.fromkeys(_COUNTS, ("count",)),
    **dict.fromkeys(("coverage", "top_high", "top_low"), ("share",)),
    **dict.fromkeys(_SHARES, ("share", 1)),
    **dict.fromkeys(("deviation", "hhi_high", "hhi_low", "hhi_without"), ("index", 3)),
    "difference": ("share", 1, True),
    "mean": ("index", 2),
    "millions": ("money", 1),
    "components": ("ratio", 1),
    "value": ("ratio", 2),
}


def headings(*columns: str, **called: str) -> dict[str, Heading]:
    """Return headings of a table: of columns with the name of their word, then of columns and the word of each.

    A word has one unit in all tables of public contracts.
    """
    names = dict(zip(columns, columns, strict=True)) | called
    return {column: Heading(f"procurement.column.{name}", *_UNITS.get(name, ())) for column, name in names.items()}


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
