"""Media types of outputs beside text and pictures, by which an executed notebook is read again."""

FIGURE_MIME = "application/vnd.ogp-analysis.figure+json"
#: The same drawing for a telephone, as SVG.
NARROW_MIME = "application/vnd.ogp-analysis.narrow+svg"
#: Marks the caption that is shown below a drawing, which the drawing carries itself.
CAPTION_MIME = "application/vnd.ogp-analysis.caption+json"
TABLE_MIME = "application/vnd.ogp-analysis.table+json"
