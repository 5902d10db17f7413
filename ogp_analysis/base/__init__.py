"""What every room stands on: faults, folders, countries, indicators, schemas, words, hashes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["types"])
