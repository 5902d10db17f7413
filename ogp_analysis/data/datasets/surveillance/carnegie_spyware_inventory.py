"""Global inventory of commercial spyware and digital forensics: governments listed with a vendor's product.

A row says that the inventory documents a government as customer or suspected operator; it does not say
that the government has the product, nor that its use was unlawful. Spyware, forensics and others are
different things: count them apart. The inventory rests in good part on Citizen Lab, as the lists in
``spyware_operator_countries`` do, so the two are not independent.

References
----------
Feldstein and Kot (2023), Global Inventory of Commercial Spyware and Digital Forensics, version 10,
doi:10.17632/csvhpkt8tm.10.
"""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlsplit

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.country_year import codes_of_names, known
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but

STATED = Declared(__file__)


_DESCRIPTION, _CONFIDENCE = "Description", "Lower confidence sources"
_SOURCES = (*(f"Source {i}" for i in range(1, 8)), "Unnamed: 19", "Unnamed: 20")
_SHIFTED = (_CONFIDENCE, *_SOURCES)
#: Two columns without a name, into which sources of shifted rows run.
_FURTHER = _SOURCES[-2:]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the inventory into the tables ``cases`` and ``vendor_countries``.

    Grain: one case of a country, a vendor and a period. Every row is kept. Ten rows are mended where
    a semicolon cut them, and one vendor's name; each changed cell is on the record.

    Raises
    ------
    CleaningError
        If a column is absent, a category, a period or a mark of confidence is unknown.
    UnknownName
        If a name is that of no country.
    """
    chunk = chunk.assign(**{name: "" for name in _FURTHER if name not in chunk.columns})
    whole = unshifted(chunk)
    moved = {name: (whole[name], "cells_shifted_by_semicolon") for name in (_DESCRIPTION, *_SHIFTED)}
    vendor = chunk["Commercial Entity"].str.rstrip(" ")
    whole, entries = mended(chunk, **moved, **{"Commercial Entity": (vendor, "trailing_blank")})
    sources = whole[list(_SOURCES)].apply(lambda row: [url for url in row if url.strip()], axis=1, result_type="reduce")
    hosts = sources.map(lambda urls: {urlsplit(url.strip()).netloc.removeprefix("www.") for url in urls})
    cases = STATED.read(
        whole,
        "cases",
        case=case_id(whole[LINE]),
        iso3=codes_of_names(whole, "Country of deployment"),
        vendor=vendor.mask(vendor == "Undisclosed", ""),
        lower_confidence=known(whole, _CONFIDENCE, ("", "x")) == "x",
        n_sources=sources.map(len),
        source_hosts=hosts.map(lambda found: " | ".join(sorted(found))),
    )
    origin = whole["Country of origin"]
    each = whole.assign(**{origin.name: origin.str.split(", ")})[origin != "Undisclosed"].explode(origin.name)
    vendors = pd.DataFrame({"case": case_id(each[LINE]), "vendor_iso3": codes_of_names(each, origin.name)})
    return Cleaned({"cases": cases, "vendor_countries": vendors.reset_index(drop=True)}, kept_but(chunk, *entries))


def unshifted(chunk: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every cell in its column.

    Where the mark of confidence holds words, they are the rest of the description, which was cut at
    a semicolon. The rest is joined to it again and the cells after it move one column to the left.
    """
    shifted = ~chunk[_CONFIDENCE].isin(["", "x"])
    moved = {name: chunk[name].mask(shifted, chunk[after]) for name, after in pairwise(_SHIFTED)}
    last = chunk[_SHIFTED[-1]]
    odd = chunk[shifted & (last != "")]
    if len(odd):
        where, line = str(odd[FILE].iloc[0]), odd[LINE].iloc[0]
        what = f"{len(odd)} rows that are moved by one column fill the last one too, for example line {line}"
        raise CleaningError(where, what, "Look at that row; if its columns are others, correct the source row")
    moved[_SHIFTED[-1]] = last
    moved[_DESCRIPTION] = chunk[_DESCRIPTION].mask(shifted, chunk[_DESCRIPTION] + ";" + chunk[_CONFIDENCE])
    return chunk.assign(**moved)


def case_id(lines: pd.Series) -> pd.Series:
    """Return the key of a case: the line of the published file, since the inventory gives none."""
    return lines.map("cc-{:04d}".format)


DATASET = declare("carnegie_spyware_inventory", clean, STATED.tables)
