"""Freedom in the World: the two ratings and the status, editions from 1973, out of the wide workbook."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.civic_space.datasets.units import UNIT_COLUMNS, named
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but, set_aside

STATUSES = {"F": "free", "PF": "partly_free", "NF": "not_free"}
_SPLIT = {"PR": r"[1-7]\([1-7]\)", "CL": r"[1-7]\([1-7]\)", "Status": r"P?N?F \(P?N?F\)"}
_PLAIN = {"PR": "[1-7]", "CL": "[1-7]", "Status": "|".join(STATUSES)}
_MONTHS = {name: f"{number:02}" for number, name in enumerate(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # fmt: skip
_PERIOD = re.compile(r"([A-Z][a-z]{2})\. ?(\d{4})-([A-Z][a-z]{2})\. ?(\d{4})")


def clean(chunk: pd.DataFrame, listed_as: str) -> Cleaned:
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
            "Correct the source row, or add a rule for the new form to the cleaner",
        )
    # A rating is of the year in which its months under review end.
    present = cells[~_absent(cells)].reset_index(drop=True)
    split, rows = _of_form(present, _SPLIT), body.iloc[present["unit"]].reset_index(drop=True)
    periods = pd.DataFrame([
        {
            "edition": block["edition"],
            "year": block["end"][:4],
            "review_start": block["start"],
            "review_end": block["end"],
            "calendar_year": block["start"] == f"{block['end'][:4]}-01" and block["end"].endswith("-12"),
        }
        for block in blocks
    ])  # fmt: skip
    rated = pd.DataFrame({
        "country_name": rows[body.columns[0]].str.strip(),
        "listed_as": listed_as,
        **periods.iloc[present["edition"]].reset_index(drop=True),
        "pr_rating": present["PR"].mask(split, ""),
        "cl_rating": present["CL"].mask(split, ""),
        "status": present["Status"].map(STATUSES).mask(split, ""),
        "split_rating": (present["PR"] + ", " + present["CL"] + ", " + present["Status"]).where(split, ""),
        FILE: rows[FILE],
        LINE: rows[LINE],
    })  # fmt: skip
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
    entries = [set_aside(chunk, header, "header_row", name), set_aside(chunk, never, "not_rated", name),
               *split_entries]  # fmt: skip
    units = named(rated, "country_name", rated["year"].astype(int))
    table = pd.DataFrame({**units, **{c: rated[c] for c in SCHEMA.names if c not in units}})
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
        action = "Get the file that the source's sidecar names, or add the new header to the cleaner"
        raise CleaningError(str(chunk[FILE].iloc[0]), what, action)
    found = []
    for at in range(0, len(columns), 3):
        three = columns[at : at + 3]
        if [kinds[name].strip() for name in three] != ["PR", "CL", "Status"]:
            raise CleaningError(
                f"{chunk[FILE].iloc[0]}, column {three[0]}",
                f"the header has {[kinds[name] for name in three]!r} where PR, CL and Status are expected",
                "Get the file that the source's sidecar names, or add the new header to the cleaner",
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
                    "Add the new form to the cleaner",
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


(SCHEMA,) = schemas(toml(__file__, "fiw_ratings.toml"), UNIT_COLUMNS, status=STATUSES.values())
