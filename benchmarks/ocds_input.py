"""Made-up OCDS for benchmarks: titles and items of published releases, everything else drawn with a fixed seed."""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

PUBLISHERS = ("ukraine", "mexico-gacm", "mexico-inai", "mexico-jalisco", "moldova", "colombia")
FORMS = ("SA DE CV", "S.A. de C.V.", "S DE RL DE CV", "S.A.S.")
METHODS = (("open", "Licitación Pública"), ("selective", "Invitación"), ("direct", "Adjudicación Directa"))
NAMES = ("compiled.jsonl", "releases.jsonl", "few.json")
_NUMBERS, _DIRT = 10**9, 0.02


def templates(mirror: Path) -> list[dict]:
    """Return titles, descriptions and items of published releases."""
    found = []
    for publisher in PUBLISHERS:
        for path in sorted((mirror / "ocds" / publisher).rglob("*.json"))[:60]:
            data = json.loads(path.read_text("utf-8-sig"))
            release = data["releases"][0] if data.get("releases") else data
            tender = release.get("tender") or {}
            parents = [tender, *(release.get("awards") or []), *(release.get("contracts") or [])]
            items = [item for parent in parents for item in parent.get("items") or []][:3]
            title = str(tender.get("title") or tender.get("description") or "")[:200]
            if title:
                text = str(tender.get("description") or "")[:400]
                found.append({"title": title, "description": text, "items": [_item(one) for one in items or [{}]]})
    return found


def _item(item: dict) -> dict:
    told = item.get("classification") or {}
    return {
        "description": str(item.get("description") or "servicio")[:160],
        "classification": {"scheme": "CUCOP", "id": str(told.get("id") or "33900001"),
                           "description": str(told.get("description") or "")[:120]},
        "quantity": 1,
        "unit": {"name": "pieza"},
    }  # fmt: skip


def processes(mirror: Path, count: int, seed: int = 20_240_921) -> Iterator[dict]:
    """Yield compiled releases; one in fifty of each thing is odd: a number for an id, no status, another currency."""
    draw, known = random.Random(seed), templates(mirror)
    for number in range(count):
        yield _process(draw, number, draw.choice(known))


def _rare(draw: random.Random) -> bool:
    return draw.random() < _DIRT


def _process(draw: random.Random, number: int, about: dict) -> dict:
    ocid, (method, details) = f"ocds-bench0-{number:08d}", draw.choices(METHODS, (0.35, 0.15, 0.5))[0]
    start = datetime(2015, 1, 1) + timedelta(hours=draw.randrange(86_400))
    end = start + timedelta(days=draw.choice((3, 6, 10, 15, 20, 30, 45)))
    price, currency = round(math.exp(draw.gauss(12.3, 1.6)), 2), "EUR" if _rare(draw) else "MXN"
    # Names that repeat would hide what deciding who is a person takes: no two parties have the same.
    buyer = {"id": f"MX-UC-{number:08d}", "name": f"Unidad Compradora {number:08d}"}
    firms = [_firm(draw, about) for _ in range(1 if method == "direct" else 1 + min(6, int(draw.expovariate(0.55))))]
    bids = [_bid(draw, ocid, place, firm, price, currency, end) for place, firm in enumerate(firms)]
    winner = min(range(len(bids)), key=lambda place: bids[place]["value"]["amount"])
    value, items = bids[winner]["value"], [one | {"id": str(at)} for at, one in enumerate(about["items"], 1)]
    signed = _text(end + timedelta(days=draw.randrange(1, 60)))
    award = {"id": f"{ocid}-award-1", "title": about["title"], "status": "active", "date": signed, "value": value,
             "suppliers": [firms[winner]], "items": items}  # fmt: skip
    contract = {"id": f"{ocid}-contract-1", "awardID": award["id"], "title": about["title"], "status": "active",
                "period": {"startDate": signed, "endDate": signed}, "value": value, "dateSigned": signed,
                "items": items}  # fmt: skip
    parties = [buyer | {"roles": ["buyer", "procuringEntity"], "address": {"countryName": "México"}}]
    parties += [_party(firm, place == winner) for place, firm in enumerate({f["name"]: f for f in firms}.values())]
    category = draw.choice(("goods", "services", "works"))
    tender = {
        "id": f"{ocid}-tender",
        "title": about["title"],
        "description": about["description"],
        "status": "complete",
        "procuringEntity": buyer,
        "value": {"amount": price, "currency": currency},
        "procurementMethod": method,
        "procurementMethodDetails": details,
        "mainProcurementCategory": category,
        "tenderPeriod": {"startDate": _text(start), "endDate": _text(end)},
        "numberOfTenderers": len(firms),
        "items": items,
    }
    head = {"ocid": ocid, "language": "es", "initiationType": "tender", "id": f"{ocid}-{signed}", "date": signed}
    return head | {"tag": ["compiled"], "parties": parties, "buyer": buyer, "tender": tender, "bids": {"details": bids},
                   "awards": [award], "contracts": [contract]}  # fmt: skip


def _firm(draw: random.Random, about: dict) -> dict:
    number = draw.randrange(_NUMBERS)
    name = f"Proveedor {number:09d} {about['title'][:18].upper()} {FORMS[number % len(FORMS)]}"
    return {"id": number + 1 if _rare(draw) else f"MX-RFC-{number:09d}", "name": name}


def _bid(draw, ocid: str, place: int, firm: dict, price: float, currency: str, end: datetime) -> dict:
    amount = 0 if _rare(draw) else round(price * (1 + abs(draw.gauss(0.06, 0.09))), 2)
    bid = {"id": f"{ocid}-bid-{place}", "date": _text(end - timedelta(hours=draw.randrange(-2, 40))),
           "tenderers": [firm], "value": {"amount": amount, "currency": currency}}  # fmt: skip
    return bid if _rare(draw) else bid | {"status": draw.choices(("valid", "disqualified"), (0.87, 0.13))[0]}


def _party(firm: dict, won: bool) -> dict:
    identifier = {"scheme": "MX-RFC", "id": str(firm["id"]), "legalName": firm["name"]}
    roles = ["tenderer", "supplier"] if won else ["tenderer"]
    return {"id": str(firm["id"]), "name": firm["name"], "identifier": identifier, "roles": roles}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def releases(process: dict) -> Iterator[dict]:
    """Yield the releases that a compiled release may have come from: tender, award, contract."""
    head = {key: process[key] for key in ("ocid", "language", "initiationType", "buyer")}
    first, all_parties = process["parties"][:1], process["parties"]
    start = process["tender"]["tenderPeriod"]["startDate"]
    told = (
        ("tender", start, {"parties": first, "tender": process["tender"] | {"status": "active"}}),
        ("award", process["tender"]["tenderPeriod"]["endDate"],
         {"parties": all_parties, "tender": process["tender"], "bids": process["bids"], "awards": process["awards"]}),
        ("contract", process["date"], {"parties": all_parties, "contracts": process["contracts"]}),
    )  # fmt: skip
    for tag, date, body in told:
        yield head | {"id": f"{process['ocid']}-{tag}", "date": date, "tag": [tag]} | body


def write(mirror: Path, folder: Path, count: int, of_releases: int, few: int) -> None:
    """Write three files: `count` processes, the releases of `of_releases`, and a package of `few` processes."""
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    compiled, some, package = (folder / name for name in NAMES)
    with compiled.open("w", encoding="utf-8") as stream:
        stream.writelines(dump(one) + "\n" for one in processes(mirror, count))
    with some.open("w", encoding="utf-8") as stream:
        chosen = processes(mirror, of_releases, seed=1)
        stream.writelines(dump(one) + "\n" for process in chosen for one in releases(process))
    package.write_text(dump({"releases": list(processes(mirror, few, seed=2))}), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
