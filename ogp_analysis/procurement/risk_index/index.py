"""The index: the mean of the components that are present, with how many there were."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import SchemaError, listed
from ogp_analysis.procurement.risk_index.components import COMPONENTS, secrecy_score
from ogp_analysis.procurement.risk_index.rules import rules as rules_of

#: What a frame of awards has to carry; ``secrecy`` is looked up.
COLUMNS = (
    "buyer_id supplier_id year method international call_date deadline award_date amount n_bids supplier_country"
).split()


@dataclass(frozen=True)
class RiskIndex:
    """The corruption risk index of awards.

    Attributes
    ----------
    country : str
        Whose rules.
    frame : pandas.DataFrame
        One row per award, with the index of the frame of awards: a column a component, 0 (no risk) to 1
        (risk), ``index``, their mean, and ``n_components``, how many of them there were.
    components : tuple of str
        Those that enter the index by the rules.
    """

    country: str
    frame: pd.DataFrame
    components: tuple[str, ...]

    @property
    def n(self) -> int:
        """All awards."""
        return len(self.frame)

    @property
    def coverage(self) -> dict[str, float]:
        """Share of awards for which a component could be computed."""
        return {name: float(self.frame[name].notna().mean()) if self.n else 0.0 for name in self.components}


def risk_index(awards: pd.DataFrame, country: str, secrecy: pd.DataFrame | None = None) -> RiskIndex:
    """Compute the corruption risk index of the Government Transparency Institute.

    A high value means that several circumstances meet which go with corruption risk where that was
    studied. It is not a finding about any award. Quantiles are those of the awards given, so the index of
    a part of them is not that of the whole.

    Parameters
    ----------
    awards : pandas.DataFrame
        One row per awarded lot or contract, with the columns of :data:`COLUMNS`: ids as text, ``year`` of the
        award, ``method`` as the country's rules name it, ``international`` boolean, dates, ``amount`` in one
        currency, ``n_bids``, ``supplier_country`` ISO alpha-2. Missing stays missing. Not changed.
    country : str
        ``"malta"`` or ``"mexico"``: whose rules.
    secrecy : pandas.DataFrame, optional
        Financial Secrecy Index, ``iso2, year, score``. Without it the tax-haven component is missing throughout.

    Raises
    ------
    SchemaError
        If a column is absent.
    UnknownName
        If there are no rules for the country.
    """
    absent = [name for name in COLUMNS if name not in awards.columns]
    if absent:
        what = f"{len(absent)} columns are absent, {listed(absent)}"
        raise SchemaError("awards", what, "Add them; their values may be missing")
    rules = rules_of(country)
    scored = awards.assign(secrecy=float("nan") if secrecy is None else secrecy_score(awards, secrecy, rules))
    computed = {name: COMPONENTS[name](scored, rules) for name in rules["components"]}
    if secrecy is None and "tax_haven" in computed:
        computed["tax_haven"] = computed["tax_haven"] * float("nan")
    frame = pd.DataFrame(computed, index=awards.index)
    names = tuple(frame.columns)
    frame["index"] = frame[list(names)].mean(axis=1)
    frame["n_components"] = frame[list(names)].notna().sum(axis=1)
    return RiskIndex(country, frame, names)
