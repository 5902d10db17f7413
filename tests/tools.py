"""The programs of the folder tools as modules: they are no part of the package."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


@cache
def tool(name: str) -> ModuleType:
    """Return a program by its name."""
    spec = spec_from_file_location(f"tool_{name}", Path(__file__).resolve().parents[1] / "tools" / f"{name}.py")
    module = module_from_spec(spec)
    # Its dataclasses are looked up by the name of their module.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
