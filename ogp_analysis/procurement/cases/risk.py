"""The corruption risk index of a case, by the rules published for its country, as a description."""

from __future__ import annotations

from dataclasses import replace

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.risk_index.index import RiskIndex, risk_index

#: Whose rules hold in which country.
_RULES = {"MEX": "mexico"}
#: A component that reads a missing date as risk; where the files hold no such date at all it says nothing of an award.
_BY_ABSENCE = "call_for_tender"


def case_risk(case: Case) -> RiskIndex | None:
    """Return the index of the awards of a case; None if no rules are published for its country.

    Quantiles and shares are those of all buyers in the years asked for. Where a publication has no date of a call,
    or no deadline, for any award, the component that counts a missing date as risk is left out.
    """
    country = _RULES.get(case.publication.iso3)
    if country is None:
        return None
    found = risk_index(case.peers.assign(amount=case.peers["value"]), country)
    dates = case.peers[["call_date", "deadline"]].notna().any()
    if not dates.all():
        found = _without(found, _BY_ABSENCE)
    frame = found.frame.loc[case.awards.index]
    coverage = {name: float(frame[name].notna().mean()) for name in found.components}
    return replace(found, frame=frame, coverage=coverage)


def _without(found: RiskIndex, component: str) -> RiskIndex:
    frame = found.frame.assign(**{component: float("nan")})
    parts = frame[list(found.components)]
    return replace(found, frame=frame.assign(index=parts.mean(axis=1), n_components=parts.notna().sum(axis=1)))
