"""Tables of what inventories document: of one government, list by list, and of all, kind by kind."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.links import source
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.surveillance.inventories import Documented, Kind

#: Where the inventory is published.
_INVENTORY_LINK = "https://doi.org/10.17632/csvhpkt8tm.10"
_KINDS = ("spyware", "network_interception", "forensics", "iot_hacking")


def documented_table(found: Documented, place: str) -> Table:
    """Return what the inventory and the lists document of one government, one row a case or entry, kind by kind.

    The status is that of the list; kinds and standards of evidence are never added up.
    """
    rows = [] if found.cases is None else [_case(row) for row in found.cases.to_dict("records")]
    rows += [] if found.lists is None else [_entry(row) for row in found.lists.to_dict("records")]
    rows.sort(key=lambda row: (_KINDS.index(row["kind"]), row["order"], row["vendor"].casefold(), row["period"]))
    for row in rows:
        row["kind"] = word(f"others.kind.{row['kind']}")
    headings = {name: Heading(f"others.column.{name}") for name in ("kind", "vendor", "period", "status", "list")}
    headings["source"] = Heading("source", "link")
    caption = sentence("others.table.documented", place=place, n=len(rows))
    return table("documented", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def _case(row: dict) -> dict:
    vendor = row["vendor"] if isinstance(row["vendor"], str) else word("others.inventory.undisclosed")
    status = "inventory_lower" if row["lower_confidence"] else "inventory"
    return {"order": 0, "kind": row["category"], "vendor": vendor, "period": _period(row, "use"),
            "status": word(f"others.status.{status}"), "list": word("others.list.inventory"),
            "source": _INVENTORY_LINK}  # fmt: skip


def _entry(row: dict) -> dict:
    return {"order": 1, "kind": row["category"], "vendor": row["vendor"], "period": _period(row, "list"),
            "status": word(f"others.status.{row['status']}"), "list": word(f"others.list.{row['publisher']}"),
            "source": source(row["source_urls"].split(" | "), publisher=word(f"others.list.{row['publisher']}"),
                             date=row["list_text"], row=_row_name(row))}  # fmt: skip


def _row_name(row: dict) -> str:
    """Return dataset and key of a row of the lists, as the CSV file has them."""
    key = [row[name] for name in ("vendor", "product", "iso3", "list_text") if isinstance(row[name], str)]
    return f"spyware_operator_countries ({', '.join(key)})"


def _period(row: dict, prefix: str) -> str:
    """Return a period in words; the years that are not given are not made up."""
    status = row[f"{prefix}_status"]
    if not isinstance(status, str):
        return word("others.period.not_stated")
    ends = {end: int(row[f"{prefix}_{end}_year"]) for end in ("first", "last") if pd.notna(row[f"{prefix}_{end}_year"])}
    if status == "years" and ends["first"] != ends["last"]:
        status = "span"
    return sentence("others.period", case=status, **ends).plain()


def kinds_table(kinds: dict[str, Kind], members: frozenset[str], region_name: str) -> Table:
    """Return the inventory of a region by kind of technology: cases, governments, members among them, vendors."""
    rows = [
        {"kind": word(f"others.kind.{name}"), "cases": one.n_cases, "governments": len(one.countries),
         "joined": sum(code in members for code in one.countries), "vendors": len(one.vendors)}
        for name, one in kinds.items()
    ]  # fmt: skip
    headings = {"kind": Heading("others.column.kind")}
    names = ("cases", "governments", "joined", "vendors")
    headings |= {name: Heading(f"others.column.{name}", "count") for name in names}
    return table(
        "inventory",
        sentence("others.table.kinds", region=region_name),
        pd.DataFrame(rows, columns=list(headings)),
        headings,
    )
