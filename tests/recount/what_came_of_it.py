"""What came of the revelations of surveillance, counted again in the compiled rows themselves."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from pathlib import Path

from . import files

#: Our own words, lanes and merges lie in the repository.
OWN = Path(__file__).resolve().parents[2] / "data" / "raw" / "surveillance_event_words" / "1-extract"
START = date(2016, 8, 24)
#: The laws that end INAI are published.
INAI = date(2025, 3, 20)
SHOWN = ("revelation", "prosecutor", "court", "access", "law", "ogp")


def ends(written: str) -> tuple[date, date]:
    """First and last day that a day, a month or a year can be."""
    year, month, day = (int(part) for part in (*written.split("-"), 0, 0)[:3])
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return first, last


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    timeline, promised = mirror / "mexico_surveillance_timeline", mirror / "ogp_surveillance_commitments" / "2026-11"
    dates: dict[str, str] = {}
    for file in (
        timeline / "compiled" / "mexico_timeline.csv",
        timeline / "additions-2026-11" / "mexico_story.csv",
        promised / "mexico_commitment7.csv",
    ):
        raw = files.words(file)
        dates |= dict(zip(raw["id"], raw["date"].str.replace(r"/\d\d$", "", regex=True), strict=True))
    parts = files.words(mirror / "mexico_surveillance_targets" / "parts-2026-11" / "reckless_parts.csv")
    numbers = parts["part"].str.extract(r"^(\d+)", expand=False).str.zfill(2)
    dates |= dict(zip("P-" + numbers, parts["publication_date"], strict=True))
    merges, words = files.words(OWN / "merges.csv"), files.words(OWN / "words.csv")
    lane = dict(zip(words["event"], words["lane"], strict=True))
    kept = {key: written for key, written in dates.items() if key not in set(merges["event"])}
    when = {key: ends(written) for key, written in kept.items() if written}
    after = {key: span for key, span in when.items() if span[0] >= START and key != "TL-05" and lane[key] in SHOWN}
    firsts = {name: min((span[::-1] for key, span in after.items() if lane[key] == name)) for name in SHOWN}
    events = files.words(mirror / "surveillance_events" / "2026-11" / "events_by_country.csv")
    opened = events["event_type"].isin(["revelation", "complaint"])
    several = events.groupby("iso3")["date"].transform("size") > 1
    since = events[several & ~opened]
    plan = files.words(promised / "mexico_plan4.csv").iloc[0]
    access = [when[key][1] < INAI for key in when if lane[key] == "access"]
    return {
        "rows": len(dates),
        "events": len(kept),
        "merged": len(merges),
        "facts after the revelation": len(after),
        "facts of the OGP lane": sum(lane[key] == "ogp" for key in kept),
        "facts of the prosecutor": sum(lane[key] == "prosecutor" for key in kept),
        **{f"days to the first of {name}": (firsts[name][0] - START).days for name in ("ogp", "access", "court")},
        **{f"facts of {name}": sum(lane[key] == name for key in after) for name in SHOWN},
        "access before": sum(access),
        "access after": len(access) - sum(access),
        "countries": events["iso3"].nunique(),
        "countries with a later event": since["iso3"].nunique(),
        "countries with a further revelation": events[several]["iso3"].nunique() - since["iso3"].nunique(),
        "last plan": int(plan["plan_number"]),
        "last plan, first year": int(plan["plan_from"]),
        "last plan, last year": int(plan["plan_to"]),
    }
