"""What a frame of awarded contracts holds."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.conformance import cast
from ogp_analysis.base.schema import schemas
from ogp_analysis.tidy.dataset import promised

METHODS = ("open", "limited", "direct", "other")
(SCHEMA,) = schemas(toml(__file__, "awarded.toml"), methods=METHODS)
COLUMNS = tuple(SCHEMA.names)


@dataclass(frozen=True)
class Awarded:
    """Awarded contracts, and what of the source is not among them.

    Attributes
    ----------
    frame : pandas.DataFrame
        As :data:`SCHEMA` promises.
    left_out : mapping of str to int
        Rows of the source by the reason for which they are not in the frame.
    agreed : int
        Contracts joined to an award that they do not name, because number, amount or day agree.
    unpaired : int
        Contracts and awards of one process that could not be joined, and are a row each.
    """

    frame: pd.DataFrame
    left_out: dict[str, int] = field(default_factory=dict)
    agreed: int = 0
    unpaired: int = 0


def framed(columns: dict[str, pd.Series]) -> pd.DataFrame:
    """Return columns as a frame of awarded contracts; those not given are missing.

    Raises
    ------
    SchemaError
        If a value does not keep the schema, or a row is there twice.
    """
    index = next(iter(columns.values())).index
    absent = {name: pd.Series(pd.NA, index=index, dtype="str") for name in COLUMNS if name not in columns}
    return promised(cast(pd.DataFrame({**absent, **columns}), SCHEMA), SCHEMA)


def placed(award: pd.Series, signature: pd.Series, start: pd.Series) -> dict[str, pd.Series]:
    """Return ``date`` and ``year``: the award's day, else the signature's, else the start's."""
    date = award.fillna(signature).fillna(start)
    return {"date": date, "year": date.dt.year.astype("Int64")}
