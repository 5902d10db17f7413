"""Who may request a surveillance measure under Mexican law: provisions read, first rules by buyer, state of the laws.

The statutes govern *requesting a measure*, not *buying equipment*. Wording of laws and of pages about them is not taken
over. The rules are the table's first draft, by pattern of a buyer's name; `ogp_analysis.surveillance.powers` answers
from a reviewed table of buyers, and says which rule it replaces.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.surveillance.datasets import addresses
from ogp_analysis.tidy import corrections, partial_dates
from ogp_analysis.tidy.coding import coded, rules, translated
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.declared import declared
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

RESOURCES = ("mexico_legal_authority.toml",)
_CODES, _TABLES = declared(__file__)

#: A remark in brackets behind a date is left out.
REMARK_RULE = "remark_behind_date"
PROVISIONS, RULES, CURRENCY = (
    "mexico_legal_authority.csv",
    "mexico_buyer_authority_rules.csv",
    "mexico_law_currency.csv",
)
_REVIEWED = frozenset(_CODES["reviewed"])
_HERE = "surveillance/datasets/mexico_legal_authority.toml"
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
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``provisions``, ``rules`` or ``currency``, as the file has it. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, an instrument, a class or a grade is unknown, or a text is no date.
    """
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
        partial_dates.precision(draft["valid_from"])
        partial_dates.precision(draft["valid_to"])
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
    chunk, entries = corrections.corrected(chunk, _CODES["correction"], RESOURCES[0], written_for=not source.layout)
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
            "first_day_precision": partial_dates.precision(first),
            "last_day": last,
            "last_day_precision": partial_dates.precision(last),
            "invalidated_on": chunk["in_force_to"]
            .str.extract(r"\(invalidated .*, (\d{4}-\d{2}-\d{2})\)")[0]
            .fillna(""),
            "read": translated(chunk, "source_type", _CODES["read"], _HERE),
            "text_kind": known(chunk, "text_kind", _CODES["text_kinds"]),
            "source_urls": urls,
        }
    )
    entries += [
        changed(chunk, "in_force_from", first, REMARK_RULE),
        changed(chunk, "in_force_to", last, REMARK_RULE),
        changed(chunk, "source_url", whole, addresses.WORDS_RULE),
        changed(chunk.assign(source_url=whole), "source_url", urls, addresses.RULE),
    ]
    return Cleaned({"provisions": provisions}, kept_but(chunk, *entries))


DATASET = Dataset(
    name="mexico_legal_authority",
    title="Who may request a surveillance measure under Mexican law, by buyer and date",
    inputs=(
        Input("mexico_legal_authority", "compiled", PROVISIONS, tables=("provisions",)),
        Input("mexico_legal_authority", "compiled", RULES, tables=("rules",)),
        Input("mexico_legal_authority", "compiled", CURRENCY, tables=("currency",)),
    ),
    clean=clean,
    schemas=_TABLES,
    layouts=(
        Layout(
            "provisions",
            required=_PROVISION_COLUMNS,
            unread="measure|who_may_request|who_authorises|offences_or_limits|source_text|caveat",
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
    ),
)
