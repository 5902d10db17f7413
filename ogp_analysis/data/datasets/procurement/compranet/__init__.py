"""Contracts and procedures of CompraNet and ComprasMX, from files of any layout to two tables."""
