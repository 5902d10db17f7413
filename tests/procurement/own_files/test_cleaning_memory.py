"""Memory of cleaning is that of the chunk, and little more for each row of the file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ogp_analysis.data.datasets.procurement import layouts

#: Cleans a file in small chunks, so that what grows with the file would show beside them.
WORK = """
import re, sys
from pathlib import Path
from ogp_analysis.data.sources import delimited
from ogp_analysis.procurement.own_files.cleaning_run import clean_files

delimited.mended.__defaults__ = (2**21,)
(done,) = clean_files([Path(sys.argv[1])], "compranet", Path(sys.argv[2]))
# What getrusage says would count the peak of the process that started this one.
print(done.kept, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def peak(tmp_path, rows: int) -> int:
    file = tmp_path / f"{rows}.csv"
    with file.open("w", encoding="utf-8") as stream:
        stream.write(",".join(layouts.layout("A").headers) + "\n")
        for n in range(rows):
            stream.write(f"Casa,Unidad,06000,P-{n},LICITACIÓN PÚBLICA,Adquisiciones,Nacional,C-{n},Sillas {n},"
                         f"15/02/2002,{n}.50,X SA,\n")  # fmt: skip
    command = [sys.executable, "-c", WORK, str(file), str(tmp_path / f"out{rows}")]
    kept, used = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert int(kept) == rows
    return int(used)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_ten_times_the_rows_take_hardly_more_memory(tmp_path):
    few, many = peak(tmp_path, 50_000), peak(tmp_path, 500_000)
    # In KiB, with 64 bytes a row, by which repeats are known.
    assert many < 1.08 * few + 450_000 * 64 / 2**10
