"""Thresholds and exceptions: a flag declares its own, ``defaults.toml`` those of all, ``<iso3>.toml`` a country's."""

from __future__ import annotations

import configparser
import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.procurement.flags.registry import FLAGS
from ogp_analysis.procurement.flags.result import TUKEY, Settings

# The settings in force: the defaults, what a country's file changes, what the caller changes.

_FOLDER = Path(__file__).with_name("countries")
_DEFAULTS = "defaults"


def countries() -> tuple[str, ...]:
    """Return the ISO codes of the countries that have settings of their own."""
    return tuple(sorted(path.stem.upper() for path in _FOLDER.glob("???.toml")))


def settings(country: str = "", changes: Mapping[str, Mapping] | None = None) -> Settings:
    """Return the settings for a country.

    Parameters
    ----------
    country : str
        ISO 3166 alpha-3 code; empty, or a country without a file, for the defaults.
    changes : mapping of str to mapping
        Section → name → value, over those of the country.

    Raises
    ------
    ParameterError
        If a section or name has no default, or a value is not of its kind.
    """
    merged = copy.deepcopy(_defaults())
    if country.upper() in countries():
        own = {k: v for k, v in toml(__file__, f"countries/{country.lower()}.toml").items() if k != "sources"}
        _lay_over(merged, own, f"settings of {country.upper()}")
    _lay_over(merged, changes or {}, "settings")
    return Settings(country.upper(), _frozen(merged))


@cache
def _defaults() -> dict:
    of_flags = {flag.code: {name: default for name, (default, _) in flag.settings.items()} for flag in FLAGS}
    return toml(__file__, f"countries/{_DEFAULTS}.toml") | of_flags


def _lay_over(base: dict, changes: Mapping, where: str) -> None:
    for section, values in changes.items():
        if section not in base:
            raise ParameterError(f"{where}, section {section!r}", "is not known", "Use one of " + ", ".join(base))
        for name, value in values.items():
            own, here = base[section], f"{where}, {section}.{name}"
            if name not in own:
                names = ", ".join(own) or "none: it has no settings"
                raise ParameterError(here, "is not known", f"Use one of {names}")
            default = own[name]
            if default == TUKEY or (isinstance(default, (int, float)) and not isinstance(default, bool)):
                fits = isinstance(value, (int, float)) and not isinstance(value, bool)
                fits = fits or (default == TUKEY and value == TUKEY)
            elif isinstance(default, list):
                fits = isinstance(value, (list, tuple))
            else:
                fits = isinstance(value, Mapping if isinstance(default, dict) else type(default))
            if not fits:
                raise ParameterError(here, f"{value!r} is not of the kind of the default {default!r}", "Correct it")
            own[name] = list(value) if isinstance(default, list) else value


def _frozen(values):
    if isinstance(values, Mapping):
        return MappingProxyType({name: _frozen(value) for name, value in values.items()})
    return tuple(values) if isinstance(values, list) else values


# Settings files of Cardinal (the Open Contracting Partnership's command line), for those who have one.

#: Our section and name of each of Cardinal's, and of its sections whose names are the publisher's own words.
_NAMES, _TABLES = toml(__file__, "countries/cardinal.toml").values()
_TOP = "\0top"


def from_ini(text: str) -> tuple[Settings, tuple[str, ...]]:
    """Read a settings file of Cardinal 0.0.8.

    Parameters
    ----------
    text : str
        The content of the file.

    Returns
    -------
    (Settings, tuple of str)
        The settings, and the codes of the flags that the file turns on, in its order.

    Raises
    ------
    ParameterError
        If it cannot be read, or holds a setting that has no counterpart here.
    """
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=(";", "#"))
    parser.optionxform = str
    try:
        parser.read_string(f"[{_TOP}]\n{text}")
    except configparser.Error as error:
        message = str(error).splitlines()[0]
        raise ParameterError("settings file", f"cannot be read ({message})", "Correct it") from error
    changes: dict[str, dict] = {}
    defaults = settings()
    for section in parser.sections():
        for name, written in parser[section].items():
            if section in _TABLES:
                ours, key = _TABLES[section]
                value = _number(written, section) if ours == "R003" else written
                changes.setdefault(ours, {}).setdefault(key, {})[name] = value
                continue
            theirs = "" if section == _TOP else section
            ours, key = _NAMES.get(theirs, {}).get(name, (theirs, name))
            where = f"[{theirs}] {name}"
            if ours not in defaults.sections or key not in defaults[ours]:
                raise ParameterError(f"settings file, {where}", "has no counterpart here", "Take it out")
            default = defaults[ours][key]
            # A value is of the type of the default.
            value = written
            if isinstance(default, tuple):
                parts = [part for part in written.split("|") if part]
                value = [_number(part, where) for part in parts] if key == "redacted_amounts" else parts
            elif isinstance(default, bool):
                value = written.strip().lower() == "true"
            elif isinstance(default, (int, float)) or default == "tukey":
                value = _number(written, where)
            changes.setdefault(ours, {})[key] = value
    # Cardinal makes fences of any number of values.
    changes.setdefault("general", {})["fence_minimum"] = 0
    flags = tuple(name for name in parser.sections() if name[:1] == "R" and "." not in name)
    return settings(changes=changes), flags


def _number(written: str, where: str) -> int | float:
    try:
        return int(written) if written.strip().lstrip("-").isdecimal() else float(written)
    except ValueError:
        raise ParameterError(f"settings file, {where}", f"{written!r} is not a number", "Correct it") from None
