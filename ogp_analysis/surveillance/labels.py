"""What the tables of this wing call their columns and the codes in them."""

from __future__ import annotations

from collections.abc import Iterable

from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.table import Heading

#: Technology that counts as surveillance of devices and of those who use them. Cameras and other equipment stand apart.
OF_DEVICES = ("intrusion", "interception", "geolocation", "device_forensics", "mass_data_analytics",
              "social_media_monitoring")  # fmt: skip
_COUNTS = (
    "beyond", "cases", "committed", "countries", "days_to_close", "days_to_report", "days_to_stage_two", "entries",
    "forensics", "governments", "joined", "known", "n", "possible", "probable", "rows", "score", "spyware",
    "spyware_sure", "sure", "vendors",
)  # fmt: skip
#: Unit of the columns that are not text.
_UNITS = {
    **dict.fromkeys(_COUNTS, "count"),
    **dict.fromkeys(("forensics_share", "spyware_share", "sure_share"), "share"),
    **dict.fromkeys(("case", "fact"), "code"),
    **dict.fromkeys(("first_disclosed", "year"), "year"),
    **dict.fromkeys(("paid_on", "stale_from"), "date"),
    "amount": "money",
}


def headings(area: str, columns: Iterable[str], **units: str) -> dict[str, Heading]:
    """Return the headings of a table: the words ``column`` of an area, and `source`, which all tables head alike.

    Parameters
    ----------
    area : str
        Area of words, such as ``"operators"``.
    columns : iterable of str
        In the order of the table.
    **units : str
        Units of columns that measure something else here than in the other tables.
    """
    own = {name: Heading(f"{area}.column.{name}", units.get(name, _UNITS.get(name, ""))) for name in columns}
    return own | ({"source": Heading("source", "link")} if "source" in own else {})


def in_words(area: str, codes: Iterable) -> list[str | None]:
    """Return the words of codes, such as those of ``"operators.regime"``; None for a missing code."""
    return [word(f"{area}.{code}") if isinstance(code, str) else None for code in codes]


def technologies_said(codes: str, qualified: bool) -> str:
    """Return kinds of technology in words; those that are only a possible part, or as the buyer declared it, say so."""
    names = ", ".join(in_words("powers.technology", codes.split())) or word("purchases.not_stated")
    return sentence("purchases.possible", technologies=names).plain() if qualified else names


def caveat_said(code: object) -> str:
    """Return the words of the caveat of a documented purchase; missing codes say that there is none."""
    return word(f"purchases.caveat.{code}") if isinstance(code, str) else word("purchases.no_caveat")


def buyer_said(name: str) -> str:
    """Return the name of a buyer; of one whom sources name differently, that they do, and how."""
    names, differ, _ = name.partition(" (sources differ)")
    return sentence("purchases.buyer_differs", names=names.replace(" / ", ", ")).plain() if differ else name
