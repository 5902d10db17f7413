"""A reviewer's verdicts on hits, kept from one scan to the next by the key of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.base.words import LANGUAGES, word
from ogp_analysis.data.datasets.procurement import legal_entities
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.surveillance.detector import facts
from ogp_analysis.surveillance.scan import CONTRACT_COLUMNS, NUMBER, plain_facts, reasons_said

# What of a hit a page may show before anybody has read the contract: no supplier, no vendor, no natural person.

#: Words of a name that are a given name and a surname.
_PAIR = 2
#: Of files that are searched the country is not known; short legal forms are read as in Mexico.
_COUNTRIES = ("MX",)


def shown_buyer(name: str) -> str:
    """Return the name of a buyer, unless it may be that of a natural person."""
    words, told = legal_entities.plain(name).split(), legal_entities.by_name(name, *_COUNTRIES)
    given = legal_entities.given_names()
    pair = told != legal_entities.ENTITY and len(words) == _PAIR and not given.isdisjoint(words)
    person = told == legal_entities.PERSON or legal_entities.is_personal(name, countries=_COUNTRIES) or pair
    return word("scan.page.person") if person else name


def shown_supplier(name: str) -> str:
    """Return the name of a supplier of a confirmed hit, if something shows that it is a legal entity."""
    return name if legal_entities.by_name(name, *_COUNTRIES) == legal_entities.ENTITY else word("scan.page.unnamed")


def shown_key(key: str) -> str:
    """Return the key of a contract, unless the code of a natural person stands in it."""
    return word("scan.page.person") if legal_entities.person_codes(key) else key


def shown_reasons(rows: pd.DataFrame) -> str:
    """Return the reasons of a hit without the name of a vendor or product in them."""
    named = {name for names in facts()["vendors"].values() for name in names}
    hidden = rows["what"].where(~rows["what"].isin(named), word("scan.vendor_term"))
    return reasons_said(rows.assign(what=hidden))


#: What a reviewer may say of a hit, beside nothing.
VERDICTS = ("confirmed", "rejected", "unsure")
#: Columns of the reviewer in the table of hits, and what a scan says beside them.
REVIEW_COLUMNS = ("verdict", "note", "changed_since_verdict")


@dataclass(frozen=True)
class Verdict:
    """What a reviewer said of one hit.

    Attributes
    ----------
    verdict : str
        One of :data:`VERDICTS`; empty where there is only a note.
    note : str
        In the reviewer's words.
    facts : tuple of str
        What the contract said when the verdict was given, by
        :data:`ogp_analysis.surveillance.scan.CONTRACT_COLUMNS`; empty if it was not among the hits.
    """

    verdict: str
    note: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Review:
    """Hits with their verdicts.

    Attributes
    ----------
    hits : pandas.DataFrame
        The hits of a scan, with :data:`REVIEW_COLUMNS`. ``changed_since_verdict`` names the columns in which the
        contract says something else than when the verdict was given.
    verdicts : dict of str to Verdict
        All verdicts by key, for the next scan; those of hits under the key that the hits have now.
    lost : dict of str to Verdict
        Those of keys that are not hits now.
    """

    hits: pd.DataFrame = field(repr=False)
    verdicts: dict[str, Verdict] = field(repr=False)
    lost: dict[str, Verdict] = field(repr=False)

    @property
    def confirmed(self) -> pd.Series:
        """Which hits the reviewer confirmed, and whose contract has not changed since."""
        return (self.hits["verdict"] == "confirmed") & (self.hits["changed_since_verdict"] == "")


def reviewed(hits: pd.DataFrame, verdicts: Mapping[str, Verdict]) -> Review:
    """Return hits with the verdicts on them.

    A verdict stays with the hit of its key if the contract says the same as when the verdict was given; else it goes to
    another row of that contract that says the same, since rows of one contract are only numbered; else it stays with
    its key, marked as changed.

    Parameters
    ----------
    hits : pandas.DataFrame
        ``frame`` of a :class:`~ogp_analysis.surveillance.scan.Scan`.
    verdicts : mapping of str to Verdict
        By key.
    """
    now = dict(zip(hits["key"], plain_facts(hits), strict=True))
    contract: dict[str, list[str]] = {}
    for key in now:
        contract.setdefault(_contract(key), []).append(key)
    taken: dict[str, Verdict] = {}
    same = [key for key, one in verdicts.items() if now.get(key) == one.facts]
    taken |= {key: verdicts[key] for key in same}
    left = [key for key in verdicts if key not in taken]
    for key in list(left):
        one = verdicts[key]
        moved = [k for k in contract.get(_contract(key), ()) if k not in taken and now[k] == one.facts]
        if moved:
            taken[moved[0]] = one
            left.remove(key)
    lost: dict[str, Verdict] = {}
    for key in left:
        if key in now and key not in taken:
            taken[key] = verdicts[key]
            continue
        name = key
        while name in now or name in lost:  # another verdict of the contract stands there now
            name += "~"
        lost[name] = verdicts[key]
    columns: dict[str, list[str]] = {name: [] for name in REVIEW_COLUMNS}
    for key, says in now.items():
        one = taken.get(key, Verdict(""))
        moved = [c for c, old, new in zip(CONTRACT_COLUMNS, one.facts, says, strict=False) if old != new]
        for name, value in zip(REVIEW_COLUMNS, (one.verdict, one.note, "; ".join(moved)), strict=True):
            columns[name].append(value)
    taken = {key: replace(one, facts=one.facts or now[key]) for key, one in taken.items()}
    frame = hits.assign(**{name: pd.Series(values, index=hits.index, dtype="str") for name, values in columns.items()})
    return Review(frame, taken | lost, lost)


def _contract(key: str) -> str:
    """Return what of a key names the contract, without the numbers of its different rows."""
    return NUMBER.sub("", key).rpartition("#")[0] or key


def edited(
    tables: Iterable[tuple[str, pd.DataFrame]],
    verdicts: Mapping[str, Verdict],
    facts: Mapping[str, tuple[str, ...]],
    before: Iterable[Mapping[str, Verdict]] = (),
) -> dict[str, Verdict]:
    """Return the verdicts after a reviewer has written into tables of hits.

    What differs from the verdicts that were written into a table is new. A row that a reviewer took out of a
    table keeps its verdict; an empty cell takes it back.

    Parameters
    ----------
    tables : iterable of (str, pandas.DataFrame)
        Label and ``key, verdict, note`` as text of each.
    verdicts : mapping of str to Verdict
        Those known when the tables were written.
    facts : mapping of str to tuple of str
        What the contracts of the hits said then.
    before : iterable of mapping
        Verdicts that older tables show, where a scan was stopped before all were replaced: they are not new either.

    Raises
    ------
    ParameterError
        If a verdict is not one of :data:`VERDICTS`, in any of the languages, or two tables, or two rows, say different
        things of one key.
    """
    words = {folded(word(f"scan.verdict.{one}", language)): one for one in VERDICTS for language in LANGUAGES}
    said: dict[str, tuple[str, str, str]] = {}
    for label, table in tables:
        for key, verdict, note in table[["key", "verdict", "note"]].itertuples(index=False, name=None):
            if verdict.strip() and folded(verdict) not in words:
                what = f"has the verdict {verdict.strip()[:40]!r} at {key[:80]!r}, which is not a verdict"
                raise ParameterError(label, what, f"Write {listed(list(words), len(words))}, or nothing")
            written = words[folded(verdict)] if verdict.strip() else "", note.strip()
            known = (one.get(key, Verdict("")) for one in (verdicts, *before))
            if not key.strip() or written in [(one.verdict, one.note) for one in known]:
                continue
            if key in said and said[key][:2] != written:
                where = label if said[key][2] == label else f"{said[key][2]} and {label}"
                raise ParameterError(where, f"contradict each other on {key[:80]!r}", "Leave one of them")
            said[key] = (*written, label)
    made = dict(verdicts)
    for key, (verdict, note, _) in said.items():
        made.pop(key, None)
        if verdict or note:
            made[key] = Verdict(verdict, note, facts.get(key, ()))
    return made
