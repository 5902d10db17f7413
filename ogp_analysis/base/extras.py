"""What is not installed with the library alone: one sentence names the extra that brings it."""

from __future__ import annotations

from importlib.util import find_spec

from ogp_analysis.base.errors import MissingExtra, listed

#: By extra of ``pyproject.toml``: what it is for, and what is imported of it.
EXTRAS = {
    "notebooks": (
        "running notebooks and making reports",
        ("IPython", "ipykernel", "jupyter_client", "mistune", "nbclient",
         "nbformat", "papermill", "pygments"),
    ),
    "pdf": ("drawing figures as PNG, and reports as PDF", ("PIL", "pypdfium2", "typst")),
    "cluster": ("working on a cluster", ("distributed",)),
}  # fmt: skip


def needs(extra: str) -> None:
    """Make sure that what an extra brings is installed. Nothing is imported.

    Parameters
    ----------
    extra : str
        A key of :data:`EXTRAS`.

    Raises
    ------
    MissingExtra
        If some of it is not; names the extra and how to install it.
    """
    purpose, modules = EXTRAS[extra]
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        what = f"{len(absent)} of {len(modules)} packages it needs are not installed, {listed(absent)}"
        what = what if len(modules) > 1 else f"the package it needs, {absent[0]!r}, is not installed"
        action = f"Install the extra: pip install 'ogp-analysis[{extra}]'"
        raise MissingExtra(purpose[0].upper() + purpose[1:], what, action)
