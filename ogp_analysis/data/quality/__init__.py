"""What is missing in a table, and what the tables that a notebook was handed rest on."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
