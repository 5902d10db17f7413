"""The reference: it holds every public name, and each is documented as numpydoc asks."""

from __future__ import annotations

import dataclasses
import inspect
import re

import pytest

from tests.docs.extensions import CLASSES, PUBLIC, REFERENCE, methods, on_the_list, title

#: What numpydoc checks here: a summary of one line that begins with a verb and ends with a full stop, every parameter
#: described with its type and in its order, and what is returned.
SUMMARY = {"GL08", "SS01", "SS02", "SS03", "SS05", "SS06"}
PARAMETERS = {"PR01", "PR02", "PR03", "PR04", "PR07", "PR10"}
RETURNS = {"RT01", "RT03", "YD01"}


def faults(path: str, checks: set[str]) -> list[str]:
    validate = pytest.importorskip("numpydoc.validate", reason="numpydoc comes with make docs").validate
    return [code for code, _ in validate(path)["errors"] if code in checks]


def without_docstring() -> list[str]:
    """Return the public names whose docstring numpydoc does not accept."""
    # A module may bear the name of a public function: numpydoc is given the place where the function is defined.
    functions = {one.path: inspect.unwrap(one.value) for one in PUBLIC if inspect.isfunction(one.value)}
    checks = SUMMARY | PARAMETERS | RETURNS
    found = [path for path, one in functions.items() if faults(f"{one.__module__}.{one.__qualname__}", checks)]
    # The summary of a method says what it returns.
    found += [path for path in methods() if faults(path, SUMMARY | PARAMETERS)]
    return found + [title(cls) for cls in CLASSES if faults(title(cls), SUMMARY)]


def test_public_names_have_docstrings_that_numpydoc_accepts():
    assert not (said := on_the_list("docstrings", without_docstring())), said


def undescribed(cls: type) -> list[str]:
    """Return the public fields of a class that neither its docstring nor one of its bases describes."""
    text = "\n".join(inspect.getdoc(base) or "" for base in cls.__mro__ if base.__module__.startswith("ogp_analysis"))
    lines = re.findall(r"^(\w[\w, ]*?)(?: : .*)?$", text, re.MULTILINE)
    described = {name for line in lines for name in re.split(", ?", line)} | set(re.findall(r"`(\w+)`", text))
    return [one.name for one in dataclasses.fields(cls) if not one.name.startswith("_") and one.name not in described]


def without_fields() -> list[str]:
    """Return the classes with a field that is not described."""
    return [title(cls) for cls in CLASSES if dataclasses.is_dataclass(cls) and undescribed(cls)]


def test_every_field_of_a_class_is_described():
    assert not (said := on_the_list("fields", without_fields())), said


def test_a_field_that_is_not_described_would_be_found():
    @dataclasses.dataclass
    class Share:
        """`count` of the units.

        Attributes
        ----------
        n : int
            Units.
        """

        count: int
        n: int
        clusters: int

    Share.__module__ = "ogp_analysis.statistics"
    assert undescribed(Share) == ["clusters"]


def test_every_public_name_is_in_the_built_reference(site):
    pages = "".join(file.read_text(encoding="utf-8") for file in (site / "reference" / "generated").glob("*.html"))
    there = set(re.findall(r'id="([\w.]+)"', pages))
    assert [one.path for one in PUBLIC if one.path not in there] == [], "make docs"
    assert [title(cls) for cls in REFERENCE.returned(PUBLIC) if title(cls) not in there] == [], "make docs"


def test_a_stub_is_read_name_by_name(tmp_path):
    stub = tmp_path / "__init__.pyi"
    stub.write_text(
        "from . import civic_space as civic_space\nfrom .data.hand_out import load, record as log\n"
        "from .base.errors import _listed\n\n__all__ = ['load']\n"
    )
    assert REFERENCE.stubbed(stub) == ["civic_space", "load", "log"]
