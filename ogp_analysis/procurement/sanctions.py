"""Contracts with suppliers that were barred, or listed for simulated operations, on the day that counts.

A match is a signal to look at. Only a ban (*inhabilitación*) bars from contracting, a fine does not; a
listing under article 69-B has effect once it is definitive and published in the official journal. A
court's stay is in no list, so that a ban in force on paper may have been suspended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.folding import each, folded
from ogp_analysis.procurement import suppliers

# Which contracts are of a supplier on a list, and how the day of a contract stands to the days of the list.

#: How a day stands to a ban or listing, the one that counts most first: of several the first is taken.
RELATIONS = ("in_force", "undetermined", "ended", "later", "never_in_force", "no_ban", "date_missing")
#: Notification comes before the first day of a ban: by 15 days in the median, by 56 at most in 95 per cent of the
#: 1,379 resolutions for which the lists of 2021 and 2026 give both days.
NOTICE_DAYS = 60


def described(name: pd.Series, kind: pd.Series, rfc: pd.Series) -> pd.DataFrame:
    """Return what identifies suppliers on either side: ``plain, person, key, rfc`` (valid, of a legal entity)."""
    name, rfc = name.fillna("").astype("str"), rfc.fillna("").astype("str")
    # What stands for a name that is masked is a number within a file: two of them are not alike.
    name = name.mask(name.str.startswith(persons.MASK), "")
    code = suppliers.checked(rfc)
    person = persons.are_persons(kind) | (code["kind"] == "natural_person")
    return pd.DataFrame(
        {
            "plain": each(name, folded),
            "person": person,
            "key": suppliers.firm_keys(name).mask(person, ""),
            "rfc": code["rfc"].where((code["status"] == "valid") & ~person, ""),
        }
    )


def pairs(contracts: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return each contract with each row of the list that is of its supplier.

    A firm's name counts only where the two tax codes do not contradict each other; ``ambiguous`` says
    whether the name has several codes on either side.

    Parameters
    ----------
    contracts, listed : pandas.DataFrame
        As :func:`described` returns them.

    Returns
    -------
    pandas.DataFrame
        ``contract`` and ``row`` (labels of the two), ``ambiguous``.
    """
    by_code, by_name = (_joined(contracts, listed, column) for column in ("rfc", "key"))
    one, other = (side["rfc"].reindex(by_name[at]) for side, at in ((contracts, "contract"), (listed, "row")))
    bare = (one.to_numpy() == "") | (other.to_numpy() == "")
    several = _several(contracts) | _several(listed)
    key = contracts["key"].reindex(by_name["contract"])
    by_name = by_name.assign(ambiguous=key.isin(several).to_numpy())[bare]
    return pd.concat([by_code.assign(ambiguous=False), by_name], ignore_index=True)


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


def strongest_relation(contract: pd.Series, relation: pd.Series) -> pd.Series:
    """Return for each contract the relation that counts most among its rows."""
    order = {name: place for place, name in enumerate(RELATIONS)}
    least = relation.map(order).astype("int64").groupby(contract.to_numpy()).min()
    return least.map(dict(enumerate(RELATIONS))).astype("str")


OUTCOMES = ("flagged", "clear", "not_computable")
MOMENTS = {"award": "award_date", "signature": "signature_date"}
#: Why an outcome is what it is. Only a flagged contract reveals that its supplier is listed.
WHY = tuple(
    (
        "in_force not_in_force natural_person name_missing name_without_form date_missing undetermined ambiguous_name"
    ).split()
)
#: So long after its latest entry a list is too old for a contract: bans that a court took back are still in it.
_FRESH = pd.Timedelta(days=366)


@dataclass(frozen=True)
class Screening:
    """Contracts held against a list. Nothing in it names a supplier.

    Attributes
    ----------
    outcomes : pandas.DataFrame
        One row per contract: ``contract_key, sequence, award, signature`` (each of :data:`OUTCOMES`).
    counts : pandas.DataFrame
        ``moment, outcome, why`` (of :data:`WHY`), ``contracts, suppliers``; the rows of a moment add up to
        all contracts.
    dates_missing : dict of str to int
        Contracts without the date of each moment, regardless of the supplier.
    relations : pandas.DataFrame
        ``moment, relation`` (of :data:`RELATIONS`), ``contracts, suppliers`` of those of a listed supplier.
    is_older : bool
        Whether the contracts are more than a year later than the list.
    """

    outcomes: pd.DataFrame
    counts: pd.DataFrame
    dates_missing: dict[str, int]
    relations: pd.DataFrame
    is_older: bool


def barred(contracts: pd.DataFrame, sanctions: pd.DataFrame) -> Screening:
    """Return which contracts were awarded to, or signed with, a supplier barred on that day.

    The lists have no tax code, so a firm is matched by its name with its legal form (see
    :mod:`ogp_analysis.procurement.suppliers`). Natural persons are counted, never matched by name.

    Parameters
    ----------
    contracts : pandas.DataFrame
        As of the schema ``contracts``.
    sanctions : pandas.DataFrame
        As of the schema ``sanctions``, of one list: the lists overlap.
    """
    no_code = pd.Series("", index=sanctions.index, dtype="str")
    listed = described(sanctions["supplier_name"], sanctions["supplier_kind"], no_code)
    return _screened(contracts, sanctions, listed, to_ban, sanctions["ban_start"].max())


def definitively_listed(contracts: pd.DataFrame, definitive: pd.DataFrame) -> Screening:
    """Return which contracts were awarded to, or signed with, a taxpayer then definitively listed (article 69-B).

    A firm is matched by its tax code, else by its name with its legal form.

    Parameters
    ----------
    contracts : pandas.DataFrame
        As of the schema ``contracts``.
    definitive : pandas.DataFrame
        As of the schema ``definitive``; rows without a definitive notice list nobody.
    """
    definitive = definitive[definitive[["definitive_sat_date", "definitive_dof_date"]].notna().any(axis=1)]
    listed = described(definitive["taxpayer_name"], definitive["taxpayer_kind"], definitive["rfc"])
    return _screened(contracts, definitive, listed, to_listing, definitive["definitive_dof_last_date"].max())


def _screened(
    contracts: pd.DataFrame,
    rows: pd.DataFrame,
    listed: pd.DataFrame,
    relation: Callable[[pd.Series, pd.DataFrame], pd.Series],
    latest: pd.Timestamp,
) -> Screening:
    contracts, listed, rows = (frame.reset_index(drop=True) for frame in (contracts, listed, rows))
    buyers_side = described(contracts["supplier_name"], contracts["supplier_kind"], contracts["supplier_rfc"])
    found = pairs(buyers_side, listed)
    # What tells the supplier of each contract, for counting suppliers.
    who = buyers_side["rfc"].where(buyers_side["rfc"] != "", buyers_side["key"])
    who = who.where(who != "", buyers_side["plain"])
    who = who.where(who != "", "row " + buyers_side.index.to_series().astype("str"))
    of_match = rows.take(found["row"]).reset_index(drop=True)
    outcomes, relations, counts = contracts[["contract_key", "sequence"]], [], []
    for moment, date in MOMENTS.items():
        day = contracts[date]
        stands = relation(day.take(found["contract"]).reset_index(drop=True), of_match)
        strongest = strongest_relation(found["contract"], stands)
        relations.append(_counted(strongest, who, moment, "relation"))
        why = _why(buyers_side, found, strongest, day, by_name_only=relation is to_ban)
        outcomes = outcomes.assign(**{moment: _outcome(why)})
        counted = _counted(why, who, moment, "why")
        counted.insert(1, "outcome", _outcome(counted["why"]))
        counts.append(counted)
    days = contracts[list(MOMENTS.values())]
    return Screening(
        outcomes=outcomes,
        counts=pd.concat(counts, ignore_index=True),
        dates_missing={moment: int(days[date].isna().sum()) for moment, date in MOMENTS.items()},
        relations=pd.concat(relations, ignore_index=True),
        is_older=bool(days.max().max() > latest + _FRESH),
    )


def _why(
    side: pd.DataFrame, found: pd.DataFrame, strongest: pd.Series, day: pd.Series, by_name_only: bool
) -> pd.Series:
    """Return why each outcome is what it is; a day that is missing counts whether the supplier is listed or not."""
    at = strongest.reindex(side.index)
    ambiguous = side.index.isin(found.loc[found["ambiguous"], "contract"])
    why = pd.Series("not_in_force", index=side.index, dtype="str")
    why = why.mask(at == "undetermined", "undetermined").mask(at == "in_force", "in_force")
    why = why.mask(ambiguous & at.isin(("in_force", "undetermined")), "ambiguous_name").mask(day.isna(), "date_missing")
    known = (side["key"] != "") | ((side["rfc"] != "") & (not by_name_only))
    why = why.mask(~known, "name_without_form").mask(side["plain"] == "", "name_missing")
    return why.mask(side["person"], "natural_person")


def _outcome(why: pd.Series) -> pd.Series:
    outcome = pd.Series("not_computable", index=why.index, dtype="str")
    return outcome.mask(why == "in_force", "flagged").mask(why == "not_in_force", "clear")


def _counted(what: pd.Series, who: pd.Series, moment: str, name: str) -> pd.DataFrame:
    groups = who.reindex(what.index).groupby(what, sort=True)
    made = pd.DataFrame({"contracts": groups.size(), "suppliers": groups.nunique()}).rename_axis(name).reset_index()
    made.insert(0, "moment", moment)
    return made.astype({name: "str"})
