"""Delimited text: how a file is laid out, and the one reader of it, quick where nothing is wrong."""
