"""The papermill engine ``ogp_analysis``: ``papermill in.ipynb out.ipynb --engine ogp_analysis``.

papermill loads every registered engine whenever it is imported, so importing this module costs
next to nothing. It does not import papermill either: papermill imports it halfway through its own
import, and the other way round would be a circle.

In a warm process the notebook runs on a kernel in that process. In any other process the engine
starts a warm one, once, and runs the notebook in a fork of it; where that cannot be done, it is
papermill's own engine that runs it, and the log says why.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
from pathlib import Path

#: Options of papermill and nbclient that need a kernel in a process of its own, by what they ask for.
_NEEDS_A_KERNEL = {
    "log_output": "output is to be logged while it is made",
    "stdout_file": "output is to be copied to a file while it is made",
    "stderr_file": "output is to be copied to a file while it is made",
    "execution_timeout": "there is a time limit for a cell",
    "timeout": "there is a time limit for a cell",
}
_PYTHON_KERNELS = ("python3", "python")
log = logging.getLogger(__name__)


class WarmEngine:
    """Runs notebooks in processes that have imported the stack before; what papermill asks of an engine."""

    #: The kernel of this process, if it is a fork of a warm one that has not run a notebook yet.
    kernel = None

    @classmethod
    def execute_notebook(cls, nb, kernel_name, output_path=None, progress_bar=True, **options):
        """Run a notebook that papermill has prepared, and return it as it was executed.

        Parameters
        ----------
        nb : nbformat.NotebookNode
        kernel_name : str
        output_path : str, optional
            Where papermill keeps the notebook while it runs.
        progress_bar : bool or dict
            Shown only where papermill's own engine runs the notebook.
        **options
            Those of papermill's own engine.
        """
        obstacle = _obstacle(kernel_name, options)
        if obstacle is None and cls.kernel is not None:
            kernel, cls.kernel = cls.kernel, None
            return kernel.execute_notebook(nb, kernel_name, output_path=output_path, progress_bar=False, **options)
        if obstacle is None:
            process = _shared_process()
            if process.kind == "warm":
                return _run_elsewhere(process, nb, options)
            obstacle = process.reason
        if cls.kernel is not None:
            cls.kernel.wait()
        log.warning("The notebook runs on a kernel of its own, because %s.", obstacle)
        return _papermill_engine().execute_notebook(
            nb, kernel_name, output_path=output_path, progress_bar=progress_bar, **options
        )

    @classmethod
    def nb_kernel_name(cls, nb, name=None):
        """Return the name of the kernel a notebook asks for."""
        return _papermill_engine().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb, language=None):
        """Return the language of a notebook."""
        return _papermill_engine().nb_language(nb, language)


def _papermill_engine():
    from papermill.engines import NBClientEngine

    return NBClientEngine


def _obstacle(kernel_name: str, options: dict) -> str | None:
    """Return why a notebook cannot run in a warm process, or None if it can."""
    if kernel_name not in _PYTHON_KERNELS:
        return f"it asks for the kernel {kernel_name!r}"
    for option, why in _NEEDS_A_KERNEL.items():
        if options.get(option):
            return why
    try:
        json.dumps({k: v for k, v in options.items() if v is not None})
    except TypeError:
        return "it was given options that cannot be handed to another process"
    return None


_process = None
_environment: dict[str, str] = {}


def _shared_process():
    """Return the warm process of this process; it is started at the first notebook and ends with this process."""
    global _process, _environment
    if _process is None or _process.closed:
        from ogp_analysis.publishing.engine.client import open_process

        _environment = dict(os.environ)
        _process = open_process(jobs=1, modules=("numpy", "pandas"))
        atexit.register(_process.close)
    return _process


def _run_elsewhere(process, nb, options: dict):
    """Run a prepared notebook in a fork of the warm process."""
    import tempfile

    import nbformat
    from papermill.execute import remove_error_markers
    from papermill.iorw import load_notebook_node

    record = dict(nb.metadata.papermill)
    with tempfile.TemporaryDirectory(prefix="ogp-analysis-") as folder:
        given, made = Path(folder) / "in.ipynb", Path(folder) / "out.ipynb"
        given.write_text(nbformat.writes(nb), encoding="utf-8")
        request = {
            "id": "notebook",
            "input": str(given),
            "output": str(made),
            "cwd": str(Path.cwd()),
            "env": {
                **{name: value for name, value in os.environ.items() if _environment.get(name) != value},
                **dict.fromkeys(_environment.keys() - os.environ.keys()),
            },
            "options": {k: v for k, v in options.items() if v is not None and k not in ("input_path", "start_timeout")},
        }
        [reply] = process.run([request])
        if not made.exists():
            raise RuntimeError(reply["error"]["message"])
        # papermill marks and raises the fault of a cell itself, once it has the notebook back.
        executed = remove_error_markers(load_notebook_node(str(made)))
    executed.metadata.papermill |= {key: record[key] for key in ("input_path", "output_path")}
    return executed
