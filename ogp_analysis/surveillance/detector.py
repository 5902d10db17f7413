"""Probable purchases of surveillance technology in a table of contracts: a score with its reasons.

It looks for the terms and codes of ``surveillance_taxonomy`` in Spanish, English, Portuguese and French, for the firms
of documented contracts and the names of ``surveillance_vendors``, and at the buyer. Text is folded (case, accents,
signs), words are matched whole, with their usual endings. Phrases that mean something else are taken out first; words
with a second meaning count only beside a word that settles it.

Points: a strong term, a maker's name in the object or a firm that a documented contract names with high evidence 4, a
code for surveillance itself 3, a medium term or another listed firm 2, a weak term, a code of its family, or a security
body as the buyer 1 (the last only beside another reason). From 4 a contract is *probable*, from 2 *possible*; cameras
alone are never more. Where a firm is all there is, the contract is one of a *listed firm, object unclear*, and no
purchase of surveillance technology: some sell other goods too. The tier is that of the reason with most points, of
equals the more intrusive.

A hit is a contract to read, not a finding; what is not hit is not clean. No recall is stated: the terms were partly
read in pages about the documented contracts. Purchases that were reserved are not in public data at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import ParameterError, listed
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.datasets.procurement.ocds.masking import NAME_MASK
from ogp_analysis.data.store import hand_out
from ogp_analysis.surveillance.contracts import suppliers

#: Kinds of reasons; leaving one out shows what the others find.
KINDS = ("terms", "codes", "suppliers", "buyers")
#: Columns of clean tables of contracts by what the detector reads in them; the first that are there are read.
COLUMNS = {
    "text": ("contract_object", "procedure_object", "title", "description", "object"),
    "supplier": ("supplier_name",),
    "buyer": ("buyer_name", "institution"),
}
#: Scheme of the codes in a column.
CODE_COLUMNS = {"partida": "mx_cog", "cpv": "cpv_2008", "unspsc": "unspsc"}
#: Scheme of the codes of a column ``classification``, by what ``classification_scheme`` says.
SCHEMES = {"PARTIDA": "mx_cog", "CPV": "cpv_2008", "UNSPSC": "unspsc"}
#: Technology that makes a documented purchase count for its firm.
_INTRUSIVE = ("intrusion", "interception", "geolocation", "device_forensics")
_CAMERAS = "video_and_faces"
#: Kinds of reasons that say what is bought.
_OBJECT = ("terms", "codes")
#: Rows that are read at once.
_ROWS = 50_000
#: Words shorter than this have no other endings.
_INFLECTED = 4


def facts() -> dict:
    """Return the reviewed settings, from ``detector.toml``."""
    return toml(__file__, "detector.toml")


#: What was measured in all published files, as ``tools/evaluate_detector.py`` wrote it beside its page: different
#: ``texts``, ``hits`` by the words alone, of these ``intrusive`` ones (of a tier that a statute would have to provide
#: for), and ``decided`` and ``right`` ones.
MEASURED = toml(__file__, "detector_measured.toml")
#: Tiers, from the most intrusive.
TIERS = tuple(facts()["tiers"])


@dataclass(frozen=True)
class Term:
    """One thing that is looked for in folded text: its words, its pattern, what it says and for how many points."""

    words: str
    pattern: str
    tier: str
    points: int
    needs: tuple[str, ...]
    or_buyer: bool


class Firm(NamedTuple):
    """A listed firm: name, what it is known for, points of a contract with it, whether it sells what others make."""

    name: str
    tier: str
    points: int
    seller: bool


class Detection(NamedTuple):
    """Contracts that may be purchases of surveillance technology, why, and what there was to read.

    Attributes
    ----------
    hits : pandas.DataFrame
        One row per hit, the highest score first: ``row`` (label in the table looked at), ``key`` (of that table, if it
        has one), ``buyer, score, verdict`` (``probable``, ``possible``, or ``listed_firm``: it rests on
        a firm alone), ``tier`` and ``reasons`` (what was found, joined by ``"; "``).
    reasons : pandas.DataFrame
        One row per reason of a hit: ``row, kind`` (of :data:`KINDS`), ``what, tier, points``.
    readable : pandas.Series
        Of how many rows there was ``text`` to read, a ``supplier`` that is not masked, and a ``buyer``.
    """

    hits: pd.DataFrame
    reasons: pd.DataFrame
    readable: pd.Series


def detect(
    contracts: pd.DataFrame,
    columns: Mapping[str, Iterable[str]] | None = None,
    use: Iterable[str] = KINDS,
    edition: str = "embedded",
) -> Detection:
    """Return the contracts that may be purchases of surveillance technology, each with its reasons.

    Parameters
    ----------
    contracts : pandas.DataFrame
        Any table with a row a contract.
    columns : mapping, optional
        Which columns hold ``text``, ``supplier``, ``buyer`` and codes (``cpv_2008, unspsc, mx_cog``); by default those
        of :data:`COLUMNS` and :data:`CODE_COLUMNS` that the table has, and ``classification`` by its scheme, unless
        ``partida`` is there.
    use : iterable of str
        Which kinds of reasons count, of :data:`KINDS`.
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    Detection
        Two frames, one row per hit in ``.hits`` and one row per reason in ``.reasons``, and what was ``.readable``.

    Raises
    ------
    ParameterError
        If a column is absent, a kind of reason is unknown, or there is nothing to read.

    Notes
    -----
    Points, words with two meanings and false friends stand in ``surveillance/detector.toml``.

    Examples
    --------
    >>> table = pd.DataFrame({"object": ["Servicio de monitoreo de información remota", "Servicio de vigilancia"]})
    >>> ogp.surveillance.detect(table).hits[["row", "tier", "score", "verdict"]].values.tolist()
    [[0, 'intrusion', 4, 'probable']]
    """
    if odd := sorted(set(use) - set(KINDS)):
        raise ParameterError(f"kind of reason {odd[0]!r}", "is unknown", "Use some of " + ", ".join(KINDS))
    read = columns_read(contracts, columns)
    # Only what counts, and can be in this table, is loaded: once, not for every part.
    in_text, coded = "terms" in use and "text" in read, "codes" in use and not set(read) <= set(COLUMNS)
    sought = _Sought(
        terms=terms(edition) if in_text else (),
        stops=re.compile(stops(edition) if in_text else ""),
        firms=firms(edition) if "suppliers" in use and not set(COLUMNS).isdisjoint(read) else {},
        codes=hand_out.load("surveillance_taxonomy", "codes", edition) if coded else None,
        buyers="buyers" in use,
    )
    # A part at a time, so that the folded words of a large table are never held at once.
    parts = [
        _part(contracts.iloc[start : start + _ROWS], start, read, sought) for start in range(0, len(contracts), _ROWS)
    ]
    reasons = pd.concat([_no_reasons(), *(part.reasons for part in parts)], ignore_index=True)
    # A contract with too few points is not a hit.
    names = ["row", "key", "buyer", "score", "verdict", "tier", "reasons"]
    limits, order = facts()["thresholds"], {tier: place for place, tier in enumerate(TIERS)}
    rows = []
    for place, own in reasons.groupby("row"):
        score = int(own["points"].sum())
        if score < limits["possible"]:
            continue
        found = [one for one in own.to_dict("records") if one["kind"] != "buyers"]
        bought = {one["tier"] for one in found if one["kind"] in _OBJECT}
        tier = min(found, key=lambda one: (-one["points"], order[one["tier"]]))["tier"]
        if bought <= {_CAMERAS}:  # what the firm is known for is not what was bought
            tier = _CAMERAS if bought else "unspecified"
        key = next((name for name in ("contract_key", "award_key") if name in contracts), None)
        buyer = next(iter(read.get("buyer", ())), None)
        rows.append(
            (
                contracts.index[place],
                contracts[key].iloc[place] if key else None,
                contracts[buyer].iloc[place] if buyer else None,
                score,
                _verdict(score >= limits["probable"], bought),
                tier,
                "; ".join(own["what"]),
            )
        )
    hits = pd.DataFrame(rows, columns=names).sort_values(["score", "row"], ascending=[False, True], ignore_index=True)
    reasons = reasons.assign(row=[contracts.index[place] for place in reasons["row"]])
    reasons = reasons[reasons["row"].isin(hits["row"])].reset_index(drop=True)
    counts = zip(*(part.counts for part in parts), strict=True)
    readable = pd.Series([sum(one) for one in counts] or 0, list(COLUMNS))
    return Detection(hits, reasons, readable)


def _verdict(is_probable: bool, bought: set[str]) -> str:
    """Return the verdict on a contract, by its points and the tiers that its object and codes name."""
    if not bought:
        return "listed_firm"
    return "probable" if is_probable and bought != {_CAMERAS} else "possible"


class _Sought(NamedTuple):
    """What is looked for in every part of a table; what does not count is empty."""

    terms: tuple[Term, ...]
    stops: re.Pattern
    firms: dict[str, Firm]
    codes: pd.DataFrame | None
    buyers: bool


class _Part(NamedTuple):
    reasons: pd.DataFrame
    counts: tuple[int, int, int]


def _part(frame: pd.DataFrame, start: int, read: dict, sought: _Sought) -> _Part:
    """Return the reasons in some rows, by their places in the whole, and in how many there was something to read."""
    text, supplier, buyer = (_joined(frame, read.get(name, ())) for name in ("text", "supplier", "buyer"))
    settings = facts()["security_buyers"]
    yes, no = (r"\b(?:" + "|".join(settings[name]) + r")\b" for name in ("words", "none"))
    security = buyer.str.contains(yes, regex=True) & ~buyer.str.contains(no, regex=True)
    found = [_no_reasons()]
    if sought.terms:
        # One alternation finds the few texts that hold any term; only these are looked at.
        every = r"\b(?:" + "|".join(term.pattern for term in sought.terms) + r")\b"
        near = pc.indices_nonzero(pc.match_substring_regex(pa.array(text).cast(pa.large_string()), every)).to_pylist()
        compiled = [(term, re.compile(rf"\b{term.pattern}\b")) for term in sought.terms] if near else []
        rows = []
        for place in near:
            rest = sought.stops.sub(" | ", text[place])
            held = [term for term, pattern in compiled if pattern.search(rest)]
            kept = [
                term
                for term in held
                if not term.needs or any(one in rest for one in term.needs) or (term.or_buyer and security[place])
            ]
            # Of a phrase and the words inside it, the phrase counts.
            kept = [
                term
                for term in kept
                if not any(term is not other and f" {term.words} " in f" {other.words} " for other in kept)
            ]
            rows += [(place, "terms", term.words, term.tier, term.points) for term in kept]
        found.append(pd.DataFrame(rows, columns=list(_no_reasons())))
    # A maker's name in an object is a term; that of a firm which sells what others make says no more than in its cell.
    sellers = {alias: firm for alias, firm in sought.firms.items() if firm.seller}
    named = [_named(supplier + " | " + buyer, sought.firms), _named(text, sellers)]
    found.append(pd.concat(named).drop_duplicates())
    if sought.codes is not None:
        found += [_codes(frame, scheme, names, sought.codes) for scheme, names in read.items() if scheme not in COLUMNS]
    reasons = pd.concat(found, ignore_index=True)
    at = [place for place in reasons["row"].unique() if security[place]]
    if sought.buyers and at:
        own = {"row": at, "kind": "buyers", "what": "buyer", "tier": "", "points": facts()["points"]["buyer"]}
        reasons = pd.concat([reasons, pd.DataFrame(own)], ignore_index=True)
    masked = supplier.str.startswith((folded(persons.MASK), folded(NAME_MASK)))
    counts = int((text != "").sum()), int(((supplier != "") & ~masked).sum()), int((buyer != "").sum())
    return _Part(reasons.assign(row=reasons["row"] + start), counts)


def _named(cells: pd.Series, known: Mapping[str, Firm]) -> pd.DataFrame:
    """Return a reason for each listed firm that a folded cell names."""
    rows = []
    if known:
        pattern = r"\b(?:" + "|".join(map(re.escape, sorted(known, key=len, reverse=True))) + r")\b"
        near = pc.indices_nonzero(
            pc.match_substring_regex(pa.array(cells).cast(pa.large_string()), pattern)
        ).to_pylist()
        firms = {(place, known[name]) for place in near for name in re.findall(pattern, cells[place])}
        rows = [(place, "suppliers", "supplier", firm.tier, firm.points) for place, firm in sorted(firms)]
    return pd.DataFrame(rows, columns=list(_no_reasons()))


def columns_read(frame: pd.DataFrame, given: Mapping[str, Iterable[str]] | None = None) -> dict[str, tuple[str, ...]]:
    """Return which columns of a table are read, by what they hold.

    Parameters
    ----------
    frame : pandas.DataFrame
    given : mapping of str to iterable of str, or None
        Names of columns by what they hold; by default those of :data:`COLUMNS` and :data:`CODE_COLUMNS` that it has.

    Raises
    ------
    ParameterError
        If the table lacks a column that is given, or has none that is read.

    Examples
    --------
    >>> columns_read(pd.DataFrame(columns=["title", "cpv"]))
    {'text': ('title',), 'cpv_2008': ('cpv',)}
    """
    if given is None:
        found = {what: tuple(name for name in names if name in frame) for what, names in COLUMNS.items()}
        found |= {scheme: (name,) for name, scheme in CODE_COLUMNS.items() if name in frame}
        if {"classification", "classification_scheme"} <= set(frame) and "partida" not in frame:
            found["classification"] = ("classification",)
    else:
        found = {what: (names,) if isinstance(names, str) else tuple(names) for what, names in given.items()}
    absent = sorted({name for names in found.values() for name in names} - set(frame))
    if absent:
        raise ParameterError("table of contracts", f"has no column {listed(absent)}", "Name columns that it has")
    found = {what: names for what, names in found.items() if names}
    if not found:
        names = ", ".join(name for names in COLUMNS.values() for name in names)
        raise ParameterError(
            "table of contracts", "has no column that is read", f"Give `columns`, or name them {names}"
        )
    return found


def fold(texts: pa.Array) -> pa.Array:
    """Return texts in lower case without accents, every run of other signs one blank; missing is empty."""
    plain = pc.utf8_normalize(pc.utf8_lower(pc.fill_null(texts.cast(pa.large_string()), "")), form="NFD")
    plain = pc.replace_substring_regex(plain, r"\p{Mn}+", "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, r"[^a-z0-9]+", " "))


def _joined(frame: pd.DataFrame, names: Iterable[str]) -> pd.Series:
    """Return the folded text of some columns of each row, by its place; a bar stands between columns."""
    names = list(names)
    if not names:
        return pd.Series([""] * len(frame), dtype="str")
    parts = [fold(pa.array(frame[name].astype("str").where(frame[name].notna(), ""))) for name in names]
    whole = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, pa.scalar(" | ", pa.large_string()))
    if len(parts) > 1:
        whole = pc.replace_substring_regex(whole, r"^[ |]+$", "")
    return pd.Series(pd.array(whole, dtype="str"))


def _pattern(words: str) -> str:
    """Return the pattern of folded words with their usual endings: plural, and -o and -a of Spanish and Portuguese."""
    made = []
    for one in words.split():
        stem = re.sub(r"(?:es|s)$", "", one) if len(one) > _INFLECTED else one
        if len(one) <= _INFLECTED or not one.isalpha():
            made.append(one)
        elif stem[-1] in "oa":
            made.append(stem[:-1] + "[oa]s?")
        else:
            made.append(stem + "(?:e?s)?")
    return " ".join(made)


def terms(edition: str) -> tuple[Term, ...]:
    """Return the terms that are looked for in texts, each with the pattern that finds it.

    Examples
    --------
    >>> next(term.tier for term in terms("embedded") if term.words == "pegasus")
    'intrusion'
    """
    settings, rows = facts(), hand_out.load("surveillance_taxonomy", "terms", edition)
    tier_of = {category: tier for tier, categories in settings["tiers"].items() for category in categories}
    vendor = {name: tier for tier, names in settings["vendors"].items() for name in names}
    made = {}
    for row in rows[rows["strength"] != "exclude"].to_dict("records"):
        words = folded(row["term"])
        tier = vendor.get(words) or tier_of[row["category"]]
        made.setdefault(
            words,
            Term(
                words,
                _pattern(words),
                tier,
                settings["points"][row["strength"]],
                tuple(settings["needs"].get(words, ())),
                words in settings["needs_or_security_buyer"]["terms"],
            ),
        )
    for strength, own in settings["more_terms"].items():
        for words, tier in own.items():
            needs, or_buyer = settings["needs"].get(words, ()), words in settings["needs_or_security_buyer"]["terms"]
            term = Term(words, _pattern(words), tier, settings["points"][strength], tuple(needs), or_buyer)
            made.setdefault(words, term)
    for one in vendors(edition).itertuples():
        if not one.seller:
            words = folded(one.name)
            made.setdefault(words, Term(words, re.escape(words), one.tier, settings["points"]["strong"], (), False))
    return tuple(made.values())


def stops(edition: str) -> str:
    """Return the pattern of what is cut out of a text before terms are looked for: exclusions and false friends.

    Examples
    --------
    >>> re.sub(stops("embedded"), "|", "equipo de medicina forense")
    'equipo de |'
    """
    rows = hand_out.load("surveillance_taxonomy", "terms", edition)
    phrases = [_pattern(folded(term)) for term in rows.loc[rows["strength"] == "exclude", "term"]]
    phrases += [one for own in facts()["false_friends"].values() for one in own]
    return r"\b(?:" + "|".join(phrases) + r")\b"


def _no_reasons() -> pd.DataFrame:
    return pd.DataFrame({"row": pd.Series(dtype="int64"), "kind": "", "what": "", "tier": "", "points": 0})


def firms(edition: str = "embedded") -> dict[str, Firm]:
    """Return, by folded name, the listed firms: of documented contracts, and of ``surveillance_vendors``.

    A firm has the points of a supplier if its evidence is high, and that of an intrusive purchase too.
    """
    strength = hand_out.load("surveillance_suppliers_mexico", "suppliers", edition)
    evidence = hand_out.load("surveillance_suppliers_mexico", "evidence", edition)
    rows = hand_out.load("surveillance_contracts_mexico", "facts", edition)
    kinds = hand_out.load("surveillance_contracts_mexico", "technologies", edition)
    graded = set(strength.loc[strength["evidence_strength"] == "high", "supplier"])
    sure = set(rows.loc[(rows["confidence"] == "high") & ~rows["qualified"], "fact"])
    # The most intrusive technology of each purchase, and those of each firm.
    order = {name: place for place, name in enumerate(_INTRUSIVE)}
    bought: dict[str, str] = {}
    for fact, kind in zip(kinds["fact"], kinds["technology"], strict=True):
        if fact in sure and kind in order:
            bought[fact] = min(kind, bought.get(fact, kind), key=order.__getitem__)
    tiers_of: dict[str, list[str]] = {}
    for name, fact in zip(evidence["supplier"], evidence["fact"], strict=True):
        if fact in bought:
            tiers_of.setdefault(name, []).append(bought[fact])
    points, found = facts()["points"], {}
    for firm in suppliers().values():
        own = [tier for name in firm.names for tier in tiers_of.get(name, ())]
        is_sure = bool(own) and not graded.isdisjoint(firm.names)
        tier = min(own, key=order.__getitem__) if own else "unspecified"
        known = Firm(firm.name, tier, points["supplier" if is_sure else "listed"], seller=True)
        found |= dict.fromkeys(firm.aliases, known)
    # Of a longer name of one of these the firm is known already.
    documented = re.compile(r"\b(?:" + "|".join(map(re.escape, found)) + r")\b")
    for one in vendors(edition).itertuples():
        if not documented.search(words := folded(one.name)):
            found.setdefault(words, Firm(one.vendor, one.tier, points["listed"], one.seller))
    return found


def vendors(edition: str) -> pd.DataFrame:
    """Return the names of ``surveillance_vendors`` that are reasons by themselves, with ``tier`` and ``seller``.

    Everyday words, names of low confidence and vendors of other technology are no reason. A seller has its seat in
    Mexico or is a reseller there: it sells what others make.
    """
    rows, tier_of = hand_out.load("surveillance_vendors", "names", edition), facts()["technologies"]
    rows = rows[(rows["everyday"] == "no") & (rows["confidence"] != "low") & rows["technology"].isin(tier_of)]
    rows = rows[rows["name"].map(lambda name: re.fullmatch(r"[\w\s.,&-]+", name) is not None)]
    seller = rows["relation"].str.contains("reseller", regex=False) | (rows["jurisdiction"] == "MEX")
    return rows.assign(tier=rows["technology"].map(tier_of), seller=seller)


def _codes(frame: pd.DataFrame, scheme: str, names: tuple[str, ...], codes: pd.DataFrame) -> pd.DataFrame:
    """Return the codes of each row that are those of surveillance technology or of its family."""
    if scheme == "classification":
        labels = frame["classification_scheme"].str.upper().map(SCHEMES)
        own = [
            _codes(frame.assign(classification=frame["classification"].where(labels == one)), one, names, codes)
            for one in sorted(labels.dropna().unique())
        ]
        return pd.concat([_no_reasons(), *own], ignore_index=True)
    own = codes[(codes["scheme"] == scheme) & codes["tier"].isin(["A", "B"])]
    grades = dict(zip(own["code"].str.partition("-")[0], own["tier"], strict=True))
    tier_of = {code: tier for tier, named in facts()["code_tiers"].items() for code in named}
    rows = []
    for name in names:
        code = frame[name].astype("str").fillna("").str.partition("-")[0].reset_index(drop=True)
        for place in code.index[code.isin(list(grades))]:
            what, points = f"{scheme} {code[place]}", facts()["points"][f"code_{grades[code[place]]}"]
            rows.append((place, "codes", what, tier_of.get(what, "unspecified"), points))
    return pd.DataFrame(rows, columns=list(_no_reasons()))
