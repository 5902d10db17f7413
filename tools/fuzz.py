"""Feed the readers of CompraNet and OCDS with damaged files that coverage guides: ``python tools/fuzz.py ocds``.

Whatever the bytes are, a reader gives records that stand where it says, or one of the package's own faults; and what
was read is cleaned with a balance that holds. Beginnings, and inputs that once broke something, are the small hand-made
files in ``tests/fuzz``; a test feeds them to the same functions without the fuzzer.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "tests" / "fuzz"
#: Modules whose branches guide the fuzzer: those that meet the bytes first.
GUIDED = ["ogp_analysis.data.sources", "ogp_analysis.data.datasets.procurement"]
#: Cleaning takes a hundred times as long as reading: of what was read, one input in so many is cleaned too.
CLEANED = {"compranet": 100, "ocds": 20}
_LONGEST = 4096


@dataclass(frozen=True)
class Bytes:
    """A file in memory."""

    data: bytes

    def open(self, mode: str = "rb") -> io.BytesIO:
        """Return its bytes from the beginning."""
        return io.BytesIO(self.data)


def is_cleaned(reader: str, data: bytes) -> bool:
    """Return whether an input of the fuzzer is cleaned too; depends on nothing but the input."""
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big") % CLEANED[reader] == 0


def compranet(data: bytes, *, clean: bool = True) -> str:
    """Read, and perhaps clean, a file of contracts; return ``read``, ``cleaned`` or the fault.

    Raises
    ------
    AssertionError
        If records do not stand in order inside the file, or are lost.
    """
    from ogp_analysis.base.errors import OgpAnalysisError
    from ogp_analysis.data.cleaning import dataset
    from ogp_analysis.data.datasets.procurement import layouts
    from ogp_analysis.data.datasets.procurement.compranet import dataset as cleaner
    from ogp_analysis.data.sources import delimited

    content, label = Bytes(data), "fuzz.csv"
    try:
        head = delimited.head(content, label, 40)
        before = next((line - 1 for line, cells in head.records if layouts.recognised(cells)), None)
        file = delimited.opened(content, label, before or 0, known=head)
        chunks = list(delimited.mended(file))
        _check_table(chunks, file.before, data)
        if before is None or not clean:
            return "read"
        parts = []
        for chunk in chunks:
            freed, entries = dataset.freed(chunk)
            parts.append(dataset.noted(cleaner.clean_contracts(freed, ""), entries))
        result = cleaner.finish(parts)
        result.record.checked()
    except OgpAnalysisError as fault:
        return str(fault)
    assert sum(result.record.rows_in.values()) == sum(map(len, chunks)), "rows were lost"
    return "cleaned"


def _check_table(chunks: list, before: int, data: bytes) -> None:
    lines = [line for chunk in chunks for line in chunk["_line"].tolist()]
    assert lines == sorted(set(lines)), "two records start on one line"
    most = data.count(b"\n") + data.count(b"\r") + 1
    assert all(before < line <= most for line in lines), "a record starts outside the file"
    wrong = [text for chunk in chunks for text in chunk.loc[chunk["_fault"] != "", list(chunk.columns[:-3])].to_numpy()]
    assert not any("".join(cells) for cells in wrong), "a damaged record has cells"


def ocds(data: bytes, *, clean: bool = True) -> str:
    """Find the elements of a file of releases or records, and perhaps clean them; return as :func:`compranet`.

    Raises
    ------
    AssertionError
        If elements overlap, or are not those that a parser of the standard library sees in sound JSON.
    """
    import pandas as pd

    from ogp_analysis.base.errors import OgpAnalysisError
    from ogp_analysis.data.cleaning.dataset import Input
    from ogp_analysis.data.datasets.procurement.ocds import dataset as cleaner
    from ogp_analysis.data.sources.json_elements import LISTS, elements

    label = "fuzz.json"
    try:
        found = elements(data, label, "ocid", LISTS)
        places = list(zip(found.starts, found.ends, strict=True))
        _check_places(places, data)
        if not clean or not places:
            return "read"
        texts = [data[start:end].decode("utf-8", "replace") for start, end in places]
        chunk = pd.DataFrame(
            {"_file": label, "_line": range(1, len(texts) + 1), "element": pd.Series(texts, dtype="str")}
        )
        result = cleaner.finish([cleaner.clean(chunk, Input("ocds", "fuzz"))])
        result.record.checked()
    except OgpAnalysisError as fault:
        return str(fault)
    return "cleaned"


def _check_places(places: list[tuple[int, int]], data: bytes) -> None:
    ends = 0
    for start, end in places:
        assert ends <= start < end <= len(data), "elements overlap, or stand outside the file"
        ends = end
    expected = _expected(data)
    if expected is not None:
        assert [json.loads(data[start:end]) for start, end in places] == expected, "elements are not those of the file"


def _expected(data: bytes) -> list | None:
    """Return the elements of the simplest shape, one object with one list ``releases``; None for any other."""
    try:
        whole = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    simple = isinstance(whole, dict) and list(whole) == ["releases"] and isinstance(whole["releases"], list)
    return whole["releases"] if simple and all(isinstance(one, dict) for one in whole["releases"]) else None


def _pairs(pairs: list) -> dict:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key is repeated")
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


READERS: dict[str, Callable[..., str]] = {"compranet": compranet, "ocds": ocds}


def main(arguments: list[str] | None = None) -> int:
    """Fuzz a reader with a number of inputs; what breaks it is written into the working folder, and ends the run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", choices=sorted(READERS))
    parser.add_argument("--runs", type=int, default=20_000, help="how many inputs")
    parser.add_argument("--seed", type=int, default=2026, help="of the fuzzer; not 0")
    own = parser.parse_args(arguments)
    import atheris

    reader = READERS[own.reader]
    with atheris.instrument_imports(include=GUIDED):
        for data in (path.read_bytes() for path in sorted((SEEDS / own.reader).iterdir())):
            reader(data)  # imports all that a reader needs

    def one(data: bytes) -> None:
        reader(data, clean=is_cleaned(own.reader, data))

    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        # The fuzzer ends its process itself: it gets one of its own, and the folder is removed here.
        if number := os.fork():
            return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        corpus = Path(shutil.copytree(SEEDS / own.reader, Path(folder, "corpus")))
        atheris.Setup(
            [
                sys.argv[0],
                str(corpus),
                f"-runs={own.runs}",
                f"-seed={own.seed}",
                f"-max_len={_LONGEST}",
                "-len_control=0",
                "-timeout=60",
                "-rss_limit_mb=3000",
                "-print_final_stats=1",
                "-verbosity=1",
            ],
            one,
        )
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
