"""Freedom in the World: ratings from 1972; totals, categories and items from 2002. Year = edition - 1.

Two scales of opposite direction stand in one file: the ratings, 1 (best) to 7, and the scores, more of
which is freer. They are never combined here, and each column states its direction.

References
----------
Freedom House, Freedom in the World Research Methodology, and the index sheets of its workbooks.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.civic_space.datasets import fiw_ratings, fiw_scores
from ogp_analysis.civic_space.datasets.repeats import PRIORITY, one_row_each
from ogp_analysis.tidy.dataset import Dataset, Input, Layout, concatenate
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import FILE, LINE, Cleaned

_RATINGS = "Country_and_Territory_Ratings_and_Statuses_FIW_1973-2024.xlsx"
_CATEGORIES = "Aggregate_Category_and_Subcategory_Scores_FIW_2003-2023.xlsx"
INPUTS = (
    Input("freedom_in_the_world", "2024", _RATINGS, sheet="Country Ratings, Statuses ", tables=("ratings",)),
    Input("freedom_in_the_world", "2024", _RATINGS, sheet="Territory Ratings, Statuses", tables=("ratings",)),
    Input("freedom_in_the_world", "2024", "All_data_FIW_2013-2024.xlsx", 1, "FIW13-24", ("scores",)),
    Input("freedom_in_the_world", "2024", _CATEGORIES, sheet="FIW06-23", tables=("scores",)),
    Input("freedom_in_the_world", "2024", _CATEGORIES, sheet="FIW03-05", tables=("scores",)),
    Input("freedom_in_the_world", "compiled-2025", "fiw_items_2012_2024.csv", tables=("scores",)),
)
_READERS = {
    "Country Ratings, Statuses ": lambda chunk: fiw_ratings.clean(chunk, "country"),
    "Territory Ratings, Statuses": lambda chunk: fiw_ratings.clean(chunk, "territory"),
    "FIW13-24": fiw_scores.items,
    "FIW06-23": fiw_scores.categories,
    "FIW03-05": fiw_scores.totals,
    "": fiw_scores.compiled,
}
#: The workbook of all items, editions from 2013, published every year; the regions are dropped.
ALL_DATA = Layout(
    "all_data",
    required=tuple(fiw_scores.ITEMS_SHEET.values()),
    optional=("Region",),
    sheet=r"FIW\s?\d\d-\d\d",
    like=INPUTS[2],
    tables=("scores",),
    version=r"20\d\d-(20\d\d)",
    last="Edition",
)
#: The two sheets of the workbook of all ratings, three columns per edition; only the first column has a name.
RATINGS = tuple(
    Layout(
        f"{kind}_ratings",
        required=("Survey Edition",),
        further=r"(Jan\.-Feb\. )?\d{4}(-\d{2,4})?|Unnamed: \d+",
        sheet=rf"{kind.title()} Ratings, Statuses",
        like=like,
        tables=("ratings",),
        version=r"1973-(20\d\d)",
    )
    for kind, like in zip(("country", "territory"), INPUTS, strict=False)
)
#: The two sheets of the workbook of categories and totals from edition 2003, which has years before the items.
BEFORE_ITEMS = (
    Layout(
        "categories",
        required=tuple(fiw_scores.CATEGORIES_SHEET.values()),
        optional=("Region",),
        sheet=r"FIW06-\d\d",
        like=INPUTS[3],
        tables=("scores",),
        version=r"2003-(20\d\d)",
    ),
    Layout(
        "totals",
        required=("Country/Territory", "C/T?"),
        further=r"FIW0[345] (PR|CL|Total)\s*",
        sheet=r"FIW03-05",
        like=INPUTS[4],
        tables=("scores",),
        version=r"2003-(20\d\d)",
    ),
)
#: Columns in which the sources of a row must agree: all but its key and the spelling of its name.
VALUES = [name for name in fiw_scores.SCHEMA.names if name not in ("unit", "year", "country_name")]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one sheet into the table ``ratings`` or ``scores``.

    Grain: one country or territory in one edition. Territories are units of their own.

    Raises
    ------
    CleaningError
        If a header, a code or a value is not one that a rule covers, or a correction is out of date.
    UnknownName
        If a country or territory is not in the register.
    """
    return _READERS[source.sheet](chunk)


def finish(parts) -> Cleaned:
    """Put the sheets together; a unit and year that several of them give must be the same in all.

    Raises
    ------
    CleaningError
        If two sources of a row differ.
    """
    whole = concatenate(parts)
    if "scores" in whole.tables:
        whole = one_row_each(whole, "scores", ["unit", "year"], VALUES)
    kept = {name: table.drop(columns=[FILE, LINE, PRIORITY], errors="ignore") for name, table in whole.tables.items()}
    return Cleaned(kept, whole.record)


DATASET = Dataset(
    name="freedom_in_the_world",
    title="Freedom in the World: ratings and status from 1972, scores of categories and items from 2002",
    inputs=INPUTS,
    clean=clean,
    schemas=(fiw_ratings.SCHEMA, fiw_scores.SCHEMA),
    finish=finish,
    invariants=Invariants(
        unsummed={
            **dict.fromkeys(("year", "edition"), "read from headings, or one less than the other"),
            **dict.fromkeys(
                (c.name for s in (fiw_ratings.SCHEMA, fiw_scores.SCHEMA) for c in s.columns if c.type == "integer"),
                "the same ratings and scores stand in several files, of which one is kept",
            ),
        },
    ),
    layouts=(ALL_DATA, *RATINGS, *BEFORE_ITEMS),
)
