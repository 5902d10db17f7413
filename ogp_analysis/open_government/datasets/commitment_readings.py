"""What a reader decided on each commitment that may be about one of four themes, and on a sample of all others.

``commitment_readings.csv`` has one row for each candidate of :func:`.commitment_themes.candidates`: whether the theme
is the main subject, a side clause or neither, and why, in our own words. ``commitment_reading_sample.csv`` names the
commitments that were drawn at random among those that no search finds, and what was found in them. Both hold a
fingerprint of the text that was read; another text stops the cleaning.
"""

from __future__ import annotations

import csv
from hashlib import sha256

import pandas as pd

from ogp_analysis.base import beside
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.open_government.datasets.commitment_themes import RULES

_FILES = ("commitment_readings.csv", "commitment_reading_sample.csv")
DECISIONS = ("main_subject", "side_clause", "not_about_it")
READERS = ("language_model",)

READINGS, SAMPLE = (tuple(csv.DictReader(beside.text(__file__, name).splitlines())) for name in _FILES)
_READING = RULES["reading"]
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
        Candidates, of which the sample holds none.

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
        raise CleaningError(resource, what, "Read them again, then write decision and fingerprint anew")
