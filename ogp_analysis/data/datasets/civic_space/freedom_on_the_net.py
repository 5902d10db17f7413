"""Freedom on the Net, 2011-2019, in one direction: higher is freer in every column.

To edition 2018 the publisher counted obstacles, 0 free to 100 not free; from edition 2019 it counts freedom.
The compiled table of 2011-2019 was turned by those who collected it; the workbook of 2018 is turned here.
An edition covers June of the year before to May of its year.

References
----------
Freedom House, Freedom on the Net, Research Methodology of the editions 2018 and 2019.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, number, refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but
from ogp_analysis.data.datasets.civic_space.index_rows import UNIT_COLUMNS, named, one_row_each, placed

STATUSES = {"FREE": "free", "PARTLY FREE": "partly_free", "NOT FREE": "not_free"}
#: Headers of the workbook that name its edition, and the last edition that counted obstacles.
_STATUS, _TOTAL = '"Freedom on the Net {}" Status', '"Freedom on the Net {}" Total Score'
_YEAR = r"(\d{4})"
_EDITION = re.compile(_TOTAL.format(_YEAR))
LAST_OF_OBSTACLES = 2018
#: Column of each value in the workbook, and the end of its scale.
VALUES = {
    "score": (_TOTAL, 100),
    "access": ("A: Obstacles to Access", 25),
    "content": ("B: Limits on Content", 35),
    "user_rights": ("C: Violations of User Rights", 40),
}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one of the two files into the table ``country_year``; one row per country and edition.

    Raises
    ------
    CleaningError
        If a column, a status or a value is not one that a rule covers, or categories do not add up.
    UnknownName
        If a country is not in the register.
    """
    if source.version != "2018":
        table = pd.DataFrame(
            {
                **named(chunk, "iso3"),
                "year": chunk["year"],
                "status": pd.Series("", index=chunk.index, dtype="str"),
                "score": number(chunk, "score"),
                **dict.fromkeys(("access", "content", "user_rights"), pd.Series(float("nan"), index=chunk.index)),
            }
        )
        return Cleaned({"country_year": placed(table, chunk, 1)}, kept_but(chunk))
    edition = max((found[1] for name in chunk.columns if (found := _EDITION.fullmatch(name))), default="<edition>")
    status, *columns = (text.format(edition) for text in (_STATUS, *(column for column, _ in VALUES.values())))
    read = {name: number(chunk, column) for name, column in zip(VALUES, columns, strict=True)}
    wrong = read["access"] + read["content"] + read["user_rights"] != read["score"]
    action = "Correct the source row"
    refuse(chunk, columns[0], wrong, "totals are not the sum of the categories", action)
    entries = []
    if int(edition) <= LAST_OF_OBSTACLES:
        read = {name: most - read[name] for name, (_, most) in VALUES.items()}
        entries = [
            changed(chunk, column, read[name].astype("int64").astype("str"), "turned_so_that_higher_is_freer")
            for name, column in zip(VALUES, columns, strict=True)
        ]
    table = pd.DataFrame(
        {
            **named(chunk, "Country"),
            "year": edition,
            "status": known(chunk, status, STATUSES).map(STATUSES),
            **read,
        }
    )
    return Cleaned({"country_year": placed(table, chunk, 0)}, kept_but(chunk, *entries))


def finish(parts) -> Cleaned:
    """Merge the two files: edition 2018 stands in both, and the totals must be the same.

    Raises
    ------
    CleaningError
        If they differ.
    """
    return one_row_each(concatenate(parts), "country_year", ["unit", "year"], ["status", *VALUES])


(SCHEMA,) = schemas(toml(__file__, "freedom_on_the_net.toml"), UNIT_COLUMNS, status=STATUSES.values())


DATASET = declare("freedom_on_the_net", clean, (SCHEMA,), finish)
