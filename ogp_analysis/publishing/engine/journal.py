"""What a run has done so far, kept where it outlives the process that runs it, and what that means when it has ended.

Saving the whole notebook at every cell, as papermill does, takes longer than many a cell; here
each cell is written once, to memory that the parent process can read.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from ogp_analysis.publishing.engine.protocol import fault


class Journal:
    """Lines of JSON in memory shared by a run and who asked for it (Linux).

    Parameters
    ----------
    descriptor : int or None
        Of one that was made elsewhere; a new one by default.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self.descriptor = os.memfd_create("journal") if descriptor is None else descriptor

    def write(self, **entry) -> None:
        """Add an entry."""
        line = json.dumps(entry).encode() + b"\n"
        while line:
            line = line[os.write(self.descriptor, line) :]

    def read(self) -> list[dict]:
        """Return the entries that were written whole."""
        size = os.fstat(self.descriptor).st_size
        lines = os.pread(self.descriptor, size, 0).split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Free the memory, once both processes have done so."""
        os.close(self.descriptor)

    def follow(self, nb_man) -> None:
        """Note the cells of a papermill execution manager as they are executed, instead of saving the notebook."""
        started, completed = nb_man.cell_start, nb_man.cell_complete

        def cell_start(cell, cell_index=None, **options):
            self.write(started=cell_index)
            return started(cell, cell_index, **options)

        def cell_complete(cell, cell_index=None, **options):
            completed(cell, cell_index=cell_index, **options)
            self.write(completed=cell_index, cell=cell)

        nb_man.cell_start, nb_man.cell_complete = cell_start, cell_complete
        nb_man.save = lambda **_: None


def leave_notebook(output: Path, entries: list[dict], name: str, message: str) -> int | None:
    """Complete the notebook of a run whose process has ended, with the fault marked where it stopped.

    Parameters
    ----------
    output : pathlib.Path
        The notebook as papermill saved it before the first cell.
    entries : list of dict
        The journal.
    name, message : str
        What ended the process.

    Returns
    -------
    int or None
        Position of the cell that ran, not counting papermill's marks; None if no cell was running.
    """
    import nbformat

    if not output.exists():
        return None
    notebook = nbformat.read(output, as_version=4)
    running, said = None, []
    for entry in entries:
        if "started" in entry:
            running, said = entry["started"], []
        elif "said" in entry:
            if not said or said[-1].name != entry["name"]:
                said.append(nbformat.v4.new_output("stream", name=entry["name"], text=""))
            said[-1].text += entry["said"]
        elif "completed" in entry:
            running = None
            notebook.cells[entry["completed"]] = nbformat.from_dict(entry["cell"])
    if running is not None:
        notebook.cells[running].outputs = said
        mark(notebook, output, running, name, message)
    return running


def mark(notebook, output: Path, position: int, name: str, message: str) -> None:
    """Write a notebook with papermill's marks at the cell that a process ended in."""
    import nbformat
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    cell = notebook.cells[position]
    counts = [c.get("execution_count") or 0 for c in notebook.cells]
    cell.execution_count = cell.execution_count or max(counts) + 1
    cell.metadata.papermill |= {"exception": True, "status": "failed"}
    notebook.metadata.papermill["exception"] = True
    trace = [f"{name}: {message}"]
    cell.outputs.append(nbformat.v4.new_output("error", ename=name, evalue=message, traceback=trace))
    try:
        raise_for_execution_errors(notebook, str(output))
    except PapermillExecutionError:
        return


def result(request: dict, entries: list[dict], status: int, late: bool) -> dict:
    """Return the result of a run whose process has ended, and complete the notebook it left.

    Parameters
    ----------
    request : ogp_analysis.publishing.engine.protocol.Request
    entries : list of dict
        The journal.
    status : int
        As :func:`os.wait` returns it.
    late : bool
        Whether the process was ended because its time was over.
    """
    for entry in entries:
        if "result" in entry:
            return entry["result"]
    error = ended(os.waitstatus_to_exitcode(status), late, request.get("timeout"))
    try:
        error["cell"] = leave_notebook(Path(request["output"]), entries, error["name"], error["message"])
    except Exception as trouble:
        error["message"] += f" What is left of the notebook cannot be read ({type(trouble).__name__}: {trouble})."
    return {"error": error}


def ended(code: int, late: bool, timeout: float | None) -> dict:
    """Return the fault of a process that ended before its notebook did.

    Parameters
    ----------
    code : int
        Its exit status, or minus the signal that ended it.
    late : bool
        Whether its time was over.
    timeout : float or None
        Seconds it was given.
    """
    if late:
        return fault("timeout", "Timeout", f"It was stopped because it took longer than {timeout:g} s.")
    if code >= 0:
        return fault("exit", "ProcessExit", f"The notebook ended its own process, with status {code}.")
    name = signal.Signals(-code).name
    hint = " The system does this when memory runs out." if name == "SIGKILL" else ""
    return fault("killed", name, f"Its process was ended by {name}.{hint}")
