"""OCDS: cleaning and red flags beside a bare loop and the field's tools; a part of ``procurement.py``.

Every measurement is a whole process, its start included; sides take turns, and a ratio is taken within a round. The
tools are looked for in the folder that ``OGP_ANALYSIS_PEERS`` names (the ``bin`` of an environment with ocdskit,
orjson and flattentool); those that are not there are left out and said.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import ocds_input
from process_tree import peak

#: Processes as compiled releases, as releases, for memory, and for the slowest of the tools.
MANY, AS_RELEASES, VERY_MANY, FEW = 20_000, 6_667, 100_000, 2_000
#: The flags of Cardinal.
FLAGS = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
#: What was set as wanted: processor seconds of a small file, times the bare loop, times each tool's throughput, MiB,
#: growth.
SECONDS, TIMES, OCDSKIT, FLATTEN, PEAK, GROWTH = 1.0, 1.8, 3.0, 30.0, 400, 0.15
_SUBREAPER = 36
SCHEMA = "ocds_schema/1.1.4/release-schema.json"


class Measure(NamedTuple):
    """Seconds on the clock and of processor, of a whole process and all it starts."""

    wall: float
    cpu: float


class Side(NamedTuple):
    """What is measured: its name on the page, its input, the command, and what it reads from its standard input."""

    title: str
    of: str
    command: list[str]
    given: Path | None = None


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


def clean(path: Path, jobs: int = 1) -> None:
    """Do all that ``ogp-analysis clean --as ocds --jobs …`` does."""
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        _cleaned(path, Path(out), jobs)


def flags(path: Path, jobs: int = 1) -> None:
    """Clean, and compute the red flags of Cardinal from the tables on the disk."""
    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        _cleaned(path, Path(out), jobs)
        _flagged(Path(out))


def _cleaned(path: Path, out: Path, jobs: int) -> None:
    from ogp_analysis.procurement.own_files.cleaning_run import clean_files

    (done,) = clean_files([path], "ocds", out, jobs=jobs)
    assert done.what == "cleaned" and done.kept, done.fault


def _flagged(out: Path) -> None:
    import pandas as pd

    from ogp_analysis.procurement.flags import registry
    from ogp_analysis.procurement.flags.settings import settings
    from ogp_analysis.procurement.own_files.contract_rows import batches

    chosen = [flag for flag in registry.FLAGS if flag.code in FLAGS]
    needs: dict[str, set[str]] = {}
    for flag in chosen:
        for table, columns in flag.needs.items():
            needs.setdefault(table, set()).update(columns)
    tables = {
        name: pd.concat([piece.to_pandas() for piece in batches(out, name, sorted(columns))], ignore_index=True)
        for name, columns in needs.items()
    }
    assert registry.compute_all(tables, settings("MEX"), [flag.name for flag in chosen])


def own(name: str, path: Path, jobs: int = 1) -> list[str]:
    """Return the command of a side of this program."""
    return [sys.executable, __file__, name, str(path), *([str(jobs)] if jobs > 1 else [])]


def tool(name: str) -> Path | None:
    """Return one of the field's tools, if it is there."""
    path = Path(os.environ.get("OGP_ANALYSIS_PEERS", "")) / name
    return path if path.is_file() else None


def measured(side: Side) -> Measure:
    """Return what a command takes, with all it starts: what outlives it becomes a child of this process (Linux)."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (side.given or Path(os.devnull)).open("rb") as given, Path(os.devnull).open("wb") as gone:
        process = subprocess.Popen(side.command, stdin=given, stdout=gone, stderr=gone, env=_environment())
        if process.wait():
            raise SystemExit(f"a side of the benchmark failed: {side.command}")
    took = time.perf_counter() - start
    with suppress(ChildProcessError):
        while os.wait():
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measure(took, sum(getattr(after, name) - getattr(before, name) for name in ("ru_utime", "ru_stime")))


def memory(side: Side) -> float:
    """Return the peak memory of a command and all it starts, in MiB, in a run of its own."""
    return peak(side.command, _environment(), Path(tempfile.gettempdir()), 0.02, side.given) / 2**20


def _environment() -> dict[str, str]:
    """Byte code is kept, as Python does unless set otherwise."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def section(rounds: int) -> str:
    """Measure all sides and return the section of the page."""
    mirror = Path(os.environ["OGP_ANALYSIS_MIRROR"])
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _made(mirror, work, MANY, AS_RELEASES)
        sides = _sides(mirror, work)
        for side in sides.values():
            measured(side)
        found = [{name: measured(side) for name, side in sides.items()} for _ in range(rounds)]
        taken = {name: memory(side) for name, side in sides.items()}
        (work / "releases.jsonl").unlink()
        _made(mirror, work, VERY_MANY, 0)
        grown = {name: memory(sides[name]) for name in ("clean", "clean2")}
        seconds = measured(sides["clean"])
    return "\n".join(lines(sides, found, taken, grown, seconds)) + "\n"


def _made(mirror: Path, work: Path, count: int, of_releases: int) -> None:
    """Make the files in a process of its own: what starts from one that has grown counts as large as that."""
    arguments = [str(mirror), str(work), str(count), str(of_releases), str(FEW)]
    subprocess.run([sys.executable, ocds_input.__file__, *arguments], check=True)


def _sides(mirror: Path, work: Path) -> dict[str, Side]:
    compiled, some, few = (work / name for name in ocds_input.NAMES)
    many = f"{MANY:,} compiled releases ({compiled.stat().st_size / 1e6:.0f} MB)"
    merging = f"{AS_RELEASES:,} processes in {3 * AS_RELEASES:,} releases ({some.stat().st_size / 1e6:.0f} MB)"
    package = f"{FEW:,} compiled releases in one package"
    clean, both = "`ogp-analysis clean`: nine tables, the record, the page", "the same and Cardinal's eleven flags"
    one, two = "`--jobs 1`", "two processes, as is the default on two processors"
    sides = {
        "bare": Side("a bare loop: `orjson` into one frame of 15 columns", many, own("bare", compiled)),
        "clean": Side(f"{clean}; {one}", many, own("clean", compiled)),
        "clean2": Side(f"the same; {two}", many, own("clean", compiled, 2)),
        "flags": Side(f"{both}; {one}", many, own("flags", compiled)),
        "flags2": Side(f"the same; {two}", many, own("flags", compiled, 2)),
        "merge": Side(f"`ogp-analysis clean`, merging; {one}", merging, own("clean", some)),
        "merge2": Side(f"the same; {two}", merging, own("clean", some, 2)),
        "few": Side("`ogp-analysis clean`", package, own("clean", few)),
    }
    if kit := tool("ocdskit"):
        command = [str(kit), "compile", "--schema", str(mirror / SCHEMA)]
        sides["ocdskit"] = Side("`ocdskit compile`", merging, command, some)
        sides["ocdskit2"] = Side("`ocdskit compile`", many, command, compiled)
    if flatten := tool("flatten-tool"):
        options = ["--root-list-path", "releases", "--main-sheet-name", "releases", "-o", str(work / "flat")]
        command = [str(flatten), "flatten", "-f", "csv", *options, str(few)]
        sides["flatten"] = Side("`flatten-tool flatten -f csv`", package, command)
    return sides


def lines(
    sides: dict[str, Side],
    found: list[dict[str, Measure]],
    taken: dict[str, float],
    grown: dict[str, float],
    seconds: Measure,
) -> list[str]:
    """Return the lines of the section."""
    whole = {name: Measure(*(statistics.median(part) for part in zip(*(one[name] for one in found), strict=True)))
             for name in sides}  # fmt: skip
    absent = [name for name in ("ocdskit", "flatten") if name not in sides]
    return [
        "## OCDS\n",
        "`OGP_ANALYSIS_MIRROR=… OGP_ANALYSIS_PEERS=… python benchmarks/procurement.py --only ocds "
        f"--rounds {len(found)}` on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {_reader()}.\n",
        "Made-up releases with titles and items of published ones, one value in fifty odd, no two parties alike. "
        f"Medians of {len(found)} rounds of whole processes, their start included; a ratio is the median of the ratios "
        "within a round, lowest and highest in brackets. Memory is that of all processes together, shared pages "
        "counted once, from a run of its own.\n",
        "| | input | clock, s | processor, s | peak memory, MiB |",
        "|---|---|---|---|---|",
        *[
            f"| {side.title} | {side.of} | {whole[name].wall:.2f} | {whole[name].cpu:.2f} | {taken[name]:.0f} |"
            for name, side in sides.items()
        ],
        "",
        f"Wanted of tables and flags: at most {TIMES:g} times the bare loop; of {FEW:,} releases, at most {SECONDS:g} "
        f"s of processor. They take {whole['few'].cpu:.2f} s.\n",
        "| times the bare loop | clock | processor |",
        "|---|---|---|",
        *[
            f"| {what} | {_ratio(found, name, 'bare', 'wall')} | {_ratio(found, name, 'bare', 'cpu')} |"
            for name, what in (
                ("clean", "tables"),
                ("clean2", "tables, two processes"),
                ("flags", "tables and flags"),
                ("flags2", "tables and flags, two processes"),
            )
        ],
        "",
        *([f"Wanted: {OCDSKIT:g} times the throughput of `ocdskit compile`. It is "
           f"{_ratio(found, 'ocdskit', 'merge', 'wall')} times, {_ratio(found, 'ocdskit', 'merge2', 'wall')} with two "
           f"processes; by processor seconds {_ratio(found, 'ocdskit', 'merge', 'cpu')}, and "
           f"{_ratio(found, 'ocdskit2', 'clean', 'cpu')} of compiled releases. It writes tables too.\n"]
          if "ocdskit" in sides else []),
        *([f"Wanted: {FLATTEN:g} times the throughput of flatten-tool. Releases a second, {MANY:,} beside {FEW:,}: "
           f"tables {_throughput(whole, 'clean')} times, {_throughput(whole, 'clean2')} with two processes, with flags "
           f"{_throughput(whole, 'flags')} and {_throughput(whole, 'flags2')}; {FEW:,} beside {FEW:,} "
           f"{_ratio(found, 'flatten', 'few', 'wall')}, as starting takes most of the time.\n"]
          if "flatten" in sides else []),
        *([f"Not measured, as it is not there: {', '.join(absent)}.\n"] if absent else []),
        f"Wanted: at most {PEAK} MiB, and from {MANY:,} to {VERY_MANY:,} releases at most {GROWTH:.0%} more. Tables: "
        f"{taken['clean']:.0f} MiB and {grown['clean'] / taken['clean'] - 1:+.1%}; with two processes "
        f"{taken['clean2']:.0f} MiB and {grown['clean2'] / taken['clean2'] - 1:+.1%}. {VERY_MANY:,} releases take "
        f"{seconds.cpu:.1f} s of processor.\n",
    ]  # fmt: skip


def _throughput(whole: dict[str, Measure], name: str) -> str:
    return f"{MANY / FEW * whole['flatten'].wall / whole[name].wall:.0f}"


def _reader() -> str:
    from ogp_analysis.data.datasets.procurement.ocds.merging import msgspec

    return f"msgspec {msgspec.__version__}" if msgspec else "without msgspec"


def _ratio(found: list[dict[str, Measure]], one: str, two: str, part: str) -> str:
    values = [getattr(some[one], part) / getattr(some[two], part) for some in found]
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    {"bare": bare, "clean": clean, "flags": flags}[sys.argv[1]](Path(sys.argv[2]), *map(int, sys.argv[3:]))
