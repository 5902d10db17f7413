"""How often a name alone misleads: persons taken for firms, and firms masked; on invented and on published names.

``python -m tests.procurement.error_rates --write`` writes the tables of ``docs/security.md`` again. Invented names are
in ``tests/data``, the worst cases that could be thought of among them. Published names are read from the files that
``OGP_ANALYSIS_MIRROR`` names and stay in memory: who is who is told by the identifier beside them, which is then
withheld.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ogp_analysis.base import paths
from ogp_analysis.data.datasets.procurement.legal_entities import ENTITY, PERSON, by_identifier, by_name
from ogp_analysis.data.sources import raw

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
INVENTED = Path(__file__).parents[1] / "data" / "invented_names.toml"
MARK = re.compile(r"(?<=<!-- error rates: begin -->\n).*?(?=<!-- error rates: end -->)", re.DOTALL)
#: Publishers of OCDS whose files give identifiers of persons or of firms, by country.
PUBLISHERS = {
    "MX": ("mexico-apf", "mexico-cdmx", "mexico-gacm", "mexico-inai", "mexico-jalisco", "mexico-states-pdn"),
    "CO": ("colombia",), "PY": ("paraguay",), "UA": ("ukraine",), "AM": ("armenia",), "MD": ("moldova",),
    "GB": ("uk-contracts-finder",),
}  # fmt: skip
#: Files of tables with names and identifiers beside them: country, place, columns, encoding, scheme.
TABLES = (
    ("MX", "compranet/2023-imss-raw/*.csv", r"Proveedor o contratista|PROVEEDOR_CONTRATISTA", r"(?i)rfc", "MX-RFC"),
    ("MX", "comprasmx/2026-imss/*.csv", r"Proveedor o contratista", r"(?i)rfc", "MX-RFC"),
    ("HN", "honduras_oncae/2020/awa_suppliers20.csv", r"awards/0/suppliers/0/name", r"awards/0/suppliers/0/id", ""),
)  # fmt: skip


def organisations(data: object) -> Iterator[tuple[str, str, str]]:
    """Name, scheme, perhaps empty, and identifier of every object in the JSON that has them."""
    if isinstance(data, dict):
        told = data.get("identifier")
        told = told if isinstance(told, dict) and told.get("id") else {"id": data.get("id")}
        if data.get("name") and told["id"]:
            yield str(data["name"]), str(told.get("scheme") or ""), str(told["id"])
        for value in data.values():
            yield from organisations(value)
    elif isinstance(data, list):
        for one in data:
            yield from organisations(one)


def published(mirror: Path) -> Iterator[tuple[str, str, str]]:
    """Country, name, and what its identifier says."""
    for country, versions in PUBLISHERS.items():
        for version in versions:
            for chunk in raw.chunks(mirror, "ocds", version, "**", sidecars=paths.project().raw):
                for name, *identifier in (one for text in chunk["element"] for one in organisations(json.loads(text))):
                    yield country, name, by_identifier(*identifier)
    for country, place, name, code, scheme in TABLES:
        for file in sorted(mirror.glob(place)):
            whole = pd.read_csv(file, dtype=str, keep_default_na=False, encoding_errors="replace")
            columns = [next(one for one in whole if re.fullmatch(pattern, one.strip())) for pattern in (name, code)]
            for called, identifier in zip(*(whole[one].str.strip() for one in columns), strict=True):
                yield country, called, by_identifier(scheme, identifier)


def rates(names: set[tuple[str, str, str]]) -> dict[str, list[int]]:
    """By country: persons, those taken for firms, firms, those that would be masked."""
    counts: dict[str, list[int]] = {}
    for country, name, told in sorted(names):
        row = counts.setdefault(country, [0, 0, 0, 0])
        is_firm = by_name(name, country) == ENTITY
        if told == PERSON:
            row[0] += 1
            row[1] += is_firm
        elif told == ENTITY:
            row[2] += 1
            row[3] += not is_firm
    return counts


def invented() -> set[tuple[str, str, str]]:
    lists = tomllib.loads(INVENTED.read_text("utf-8"))
    kinds = {"persons": PERSON, "firms": ENTITY}
    return {(country, name, kinds[kind]) for country, own in lists.items() for kind in own for name in own[kind]}


def table(title: str, counts: dict[str, list[int]]) -> str:
    rows = [*counts.items(), ("all", [sum(column) for column in zip(*counts.values(), strict=True)])]
    head = f"| {title} | persons | taken for firms | firms | masked |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {country} | {' | '.join(f'{n:,}' for n in row)} |\n" for country, row in rows)


def written(mirror: Path) -> str:
    names = {(country, name, told) for country, name, told in published(mirror) if name.strip() and told}
    return table("invented names", rates(invented())) + "\n" + table("published names", rates(names))


if __name__ == "__main__":
    made = written(paths.mirror())
    if "--write" in sys.argv:
        PAGE.write_text(MARK.sub(lambda _: made, PAGE.read_text("utf-8")), "utf-8")
    print(made)
    for country, name, told in sorted(invented()) if "--show" in sys.argv else ():
        if (by_name(name, country) == ENTITY) != (told == ENTITY):
            print(country, told, name)
