"""How two tables were made from their files and what is missing in them, counted again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from . import files

#: What the repository holds of V-Dem 14 beside code, name, ISO code, kind of unit and year.
SERIES = (
    *("v2xcs_ccsi", "v2x_cspart", "v2csreprss", "v2cseeorgs", "v2x_freexp_altinf", "v2x_civlib", "v2x_clpriv"),
    *("v2x_frassoc_thick", "v2caassemb", "v2x_polyarchy", "v2x_libdem", "v2x_regime"),
)
#: Published stars, one column a rule.
STARS = {
    "star before June 2014": "Starred (pre-June 2014 assessments)",
    "star of 2015": "Starred (2015 only)",
    "star of today": "Starred (current formula) progress report",
}


def recount(mirror: Path, table: str) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    return {"ogp_commitments.commitments": commitments, "vdem.v14": vdem}[table](mirror)


def commitments(mirror: Path) -> dict[str, float]:
    """Rows of the vintage 2016, corrections read off the label beside each number, and answers that are not ratings."""
    rows = files.words(mirror / "ogp_commitments" / "2016" / "ogpirm_live_data.csv", header=1)
    impact, specificity = rows["Potential impact"], rows["Specificity"]
    # 4.2 of "4.20 Centre for …": a spreadsheet took the zero.
    titles = rows[["Comm No", "Commitment Title"]].itertuples(index=False, name=None)
    cut = ["." in number and title.strip().startswith(f"{number}0") for number, title in titles]
    found = {
        "rows in the file": len(rows),
        "rows": len(rows),
        "countries": rows["Country"].nunique(),
        "impact not reviewed, but numbered": int((impact.eq("NR") & rows["_Pot Impact Coded"].ne("NR")).sum()),
        "specificity not reviewed, but numbered": int((specificity.eq("NR") & rows["_Specificity"].ne("NR")).sum()),
        "specificity of none, numbered low": int((specificity.eq("None") & rows["_Specificity"].eq("1")).sum()),
        "numbers that lost a zero": sum(cut),
        # What is not rated has no number: not reviewed or without data by the label, which holds.
        "cells without a number of the impact": int(impact.isin(["NR", "ND"]).sum()),
    }
    for name, column in STARS.items():
        found |= {f"{name}, no data": int((rows[column] == "ND").sum()),
                  f"{name}, not reviewed": int((rows[column] == "NR").sum())}  # fmt: skip
    return found


def vdem(mirror: Path) -> dict[str, float]:
    """Rows of version 14, cells without a value from 2000 on, units without an ISO code, and both neighbours."""
    whole = pd.read_csv(mirror / "vdem" / "14" / "vdem_v14_1970_2023.csv.gz", low_memory=False)
    rows = whole[whole["year"] >= 2000]
    coded = rows["country_text_id"]
    without = coded.isin([one for one in files.PARTS if one != "PSE"])
    empty = int(rows[list(SERIES)].isna().sum().sum()) + int(without.sum())
    cells = len(rows) * (len(SERIES) + 5)
    compared = _compared(mirror, whole)
    return {
        "rows in the file": len(whole),
        "rows": len(rows),
        "empty cells": empty,
        "cells": cells,
        "share of empty cells": empty / cells,
        "rows without a code": int(without.sum()),
        "units without a code": coded[without].nunique(),
        "countries": coded[~without].nunique(),
        "sum of the core index": rows["v2xcs_ccsi"].sum(),
        "sum of the regimes": rows["v2x_regime"].sum(),
        "series in two versions": len(compared),
        "values compared": sum(len(both) for both in compared.values()),
        "values that differ": sum(int((both["old"] != both["new"]).sum()) for both in compared.values()),
        "civil liberties, mean absolute difference": _difference(compared["v2x_civlib"]).mean(),
        "liberal democracy, largest difference": _difference(compared["v2x_libdem"]).max(),
    }


def _compared(mirror: Path, fourteen: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Of each series that the repository holds in two versions, the values of the same unit and year."""
    pairs = dict.fromkeys(("v2x_civlib", "v2x_freexp_altinf", "v2x_frassoc_thick"), (12, 14))
    pairs |= dict.fromkeys(("v2x_polyarchy", "v2x_libdem"), (14, 15))
    tables = {14: fourteen, **{one: files.vdem(mirror, str(one)) for one in (12, 15)}}
    found = {}
    for name, versions in pairs.items():
        sides = []
        for version, side in zip(versions, ("old", "new"), strict=True):
            table = tables[version]
            code = "country_text_id" if "country_text_id" in table else "iso3"
            part = table.loc[table["year"] >= 2000, [code, "year", name]]
            sides.append(part.set_axis(["code", "year", side], axis=1))
        found[name] = sides[0].merge(sides[1], on=["code", "year"]).dropna()
    return found


def _difference(both: pd.DataFrame) -> pd.Series:
    return (both["new"] - both["old"]).abs()
