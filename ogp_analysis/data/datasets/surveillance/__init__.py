"""Inventories of surveillance technology and of its control: what is documented, where, by whom."""
