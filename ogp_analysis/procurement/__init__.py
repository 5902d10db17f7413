"""Contracting processes: who buys from whom, at what price, under which rule, and what asks for a second look."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
