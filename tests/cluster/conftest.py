"""A project, and what one machine makes of it: the mark for what a cluster makes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.publishing.conftest import Checkout

#: Runs that take a second each, so that there is time to do something to those who do them.
SLOW = [word for mark in "abcdef" for word in ("-p", "mark", mark)]


@pytest.fixture(scope="session")
def reference(tmp_path_factory) -> Checkout:
    """A checkout with the reports that one machine has made. Not to be changed."""
    checkout = Checkout.make(tmp_path_factory.mktemp("reference") / "checkout")
    told = checkout.ogp("run", "--all", "--jobs", "2")
    assert told.returncode == 0, told.stderr
    told = checkout.ogp("run", "faulty", "-p", "fault", "slow", *SLOW, "--jobs", "2")
    assert told.returncode == 0, told.stderr
    return checkout


@pytest.fixture
def checkout(reference, tmp_path) -> Checkout:
    """The same checkout, with its tables, before anything was run."""
    made = reference.copy(tmp_path / "client" / "checkout")
    shutil.rmtree(made.reports)
    return made


def same_tables(one: Path, other: Path) -> list[str]:
    """Return the files in which two folders of cleaned tables differ; the page names nothing but what they hold."""
    both = [
        {f.relative_to(top).as_posix(): f.read_bytes() for f in top.rglob("*") if f.is_file() and f.name != ".lock"}
        for top in (one, other)
    ]
    assert both[0]
    return sorted(name for name in {**both[0], **both[1]} if both[0].get(name) != both[1].get(name))
