"""The cleaners, in a folder for each wing that asks about them: raw text to tables, and the record of every change."""
