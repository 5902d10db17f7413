"""Natural persons in a block of processes, and what stands for them: by value, in every text of every table.

A person is found in any role: as a party, tenderer or supplier without a sign of a legal entity, and as a buyer or
procuring entity whose identifier or name is a person's. What is masked in one column of a process is masked in all of
them, and the tax code of a natural person is masked wherever it stands. A person is a number within the process: the
same in all its tables, another in the next process. Nobody can be found by it, and two processes of one person are not
linked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.countries import country, is_country
from ogp_analysis.data.datasets.procurement import legal_entities
from ogp_analysis.data.datasets.procurement.legal_entities import ENTITY, PERSON, by_identifier, is_personal, plain
from ogp_analysis.data.datasets.procurement.mentions import NAME_MASK, TEXT_MASK, People
from ogp_analysis.data.datasets.procurement.ocds.schemas import WHY

# Which organisations of OCDS may be natural persons. Without a sign of a legal entity, one is taken for a person.
# The signs are those of :mod:`.legal_entities`; here they are looked for in whole columns.

#: The commonest legal forms at the end of a name, as they are written: those that need no second look.
_FORM_AT_END = (
    r"(?i)[ ,.](?:s\.? ?a\.?(?: ?p\.? ?i\.?| ?b\.?)? ?(?:de )?c\.? ?v|s\.? ?de r\.? ?l(?:\.? ?de c\.? ?v)?"
    r"|s\.a\.s|ltd|limited|ltda|llc|inc|plc|gmbh|s\.r\.l|cjsc|ojsc)\.?\s*$"
)
_PERSON_CODE = rf"(?i)(?:^|[^A-ZÑ&0-9])(?:{legal_entities.PERSON_CODE})(?:[^A-Z0-9]|$)"


def reason_of(name: str, told_by_name: str, *identifiers: tuple[str, str]) -> str:
    """Return why an organisation is treated as a natural person (one of :data:`.schemas.REASONS`), empty if it is not.

    Parameters
    ----------
    name : str
        As published; may be empty.
    told_by_name : str
        What :func:`.legal_entities.by_names` says.
    *identifiers : tuple of (str, str)
        Scheme, perhaps empty, and identifier.
    """
    told = [by_identifier(*one) for one in identifiers]
    if PERSON in told:
        return "personal_identifier"
    if told_by_name == PERSON:
        return "personal_word"
    if told_by_name == ENTITY:
        return ""
    if ENTITY in told:
        return "personal_name" if is_personal(name, *(one for _, one in identifiers)) else ""
    return "no_sign"


def home_of(columns: Mapping[str, pa.Array]) -> tuple[str, ...]:
    """Return the country that most schemes of identifiers in a block of processes are of, else most addresses; or none.

    Legal forms of one or two letters count for firms of this country alone.
    """
    counts: Counter[str] = Counter()
    for name in (name for name in columns if name.endswith(("identifier_scheme", "_id"))):
        told = pc.struct_field(pc.extract_regex(columns[name], r"^(?P<code>[A-Z]{2})-[A-Z]"), "code").drop_null()
        counts.update({one["values"]: one["counts"] for one in pc.value_counts(told).to_pylist()})
    schemes = columns.get("parties.identifier_scheme", pa.array([], pa.string())).drop_null()
    for one in pc.value_counts(schemes).to_pylist():
        code = legal_entities.country_of(one["values"])
        counts.update({code: one["counts"]} if code else {})
    if not counts and "parties.country" in columns:
        for one in pc.value_counts(columns["parties.country"].drop_null()).to_pylist():
            if is_country(one["values"]) and (code := country(one["values"]).iso2):
                counts[code] += one["counts"]
    return tuple(code for code, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:1])


def has_plain_form(names: pa.Array) -> pa.Array:
    """Return which names end with one of the commonest legal forms; false where the name is missing."""
    return pc.fill_null(pc.match_substring_regex(names, _FORM_AT_END), False)


def has_person_code(texts: pa.Array) -> pa.Array:
    """Return which texts may hold a Mexican code of a natural person: for tax, or of the population registry."""
    return pc.fill_null(pc.match_substring_regex(texts, _PERSON_CODE), False)


def has_person_identifier(schemes: pa.Array, identifiers: pa.Array) -> pa.Array:
    """Return which rows have an identifier that is a natural person's, also without its scheme."""
    found = pa.array(np.zeros(len(identifiers), dtype=bool))
    for scheme in pc.unique(schemes).to_pylist():
        of_scheme = pc.is_null(schemes) if scheme is None else pc.fill_null(pc.equal(schemes, scheme), False)
        found = pc.or_(found, pc.and_(of_scheme, has_person_reference(identifiers, scheme or "")))
    return found


def has_person_reference(identifiers: pa.Array, scheme: str = "") -> pa.Array:
    """Return which identifiers are a natural person's by their form or by the scheme that stands before them."""
    coded = identifiers.dictionary_encode()
    told = [one is not None and by_identifier(scheme, one) == PERSON for one in coded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(told, pa.bool_()).take(coded.indices), False)


def is_institution(roles: pa.Array) -> pa.Array:
    """Return which parties have a role that only institutions have."""
    pattern = f"(?:^|;)(?:{'|'.join(map(re.escape, legal_entities.facts()['words']['roles']))})(?:;|$)"
    return pc.fill_null(pc.match_substring_regex(roles, pattern), False)


ID_MASK = "person-{number} of {ocid}"
REFERENCE_MASK = "reference-{number} of {ocid}"
#: The least letters of a part of a name, and digits of an identifier, that can identify somebody.
_SMALL, _DIGITS = 3, 5
#: Roles of organisations: table of the block, and the prefix of its columns. The last two are those of institutions.
_ROLES = (("parties", "party"), ("tenderers", "tenderer"), ("tender_tenderers", "tenderer"), ("suppliers", "supplier"),
          ("processes", "buyer"), ("tenders", "procuring_entity"))  # fmt: skip
_INSTITUTIONS = ("processes", "tenders")
#: The key of the tables: what is found in it stays, and leads to whatever the publisher tells there. Names of files are
#: looked through when all persons are known.
_LEFT = ("processes.ocid", "processes.file")


@dataclass
class Person:
    """A natural person in a process.

    Attributes
    ----------
    number : int
        From 1, in the order of parties, tenderers, suppliers, buyer, procuring entity.
    parts : set of frozenset of str
        The longer parts of each spelling of the name.
    codes : set of str
        The person's identifiers, in plain form.
    """

    number: int
    parts: set[frozenset[str]] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)


@dataclass
class _Known:
    """What is masked in a process: persons by id, name or identifier, references by their text."""

    persons: dict[str, Person] = field(default_factory=dict)
    references: dict[str, int] = field(default_factory=dict)

    def named_in(self, text: str) -> bool:
        """Return whether a text holds all longer parts of a person's name, or one of the identifiers."""
        told = plain(text)
        words = set(told.split())
        return any(
            any(parts <= words for parts in one.parts) or any(f" {code} " in f" {told} " for code in one.codes)
            for one in self.persons.values()
        )


Columns = dict[str, pa.Array]


class Done(NamedTuple):
    """What was done to a column: its name, the rows, what stands there now. What stood there is not said."""

    name: str
    rows: np.ndarray
    new: list[str]


class Masked(NamedTuple):
    """What was masked in a block.

    Attributes
    ----------
    done : list of Done
    persons : frozenset of str
        Plain names without a legal form of whom an identifier or a word says that they are natural persons.
    others : frozenset of str
        Plain names without any sign that were not masked, since an identifier or a role speaks for an organisation. A
        name in both sets, of the same files, is a person's.
    people : People
        All who were masked, as published, so that they are found elsewhere.
    """

    done: list[Done]
    persons: frozenset[str]
    others: frozenset[str]
    people: People


def masked(
    columns: Columns, owners: dict[str, np.ndarray], ocids: pa.Array, names: frozenset[str] = frozenset()
) -> Masked:
    """Mask natural persons in `columns`, which are changed, and return what was done.

    Parameters
    ----------
    columns : dict of str to pyarrow.Array
        ``table.column`` of a block. A column :data:`WHY` is added to tables of parties, tenderers and suppliers.
    owners : dict of str to numpy.ndarray
        For each table, the process (its number in the block) that each row belongs to.
    ocids : pyarrow.Array
        Of the processes.
    names : frozenset of str
        Plain names of natural persons that are known from elsewhere in the same files.
    """
    persons: set[str] = set()
    others: set[str] = set()
    home = home_of(columns)
    found: dict[str, dict[int, str]] = {}
    for table, role in _ROLES:
        if f"{table}.{role}_id" in columns:
            found[table] = _persons(table, role, columns, owners, names, persons, others, home)
    _follow_parties(found, columns, owners)
    people: dict[int, _Known] = defaultdict(_Known)
    everybody: list[set[str]] = [set(), set(), set()]
    done = []
    for table, role in _ROLES:
        if table in found:
            done += _hide(table, role, found[table], columns, owners[table], ocids, people, everybody)
    for name in [name for name, values in columns.items() if values.type == pa.string() and name not in _LEFT]:
        done += _hide_mentions(name, columns, owners, ocids, people)
    return Masked(
        [one for one in done if len(one.rows)],
        frozenset(persons),
        frozenset(others),
        People(*map(frozenset, everybody), frozenset(others), frozenset(home)),
    )


def _persons(table, role, columns, owners, names, persons, others, home) -> dict[int, str]:
    """Return why each row of a table that may be a natural person is one; add to `persons` and `others`."""
    rows = _doubtful(table, role, columns, home)
    if not len(rows):
        return {}
    at = pa.array(rows)
    texts, ids = (columns[f"{table}.{role}_{part}"].take(at) for part in ("name", "id"))
    told = [texts.to_pylist(), legal_entities.by_names(texts, *home).to_pylist(), ids.to_pylist()]
    institution = np.full(len(rows), table in _INSTITUTIONS)
    if table == "parties":
        told += [columns[f"parties.identifier_{part}"].take(at).to_pylist() for part in ("scheme", "id")]
        institution = np.asarray(is_institution(columns["parties.roles"].take(at)))
    else:
        told += [[None] * len(rows), _party_rows(rows, table, role, columns, owners)]
    why = {}
    for row, public, (name, by_name, *identified) in zip(
        rows.tolist(), institution, zip(*told, strict=True), strict=True
    ):
        reason = _decide(table, bool(public), name, by_name, *identified, home)
        without_sign = bool(name) and by_name != legal_entities.ENTITY
        if not reason and without_sign and plain(name) in names:
            reason = "name_of_a_person"
        if reason:
            why[row] = reason
        if without_sign and reason in ("personal_identifier", "personal_word", "personal_name"):
            persons.add(plain(name))
        elif without_sign and not reason:
            others.add(plain(name))
    return why


def _doubtful(table: str, role: str, columns: Columns, home: tuple[str, ...]) -> np.ndarray:
    """Return the rows that a look at whole columns does not show to be legal entities.

    The commonest legal forms are looked for first, in names as they are written; then all signs, in what is left.
    An identifier that is a natural person's outweighs any form.
    """
    ids, names = columns[f"{table}.{role}_id"], columns[f"{table}.{role}_name"]
    suspect = has_person_reference(ids)
    if table == "parties":
        of_scheme = (columns["parties.identifier_scheme"], columns["parties.identifier_id"])
        suspect = pc.or_(suspect, has_person_identifier(*of_scheme))
    rows = np.flatnonzero(pc.or_(suspect, pc.invert(has_plain_form(names))))
    if not len(rows):
        return rows
    at = pa.array(rows)
    entity = pc.equal(legal_entities.by_names(names.take(at), *home), legal_entities.ENTITY)
    return rows[np.asarray(pc.or_(suspect.take(at), pc.invert(entity)))]


def _decide(table: str, institution: bool, name, by_name: str, identifier, scheme, other, home=()) -> str:
    """Return why a doubtful organisation is taken for a person; `other`: its identifier, or the party it names."""
    pairs = [("", identifier)] if identifier else []
    if table == "parties" and other:
        pairs.append((scheme or "", other))
    if not name and not pairs:
        return ""
    reason = reason_of(name or "", by_name, *pairs)
    if reason == "no_sign" and (institution or (table != "parties" and other is not None)):
        # The role tells, or the party that it refers to; but not against the name.
        personal = name and legal_entities.is_personal(name, *(one for _, one in pairs), countries=home)
        return "personal_name" if personal else ""
    return reason


def _party_rows(rows: np.ndarray, table: str, role: str, columns: Columns, owners: dict[str, np.ndarray]) -> list:
    """Return for each row the row of the party in the same process that it refers to, or None.

    A reference has the id of the party; one without an id, or with one that no party has, has its name.
    """
    if "parties.party_id" not in columns or not len(rows):
        return [None] * len(rows)
    at = pa.array(rows)
    processes = owners[table][rows].tolist()
    ids, names = (columns[f"{table}.{role}_{part}"].take(at).to_pylist() for part in ("id", "name"))
    # The parties of these processes, by process and id, and by process and plain name.
    own = np.flatnonzero(np.isin(owners["parties"], list(set(processes))))
    told = [columns[f"parties.party_{part}"].take(pa.array(own)).to_pylist() for part in ("id", "name")]
    parties = list(zip(owners["parties"][own].tolist(), own.tolist(), *told, strict=True))
    by_id = {(process, one): row for process, row, one, _ in parties if one}
    by_name = {(process, plain(name)): row for process, row, _, name in parties if name}
    return [
        by_id.get((process, one), by_name.get((process, plain(name or ""))))
        for process, one, name in zip(processes, ids, names, strict=True)
    ]


def _follow_parties(found: dict[str, dict[int, str]], columns: Columns, owners: dict[str, np.ndarray]) -> None:
    """Take for persons all references to parties that are."""
    persons = found.get("parties")
    if not persons:
        return
    processes = set(owners["parties"][list(persons)].tolist())
    for table, role in [one for one in _ROLES[1:] if one[0] in found]:
        rows = np.flatnonzero(np.isin(owners[table], list(processes)))
        parties = _party_rows(rows, table, role, columns, owners)
        for row, party in zip(rows.tolist(), parties, strict=True):
            if party in persons and found[table].get(row) not in ("personal_identifier", "personal_word"):
                found[table][row] = persons[party]


def _hide(table, role, why, columns, owner, ocids, people, everybody) -> list[Done]:
    """Mask names and identifiers of persons in the columns of their role, and say why; add to `everybody`."""
    rows = np.array(sorted(why), dtype=np.int64)
    if table not in _INSTITUTIONS:
        reasons = pa.nulls(len(owner), pa.string())
        columns[f"{table}.{role}_{WHY}"] = replaced(reasons, rows, [why[row] for row in rows.tolist()])
    if not len(rows):
        return []
    at = pa.array(rows)
    parts = {part: f"{table}.{role}_{part}" for part in ("id", "name")}
    if table == "parties":
        parts["identifier"] = "parties.identifier_id"
    old = {part: columns[name].take(at).to_pylist() for part, name in parts.items()}
    masks = []
    for number, (process, row) in enumerate(zip(owner[rows].tolist(), rows.tolist(), strict=True)):
        own = {part: values[number] for part, values in old.items()}
        key = own["id"] or own["name"] or own.get("identifier") or ""
        known = people[process].persons
        person = known.setdefault(key, Person(len(known) + 1))
        masks.append(ID_MASK.format(number=person.number, ocid=ocids[process].as_py()))
        # What else of the process tells the person.
        words = frozenset(word for word in plain(own["name"] or "").split() if len(word) >= _SMALL)
        if words:
            person.parts.add(words)
        told, presumed, numbers = everybody
        (presumed if why[row] == "no_sign" else told).update([own["name"]] if own["name"] else [])
        if why[row] not in ("personal_name", "name_of_a_person"):
            # Otherwise the identifier is that of the firm for which the person signs.
            codes = {plain(own[part] or "") for part in ("id", "identifier") if part in own}
            person.codes |= {code for code in codes if sum(sign.isdigit() for sign in code) >= _DIGITS}
            numbers.update(own[part] for part in ("id", "identifier") if own.get(part))
    done = []
    for part, name in parts.items():
        there = np.array([one is not None for one in old[part]], dtype=bool)
        if part == "id":
            # A person without an id gets one all the same, so that it can be distinguished from the next.
            there[:] = True
        put = [NAME_MASK if part == "name" else mask for mask, is_there in zip(masks, there, strict=True) if is_there]
        columns[name] = replaced(columns[name], rows[there], put)
        done.append(Done(name, rows[there], put))
    return done


def _hide_mentions(name, columns, owners, ocids, people) -> list[Done]:
    """Mask what names a person of the same process, and texts that hold the code of any natural person."""
    owner, values = owners[name.partition(".")[0]], columns[name]
    rows = np.flatnonzero(np.isin(owner, list(people))) if people else np.array([], dtype=np.int64)
    rows = rows[np.asarray(pc.is_valid(values.take(pa.array(rows))))]
    hit: dict[int, str] = {}
    if not name.endswith(f"_{WHY}"):
        texts = values.take(pa.array(rows)).to_pylist()
        for row, process, text in zip(rows.tolist(), owner[rows].tolist(), texts, strict=True):
            is_mask = text == NAME_MASK or text.startswith(("person-", "reference-"))
            if text and not is_mask and people[process].named_in(text):
                hit[row] = text
    coded = np.flatnonzero(has_person_code(values))
    for row, text in zip(coded.tolist(), values.take(pa.array(coded)).to_pylist(), strict=True):
        if legal_entities.person_codes(text):
            hit.setdefault(row, text)
    if not hit:
        return []
    at = np.array(sorted(hit), dtype=np.int64)
    masks = [_instead(name, hit[row], int(owner[row]), ocids, people) for row in at.tolist()]
    columns[name] = replaced(values, at, masks)
    return [Done(name, at, masks)]


def _instead(name: str, text: str, process: int, ocids: pa.Array, people) -> str:
    """Return what stands for a text of a column that names a person."""
    column = name.partition(".")[2]
    roles = {role for _, role in _ROLES}
    if column in {f"{role}_name" for role in roles}:
        return NAME_MASK
    known = people[process]
    if column in {f"{role}_id" for role in (*roles, "identifier")} and text in known.persons:
        return ID_MASK.format(number=known.persons[text].number, ocid=ocids[process].as_py())
    if column.endswith("_id"):
        # Others may refer to it: what stands for the same is the same.
        number = known.references.setdefault(text, len(known.references) + 1)
        return REFERENCE_MASK.format(number=number, ocid=ocids[process].as_py())
    return TEXT_MASK


def replaced(values: pa.Array, rows: np.ndarray, new: list) -> pa.Array:
    """Return a column of text with `new` in some of its rows."""
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(new, pa.string()))
