"""A real ipykernel in this process: made once in a warm process, used once in each fork of it.

IPython's own application sets it up, so that shell, magics, extensions, display hooks and
tracebacks are those of a kernel in a process of its own. Only sockets and threads are left out.

papermill is not imported here: it imports every registered engine, and with them perhaps pandas,
which looks for ``get_ipython()`` when it is imported; so the kernel has to be there first.
"""

from __future__ import annotations

import logging
import os
import sys
import types

import ipykernel_launcher
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from jupyter_core.utils import ensure_event_loop
from tornado.ioloop import IOLoop
from traitlets.config import Config

from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.loopback import KEY, Client, Manager, ShellChannel, Socket
from ogp_analysis.publishing.engine.streams import Publisher, Stream


class Application(IPKernelApp):
    """IPython's kernel application without connection, heartbeat and threads."""

    def init_sockets(self) -> None:
        """Lay the wires within the process."""
        self.session = Session(parent=self, key=KEY)
        self.replies, self.published = Socket(), Socket()
        self.shell_channel_thread = ShellChannel(self.replies)
        self.configure_tornado_logger()
        self.iopub_thread = Publisher(self.published)
        self.iopub_socket = self.iopub_thread

    def init_io(self) -> None:
        """Put the kernel's streams and display hook in place."""
        self.outstream_class = None
        sys.stdout = Stream(self.session, self.iopub_thread, "stdout")
        sys.stderr = Stream(self.session, self.iopub_thread, "stderr")
        super().init_io()

    def init_kernel(self) -> None:
        """Make the kernel, without its debugger: nobody attaches a debugger to a run, and importing it takes long."""
        absent = "debugpy" not in sys.modules
        if absent:
            sys.modules["debugpy"] = None  # as if it were not installed
        self.kernel = IPythonKernel.instance(
            parent=self,
            session=self.session,
            shell_channel_thread=self.shell_channel_thread,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        if absent:
            del sys.modules["debugpy"]  # a notebook may import it
        self.shell_channel_thread.kernel = self.kernel
        self.kernel._execute_sleep = 0  # ipykernel waits after each cell for a thread that there is not
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count

    def _nothing(self, *_, **__) -> None:
        """Left out: there is nobody to connect."""

    init_connection_file = init_heartbeat = init_poller = _nothing
    write_connection_file = log_connection_info = cleanup_connection_file = _nothing


def make() -> Kernel:
    """Make the kernel of a process that will be forked. It starts no thread and opens no socket."""
    sys.argv = [ipykernel_launcher.__file__, "-f", "kernel.json", "--HistoryManager.hist_file=:memory:"]
    config = Config()
    config.HistoryManager.hist_file = ":memory:"  # else a thread would write it
    application = Application.instance(config=config)
    application.initialize([])
    return Kernel(application)


class Kernel:
    """The kernel of a fork, as the papermill engine uses it.

    Attributes
    ----------
    journal : ogp_analysis.publishing.engine.journal.Journal or None
        Where each executed cell is noted, so that a process that dies leaves its notebook.
    connection : socket.socket or None
        On which the run is let begin; waited for before the first cell.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self.streams = (sys.stdout, sys.stderr)
        self.journal = None
        self.connection = None

    @property
    def builtin_trap(self):
        """The context in which cells run: what asks for ``get_ipython()`` when it is imported finds it."""
        return self.application.shell.builtin_trap

    def begin(self) -> None:
        """Make the kernel that of the present process."""
        self.application.session.pid = os.getpid()
        self.application.shell.init_environment()
        ensure_event_loop()  # the loop that nbclient will run on; tornado wraps the one it finds
        loop = IOLoop.current()
        # Without `stop`: `exit()` in a cell ends the kernel, not the loop that nbclient runs on.
        self.application.kernel.io_loop = types.SimpleNamespace(
            add_callback=loop.add_callback, call_later=loop.call_later, stop=lambda: None
        )
        for stream in self.streams:
            stream.begin()
        # As ipykernel does: what the kernel logs is not output of the notebook.
        apart = os.fdopen(os.dup(self.streams[1].capture.original), "w", encoding="utf-8")
        for handler in self.application.log.handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(apart)

    def execute_notebook(self, nb, kernel_name, **options):
        """Run a notebook that papermill has prepared, and return it as it was executed."""
        from papermill.engines import NBClientEngine

        kernel = self

        class InProcessEngine(NBClientEngine):
            """papermill's own engine; what it would save goes into the journal, if there is one."""

            @classmethod
            def execute_managed_notebook(cls, nb_man, kernel_name, **options):
                if kernel.journal is not None:
                    kernel.journal.follow(nb_man)
                    for stream in kernel.streams:
                        stream.note = kernel.journal.write
                app = kernel.application
                manager = Manager(Client(app.kernel, app.replies, app.published))
                return super().execute_managed_notebook(nb_man, kernel_name, km=manager, **options)

        number = environment.seed(nb.metadata.papermill.get("parameters", {}))
        environment.seed_first_cell(self.application.shell, number, self.wait)
        self.begin()
        try:
            return InProcessEngine.execute_notebook(nb, kernel_name, **options)
        finally:
            for stream in self.streams:
                stream.end()

    def wait(self) -> None:
        """Wait for the turn of this run, if it has not begun; without anybody who waits for the run, it ends."""
        if self.connection is not None:
            if not self.connection.recv(16):
                os._exit(1)
            self.connection = None
