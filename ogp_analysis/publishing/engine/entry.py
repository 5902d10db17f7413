"""The papermill engine ``ogp_analysis``: ``papermill in.ipynb out.ipynb --engine ogp_analysis``.

papermill loads every registered engine whenever it is imported, halfway through its own import; so nothing is imported
here before a notebook is run.
"""

from __future__ import annotations


class WarmEngine:
    """papermill's own engine, with a kernel that has the environment and the seed of a run."""

    @classmethod
    def execute_notebook(cls, nb, kernel_name, **options):
        """Run a notebook that papermill has prepared, and return it as it was executed."""
        from papermill.engines import NBClientEngine

        if kernel_name not in ("python3", "python"):
            return NBClientEngine.execute_notebook(nb, kernel_name, **options)
        from ogp_analysis.publishing.engine import environment

        with environment.settled_kernel(nb.metadata.papermill.get("parameters", {})) as manager:
            return NBClientEngine.execute_notebook(nb, kernel_name, kernel_manager_class=manager, **options)

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
