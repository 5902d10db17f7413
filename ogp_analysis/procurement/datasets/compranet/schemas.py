"""What the tables of Mexican federal procurement promise."""

from __future__ import annotations

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.procurement.datasets import amounts, dates, persons
from ogp_analysis.procurement.datasets.compranet import objects, words
from ogp_analysis.procurement.datasets.layouts import layouts

_GENERATIONS = tuple(layouts())


def _text(name: str, description: str, **more) -> Column:
    return Column(name, "string", description, **more)


def _flag(name: str, description: str) -> Column:
    return Column(name, "boolean", description + " Missing where the layout does not say.")


def _code(name: str, field: str, description: str) -> Column:
    return Column(name, "category", description, categories=words.codes(field))


def _date(name: str, description: str) -> tuple[Column, Column, Column]:
    statuses = dates.LEADING_STATUSES if name in dates.LEADING else dates.STATUSES
    return (
        Column(f"{name}_date", "date", description + " Day only."),
        _text(f"{name}_date_text", f"As published: {name}_date."),
        Column(f"{name}_date_status", "category", f"How {name}_date was read.", categories=statuses, required=True),
    )


def _object(name: str, of: str) -> tuple[Column, Column]:
    return (
        _text(name, f"Title of the {of} if every word of it is on a list of words that name nobody."),
        Column(
            f"{name}_status",
            "category",
            f"Whether the title of the {of} is shown there, or why not: a word that is not on the list, too long, "
            "masked because it names a person, or none published.",
            categories=objects.STATUSES,
            required=True,
        ),
    )


_PLACE = (
    _text("file", "File the row comes from.", required=True),
    Column("line", "integer", "Line (row of a sheet) on which it starts.", required=True),
    Column("generation", "category", "Layout of the file.", categories=_GENERATIONS, required=True),
)
_BUYER = (
    _code("government_level", "government_level", "Level of government of the buyer."),
    _text("institution", "Institution that buys (dependencia o entidad)."),
    _text("institution_acronym", "Its acronym."),
    _text("ramo",
          "Branch of the federal budget, two digits; before 2023 read from the buyer's code where it starts with 0."),
    _text("buyer_id", "Code of the buying unit (clave de la UC)."),
    _text("buyer_name", "Name of the buying unit (UC)."),
)  # fmt: skip
_PROCEDURE = (
    _text("procedure_number", "Number of the procedure as published."),
    _text("expediente", "Code of the expediente that holds the procedure."),
    _text("procedure_reference", "Reference that the buyer gives the expediente.", redistribute=False),
    _text("procedure_title", "Title of the expediente.", redistribute=False),
    *_object("procedure_object", "expediente"),
    Column("procurement_method", "category",
           "Open: licitación pública; limited: invitación a cuando menos tres personas; direct: adjudicación directa.",
           categories=(*("open", "limited", "direct", "other"), words.UNKNOWN), required=True),
    Column("method_basis", "category",
           "Whether the type of procedure told the method, or the template of the expediente.",
           categories=("type", "template", "none"), required=True),
    _text("method_text", "Type of procedure as published."),
    _text("template", "Template of the expediente as published."),
    _text("legal_ground", "Article of law that the exception to an open call rests on, as published."),
    _text("law", "Law the procedure is under, as published."),
    _code("regime", "regime", "Rules that the template of the expediente names, else the law: of acquisitions "
          "(LAASSP), of works (LOPSRM), of public-private partnerships; or that it is a draft, a contract between "
          "public bodies, or a report of other contracts, those with foreign credit among them."),
    _code("category", "category", "What is bought."),
    _text("category_text", "As published."),
    _code("character", "character", "Whether foreign bidders may take part."),
    _text("character_text", "As published."),
    _text("participation", "How bids come in, as published: electronically, on paper, both."),
)  # fmt: skip
_FRAMEWORK = (
    _flag("framework", "Whether it is under a framework contract (contrato marco)."),
    _text("framework_name", "The framework contract as published."),
)
_PARTIDA = _text(
    "partida", "Budget lines (partida específica, 2023 on), several with ';'. Not the same thing as cucop."
)
_URL = _text("url", "Address of the announcement.")
_CALL = _date("publication", "Publication of the call.")
_OPENING = _date("opening", "Opening of bids.")
_AWARD = _date("award", "Award (fallo), which is not the signature.")

CONTRACTS = TableSchema(
    name="contracts",
    grain="one contract as published; where a file has several different rows for a contract, one for each",
    key=("contract_key", "sequence"),
    columns=(
        _text("contract_key", "Code of the contract; where the layout has none, procedure and number of the "
              "contract, or procedure, amount and start.", required=True),
        Column("sequence", "integer",
               "1, 2, ... for different rows with one key, in the order of the files; equal rows are merged.",
               required=True, minimum=1),
        *_PLACE,
        *_BUYER,
        _text("procedure_key", "Expediente, else number of the procedure: as in procedures."),
        *_PROCEDURE,
        _text("contract_code", "Code of the contract in the platform."),
        _text("contract_number", "Number the buyer gives it."),
        _text("contract_title", "Title of the contract.", redistribute=False),
        _text("contract_description", "What the contract is for.", redistribute=False),
        *_object("contract_object", "contract"),
        _text("contract_status", "As published."),
        *_CALL,
        *_OPENING,
        *_AWARD,
        *_date("signature", "Signature of the contract."),
        *_date("start", "Start of the contract."),
        *_date("end", "End of the contract."),
        _text(
            "date_order",
            "Which dates stand in an order that cannot be, or that asks for a look: "
            + ", ".join(flag for flag, *_ in dates.ORDER)
            + "; several with ';'.",
        ),
        Column("amount", "number", "Amount; missing if absurd or unreadable.", "units of its currency, current prices"),
        _text("amount_text", "As published."),
        Column("amount_status", "category", "What is to be known of the amount.", categories=amounts.AMOUNT_STATUSES,
               required=True),
        Column("amount_basis", "category", "Which amount it is: of the contract as the platform gives it, without "
               "VAT as the header says, or the maximum with tax of a framework or open contract.",
               categories=("contract", "contract_without_vat", "maximum_with_tax"), required=True),
        _text("currency", "ISO 4217; missing unless published or stated by the header."),
        _text("currency_text", "As published."),
        Column("currency_status", "category", "How certain the currency is.", categories=amounts.CURRENCY_STATUSES,
               required=True),
        _text("supplier_name", "Supplier as published, without outer blanks; natural persons are masked."),
        Column("supplier_kind", "category", "Told by the tax code, else by the legal form in the name.",
               categories=persons.KINDS, required=True),
        _text("supplier_rfc", "Tax code of a legal entity (RFC, 12 characters); those of natural persons are masked."),
        Column("supplier_rfc_status", "category", "What the tax code is.", categories=persons.RFC_STATUSES,
               required=True),
        Column("supplier_rfc_check", "category", "Whether date and check digit of a well-formed tax code are right; "
               "one that is not verified so may be in use all the same.", categories=persons.RFC_CHECKS, required=True),
        _text("supplier_rupc", "Folio in the register of suppliers (RUPC); those of natural persons are masked."),
        _code("supplier_size", "supplier_size", "Size as the supplier states it."),
        _text("supplier_size_text", "As published."),
        _code("supplier_size_by_buyer", "supplier_size", "Size of the supplier as the buying unit states it (MUC)."),
        _text("supplier_size_by_buyer_text", "As published."),
        _text("supplier_country", "Country of the supplier as published."),
        *_FRAMEWORK,
        _flag("consolidated", "Whether several buyers bought together."),
        _flag("multi_year", "Whether the contract runs over several budgets."),
        _flag("amended", "Whether there is an amending agreement (convenio modificatorio)."),
        _flag("external_credit", "Whether a foreign credit pays for it."),
        _text("lender", "The body that lends, as published."),
        _text("programme", "Federal programme as published."),
        _text("cucop", "Product codes (CUCOP, 2018-2022), several with ';'."),
        _PARTIDA,
        _URL,
    ),
    left_alone="Amounts are not converted, deflated or summed over amendments; names of suppliers are not normalised "
    "or joined; titles keep outer blanks.",
)  # fmt: skip

PROCEDURES = TableSchema(
    name="procedures",
    grain="one procedure (expediente) as published; where its rows differ, one for each version",
    key=("procedure_key", "version"),
    columns=(
        _text("procedure_key", "Expediente, else number of the procedure, else of the draft.", required=True),
        Column("version", "integer", "1, 2, ... in the order of the files.", required=True, minimum=1),
        *_PLACE,
        *_BUYER,
        *_PROCEDURE,
        _code("element", "element",
              "Whether a contracting procedure is announced or the draft of a call; missing where files do not say."),
        _text("element_text", "Kind of element as published."),
        _text(
            "published_number",
            "Number of the procedure or of the draft (PC-), as published; procedure_number has it of procedures only.",
        ),
        _text("announcement_reference", "Reference of the announcement, which is not the number of the procedure."),
        *_CALL,
        *_OPENING,
        *_AWARD,
        _text("procedure_status", "As published; only where procedures have files of their own."),
        _flag("consolidated", "Whether several buyers buy together."),
        *_FRAMEWORK,
        _PARTIDA,
        _URL,
    ),
    left_alone="Read from the contracts except in layout E: procedures without a contract are not in those files.",
)  # fmt: skip
