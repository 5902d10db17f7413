"""What of a firm's name tells it from others: the name without its legal form, and the kind of that form."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folding import by_value, folded

#: Kind of a name that holds a legal form, or is that of a public body, but does not end with a form.
AS_WRITTEN = "as_written"
#: No form has more words, nor more signs unless it is written in full: longer ends of a name need not be tried.
_MOST_WORDS, _LONGEST, _IN_FULL = 15, 30, ("sociedad ", "asociacion ")
_INITIALS = re.compile(r"\b[a-z](?: [a-z])+\b")


def facts() -> dict:
    """Return the legal forms, from ``legal_forms.toml``."""
    return toml(__file__, "legal_forms.toml")


@cache
def _patterns() -> tuple[re.Pattern, re.Pattern]:
    """Return the patterns of a legal form and of a public body of which many have one name."""
    forms = "|".join(f"(?P<{form['kind']}>{form['pattern']})" for form in facts()["forms"])
    return re.compile(forms), re.compile(rf"(?:{'|'.join(facts()['bodies']['homonymous'])})(?: .*)?")


@lru_cache(maxsize=2**16)
def _kind(tail: str) -> str:
    match = _patterns()[0].fullmatch(tail)
    return match.lastgroup if match else ""


def firm_keys(names: pd.Series) -> pd.DataFrame:
    """Return what tells the firm of each name, without case, accents, signs and blanks between initials.

    Parameters
    ----------
    names : pandas.Series
        Names as published, without missing values.

    Returns
    -------
    pandas.DataFrame
        ``base`` (name without its form), ``form`` (a kind of ``legal_forms.toml``, ``as_written`` for
        a name that holds a form elsewhere or is that of a public body, empty for any other) and
        ``key``: base and form, empty where two rows with the name need not be of one supplier. Those
        are names without a form, which may be those of natural persons, and of bodies of which many
        have one name.
    """
    return by_value(names, lambda distinct: pd.DataFrame([firm_key(name) for name in distinct], columns=_COLUMNS))


_COLUMNS = ["base", "form", "key"]


def firm_key(name: str) -> tuple[str, str, str]:
    """Return base, form and key of one name, see :func:`firm_keys`."""
    plain = folded(name.replace("&", " y "))
    # The longest form at the end of a name, and its kind.
    stem, form = plain, ""
    starts = [place for place, sign in enumerate(plain) if sign == " "]
    for place in starts[-_MOST_WORDS:]:
        tail = plain[place + 1 :]
        if (len(tail) <= _LONGEST or tail.startswith(_IN_FULL)) and (kind := _kind(tail)):
            stem, form = plain[:place], kind
            break
    # Initials written together: ``a b c`` and ``abc`` are one.
    base = _INITIALS.sub(lambda run: run[0].replace(" ", ""), stem)
    if form:
        return base, form, f"{base}|{form}"
    if not persons.has_form(name, "MX"):
        return base, "", ""
    alone = _patterns()[1].fullmatch(plain)
    return base, AS_WRITTEN, "" if alone else f"{base}|{AS_WRITTEN}"
