"""Cleaning: one module per dataset, pure functions from raw text to clean tables and the record of what was done."""
