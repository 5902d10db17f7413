"""Surveillance: what is documented of its use, its vendors and its oversight."""
