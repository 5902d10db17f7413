"""The modules that build the pages, and what is public by them."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import tomllib
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def extension(name: str):
    """Return a module of docs/extensions."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "extensions" / f"{name}.py")
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


REFERENCE = extension("reference")
PUBLIC = REFERENCE.public()
#: Classes of the package that users get to see: public ones, and those that public names hand out.
CLASSES = [one.value for one in PUBLIC if inspect.isclass(one.value)] + REFERENCE.returned(PUBLIC)


def title(cls: type) -> str:
    """Return the module and name of a class."""
    return f"{cls.__module__}.{cls.__qualname__}"


def methods() -> dict[str, object]:
    """Return the methods of these classes by full name, each once, with the class that defines it."""
    found = {}
    for cls in CLASSES:
        for _, value in REFERENCE.members(cls):
            if not isinstance(value, property | cached_property):
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return dict(sorted(found.items()))


def lacking(what: str) -> list[str]:
    """Return what is on a list of public names that lack ``examples``, ``docstrings`` or descriptions of ``fields``."""
    return tomllib.loads(Path(__file__).with_name("lacking.toml").read_text(encoding="utf-8"))[what]


def on_the_list(what: str, found: list[str]) -> str:
    """Return what to do if the list and the code differ; empty if they agree."""
    listed = lacking(what)
    new, done = sorted(set(found) - set(listed)), sorted(set(listed) - set(found))
    said = [f"{name}: complete it; the list of what lacks {what} does not grow" for name in new]
    said += [f"{name}: take it off {what} in tests/docs/lacking.toml (python -m tests.docs)" for name in done]
    return "\n".join(said)
