"""WJP Rule of Law Index: the index, its factors and the sub-factors of civic space, editions 2012-2025.

References
----------
World Justice Project, Rule of Law Index, Methodology; the historical data file of 2025.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.invariants import Sum
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import FILE, Cleaned, kept_but
from ogp_analysis.data.datasets.civic_space.index_rows import UNIT_COLUMNS, named_alike

#: An edition as written: a year, or two years that follow each other (2012-2013 and 2017-2018).
EDITION = re.compile(r"(\d{4})(?:-(\d{4}))?")
OVERALL = "WJP Rule of Law Index: Overall Score"
#: Clean column of each number that starts a header.
VALUES = {f"factor_{n}": f"Factor {n}" for n in range(1, 9)} | {
    f"subfactor_{mark.replace('.', '_')}": mark for mark in ("1.5", "3.1", "3.2", "3.3", "3.4", "4.4", "4.6", "4.7")
}
#: ``Factor 3: Open Government ``, ``3.1. Publicized laws …``, ``3.2 Right to information``.
_NUMBERED = re.compile(r"(Factor [1-8])(?=:)|([1-8]\.[1-8])\.? (?=\S)")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean the sheet of historical data into the table ``country_year``.

    Grain: one country or territory in one edition. Every row is kept and no value is changed. Headers
    are known by their number, since some have a dot or a blank too many.

    Raises
    ------
    CleaningError
        If a header is absent or repeated, an edition is unknown, a value is not a number, or code and
        name denote different units.
    UnknownName
        If a country is not in the register.
    """
    # The number that starts its header names a column.
    numbered: dict[str, list[str]] = {}
    for column in chunk.columns:
        head = _NUMBERED.match(column)
        if head:
            numbered.setdefault(head[1] or head[2], []).append(column)
    absent = [mark for mark in VALUES.values() if len(numbered.get(mark, ())) != 1]
    if absent:
        raise CleaningError(
            str(chunk[FILE].iloc[0]),
            f"{len(absent)} factors are absent or repeated in the header, {listed(absent)}",
            "Get the file that the source's sidecar names",
        )
    columns = {name: numbered[mark][0] for name, mark in VALUES.items()}
    # An edition is one year, or two years that follow each other.
    found = {text: EDITION.fullmatch(text) for text in chunk["Year"].unique()}
    right = [text for text, years in found.items() if years and (not years[2] or int(years[2]) == int(years[1]) + 1)]
    edition = known(chunk, "Year", right)
    table = read(
        chunk.rename(columns={raw: name for name, raw in columns.items()}),
        SCHEMA,
        **named_alike(chunk, "Country Code", "Country"),
        edition=edition,
        first_year=edition.str[:4],
        year=edition.str[-4:],
    )
    return Cleaned({"country_year": table}, kept_but(chunk))


(SCHEMA,) = schemas(toml(__file__, "wjp_rule_of_law.toml"), UNIT_COLUMNS)


DATASET = declare(
    "wjp_rule_of_law",
    clean,
    (SCHEMA,),
    sums=[Sum("country_year", name, re.escape(mark) + "[.: ]") for name, mark in VALUES.items()],
)
