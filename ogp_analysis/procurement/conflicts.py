"""Contradictions among the identifiers of suppliers."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.datasets import persons

#: One name of a firm with several tax codes; a folio with several codes, or with several names and no one code; one
#: name with several folios, or with a code and a folio that are of different rows.
KINDS = ("one_name_several_codes", "one_folio_several_codes", "one_folio_several_names", "one_name_several_folios")
_COLUMNS = ["conflict", "value", "identities", "rows"]


def found(spellings: pd.DataFrame) -> pd.DataFrame:
    """Return the contradictions among suppliers as written, sorted.

    Parameters
    ----------
    spellings : pandas.DataFrame
        One row per distinct supplier as written: ``name, who, key, rfc, rfc_status, rupc, person, label, rows,
        doubtful``.

    Returns
    -------
    pandas.DataFrame
        ``conflict`` (of :data:`KINDS`), ``value`` (the name or folio), ``identities`` (joined by ``; ``) and
        ``rows``. Where a natural person is concerned, value and identities are hidden.
    """
    firms = spellings[~spellings["person"] & (spellings["who"] != "")]
    coded = firms[firms["rfc"] != ""]
    several = coded.groupby("who")["rfc"].transform("nunique") > 1
    doubtful = spellings[spellings["doubtful"]]
    codes = doubtful["rfc"].where(doubtful["rfc"] != "")
    codes_differ = codes.groupby(doubtful["rupc"]).transform("nunique") > 1
    # A name joins no folio where it has several, or a code that has another one. All rows of a folio that is not
    # doubtful have one label; so several labels are of several folios.
    named = firms[(firms["key"] != "") & (firms["rupc"] != "") & ~firms["doubtful"]]
    apart = named.groupby("key")["label"].transform("nunique") > 1
    parts = [
        _told(coded[several], "one_name_several_codes", "who", coded["rfc"]),
        _told(doubtful[codes_differ], "one_folio_several_codes", "rupc", doubtful["rfc"]),
        _told(doubtful[~codes_differ], "one_folio_several_names", "rupc", doubtful["name"]),
        _told(named[apart], "one_name_several_folios", "key", "RUPC " + named["rupc"]),
    ]
    whole = pd.concat(parts, ignore_index=True)[_COLUMNS]
    return whole.sort_values(_COLUMNS, kind="stable", ignore_index=True)


def _told(rows: pd.DataFrame, conflict: str, value: str, identities: pd.Series) -> pd.DataFrame:
    groups = rows.assign(identity=identities[rows.index]).groupby(value)
    joined = groups["identity"].agg(lambda all_: "; ".join(sorted({one for one in all_ if one})))
    made = pd.DataFrame({"identities": joined, "rows": groups["rows"].sum()}).rename_axis("value").reset_index()
    hidden = groups["person"].any().to_numpy()
    shown = {name: made[name].mask(hidden, persons.HIDDEN) for name in ("value", "identities")}
    return made.assign(conflict=conflict, **shown)
