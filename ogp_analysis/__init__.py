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
    "ASKS_ABOUT_SURVEILLANCE": "ogp_analysis.civic_space.other_measures",
    "FEWEST_CLUSTERS": "ogp_analysis.statistics.rates",
    "absent_barriers": "ogp_analysis.civic_space.barriers",
    "absent_table": "ogp_analysis.civic_space.tables.other_measures",
    "all_changes": "ogp_analysis.statistics.change",
    "around": "ogp_analysis.statistics.path",
    "as_date": "ogp_analysis.base.words.numbers",
    "asks_table": "ogp_analysis.civic_space.tables.other_measures",
    "beside": "ogp_analysis.civic_space.other_measures",
    "bounded_facts": "ogp_analysis.civic_space.tables.profile",
    "bounded_series": "ogp_analysis.civic_space.figures.country",
    "bounded_table": "ogp_analysis.civic_space.tables.profile",
    "by_figure": "ogp_analysis.civic_space.other_measures",
    "change": "ogp_analysis.statistics.change",
    "change_among_countries": "ogp_analysis.civic_space.figures.country",
    "changes": "ogp_analysis.statistics.change",
    "changes_table": "ogp_analysis.civic_space.tables.profile",
    "cohort_table": "ogp_analysis.civic_space.tables.profile",
    "correlations_table": "ogp_analysis.civic_space.tables.profile",
    "country_series": "ogp_analysis.civic_space.figures.country",
    "country_years": "ogp_analysis.civic_space.panel.joining",
    "coverage_strip": "ogp_analysis.civic_space.figures.country",
    "counted": "ogp_analysis.statistics.rates",
    "dispersion": "ogp_analysis.statistics.dispersion",
    "distribution_by_year": "ogp_analysis.civic_space.figures.overview",
    "documented": "ogp_analysis.surveillance.inventories",
    "documented_table": "ogp_analysis.surveillance.tables",
    "episodes_table": "ogp_analysis.civic_space.tables.other_measures",
    "events_table": "ogp_analysis.civic_space.tables.profile",
    "facts": "ogp_analysis.statistics.facts",
    "fall_from_peak": "ogp_analysis.statistics.path",
    "fell_while_other_held": "ogp_analysis.statistics.change",
    "four_quadrants": "ogp_analysis.civic_space.figures.overview",
    "grouped": "ogp_analysis.civic_space.other_measures",
    "groups_table": "ogp_analysis.civic_space.tables.other_measures",
    "held_barriers": "ogp_analysis.civic_space.barriers",
    "held_for": "ogp_analysis.civic_space.other_measures",
    "indicator_table": "ogp_analysis.civic_space.tables.profile",
    "inventory": "ogp_analysis.surveillance.inventories",
    "kinds_table": "ogp_analysis.surveillance.tables",
    "latest": "ogp_analysis.statistics.change",
    "measure_names": "ogp_analysis.civic_space.tables.other_measures",
    "measures_table": "ogp_analysis.civic_space.tables.profile",
    "movements": "ogp_analysis.civic_space.figures.overview",
    "movers": "ogp_analysis.statistics.movers",
    "movers_frame": "ogp_analysis.civic_space.tables.overview",
    "movers_table": "ogp_analysis.civic_space.tables.overview",
    "never_alone": "ogp_analysis.civic_space.other_measures",
    "other_measures": "ogp_analysis.civic_space.other_measures",
    "other_measures_by_group": "ogp_analysis.civic_space.figures.other_measures",
    "other_measures_of_country": "ogp_analysis.civic_space.figures.other_measures",
    "path": "ogp_analysis.statistics.path",
    "plan_in_force": "ogp_analysis.open_government.timeline",
    "proportion": "ogp_analysis.statistics.rates",
    "quadrants": "ogp_analysis.statistics.association",
    "quadrants_table": "ogp_analysis.civic_space.tables.overview",
    "regime_episodes": "ogp_analysis.civic_space.regimes",
    "say": "ogp_analysis.base.words.aloud",
    "scope_table": "ogp_analysis.civic_space.tables.profile",
    "share_values": "ogp_analysis.statistics.shares",
    "shares_table": "ogp_analysis.civic_space.tables.other_measures",
    "shares_with_intervals": "ogp_analysis.statistics.shares",
    "show": "ogp_analysis.base.words.aloud",
    "sign_probabilities": "ogp_analysis.statistics.interval_change",
    "small_multiples": "ogp_analysis.civic_space.figures.country",
    "spearman": "ogp_analysis.statistics.association",
    "status": "ogp_analysis.open_government.timeline",
    "surveillance_facts": "ogp_analysis.civic_space.tables.other_measures",
    "timeline": "ogp_analysis.open_government.timeline",
    "two_measures": "ogp_analysis.civic_space.panel.two_measures",
    "values_table": "ogp_analysis.civic_space.tables.profile",
    "where_it_moved_table": "ogp_analysis.civic_space.tables.other_measures",
    "where_it_stands": "ogp_analysis.civic_space.other_measures",
    "where_it_stands_table": "ogp_analysis.civic_space.tables.other_measures",
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
