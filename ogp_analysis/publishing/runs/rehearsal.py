"""A page without a reader: it makes what the pages of a batch share, once, before they are forked.

The panel, its series, the places of all countries and the tables behind them are the same on each page of a country
(:mod:`ogp_analysis.base.rehearsed` keeps them). So are the labels that matplotlib measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ogp_analysis.base import rehearsed
from ogp_analysis.base.countries import REGIONS
from ogp_analysis.base.indicators import as_stated
from ogp_analysis.base.words.catalogue import language, use_language
from ogp_analysis.civic_space.measures.held import measures
from ogp_analysis.civic_space.membership_effect import membership_effect
from ogp_analysis.civic_space.other_measures import OTHER_MEASURES
from ogp_analysis.civic_space.panel import panel
from ogp_analysis.civic_space.profile import CORE_INDICES, WITH_ERRORS
from ogp_analysis.civic_space.shocks.shock import shock
from ogp_analysis.display.map import land
from ogp_analysis.display.result import parts
from ogp_analysis.store import hand_out
from ogp_analysis.surveillance.inventories import documented

#: Whose page it is; any country with values would do.
_COUNTRY = "MEX"
#: The tables of which each page says what its country promised.
_PROMISED = (("ogp_commitments", "commitments"), ("ogp_commitment_descriptions", "descriptions"))


def country_profile(parameters: Mapping) -> None:
    """Make once what every run of ``country_profile`` with these years, edition and language makes.

    Nothing else changes: what is read is in no provenance, and the language in force stays. A table that would have to
    be built first ends it: the run that needs the table builds it.
    """
    with rehearsed.rehearsal(), hand_out.off_the_record(builds=False), _said_in(parameters["language"]):
        edition, indicators = parameters["edition"], [*CORE_INDICES, *OTHER_MEASURES]
        read = panel(indicators, parameters["first_year"], parameters["last_year"], edition=edition)
        profile, others = read.profile(_COUNTRY), read.measures_of(_COUNTRY, OTHER_MEASURES)
        change = read.change(CORE_INDICES[0], profile.end - 10, profile.end)
        probable = read.probability_of_change(WITH_ERRORS, _COUNTRY, profile.end - 10, profile.end)
        for table in _PROMISED:
            hand_out.load(*table, edition)
        shown = parts(
            profile, change.plot(highlight=_COUNTRY),
            profile.other_indices(), others.text(), others.plot(), others.regimes(), profile.newer_release(),
            documented(_COUNTRY, edition), others.surveillance(), probable, profile.tables(), profile.in_full(),
            probable.correlations(), profile.scope(),
        )  # fmt: skip
        for one in shown:
            one._repr_mimebundle_()


def ogp_membership_effect(parameters: Mapping) -> None:
    """Estimate once the effect by all specifications, of which the runs in both languages speak; else as above."""
    asked = [parameters[name] for name in ("outcome", "controls", "covariates", "anticipation", "edition")]
    with rehearsed.rehearsal(), hand_out.off_the_record(builds=False), _said_in(parameters["language"]):
        _ = membership_effect(*asked).specifications


def which_measure(parameters: Mapping) -> None:
    """Sort, check and compare all measures of an edition once: every run reports them, whatever its country."""
    with rehearsed.rehearsal(), hand_out.off_the_record(builds=False), _said_in(parameters["language"]):
        held = measures(parameters["edition"])
        for by in ("core", "construct"):
            held.agreement(by)
        held.categories(), held.directions(), held.revisions()
        held.places(_COUNTRY), held.of(_COUNTRY)


def civic_space_overview(parameters: Mapping) -> None:
    """Lay out once the land of a region; a page on the world has a map of each region too, of one width."""
    land(parameters["region"], narrow=False)
    for view in REGIONS.values() if parameters["region"] == "world" else ():
        land(view, narrow=True)
    land(parameters["region"], narrow=True)


def shock_case_study(parameters: Mapping) -> None:
    """Rank the change among countries and dates, and fit its synthetic controls, once for both languages."""
    asked = [parameters[name] for name in ("country", "event_date", "outcomes", "donor_rule", "edition")]
    with rehearsed.rehearsal(), hand_out.off_the_record(builds=False), _said_in(parameters["language"]):
        after = shock(*asked)
        after.dates(), after.nominal(), after.rules(), after.starts()


@contextmanager
def _said_in(wanted: str) -> Iterator[None]:
    before = language()
    use_language(wanted)
    try:
        yield
    finally:
        use_language(before)
        as_stated()
