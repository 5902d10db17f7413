"""The command ``ogp-analysis``: known faults end in one sentence, never in a traceback."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.terminal import Escaped

#: Faults of a disk or of rights, which no program can mend.
_OF_THE_SYSTEM = (errno.EACCES, errno.EDQUOT, errno.EIO, errno.ENOSPC, errno.EPERM, errno.EROFS)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: work was tried and failed. 2: it cannot be done as it was typed. 130: stopped by the user. 143: told to
    end.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name may hold a letter that the terminal has not
            stream.reconfigure(errors="backslashreplace")
    if arguments is None:  # a process that is told to end removes what it keeps for the time of its work
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with redirect_stdout(Escaped(sys.stdout)), redirect_stderr(Escaped(sys.stderr)):
        return _run(arguments)


def _run(arguments: list[str] | None) -> int:
    import click

    from ogp_analysis.cli import commands

    try:
        return commands.main(arguments, prog_name="ogp-analysis", standalone_mode=False) or 0
    except OgpAnalysisError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        if arguments is None:  # a second Ctrl-C while the interpreter ends would end it by the signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("Stopped. What was finished is kept; the same command goes on from here.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno not in _OF_THE_SYSTEM:
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror}. Mend that, then run the same command again.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
