"""The datasets of the project, by name. Cleaners are imported only when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ogp_analysis.base.errors import UnknownName

if TYPE_CHECKING:
    from ogp_analysis.tidy.dataset import Dataset

#: Name of a dataset and the module whose ``DATASET`` declares it.
DATASETS = {
    "ogp_membership": "ogp_analysis.open_government.datasets.membership",
    "ogp_status_events": "ogp_analysis.open_government.datasets.status_events",
    "ogp_action_plans": "ogp_analysis.open_government.datasets.action_plans",
    "ogp_commitments": "ogp_analysis.open_government.datasets.commitments",
    "ogp_codebook": "ogp_analysis.open_government.datasets.codebook",
    "ogp_process": "ogp_analysis.open_government.datasets.process",
    "ogp_participation": "ogp_analysis.open_government.datasets.participation",
    "ogp_local_members": "ogp_analysis.open_government.datasets.local_members",
    "okf_membership_stage": "ogp_analysis.open_government.datasets.okf_membership_stage",
    "open_ownership_commitments": "ogp_analysis.open_government.datasets.open_ownership_commitments",
    "ocp_ogp_commitments": "ogp_analysis.open_government.datasets.ocp_ogp_commitments",
    "ogp_mexico_plan4": "ogp_analysis.open_government.datasets.mexico_plan4",
    "vdem": "ogp_analysis.civic_space.datasets.vdem",
    "wgi_voice_accountability": "ogp_analysis.civic_space.datasets.wgi_voice_accountability",
    "world_bank_controls": "ogp_analysis.civic_space.datasets.world_bank_controls",
    "ert": "ogp_analysis.civic_space.datasets.ert",
    "demspaces": "ogp_analysis.civic_space.datasets.demspaces",
    "digital_society_survey": "ogp_analysis.civic_space.datasets.digital_society_survey",
    "idea_gsod": "ogp_analysis.civic_space.datasets.idea_gsod",
    "ngo_legal_barriers": "ogp_analysis.civic_space.datasets.ngo_legal_barriers",
    "feldstein_digital_repression": "ogp_analysis.civic_space.datasets.feldstein_digital_repression",
    "carnegie_spyware_inventory": "ogp_analysis.surveillance.datasets.carnegie_spyware_inventory",
    "spyware_operator_countries": "ogp_analysis.surveillance.datasets.spyware_operator_countries",
    "surveillance_controls": "ogp_analysis.surveillance.datasets.surveillance_controls",
    "mexico_interception_statistics": "ogp_analysis.surveillance.datasets.mexico_interception_statistics",
    "access_now_shutdowns": "ogp_analysis.surveillance.datasets.access_now_shutdowns",
    "hacking_team_clients": "ogp_analysis.surveillance.datasets.hacking_team_clients",
    "sii_facets": "ogp_analysis.surveillance.datasets.sii_facets",
    "country_surveillance_panel": "ogp_analysis.surveillance.datasets.country_surveillance_panel",
    "freedom_in_the_world": "ogp_analysis.civic_space.datasets.freedom_in_the_world",
    "freedom_on_the_net": "ogp_analysis.civic_space.datasets.freedom_on_the_net",
    "civicus_monitor": "ogp_analysis.civic_space.datasets.civicus_monitor",
    "rsf_press_freedom": "ogp_analysis.civic_space.datasets.rsf_press_freedom",
    "wjp_rule_of_law": "ogp_analysis.civic_space.datasets.wjp_rule_of_law",
    "compranet": "ogp_analysis.procurement.datasets.compranet",
    "ocds": "ogp_analysis.procurement.datasets.ocds",
    "mexico_sanctions": "ogp_analysis.procurement.datasets.mexico_sanctions",
    "sat_69b": "ogp_analysis.procurement.datasets.sat_69b",
    "gti_proact_malta": "ogp_analysis.procurement.datasets.gti_proact_malta",
    "exchange_rates_fed": "ogp_analysis.procurement.datasets.exchange_rates_fed",
    "exchange_rates_ecb": "ogp_analysis.procurement.datasets.exchange_rates_ecb",
    "banxico_exchange_rates": "ogp_analysis.procurement.datasets.banxico_exchange_rates",
    "consumer_prices_world_bank": "ogp_analysis.procurement.datasets.consumer_prices_world_bank",
    "mexico_thresholds": "ogp_analysis.procurement.datasets.mexico_thresholds",
    "cucop": "ogp_analysis.procurement.datasets.cucop",
    "cpv": "ogp_analysis.procurement.datasets.cpv",
    "unspsc_sat": "ogp_analysis.procurement.datasets.unspsc_sat",
    "gti_proact_reference": "ogp_analysis.procurement.datasets.gti_proact_reference",
    "honduras_oncae": "ogp_analysis.procurement.datasets.honduras_oncae",
    "world_bank_awards": "ogp_analysis.procurement.datasets.world_bank_awards",
}

#: The tables of each dataset, the one that is usually meant first; a test holds them to the schemas.
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
    "vdem": ("v14", "v15", "v12"),
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
