"""The Open Government Partnership: members, action plans, commitments, and how plans are made."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
