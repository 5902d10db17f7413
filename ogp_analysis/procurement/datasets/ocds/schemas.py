"""What the tables of procurement in the Open Contracting Data Standard (OCDS) promise, and where their values stand."""

from __future__ import annotations

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
