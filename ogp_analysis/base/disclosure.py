"""Values that may be drawn but not written: they leave the package as a drawing, or as a result without a scale.

The terms of some sources allow showing a series and not passing it on. The panel hands such values out
:class:`Withheld`: an object that has no values for whoever holds it. Two kinds of function see inside:

- a drawing (:func:`ogp_analysis.display.figure.drawing`), whose caption and text alternative then may hold no number
  of the scale (:class:`~ogp_analysis.base.words.sentence.Sentence` stands in the way);
- a function marked :func:`scale_free`, whose result holds no value or difference of a country and no number in the unit
  of the scale: a rank correlation, a rank, a direction, a count, a share of countries.

Everything else raises :class:`~ogp_analysis.base.errors.DisclosureError`: sentences, tables, exports, prints, pickles.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps

from ogp_analysis.base.errors import DisclosureError

#: Whose withheld values are being drawn just now.
being_drawn = contextvars.ContextVar("withheld_values_are_drawn", default=())


class Withheld:
    """A value, frame or result that may be drawn only.

    Attributes
    ----------
    ids : tuple of str
        The indicators it comes from, whose terms do not allow passing values on.
    """

    __slots__ = ("_content", "ids")

    def __init__(self, content, ids: Iterable[str]) -> None:
        self._content, self.ids = content, tuple(dict.fromkeys(ids))

    def pipe(self, function: Callable, *args, **kwargs) -> Withheld:
        """Return what `function` makes of the content and of further arguments, as pandas does, withheld as well.

        Parameters
        ----------
        function : callable
            It sees the content.
        *args, **kwargs
            Its further arguments; what is withheld among them is laid open for it.

        Returns
        -------
        Withheld

        Examples
        --------
        >>> Withheld(1.5, ["fiw_e2"]).pipe(round)
        <values of fiw_e2: drawn only>
        """
        args, kwargs, ids = uncovered(args, kwargs)
        return Withheld(function(self._content, *args, **kwargs), (*self.ids, *ids))

    def about(self, *ids: str) -> Withheld:
        """Return the same content, said to be of these indicators only."""
        return Withheld(self._content, ids)

    def fault(self, what: str = "may be drawn, but not written, counted with or passed on") -> DisclosureError:
        """Return the fault of whoever asks for the values."""
        action = "Draw them, use a function that is marked scale_free, or name the series without its values"
        return DisclosureError(f"values of {', '.join(self.ids)}", what, action)

    def __repr__(self) -> str:
        return f"<values of {', '.join(self.ids)}: drawn only>"

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        raise self.fault()

    def _refuse(self, *_, **__):
        raise self.fault()

    __getitem__ = __iter__ = __len__ = __bool__ = __float__ = __int__ = __index__ = _refuse
    __array__ = __format__ = __reduce_ex__ = __eq__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __neg__ = _refuse
    __hash__ = None


def uncovered(args: tuple, kwargs: dict) -> tuple[list, dict, tuple[str, ...]]:
    """Return arguments with what was withheld laid open, also inside lists and dictionaries, and whose values it is.

    For the two kinds of function that may see them; a test holds the code to it.
    """
    ids: list[str] = []
    args = [_open(one, ids) for one in args]
    kwargs = {name: _open(one, ids) for name, one in kwargs.items()}
    return args, kwargs, tuple(dict.fromkeys(ids))


def _open(value, ids: list[str]):
    if isinstance(value, Withheld):
        ids += value.ids
        return value._content
    if isinstance(value, dict):
        return {key: _open(one, ids) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_open(one, ids) for one in value])
    return value


def scale_free(function: Callable | None = None, *, without: tuple[str, ...] = ()) -> Callable:
    """Let a function see withheld values, since its result says nothing on their scale: ranks, counts, shares.

    Parameters
    ----------
    function : callable
        It returns correlations, ranks, counts or shares.
    without : tuple of str
        Fields of its result, or keys where that is a dictionary, that do stand on the scale: None where a value was
        withheld.

    Returns
    -------
    callable
        The function; or, where only `without` is given, what makes one of it.

    Examples
    --------
    >>> @ogp.scale_free(without=("mean",))
    ... def described(rows):
    ...     return {"n": len(rows), "mean": rows.mean()}
    >>> import pandas as pd
    >>> described(pd.Series([1, 2]))
    {'n': 2, 'mean': np.float64(1.5)}
    """
    if function is None:
        return lambda one: scale_free(one, without=without)

    @wraps(function)
    def released(*args, **kwargs):
        args, kwargs, ids = uncovered(args, kwargs)
        result = function(*args, **kwargs)
        if not ids or not without:
            return result
        none = dict.fromkeys(without)
        return result | none if isinstance(result, dict) else replace(result, **none)

    return released


@contextmanager
def drawn_only(ids: tuple[str, ...]) -> Iterator[None]:
    """Draw withheld values inside this context: what is said there may hold no number of their scale."""
    token = being_drawn.set(ids)
    try:
        yield
    finally:
        being_drawn.reset(token)
