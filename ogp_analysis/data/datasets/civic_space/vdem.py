"""V-Dem: expert-coded indices of democracy and civic space, one table for each version. Never mix versions.

V-Dem estimates every series anew for each release, so levels of two versions are not comparable:
each version is a table of its own. Bounds are the 68 % highest-density interval of the estimate.

References
----------
Coppedge et al., V-Dem Codebook and Dataset: v14 doi:10.23696/mcwt-fr58, v15 doi:10.23696/vdemds25,
v16 doi:10.23696/vdemds26.
Pemstein et al., The V-Dem Measurement Model (V-Dem Working Paper 21).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import partial

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.country_year import bounded, number, refuse
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout, declare
from ogp_analysis.data.cleaning.invariants import Invariants, own_names
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but, set_aside
from ogp_analysis.data.datasets.civic_space.index_rows import unit_columns, units_of_vdem

LICENCE = "CC BY-SA 4.0"

_STATED = toml(__file__, "vdem.toml")
#: Each table with its version, the columns that name a row, and its series.
TABLES = _STATED["tables"]
#: What each series stands for and the direction of its scale.
MEANINGS = _STATED["meanings"]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of a V-Dem file into the table of its version, one of :data:`TABLES`.

    Grain: one V-Dem country unit in one year. No value is changed, and every row is kept but those into which a
    redistributor copied another state. Units that are not ISO countries stay under their V-Dem text id, see
    ``SPECIAL_UNITS`` of ``index_rows``; country names are left as each version writes them.

    Raises
    ------
    CleaningError
        If a column is absent, a unit is unknown, a value is not a number, or an estimate does not
        lie within its bounds.
    """
    table, place, names = _READ[source.version]
    rows = chunk.rename(columns={"inner key": "year", "country": "country_name"})
    rows = rows if "country_name" in rows else rows.assign(country_name="")
    code = rows[place[0]].replace(TABLES[table].get("codes", {}))
    copied = number(rows, "year") < code.map(TABLES[table].get("began", {}))
    unit = units_of_vdem(rows.assign(**{place[0]: code}), place[0])
    # A file's own ISO column is held against the rule.
    wrong = chunk["iso3"] != unit["iso3"] if "iso3" in place[1:] else pd.Series(False, index=chunk.index)
    action = "Correct the source row"
    refuse(chunk, "iso3", wrong, "codes differ from the rule for their unit", action, beside="country_text_id")
    frame = pd.DataFrame({**unit, **_values(rows, names)})[~copied]
    told = changed(chunk, place[0], code, "redistributor_code"), set_aside(chunk, copied, "state_not_begun", "year")
    return Cleaned({table: frame.drop(columns="country_name" if table == "v16_38" else [])}, kept_but(chunk, *told))


def _values(chunk: pd.DataFrame, names: Collection[str]) -> dict[str, pd.Series]:
    """Return the numbers of the series among some columns; bounds are held around their estimate."""
    made = {}
    for name in (name for name in names if name in MEANINGS):
        low, high, sd = (f"{name}{end}" for end in ENDS)
        made |= bounded(chunk, name, low, high) if {low, high} <= set(names) else {name: number(chunk, name)}
        made |= {sd: number(chunk, sd)} if sd in names else {}
    return made


_FIRST_YEAR = 1970
#: V-Dem 14 ends with 2023, and each version with the year after.
_VERSION_AND_YEAR = 2009
ENDS = ("_codelow", "_codehigh", "_sd")


def release(declared: Dataset, version: str, columns: tuple[str, ...]) -> Dataset:
    """Return what is declared of a newer release of V-Dem: a table of its own, such as ``v16``, of the series it has.

    Parameters
    ----------
    declared : Dataset
        The dataset.
    version : str
        The number of the release.
    columns : tuple of str
        Columns of the file that are read.
    """
    table = "v" + re.sub(r"[^a-z0-9]+", "_", version.lower())
    values = [name for name in CORE.optional + CORE.required[3:] if name in columns]
    last = int(version) + _VERSION_AND_YEAR if version.isdigit() else None
    schema = _schema(
        table, sorted(values), _FIRST_YEAR, last, "Years before 1970 and other variables are not taken over"
    )
    clean = partial(clean_release, table=table, values=tuple(values))
    return replace(declared, clean=clean, schemas=(schema,), invariants=Invariants(sums=own_names(schema, ["year"])))


def clean_release(chunk: pd.DataFrame, source: Input, table: str, values: tuple[str, ...]) -> Cleaned:
    """Clean one chunk of a newer release into its table; years before the panel are set aside.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text of a Core or Full file.
    source : Input
        The file.
    table : str
        The table of the release, such as ``v16``.
    values : tuple of str
        Columns of :data:`MEANINGS`, of bounds and deviations that are read.

    Raises
    ------
    CleaningError
        As for :func:`clean`.
    """
    early = number(chunk, "year") < _FIRST_YEAR
    kept = chunk[~early]
    frame = pd.DataFrame({**units_of_vdem(kept, "country_text_id"), **_values(kept, values)})
    return Cleaned({table: frame}, kept_but(chunk, set_aside(chunk, early, "before_1970", "year")))


#: V-Dem's Core and Full files by country and year. No other file has the core civil society index with these three.
CORE = Layout(
    "core",
    required=("country_text_id", "country_name", "year", "v2xcs_ccsi", "v2x_polyarchy"),
    optional=tuple(
        name + end for name in MEANINGS for end in ("", *ENDS) if name + end not in ("v2xcs_ccsi", "v2x_polyarchy")
    ),
    made=release,
    last="year",
    lag=_VERSION_AND_YEAR,
)


#: Of each version the table, the columns that name a row, and the columns of numbers.
_READ = {
    one["version"]: (table, one["place"], [name + end for name in one["series"] for end in ("", *one["ends"])])
    for table, one in TABLES.items()
}
_BOUND = {
    "_codelow": "Lower end of the 68 % interval of",
    "_codehigh": "Upper end of the 68 % interval of",
    "_sd": "Standard deviation of the posterior of",
}


def _schema(table: str, names, first: int, last: int | None, left_alone: str) -> TableSchema:
    values = []
    for name in names:
        series = next(s for s in MEANINGS if name in (s, *(s + end for end in _BOUND)))
        (meaning, direction), end = MEANINGS[series], name.removeprefix(series)
        if name == "v2x_regime":
            kind, scale, least, most = "integer", "ordinal, 0 to 3", 0, 3
        elif series.startswith("v2x"):
            kind, scale, least, most = "number", "index, 0 to 1", 0, 1
        else:
            # The measurement model's scale has no ends: estimates lie within five units of its centre, bounds in eight.
            kind, scale, most = "number", "interval, z-like, about -4 to 4", 8 if end else 5
            least = -most
        meaning, direction = f"{_BOUND[end]} {series}" if end else meaning, "" if end == "_sd" else direction
        values.append(Column(name, kind, meaning, scale, direction, minimum=least, maximum=most, licence=LICENCE))
    columns = (
        *unit_columns(),
        *(
            []
            if table == "v16_38"
            else [Column("country_name", "string", "Name as this version of V-Dem writes it", required=True)]
        ),
        Column("year", "integer", "Calendar year", "year", minimum=first, maximum=last, required=True),
        *values,
    )
    return TableSchema(table, "one V-Dem country unit in one year", ("unit", "year"), columns, left_alone)


#: One table a version.
SCHEMAS = tuple(
    _schema(table, names, *TABLES[table]["years"], TABLES[table]["left_alone"]) for table, _, names in _READ.values()
)

DATASET = declare(
    "vdem",
    clean,
    SCHEMAS,
    sums=[
        one
        for schema in SCHEMAS
        for one in own_names(schema, ("year",) if schema.name == "v16_38" else (), TABLES[schema.name]["files"])
    ],
    layouts=(CORE,),
)
