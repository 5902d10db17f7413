"""What cleaners of country-year tables share: checks on raw columns that name the file and the line."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.countries import countries, iso3_of
from ogp_analysis.base.errors import CleaningError, UnknownName, listed
from ogp_analysis.data.cleaning.dataset import SOME_FILE, Unknown
from ogp_analysis.data.cleaning.record import FILE, LINE, changed

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
        action = "Get the file that the source's sidecar names, or give the columns the names that are read"
        raise CleaningError(_file(chunk), f"{len(absent)} columns are absent, {listed(absent)}", action)


def known(chunk: pd.DataFrame, column: str, allowed, *, units: bool = False) -> pd.Series:
    """Return a column of codes, all of which are among `allowed`.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The column of codes.
    allowed : collection of str
        The codes that a rule covers.
    units : bool
        Whether they are of countries, territories or regions.

    Raises
    ------
    CleaningError
        With the value, how many rows hold it or others like it, and the first line.
    """
    cells = pa.array(chunk[column])
    right = pc.is_in(cells, value_set=pa.array(list(allowed), cells.type))
    if not pc.all(right).as_py() and len(cells):
        wrong = ~chunk[column].isin(list(allowed))
        odd = unknown(chunk, column, wrong, None if units else allowed)
        refuse(chunk, column, wrong, "values that no rule covers", "Correct the source row", unknown=odd)
    return chunk[column]


def unknown(chunk: pd.DataFrame, column: str, rows: pd.Series, known: Iterable[str] | None = None) -> Unknown:
    """Return what a fault says of the values in some rows (a mask) that no rule covers; `known` as there."""
    return Unknown(column, tuple(chunk.loc[rows, LINE]), tuple(chunk.loc[rows, column]), known)


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
    refuse(chunk, column, wrong, "values that are not numbers")
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
        raise CleaningError(where, what, "Correct the file")


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
    refuse(chunk, estimate, wrong, what)
    return {estimate: value, low: least, high: most}


def _file(chunk: pd.DataFrame) -> str:
    return str(chunk[FILE].iloc[0]) if len(chunk) and FILE in chunk.columns else SOME_FILE


def refuse(
    chunk: pd.DataFrame,
    column: str,
    wrong: pd.Series,
    what: str,
    action: str = "Correct the source row",
    beside: str = "",
    unknown: Unknown | None = None,
) -> None:
    """Raise if any row of a raw column is `wrong` (a mask): how many they are, with the value and line of the first.

    `beside` is a column whose value in that row is part of the fault; `unknown` what the fault says of such values.

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
    fault = CleaningError(f"{first[FILE]}, column {column}", what, action)
    fault.unknown = unknown
    raise fault


# Codes of countries that a source gives beside their names: both must say the same country.


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
    codes = meant(chunk if rows is None else chunk[rows], column)
    return codes if rows is None else codes.reindex(chunk.index, fill_value="")


def meant(chunk: pd.DataFrame, column: str, years: Iterable[int] | None = None) -> pd.Series:
    """Return the code in the register of what each cell of a column names, in its year where names need one."""
    place = f"{chunk[FILE].iloc[0]}, column {column}" if len(chunk) else column
    years = [None] * len(chunk) if years is None else list(years)
    try:
        return pd.Series(iso3_of(chunk[column], place, years), index=chunk.index, dtype="str")
    except UnknownName as error:
        odd = [pair in error.unknown for pair in zip(chunk[column], years, strict=True)]
        error.unknown = unknown(chunk, column, pd.Series(odd, index=chunk.index))
        raise


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
    known(chunk, column, GROUPS | ISO_OF_ECONOMY.keys() | current_codes(), units=True)
    group = codes.isin(GROUPS)
    iso3 = codes.replace(ISO_OF_ECONOMY)
    kind = pd.Series("economy", index=codes.index, dtype="str").mask(group, "group")
    entries = changed(chunk[~group], column, iso3[~group], "world_bank_economy_code")
    return {"economy": codes, "economy_kind": kind, "iso3": iso3.mask(group, "")}, entries
