"""Figures of civic space."""
