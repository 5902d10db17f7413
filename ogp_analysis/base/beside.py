"""Data files that lie beside a module: codes, rules, schemas, words. The one way to open them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from ogp_analysis.base.errors import SourceError


def text(module: str, name: str) -> str:
    """Return the text of a file that lies beside a module, or in a folder beside it.

    Parameters
    ----------
    module : str
        The ``__file__`` of the module.
    name : str
        Of the file, with ``/`` where it lies in a folder.

    Raises
    ------
    SourceError
        If it is not there, or is not text.
    """
    try:
        return Path(module).parent.joinpath(*name.split("/")).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unread(module, name, error) from error


@cache
def toml(module: str, name: str) -> dict:
    """Return the content of a TOML file beside a module. It is read once and shared: do not change it.

    Parameters are those of :func:`text`.

    Raises
    ------
    SourceError
        If the file is not there, or is not TOML.

    Examples
    --------
    >>> from ogp_analysis.base import beside, indicators
    >>> beside.toml(indicators.__file__, "indicators.toml")["scales"]["index"]["maximum"]
    1.0
    """
    try:
        return tomllib.loads(text(module, name))
    except tomllib.TOMLDecodeError as error:
        raise _unread(module, name, error) from error


def _unread(module: str, name: str, error: Exception) -> SourceError:
    return SourceError(name, f"cannot be read by {Path(module).name} ({error})", "Install the package again")
