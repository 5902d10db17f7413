"""A V-Dem Core file of 27,000 rows and 1,900 columns added, beside the least that must be done with its bytes.

``python benchmarks/adding.py`` writes the file (the same on every machine), adds it in a project of its own in one
process, and in another reads the columns that are used with pyarrow, hashes the file twice and counts its rows a
second time. What is printed is the processor time of both, their ratio, and the peak of memory of the first. The
project holds the embedded versions of V-Dem with their tables, so that the comparison with the version before is part
of it. Python keeps its byte code, as it does unless it is told not to.
``--rows`` and ``--columns`` make it smaller.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def written(file: Path, rows: int, columns: int) -> Path:
    """Write a file in the layout of V-Dem's Core file: units by years, series with bounds, texts between marks."""
    import numpy as np

    from ogp_analysis.base.countries import countries
    from ogp_analysis.data.cleaning.country_year import current_codes
    from ogp_analysis.data.datasets.civic_space.vdem import CORE, ENDS, MEANINGS

    draw = np.random.default_rng(16)
    series = [name for name in MEANINGS if name != "v2x_regime"]
    used = [name + end for name in series for end in ("", *ENDS)]
    texts = ["country_name", "country_text_id", "country_id", "year", "historical_date", "codingstart"]
    others = [f"v2made{number}_{end}" for number in range(columns) for end in ("osp", "ord", "mean", "nr")]
    names = [*texts, *used, "v2x_regime", *others][:columns]
    assert set(CORE.required) <= set(names)
    codes = sorted({one.iso3 for one in countries("country")} & current_codes())
    years = -(-rows // len(codes))
    first = 2025 - years + 1
    values = np.char.mod("%.3f", draw.uniform(0.1, 0.9, 5000))
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(names) + "\n")
        for at in range(rows):
            code, year = codes[at // years], first + at % years
            mark = float(values[at % 5000])
            cells = [f'"{code}, a country"', code, str(at // years), str(year), f"{year}-12-31", "1900"]
            for number, _ in enumerate(series):
                value = (mark + number / 100) % 0.8 + 0.05
                cells += [f"{value:.3f}", f"{value - 0.04:.3f}", f"{value + 0.04:.3f}", "0.04"]
            cells += [str(at % 4), *values[np.arange(columns) * (at + 7) % 5000][: columns - len(cells) - 1]]
            stream.write(",".join(cells[:columns]) + "\n")
    return file


def least(file: Path) -> None:
    """Read the used columns with pyarrow, hash the file twice, and count its rows a second time."""
    import hashlib

    import pyarrow as pa
    import pyarrow.csv as pcsv

    from ogp_analysis.data.datasets.civic_space.vdem import CORE
    from ogp_analysis.data.sources import counting

    with file.open(encoding="utf-8") as stream:
        wanted = list(CORE.renamed(stream.readline().strip().split(",")))
    for _ in range(2):
        with file.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")
    text = dict.fromkeys(wanted, pa.large_string())
    options = pcsv.ConvertOptions(include_columns=wanted, column_types=text, strings_can_be_null=False)
    pcsv.read_csv(file, read_options=pcsv.ReadOptions(use_threads=False), convert_options=options)
    counting.lines(file, 1, ",")


def before(file: Path) -> None:
    """Build the tables of the versions before."""
    from ogp_analysis.data.store.editions import build

    build(["vdem"])


def ours(file: Path) -> None:
    """Add the file."""
    from ogp_analysis.data.store import adding

    adding.add("vdem", [file], "16")


def main() -> None:
    """Measure both, each in a process of its own, and print what they took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=27_000)
    options.add_argument("--columns", type=int, default=1_900)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        {"before": before, "least": least, "ours": ours}[given.child[0]](Path(given.child[1]))
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"seconds": used.ru_utime + used.ru_stime, "MiB": used.ru_maxrss / 1024}))
        return
    with tempfile.TemporaryDirectory() as folder:
        home, file = Path(folder) / "home", written(Path(folder) / "V-Dem-CY-Core-v16.csv", given.rows, given.columns)
        shutil.copytree(ROOT / "notebooks", home / "notebooks")
        for one in (ROOT / "data" / "raw" / "vdem").glob("*"):
            if one.name.endswith("-extract"):
                shutil.copytree(one, home / one.relative_to(ROOT))
            elif (one / "source.toml").is_file():
                (home / one.relative_to(ROOT)).mkdir(parents=True)
                shutil.copy(one / "source.toml", home / one.relative_to(ROOT))
        known = {**os.environ, "OGP_ANALYSIS_HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
        known.pop("PYTHONDONTWRITEBYTECODE", None)

        def measured(side: str) -> dict:
            line = [sys.executable, __file__, "--child", side, str(file)]
            done = subprocess.run(line, env=known, check=True, capture_output=True, text=True)
            return json.loads(done.stdout.splitlines()[-1])

        measured("before")
        print(f"{file.stat().st_size / 1e6:.0f} MB")
        for _ in range(given.rounds):
            for made in ("raw/vdem/16", "processed/version-16"):
                shutil.rmtree(home / "data" / made, ignore_errors=True)
            found = {side: measured(side) for side in ("least", "ours")}
            times = {side: one["seconds"] for side, one in found.items()}
            ratio = times["ours"] / times["least"]
            print(f"{times['ours']:.1f} s of {times['least']:.1f} s: {ratio:.2f} times, {found['ours']['MiB']:.0f} MiB")


if __name__ == "__main__":
    main()
