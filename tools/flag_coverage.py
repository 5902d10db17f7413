"""Write into docs/flags/README.md for how many units of each publisher each red flag can be computed.

Reads the OCDS files of the folder that OGP_ANALYSIS_MIRROR names: ``python tools/flag_coverage.py``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ogp_analysis.base import paths
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.procurement.ocds.dataset import DATASET
from ogp_analysis.data.sources import raw
from ogp_analysis.procurement.awarded.ocds import calls_as_told, read_as_told
from ogp_analysis.procurement.flags.prepare import prepare
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.result import TERMS, FlagResult
from ogp_analysis.procurement.flags.settings import settings
from ogp_analysis.procurement.publications import PUBLICATIONS
from ogp_analysis.procurement.submission_terms import submission_terms, under_other_laws

PAGE = Path(__file__).resolve().parents[1] / "docs" / "flags" / "README.md"
#: Country of each publisher, by the beginning of its name.
COUNTRIES = {
    "armenia": "ARM",
    "australia": "AUS",
    "buyandsell": "CAN",
    "canada": "CAN",
    "colombia": "COL",
    "mexico": "MEX",
    "moldova": "MDA",
    "paraguay": "PRY",
    "taiwan": "TWN",
    "uk-": "GBR",
    "ukraine": "UKR",
}
_BETWEEN = re.compile(r"(<!-- coverage by [^>]* -->\n).*?(<!-- /coverage -->)", re.DOTALL)


def country(publisher: str) -> str:
    """Return the ISO code of the country of a publisher."""
    return COUNTRIES[max((name for name in COUNTRIES if publisher.startswith(name)), key=len)]


def results(mirror: Path) -> Iterator[tuple[str, int, dict[str, FlagResult]]]:
    """Return for each publisher how many processes it has, and the answers of all flags.

    Parameters
    ----------
    mirror : pathlib.Path
        Folder of the published files.
    """
    sidecars = paths.project().raw
    for source in DATASET.inputs:
        chunks = raw.chunks(mirror, source.source, source.version, source.files, sidecars=sidecars)
        chosen = settings(country(source.version))
        prepared = prepare(cleaned(DATASET, ((source, chunk) for chunk in chunks)).tables, chosen).tables
        own = next(one for one in PUBLICATIONS.values() if one.place == f"ocds/{source.version}/")
        told = read_as_told(prepared, source.version, own.published).tables
        if own.iso3 == "MEX":
            by_law = submission_terms if own.federal_law else under_other_laws
            told[TERMS] = by_law(calls_as_told(told, source.version))
        yield source.version, len(told["processes"]), compute_all(told, chosen)


def table(found: Iterator[tuple[str, int, dict[str, FlagResult]]]) -> str:
    """Return the table: a row a publisher, with the flags that can be computed at all, and for how many units."""
    rows = [
        "| publisher | settings | processes | flags that can be computed: units computed of all |",
        "|---|---|---|---|",
    ]
    for publisher, n, answers in found:
        told = [f"{name} {r.n_computable:,} of {r.n:,}" for name, r in answers.items() if r.n_computable]
        rows.append(f"| `{publisher}` | {country(publisher)} | {n:,} | {', '.join(told) or 'none'} |")
    return "\n".join(rows)


def main() -> int:
    """Rewrite the table."""
    mirror = paths.mirror()
    if mirror is None:
        print(f"Set {paths.MIRROR_VARIABLE} to the folder of the published files", file=sys.stderr)
        return 2
    new = table(results(mirror))
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BETWEEN.sub(lambda marks: f"{marks[1]}\n{new}\n\n{marks[2]}", page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
