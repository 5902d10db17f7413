"""papermill's own engine, with a kernel that is there already."""

from __future__ import annotations

from papermill.engines import NBClientEngine


class InProcessEngine(NBClientEngine):
    """Runs a notebook on the kernel of this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, kernel, **options):
        """Run the cells; what papermill would save goes into the journal, if there is one.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
        kernel_name : str
        kernel : ogp_analysis.publishing.engine.kernel.Kernel
        **options
            Those of papermill and nbclient.
        """
        if kernel.journal is not None:
            kernel.journal.follow(nb_man)
            for stream in kernel.streams:
                stream.note = kernel.journal.write
        return super().execute_managed_notebook(nb_man, kernel_name, km=kernel.manager(), **options)
