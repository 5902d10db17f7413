"""Results of pure functions that a process makes once for all its forks: a rehearsal keeps them, a run finds them.

A run in a fork would make again what does not depend on its country: the panel of all countries, its series, the places
of all of them. A process that will be forked makes it beforehand, in a :func:`rehearsal`, and each fork has it. What is
kept stands under the content of all arguments, byte for byte, so that a run gets what it would have made itself, in
whatever order runs come. Outside of a rehearsal nothing is kept; in a process without one no argument is looked at.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from hashlib import blake2b
from typing import ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
_kept: dict[bytes, object] = {}
_rehearsing = False
#: Kinds of values that nobody can change: tuples of them are handed out as they are.
_PLAIN = {bool, int, float, str, type(None)}


@contextmanager
def rehearsal() -> Iterator[None]:
    """Keep what functions marked :func:`pure` return while the block runs, for this process and its forks."""
    global _rehearsing
    _rehearsing = True
    try:
        yield
    finally:
        _rehearsing = False


def matters() -> bool:
    """Return whether results are kept now, or were kept."""
    return _rehearsing or bool(_kept)


def forget() -> None:
    """Forget everything that was kept."""
    _kept.clear()


def pure(function: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Let results of a function be kept in a rehearsal, and be found from then on.

    Parameters
    ----------
    function : callable
        What it returns depends on the content of its arguments alone, and it does nothing else. Frames that it
        returns, also inside tuples and dictionaries, are handed out as copies: nobody can change what is kept.

    Examples
    --------
    >>> from ogp_analysis.base import rehearsed
    >>> calls = []
    >>> @rehearsed.pure
    ... def double(number):
    ...     calls.append(number)
    ...     return 2 * number
    >>> with rehearsed.rehearsal():
    ...     double(2)
    4
    >>> double(2), double(3), calls
    (4, 6, [2, 3])
    >>> rehearsed.forget()
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def called(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        if not matters():
            return function(*args, **kwargs)
        key = _content(name, args, kwargs)
        if key in _kept:
            return _apart(_kept[key])
        result = function(*args, **kwargs)
        if _rehearsing and key is not None:
            _kept[key] = result
            return _apart(result)
        return result

    return called


def _content(name: str, args: tuple, kwargs: dict) -> bytes | None:
    """Return a hash of the whole content of arguments; None of what has none to show, such as withheld values."""
    outside: list[pickle.PickleBuffer] = []
    try:
        inside = pickle.dumps((name, args, kwargs), protocol=5, buffer_callback=outside.append)
        hashed = blake2b(inside, digest_size=32)
        for buffer in outside:
            hashed.update(buffer.raw())
    except Exception:
        return None
    return hashed.digest()


def _apart(value):
    """Return frames that share memory with what is kept until one of them is changed."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series):
        return value.copy(deep=False)
    if type(value) is tuple:
        if _PLAIN.issuperset(map(type, value)):
            return value
        return tuple(_apart(one) for one in value)
    if type(value) is dict:
        return {name: _apart(one) for name, one in value.items()}
    return value
