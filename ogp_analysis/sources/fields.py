"""Reading the fields of a TOML table with a check on each."""

from __future__ import annotations

import re

from ogp_analysis.base.errors import SourceError, listed


class Fields:
    """One table of a sidecar; every value asked for is checked, and what nobody asked for is a fault."""

    def __init__(self, where: str, table: dict) -> None:
        self.where, self.table, self.asked = where, table, set()

    def fault(self, field: str, what: str) -> SourceError:
        return SourceError(f"{self.where}, field {field}", what, "Correct the sidecar")

    def value(self, field: str, kind: type, default=None):
        self.asked.add(field)
        if field not in self.table:
            if default is None:
                raise self.fault(field, "is missing")
            return default
        value = self.table[field]
        if type(value) is not kind:
            raise self.fault(field, f"is {value!r}, not of the type {kind.__name__}")
        return value

    def text(self, field: str, default: str | None = None) -> str:
        value = self.value(field, str, default)
        if default is None and not value.strip():
            raise self.fault(field, "is empty")
        return value

    def matching(self, field: str, pattern: str, meaning: str, default: str | None = None) -> str:
        value = self.text(field, default)
        if value and not re.fullmatch(pattern, value):
            raise self.fault(field, f"is {value!r}, not {meaning}")
        return value

    def count(self, field: str) -> int:
        value = self.value(field, int)
        if value < 0:
            raise self.fault(field, f"is {value}, below zero")
        return value

    def items(self, field: str, kind: type, default: list | None = None) -> list:
        values = self.value(field, list, default)
        odd = [value for value in values if type(value) is not kind]
        if odd:
            raise self.fault(field, f"holds {listed(odd)}, not of the type {kind.__name__}")
        return values

    def finished(self) -> None:
        unknown = sorted(set(self.table) - self.asked)
        if unknown:
            raise SourceError(
                self.where,
                f"has {len(unknown)} unknown fields, {listed(unknown)}",
                "Correct their names, or take them out",
            )
