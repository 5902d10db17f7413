"""Freedom in the World: totals, categories and items, editions from 2003, out of three workbook sheets and a table."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.civic_space.datasets.corrections import corrected
from ogp_analysis.civic_space.datasets.repeats import PRIORITY
from ogp_analysis.civic_space.datasets.units import UNIT_COLUMNS, named
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but, set_aside

LICENCE = "Freedom House content permissions, not an open licence"
STATUSES = {"F": "free", "PF": "partly_free", "NF": "not_free"}
LISTED = {"c": "country", "t": "territory"}
_NEW = '"{{}}": "<its word>" to {} in ogp_analysis/civic_space/datasets/fiw_scores.py'
#: Additional question A was asked to edition 2017.
NOT_ASKED_RULE = "not_asked"
#: A unit with ``-`` in all three editions of the sheet of totals.
NOT_SCORED = "not_rated"
#: Highest score of each item, of each category, and the questions of each category.
ITEM_MAXIMUM = 4
QUESTIONS = {
    "A": ("Electoral process", ("head of government", "legislature", "electoral laws")),
    "B": ("Political pluralism and participation",
          ("right to organise in parties", "opposition", "choices free from domination", "minorities")),
    "C": ("Functioning of government", ("elected rule", "safeguards against corruption", "openness")),
    "D": ("Freedom of expression and belief",
          ("media", "religion and belief", "teaching and research",
           "people speak freely about politics, without fear of being watched or punished for it")),
    "E": ("Associational and organisational rights",
          ("assembly", "non-governmental organisations, above all of human rights and governance",
           "trade unions and professional organisations")),
    "F": ("Rule of law", ("independent judiciary", "due process", "protection from illegitimate force",
                          "equal treatment")),
    "G": ("Personal autonomy and individual rights", ("movement", "property and business", "social freedoms",
                                                      "economic opportunity")),
}  # fmt: skip
ITEMS = tuple(f"{category}{n}" for category, (_, asked) in QUESTIONS.items() for n in range(1, len(asked) + 1))
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
    """Return the rows of the sheet of items, editions 2013-2024; one row a unit and edition."""
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
        first = chunk[wrong].iloc[0]
        raise CleaningError(
            f"{first[FILE]}, column year",
            f"{int(wrong.sum())} rows are not of the year before the edition, for example line {first[LINE]}",
            "Correct the source row",
        )
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
    entries.append(changed(chunk, columns["add_a"], asked, NOT_ASKED_RULE))
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
    return table.assign(**{PRIORITY: priority, FILE: chunk[FILE], LINE: chunk[LINE]})


def _value(name: str, description: str, most: int, unit: str = "points", least: int = 0, direction: str = "") -> Column:
    return Column(name, "integer", description, f"{unit}, {least} to {most}", direction or "higher is freer",
                  minimum=least, maximum=most, licence=LICENCE, redistribute=False)  # fmt: skip


SCHEMA = TableSchema(
    "scores",
    "one country or territory in one edition",
    ("unit", "year"),
    (
        *UNIT_COLUMNS,
        Column("country_name", "string", "Name as the publisher writes it today", required=True),
        Column("listed_as", "category", "How the publisher lists the unit", categories=tuple(LISTED.values()),
               required=True),
        Column("edition", "integer", "Edition", "year", minimum=2003, required=True),
        Column("year", "integer", "Calendar year that the edition reviews, the one before it", "year", minimum=2002,
               required=True),
        Column("status", "category", "Status; missing to edition 2005", categories=tuple(STATUSES.values()),
               licence=LICENCE, redistribute=False),
        _value("pr_rating", "Political rights rating: 1 is the best. Missing to edition 2005", 7, "rating", 1,
               "lower is freer"),
        _value("cl_rating", "Civil liberties rating: 1 is the best. Missing to edition 2005", 7, "rating", 1,
               "lower is freer"),
        _value("total", "Political rights and civil liberties together. Made for 0 to 100; the additional questions "
               "carry it beyond (Luxembourg 101 in edition 2003)", 104, least=-4),
        _value("pr_score", "Political rights: A + B + C - Add Q + Add A. Made for 0 to 40", 44, least=-4),
        _value("cl_score", "Civil liberties: D + E + F + G", 60),
        *(_value(category.lower(), title, ITEM_MAXIMUM * len(asked)) for category, (title, asked) in QUESTIONS.items()),
        _value("add_q", "Additional question Q (B to edition 2017): population changed on purpose; it is taken off",
               4, direction="higher is worse"),
        _value("add_a", "Additional question A: monarchies that consult; added, asked to edition 2017 only", 4),
        *(_value(f"{category.lower()}{n}", f"{category}{n}: {text}", ITEM_MAXIMUM)
          for category, (_, asked) in QUESTIONS.items() for n, text in enumerate(asked, 1)),
    ),
    left_alone="Two directions stand side by side as published: ratings (1 is the best) and scores (more is freer). "
    "The categories of Kosovo in edition 2007 add up to 24, its civil liberties are published as 18; its "
    "status of 2005 and 2006 is partly free here and not free among the ratings. Categories are missing "
    "to edition 2005, items to edition 2012 and, but for D and E, in edition 2025. The publisher's regions "
    "are dropped: North Africa changed region in edition 2022",
)  # fmt: skip
