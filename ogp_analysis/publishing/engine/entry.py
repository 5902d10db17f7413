"""The papermill engine ``ogp_analysis``: ``papermill in.ipynb out.ipynb --engine ogp_analysis``.

papermill loads every registered engine whenever it is imported, halfway through its own import; so nothing is imported
here before a notebook is run.
"""

from __future__ import annotations

import tempfile


class WarmEngine:
    """papermill's own engine, with a kernel that is a fork of a process which has imported the stack once."""

    @classmethod
    def execute_notebook(cls, nb, kernel_name, **options):
        """Run a notebook that papermill has prepared, and return it as it was executed."""
        from papermill.engines import NBClientEngine

        if kernel_name not in ("python3", "python"):
            return NBClientEngine.execute_notebook(nb, kernel_name, **options)
        from ogp_analysis.base.processes import short_folder
        from ogp_analysis.publishing.engine import environment, execution, kernel, run
        from ogp_analysis.publishing.engine.request import ended

        run.opened()
        served = kernel.Served(environment.seed(nb.metadata.papermill.get("parameters", {})))
        with tempfile.TemporaryDirectory(prefix="ogp-", dir=short_folder()) as folder:
            engine = execution.engine(kernel.manager(served, folder), lambda: ended(served.wait(), False, None))
            return engine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb, name=None):
        """Return the name of the kernel a notebook asks for."""
        from papermill.engines import NBClientEngine

        return NBClientEngine.nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb, language=None):
        """Return the language of a notebook."""
        from papermill.engines import NBClientEngine

        return NBClientEngine.nb_language(nb, language)
