"""Who may request a surveillance measure under Mexican law: provisions read, first rules by buyer, state of the laws.

The statutes govern *requesting a measure*, not *buying equipment*. Wording of laws and of pages about them is not taken
over. The rules are the table's first draft, by pattern of a buyer's name; `ogp_analysis.surveillance.powers` answers
from a reviewed table of buyers, and says which rule it replaces.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.surveillance.datasets import addresses
from ogp_analysis.tidy import corrections, partial_dates
from ogp_analysis.tidy.coding import Rule, coded, translated
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

RESOURCES = ("mexico_legal_authority.toml",)
CORRECTIONS = tomllib.loads(Path(__file__).with_name(RESOURCES[0]).read_text(encoding="utf-8"))["correction"]
#: A remark in brackets behind a date is left out.
REMARK_RULE = "remark_behind_date"
PROVISIONS, RULES, CURRENCY = (
    "mexico_legal_authority.csv",
    "mexico_buyer_authority_rules.csv",
    "mexico_law_currency.csv",
)
#: Law of each instrument, by its code in the official index; blank where it is none of the index.
_LAWS = (
    Rule("CPEUM", r"Constitución Política \(CPEUM\)"),
    Rule("CNPP", r"Código Nacional de Procedimientos Penales \(CNPP\)"),
    Rule("LFCDO", "Ley Federal contra la Delincuencia Organizada"),
    Rule("LSN", "Ley de Seguridad Nacional"),
    Rule("LPF", "Ley de la Policía Federal.*"),
    Rule("LGN_2019", r"Ley de la Guardia Nacional \(2019\)"),
    Rule("LGN", r"Ley de la Guardia Nacional \(2025\)"),
    Rule("CMPP", "Código Militar de Procedimientos Penales.*"),
    Rule("CPF", "Código Penal Federal"),
    Rule("LFTR", r"LFTR \(2014\).*"),
    Rule("LMTR", r"Ley en Materia de Telecomunicaciones.*"),
    Rule("LSNIIMSP", "Ley del Sistema Nacional de Investigación e Inteligencia.*"),
    Rule("case_law", "SCJN, .*"),
    Rule("reported", "Reported absence of power: .*"),
)
_READ = {
    "law text": "text",
    "law text on a secondary site": "text_on_secondary_site",
    "law database": "database",
    "case database": "database",
    "official gazette (index)": "gazette_index",
    "press": "press",
    "press (CONNECTAS)": "press",
    "NGO; press": "press",
}
_CLASSES = {
    "federal prosecution": "federal_prosecution",
    "civil intelligence": "civil_intelligence",
    "federal police (dissolved 2019)": "federal_police",
    "national guard": "national_guard",
    "state prosecution": "state_prosecution",
    "army": "army",
    "navy": "navy",
    "state / municipal public security": "public_security",
    "search commission": "search_commission",
    "pooled purchasing office": "purchasing_office",
    "state company / civil agency": "civil_body",
    "any buyer, video surveillance only": "any_video",
    "anything else": "other",
}
_ENTITLEMENTS = (
    "may_request",
    "may_request_limited",
    "no_power_found",
    "not_researched",
    "disputed",
    "ask_end_user",
    "not_interception",
    "unknown",
)
#: Provisions whose addresses were read and name no person but the author of a page.
_REVIEWED = frozenset(f"LA-{n:02}" for n in (5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19))
_HERE = "surveillance/datasets/mexico_legal_authority.py"
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
        If a column is absent, an instrument, a class or a grade is unknown, or a date is none.
    """
    if "rule_id" in chunk.columns:
        require(chunk, _RULE_COLUMNS)
        rules = pd.DataFrame(
            {
                "rule": chunk["rule_id"],
                "buyer_class": translated(chunk, "buyer_class", _CLASSES, _HERE),
                "technologies": chunk["tech_category"].str.replace("intrusion_spyware", "intrusion"),
                "valid_from": chunk["from"],
                "valid_to": chunk["to"],
                "entitlement": known(chunk, "entitlement", _ENTITLEMENTS),
                "provisions": chunk["basis_ids"],
            }
        )
        partial_dates.precision(rules["valid_from"])
        partial_dates.precision(rules["valid_to"])
        return Cleaned({"rules": rules}, kept_but(chunk))
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
    chunk, entries = corrections.corrected(chunk, CORRECTIONS, RESOURCES[0], written_for=not source.layout)
    first = chunk["in_force_from"].str.replace(r" \(.*\)$", "", regex=True)
    last = chunk["in_force_to"].str.replace(r" \(.*\)$", "", regex=True)
    whole = addresses.whole(chunk["source_url"])
    urls = addresses.cut(whole, chunk["id"], _REVIEWED)
    provisions = pd.DataFrame(
        {
            "provision": chunk["id"],
            "law": coded(chunk, "instrument", _LAWS, _HERE),
            "article": chunk["article"],
            "first_day": first,
            "first_day_precision": partial_dates.precision(first),
            "last_day": last,
            "last_day_precision": partial_dates.precision(last),
            "invalidated_on": chunk["in_force_to"]
            .str.extract(r"\(invalidated .*, (\d{4}-\d{2}-\d{2})\)")[0]
            .fillna(""),
            "read": translated(chunk, "source_type", _READ, _HERE),
            "text_kind": known(chunk, "text_kind", ("quote", "paraphrase")),
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


PROVISION_TABLE = TableSchema(
    "provisions",
    "one provision, decision or reported absence of a power",
    ("provision",),
    (
        Column("provision", "string", "Key of the provision", required=True),
        Column("law", "category", "Law, by its code in the official index or ours; case_law: a decision; reported: a "
               "page that says there is no power", categories=tuple(rule.code for rule in _LAWS), required=True),
        Column("article", "string", "Article"),
        Column("first_day", "string", "From when, as far as known (ISO 8601); missing for ten of twenty"),
        Column("first_day_precision", "category", "How finely that is known", categories=partial_dates.PRECISIONS),
        Column("last_day", "string", "Until when (ISO 8601); missing if in force or not known"),
        Column("last_day_precision", "category", "How finely that is known", categories=partial_dates.PRECISIONS),
        Column("invalidated_on", "date", "Day on which the Supreme Court invalidated it, with effect from its first"),
        Column("read", "category", "What was read", categories=tuple(dict.fromkeys(_READ.values())), required=True),
        Column("text_kind", "category", "Whether the table quotes the page or says it in other words",
               categories=("quote", "paraphrase"), required=True),
        Column("source_urls", "string", "Pages, joined by ' | '; missing where a file of law texts was read"),
    ),
    left_alone="Wording, limits and caveats are not taken over",
)  # fmt: skip
RULE_TABLE = TableSchema(
    "rules",
    "one rule of the first draft",
    ("rule",),
    (
        Column("rule", "string", "Key of the rule", required=True),
        Column("buyer_class", "category", "Class of buyer", categories=tuple(_CLASSES.values()), required=True),
        Column("technologies", "string", "Kinds of technology, joined by ';', or any", required=True),
        Column("valid_from", "string", "From when (ISO 8601); missing if not stated"),
        Column("valid_to", "string", "Until when (ISO 8601); missing if not stated"),
        Column("entitlement", "category", "What the draft says", categories=_ENTITLEMENTS, required=True),
        Column("provisions", "string", "Keys of the provisions it rests on, joined by ';'"),
    ),
    left_alone="The patterns by which the draft finds a buyer are not taken over: they answer for the ombudsman of "
    "taxpayers as for a prosecutor",
)  # fmt: skip
CURRENCY_TABLE = TableSchema(
    "currency",
    "one law of the official index, as of 1 March 2026",
    ("law",),
    (
        Column("law", "string", "Code in the index of the Chamber of Deputies", required=True),
        Column("first_published", "date", "First publication in the official gazette", required=True),
        Column("last_reform", "date", "Last reform; missing if there was none"),
        Column("official_url", "string", "Text in force", required=True),
    ),
)

DATASET = Dataset(
    name="mexico_legal_authority",
    title="Who may request a surveillance measure under Mexican law, by buyer and date",
    inputs=(
        Input("mexico_legal_authority", "compiled", PROVISIONS, tables=("provisions",)),
        Input("mexico_legal_authority", "compiled", RULES, tables=("rules",)),
        Input("mexico_legal_authority", "compiled", CURRENCY, tables=("currency",)),
    ),
    clean=clean,
    schemas=(PROVISION_TABLE, RULE_TABLE, CURRENCY_TABLE),
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
