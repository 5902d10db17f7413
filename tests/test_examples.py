"""The examples in docstrings come true: in any folder, with the data that the repository holds."""

from __future__ import annotations

import doctest
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words.catalogue import speaking
from tests.docs.extensions import CLASSES, PUBLIC, methods, on_the_list, title

PACKAGE = Path(ogp.__file__).parent
#: Modules with an example in a docstring, public or not.
MODULES = sorted(
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in PACKAGE.rglob("*.py")
    if ">>> " in file.read_text(encoding="utf-8")
)
#: Described where results are, and shown by whatever returns one.
OF_EVERY_RESULT = {"text", "plot", "table", "parts", "tidy", "contradictions"}


@pytest.fixture
def anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with speaking(None):  # an example may choose a language
        yield


def failures(name: str, **names) -> str:
    """Run the examples of a module, which see what it holds and ``ogp``; return those that do not come true."""
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    module = import_module(name)
    for test in doctest.DocTestFinder().find(module, globs=vars(module) | {"ogp": ogp} | names):
        runner.run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_come_true(name, anywhere):
    assert not (said := failures(name)), said


def test_an_example_that_does_not_come_true_is_found(anywhere):
    assert "rates.counted" in failures("ogp_analysis.statistics.rates", counted=lambda *_, **__: None)


def without_example() -> list[str]:
    """Return public functions and methods without one, but for what every result has."""
    own = {name: method for name, method in methods().items() if name.rpartition(".")[2] not in OF_EVERY_RESULT}
    named = {one.path: one.value for one in PUBLIC if inspect.isfunction(one.value)} | own
    return [name for name, value in named.items() if ">>> " not in (inspect.getdoc(value) or "")]


def test_public_functions_and_methods_have_an_example():
    assert not (said := on_the_list("examples", without_example())), said


def test_a_result_is_looked_at_with_its_methods():
    assert {title(cls) for cls in CLASSES} >= {"ogp_analysis.base.countries.Country"}
    assert "ogp_analysis.base.countries.Country.existed" in methods()
