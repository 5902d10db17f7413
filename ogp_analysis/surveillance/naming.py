"""What of a hit a page may show before anybody has read the contract: no supplier, no vendor, no natural person."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.procurement.datasets import legal_entities
from ogp_analysis.surveillance.detector import facts
from ogp_analysis.surveillance.scan import reasons_said

#: Words of a name that are a given name and a surname.
_PAIR = 2
#: Of files that are searched the country is not known; short legal forms are read as in Mexico.
_COUNTRIES = ("MX",)


def shown_buyer(name: str) -> str:
    """Return the name of a buyer, unless it may be that of a natural person."""
    words, told = legal_entities.plain(name).split(), legal_entities.by_name(name, *_COUNTRIES)
    given = legal_entities.given_names()
    pair = told != legal_entities.ENTITY and len(words) == _PAIR and not given.isdisjoint(words)
    person = told == legal_entities.PERSON or legal_entities.is_personal(name, countries=_COUNTRIES) or pair
    return word("scan.page.person") if person else name


def shown_supplier(name: str) -> str:
    """Return the name of a supplier of a confirmed hit, if something shows that it is a legal entity."""
    return name if legal_entities.by_name(name, *_COUNTRIES) == legal_entities.ENTITY else word("scan.page.unnamed")


def shown_key(key: str) -> str:
    """Return the key of a contract, unless the code of a natural person stands in it."""
    return word("scan.page.person") if legal_entities.person_codes(key) else key


def shown_reasons(rows: pd.DataFrame) -> str:
    """Return the reasons of a hit without the name of a vendor or product in them."""
    named = {name for names in facts()["vendors"].values() for name in names}
    hidden = rows["what"].where(~rows["what"].isin(named), word("scan.vendor_term"))
    return reasons_said(rows.assign(what=hidden))
