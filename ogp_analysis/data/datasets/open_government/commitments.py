"""Commitments of OGP action plans: vintages 2015 and 2016, those on parliaments of 2024, and later sheets.

The three files have 103, 108 and 171 columns of other names and scales; ``commitments.toml`` says which clean column
comes from which. The vintages overlap: 2016 is a revision of 2015, and the selection of 2024, on parliament and
legislation, repeats commitments of both. Never add them up, and never take a rate of the selection for one of all
commitments.

References
----------
Open Government Partnership, Independent Reporting Mechanism (IRM): OGP Explorer data, vintages 2015 and 2016, and the
sheet of commitments of July 2024. Definitions: dataset ``ogp_codebook``.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.corrections import made
from ogp_analysis.data.cleaning.country_year import codes_of_names, distinct, known, refuse
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, changed, kept_but, merged
from ogp_analysis.data.datasets.open_government import commitment_columns as columns
from ogp_analysis.data.datasets.open_government import commitment_tables, membership_columns, star_rules
from ogp_analysis.data.datasets.open_government.commitment_columns import MAPPING, date_columns, newest, tag_names
from ogp_analysis.data.datasets.open_government.commitment_tables import (
    NO_REPORT,
    REPORTS,
    SCHEMAS,
    TEXT_FIELDS,
    all_folded,
    language,
    masked,
)

# Corrections of the raw files of OGP commitments: data, each with what it expects to find.
# They stand in ``commitment_corrections.toml``. In the vintage it was written for, a correction whose row does not say
# what it expects stops the cleaning. A later sheet may already be right; there the record says that the correction is
# not needed.

_FILE = "commitment_corrections.toml"
CORRECTIONS = tuple(toml(__file__, _FILE)["correction"])


def corrected(chunk: pd.DataFrame, vintage: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the raw text of a vintage with its corrections made, and the entries for the record.

    Raises
    ------
    CleaningError
        If a row of a known vintage does not say what its correction expects.
    """
    known = vintage in MAPPING["vintage"]
    like = (
        vintage if known else "2024_parliament" if MAPPING["vintage"]["2024_parliament"]["key"][0] in chunk else "2016"
    )
    key = [name if known else newest(name) for name in MAPPING["vintage"][like]["key"]]
    if not known and not {*key} <= {*chunk.columns}:
        return chunk, []
    fixed, entries = chunk, []
    keys = pd.MultiIndex.from_frame(chunk[key])
    for correction in CORRECTIONS:
        if correction["vintage"] != like:
            continue
        column = correction["column"] if known else newest(correction["column"])
        if column not in fixed.columns:
            continue
        rows = pd.Series(keys.isin([tuple(row) for row in correction["rows"]]), index=chunk.index)
        if known:
            # All the rows that a correction names must say what it expects, in its column and beside it.
            for name, value in {correction["column"]: correction["expect"], **correction.get("beside", {})}.items():
                stale = rows & (fixed[name] != value)
                if stale.any():
                    row = fixed[stale].iloc[0]
                    raise CleaningError(
                        f"{_FILE}, {correction['rule']}",
                        f"expects {value!r} in {name} and finds {row[name]!r} in {row[FILE]} line {row[LINE]}",
                        "Look at the source again; correct or take out the correction",
                    )
        fixed, told = made(fixed, rows, {**correction, "column": column}, _FILE, written_for=known)
        entries += told
    return fixed, entries


def numbers(chunk: pd.DataFrame, number: str, titles: tuple[str, ...]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the chunk with commitment numbers as they were before a spreadsheet read them, and the entries.

    Rule ``number_read_as_fraction`` reads a fraction of more than ten digits back to ten. Rule
    ``number_lost_its_zero`` puts back a zero that the title has behind the same number. Where no title has it, 2.1 may
    still be 2.10.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    number : str
        Column of the commitment numbers.
    titles : tuple of str
        Columns that may begin with the number.
    """
    # What a spreadsheet reads as a fraction has eleven decimals or more.
    whole = chunk[number].map(lambda text: f"{float(text):.10g}" if re.fullmatch(r"\d+\.\d{11,}", text) else text)
    entries = [changed(chunk, number, whole, "number_read_as_fraction")]
    chunk = chunk.assign(**{number: whole})
    lost = []
    for written, *beside in chunk[[number, *titles]].itertuples(index=False, name=None):
        behind = [title.removeprefix(written + "0") for title in beside if title.startswith(written + "0")]
        lost.append(bool(re.fullmatch(r"\d+\.\d+", written)) and not all(rest[:1].isdecimal() for rest in behind))
    full = whole.mask(lost, whole + "0")
    return chunk.assign(**{number: full}), [*entries, changed(chunk, number, full, "number_lost_its_zero")]


# Tags of OGP commitments in long form: who has a tag, where it was not given, and how many there are of each.

#: Our code of each raw value; a blank is missing.
VALUES = {"1": "yes", "0": "no", "NR": "not_reviewed", "ND": "no_data", "NA": "not_applicable", "": ""}
_COUNTED = {code: f"n_{code or 'blank'}" for code in VALUES.values()}


def tags_of(chunk: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """Return every tag of every row: file, line, ``vintage``, ``tag``, ``kind``, ``value``; ``no`` included.

    Raises
    ------
    CleaningError
        If a value is not known.
    """
    names = {code: tag for code, tag in tag_names(vintage).items() if tag[1] in chunk.columns}
    if not names:
        return pd.DataFrame(columns=[FILE, LINE, "vintage", "tag", "kind", "value"])
    said = pd.concat([chunk[raw] for _, raw in names.values()], ignore_index=True)
    if not said.isin(list(VALUES)).all():
        for _, raw in names.values():
            known(chunk, raw, VALUES)
    again = np.tile(np.arange(len(chunk)), len(names))
    each = np.repeat(np.arange(len(names)), len(chunk))
    return pd.DataFrame(
        {
            FILE: chunk[FILE].array.take(again),
            LINE: chunk[LINE].array.take(again),
            "vintage": vintage,
            "tag": pd.array(list(names), dtype="str").take(each),
            "kind": pd.array([kind for kind, _ in names.values()], dtype="str").take(each),
            "value": said.map(VALUES),
        }
    )


def counted(long: pd.DataFrame) -> pd.DataFrame:
    """Return the ``tag_counts`` of tags in long form."""
    sizes = long.groupby(["vintage", "tag", "kind", "value"]).size().unstack("value", fill_value=0)
    return sizes.reindex(columns=list(_COUNTED), fill_value=0).rename(columns=_COUNTED).reset_index()


def without_no(long: pd.DataFrame) -> pd.DataFrame:
    """Return the tags that do not say no."""
    return long[long["value"] != "no"]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the commitments, texts, tags, themes and their candidates of a chunk, by file and line.

    :func:`finish` names them.

    Rules: ``number_read_as_fraction`` and ``number_lost_its_zero`` restore commitment numbers, ``address_masked`` masks
    e-mail addresses, and the corrections of ``commitment_corrections.toml``, each by its name.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line, below the second of the two header lines of 2015 and 2016.
    source : Input
        The input it was read from; its version says which vintage it is.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not known, or, in one of the three vintages, a column is not known, a label
        and its number do not agree, or a correction no longer finds what it expects.
    UnknownName
        If a place is neither a country nor a locality.
    """
    known = not source.layout
    vintage = columns.BY_FOLDER[source.version] if known else re.sub(r"\W+", "_", source.version).strip("_")
    text, entries = chunk, []
    if known:
        columns.require_known(chunk, vintage)
        distinct(chunk)
    else:
        text, entries = columns.under_known_names(chunk)
        again = text.drop(columns=LINE).duplicated()
        entries.append(merged(text, again, "exact_repeat", columns.raw_name("title", vintage)))
        text = text[~again]
    number = columns.raw_name("commitment_number", vintage)
    titles = tuple(columns.raw_name(field, vintage) for field in ("short_title", "title"))
    if number in text.columns:
        text, renumbered = numbers(text, number, tuple(name for name in titles if name in text.columns))
        entries += renumbered
    text, corrections = corrected(text, vintage)
    found = {field: masked(text, columns.raw_name(field, vintage)) for field in TEXT_FIELDS}
    texts = pd.DataFrame({field: new for field, (new, _) in found.items()})
    addresses = [entry for _, entry in found.values()]
    searched = all_folded(texts["title"] + " | " + texts["full_text"])
    tags = tags_of(text, vintage)
    place = {FILE: text[FILE], LINE: text[LINE]}
    named, plans = identity(text, vintage, written_for=known)
    answers, contradictions = columns.answers(text, vintage, written_for=known)
    facts = {
        **named,
        "text_language": searched.map(language),
        **date_columns("start", text, columns.raw_name("start", vintage), known=known),
        **date_columns("end", text, columns.raw_name("end", vintage), known=known),
        **reports(text, vintage),
        **answers,
    }
    was_read = known and vintage == commitment_tables.THEME_RULES["reading"]["vintage"]
    by_place = searched.set_axis(pd.MultiIndex.from_frame(text[[FILE, LINE]]))
    tables = {
        "commitments": pd.DataFrame({**facts, **place}),
        "texts": texts.assign(**place),
        "tags": tags,
        "themes": commitment_tables.by_tag(tags),
        # Texts were read in one vintage; candidates elsewhere would be words that nobody looked at.
        "theme_readings": commitment_tables.candidates(by_place if was_read else by_place.iloc[:0], tags),
        "theme_sample": pd.DataFrame(place).assign(text=searched.map(commitment_tables.fingerprint))[
            pd.Series(was_read, index=text.index)
        ],
    }
    return Cleaned(tables, kept_but(chunk, *entries, *corrections, *contradictions, *plans, *addresses))


def finish(parts) -> Cleaned:
    """Name every commitment, carry the name to its texts, tags and themes, add what was read, and derive the stars."""
    whole = concatenate(parts)
    commitments = whole.tables["commitments"].sort_values([FILE, LINE], kind="stable", ignore_index=True)
    commitments.insert(0, "commitment_id", identifiers(commitments))
    commitments = commitments.assign(**star_rules.derived_columns(commitments))
    names = commitments[[FILE, LINE, "commitment_id"]]
    tags = whole.tables["tags"]
    themes, found, read = (
        whole.tables[name].merge(names, on=[FILE, LINE], validate="m:1")
        for name in ("themes", "theme_readings", "theme_sample")
    )
    texts = read.set_index("commitment_id")["text"]
    readings = commitment_tables.decided(found, texts)
    main = readings.loc[readings["decision"] == "main_subject", ["commitment_id", "theme"]]
    tables = {
        "commitments": commitments,
        "texts": whole.tables["texts"].merge(names, on=[FILE, LINE], validate="1:1"),
        "tags": without_no(tags).merge(names, on=[FILE, LINE], validate="m:1"),
        "tag_counts": counted(tags),
        "themes": pd.concat([themes, main.assign(rule=commitment_tables.READ_RULE)], ignore_index=True),
        "theme_readings": readings,
        "theme_sample": commitment_tables.drawn(texts, readings),
        "star_disagreements": star_rules.disagreements(commitments),
    }
    return Cleaned(tables, whole.record)


def identifiers(commitments: pd.DataFrame) -> pd.Series:
    """Return the identifier of each commitment: the published one, numbered if it repeats, else one built from its key.

    Parameters
    ----------
    commitments : pandas.DataFrame
        In the order of the file. The order among rows of one key counts, that of other rows does not.
    """
    number = commitments["commitment_number"].map(lambda text: re.sub(r"[^0-9A-Za-z.]+", "_", text).strip("_") or "x")
    stem = commitments["vintage"] + "-" + commitments["unit"] + "-" + commitments["plan_number"] + "-" + number
    built = stem + "-" + (stem.groupby(stem).cumcount() + 1).astype("str")
    own = commitments["published_id"]
    again = own.groupby(own).cumcount()
    own = own.mask(again > 0, own + "-" + (again + 1).astype("str"))
    return built.where(commitments["published_id"] == "", own)


def identity(text: pd.DataFrame, vintage: str, *, written_for: bool) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return the columns that name a commitment, its place and its plan, and the entries for the record.

    Unit and number of the plan must give OGP's identifier of the plan; one of another plan is left out in a vintage for
    which the rules were not written.

    Raises
    ------
    CleaningError
        If, in one of the three vintages, an identifier is that of another plan.
    UnknownName
        If a place is neither a country nor a locality.
    """
    unit = text["Code"] if "Code" in text.columns else codes_of_names(text, "Country")
    row_kind, place_kind = columns.dummy(text, vintage), membership_columns.level(text.assign(unit=unit), "unit")
    plan, number = columns.text(text, "plan_id", vintage), columns.text(text, "plan_number", vintage)
    wrong, raw = (plan != "") & (plan != "AP_" + unit + number.str.zfill(2)), columns.raw_name("plan_id", vintage)
    if written_for and wrong.any():
        action = "Look at the source; correct the row in commitment_corrections.toml"
        refuse(text, raw, wrong, "plans that are not those of their place and number", action)
    return {
        "published_id": columns.text(text, "published_id", vintage),
        "vintage": pd.Series(vintage, index=text.index, dtype="str"),
        "row_kind": row_kind,
        "unit": unit,
        "place_kind": place_kind,
        "iso3": membership_columns.country_of(unit),
        "plan_number": number,
        "plan_id": plan.mask(wrong, ""),
        "submission_year": columns.text(text, "submission_year", vintage),
        "plan_end_year": columns.text(text, "plan_end_year", vintage),
        "commitment_number": columns.text(text, "commitment_number", vintage),
        "url": columns.text(text, "url", vintage),
    }, [changed(text, raw, plan.mask(wrong, ""), "identifier_of_another_plan")] if wrong.any() else []


def reports(text: pd.DataFrame, vintage: str) -> dict[str, pd.Series]:
    """Return the year of each report of the IRM, and whether it was published or why there is no year.

    Raises
    ------
    CleaningError
        If what stands there is neither a year nor a word of :data:`~.commitment_tables.NO_REPORT`.
    """
    found = {}
    for report in REPORTS:
        raw = columns.raw_name(f"report_{report}", vintage)
        year = status = pd.Series("", index=text.index, dtype="str")
        if raw in text.columns:
            is_year = text[raw].str.fullmatch(r"20\d{2}")
            rest = known(text.assign(**{raw: text[raw].mask(is_year, "")}), raw, ("", *NO_REPORT))
            year, status = text[raw].where(is_year, ""), rest.map(NO_REPORT).fillna("").mask(is_year, "published")
        found |= {f"report_year_{report}": year, f"report_status_{report}": status}
    return found


DATASET = declare(
    "ogp_commitments",
    clean,
    SCHEMAS,
    finish,
    layouts=(columns.layout("sheet", "2024_parliament"), columns.layout("explorer", "2016")),
)
