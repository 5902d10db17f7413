"""Civic space, open-government commitments and surveillance procurement: reproducible research.

``import ogp_analysis as ogp`` imports nothing of the package; a name is fetched from its room when it is first used.
The names stand in ``__init__.pyi``, here and in each wing.
"""

import sys
from importlib import import_module
from types import ModuleType

import lazy_loader

_stub_getattr, _stub_dir, __all__ = lazy_loader.attach_stub(__name__, __file__)

#: Every public name and the module it lives in.
FRONT_DOOR = {
    "FEWEST_CLUSTERS": "ogp_analysis.statistics.rates",
    "against_ceilings": "ogp_analysis.procurement.cases.ceilings",
    "amounts_table": "ogp_analysis.procurement.tables.procurement",
    "answers_table": "ogp_analysis.procurement.tables.alerts",
    "buyer_concentrations": "ogp_analysis.procurement.concentration",
    "buyers_table": "ogp_analysis.procurement.tables.procurement",
    "carried_values": "ogp_analysis.procurement.tables.procurement_values",
    "case_flags": "ogp_analysis.procurement.cases.flagging",
    "case_risk": "ogp_analysis.procurement.cases.risk",
    "case_values": "ogp_analysis.procurement.tables.procurement_values",
    "ceiling_values": "ogp_analysis.procurement.tables.procurement_values",
    "ceilings_table": "ogp_analysis.procurement.tables.alerts",
    "concentration": "ogp_analysis.procurement.concentration",
    "concentration_curve": "ogp_analysis.procurement.figures",
    "concentration_values": "ogp_analysis.procurement.tables.procurement_values",
    "contracts_named": "ogp_analysis.procurement.tables.procurement_values",
    "currency_values": "ogp_analysis.procurement.tables.procurement_values",
    "difference_values": "ogp_analysis.procurement.tables.procurement_values",
    "differences_table": "ogp_analysis.procurement.tables.alerts",
    "digit_values": "ogp_analysis.procurement.tables.alerts",
    "facts": "ogp_analysis.statistics.facts",
    "field_coverage_table": "ogp_analysis.procurement.tables.procurement",
    "firms_table": "ogp_analysis.procurement.tables.procurement",
    "first_digits_table": "ogp_analysis.procurement.tables.alerts",
    "flag_rate_dots": "ogp_analysis.procurement.figures",
    "flag_rates": "ogp_analysis.procurement.flag_rates",
    "flag_title": "ogp_analysis.procurement.tables.alerts",
    "flag_values": "ogp_analysis.procurement.tables.procurement_values",
    "flags_table": "ogp_analysis.procurement.tables.alerts",
    "flow_table": "ogp_analysis.procurement.tables.procurement",
    "folders_table": "ogp_analysis.procurement.tables.procurement",
    "group_differences": "ogp_analysis.procurement.flag_rates",
    "grouped_counts": "ogp_analysis.procurement.cases.groups",
    "method_bars": "ogp_analysis.procurement.figures",
    "masked_suppliers": "ogp_analysis.procurement.cases.masked_suppliers",
    "masked_suppliers_table": "ogp_analysis.procurement.tables.procurement",
    "method_mix": "ogp_analysis.procurement.method_mix",
    "method_values": "ogp_analysis.procurement.tables.procurement_values",
    "methods_table": "ogp_analysis.procurement.tables.procurement",
    "named_units": "ogp_analysis.procurement.cases.named_units",
    "named_units_table": "ogp_analysis.procurement.tables.alerts",
    "procurement_case": "ogp_analysis.procurement.cases.case",
    "readings_table": "ogp_analysis.procurement.tables.procurement",
    "record_table": "ogp_analysis.procurement.tables.procurement",
    "relations_table": "ogp_analysis.procurement.tables.alerts",
    "risk_components_table": "ogp_analysis.procurement.tables.procurement",
    "risk_groups_table": "ogp_analysis.procurement.tables.procurement",
    "risk_summary": "ogp_analysis.procurement.risk_summary",
    "risk_values": "ogp_analysis.procurement.tables.procurement_values",
    "say": "ogp_analysis.base.words.aloud",
    "screened": "ogp_analysis.procurement.cases.screening",
    "screening_table": "ogp_analysis.procurement.tables.alerts",
    "screening_values": "ogp_analysis.procurement.tables.procurement_values",
    "share_values": "ogp_analysis.statistics.shares",
    "shares_with_intervals": "ogp_analysis.statistics.shares",
    "show": "ogp_analysis.base.words.aloud",
    "signals_table": "ogp_analysis.procurement.tables.alerts",
    "submission_table": "ogp_analysis.procurement.tables.alerts",
    "submission_values": "ogp_analysis.procurement.tables.alerts",
    "word": "ogp_analysis.base.words.catalogue",
}


class _FrontDoor(ModuleType):
    """A room may bear the name of what it is known for; here that name always means the public one."""

    def __setattr__(self, name: str, value) -> None:
        if not (name in FRONT_DOOR and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor


def __getattr__(name: str):
    if name == "__version__":
        return import_module("importlib.metadata").version("ogp-analysis")
    if name not in FRONT_DOOR:
        return _stub_getattr(name)
    value = getattr(import_module(FRONT_DOOR[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_stub_dir(), "__version__"])
