"""What the cleaner of OCDS knows, from ``ocds.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

RESOURCES = ("ocds.toml",)


@cache
def facts() -> dict:
    """Return the tables of ``ocds.toml``."""
    return tomllib.loads(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))
