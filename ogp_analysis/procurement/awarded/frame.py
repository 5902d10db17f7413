"""What a frame of awarded contracts holds."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.conformance import cast
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.dataset import promised

METHODS = ("open", "limited", "direct", "other")


def _text(name: str, description: str, **more) -> Column:
    return Column(name, "string", description, **more)


def _date(name: str, description: str) -> Column:
    return Column(name, "date", description)


SCHEMA = TableSchema(
    "awarded",
    "one contract, or one award where the source has no contracts, with one supplier",
    ("award_key",),
    (
        _text("award_key", "Names the row in its source.", required=True),
        _text("process_id", "The contracting process it belongs to.", required=True),
        _text("buyer_id", "Identifier of the buyer; its name where it has none."),
        _text("buyer_name", "Name of the buyer."),
        _text("supplier_id", "Identifier of the supplier after names of one firm are put together; missing for a "
              "natural person, and where the award has several suppliers."),
        _text("supplier_name", "Name of the supplier as published; a natural person's is masked."),
        Column("method", "category", "Open call, limited invitation or direct award; other: an agreement between "
               "public bodies or another kind. Missing where it is not published.", categories=METHODS),
        _text("rationale", "Ground given for the procedure (article of law, rationale), as published."),
        Column("international", "boolean", "Whether foreign bidders may take part; missing where not told."),
        _text("category", "What is bought, in the words of the source's codelist."),
        _text("classification_scheme", "Scheme of the classification: CUCOP, partida, UNSPSC and CPV are not one."),
        _text("classification", "Code of what is bought, where the award has one."),
        _date("call_date", "Publication of the call."),
        _date("deadline", "Deadline for bids."),
        _date("award_date", "Award, which is not the signature."),
        _date("signature_date", "Signature of the contract."),
        _date("date", "The day by which the award is placed: award, else signature, else start."),
        Column("year", "integer", "Year of that day.", "year"),
        Column("amount", "number", "Amount of the contract, else of the award.", "units of its currency, current "
               "prices"),
        _text("currency", "ISO 4217."),
        Column("n_bids", "integer", "Bids received, where the source counts them.", "bids", minimum=0),
        _text("supplier_country", "Country of the supplier, ISO 3166 alpha-2."),
        Column("direct_ceiling", "number", "Amount up to which the law let this kind of contract be awarded directly "
               "that year; missing where it is not known.", "units of the currency", minimum=0),
    ),
    left_alone="Amounts are not converted or deflated; an amendment or framework is a row where the source has one",
)  # fmt: skip

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
