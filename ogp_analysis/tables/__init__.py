"""Tables: from a frame or a result to a table with headings, units and caption. They write, never fit."""

from ogp_analysis.tables.table import TABLE_MIME, Heading, Table, as_html, as_text, shown, table

__all__ = ["TABLE_MIME", "Heading", "Table", "as_html", "as_text", "shown", "table"]
