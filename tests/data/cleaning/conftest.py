"""Every dataset of the catalogue, read and cleaned from the published files once for all that is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.dataset import Dataset, Input, cleaned, raw_chunks
from ogp_analysis.data.cleaning.invariants import Sum
from ogp_analysis.data.cleaning.record import FILE, Cleaned


class Seen(NamedTuple):
    """What stays known of a dataset once its tables are gone, small enough to be held for all of them."""

    tables: tuple[str, ...]
    touched: tuple[str, ...]
    unmet: frozenset[Sum]


class Published:
    """The datasets as the mirror has them, each cleaned once; its tables are handed out, and not held."""

    def __init__(self, mirror: Path) -> None:
        self._mirror, self._seen = mirror, dict[str, Seen]()

    def chunks(self, declared: Dataset) -> Iterator[tuple[Input, pd.DataFrame]]:
        """Read every input of a dataset through the door that builds use; what the mirror lacks is our own table."""
        own = paths.project().raw

        def place_of(item: Input) -> tuple[Path, Path]:
            return self._mirror if (self._mirror / item.source / item.version).is_dir() else own, own

        yield from raw_chunks(declared.inputs, place_of)

    def cleaned(self, declared: Dataset) -> Cleaned:
        """Return what the cleaner makes of all published files, and note what was seen under way."""
        touched, unmet = [], set(declared.sums)

        def watched() -> Iterator[tuple[Input, pd.DataFrame]]:
            for item, chunk in self.chunks(declared):
                file = chunk[FILE].iloc[0] if len(chunk) else ""
                unmet.difference_update(
                    [s for s in unmet if file and fnmatch(file, s.files) and s.numbers(chunk) is not None]
                )
                before = chunk.copy(deep=True)
                yield item, chunk
                # Reached only once the chunk has been cleaned.
                if not chunk.equals(before):
                    touched.append(f"{item.source}/{item.version}/{item.files}")

        result = cleaned(declared, watched())
        self._seen[declared.name] = Seen(tuple(result.tables), tuple(touched), frozenset(unmet))
        return result

    def seen(self, declared: Dataset) -> Seen:
        """Return what was seen when the dataset was cleaned, which is done now if it was not."""
        if declared.name not in self._seen:
            self.cleaned(declared)
        return self._seen[declared.name]


@pytest.fixture(scope="session")
def in_full(mirror) -> Published:
    return Published(mirror)
