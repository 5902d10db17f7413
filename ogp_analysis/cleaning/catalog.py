"""The datasets of the project, by name. Cleaners are imported only when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ogp_analysis.errors import UnknownName

if TYPE_CHECKING:
    from ogp_analysis.cleaning.dataset import Dataset

#: Name of a dataset and the module whose ``DATASET`` declares it.
DATASETS = {
    "ogp_membership": "ogp_analysis.cleaning.ogp.membership",
    "ogp_status_events": "ogp_analysis.cleaning.ogp.status_events",
    "ogp_action_plans": "ogp_analysis.cleaning.ogp.action_plans",
    "ogp_commitments": "ogp_analysis.cleaning.ogp.commitments",
    "ogp_codebook": "ogp_analysis.cleaning.ogp.codebook",
    "ogp_process": "ogp_analysis.cleaning.ogp.process",
    "ogp_participation": "ogp_analysis.cleaning.ogp.participation",
    "ogp_local_members": "ogp_analysis.cleaning.ogp.local_members",
    "okf_membership_stage": "ogp_analysis.cleaning.ogp.okf_membership_stage",
    "open_ownership_commitments": "ogp_analysis.cleaning.ogp.open_ownership_commitments",
    "ocp_ogp_commitments": "ogp_analysis.cleaning.ogp.ocp_ogp_commitments",
    "ogp_mexico_plan4": "ogp_analysis.cleaning.ogp.mexico_plan4",
    "vdem": "ogp_analysis.cleaning.civic_space.vdem",
    "wgi_voice_accountability": "ogp_analysis.cleaning.civic_space.wgi_voice_accountability",
    "world_bank_controls": "ogp_analysis.cleaning.civic_space.world_bank_controls",
    "ert": "ogp_analysis.cleaning.civic_space.ert",
    "demspaces": "ogp_analysis.cleaning.civic_space.demspaces",
    "digital_society_survey": "ogp_analysis.cleaning.civic_space.digital_society_survey",
    "idea_gsod": "ogp_analysis.cleaning.civic_space.idea_gsod",
    "ngo_legal_barriers": "ogp_analysis.cleaning.civic_space.ngo_legal_barriers",
    "feldstein_digital_repression": "ogp_analysis.cleaning.civic_space.feldstein_digital_repression",
    "carnegie_spyware_inventory": "ogp_analysis.cleaning.surveillance.carnegie_spyware_inventory",
    "spyware_operator_countries": "ogp_analysis.cleaning.surveillance.spyware_operator_countries",
    "surveillance_controls": "ogp_analysis.cleaning.surveillance.surveillance_controls",
    "mexico_interception_statistics": "ogp_analysis.cleaning.surveillance.mexico_interception_statistics",
    "access_now_shutdowns": "ogp_analysis.cleaning.surveillance.access_now_shutdowns",
    "hacking_team_clients": "ogp_analysis.cleaning.surveillance.hacking_team_clients",
    "sii_facets": "ogp_analysis.cleaning.surveillance.sii_facets",
    "country_surveillance_panel": "ogp_analysis.cleaning.surveillance.country_surveillance_panel",
    "freedom_in_the_world": "ogp_analysis.cleaning.civic_space.freedom_in_the_world",
    "freedom_on_the_net": "ogp_analysis.cleaning.civic_space.freedom_on_the_net",
    "civicus_monitor": "ogp_analysis.cleaning.civic_space.civicus_monitor",
    "rsf_press_freedom": "ogp_analysis.cleaning.civic_space.rsf_press_freedom",
    "wjp_rule_of_law": "ogp_analysis.cleaning.civic_space.wjp_rule_of_law",
    "compranet": "ogp_analysis.cleaning.procurement.compranet",
    "ocds": "ogp_analysis.cleaning.procurement.ocds",
    "mexico_sanctions": "ogp_analysis.cleaning.procurement.mexico_sanctions",
    "sat_69b": "ogp_analysis.cleaning.procurement.sat_69b",
    "gti_proact_malta": "ogp_analysis.cleaning.procurement.gti_proact_malta",
    "exchange_rates_fed": "ogp_analysis.cleaning.procurement.exchange_rates_fed",
    "exchange_rates_ecb": "ogp_analysis.cleaning.procurement.exchange_rates_ecb",
    "banxico_exchange_rates": "ogp_analysis.cleaning.procurement.banxico_exchange_rates",
    "consumer_prices_world_bank": "ogp_analysis.cleaning.procurement.consumer_prices_world_bank",
    "mexico_thresholds": "ogp_analysis.cleaning.procurement.mexico_thresholds",
    "cucop": "ogp_analysis.cleaning.procurement.cucop",
    "cpv": "ogp_analysis.cleaning.procurement.cpv",
    "unspsc_sat": "ogp_analysis.cleaning.procurement.unspsc_sat",
    "gti_proact_reference": "ogp_analysis.cleaning.procurement.gti_proact_reference",
    "honduras_oncae": "ogp_analysis.cleaning.procurement.honduras_oncae",
    "world_bank_awards": "ogp_analysis.cleaning.procurement.world_bank_awards",
}

#: The tables of each dataset, so that a name can be checked without its cleaner; a test holds them to the schemas.
TABLES = {
    "ogp_membership": ("countries", "spells", "conflicts"),
    "ogp_status_events": ("events",),
    "ogp_action_plans": ("plans",),
    "ogp_commitments": ("commitments", "texts", "tags", "tag_counts", "themes", "star_disagreements"),
    "ogp_codebook": ("columns", "categories"),
    "ogp_process": ("plans",),
    "ogp_participation": ("participation",),
    "ogp_local_members": ("members",),
    "okf_membership_stage": ("stage",),
    "open_ownership_commitments": ("commitments", "countries"),
    "ocp_ogp_commitments": ("links",),
    "ogp_mexico_plan4": ("facts",),
    "vdem": ("v12", "v14", "v15"),
    "wgi_voice_accountability": ("country_year",),
    "world_bank_controls": ("country_year",),
    "ert": ("country_year",),
    "demspaces": ("cutpoints",),
    "digital_society_survey": ("country_year",),
    "idea_gsod": ("country_year",),
    "ngo_legal_barriers": ("country_year",),
    "feldstein_digital_repression": ("surveillance_index", "digital_repression"),
    "carnegie_spyware_inventory": ("cases", "vendor_countries"),
    "spyware_operator_countries": ("operators",),
    "surveillance_controls": ("facts", "dates"),
    "mexico_interception_statistics": ("counts",),
    "access_now_shutdowns": ("events", "event_countries"),
    "hacking_team_clients": ("clients",),
    "sii_facets": ("facets",),
    "country_surveillance_panel": ("countries",),
    "freedom_in_the_world": ("ratings", "scores"),
    "freedom_on_the_net": ("country_year",),
    "civicus_monitor": ("ratings",),
    "rsf_press_freedom": ("country_year",),
    "wjp_rule_of_law": ("country_year",),
    "compranet": ("contracts", "procedures"),
    "ocds": ("processes", "tenders", "bids", "tenderers", "awards", "suppliers", "contracts", "items", "parties"),
    "mexico_sanctions": ("sanctions",),
    "sat_69b": ("situations", "definitive"),
    "gti_proact_malta": ("awards",),
    "exchange_rates_fed": ("yearly", "monthly"),
    "exchange_rates_ecb": ("daily",),
    "banxico_exchange_rates": ("daily",),
    "consumer_prices_world_bank": ("price_index", "price_change"),
    "mexico_thresholds": ("ceilings",),
    "cucop": ("products", "partidas"),
    "cpv": ("codes",),
    "unspsc_sat": ("codes",),
    "gti_proact_reference": ("ppp", "secrecy"),
    "honduras_oncae": (
        "releases",
        "awards",
        "award_items",
        "award_suppliers",
        "contracts",
        "contract_suppliers",
        "guarantees",
        "tenderers",
        "budgets",
        "memberships",
        "joins",
    ),
    "world_bank_awards": ("contracts", "bids"),
}


def dataset(name: str) -> Dataset:
    """Return the declaration of a dataset.

    Raises
    ------
    UnknownName
        If no dataset has that name.
    """
    if name not in DATASETS:
        raise UnknownName(f"dataset {name!r}", "is not in the catalogue", "Known are " + ", ".join(sorted(DATASETS)))
    return import_module(DATASETS[name]).DATASET
