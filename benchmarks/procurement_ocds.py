"""OCDS: cleaning and red flags beside a bare loop and the field's tools; a part of ``procurement.py``.

Every measurement is a whole process, its start included; sides take turns, and a ratio is taken within a round. The
tools are looked for in the folder that ``OGP_ANALYSIS_PEERS`` names (the ``bin`` of an environment with ocdskit,
orjson and flattentool); those that are not there are left out and said.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import ocds_input

#: Processes as compiled releases, as releases, for memory, and for the slowest of the tools.
MANY, AS_RELEASES, VERY_MANY, FEW = 100_000, 33_334, 1_000_000, 10_000
#: The flags of Cardinal.
FLAGS = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
#: What was set as wanted: processor seconds in all, times the bare loop, times as fast as each tool, MiB, growth.
SECONDS, TIMES, OCDSKIT, FLATTEN, PEAK, GROWTH = 4.0, 1.8, 3.0, 30.0, 400, 0.15
SCHEMA = "ocds_schema/1.1.4/release-schema.json"


class Measure(NamedTuple):
    """Seconds on the clock and of processor, and peak memory in MiB, of a whole process."""

    wall: float
    cpu: float
    memory: float


def bare(path: Path) -> None:
    """Read every release with orjson, into one frame of fifteen columns with its dates."""
    import orjson
    import pandas as pd

    rows, none = [], {}
    with path.open("rb") as stream:
        for line in stream:
            release = orjson.loads(line)
            tender, buyer = release.get("tender") or none, release.get("buyer") or none
            value, period = tender.get("value") or none, tender.get("tenderPeriod") or none
            award = (release.get("awards") or [none])[0]
            price, firm = award.get("value") or none, (award.get("suppliers") or [none])[0]
            rows.append((
                release["ocid"], release["date"], buyer.get("id"), buyer.get("name"), tender.get("procurementMethod"),
                tender.get("numberOfTenderers"), period.get("startDate"), period.get("endDate"), value.get("amount"),
                value.get("currency"), award.get("date"), price.get("amount"), price.get("currency"),
                str(firm.get("id")), firm.get("name"),
            ))  # fmt: skip
    frame = pd.DataFrame(rows)
    for column in (1, 6, 7, 10):
        frame[column] = pd.to_datetime(frame[column], format="ISO8601")


def clean(path: Path) -> None:
    """Do all that ``ogp-analysis clean --as ocds`` does."""
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        _cleaned(path, Path(out))


def flags(path: Path) -> None:
    """Clean, and compute the red flags of Cardinal from the tables on the disk."""
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        _cleaned(path, Path(out))
        _flagged(Path(out))


def _cleaned(path: Path, out: Path) -> None:
    from ogp_analysis.store.cleaning_run import clean_files

    (done,) = clean_files([path], "ocds", out)
    assert done.what == "cleaned" and done.kept, done.fault


def _flagged(out: Path) -> None:
    from ogp_analysis.contracting.flags import registry
    from ogp_analysis.contracting.flags.settings import settings
    from ogp_analysis.store.cleaned_tables import ocds_tables

    chosen = [flag for flag in registry.FLAGS if flag.code in FLAGS]
    needs: dict[str, set[str]] = {}
    for flag in chosen:
        for table, columns in flag.needs.items():
            needs.setdefault(table, set()).update(columns)
    assert registry.compute_all(ocds_tables(out, needs), settings("MEX"), [flag.name for flag in chosen])


def own(name: str, path: Path) -> list[str]:
    """Return the command of a side of this program."""
    return [sys.executable, __file__, name, str(path)]


def tool(name: str) -> Path | None:
    """Return one of the field's tools, if it is there."""
    path = Path(os.environ.get("OGP_ANALYSIS_PEERS", "")) / name
    return path if path.is_file() else None


def measured(command: list[str], stdin: Path | None = None) -> Measure:
    """Return what a command takes."""
    start = time.perf_counter()
    with (stdin or Path(os.devnull)).open("rb") as given, Path(os.devnull).open("wb") as gone:
        process = subprocess.Popen(command, stdin=given, stdout=gone, stderr=gone)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"a side of the benchmark failed: {command}")
    return Measure(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def section(rounds: int) -> str:
    """Measure all sides and return the section of the page."""
    mirror = Path(os.environ["OGP_ANALYSIS_MIRROR"])
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _made(mirror, work, MANY, AS_RELEASES)
        commands = _commands(mirror, work)
        for command, given in commands.values():
            measured(command, given)
        found = [{name: measured(*command) for name, command in commands.items()} for _ in range(rounds)]
        sizes = {name: (work / name).stat().st_size / 1e6 for name in ("compiled.jsonl", "releases.jsonl")}
        (work / "releases.jsonl").unlink()
        _made(mirror, work, VERY_MANY, 0)
        growth = measured(own("clean", work / "compiled.jsonl"))
    return "\n".join(lines(found, sizes, growth, rounds)) + "\n"


def _made(mirror: Path, work: Path, count: int, of_releases: int) -> None:
    """Make the files in a process of its own: what starts from one that has grown counts as large as that."""
    arguments = [str(mirror), str(work), str(count), str(of_releases), str(FEW)]
    subprocess.run([sys.executable, ocds_input.__file__, *arguments], check=True)


def _commands(mirror: Path, work: Path) -> dict[str, tuple[list[str], Path | None]]:
    compiled, some, few = (work / name for name in ocds_input.NAMES)
    commands: dict[str, tuple[list[str], Path | None]] = {
        "bare": (own("bare", compiled), None),
        "clean": (own("clean", compiled), None),
        "flags": (own("flags", compiled), None),
        "merge": (own("clean", some), None),
        "few": (own("clean", few), None),
    }
    if kit := tool("ocdskit"):
        commands["ocdskit"] = ([str(kit), "compile", "--schema", str(mirror / SCHEMA)], some)
    if flatten := tool("flatten-tool"):
        options = [
            "-f",
            "csv",
            "--root-list-path",
            "releases",
            "--main-sheet-name",
            "releases",
            "-o",
            str(work / "flat"),
        ]
        commands["flatten"] = ([str(flatten), "flatten", *options, str(few)], None)
    return commands


def lines(found: list[dict[str, Measure]], sizes: dict[str, float], growth: Measure, rounds: int) -> list[str]:
    """Return the lines of the section."""
    whole = {name: Measure(*(statistics.median(part) for part in zip(*(one[name] for one in found), strict=True)))
             for name in found[0]}  # fmt: skip
    many, some = f"{MANY:,} compiled releases ({sizes['compiled.jsonl']:.0f} MB)", f"{sizes['releases.jsonl']:.0f} MB"
    some = f"{AS_RELEASES:,} processes in {3 * AS_RELEASES:,} releases ({some})"
    few = f"{FEW:,} compiled releases in one package"
    rows = [
        ("bare", "a bare loop: `orjson` into one frame of 15 columns", many),
        ("clean", "`ogp-analysis clean`: nine tables, the record, the page", many),
        ("flags", "the same and Cardinal's eleven flags", many),
        ("merge", "`ogp-analysis clean`, merging", some),
        ("ocdskit", "`ocdskit compile`", some),
        ("few", "`ogp-analysis clean`", few),
        ("flatten", "`flatten-tool flatten -f csv`", few),
    ]
    absent = [name for name in ("ocdskit", "flatten") if name not in whole]
    return [
        "## OCDS\n",
        f"`OGP_ANALYSIS_MIRROR=… OGP_ANALYSIS_PEERS=… python benchmarks/procurement.py --only ocds --rounds {rounds}` "
        f"on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{_reader()}.\n",
        "Made-up releases with titles and items of published ones, one value in fifty odd. Medians of "
        f"{rounds} rounds of whole processes, their start included; ratios are of processor seconds within a round, "
        "lowest and highest in brackets.\n",
        "| | input | processor, s | wall, s | peak memory, MiB |",
        "|---|---|---|---|---|",
        *[
            f"| {what} | {of} | {whole[name].cpu:.2f} | {whole[name].wall:.2f} | {whole[name].memory:.0f} |"
            for name, what, of in rows
            if name in whole
        ],
        "",
        f"Wanted: tables and flags in less than {SECONDS:g} s of processor and at most {TIMES:g} times the bare loop. "
        f"Tables take {_ratio(found, 'clean', 'bare')} times it, tables and flags {_ratio(found, 'flags', 'bare')} "
        "times.\n",
        *([f"Wanted: {OCDSKIT:g} times as fast as `ocdskit compile`. It is {_ratio(found, 'ocdskit', 'merge')} times, "
           "and writes tables too.\n"] if "ocdskit" in whole else []),
        *([f"Wanted: {FLATTEN:g} times as many releases a second of processor as flatten-tool. It is "
           f"{MANY / FEW * whole['flatten'].cpu / whole['clean'].cpu:.0f} times, {MANY:,} beside {FEW:,} releases; on "
           f"{FEW:,} beside {FEW:,} it is {_ratio(found, 'flatten', 'few')}, as starting takes most of the time.\n"]
          if "flatten" in whole else []),
        *([f"Not measured, as it is not there: {', '.join(absent)}.\n"] if absent else []),
        f"Wanted: at most {PEAK} MiB, and from {MANY:,} to {VERY_MANY:,} releases at most {GROWTH:.0%} more. "
        f"{whole['clean'].memory:.0f} MiB, and {growth.memory / whole['clean'].memory - 1:+.1%} "
        f"({growth.cpu:.1f} s of processor).\n",
    ]  # fmt: skip


def _reader() -> str:
    from ogp_analysis.cleaning.procurement.ocds_nodes import msgspec

    return f"msgspec {msgspec.__version__}" if msgspec else "without msgspec"


def _ratio(found: list[dict[str, Measure]], one: str, two: str) -> str:
    values = [some[one].cpu / some[two].cpu for some in found]
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    {"bare": bare, "clean": clean, "flags": flags}[sys.argv[1]](Path(sys.argv[2]))
