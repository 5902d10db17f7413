"""OCDS in the wrapper of a service: packages in a list under ``data`` or ``results``, or in an object under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.sources import packed
from ogp_analysis.sources.json_corpus import ENDINGS

_KEY = "ocid"
_WRAPPERS, _LISTS = ("data", "results"), ("releases", "records")
#: By one of these an object without ocid is a package, and no record.
_OF_PACKAGE = ("uri", "version", "publishedDate", "publisher", "license", "publicationPolicy")
#: The answer of a service is read whole; a larger file is not taken for such an answer.
_LARGEST, _HEAD = 64 * 2**20, 2**16
_MAY_BE = re.compile(rb'"(?:data|results)"\s*:\s*[\[{]')
_DEEPEST = 4
_Object = dict[str, msgspec.Raw]


def unwrapped(file: Path, label: str) -> list[bytes]:
    """Return the releases or records of a file that are wrapped, a line each; none if nothing is wrapped.

    Lists that stand directly under ``data`` or ``results`` are read where they are, as those of a package.
    """
    try:
        ((_, content),) = packed.documents(file, label, ENDINGS)
        with content.open("rb") as stream:
            text = stream.read(_HEAD)
            if not _MAY_BE.search(text):
                return []
            text += stream.read(_LARGEST + 1 - len(text))
        whole = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"), type=_Object) if len(text) <= _LARGEST else {}
        if _KEY in whole or not any(_is_wrapper(whole[name]) for name in _WRAPPERS if name in whole):
            return []
        return [bytes(one).replace(b"\r", b" ").replace(b"\n", b" ") for one in _inside(whole, 0)]
    except (OSError, ValueError, OgpAnalysisError, msgspec.MsgspecError, RecursionError):
        return []  # the cleaner reports the fault


def _is_wrapper(value: msgspec.Raw) -> bool:
    """Whether what stands under a name of a wrapper is an object, or a list of packages."""
    sign = bytes(value)[:1]
    if sign != b"[":
        return sign == b"{"
    members = msgspec.json.decode(value, type=list[msgspec.Raw])
    return bool(members) and _package(members[0]) is not None


def _package(value: msgspec.Raw) -> _Object | None:
    if bytes(value)[:1] != b"{":
        return None
    one = msgspec.json.decode(value, type=_Object)
    is_package = _KEY not in one and any(name in one for name in _LISTS) and any(name in one for name in _OF_PACKAGE)
    return one if is_package else None


def _inside(one: _Object, depth: int) -> Iterator[msgspec.Raw]:
    """Yield the elements inside an object that is not itself an element."""
    for name, value in one.items():
        sign = bytes(value)[:1]
        if name in _WRAPPERS and sign == b"{" and depth < _DEEPEST:
            inner = msgspec.json.decode(value, type=_Object)
            yield from [value] if _KEY in inner else _inside(inner, depth + 1)
        elif name in (*_WRAPPERS, *_LISTS) and sign == b"[":
            for member in msgspec.json.decode(value, type=list[msgspec.Raw]):
                package = _package(member) if name in _WRAPPERS and depth < _DEEPEST else None
                yield from [member] if package is None else _inside(package, depth + 1)
