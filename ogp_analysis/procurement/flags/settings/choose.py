"""The settings in force: the defaults, what a country's file changes, what the caller changes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import ParameterError

#: A threshold that is not a number but the fence of the data at hand.
TUKEY = "tukey"
_FOLDER = Path(__file__).resolve().parent
_DEFAULTS = "defaults"


@dataclass(frozen=True)
class Settings:
    """Settings by section, for example ``settings["R003"]["threshold"]``.

    Attributes
    ----------
    country : str
        ISO 3166 alpha-3 code of the country whose file is in force; empty for none.
    sections : mapping of str to mapping
        Every section and name of ``defaults.toml``, and of each flag what it declares.
    """

    country: str
    sections: Mapping[str, Mapping]

    def __getitem__(self, section: str) -> Mapping:
        return self.sections[section]

    def __hash__(self) -> int:
        return hash((self.country, repr(self.sections)))


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
        own = {k: v for k, v in toml(__file__, f"{country.lower()}.toml").items() if k != "sources"}
        _lay_over(merged, own, f"settings of {country.upper()}")
    _lay_over(merged, changes or {}, "settings")
    return Settings(country.upper(), _frozen(merged))


@cache
def _defaults() -> dict:
    from ogp_analysis.procurement.flags.registry import FLAGS

    of_flags = {flag.code: {name: default for name, (default, _) in flag.settings.items()} for flag in FLAGS}
    return toml(__file__, f"{_DEFAULTS}.toml") | of_flags


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
