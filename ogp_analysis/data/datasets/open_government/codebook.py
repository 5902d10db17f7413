"""The definitions of the OGP Explorer of 2016: which clean column each is, and its categories as codes.

References
----------
Open Government Partnership: OGP Explorer, page of all data, 2016; 24 of the 98 columns of its table of commitments.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.coding import translated
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

_FILE = "codebook.toml"
CODING = toml(__file__, _FILE)

_CLEAN = {entry["title"]: entry["clean"] for entry in CODING["column"]}
_DEFINITION = {entry["title"]: entry["definition"] for entry in CODING["column"]}
#: The column whose categories are the names of tags, and the one that numbers plans by their place in a country.
_TAGS, _NUMBERS = "tags.tag", "commitments.commitment_number"
_TITLE, _SHOWN = "explorer_column_title", "display_categories"

COLUMNS, CATEGORIES = schemas(CODING["table"])


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the columns of a chunk, and their categories, one row each.

    Raises
    ------
    CleaningError
        If a column of the Explorer or a category is not known.
    """
    shown = chunk[_SHOWN].map(lambda text: text.split(" | ") if text else [])
    columns = pd.DataFrame(
        {
            "explorer_column": chunk[_TITLE],
            "clean_column": translated(chunk, _TITLE, _CLEAN, _FILE),
            "definition_is": chunk[_TITLE].map(_DEFINITION),
            "n_categories": shown.map(len),
            "definition": chunk["definition"],
        }
    )
    rows = []
    for index, row in chunk.iterrows():
        column = _CLEAN[row[_TITLE]]
        codes = {**CODING["categories"], **CODING["category_of_column"].get(column, {})}
        coded = column not in (_TAGS, _NUMBERS)
        for place, text in enumerate(shown[index], 1):
            if coded and text not in codes:
                raise CleaningError(
                    f"{row[FILE]} line {row[LINE]}, {_SHOWN}",
                    f"category {text!r} of {row[_TITLE]!r} is not known",
                    f"Add it to {_FILE}",
                )
            rows.append((row[_TITLE], place, text, codes[text] if coded else ""))
    categories = pd.DataFrame(rows, columns=CATEGORIES.names)
    return Cleaned({"columns": columns, "categories": categories}, kept_but(chunk))


DATASET = declare("ogp_codebook", clean, (COLUMNS, CATEGORIES))
