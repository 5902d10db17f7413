"""End users that a vendor's leaked client list names, by year of order, as taken from the Surveillance Industry Index.

The list shows whom the vendor counted as a client. It does not show that a body used the product, nor
that a use was unlawful.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning.coding import declared, translated
from ogp_analysis.data.cleaning.country_year import agreeing_codes, known, require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.record import Cleaned, kept_all

_CODES, _TABLES = declared(__file__)

_HERE = "data/datasets/surveillance/hacking_team_clients.toml"
_COLUMNS = ("id", "order_year", "iso3", "country", "end_user_as_written", "vendor", "tech_category", "caveat")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``clients``: one end user in the list. Every row is kept and nothing is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a vendor, a category or a caveat is unknown, or name and code are of two countries.
    UnknownName
        If a name is that of no country.
    """
    require(chunk, _COLUMNS)
    known(chunk, "tech_category", ("intrusion_spyware",))
    table = pd.DataFrame(
        {
            "client": chunk["id"],
            "iso3": agreeing_codes(chunk, "country", "iso3"),
            "order_year": chunk["order_year"],
            "vendor": known(chunk, "vendor", ("Hacking Team",)),
            "category": "spyware",
            "end_user": chunk["end_user_as_written"],
            "caveat": translated(chunk, "caveat", _CODES["caveats"], _HERE),
        }
    )
    return Cleaned({"clients": table}, kept_all(chunk))


DATASET = Dataset(
    name="hacking_team_clients",
    title="End users in the leaked client list of Hacking Team, by country and year of order",
    inputs=(Input("hacking_team_clients", "sii", "hacking_team_clients.csv"),),
    clean=clean,
    schemas=_TABLES,
    layouts=(
        Layout(
            "clients",
            required=_COLUMNS,
            unread="end_user_normalised|product|source|upstream_source_url|upstream_document",
            version=r"(20\d\d)",
            last="order_year",
        ),
    ),
)
