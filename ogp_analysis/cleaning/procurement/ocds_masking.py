"""Natural persons among the parties, tenderers and suppliers of a block of processes, and what stands for them.

A person is a number within the process: the same in all its tables, another in the next process. Nobody can be found by
it, and two processes of one person are not linked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.cleaning.procurement import ocds_persons
from ogp_analysis.cleaning.procurement.ocds_persons import plain

NAME_MASK = "(natural person)"
ID_MASK = "person-{number} of {ocid}"
TEXT_MASK = "(text names a natural person)"
REFERENCE_MASK = "reference-{number} of {ocid}"
#: Parts of names that tell nothing on their own.
_SMALL = 3
#: Roles of organisations: table of the block, and the prefix of its columns.
_ROLES = (("parties", "party"), ("tenderers", "tenderer"), ("tender_tenderers", "tenderer"), ("suppliers", "supplier"))
#: Texts and references that may hold a person's name.
_REFERENCES = ("processes.release_id", "tenders.tender_id", "bids.bid_id", "awards.award_id", "contracts.contract_id",
               "contracts.award_id")  # fmt: skip
_TEXTS = ("tenders.title", "tenders.procurement_method_rationale", "tenders.procurement_method_details",
          "items.description")  # fmt: skip


@dataclass
class Person:
    """A natural person in a process.

    Attributes
    ----------
    number : int
        From 1, in the order of parties, tenderers, suppliers.
    parts : frozenset of str
        The longer parts of the name.
    """

    number: int
    parts: frozenset[str]


@dataclass
class _Known:
    """What is masked in a process: persons by id or name, references by their text."""

    persons: dict[str, Person] = field(default_factory=dict)
    references: dict[str, int] = field(default_factory=dict)


Columns = dict[str, pa.Array]
#: What was done to a column: its name, the rows, what stands there now.
Done = list[tuple[str, np.ndarray, list[str]]]


def masked(columns: Columns, owners: dict[str, np.ndarray], ocids: pa.Array) -> Done:
    """Mask natural persons in `columns`, which are changed, and return what was done.

    Parameters
    ----------
    columns : dict of str to pyarrow.Array
        ``table.column`` of a block.
    owners : dict of str to numpy.ndarray
        For each table, the process (its number in the block) that each row belongs to.
    ocids : pyarrow.Array
        Of the processes.

    Returns
    -------
    list of tuple
        Column, its rows that were masked, what stands there now. What stood there is not said.
    """
    found = {
        table: _persons(table, role, columns, owners) for table, role in _ROLES if table + "." + role + "_id" in columns
    }
    _follow_parties(found, columns, owners)
    if not any(len(rows) for rows in found.values()):
        return []
    people: dict[int, _Known] = defaultdict(_Known)
    done = []
    for table, role in _ROLES:
        if len(found.get(table, ())):
            done += _hide(table, role, found[table], columns, owners[table], ocids, people)
    for name in (*_REFERENCES, *_TEXTS):
        done += _hide_mentions(name, columns, owners, ocids, people)
    return done


def _persons(table: str, role: str, columns: Columns, owners: dict[str, np.ndarray]) -> np.ndarray:
    """Return the rows of a table that may be natural persons."""
    rows = _doubtful(table, role, columns)
    if not len(rows):
        return rows
    at = pa.array(rows)
    names, ids = (columns[f"{table}.{role}_{part}"].take(at) for part in ("name", "id"))
    told = [names.to_pylist(), ocds_persons.by_names(names).to_pylist(), ids.to_pylist()]
    if table == "parties":
        told += [columns[f"parties.identifier_{part}"].take(at).to_pylist() for part in ("scheme", "id")]
    else:
        told += [[None] * len(rows), _party_rows(rows, columns[f"{table}.{role}_id"], columns, owners, table)]
    person = [_decide(table, *one) for one in zip(*told, strict=True)]
    return rows[np.array(person, dtype=bool)]


def _doubtful(table: str, role: str, columns: Columns) -> np.ndarray:
    """Return the rows of which a look at whole columns does not tell that they are legal entities.

    The commonest legal forms are looked for first, in names as they are written; then all signs, in what is left.
    An identifier that may be a natural person's outweighs any form.
    """
    ids, names = columns[f"{table}.{role}_id"], columns[f"{table}.{role}_name"]
    suspect = ocds_persons.has_person_reference(ids)
    if table == "parties":
        of_scheme = (columns["parties.identifier_scheme"], columns["parties.identifier_id"])
        suspect = pc.or_(suspect, ocds_persons.has_person_identifier(*of_scheme))
    doubtful = pc.or_(suspect, pc.invert(ocds_persons.has_plain_form(names)))
    if table == "parties":
        doubtful = pc.and_not(doubtful, ocds_persons.is_institution(columns["parties.roles"]))
    rows = np.flatnonzero(doubtful)
    if not len(rows):
        return rows
    at = pa.array(rows)
    entity = pc.equal(ocds_persons.by_names(names.take(at)), "entity")
    return rows[np.asarray(pc.or_(suspect.take(at), pc.invert(entity)))]


def _decide(table: str, name: str | None, told: str, identifier: str | None, scheme: str | None, other) -> bool:
    """Return whether a doubtful organisation is taken for a person; `other`: its identifier, or the party it names."""
    if not name and not identifier:
        return False
    pairs = [("", identifier)] if identifier else []
    if table == "parties":
        return ocds_persons.may_be_person(told, *pairs, *([(scheme or "", other)] if other else []))
    # A reference to a party: the party tells.
    return other is None and ocds_persons.may_be_person(told, *pairs)


def _party_rows(rows: np.ndarray, ids: pa.Array, columns: Columns, owners: dict[str, np.ndarray], table: str) -> list:
    """Return for each row the row of the party that its id refers to in the same process, None if there is none."""
    known = _parties_of(columns, owners, set(owners[table][rows].tolist()))
    wanted = zip(owners[table][rows].tolist(), ids.take(pa.array(rows)).to_pylist(), strict=True)
    return [known.get(one) if one[1] else None for one in wanted]


def _parties_of(columns: Columns, owners: dict[str, np.ndarray], processes: set[int]) -> dict[tuple[int, str], int]:
    if "parties.party_id" not in columns:
        return {}
    rows = np.flatnonzero(np.isin(owners["parties"], list(processes)))
    ids = columns["parties.party_id"].take(pa.array(rows)).to_pylist()
    return {(int(owners["parties"][row]), one): int(row) for row, one in zip(rows, ids, strict=True) if one}


def _follow_parties(found: dict[str, np.ndarray], columns: Columns, owners: dict[str, np.ndarray]) -> None:
    """Take for persons all references to parties that are."""
    if not len(found.get("parties", ())):
        return
    persons = set(found["parties"].tolist())
    processes = set(owners["parties"][found["parties"]].tolist())
    for table, role in _ROLES[1:]:
        if table not in found:
            continue
        rows = np.flatnonzero(np.isin(owners[table], list(processes)))
        parties = _party_rows(rows, columns[f"{table}.{role}_id"], columns, owners, table)
        more = [row for row, party in zip(rows.tolist(), parties, strict=True) if party in persons]
        found[table] = np.union1d(found[table], np.array(more, dtype=found[table].dtype))


def _hide(table, role, rows, columns, owner, ocids, people) -> Done:
    at, done = pa.array(rows), []
    names = columns[f"{table}.{role}_name"].take(at).to_pylist()
    ids = columns[f"{table}.{role}_id"].take(at).to_pylist()
    masks = [
        _mask(people[process], ocid, one, name)
        for process, ocid, one, name in zip(
            owner[rows].tolist(), ocids.take(pa.array(owner[rows])).to_pylist(), ids, names, strict=True
        )
    ]
    new = {f"{role}_id": masks, f"{role}_name": [NAME_MASK] * len(rows)}
    if table == "parties":
        new["identifier_id"] = masks
    for column, values in new.items():
        name = f"{table}.{column}"
        there = np.asarray(pc.is_valid(columns[name].take(at)))
        put = [value for value, is_there in zip(values, there, strict=True) if is_there]
        if column.endswith(f"{role}_id"):
            # A person without an id gets one all the same, so that it can be told from the next.
            there[:], put = True, values
        columns[name] = _replaced(columns[name], rows[there], put)
        done.append((name, rows[there], put))
    return done


def _mask(known: _Known, ocid: str, identifier: str | None, name: str | None) -> str:
    key = identifier or name or ""
    if key not in known.persons:
        parts = frozenset(part for part in plain(name or "").split() if len(part) >= _SMALL)
        known.persons[key] = Person(len(known.persons) + 1, parts)
    return ID_MASK.format(number=known.persons[key].number, ocid=ocid)


def _hide_mentions(name, columns, owners, ocids, people) -> Done:
    if name not in columns:
        return []
    owner = owners[name.partition(".")[0]]
    rows = np.flatnonzero(np.isin(owner, list(people)))
    texts = columns[name].take(pa.array(rows)).to_pylist()
    hit = [
        row for row, process, text in zip(rows.tolist(), owner[rows].tolist(), texts, strict=True)
        if text and _mentions(text, people[process])
    ]  # fmt: skip
    if not hit:
        return []
    at = np.array(hit)
    masks = [TEXT_MASK] * len(hit)
    if name in _REFERENCES:
        masks = _references(columns[name].take(pa.array(at)).to_pylist(), owner[at].tolist(), ocids, people)
    columns[name] = _replaced(columns[name], at, masks)
    return [(name, at, masks)]


def _references(texts: list[str], processes: list[int], ocids: pa.Array, people) -> list[str]:
    """Return what stands for identifiers that name a person: the same for the same, so that references hold."""
    masks = []
    for text, process in zip(texts, processes, strict=True):
        known = people[process].references
        number = known.setdefault(text, len(known) + 1)
        masks.append(REFERENCE_MASK.format(number=number, ocid=ocids[process].as_py()))
    return masks


def _mentions(text: str, known: _Known) -> bool:
    words = set(plain(text).split())
    return any(one.parts and one.parts <= words for one in known.persons.values())


def _replaced(values: pa.Array, rows: np.ndarray, new: list) -> pa.Array:
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(new, pa.string()))
