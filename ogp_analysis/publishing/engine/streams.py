"""The standard streams of a kernel that lives in the process of its client.

As ipykernel's, they keep what is printed until a display, a flush or the end of the cell. Unlike
them they do not send by the clock, and what C code or another process writes to the descriptors 1
and 2 takes its place in the order in which it was written.
"""

from __future__ import annotations

import codecs
import os
import select
import threading
import types

from ipykernel.iostream import IOPubThread, OutStream


class Publisher(IOPubThread):
    """Sends what the kernel publishes at once, in the thread that publishes it."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self.io_loop = types.SimpleNamespace(call_later=lambda *_: None)
        self.thread = threading.Thread()  # never started: the base class then sends directly
        self._pipe_flag = False
        self._stopped = False
        self._event_pipes = {}


class Stream(OutStream):
    """``sys.stdout`` or ``sys.stderr`` of a kernel, together with the descriptor behind it.

    Parameters
    ----------
    session : jupyter_client.session.Session
    publisher : Publisher
    name : {"stdout", "stderr"}
    """

    def __init__(self, session, publisher: Publisher, name: str) -> None:
        super().__init__(session, publisher, name, watchfd=False)
        self.descriptor = {"stdout": 1, "stderr": 2}[name]
        self.capture: Capture | None = None
        #: Told of what is written, as it is written.
        self.note = None

    def begin(self) -> None:
        """Take over the descriptor. To be called once, after the last fork."""
        self._master_pid = os.getpid()
        self.capture = Capture(self.descriptor)
        # What ipykernel's stream gives as its descriptor: the one from before, so that nothing is seen twice.
        self._original_stdstream_copy = self.capture.original

    def end(self) -> None:
        """Give the descriptor back."""
        os.dup2(self.capture.original, self.descriptor)

    def write(self, string: str) -> int:
        """Keep `string` after what was written to the descriptor before it."""
        if self.capture is None or not isinstance(string, str):
            return super().write(string)
        if not self._is_master_process():
            # A forked worker of the notebook: its prints come back through the descriptor.
            os.write(self.descriptor, string.encode(errors="backslashreplace"))
            return len(string)
        self._take()
        return self._keep(string)

    def flush(self) -> None:
        """Publish what was written."""
        if self.capture is not None and self._is_master_process():
            self._take()
        super().flush()

    def _take(self) -> None:
        if written := self.capture.take():
            self._keep(written)

    def _keep(self, string: str) -> int:
        if self.note is not None:
            self.note(said=string, name=self.name)
        return super().write(string)


class Capture:
    """What is written to a file descriptor, from now on.

    A thread empties the pipe, so that a writer of much never waits for us; the order is kept by
    :meth:`take`, which every print goes through.

    Parameters
    ----------
    descriptor : int

    Attributes
    ----------
    original : int
        A copy of the descriptor as it was.
    """

    def __init__(self, descriptor: int) -> None:
        self.original = os.dup(descriptor)
        self._end, begin = os.pipe()
        os.dup2(begin, descriptor)
        os.close(begin)
        os.set_blocking(self._end, False)
        self._lock = threading.Lock()
        self._read: list[bytes] = []
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        threading.Thread(target=self._relieve, daemon=True, name=f"descriptor {descriptor}").start()

    def take(self) -> str:
        """Return the text that was written since the last time."""
        with self._lock:
            self._empty()
            written, self._read = b"".join(self._read), []
            return self._decoder.decode(written) if written else ""

    def _empty(self) -> bool:
        """Read what is there; return whether more may come."""
        while True:
            try:
                part = os.read(self._end, 65536)
            except BlockingIOError:
                return True
            if not part:
                return False
            self._read.append(part)

    def _relieve(self) -> None:
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        more = True
        while more:
            poll.poll()
            with self._lock:
                more = self._empty()
