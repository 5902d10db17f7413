"""Which contracts are of a supplier on a list, and how the day of a contract stands to the days of the list."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement import names, tax_codes
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folding import each, folded

#: How a day stands to a ban or listing, the one that counts most first: of several the first is taken.
RELATIONS = ("in_force", "undetermined", "ended", "later", "never_in_force", "no_ban", "date_missing")
#: Why a contract was taken for one of a listed supplier.
REASONS = ("same_rfc", "same_firm_name")
#: Notification comes before the first day of a ban: by 15 days in the median, by 56 at most in 95 per cent of the
#: 1,379 resolutions for which the lists of 2021 and 2026 give both days.
NOTICE_DAYS = 60


def described(name: pd.Series, kind: pd.Series, rfc: pd.Series) -> pd.DataFrame:
    """Return what identifies suppliers on either side: ``name, plain, person, key, rfc`` (valid, of a legal entity)."""
    name, rfc = name.fillna("").astype("str"), rfc.fillna("").astype("str")
    # What stands for a name that is masked is a number within a file: two of them are not alike.
    name = name.mask(name.str.startswith(persons.MASK), "")
    code = tax_codes.checked(rfc)
    person = persons.are_persons(kind) | (code["kind"] == "natural_person")
    return pd.DataFrame(
        {
            "name": name,
            "plain": each(name, folded),
            "person": person,
            "key": names.firm_keys(name)["key"].mask(person, ""),
            "rfc": code["rfc"].where((code["status"] == "valid") & ~person, ""),
        }
    )


def pairs(contracts: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return each contract with each row of the list that is of its supplier, and the reason.

    A firm's name counts only where the two tax codes do not contradict each other; ``ambiguous`` says
    whether the name has several codes on either side.

    Parameters
    ----------
    contracts, listed : pandas.DataFrame
        As :func:`described` returns them.

    Returns
    -------
    pandas.DataFrame
        ``contract`` and ``row`` (labels of the two), ``reason`` (of :data:`REASONS`), ``ambiguous``.
    """
    by_code = _joined(contracts, listed, "rfc").assign(reason="same_rfc", ambiguous=False)
    by_name = _joined(contracts, listed, "key")
    one, other = (side["rfc"].reindex(by_name[at]) for side, at in ((contracts, "contract"), (listed, "row")))
    bare = (one.to_numpy() == "") | (other.to_numpy() == "")
    several = _several(contracts) | _several(listed)
    key = contracts["key"].reindex(by_name["contract"])
    by_name = by_name.assign(reason="same_firm_name", ambiguous=key.isin(several).to_numpy())[bare]
    return pd.concat([by_code, by_name], ignore_index=True)


def _joined(contracts: pd.DataFrame, listed: pd.DataFrame, column: str) -> pd.DataFrame:
    one, other = contracts.loc[contracts[column] != "", column], listed.loc[listed[column] != "", column]
    left = pd.DataFrame({"contract": one.index, "value": one.to_numpy()})
    right = pd.DataFrame({"row": other.index, "value": other.to_numpy()})
    return left.merge(right, on="value", how="inner")[["contract", "row"]]


def _several(side: pd.DataFrame) -> set[str]:
    coded = side[(side["key"] != "") & (side["rfc"] != "")]
    codes = coded.groupby("key")["rfc"].nunique()
    return set(codes[codes > 1].index)


def to_ban(day: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return how each day stands to the ban beside it, one of :data:`RELATIONS`.

    A ban that starts after the day is ``later``, also if its last day stands before its first. Where
    first and last day come from the notification, the first :data:`NOTICE_DAYS` days of the ban, and
    as many after it, are ``undetermined``, and so is a ban of which a day is missing.

    Parameters
    ----------
    day : pandas.Series
        Days; missing is ``date_missing``.
    rows : pandas.DataFrame
        ``ban, ban_start, ban_end, ban_basis, ban_order`` of the clean list, on the index of `day`.
    """
    start, end = rows["ban_start"], rows["ban_end"]
    slack = pd.to_timedelta((rows["ban_basis"] == "notification").astype("int64") * NOTICE_DAYS, unit="D")
    known = pd.Series("undetermined", index=day.index, dtype="str")
    known = known.mask((day >= start + slack) & (day <= end), "in_force").mask(day > end + slack, "ended")
    known = known.mask(rows["ban_order"] == "ends_before_start", "never_in_force").mask(day < start, "later")
    known = known.mask(start.isna() | rows["ban"].isna() & (day >= start), "undetermined")
    return known.mask((rows["ban"] == False).fillna(False), "no_ban").mask(day.isna(), "date_missing")  # noqa: E712


def to_listing(day: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return how each day stands to the definitive listing beside it, one of :data:`RELATIONS`.

    A listing has effect from its notice in the official journal (DOF). Between two notices a ruling
    had taken the first back; when is not shown by the day of the notice alone: ``undetermined``.

    Parameters
    ----------
    day : pandas.Series
        Days; missing is ``date_missing``.
    rows : pandas.DataFrame
        ``definitive_sat_date, definitive_dof_date, definitive_dof_last_date, favourable_dof_last_date`` of the
        clean list, on the index of `day`.
    """
    first, last = rows["definitive_dof_date"], rows["definitive_dof_last_date"]
    known = pd.Series("undetermined", index=day.index, dtype="str")
    known = known.mask(day >= last, "in_force").mask(day < first, "later")
    known = known.mask(first.isna() & (day < rows["definitive_sat_date"]), "later")
    lifted = rows["favourable_dof_last_date"]
    return known.mask((lifted >= last) & (day >= lifted), "undetermined").mask(day.isna(), "date_missing")


def strongest(contract: pd.Series, relation: pd.Series) -> pd.Series:
    """Return for each contract the relation that counts most among its rows."""
    order = {name: place for place, name in enumerate(RELATIONS)}
    least = relation.map(order).astype("int64").groupby(contract.to_numpy()).min()
    return least.map(dict(enumerate(RELATIONS))).astype("str")
