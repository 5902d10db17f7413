"""Codes for texts: each text is named by exactly one rule, or the cleaning stops."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.tidy.record import FILE, LINE


@dataclass(frozen=True)
class Rule:
    """One pattern and the code of the texts that it matches from end to end.

    Attributes
    ----------
    code : str
        A code of our own vocabulary.
    pattern : str
        A regular expression, case sensitive, for the whole text.
    """

    code: str
    pattern: str


def rules(entries: Iterable[Mapping]) -> tuple[Rule, ...]:
    """Return the rules of a coding table whose entries have a ``code`` and a list of ``patterns``."""
    return tuple(Rule(entry["code"], pattern) for entry in entries for pattern in entry["patterns"])


def coded(chunk: pd.DataFrame, column: str, table: Iterable[Rule], resource: str) -> pd.Series:
    """Return the code of each text of a column.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The column to code.
    table : iterable of Rule
        The rules; a text may be matched by rules of one code only.
    resource : str
        The file that holds the rules, named in errors.

    Raises
    ------
    CleaningError
        If no rule, or rules of several codes, match a text.
    """
    table = tuple(table)
    texts = chunk[column].unique()
    found = {text: sorted({r.code for r in table if re.fullmatch(r.pattern, text)}) for text in texts}
    return _named(chunk, column, found, f"Add or narrow a rule in {resource}")


def _named(chunk: pd.DataFrame, column: str, found: dict[str, list[str]], action: str) -> pd.Series:
    """Return the code of each text; `action` says what to do about one that has none, which ``{text}`` stands for."""
    odd = [text for text, codes in found.items() if len(codes) != 1]
    if odd:
        rows = chunk[chunk[column].isin(odd)]
        row = rows.iloc[0]
        codes = " and ".join(found[row[column]]) or "no code"
        what = f"{len(rows)} texts are not named by exactly one rule, for example {row[column]!r} ({codes})"
        action = action.replace("{text}", json.dumps(row[column][:80], ensure_ascii=False))
        raise CleaningError(f"{row[FILE]} line {row[LINE]}, {column}", what, action)
    cells = pa.array(chunk[column])
    codes = pa.array([codes[0] for codes in found.values()], pa.large_string())
    given = codes.take(pc.index_in(cells, value_set=pa.array(list(found), cells.type)))
    return pd.Series(pd.array(given, dtype="str"), index=chunk.index, name=column)


def translated(chunk: pd.DataFrame, column: str, codes: Mapping[str, str], resource: str) -> pd.Series:
    """Return the code of each value of a column with a closed list of values.

    Raises
    ------
    CleaningError
        If a value is not in `codes`; says which line would add it.
    """
    line = '{text} = "its code"' if ".toml" in resource else '{text}: "its code",'
    found = {text: [codes[text]] if text in codes else [] for text in chunk[column].unique()}
    return _named(chunk, column, found, f"If it is a new value, add the line `{line}` to {resource}")


def country_codes(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of codes of countries as it is.

    Raises
    ------
    CleaningError
        If a code is not three capital letters.
    """
    coded(chunk, column, [Rule("country", "[A-Z]{3}")], "the source, or a rule for it")
    return chunk[column]
