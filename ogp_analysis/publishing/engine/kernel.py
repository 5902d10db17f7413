"""A notebook executed by papermill's own engine, on Jupyter's own kernel in a fork that has imported the stack already.

So outputs are those of papermill, whatever a cell does.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import signal
import sys
import threading
from contextlib import suppress

import ipykernel_launcher
import papermill
from ipykernel.kernelapp import IPKernelApp
from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_output
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from ogp_analysis.base import errors, processes
from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.run import Fault, Request, ended, fault

_KNOWN_FAULTS = {name for name, value in vars(errors).items() if isinstance(value, type)}


class Fork:
    """A fork of this process, made before it has threads, that is a kernel once it is given a connection file.

    It has what Jupyter asks of a :class:`subprocess.Popen`.

    Parameters
    ----------
    seed : int
        Of the random numbers of the notebook.
    memory : int or None
        Bytes of address space that it may take beyond what it has.
    """

    stdin = stdout = stderr = None

    def __init__(self, seed: int, memory: int | None = None) -> None:
        given, self._give = os.pipe()
        parent, self.returncode = os.getpid(), None
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
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self) -> int:
        """Return how it has ended, once it has."""
        return self.poll(0)

    def kill(self) -> None:
        """End it with what it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _become_kernel(parent: int, given: int, seed: int, memory: int | None) -> None:
    """Serve as a kernel, as its own launcher does it, until it is shut down; then end this process."""
    code = 1
    try:
        os.setpgid(0, 0)
        processes.die_with(parent)
        if file := os.read(given, 4096).decode():
            atexit._clear()  # what is registered for the end of the other process
            for name in (1, 2):  # what the kernel says of itself is not for the reader
                os.dup2(os.open(os.devnull, os.O_WRONLY), name)
            sys.argv = [ipykernel_launcher.__file__, "-f", file, "--HistoryManager.hist_file=:memory:"]
            if memory:
                environment.limit_memory(memory)
            application = IPKernelApp.instance()
            application.initialize(sys.argv[1:])
            environment.seed_first_cell(application.shell, seed)
            application.start()
            atexit._run_exitfuncs()
        code = 0
    finally:
        os._exit(code)


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


def executed(request: Request, fork: Fork, folder: str, late: threading.Event) -> Fault | None:
    """Run the notebook of a request with papermill; return its fault, or None.

    Parameters
    ----------
    request : Request
    fork : Fork
        What its kernel will be.
    folder : str
        Empty, with a short path.
    late : threading.Event
        Set before the kernel is ended because its time is over.
    """
    died: list[Fault] = []

    class Manager(AsyncKernelManager):
        def __init__(self, **options) -> None:
            super().__init__(transport="ipc", connection_file=f"{folder}/kernel.json", **options)
            self.fork = fork
            self.provisioner = _Provisioner(kernel_id="", kernel_spec=self.kernel_spec, parent=self)

    class Engine(NBClientEngine):
        """papermill's engine, without saving the notebook after each cell."""

        @classmethod
        def execute_notebook(cls, nb, kernel_name, output_path=None, **options):
            if last := request.get("last"):
                nb.cells.append(new_code_cell(last, metadata={"tags": [], "papermill": {}}))
            return super().execute_notebook(nb, kernel_name, **options)

        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, **options):
            try:
                super().execute_managed_notebook(nb_man, kernel_name, kernel_manager_class=Manager, **options)
            except DeadKernelError:
                died.append(ended(fork.wait(), late.is_set(), request.get("timeout")))
                _mark(nb_man, died[0])

    # Parameters were checked before; papermill calls those of a type that it does not read, Literal["a"], unknown.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    papermill_engines.register(__name__, Engine)
    try:
        given = request.get("parameters") or None
        names = [request[name].replace("{", "{{").replace("}", "}}") for name in ("input", "output")]  # no templates
        papermill.execute_notebook(*names, given, engine_name=__name__, progress_bar=False, record_timing=False)
    except PapermillExecutionError as error:
        if died:
            return {**died[0], "cell": error.cell_index}
        return _of_cell(error, bool(request.get("memory_limit_bytes")))
    except Exception as error:
        return fault("exit", type(error).__name__, f"The notebook cannot be run: {error}")
    finally:
        fork.kill()
        fork.wait()
    return None


def _mark(nb_man, why: Fault) -> None:
    """Mark in a notebook under way the cell in which its kernel has ended, as papermill marks one that raised."""
    at = max(i for i, cell in enumerate(nb_man.nb.cells) if cell.metadata.papermill.get("start_time"))
    cell, counts = nb_man.nb.cells[at], [one.get("execution_count") or 0 for one in nb_man.nb.cells]
    cell.execution_count = cell.get("execution_count") or max(counts) + 1
    trace = [f"{why['name']}: {why['message']}"]
    cell.outputs.append(new_output("error", ename=why["name"], evalue=why["message"], traceback=trace))
    nb_man.cell_exception(cell, at)
    for later in nb_man.nb.cells[at + 1 :]:
        later.metadata.papermill["status"] = nb_man.PENDING


def _of_cell(error: PapermillExecutionError, limited: bool) -> Fault:
    name, count, value, position = error.ename, error.exec_count, error.evalue, error.cell_index
    if limited and name.endswith("MemoryError"):
        return fault("memory", name, f"In [{count}]: more memory is needed than may be taken ({value}).", position)
    message = value if name in _KNOWN_FAULTS and value else f"In [{count}]: {name}: {value}".rstrip(": ")
    return fault("cell", name, message, position)
