"""Tables from JSON lines by the shortest way: a second, plain reading that the tests rest on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base.conformance import cast
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES

#: Files of more lines are not made by hand, and each is read by one test.
_HAND_MADE = 100
REPLICATION = Path("replication") / "cardinal_flags"


@pytest.fixture(scope="session")
def replication(mirror) -> Path:
    """The folder of Cardinal's fixtures and results."""
    folder = mirror.parent / REPLICATION
    if not folder.is_dir():
        pytest.skip(f"{REPLICATION} does not lie beside the mirror")
    return folder


@pytest.fixture(scope="session")
def tables_of():
    """Return the function that reads JSON lines into tables; those of hand-made fixtures are read once, and copied."""
    known: dict[str, dict[str, pd.DataFrame]] = {}

    def read(releases: list[dict], apart: bool = False) -> dict[str, pd.DataFrame]:
        if len(releases) > _HAND_MADE:
            return read_tables(releases, apart)
        key = json.dumps([releases, apart])
        if key not in known:
            known[key] = read_tables(releases, apart)
        return {name: table.copy() for name, table in known[key].items()}

    return read


@pytest.fixture(scope="session")
def lines_of():
    """Return the function that reads a file of JSON lines, packed or not."""
    return read_lines


def read_lines(file: Path) -> list[dict]:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(line) for line in content.splitlines() if line.strip()]


def read_tables(releases: list[dict], apart: bool = False) -> dict[str, pd.DataFrame]:
    """Return the tables of compiled releases, one process each.

    With `apart`, lines of one ocid stay processes of their own, distinguished by ``#`` and the line.
    """
    rows: dict[str, list[dict]] = {schema.name: [] for schema in TABLES}
    for line, release in enumerate(releases, start=1):
        _read(release, f"{release['ocid']}#{line}" if apart else release["ocid"], line, rows)
    return {schema.name: cast(_frame(rows[schema.name], schema), schema) for schema in TABLES}


def _frame(rows: list[dict], schema) -> pd.DataFrame:
    types = {"string": "str", "category": "str", "number": "float64"}
    made = {}
    for column in schema.columns:
        cells = pd.Series([row.get(column.name) for row in rows], dtype="object")
        made[column.name] = _instants(cells) if column.type == "date" else cells.astype(types.get(column.type, "Int64"))
    return pd.DataFrame(made)


def _instants(texts: pd.Series) -> pd.Series:
    whole = texts.astype("str").str.fullmatch(r"\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)").fillna(False)
    if not whole.any():
        return pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    instants = pd.to_datetime(texts.where(whole), format="ISO8601", utc=True)
    return instants.dt.tz_localize(None).astype("datetime64[us]")


def _read(release: dict, ocid: str, line: int, rows: dict[str, list]) -> None:
    tender, buyer = release.get("tender") or {}, release.get("buyer") or {}
    rows["processes"].append(
        {"ocid": ocid, "buyer_id": _id(buyer), "n_releases": 1, "file": "f", "line": line}
        | {"release_date_status": "missing", "language": release.get("language")}
    )
    if tender:
        rows["tenders"].append({"ocid": ocid, **_tender(tender)})
    _items(rows, ocid, "tender", 0, tender)
    _organisations(rows, "tenderers", ocid, {"bid_index": -1}, "tenderer", tender.get("tenderers"))
    for j, bid in enumerate(_list((release.get("bids") or {}).get("details"))):
        rows["bids"].append(
            {"ocid": ocid, "bid_index": j, "bid_id": _id(bid), "status": bid.get("status"), "date": bid.get("date")}
            | _value(bid)
        )
        _organisations(rows, "tenderers", ocid, {"bid_index": j}, "tenderer", bid.get("tenderers"))
        _items(rows, ocid, "bid", j, bid)
    for j, award in enumerate(_list(release.get("awards"))):
        rows["awards"].append(
            {"ocid": ocid, "award_index": j, "award_id": _id(award), "status": award.get("status")} | _value(award)
        )
        _organisations(rows, "suppliers", ocid, {"award_index": j}, "supplier", award.get("suppliers"))
        _items(rows, ocid, "award", j, award)
    for j, contract in enumerate(_list(release.get("contracts"))):
        rows["contracts"].append(
            {
                "ocid": ocid,
                "contract_index": j,
                "contract_id": _id(contract),
                "award_id": _text(contract.get("awardID")),
            }
            | {"status": contract.get("status")}
        )
    for j, party in enumerate(_list(release.get("parties"))):
        roles = ";".join(_list(party.get("roles"))) or None
        rows["parties"].append({"ocid": ocid, "party_index": j, "party_id": _id(party), "roles": roles})


def _tender(tender: dict) -> dict:
    period = tender.get("tenderPeriod") or {}
    number = tender.get("numberOfTenderers")
    return {
        "status": tender.get("status"),
        "procurement_method": tender.get("procurementMethod"),
        "procurement_method_details": tender.get("procurementMethodDetails"),
        "procuring_entity_id": _id(tender.get("procuringEntity") or {}),
        "period_start": period.get("startDate"),
        "period_end": period.get("endDate"),
        "number_of_tenderers": number if isinstance(number, int) else None,
    }


def _organisations(rows: dict, table: str, ocid: str, place: dict, role: str, named) -> None:
    for k, organisation in enumerate(_list(named)):
        rows[table].append({"ocid": ocid, **place, f"{role}_index": k, f"{role}_id": _id(organisation)})


def _items(rows: dict, ocid: str, section: str, index: int, parent: dict) -> None:
    for k, item in enumerate(_list(parent.get("items"))):
        kind = item.get("classification") or {}
        rows["items"].append(
            {"ocid": ocid, "section": section, "parent_index": index, "item_index": k}
            | {"classification_scheme": kind.get("scheme"), "classification_id": _id(kind)}
        )


def _value(thing: dict) -> dict:
    value = thing.get("value") or {}
    amount = value.get("amount")
    return {"amount": amount if isinstance(amount, (int, float)) else None, "currency": value.get("currency")}


def _id(thing: dict) -> str | None:
    return _text(thing.get("id"))


def _text(value) -> str | None:
    return None if value is None else str(value)


def _list(value) -> list:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []
