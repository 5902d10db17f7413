"""Pairs of a YAML file that is one map from text to text, each with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ogp_analysis.base.errors import SourceError

#: Names of the two columns.
COLUMNS = ("key", "value")
_ANOTHER_READER = "Give the file a reader of its own"


def records(path: Path, label: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, [key, value])`` of each pair, the names of the two columns first.

    Both are text as it stands: ``No``, ``Norway`` and ``1.0`` mean no more than they say.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        The file as errors name it.
    encoding : str
        Of the text.

    Raises
    ------
    SourceError
        If the file cannot be read, is not such a map, or holds a key twice; names the line.
    """
    import yaml

    try:
        # The node tree keeps every scalar as text; loaded values would not.
        node = yaml.compose(path.read_text(encoding=encoding), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError(label, f"cannot be read ({error})", "Check the file and its sidecar") from error
    if not isinstance(node, yaml.MappingNode):
        raise SourceError(label, "is not a YAML map", _ANOTHER_READER)
    yield 1, list(COLUMNS)
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        flat = isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
        if not flat or key.value in seen:
            what = f"{key.value!r} stands here twice" if flat else "the pair is not of two texts"
            raise SourceError(f"{label}, line {line}", what, _ANOTHER_READER)
        seen.add(key.value)
        yield line, [key.value, value.value]
