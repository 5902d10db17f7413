"""Contract awards under World Bank projects, from two files to two tables."""
