"""What must hold of everything a report prints, whichever notebook it comes from.

A report is checked before it is written: a number that contradicts another stops it. The relations between named
numbers and tables stand in :mod:`ogp_analysis.publishing.pages.relations`; what holds of any table or number stands
here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ReportError
from ogp_analysis.publishing.pages.carried import Carried

#: Relative difference below which two sums are the same: numbers are carried to twelve significant digits.
_SAME = 1e-9
_COUNTED = ("count", "rank", "year", "years")
#: Columns that count a part of a whole, with the column of the whole, in a table of shares; the share beside a count is
#: of the first of them that there is. Elsewhere a count may stand beside a denominator that it is not in.
_PARTS = [("count", "computed"), ("count", "n"), ("computed", "n")]
_PARTS += [("carried", "carried_n"), ("taken_up", "taken_up_n")]


class Absent(Exception):
    """A report does not print what a relation is about, so that the relation does not apply to it."""


@dataclass(frozen=True)
class Printed:
    """What a report prints, as relations read it.

    Attributes
    ----------
    numbers : dict of str to dict
        Named numbers of the sentences.
    tables : dict of str to dict
        Tables as a notebook carries them, by name.
    """

    numbers: dict[str, dict]
    tables: dict[str, dict]

    def number(self, name: str, absent: float | None = None) -> float:
        """Return a named number; `absent` if the report does not print it.

        Raises
        ------
        Absent
            If it is not printed and `absent` is None.
        """
        if name in self.numbers:
            return self.numbers[name]["value"]
        if absent is None:
            raise Absent(name)
        return absent

    def stated(self, key: str, **values: float) -> Iterator[Pair]:
        """Yield the named numbers below a key, each with the value that it must have.

        Raises
        ------
        Absent
            If one of them is not printed.
        """
        for name, value in values.items():
            yield f"{key}.{name}", self.number(f"{key}.{name}"), value

    def rows(self, table: str) -> list[dict]:
        """Return the rows of a table as mappings of column to value.

        Raises
        ------
        Absent
            If the report has no such table.
        """
        if table not in self.tables:
            raise Absent(table)
        names = [column["name"] for column in self.tables[table]["columns"]]
        return [dict(zip(names, row, strict=True)) for row in self.tables[table]["rows"]]

    def frame(self, table: str) -> pd.DataFrame:
        """Return :meth:`rows` as a frame; without rows, it has the columns all the same."""
        return pd.DataFrame(self.rows(table), columns=[column["name"] for column in self.tables[table]["columns"]])

    def caption(self, table: str, field: str) -> float:
        """Return a number that the caption of a table states.

        Raises
        ------
        Absent
            If the report has no such table, or its caption does not state the number.
        """
        stated = self.tables.get(table, {}).get("stated", {})
        if field not in stated:
            raise Absent(f"{table}.{field}")
        return stated[field]


#: Two numbers that must be equal, and what they are.
Pair = tuple[str, float, float]
Relation = Callable[[Printed], Iterator[Pair]]


def check(carried: Carried) -> None:
    """Hold a report against everything that must be true of it.

    Raises
    ------
    ReportError
        Naming the number or table, and the two values that contradict each other.
    """
    from ogp_analysis.publishing.pages.relations import RELATIONS

    printed = Printed(carried.numbers, carried.tables)
    for name, number in printed.numbers.items():
        _check_number(name, number)
    for name in printed.tables:
        _check_table(name, printed)
    for name, relation in RELATIONS.items():
        hold(relation, printed, name)


def hold(relation: Relation, printed: Printed, name: str) -> bool:
    """Check one relation; return whether the report prints what it is about.

    Raises
    ------
    ReportError
        If two numbers that must be equal are not, or a table has too few rows, or texts where numbers are asked for.
    """
    try:
        pairs = list(relation(printed))
        wrong = [pair for pair in pairs if not same(*pair[1:])]
    except (Absent, KeyError, pd.errors.UndefinedVariableError):
        return False  # a notebook of one's own may have a table of that name with other columns
    except (IndexError, TypeError, ValueError) as error:
        what = "cannot be checked: a table that it reads has too few rows, or texts where numbers are asked for"
        action = "Give the tables of a notebook of your own other names; else report the fault"
        raise ReportError(f"relation {name!r} of the numbers printed", f"{what} ({error})", action) from error
    for what, left, right in wrong:
        raise _contradiction(what, f"{left:.12g} and {right:.12g}")
    return bool(pairs)


def same(left: float, right: float) -> bool:
    """Whether two numbers are equal to the digits that a report carries."""
    return math.isclose(left, right, rel_tol=_SAME, abs_tol=_SAME)


def _check_number(name: str, number: dict) -> None:
    value, unit = number["value"], number["unit"]
    if unit in _COUNTED and value != int(value):
        raise _contradiction(name, f"{value} is not a whole number")
    if unit in ("count", "rank") and value < (unit == "rank"):
        raise _contradiction(name, f"{value} is too small for a {unit}")
    if unit in ("share", "probability") and not 0 <= value <= 1:
        raise _contradiction(name, f"{value} is not a share of a whole")
    _check_interval(name, number.get("low"), value, number.get("high"))


def _check_table(name: str, printed: Printed) -> None:
    columns = {c["name"]: c for c in printed.tables[name]["columns"]}
    shares = [n for n, c in columns.items() if c["unit"] in ("share", "probability") and not c["signed"]]
    names = list(columns)
    for at, row in enumerate(printed.rows(name), 1):
        where = f"table {name!r}, row {at}"
        for column in shares:
            if _number(row[column]) and not -_SAME <= row[column] <= 1 + _SAME:
                raise _contradiction(f"{where}, {column}", f"{row[column]} is not a share of a whole")
        for part, whole in _PARTS:
            count, n = row.get(part), row.get(whole)
            if "share" in row and _number(count) and _number(n) and not 0 <= count <= n:
                raise _contradiction(where, f"{part} is {count} of {n}")
        count, n = row.get("count"), row.get("computed", row.get("n"))
        if all(_number(one) for one in (count, n, row.get("share"))) and n and not same(row["share"], count / n):
            raise _contradiction(where, f"share is {row['share']:.6g}, but {count} of {n} are {count / n:.6g}")
        # An interval stands beside what it is of.
        if "low" in names and names.index("low"):
            _check_interval(where, row["low"], row[names[names.index("low") - 1]], row.get("high"))


def _check_interval(where: str, low, value, high) -> None:
    if all(_number(one) for one in (low, value, high)) and not low - _SAME <= value <= high + _SAME:
        raise _contradiction(where, f"{value} does not lie within its own interval, {low} to {high}")


def _number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _contradiction(where: str, what: str) -> ReportError:
    return ReportError(where, what, "Report the fault; a report that contradicts itself is not published")
