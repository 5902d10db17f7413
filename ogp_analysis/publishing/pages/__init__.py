"""From an executed notebook to a report folder."""
