"""The pantry: builds clean tables, keeps them in data/processed, and hands them out. The only door to them."""

from ogp_analysis.store.build import build, editions_of
from ogp_analysis.store.hand_out import handed_out, load, provenance, record

__all__ = ["build", "editions_of", "handed_out", "load", "provenance", "record"]
