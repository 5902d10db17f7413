"""Which fields of a release are read, and their kinds. Nothing else of a file is looked at.

A shape is a dict from names to kinds: None is a single value, a dict an object, a list of one kind a list.
"""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]

VALUE: Shape = {"amount": None, "currency": None}
PERIOD: Shape = {"startDate": None, "endDate": None}
IDENTIFIER: Shape = {"scheme": None, "id": None}
ADDRESS: Shape = {"countryName": None}
REFERENCE: Shape = {"id": None, "name": None}
ITEM: Shape = {
    "id": None,
    "description": None,
    "classification": IDENTIFIER,
    "quantity": None,
    "unit": {"name": None, "value": VALUE},
}


def _release(organisation: Shape) -> Shape:
    several, items = [organisation], [ITEM]
    return {
        "ocid": None,
        "id": None,
        "date": None,
        "tag": [None],
        "initiationType": None,
        "language": None,
        "parties": [
            {"id": None, "name": None, "roles": [None], "identifier": IDENTIFIER, "address": ADDRESS},
        ],
        "buyer": organisation,
        "tender": {
            "id": None,
            "title": None,
            "status": None,
            "procuringEntity": organisation,
            "value": VALUE,
            "procurementMethod": None,
            "procurementMethodDetails": None,
            "procurementMethodRationale": None,
            "mainProcurementCategory": None,
            "tenderPeriod": PERIOD,
            "enquiryPeriod": PERIOD,
            "awardPeriod": PERIOD,
            "numberOfTenderers": None,
            "tenderers": several,
            "items": items,
        },
        "bids": {
            "details": [
                {"id": None, "status": None, "date": None, "value": VALUE, "tenderers": several, "items": items},
            ],
        },
        "awards": [
            {"id": None, "status": None, "date": None, "value": VALUE, "suppliers": several, "items": items},
        ],
        "contracts": [
            {
                "id": None,
                "awardID": None,
                "status": None,
                "dateSigned": None,
                "period": PERIOD,
                "value": VALUE,
                "items": items,
            },
        ],
    }


#: A release in version 1.1, where organisations are described once, in ``parties``.
RELEASE = _release(REFERENCE)
#: A release of any version: before 1.1, each organisation is described where it is named.
ANY_RELEASE = _release({**REFERENCE, "identifier": IDENTIFIER, "address": ADDRESS})
