"""Who may request a surveillance measure under Mexican law, who authorises it, and from when to when.

The statutes govern *requesting a measure*, not *buying equipment*. Wording of laws and of pages about them is not taken
over. ``powers`` and ``entries`` were read in the compilation of the Chamber of Deputies, as copied by third parties:
the address of a row is that of the copy. ``provisions`` was compiled before, mostly from the press, with days of
publication for first days in force: what the texts say otherwise is corrected. ``rules`` is a first draft, by pattern
of a buyer's name; `ogp_analysis.surveillance.powers` answers from a reviewed table of buyers, and says which rule it
replaces.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses, coding, corrections
from ogp_analysis.data.cleaning.coding import coded, declared, rules, translated
from ogp_analysis.data.cleaning.country_year import known, refuse, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants, Sum
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but

_CODES, _TABLES = declared(__file__)

PROVISIONS, RULES, CURRENCY = (
    "mexico_legal_authority.csv",
    "mexico_buyer_authority_rules.csv",
    "mexico_law_currency.csv",
)
POWERS, ENTRIES = "mexico_powers_text.csv", "mexico_law_entry.csv"
#: Texts in force or lately repealed, and repealed ones, each read in the copy of one third party.
READINGS = ("read-2026-11", "read-2026-11-older")
_REVIEWED = frozenset(_CODES["reviewed"])
_HERE = "data/datasets/surveillance/mexico_legal_authority.toml"
_RULE_COLUMNS = ("rule_id", "buyer_class", "tech_category", "from", "to", "entitlement", "basis_ids")
_CURRENCY_COLUMNS = ("code", "dof_first_published", "dof_last_reform", "official_pdf_url")
_PROVISION_COLUMNS = (
    "id",
    "instrument",
    "article",
    "in_force_from",
    "in_force_to",
    "text_kind",
    "source_type",
    "source_url",
    "caveat",
)
_POWER_COLUMNS = (
    "key",
    "measure",
    "authority",
    "law",
    "article",
    "who_may_request",
    "who_authorises",
    "prior_judicial_control",
    "urgent_procedure",
    "ratification_hours",
    "validity",
    "from",
    "to",
    "source_url",
    "read",
    "note",
)
_ENTRY_COLUMNS = ("key", "event", "dof_publication", "first_day_in_force", "last_day_in_force", "source_url", "read",
                  "note")  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the one table that the file holds: ``powers``, ``entries``, ``provisions``, ``rules`` or ``currency``.

    Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, an instrument, a class or a grade is unknown, a text is no date, or a remark stands on a
        row that was not reviewed.
    """
    if "who_authorises" in chunk.columns and "key" in chunk.columns:
        return _powers(chunk, source)
    if "dof_publication" in chunk.columns:
        return _entries(chunk, source)
    if "rule_id" in chunk.columns:
        require(chunk, _RULE_COLUMNS)
        draft = pd.DataFrame(
            {
                "rule": chunk["rule_id"],
                "buyer_class": translated(chunk, "buyer_class", _CODES["classes"], _HERE),
                "technologies": chunk["tech_category"].str.replace("intrusion_spyware", "intrusion"),
                "valid_from": chunk["from"],
                "valid_to": chunk["to"],
                "entitlement": known(chunk, "entitlement", _CODES["entitlements"]),
                "provisions": chunk["basis_ids"],
            }
        )
        coding.precision(draft["valid_from"])
        coding.precision(draft["valid_to"])
        return Cleaned({"rules": draft}, kept_but(chunk))
    if "instrument" not in chunk.columns:
        require(chunk, _CURRENCY_COLUMNS)
        currency = pd.DataFrame(
            {
                "law": chunk["code"],
                "first_published": chunk["dof_first_published"],
                "last_reform": chunk["dof_last_reform"],
                "official_url": chunk["official_pdf_url"],
            }
        )
        return Cleaned({"currency": currency}, kept_but(chunk))
    require(chunk, _PROVISION_COLUMNS)
    chunk, entries = corrections.corrected(
        chunk, _CODES["correction"], "mexico_legal_authority.toml", written_for=not source.layout
    )
    first = chunk["in_force_from"].str.replace(r" \(.*\)$", "", regex=True)
    last = chunk["in_force_to"].str.replace(r" \(.*\)$", "", regex=True)
    whole = addresses.whole(chunk["source_url"])
    urls = addresses.cut(whole, chunk["id"], _REVIEWED)
    provisions = pd.DataFrame(
        {
            "provision": chunk["id"],
            "law": coded(chunk, "instrument", rules(_CODES["laws"]), _HERE),
            "article": chunk["article"],
            "first_day": first,
            "first_day_precision": coding.precision(first),
            "last_day": last,
            "last_day_precision": coding.precision(last),
            "invalidated_on": chunk["in_force_to"]
            .str.extract(r"\(invalidated .*, (\d{4}-\d{2}-\d{2})\)")[0]
            .fillna(""),
            "read": translated(chunk, "source_type", _CODES["read"], _HERE),
            "text_kind": known(chunk, "text_kind", _CODES["text_kinds"]),
            "caveat": _caveats(chunk, "id", "caveat", "caveats_of_provisions"),
            "source_urls": urls,
        }
    )
    entries += [
        changed(chunk, "in_force_from", first, "remark_behind_date"),
        changed(chunk, "in_force_to", last, "remark_behind_date"),
        changed(chunk, "source_url", whole, "no_whole_address"),
        changed(chunk.assign(source_url=whole), "source_url", urls, "address_not_reviewed"),
    ]
    return Cleaned({"provisions": provisions}, kept_but(chunk, *entries))


def _powers(chunk: pd.DataFrame, source: Input) -> Cleaned:
    require(chunk, _POWER_COLUMNS)
    law = chunk.assign(law=(chunk["law"] + " " + chunk["article"]).str.strip())
    urls = _read_at(chunk, _CODES["powers_left_out"])
    powers = pd.DataFrame(
        {
            "power": chunk["key"],
            "reading": source.version,
            "measure": translated(chunk, "measure", _CODES["measures"], _HERE),
            "body": translated(chunk, "authority", _CODES["bodies"], _HERE),
            "cited": translated(law, "law", _CODES["cited"], _HERE),
            "requester": translated(chunk, "who_may_request", _CODES["requesters"], _HERE),
            "authoriser": translated(chunk, "who_authorises", _CODES["authorisers"], _HERE),
            "prior_order": translated(chunk, "prior_judicial_control", _CODES["prior_orders"], _HERE),
            "urgent": translated(chunk, "urgent_procedure", _CODES["urgent"], _HERE),
            "ratified_within": chunk["ratification_hours"],
            "state": translated(chunk, "validity", _CODES["states"], _HERE),
            "first_day": chunk["from"],
            "last_day": chunk["to"],
            "read": translated(chunk, "read", _CODES["read"], _HERE),
            "settled_by": chunk["key"].map(_CODES["settled"]).fillna(""),
            "caveat": _caveats(chunk, "key", "note", "caveats_of_powers"),
            "source_urls": urls,
        }
    )
    return Cleaned({"powers": powers}, kept_but(chunk, changed(chunk, "source_url", urls, "address_left_out")))


def _entries(chunk: pd.DataFrame, source: Input) -> Cleaned:
    require(chunk, _ENTRY_COLUMNS)
    urls = _read_at(chunk, _CODES["entries_left_out"])
    entries = pd.DataFrame(
        {
            "entry": chunk["key"],
            "reading": source.version,
            "event": translated(chunk, "event", _CODES["events"], _HERE),
            "published": chunk["dof_publication"],
            "first_day": chunk["first_day_in_force"],
            "last_day": chunk["last_day_in_force"],
            "caveat": _caveats(chunk, "key", "note", "caveats_of_entries"),
            "read": translated(chunk, "read", _CODES["read"], _HERE),
            "source_urls": urls,
        }
    )
    return Cleaned({"entries": entries}, kept_but(chunk, changed(chunk, "source_url", urls, "address_left_out")))


def _caveats(chunk: pd.DataFrame, key: str, column: str, codes: str) -> pd.Series:
    """Return the code of each remark, by the key of its row; refuse a remark on a row that was not reviewed."""
    unknown = (chunk[column] != "") & ~chunk[key].isin(list(_CODES[codes]))
    if unknown.any():
        what = f"remarks on rows that {codes} does not have"
        refuse(chunk, column, unknown, what, f"Read them and add their keys to {codes} in {_HERE}", beside=key)
    return chunk[key].map(_CODES[codes]).where(chunk[column] != "", "").fillna("")


def _read_at(chunk: pd.DataFrame, left_out: list[str]) -> pd.Series:
    return chunk["source_url"].mask(chunk["key"].isin(left_out), "")


DATASET = Dataset(
    name="mexico_legal_authority",
    title="Who may request a surveillance measure under Mexican law, by buyer and date",
    inputs=(
        Input("mexico_legal_authority", "compiled", PROVISIONS, tables=("provisions",)),
        Input("mexico_legal_authority", "compiled", RULES, tables=("rules",)),
        Input("mexico_legal_authority", "compiled", CURRENCY, tables=("currency",)),
        *(
            Input("mexico_legal_authority", reading, file, tables=(table,))
            for reading in READINGS
            for file, table in ((POWERS, "powers"), (ENTRIES, "entries"))
        ),
    ),
    clean=clean,
    schemas=_TABLES,
    invariants=Invariants(sums=(Sum("powers", "ratified_within", ("ratification_hours",)),)),
    layouts=(
        Layout(
            "provisions",
            required=_PROVISION_COLUMNS,
            unread="measure|who_may_request|who_authorises|offences_or_limits|source_text",
            tables=("provisions",),
            version=r"(20\d\d)",
        ),
        Layout(
            "rules",
            required=_RULE_COLUMNS,
            unread="buyer_regex|explanation",
            tables=("rules",),
            version=r"(20\d\d)",
        ),
        Layout(
            "currency",
            required=_CURRENCY_COLUMNS,
            unread="title|index_text|relevance",
            tables=("currency",),
            version=r"(20\d\d)",
            last="dof_last_reform",
        ),
        Layout(
            "powers",
            required=_POWER_COLUMNS,
            unread="iso3|limits|scjn_case|scjn_date|scjn_effect",
            tables=("powers",),
            version=r"(20\d\d)",
        ),
        Layout(
            "entries",
            required=_ENTRY_COLUMNS,
            unread="iso3|instrument|transitory_article|transitory_phrase|repealed_or_replaced_by|package_states|verdict"
            "|official_url",
            tables=("entries",),
            version=r"(20\d\d)",
        ),
    ),
)
