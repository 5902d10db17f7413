"""Numbers of real runs beside the same numbers, counted again from the published files with code of its own.

Each module here counts one notebook again; ``names.toml`` says where a run prints each quantity. The modules import
nothing of the package, so that no fault is shared.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from ogp_analysis.base.words.sentence import SENTENCE_MIME

from ..reports import COUNTRIES, DATASETS, ROOT, SHOCKS, TABLES, USUAL, pages
from . import (
    civic_space_overview,
    commitment_tracker,
    commitments,
    compare,
    compranet,
    country_profile,
    data_quality,
    files,
    forecast_scores,
    ocds,
    ogp_membership_effect,
    ogp_process,
    promises_on_surveillance,
    safeguards,
    shock_case_study,
    spyware_and_civic_space,
    surveillance_contracting,
    surveillance_powers,
    what_came_of_it,
    which_measure,
)

HERE = Path(__file__).parent
NAMES = tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))
LIBRARIES = {"pandas", "numpy", "scipy", "statsmodels"}
#: Of each run at least this many numbers are counted again.
FEWEST = 10
#: The federal publisher writes buyers, suppliers and amounts (``buyers``, ``suppliers``, ``valueWithTax``) into its
#: contracts, where OCDS has them elsewhere; they are not read, and the page says "no amount". Whoever reads them takes
#: these names out: one that agrees fails here.
UNREAD = {
    "ocds_mexico_apf": frozenset({"buyers", "amounts summed", "amounts left out", "millions of pesos"}),
}


def held(run, place: str | dict) -> tuple[float, float]:
    """What a run prints at a place of ``names.toml``: a value twice, or the two bounds of one."""
    if isinstance(place, str):
        value = run.numbers[place]["value"]
        return value, value
    if "low" in place:
        return run.numbers[place["low"]]["value"], run.numbers[place["high"]]["value"]
    where = dict(place)
    table, column, end = where.pop("table"), where.pop("column"), where.pop("of", None)
    if end is None:
        value = float(run.cell(table, column, **where))
        return value, value
    years = [int(row[column]) for row in run.rows(table) if row[column].isdigit()]
    value = {"first": min, "last": max}[end](years)
    return value, value


def places(section: str) -> list[tuple[str, str | dict]]:
    """The quantities of a section of ``names.toml`` with each place where one is printed."""
    listed = ((name, place if isinstance(place, list) else [place]) for name, place in NAMES[section].items())
    return [(name, place) for name, several in listed for place in several]


def assert_same(run, counted: dict[str, float], *sections: str, unread: frozenset[str] = frozenset()) -> None:
    """Every quantity that these sections of ``names.toml`` name is printed as it was counted, but for those unread."""
    named = [one for section in sections for one in places(section)]
    assert len(named) >= FEWEST
    found = {}
    for name, place in named:
        try:
            low, high = held(run, place)
        except (LookupError, FileNotFoundError) as fault:
            found[name] = f"{name}: counted {counted[name]:.10g}, not printed: {fault}"
            continue
        # A run keeps ten significant digits of a number.
        slack = max(1e-12, 1e-9 * abs(counted[name]))
        if not low - slack <= counted[name] <= high + slack:
            printed = f"{low:.10g}" if low == high else f"{low:.10g} to {high:.10g}"
            found[name] = f"{name}: counted {counted[name]:.10g}, printed {printed} as {place}"
    assert unread <= set(found), f"read by now: {sorted(unread - set(found))}"
    found = [line for name, line in found.items() if name not in unread]
    if found:
        pytest.fail(f"{len(found)} of {len(named)} numbers differ:\n" + "\n".join(found))


def test_the_recount_imports_nothing_of_the_package():
    for file in sorted(HERE.glob("*.py")):
        if file.name in ("conftest.py", Path(__file__).name):
            continue
        roots = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                roots |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                # "from . import files" is a neighbour, which is looked at as well.
                assert node.level <= 1, file.name
                roots |= {(node.module or "").partition(".")[0]} if not node.level else set()
            elif isinstance(node, ast.Name):
                assert node.id not in ("__import__", "exec", "eval"), file.name
        foreign = roots - LIBRARIES - sys.stdlib_module_names
        assert not foreign, f"{file.name} imports {sorted(foreign)}"
        assert "importlib" not in roots and "subprocess" not in roots, file.name


@pytest.mark.parametrize("country", COUNTRIES)
def test_country_profile(runs, mirror, country):
    run = runs.of("country_profile", country=country)
    counted = country_profile.recount(mirror, country)
    sections = ["country_profile"]
    # A page names no number of events for a country that never joined, and none of episodes where there are none.
    sections += ["country_profile_of_a_member"] if "events on record" in counted else []
    sections += ["country_profile_above_its_trough"] if counted["rise from the own trough since 2012"] else []
    sections += ["country_profile_with_episodes"] if counted["episodes"] else []
    sections += ["country_profile_of_a_newer_release"] if "V-Dem 16, countries" in counted else []
    moved = {way for way in ("fall", "rise") if f"V-Dem 16, {way}s of freedom of expression" in counted}
    sections += [f"country_profile_of_a_newer_{way}" for way in moved]
    assert_same(run, counted, *sections)
    told = {name[7:]: one["value"] for name, one in run.numbers.items() if name.startswith("answer.")}
    # A series that moved less than the step is told by its ends.
    again = country_profile.answer(mirror, country) if "v0" in told else country_profile.ends(mirror, country)
    assert told == {name: again[name] for name in told} and len(told) >= 4


def test_a_standing_is_the_one_of_the_table_of_members(runs, mirror):
    mexico = files.members(mirror).set_index("iso3").loc["MEX"]
    page = (runs.of("country_profile", country="MEX").folder / "index.html").read_text(encoding="utf-8")
    said = re.match(r"\w+ \d{4}", page.partition("Under review as of ")[2])[0]
    assert mexico["status"].startswith("under review") and mexico["status_verified_to"] == "2024-04"
    assert said == "April 2024"


def test_civic_space_overview(runs, mirror):
    run = runs.of("civic_space_overview")
    assert_same(run, civic_space_overview.recount(mirror), "civic_space_overview")


def test_which_measure(runs, mirror):
    counted = which_measure.recount(mirror)
    assert_same(runs.of("which_measure", country="MEX"), counted, "which_measure")
    assert_same(runs.of("which_measure"), counted, "which_measure_of_all")


def test_forecast_scores(runs, mirror):
    run, every = runs.of("forecast_scores"), forecast_scores.table(mirror)
    assert_same(run, forecast_scores.recount(mirror), "forecast_scores")
    rows = {
        tuple(row[key] for key in ("indicator", "definition", "truth", "round", "forecast")): row
        for row in run.rows("scores")
    }
    assert rows.keys() == every.keys()
    for key, counted in every.items():
        found = {name: float(rows[key][name]) for name in counted}
        assert found == pytest.approx(counted, abs=0.001), key


def test_promises_on_surveillance(runs, mirror):
    run, counted = runs.of("promises_on_surveillance"), promises_on_surveillance.recount(mirror)
    assert_same(run, counted, "promises_on_surveillance")


def test_compare(runs, mirror):
    assert_same(runs.of("compare"), compare.recount(mirror), "compare")


@pytest.mark.parametrize(("country", "date"), SHOCKS)
def test_shock_case_study(runs, mirror, country, date):
    run = runs.of("shock_case_study", country=country, event_date=date)
    moved = {"HUN": "fell", "TZA": "fell_and_rose"}.get(country, "rose_and_fell")
    alone = ["shock_case_study_alone"] if country == "TZA" else []
    counted = shock_case_study.recount(mirror, country, int(date[:4]), bool(alone))
    assert_same(run, counted, "shock_case_study", *alone, f"shock_case_study_that_{moved}")


def test_ogp_process(runs, mirror):
    assert_same(runs.of("ogp_process"), ogp_process.recount(mirror), "ogp_process")


@pytest.mark.parametrize("outcome", ogp_membership_effect.OUTCOMES)
def test_ogp_membership_effect(runs, mirror, outcome):
    counted = ogp_membership_effect.recount(mirror, outcome)
    assert_same(runs.of("ogp_membership_effect"), counted, f"ogp_membership_effect, {outcome}")


def test_commitments(runs, mirror):
    assert_same(runs.of("commitments"), commitments.recount(mirror), "commitments")


@pytest.mark.parametrize("dataset", DATASETS)
def test_procurement_integrity(runs, mirror, dataset):
    run = runs.of("procurement_integrity", dataset=dataset)
    kind = compranet if dataset in compranet.FILES else ocds
    sections = {"compranet_2017": ["compranet"], "compranet_2018": ["compranet"], "ocds_mexico_apf": ["ocds"]}
    sections = sections.get(dataset, ["ocds", "ocds_with_methods"])
    sections += [dataset] if dataset in NAMES else []
    assert_same(run, kind.recount(mirror, dataset), *sections, unread=UNREAD.get(dataset, frozenset()))


def test_surveillance_contracting(runs, mirror):
    run = runs.of("surveillance_contracting")
    assert_same(run, surveillance_contracting.recount(mirror), "surveillance_contracting")


def test_powers_of_the_buyers_on_their_dates(runs, mirror):
    """Each buyer and date is answered as the raw law rows say, measure by measure and day by day."""
    law, asked = surveillance_powers.Law(mirror), surveillance_powers.asked(mirror)
    rows = runs.of("surveillance_contracting").rows("powers_dates")
    found = {(surveillance_powers.kind(row["buyers"]), row["date"]) for row in rows}
    assert found == asked
    for row in rows:
        for measure in surveillance_powers.MEASURES:
            counted = law.answer(surveillance_powers.kind(row["buyers"]), measure, row["date"])
            assert surveillance_powers.printed(row[measure]) == counted, (row["buyers"], row["date"], measure)


def test_spyware_and_civic_space(runs, mirror):
    run = runs.of("spyware_and_civic_space")
    assert_same(run, spyware_and_civic_space.recount(mirror), "spyware_and_civic_space")


def test_safeguards(runs, mirror):
    run = runs.of("safeguards")
    assert_same(run, safeguards.recount(mirror), "safeguards")
    rows = run.rows("safeguards")
    told = Counter((name, row[name].partition(";")[0]) for row in rows for name in safeguards.LISTED)
    assert {cell: n for cell, n in told.items() if cell[1] != "not_written"} == safeguards.cells(mirror)
    raw = safeguards.table(mirror)
    assert (
        len(run.rows("statements")) == (~raw["joint"]).sum() and len(run.rows("joint_statement")) == raw["joint"].sum()
    )


def test_commitment_tracker(runs, mirror):
    run = runs.of("commitment_tracker")
    assert_same(run, commitment_tracker.recount(mirror), "commitment_tracker")


def test_what_came_of_it(runs, mirror):
    run = runs.of("what_came_of_it", revelation="TL-05")
    assert_same(run, what_came_of_it.recount(mirror), "what_came_of_it")


@pytest.mark.parametrize("table", TABLES)
def test_data_quality(runs, mirror, table):
    counted = data_quality.recount(mirror, table)
    assert_same(runs.of("data_quality", table=table), counted, f"data_quality, {table}")


#: What a rule sets and no data say: a level of intervals, a change that counts.
SET = {"level", "least", "step"}
#: What stands in a first sentence and is counted again in another way, or not.
LEFT_OUT = {
    "country_profile": re.compile(r"answer\.\w+"),  # by name, in test_country_profile
    "ogp_membership_effect": re.compile(r"finding\.[ab]_including"),  # 54 ways, half of them by other estimators
    "forecast_scores": re.compile(r"finding\.auc_(low|high)"),  # of draws of countries; held in tests/statistics
    "shock_case_study": re.compile(r".*"),  # the gaps of its synthetic controls are counted in test_shock_case_study
}


def first_sentences(run) -> list[str]:
    """The names of the title and of the first sentence of the answer."""
    cells = json.loads((run.folder / "notebook.ipynb").read_text("utf-8"))["cells"]
    shown = [output.get("data", {}).get(SENTENCE_MIME) for cell in cells for output in cell.get("outputs", [])]
    of = {role: [one for one in shown if one and one["role"] == role][:1] for role in ("headline", "finding")}
    return [one["name"] or one["key"] for some in of.values() for one in some]


def of_the_batch(site):
    """The English pages of what ``run --all`` makes."""
    for asked in tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text("utf-8"))["run"]:
        wanted = {**USUAL.get(asked["notebook"], {}), **asked["parameters"]}
        for run in pages(site, asked["notebook"]) if not asked.get("by_name") else ():
            given = run.record["parameters"]
            alike = (
                given[one] == value or (isinstance(value, list) and given[one] in value)
                for one, value in wanted.items()
            )
            if run.language == "en" and all(alike):
                yield run


def test_every_number_of_a_first_sentence_is_counted_again(site):
    sections = {"procurement_integrity": ("compranet", "ocds")}
    absent, seen = {}, set()
    for run in of_the_batch(site):
        notebook = run.record["notebook"]
        printed = {
            name
            for section in NAMES
            if section.startswith(sections.get(notebook, notebook))
            for _, place in places(section)
            for name in ([place] if isinstance(place, str) else [place.get("low"), place.get("high")])
        }
        for name, number in run.numbers.items():
            sentence, _, last = name.rpartition(".")
            asked = last in SET or number["value"] in run.record["parameters"].values()
            left = notebook in LEFT_OUT and LEFT_OUT[notebook].fullmatch(name)
            if sentence in first_sentences(run) and not (name in printed or asked or left):
                absent[f"{run.folder.parent.name} {name}"] = number["written"]
        seen.add(notebook)
    assert absent == {} and len(seen) == 16


@pytest.mark.parametrize(
    ("notebook", "wanted"),
    [
        ("country_profile", {"country": "MEX"}),
        ("civic_space_overview", {}),
        ("commitments", {}),
        ("ogp_process", {}),
        ("ogp_membership_effect", {}),
        ("which_measure", {"country": "MEX"}),
        ("forecast_scores", {}),
        ("compare", {}),
        ("shock_case_study", {}),
        ("surveillance_contracting", {}),
        ("spyware_and_civic_space", {}),
        ("commitment_tracker", {}),
        ("what_came_of_it", {}),
        ("safeguards", {}),
        ("promises_on_surveillance", {}),
        *(("data_quality", {"table": table}) for table in TABLES),
        *(("procurement_integrity", {"dataset": dataset}) for dataset in DATASETS),
    ],
)
def test_both_languages_print_the_same_numbers(runs, notebook, wanted):
    english, spanish = (runs.of(notebook, language, **wanted).numbers for language in ("en", "es"))
    assert {name: number["value"] for name, number in english.items()} == {
        name: number["value"] for name, number in spanish.items()
    }
