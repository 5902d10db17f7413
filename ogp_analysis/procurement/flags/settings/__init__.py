"""Thresholds and exceptions: a flag declares its own, ``defaults.toml`` those of all, ``<iso3>.toml`` a country's."""

from ogp_analysis.procurement.flags.settings.choose import TUKEY, Settings, countries, settings
from ogp_analysis.procurement.flags.settings.ini import from_ini

__all__ = ["TUKEY", "Settings", "countries", "from_ini", "settings"]
