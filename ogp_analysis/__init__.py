"""Civic space, open-government commitments and surveillance procurement: reproducible research.

``import ogp_analysis as ogp`` imports nothing of the package; a name is fetched from its room when it is first used.
The names stand in ``__init__.pyi``, here and in each wing.
"""

import sys
from importlib import import_module
from types import ModuleType

import lazy_loader

_stub_getattr, _stub_dir, __all__ = lazy_loader.attach_stub(__name__, __file__)

#: Every public name and the module it lives in.
FRONT_DOOR = {
    "FEWEST_CLUSTERS": "ogp_analysis.statistics.rates",
    "facts": "ogp_analysis.statistics.facts",
    "say": "ogp_analysis.base.words.aloud",
    "share_values": "ogp_analysis.statistics.shares",
    "shares_with_intervals": "ogp_analysis.statistics.shares",
    "show": "ogp_analysis.base.words.aloud",
    "word": "ogp_analysis.base.words.catalogue",
}


class _FrontDoor(ModuleType):
    """A room may bear the name of what it is known for; here that name always means the public one."""

    def __setattr__(self, name: str, value) -> None:
        if not (name in FRONT_DOOR and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor


def __getattr__(name: str):
    if name == "__version__":
        return import_module("importlib.metadata").version("ogp-analysis")
    if name not in FRONT_DOOR:
        return _stub_getattr(name)
    value = getattr(import_module(FRONT_DOOR[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_stub_dir(), "__version__"])
