"""What the tables of OGP commitments promise: their columns, and which fields they are made from."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from hashlib import sha256

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base import beside
from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.record import FILE, LINE, changed
from ogp_analysis.data.datasets.open_government import commitment_columns, membership_columns
from ogp_analysis.data.datasets.open_government.star_rules import RULES

# Themes of OGP commitments: those that OGP's tags give, and candidates for the four themes that a reader decides on.
# Tags and searches are data, in ``commitment_themes.toml``. A search finds candidates and decides nothing: what the
# reader decided stands below. That a commitment has no theme does not mean that it is about
# none.

THEME_RULES = toml(__file__, "commitment_themes.toml")

#: Themes that are read, in the vintage of :data:`RULES`.
READ = tuple(sorted(THEME_RULES["theme"]))
#: Every theme, sorted.
THEMES = tuple(sorted({*READ, *(rule["theme"] for rule in THEME_RULES["tag"])}))
#: The rule of a theme that a reader gave.
READ_RULE = "read"
RULE_NAMES = (READ_RULE, *sorted(rule["rule"] for rule in THEME_RULES["tag"]))
#: How many of the words that a search found are kept.
MOST_WORDS = 4

_PATTERNS = {
    (theme, reach): re.compile(
        "|".join(
            s["pattern"] for s in THEME_RULES["search"] if (s["theme"], s["reach"]) == (theme, reach) and "pattern" in s
        )
    )
    for theme in READ
    for reach in ("narrow", "wide")
}


def by_tag(tags: pd.DataFrame) -> pd.DataFrame:
    """Return ``_file, _line, theme, rule`` of every theme that a tag gives.

    Parameters
    ----------
    tags : pandas.DataFrame
        Tags in long form: file, line, ``tag``, ``value``.
    """
    rules = pd.DataFrame(THEME_RULES["tag"])[["tag", "theme", "rule"]]
    given = tags.loc[tags["value"] == "yes", [FILE, LINE, "tag"]]
    return given.merge(rules, on="tag")[[FILE, LINE, "theme", "rule"]]


def candidates(folded: pd.Series, tags: pd.DataFrame) -> pd.DataFrame:
    """Return ``_file, _line, theme, search, words`` of every commitment that a search finds.

    ``search`` is narrow if a narrow one finds it, else wide; ``words`` are the first of those found, then OGP's tag.

    Parameters
    ----------
    folded : pandas.Series
        Folded text of each commitment, by file and line.
    tags : pandas.DataFrame
        Tags in long form: file, line, ``tag``, ``value``.
    """
    given = tags[tags["value"] == "yes"].groupby([FILE, LINE])["tag"].agg(set).to_dict()
    rows = []
    for place, text in folded.items():
        for theme in READ:
            found = {reach: [m.group() for m in _PATTERNS[theme, reach].finditer(text)] for reach in ("narrow", "wide")}
            for search in THEME_RULES["search"]:
                if search["theme"] == theme and search.get("tag") in given.get(place, ()):
                    found[search["reach"]].append(f"tag {search['tag']}")
            if words := list(dict.fromkeys([*found["narrow"], *found["wide"]])):
                reach = "narrow" if found["narrow"] else "wide"
                rows.append((*place, theme, reach, "; ".join(words[:MOST_WORDS])))
    return pd.DataFrame(rows, columns=[FILE, LINE, "theme", "search", "words"])


# Texts of OGP commitments: which parts may be kept, their language, and how they are searched.

MASK = "[address]"
LANGUAGES = ("en", "es", "pt", "fr", "undetermined")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Words that only join others, without accents; those that two of the languages share are left out.
_FUNCTION_WORDS = {
    "en": "the of and to in for will with by on is are this that which".split(),
    "es": "el los las del y una sus se al lo su es este esta desde".split(),
    "pt": "o os da do dos das e uma ao aos na nas dos pela pelo sao".split(),
    "fr": "le les du et une dans est aux sur ce cette ces leur au qui".split(),
}
_LANGUAGE = {word: code for code, words in _FUNCTION_WORDS.items() for word in words}
_WORD = re.compile(r"[^\W\d_]+")
#: What is not a letter, for texts of ASCII, which are taken apart faster this way.
_GAPS = {number: " " for number in range(128) if not chr(number).isalpha()}
#: What Python takes for blanks, in ASCII.
_BLANKS = r"[\t-\r\x1c-\x1f ]+"
#: A text says its language if at least this many of its words are of it, and more than of any other.
_LEAST = 2


def masked(chunk: pd.DataFrame, column: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return a column of text with its e-mail addresses masked, and the entries for the record.

    The entries count the addresses and do not repeat them, nor the text.
    """
    if column not in chunk.columns:
        return pd.Series("", index=chunk.index, dtype="str"), chunk.iloc[:0]
    text = chunk[column]
    with_sign = text[text.str.contains("@", regex=False)]
    counts = with_sign.map(lambda one: len(_ADDRESS.findall(one)))
    counts = counts[counts > 0]
    hidden = text[counts.index].str.replace(_ADDRESS, MASK, regex=True)
    new = text.where(~text.index.isin(counts.index), hidden.reindex(text.index))
    told = chunk.loc[counts.index, [FILE, LINE]].assign(**{column: [f"{count} addresses" for count in counts]})
    return new, changed(told, column, pd.Series(MASK, index=told.index, dtype="str"), "address_masked")


def folded(text: str) -> str:
    """Return a text as it is searched: small letters without accents, one blank between words, no ``<br/>``."""
    letters = text.replace("<br/>", " ").casefold()
    if not letters.isascii():
        letters = unicodedata.normalize("NFKD", letters)
        for accent in filter(unicodedata.combining, set(letters)):
            letters = letters.replace(accent, "")
        letters = letters.replace("’", "'")
    return " ".join(letters.split())


def all_folded(texts: pd.Series) -> pd.Series:
    """Return :func:`folded` of each text; those of ASCII, which are the most, all at once."""
    cells = pa.array(texts.tolist(), pa.large_string())
    plain = pc.string_is_ascii(cells)
    quick = pc.ascii_lower(pc.replace_substring(cells.filter(plain), "<br/>", " "))
    quick = pc.utf8_trim_whitespace(pc.replace_substring_regex(quick, _BLANKS, " "))
    other = pa.array([folded(text) for text in cells.filter(pc.invert(plain)).to_pylist()], pa.large_string())
    found = pc.replace_with_mask(pc.replace_with_mask(cells, plain, quick), pc.invert(plain), other)
    return pd.Series(pd.array(found, dtype="str"), index=texts.index)


def language(text: str) -> str:
    """Return the language of a folded text by its function words: a value of :data:`LANGUAGES`.

    English, Spanish, Portuguese and French are kept apart; a text in another language, or of a few names, is
    ``undetermined``.
    """
    words = text.translate(_GAPS).split() if text.isascii() else _WORD.findall(text)
    found = Counter(map(_LANGUAGE.get, words))
    counts = {code: found[code] for code in _FUNCTION_WORDS}
    best = max(counts, key=counts.get)
    alone = sum(count == counts[best] for count in counts.values()) == 1
    return best if alone and counts[best] >= _LEAST else "undetermined"


# What a reader decided on each commitment that may be about one of four themes, and on a sample of all others.
# ``commitment_readings.csv`` has one row for each candidate of :func:`.commitment_themes.candidates`: whether the
# theme is the main subject, a side clause or neither, and why, in our own words. ``commitment_reading_sample.csv``
# names the commitments that were drawn at random among those that no search finds, and what was found in them. Both
# hold a fingerprint of the text that was read; another text stops the cleaning.

_FILES = ("commitment_readings.csv", "commitment_reading_sample.csv")
DECISIONS = ("main_subject", "side_clause", "not_about_it")
READERS = ("language_model",)

READINGS, SAMPLE = (tuple(csv.DictReader(beside.text(__file__, name).splitlines())) for name in _FILES)
_READING = THEME_RULES["reading"]
_BY_WHOM = {"reader": _READING["reader"], "read": _READING["date"].isoformat()}


def fingerprint(folded: str) -> str:
    """Return the fingerprint of a folded text, 16 hexadecimal digits of its SHA-256."""
    return sha256(folded.encode()).hexdigest()[:16]


def decided(found: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
    """Return the candidates with what the reader decided on each.

    Parameters
    ----------
    found : pandas.DataFrame
        Candidates: ``commitment_id, theme, search, words``.
    texts : pandas.Series
        Fingerprint of the text by ``commitment_id``.

    Raises
    ------
    CleaningError
        If a candidate was not read, or its text is not the one that was read.
    """
    columns = ["commitment_id", "theme", "decision", "reason", "reason_es", "text"]
    known = pd.DataFrame(READINGS, columns=columns)
    rows = found.merge(known, on=["commitment_id", "theme"], how="left")
    unread = rows[rows["decision"].isna()]
    if len(unread):
        one = unread.iloc[0]
        what = f"{len(unread)} candidates were not read, for example {one['commitment_id']} for {one['theme']}"
        raise CleaningError(_FILES[0], what, "Read their texts and add a row for each")
    _as_read(rows, texts, _FILES[0])
    return rows.assign(**_BY_WHOM)


def drawn(texts: pd.Series, found: pd.DataFrame) -> pd.DataFrame:
    """Return ``commitment_id, main_subject, side_clause, reader, read`` of the commitments of the sample.

    Parameters
    ----------
    texts : pandas.Series
        Fingerprint of the text by ``commitment_id``.
    found : pandas.DataFrame
        Candidates; none of them is in the sample.

    Raises
    ------
    CleaningError
        If a text is not the one that was read, or a search finds a commitment of the sample.
    """
    known = pd.DataFrame(SAMPLE, columns=["commitment_id", "main_subject", "side_clause", "text"])
    rows = known[known["commitment_id"].isin(texts.index)].reset_index(drop=True)
    _as_read(rows, texts, _FILES[1])
    both = rows[rows["commitment_id"].isin(found["commitment_id"])]
    if len(both):
        what = f"{len(both)} are found by a search, for example {both['commitment_id'].iloc[0]}"
        raise CleaningError(_FILES[1], what, "Draw the sample again among those that no search finds, and read it")
    return rows.assign(**_BY_WHOM)


def _as_read(rows: pd.DataFrame, texts: pd.Series, resource: str) -> None:
    other = rows[rows["text"] != rows["commitment_id"].map(texts)]
    if len(other):
        what = f"{len(other)} texts are not those that were read, for example of {other['commitment_id'].iloc[0]}"
        action = f"Compare the file with the publisher's; what is new there, read, and write it into {resource}"
        raise CleaningError("ogp_commitments", what, action)


#: Words that a report year has in the place of a year.
NO_REPORT = {"NR": "not_reviewed", "ND": "no_data"}
#: Reports of the IRM: ending of the columns.
REPORTS = ("progress", "end_of_term")
#: Fields that hold text.
TEXT_FIELDS = ("short_title", "title", "full_text")

_commitments, *_others = schemas(
    toml(__file__, "commitment_tables.toml")["table"],
    vintages=commitment_columns.VINTAGES,
    levels=membership_columns.LEVELS,
    languages=LANGUAGES,
    date_statuses=(*commitment_columns.DATED, *commitment_columns.UNDATED),
    report_statuses=("published", *NO_REPORT.values()),
    kinds=commitment_columns.KINDS,
    themes=THEMES,
    theme_rules=RULE_NAMES,
    themes_read=READ,
    decisions=DECISIONS,
    readers=READERS,
    star_rules=[rule.name for rule in RULES],
)
# Ratings and flags stand before the derived stars.
_before = _commitments.names.index(RULES[0].column)
COMMITMENTS = replace(
    _commitments,
    columns=(*_commitments.columns[:_before], *commitment_columns.answer_columns(), *_commitments.columns[_before:]),
)
SCHEMAS = (COMMITMENTS, *_others)
