"""How `make docs` builds the pages: Sphinx, with what stands in `docs/extensions`."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "extensions"))

project = "ogp_analysis"
author = "The ogp_analysis authors"
copyright = author
version = release = metadata.version("ogp-analysis")
language = "en"

extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser", "reference", "outside", "flags", "executed"]
exclude_patterns = ["extensions"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}

# An address for every heading, as the pages of a Git host make them, so that links work in both places.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings state them
add_module_names = False
numpydoc_show_class_members = False
numpydoc_validation_checks = set()  # tests/docs looks at docstrings

html_theme = "pydata_sphinx_theme"
html_title = "ogp_analysis"
html_theme_options = {
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_nav_level": 1,
    "header_links_before_dropdown": 6,
}
html_copy_source = False
html_show_sourcelink = False
# The pages do not say when they were built: the same text gives the same bytes.
html_last_updated_fmt = None
