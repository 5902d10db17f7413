"""The words of World Bank award notices as codes, by the rules in ``world_bank_awards.toml``."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country, iso3_of
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.checks import refuse
from ogp_analysis.procurement.datasets.folding import each, folded
from ogp_analysis.tidy.record import changed

#: What a bidder is, recognised by its name alone.
BIDDER_KINDS = ("organisation", "presumed_natural_person", "not_told", "missing")
#: Two countries, a placeholder of the page or "stateless" tell no country.
COUNTRY_RULE = "no_country"
#: A name of so many words, none of which shows an organisation, is taken for a person's.
_FEWEST, _MOST = 2, 5
_HERE = "world_bank_awards"


def facts() -> dict:
    """Return the facts in ``world_bank_awards.toml``."""
    return toml(__file__, "world_bank_awards.toml")


def methods(field: str) -> tuple[str, ...]:
    """Return the codes of a field of methods."""
    return tuple(code for code, _ in facts()["methods"][field])


def method(chunk: pd.DataFrame, column: str, field: str) -> pd.Series:
    """Return the code of each method; empty for a blank.

    Raises
    ------
    CleaningError
        If no rule covers a text.
    """
    rules = [(code, re.compile(pattern)) for code, pattern in facts()["methods"][field]]

    def coded(text: str) -> str:
        letters = re.sub(r"[^a-z]", "", text.lower())
        return next((code for code, pattern in rules if pattern.fullmatch(letters)), "?") if letters else ""

    code = each(chunk[column], coded)
    refuse(chunk, column, code == "?", "methods that no rule covers")
    return code


def squeezed(values: pd.Series) -> pd.Series:
    """Return texts with every run of blanks and line breaks as one blank."""
    return values.str.replace(r"\s+", " ", regex=True).str.strip()


def borrower(chunk: pd.DataFrame, column: str) -> dict[str, pd.Series]:
    """Return ``iso3`` and ``region`` of a contract: one of them is stated, the other empty.

    Raises
    ------
    UnknownName
        If a place is neither a country nor one of the regions.
    """
    place = squeezed(chunk[column])
    region = place.where(place.isin(facts()["places"]["regions"]), "")
    return {"iso3": _iso3(place, region == "", column), "region": region}


def bidder_country(chunk: pd.DataFrame, column: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return the country of each bidder, and an entry for each text that stands for none."""
    place = squeezed(chunk[column])
    none = place.isin(facts()["places"]["no_country"])
    entry = changed(chunk[none], column, pd.Series("", index=chunk.index[none], dtype="str"), COUNTRY_RULE)
    return _iso3(place, (place != "") & ~none, column), entry


def _iso3(place: pd.Series, rows: pd.Series, column: str) -> pd.Series:
    found = pd.Series("", index=place.index, dtype="str")
    return found.mask(rows, pd.Series(iso3_of(place[rows], f"{_HERE}, {column}"), index=place.index[rows], dtype="str"))


def bidder_kinds(names: pd.Series, iso3: pd.Series) -> pd.Series:
    """Return what each bidder is, one of :data:`BIDDER_KINDS`.

    A legal form of the bidder's country, or a word for a body or a trade, shows an organisation, digits and signs too.
    Other names of two to five words are taken for persons', also where they are firms'; of a single word nothing is
    said.
    """
    words = set(facts()["bidders"]["organisation"].split())

    def kind(name: str, home: str) -> str:
        tokens = folded(name).split()
        if not tokens:
            return "missing"
        forms = [country(home).iso2] if home else []
        if persons.has_form(name, *forms) or words & set(tokens) or re.search(r"[\d&/\"#]", name):
            return "organisation"
        return "presumed_natural_person" if _FEWEST <= len(tokens) <= _MOST else "not_told"

    pairs = pd.MultiIndex.from_arrays([names, iso3])
    codes, distinct = pairs.factorize()
    return pd.Series([kind(*pair) for pair in distinct], dtype="str").take(codes).set_axis(names.index)
