"""The standing of each member as it could be read in November 2026, and how far that goes."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas
from ogp_analysis.open_government.datasets import addresses
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import coded, country_codes, rules, translated
from ogp_analysis.tidy.country_year import refuse, require

_FILE = "standings.toml"
CODING = toml(__file__, _FILE)

COLUMNS = ("iso3", "standing", "as_of", "as_of_basis", "standing_basis", "read_here", "plan_number", "plan_years",
           "contrary_reason", "resolution_date", "decided_by", "source_url", "evidence", "confidence")  # fmt: skip
_PLAN_YEARS = r"(?P<plan_start>\d{4})-(?P<plan_end>\d{4})(?: \(.*\))?|none .*|in co-creation .*|"


def _codes(name: str, *, described: bool = False):
    """Return the codes of a list of the coding table, each once; with their meanings where it has them."""
    found = CODING[name]
    if described:
        return {one["code"]: one["meaning"] for one in found if one["code"]}
    every = found.values() if isinstance(found, dict) else (one["code"] for one in found)
    return tuple(dict.fromkeys(code for code in every if code))


(STANDINGS,) = schemas(
    CODING["tables"],
    precisions=partial_dates.PRECISIONS,
    standings=_codes("standings"),
    as_of_bases=_codes("as_of_bases"),
    standing_bases=_codes("standing_bases"),
    reasons=_codes("reason", described=True),
    answers=_codes("answer", described=True),
    deciders=_codes("decider"),
    confidences=_codes("confidences"),
    caveats=tuple(CODING["caveats"]),
    source_kinds=addresses.KINDS,
)


def standings(chunk: pd.DataFrame, links: pd.Series) -> pd.DataFrame:
    """Return ``standings``, one row per country.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    links : pandas.Series
        Its addresses without those that name a person.

    Raises
    ------
    CleaningError
        If a column is absent, a rule is missing for a text, or a standing has no date and is not of an undated page.
    """
    require(chunk, COLUMNS)

    def code(column: str, name: str) -> pd.Series:
        return translated(chunk, column, CODING[name], _FILE)

    def rule(column: str, name: str) -> pd.Series:
        return coded(chunk, column, rules(CODING[name]), _FILE)

    plan = chunk["plan_years"].str.extract(f"^(?:{_PLAN_YEARS})$")
    if (odd := ~chunk["plan_years"].str.fullmatch(_PLAN_YEARS)).any():
        refuse(chunk, "plan_years", odd, "plans of no known form", f"Add a rule to {__name__}")
    basis = code("as_of_basis", "as_of_bases")
    if (odd := (chunk["as_of"] == "") != basis.isin(["", "undated"])).any():
        refuse(chunk, "as_of", odd, "dates that do not go with their basis", "Correct one of the two", "as_of_basis")
    answer = rule("resolution_date", "answer")
    answered = chunk["resolution_date"].str.extract(r"(\d{4}[-\d]*) \([^()]*\)$", expand=False).fillna("")
    caveat = pd.Series("", index=chunk.index)
    for name, part in CODING["caveats"].items():
        caveat = caveat.mask(chunk["evidence"].str.contains(part, regex=False), name)
    return pd.DataFrame(
        {
            "iso3": country_codes(chunk, "iso3"),
            "standing": code("standing", "standings"),
            "as_of": chunk["as_of"],
            "as_of_precision": partial_dates.precision(chunk["as_of"]),
            "as_of_basis": basis,
            "standing_basis": code("standing_basis", "standing_bases"),
            "read": code("read_here", "reads"),
            "plan_number": chunk["plan_number"].str.extract(r"^(\d+)(?: \(.*\))?$", expand=False).fillna(""),
            "plan_start": plan["plan_start"].fillna(""),
            "plan_end": plan["plan_end"].fillna(""),
            "reason": rule("contrary_reason", "reason"),
            "answered": answered.where(answer != "", ""),
            "answer": answer,
            "decided_by": rule("decided_by", "decider"),
            "confidence": code("confidence", "confidences"),
            "caveat": caveat,
            "source_kind": addresses.kinds(chunk, "source_url"),
            "source_url": links,
        }
    )
