"""What the tables of procurement in the Open Contracting Data Standard (OCDS) promise, and where their values stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import schemas

#: How the date of a release was read.
DATE_STATUSES = ("read", "no_zone", "no_time", "impossible", "unreadable", "missing")
#: Where the items of the table ``items`` stand.
SECTIONS = ("tender", "award", "contract", "bid")
#: ``bid_index`` of tenderers that the tender names without a bid (``tender/tenderers``).
NO_BID = -1
#: Column that says why an organisation is masked; one of :data:`REASONS`, missing if it is not.
WHY = "masked_for"
#: Why an organisation is masked: its identifier is a person's; its name has a word for a person's trade; its name holds
#: a given name, though it stands beside a firm's identifier or in an institution's role; a person elsewhere in the same
#: files has its name; nothing tells that it is a legal entity. A reference to a party has the reason of the party.
REASONS = ("personal_identifier", "personal_word", "personal_name", "name_of_a_person", "no_sign")
#: The tables, in the order in which they are built.
TABLES = schemas(toml(__file__, "tables.toml"), date_statuses=DATE_STATUSES, reasons=REASONS, sections=SECTIONS)


# Which fields of a release are read, where they stand and of what kind they are: all of it follows from the schemas.
# A shape is a dict from names to kinds: None is a single value, a dict an object, a list of one kind a list. Nothing
# else of a file is looked at.

Shape = dict[str, Any]

#: Where the rows of each table stand. Those of items stand in four sections, those of tenderers with a bid or a tender.
PLACES = {
    "processes": "", "parties": "parties/", "tenders": "tender/", "tender_tenderers": "tender/tenderers/",
    "bids": "bids/details/", "tenderers": "bids/details/tenderers/", "awards": "awards/",
    "suppliers": "awards/suppliers/", "contracts": "contracts/", "items": "items/",
}  # fmt: skip
#: Where the items of each section stand.
ITEMS = {"tender": "tender/", "award": "awards/", "contract": "contracts/", "bid": "bids/details/"}
#: Fields that are lists, wherever they stand.
LISTS = frozenset({"tag", "parties", "roles", "details", "tenderers", "awards", "suppliers", "contracts", "items"})
_ORGANISATIONS = ("buyer", "tender/procuringEntity", "tender/tenderers", "bids/details/tenderers", "awards/suppliers")
_DESCRIBED = ("identifier/scheme", "identifier/id", "address/countryName")


#: By table the columns that are values of the JSON, each with its path below the place of the table.
COLUMNS = {
    schema.name: {column.name: column.raw.removeprefix(PLACES[schema.name]) for column in schema.columns if column.raw}
    for schema in TABLES
}
COLUMNS["tender_tenderers"] = COLUMNS["tenderers"]


def path(name: str) -> str:
    """Return the path in the JSON of a ``table.column``, for example ``awards/value/amount``.

    That of items begins with ``items``: :data:`ITEMS` stands before it.
    """
    table, _, column = name.partition(".")
    return PLACES[table] + COLUMNS[table].get(column, column)


def _shape(paths: Iterable[str]) -> Shape:
    shape: Shape = {}
    for whole in paths:
        node, (*parents, last) = shape, whole.split("/")
        for name in parents:
            inside = node.setdefault(name, [{}] if name in LISTS else {})
            node = inside[0] if isinstance(inside, list) else inside
        node[last] = [None] if last in LISTS else None
    return shape


def _paths() -> list[str]:
    """Return the paths of all columns, of the process, and of the ids by which items are merged."""
    found = ["ocid", *(place + one for table, place in PLACES.items() for one in COLUMNS[table].values())]
    items = ["items/id", *(one for one in found if one.startswith("items/"))]
    whole = (one for one in found if not one.startswith("items/"))
    return [*whole, *(place + one for place in ITEMS.values() for one in items)]


#: A release in version 1.1, where organisations are described once, in ``parties``.
RELEASE = _shape(_paths())
#: A release of any version: before 1.1, each organisation is described where it is named.
ANY_RELEASE = _shape([*_paths(), *(f"{place}/{one}" for place in _ORGANISATIONS for one in _DESCRIBED)])


# The named rules of the cleaner of OCDS, what it knows (``ocds.toml``), and how it notes that a rule was applied.


def facts() -> dict:
    """Return the tables of ``ocds.toml``."""
    return toml(__file__, "ocds.toml")


#: All of them.


class Change(NamedTuple):
    """A value that was changed: by which rule, where in the JSON, from what to what (in JSON; empty if missing).

    What stands in the wrong place is named by its kind only: it may hold anything, also the name of a person.
    """

    rule: str
    path: str
    old: str
    new: str


class Odd(NamedTuple):
    """A value in a column that was changed: ``table.column``, its row within the chunk, rule, old and new in JSON."""

    name: str
    row: int
    rule: str
    old: str
    new: str


class Aside(NamedTuple):
    """An element that cannot be kept: where it stands, by which rule, and what decided it."""

    file: int
    line: int
    rule: str
    column: str
    value: str
