"""What is read of OCDS tables otherwise than it is coded: methods by the publisher's words, dates that cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.procurement.datasets.folding import folded

#: Codelist ``method`` of the standard. Selective and limited both mean that the buyer chose who may bid.
METHODS = {"open": "open", "selective": "limited", "limited": "limited", "direct": "direct", "other": "other"}
#: Of the record: process, which value, as published, what says otherwise, as it is read (empty if set aside), by which
#: rule.
COLUMNS = ["process_id", "what", "published", "told_by", "read_as", "rule"]
#: A date that the publication cannot hold: it is later than the publication. A start may be planned; it cannot be
#: where the contract would be placed by it.
AFTER_PUBLICATION = "later_than_publication"
#: A date at an hour at which the publisher's days do not begin: its parts changed places.
NO_DAY = "no_whole_day"
#: Days by which a contract is placed, and the others of its tender.
_PLACING = (("awards", "date", "award_date"), ("contracts", "signed", "signature_date"),
            ("contracts", "period_start", "start_date"))  # fmt: skip
_OTHERS = (("tenders", "period_start", "call_date"), ("tenders", "period_end", "deadline"))


@dataclass(frozen=True)
class Readings:
    """OCDS tables as they are read, and what was read otherwise than published.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        ``procurement_method`` of the tenders is the method as read, where the publisher's words or numbers tell one,
        else the code as published. Dates that cannot be are missing.
    record : pandas.DataFrame
        One row per value that is read otherwise, with :data:`COLUMNS`; sorted.
    """

    tables: dict[str, pd.DataFrame]
    record: pd.DataFrame


def read_as_told(tables: Mapping[str, pd.DataFrame], publisher: str, published: str = "") -> Readings:
    """Read the methods and dates of a publication in OCDS by what is known of its publisher.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :mod:`ogp_analysis.procurement.datasets.ocds.schemas` promises them, of one publisher; not changed.
    publisher : str
        Folder of its files, for example ``"mexico-gacm"``.
    published : str
        Day on which the files were put out (ISO 8601), where it is later than the last release; the last day that
        an award, a signature or a start can have is the later of the two.
    """
    own = facts().get(publisher, {})
    read, methods = methods_as_told(tables, own.get("method", []))
    # Of a later day the publication cannot tell.
    days = [read["processes"]["release_date"].max(), pd.Timestamp(published or None)]
    last = max((day for day in days if not pd.isna(day)), default=pd.NaT)
    read, dates = dates_that_can_be(read, own.get("dates", {}).get("hours"), last)
    record = pd.concat([methods, dates], ignore_index=True)
    return Readings(read, record.sort_values(COLUMNS, ignore_index=True, kind="stable"))


def facts() -> dict:
    """Return the tables of ``ocds_publishers.toml``."""
    return toml(__file__, "ocds_publishers.toml")


def methods_as_told(
    tables: Mapping[str, pd.DataFrame], rules: list[dict]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with the method of each tender as the publisher's words or numbers tell it, and the record.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As for :func:`read_as_told`.
    rules : list of dict
        ``method`` of the publisher in ``ocds_publishers.toml``; the first that fits counts.
    """
    tenders = tables["tenders"]
    method, told_by, rule = _told(tables, rules)
    rule = "method_by_" + rule
    code = tenders["procurement_method"]
    otherwise = method.notna() & (method != code.map(METHODS)).fillna(True).astype(bool)
    record = _entries(tenders["ocid"], "method", code, told_by, method, rule)[otherwise]
    # Where the code means what the words say it stays: the standard has two codes for an invitation.
    changed = tenders.assign(procurement_method=code.mask(otherwise, method).astype(code.dtype))
    return {**tables, "tenders": changed}, record


def _told(tables: Mapping[str, pd.DataFrame], rules: list[dict]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return for each tender what the first rule that fits says, the text it fits, and where that stands."""
    tenders = tables["tenders"]
    # A tender whose contracts are there, but which is not, has a method all the same if their numbers tell it.
    # The number of a contract tells of a tender only where the process has one contract.
    alone = tables["contracts"][~tables["contracts"].duplicated("ocid", keep=False)].set_index("ocid")["contract_id"]
    texts = {
        "details": tenders["procurement_method_details"],
        "ground": tenders["procurement_method_rationale"],
        "number": tenders["ocid"].map(alone),
        "process": tenders["ocid"],
        "code": tenders["procurement_method"],
    }
    found, told_by, by = (pd.Series(pd.NA, index=tenders.index, dtype="str") for _ in range(3))
    for one in rules:
        text = texts[one["by"]]
        words = re.compile(one["words"])
        fits = [
            isinstance(value, str) and bool(words.fullmatch(folded(value) or value.strip().lower())) for value in text
        ]
        new = pd.Series(fits, index=text.index, dtype=bool) & found.isna()
        found, told_by, by = found.mask(new, one["is"]), told_by.mask(new, text), by.mask(new, one["by"])
    return found, told_by, by


def calls_as_told(tables: Mapping[str, pd.DataFrame], publisher: str) -> pd.DataFrame:
    """Return what is known of each call, as ``submission_terms`` of :mod:`ogp_analysis.procurement` reads it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :func:`read_as_told` reads them.
    publisher : str
        Folder of its files. Where its days begin at certain hours, these are midnight by the clock of the buyer.
    """
    own, tenders = facts().get(publisher, {}), tables["tenders"]
    midnight = pd.Timedelta(hours=min(own.get("dates", {}).get("hours", [0])))
    return pd.DataFrame({
        "process_id": tenders["ocid"],
        "method": tenders["procurement_method"].map(METHODS),
        "character": _told(tables, own.get("character", []))[0],
        "regime": _told(tables, own.get("law", []))[0],
        "external_credit": False,
        "category": tenders["main_category"],
        "call_date": tenders["period_start"] - midnight,
        "deadline": tenders["period_end"] - midnight,
    })  # fmt: skip


def dates_that_can_be(
    tables: dict[str, pd.DataFrame], hours: list[int] | None, last: pd.Timestamp
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables without dates that cannot be, and the record of these.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As for :func:`read_as_told`.
    hours : list of int or None
        At which the publisher's days begin; None if any hour can be.
    last : pandas.Timestamp
        The last day by which a contract can be placed; missing if none is known.
    """
    record = []
    for table, column, what in (*_PLACING, *_OTHERS):
        values = tables[table][column]
        rule = untold = pd.Series(pd.NA, index=values.index, dtype="str")
        if (table, column, what) in _PLACING and not pd.isna(last):
            later = values.dt.normalize() > last
            # By the start only contracts without signature, and without any award, are placed.
            placed_by = True
            if column == "period_start":
                contracts, awards = tables["contracts"], tables["awards"]
                awarded = set(awards.loc[awards["date"].notna(), "ocid"])
                placed_by = contracts["signed"].isna() & ~contracts["ocid"].isin(awarded)
            rule = rule.mask(later & placed_by, AFTER_PUBLICATION)
        if hours is not None:
            rule = rule.mask(values.notna() & ~values.dt.hour.isin(hours), NO_DAY)
        out = rule.notna()
        if not out.any():
            continue
        tables = {**tables, table: tables[table].assign(**{column: values.mask(out)})}
        day = values.dt.strftime("%Y-%m-%d")
        record.append(_entries(tables[table]["ocid"], what, day, untold, untold, rule)[out])
    nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    return tables, pd.concat([nothing, *record], ignore_index=True)


def _entries(*cells: pd.Series | str) -> pd.DataFrame:
    return pd.DataFrame(dict(zip(COLUMNS, cells, strict=True)))
