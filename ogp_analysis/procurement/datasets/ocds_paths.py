"""Where in a release the values of a column stand, by which the record names them."""

from __future__ import annotations

_TABLES = {
    "processes": "",
    "tenders": "tender/",
    "bids": "bids/details/",
    "tenderers": "bids/details/tenderers/",
    "tender_tenderers": "tender/tenderers/",
    "awards": "awards/",
    "suppliers": "awards/suppliers/",
    "contracts": "contracts/",
    "parties": "parties/",
    "items": "items/",
}
_COLUMNS = {
    "release_id": "id",
    "release_date": "date",
    "tags": "tag",
    "initiation": "initiationType",
    "buyer_id": "buyer/id",
    "buyer_name": "buyer/name",
    "procurement_method": "procurementMethod",
    "procurement_method_details": "procurementMethodDetails",
    "procurement_method_rationale": "procurementMethodRationale",
    "main_category": "mainProcurementCategory",
    "procuring_entity_id": "procuringEntity/id",
    "procuring_entity_name": "procuringEntity/name",
    "number_of_tenderers": "numberOfTenderers",
    "amount": "value/amount",
    "currency": "value/currency",
    "enquiry_start": "enquiryPeriod/startDate",
    "enquiry_end": "enquiryPeriod/endDate",
    "award_period_start": "awardPeriod/startDate",
    "award_period_end": "awardPeriod/endDate",
    "signed": "dateSigned",
    "classification_scheme": "classification/scheme",
    "classification_id": "classification/id",
    "unit": "unit/name",
    "unit_amount": "unit/value/amount",
    "unit_currency": "unit/value/currency",
    "identifier_scheme": "identifier/scheme",
    "identifier_id": "identifier/id",
    "country": "address/countryName",
}
#: Columns whose place is another in each table.
_OWN = {
    "tenders.period_start": "tender/tenderPeriod/startDate",
    "tenders.period_end": "tender/tenderPeriod/endDate",
    "contracts.period_start": "contracts/period/startDate",
    "contracts.period_end": "contracts/period/endDate",
    "contracts.award_id": "contracts/awardID",
}


#: Of items, by their section.
ITEMS = {"tender": "tender/", "award": "awards/", "contract": "contracts/", "bid": "bids/details/"}


def path(name: str) -> str:
    """Return the path in the JSON of a ``table.column``, for example ``awards/value/amount``.

    That of items begins with ``items``: :data:`ITEMS` stands before it.
    """
    if name in _OWN:
        return _OWN[name]
    table, _, column = name.partition(".")
    role, _, part = column.rpartition("_")
    if part in ("id", "name") and role in ("tender", "bid", "award", "contract", "tenderer", "supplier", "party"):
        column = part
    return _TABLES[table] + _COLUMNS.get(column, column)
