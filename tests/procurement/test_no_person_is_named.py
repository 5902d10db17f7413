"""No table, record or result made from the published files of Mexican procurement names a natural person.

Persons are those the files themselves tell: suppliers and taxpayers with a tax code of thirteen
characters, and those with neither a tax code of twelve nor a legal form in their name. What is made of
the files is searched for the names, in the order they are written and with the first word last, and for
the codes.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import NamedTuple

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned, promised
from ogp_analysis.data.datasets.procurement import mexico_sanctions, persons, sat_69b
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.sources import raw
from ogp_analysis.procurement.sanctions import barred, definitively_listed
from ogp_analysis.procurement.suppliers import resolve

SOURCES = ("compranet", "mexico_sanctions", "sat_69b")
REVEALING = {
    "compranet": lambda chunk, item: compranet.clean_contracts(
        chunk, compranet.layouts.facts()["headerless"].get(f"{item.source}/{item.version}", ""), reveal=True
    ),
    "mexico_sanctions": lambda chunk, item: mexico_sanctions.clean_sanctions(chunk, reveal=True),
    "sat_69b": lambda chunk, item: sat_69b.clean_listings(chunk, reveal=True),
}
#: Four letters, a day of birth and three signs.
_PERSON_CODE = re.compile(r"(?<![A-ZÑ&0-9])[A-ZÑ&]{4}\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[A-Z0-9]{3}(?![A-Z0-9])")
_GENERIC = {"XAXX010101000", "XEXX010101000"}
#: One word names nobody; two may be a firm's, and are looked for all the same.
_FEWEST = 2


class Published(NamedTuple):
    """What the files of a dataset hold: chunks with their inputs."""

    name: str
    chunks: list


@pytest.fixture(scope="module")
def published(mirror) -> list[Published]:
    sidecars = paths.project().raw
    return [
        Published(
            name,
            [
                (item, chunk)
                for item in dataset(name).inputs
                for chunk in raw.chunks(
                    mirror, item.source, item.version, item.files, item.header, item.sheet, sidecars=sidecars
                )
            ],
        )
        for name in SOURCES
    ]


@pytest.fixture(scope="module")
def revealed(published) -> dict[str, dict[str, pd.DataFrame]]:
    """Tables as they are before anybody is masked."""
    made = {}
    for name, chunks in published:
        declared = dataset(name)
        whole = declared.finish([REVEALING[name](chunk, item) for item, chunk in chunks])
        made[name] = {t: promised(frame, declared.schema(t)) for t, frame in whole.tables.items()}
    return made


class People(NamedTuple):
    """Words of the names of natural persons: recognised by a tax code, and presumed for want of a legal form."""

    told: set[tuple[str, ...]]
    presumed: set[tuple[str, ...]]
    firms: set[tuple[str, ...]]


@pytest.fixture(scope="module")
def people(revealed) -> People:
    """From every file. What a firm's name in the files begins with is that firm's, unless a code says otherwise."""
    parts = []
    for tables in revealed.values():
        for frame in tables.values():
            if "supplier_kind" in frame:
                parts.append(
                    frame[["supplier_name", "supplier_kind", "supplier_rfc"]]
                    if "supplier_rfc" in frame
                    else frame[["supplier_name", "supplier_kind"]].assign(supplier_rfc=None)
                )
            elif "taxpayer_kind" in frame:
                parts.append(frame[["taxpayer_name", "taxpayer_kind", "rfc"]])
    whole = pd.concat([part.set_axis(["name", "kind", "rfc"], axis=1) for part in parts], ignore_index=True)
    whole = whole.dropna(subset=["name"])
    coded_ = whole["rfc"].fillna("").astype("str").str.fullmatch(_PERSON_CODE.pattern) & ~whole["rfc"].isin(_GENERIC)
    told = words_of(whole.loc[coded_, "name"])
    presumed = words_of(whole.loc[persons.are_persons(whole["kind"]) & ~coded_, "name"]) - told
    firms = {
        words[:n]
        for words in words_of(whole.loc[whole["kind"] == "legal_entity", "name"])
        for n in range(len(words) + 1)
    }
    return People(told, presumed - firms, presumed & firms)


def words_of(names: pd.Series) -> set[tuple[str, ...]]:
    """Folded words of the names that have more than one."""
    return {words for name in names.unique() if len(words := tuple(folded(name).split())) >= _FEWEST}


def texts(thing, seen: str = "") -> list[tuple[str, str]]:
    """Every text in a result, with where it stands; frames, series and dataclasses are gone through."""
    if isinstance(thing, str):
        return [(seen, thing)]
    if isinstance(thing, pd.DataFrame):
        return [pair for column in thing.columns for pair in texts(thing[column], f"{seen}.{column}")]
    if isinstance(thing, pd.Series):
        if thing.dtype not in ("str", "object"):
            return []
        return [(seen, value) for value in thing.dropna().astype("str").unique()]
    if isinstance(thing, dict):
        return [pair for key, value in thing.items() for pair in (*texts(key, seen), *texts(value, f"{seen}.{key}"))]
    if isinstance(thing, (list, tuple)):
        return [pair for value in thing for pair in texts(value, seen)]
    if is_dataclass(thing):
        return [pair for f in fields(thing) for pair in texts(getattr(thing, f.name), f"{seen}.{f.name}")]
    return []


def naming(found: list[tuple[str, str]], people: set[tuple[str, ...]]) -> list[tuple[str, str]]:
    """Where a text holds all words of a person's name in a row, or the same with the first word last."""
    turned = people | {(*words[1:], words[0]) for words in people}
    starts: dict[str, set[int]] = {}
    for words in turned:
        starts.setdefault(words[0], set()).add(len(words))
    hits = []
    for (where, text), plain in zip(found, (folded(text) for _, text in found), strict=True):
        words = plain.split()
        if starts.keys().isdisjoint(words):
            continue
        for at, word in enumerate(words):
            if any(tuple(words[at : at + n]) in turned for n in starts.get(word, ())):
                hits.append((where, text))
                break
    return hits


def coded(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(where, text) for where, text in found if set(_PERSON_CODE.findall(text.upper())) - _GENERIC]


@pytest.fixture(scope="module")
def made(published, revealed) -> dict[str, object]:
    """Clean tables and records, and the results that see what is not masked."""
    out: dict[str, object] = {name: cleaned(dataset(name), iter(chunks)) for name, chunks in published}
    contracts = revealed["compranet"]["contracts"]
    out["suppliers"] = resolve(contracts)
    for year, rows in revealed["mexico_sanctions"]["sanctions"].groupby("list"):
        out[f"barred {year}"] = barred(contracts, rows)
    return out | {"definitively listed": definitively_listed(contracts, revealed["sat_69b"]["definitive"])}


@pytest.fixture(scope="module")
def found(made) -> list[tuple[str, str]]:
    """Every text in what is made."""
    return texts(made)


def test_persons_are_found_in_the_files_and_by_the_search(revealed, people):
    assert len(people.told) > 3500 and len(people.presumed) > 1000
    assert len(people.firms) < 100, "names without a form that begin the name of a firm"
    shown = texts([frame for tables in revealed.values() for frame in tables.values()])
    assert len(naming(shown, people.told | people.presumed)) > 4500 and len(coded(shown)) > 3000


def test_no_output_names_a_person(found, people):
    assert len(found) > 50_000
    assert naming(found, people.told | people.presumed) == []


def test_no_output_holds_the_tax_code_of_a_person(found):
    assert coded(found) == []


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Honorarios de María Inventada Ejemplo (2020)", True),
        ("INVENTADA EJEMPLO MARÍA", True),
        ("María Inventada", False),
        ("Ejemplo", False),
    ],
)
def test_the_search_finds_names_in_texts(text, hit):
    assert bool(naming([("here", text)], {("maria", "inventada", "ejemplo")})) is hit


@pytest.mark.parametrize(
    ("text", "hit"),
    [("GODE561231GR8", True), ("x GODE561231GR8.", True), ("GVI020903N32", False), ("XAXX010101000", False)],
)
def test_the_search_finds_codes(text, hit):
    assert bool(coded([("here", text)])) is hit
