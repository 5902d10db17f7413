"""Themes of OGP commitments: those that OGP's tags give, and candidates for the four themes that a reader decides on.

Tags and searches are data, in ``commitment_themes.toml``. A search finds candidates and decides nothing: what the
reader decided stands in :mod:`.commitment_readings`. That a commitment has no theme does not mean that it is about
none.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.tidy.record import FILE, LINE

RULES = toml(__file__, "commitment_themes.toml")

#: Themes that are read, in the vintage of :data:`RULES`.
READ = tuple(sorted(RULES["theme"]))
#: Every theme, sorted.
THEMES = tuple(sorted({*READ, *(rule["theme"] for rule in RULES["tag"])}))
#: The rule of a theme that a reader gave.
READ_RULE = "read"
RULE_NAMES = (READ_RULE, *sorted(rule["rule"] for rule in RULES["tag"]))
#: How many of the words that a search found are kept.
MOST_WORDS = 4

_PATTERNS = {
    (theme, reach): re.compile(
        "|".join(s["pattern"] for s in RULES["search"] if (s["theme"], s["reach"]) == (theme, reach) and "pattern" in s)
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
    rules = pd.DataFrame(RULES["tag"])[["tag", "theme", "rule"]]
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
            for search in RULES["search"]:
                if search["theme"] == theme and search.get("tag") in given.get(place, ()):
                    found[search["reach"]].append(f"tag {search['tag']}")
            if words := list(dict.fromkeys([*found["narrow"], *found["wide"]])):
                reach = "narrow" if found["narrow"] else "wide"
                rows.append((*place, theme, reach, "; ".join(words[:MOST_WORDS])))
    return pd.DataFrame(rows, columns=[FILE, LINE, "theme", "search", "words"])
