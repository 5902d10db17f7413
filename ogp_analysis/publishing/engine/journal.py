"""What a run has done so far, kept where it outlives the process that runs it.

Saving the whole notebook at every cell, as papermill does, takes longer than many a cell; here
each cell is written once, to memory that the parent process can read.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

#: How papermill names the fault of a process that ended while a cell ran.
_TRACEBACK = "{name}: {message}"


class Journal:
    """Lines of JSON in memory shared by a run and its parent (Linux)."""

    def __init__(self) -> None:
        self.descriptor = os.memfd_create("journal")

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
    trace = [_TRACEBACK.format(name=name, message=message)]
    cell.outputs.append(nbformat.v4.new_output("error", ename=name, evalue=message, traceback=trace))
    try:
        raise_for_execution_errors(notebook, str(output))
    except PapermillExecutionError:
        return
