"""How OGP action plans were made and followed up: the IRM's table of processes of July 2016.

References
----------
Open Government Partnership, Independent Reporting Mechanism: OGP Explorer data, process database, July 2016. The six
steps are those of OGP's rules on consultation; the levels of influence are the spectrum of public participation of
the International Association for Public Participation (IAP2).
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import Column, schemas
from ogp_analysis.data.cleaning.coding import Rule, coded, translated
from ogp_analysis.data.cleaning.corrections import needed
from ogp_analysis.data.cleaning.country_year import codes_of_names, known, refuse
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import mended, read
from ogp_analysis.data.cleaning.record import HEADER_RULE, Cleaned, changed, kept_but, set_aside

# Columns of the table of OGP processes: raw names, codes and meanings.
# A line above the column names groups them (``Step 1`` to ``Step 6``, development, implementation, self-assessment,
# institutional variables). A name that is clear only within its group, such as ``Timeline: Online``, is completed
# here. Names that begin with ``_`` are the 0/1 twins of the column before them.

_COLUMNS = toml(__file__, "process_columns.toml")
#: Answers, and our codes for them; ``Yes `` with a blank at its end is the same answer.
ANSWERS = {"Yes": "yes", "No": "no", "NR": "not_reviewed", "NA": "not_applicable", "Unclear": "unclear"}
FLAGS = {"1": "yes", "0": "no", "NR": "not_reviewed", "NA": "not_applicable"}
OPENNESS = {"Open": "open", "Invitation-only": "invitation_only", "NR": "not_reviewed", "NA": "not_applicable"}
#: Levels of the spectrum of public participation (IAP2), from the least influence to the most.
IAP2_LEVELS = ("inform", "consult", "involve", "collaborate", "empower")
IAP2 = {**{level.capitalize(): level for level in IAP2_LEVELS}, "NR": "not_reviewed", "NA": "not_applicable"}

#: Clean name, raw name, and meaning: the six steps of consultation and further answers, with their 0/1 twin before the
#: meaning; answers without a twin; institutional variables, published as 0 and 1; evidence, without a meaning.
STEPS, TWINNED, QUESTIONS, INSTITUTIONS, EVIDENCE = (
    _COLUMNS[group] for group in ("steps", "twinned", "questions", "institutions", "evidence")
)
#: Codes of consultation: clean name, raw name, values, meaning.
CONSULTATION = tuple(
    (name, raw, {"openness": OPENNESS, "iap2": IAP2}[values], meaning)
    for name, raw, values, meaning in _COLUMNS["consultation"]
)
#: Every answer without a twin, with the codes of its values.
CODED = (
    *CONSULTATION,
    *((name, raw, ANSWERS, meaning) for name, raw, meaning in QUESTIONS),
    *((name, raw, FLAGS, meaning) for name, raw, meaning in INSTITUTIONS),
)
COUNTRY, PLAN, YEAR = "Country name", "Action Plan Number", "Year AP Submitted"
NOTICE, FOLLOWED = "Days in advance", "_Number of steps followed (out of 6)"
#: Columns without which nothing is cleaned.
REQUIRED = (
    COUNTRY,
    PLAN,
    YEAR,
    NOTICE,
    FOLLOWED,
    *(name for _, *names, _ in STEPS + TWINNED for name in names),
    *(name for _, name, _, _ in CODED),
)


def answer(name: str, meaning: str, values: dict[str, str]) -> Column:
    """Return the column of a question: a category with the codes of `values`."""
    return Column(name, "category", f"{meaning}.", categories=tuple(values.values()), required=True)


_FILE = "process.toml"
CODING = toml(__file__, _FILE)

_RULES = "data/datasets/open_government/process.py"
_NOT = "not_reviewed"
_EXCEPTION = f"Correct the source row, or name the exception in {_RULES}"
_STEP = {"Yes": "yes", "No": "no", "NR": _NOT}
#: What a 0/1 twin may say beside an answer. One step of GEO 1 and one of UKR 1 have NR with the twin NA.
_TWIN = {"Yes": ("1",), "No": ("0",), "NR": ("NR", "NA")}
#: How the notice is given; a number of days beside these words.
_NOTICE = (Rule("stated", r"\d+"), Rule("not_applicable", "NA"), Rule("unclear", "Unclear"), Rule(_NOT, "NR"))

(_declared,) = schemas(CODING["table"], notices=[rule.code for rule in _NOTICE])
# The answers on the six steps come before their counts, all others behind the notice.
_before = _declared.names.index("steps_reviewed")
PLANS = replace(
    _declared,
    columns=(
        *_declared.columns[:_before],
        *(answer(name, meaning, _STEP) for name, _, _, meaning in STEPS),
        *_declared.columns[_before:],
        *(answer(name, meaning, _STEP) for name, _, _, meaning in TWINNED),
        *(answer(name, meaning, values) for name, _, values, meaning in CODED),
        *(
            Column(name, "string", "Links and remarks of the reviewers, as published.", redistribute=False)
            for name, _ in EVIDENCE
        ),
    ),
)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the plans of a chunk, one row per action plan and its process.

    Rules: ``trailing_blank`` reads ``Yes `` as ``Yes``; ``not_reviewed_counted_as_zero`` leaves the number of steps
    missing where no step was reviewed.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line, below the second of the file's two headers.
    source : Input
        The input it was read from.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not known, an answer and its twin or the number of steps do not agree, or a
        plan is no longer dated as process.toml expects.
    UnknownName
        If a name is that of no country.
    """
    # The file has its header twice, between lines of groups: of one that is read from the first, rows repeat it.
    again = chunk[COUNTRY].isin(["", COUNTRY])
    aside = set_aside(chunk, again, HEADER_RULE, COUNTRY)
    # Blanks at the end are not part of an answer.
    given, answers = chunk[~again], [raw for _, raw, *_ in (*STEPS, *TWINNED, *QUESTIONS)]
    text, blanks = mended(given, **{raw: (given[raw].str.rstrip(" "), "trailing_blank") for raw in answers})
    iso3 = codes_of_names(text, COUNTRY)
    answered, zeros = steps(text)
    # Plans that the IRM's table of commitments dates otherwise.
    dated, told = pd.Series("", index=text.index), []
    for fact in CODING["dated_otherwise"]:
        rows = iso3.isin(fact["iso3"]) & (text[PLAN] == str(fact["plan_number"]))
        one = {**fact, "rule": f"{', '.join(fact['iso3'])} {fact['plan_number']}", "column": YEAR}
        rows, entries = needed(text, rows, one, _FILE, written_for=not source.layout)
        dated, told = dated.mask(rows, fact["year_in_commitments"]), [*told, *entries]
    plans = read(
        text,
        PLANS,
        iso3=iso3,
        year_in_commitments=dated,
        **answered,
        days_notice=text[NOTICE].where(text[NOTICE].str.fullmatch(r"\d+"), ""),
        days_notice_status=coded(text, NOTICE, _NOTICE, _RULES),
        **{name: _twinned(text, raw, twin) for name, raw, twin, _ in TWINNED},
        **{name: translated(text, raw, values, _RULES) for name, raw, values, _ in CODED},
        **{
            name: text[raw].mask(text[raw].isin(["NA", "NR"]), "") if raw in text.columns else ""
            for name, raw in EVIDENCE
        },
    )
    return Cleaned({"plans": plans}, kept_but(chunk, aside, *blanks, zeros, *told))


def _twinned(text: pd.DataFrame, raw: str, twin: str) -> pd.Series:
    """Return the code of an answer that its 0/1 twin confirms."""
    answer = translated(text, raw, _STEP, _RULES)
    right = [said in _TWIN[answered] for answered, said in zip(text[raw], text[twin], strict=True)]
    if not all(right):
        wrong = ~pd.Series(right, index=text.index)
        refuse(text, raw, wrong, f"answers that differ from their twin in {twin}", _EXCEPTION, beside=twin)
    return answer


def steps(text: pd.DataFrame) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Return the answers on the six steps, how many were reviewed and followed, and the entries on meaningless zeros.

    Raises
    ------
    CleaningError
        If an answer is not known or not that of its twin, or the number in the file is not that of the steps with yes.
    """
    answers = {name: _twinned(text, raw, twin) for name, raw, twin, _ in STEPS}
    published = known(text, FOLLOWED, ("NR", *map(str, range(7))))
    each = pd.DataFrame(answers)
    reviewed, followed = (each != _NOT).sum(axis=1), (each == "yes").sum(axis=1)
    expected = followed.astype("str").where((reviewed > 0) | (published == "0"), "NR")
    what = "numbers that are not that of the steps with yes"
    refuse(text, FOLLOWED, published != expected, what, _EXCEPTION)
    zeros = changed(
        text, FOLLOWED, published.mask((reviewed == 0) & (published == "0"), ""), "not_reviewed_counted_as_zero"
    )
    return {
        **answers,
        "steps_reviewed": reviewed,
        "steps_followed": followed.astype("Int64").mask(reviewed == 0),
        "steps_followed_published": published.mask(published == "NR", ""),
    }, zeros


DATASET = declare("ogp_process", clean, (PLANS,), asked=REQUIRED, evidence=[name for _, name in EVIDENCE])
