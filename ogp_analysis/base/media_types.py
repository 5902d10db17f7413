"""Media types of what a cell shows beside text and pictures, for who reads the executed notebook again."""

FIGURE_MIME = "application/vnd.ogp-analysis.figure+json"
#: The same drawing for a telephone, as SVG.
NARROW_MIME = "application/vnd.ogp-analysis.narrow+svg"
#: Marks the caption that is shown below a drawing, which the drawing carries itself.
CAPTION_MIME = "application/vnd.ogp-analysis.caption+json"
TABLE_MIME = "application/vnd.ogp-analysis.table+json"
