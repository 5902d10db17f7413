"""What the tables of Honduran procurement promise."""

from __future__ import annotations

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.amounts import AMOUNT_STATUSES
from ogp_analysis.procurement.datasets.honduras_oncae import suppliers

_WORDS = toml(__file__, "honduras_oncae.toml")
#: Name of each procedure of the law: its code, and the method.
METHODS: dict[str, tuple[str, str]] = _WORDS["methods"]
#: Words of the file, and the code of each.
STATUSES, CATEGORIES, BUDGETS, STAGES, GUARANTEES = (
    _WORDS[name] for name in ("statuses", "categories", "budgets", "stages", "guarantees")
)
#: Raw columns of each table, without which it is not made.
COLUMNS: dict[str, list[str]] = _WORDS["columns"]
#: One for each table of the publisher, and the joins between them.
SCHEMAS = schemas(
    toml(__file__, "tables.toml"),
    # Words without a code are no category; several words may have one code.
    **{
        name: tuple(code for code in dict.fromkeys(codes) if code)
        for name, codes in (
            ("stages", STAGES.values()),
            ("statuses", STATUSES.values()),
            ("categories", CATEGORIES.values()),
            ("guarantees", GUARANTEES.values()),
            ("budgets", BUDGETS.values()),
            ("procedures", (code for code, _ in METHODS.values())),
        )
    },
    amount_statuses=AMOUNT_STATUSES,
    number_statuses=suppliers.NUMBER_STATUSES,
    remarks=suppliers.REMARKS,
    supplier_kinds=persons.KINDS,
)
