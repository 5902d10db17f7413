"""No column of any table, nor of the record, made from the files of any publisher of OCDS names a natural person.

Persons are those that the JSON itself tells, read here without the cleaner: organisations, in whatever role, whose
identifier is a natural person's by its scheme or form; and suppliers and tenderers of whom nothing in the files of the
publisher, neither a name with a form nor an identifier of a firm, says anything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
import pytest

from ogp_analysis.base import beside
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.datasets.procurement import legal_entities
from ogp_analysis.data.datasets.procurement.legal_entities import plain
from ogp_analysis.data.datasets.procurement.ocds import dataset as ocds

PUBLISHERS = [item.version for item in dataset("ocds").inputs]
#: The form of a Mexican tax code, or population code, of a natural person; in whatever text.
CODE = re.compile(
    r"(?<![A-ZÑ&0-9])[A-ZÑ&]{4}[ .-]?\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[ .-]?"
    r"(?:[HM][A-Z]{5}\w\d|[A-Z0-9]{3})(?![A-Z0-9])"
)
GENERIC = ("XAXX010101000", "XEXX010101000")
GIVEN = beside.toml(__file__, "test_no_person_in_ocds.toml")
#: By scheme, without the letters that an encoding may have lost.
PERSONAL = GIVEN["PERSONAL"]
ROLES = ("buyer", "procuringEntity", "tenderers", "suppliers", "parties", "payee", "payer")
#: Whose short legal forms count, but for Mexico's publishers.
HOME = GIVEN["HOME"]
_FEWEST, _DIGITS = 2, 7


class Text(NamedTuple):
    """A text that something made holds: where it stands, as it is, and its plain words."""

    where: str
    text: str
    words: tuple[str, ...]


def texts(columns: dict[str, list[str]]) -> list[Text]:
    return [Text(where, text, tuple(plain(text).split())) for where, column in columns.items() for text in column]


class Published(NamedTuple):
    """What is made of a publisher's files, and the names and identifiers of the persons in them."""

    columns: list[str]
    texts: list[Text]
    told: set[str]
    presumed: set[str]
    codes: set[str]


def organisations(data, role: str = "") -> Iterator[tuple[str, dict]]:
    """Every object in the place of an organisation, with the place."""
    if isinstance(data, dict):
        if role in ROLES:
            yield role, data
        for key, value in data.items():
            yield from organisations(value, key)
    elif isinstance(data, list):
        for one in data:
            yield from organisations(one, role)


def identified(one: dict) -> list[tuple[str, str]]:
    identifier = one.get("identifier") if isinstance(one.get("identifier"), dict) else {}
    scheme = re.sub(r"[^A-Za-z0-9]", "", str(identifier.get("scheme") or ""))
    return [(scheme, str(identifier.get("id") or "").strip().upper()), ("", str(one.get("id") or "").strip().upper())]


def is_personal(one: dict) -> bool:
    for scheme, code in identified(one):
        if any(found not in GENERIC for found in CODE.findall(code)):
            return True
        if scheme in PERSONAL and re.fullmatch(PERSONAL[scheme], code) and code not in GENERIC:
            return True
    return False


@pytest.fixture(scope="module", params=PUBLISHERS)
def published(request, read_ocds, clean_ocds) -> Published:
    firms, told, loose, codes = set(), set(), set(), set()
    for element in pd.concat(read_ocds(request.param))[ocds.ELEMENT]:
        for role, one in organisations(json.loads(element)):
            by_name = legal_entities.by_name(str(one.get("name") or ""), *HOME.get(request.param, ["MX"]))
            name = plain(str(one.get("name") or ""))
            if is_personal(one):
                told |= {name} if by_name != "entity" else set()
                codes |= {plain(code) for _, code in identified(one) if sum(map(str.isdigit, code)) >= _DIGITS}
            elif by_name == "entity" or any(
                legal_entities.by_identifier(*pair) == "entity" for pair in identified(one)
            ):
                firms.add(name)
            elif role in ("tenderers", "suppliers"):
                loose.add(name)
    result = clean_ocds(request.param)
    frames = result.tables | {"record": result.record.entries}
    made = {
        f"{table}.{column}": frame[column].dropna().astype("str").unique().tolist()
        for table, frame in frames.items()
        for column in frame.columns
        if frame[column].dtype in ("str", "object")
    }
    # A name that begins the name of a firm is that of the firm.
    begun = {" ".join(words[:n]) for words in map(str.split, firms) for n in range(len(words) + 1)}
    several = {name for name in loose - begun - told if len(name.split()) >= _FEWEST}
    return Published(list(made), texts(made), {name for name in told if len(name.split()) >= _FEWEST}, several, codes)


def naming(made: list[Text], names: set[str]) -> list[tuple[str, str]]:
    """Where a text holds all words of a name in a row, or the same with the first word last."""
    turned = {tuple(name.split()) for name in names}
    turned |= {(*words[1:], words[0]) for words in turned}
    starts: dict[str, set[tuple[str, ...]]] = {}
    for words in turned:
        starts.setdefault(words[0], set()).add(words)
    hits = []
    for where, text, told in made:
        if starts.keys().isdisjoint(told):
            continue
        if any(told[at : at + len(w)] == w for at, word in enumerate(told) for w in starts.get(word, ())):
            hits.append((where, text))
    return hits


def test_no_column_names_a_person(published):
    assert len(published.columns) > 40
    assert [one.where for one in published.texts if re.search(r"[\w.-]@[\w-]+\.\w", one.text)] == []
    assert naming(published.texts, published.told | published.presumed) == []


def test_no_column_holds_the_identifier_of_a_person(published):
    assert naming(published.texts, {code for code in published.codes if plain(code)}) == []
    assert [one for one in published.texts if set(CODE.findall(one.text.upper())) - set(GENERIC)] == []


def test_the_scan_finds_persons_in_the_files(read_ocds):
    found = 0
    for version in ("mexico-states-pdn", "colombia", "armenia", "paraguay", "ukraine"):
        for chunk in read_ocds(version):
            found += sum(is_personal(one) for text in chunk[ocds.ELEMENT] for _, one in organisations(json.loads(text)))
    assert found > 500
    assert naming(texts({"here": ["por Ejemplo María Inventada,"]}), {"maria inventada ejemplo"}) == []
    assert len(naming(texts({"here": ["por María Inventada Ejemplo, y"]}), {"maria inventada ejemplo"})) == 1
