"""Cleaners of indices of civic space, democracy and rights, and of the controls beside them."""
