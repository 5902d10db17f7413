"""AI Global Surveillance Index of 2022, and the index of digital repression of 2021, by country.

Two cross-sections of one workbook. The sheet on repression turns V-Dem's series round: under names
such as v2smgovsmmon a higher value is MORE repression there, the opposite of V-Dem's own scale. The
columns are named ``…_reversed`` for that, and a test holds them against the survey.

References
----------
Feldstein (2022), AI Global Surveillance Index, Mendeley Data, gjhf5y4xjp version 4; Feldstein (2021), The Rise of
Digital Repression, Oxford University Press.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import codes_of_names, known, number
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import mended, read
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

_WRITTEN_OUT = {
    "Electoral Democracy": "ed",
    "Closed Autocracy": "ca",
    "Electoral Autocracy": "ea",
    "Liberal Democracy": "ld",
}
_INDEX, _REPRESSION = "AIGS 2022", "Digital Repression Inde + V-Dem"
_MARKS = ("x", "1", "")
#: The columns that name the year they are of.
_OVERALL = re.compile(r"Digital Repression Index (\d{4})")
_NET = "Freedom on the Net 2021 Score"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return ``surveillance_index`` or ``digital_repression``, depending on the sheet. Every row is kept.

    The name of a country that a find-and-replace damaged is mended by :data:`REPLACED_RULE`.

    Raises
    ------
    CleaningError
        If a column is absent, a mark is unknown or a value is not a number.
    UnknownName
        If a name is that of no country.
    """
    if source.sheet == _INDEX:
        chunk, entries = mended(chunk, Country=(chunk["Country"].map(decoded), "find_and_replace"))
        firms = [c for c in chunk.columns if c.startswith(("Company ", "Unnamed: "))]
        table = read(
            chunk,
            INDEX,
            unit=codes_of_names(chunk, "Country"),
            **{new: known(chunk, raw, _MARKS) != "" for new, raw in _MARKED.items()},
            firms=[" | ".join(firm.strip() for firm in row if firm.strip()) for row in chunk[firms].to_numpy()],
            **({} if _NET in chunk.columns else {"freedom_on_the_net_2021": float("nan")}),
        )
        return Cleaned({"surveillance_index": table}, kept_but(chunk, *entries))
    found = {name: of[1] for name in chunk.columns if (of := _OVERALL.fullmatch(name))}
    overall, year = next(iter(found.items()), ("Digital Repression Index <year>", ""))
    known(chunk, "Year", (year,))
    table = read(chunk, REPRESSION, unit=codes_of_names(chunk, "Country"), digital_repression=number(chunk, overall))
    return Cleaned({"digital_repression": table}, kept_but(chunk))


def decoded(name: str) -> str:
    """Return a name with the regimes in it written as codes again, inside a word only."""
    for words, code in _WRITTEN_OUT.items():
        name = re.sub(rf"(?<=[a-z]){words}", code, name)
    return name


INDEX, REPRESSION = schemas(toml(__file__, "feldstein_digital_repression.toml"))

_MARKED = {column.name: column.raw for column in INDEX.columns if column.type == "boolean"}
_REVERSED = {column.name: column.raw for column in REPRESSION.columns if column.name.endswith("_reversed")}

DATASET = declare("feldstein_digital_repression", clean, (INDEX, REPRESSION), reversed=_REVERSED)
