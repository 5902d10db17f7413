"""The publishers' words as codes, by the rules in ``compranet.toml``."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd
import pyarrow as pa

from ogp_analysis.procurement.datasets.folding import each, folded
from ogp_analysis.procurement.datasets.layouts import facts

UNKNOWN = "unknown"


@cache
def _rules(field: str) -> tuple[tuple[str, re.Pattern], ...]:
    return tuple((code, re.compile(pattern)) for code, pattern in facts()["words"][field])


def codes(field: str) -> tuple[str, ...]:
    """Return the codes of a field, and ``unknown`` for words that no rule covers."""
    return (*dict.fromkeys(code for code, _ in _rules(field)), UNKNOWN)


def coded(values: pd.Series | pa.DictionaryArray, field: str) -> pd.Series:
    """Return the code of each text; empty for a blank, ``unknown`` for words that no rule covers."""
    return each(values, lambda text: _code(text, field))


def _code(text: str, field: str) -> str:
    plain = folded(text)
    if not plain:
        return ""
    return next((code for code, pattern in _rules(field) if pattern.fullmatch(plain)), UNKNOWN)


def method(stated: pa.DictionaryArray, template: pa.DictionaryArray) -> pd.DataFrame:
    """Return ``method`` and its ``basis`` from the type of procedure and the template of the expediente.

    The type counts where it says open, limited or direct. From 2021 it is mostly empty or *Otro*,
    and the template tells.
    """
    # Each pair of a type and a template is judged once.
    count = len(template.dictionary)
    types_of_rows = stated.indices.to_numpy().astype("int64")
    codes, pairs = pd.factorize(types_of_rows * count + template.indices.to_numpy())
    types, templates = (
        stated.dictionary.take(pa.array(pairs // count)),
        template.dictionary.take(pa.array(pairs % count)),
    )
    by_type, by_template = coded(types.dictionary_encode(), "method"), coded(templates.dictionary_encode(), "template")
    telling = ("open", "limited", "direct")
    use_type = by_type.isin(telling) | (~by_template.isin((*telling, "other")) & (by_type != ""))
    use_template = ~use_type & (by_template != "")
    method = by_type.where(use_type, by_template).mask(~use_type & ~use_template, UNKNOWN)
    basis = pd.Series("none", index=by_type.index, dtype="str").mask(use_type, "type").mask(use_template, "template")
    return pd.DataFrame({"method": method, "basis": basis}).take(codes).reset_index(drop=True)


def several(values: pa.DictionaryArray) -> pd.Series:
    """Return a cell of several codes (``15401, 27101``) with ``; `` between them."""
    return each(values, lambda text: "; ".join(part.strip() for part in re.split(r"[,;|]", text) if part.strip()))
