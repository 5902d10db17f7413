"""Cleaning: one module a dataset, pure functions from raw text to clean tables and the record of what was done."""
