"""Types of a notebook's parameters, beside Python's own: ``ogp.types.Country`` and so on.

They annotate lines of the cell tagged ``parameters``, alone, as ``list[ogp.types.Country]``, or with ``| None``. A
value is checked, and written as its code, before the first cell runs. What is read here is the form of a value; what it
names, the batch asks the room that knows.
"""

from __future__ import annotations

import ast
import re
import typing
from types import UnionType
from typing import Annotated
from typing import Literal as Choice

from ogp_analysis.base.errors import ParameterError, listed

__all__ = ["Choice", "Contracts", "Country", "Date", "Edition", "Indicator", "Region", "Table", "Year"]
__all__ += ["Events", "Purchases"]

#: Any usual name or code of a country; becomes its ISO 3166 alpha-3 code.
Country = Annotated[str, "country"]
#: A region of the politico-geographic grouping used by V-Dem, or "world", by its code or its name.
Region = Annotated[str, "region"]
#: An indicator of the catalogue, by its id or its name; becomes its id.
Indicator = Annotated[str, "indicator"]
#: A clean table, ``dataset.table``, or a folder that ``ogp-analysis clean`` wrote; that becomes a name of its content.
Table = Annotated[str, "table"]
#: A publication of public contracts, or a folder that ``ogp-analysis clean`` wrote; that becomes a name of its content.
Contracts = Annotated[str, "contracts"]
#: A list of events, or of purchases, that the user added: ``own_NAME``.
Events = Annotated[str, "events"]
Purchases = Annotated[str, "purchases"]
#: A calendar year.
Year = Annotated[int, "year"]
#: A date written YYYY-MM-DD.
Date = Annotated[str, "date"]
#: Which data the notebook reads: what the repository holds (embedded), the published files fetched by the user (full),
#: the newest version of each dataset that is here (latest), or pins such as vdem=16; several with commas between them.
Edition = Annotated[str, "edition"]

#: How numbers and truth are typed, and what they are in words: what Python takes beyond that may be a slip (``2_005``).
_FORMS = {
    int: (r"-?(0|[1-9][0-9]*)", "a whole number in plain digits"),
    float: (r"-?([0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|nan|inf)", "a number in plain digits"),
    bool: (r"[tT]rue|[fF]alse", "true or false"),
    str: (r"(?!)", "text"),
}
#: What an annotation may be written with, and in front of a name.
_NAMES = {one.__name__: one for one in (*_FORMS, list)} | {"Literal": Choice, "Optional": typing.Optional}
_NAMES |= {name: globals()[name] for name in __all__}
_MODULES = ("ogp.types", "ogp_analysis.types", "types", "typing")


def annotated(annotation: str, where: str) -> tuple:
    """Return the types that an annotation joins, read as a tree: the code of a notebook is not run to check a value.

    Raises
    ------
    ParameterError
        If the annotation is not a known type.
    """
    try:
        return joined(_type(ast.parse(annotation, mode="eval").body))
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        what = f"its annotation {annotation!r} is not known"
        raise ParameterError(where, what, f"Use a type of ogp.types or Python: {', '.join(_NAMES)}") from error


def joined(kind) -> tuple:
    """Return the types that a union joins, or a type by itself."""
    return typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, UnionType) else (kind,)


def _type(node: ast.expr):
    if isinstance(node, ast.Constant):
        return {None: None}[node.value]
    if isinstance(node, ast.Name):
        return _NAMES[node.id]
    if isinstance(node, ast.Attribute):
        return _NAMES[dict.fromkeys(_MODULES, node.attr)[ast.unparse(node.value)]]
    if isinstance(node, ast.BinOp):
        return typing.Union[_type(node.left), _type(node.right)]  # noqa: UP007 the operands are values here
    outer = _type(node.value)
    return outer[ast.literal_eval(node.slice) if outer is Choice else _type(node.slice)]


def read(kinds: tuple, value, where: str) -> tuple[object, str]:
    """Return a value that is no list in the form of its type, and the tag of that type.

    Parameters
    ----------
    kinds : tuple
        Allowed types. The type that the value already has is used, otherwise the first; if empty, any plain type.
    value : object
        As it was given; text from a command line is read.
    where : str
        Names the parameter, for the error.

    Raises
    ------
    ParameterError
        Saying what it has to be.
    """
    those = [one for one in kinds if one is not type(None)] or [type(value)]
    kind = next((one for one in those if type(value) is getattr(one, "__origin__", one)), those[0])
    tag = kind.__metadata__[0] if hasattr(kind, "__metadata__") else ""
    if typing.get_origin(kind) is Choice:
        return _chosen(typing.get_args(kind), value, where), tag
    plain = getattr(kind, "__origin__", kind)
    form, wanted = _FORMS.get(plain, (r"(?!)", "a plain value"))
    if isinstance(value, str) and re.fullmatch(form, value):
        value = value.lower() == "true" if plain is bool else plain(value)
    elif plain is float and type(value) is int:
        value = float(value)
    elif type(value) is not plain or plain not in (*_FORMS, type(None)):
        raise ParameterError(where, f"{shortened(value)} is not {wanted}", f"Give {wanted}")
    return value, tag


def _chosen(choices: tuple, value, where: str):
    for one in choices:
        if value == one and isinstance(value, bool) == isinstance(one, bool):
            return one
    raise ParameterError(where, f"{shortened(value)} is not allowed", f"Use {listed(choices, 20)}")


def shortened(value) -> str:
    """Return a value for an error message: at most 40 characters, nothing unprintable."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= 42 else text[:40] + "…'"
