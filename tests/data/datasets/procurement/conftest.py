"""Hand-made records of each layout; every name in them is invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd
import pytest

from ogp_analysis.base import conformance, paths
from ogp_analysis.base.schema import TableSchema
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned as whole
from ogp_analysis.data.cleaning.dataset import promised
from ogp_analysis.data.cleaning.record import Cleaned
from ogp_analysis.data.datasets.procurement import layouts
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.sources import delimited
from ogp_analysis.data.sources import raw as raw_files

A = (
    "DEPENDENCIA / ENTIDAD|NOMBRE UC|CLAVE UC|NÚMERO DE PROCEDIMIENTO|TIPO DE PROCEDIMIENTO|TIPO CONTRATACIÓN|CARACTER|"
    "NÚMERO DE CONTRATO|REFERENCIA DE LA CONTRATACIÓN|FECHA DE SUSCRIPCIÓN DE CONTRATO|IMPORTE MN SIN IVA|RAZÓN SOCIAL|"
    "URL DEL CONTRATO"
).split("|")
C = (
    "Orden de gobierno|Siglas de la Institución|Institución|Clave de la UC|Nombre de la UC|Responsable de la UC|"
    "Código del expediente|Referencia del expediente|Clave CUCOP|Título del expediente|Plantilla del expediente|"
    "Fundamento legal|Número del procedimiento|Fecha de fallo|Fecha de publicación|Fecha de apertura|"
    "Carácter del procedimiento|Tipo de contratación|Tipo de procedimiento|Forma de participación|Código del contrato|"
    "Núm. de control del contrato|Título del contrato|Descripción del contrato|Fecha de inicio del contrato|"
    "Fecha de fin del contrato|Importe del contrato|Moneda del contrato|Estatus del contrato|Convenio modificatorio|"
    "Clave del programa federal|Fecha de firma del contrato|Contrato marco|Compra consolidada|Contrato plurianual|"
    "Clave de cartera SHCP|Folio en el RUPC|RFC|Proveedor o contratista|Estratificación de la empresa|"
    "Clave del país de la empresa|RFC verificado en el SAT|Crédito externo|Organismo financiero|Dirección del anuncio"
).split("|")
D = (
    "Orden de gobierno|Clave Ramo|Descripción Ramo|Tipo de Institución|Clave Institución|Siglas de la Institución|"
    "Institución|Clave de la UC|Nombre de la UC|Código del expediente|Referencia del expediente|Título del expediente|"
    "Partida específica|Ley|Tipo Procedimiento|Artículo de excepción|Descripción excepción|Contrato marco|"
    "Compra consolidada|Núm. proc. consolidación|Número de procedimiento|Tipo de contratación|"
    "Carácter del procedimiento|Forma de participación|Caso fortuito|Crédito externo|Organismo financiero|"
    "Clave del programa federal|Clave de cartera SHCP|Fecha de publicación|Fecha de apertura|Fecha de fallo|"
    "Código del contrato|Núm. del contrato|Título del contrato|Descripción del contrato|Contrato plurianual|"
    "Estatus DRC|Fecha de inicio del contrato|Fecha de fin del contrato|Fecha de firma del contrato|Importe DRC|"
    "Moneda DRC|Convenio modificatorio DRC|Código ref. contrato|Estatus del contrato|Tipo de contrato|"
    "Monto sin imp./mínimo|Monto mínimo con imp.|Monto sin imp./máximo|Monto máximo con imp.|Moneda|"
    "Convenio modificatorio|rfc|Proveedor o contratista|Folio en el RUPC|País de la empresa|Nacionalidad proveedor|"
    "Estratificación|Origen|Dirección del anuncio"
).split("|")
E = (
    "Orden de gobierno|Clave Ramo|Descripción Ramo|Tipo de Institución|Clave Institución|Siglas de la Institución|"
    "Institución|Clave de la UC|Nombre de la UC|Código del expediente|Referencia del expediente|Título del expediente|"
    "Compra consolidada|Fecha de expediente|Tipo de elemento|Ley|Tipo Procedimiento|Artículo de excepción|"
    "Descripción excepción|Contrato marco|Núm. Proc. Proyecto|Referencia anuncio|Nombre anuncio|Descripción anuncio|"
    "Operador anuncio|Correo anuncio|Partida específica|Tipo de contratación|Caracter anuncio|Forma de participación|"
    "Entidad Federativa|Fecha de publicación|Estatus procedimiento|Fecha apertura|"
    "Fecha y hora junta de aclaraciones|Fecha de fallo|Dirección anuncio"
).split("|")
HEADERS = {"A": A, "B1": list(layouts.layout("B1").headers), "C": C, "D": D, "E": E}

#: A plain record of layout C; tests change what they are about.
PLAIN = {
    "Orden de gobierno": "APF",
    "Institución": "Instituto de Prueba",
    "Clave de la UC": "012ABC001",
    "Nombre de la UC": "Unidad de Prueba",
    "Responsable de la UC": "Oficial Inventada Ejemplar",
    "Código del expediente": "900",
    "Título del expediente": "Compra de sillas",
    "Plantilla del expediente": "05. Adjudicación Directa LAASSP",
    "Número del procedimiento": "AA-012ABC001-E1-2020",
    "Carácter del procedimiento": "Nacional",
    "Tipo de contratación": "Adquisiciones",
    "Tipo de procedimiento": "Adjudicación Directa Federal",
    "Código del contrato": "7001",
    "Título del contrato": "Sillas",
    "Fecha de inicio del contrato": "2020-03-01",
    "Fecha de fin del contrato": "2020-04-01",
    "Importe del contrato": "1000.5",
    "Moneda del contrato": "MXN",
    "RFC": "AAA010101AA1",
    "Proveedor o contratista": "SILLAS DE PRUEBA SA DE CV",
}


class Promised(Mapping):
    """Tables held against their schemas; each is given their types when it is looked at, as that takes longer."""

    def __init__(self, tables: dict[str, pd.DataFrame], schemas: Iterable[TableSchema]) -> None:
        self._schemas, self._tables, self._typed = {schema.name: schema for schema in schemas}, tables, {}
        conformance.promised(tables, self._schemas.values())

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._typed:
            self._typed[name] = promised(self._tables[name], self._schemas[name])
        return self._typed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)


def frame(headers: list[str], *rows: dict[str, str]) -> pd.DataFrame:
    """Raw text of a file with these columns, as a reader gives it."""
    assert {name for row in rows for name in row} <= set(headers)
    made = pd.DataFrame([{h: row.get(h, "") for h in headers} for row in rows], columns=headers, dtype="str")
    return made.assign(_file="some/file.csv", _line=range(2, 2 + len(made)))


def cleaned(headers: list[str], *rows: dict[str, str]) -> Cleaned:
    result = compranet.finish([compranet.clean_contracts(frame(headers, *rows))])
    result.record.checked()
    return result


@pytest.fixture
def headers() -> dict[str, list[str]]:
    """Column names of the layouts of which there is no published file at hand."""
    return HEADERS


@pytest.fixture
def raw():
    """Raw text of a layout: ``raw("A", {...}, {...})``."""
    return lambda layout, *rows: frame(HEADERS[layout], *rows)


@pytest.fixture
def clean():
    """The whole walk over records of a layout."""
    return lambda layout, *rows: cleaned(HEADERS[layout], *rows)


@pytest.fixture
def contracts():
    """The walk over records of layout C, each the plain one with the changes given."""
    return lambda *changes: cleaned(C, *[PLAIN | change for change in changes])


@pytest.fixture(scope="session")
def published(mirror):
    """Each published file through the reader of damaged files and the whole walk, by version."""
    made = {}
    for source in compranet.DATASET.inputs:
        path = next((mirror / source.source / source.version).glob("*.csv"))
        label = f"{source.source}/{source.version}"
        file = delimited.opened(path, label, names=source.version != "2017-sample")
        chunks = list(delimited.mended(file))
        done = compranet.finish([compranet.clean(chunk, source) for chunk in chunks])
        done.record.checked()
        tables = {s.name: promised(done.tables[s.name], s) for s in compranet.DATASET.schemas}
        made[source.version] = (pd.concat(chunks, ignore_index=True), Cleaned(tables, done.record))
    return made


@pytest.fixture
def rows():
    """Raw text of a file: ``rows({"a": "1"}, {"a": "2"})``, the first on line 2."""
    return lambda *made: pd.DataFrame(list(made), dtype="str").assign(
        _file="some/file.csv", _line=range(2, 2 + len(made))
    )


@pytest.fixture(scope="session")
def dataset_tables(mirror):
    """The whole walk over the published files of a dataset by its name; each is read once."""
    made = {}

    def walk(name: str) -> Cleaned:
        if name not in made:
            declared = dataset(name)
            sidecars = paths.project().raw
            made[name] = whole(
                declared,
                (
                    (i, chunk)
                    for i in declared.inputs
                    for chunk in raw_files.chunks(
                        mirror, i.source, i.version, i.files, header=i.header, sheet=i.sheet, sidecars=sidecars
                    )
                ),
            )
        return made[name]

    return walk
