"""How good the data are: rules and counts, missing years, unmatched names, corrections, revisions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
