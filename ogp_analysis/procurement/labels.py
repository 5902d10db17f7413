"""What buyers and firms are called."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.ocds.masking import NAME_MASK


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
