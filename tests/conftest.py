"""What the tests share: the project, and the mirror of the published files where one is given."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from ogp_analysis import paths


@pytest.fixture(scope="session")
def mirror() -> Path:
    """The folder of the published raw files; tests that read real data are skipped without it."""
    folder = paths.mirror()
    if folder is None:
        pytest.skip(f"{paths.MIRROR_VARIABLE} is not set")
    return folder


def pytest_configure() -> None:
    """Take back signals that whoever started the tests ignores: processes started here would ignore them too."""
    for one, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(one) is signal.SIG_IGN:
            signal.signal(one, usual)
