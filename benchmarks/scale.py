"""What a cluster costs and what it saves: runs, OCDS and CompraNet with one and two workers, and what follows from it.

Measured is processor time, of the client, the scheduler and the workers with all they start, each with a small and a
large amount of work; so other work on the machine shows little. The seconds by the clock stand beside it, and mean
something at rest only. From processor time follow the cost of starting and the cost of one more run, megabyte or row,
and from these how long the work takes on so many nodes:

    start + max(client * amount, workers * amount / threads, bytes sent and returned / network)

``python benchmarks/scale.py --json FILE`` keeps what was measured; ``--model FILE`` prints the model from it again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ocds_input
import procurement_compranet

ROOT = Path(__file__).resolve().parents[1]
COUNTRIES = "MEX KEN PER CHL COL GHA ARG BRA GEO IDN LBR TUN".split()
#: Amounts of work: countries, contracting processes, contracts. Files below 32 MiB are not cut into tasks.
SIZES = {"ocds": (9_000, 18_000), "compranet": (60_000, 120_000), "runs": (4, 12)}
#: A node of the model has so many threads; the network of the client carries so many MB a second.
THREADS, NETWORK = 16, 110.0
#: What the model is asked. Kinds are those of `SIZES`, amounts are runs, MB and rows.
QUESTIONS = (
    ("10,000 runs", "runs", 10_000),
    ("Data Registry, one folder: 300 GB", "ocds", 300_000),
    ("Data Registry, its largest publisher: 60 GB", "ocds", 60_000),
    ("ComprasMX, ten years: 3 million contracts", "compranet", 3_000_000),
)


@contextmanager
def cluster(count: int, disk: Path, used: dict[str, float]) -> Iterator[str]:
    """Yield the address of a cluster of `count` workers; their processor seconds are in `used` afterwards."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = {**os.environ, "XDG_CACHE_HOME": str(disk), "DASK_CONFIG": str(disk), "PYTHONPATH": str(ROOT)}
    started = {}

    def start(role: str, what: str, *words: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *words]
        nowhere = subprocess.DEVNULL
        started[role] = subprocess.Popen(command, env=environment, cwd=disk, stdout=nowhere, stderr=nowhere)

    start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", str(port))
    for number in range(count):
        place = ("--nthreads", "1", "--no-nanny", "--local-directory", str(disk / str(number)))
        start(f"worker {number}", "worker", f"tcp://127.0.0.1:{port}", *place)
    try:
        yield f"tcp://127.0.0.1:{port}"
    finally:
        for role, process in reversed(started.items()):
            process.terminate()
            _, _, spent = os.wait4(process.pid, 0)
            process.returncode = 0
            part = role.partition(" ")[0]
            used[part] = used.get(part, 0.0) + spent.ru_utime + spent.ru_stime


def measured(words: list[str], count: int, home: Path) -> dict[str, float]:
    """Return the processor seconds of a command by who spent them, on workers or here, and the seconds by the clock."""
    environment = {**os.environ, "OGP_ANALYSIS_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ogp_analysis", *words]
    used: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as disk:
        if not count:
            used["client"], used["clock"] = spent(command, environment)
        else:
            with cluster(count, Path(disk), used) as address:
                time.sleep(3)
                used["client"], used["clock"] = spent([*command, "--scheduler", address], environment)
    return used


def spent(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its processor seconds, with those of the processes it waits for, and those by the clock."""
    started = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = time.monotonic() - started
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def measure(kept: Path | None) -> dict:
    """Measure all kinds; return processor seconds by kind, amount and number of workers, and keep them on the way."""
    found: dict = {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(),
                   "load": os.getloadavg()[0], "python": platform.python_version(), "kinds": {}}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        for name in ("notebooks", "data"):
            shutil.copytree(ROOT / name, home / name)
        shutil.copy(ROOT / "CITATION.cff", home)
        # The first run builds tables that all later runs find.
        measured(["run", "country_profile", "-p", "country", "MEX"], 0, home)
        for kind, sizes in SIZES.items():
            for size in sizes:
                words, amount = prepared(kind, size, Path(folder))
                for count in (0, 1, 2) if size == max(sizes) else (1,):
                    out = Path(folder) / f"out-{kind}-{size}-{count}"
                    own = [word.replace("OUT", str(out)) for word in words]
                    used = measured(own, count, home)
                    print(kind, size, f"{count} workers", {k: round(v, 2) for k, v in used.items()}, flush=True)
                    found["kinds"].setdefault(kind, []).append({"amount": amount, "workers": count, **used})
                    if kept:
                        kept.write_text(json.dumps(found, indent=1) + "\n")
                    shutil.rmtree(out, ignore_errors=True)
    return found


def prepared(kind: str, size: int, folder: Path) -> tuple[list[str], float]:
    """Return a command for so much work, and the amount in the unit of the model."""
    if kind == "runs":
        words = [word for code in COUNTRIES[:size] for word in ("-p", "country", code)]
        return ["run", "country_profile", *words, "--force"], size
    file = folder / f"{kind}-{size}.{'jsonl' if kind == 'ocds' else 'csv'}"
    if kind == "ocds":
        with file.open("w", encoding="utf-8") as stream:
            for process in ocds_input.processes(Path(os.environ["OGP_ANALYSIS_MIRROR"]), size):
                stream.write(json.dumps(process, ensure_ascii=False) + "\n")
    else:
        procurement_compranet.make(file, size)
    amount = file.stat().st_size / 1e6 if kind == "ocds" else size
    return ["clean", "--as", kind, "--out", "OUT", str(file), "--jobs", "1"], amount


def model(found: dict) -> dict[str, dict[str, float]]:
    """Return by kind what starting costs (seconds) and what one more unit costs client and workers."""
    made = {}
    for kind, rows in found["kinds"].items():
        small, large = (one for one in rows if one["workers"] == 1)
        more = large["amount"] - small["amount"]
        each = {who: max(0.0, large[who] - small[who]) / more for who in ("client", "scheduler", "worker")}
        begin = sum(max(0.0, small[who] - each[who] * small["amount"]) for who in ("client", "worker"))
        made[kind] = {**each, "start": begin}
    return made


def predicted(made: dict[str, float], kind: str, amount: float, nodes: int) -> tuple[float, str]:
    """Return the seconds that so much work takes on so many nodes, and what they are spent on."""
    size = {"ocds": 1.0, "compranet": 600e-6, "runs": 2.0}[kind]  # MB that travel for one more unit
    parts = {
        "client": made["client"] * amount,
        "scheduler": made["scheduler"] * amount,
        "workers": made["worker"] * amount / (THREADS * nodes),
        "network": size * amount / NETWORK,
    }
    longest = max(parts, key=lambda part: parts[part])
    return made["start"] + parts[longest], longest


def show(found: dict) -> None:
    """Print what was measured, the model, and what it predicts."""
    made = model(found)
    print(f"\n{found['machine']}, {found['cores']} cores, load {found['load']:.1f}, Python {found['python']}\n")
    print("| work | amount | workers | client | scheduler | workers, all | in all | clock |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for kind, rows in found["kinds"].items():
        for one in rows:
            parts = [one.get(who, 0.0) for who in ("client", "scheduler", "worker")]
            cells = " | ".join(f"{part:.1f}" for part in (*parts, sum(parts), one["clock"]))
            print(f"| {kind} | {one['amount']:,.0f} | {one['workers'] or 'none'} | {cells} |")
    print("\n| one more | client | scheduler | workers | start |\n|---|--:|--:|--:|--:|")
    for kind, unit, times in (("runs", "run", 1), ("ocds", "GB", 1e3), ("compranet", "million rows", 1e6)):
        one = made[kind]
        parts = " | ".join(f"{one[who] * times:.2f}" for who in ("client", "scheduler", "worker"))
        print(f"| {unit} | {parts} | {one['start']:.1f} |")
    print("\n| what | 1 node | 10 nodes | 100 nodes |\n|---|---|---|---|")
    for title, kind, amount in QUESTIONS:
        cells = (predicted(made[kind], kind, amount, nodes) for nodes in (1, 10, 100))
        print(f"| {title} | {' | '.join(f'{length(seconds)} ({what})' for seconds, what in cells)} |")


def length(seconds: float) -> str:
    return (
        f"{seconds / 3600:.1f} h"
        if seconds >= 3600
        else f"{seconds / 60:.0f} min"
        if seconds >= 60
        else f"{seconds:.0f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, help="keep what was measured in this file")
    parser.add_argument("--model", type=Path, help="print the model of what was measured before")
    given = parser.parse_args()
    result = json.loads(given.model.read_text()) if given.model else measure(given.json)
    show(result)
