"""Themes of OGP commitments: by OGP's tags and by words in their texts, with the rule that found each.

The rules are data, in ``commitment_themes.toml``. That no rule finds a theme does not mean that it is absent: words are
known in English, Spanish, Portuguese and French, tags changed from vintage to vintage, and ``text_language`` of the
commitment says whether its text could be read at all.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.tidy.record import FILE, LINE

RESOURCES = ("commitment_themes.toml",)
RULES = tomllib.loads(Path(__file__).with_name(RESOURCES[0]).read_text(encoding="utf-8"))

#: Every theme, sorted.
THEMES = tuple(sorted({rule["theme"] for kind in ("tag", "text") for rule in RULES[kind]}))
RULE_NAMES = tuple(sorted({rule["rule"] for kind in ("tag", "text") for rule in RULES[kind]}))
#: What an exclusion leaves in the place of its words, so that no pattern joins what stood around them.
_GAP = " | "

#: Letters and digits, then other signs, beyond ASCII.
_LETTER, _SIGN = re.compile(r"[^\W\x00-\x7f]"), re.compile(r"[^\x00-\x7f]")
#: What a pattern must not be followed by: the fast engine does not know it, and finds more without it.
_NOT_BEFORE = re.compile(r"\(\?!(?:[^()]|\([^()]*\))*\)")
_NOTHING = r"[^\x00-\x{10FFFF}]"


def themes(folded: pd.Series, tags: pd.DataFrame) -> pd.DataFrame:
    """Return ``_file, _line, theme, rule`` of every theme that a rule finds: in a text those of :func:`said`.

    Parameters
    ----------
    folded : pandas.Series
        Folded text of each commitment, by file and line.
    tags : pandas.DataFrame
        Tags in long form: file, line, ``tag``, ``value``.
    """
    # In ASCII the same patterns are found, as they hold no other letters.
    plain = pa.array(
        [text if text.isascii() else _SIGN.sub("\x7f", _LETTER.sub("_", text)) for text in folded], pa.large_string()
    )
    said_of: list[list[dict]] = [[] for _ in range(len(plain))]
    for theme in THEMES:
        # Only texts are looked at in which a pattern or an exclusion of the theme is found, or nearly.
        own = [rule for rule in RULES["text"] if rule["theme"] == theme]
        patterns = [*(rule["pattern"] for rule in own), *_exclusions(theme)]
        screen = "|".join(_NOT_BEFORE.sub("", pattern) for pattern in patterns) or _NOTHING
        near = pc.indices_nonzero(pc.match_substring_regex(plain, screen))
        left = plain.take(near)
        for pattern in _exclusions(theme):
            left = pc.replace_substring_regex(left, pattern, _GAP)
        for rule in own:
            # A pattern that says what must not follow is left to Python: Arrow has no such patterns.
            if _NOT_BEFORE.search(rule["pattern"]):
                has = pa.array([re.search(rule["pattern"], text) is not None for text in left.to_pylist()], pa.bool_())
            else:
                has = pc.match_substring_regex(left, rule["pattern"])
            for at in near.filter(has).to_pylist():
                said_of[at].append(rule)
    found = [_row(place, rule) for place, rules in zip(folded.index, said_of, strict=True) for rule in rules]
    given = tags[tags["value"] == "yes"].groupby("tag")
    for rule in RULES["tag"]:
        if rule["tag"] in given.groups:
            places = given.get_group(rule["tag"])[[FILE, LINE]].itertuples(index=False, name=None)
            found += [_row(place, rule) for place in places]
    return pd.DataFrame(found, columns=[FILE, LINE, "theme", "rule"])


def said(text: str) -> list[dict]:
    """Return the rules whose words a folded text has, outside of what their theme excludes."""
    # What a theme excludes is cut out before the theme is looked for.
    left = {}
    for theme in THEMES:
        left[theme] = text
        for pattern in _exclusions(theme):
            left[theme] = re.sub(pattern, _GAP, left[theme])
    return [rule for rule in RULES["text"] if re.search(rule["pattern"], left[rule["theme"]])]


def _exclusions(theme: str) -> list[str]:
    return [rule["pattern"] for rule in RULES["exclusion"] if rule["theme"] == theme]


def _row(place: tuple[str, int], rule: dict) -> tuple:
    return (*place, rule["theme"], rule["rule"])
