"""Figures: from a result to a drawing. They draw; they never fit and never save."""
