"""Participation in OGP by member and year, 2011 to 2019, as published with the Global Report.

A panel of survivors: it holds who was a member in 2019. Hungary, Russia, Tanzania and Turkey, which had left, are not
in it, so a country that is absent is not a country that never joined. Use ``ogp_membership`` for who ever joined.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.coding import translated
from ogp_analysis.data.cleaning.corrections import needed
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, changed, kept_but
from ogp_analysis.data.datasets.open_government import membership_columns

_FILE = "participation.toml"
CODING = toml(__file__, _FILE)
CORRECTIONS = CODING["correction"]

#: The recommendation that the Global Report makes for the next plan, by its number in the file.
CONSIDERATIONS = {"1": "consider_action", "2": "implement_for_results", "3": "share_innovation"}
_CONSIDERED = {**CONSIDERATIONS, "NA": ""}
_UNIT, _YEAR, _PARTICIPATING = "Country Code", "Year", "OGP Participating"
_CONSIDERATIONS = {
    "consideration_participation": "OGP Considerations: FO Participation",
    "consideration_transparency": "OGP Considerations: FO Transparency",
}

(PARTICIPATION,) = schemas(CODING["table"], levels=membership_columns.LEVELS, considerations=CONSIDERATIONS.values())


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the panel of a chunk, one row per member and year, with the corrected value beside the published one.

    Raises
    ------
    CleaningError
        If a column is absent, or a code, a year or a value is not known.
    UnknownName
        If a locality lies in no country.
    """
    wrong = ~chunk[_YEAR].str.fullmatch(r"20(1[1-9]|[2-9]\d)")
    refuse(chunk, _YEAR, wrong, "values that are not years", "Correct the source row")
    participation = read(
        chunk,
        PARTICIPATION,
        level=membership_columns.level(chunk, _UNIT),
        iso3=membership_columns.country_of(chunk[_UNIT]),
        participating=translated(chunk, _PARTICIPATING, {"0": "0", "1": "1"}, _FILE),
        participating_corrected="",
        correction_rule="",
        # The Global Report of 2019 made these recommendations; a later panel may be without them.
        **{
            name: translated(chunk, raw, _CONSIDERED, _FILE) if raw in chunk.columns else ""
            for name, raw in _CONSIDERATIONS.items()
        },
        _written_for=not source.layout,
        **{FILE: chunk[FILE], LINE: chunk[LINE]},
    )
    return Cleaned({"participation": participation}, kept_but(chunk))


def finish(parts) -> Cleaned:
    """Put the chunks together and apply the corrections, each value of which is on the record.

    Raises
    ------
    CleaningError
        If the panel of 2019 no longer says what a correction expects.
    """
    whole = concatenate(parts)
    panel = whole.tables["participation"].reset_index(drop=True)
    corrected, rule, entries = panel["participating"], pd.Series("", index=panel.index), []
    raw, known = panel.rename(columns={"participating": _PARTICIPATING}), bool(panel["_written_for"].all())
    for correction in CORRECTIONS:
        years = correction["years"]
        rows = (panel["unit"] == correction["unit"]) & panel["year"].isin(years)
        if known and rows.sum() != len(years):
            raise CleaningError(
                f"{_FILE}, {correction['rule']}",
                f"expects {correction['unit']} in {len(years)} years, of which the panel has {int(rows.sum())}",
                "Look at the source again; correct or take out the rule",
            )
        rows, told = needed(raw, rows, {**correction, "column": _PARTICIPATING}, _FILE, written_for=known)
        new = corrected.mask(rows, correction["value"])
        entries += [*told, changed(panel.assign(participating=corrected), "participating", new, correction["rule"])]
        corrected, rule = new, rule.mask(rows, correction["rule"])
    panel = panel.assign(participating_corrected=corrected, correction_rule=rule)
    record = whole.record + Record({}, {}, pd.concat(entries, ignore_index=True))
    return Cleaned({"participation": panel[PARTICIPATION.names]}, record)


DATASET = declare("ogp_participation", clean, (PARTICIPATION,), finish)
