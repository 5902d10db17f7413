"""Corrections of the raw files of OGP commitments: data, each with what it expects to find.

They stand in ``commitment_corrections.toml``. In the vintage it was written for, a correction whose row does not say
what it expects stops the cleaning. A later sheet may already be right; there the record says that the correction is not
needed.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.open_government.datasets.commitment_columns import MAPPING, newest
from ogp_analysis.tidy.corrections import made
from ogp_analysis.tidy.record import FILE, LINE, changed

_FILE = "commitment_corrections.toml"
CORRECTIONS = tuple(toml(__file__, _FILE)["correction"])

#: Rule for commitment numbers that a spreadsheet turned into fractions: 2.2000000000000002 is 2.2.
FRACTION_RULE = "number_read_as_fraction"
#: Rule for commitment numbers that a spreadsheet robbed of their zero: 4.2 of "4.20 Centre for …" is 4.20.
ZERO_RULE = "number_lost_its_zero"


def corrected(chunk: pd.DataFrame, vintage: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the raw text of a vintage with its corrections made, and the entries for the record.

    Raises
    ------
    CleaningError
        If a row of a known vintage does not say what its correction expects.
    """
    known = vintage in MAPPING["vintage"]
    like = (
        vintage if known else "2024_parliament" if MAPPING["vintage"]["2024_parliament"]["key"][0] in chunk else "2016"
    )
    key = [name if known else newest(name) for name in MAPPING["vintage"][like]["key"]]
    if not known and not {*key} <= {*chunk.columns}:
        return chunk, []
    fixed, entries = chunk, []
    keys = pd.MultiIndex.from_frame(chunk[key])
    for correction in CORRECTIONS:
        if correction["vintage"] != like:
            continue
        column = correction["column"] if known else newest(correction["column"])
        if column not in fixed.columns:
            continue
        rows = pd.Series(keys.isin([tuple(row) for row in correction["rows"]]), index=chunk.index)
        if known:
            # All the rows that a correction names must say what it expects, in its column and beside it.
            for name, value in {correction["column"]: correction["expect"], **correction.get("beside", {})}.items():
                stale = rows & (fixed[name] != value)
                if stale.any():
                    row = fixed[stale].iloc[0]
                    raise CleaningError(
                        f"{_FILE}, {correction['rule']}",
                        f"expects {value!r} in {name} and finds {row[name]!r} in {row[FILE]} line {row[LINE]}",
                        "Look at the source again; correct or take out the correction",
                    )
        fixed, told = made(fixed, rows, {**correction, "column": column}, _FILE, written_for=known)
        entries += told
    return fixed, entries


def numbers(chunk: pd.DataFrame, number: str, titles: tuple[str, ...]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the chunk with commitment numbers as they were before a spreadsheet read them, and the entries.

    Rule ``number_read_as_fraction`` reads a fraction of more than ten digits back to ten. Rule
    ``number_lost_its_zero`` puts back a zero that the title has behind the same number. Where no title has it, 2.1 may
    still be 2.10.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    number : str
        Column of the commitment numbers.
    titles : tuple of str
        Columns that may begin with the number.
    """
    # What a spreadsheet reads as a fraction has eleven decimals or more.
    whole = chunk[number].map(lambda text: f"{float(text):.10g}" if re.fullmatch(r"\d+\.\d{11,}", text) else text)
    entries = [changed(chunk, number, whole, FRACTION_RULE)]
    chunk = chunk.assign(**{number: whole})
    lost = []
    for written, *beside in chunk[[number, *titles]].itertuples(index=False, name=None):
        behind = [title.removeprefix(written + "0") for title in beside if title.startswith(written + "0")]
        lost.append(bool(re.fullmatch(r"\d+\.\d+", written)) and not all(rest[:1].isdecimal() for rest in behind))
    full = whole.mask(lost, whole + "0")
    return chunk.assign(**{number: full}), [*entries, changed(chunk, number, full, ZERO_RULE)]
