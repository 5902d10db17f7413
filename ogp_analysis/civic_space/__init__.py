"""Civic space: its datasets, the country-year panel, how it moved, where measures agree."""
