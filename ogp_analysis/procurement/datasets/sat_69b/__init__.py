"""The list of article 69-B of Mexico, from files of two layouts to two tables."""
