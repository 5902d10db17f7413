"""Tax codes of Mexico (RFC) that can be relied on as identities."""

from __future__ import annotations

import pandas as pd
from stdnum.mx import rfc

from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folding import by_value

#: Valid: form, date and check digit are right. Unverified: the form is, the rest is not: perhaps a slip of the pen, but
#: the tax authority lists some itself. No identity: blank, malformed, or one that stands for nobody in particular.
STATUSES = ("valid", "unverified", "none")
_WELL_FORMED = ("legal_entity", "natural_person")


def checked(codes: pd.Series) -> pd.DataFrame:
    """Return ``rfc`` (tidied), ``kind`` (as in :func:`persons.tax_codes`) and ``status``, one of :data:`STATUSES`.

    Twelve characters are a legal entity's, thirteen a natural person's. The check digit is that of
    the tax authority's rule, as ``stdnum.mx.rfc`` has it.
    """

    def of_distinct(codes: pd.Series) -> pd.DataFrame:
        read = persons.tax_codes(codes)
        good = read["status"].isin(_WELL_FORMED)
        valid = pd.Series([rfc.is_valid(c, validate_check_digits=True) for c in read["rfc"]], read.index, "bool")
        status = pd.Series("none", index=read.index, dtype="str").mask(good, "unverified").mask(good & valid, "valid")
        return pd.DataFrame({"rfc": read["rfc"].where(good, ""), "kind": read["status"], "status": status})

    return by_value(codes, of_distinct)
