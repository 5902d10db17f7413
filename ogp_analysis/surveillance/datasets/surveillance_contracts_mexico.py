"""Purchases of surveillance technology in Mexico that documents or the press report, 2010-2024.

A row is a fact on record about a purchase: a contract, an invoice, a total, a plan. Totals contain contracts, sources
overlap and amounts have several bases: they are never added up. Leaked lists of clients and prices do not prove use.
What the pages say in words is not taken over, nor is the name of any person.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.surveillance.datasets import addresses
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import Rule, coded, translated
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Link, Sum
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

#: A name in brackets behind a publisher is that of an author; it is left out.
AUTHOR_RULE = "author_left_out"
#: A remark behind the number of a contract is left out.
NUMBER_RULE = "remark_behind_number"
#: A date that spans two years is kept to the first and the last.
RANGE_RULE = "date_spans_years"
ROW_TYPES = {
    "contract": "contract",
    "invoice": "invoice",
    "purchase_no_amount": "purchase_without_amount",
    "aggregate": "total",
    "planned_investment": "planned_investment",
    "financial_flow": "financial_flow",
    "vendor_network_non_surveillance": "other_goods",
}
_LEVELS = {"federal": "federal", "state": "state", "federal+state": "both"}
TECHNOLOGIES = (
    "intrusion",
    "interception",
    "geolocation",
    "device_forensics",
    "mass_data_analytics",
    "social_media_monitoring",
    "facial_recognition",
    "video_surveillance",
    "signal_jamming",
)
_NOT_STATED = ("unknown", "unknown (vendor network)", "not surveillance-specific", "not surveillance (vendor network)")
_RENAMED = {"intrusion_spyware": "intrusion"}
#: Categories of which the table says that they are only one possible part, or as a buyer declared it.
_QUALIFIED = re.compile(r" \((?:possible component|as declared by SSPC)\)")
PROCEDURES = (
    Rule("direct_award", "adjudicación directa(?: por excepción de ley|; reserved 5 years for national security)?"),
    Rule("open_tender", "licitación pública"),
    Rule("restricted_invitation", r"invitación restringida \(IR in file number\)"),
    Rule("", ""),
)
EVIDENCE = (
    Rule("contract_document", "contract copy shown on TV.*|contract copies published.*|contracts published by.*|"
         "contract technical annex|contracts cited with numbers|press with contract number|contract published then "
         "removed; NGO|press with contracts.*|copy of contract held by columnist|tender award notice"),
    Rule("leaked_document", r"leaked .*|press on WikiLeaks e-mails"),
    Rule("access_to_information", r"FOI .*|database built from FOI.*|answers to access-to-information requests|"
         r"INAI plenary resolution naming the contract|contracts compiled by e-consulta/CONNECTAS"),
    Rule("official_statement", r"government press conference.*|UIF press conference.*|state finance ministry documents|"
         r"FGR internal control reports seen by El País|state audit office \(ORFIS\) as reported by columnist"),
    Rule("press_report", r"press|press \(Reforma\) on criminal case|press on SHCP investment register|"
         "New York Times investigation|MCCI investigation"),
)  # fmt: skip
BASES = (
    Rule("contract_value", r"contract value.*|order value|award .*"),
    Rule("payments", r"payments \(CLC\).*|paid since.*|51 monthly payments.*"),
    Rule("invoices", "invoices?|two invoices"),
    Rule("lower_bound", r'"superior a".*|"por lo menos".*|"más de"'),
    Rule("ceiling", r'"hasta" \(ceiling\)'),
    Rule("approximate", r'"alrededor de"|"about"'),
    Rule("total", r"sum .*|\d+ contracts.*|four contracts.*|client total|vendor client spreadsheet total|"
         r"16 purchases.*|total .*|four licences|fiscal-year 2018.*|three purchases.*"),
    Rule("planned", "investment project.*"),
    Rule("bank_deposits", "bank deposits"),
    Rule("statement", "per UIF"),
    Rule("", ""),
)  # fmt: skip
SUMS = (
    Rule("alone", r"yes(?: \(.*\))?"),
    Rule("part_of_another", r"no \(part of .*\)"),
    Rule("overlaps", r"no \((?:overlaps|superset of|includes|contains) .*\)"),
    Rule("not_a_purchase", r"no \((?:planned|not surveillance)\)"),
    Rule("uncertain", r"no(?: \((?:mixed object|ceiling|single opinion column)\))?"),
    Rule("no_amount", "n/a"),
)
#: Whether the firm that sold is another than the maker, where a page names both; names of makers are not taken over.
INTERMEDIARIES = (
    Rule("possibly", r".+ \(possible sub-contract, per official\)"),
    Rule("another_firm", r"(?!.*possible).+"),
    Rule("", ""),
)
#: Budget line that a page names for the money; others it names have no code.
BUDGET_LINES = (
    Rule("33701", r"33701 .*"),
    Rule("", r"|Partida de Gastos de Equipo de Seguridad|federal SEGOB subsidy"),
)
#: Years for which a page says that the contract was reserved.
_RESERVED = r"; reserved (\d+) years"
#: Objects in the wording of the contract itself, by key: the text stands in the row up to its first semicolon.
OFFICIAL_WORDING = ("MX-F-004", "MX-F-005", "MX-F-009", "MX-F-010", "MX-F-013")
#: Contracts of which no page says what was bought.
_NO_OBJECT = ("MX-S-013", "MX-S-019")
#: Rows whose address was read and names no person.
_REVIEWED = frozenset(
    f"MX-F-{n:03}" for n in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 20, 23, 24, 25)
) | frozenset(f"MX-S-{n:03}" for n in (0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 22))
_HERE = "surveillance/datasets/surveillance_contracts_mexico.py"
_COLUMNS = ("id", "row_type", "level", "state", "buyer", "supplier", "upstream_vendor", "product_or_service",
               "tech_category", "contract_number", "date_signed", "period_start", "period_end", "amount", "currency",
               "amount_basis", "procedure", "budget_line", "evidence_type", "confidence", "sum_safe",
               "source_publisher", "source_url", "corroboration")  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``technologies``: one fact, and each kind of technology of a fact.

    Raises
    ------
    CleaningError
        If a column is absent, a code is unknown, or a date or an amount cannot be read.
    """
    require(chunk, _COLUMNS)
    publisher = chunk["source_publisher"].str.replace(r" \([^)]*\)", "", regex=True)
    contract = chunk["contract_number"].str.replace(r" \([^)]*\)", "", regex=True)
    spans = chunk["date_signed"].str.contains("/")
    signed = chunk["date_signed"].where(~spans, "")
    start = chunk["period_start"].where(~spans, chunk["date_signed"].str.split("/").str[0])
    end = chunk["period_end"].where(~spans, chunk["date_signed"].str.split("/").str[-1])
    urls = addresses.cut(chunk["source_url"], chunk["id"], _REVIEWED)
    firm = chunk["supplier"].str.replace(r" \([^)]*\)", "", regex=True)
    sold = coded(chunk, "upstream_vendor", INTERMEDIARIES, _HERE).where(
        chunk["row_type"].isin(["contract", "invoice"]) & (firm != ""), ""
    )
    official, unsaid = chunk["id"].isin(OFFICIAL_WORDING), chunk["id"].isin(_NO_OBJECT)
    facts = pd.DataFrame(
        {
            "fact": chunk["id"],
            "row_type": translated(chunk, "row_type", ROW_TYPES, _HERE),
            "level": translated(chunk, "level", _LEVELS, _HERE),
            "state": chunk["state"],
            "buyer_text": chunk["buyer"],
            "supplier_text": chunk["supplier"],
            "object": chunk["product_or_service"].str.split(";").str[0].where(official, ""),
            "object_status": pd.Series("described", index=chunk.index)
            .mask(official, "official_wording")
            .mask(unsaid, "not_stated"),
            "qualified": chunk["tech_category"].str.contains(_QUALIFIED),
            "contract_number": contract,
            "signed": signed,
            "signed_precision": partial_dates.precision(signed),
            "signed_year": partial_dates.year(signed),
            "period_start": start,
            "period_end": end,
            "amount": number(chunk, "amount"),
            "currency": known(chunk, "currency", ("", "MXN", "USD", "EUR")),
            "amount_basis": coded(chunk, "amount_basis", BASES, _HERE),
            "sum_rule": coded(chunk, "sum_safe", SUMS, _HERE),
            "procedure": coded(chunk, "procedure", PROCEDURES, _HERE),
            "intermediary": sold.mask((sold != "") & (firm == chunk["upstream_vendor"]), "maker_itself"),
            "budget_line": coded(chunk, "budget_line", BUDGET_LINES, _HERE),
            "reserved_years": chunk["procedure"].str.extract(_RESERVED)[0],
            "evidence": coded(chunk, "evidence_type", EVIDENCE, _HERE),
            "confidence": known(chunk, "confidence", ("high", "medium", "low")),
            "source_publisher": publisher,
            "source_url": urls,
            "further_pages": chunk["corroboration"].map(lambda cell: len(cell.split(" | ")) if cell else 0),
        }
    )
    entries = (
        changed(chunk, "source_publisher", publisher, AUTHOR_RULE),
        changed(chunk, "contract_number", contract, NUMBER_RULE),
        changed(chunk, "date_signed", signed, RANGE_RULE),
        changed(chunk, "source_url", urls, addresses.RULE),
    )
    stated = chunk[~chunk["tech_category"].isin(_NOT_STATED)]
    parts = stated["tech_category"].str.replace(_QUALIFIED, "", regex=True).str.split(";")
    each = stated.assign(tech_category=parts).explode("tech_category")
    each = each.assign(tech_category=each["tech_category"].astype("str").replace(_RENAMED))
    known(each, "tech_category", TECHNOLOGIES)
    technologies = pd.DataFrame({"fact": each["id"].array, "technology": each["tech_category"].array})
    return Cleaned({"facts": facts, "technologies": technologies}, kept_but(chunk, *entries))


def _codes(table: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(rule.code for rule in table if rule.code)


FACTS = TableSchema(
    "facts",
    "one fact on record about a purchase",
    ("fact",),
    (
        Column("fact", "string", "Key of the fact", required=True),
        Column("row_type", "category", "contract, invoice or purchase_without_amount: one purchase; total: several; "
               "planned_investment: planned and not known to be bought; financial_flow: money moved, not all of it for "
               "surveillance; other_goods: ordinary goods of a firm that also sold surveillance",
               categories=tuple(ROW_TYPES.values()), required=True),
        Column("level", "category", "Level of government", categories=tuple(_LEVELS.values()), required=True),
        Column("state", "string", "State, of a purchase of a state"),
        Column("buyer_text", "string", "Buyer, as the table writes it", required=True),
        Column("supplier_text", "string", "Supplier, as the table writes it; missing if none is named"),
        Column("object", "string", "Object, where the wording of the contract itself is known"),
        Column("object_status", "category", "official_wording: in the words of the contract; described: in words of "
               "the press or of the table; not_stated: no page says what was bought",
               categories=("official_wording", "described", "not_stated"), required=True),
        Column("qualified", "boolean", "Whether the technology is only a possible part, or as a buyer declared it",
               required=True),
        Column("contract_number", "string", "Number or numbers of the contract; missing where no page has it"),
        Column("signed", "string", "When it was signed, known to the day, the month or the year (ISO 8601)"),
        Column("signed_precision", "category", "How finely that is known", categories=partial_dates.PRECISIONS),
        Column("signed_year", "integer", "Year of signature", "year", minimum=2000),
        Column("period_start", "string", "Start of the period it covers, or first possible year (ISO 8601)"),
        Column("period_end", "string", "End of the period it covers, or last possible year (ISO 8601)"),
        Column("amount", "number", "Amount, on the basis that `amount_basis` names; never to be added up", "currency "
               "units", minimum=0),
        Column("currency", "category", "Currency, ISO 4217", categories=("MXN", "USD", "EUR")),
        Column("amount_basis", "category", "What the amount is", categories=_codes(BASES)),
        Column("sum_rule", "category", "alone: stands for itself, though bases differ between rows; part_of_another, "
               "overlaps: other rows hold some of it", categories=_codes(SUMS), required=True),
        Column("procedure", "category", "Procedure, where a page says it; of one row read off the number of its file",
               categories=_codes(PROCEDURES)),
        Column("intermediary", "category", "Of contracts and invoices, who sold: another_firm than the maker, possibly "
               "another, maker_itself; missing where no page names the maker, or no supplier is named",
               categories=("another_firm", "possibly", "maker_itself")),
        Column("budget_line", "category", "Code of the budget line, where a page names it; 33701: expenses of national "
               "security", categories=_codes(BUDGET_LINES)),
        Column("reserved_years", "integer", "Years for which a page says that the contract was reserved; missing where "
               "none says so, which is not to say that it was not", "years", minimum=1),
        Column("evidence", "category", "What kind of evidence the page rests on", categories=_codes(EVIDENCE),
               required=True),
        Column("confidence", "category", "high: a document or two independent outlets; medium: one serious outlet; "
               "low: one column or entry", categories=("high", "medium", "low"), required=True),
        Column("source_publisher", "string", "Who published the page", required=True),
        Column("source_url", "string", "Page; cut to its host where it was not reviewed for names of persons",
               required=True),
        Column("further_pages", "integer", "Further pages that the table lists", "pages", minimum=0, required=True),
    ),
    left_alone="Amounts stay in their own currency and on their own basis. Products named by the press, quotations and "
    "caveats in words are not taken over",
)  # fmt: skip
KINDS = TableSchema(
    "technologies",
    "one kind of technology of one fact",
    ("fact", "technology"),
    (
        Column("fact", "string", "Key of the fact", required=True),
        Column("technology", "category", "Kind of technology, as the table classes it", categories=TECHNOLOGIES,
               required=True),
    ),
)  # fmt: skip

DATASET = Dataset(
    name="surveillance_contracts_mexico",
    title="Purchases of surveillance technology in Mexico reported by documents and press, 2010-2024",
    inputs=(Input("surveillance_contracts_mexico", "compiled", "mexico_contracts.csv"),),
    clean=clean,
    schemas=(FACTS, KINDS),
    invariants=Invariants(
        sums=(Sum("facts", "amount"),),
        unsummed=dict.fromkeys(("signed_year", "reserved_years", "further_pages"), "read from text"),
        links=(Link("technologies", "facts", ("fact",)),),
    ),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="date_precision|source_text|caveat",
            version=r"(20\d\d)",
            last="date_signed",
        ),
    ),
)
