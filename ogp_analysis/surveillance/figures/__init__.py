"""Figures of surveillance."""
