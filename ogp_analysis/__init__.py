"""Civic space, open-government commitments and surveillance procurement: reproducible research.

``import ogp_analysis as ogp`` reads nothing and imports nothing else; a name is fetched from its
room when it is first used.
"""

import sys
from importlib import import_module
from types import ModuleType

#: Every public name and the module it lives in.
FRONT_DOOR = {
    "FEWEST": "ogp_analysis.selection",
    "NAMED_THEMES": "ogp_analysis.selection",
    "all_changes": "ogp_analysis.models.change",
    "around": "ogp_analysis.models.path",
    "as_date": "ogp_analysis.messages.numbers",
    "balance_table": "ogp_analysis.tables.scope",
    "bounded_series": "ogp_analysis.figures.country",
    "bounded_table": "ogp_analysis.tables.profile",
    "build": "ogp_analysis.store.build",
    "carry_over": "ogp_analysis.models.theme_carry_over",
    "carry_over_table": "ogp_analysis.tables.commitments",
    "cases_table": "ogp_analysis.tables.process",
    "change": "ogp_analysis.models.change",
    "change_among_countries": "ogp_analysis.figures.country",
    "changes": "ogp_analysis.models.change",
    "changes_table": "ogp_analysis.tables.profile",
    "cohort_table": "ogp_analysis.tables.profile",
    "commitment_rates": "ogp_analysis.models.commitments",
    "commitments_of": "ogp_analysis.selection",
    "countries": "ogp_analysis.countries",
    "country": "ogp_analysis.countries",
    "country_series": "ogp_analysis.figures.country",
    "country_years": "ogp_analysis.panel",
    "coverage_strip": "ogp_analysis.figures.country",
    "dispersion": "ogp_analysis.models.dispersion",
    "distribution_by_year": "ogp_analysis.figures.overview",
    "events_table": "ogp_analysis.tables.profile",
    "excluded_table": "ogp_analysis.tables.commitments",
    "facts": "ogp_analysis.models.facts",
    "fell_while_other_held": "ogp_analysis.models.change",
    "first_and_second_plans": "ogp_analysis.models.process_pairs",
    "four_quadrants": "ogp_analysis.figures.overview",
    "indicator": "ogp_analysis.indicators",
    "indicator_table": "ogp_analysis.tables.profile",
    "indicators": "ogp_analysis.indicators",
    "influence": "ogp_analysis.models.process",
    "influence_table": "ogp_analysis.tables.process",
    "latest": "ogp_analysis.models.change",
    "listed_table": "ogp_analysis.tables.commitments",
    "load": "ogp_analysis.store.hand_out",
    "measures_frame": "ogp_analysis.tables.commitments",
    "measures_table": "ogp_analysis.tables.profile",
    "movements": "ogp_analysis.figures.overview",
    "movers": "ogp_analysis.models.movers",
    "movers_frame": "ogp_analysis.tables.overview",
    "movers_table": "ogp_analysis.tables.overview",
    "pairs_table": "ogp_analysis.tables.process",
    "path": "ogp_analysis.models.path",
    "plan4_table": "ogp_analysis.tables.process",
    "plan_in_force": "ogp_analysis.timeline",
    "proportion": "ogp_analysis.models.rates",
    "provenance": "ogp_analysis.store.hand_out",
    "quadrants": "ogp_analysis.models.association",
    "quadrants_table": "ogp_analysis.tables.overview",
    "record": "ogp_analysis.store.hand_out",
    "response_policy_cases": "ogp_analysis.response_policy",
    "revision": "ogp_analysis.models.commitment_revision",
    "revision_table": "ogp_analysis.tables.commitments",
    "say": "ogp_analysis.messages.sentence",
    "scope_table": "ogp_analysis.tables.profile",
    "shares_with_intervals": "ogp_analysis.figures.shares",
    "show": "ogp_analysis.messages.sentence",
    "small_multiples": "ogp_analysis.figures.country",
    "spearman": "ogp_analysis.models.association",
    "standardised_differences": "ogp_analysis.models.interval_change",
    "star_agreements": "ogp_analysis.models.commitments",
    "stars_table": "ogp_analysis.tables.commitments",
    "status": "ogp_analysis.timeline",
    "step_frame": "ogp_analysis.tables.process",
    "step_rates": "ogp_analysis.models.process",
    "steps_table": "ogp_analysis.tables.process",
    "timeline": "ogp_analysis.timeline",
    "two_measures": "ogp_analysis.panel",
    "use_language": "ogp_analysis.messages.catalogue",
    "values_table": "ogp_analysis.tables.profile",
    "with_theme": "ogp_analysis.selection",
    "word": "ogp_analysis.messages.catalogue",
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
        raise AttributeError(f"module 'ogp_analysis' has no attribute {name!r}")
    value = getattr(import_module(FRONT_DOOR[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*FRONT_DOOR, "__version__"])
