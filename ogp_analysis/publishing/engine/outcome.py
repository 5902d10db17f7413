"""What became of a run, from what its process left: its journal and how it ended."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from ogp_analysis.publishing.engine.journal import leave_notebook
from ogp_analysis.publishing.engine.protocol import fault


def reply(request: dict, entries: list[dict], status: int, late: bool) -> dict:
    """Return the reply to a request whose process has ended, and complete the notebook it left.

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
    result = next((e["result"] for e in entries if "result" in e), None)
    if result is None:
        error = ended(os.waitstatus_to_exitcode(status), late, request.get("timeout"))
        error["cell"] = _leave(request, entries, error)
        result = {"error": error}
    return {"id": request["id"], "ok": result["error"] is None, **result}


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


def _leave(request: dict, entries: list[dict], error: dict) -> int | None:
    try:
        return leave_notebook(Path(request["output"]), entries, error["name"], error["message"])
    except Exception as trouble:
        error["message"] += f" What is left of the notebook cannot be read ({type(trouble).__name__}: {trouble})."
        return None
