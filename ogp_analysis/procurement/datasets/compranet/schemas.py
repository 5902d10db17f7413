"""What the tables of Mexican federal procurement promise."""

from __future__ import annotations

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.procurement.datasets import amounts, dates, persons
from ogp_analysis.procurement.datasets.compranet import objects, words
from ogp_analysis.procurement.datasets.layouts import layouts

_CODED = ("government_level", "regime", "category", "character", "element", "supplier_size")
CONTRACTS, PROCEDURES = schemas(
    toml(__file__, "tables.toml"),
    **{field: words.codes(field) for field in _CODED},
    layouts=tuple(layouts()),
    amount_statuses=amounts.AMOUNT_STATUSES,
    currency_statuses=amounts.CURRENCY_STATUSES,
    date_statuses=dates.STATUSES,
    leading_date_statuses=dates.LEADING_STATUSES,
    object_statuses=objects.STATUSES,
    rfc_checks=persons.RFC_CHECKS,
    rfc_statuses=persons.RFC_STATUSES,
    supplier_kinds=persons.KINDS,
)
