"""The Common Procurement Vocabulary of the European Union, editions of 2003 and 2008, in four languages.

References
----------
Regulation (EC) No 2195/2002 and Commission Regulation (EC) No 213/2008.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning.country_year import known, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import Cleaned, kept_but
from ogp_analysis.data.datasets.procurement.checks import matching

EDITIONS = {"1": "2003", "2": "2008"}
KINDS = {"1": "goods", "2": "works", "3": "services"}
LANGUAGES = {"messages.es_es.yaml": "es", "messages.fr_fr.yaml": "fr", "messages.pt_pt.yaml": "pt"}
_CODE = r"\d{8}-\d"
_COLUMNS = ("code", "numericCode", "parent", "version", "type", "name")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``codes``, or for a file of translations a table of English and translated names.

    Raises
    ------
    CleaningError
        If a column is absent, or a code, an edition or a kind is unknown.
    """
    if source.files in LANGUAGES:
        require(chunk, ("key", "value"))
        table = pd.DataFrame({"name_en": chunk["key"], f"name_{LANGUAGES[source.files]}": chunk["value"]})
        return Cleaned({source.files: table}, kept_but(chunk))
    require(chunk, _COLUMNS)
    code = matching(chunk, "code", _CODE, "codes that are not CPV codes")
    refuse(chunk, "numericCode", chunk["numericCode"] != code.str[:8].str.lstrip("0"), "numbers of another code")
    table = pd.DataFrame(
        {
            "edition": known(chunk, "version", EDITIONS).map(EDITIONS),
            "code": code,
            "parent": matching(chunk, "parent", f"(?:{_CODE})?", "parents that are not CPV codes"),
            "kind": known(chunk, "type", KINDS).map(KINDS),
            "name_en": chunk["name"],
        }
    )
    return Cleaned({"codes": table}, kept_but(chunk))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Give each code its names in the other languages, which the files key on the English name.

    Raises
    ------
    CleaningError
        If the parent of a code is not in its edition.
    """
    whole = concatenate(parts)
    codes = whole.tables["codes"]
    for file in LANGUAGES:
        codes = codes.merge(whole.tables[file], on="name_en", how="left")
    above = codes.loc[codes["parent"] != "", ["edition", "parent"]]
    orphans = above.loc[~pd.MultiIndex.from_frame(above).isin(codes.set_index(["edition", "code"]).index), "parent"]
    if len(orphans):
        what = f"{len(orphans)} codes have a parent that is not in the list, {listed(orphans)}"
        raise CleaningError("cpv", what, "Download it again")
    return Cleaned({"codes": codes}, whole.record)


(SCHEMA,) = schemas(toml(__file__, "cpv.toml"), editions=EDITIONS.values(), kinds=KINDS.values())

DATASET = declare("cpv", clean, (SCHEMA,), finish)
