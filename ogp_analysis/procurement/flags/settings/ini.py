"""Settings files of Cardinal (the Open Contracting Partnership's command line), for those who have one."""

from __future__ import annotations

import configparser

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.procurement.flags.settings.choose import Settings, settings

#: Our section and name of each of Cardinal's, and of its sections whose names are the publisher's own words.
_NAMES, _TABLES = toml(__file__, "cardinal.toml").values()
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
