"""Contracting processes: who buys from whom, at what price, under which rule, and which of it asks for a second look."""
