"""What of a firm's name tells it from others: the name without its legal form, and the kind of that form."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

import pandas as pd

from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folding import by_value, folded

RESOURCES = ("legal_forms.toml",)
#: Kind of a name that holds a legal form, or is that of a public body, but does not end with a form.
AS_WRITTEN = "as_written"
#: No form has more words, nor more signs unless it is written in full: longer ends of a name need not be tried.
_MOST_WORDS, _LONGEST, _IN_FULL = 15, 30, ("sociedad ", "asociacion ")
_INITIALS = re.compile(r"\b[a-z](?: [a-z])+\b")


@cache
def facts() -> dict:
    """Return the legal forms, from ``legal_forms.toml``."""
    return tomllib.loads(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))


@cache
def _forms() -> re.Pattern:
    return re.compile("|".join(f"(?P<{form['kind']}>{form['pattern']})" for form in facts()["forms"]))


@lru_cache(maxsize=2**16)
def _kind(tail: str) -> str:
    match = _forms().fullmatch(tail)
    return match.lastgroup if match else ""


def _parted(plain: str) -> tuple[str, str]:
    """Return a folded name without the longest form at its end, and the kind of the form; empty if there is none."""
    starts = [place for place, sign in enumerate(plain) if sign == " "]
    for place in starts[-_MOST_WORDS:]:
        tail = plain[place + 1 :]
        if (len(tail) <= _LONGEST or tail.startswith(_IN_FULL)) and (kind := _kind(tail)):
            return plain[:place], kind
    return plain, ""


@cache
def _homonymous() -> re.Pattern:
    return re.compile(rf"(?:{'|'.join(facts()['bodies']['homonymous'])})(?: .*)?")


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
    return by_value(names, lambda distinct: pd.DataFrame([_firm(name) for name in distinct], columns=_COLUMNS))


_COLUMNS = ["base", "form", "key"]


def _firm(name: str) -> tuple[str, str, str]:
    plain = folded(name.replace("&", " y "))
    stem, form = _parted(plain)
    base = _joined(stem)
    if form:
        return base, form, f"{base}|{form}"
    if not persons.has_form(name):
        return base, "", ""
    alone = _homonymous().fullmatch(plain)
    return base, AS_WRITTEN, "" if alone else f"{base}|{AS_WRITTEN}"


def _joined(text: str) -> str:
    """Return `text` with initials written together: ``a b c`` and ``abc`` are one."""
    return _INITIALS.sub(lambda run: run[0].replace(" ", ""), text)
