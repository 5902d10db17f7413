"""The reference: every public name, read off the stub files, so that a new name appears by itself.

The stub of the front door, ``ogp_analysis/__init__.pyi``, and those of the folders in :data:`TITLES`
say which names are public. Each gets a place on the page of its wing. The classes that public functions return are
documented behind them, with their methods, because that is where most of the work is done.
"""

from __future__ import annotations

import ast
import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType, UnionType

PACKAGE = Path(__file__).resolve().parents[2] / "ogp_analysis"
FRONT = "ogp_analysis"
#: What stands above the names of the front door, and of each wing.
TITLES = {
    "": "`ogp`: data, countries, indicators, words",
    "civic_space": "`ogp.civic_space`",
    "open_government": "`ogp.open_government`",
    "procurement": "`ogp.procurement`",
    "surveillance": "`ogp.surveillance`",
    "statistics": "`ogp.statistics`",
    "data.quality": "`ogp.quality`",
}


@dataclass(frozen=True)
class Name:
    """A public name of the front door (wing ``""``) or of a wing."""

    wing: str
    name: str

    @property
    def module(self) -> str:
        """The module it is fetched from."""
        return f"{FRONT}.{self.wing}" if self.wing else FRONT

    @property
    def path(self) -> str:
        """Module and name, as numpydoc and autodoc take them."""
        return f"{self.module}.{self.name}"

    @cached_property
    def value(self) -> object:
        """What the name stands for."""
        return getattr(import_module(self.module), self.name)

    @property
    def documented(self) -> bool:
        """Whether it has a docstring of its own: a function or a class, not a constant."""
        return inspect.isclass(self.value) or callable(self.value)


def public() -> list[Name]:
    """Return every public name, sorted within its wing; wings themselves are not names."""
    names = [
        Name(wing, name) for wing in TITLES for name in stubbed(PACKAGE.joinpath(*wing.split("."), "__init__.pyi"))
    ]
    return [one for one in names if not isinstance(one.value, ModuleType)]


def stubbed(stub: Path) -> list[str]:
    """Return the names that a stub imports, sorted; those that begin with an underscore are not public."""
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    aliases = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    return sorted({name for alias in aliases if not (name := alias.asname or alias.name).startswith("_")})


def returned(names: list[Name]) -> list[type]:
    """Return the classes of this package that public names hand out, in the order in which they are met.

    A method or property that hands out another class counts too. A class that is public by its own name is left out.
    """
    known = {one.value for one in names if inspect.isclass(one.value)}
    found: dict[type, None] = {}
    waiting = [one.value for one in names if one.documented]
    while waiting:
        value = waiting.pop(0)
        makers = [member for _, member in members(value)] if inspect.isclass(value) else [value]
        for cls in (cls for maker in makers for cls in _hands_out(maker)):
            if cls not in known and cls not in found:
                found[cls] = None
                waiting.append(cls)
    return list(found)


def members(cls: type) -> Iterator[tuple[str, object]]:
    """Yield public methods and properties that a class of this package, or one of its bases in it, defines."""
    seen = set()
    for base in cls.__mro__:
        if not base.__module__.startswith(FRONT):
            continue
        for name, value in vars(base).items():
            plain = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            accessor = isinstance(plain, property | cached_property)
            if not name.startswith("_") and name not in seen and (accessor or inspect.isfunction(plain)):
                seen.add(name)
                yield name, plain


def _hands_out(maker: object) -> Iterator[type]:
    function = maker.fget if isinstance(maker, property) else getattr(maker, "func", maker)
    function = inspect.unwrap(function) if callable(function) else None
    if not inspect.isfunction(function):
        return
    try:
        hint = eval(function.__annotations__.get("return", "None"), vars(sys.modules[function.__module__]))
    except (NameError, TypeError):  # a name that only a type checker sees
        return
    yield from _classes(hint)


def _classes(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and not typing.get_args(hint):
        if hint.__module__.startswith(FRONT):
            yield hint
    elif isinstance(hint, UnionType) or typing.get_args(hint):
        for part in typing.get_args(hint):
            yield from _classes(part)


def pages() -> dict[str, str]:
    """Return the pages of the reference in reStructuredText, by file name without ending."""
    names = public()
    written = {}
    for wing in dict.fromkeys(one.wing for one in names):
        own = [one for one in names if one.wing == wing]
        lines = [
            *_heading(TITLES[wing].replace("`", "``"), "="),
            *_about(wing),
            f".. currentmodule:: {own[0].module}",
            "",
        ]
        lines += [*_listed(own), ""]
        for one in own:
            lines += _entry(one)
        written[wing or "ogp"] = "\n".join(lines)
    lines = [*_heading("What they return", "="), "The classes that public names hand out, with their methods.", ""]
    for cls in sorted(returned(names), key=lambda cls: (cls.__module__, cls.__qualname__)):
        lines += [
            *_heading(cls.__qualname__, "-"),
            f".. autoclass:: {cls.__module__}.{cls.__qualname__}",
            "   :members:",
            "",
        ]
    written["results"] = "\n".join(lines)
    return written


def _about(wing: str) -> list[str]:
    text = inspect.getdoc(import_module(f"{FRONT}.{wing}")) if wing else None
    return [text, ""] if text else []


def _heading(text: str, line: str) -> list[str]:
    return [text, line * len(text), ""]


def _listed(names: list[Name]) -> list[str]:
    rows = [(f":any:`{one.name} <{one.path}>`", _summary(one)) for one in names]
    return [".. list-table::", "   :widths: 30 70", "", *(f"   * - {link}\n     - {text}" for link, text in rows)]


def _summary(one: Name) -> str:
    text = (inspect.getdoc(one.value) or "") if one.documented else "A constant."
    return text.partition("\n\n")[0].replace("\n", " ")


def _entry(one: Name) -> list[str]:
    if inspect.isclass(one.value):
        directive, options = "autoclass", ["   :members:"]
    elif one.documented:
        directive, options = "autofunction", []
    else:
        return [*_heading(one.name, "-"), f".. py:data:: {one.name}", f"   :value: {one.value!r}", ""]
    return [*_heading(one.name, "-"), f".. {directive}:: {one.name}", *options, ""]


def _write(app) -> None:
    folder = Path(app.srcdir) / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        file = folder / f"{name}.rst"
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    for file in folder.glob("*.rst"):
        if file.stem not in pages():
            file.unlink()


def setup(app) -> dict:
    """Write the pages before Sphinx looks for them."""
    hook: Callable = _write
    app.connect("builder-inited", hook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
