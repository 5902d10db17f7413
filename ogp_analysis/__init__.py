"""Civic space, open-government commitments and surveillance procurement: reproducible research.

``import ogp_analysis as ogp`` imports nothing of the package; a name is fetched from its room when it is first used.
The names stand in ``__init__.pyi``, here and in each wing.
"""

import lazy_loader

_fetched, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str):
    if name == "__version__":
        from importlib.metadata import version

        return version("ogp-analysis")
    from ogp_analysis.base.errors import MissingExtra

    try:
        return _fetched(name)
    except MissingExtra as error:
        missing = error

    def refused(*_, **__):
        raise missing

    return refused
