"""What published inventories of surveillance technology say of a government, list by list, kind by kind.

A row says that a list names a government as customer or suspected operator of a vendor, by the list's own
standard of evidence. It does not say that the government has the product, nor that its use was unlawful; a country
without a row is one that the list does not document, and may use the technology. The lists overlap.

References
----------
Feldstein and Kot (2023), Global Inventory of Commercial Spyware and Digital Forensics, version 10,
doi:10.17632/csvhpkt8tm.10. Lists of operators: the pages that each row names, above all those of Citizen Lab.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.fingerprint import cached
from ogp_analysis.base.links import source
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.sentence import Count, count, counts, year
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table

INVENTORY, LISTS = "carnegie_spyware_inventory", "spyware_operator_countries"
#: Kinds of technology in the inventory; they are counted apart.
KINDS = ("spyware", "forensics", "iot_hacking")
#: The order of a table: the lists have a kind that the inventory does not have.
_ORDER = ("spyware", "network_interception", "forensics", "iot_hacking")
#: Where the inventory is published.
_INVENTORY_LINK = "https://doi.org/10.17632/csvhpkt8tm.10"


@dataclass(frozen=True)
class Kind:
    """Cases of one kind of technology: cases, countries, vendors named, and cases with sources of lower confidence."""

    name: str
    n_cases: Count
    countries: tuple[str, ...]
    vendors: tuple[str, ...]
    n_lower_confidence: Count
    n_undisclosed: Count


@dataclass(frozen=True)
class Documented(Shown):
    """What the inventory and the lists document of one government.

    Attributes
    ----------
    iso3 : str
    cases : pandas.DataFrame or None
        Rows of the inventory: table ``cases`` of ``carnegie_spyware_inventory``; None if the edition lacks it.
    lists : pandas.DataFrame or None
        Rows of the lists of operators: table ``operators`` of ``spyware_operator_countries``; None if it is absent.
    totals : dict of str to Kind
        Of the whole inventory, by kind.
    """

    iso3: str
    cases: pd.DataFrame | None = field(repr=False)
    lists: pd.DataFrame | None = field(repr=False)
    totals: dict[str, Kind] = field(repr=False)

    @property
    def n(self) -> int:
        """Rows of the inventory and of the lists together, to be shown one by one and never as a count of products."""
        return sum(len(rows) for rows in (self.cases, self.lists) if rows is not None)

    @property
    def absent(self) -> tuple[str, ...]:
        """Datasets that the edition does not hold."""
        return tuple(name for name, rows in ((INVENTORY, self.cases), (LISTS, self.lists)) if rows is None)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per case or entry, in the order of the table: ``kind, vendor, list`` and ``status``, as codes."""
        return self._rows()[["kind", "vendor", "list", "status"]]

    def kind(self, name: str) -> Kind:
        """Return what the inventory documents of this government, of one kind of technology."""
        return kind(self.cases, name)

    def text(self) -> Parts:
        """Say what is documented, kind by kind, and that what is not documented may be used all the same.

        A kind with a single case in the whole inventory is stated only of the government it is about.
        """
        place = country(self.iso3).in_text
        shown = [_absent(self.absent)] if self.absent else []
        for name in KINDS if self.cases is not None else ():
            own, total = self.kind(name), self.totals[name]
            if name == "iot_hacking" and not own.n_cases:
                continue
            named = [*own.vendors, *([word("others.inventory.undisclosed")] if own.n_undisclosed else [])]
            shown.append(
                say(
                    f"others.inventory.{name}",
                    case="documented" if own.n_cases else "not_documented",
                    place=place,
                    **counts(n=own.n_cases, lower=own.n_lower_confidence),
                    vendors=", ".join(named),
                    **counts(countries=len(total.countries), cases=total.n_cases, all_lower=total.n_lower_confidence),
                )
            )
        if self.lists is not None:
            low = int((self.lists["confidence"] == "low").sum())
            case = "not_documented" if self.lists.empty else "documented_low" if low else "documented"
            shown.append(say("others.inventory.lists", case=case, place=place, **counts(n=len(self.lists), low=low)))
        return Parts(shown)

    def table(self) -> Table | Parts:
        """Return the cases and entries, kind by kind, each with the status of its list; nothing if there are none.

        Kinds and standards of evidence are never added up.
        """
        if not self.n:
            return Parts()
        rows = self._rows()
        frame = rows.assign(
            **{name: _in_words(f"others.{name}", rows[name]) for name in ("kind", "list")},
            status=[standing(status, low) for status, low in zip(rows["status"], rows["low"], strict=True)],
            caveat=_in_words("others.caveat", rows["caveat"], "not_written"),
        )
        caption = sentence("others.table.documented", place=country(self.iso3).in_text, n=count(len(frame)))
        columns = ("kind", "vendor", "used", "list_of", "status", "caveat", "list", "source")
        return table("documented", caption, frame, {one: _heading(one) for one in columns})

    def _rows(self) -> pd.DataFrame:
        rows, no_period = [], word("others.period.not_stated")
        for row in [] if self.cases is None else self.cases.to_dict("records"):
            vendor = row["vendor"] if isinstance(row["vendor"], str) else word("others.inventory.undisclosed")
            weak = row["lower_confidence"]
            told = (_period(row, "use"), "not_applicable", "inventory_lower" if weak else "inventory", weak, None)
            rows.append((0, row["category"], vendor, *told, "inventory", _INVENTORY_LINK))
        for row in [] if self.lists is None else self.lists.to_dict("records"):
            # Dataset and key of the row, as the CSV file has them.
            key = [row[name] for name in ("vendor", "product", "iso3", "list_text") if isinstance(row[name], str)]
            # Six names were read on a third party's page: the list that they are from was not seen, and is not linked.
            pages, publisher = row["source_urls"].split(" | "), word(f"others.list.{row['publisher']}")
            pages = pages[:1] if row["caveat"] == "six_of_a_longer_list" else pages
            address = source(pages, publisher=publisher, row=f"{LISTS} ({', '.join(key)})")
            # A list has a date; when the product was bought or used, it does not say.
            told = (no_period, _period(row, "list"), row["status"], row["confidence"] == "low", row["caveat"])
            rows.append((1, row["category"], row["vendor"], *told, row["publisher"], address))
        names = ["order", "kind", "vendor", "used", "list_of", "status", "low", "caveat", "list", "source"]
        rows.sort(key=lambda row: (_ORDER.index(row[1]), row[0], row[2].casefold(), row[3], row[4]))
        return pd.DataFrame(rows, columns=names)


def documented(place: str, edition: str = "embedded") -> Documented:
    """Return what the inventory and the lists of operators document of the government of a country.

    Parameters
    ----------
    place : str
        Any usual name or code of a country.
    edition : str
        Which data are read, as in ``ogp.load``. What it lacks is named in ``absent``.

    Raises
    ------
    UnknownName
        If no country bears that name.

    Examples
    --------
    >>> ogp.surveillance.documented("Mexico").frame["list"].value_counts().to_dict()
    {'inventory': 4, 'citizen_lab': 4, 'unsigned_page': 2, 'press_on_citizen_lab': 1}
    """
    iso3, cases, lists = country(place).iso3, _table(INVENTORY, "cases", edition), _table(LISTS, "operators", edition)
    own = [None if rows is None else rows[rows["iso3"] == iso3].reset_index(drop=True) for rows in (cases, lists)]
    return Documented(iso3, *own, {} if cases is None else _kinds(cases))


@cached
def _kinds(cases: pd.DataFrame) -> dict[str, Kind]:
    return {name: kind(cases, name) for name in KINDS}


def kind(cases: pd.DataFrame | None, name: str) -> Kind:
    """Return the cases of one kind, counted."""
    if cases is None:
        return Kind(name, 0, (), (), 0, 0)
    rows = cases[cases["category"] == name]
    vendors = tuple(sorted(rows["vendor"].dropna().unique(), key=str.casefold))
    return Kind(
        name,
        len(rows),
        tuple(sorted(rows["iso3"].unique())),
        vendors,
        int(rows["lower_confidence"].sum()),
        int(rows["vendor"].isna().sum()),
    )


def _table(dataset: str, name: str, edition: str) -> pd.DataFrame | None:
    return hand_out.load(dataset, name, edition) if hand_out.has(dataset, name, edition) else None


def _absent(datasets):
    return say("others.inventory.absent", names=", ".join(word(f"others.dataset.{name}") for name in datasets))


def _heading(column: str) -> Heading:
    return Heading("source", "link") if column == "source" else Heading(f"others.column.{column}")


def _in_words(area: str, codes: pd.Series, missing: str | None = None) -> list[str | None]:
    """Return the words of codes, and what stands for a missing code."""
    return [word(f"{area}.{code}") if isinstance(code, str) else missing for code in codes]


def standing(status: str, low: bool) -> str:
    """Return the standing of an entry in words; one of low confidence says so, and that a page says it.

    Parameters
    ----------
    status : str
        Standard of evidence of its list.
    low : bool
        Whether it is of low confidence.
    """
    said = word(f"others.status.{status}")
    return sentence("others.inventory.low", status=said).plain() if low and status != "inventory_lower" else said


def _period(row: dict, prefix: str) -> str:
    """Return a period in words; the years that are not given are not made up."""
    status = row[f"{prefix}_status"]
    if not isinstance(status, str):
        return word("others.period.not_stated")
    ends = {end: int(row[f"{prefix}_{end}_year"]) for end in ("first", "last") if pd.notna(row[f"{prefix}_{end}_year"])}
    if status == "years" and ends["first"] != ends["last"]:
        status = "span"
    return sentence("others.period", case=status, **{end: year(value) for end, value in ends.items()}).plain()
