"""What a file says about one contracting process: releases, and records with what they hold.

A statement is a release, or the compiled release of a record. The same release is often published as version 1.0, in
its conversion to 1.1 and again in a record; it counts once.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from ogp_analysis.procurement.datasets.ocds import parsing, rules, upgrading
from ogp_analysis.procurement.datasets.ocds.fields import ANY_RELEASE
from ogp_analysis.procurement.datasets.ocds.merging import compiled as compiled_release
from ogp_analysis.procurement.datasets.ocds.rules import Aside, Change, change, set_aside


@dataclass
class Statement:
    """One release or record.

    Attributes
    ----------
    file, line : int
        Number of the file, and place in it.
    release : dict
        In :data:`.fields.ANY_RELEASE`.
    ocid : str
        The process.
    compiled : bool
        Whether it is a compiled release: the sum of the releases up to its date.
    old : bool
        Whether it is of a version before 1.1.
    changes : list of Change
        What was changed in reading it.
    """

    file: int
    line: int
    release: dict[str, Any]
    ocid: str
    compiled: bool = False
    old: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def date(self) -> str:
        """The date as published, empty if there is none."""
        return str(self.release.get("date") or "")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, sorted."""
        return tuple(sorted(self.release.get("tag") or ()))


def read(raw: Any, file: int, line: int) -> Statement | Aside:
    """Read one element of a file, whatever its version.

    Set aside are, by rule: ``not_json``, ``nested_too_deep``, ``not_an_object``, ``only_links`` (a record that names
    its releases by address and has neither a compiled nor a versioned release: it holds nothing), ``no_ocid``.
    """
    changes: list[Change] = []
    named = _named(raw, file, line, changes)
    if isinstance(named, Aside):
        return named
    ocid, release, compiled = named
    release, names = upgrading.renamed(release)
    changes += [change(rules.OTHER_NAME, name, name, "(the name in the standard)") for name in names]
    if not isinstance(ocid, str):
        changes.append(change(rules.NUMBER_AS_TEXT, "ocid", f"{ocid}", f'"{ocid}"'))
    release = upgrading.in_shape(release, ANY_RELEASE, changes) | {"ocid": str(ocid)}
    old = upgrading.is_old(release)
    release = upgrading.upgraded(release, changes) if old else release
    return Statement(file, line, release, str(ocid), compiled, old, changes)


def process_of(raw: Any) -> str | None:
    """Return the process that an element is about; None if :func:`read` sets it aside."""
    named = _named(raw, 0, 0, [])
    return None if isinstance(named, Aside) else str(named[0])


def _named(raw: Any, file: int, line: int, changes: list[Change]) -> tuple[Any, dict[str, Any], bool] | Aside:
    """Return the ocid of an element as it is written, the release that it holds and whether that is compiled."""
    try:
        data = parsing.parsed(bytes(raw), changes)
    except parsing.TooDeep:
        return set_aside(file, line, rules.TOO_DEEP, "release", "(nested too deep)")
    except ValueError:
        return set_aside(file, line, rules.NOT_JSON, "release", "(no JSON)")
    if not isinstance(data, dict):
        return set_aside(file, line, rules.NOT_AN_OBJECT, "release", upgrading.kind(data))
    ocid, content = data.get("ocid"), _content(data, changes)
    if content is None:
        return set_aside(file, line, rules.ONLY_LINKS, "records/releases", f"{len(data['releases'])} links")
    release, compiled = content
    ocid = release.get("ocid") if ocid in (None, "") else ocid
    if ocid in (None, "") or isinstance(ocid, (dict, list, bool)):
        return set_aside(file, line, rules.NO_OCID, "ocid", upgrading.kind(ocid))
    return ocid, release, compiled


def _content(data: dict[str, Any], changes: list[Change]) -> tuple[dict[str, Any], bool] | None:
    """Return the release that an element holds and whether it is compiled; None if it holds links only."""
    compiled, releases, versioned = (data.get(name) for name in ("compiledRelease", "releases", "versionedRelease"))
    if isinstance(compiled, dict) and compiled:
        return compiled, True
    has_versions = isinstance(versioned, dict) and upgrading.is_versioned(versioned)
    if not has_versions and upgrading.is_versioned(data):
        return _latest(data, changes), True
    if not isinstance(releases, list) or "tender" in data:
        return (_latest(versioned, changes), True) if has_versions else (data, "compiled" in _tags(data))
    whole = [one for one in releases if isinstance(one, dict) and "ocid" in one]
    if not whole:
        return (_latest(versioned, changes), True) if has_versions else None
    if len(whole) == 1:
        return whole[0], "compiled" in _tags(whole[0])
    return compiled_release(sorted(whole, key=lambda one: str(one.get("date") or ""))), True


def _latest(versioned: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    changes.append(change(rules.VERSIONED_RELEASE, "release", "(all values)", "(the latest)"))
    return upgrading.latest(versioned)


def _tags(release: dict[str, Any]) -> tuple[str, ...]:
    tags = release.get("tag")
    return (tags,) if isinstance(tags, str) else tuple(str(t) for t in tags) if isinstance(tags, list) else ()


def merged(one: Statement, rule: str) -> tuple[Statement, str]:
    """Return the note that `rule` merged a statement into another."""
    return one, rule


@dataclass(frozen=True)
class Process:
    """What the statements on one process come to.

    Attributes
    ----------
    release : dict
        The compiled release; with the identifier, date and tags of the releases that went into it.
    statement : Statement
        The latest of them: the row that is kept.
    gone : list of tuple of (Statement, str)
        The others, and by which rule each was merged.
    n_releases : int
        How many releases went into it.
    """

    release: dict[str, Any]
    statement: Statement
    gone: list[tuple[Statement, str]]
    n_releases: int


def process(statements: list[Statement]) -> Process:
    """Merge what is said about one process.

    ``same_release``: of statements with the same id and tags the latest counts; at the same time, that in version
    1.1; then the first. ``older_version``: a release before 1.1 does not count beside one of 1.1 with the same date and
    tags. ``in_compiled_release``: releases that are not later than the compiled release are in it. The others are
    merged (``merged_into_process``).

    Parameters
    ----------
    statements : list of Statement
        On one ocid, in the order of the files.
    """
    gone: list[tuple[Statement, str]] = []
    best: dict[Any, Statement] = {}
    for number, one in enumerate(statements):
        key = (str(one.release["id"]), one.tags) if one.release.get("id") is not None else number
        rival = best.setdefault(key, one)
        if (one.date, not one.old) > (rival.date, not rival.old):
            best[key] = one
            gone.append(merged(rival, rule=rules.SAME_RELEASE))
        elif rival is not one:
            gone.append(merged(one, rule=rules.SAME_RELEASE))
    left = list(best.values())
    # What an older version of the standard says at the same time as a newer one is not needed.
    new = {(one.date, one.tags) for one in left if not one.old}
    gone += [merged(one, rule=rules.OLDER_VERSION) for one in left if one.old and (one.date, one.tags) in new]
    left = [one for one in left if not (one.old and (one.date, one.tags) in new)]
    if compiled := [one for one in left if one.compiled]:
        # A compiled release holds what was said until then.
        base = max(compiled, key=lambda one: (one.date, not one.old))
        others = [one for one in left if one is not base]
        is_held = [one.compiled or not base.date or one.date <= base.date for one in others]
        gone += [merged(one, rule=rules.IN_COMPILED_RELEASE) for one in itertools.compress(others, is_held)]
        left = [base, *(one for one, held in zip(others, is_held, strict=True) if not held)]
    left = sorted(left, key=lambda one: one.date)
    last = left[-1]
    gone += [merged(one, rule=rules.MERGED_INTO_PROCESS) for one in left[:-1]]
    release = last.release
    if len(left) > 1:
        tags = sorted({tag for one in left for tag in one.tags})
        kept = {key: last.release.get(key) for key in ("id", "date")}
        release = compiled_release([one.release for one in left]) | kept | {"tag": tags}
    return Process(release, last, gone, len(left))
