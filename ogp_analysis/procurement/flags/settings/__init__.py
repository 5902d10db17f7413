"""Thresholds and exceptions by country: data, in ``defaults.toml`` and ``<iso3>.toml`` beside this module."""

from ogp_analysis.procurement.flags.settings.choose import TUKEY, Settings, countries, settings
from ogp_analysis.procurement.flags.settings.ini import from_ini

__all__ = ["TUKEY", "Settings", "countries", "from_ini", "settings"]
