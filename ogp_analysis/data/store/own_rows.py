"""Lists of the user's own: of events, what happened in a country on a day, and of purchases, who bought what from whom.

No natural person is named in a list of purchases. Of an address that names a person both lists have the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
from msgspec import Meta, Struct

from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError, listed, near
from ogp_analysis.base.links import names_a_person
from ogp_analysis.base.schema import FILE, TableSchema, schemas
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.record import Cleaned, hidden
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.legal_entities import is_personal, person_codes
from ogp_analysis.data.datasets.procurement.mentions import plain_words
from ogp_analysis.data.datasets.procurement.ocds.columns import currencies
from ogp_analysis.data.store import own_list
from ogp_analysis.data.store.own_list import CORRECT, Text

#: A text of more characters is no line of a strip or table.
_LONGEST = 160
#: The form of days, to the day.
Days = Annotated[str, Meta(pattern=r"^(?=.*%d)(?=.*%[mbB])(?=.*%[yY])[^\x00-\x1f\x7f<>{}|\\`]*\Z", max_length=160)]
#: An address in a text, with its host.
_ADDRESS = re.compile(r"(?:https?://)?([\w.-]+\.\w+)[/?#:]\S*", re.IGNORECASE)


class _Columns(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    country: Text
    day: Text
    id: Text | None = None
    source: Text | None = None


class _OfEvents(_Columns, frozen=True, forbid_unknown_fields=True, kw_only=True):
    what_en: Text | None = None
    what_es: Text | None = None
    kind: Text | None = None


class _OfPurchases(_Columns, frozen=True, forbid_unknown_fields=True, kw_only=True):
    buyer: Text
    seller: Text
    technology: Text | None = None
    amount: Text | None = None
    currency: Text | None = None


class Titled(Struct, frozen=True, forbid_unknown_fields=True):
    """What a list is called in a language."""

    title: Text


class Rows(own_list.Map, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the map of a list states, and what is asked of its rows.

    That of a kind adds ``cells(rows, iso3, entries)``, the columns that are its own; `entries` gets what was masked.
    """

    columns: _Columns
    day_format: Days | None = None
    en: Titled | None = None
    es: Titled | None = None

    def cleaned(self, chunk: pd.DataFrame) -> Cleaned:
        """Return the table of some rows and the record of each; faults are those of ``ogp.add_events``."""
        of, (chunk, rows, entries) = self.columns, own_list.of_countries(chunk, self)
        day = _days(rows, of.day, self.day_format)
        iso3 = own_list.country_codes(rows, self, day.str[:4].astype("int64"))
        key, found = self.schema().key[0], iso3 + "-" + day
        again = found.groupby(found).cumcount() + 1
        id = found.where(again == 1, found + "-" + again.astype("str"))
        if of.id:
            id = rows[of.id]
            wrong = ~id.str.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
            refuse(rows, of.id, wrong, "ids are not letters, digits, _, . and -, 40 at most", CORRECT)
            refuse(rows, of.id, id.duplicated(), "rows repeat an id", CORRECT)
        table = pd.DataFrame({key: id, "iso3": iso3, "date": day, **self.cells(rows, iso3, entries)})
        again = table.duplicated([name for name in table if name != key])
        refuse(rows, of.day, again, "rows repeat another in all that is read", CORRECT, of.country)
        return self.checked(chunk, table.sort_values(["date", "iso3", key], ignore_index=True), entries)

    def schema(self) -> TableSchema:
        """Return what its table promises."""
        [one] = schemas({self.TABLE: toml(__file__, "own_rows.toml")[self.TABLE]})
        terms = {"licence": self.licence, "redistribute": self.redistribute}
        return replace(one, columns=tuple(replace(column, **terms) for column in one.columns))

    def facts(self, table: pd.DataFrame) -> dict:
        """Return what the description of the list says of it."""
        texts = {"title": {spoken: self.said(spoken).title for spoken in LANGUAGES}, "publisher": self.publisher()}
        terms = {"kind": self.TABLE, "licence": self.licence, "redistribute": self.redistribute}
        ends = {name: int(table["date"].iloc[at][:4]) for name, at in (("first", 0), ("last", -1))}
        return {"listed": {**texts, **terms, **ends, "rows": len(table)}}


class Events(Rows, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a map of events states."""

    TABLE: ClassVar[str] = "events"
    PARTS: ClassVar[dict] = {"columns": _OfEvents, **dict.fromkeys(LANGUAGES, Titled)}

    columns: _OfEvents

    def faults(self) -> Iterator[tuple[str, bool]]:
        """Yield what may be wrong with keys that fit each by itself, and whether it is."""
        yield from super().faults()
        none = not (self.columns.what_en or self.columns.what_es)
        yield "does not say which column holds what happened (what_en, what_es)", none

    def cells(self, rows: pd.DataFrame, iso3: pd.Series, entries: list) -> dict[str, pd.Series]:
        """Return what happened in either language, kind and source."""
        of = self.columns
        english, spanish = _texts(rows, of.what_en), _texts(rows, of.what_es)
        nothing = (english == "") & (spanish == "")
        refuse(rows, of.what_en or of.what_es, nothing, "rows do not say what happened", CORRECT)
        what = {"what_en": english.mask(english == "", spanish), "what_es": spanish.mask(spanish == "", english)}
        return {**what, "kind": _texts(rows, of.kind), "source": _sources(rows, of.source, entries)}


class Purchases(Rows, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a map of purchases states."""

    TABLE: ClassVar[str] = "purchases"
    PARTS: ClassVar[dict] = {"columns": _OfPurchases, **dict.fromkeys(LANGUAGES, Titled)}

    columns: _OfPurchases
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    firms: list[str] = []

    def faults(self) -> Iterator[tuple[str, bool]]:
        """Yield what may be wrong with keys that fit each by itself, and whether it is."""
        yield from super().faults()
        said, amount = [self.currency, self.columns.currency], self.columns.amount
        yield "gives the currency twice, as a column and for all rows", None not in said
        yield "gives amounts without their currency, of all rows or its column", bool(amount) and not any(said)
        yield "names among firms what is the name of a person", any(map(is_personal, self.firms))

    def cells(self, rows: pd.DataFrame, iso3: pd.Series, entries: list) -> dict[str, pd.Series]:
        """Return buyer, seller, technology and source, in which no natural person is named, and the amount."""
        of, blank = self.columns, pd.Series("", index=rows.index, dtype="str")
        found = {name: _texts(rows, getattr(of, name)) for name in ("buyer", "seller", "technology", "id")}
        refuse(rows, of.buyer, found["buyer"] == "", "rows have no buyer", CORRECT)
        found["source"] = _sources(rows, of.source, entries)
        made = self._masked(rows, iso3, found | {FILE: rows[FILE]}, entries)
        refuse(rows, of.id, made.pop("id") != found["id"], "ids name a natural person", CORRECT)
        refuse(rows, FILE, made.pop(FILE) != rows[FILE], "rows stand in a file named after a person", "Rename it")
        amount = own_list.numbers(rows, of.amount) if of.amount else pd.Series(float("nan"), rows.index)
        refuse(rows, of.amount, amount < 0, "amounts lie below zero", CORRECT)
        code = rows[of.currency] if of.currency else blank + (self.currency or "")
        read = pd.Series(currencies(pa.array(code, pa.string())).values.to_pylist(), rows.index, dtype="str").fillna("")
        refuse(rows, of.amount, amount.notna() & (read == ""), "amounts are without a currency of ISO 4217", CORRECT)
        return made | {"amount": amount, "currency": read.where(amount.notna(), "")}

    def _masked(self, rows: pd.DataFrame, iso3: pd.Series, cells: dict, entries: list) -> dict[str, pd.Series]:
        """Return buyers, sellers and texts in which no natural person is named; `entries` gets what was masked."""
        of, seller = self.columns, cells["seller"]
        if odd := sorted({*self.firms} - {*seller}):
            action = near(odd[0], seller.unique(), f"Column {of.seller}")
            raise ParameterError("firms", f"names {listed(odd)}, which column {of.seller} does not hold", action)
        kind = pd.Series("missing", index=rows.index, dtype="str")
        for code, own in seller.groupby(iso3):
            kind[own.index] = persons.kinds(own, kind[own.index], *filter(None, [country(code).iso2]))
        person = persons.are_persons(kind) & ~seller.isin(self.firms)
        masks = {"seller": person, "buyer": cells["buyer"].map(is_personal).astype(bool)}
        names = {f" {plain_words(one)} " for name, mask in masks.items() for one in cells[name][mask].unique()}
        for name, text in cells.items():
            words = text.map(lambda one: f" {plain_words(unquote(one))} ").astype("str")
            mask = masks.get(name, words != words) | text.map(person_codes).astype(bool)
            for one in names - {"  "}:  # as it stands, or its longer parts in any order
                mask |= words.str.contains(one, regex=False) | persons.names_person(words, pd.Series(one, text.index))
            column, new = getattr(of, name, name), persons.HIDDEN if name in masks else persons.TEXT_MASK
            cells[name] = text.mask(mask, new)
            entries.append(hidden(rows, mask, column, persons.HIDDEN, new, "natural_person_masked"))
        return cells


def _days(rows: pd.DataFrame, column: str, form: str | None) -> pd.Series:
    """Return days, written YYYY-MM-DD, or as a format says; a month or a year may be all that is known."""
    text = rows[column].str.replace(r"[ T]00:00(:00)?(\.0+)?$|(?<=^\d{4})\.0$", "", regex=True)
    if form:
        text = pd.to_datetime(text, format=form, errors="coerce").dt.strftime("%Y-%m-%d").fillna("")
    read = pd.to_datetime((text + "-01-01").str[:10], format="%Y-%m-%d", errors="coerce")
    good = text.str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?") & read.notna()
    written = f"by day_format, {form}" if form else "YYYY-MM-DD, YYYY-MM or YYYY"
    action = f'Write them {written}, or say in the map how they are: day_format = "%d/%m/%Y"'
    refuse(rows, column, ~good, f"days are not written {written}", action)
    own_list.known_years(rows, column, text.str[:4].astype("int64"))
    return text


def _texts(rows: pd.DataFrame, column: str | None) -> pd.Series:
    """Return the texts of a column in a line each, blank ones of a column that the map does not name."""
    found = rows[column].str.split().str.join(" ") if column else pd.Series("", index=rows.index, dtype="str")
    refuse(rows, column, found.str.len() > _LONGEST, f"texts have more than {_LONGEST} characters", "Shorten them")
    return found


def _sources(rows: pd.DataFrame, column: str | None, entries: list) -> pd.Series:
    """Return sources, of an address that names a person its host; `entries` gets what was changed."""
    found = _texts(rows, column)
    shown = found.str.replace(_ADDRESS, lambda at: f"https://{at[1]}/" if names_a_person(at[0]) else at[0], regex=True)
    entries.append(hidden(rows, shown != found, column, "(address names a person)", shown, "address_names_a_person"))
    return shown


def add_events(data: pd.DataFrame | str | Path, columns: Mapping | str | Path) -> str:
    """Add a list of events of your own, from which a case study takes its event, and which a country's page shows.

    Parameters
    ----------
    data : pandas.DataFrame, str or pathlib.Path
        A row for each event: a frame, or a delimited text or workbook.
    columns : mapping, str or pathlib.Path
        Which column holds what, and what the list is: the file of a map (``ogp-analysis add --template events`` prints
        one), or the same keys as a mapping.

    Returns
    -------
    str
        Its id, ``own_`` and the name in the map; ``ogp.load`` takes it, and a run names one event as ``own_NAME:ID``.
        The same list again changes nothing; another replaces what had its name.

    Raises
    ------
    ParameterError
        If the map cannot be read, lacks a key or has an unknown one, or something else has its name.
    OgpAnalysisError
        If a row is refused; nothing is kept then.

    Examples
    --------
    >>> import pandas as pd
    >>> mine = pd.DataFrame({"place": ["Mexico"], "day": ["2014-09-26"], "what": ["the disappearances at Iguala"]})
    >>> about = {"name": "cases", "source": "Own reading", "licence": "CC BY 4.0", "en": {"title": "Cases"}}
    >>> about |= {"columns": {"country": "place", "day": "day", "what_en": "what"}}
    >>> ogp.add_events(mine, about)  # doctest: +SKIP
    'own_cases'
    """
    return own_list.added("events", data, columns)


def add_purchases(data: pd.DataFrame | str | Path, columns: Mapping | str | Path) -> str:
    """Add a list of purchases of your own, which the pages on surveillance print in a section of its own.

    Natural persons are masked: sellers whose name holds no legal form of their country and is not that of a listed
    vendor, unless the map names them among its ``firms``; and texts that name one of them.

    Parameters
    ----------
    data : pandas.DataFrame, str or pathlib.Path
        A row for each purchase: a frame, or a delimited text or workbook.
    columns : mapping, str or pathlib.Path
        Which column holds what, and what the list is: the file of a map (``ogp-analysis add --template purchases``
        prints one), or the same keys as a mapping.

    Returns
    -------
    str
        Its id, ``own_`` and the name in the map; ``ogp.load`` takes it. The same list again changes nothing; another
        replaces what had its name.

    Raises
    ------
    ParameterError
        If the map cannot be read, lacks a key or has an unknown one, or something else has its name.
    OgpAnalysisError
        If a row is refused; nothing is kept then.

    Examples
    --------
    >>> import pandas as pd
    >>> mine = pd.DataFrame({"place": ["Mexico"], "year": [2014], "who": ["Police"], "of": ["Hacking Team"]})
    >>> about = {"name": "files", "source": "Own requests", "licence": "CC BY 4.0", "en": {"title": "Requests"}}
    >>> about |= {"columns": {"country": "place", "day": "year", "buyer": "who", "seller": "of"}}
    >>> ogp.add_purchases(mine, about)  # doctest: +SKIP
    'own_files'
    """
    return own_list.added("purchases", data, columns)
