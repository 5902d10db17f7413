"""From notebook to published report: runs, the engine that executes them, pages, citations.

All of it needs the extra ``notebooks``; without it, importing this room is one sentence that says so.
"""

from ogp_analysis.base.errors import needs

needs("notebooks")
