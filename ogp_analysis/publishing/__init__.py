"""From notebook to published report: runs, the engine that executes them, pages, citations."""
