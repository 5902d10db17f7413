"""A publication as awarded contracts, and what flags and lists read beside them. No natural person is named in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.compranet.dataset import DATASET as CLEANED
from ogp_analysis.data.datasets.procurement.folding import each, folded
from ogp_analysis.data.datasets.procurement.layouts import facts
from ogp_analysis.data.datasets.procurement.ocds.masking import NAME_MASK
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.data.store import hand_out
from ogp_analysis.procurement.awarded import compranet, ocds
from ogp_analysis.procurement.awarded.ocds import COLUMNS as RECORD_COLUMNS
from ogp_analysis.procurement.awarded.ocds import calls_as_told, read_as_told
from ogp_analysis.procurement.flags.prepare import prepare
from ogp_analysis.procurement.flags.result import TERMS
from ogp_analysis.procurement.flags.settings import settings
from ogp_analysis.procurement.publications import COMPRANET, OCDS, PUBLICATIONS, TABLE, Publication
from ogp_analysis.procurement.submission_terms import submission_terms, under_other_laws
from ogp_analysis.procurement.suppliers import resolve
from ogp_analysis.procurement.thresholds import highest

#: What is read of a contract.
_CONTRACTS = (
    "contract_key sequence file institution buyer_id buyer_name procedure_key procurement_method legal_ground "
    "regime category character contract_code publication_date opening_date award_date signature_date start_date "
    "amount amount_status amount_basis currency currency_status supplier_name supplier_kind supplier_rfc "
    "supplier_rupc external_credit cucop partida"
).split()
#: Columns on an amount that stand beside the awards, and those by which a supplier is searched for in a list.
AMOUNT_FACTS = ("amount_status", "amount_basis", "currency_status")
_LISTED_BY = "contract_key sequence supplier_name supplier_kind supplier_rfc award_date signature_date".split()
#: Words and codes of what was bought, by what they are called in the frame; and those of a user's files.
_OBJECTS = {name: name for name in ("contract_key", "contract_object", "procedure_object", "partida")}
_OWN_OBJECTS = {"contract_title": "title", "contract_description": "description"}


def published(one: Publication, edition: str, objects: bool = False) -> dict[str, Any]:
    """Return the attributes of :class:`ogp_analysis.procurement.contracts.Contracts` that the files tell.

    ``frame`` holds all awarded contracts, as :data:`ogp_analysis.procurement.awarded.frame.SCHEMA` promises, with
    :data:`AMOUNT_FACTS` beside. A firm has one identifier whatever the spelling, a natural person none.

    Raises
    ------
    UnknownName
        If the edition does not hold the publication; names those it holds.
    ParameterError
        If none of its processes has an award.
    """
    nothing = {"record": pd.DataFrame(columns=RECORD_COLUMNS, dtype="str"), "corrected": 0, "absent": ()}
    made = nothing | (from_ocds if one.dataset == OCDS else from_compranet)(one, edition, objects)
    found, frame = made.pop("awarded"), made["frame"]
    made |= {"left_out": found.left_out, "agreed": found.agreed, "unpaired": found.unpaired}
    made |= {"listable": _listable(one, edition), "files": len(_balance(one))}
    if not one.federal_law:
        return made
    if not hand_out.has("mexico_thresholds", "ceilings", edition):
        return made | {"absent": (*made["absent"], "ceilings")}
    ceilings = hand_out.load("mexico_thresholds", "ceilings", edition)
    ceiling = highest(frame["year"], frame["category"], "direct_award", ceilings)
    # Ceilings are in pesos.
    return made | {"frame": frame.assign(highest_ceiling=ceiling.where(frame["currency"] == "MXN"))}


def held(edition: str) -> tuple[str, ...]:
    """Return the names of the publications that an edition holds."""
    places = {
        dataset: hand_out.load(dataset, table, edition, ["file"])["file"].unique()
        for dataset, table in ((COMPRANET, "contracts"), ("ocds", "processes"))
        if _has(dataset, table, edition)
    }
    there = (p for p in PUBLICATIONS.values() if any(file.startswith(p.place) for file in places.get(p.dataset, ())))
    return tuple(one.name for one in there)


def _has(dataset: str, table: str, edition: str) -> bool:
    try:
        return hand_out.has(dataset, table, edition)
    except UnknownName:
        return False


def own_publication(name: str, country: str | None = None) -> Publication:
    """Return what a user's cleaned files are taken for: by their kind, and of OCDS by what their ocids begin with.

    Parameters
    ----------
    name : str
        Of the tables on the shelf.
    country : str or None
        ISO 3166 alpha-3 code, where the user names it; else it is that of the publisher, if all ocids are of one.

    Raises
    ------
    UnknownName
        If there are no such tables.
    ParameterError
        If another country than Mexico is named for files of CompraNet.
    """
    if not hand_out.has_own(name, "processes"):
        if set(hand_out.own(name, "contracts", ["generation"])["generation"]) == {"map"}:
            return Publication(name, TABLE, f"{name}/", country or "", "own")
        if country not in (None, "MEX"):
            raise ParameterError(f"country {country}", "is not the country of CompraNet", "Leave it out")
        rows = hand_out.own(name, "contracts", ["file", "currency_status"])
        unlabelled = "MXN" if _without_currencies(rows).any() else ""
        return Publication(
            name, COMPRANET, f"{name}/", "MEX", "own", unlabelled, federal_law=True, units="purchasing_unit"
        )
    ocids = hand_out.own(name, "processes", ["ocid"])["ocid"]
    publishers = [p for p in PUBLICATIONS.values() if p.ocids and ocids.str.startswith(p.ocids).all()]
    known = publishers[0] if publishers else Publication(name, OCDS, "", "")
    if country not in (None, known.iso3):
        known = Publication(name, OCDS, "", country)
    return replace(known, name=name, place=f"{name}/", extent="own", published="")


def _without_currencies(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are of a file none of whose amounts has a currency beside it: it has no such column."""
    return (rows["currency_status"] == "unlabelled").groupby(rows["file"]).transform("all")


def _of_place(one: Publication, table: str, edition: str, columns: list[str] | None = None) -> pd.DataFrame:
    """Return the rows of a table that come from the files of a publication."""
    if one.is_own:
        return hand_out.own(one.name, table, columns)
    if _has(one.dataset, table, edition):
        whole = hand_out.load(one.dataset, table, edition, columns)
        rows = whole[whole["file"].str.startswith(one.place)]
        if len(rows):
            return rows
    there = held(edition)
    action = "Use " + ", ".join(there) if there else "Fetch its files and use the full edition"
    raise UnknownName(f"contracts {one.name!r}", f"are not in the {edition} edition", action)


def in_form(rows: pd.DataFrame, iso3: str) -> pd.DataFrame:
    """Return the contracts of a table read by a map of columns in the form of CompraNet: what it lacks is missing.

    A row is a contract, once if it stands in two files. Nothing says whether its day is that of the award or of the
    signature, so it is neither.
    """
    same = rows.groupby([name for name in rows if name not in ("file", "line", "sequence")], dropna=False).ngroup()
    sequence = same.groupby(rows["contract_key"]).rank("dense").astype("int64")
    rows = rows.assign(sequence=sequence, start_date=rows["date"])
    rows = rows.assign(currency=rows["currency"].mask(rows["currency"] == ""), **amount_facts(rows, iso3))
    schema = next(one for one in CLEANED.schemas if one.name == "contracts")
    empty = {c.name: pd.Series(pd.NA, rows.index, dtype=DTYPES[c.type]) for c in schema.columns if c.name not in rows}
    return rows.assign(**empty)


def from_compranet(one: Publication, edition: str, objects: bool = False) -> dict[str, Any]:
    """Return attributes of the awarded contracts of files of CompraNet, or of a table that is read by a map of columns.

    Faults are those of :func:`published`.
    """
    mapped = one.dataset == TABLE
    rows = _of_place(one, "contracts", edition, None if objects or mapped else _CONTRACTS).reset_index(drop=True)
    rows = in_form(rows, one.iso3) if mapped else rows
    if one.is_own and one.unlabelled:
        assumed = rows["currency"].isna() & _without_currencies(rows)
        rows = rows.assign(currency=rows["currency"].mask(assumed, one.unlabelled))
    unlabelled = None if one.is_own else one.unlabelled or None
    ids = resolve(rows)
    if mapped:  # a firm whose name has no legal form of Mexico is told by its whole name
        ids = ids.mask(ids.str.startswith("unresolved "), "NAME " + each(rows["supplier_name"].fillna(""), folded))
        ids = ids.where(rows["supplier_name"].notna())
    found = compranet.awarded(rows, firms_only(ids), unlabelled=unlabelled)
    # The rows that are awards, in the order of these: the frame is sorted by its key.
    by_key = rows.set_index(rows["contract_key"] + "#" + rows["sequence"].astype("str"))
    own = by_key[~by_key.index.duplicated(keep="last")].loc[found.frame["award_key"]].reset_index(drop=True)
    awards = found.frame.assign(**{name: own[name] for name in AMOUNT_FACTS})
    if objects:
        named = _OBJECTS | (_OWN_OBJECTS if one.is_own else {}) | ({"procedure_title": "object"} if mapped else {})
        awards = awards.assign(**{called: own[name] for name, called in named.items() if name in own})
    flow = (*_from_file(one), ("contracts", len(rows)), ("awarded", len(awards)))
    tables = calls(awards, own)
    return {"awarded": found, "frame": awards, "firms": own[_LISTED_BY], "tables": tables, "flow": flow}


def firms_only(ids: pd.Series) -> pd.Series:
    """Return identifiers of suppliers, those of natural persons missing."""
    return ids.mask(ids.str.startswith("natural person "))


def calls(awards: pd.DataFrame, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what CompraNet tells of calls, in the form of OCDS: from the publication to the opening of bids.

    Bids are handed in until they are opened, so the opening ends the submission period. `rows` are those of the clean
    table behind the awards, with their index: by what they say of a call the law sets its term.
    """
    told = awards.assign(untold=awards["call_date"].isna() | awards["deadline"].isna())
    first = told.sort_values(["process_id", "untold", "award_key"]).drop_duplicates("process_id")
    columns = {"ocid": "process_id", "procurement_method": "method", "main_category": "category",
               "period_start": "call_date", "period_end": "deadline"}  # fmt: skip
    tenders = pd.DataFrame({name: first[column].to_numpy() for name, column in columns.items()})
    texts = ("ocid", "procurement_method", "main_category")
    tenders = tenders.astype(dict.fromkeys(texts, "str"))
    return {
        "processes": pd.DataFrame({"ocid": tenders["ocid"], "buyer_id": first["buyer_id"].to_numpy()}),
        "tenders": tenders,
        TERMS: submission_terms(first.join(rows[["regime", "character", "external_credit"]])),
    }


def from_ocds(one: Publication, edition: str, objects: bool = False) -> dict[str, Any]:
    """Return attributes of the awarded contracts of a publication in OCDS, read as its publisher means them.

    A firm of Mexico is identified as in CompraNet, others as published; persons have no identifier.
    """
    processes = _of_place(one, "processes", edition)
    tables, ocids = {}, set(processes["ocid"])
    for schema in TABLES:
        # What no publisher of the edition fills, such as bids, is not among its tables.
        if one.is_own:
            rows = hand_out.own(one.name, schema.name)
        elif _has("ocds", schema.name, edition):
            rows = hand_out.load("ocds", schema.name, edition)
        else:
            rows = pd.DataFrame({"ocid": pd.Series(dtype="str")})
        rows = rows[rows["ocid"].isin(ocids)].reset_index(drop=True)
        # Columns that may not be passed on are there, as missing ones.
        absent = {
            c.name: pd.Series(pd.NA, index=rows.index, dtype=DTYPES[c.type])
            for c in schema.columns
            if c.name not in rows
        }
        tables[schema.name] = rows.assign(**absent)[schema.names]
    grounds = one.is_own or "procurement_method_rationale" in hand_out.load("ocds", "tenders", edition).columns
    prepared = prepare(tables, settings(one.iso3))
    told = read_as_told(prepared.tables, one.publisher, one.published)
    found = ocds.awarded(told.tables)
    if found.frame.empty:
        what = f"no award in any of the {len(processes):,} processes"
        action = "Clean files that hold awards into the same folder" if one.is_own else "Choose another publication"
        raise ParameterError(f"contracts {one.name!r}", what, action)
    key = found.frame["award_key"].str.rpartition("#")
    name = found.frame["supplier_name"]
    kind = pd.Series("legal_entity", index=found.frame.index, dtype="str")
    kind = kind.mask(name == NAME_MASK, "presumed_natural_person").mask(name.isna(), "missing")
    firms = found.frame[["award_date", "signature_date"]].assign(
        contract_key=key[0],
        sequence=key[2],
        supplier_name=name.mask(name == NAME_MASK),
        supplier_kind=kind,
        supplier_rfc=found.frame["supplier_id"].str.replace(r"^(?:MX-)?RFC-", "", regex=True),
    )
    identifier = found.frame["supplier_id"].mask(kind == "presumed_natural_person")
    if one.iso3 == "MEX":
        ids = resolve(firms.assign(supplier_rupc=""))
        # Whose tax code is that of a natural person has no identifier either, whatever the kind says: it would be the
        # code.
        ids = ids.mask(ids.str.startswith("unresolved "), identifier)
        identifier = firms_only(ids.astype("str")).where(identifier.notna())
    frame = found.frame.assign(supplier_id=identifier, **amount_facts(found.frame, one.iso3))
    if objects and one.is_own:
        titles = tables["tenders"].drop_duplicates("ocid").set_index("ocid")["title"]
        frame["title"] = frame["process_id"].map(titles)
    # Of calls in Mexico the law sets the days: the federal ones, or some that are not held here.
    if one.iso3 == "MEX":
        by_law = submission_terms if one.federal_law else under_other_laws
        told.tables[TERMS] = by_law(calls_as_told(told.tables, one.publisher))
    return {
        "awarded": found,
        "frame": frame,
        "firms": firms[_LISTED_BY],
        "tables": told.tables,
        "flow": (*_from_file(one), ("processes", len(processes)), ("awarded", len(frame))),
        "record": told.record,
        "corrected": len(prepared.changes),
        "absent": () if grounds else ("grounds",),
    }


def amount_facts(awards: pd.DataFrame, iso3: str) -> dict[str, pd.Series | str]:
    """Return :data:`AMOUNT_FACTS` of awards in OCDS; amounts of Mexico are held against the bounds of CompraNet.

    Examples
    --------
    >>> awards = pd.DataFrame({"amount": [5.0, 0.0], "currency": ["EUR", None]})
    >>> pd.DataFrame(amount_facts(awards, "MLT")).to_numpy().tolist()
    [['ok', 'contract', 'ok'], ['zero', 'contract', 'unlabelled']]
    """
    amount = awards["amount"]
    status = pd.Series("ok", index=awards.index, dtype="str")
    status = status.mask(amount == 0, "zero").mask(amount < 0, "negative").mask(amount.isna(), "missing")
    if iso3 == "MEX":
        bounds = facts()["amounts"]
        status = status.mask(amount > bounds["suspicious_above"], "suspicious")
        status = status.mask(amount > bounds["absurd_above"], "absurd")
    named = awards["currency"].isna().map({True: "unlabelled", False: "ok"})
    return {"amount_status": status, "amount_basis": "contract", "currency_status": named}


def _balance(one: Publication) -> list[dict]:
    """Return what the record of the cleaning says of its files."""
    return [row for row in hand_out.provenance().payload["balance"] if row["file"].startswith(one.place)]


def _from_file(one: Publication) -> tuple[tuple[str, int], ...]:
    """Return how many rows (releases) the files hold, if the record of the cleaning says so."""
    rows = _balance(one)
    return (("source", sum(int(r["rows_in"]) for r in rows)),) if rows else ()


def _listable(one: Publication, edition: str) -> bool:
    """Return whether the terms of the source allow its values to be passed on; all that is embedded may be."""
    if one.is_own:
        # They are the user's, who alone knows the terms.
        return True
    behind = [s for s in hand_out.provenance().payload["sources"] if one.place == f"{s.get('folder')}/"]
    return edition == "embedded" or (bool(behind) and all(s["redistribute"] for s in behind))
