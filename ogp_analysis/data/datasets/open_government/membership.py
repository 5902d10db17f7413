"""National membership of the Open Government Partnership: who joined, by which concept, and in which status since."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import schemas
from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.coding import coded, country_codes, rules, translated
from ogp_analysis.data.cleaning.corrections import made, not_needed
from ogp_analysis.data.cleaning.country_year import refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.reading import Declared, by_part, read
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, changed, kept_but
from ogp_analysis.data.datasets.open_government import membership_columns as columns
from ogp_analysis.data.datasets.open_government.membership_columns import SPELLS, STATUSES, spells

# Where sources on membership disagree: the value used here, and the others.

_CONFLICTS_FILE = "conflicts.toml"
MATTERS = toml(__file__, _CONFLICTS_FILE)


def conflicts(chunk: pd.DataFrame) -> pd.DataFrame:
    """Return ``conflicts``: the values that sources give for one matter, of which every year is in the source.

    Raises
    ------
    CleaningError
        If a matter is not coded, or a coded year does not stand in its text.
    """
    values = [MATTERS.get(kind, {}).get(subject) for subject, kind in zip(chunk["iso3"], chunk["kind"], strict=True)]
    texts = chunk["iso3"] + " " + chunk["conflict"]
    stale = [
        value is None or not _years(" ".join([value["used"], *value["others"]])) <= _years(text)
        for value, text in zip(values, texts, strict=True)
    ]
    if any(stale):
        what, action = "matters that differ from their coding", f"Code them in {_CONFLICTS_FILE}"
        refuse(chunk, "conflict", pd.Series(stale, chunk.index), what, action, beside="iso3")
    return pd.DataFrame(
        {
            "subject": chunk["iso3"],
            "kind": chunk["kind"],
            "used": [value["used"] for value in values],
            "others": [" | ".join(value["others"]) for value in values],
        }
    )


def _years(text: str) -> set[str]:
    return set(re.findall(r"\d{4}", text))


# The standing of each member as it could be read in November 2026, and how far that goes.

COLUMNS = tuple(
    "iso3 standing as_of as_of_basis standing_basis read_here plan_number plan_years contrary_reason resolution_date "
    "decided_by source_url evidence confidence".split()
)
_PLAN_YEARS = r"(?P<plan_start>\d{4})-(?P<plan_end>\d{4})(?: \(.*\))?|none .*|in co-creation .*|"


_CAVEATS = toml(__file__, "standings.toml")["caveats"]
READ_STANDINGS = Declared(__file__, "standings.toml", caveats=tuple(_CAVEATS), source_kinds=addresses.KINDS)


def standings(chunk: pd.DataFrame, links: pd.Series) -> pd.DataFrame:
    """Return ``standings``, one row per country.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    links : pandas.Series
        Its addresses without those that name a person.

    Raises
    ------
    CleaningError
        If a column is absent, a rule is missing for a text, or a standing has no date and is not of an undated page.
    """
    plan = chunk["plan_years"].str.extract(f"^(?:{_PLAN_YEARS})$")
    odd = ~chunk["plan_years"].str.fullmatch(_PLAN_YEARS)
    refuse(chunk, "plan_years", odd, "plans of no known form", "Correct the source row")
    found = READ_STANDINGS.read(
        chunk,
        "standings",
        iso3=country_codes(chunk, "iso3"),
        read=translated(chunk, "read_here", READ_STANDINGS["reads"], READ_STANDINGS.resource),
        plan_number=chunk["plan_number"].str.extract(r"^(\d+)(?: \(.*\))?$", expand=False).fillna(""),
        plan_start=plan["plan_start"].fillna(""),
        plan_end=plan["plan_end"].fillna(""),
        answered=chunk["resolution_date"].str.extract(r"(\d{4}[-\d]*) \([^()]*\)$", expand=False).fillna(""),
        caveat=by_part(chunk["evidence"], _CAVEATS),
        source_kind=addresses.kinds(chunk, "source_url"),
        source_url=links,
    )
    odd = (chunk["as_of"] == "") != found["as_of_basis"].isin(["", "undated"])
    refuse(chunk, "as_of", odd, "dates that do not go with their basis", "Correct one of the two", "as_of_basis")
    return found.assign(answered=found["answered"].where(found["answer"] != "", ""))


_FILE = "membership.toml"
CODING = toml(__file__, _FILE)


#: Other dates of joining, by country.
_OTHERWISE = {iso3: " | ".join(one["others"]) for iso3, one in MATTERS["joined"].items()}
EXIT_KINDS = ("withdrawn", "removed", "suspended_for_good")
EXIT_ACTS = ("letter_dated", "letter_received", "announced", "decided", "minister_decided", "ended", "suspended")

COUNTRIES, CONFLICTS = schemas(
    CODING["table"],
    precisions=coding.PRECISIONS,
    formal_bases=columns.FORMAL_BASES,
    bases=[entry["code"] for entry in CODING["basis"]],
    confidences=columns.CONFIDENCES,
    cohorts=columns.COHORTS,
    exit_kinds=EXIT_KINDS,
    acts=EXIT_ACTS,
    statuses=STATUSES,
    notes={entry["code"]: entry["meaning"] for entry in CODING["status"] if entry["code"] not in EXIT_KINDS},
    conflicts=tuple(MATTERS),
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return ``countries`` and ``spells``, ``conflicts`` or ``standings``, from a chunk of one of the three files.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    source : Input
        Which of the files it was read from.

    Raises
    ------
    CleaningError
        If a column is absent, a country stands twice, a note is named by no rule, a dated change no longer has its
        ground in the notes of the version it was written for, or a country is said to have been inactive and no change
        is dated.
    """
    if "conflict" in chunk.columns:
        return Cleaned({"conflicts": conflicts(chunk)}, kept_but(chunk))
    refuse(
        chunk, "iso3", chunk["iso3"].duplicated(), "countries that stand in the file already", "Keep one of the rows"
    )
    if "standing_basis" in chunk.columns:
        links, named = addresses.without_names(chunk, "source_url")
        return Cleaned({"standings": standings(chunk, links)}, kept_but(chunk, *named))
    known = not source.layout
    # Corrections are made on coded values: the record shows codes and dates, never notes.
    links, entries = addresses.without_names(chunk.assign(source=columns.links(chunk)), "source")
    table = countries(chunk, links)
    for correction in CODING["correction"]:
        rows = table["iso3"] == correction["iso3"]
        table, told = made(table, rows, correction, _FILE, written_for=known)
        entries += told
    # The dated changes of status are held against the notes of the table. In a version for which they were not written,
    # a note may say it in other words: the change stays, on the record.
    notes = (chunk["status"] + "; " + chunk["status_events"]).set_axis(chunk["iso3"])
    stale = {
        f"{change['iso3']} {change['date']}": change
        for change in CODING["change"]
        if change["iso3"] in notes.index and change["expect"] not in notes[change["iso3"]]
    }
    # A core group "suspends" its part; a country is "suspended" or under "suspension".
    noted = notes.index[notes.str.contains("inactiv|suspended|suspension")]
    undated = sorted(set(noted) - {change["iso3"] for change in CODING["change"]})
    if (stale and known) or undated:
        odd = {
            "changes of status have lost their ground": stale,
            "countries were inactive or suspended without a dated change": undated,
        }
        raise CleaningError(
            f"{_FILE}, change",
            "; ".join(f"{len(names)} {what}, {listed(names)}" for what, names in odd.items() if names),
            "Read the notes on these countries again and correct the file",
        )
    place = pd.Series(chunk.index, index=chunk["iso3"])
    for name, one in stale.items():
        lost = pd.Series(f"the notes no longer say {one['expect']!r}", index=[place[one["iso3"]]], dtype="str")
        entries.append(not_needed(chunk, "status_events", f"{name} {one['status']}", lost))
    spell = spells(table, CODING["change"], CODING["exits"])
    table["left_precision"] = coding.precision(table["left"])
    table["current_status"] = table["iso3"].map(spell.groupby("iso3")["status"].last())
    return Cleaned({"countries": table, "spells": spell}, kept_but(chunk, *entries))


def finish(parts) -> Cleaned:
    """Put the chunks together; a standing read on a newer page dates the evidence for the status anew.

    Rule ``newer_page_read``: the date of the newest evidence is that of the standing, where it is later or finer.
    """
    whole = concatenate(parts)
    tables, told = dict(whole.tables), []
    if "countries" in tables:
        held = tables["countries"]
        if "standings" in tables:
            read = held["iso3"].map(tables["standings"].set_index("iso3")["as_of"]).fillna("")
            later = coding.first_day(read) > coding.first_day(held["status_verified_to"])
            finer = pd.Series([new.startswith(old) for new, old in zip(read, held["status_verified_to"], strict=True)])
            verified = held["status_verified_to"].mask((later | finer) & (read != ""), read)
            told.append(changed(held, "status_verified_to", verified, "newer_page_read"))
            held = held.assign(status_verified_to=verified, status_verified_precision=coding.precision(verified))
            spell = tables["spells"]
            tables["spells"] = spell.assign(verified_to=spell["iso3"].map(held.set_index("iso3")["status_verified_to"]))
        tables["countries"] = held[COUNTRIES.names]
    return Cleaned(tables, whole.record + Record({}, {}, pd.concat(told)) if told else whole.record)


def countries(chunk: pd.DataFrame, links: pd.Series) -> pd.DataFrame:
    """Return the columns of ``countries``, as text; one row per country. Precision and status of exits come later."""
    basis = coded(chunk, "joined_basis", rules(CODING["basis"]), _FILE)
    status = coded(chunk, "status", rules(CODING["status"]), _FILE)
    letter, window = columns.joined_letter(chunk, basis), columns.joined_window(chunk)
    formal, plan = columns.joined_formal(chunk, basis), columns.latest_plan(chunk)
    exits = chunk["iso3"].map(lambda iso3: CODING["exits"].get(iso3, {}))
    exit_kind = status.where(status.isin(EXIT_KINDS), "")
    odd = (exit_kind == "") != (chunk["left"] == "")
    what = "exits without a date, or dates without an exit"
    refuse(chunk, "left", odd, what, "Correct the row or its rule", beside="status")
    return read(
        chunk,
        COUNTRIES,
        iso3=country_codes(chunk, "iso3"),
        joined_letter=letter,
        joined_letter_year=coding.year(letter),
        joined_earliest=window["earliest"],
        joined_latest=window["latest"],
        joined_formal=formal["date"],
        joined_formal_year=coding.year(formal["date"]),
        joined_formal_basis=formal["basis"],
        joined_basis=basis,
        joined_confidence=columns.confidence(chunk, "joined_confidence"),
        entry_cohort=columns.entry_cohort(formal),
        joined_otherwise=chunk["iso3"].map(_OTHERWISE).fillna(""),
        left_precision="",
        exit_kind=exit_kind,
        **{
            f"left_{fact}": exits.map(lambda one, fact=fact: one.get(fact, ""))
            for fact in ("act", "other", "other_act")
        },
        exit_confidence=columns.confidence(chunk, "exit_confidence"),
        current_status="",
        status_note=status.where(~status.isin(EXIT_KINDS), ""),
        status_verified_precision=coding.precision(chunk["status_verified_to"]),
        **{f"latest_plan_{part}": plan[part] for part in plan},
        sources=links,
        **{FILE: chunk[FILE], LINE: chunk[LINE]},
    )


DATASET = declare(
    "ogp_membership", clean, (COUNTRIES, SPELLS, CONFLICTS, *READ_STANDINGS.tables), finish, standings=COLUMNS
)
