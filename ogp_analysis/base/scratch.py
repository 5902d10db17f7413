"""Temporary folders that bear the number of their process, so that those of killed processes can be removed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

_NAME = "ogp-analysis-"
_OF = re.compile(rf"{_NAME}(\d+)-\w+\Z")


class Scratch(tempfile.TemporaryDirectory):
    """A temporary folder, removed with the block that it is made for; making one removes those of killed processes."""

    def __init__(self) -> None:
        _sweep(Path(tempfile.gettempdir()))
        super().__init__(prefix=f"{_NAME}{os.getpid()}-", ignore_cleanup_errors=True)


def _sweep(folder: Path) -> None:
    """Remove the folders of this user that processes which have ended left."""
    for left in folder.glob(f"{_NAME}*"):
        found = _OF.match(left.name)
        with suppress(OSError):
            if found and not left.is_symlink() and left.stat().st_uid == os.geteuid() and not _runs(int(found[1])):
                shutil.rmtree(left)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
