"""Action plans of OGP members, as far as they are seen in one of two commitment files."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.coding import Rule, coded
from ogp_analysis.data.cleaning.corrections import lacking, made
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, kept_but, merged
from ogp_analysis.data.datasets.open_government import membership_columns

_FILE = "action_plans.toml"
CODING = toml(__file__, _FILE)

_FILES = tuple(Rule(file["code"], file["pattern"]) for file in CODING["file"])
_URLS = {file["code"]: file["url"] for file in CODING["file"]}
_KEY = ["unit", "plan_number"]

(PLANS,) = schemas(CODING["table"], levels=membership_columns.LEVELS)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the plans of a chunk, one row per plan and file in which it was seen.

    Raises
    ------
    CleaningError
        If a column is absent, a file is not known, or a correction of the compiled version no longer finds what it
        expects.
    UnknownName
        If a locality lies in no country.
    """
    wrong = ~chunk["action_plan_number"].str.fullmatch(r"[0-9]{1,3}")
    refuse(chunk, "action_plan_number", wrong, "values that are not numbers of a plan", "Correct the source row")
    fixed, entries = chunk, []
    for correction in CODING["correction"]:
        # The older file alone: the newer one never lacks an end and is what the corrections go by.
        rows = (
            (chunk["iso3"] == correction["iso3"])
            & (chunk["action_plan_id"] == "")
            & (chunk["action_plan_number"] == correction["action_plan_number"])
        )
        fixed, told = made(fixed, rows, correction, _FILE, written_for=not source.layout)
        entries += told
    file = coded(chunk, "source_file", _FILES, _FILE)
    plans = read(
        fixed,
        PLANS,
        level=membership_columns.level(chunk, "iso3"),
        iso3=membership_columns.country_of(chunk["iso3"]),
        plan_number=chunk["action_plan_number"].astype("int64"),
        n_commitments=chunk["n_commitments"].where(file == "irm_2016", ""),
        n_commitments_parliament=chunk["n_commitments"].where(file == "parliament_2024", ""),
        in_irm_2016=file == "irm_2016",
        in_parliament_2024=file == "parliament_2024",
        origin="compiled",
        source_url=file.map(_URLS),
        _written_for=not source.layout,
        **{FILE: chunk[FILE], LINE: chunk[LINE]},
    )
    return Cleaned({"plans": plans}, kept_but(chunk, *entries))


def finish(parts) -> Cleaned:
    """Merge the two sightings of a plan into one row, and add the plans of our own table.

    Rule ``same_plan``: the row of the newer file is merged into that of the older, which has the whole count, and
    adds identifier, end and partial count. Both must give the same year of submission.

    Raises
    ------
    CleaningError
        If a plan is listed twice in one file, or two files date it differently.
    """
    whole = concatenate(parts)
    seen = whole.tables["plans"].sort_values([*_KEY, "in_parliament_2024"], kind="stable", ignore_index=True)
    twice = seen[seen.duplicated([*_KEY, "in_irm_2016"])]
    years = seen.groupby(_KEY)["year_of_submission"].nunique()
    if len(twice) or (years > 1).any():
        example = (years[years > 1].index.tolist() or twice[_KEY].to_records(index=False).tolist())[0]
        raise CleaningError(
            "plans",
            f"{len(twice)} plans are listed twice in one file and {int((years > 1).sum())} have "
            f"two years of submission, for example {example!r}",
            f"Decide in a correction of {_FILE}",
        )
    again = seen.duplicated(_KEY)
    into = seen["unit"] + " " + seen["plan_number"].astype("str")
    entry = merged(seen, again, "same_plan", "plan_id", into[again])
    known, added = bool(seen["_written_for"].all()), pd.DataFrame(CODING["added"])
    facts, told = lacking(added, seen, _KEY, "plan", "plan_number", _FILE, written_for=known)
    facts = facts.assign(
        level="national",
        iso3=lambda facts: facts["unit"],
        plan_id="",
        n_commitments_parliament="",
        in_irm_2016=False,
        in_parliament_2024=False,
        origin="added",
    )
    facts = facts[PLANS.names].astype(dict.fromkeys(("year_of_submission", "end_year", "n_commitments"), "str"))
    # A plan has the first value that one of the files gives.
    filled = seen.mask(seen == "")
    first = filled.groupby(_KEY, as_index=False).first()
    by_plan = seen.groupby(_KEY)
    for column in ("in_irm_2016", "in_parliament_2024"):
        first[column] = by_plan[column].any().to_numpy()
    first["source_url"] = by_plan["source_url"].agg(" | ".join).to_numpy()
    plans = pd.concat([first[PLANS.names], facts], ignore_index=True)
    return Cleaned({"plans": plans}, whole.record.without(entry) + Record({}, {}, told))


DATASET = declare("ogp_action_plans", clean, (PLANS,), finish)
