"""What the law rows say of each buyer of a documented contract or invoice on its date, day by day from the raw rows."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from . import files, surveillance_contracting

READINGS = ("read-2026-11", "read-2026-11-older")
#: The measures of a page, as the raw rows call them.
MEASURES = {
    "interception": "interception of private communications",
    "geolocation": "real-time geolocation",
    "retained_data": "retained data / historic location",
    "device_forensics": "device extraction",
}
#: Who a buyer is, by its name in the raw rows or on the page; the first that fits.
KINDS = {
    "army": "SEDENA",
    "intelligence": "CISEN",
    "police": "Policía Federal",
    "government": "^Gobierno",
    "prisons": "Readaptación|OADPRS",
    "federal prosecution": "^PGR|^FGR",
    "state prosecution": "Fiscalía|Procuraduría|PGJ",
}
#: Whose powers in the raw rows those of a buyer are.
HOLDERS = {
    "army": "military prosecution",
    "intelligence": "civil intelligence",
    "police": "Policía Federal",
    "federal prosecution": r"federal prosecution|federal and state prosecution",
    "state prosecution": r"state prosecution",
}
#: How an answer on the page begins, and what it comes to.
SAID = {
    "power provided for": "power",
    "provided for, within limits": "power",
    "depends on the end user": "depends",
    "provided for, then invalidated": "invalid",
    "not known": "not known",
    "the body had ended": "ended",
    "not located": "none",
    "no text read": "none",
    "not researched": "none",
}


def kind(name: str) -> str:
    return next((one for one, pattern in KINDS.items() if re.search(pattern, name)), "")


def asked(mirror: Path) -> set[tuple[str, str]]:
    """Kind of buyer and date of every contract and invoice above low confidence; none where sources name two bodies."""
    facts = surveillance_contracting.table(mirror)
    rows = facts[facts["row_type"].isin(["contract", "invoice"]) & surveillance_contracting.sure(facts)]
    found = set()
    for name, date, quoted in rows[["buyer", "date_signed", "source_text"]].itertuples(index=False):
        # A state with its prosecution in brackets is the state, where the quoted words do not name the prosecution.
        state = name.startswith("Estado de") and not re.search("PGJ|Procuradur|Fiscal", quoted)
        if "sources differ" not in name:
            dated = date if re.fullmatch(r"\d{4}(-\d\d){0,2}", date) else ""
            found.add(("government" if state else kind(name), dated))
    return found


class Law:
    """The rows on powers and on first days, as the files have them."""

    def __init__(self, mirror: Path):
        folders = [mirror / "mexico_legal_authority" / reading for reading in READINGS]
        powers = pd.concat([files.words(folder / "mexico_powers_text.csv") for folder in folders], ignore_index=True)
        # Of a law known from elsewhere, the later reading; and none of a law of which the text was read.
        read = set(powers.loc[powers["read"] == "read", ["law", "measure"]].itertuples(index=False, name=None))
        elsewhere = powers["read"] == "secondary"
        of_text = [one in read for one in zip(powers["law"], powers["measure"], strict=True)]
        double = elsewhere & pd.Series(of_text, index=powers.index)
        self.powers = powers[~double & ~(elsewhere & powers.duplicated(["law", "measure"], keep="last"))]
        #: The rows on a measure whose holder is a buyer of this kind.
        self.rows = {
            (buyer, measure): self.powers[
                self.powers["authority"].str.contains(holder) & (self.powers["measure"] == called)
            ].to_dict("records")
            for buyer, holder in HOLDERS.items()
            for measure, called in MEASURES.items()
        }
        entries = files.words(folders[0] / "mexico_law_entry.csv").set_index("key")
        self.code_published = entries.loc["CNPP", "dof_publication"]
        self.code_began = re.search(r"federal from (\d{4}-\d\d-\d\d)", entries.loc["CNPP", "note"])[1]
        self.code_everywhere = entries.loc["CNPP-2016", "first_day_in_force"]
        self.military_decree = re.search(r"\) (\d{4}-\d\d-\d\d),", entries.loc["CMPP", "verdict"])[1]

    def on(self, buyer: str, measure: str, day: str) -> tuple[str, str]:
        """What is said of a buyer and a measure on one day, and who must authorise it."""
        if buyer == "government":
            return "depends", ""
        if buyer not in HOLDERS:
            return "none", ""
        for row in self.rows[buyer, measure]:
            ended = re.search(r"the force ended in (\d{4})", row["validity"])
            if ended and day[:4] >= ended[1]:
                return ("not known" if day[:4] == ended[1] else "ended"), ""
            # The old code gave way to the new one place by place.
            began = self.code_began if buyer == "federal prosecution" else self.code_published
            if "before June 2016" in row["authority"] and began <= day < self.code_everywhere:
                return "not known", ""
            if row["law"].startswith("CMPP") and self.military_decree <= day < row["from"]:
                return "not known", ""
            if row["from"] <= day <= (row["to"] or "9999"):
                if row["validity"] == "INVALID":
                    return "invalid", ""
                return "depends" if buyer == "army" else "power", judge(row)
        # Since the National Guard is part of the ministry, the unit decides; its law is of that day.
        if buyer == "army" and measure in ("geolocation", "retained_data") and day >= "2025-07-17":
            return "depends", ""
        return "none", ""

    def answer(self, buyer: str, measure: str, date: str) -> tuple[str, str]:
        """What is said on every day of a date; not known if the days differ."""
        period = pd.Period(date) if date else None
        first, last = (period.start_time, period.end_time) if period else ("2000-01-01", "2026-12-31")
        said = {self.on(buyer, measure, str(day.date())) for day in pd.date_range(first, last, freq="D")}
        return said.pop() if len(said) == 1 else ("not known", "")


def judge(row: dict) -> str:
    """Who must authorise, in the fewest words."""
    who = row["who_authorises"]
    named = "federal judge" if who.startswith("federal") else "control judge" if who.startswith("control") else "judge"
    if who.startswith("none"):
        return "no judge"
    hours = row["ratification_hours"]
    return f"{named}, {hours} hours" if hours and row["prior_judicial_control"] != "yes" else named


def printed(cell: str) -> tuple[str, str]:
    """What a cell of the page comes to, in the same words."""
    said = next(one for begin, one in SAID.items() if cell.startswith(begin))
    who = re.search(r"no judge|federal judge|control judge|a judge", cell)
    hours = re.search(r"within (\d+ hours)", cell)
    named = who[0].removeprefix("a ") if who else ""
    return said, f"{named}, {hours[1]}" if hours else named
