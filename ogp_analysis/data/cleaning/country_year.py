"""What cleaners of country-year tables share: checks on raw columns that name the file and the line."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.countries import countries, iso3_of
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.data.cleaning.dataset import SOME_FILE
from ogp_analysis.data.cleaning.record import FILE, LINE, changed

_NEW_CODE = "Correct the source row, or add a rule for the new code to the cleaner"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"


def require(chunk: pd.DataFrame, columns) -> None:
    """Raise if a raw file has lost one of the `columns` a cleaner reads.

    Raises
    ------
    CleaningError
        Naming the columns that are absent.
    """
    absent = [name for name in columns if name not in chunk.columns]
    if absent:
        action = "Get the file that the source's sidecar names, or add the new header to the cleaner"
        raise CleaningError(_file(chunk), f"{len(absent)} columns are absent, {listed(absent)}", action)


def known(chunk: pd.DataFrame, column: str, allowed, line: str = "") -> pd.Series:
    """Return a column of codes, all of which are among `allowed`.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The column of codes.
    allowed : collection of str
        The codes that a rule covers.
    line : str
        The line that a code new to us needs and where it is to be added, with ``{}`` for the code.

    Raises
    ------
    CleaningError
        With the value, how many rows hold it or others like it, and the first line.
    """
    cells = pa.array(chunk[column])
    right = pc.is_in(cells, value_set=pa.array(list(allowed), cells.type))
    if not pc.all(right).as_py() and len(cells):
        wrong = ~chunk[column].isin(list(allowed))
        value = chunk.loc[wrong, column].iloc[0][:80]
        added = (
            f"the line {line.replace('{}', value)}"
            if line
            else (f"{json.dumps(value, ensure_ascii=False)} to the values of this column that the cleaner lists")
        )
        action = f"Correct the source row, or add {added}"
        refuse(chunk, column, wrong, "values that no rule covers", action)
    return chunk[column]


def number(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of text as floating-point numbers; blank is missing, nothing else is.

    Raises
    ------
    CleaningError
        If a value is neither blank nor a finite decimal number.
    """
    text = chunk[column]
    wrong = ~text.str.fullmatch(_NUMBER) & (text != "")
    # A decimal number may be too large for one in double precision.
    wrong |= np.isinf(pd.to_numeric(text.mask(wrong | (text == "")), errors="coerce"))
    refuse(chunk, column, wrong, "values that are not numbers", _NEW_CODE)
    return text.where(text != "").astype("float64")


def distinct(chunk: pd.DataFrame) -> None:
    """Raise if a row says in every cell what another says: counted, it would be one thing too many.

    Raises
    ------
    CleaningError
        Naming the line of the first repetition.
    """
    again = chunk.drop(columns=LINE).duplicated()
    if again.any():
        where = f"{_file(chunk)}, line {chunk.loc[again, LINE].iloc[0]}"
        what = f"{int(again.sum())} rows repeat an earlier one word for word"
        raise CleaningError(where, what, "Correct the file, or merge them by a rule")


def bounded(chunk: pd.DataFrame, estimate: str, low: str, high: str) -> dict[str, pd.Series]:
    """Return an estimate with its bounds as numbers: all present with low <= estimate <= high, or all missing.

    Raises
    ------
    CleaningError
        If a row breaks that rule.
    """
    value, least, most = (number(chunk, name) for name in (estimate, low, high))
    absent = value.isna().astype(int) + least.isna() + most.isna()
    wrong = ((least > value) | (value > most)) | absent.between(1, 2)
    what = f"estimates that do not lie between {low} and {high}"
    refuse(chunk, estimate, wrong, what, "Correct the source row, or name the exception in the cleaner")
    return {estimate: value, low: least, high: most}


def _file(chunk: pd.DataFrame) -> str:
    return str(chunk[FILE].iloc[0]) if len(chunk) and FILE in chunk.columns else SOME_FILE


def refuse(
    chunk: pd.DataFrame,
    column: str,
    wrong: pd.Series,
    what: str,
    action: str = "Correct the source row, or add a named rule to the cleaner",
    beside: str = "",
) -> None:
    """Raise if any row of a raw column is `wrong` (a mask): how many they are, with the value and line of the first.

    `beside` is a column whose value in that row is part of the fault.

    Raises
    ------
    CleaningError
        If there is such a row.
    """
    if not wrong.any():
        return
    first = chunk[wrong].iloc[0]
    value = f"{first[column]!r} beside {first[beside]!r}" if beside else repr(first[column])
    what = f"{int(wrong.sum())} {what}, for example {value} in line {first[LINE]}"
    raise CleaningError(f"{first[FILE]}, column {column}", what, action)


# Codes of countries that a source gives beside their names: both must say the same country.

#: The line of a country or territory that is new to the world.
REGISTER_LINE = "{},<alpha-2>,<number>,<English name>,<Spanish name>,… to ogp_analysis/base/countries.csv"


@cache
def current_codes() -> frozenset[str]:
    """Return the alpha-3 codes of today's countries and territories: ISO 3166-1, and XKX (Kosovo, user-assigned)."""
    present = (*countries("country"), *countries("territory"))
    return frozenset(one.iso3 for one in present if one.numeric or one.iso3 == "XKX")


def codes_of_names(chunk: pd.DataFrame, column: str, rows: pd.Series | None = None) -> pd.Series:
    """Return the alpha-3 code of the country that each cell of a column names.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The column with the names.
    rows : pandas.Series or None
        The rows that name a country, a mask; the code is blank in all others.

    Raises
    ------
    UnknownName
        If a name is that of no country.
    """
    names = chunk[column] if rows is None else chunk[column][rows]
    place = f"{chunk[FILE].iloc[0]}, column {column}" if len(chunk) else column
    codes = pd.Series(iso3_of(names, place), index=names.index, dtype="str")
    return codes if rows is None else codes.reindex(chunk.index, fill_value="")


def agreeing_codes(chunk: pd.DataFrame, name: str, code: str) -> pd.Series:
    """Return a column of alpha-3 codes, each of which is the code of the name beside it.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    name, code : str
        The columns with the name and with the code.

    Raises
    ------
    CleaningError
        If a code is not that of its name.
    UnknownName
        If a name is that of no country.
    """
    by_name = codes_of_names(chunk, name)
    refuse(chunk, code, by_name != chunk[code], "codes are not those of the names beside them", beside=name)
    return by_name


# Codes of the World Bank: which are economies with an ISO 3166 code, and which are groups of economies.

#: Regions, income and lending groups, demographic and small-state groups; INX is "not classified".
GROUPS = frozenset(
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX INX LAC LCN LDC LIC LMC LMY LTE "
    "MEA MIC MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD".split()
)
#: Codes of economies that are not ISO 3166, and the ISO code (XKX is user-assigned); the Channel Islands have none.
ISO_OF_ECONOMY = {"CHI": "", "KSV": "XKX"}


def economies(chunk: pd.DataFrame, column: str) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Return ``economy, economy_kind, iso3``, and an entry for each row whose ISO code differs.

    Raises
    ------
    CleaningError
        If a code is neither that of an economy nor of a group.
    """
    codes = chunk[column]
    unknown = ~codes.isin(GROUPS) & ~codes.isin(list(ISO_OF_ECONOMY)) & ~codes.isin(current_codes())
    what = "rows have codes of no known economy or group"
    refuse(chunk, column, unknown, what, "Add the code to data/cleaning/country_year.py")
    group = codes.isin(GROUPS)
    iso3 = codes.replace(ISO_OF_ECONOMY)
    kind = pd.Series("economy", index=codes.index, dtype="str").mask(group, "group")
    entries = changed(chunk[~group], column, iso3[~group], "world_bank_economy_code")
    return {"economy": codes, "economy_kind": kind, "iso3": iso3.mask(group, "")}, entries
