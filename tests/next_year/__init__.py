"""Made "next years" of published files: one more year, one more column, another country, revised values."""
