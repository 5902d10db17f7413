"""From a list of runs to published reports."""
