"""Freedom in the World: ratings from 1972; totals, categories and items from 2002. Year = edition - 1.

Two scales of opposite direction stand in one file: the ratings, 1 (best) to 7, and the scores, more of
which is freer. They are never combined here, and each column states its direction.

References
----------
Freedom House, Freedom in the World Research Methodology, and the index sheets of its workbooks.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country, iso3_of
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, kept_but, set_aside
from ogp_analysis.data.datasets.civic_space.index_rows import (
    PRIORITY,
    UNIT_COLUMNS,
    corrected,
    named,
    one_row_each,
    placed,
)

# Freedom in the World: the two ratings and the status, editions from 1973, out of the wide workbook.

STATUSES = {"F": "free", "PF": "partly_free", "NF": "not_free"}
_SPLIT = {"PR": r"[1-7]\([1-7]\)", "CL": r"[1-7]\([1-7]\)", "Status": r"P?N?F \(P?N?F\)"}
_PLAIN = {"PR": "[1-7]", "CL": "[1-7]", "Status": "|".join(STATUSES)}
_MONTHS = {
    name: f"{number:02}" for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_PERIOD = re.compile(r"([A-Z][a-z]{2})\. ?(\d{4})-([A-Z][a-z]{2})\. ?(\d{4})")


def ratings(chunk: pd.DataFrame, listed_as: str) -> Cleaned:
    """Return one row for each unit and edition in which it was rated, out of one sheet.

    The sheet has a column of names and three columns per edition (PR, CL, Status); its three header
    lines name the edition, the years under review, and the three. Any other column is
    passed over. A unit without a rating in an edition (``-``, or empty) has no row there.

    Parameters
    ----------
    chunk : pandas.DataFrame
        The whole sheet as text, its first line taken for the names of the columns.
    listed_as : {"country", "territory"}
        What the sheet lists.

    Raises
    ------
    CleaningError
        If the header is not of this form, or a cell is neither a rating nor ``-``.
    """
    blocks, body = editions(chunk), chunk.iloc[2:].reset_index(drop=True)
    # One row per edition and unit, with the places of both.
    three = {kind: pd.concat([body[b["columns"][kind]] for b in blocks], ignore_index=True) for kind in _PLAIN}
    places = {
        "edition": np.repeat(np.arange(len(blocks)), len(body)),
        "unit": np.tile(np.arange(len(body)), len(blocks)),
    }
    cells = pd.DataFrame({**three, **places})
    wrong = cells[~(_of_form(cells, _PLAIN) | _absent(cells) | _of_form(cells, _SPLIT))]
    if len(wrong):
        first = wrong.iloc[0]
        place = body.iloc[first["unit"]]
        raise CleaningError(
            f"{place[FILE]}, edition {blocks[first['edition']]['edition']}",
            f"{int((wrong['edition'] == first['edition']).sum())} units have no rating that a rule covers, for example "
            f"{first[list(_PLAIN)].tolist()!r} in line {place[LINE]}",
            "Correct the source row",
        )
    # A rating is of the year in which its months under review end.
    present = cells[~_absent(cells)].reset_index(drop=True)
    split, rows = _of_form(present, _SPLIT), body.iloc[present["unit"]].reset_index(drop=True)
    periods = pd.DataFrame(
        [
            {
                "edition": block["edition"],
                "year": block["end"][:4],
                "review_start": block["start"],
                "review_end": block["end"],
                "calendar_year": block["start"] == f"{block['end'][:4]}-01" and block["end"].endswith("-12"),
            }
            for block in blocks
        ]
    )
    rated = pd.DataFrame(
        {
            "country_name": rows[body.columns[0]].str.strip(),
            "listed_as": listed_as,
            **periods.iloc[present["edition"]].reset_index(drop=True),
            "pr_rating": present["PR"].mask(split, ""),
            "cl_rating": present["CL"].mask(split, ""),
            "status": present["Status"].map(STATUSES).mask(split, ""),
            "split_rating": (present["PR"] + ", " + present["CL"] + ", " + present["Status"]).where(split, ""),
            FILE: rows[FILE],
            LINE: rows[LINE],
        }
    )
    header = pd.Series(chunk.index < chunk.index[2], index=chunk.index)
    never = ~header & ~chunk[LINE].isin(rated[LINE])
    name = chunk.columns[0]
    split = cells[_of_form(cells, _SPLIT)]
    split_entries = []
    for at, rows in split.groupby("edition"):
        hidden = body.index.isin(rows["unit"])
        columns = blocks[at]["columns"].values()
        split_entries += [
            changed(body, column, body[column].mask(hidden, ""), "split_by_population") for column in columns
        ]
    entries = [set_aside(chunk, header, "header_row", name), set_aside(chunk, never, "not_rated", name), *split_entries]
    units = named(rated, "country_name", rated["year"].astype(int))
    table = pd.DataFrame({**units, **{c: rated[c] for c in RATINGS_SCHEMA.names if c not in units}})
    return Cleaned({"ratings": table}, kept_but(chunk, *entries))


def editions(chunk: pd.DataFrame) -> list[dict]:
    """Return for each edition its name, its months under review and its columns, read from the header lines.

    Returns
    -------
    list of dict
        ``edition``; ``start`` and ``end``, such as ``1972-01``; ``columns``, the raw column of ``PR``, ``CL`` and
        ``Status``.

    Raises
    ------
    CleaningError
        If the second line does not repeat PR, CL and Status, or the first gives neither a year nor two months.
    """
    names, under_review, kinds = list(chunk.columns), chunk.iloc[0], chunk.iloc[1]
    columns = [name for name in names[1:] if name not in (FILE, LINE) and kinds[name].strip() in _PLAIN]
    if not columns:
        what = "no column is headed PR, CL or Status in the second line below the editions"
        action = "Get the file that the source's sidecar names"
        raise CleaningError(str(chunk[FILE].iloc[0]), what, action)
    found = []
    for at in range(0, len(columns), 3):
        three = columns[at : at + 3]
        if [kinds[name].strip() for name in three] != ["PR", "CL", "Status"]:
            raise CleaningError(
                f"{chunk[FILE].iloc[0]}, column {three[0]}",
                f"the header has {[kinds[name] for name in three]!r} where PR, CL and Status are expected",
                "Get the file that the source's sidecar names",
            )
        text = under_review[three[0]]
        if re.fullmatch(r"\d{4}", text):
            start, end = f"{text}-01", f"{text}-12"
        else:
            months = _PERIOD.fullmatch(text)
            if not months or not {months[1], months[3]} <= set(_MONTHS):
                raise CleaningError(
                    f"{chunk[FILE].iloc[0]}, line {chunk[LINE].iloc[0]}",
                    f"{text!r} is neither a year nor two months under review",
                    "Correct the source row",
                )
            start, end = f"{months[2]}-{_MONTHS[months[1]]}", f"{months[4]}-{_MONTHS[months[3]]}"
        found.append(
            {"edition": three[0], "start": start, "end": end, "columns": dict(zip(_PLAIN, three, strict=True))}
        )
    return found


def _absent(cells: pd.DataFrame) -> pd.Series:
    return cells[list(_PLAIN)].isin(["", "-"]).all(axis=1)


def _of_form(cells: pd.DataFrame, form: dict[str, str]) -> pd.Series:
    return pd.concat([cells[kind].str.fullmatch(pattern) for kind, pattern in form.items()], axis=1).all(axis=1)


(RATINGS_SCHEMA,) = schemas(toml(__file__, "fiw_ratings.toml"), UNIT_COLUMNS, status=STATUSES.values())


# Freedom in the World: totals, categories and items, editions from 2003, out of three workbook sheets and a table.

LISTED = {"c": "country", "t": "territory"}
#: A unit with ``-`` in all three editions of the sheet of totals.
NOT_SCORED = "not_rated"
#: How many questions each category asks; one is scored from 0 to 4.
QUESTIONS = {"A": 3, "B": 4, "C": 3, "D": 4, "E": 3, "F": 4, "G": 4}
ITEMS = tuple(f"{category}{n}" for category, asked in QUESTIONS.items() for n in range(1, asked + 1))
#: Items that the compiled table of editions 2013-2025 has.
COMPILED_ITEMS = ("D1", "D2", "D3", "D4", "E1", "E2", "E3")
_CATEGORY_COLUMNS = {name: name for name in QUESTIONS}

#: Raw column of each clean column, sheet by sheet; the rest of a clean table is missing there.
ITEMS_SHEET = {
    "country_name": "Country/Territory",
    "listed_as": "C/T",
    "edition": "Edition",
    "status": "Status",
    "pr_rating": "PR rating",
    "cl_rating": "CL rating",
    "pr_score": "PR",
    "cl_score": "CL",
    "total": "Total",
    "add_q": "Add Q",
    "add_a": "Add A",
    **_CATEGORY_COLUMNS,
    **{item: item for item in ITEMS},
}
CATEGORIES_SHEET = {
    **{name: column for name, column in ITEMS_SHEET.items() if name not in ITEMS},
    "listed_as": "C/T?",
    "pr_rating": "PR Rating",
    "cl_rating": "CL Rating",
}
COMPILED = {
    "country_name": "country_name",
    "listed_as": "country_or_territory",
    "edition": "edition",
    "status": "status",
    "pr_rating": "pr",
    "cl_rating": "cl",
    "pr_score": "pr_full",
    "cl_score": "cl_full",
    "total": "total",
    "add_q": "AddQ",
    "add_a": "AddA",
    **_CATEGORY_COLUMNS,
    **{item: item for item in COMPILED_ITEMS},
}
#: A third party's copy of the newest edition: codes for names, no territories, no categories.
COPY = {"country_name": "name", "listed_as": "listed_as"} | {
    name: name for name in ("edition", "status", "pr_score", "cl_score", "total")
}
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
    """Return the rows of the compiled table, editions 2013-2025, the only source of the last of these."""
    _check_years(chunk)
    return _long(chunk, COMPILED, 2)


def _check_years(chunk: pd.DataFrame) -> None:
    wrong = number(chunk, "year") != number(chunk, "edition") - 1
    refuse(chunk, "year", wrong, "rows are not of the year before the edition", "Correct the source row")


def copied(chunk: pd.DataFrame) -> Cleaned:
    """Return the countries of the newest edition out of a third party's copy, which gives codes and no territories."""
    _check_years(chunk)
    names = [country(code).name for code in iso3_of(chunk["iso3"], f"{chunk[FILE].iloc[0]}, column iso3")]
    table = _table(chunk.assign(name=names, listed_as="c"), COPY, 4)
    return Cleaned({"scores": table}, kept_but(chunk))


def totals(chunk: pd.DataFrame) -> Cleaned:
    """Return the totals of editions 2003-2005, three rows for each unit of the sheet that was scored."""
    chunk = chunk.rename(columns=str.strip)
    parts = []
    for edition in ("03", "04", "05"):
        raw = {
            name: f"FIW{edition} {end}" for name, end in (("pr_score", "PR"), ("cl_score", "CL"), ("total", "Total"))
        }
        scored = chunk[~(chunk[list(raw.values())] == "-").all(axis=1)]
        columns = {"country_name": "Country/Territory", "listed_as": "C/T?", "edition": "edition", **raw}
        parts.append(_table(scored.assign(edition=f"20{edition}"), columns, 3))
    table = pd.concat(parts, ignore_index=True)
    never = set_aside(chunk, ~chunk[LINE].isin(table[LINE]), NOT_SCORED, "Country/Territory")
    return Cleaned({"scores": table}, kept_but(chunk, never))


def _long(chunk: pd.DataFrame, columns: dict[str, str], priority: int) -> Cleaned:
    chunk, entries = corrected(chunk, "freedom_in_the_world")
    asked = chunk[columns["add_a"]].replace({"N/A": ""})
    entries.append(changed(chunk, columns["add_a"], asked, "not_asked"))
    table = _table(chunk.assign(**{columns["add_a"]: asked}), columns, priority)
    return Cleaned({"scores": table}, kept_but(chunk, *entries))


def _table(chunk: pd.DataFrame, columns: dict[str, str], priority: int) -> pd.DataFrame:
    edition = chunk[columns["edition"]]
    refuse(chunk, columns["edition"], ~edition.str.fullmatch(r"(19|20)\d\d"), "editions that are not years")
    year = edition.astype("Int64") - 1
    units = named(chunk, columns["country_name"], year)
    made = {
        **units,
        "country_name": chunk[columns["country_name"]],
        "listed_as": known(chunk, columns["listed_as"], LISTED).map(LISTED),
        "edition": year + 1,
        "year": year,
        "status": known(chunk, columns["status"], STATUSES).map(STATUSES) if "status" in columns else "",
        **{name.lower(): number(chunk, raw) for name, raw in columns.items() if name not in _NAMES},
    }
    empty = pd.Series(pd.NA, index=chunk.index, dtype="Int64")
    table = pd.DataFrame({name: made.get(name, empty) for name in SCORES_SCHEMA.names})
    return placed(table, chunk, priority)


(SCORES_SCHEMA,) = schemas(
    toml(__file__, "fiw_scores.toml"), UNIT_COLUMNS, listed_as=LISTED.values(), status=STATUSES.values()
)


_READERS = {
    "Country Ratings, Statuses ": lambda chunk: ratings(chunk, "country"),
    "Territory Ratings, Statuses": lambda chunk: ratings(chunk, "territory"),
    "FIW13-24": items,
    "FIW06-23": categories,
    "FIW03-05": totals,
    "": compiled,
}
#: Columns in which the sources of a row must agree: all but its key and the spelling of its name.
VALUES = [name for name in SCORES_SCHEMA.names if name not in ("unit", "year", "country_name")]


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
    return (copied if "pr_score" in chunk else _READERS[source.sheet])(chunk)


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


DATASET = declare(
    "freedom_in_the_world",
    clean,
    (RATINGS_SCHEMA, SCORES_SCHEMA),
    finish,
    items=ITEMS_SHEET.values(),
    categories=CATEGORIES_SHEET.values(),
    integers=[
        one.name for schema in (RATINGS_SCHEMA, SCORES_SCHEMA) for one in schema.columns if one.type == "integer"
    ],
)
