"""Local members of OGP in the participation panel of 2019, with their first year and their names."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.open_government.datasets import units
from ogp_analysis.tidy.coding import Rule, coded
from ogp_analysis.tidy.country_year import require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Sum
from ogp_analysis.tidy.record import Cleaned, kept_all

_BASIS = (
    Rule("confirmed_in_commitments", "confirmed by the Code column of .*"),
    Rule("read_from_code", "read from the four-letter code; not confirmed .*"),
)
_RULES = "local_members.py"

MEMBERS = TableSchema(
    name="members",
    grain="one locality that was a local member of OGP in 2019",
    key=("unit",),
    columns=(
        Column("unit", "string", "OGP's four letters.", required=True),
        Column("iso3", "string", "Country that the locality lies in.", required=True),
        Column("locality", "string", "Name of the locality, without the country.", required=True),
        Column(
            "name_basis",
            "category",
            "confirmed_in_commitments: a file of commitments has code and name; read_from_code: made out from the "
            "letters of the code, not confirmed.",
            categories=tuple(rule.code for rule in _BASIS),
            required=True,
        ),
        Column("first_year", "integer", "First year with participation in the panel.", "year", minimum=2016),
        Column("last_year", "integer", "Last year of the panel, not an end of membership.", "year", minimum=2016),
    ),
    left_alone="The panel ends in 2019: later local members are not here, and last_year says nothing about who left.",
)
_COLUMNS = ("ogp_code", "first_year_participating", "last_year_in_panel", "locality", "name_basis")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the local members of a chunk, one row a locality.

    Raises
    ------
    CleaningError
        If a column is absent, a code has not four letters, or a name has no country or another than that of
        the code.
    UnknownName
        If a code begins with no country's, or a name ends with none.
    """
    require(chunk, _COLUMNS)
    coded(chunk, "ogp_code", [Rule("local", "[A-Z]{4}")], "open_government/datasets/units.py")
    # The country of a locality follows the last comma of its name.
    odd = chunk.loc[~chunk["locality"].str.contains(", ", regex=False), "locality"]
    if len(odd):
        raise CleaningError(
            f"locality ({_RULES})",
            f"{len(odd)} names are not followed by a comma and a country, for example {odd.iloc[0]!r}",
            "Correct the name",
        )
    names = chunk["locality"].str.rsplit(", ", n=1, expand=True).reindex(columns=[0, 1])
    iso3 = units.country_of(chunk["ogp_code"])
    odd = chunk[iso3.to_numpy() != iso3_of(names[1], "locality")]
    if len(odd):
        raise CleaningError(
            f"locality ({_RULES})",
            f"{len(odd)} names lie in another country than the code says, for example {odd['locality'].iloc[0]!r} "
            f"with code {odd['ogp_code'].iloc[0]!r}",
            "Correct the name or the code",
        )
    members = pd.DataFrame(
        {
            "unit": chunk["ogp_code"],
            "iso3": iso3,
            "locality": names[0],
            "name_basis": coded(chunk, "name_basis", _BASIS, _RULES),
            "first_year": chunk["first_year_participating"],
            "last_year": chunk["last_year_in_panel"],
        }
    )
    return Cleaned({"members": members}, kept_all(chunk))


DATASET = Dataset(
    name="ogp_local_members",
    title="Local members of OGP in the panel of 2019",
    inputs=(Input("ogp_local_members", "compiled", "local_members.csv"),),
    clean=clean,
    schemas=(MEMBERS,),
    invariants=Invariants(
        sums=(
            Sum("members", "first_year", ("first_year_participating",)),
            Sum("members", "last_year", ("last_year_in_panel",)),
        ),
    ),
    layouts=(Layout("compiled", required=_COLUMNS, version=r"(20\d\d)", last="last_year_in_panel"),),
)
