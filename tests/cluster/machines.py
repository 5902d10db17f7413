"""Machines for a cluster: processes of this machine, or hosts in network namespaces with a disk of their own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DASK = [sys.executable, "-m", "distributed.cli.dask_{}"]


_PR_SET_PDEATHSIG = 1


def _end_with_the_tests() -> None:
    """Have the kernel end a daemon when the tests that started it are killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def without(names: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in names}


class Machine:
    """A machine with a disk of its own, below a folder, and a copy of the package on it.

    Parameters
    ----------
    folder : pathlib.Path
        Its disk.
    address : str
    enter : list of str
        What to put before a command so that it runs there.
    seen_as : pathlib.Path, optional
        Where its disk lies for who is there.
    """

    def __init__(self, folder: Path, address: str = "127.0.0.1", enter=(), seen_as: Path | None = None) -> None:
        self.folder, self.address, self.enter, self.disk = folder, address, list(enter), seen_as or folder
        self.processes: list[subprocess.Popen] = []
        self.more: dict[str, str] = {}
        shutil.copytree(ROOT / "ogp_analysis", folder / "code" / "ogp_analysis")

    def environment(self) -> dict[str, str]:
        """Return the environment of its processes: nothing of a user's, nothing of a project."""
        odd = ("OGP_ANALYSIS_HOME", "OGP_ANALYSIS_MIRROR", "XDG_DATA_HOME")
        return {
            **without(odd),
            "HOME": str(self.disk),
            "XDG_CACHE_HOME": str(self.disk / "cache"),
            "DASK_CONFIG": str(self.disk / "dask"),
            "PYTHONPATH": str(self.disk / "code"),
            "OGP_TEST_MACHINE": str(self.folder),
            **self.more,
        }

    def pretend(self, name: str, version: str) -> None:
        """Have another version of a distribution installed, as far as anybody can see."""
        about = self.folder / "code" / f"{name}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")

    def start(self, what: str, *words: str) -> subprocess.Popen:
        """Start a scheduler or a worker of Dask."""
        (self.folder / "log").mkdir(exist_ok=True)
        with (self.folder / "log" / f"{what}-{len(self.processes)}").open("wb") as log:
            command = [*self.enter, *(word.format(what) for word in DASK), "--no-dashboard", *words]
            process = subprocess.Popen(
                command, env=self.environment(), cwd="/", stdout=log, stderr=log, start_new_session=True,
                preexec_fn=_end_with_the_tests,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def scheduler(self, port: int, *words: str) -> subprocess.Popen:
        process = self.start("scheduler", "--host", self.address, "--port", str(port), *words)
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection((self.address, port), 1):
                return process
            time.sleep(0.1)
        raise AssertionError(self.said())

    def worker(self, scheduler: str, *words: str) -> subprocess.Popen:
        """Start a worker with one thread, and the nanny that starts it again when it is lost."""
        place = ("--host", self.address, "--local-directory", str(self.disk / "scratch"))
        return self.start("worker", scheduler, "--nthreads", "1", *place, *words)

    def registered(self) -> None:
        """Wait until the scheduler knows the worker there."""
        end = time.monotonic() + 60
        while "Registered to" not in self.said():
            assert time.monotonic() < end and self.processes[-1].poll() is None, self.said()
            time.sleep(0.1)

    def pids(self, *words: str) -> list[int]:
        """Return the processes there, those of them whose command holds all `words`."""
        mine, found = f"OGP_TEST_MACHINE={self.folder}".encode(), []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and mine in (entry / "environ").read_bytes().split(b"\0"):
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if all(word in command for word in words):
                        found.append(int(entry.name))
        return sorted(found)

    def kill(self, *words: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to the processes there whose command holds all `words`."""
        for pid in self.pids(*words):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def said(self) -> str:
        return "\n".join(file.read_text(errors="replace")[-3000:] for file in sorted((self.folder / "log").iterdir()))

    def end(self) -> None:
        """End whatever runs there."""
        while self.pids():
            self.kill(number=signal.SIGCONT)
            self.kill()
            for process in self.processes:
                process.poll()
            time.sleep(0.05)
        for process in self.processes:
            process.wait()
        self.processes.clear()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def hosts(folder: Path, hidden: Path, count: int = 2) -> Iterator[list[Machine]]:
    """Yield machines in network namespaces behind one bridge, which see nothing of `hidden` but their own disk.

    For them this machine is ``10.77.N.1``; their own addresses follow. Everything outside their disk is read only.
    """
    number = os.getpid() % 250
    bridge, net = f"ogpbr{number}", f"10.77.{number}"

    def ip(*words: str, check: bool = True) -> None:
        subprocess.run(["ip", *words], check=check, capture_output=True)

    made: list[Machine] = []
    names = [f"ogp-{number}-{one}" for one in range(count)]
    try:
        ip("link", "add", bridge, "type", "bridge")
        ip("addr", "add", f"{net}.1/24", "dev", bridge)
        ip("link", "set", bridge, "up")
        for one, name in enumerate(names):
            ip("netns", "add", name)
            ip("link", "add", f"ogp{number}o{one}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"ogp{number}o{one}", "master", bridge, "up")
            ip("-n", name, "addr", "add", f"{net}.{one + 2}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
            disk, seen_as = folder / name, Path("/mnt")
            disk.mkdir(parents=True)
            (disk / "tmp").mkdir()
            script = (
                f"mount --make-rprivate / && mount --bind '{disk}' /mnt && mount -t tmpfs none '{hidden}' "
                f"&& mount -t tmpfs none '{ROOT}/data' && mount -t tmpfs none /dev/shm "
                '&& mount -o bind,remount,ro / && export TMPDIR=/mnt/tmp && exec "$@"'
            )
            enter = ["ip", "netns", "exec", name, "unshare", "--mount", "sh", "-c", script, "sh"]
            made.append(Machine(disk, f"{net}.{one + 2}", enter, seen_as))
        yield made
    finally:
        for machine in made:
            machine.end()
        for name in names:
            ip("netns", "del", name, check=False)
        ip("link", "del", bridge, check=False)


def lacking() -> str:
    """Return why there can be no hosts here, or nothing."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "network namespaces need Linux and root"
    if not shutil.which("ip"):
        return "there is no ip (iproute2)"
    told = subprocess.run(
        ["sh", "-c", "ip netns add ogp-try && ip netns exec ogp-try unshare --mount true; s=$?; ip netns del ogp-try; "
         "ip link add ogptry type bridge && ip link del ogptry || s=1; exit $s"],
        capture_output=True, text=True,
    )  # fmt: skip
    return f"no network namespace can be made here: {told.stderr.strip()}" if told.returncode else ""
