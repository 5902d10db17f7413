"""Jupyter's own kernel in a fork of a process that has imported the stack: its client talks to it as to any other.

So outputs are those of papermill, whatever a cell does.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import ipykernel_launcher
from ipykernel.kernelapp import IPKernelApp
from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from ogp_analysis.base import processes
from ogp_analysis.publishing.engine import environment


class Fork:
    """A fork of this process, made before it has threads, that is a kernel once it is given a connection file.

    It has what Jupyter asks of a :class:`subprocess.Popen`.

    Parameters
    ----------
    seed : int
        Of the random numbers of the notebook.
    memory : int or None
        Bytes of address space that it may take beyond what it has.

    Attributes
    ----------
    max_rss : int or None
        Most bytes of memory it held, once it has ended.
    """

    stdin = stdout = stderr = None

    def __init__(self, seed: int, memory: int | None = None) -> None:
        given, self._give = os.pipe()
        parent, self.returncode, self.max_rss = os.getpid(), None, None
        self.pid = os.fork()
        if not self.pid:
            os.close(self._give)
            _become_kernel(parent, given, seed, memory)
        os.close(given)

    def begin(self, file: str) -> None:
        """Let it serve the connections that a file names; without a file it ends."""
        os.write(self._give, file.encode())
        os.close(self._give)

    def poll(self, options: int = os.WNOHANG) -> int | None:
        """Return how it has ended, None if it has not."""
        if self.returncode is None:
            pid, status, used = os.wait4(self.pid, options)
            if pid:
                self.returncode, self.max_rss = os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024
        return self.returncode

    def wait(self) -> int | None:
        """Return how it has ended, once it has."""
        return self.poll(0)

    def kill(self) -> None:
        """End it with what it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


class _Provisioner(LocalProvisioner):
    """Gives Jupyter the fork where it would start a program."""

    async def launch_kernel(self, cmd, **_) -> dict:
        self.process = self.parent.fork
        self.process.begin(self.parent.connection_file)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.002)
        self.process = None
        return code


def manager(fork: Fork | Served, folder: str) -> type[AsyncKernelManager]:
    """Return the class of the manager of the kernel in a fork; `folder` is empty and has a short path."""

    class Manager(AsyncKernelManager):
        def __init__(self, **options) -> None:
            super().__init__(transport="ipc", connection_file=f"{folder}/kernel.json", **options)
            self.fork = fork
            self.provisioner = _Provisioner(kernel_id="", kernel_spec=self.kernel_spec, parent=self)

    return Manager


class Served:
    """A kernel in a process of the fork server, for a client that may have threads; as :class:`Fork`.

    Parameters
    ----------
    seed : int
        Of the random numbers of the notebook.
    """

    stdin = stdout = stderr = None

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def begin(self, file: str) -> None:
        """Start it."""
        self._process = processes.started(_serve_elsewhere, file, self._seed, str(Path.cwd()), dict(os.environ))
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return how it has ended, None if it has not."""
        return self._process.exitcode

    def wait(self) -> int:
        """Return how it has ended, once it has."""
        self._process.join()
        return self._process.exitcode

    def kill(self) -> None:
        """End it with what it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _serve_elsewhere(file: str, seed: int, folder: str, variables: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory(prefix="ogp-", ignore_cleanup_errors=True) as own:
        environment.settle(Path(own), {**dict.fromkeys(os.environ.keys() - variables.keys()), **variables})
        os.chdir(folder)
        _serve(file, seed, None)


def _become_kernel(parent: int, given: int, seed: int, memory: int | None) -> None:
    """Serve as a kernel, as its own launcher does it, until it is shut down; then end this process."""
    code = 1
    try:
        os.setpgid(0, 0)
        processes.die_with(parent)
        file = os.read(given, 4096).decode()
        if file:
            atexit._clear()  # what is registered for the end of the other process
            _serve(file, seed, memory)
            atexit._run_exitfuncs()
        code = 0
    finally:
        os._exit(code)


def _serve(file: str, seed: int, memory: int | None) -> None:
    for name in (1, 2):  # what the kernel says of itself is not for the reader
        os.dup2(os.open(os.devnull, os.O_WRONLY), name)
    sys.argv = [ipykernel_launcher.__file__, "-f", file, "--HistoryManager.hist_file=:memory:"]
    if memory:
        environment.limit_memory(memory)
    application = IPKernelApp.instance()
    application.initialize(sys.argv[1:])
    environment.seed_first_cell(application.shell, seed)
    application.start()
