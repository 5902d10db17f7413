"""From releases to columns: the values of every table, list by list, as they stand in the JSON.

This is the hot loop of the cleaner. It works on a few dozen releases at a time, so that what it touches stays in
the processor's cache, and does nothing but take values: what they mean is looked at later, column by column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from ogp_analysis.procurement.datasets.ocds_nodes import Release
from ogp_analysis.procurement.datasets.ocds_nodes import empty as _empty
from ogp_analysis.procurement.datasets.ocds_shape import ITEM, PERIOD, RELEASE, VALUE

#: ``table.column`` → values, one a row; ``table#`` → number of rows of each parent. Items are there once: ``items#0``
#: and ``items@0`` say for each tender (1 award, 2 contract, 3 bid) how many it has and from which row on;
#: ``items@process`` and ``items@section`` say of each row whose it is first.
Lists = dict[str, list]

_NO_VALUE, _NO_PERIOD = _empty(VALUE), _empty(PERIOD)
_NOBODY, _NO_TENDER, _NO_BIDS = _empty(RELEASE["buyer"]), _empty(RELEASE["tender"]), _empty(RELEASE["bids"])
_NO_CLASS, _NO_UNIT = _empty(ITEM["classification"]), _empty(ITEM["unit"])
_PARTY = RELEASE["parties"][0]
_NO_IDENTIFIER, _NO_ADDRESS = _empty(_PARTY["identifier"]), _empty(_PARTY["address"])
_NONE: tuple = ()


def lists() -> Lists:
    """Return lists without rows."""
    return defaultdict(list)


def take(into: Lists, releases: list[Release]) -> None:
    """Append what `releases` say to the lists of every table."""
    into["processes.ocid"] += [r.ocid for r in releases]
    into["processes.release_id"] += [r.id for r in releases]
    into["processes.release_date"] += [r.date for r in releases]
    into["processes.tags"] += [r.tag for r in releases]
    into["processes.initiation"] += [r.initiationType for r in releases]
    into["processes.language"] += [r.language for r in releases]
    _organisation(into, "processes.buyer", [r.buyer or _NOBODY for r in releases])
    tenders = [r.tender or _NO_TENDER for r in releases]
    _tenders(into, [t for t in tenders if t is not _NO_TENDER])
    into["tenders#"] += [int(t is not _NO_TENDER) for t in tenders]
    found = _children(into, "tender_tenderers", [t.tenderers or _NONE for t in tenders])
    _organisation(into, "tender_tenderers.tenderer", found)
    bids = _children(into, "bids", [(r.bids or _NO_BIDS).details or _NONE for r in releases])
    _bids(into, bids)
    awards = _children(into, "awards", [r.awards or _NONE for r in releases])
    _awards(into, awards)
    contracts = _children(into, "contracts", [r.contracts or _NONE for r in releases])
    _contracts(into, contracts)
    owners = [_owners(into[table + "#"]) for table in ("awards", "contracts", "bids")]
    _items(into, list(zip((tenders, awards, contracts, bids), (range(len(releases)), *owners), strict=True)))
    _parties(into, _children(into, "parties", [r.parties or _NONE for r in releases]))


def _owners(counts: list[int]) -> Iterable[int]:
    """Return for each child the number of its parent."""
    return chain.from_iterable([number] * count for number, count in enumerate(counts))


def _children(into: Lists, table: str, of_each: list) -> list[Any]:
    into[table + "#"] += map(len, of_each)
    return list(chain.from_iterable(of_each))


def _organisation(into: Lists, name: str, found: list) -> None:
    into[name + "_id"] += [o.id for o in found]
    into[name + "_name"] += [o.name for o in found]


def _value(into: Lists, table: str, owners: list) -> None:
    values = [o.value or _NO_VALUE for o in owners]
    into[table + ".amount"] += [v.amount for v in values]
    into[table + ".currency"] += [v.currency for v in values]


def _period(into: Lists, name: str, found: list) -> None:
    into[name + "_start"] += [p.startDate for p in found]
    into[name + "_end"] += [p.endDate for p in found]


def _tenders(into: Lists, tenders: list) -> None:
    into["tenders.tender_id"] += [t.id for t in tenders]
    into["tenders.title"] += [t.title for t in tenders]
    into["tenders.status"] += [t.status for t in tenders]
    into["tenders.procurement_method"] += [t.procurementMethod for t in tenders]
    into["tenders.procurement_method_details"] += [t.procurementMethodDetails for t in tenders]
    into["tenders.procurement_method_rationale"] += [t.procurementMethodRationale for t in tenders]
    into["tenders.main_category"] += [t.mainProcurementCategory for t in tenders]
    _organisation(into, "tenders.procuring_entity", [t.procuringEntity or _NOBODY for t in tenders])
    _value(into, "tenders", tenders)
    _period(into, "tenders.period", [t.tenderPeriod or _NO_PERIOD for t in tenders])
    _period(into, "tenders.enquiry", [t.enquiryPeriod or _NO_PERIOD for t in tenders])
    _period(into, "tenders.award_period", [t.awardPeriod or _NO_PERIOD for t in tenders])
    into["tenders.number_of_tenderers"] += [t.numberOfTenderers for t in tenders]
    into["tenders.n_tenderers"] += [None if t.tenderers is None else len(t.tenderers) for t in tenders]


def _bids(into: Lists, bids: list) -> None:
    into["bids.bid_id"] += [b.id for b in bids]
    into["bids.status"] += [b.status for b in bids]
    into["bids.date"] += [b.date for b in bids]
    _value(into, "bids", bids)
    _organisation(into, "tenderers.tenderer", _children(into, "tenderers", [b.tenderers or _NONE for b in bids]))


def _awards(into: Lists, awards: list) -> None:
    into["awards.award_id"] += [a.id for a in awards]
    into["awards.status"] += [a.status for a in awards]
    into["awards.date"] += [a.date for a in awards]
    _value(into, "awards", awards)
    _organisation(into, "suppliers.supplier", _children(into, "suppliers", [a.suppliers or _NONE for a in awards]))


def _contracts(into: Lists, contracts: list) -> None:
    into["contracts.contract_id"] += [c.id for c in contracts]
    into["contracts.award_id"] += [c.awardID for c in contracts]
    into["contracts.status"] += [c.status for c in contracts]
    into["contracts.signed"] += [c.dateSigned for c in contracts]
    _period(into, "contracts.period", [c.period or _NO_PERIOD for c in contracts])
    _value(into, "contracts", contracts)


class _Items:
    """The lists of items of a chunk, each list once, also where several parents have it."""

    def __init__(self) -> None:
        self.rows: list = []
        self._starts: dict[int, int] = {}

    def add(self, into: Lists, section: int, of_each: list, processes: Iterable[int]) -> None:
        """Add the lists of all parents of a section; note for each parent where its list starts, and how long it is."""
        starts, lengths, known, rows = into[f"items@{section}"], into[f"items#{section}"], self._starts, self.rows
        if not any(of_each):
            nothing = [0] * len(of_each)
            starts += nothing
            lengths += nothing
            return
        for items, process in zip(of_each, processes, strict=True):
            start = known.get(id(items))
            if start is None:
                start = known[id(items)] = len(rows)
                rows += items
                into["items@process"] += [process] * len(items)
                into["items@section"] += [section] * len(items)
            starts.append(start)
            lengths.append(len(items))


def _items(into: Lists, sections: list[tuple[list, Iterable[int]]]) -> None:
    found = _Items()
    into["items@process"], into["items@section"] = [], []
    for number, (parents, processes) in enumerate(sections):
        found.add(into, number, [p.items or _NONE for p in parents], processes)
    items = found.rows
    classes = [i.classification or _NO_CLASS for i in items]
    into["items.classification_scheme"] += [c.scheme for c in classes]
    into["items.classification_id"] += [c.id for c in classes]
    into["items.quantity"] += [i.quantity for i in items]
    units = [i.unit or _NO_UNIT for i in items]
    into["items.unit"] += [u.name for u in units]
    values = [u.value or _NO_VALUE for u in units]
    into["items.unit_amount"] += [v.amount for v in values]
    into["items.unit_currency"] += [v.currency for v in values]
    into["items.description"] += [i.description for i in items]


def _parties(into: Lists, parties: list) -> None:
    _organisation(into, "parties.party", parties)
    into["parties.roles"] += [p.roles for p in parties]
    identifiers = [p.identifier or _NO_IDENTIFIER for p in parties]
    into["parties.identifier_scheme"] += [i.scheme for i in identifiers]
    into["parties.identifier_id"] += [i.id for i in identifiers]
    into["parties.country"] += [(p.address or _NO_ADDRESS).countryName for p in parties]
