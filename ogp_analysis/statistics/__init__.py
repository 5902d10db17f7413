"""Models: from an estimation sample to a frozen result. The only room that fits anything."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
