"""Commitments to register beneficial owners, and the countries of the tracker, as Open Ownership had them in 2023."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.coding import Rule, coded, translated
from ogp_analysis.data.cleaning.country_year import distinct
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

STATED = Declared(__file__)
_MEMBERSHIPS = ("OGP", "EITI", "EU", "OECD", "G20")
_KNOWN_MEMBERSHIP = r"OGP|EITI|EU|OECD|G20|LG - (?:Member|Target)|UK Overseas Territory"
#: The one row that is not a country, and its code.
_GROUP = ("United Kingdom Overseas Territories", "UK_OT")
_FLAGS = ("central_register", "public_register", "all_sectors")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the commitments or the countries of a chunk, depending on the file it is of.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not known, or name and code are of two countries.
    UnknownName
        If a name is that of no country.
    """
    if "commitment_type" in chunk.columns:
        distinct(chunk)
        kind, iso3 = chunk["commitment_type"].str.rstrip(" "), _units(chunk)
        whole, entries = mended(chunk, commitment_type=(kind, "trailing_blank"))
        commitments = STATED.read(
            whole,
            "commitments",
            commitment=chunk[LINE].map("oo-{:04d}".format),
            iso3=iso3.map(" | ".join),
            n_units=iso3.map(len),
            date=_days(chunk["date"]),
            **{flag: translated(chunk, flag, STATED["flags"], STATED.resource) for flag in _FLAGS},
            last_edited=_days(chunk["last_edited"].str[:10]),
        )
        return Cleaned({"commitments": commitments}, kept_but(chunk, *entries))
    spans = chunk["ogp_membership_nap_cycle"].str.extract(r"^Yes: (\d{2})(\d{2})-(\d{2})$").fillna("")
    iso3 = _units(chunk[chunk["country"] != _GROUP[0]]).map(lambda units: units[0]).reindex(chunk.index)
    coded(chunk, "memberships", [Rule("known", rf"((?:{_KNOWN_MEMBERSHIP})(?:; (?!$)|$))*")], "its cleaner")
    belongs = chunk["memberships"].str.split("; ")
    countries = STATED.read(
        chunk,
        "countries",
        unit=iso3.fillna(_GROUP[1]),
        iso3=iso3,
        plan_first_year=spans[0] + spans[1],
        plan_last_year=(spans[0] + spans[2]).where(spans[0] != "", ""),
        **{f"in_{name.lower()}": belongs.map(lambda found, name=name: name in found) for name in _MEMBERSHIPS},
    )
    return Cleaned({"countries": countries}, kept_but(chunk))


def _units(chunk: pd.DataFrame) -> pd.Series:
    """Return the codes of the countries of each row, which name and alpha-2 code must both say."""
    found = {}
    for index, row in chunk.iterrows():
        named = [country(name.strip(), place=f"{row[FILE]}, country") for name in row["country"].split(";")]
        if "; ".join(unit.iso2 for unit in named) != row["iso2"]:
            raise CleaningError(
                f"{row[FILE]} line {row[LINE]}, iso2",
                f"code {row['iso2']!r} is not that of {row['country']!r}",
                "Correct the source row",
            )
        found[index] = tuple(unit.iso3 for unit in named)
    return pd.Series(found, index=chunk.index, dtype=object)


def _days(dates: pd.Series) -> pd.Series:
    days = coding.first_day(dates)
    odd = coding.precision(dates).dropna() != "day"
    if odd.any():
        raise CleaningError(
            "open_ownership_commitments", f"{int(odd.sum())} dates are not days", "Give the column a precision"
        )
    return days


DATASET = declare("open_ownership_commitments", clean, STATED.tables)
