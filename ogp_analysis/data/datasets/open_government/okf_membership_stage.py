"""Stage of OGP membership by country in 2016, as collected by Open Knowledge Foundation Deutschland (2030-Watch).

The file is one record of a collection of indicators: lines that describe it, key and value, and below the line
``countries`` one line per country. The description explains the stages in English and in German, and the two do not
agree: in German 4 is a third plan *completed* and 1 is inactive. The English one is followed: it alone has a meaning
for 0, and countries that had only just joined carry 1.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, refuse
from ogp_analysis.data.cleaning.dataset import SOME_FILE, Input, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but, set_aside

STAGES = {"0": "inactive", "1": "developing", "2": "first_plan", "3": "second_plan", "4": "third_plan"}
#: The file has no names of columns.
_KEY, _VALUE = "Unnamed: 0", "Unnamed: 1"
_COUNTRIES = "countries"
_DESCRIPTION = r"[a-z]\w*(?:\$\w+)*"

_TABLES = toml(__file__, "okf_membership_stage.toml")["table"]
(STAGE,) = schemas(_TABLES, stages=STAGES.values())


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the stages of the one chunk of the file, one row per country.

    Rule ``describes_the_indicator``: the lines above and with the year are set aside.

    Raises
    ------
    CleaningError
        If the file is not laid out as it was, or a stage is unknown.
    UnknownName
        If a name is that of no country.
    """
    # The line of the year must follow the line ``countries``.
    marks = chunk.index[chunk[_KEY] == _COUNTRIES]
    dated = chunk.loc[marks + 1] if len(marks) == 1 and marks[0] + 1 in chunk.index else chunk.iloc[:0]
    if not (dated[_KEY] == "").all() or not dated[_VALUE].str.fullmatch(r"20\d{2}").all() or dated.empty:
        found = f"{chunk[FILE].iloc[0]} line {chunk[LINE].iloc[0]} on" if len(chunk) else SOME_FILE
        raise CleaningError(
            found,
            f"{len(marks)} lines {_COUNTRIES!r} are followed by a year, not one",
            "Get the file that the source's sidecar names",
        )
    year = int(dated.index[0])
    described = pd.Series(chunk.index <= year, index=chunk.index)
    # A country above the year would be set aside unseen.
    lines = chunk[chunk.index < year]
    odd = ~lines[_KEY].str.fullmatch(_DESCRIPTION)
    what = "lines above the year that are not keys of a description"
    refuse(lines, _KEY, odd, what, "Get the file that the source's sidecar names")
    rows = chunk[~described]
    value = known(rows, _VALUE, STAGES)
    stage = pd.DataFrame(
        {
            "iso3": iso3_of(rows[_KEY], str(rows[FILE].iloc[0]) if len(rows) else "countries"),
            "year": chunk.loc[year, _VALUE],
            "stage": value,
            "stage_code": value.map(STAGES),
        }
    )
    return Cleaned({"stage": stage}, kept_but(chunk, set_aside(chunk, described, "describes_the_indicator", _KEY)))


DATASET = declare("okf_membership_stage", clean, (STAGE,))
