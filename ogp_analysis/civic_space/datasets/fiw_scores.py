"""Freedom in the World: totals, categories and items, editions from 2003, out of three workbook sheets and a table."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.civic_space.datasets.corrections import corrected
from ogp_analysis.civic_space.datasets.repeats import placed
from ogp_analysis.civic_space.datasets.units import UNIT_COLUMNS, named
from ogp_analysis.tidy.country_year import known, number, refuse, require
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but, set_aside

STATUSES = {"F": "free", "PF": "partly_free", "NF": "not_free"}
LISTED = {"c": "country", "t": "territory"}
_NEW = '"{{}}": "<its word>" to {} in ogp_analysis/civic_space/datasets/fiw_scores.py'
#: A unit with ``-`` in all three editions of the sheet of totals.
NOT_SCORED = "not_rated"
#: How many questions each category asks; one is scored from 0 to 4.
QUESTIONS = {"A": 3, "B": 4, "C": 3, "D": 4, "E": 3, "F": 4, "G": 4}
ITEMS = tuple(f"{category}{n}" for category, asked in QUESTIONS.items() for n in range(1, asked + 1))
#: Items that the compiled table of editions 2013-2025 has.
COMPILED_ITEMS = ("D1", "D2", "D3", "D4", "E1", "E2", "E3")
_CATEGORIES = {name: name for name in QUESTIONS}

#: Raw column of each clean column, sheet by sheet; the rest of a clean table is missing there.
ITEMS_SHEET = {"country_name": "Country/Territory", "listed_as": "C/T", "edition": "Edition", "status": "Status",
               "pr_rating": "PR rating", "cl_rating": "CL rating", "pr_score": "PR", "cl_score": "CL",
               "total": "Total", "add_q": "Add Q", "add_a": "Add A", **_CATEGORIES,
               **{item: item for item in ITEMS}}  # fmt: skip
CATEGORIES_SHEET = {**{name: column for name, column in ITEMS_SHEET.items() if name not in ITEMS},
                    "listed_as": "C/T?", "pr_rating": "PR Rating", "cl_rating": "CL Rating"}  # fmt: skip
COMPILED = {"country_name": "country_name", "listed_as": "country_or_territory", "edition": "edition",
            "status": "status", "pr_rating": "pr", "cl_rating": "cl", "pr_score": "pr_full", "cl_score": "cl_full",
            "total": "total", "add_q": "AddQ", "add_a": "AddA", **_CATEGORIES,
            **{item: item for item in COMPILED_ITEMS}}  # fmt: skip
_NAMES = ("country_name", "listed_as", "edition", "status")


def items(chunk: pd.DataFrame) -> Cleaned:
    """Return the rows of the sheet of items, editions 2013-2024; one row per unit and edition."""
    return _long(chunk, ITEMS_SHEET, 0)


def categories(chunk: pd.DataFrame) -> Cleaned:
    """Return the rows of the sheet of categories, editions 2006-2023; its 15 stray columns must be empty."""
    stray = [c for c in chunk.columns if c.startswith("Unnamed: ") or c == "x"]
    filled = [c for c in stray if (chunk[c] != "").any()]
    if filled:
        raise CleaningError(
            f"{chunk[FILE].iloc[0]}, column {filled[0]}",
            "a column without a name holds values",
            "Look at the file; name the column in the cleaner, or clear it there",
        )
    return _long(chunk, CATEGORIES_SHEET, 1)


def compiled(chunk: pd.DataFrame) -> Cleaned:
    """Return the rows of the compiled table, editions 2013-2025, the only source of the last."""
    require(chunk, ("year",))
    wrong = number(chunk, "year") != number(chunk, "edition") - 1
    if wrong.any():
        refuse(chunk, "year", wrong, "rows are not of the year before the edition", "Correct the source row")
    return _long(chunk, COMPILED, 2)


def totals(chunk: pd.DataFrame) -> Cleaned:
    """Return the totals of editions 2003-2005, three rows for each unit of the sheet that was scored."""
    chunk = chunk.rename(columns=str.strip)
    parts = []
    for edition in ("03", "04", "05"):
        raw = {
            name: f"FIW{edition} {end}" for name, end in (("pr_score", "PR"), ("cl_score", "CL"), ("total", "Total"))
        }
        require(chunk, ("Country/Territory", "C/T?", *raw.values()))
        scored = chunk[~(chunk[list(raw.values())] == "-").all(axis=1)]
        columns = {"country_name": "Country/Territory", "listed_as": "C/T?", "edition": "edition", **raw}
        parts.append(_table(scored.assign(edition=f"20{edition}"), columns, 3))
    table = pd.concat(parts, ignore_index=True)
    never = set_aside(chunk, ~chunk[LINE].isin(table[LINE]), NOT_SCORED, "Country/Territory")
    return Cleaned({"scores": table}, kept_but(chunk, never))


def _long(chunk: pd.DataFrame, columns: dict[str, str], priority: int) -> Cleaned:
    require(chunk, columns.values())
    chunk, entries = corrected(chunk, "freedom_in_the_world")
    asked = chunk[columns["add_a"]].replace({"N/A": ""})
    entries.append(changed(chunk, columns["add_a"], asked, "not_asked"))
    table = _table(chunk.assign(**{columns["add_a"]: asked}), columns, priority)
    return Cleaned({"scores": table}, kept_but(chunk, *entries))


def _table(chunk: pd.DataFrame, columns: dict[str, str], priority: int) -> pd.DataFrame:
    year = number(chunk, columns["edition"]).astype("Int64") - 1
    units = named(chunk, columns["country_name"], year)
    made = {
        **units,
        "country_name": chunk[columns["country_name"]],
        "listed_as": known(chunk, columns["listed_as"], LISTED, _NEW.format("LISTED")).map(LISTED),
        "edition": year + 1,
        "year": year,
        "status": known(chunk, columns["status"], STATUSES, _NEW.format("STATUSES")).map(STATUSES)
        if "status" in columns
        else "",
        **{name.lower(): number(chunk, raw).astype("Int64") for name, raw in columns.items() if name not in _NAMES},
    }
    empty = pd.Series(pd.NA, index=chunk.index, dtype="Int64")
    table = pd.DataFrame({name: made.get(name, empty) for name in SCHEMA.names})
    return placed(table, chunk, priority)


(SCHEMA,) = schemas(
    toml(__file__, "fiw_scores.toml"), UNIT_COLUMNS, listed_as=LISTED.values(), status=STATUSES.values()
)
