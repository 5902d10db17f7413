"""The warm process: imports the stack once, and forks itself for every notebook.

``python -m ogp_analysis.publishing.engine.zygote`` speaks :mod:`ogp_analysis.publishing.engine.protocol` on the
connection that is its standard input. It is a program of its own, apart from the command line, so that it has one
thread: a process with more cannot be forked safely. It starts processes and reports how they ended; which runs when
is up to the pool of :class:`ogp_analysis.publishing.engine.client.WarmProcess`.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.publishing.engine import environment, fork, linux
from ogp_analysis.publishing.engine.journal import Journal
from ogp_analysis.publishing.engine.warmup import NotBeforehand, look_at, make_kernel, rehearse, warm_up

#: How often to look whether the other side is still there, in seconds.
_LOOK = 2.0
#: No message is longer.
_LONGEST = 1 << 18


def main() -> int:
    """Warm up, say so, and serve until the other side has gone."""
    gc.disable()  # what imports make stays: looking for what does not, again and again, takes a tenth of their time
    folder = Path.cwd()
    if sys.path[0] == str(folder):
        del sys.path[0]  # as ipykernel's launcher does; IPython puts the folder of the notebook in its place
    link = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    kernel, reason = make_kernel()
    hello = link.recv(_LONGEST)
    answer = {"ready": True}
    if hello:
        wanted = json.loads(hello)
        try:
            reason = reason or warm_up(kernel, wanted["modules"], wanted["foreign"])
            answer = {"cold": reason} if reason else answer
        except NotBeforehand as module:
            answer = {"without": str(module)}
        link.send(json.dumps(answer).encode())
        if "ready" not in answer:
            return 0
        gc.freeze()
        gc.enable()
        Zygote(kernel, link).serve()
    # Its owner removes the folder, unless that was killed.
    shutil.rmtree(folder, ignore_errors=True)
    return 0


@dataclass
class Run:
    """A fork: its number, its process, the connection to who has asked for it, and whether its time is over."""

    number: int
    pid: int
    connection: socket.socket
    late: bool = False


class Zygote:
    """Forks runs, and reports how they ended."""

    def __init__(self, kernel, link: socket.socket) -> None:
        self.kernel, self.link = kernel, link
        self.runs: dict[int, Run] = {}
        self.seen: set[str] = set()
        self.parent = os.getppid()
        self.poll = select.poll()
        self.poll.register(link, select.POLLIN)
        linux.adopt_orphans()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def serve(self) -> None:
        """Serve until the other side closes the link or ends."""
        try:
            while os.getppid() == self.parent:
                for descriptor, _ in self.poll.poll(_LOOK * 1000):
                    if descriptor in self.runs:
                        self._ended(descriptor)
                    elif not self._asked():
                        return
        finally:
            for pid in [run.pid for run in self.runs.values()] + linux.children():
                linux.end(pid)

    def _asked(self) -> bool:
        """Do what is asked for; return whether more may come."""
        try:
            message, descriptors, *_ = socket.recv_fds(self.link, _LONGEST, 2, socket.MSG_CMSG_CLOEXEC)
        except ConnectionError:
            return False
        if not message:
            return False
        asked = json.loads(message)
        if descriptors:
            self._fork(asked, *descriptors)
        for run in self.runs.values():
            if run.number == asked.get("end"):
                run.late = True
                linux.signal_group(run.pid)
        return True

    def _fork(self, asked: dict, connection: int, journal: int) -> None:
        if asked["input"] and asked["input"] not in self.seen:
            self.seen.add(asked["input"])
            look_at(asked["input"])
        if rehearse(Journal(journal).read()[0]["request"]):
            gc.collect()
            gc.freeze()  # so that a search in a run does not write to what was made
        if len(linux.threads()) > 1:
            raise RuntimeError(f"threads in the warm process: {linux.threads()}")
        own, me = socket.socket(fileno=connection), os.getpid()
        pid = os.fork()
        if pid == 0:
            for run in self.runs.values():
                run.connection.close()
            fork.run(asked["fork"], self.kernel, Journal(journal), own, me, [self.link.fileno(), *self.runs])
        os.close(journal)
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)  # here too, so that it has its group before either side needs it
        pidfd = os.pidfd_open(pid)
        self.runs[pidfd] = Run(asked["fork"], pid, own)
        self.poll.register(pidfd, select.POLLIN)
        self._say(own, {"pid": pid})

    @staticmethod
    def _say(connection: socket.socket, message: dict) -> None:
        with contextlib.suppress(ConnectionError):  # nobody waits for the run any more
            connection.send(json.dumps(message).encode())

    def _ended(self, pidfd: int) -> None:
        run = self.runs.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        linux.signal_group(run.pid)  # not yet waited for, so the number is still its own
        _, status, used = os.wait4(run.pid, 0)
        # Processes that the run started and left, in whatever session, are children of this process now. Their own
        # children come here only when they end; and the system's own list can miss some while others end.
        found = self._end_those_of(run, linux.children())
        while found or run.late:
            found = self._end_those_of(run, linux.every_child())
            if not found:
                break
        with run.connection:
            self._say(run.connection, {"status": status, "max_rss": used.ru_maxrss * 1024})

    def _end_those_of(self, run: Run, children: list[int]) -> bool:
        """End the children that a run has left; return whether there were any."""
        running = {r.pid for r in self.runs.values()}
        found = False
        for pid in set(children) - running:
            if linux.has_variable(pid, environment.RUN_VARIABLE, str(run.number)):
                linux.end(pid)
                found = True
            else:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
        return found


if __name__ == "__main__":
    status = main()
    atexit._run_exitfuncs()
    os._exit(status)  # without taking apart what was imported; somebody waits for the end
