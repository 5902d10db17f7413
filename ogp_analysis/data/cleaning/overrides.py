"""What a user overrides in reading files of a dataset, in TOML: names of columns, and the meaning of unknown values."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from ogp_analysis.base.countries import folded
from ogp_analysis.base.errors import ParameterError

_LARGEST = 2**16
#: Names of columns that are less alike than this are not proposed; a map of more letters would be cut by the fault.
_ALIKE, _LONGEST = 0.6, 1200


@dataclass(frozen=True)
class Overrides:
    """What a user overrides.

    Attributes
    ----------
    columns : dict of str to str
        By the name of a column in the file that of the dataset.
    accepted : dict
        By dataset, its column and a value that no rule knows: the known value that it is read as; blank to set its rows
        aside.
    """

    columns: dict[str, str] = field(default_factory=dict)
    accepted: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def text(self) -> str:
        """Return all of it as one text, to see whether it changed; blank if there is nothing."""
        return json.dumps([self.columns, self.accepted], sort_keys=True, ensure_ascii=False) if self != NONE else ""


NONE = Overrides()


def overrides(columns: Path | None = None, accepted: Path | None = None) -> Overrides:
    """Read the files with names of columns and with accepted values; either may be missing.

    Raises
    ------
    ParameterError
        If a file cannot be read, or is not of its form.
    """
    names = stated(columns).get("columns") if columns else {}
    if not _texts(names, 1):
        example = 'Write below [columns] "name in the file" = "name in the dataset"'
        raise ParameterError(columns.name, "is not a map of columns", example)
    if not _texts(values := stated(accepted) if accepted else {}, 3):
        example = 'Write dataset."column"."value" = "the value that it is read as"'
        raise ParameterError(accepted.name, "does not say what values are read as", example)
    return Overrides(names, values)


def _texts(given: object, depth: int) -> bool:
    """Whether tables as deep as this hold texts, and nothing else."""
    if not depth:
        return isinstance(given, str)
    return isinstance(given, dict) and all(_texts(one, depth - 1) for one in given.values())


def stated(file: Path) -> dict:
    """Return the content of a TOML file that a user wrote.

    Raises
    ------
    ParameterError
        If it cannot be read.
    """
    try:
        with Path(file).open("rb") as stream:
            return tomllib.loads(stream.read(_LARGEST).decode("utf-8-sig"))
    except OSError as error:
        raise ParameterError(Path(file).name, f"cannot be read ({error.strerror})", "Check its name") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ParameterError(Path(file).name, f"is not TOML ({error})", "Correct it") from error


def bare(name: str) -> str:
    """Return a name of a column without what writers change: case, accents, signs, articles."""
    return re.sub(r"\b(de|del|la|las|el|los|of|the)\b|\W", "", folded(name.replace("_", " ")))


def proposed(wanted: Iterable[str], there: Iterable[str], kind: str) -> str:
    """Return advice on columns that a file lacks: for each the likeliest that it has, as a map in one line."""
    of, names = {one: bare(one) for one in wanted}, {one: bare(one) for one in there if one}
    pairs = [(SequenceMatcher(None, of[a], names[b]).ratio(), a, b) for a in of for b in names if of[a] and names[b]]
    found: dict[str, str] = {}
    for alike, want, name in sorted(pairs, key=lambda pair: -pair[0]):
        if alike >= _ALIKE and name not in found and want not in found.values():
            found[name] = want
    lines, size = [], 0
    for name in sorted(found, key=lambda one: list(of).index(found[one])):
        lines.append(f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(found[name], ensure_ascii=False)}")
        size += len(lines[-1])
        if size > _LONGEST:
            break
    if not lines:
        return ""
    return f"The likeliest map, to be checked, for --as {kind} --columns MAP is columns = {{ {', '.join(lines)} }}"
