"""Civic space, open-government commitments and surveillance procurement: reproducible research.

``import ogp_analysis as ogp`` reads nothing and imports nothing else; a name is fetched from its
room when it is first used.
"""

import sys
from importlib import import_module
from types import ModuleType

#: Every public name and the module it lives in.
FRONT_DOOR = {
    "ASKS_ABOUT_SURVEILLANCE": "ogp_analysis.models.other_measures",
    "CORE": "ogp_analysis.measures.held",
    "FEWEST": "ogp_analysis.selection",
    "FIRST_YEAR": "ogp_analysis.measures.held",
    "NAMED_THEMES": "ogp_analysis.selection",
    "SURVEILLANCE": "ogp_analysis.measures.held",
    "absent_barriers": "ogp_analysis.documented.barriers",
    "absent_table": "ogp_analysis.tables.other_measures",
    "agreement_dots": "ogp_analysis.figures.measures",
    "agreement_range": "ogp_analysis.models.measure_agreement",
    "agreement_table": "ogp_analysis.tables.measures",
    "agreements": "ogp_analysis.models.measure_agreement",
    "all_changes": "ogp_analysis.models.change",
    "all_measures": "ogp_analysis.measures.held",
    "apart_table": "ogp_analysis.tables.measures",
    "around": "ogp_analysis.models.path",
    "as_date": "ogp_analysis.messages.numbers",
    "asks_table": "ogp_analysis.tables.other_measures",
    "balance_table": "ogp_analysis.tables.scope",
    "beside": "ogp_analysis.models.other_measures",
    "bounded_series": "ogp_analysis.figures.country",
    "bounded_table": "ogp_analysis.tables.profile",
    "breaks_table": "ogp_analysis.tables.measures",
    "build": "ogp_analysis.store.build",
    "by_figure": "ogp_analysis.models.other_measures",
    "carry_over": "ogp_analysis.models.theme_carry_over",
    "carry_over_table": "ogp_analysis.tables.commitments",
    "cases_table": "ogp_analysis.tables.process",
    "category_agreements": "ogp_analysis.models.measure_agreement",
    "change": "ogp_analysis.models.change",
    "change_among_countries": "ogp_analysis.figures.country",
    "changes": "ogp_analysis.models.change",
    "changes_table": "ogp_analysis.tables.profile",
    "class_pairs": "ogp_analysis.measures.classes",
    "classes_named": "ogp_analysis.tables.measures",
    "cohort_table": "ogp_analysis.tables.profile",
    "commitment_rates": "ogp_analysis.models.commitments",
    "commitments_of": "ogp_analysis.selection",
    "constant_units": "ogp_analysis.models.standing",
    "construct_pairs": "ogp_analysis.measures.pairs",
    "constructs_table": "ogp_analysis.tables.measures",
    "core_pairs": "ogp_analysis.measures.pairs",
    "countries": "ogp_analysis.countries",
    "country": "ogp_analysis.countries",
    "country_series": "ogp_analysis.figures.country",
    "country_years": "ogp_analysis.panel",
    "coverage_strip": "ogp_analysis.figures.country",
    "directions": "ogp_analysis.models.standing",
    "dispersion": "ogp_analysis.models.dispersion",
    "distribution_by_year": "ogp_analysis.figures.overview",
    "documented": "ogp_analysis.documented.inventories",
    "documented_table": "ogp_analysis.tables.inventories",
    "episodes_table": "ogp_analysis.tables.other_measures",
    "events_table": "ogp_analysis.tables.profile",
    "excluded_table": "ogp_analysis.tables.commitments",
    "facts": "ogp_analysis.models.facts",
    "fell_while_other_held": "ogp_analysis.models.change",
    "first_and_second_plans": "ogp_analysis.models.process_pairs",
    "four_quadrants": "ogp_analysis.figures.overview",
    "grouped": "ogp_analysis.models.other_measures",
    "groups_table": "ogp_analysis.tables.other_measures",
    "held_barriers": "ogp_analysis.documented.barriers",
    "held_for": "ogp_analysis.models.other_measures",
    "houses_of": "ogp_analysis.tables.measures",
    "indicator": "ogp_analysis.indicators",
    "indicator_table": "ogp_analysis.tables.profile",
    "indicators": "ogp_analysis.indicators",
    "influence": "ogp_analysis.models.process",
    "influence_table": "ogp_analysis.tables.process",
    "inventory": "ogp_analysis.documented.inventories",
    "kappa_table": "ogp_analysis.tables.measures",
    "kinds_table": "ogp_analysis.tables.inventories",
    "latest": "ogp_analysis.models.change",
    "listed_table": "ogp_analysis.tables.commitments",
    "load": "ogp_analysis.store.hand_out",
    "measure_coverage_table": "ogp_analysis.tables.measures",
    "measure_label": "ogp_analysis.measures.held",
    "measure_names": "ogp_analysis.tables.other_measures",
    "measure_sources_table": "ogp_analysis.tables.measures",
    "measures": "ogp_analysis.measures.held",
    "measures_frame": "ogp_analysis.tables.commitments",
    "measures_of_country": "ogp_analysis.figures.measures",
    "measures_table": "ogp_analysis.tables.profile",
    "movements": "ogp_analysis.figures.overview",
    "movers": "ogp_analysis.models.movers",
    "movers_frame": "ogp_analysis.tables.overview",
    "movers_table": "ogp_analysis.tables.overview",
    "names_of": "ogp_analysis.tables.measures",
    "never_alone": "ogp_analysis.models.other_measures",
    "newest": "ogp_analysis.measures.pairs",
    "open_values_table": "ogp_analysis.tables.measures",
    "other_houses": "ogp_analysis.measures.pairs",
    "other_measures": "ogp_analysis.models.other_measures",
    "other_measures_by_group": "ogp_analysis.figures.other_measures",
    "other_measures_of_country": "ogp_analysis.figures.other_measures",
    "pairs_table": "ogp_analysis.tables.process",
    "path": "ogp_analysis.models.path",
    "places_apart": "ogp_analysis.figures.measures",
    "places_of_country": "ogp_analysis.figures.measures",
    "plan4_table": "ogp_analysis.tables.process",
    "plan_in_force": "ogp_analysis.timeline",
    "proportion": "ogp_analysis.models.rates",
    "provenance": "ogp_analysis.store.hand_out",
    "quadrants": "ogp_analysis.models.association",
    "quadrants_table": "ogp_analysis.tables.overview",
    "record": "ogp_analysis.store.hand_out",
    "regime_episodes": "ogp_analysis.documented.regimes",
    "response_policy_cases": "ogp_analysis.response_policy",
    "revision": "ogp_analysis.models.commitment_revision",
    "revision_table": "ogp_analysis.tables.commitments",
    "same_figure": "ogp_analysis.measures.held",
    "say": "ogp_analysis.messages.sentence",
    "scales_table": "ogp_analysis.tables.measures",
    "scope_table": "ogp_analysis.tables.profile",
    "shared_inputs_table": "ogp_analysis.tables.measures",
    "shares_table": "ogp_analysis.tables.other_measures",
    "shares_with_intervals": "ogp_analysis.figures.shares",
    "show": "ogp_analysis.messages.sentence",
    "small_multiples": "ogp_analysis.figures.country",
    "spearman": "ogp_analysis.models.association",
    "spread": "ogp_analysis.models.standing",
    "standardised_differences": "ogp_analysis.models.interval_change",
    "standings": "ogp_analysis.models.standing",
    "standings_table": "ogp_analysis.tables.measures",
    "star_agreements": "ogp_analysis.models.commitments",
    "stars_table": "ogp_analysis.tables.commitments",
    "status": "ogp_analysis.timeline",
    "step_frame": "ogp_analysis.tables.process",
    "step_rates": "ogp_analysis.models.process",
    "steps_table": "ogp_analysis.tables.process",
    "surveillance_facts": "ogp_analysis.tables.other_measures",
    "timeline": "ogp_analysis.timeline",
    "together": "ogp_analysis.measures.pairs",
    "track": "ogp_analysis.models.standing",
    "tracks_table": "ogp_analysis.tables.measures",
    "two_measures": "ogp_analysis.panel",
    "unit_name": "ogp_analysis.tables.measures",
    "use_language": "ogp_analysis.messages.catalogue",
    "values_table": "ogp_analysis.tables.profile",
    "version_frame": "ogp_analysis.measures.pairs",
    "version_pairs": "ogp_analysis.measures.pairs",
    "version_revision": "ogp_analysis.models.version_revision",
    "versions_named": "ogp_analysis.tables.measures",
    "versions_table": "ogp_analysis.tables.measures",
    "where_it_stands": "ogp_analysis.models.other_measures",
    "where_it_stands_table": "ogp_analysis.tables.other_measures",
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
