"""Contracting processes: who buys from whom, at what price, under which rule, and what asks for a second look."""
