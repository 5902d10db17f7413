"""From the raw file to the clean table, and the table in hand: what it holds, and how good it is."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["quality"])
