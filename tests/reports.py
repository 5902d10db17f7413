"""The reports of the real notebooks that tests read: on the data of the repository, made once by the command line."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
BUYER = "SEMAR-Dirección General Adjunta de Adquisiciones #013000999"
#: What is recounted.
COUNTRIES = ("MEX", "BEN", "POL", "KEN", "USA")
DATASETS = ("compranet_2017", "compranet_2018", "ocds_mexico_gacm", "ocds_mexico_inai", "ocds_mexico_apf")
TABLES = ("ogp_commitments.commitments", "vdem.v14")
REGIONS = ("eastern_europe_central_asia", "latin_america_caribbean", "middle_east_north_africa", "sub_saharan_africa",
           "western_europe_north_america", "asia_pacific")  # fmt: skip
MEASURES = (
    ("v2xcs_ccsi", "v2x_polyarchy", 2012),
    ("v2csreprss", "v2x_libdem", 2022),
    ("v2x_polyarchy_v15", "va_est", 2023),
)
SHOCKS = (("MEX", "2017-06-19"), ("HUN", "2015-07-08"), ("AZE", "2015-03-02"), ("TZA", "2017-06-29"))
Choice = tuple[str, dict]
#: Everything that is run; a list is one run for each value.
CHOICES: tuple[Choice, ...] = (
    ("country_profile", {"country": ["MEX", "USA", "AZE", "GEO", "BEN"]}),
    ("country_profile", {"country": ["PSE", "POL", "KEN", "Türkiye", "CHN", "AND", "HUN"]}),
    ("country_profile", {"country": ["KEN", "SLV"]}),
    ("country_profile", {"country": "MEX", "event_date": "2017-05-23"}),
    ("country_profile", {"country": "MEX", "first_year": [1990, 2015, 2023]}),
    ("country_profile", {"country": "MEX", "last_year": [2010, 2030]}),
    ("country_profile", {"country": "MEX", "first_year": 2024, "last_year": 2024}),
    ("country_profile", {"country": "MEX", "event_date": ["1995-06-01", "2000-06-01"]}),
    ("civic_space_overview", {}),
    ("civic_space_overview", {"region": list(REGIONS)}),
    *(("civic_space_overview", {"outcome": o, "second_measure": x, "year": y}) for o, x, y in MEASURES),
    ("ogp_process", {}),
    ("ogp_membership_effect", {}),
    ("commitments", {}),
    ("commitments", {"country": "MEX"}),
    ("compare", {}),
    ("compare", {"countries": ["HUN", "POL", "CZE", "SVK"], "indicators": ["va_est"]}),
    ("which_measure", {}),
    ("forecast_scores", {}),
    ("which_measure", {"country": ["MEX", "AND", "VAT"]}),
    ("shock_case_study", {}),
    *(("shock_case_study", {"country": country, "event_date": date}) for country, date in SHOCKS[1:]),
    ("shock_case_study", {"country": "AND", "event_date": "2022-05-01"}),
    ("data_quality", {"table": list(TABLES)}),
    ("data_quality", {"table": ["ocds.awards", "compranet.contracts"]}),
    ("procurement_integrity", {"dataset": list(DATASETS)}),
    ("procurement_integrity", {"buyer": BUYER}),
    ("procurement_integrity", {"first_year": 2016, "last_year": 2016}),
    ("surveillance_contracting", {}),
    ("surveillance_contracting", {"dataset": "ocds_mexico_inai"}),
    ("safeguards", {}),
    ("safeguards", {"countries": ["AUT"], "scopes": ["location"]}),
    ("spyware_and_civic_space", {}),
    ("spyware_and_civic_space", {"outcome": "v2x_polyarchy_v15"}),
    ("commitment_tracker", {}),
    ("what_came_of_it", {}),
    ("what_came_of_it", {"revelation": ["TL-08", "P-21"]}),
    ("promises_on_surveillance", {}),
    ("promises_on_surveillance", {"country": ["GEO", "UKR"]}),
)
#: What shows nothing, and what is said of it: run beside the rest.
REFUSED: tuple[tuple[str, dict, str], ...] = (
    ("country_profile", {"country": "VAT"}, "country VAT: no value from 2000 to 2023 bears its code here"),
    ("country_profile", {"country": "Somaliland"}, "country SML: no value from 2000 to 2023 bears its code here"),
    ("country_profile", {"first_year": 1900, "last_year": 1950}, "no source here has a value from 1900 to 1950"),
    (
        "country_profile",
        {"event_date": "2030-06-01"},
        "event_date: no year after that of 2030-06-01 has a value; the last one shown of Mexico is of 2023",
    ),
    ("country_profile", {"edition": "full"}, "Fetch its files first: ogp-analysis fetch"),
    (
        "civic_space_overview",
        {"year": 2005},
        "no value in 1995 (world); the embedded edition holds it for 2000 to",
    ),
    ("civic_space_overview", {"outcome": "v2x_polyarchy"}, "both are v2x_polyarchy. Name two different measures"),
    (
        "civic_space_overview",
        {"outcome": "population"},
        "population does not measure on a scale from less to",
    ),
    (
        "shock_case_study",
        {"event_date": "2023-12-31"},
        "event_date: no series has a value of Mexico for a year after that of 2023-12-31; the last is of 2023.",
    ),
    ("safeguards", {"countries": ["ESP"]}, "countries: no source was read on ESP. Use some of AUS, AUT"),
    ("safeguards", {"scopes": []}, "scopes: is empty. Name criminal, intelligence or location"),
    (
        "promises_on_surveillance",
        {"country": "AND"},
        "country AND: no commitment of it was read for this page. Leave it out, or name another country",
    ),
    ("compare", {"start_year": 1950}, "v2xcs_ccsi has no value of these countries in 1950. Use years in which it has"),
    ("compare", {"start_year": 2023}, "2023 is not before end_year, 2023. Swap them"),
    ("compare", {"indicators": ["fiw_total"]}, "the values of fiw_total may be drawn but not passed on"),
    (
        "procurement_integrity",
        {"buyer": "SEDENA"},
        "buyer 'SEDENA': is neither the identifier nor the whole name of a buyer",
    ),
    (
        "procurement_integrity",
        {"first_year": 2030},
        "no contract is left. The contracts of compranet_2017 are from 2016 to 2017",
    ),
    (
        "surveillance_contracting",
        {"dataset": "compranet_2013"},
        "'compranet_2013': are not in the embedded edition. Use compranet_2017, ",
    ),
    (
        "procurement_integrity",
        {"dataset": "comprasmx_imss_2026"},
        "'comprasmx_imss_2026': are not in the embedded edition. Use compranet_2017, ",
    ),
)
#: What a report has where a test does not say: of the parameters with several values above, the default.
USUAL = {
    "country_profile": {"country": "MEX", "first_year": 2000, "last_year": 2023, "event_date": None},
    "civic_space_overview": {
        "outcome": "v2xcs_ccsi",
        "second_measure": "v2x_polyarchy",
        "year": 2023,
        "region": "world",
    },
    "ogp_membership_effect": {},
    "commitments": {"country": None},
    "compare": {"countries": ["MEX", "CHL", "COL", "BRA", "CRI"]},
    "which_measure": {"country": None},
    "forecast_scores": {},
    "what_came_of_it": {"revelation": "TL-05"},
    "safeguards": {"countries": []},
    "promises_on_surveillance": {"country": None},
    "spyware_and_civic_space": {"outcome": "v2xcs_ccsi"},
    "shock_case_study": {"country": "MEX", "event_date": "2017-06-19", "donor_rule": "near"},
    "surveillance_contracting": {"dataset": "compranet_2017"},
    "procurement_integrity": {"dataset": "compranet_2017", "first_year": None, "last_year": None, "buyer": None},
}


@dataclass(frozen=True)
class Report:
    """One page of a published report: its folder, and the record of both pages."""

    folder: Path
    record: dict

    @property
    def language(self) -> str:
        return self.folder.name

    @property
    def page(self) -> str:
        return (self.folder / "index.html").read_text(encoding="utf-8")

    @property
    def numbers(self) -> dict[str, dict]:
        """Every registered number by its name."""
        return json.loads((self.folder / "numbers.json").read_text(encoding="utf-8"))

    @property
    def drawings(self) -> list[str]:
        return [file.read_text(encoding="utf-8") for file in sorted(self.folder.glob("figures/*.svg"))]

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table."""
        with (self.folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def cell(self, table: str, column: str, **where: str) -> str:
        """The one cell of a table in the one row that holds these texts."""
        rows = [row for row in self.rows(table) if all(row[name] == text for name, text in where.items())]
        if len(rows) != 1:
            raise LookupError(f"{len(rows)} rows of {table}.csv hold {where}")
        return rows[0][column]


def pages(site: Site, *notebooks: str) -> Iterator[Report]:
    """Every page of every report, or of those of some notebooks."""
    for file in sorted((site.home / "reports").glob("*/*/run.json")):
        if not notebooks or file.parent.parent.name in notebooks:
            record = json.loads(file.read_text(encoding="utf-8"))
            yield from (Report(file.parent / language, record) for language in ("en", "es"))


@dataclass(frozen=True)
class Site:
    """The reports in a project folder, what was said when they were made, and how to run more."""

    home: Path
    stdout: str = ""
    stderr: str = ""

    @property
    def failed(self) -> list[str]:
        """One line for each fault: of how many runs, and what was said."""
        return [line for line in self.stderr.splitlines() if re.match(r"\d+ failed: ", line)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "OGP_ANALYSIS_HOME": str(self.home)}
        line = [sys.executable, "-m", "ogp_analysis", *arguments]
        return subprocess.run(line, env=environment, cwd=self.home, capture_output=True, text=True, check=False)

    def refusal(self, monkeypatch, capsys, *arguments: str) -> str:
        """What a command says that cannot be done as it is typed, in this process: nothing is begun."""
        monkeypatch.setenv("OGP_ANALYSIS_HOME", str(self.home))
        assert main(list(arguments)) == 2
        said = capsys.readouterr()
        assert said.out == ""
        return said.err

    def run_all(self, choices: Iterable[Choice]) -> subprocess.CompletedProcess:
        """Run many choices with one command: the machinery is started once."""
        wanted = (
            f'[[run]]\nnotebook = "{notebook}"\n[run.parameters]\n'
            + "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in choice.items())
            for notebook, choice in choices
        )
        front = (ROOT / "notebooks" / "runs.toml").read_text(encoding="utf-8")
        front = front[front.index("[front]") : front.index("[[run]]")]
        runs = "\n".join([*wanted, front])
        (self.home / "notebooks" / "runs.toml").write_text(runs, encoding="utf-8")
        return self.run("run", "--all", "--jobs", "2")

    def report(self, notebook: str, language: str = "en", **wanted) -> Report:
        """Return a page of the one report of a notebook with these parameters, the usual ones where none are named."""
        wanted = {**USUAL.get(notebook, {}), **wanted}
        found = []
        for file in sorted((self.home / "reports" / notebook).glob("*/run.json")):
            record = json.loads(file.read_text(encoding="utf-8"))
            if all(record["parameters"].get(name) == value for name, value in wanted.items()):
                found.append(Report(file.parent / language, record))
        assert len(found) == 1, f"{len(found)} reports of {notebook} with {wanted}"
        return found[0]


def project(home: Path) -> Site:
    """Make a project folder on the data of the repository, without reports."""
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", home)
    (home / "data").mkdir()
    (home / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    return Site(home)
