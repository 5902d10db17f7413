"""A notebook executed by papermill's own engine, on a kernel of ours."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import papermill
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_output
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from ogp_analysis.base import errors
from ogp_analysis.publishing.engine import kernel
from ogp_analysis.publishing.engine.request import Fault, Request, ended, fault

_KNOWN_FAULTS = {name for name, value in vars(errors).items() if isinstance(value, type)}


def executed(request: Request, fork: kernel.Fork, folder: str, late: threading.Event) -> Fault | None:
    """Run the notebook of a request with papermill; return its fault, or None.

    Parameters
    ----------
    request : Request
    fork : kernel.Fork
        What its kernel will be.
    folder : str
        Empty, with a short path.
    late : threading.Event
        Set before the kernel is ended because its time is over.
    """
    died: list[Fault] = []

    def why() -> Fault:
        died.append(ended(fork.wait(), late.is_set(), request.get("timeout")))
        return died[0]

    # Parameters were checked before; papermill calls those of a type that it does not read, Literal["a"], unknown.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    papermill_engines.register(__name__, engine(kernel.manager(fork, folder), why, request.get("last", "")))
    try:
        given, options = request.get("parameters") or None, {"record_timing": False, **(request.get("options") or {})}
        names = [request[name].replace("{", "{{").replace("}", "}}") for name in ("input", "output")]  # no templates
        papermill.execute_notebook(*names, given, engine_name=__name__, progress_bar=False, **options)
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


def engine(manager: type, why: Callable[[], Fault], last: str = "") -> type[NBClientEngine]:
    """Return papermill's own engine with a kernel of ours, which does not save the notebook at each of its cells.

    Parameters
    ----------
    manager : type
        Of the kernel.
    why : callable
        Says how the kernel has ended, if it has ended before the notebook.
    last : str
        Code of a cell that is put behind the last one.
    """

    class Engine(NBClientEngine):
        @classmethod
        def execute_notebook(cls, nb, kernel_name, output_path=None, **options):
            if last:
                nb.cells.append(new_code_cell(last, metadata={"tags": [], "papermill": {}}))
            return super().execute_notebook(nb, kernel_name, **options)

        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, **options):
            try:
                super().execute_managed_notebook(nb_man, kernel_name, kernel_manager_class=manager, **options)
            except DeadKernelError:
                mark(nb_man, why())

    return Engine


def mark(nb_man, why: Fault) -> None:
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
