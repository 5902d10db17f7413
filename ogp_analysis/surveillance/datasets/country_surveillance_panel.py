"""How often each country stands in the lists of surveillance technology: counts by country, side by side.

Counted from the other sources of this folder. They overlap: the same report of Citizen Lab may stand
behind several columns, so the number of lists is not a number of independent findings. Zero means that a
list does not name the country, not that nothing is used there.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.iso_codes import agreeing
from ogp_analysis.tidy.record import Cleaned, kept_all

#: Columns with 0 or 1: whether a list names the country; and whether the column may be published.
LISTED = {
    "aigs_facial_recognition": ("Facial recognition, AI Global Surveillance Index 2022", False),
    "aigs_safe_city": ("Safe-city system, AI Global Surveillance Index 2022", False),
    "aigs_smart_policing": ("Smart policing, AI Global Surveillance Index 2022", False),
    "aigs_social_media": ("Social-media surveillance, AI Global Surveillance Index 2022", False),
    "circles_customer_2020": ("Likely customer of Circles, 2020", True),
    "finfisher_server_2013": ("FinFisher server located, 2013: no evidence of a customer by itself", True),
    "finfisher_user_2015": ("Likely user of FinFisher, 2015", True),
    "hacking_team_user_2014": ("Suspected user of Hacking Team, 2014", True),
    "nso_abuse_linked_2018": ("Operator of Pegasus linked to abuse, 2018; six names of a longer list", True),
    "nso_client_pegasus_project": ("Client of NSO Group named by the Pegasus Project, 2021", True),
    "nso_purchase_confirmed": ("Purchase from NSO Group confirmed by the government, 2021-2023", True),
    "paragon_suspected_2025": ("Suspected or acknowledged customer of Paragon, 2025", True),
    "spyware_joint_statement": ("Endorsed the Joint Statement on commercial spyware", True),
}
#: Columns with counts.
COUNTED = {
    "carnegie_spyware_rows": ("Cases of spyware in the Carnegie inventory", True),
    "carnegie_forensics_rows": ("Cases of digital forensics in the Carnegie inventory", True),
    "carnegie_other_rows": ("Other cases in the Carnegie inventory", True),
    "granitt_pegasus_victims": ("Cases of targeting with Pegasus, aggregated by country from a list under "
                                "CC BY-NC-SA 4.0", False),
    "hacking_team_end_users_leak": ("End users in the client list of Hacking Team", False),
    "keepiton_shutdowns_2016_2025": ("Internet shutdowns counted by #KeepItOn", False),
    "sii_transfers_2018": ("Records of the Surveillance Industry Index with the country as recipient", False),
    "n_spyware_sources": ("Lists of spyware that name the country; they overlap", True),
}  # fmt: skip
_LICENCES = {"granitt_pegasus_victims": "CC BY-NC-SA 4.0"}
_COLUMNS = ("iso3", "country", *LISTED, *COUNTED)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``countries``: one country. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not a number, or name and code are of two countries.
    UnknownName
        If a country is none.
    """
    require(chunk, _COLUMNS)
    table = pd.DataFrame(
        {
            "iso3": agreeing(chunk, "country", "iso3"),
            **{name: chunk[name] for name in LISTED},
            **{name: number(chunk, name) for name in COUNTED},
        }
    )
    return Cleaned({"countries": table}, kept_all(chunk))


SCHEMA = TableSchema(
    "countries",
    "one country that at least one of the lists names",
    ("iso3",),
    (
        Column("iso3", "string", "ISO 3166 alpha-3 code", required=True),
        *(
            Column(name, "boolean", what, required=True, redistribute=open_)
            for name, (what, open_) in LISTED.items()
        ),
        *(
            Column(name, "integer", what, "rows", minimum=0, required=True, licence=_LICENCES.get(name, ""),
                   redistribute=open_)
            for name, (what, open_) in COUNTED.items()
        ),
    ),
    left_alone="Counts are as compiled from the lists and are not counted again here; a test does that",
)  # fmt: skip

DATASET = Dataset(
    name="country_surveillance_panel",
    title="How often lists of surveillance technology name each country",
    inputs=(Input("country_surveillance_panel", "compiled", "country_surveillance_panel.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(Layout("compiled", required=_COLUMNS, version=r"(20\d\d)"),),
)
