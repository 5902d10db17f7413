"""Procurement in the Open Contracting Data Standard (OCDS): from files of any version and shape to nine tables."""
