"""Versioned releases: every value that each field of a process ever had, with the release and the date it comes from.

In the versioned release schema 1.1 of the standard a value is a list of objects with ``releaseID``, ``releaseDate``,
``releaseTag`` and ``value``. Only ``ocid``, and the ids by which objects in lists are matched, stand as they are.
"""

from __future__ import annotations

from typing import Any

_DATE, _VALUE = "releaseDate", "value"


def is_versioned(release: dict[str, Any]) -> bool:
    """Whether a release is a versioned one: it has values with their dates, and no date of its own."""
    return not isinstance(release.get("date"), str) and next(_versions(release), None) is not None


def latest(release: dict[str, Any]) -> dict[str, Any]:
    """Return the compiled release of a versioned one: of each field the value with the latest date.

    Of equal dates the last one counts. A field whose latest value is null is taken away. Date and id are those that a
    compiled release gets: the latest date, and that date after the ocid.

    Parameters
    ----------
    release : dict
        For which :func:`is_versioned` holds; it is not changed.
    """
    date = max(_date(one) for versions in _versions(release) for one in versions)
    ocid = release.get("ocid")
    return _latest(release) | {"ocid": ocid, "id": f"{ocid}-{date}", "date": date, "tag": ["compiled"]}


def _is_versions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and _DATE in one and _VALUE in one for one in value)
    )


def _versions(value: Any):
    """Yield each list of versions below a value."""
    if _is_versions(value):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _versions(one)


def _date(version: dict[str, Any]) -> str:
    return str(version[_DATE] or "")


def _latest(value: Any) -> Any:
    if _is_versions(value):
        return sorted(value, key=_date)[-1][_VALUE]
    if isinstance(value, dict):
        found = {name: _latest(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one is not None}
    return [_latest(one) for one in value] if isinstance(value, list) else value
