"""Which measures beside the core index there are."""

from ogp_analysis.base.indicators import indicators

#: Civil society and the other sides of civic space in V-Dem 14, published without bounds. The core index is the first.
CORE_INDICES = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_frassoc_thick"),
    *("v2x_civlib", "v2caassemb", "v2csprtcpt", "v2cscnsult", "v2mecenefi", "v2meharjrn", "v2meslfcen"),
)
#: All measures of civic space, liberties and democracy in the catalogue, in its order, beside those of V-Dem 14: what
#: version 15 repeats of them is shown with bounds, and what version 16 repeats, to 2025, only where a page names it.
#: Controls such as income are not such measures.
OTHER_MEASURES = tuple(
    one.id
    for one in indicators()
    if one.direction != "higher is more" and not (one.dataset == "vdem" and one.version in ("14", "16"))
)
#: Series of V-Dem 16 for all countries, to 2025; in no other measure's line or change.
NEWER_RELEASE = tuple(one.id for one in indicators() if (one.dataset, one.version) == ("vdem", "16"))
