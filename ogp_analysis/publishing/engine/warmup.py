"""What the warm process does once, so that no run has to."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
import time
import types
from collections.abc import Iterable
from pathlib import Path

from ogp_analysis.publishing.engine import linux
from ogp_analysis.publishing.engine.protocol import NOTHING, Foreign, Request

#: How long threads that are about to end may take to do so, in seconds.
_PATIENCE = 0.5
#: What these packages import only when it is first needed, which would be in every run.
_PUT_OFF = (
    "IPython.core.logger IPython.core.pylabtools PIL.BmpImagePlugin PIL.GifImagePlugin PIL.JpegImagePlugin "
    "PIL.PngImagePlugin PIL.PpmImagePlugin PIL.features encodings.unicode_escape pandas.core.arrays.arrow._arrow_utils "
    "pandas.core.methods.to_dict pandas.io.formats.html pandas.io.formats.string pyarrow.pandas_compat pyarrow.parquet "
    "pyarrow.vendored.version tornado.platform.asyncio xml.dom.minidom"
).split()


class NotBeforehand(Exception):
    """A foreign module starts a thread or says something when it is imported; its name is the text."""


def make_kernel():
    """Make a kernel, and import what every notebook needs.

    Returns
    -------
    kernel : ogp_analysis.publishing.engine.kernel.Kernel
    reason : str
        Why this process cannot be forked, or nothing.
    """
    defer_grammars()
    from ogp_analysis.publishing.engine import kernel

    made = kernel.make()
    with made.builtin_trap:
        return made, _import_own(("papermill", "papermill.engines"))


def warm_up(made, modules: list[str], foreign: Foreign = NOTHING) -> str:
    """Import what notebooks will need, as if a cell did; return why this process cannot be forked, or nothing.

    Parameters
    ----------
    made : ogp_analysis.publishing.engine.kernel.Kernel
        As :func:`make_kernel` makes it.
    modules : list of str
        Of this package.
    foreign : mapping of str to tuple of str
        Of other distributions, with the names that are taken from each.

    Raises
    ------
    NotBeforehand
        If a foreign module has to be left to the runs; this process has imported it already.
    """
    with made.builtin_trap:
        if reason := _import_own(modules):
            return reason
        for module, names in foreign.items():
            _import_foreign(module, names)
        for module in _PUT_OFF:
            with contextlib.suppress(ImportError):
                if module.partition(".")[0] in sys.modules:
                    importlib.import_module(module)
        if "matplotlib.pyplot" in sys.modules:
            with contextlib.suppress(Exception):  # the run that draws will say so
                importlib.import_module("ogp_analysis.display.rehearsal").plain()
    import nbformat

    for minor in (4, 5):  # it compiles the schemas that every reading and writing checks
        nbformat.validate(nbformat.v4.new_notebook(nbformat_minor=minor))
    return _threads("the notebook schemas")


def _import_own(modules: Iterable[str]) -> str:
    """Import modules and have them do what they do once; return why this process cannot be forked, or nothing."""
    for module in modules:
        try:
            # Most modules are warm when they are imported; one with a ``warm_up`` has more to do.
            getattr(importlib.import_module(module), "warm_up", lambda: None)()
        except Exception as error:
            # The run that needs it will say so, in the cell that imports it.
            print(f"{module} cannot be imported beforehand: {error}", file=sys.__stderr__)
        if reason := _threads(module):
            return reason
    return ""


def _import_foreign(module: str, names: Iterable[str]) -> None:
    """Import a module and those of the names taken from it that are modules too.

    What it would say, a notebook shall say; a fault too is that of the run that meets it.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for name in (module, *(f"{module}.{name}" for name in names)):
            with contextlib.suppress(Exception, SystemExit):
                if not hasattr(sys.modules.get(module), name.removeprefix(f"{module}.")):
                    importlib.import_module(name)
    if said.getvalue() or _threads(module):
        raise NotBeforehand(module)


def look_at(notebook: str) -> None:
    """Have done once what every run of a notebook would do, before the first of them is forked."""
    beforehand = sys.modules.get("ogp_analysis.publishing.runs.beforehand")
    if beforehand is not None:
        beforehand.look_at(Path(notebook))


def rehearse(request: Request) -> bool:
    """Have made what a run has in common with those like it; return whether something new was made."""
    beforehand = sys.modules.get("ogp_analysis.publishing.runs.beforehand")
    if beforehand is None:
        return False
    asked = Path(request["input"]).stem, request.get("parameters") or {}, request.get("alike") or 0
    if not beforehand.rehearse(*asked):
        return False
    _threads("a rehearsal")
    return True


def _threads(after: str) -> str:
    end = time.monotonic() + _PATIENCE
    while len(names := linux.threads()) > 1 and time.monotonic() < end:
        time.sleep(0.01)
    others = ", ".join(sorted(names)[:5])
    return f"{len(names)} threads are alive after importing {after} ({others})" if len(names) > 1 else ""


def defer_grammars() -> None:
    """Put off what jsonschema compiles at import, 0.7 s of grammars for addresses that no notebook has."""

    def is_valid_syntax(term: str, text: str) -> bool:
        if sys.modules.get("rfc3987_syntax") is stand_in:
            del sys.modules["rfc3987_syntax"]
        return importlib.import_module("rfc3987_syntax").is_valid_syntax(term, text)

    if importlib.util.find_spec("rfc3987_syntax") is not None:
        stand_in = types.ModuleType("rfc3987_syntax")
        stand_in.is_valid_syntax = is_valid_syntax
        sys.modules["rfc3987_syntax"] = stand_in
