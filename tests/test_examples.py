"""The examples in public docstrings come true: in any folder, with the data that the repository holds."""

from __future__ import annotations

import doctest
import inspect
import sys

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words import use_language
from tests.docs.extensions import CLASSES, PUBLIC, methods, on_the_list, title


def documented() -> dict[str, object]:
    """Return public functions, classes and their methods, by name."""
    named = {one.path: one.value for one in PUBLIC if one.documented}
    return named | {title(cls): cls for cls in CLASSES} | methods()


def examples(name: str, value: object) -> doctest.DocTest | None:
    """Return the examples in a docstring; None if it has none. They see what their module sees, and ``ogp``."""
    value = inspect.unwrap(value)
    names = vars(sys.modules[value.__module__]) | {"ogp": ogp}
    found = doctest.DocTestFinder(recurse=False, exclude_empty=True).find(value, name, globs=dict(names))
    return found[0] if found and found[0].examples else None


DOCUMENTED = documented()
EXAMPLES = {name: test for name, value in DOCUMENTED.items() if (test := examples(name, value))}


@pytest.fixture
def anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    use_language("en")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_comes_true(name, anywhere):
    said: list[str] = []
    # A runner uses up what an example sees.
    test = examples(name, DOCUMENTED[name])
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not said, "".join(said)


def without_example() -> list[str]:
    """Return functions and methods without one; results and their attributes are shown where something returns them."""
    return [name for name, value in DOCUMENTED.items() if not inspect.isclass(value) and name not in EXAMPLES]


def test_public_functions_and_methods_have_an_example():
    assert not (said := on_the_list("examples", without_example())), said


def test_an_example_that_does_not_come_true_would_be_found():
    def wrong():
        """Return one.

        >>> 1 + 1
        3
        """

    said: list[str] = []
    doctest.DocTestRunner().run(examples("wrong", wrong), out=said.append)
    assert "Expected:\n    3" in "".join(said)
