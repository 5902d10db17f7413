"""Results of pure functions that runs of one batch share: the first that needs one leaves it for the others.

What many pages say of all countries (the panel, its series, the places of all) is the same on each. A result stands in
the folder of the batch, under the content of all arguments, byte for byte, so that a run gets what it would have made
itself, in whatever order runs come. The folder is made for the batch and removed with it, so no other file is read.
Without a folder nothing is kept, and no argument is hashed.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import ParamSpec, TypeVar

#: Names the folder, in the environment of a run.
FOLDER = "OGP_ANALYSIS_CACHE"
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def matters() -> bool:
    """Return whether results are kept."""
    return FOLDER in os.environ


def cached(function: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Let results of a function be kept.

    Parameters
    ----------
    function : callable
        What it returns depends on the content of its arguments alone, and it does nothing else.

    Examples
    --------
    >>> from ogp_analysis.base.cached import cached
    >>> @cached
    ... def double(number):
    ...     return 2 * number
    >>> double(2)
    4
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def called(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        file = _file(name, args, kwargs) if matters() else None
        if file is None:
            return function(*args, **kwargs)
        if file.exists():
            return pickle.loads(file.read_bytes())
        result = function(*args, **kwargs)
        try:
            content = pickle.dumps(result, protocol=5)
        except Exception:  # it refuses to be pickled, as withheld values do
            return result
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
            stream.write(content)
        Path(stream.name).replace(file)
        return result

    return called


def _file(name: str, args: tuple, kwargs: dict) -> Path | None:
    """Return the file of a result, named by the hash of all its arguments; None if they cannot be pickled."""
    outside: list[pickle.PickleBuffer] = []
    try:
        hashed = blake2b(pickle.dumps((name, args, kwargs), protocol=5, buffer_callback=outside.append), digest_size=16)
        for buffer in outside:
            hashed.update(buffer.raw())
    except Exception:
        return None
    return Path(os.environ[FOLDER]) / hashed.hexdigest()
