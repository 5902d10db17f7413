"""The warm process: imports the stack once, and forks itself for every notebook.

``python -m ogp_analysis.publishing.engine.zygote`` speaks :mod:`ogp_analysis.publishing.engine.protocol` on its
standard streams. It is a program of its own, apart from the command line, so that it has one thread: a
process with more cannot be forked safely. Started by :class:`ogp_analysis.publishing.engine.warm.WarmProcess`.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import select
import shutil
import signal
import sys
import time
from collections import deque
from pathlib import Path
from typing import NoReturn

from ogp_analysis.publishing.engine import environment, fork, linux
from ogp_analysis.publishing.engine.forked import Run
from ogp_analysis.publishing.engine.journal import Journal
from ogp_analysis.publishing.engine.outcome import reply
from ogp_analysis.publishing.engine.protocol import Link
from ogp_analysis.publishing.engine.turn import Turn
from ogp_analysis.publishing.engine.warmup import NotBeforehand, look_at, make_kernel, warm_up

#: How often to look whether the other side is still there, in seconds.
_LOOK = 2.0


def main() -> int:
    """Warm up, say so, and serve until the other side has gone."""
    gc.disable()  # what imports make stays: looking for what does not, again and again, takes a tenth of their time
    folder = Path.cwd()
    if sys.path[0] == str(folder):
        del sys.path[0]  # as ipykernel's launcher does; IPython puts the folder of the notebook in its place
    link = Link(os.dup(0), os.dup(1))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    kernel, reason = make_kernel()
    hello = link.receive()
    if hello is None:
        _remove(folder)
        return 0
    try:
        reason = reason or warm_up(kernel, hello[0]["modules"], hello[0]["foreign"])
    except NotBeforehand as module:
        link.send({"without": str(module)})
        return 0
    if reason:
        link.send({"cold": reason})
        return 0
    gc.freeze()
    gc.enable()
    link.send({"ready": True})
    Zygote(kernel, link, hello[0]["jobs"]).serve(hello[1:])
    _remove(folder)
    return 0


class Zygote:
    """Forks runs, and tells what became of them. At most `jobs` run at a time; the next is got ready meanwhile."""

    def __init__(self, kernel, link: Link, jobs: int) -> None:
        self.kernel, self.link, self.jobs = kernel, link, max(1, jobs)
        self.waiting: deque[dict] = deque()
        self.runs: dict[int, Run] = {}
        self.turns: dict[int, Run] = {}
        self.count = 0
        self.seen: set[str] = set()
        self.parent = os.getppid()
        self.poll = select.poll()
        self.poll.register(link.incoming, select.POLLIN)
        linux.adopt_orphans()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def serve(self, requests: list[dict]) -> None:
        """Serve until the other side closes the link or ends."""
        self.waiting.extend(requests)
        try:
            while os.getppid() == self.parent:
                self._go_on()
                if not self._look():
                    return
        except BrokenPipeError:
            return
        finally:
            self._end_all()

    def _go_on(self) -> None:
        """Give turns that are free, and get one more run ready than there are turns."""
        while True:
            running = [run for run in self.runs.values() if run.begun and not run.over]
            ready = [run for run in self.runs.values() if not run.begun]
            if ready and len(running) < self.jobs:
                ready[0].begin()
            elif self.waiting and not ready:
                self._start(self.waiting.popleft())
            else:
                return

    def _look(self) -> bool:
        """Wait for what comes first: a request, the end of a turn or a run, or its deadline."""
        now = time.monotonic()
        wait = min([_LOOK, *(r.deadline - now for r in self.runs.values())])
        for descriptor, _ in self.poll.poll(max(0, wait) * 1000 + 1):
            if descriptor in self.turns:
                self._turn_over(descriptor)
            elif descriptor in self.runs:
                self._ended(descriptor)
            elif descriptor == self.link.incoming:
                if (requests := self.link.receive()) is None:
                    return False
                self.waiting.extend(requests)
        for run in self.runs.values():
            if time.monotonic() >= run.deadline:
                run.late = True
                linux.signal_group(run.pid)
        return True

    def _start(self, request: dict) -> None:
        if request["input"] not in self.seen:
            self.seen.add(request["input"])
            look_at(request["input"])
        if len(linux.threads()) > 1:
            raise RuntimeError(f"threads in the warm process: {linux.threads()}")
        self.count += 1
        request = {**request, "number": self.count}
        journal, turn, me = Journal(), Turn(), os.getpid()
        pid = os.fork()
        if pid == 0:
            turn.close()
            for run in self.runs.values():
                run.free()
            fork.run(request, self.kernel, journal, turn, me, [self.link.incoming, self.link.outgoing, *self.runs])
        turn.leave()
        _own_group(pid)
        pidfd = os.pidfd_open(pid)
        self.runs[pidfd] = self.turns[turn.fileno()] = Run(request, pid, journal, turn)
        self.poll.register(pidfd, select.POLLIN)
        self.poll.register(turn, select.POLLIN)
        self.link.send({"started": request["id"], "pid": pid})

    def _turn_over(self, descriptor: int) -> None:
        self.poll.unregister(descriptor)
        self.turns.pop(descriptor).over = True

    def _ended(self, pidfd: int) -> None:
        run = self.runs.pop(pidfd)
        if run.turn.fileno() in self.turns:
            self._turn_over(run.turn.fileno())
        self.poll.unregister(pidfd)
        os.close(pidfd)
        linux.signal_group(run.pid)  # not yet waited for, so the number is still its own
        _, status, used = os.wait4(run.pid, 0)
        self._end_left_behind(run)
        seconds = time.monotonic() - run.begun if run.begun else 0.0
        try:
            answer = reply(run.request, run.journal.read(), status, run.late)
        finally:
            run.free()
        self.link.send({**answer, "seconds": seconds, "max_rss": used.ru_maxrss * 1024})

    def _end_left_behind(self, run: Run) -> None:
        """End what a run has started and left, in whatever session: it has become a child of this process."""
        found = self._end_those_of(run, linux.children())
        # What it started may have started more, which is handed on only when that has ended; and the
        # system's own list of children can miss some while others end.
        while found or run.late:
            found = self._end_those_of(run, linux.every_child())
            if not found:
                break

    def _end_those_of(self, run: Run, children: list[int]) -> bool:
        """End the children that a run has left; return whether there were any."""
        running = {r.pid for r in self.runs.values()}
        found = False
        for pid in set(children) - running:
            if linux.has_variable(pid, environment.RUN_VARIABLE, str(run.request["number"])):
                linux.end(pid)
                found = True
            else:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
        return found

    def _end_all(self) -> None:
        for run in self.runs.values():
            linux.end(run.pid)
        for pid in linux.children():
            linux.end(pid)


def _remove(folder: Path) -> None:
    """Remove the folder of this process when nobody is there any more; its owner does so, unless it was killed."""
    shutil.rmtree(folder, ignore_errors=True)


def _own_group(pid: int) -> None:
    """Give a fork its own process group, here too, so that it has one before either side needs it."""
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        return


def _end(code: int) -> NoReturn:
    """End without taking apart what was imported; somebody waits for it."""
    atexit._run_exitfuncs()
    os._exit(code)


if __name__ == "__main__":
    _end(main())
