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
from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.schema import Column, schemas
from ogp_analysis.data.cleaning.country_year import known, number, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Sum
from ogp_analysis.data.cleaning.record import FILE, Cleaned, changed, kept_but

_WRITTEN_OUT = {"Electoral Democracy": "ed", "Closed Autocracy": "ca", "Electoral Autocracy": "ea",
                "Liberal Democracy": "ld"}  # fmt: skip
_INDEX, _REPRESSION = "AIGS 2022", "Digital Repression Inde + V-Dem"
#: Raw column of each mark in the index, and of each of V-Dem's series.
_MARKED = {
    "safe_city": "Safe City System",
    "facial_recognition": "Facial Recognition System",
    "smart_policing": "Smart Policing",
    "social_media_surveillance": "Social Media Surveillance",
    "china_technology": "China Tech",
    "us_technology": "US Tech",
}
_REVERSED = {
    "v2smgovsmmon_reversed": "Gov SM surveillance v2smgovsmmon",
    "v2smgovdom_reversed": "Gov disinfo v2smgovdom",
    "v2smpardom_reversed": "Pol party disinfo v2smpardom",
    "v2smgovfilprc_reversed": "Gov filtering v2smgovfilprc",
    "v2smgovshut_reversed": "Gov internet shutdowns v2smgovshut",
    "v2smgovsm_reversed": "Gov SM Shutdown v2smgovsm",
    "v2smgovsmcenprc_reversed": "Gov SM censorship v2smgovsmcenprc",
    "v2smarrest_reversed": "Arrests online users (v2smarrest)",
}
_MARKS = ("x", "1", "")
_NEW_MARK = '"{}" to _MARKS in ogp_analysis/data/datasets/civic_space/feldstein_digital_repression.py'
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
        require(chunk, ("Country", *_MARKED.values()))
        name = chunk["Country"].map(mended)
        firms = [c for c in chunk.columns if c.startswith(("Company ", "Unnamed: "))]
        table = pd.DataFrame(
            {
                "unit": _units(chunk, name),
                **{new: known(chunk, raw, _MARKS, _NEW_MARK) != "" for new, raw in _MARKED.items()},
                "firms": [" | ".join(firm.strip() for firm in row if firm.strip()) for row in chunk[firms].to_numpy()],
                "freedom_on_the_net_2021": number(chunk, _NET) if _NET in chunk.columns else float("nan"),
            }
        )
        return Cleaned(
            {"surveillance_index": table}, kept_but(chunk, changed(chunk, "Country", name, "find_and_replace"))
        )
    found = {name: of[1] for name in chunk.columns if (of := _OVERALL.fullmatch(name))}
    overall, year = next(iter(found.items()), ("Digital Repression Index <year>", ""))
    require(chunk, ("Country", "Year", overall, *_REVERSED.values()))
    table = pd.DataFrame(
        {
            "unit": _units(chunk, chunk["Country"]),
            "year": known(chunk, "Year", (year,)),
            "digital_repression": number(chunk, overall),
            **{new: number(chunk, raw) for new, raw in _REVERSED.items()},
        }
    )
    return Cleaned({"digital_repression": table}, kept_but(chunk))


def mended(name: str) -> str:
    """Return a name with the regimes in it written as codes again, inside a word only."""
    for words, code in _WRITTEN_OUT.items():
        name = re.sub(rf"(?<=[a-z]){words}", code, name)
    return name


def _units(chunk: pd.DataFrame, names: pd.Series) -> pd.Series:
    place = f"{chunk[FILE].iloc[0]}, column Country" if len(chunk) else "Country"
    return pd.Series(iso3_of(names, place), index=chunk.index, dtype="str")


_UNIT = Column("unit", "string", "Country or territory in the project's register: ISO 3166 alpha-3 where it has one. "
               "Gaza is PSG, the West Bank XWB, Somaliland SML, Zanzibar ZZB", required=True)  # fmt: skip
INDEX, REPRESSION = schemas(toml(__file__, "feldstein_digital_repression.toml"), (_UNIT,))

INPUTS = (
    Input("feldstein_digital_repression", "2022", "*.xlsx", sheet=_INDEX, tables=("surveillance_index",)),
    Input("feldstein_digital_repression", "2022", "*.xlsx", sheet=_REPRESSION, tables=("digital_repression",)),
)
LAYOUTS = (
    Layout(
        "surveillance_index",
        required=("Country", *_MARKED.values()),
        optional=(_NET,),
        further=r"Company .*|Unnamed: \d+",
        sheet=r"AIGS \d{4}",
        like=INPUTS[0],
        tables=("surveillance_index",),
        version=r"(?<!\d)(20\d\d)(?!\d)",
    ),
    Layout(
        "digital_repression",
        required=("Country", "Year", *_REVERSED.values()),
        further=_OVERALL.pattern,
        sheet=r"Digital Repression Inde.*",
        like=INPUTS[1],
        tables=("digital_repression",),
        last="Year",
    ),
)

DATASET = Dataset(
    name="feldstein_digital_repression",
    title="AI Global Surveillance Index 2022 and index of digital repression 2021",
    inputs=INPUTS,
    clean=clean,
    schemas=(INDEX, REPRESSION),
    layouts=LAYOUTS,
    invariants=Invariants(
        sums=(
            Sum("surveillance_index", "freedom_on_the_net_2021", (_NET.lower(),)),
            Sum("digital_repression", "digital_repression", lambda chunk: chunk.filter(regex=f"^{_OVERALL.pattern}$")),
        ),
        unsummed={
            "year": "the year of the sheet, the same in every row",
            **dict.fromkeys(_REVERSED, "named by a column title that holds the variable"),
        },
    ),
)
