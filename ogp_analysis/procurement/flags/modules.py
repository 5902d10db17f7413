"""The modules of all red flags, by their codes. Written by tools/flag_pages.py: do not edit."""

from __future__ import annotations

from ogp_analysis.procurement.flags import (
    r002,
    r003,
    r010,
    r011,
    r013,
    r016,
    r018,
    r024,
    r025,
    r028,
    r030,
    r035,
    r036,
    r038,
    r040,
    r046,
    r048,
    r049,
    r050,
    r055,
    r058,
)

MODULES = (r002, r003, r010, r011, r013, r016, r018, r024, r025, r028, r030, r035, r036, r038, r040, r046, r048, r049,
           r050, r055, r058)  # fmt: skip
