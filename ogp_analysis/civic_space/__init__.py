"""Civic space: its datasets, the country-year panel, how it moved, where measures agree."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
