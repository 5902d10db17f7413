"""The catalogue of indicators: what a name stands for, where it is, its scale, its bounds and its limits.

The facts are data, in ``indicators.toml``. The words people read (name, short name, construct, unit,
direction) are messages: ``indicators.<id>.name`` and so on, in each language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.beside import toml
from ogp_analysis.base.countries import known
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.paths import OWN, is_own, project
from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.catalogue import Term

SCALES = ("index", "interval", "ordinal", "points", "share", "ratio", "rate", "amount")
#: Datasets whose publisher is better known for another dataset.
_HOUSES = {"ert": "vdem", "freedom_on_the_net": "freedom_in_the_world"}
DIRECTIONS = (
    *("higher is freer", "higher is more democratic", "higher is more participation", "higher is more open"),
    "higher is more",
)


@dataclass(frozen=True)
class Break:
    """A year from which a series is not comparable with the years before it.

    Attributes
    ----------
    year : int
        First year after the break.
    code : str
        ``"step"`` (a jump between surveys or estimates), ``"method"`` (made in another way from then on) or
        ``"every_two_years_before"``.
    iso3 : str
        The country concerned; empty if it is all of them.
    """

    year: int
    code: str
    iso3: str = ""


@dataclass(frozen=True)
class Indicator:
    """One indicator of one version of a dataset.

    Attributes
    ----------
    id : str
        The name a user types; the publisher's variable, with ``_v12``, ``_v15`` or ``_v16`` for those versions
        of V-Dem, or the short name of the index and of the part of it (``fiw_e2``, ``wjp_46``).
    dataset, table, column : str
        Where it stands in the clean tables.
    version, source_version : str
        The publisher's word for the version, and the folder of its full edition in ``data/raw``.
    scale : str
        One of :data:`SCALES`. Indicators of different scales are never averaged as they are.
    direction : str
        One of :data:`DIRECTIONS`.
    licence : str
        Licence of the series.
    first_year, last_year : int
        First and last year with a value.
    tags : tuple of str
        Constructs it measures, from the controlled vocabulary :func:`tags`.
    minimum, maximum : float or None
        Ends of the published scale; None where it is open.
    low, high : str
        Columns of the publisher's interval; empty if there is none.
    level : float or None
        Level of that interval: 0.68 for V-Dem (highest-density interval), never to be read as 95 %.
    std_error : str
        Column of the standard error (WGI) or of the posterior standard deviation (V-Dem 15); empty if none.
    redistribute : bool
        False if it may be drawn but must not be written into any file we publish.
    breaks : tuple of Break
        Known breaks of the series.
    shares_inputs_with : tuple of str
        Ids of the indicators, then datasets outside the catalogue, that have inputs in common with it, or
        whose dataset is a source of the other: agreement with them is not independent evidence.
    figure : str
        The figure in which it stands with others beside the core index, a key of ``others.title``; empty if in none.
    at_least : float or None
        Of ordered categories, the one from which on countries are counted.
    house : str
        Whose it is: the best-known dataset of its publisher.
    step : float or None
        The smallest change within a year that V-Dem's Democratic Spaces counts as an opening or a closing; None for
        indicators for which it has no such cut point. A smaller change gets no rank.
    """

    id: str
    dataset: str
    table: str
    column: str
    version: str
    source_version: str
    scale: str
    direction: str
    licence: str
    first_year: int
    last_year: int
    tags: tuple[str, ...]
    minimum: float | None = None
    maximum: float | None = None
    low: str = ""
    high: str = ""
    level: float | None = None
    std_error: str = ""
    redistribute: bool = True
    breaks: tuple[Break, ...] = ()
    shares_inputs_with: tuple[str, ...] = ()
    figure: str = ""
    at_least: float | None = None
    step: float | None = None
    house: str = ""

    @property
    def name(self) -> Term:
        """What it is called, with its version."""
        return Term(f"indicators.{self.id}.name")

    @property
    def short(self) -> Term:
        """The same in a few words, for tables and panels."""
        return Term(f"indicators.{self.id}.short")

    @property
    def unit(self) -> Term:
        """Its scale in words."""
        return Term(f"indicators.{self.id}.unit")

    @property
    def way(self) -> Term:
        """What a higher value means, in words."""
        return Term(f"indicators.{self.id}.direction")

    @property
    def publisher(self) -> Term:
        """Who publishes it, as sources name it."""
        return Term(f"figures.source.of.{self.dataset}")

    @property
    def in_text(self) -> str:
        """Its short name in the language in force, with its publisher's where the name does not say whose it is."""
        short = catalogue.word(f"indicators.{self.id}.short")
        publisher = catalogue.entry("measures.abbreviation").get(self.house)
        if publisher is None:
            return short
        return f"{short[:-1]}, {publisher})" if short.endswith(")") else f"{short} ({publisher})"


def indicator(id: str) -> Indicator:
    """Return the indicator of that id or name.

    Parameters
    ----------
    id : str
        As :func:`indicators` and the codebook give it; or its name, long or short, in English or Spanish.

    Returns
    -------
    Indicator
        Where it stands, its scale, direction and bounds, its breaks, and what it shares inputs with.

    Raises
    ------
    UnknownName
        If there is none, with the ids of those most like it.

    Examples
    --------
    >>> civic = ogp.indicator("v2xcs_ccsi")
    >>> civic.dataset, civic.table, civic.direction, civic.minimum, civic.maximum
    ('vdem', 'v14', 'higher is freer', 0.0, 1.0)
    >>> ogp.indicator("v2xcs_csi")
    Traceback (most recent call last):
    ogp_analysis.base.errors.UnknownName: indicator 'v2xcs_csi': is not in the catalogue. Did you mean v2xcs_ccsi...
    """
    found = stated(id)
    return _as_read.get(found.id, found)


def _names(id: str) -> list[str]:
    """Return the names of an indicator, long and short, in each language."""
    keys = [f"indicators.{id}.{text}" for text in ("name", "short")]
    return [catalogue.word(key, spoken) for key in keys for spoken in catalogue.LANGUAGES]


#: Indicators that were last read from another version of their dataset than the catalogue states.
_as_read: dict[str, Indicator] = {}


def stated(id: str) -> Indicator:
    """Return an indicator as the catalogue states it, whichever version was read, or as the user who added it does.

    Raises
    ------
    UnknownName
        As :func:`indicator`.
    """
    if isinstance(id, str) and is_own(id):
        mine = own()
        return mine[known("indicator", id, mine, _names, "ogp-analysis list")]
    return _catalogue()[known("indicator", id, _catalogue(), _names, "ogp.indicators()")]


def own() -> dict[str, Indicator]:
    """Return the indicators that the user added (:mod:`ogp_analysis.data.store.own_list`), by id."""
    files = sorted(project().own.glob(f"{OWN}*/datapackage.json"))
    found = {file.parent.name: _added(file, file.stat().st_mtime_ns) for file in files}
    return {id: one for id, one in found.items() if one}


@lru_cache(maxsize=256)
def _added(file: Path, _: int) -> Indicator | None:
    """Return the indicator that a description on the shelf states, whose words are then known; None if of contracts."""
    facts, id = kept.loaded(file.parent, file.name, dict).get("indicator"), file.parent.name
    if not facts:
        return None
    catalogue.taught(f"indicators.{id}", facts["words"])
    catalogue.taught(f"figures.source.of.{id}", facts["publisher"])
    plain = {name: value for name, value in facts.items() if name not in ("words", "publisher")}
    return Indicator(
        id=id, dataset=id, house=id, table="country_year", column="value", tags=(), source_version="", **plain
    )


def read_from(one: Indicator) -> None:
    """Remember from which version an indicator was read, so that sentences and figures name that version."""
    _as_read[one.id] = one
    before = stated(one.id)
    if one == before:
        del _as_read[one.id]
    # Names say the version: "Core civil society index (V-Dem v14)", "Civil liberties (v14)".
    catalogue.replaced(f"indicators.{one.id}.", f"v{before.version})", f"v{one.version})")


def as_stated() -> None:
    """Forget from which versions indicators were read: from here on they are those of the catalogue."""
    for id in list(_as_read):
        read_from(stated(id))


def keeps_version(one: Indicator) -> bool:
    """Return whether the id of an indicator names a version, as that of ``v2x_polyarchy_v15`` does: it stays there."""
    return one.id != one.column and one.id.endswith(f"_v{one.version}")


def indicators(search: str | None = None) -> list[Indicator]:
    """Return the indicators, in the order of the catalogue; with `search`, those that measure a construct.

    Parameters
    ----------
    search : str, optional
        A tag, or words for it in English or Spanish; case and accents do not matter. Only the constructs
        are searched, not names, so that a word in a name finds nothing that does not measure it. An
        empty list means that nothing in the catalogue does. Blank is not a search.

    Returns
    -------
    list of Indicator
        The caller's own.

    Examples
    --------
    >>> [one.id for one in indicators("privacidad")]
    ['fiw_d4', 'wjp_46', 'dsp_v2smgovsmmon']
    """
    everything = list(_catalogue().values())
    if search is None or not _words(search):
        return everything
    wanted, sought = set(), _words(search)
    for tag, terms in _facts()["tags"].items():
        # The whole search is the tag, or all its words stand in one of the tag's terms.
        entire = [_words(term) for term in (tag, *terms.get("whole", ()))]
        if sought in entire or any(set(sought) <= set(_words(term)) for term in (*terms["en"], *terms["es"])):
            wanted.add(tag)
    return [one for one in everything if wanted.intersection(one.tags)]


def tags() -> tuple[str, ...]:
    """Return the controlled vocabulary of constructs, sorted; some are measured by nothing here."""
    return tuple(sorted(_facts()["tags"]))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _facts() -> dict:
    return toml(__file__, "indicators.toml")


@cache
def _catalogue() -> dict[str, Indicator]:
    facts, rows = _facts(), {}
    for id, fields in facts["indicators"].items():
        # The fields of an indicator over those of its table and its scale.
        above = {**facts["tables"][fields["in"]], **facts["scales"][fields["scale"]]}
        rows[id] = {"column": id, "inputs": [], "families": [], "breaks": [], **above, **fields}
    found = {}
    for id, row in rows.items():
        made = {
            "tags": tuple(row["tags"]),
            "breaks": tuple(Break(**one) for one in row["breaks"]),
            "shares_inputs_with": _shared(id, rows),
            "house": _HOUSES.get(row["dataset"], row["dataset"]),
        }
        plain = {name: value for name, value in row.items() if name not in (*made, "in", "inputs", "families")}
        found[id] = Indicator(id=id, **plain, **made)
    return found


def _shared(id: str, rows: dict[str, dict]) -> tuple[str, ...]:
    """Return what has a series in common, or takes in a dataset that the other is part of, made of, or takes in."""

    def origins(id: str) -> set[str]:
        leaves = {rows[leaf]["dataset"] for leaf in _leaves(id, rows) if leaf in rows}
        return {rows[id]["dataset"], *leaves, *rows[id]["families"]}

    mine, families = _leaves(id, rows), set(rows[id]["families"])

    def related(other: str) -> bool:
        return bool(families & origins(other) or set(rows[other]["families"]) & origins(id))

    ids = [other for other in rows if other != id and (mine & _leaves(other, rows) or related(other))]
    inside = {other["dataset"] for other in rows.values()}
    return (*sorted(ids), *sorted(families - inside))


def _leaves(name: str, rows: dict[str, dict]) -> frozenset[str]:
    """Return the series an index is made of in the end, itself if it is not made of others."""
    inputs = rows[name]["inputs"] if name in rows else _facts()["inputs"].get(name, [])
    return frozenset().union(*(_leaves(one, rows) for one in inputs)) if inputs else frozenset([name])


#: Scales from less to more on which a difference has a size.
WITH_DISTANCES = ("index", "interval", "points")


def with_distances(id: str, parameter: str = "outcome", written: bool = True) -> Indicator:
    """Return an indicator whose differences have a size and, unless they are only drawn, may be written.

    Parameters
    ----------
    id : str
        Its id or name.
    parameter : str
        What the user gave it as.
    written : bool
        Whether its values are tabled.

    Returns
    -------
    Indicator

    Raises
    ------
    UnknownName
        If the indicator is not in the catalogue.
    ParameterError
        If it does not measure on a scale with distances, or its values may be drawn only and would be tabled.

    Examples
    --------
    >>> with_distances("ert_regime")
    Traceback (most recent call last):
    ogp_analysis.base.errors.ParameterError: outcome: ert_regime does not measure on a scale from less to more free...
    """
    one = indicator(id)
    if one.scale not in WITH_DISTANCES:
        what = f"{id} does not measure on a scale from less to more free"
        raise ParameterError(parameter, what, "Choose an index, such as v2xcs_ccsi")
    if written and not one.redistribute:
        what = f"the values of {id} may be drawn but not passed on, and here they are tabled"
        raise ParameterError(parameter, what, "Choose another measure, such as v2xcs_ccsi")
    return one


def breaks_of(one: Indicator, iso3: str = "") -> tuple[Break, ...]:
    """Return the breaks that concern a country, or all countries alike if none is named, by year."""
    return tuple(sorted((b for b in one.breaks if b.iso3 in ("", iso3)), key=lambda b: b.year))


def between(one: Indicator, iso3: str, first: int, last: int) -> Break | None:
    """Return the last break of a country's series that lies after `first` and not after `last`; None if none does."""
    crossed = [b for b in breaks_of(one, iso3) if first < b.year <= last]
    return crossed[-1] if crossed else None


def unbroken(one: Indicator, first: int, last: int) -> None:
    """Raise if an indicator, for all countries, has a break after `first` and not after `last`.

    Parameters
    ----------
    one : Indicator
    first, last : int
        The years compared.

    Raises
    ------
    ParameterError
        With its last such break.

    Examples
    --------
    >>> unbroken(ogp.indicator("va_est"), 2013, 2023)
    >>> unbroken(ogp.indicator("va_est"), 2000, 2010)
    Traceback (most recent call last):
    ogp_analysis.base.errors.ParameterError: outcome: va_est has a break in 2002...
    """
    if crossed := between(one, "", first, last):
        why = f"{crossed.year} ({crossed.code.replace('_', ' ')}): its values of {first} and {last} are not comparable"
        action = f"Choose years that begin in {crossed.year} or later, or another measure such as v2xcs_ccsi"
        raise ParameterError("outcome", f"{one.id} has a break in {why}", action)
