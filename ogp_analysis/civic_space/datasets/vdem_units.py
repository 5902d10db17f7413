"""Country units of V-Dem and of what is built on its data: V-Dem's text ids, and the ISO codes of most of them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.base.schema import Column
from ogp_analysis.tidy.country_year import current_codes, known

#: Units whose V-Dem text id is not the ISO code of a country, and what each of them is.
SPECIAL_UNITS = {
    "HKG": "territory",  # Hong Kong; an ISO code, but of a territory
    "XKX": "user_assigned",  # Kosovo; a code ISO leaves to its users, the one that the World Bank uses too
    "PSE": "part_of_country",  # the West Bank only: ISO's PSE is the West Bank with Gaza
    "PSG": "part_of_country",  # Gaza
    "SML": "part_of_country",  # Somaliland
    "ZZB": "part_of_country",  # Zanzibar
    "DDR": "former_state",  # German Democratic Republic
    "YMD": "former_state",  # South Yemen
    "VDR": "former_state",  # Republic of Vietnam, the South; ISO's withdrawn VDR was the North
}
#: Special units whose text id is nevertheless a code of their own, ISO's or one that ISO leaves to its users.
_WITH_CODE = ("HKG", "XKX", "PSE")
#: The line of a unit that is new to V-Dem and no country of ISO.
_NEW_UNIT = '"{}": "part_of_country" to SPECIAL_UNITS in ogp_analysis/civic_space/datasets/vdem_units.py'


def without_iso(special: Mapping[str, str] = SPECIAL_UNITS) -> tuple[str, ...]:
    """Return those of the `special` units that no current ISO 3166 code names."""
    return tuple(unit for unit in special if unit not in _WITH_CODE)


def unit_columns(special: Mapping[str, str] = SPECIAL_UNITS) -> tuple[Column, ...]:
    """Return the promises of the columns that name a unit: ``unit, iso3, unit_kind``."""
    return (
        Column("unit", "string", "V-Dem's text id of the country unit: the ISO 3166 alpha-3 code of a country, or "
               + ", ".join(special), required=True),
        Column("iso3", "string", "ISO 3166 alpha-3 code; missing where the unit has none ("
               + ", ".join(without_iso(special)) + "). PSE is the West Bank only; XKX is user-assigned"),
        Column("unit_kind", "category", "What the unit is", required=True,
               categories=("country", "territory", "user_assigned", "part_of_country", "former_state")),
    )  # fmt: skip


def named(chunk: pd.DataFrame, code: str, special: Mapping[str, str] = SPECIAL_UNITS) -> dict[str, pd.Series]:
    """Return the columns that name a row: ``unit, iso3, unit_kind, country_name, year``.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with ``country_name`` and ``year``.
    code : str
        The raw column that holds V-Dem's text id.
    special : mapping of str to str
        The units that are not countries of ISO, and what each of them is.

    Raises
    ------
    CleaningError
        If a text id is neither one of them nor the code of a country or territory of today.
    """
    unit = known(chunk, code, current_codes() | special.keys(), _NEW_UNIT)
    return {
        "unit": unit,
        "iso3": unit.mask(unit.isin(without_iso(special)), ""),
        "unit_kind": unit.map(special).fillna("country"),
        "country_name": chunk["country_name"],
        "year": chunk["year"],
    }
