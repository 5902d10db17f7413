"""Any spelling of a country or territory → its ISO 3166-1 alpha-3 code, with dates and territories.

The facts stand in ``countries.csv`` (one row per country, territory or former state, named by code
and last year) and ``countries_aliases.csv`` (one row per further spelling, with the source or list
that writes it); both are read on first use. Codes and dates follow ISO 3166-1 and 3166-3; regions
are the six politico-geographic ones of V-Dem (``e_regionpol_6C``), and beside them the subregions
of the United Nations standard M49. Other names (of indicators, datasets) are resolved by :func:`known`.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from ogp_analysis.base import beside
from ogp_analysis.base.errors import UnknownName, few, printable
from ogp_analysis.base.words.catalogue import LANGUAGES, language, word

_SEPARATORS = re.compile(r"[\s,()/\-‐‑–—]+")
#: Of a name that is not known, so much is shown.
_LONGEST = 40


def folded(text: str) -> str:
    """Return what spellings of one name have in common, whatever their case, accents and punctuation."""
    letters = text.casefold()
    if not letters.isascii():
        letters = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    letters = letters.replace("&", " and ")
    words = ["saint" if word == "st" else word for word in _SEPARATORS.sub(" ", letters).split()]
    return " ".join(word for word in words if word != "the")


def known(
    kind: str, given: str, codes: Collection[str], names: Callable[[str], Iterable[str]] = lambda code: (), of: str = ""
) -> str:
    """Return the code that a name denotes.

    Parameters
    ----------
    kind : str
        What it is a name of, for the error.
    given : str
        A code, or a name of what it stands for, in any case, with or without accents.
    codes : collection of str
        All codes.
    names : callable
        Returns the names of a code; asked only if `given` is not a code itself.
    of : str
        Where all are listed, if they are more than a sentence can name.

    Raises
    ------
    UnknownName
        With the codes whose names are most like it, or that hold it.

    Examples
    --------
    >>> known("fruit", "Manzana", ["apple", "pear"], {"apple": ["manzana"], "pear": ["pera"]}.get)
    'apple'
    """
    if isinstance(given, str) and given in codes:
        return given
    wanted, spellings = _plain(given), {}
    for code in codes:
        for text in (code, *names(code)):
            spellings.setdefault(_plain(text), code)
    if isinstance(given, str) and wanted in spellings:
        return spellings[wanted]
    near = difflib.get_close_matches(wanted, spellings, n=3) or [one for one in spellings if wanted and wanted in one]
    close = list(dict.fromkeys(spellings[one] for one in near))[:3]
    listed = f"{of} lists them" if of else f"Use {few(list(codes), 20)}"
    action = f"Did you mean {' or '.join(close)}?" if close else listed
    what = "is not in the catalogue" if of else "is not known"
    raise UnknownName(f"{kind} {printable(str(given))[:_LONGEST]!r}", what, action)


def _plain(text) -> str:
    return folded(str(text)[:120].replace("_", " "))


KINDS = ("country", "territory", "former")
#: V-Dem's code in ``e_regionpol_6C`` and our word for it, which is also its key in the messages.
REGIONS = {
    1: "eastern_europe_central_asia",
    2: "latin_america_caribbean",
    3: "middle_east_north_africa",
    4: "sub_saharan_africa",
    5: "western_europe_north_america",
    6: "asia_pacific",
}
#: Whose English name wants an article inside a sentence.
_WITH_ARTICLE = frozenset(
    "ALA ANT ARE ATF BES BHS CAF CCK COD COG COK COM CYM DOM FLK FRO GBR GMB IMN IOT MDV MHL MNP NLD PCN PHL PSG SLB"
    " SUN TCA UMI USA VGB VIR XWB YUG".split()
)
#: Whose Spanish name wants an article inside a sentence, and which.
_ARTICLES_ES = {
    "el": "GBR IOT",
    "la": "CAF COD COG CZE DOM IMN SUN VAT YUG",
    "las": "ALA CCK COK CYM FLK FRO HMD MHL MNP PCN SGS SLB TCA UMI VGB VIR",
    "los": "ARE ATF NLD",
}
_ARTICLE_ES = {iso3: article for article, codes in _ARTICLES_ES.items() for iso3 in codes.split()}
#: No name is longer; what is longer is not looked up.
_LONGEST_NAME = 100
_LONGEST_SHOWN = 40
_APOSTROPHES_AND_STOPS = str.maketrans("", "", ".'’‘ʼ`´")


@dataclass(frozen=True)
class Country:
    """One country, territory or former state.

    Attributes
    ----------
    iso3 : str
        Alpha-3 code of ISO 3166-1 or, for former states, 3166-3. Units that have none carry V-Dem's
        (PSB, PSG, SML, VDR, ZZB; VDR is South Vietnam there, but was North Vietnam in ISO), XKX for
        Kosovo, or a code of our own from the range ISO leaves to users (XAB, XWB and so on). A
        code that outlived a change of state (DEU, YEM and YUG in ISO, VNM in V-Dem) is borne by
        two entries of different dates.
    iso2, numeric : str
        Alpha-2 and numeric code; empty where there is none.
    name_en, name_es : str
        Short everyday name in English, and in Spanish as used in Mexico.
    region : str
        A value of :data:`REGIONS`; units V-Dem does not cover have the region of their neighbours,
        Antarctica has none.
    subregion : str
        Subregion of M49.
    vdem_id : int or None
        V-Dem's ``country_id`` of the unit that covers it. V-Dem's unit 128 (PSE) is the West Bank
        alone, so it stands with XWB.
    kind : str
        ``"country"``: members and observers of the United Nations, Kosovo and Taiwan;
        ``"territory"``: every other place that ISO or a source lists apart; ``"former"``: ended. A
        label for counting, not a view on status.
    valid_from, valid_to : int or None
        First and last year at whose end it existed in its present form. None: since before 1945,
        or not dated; and still so.
    un_member : bool
        Whether it is a member of the United Nations today.
    """

    iso3: str
    iso2: str
    numeric: str
    name_en: str
    name_es: str
    region: str
    subregion: str
    vdem_id: int | None
    kind: str
    valid_from: int | None
    valid_to: int | None
    un_member: bool

    @property
    def name(self) -> str:
        """Its everyday name in the language in force."""
        return self.name_es if language() == "es" else self.name_en

    @property
    def in_text(self) -> str:
        """Its name as it stands inside a sentence of the language in force: some have an article there."""
        if language() == "es":
            article = _ARTICLE_ES.get(self.iso3)
            return f"{article} {self.name_es}" if article else self.name_es
        return f"the {self.name_en}" if self.iso3 in _WITH_ARTICLE else self.name_en

    def existed(self, year: int) -> bool:
        """Whether it existed at the end of `year`.

        Parameters
        ----------
        year : int
            The year.

        Returns
        -------
        bool
            True for every year if its dates are not known.

        Examples
        --------
        >>> ogp.country("South Sudan").existed(2010)
        False
        """
        return (self.valid_from is None or self.valid_from <= year) and (self.valid_to is None or year <= self.valid_to)


def country(text: str, year: int | None = None, place: str = "") -> Country:
    """Return the country or territory that `text` denotes.

    Parameters
    ----------
    text : str
        A name in English, Spanish or French, short or official, with or without accents, in any
        case; an alpha-3 code in any case; an alpha-2 code in upper case; or a spelling or code of
        one of the sources. A territory never stands for the state around it.
    year : int, optional
        The year of the row. It decides only between entries of one name: Yugoslavia is another
        state in 1985 than in 1995. Outside the years of all of them, and without a year, the name has
        its present meaning.
    place : str
        Where the text stands, for the error.

    Returns
    -------
    Country
        With its codes, names, region and dates.

    Raises
    ------
    UnknownName
        If nothing bears that name, nothing did in that year, or a bare code had several meanings.

    Examples
    --------
    >>> ogp.country("Côte d'Ivoire").iso3, ogp.country("ivory coast").iso3
    ('CIV', 'CIV')
    >>> ogp.country("Namibia").iso2  # text, never a missing value
    'NA'
    """
    meant = _meant(text, year)
    if len(meant) != 1:
        raise _fault(place, [(text, year)], 1)
    return meant[0]


def is_country(text: str) -> bool:
    """Whether :func:`country` takes `text` for a country or territory that has an alpha-3 code.

    Unlike :func:`country`, it does not search for names that resemble an unknown name, which is slow.

    Parameters
    ----------
    text : str
        As :func:`country` takes it.

    Examples
    --------
    >>> is_country("Mexico"), is_country("Atlantis")
    (True, False)
    """
    meant = _meant(text, None)
    return len(meant) == 1 and bool(meant[0].iso3)


def iso3_of(values: Iterable[str], place: str, years: Iterable[int] | None = None) -> list[str]:
    """Return the alpha-3 code of each value, looking each distinct one up once.

    Parameters
    ----------
    values : iterable of str
        Spellings as :func:`country` takes them; a blank is not one.
    place : str
        The file or column they come from, for the error.
    years : iterable of int, optional
        The year of each value.

    Raises
    ------
    UnknownName
        With the number of values that denote nothing, and examples.
    """
    values = list(values)
    pairs = list(zip(values, [None] * len(values) if years is None else years, strict=True))
    meant = {pair: _meant(*pair) for pair in dict.fromkeys(pairs)}
    wrong = [pair for pair in pairs if len(meant[pair]) != 1]
    if wrong:
        raise _fault(place, wrong, len(values))
    return [meant[pair][0].iso3 for pair in pairs]


def countries(kind: str | None = "country") -> tuple[Country, ...]:
    """Return all entries of a kind, or of every kind if it is None, sorted by code and date.

    Parameters
    ----------
    kind : {"country", "territory", "former"} or None
        A label for counting, not a view on status.

    Returns
    -------
    tuple of Country
        A code that outlived a change of state is listed twice, with different dates.

    Raises
    ------
    UnknownName
        If there is no such kind.

    Examples
    --------
    >>> len(countries())
    197
    >>> [one.iso3 for one in countries("former")][:3]
    ['ANT', 'CSK', 'DDR']
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName("kind of country", f"{_shown(kind)} is unknown", "Use " + ", ".join(KINDS))
    return tuple(entry for entry in _entries() if kind in (None, entry.kind))


def region(name: str) -> str:
    """Return the code of a region, a value of :data:`REGIONS`, or ``"world"`` for all; its words: ``regions.<code>``.

    Parameters
    ----------
    name : str
        Its code, its name in English or Spanish, or V-Dem's number for it.

    Raises
    ------
    UnknownName
        If there is no such region; those most like it are named.
    """
    numbers = {code: str(number) for number, code in REGIONS.items()}

    def names(code: str) -> list[str]:
        return [numbers.get(code, code), *(word(f"regions.{code}", spoken) for spoken in LANGUAGES)]

    return known("region", str(name), ["world", *numbers], names)


@cache
def _entries() -> tuple[Country, ...]:
    entries = []
    for row in _rows("countries.csv"):
        numbers = {name: int(row[name]) if row[name] else None for name in ("vdem_id", "valid_from", "valid_to")}
        entries.append(Country(**{**row, **numbers, "un_member": row["un_member"] == "true"}))
    return tuple(sorted(entries, key=lambda entry: (entry.iso3, entry.valid_to or 9999)))


@cache
def _index() -> dict[str, tuple[Country, ...]]:
    """Return the entries that bear each key; several only where their years do not overlap."""
    by_date = {(entry.iso3, str(entry.valid_to or "")): entry for entry in _entries()}
    spellings = [(text, e) for e in _entries() for text in (e.iso3, e.iso2, e.name_en, e.name_es) if text]
    spellings += [(row["alias"], by_date[row["iso3"], row["valid_to"]]) for row in _rows("countries_aliases.csv")]
    index: dict[str, list[Country]] = {}
    for text, entry in spellings:
        bearers = index.setdefault(_key(text), [])
        if entry not in bearers:
            bearers.append(entry)
    return {
        key: tuple(sorted(bearers, key=_entries().index)) if bearers[1:] else tuple(bearers)
        for key, bearers in index.items()
    }


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(beside.text(__file__, name), newline="")))


def _key(text) -> str:
    """Return what spellings of one name have in common; empty for what cannot be a name."""
    return _key_of_text(text) if isinstance(text, str) and len(text) <= _LONGEST_NAME else ""


@lru_cache(maxsize=8192)
def _key_of_text(text: str) -> str:
    if not text.isprintable() and any(unicodedata.category(c)[0] == "C" for c in text):
        return ""
    text = text.strip().translate(_APOSTROPHES_AND_STOPS)
    if len(text) == 2:
        # Lower-case pairs are words ("no", "in", "us"), so an alpha-2 code counts in upper case only.
        return text if text.isascii() and text.isupper() else ""
    # A name starts with a letter: "=…", "../…" and "-…" are formulas, paths and options.
    return folded(text) if text[:1].isalpha() else ""


def _meant(text, year: int | None) -> tuple[Country, ...]:
    """Return the one entry that `text` denotes; none or several if it cannot be determined."""
    bearers = _bearers(text)
    if len(bearers) < 2:
        return bearers
    then = tuple(b for b in bearers if year is not None and b.existed(year))
    now = tuple(b for b in bearers if b.valid_to is None)
    if then or now:
        return then or now
    if year is None:
        return bearers[-1:] if len({b.iso3 for b in bearers}) == 1 else bearers
    return ()


def _bearers(text) -> tuple[Country, ...]:
    key = _key(text)
    return _index().get(key, ()) if key else ()


def _fault(place: str, wrong: list, total: int) -> UnknownName:
    first, year = wrong[0]
    meanings = ", ".join(f"{b.name_en} ({b.iso3}, {b.valid_from}-{b.valid_to})" for b in _bearers(first))
    if meanings and year is None:
        what, action = f"{_shown(first)} has had several meanings: {meanings}", "Give the year, or write the name"
    elif meanings:
        what, action = f"{_shown(first)} denotes nothing in {year}, only {meanings}", "Correct the year or the name"
    else:
        what = f"{_shown(first)} is not a known name or code of a country or territory"
        keys = [key for key in _index() if len(key) > 3]
        near = difflib.get_close_matches(folded(str(first)[:_LONGEST_SHOWN]), keys, 3, 0.75)
        names = " or ".join(dict.fromkeys(_index()[key][-1].name_en for key in near))
        action = f"Did you mean {names}?" if names else "Use its usual name or its ISO 3166 code, for example MEX"
    if total > 1:
        names = few(list(dict.fromkeys(_shown(text) for text, _ in wrong)))
        what = f"{len(wrong)} of {total} values denote no known country or territory, {names}"
    fault = UnknownName(place or "country", what, action)
    fault.unknown = set(wrong)
    return fault


def _shown(text) -> str:
    """Return `text` in quotes, control characters escaped, at most 40 characters."""
    start = str(text)[: _LONGEST_SHOWN + 1]
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in start)
    return "'" + (safe if len(safe) <= _LONGEST_SHOWN else safe[: _LONGEST_SHOWN - 1] + "…") + "'"
