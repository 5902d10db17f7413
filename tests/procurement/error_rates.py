"""How often a name alone misleads: persons taken for firms, and firms masked; on invented and on published names.

``python -m tests.procurement.error_rates --write`` writes the tables of ``docs/security.md`` again. Invented names are
below, the worst cases that could be thought of among them. Published names are read from the files that
``OGP_ANALYSIS_MIRROR`` names and stay in memory: who is who is told by the identifier beside them, which is then
withheld.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ogp_analysis.base import paths
from ogp_analysis.data.datasets.procurement.legal_entities import ENTITY, PERSON, by_identifier, by_name
from ogp_analysis.data.sources import raw

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
MARK = re.compile(r"(?<=<!-- error rates: begin -->\n).*?(?=<!-- error rates: end -->)", re.DOTALL)
#: By country: persons, then firms; the last firms of each have no form, or one of another country.
INVENTED = {
    "MX": (
        "María Inventada Qwerty; INVENTADO QWERTY JUAN; Zoila Uiop AC; Ana Sac; QWERTY SAA LUIS; Juan Inventado Sá; "
        "Pedro Uiop Cámara; LA CASA DE UIOP; María Uiop (persona física)",
        "Obras Qwerty SA de CV; QWERTY UIOP, S.A.P.I. DE C.V.; Uiop y Asociados SC; Amigos de Uiop AC; "
        "Qwerty, S. de R.L. MI; Instituto Qwerty; UIOP SA; Qwerty GmbH; QWERTYUIOP; Uiop Asdfgh BV",
    ),
    "PT": (
        "João Uiop Sá; JOAO UIOP SA; Maria de Sá; Rui Qwerty; ANA QWERTY E SA; Qwerty Da; Inês Uiop Cia; "
        "Nuno Lda Qwerty",
        "Obras Qwerty, Lda; QWERTY UNIPESSOAL LDA; Uiop, S.A.; UIOP SA; Câmara Municipal de Qwerty; Qwerty, E.P.E.; "
        "Qwerty Consulting; UIOP-Q",
    ),
    "BR": (
        "João Uiop Sá; JOSE UIOP SA; Qwerty da Silva Uiop; Luiz Qwerty Sá; Ana Me Uiop; Antonio Qwerty (pessoa)",
        "Qwerty Ltda; UIOP LTDA ME; Qwerty S.A.; UIOP S/A; Qwerty EIRELI; Prefeitura de Uiop; Uiop Comercial; "
        "Qwerty MEI",
    ),
    "CO": (
        "Zoila Qwerty Sas; Jhon Uiop; QWERTY UIOP MARIA; Luz Qwerty Esp; Ana Saa Uiop; Uiop de la Qwerty",
        "Qwerty S.A.S.; CONSTRUCTORA QWERTY SAS; UIOP SAS; Uiop LTDA; Unión Temporal Qwerty; Qwerty E.S.P.; "
        "Corporación Uiop; Qwerty Express",
    ),
    "PY": (
        "Zoila Qwerty; QWERTY UIOP, JUAN; Uiop de Qwerty; Ana Eca; Luis Saci; Qwerty Ramón Uiop",
        "Qwerty S.A.; UIOP SA; Qwerty S.R.L.; Uiop S.A.C.I. e I.; QWERTY SRL; Qwerty E.A.S.; Uiop Cooperativa Ltda; "
        "Librería Qwerty",
    ),
    "HN": (
        "Zoila Qwerty; JUAN QWERTY UIOP; Uiop Sa Qwerty; Ana de Uiop; Luis Co; María Qwerty de Uiop",
        "Qwerty S. de R.L. de C.V.; UIOP SA DE CV; Qwerty S.A.; Uiop S de RL; Inversiones Qwerty S de R L; "
        "Alcaldía de Uiop; Uiop Industrial; FERRETERIA QWERTY",
    ),
    "PE": (
        "Zoila Qwerty Uiop; QWERTY UIOP JUAN; Ana Sac; Luis Saa; Uiop Qwerty de Sá; Rosa Eirl Qwerty",
        "Qwerty S.A.C.; INVENTOS QWERTY SAC; UIOP SAC; Uiop E.I.R.L.; QWERTY EIRL; Uiop S.A.; QWERTY S.R.L.; "
        "Multiservicios Qwerty",
    ),
    "CL": (
        "Zoila Qwerty; QWERTY UIOP JUAN; Ana Spa Uiop; Luis de la Qwerty; Rosa Uiop Sa; Uiop Limitada Ana",
        "Qwerty SpA; UIOP SPA; Uiop Ltda.; QWERTY LIMITADA; Qwerty S.A.; UIOP E.I.R.L.; Municipalidad de Uiop; "
        "Uiop Chile",
    ),
    "AR": (
        "Zoila Qwerty; QWERTY JUAN; Ana Sh; Luis Se; Uiop, Rosa; Qwerty Sas",
        "Qwerty S.R.L.; UIOP SRL; Qwerty S.A.; UIOP SA; Uiop S.A.I.C.; QWERTY SAU; Cooperativa Uiop; Droguería Qwerty",
    ),
    "ES": (
        "Zoila Qwerty Uiop; QWERTY UIOP, ANA; Luis Sl; Uiop i Qwerty; Juan de Sá; Ana Ute Qwerty",
        "Qwerty S.L.; UIOP SL; Qwerty S.L.U.; UIOP SAU; Ayuntamiento de Qwerty; Uiop S. Coop.; UTE Qwerty-Uiop; "
        "Grupo Uiop",
    ),
    "GB": (
        "John Qwerty; Ann Holdings Uiop; J. P. Uiop; QWERTY UIOP; Mary Lp; Limited Smith Uiop; Dr A Uiop",
        "Qwerty Limited; UIOP LTD; Qwerty PLC; Uiop LLP; Qwerty C.I.C.; University of Uiop; Uiop Council; "
        "Qwerty & Uiop",
    ),
    "IN": (
        "Qwertesh A K; Uioplakshmi N. V.; QWERTY S A; Uiop K S; A. B. Qwerty; Qwerty P V; RAMESH UIOP AC; Qwerty N.",
        "Qwerty Pvt Ltd; UIOP PRIVATE LIMITED; Qwerty Ltd.; Uiop LLP; Qwerty OPC; Uiop Industries Ltd; Uiop Bank; "
        "QWERTY ENTERPRISES",
    ),
    "UA": (
        "Вигадана Особа Йцукен; ФОП Йцукен Вигадана; ЙЦУКЕН В. О.; Йцукен Ат; ФЛП Вигадана",
        "ТОВ «Йцукен»; ПП Йцукен; ПрАТ Фивапр; КНП Йцукен; Йцукенська міська рада; ТОВ ФІВАПР; Університет Йцукен; "
        "Йцукен Сервіс",
    ),
    "AM": (
        "Hnaravats Anun; A/Dz Hnaravats Anun; HNARAVATS SP; Հնարված Անուն; Անհատ ձեռնարկատեր Հնարված",
        "Qwerty LLC; «Հնարված» ՍՊԸ; QWERTY SPY; Uiop CJSC; QWERTY A/K; Uiop PBY; Uiop HK; Qwerty Shin",
    ),
    "MD": (
        "Qwerty Inventat; A. O. Qwerty; S.C. Inventat; Î.I. Qwerty Ion; P.F.A. Inventat; Qwerty Is",
        "Qwerty S.R.L.; SC UIOP SRL; Î.M. Qwerty; Î.S. Uiop; Primăria Qwerty; UIOP SA; Qwerty-Grup; Spitalul Uiop",
    ),
}
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
    return {
        (country, name.strip(), told)
        for country, lists in INVENTED.items()
        for told, names in zip((PERSON, ENTITY), lists, strict=True)
        for name in names.split(";")
    }


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
