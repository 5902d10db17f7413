"""Made files of the next year on open government, each from the present one in its publisher's own layout.

One more year or later rows, one more country or local member, one more column, two revised values.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .sheets import Sheet

#: The column that nobody has looked at.
NEW = "Added in 2027"
YEAR = 2027


def _named(sheet: Sheet) -> str:
    """Return the name of next year's file, which says its version."""
    return f"{sheet.path.stem} {YEAR}{sheet.path.suffix}"


def commitments(mirror: Path, to: Path) -> list[Path]:
    """Present schema: a commitment of 2027 in a new country, columns added, dropped, moved and renamed."""
    sheet = Sheet(mirror / "ogp_commitments/2024-parliament-subset/open_parliament_0703.csv", rows=60)
    first = sheet.rows[0]
    identity = {"Commitment Unique Identifier": "BR9999", "Code": "BRB", "Action Plan ID": "AP_BRB01"}
    years = {"Year Of Submission": "2027", "Action Plan End Year": "2029", "Action Plan Number": "1"}
    sheet.grow(first, **identity, **years, **{"Commitment Title": "Publish the register of 2027"})
    sheet.revise(sheet.rows[1], **{"Short Title": "Another short title"})
    sheet.revise(sheet.rows[2], **{"End Date": "as soon as the law is in force"})
    sheet.add_column(NEW, "yes", 3).drop_column("Verifiable").rename("Early Results", "EARLY RESULTS ")
    return [sheet.save(to, "OGP commitments 2027.csv")]


def commitments_2016(mirror: Path, to: Path) -> list[Path]:
    """Schema of 2016: a commitment of 2027, one column added and one dropped."""
    return [_older(mirror, "2016").save(to, "ogpirm_live_data_2027.csv")]


def commitments_2015(mirror: Path, to: Path) -> list[Path]:
    """Schema of 2015: a commitment of 2027, one column added and one dropped."""
    return [_older(mirror, "2015").save(to, "ogpirm_live_data_2028.csv")]


def _older(mirror: Path, version: str) -> Sheet:
    sheet = Sheet(mirror / f"ogp_commitments/{version}/ogpirm_live_data.csv", header=1, rows=60)
    sheet.grow(sheet.rows[0], **{"Year of submission": "2027", "Country": "Barbados", "Comm No": "99"})
    sheet.revise(sheet.rows[1], **{"Short Title": "Another short title"})
    sheet.revise(sheet.rows[2], **{"End Date": "2015"})
    return sheet.add_column(NEW).drop_column("Specificity")


def participation(mirror: Path, to: Path) -> list[Path]:
    """A year more, a country and a locality more, without the recommendations of 2019."""
    sheet = Sheet(mirror / "ogp_participation/2019/OGP_data.xlsx")
    code, year = sheet.at("Country Code"), sheet.at("Year")
    for row in [row for row in sheet.rows if row[year] == 2019]:
        sheet.grow(row, Year=2020)
    sheet.grow(sheet.rows[0], Country_Code="BRB", Year=2020)
    sheet.grow(sheet.rows[0], Country_Code="MXCO", Year=2020)
    sheet.revise(next(row for row in sheet.rows if row[code] == "AZE" and row[year] == 2018), OGP_Participating=0)
    sheet.revise(next(row for row in sheet.rows if row[code] == "KEN" and row[year] == 2018), OGP_Participating=0)
    return [sheet.add_column(NEW).save(to, "OGP_data_2020.xlsx")]


def action_plans(mirror: Path, to: Path) -> list[Path]:
    """A plan of 2027, one of a new locality, a corrected year mended, an added plan taken up."""
    sheet = Sheet(mirror / "ogp_action_plans/compiled/action_plans.csv")
    newer = next(row for row in sheet.rows if row[sheet.at("action_plan_id")])
    sheet.grow(newer, iso3="BRB", action_plan_number="1", action_plan_id="AP_BRB01", year_of_submission="2027",
               end_year="2029")  # fmt: skip
    sheet.grow(newer, iso3="MXCO", action_plan_number="1", action_plan_id="AP_MXCO01", year_of_submission="2026",
               end_year="2028")  # fmt: skip
    sheet.grow(newer, iso3="MEX", action_plan_number="4", action_plan_id="AP_MEX04", year_of_submission="2019",
               end_year="2022")  # fmt: skip
    sheet.revise(sheet.find(iso3="GBR", action_plan_number="1"), year_of_submission="2011")
    sheet.revise(sheet.find(iso3="ALB", action_plan_number="1"), n_commitments="31")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def process(mirror: Path, to: Path) -> list[Path]:
    """A plan of 2027 of a new country, a year mended, the links dropped."""
    sheet = Sheet(mirror / "ogp_process/2016-07/ogp_process_database_2016-07.csv", header=5)
    sheet.grow(sheet.rows[0], Country_name="Barbados", **{"Year AP Submitted": "2027"})
    mexico = next(row for row in sheet.rows if row[:2] == ["Mexico", "1"])
    sheet.revise(mexico, **{"Year AP Submitted": "2011"})
    sheet.revise(sheet.rows[1], **{"Days in advance": "9"})
    return [sheet.add_column(NEW).drop_column("Summary of comments: Link").save(to, "ogp_process_database_2027.csv")]


def membership(mirror: Path, to: Path) -> list[Path]:
    """A member of 2027, an exit date mended; the conflicts as they are."""
    sheet = Sheet(mirror / "ogp_membership/compiled/membership_facts.csv")
    plain = next(row for row in sheet.rows if row[sheet.at("status")] == "member" and row[sheet.at("current_plan")])
    sheet.grow(plain, country="Barbados", iso3="BRB", joined="2027", status_verified_to="2027-01", status_events="",
               joined_basis="OGP member page: Member Since 2027", cross_check="", first_action_plan_year="",
               action_plans_in_2016_irm_data="", commitments_in_2016_irm_data="", okf_stage_2016="",
               current_plan="none seen")  # fmt: skip
    sheet.revise(sheet.find(iso3="PAK"), left="2022-03")
    sheet.revise(sheet.find(iso3="KEN"), status_verified_to="2027-01")
    conflicts = Sheet(mirror / "ogp_membership/compiled/conflicts.csv")
    standings = Sheet(mirror / "ogp_membership/standings-2026-11/standings.csv")
    standings.revise(standings.find(iso3="KEN"), as_of="2027-01-15")
    return [one.add_column(NEW).save(to, _named(one)) for one in (sheet, conflicts, standings)]


def status_events(mirror: Path, to: Path) -> list[Path]:
    """An event of 2027 of a new country, and one that was a fact of our own table."""
    sheet = Sheet(mirror / "ogp_status_events/compiled/status_events.csv")
    plan = next(row for row in sheet.rows if "plan submitted" in row[sheet.at("event")])
    sheet.grow(plan, country="Barbados", iso3="BRB", date="2027-02-03", date_precision="day")
    warned = next(row for row in sheet.rows if row[sheet.at("iso3")] == "LTU" and row[sheet.at("date")] == "2014-02")
    sheet.grow(warned, country="Malta", iso3="MLT")
    sheet.revise(sheet.rows[0], source_url="https://example.org/letter")
    conflicts = Sheet(mirror / "ogp_status_events/additions-2026-11/status_events_conflicts.csv")
    return [one.add_column(NEW).save(to, _named(one)) for one in (sheet, conflicts)]


def local_members(mirror: Path, to: Path) -> list[Path]:
    """A locality more, and another last year."""
    sheet = Sheet(mirror / "ogp_local_members/compiled/local_members.csv")
    sheet.grow(sheet.rows[0], ogp_code="MXCO", first_year_participating="2027", last_year_in_panel="2027",
               locality="Colima, Mexico")  # fmt: skip
    for row in sheet.rows[:2]:
        sheet.revise(row, last_year_in_panel="2027")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def codebook(mirror: Path, to: Path) -> list[Path]:
    """Two definitions in other words."""
    sheet = Sheet(mirror / "ogp_codebook/2016/explorer_codebook.csv")
    for row in sheet.rows[:2]:
        sheet.revise(row, definition="In other words.")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


def open_ownership(mirror: Path, to: Path) -> list[Path]:
    """A commitment of 2027, a country more, a region and a flag revised."""
    folder = mirror / "open_ownership_commitments/compiled"
    made = Sheet(folder / "open_ownership_commitments.csv", rows=40)
    made.grow(made.rows[0], country="Barbados", iso2="BB", date="2027-01-02", commitment_type="OGP")
    made.revise(made.rows[1], public_register="True", all_sectors="True")
    places = Sheet(folder / "open_ownership_countries.csv")
    places.revise(places.rows[0], memberships="UK Overseas Territory; EITI")
    cycle = next(row for row in places.rows if row[places.at("ogp_membership_nap_cycle")].startswith("Yes"))
    places.revise(cycle, ogp_membership_nap_cycle="Yes: 2027-29")
    return [made.add_column(NEW).save(to, _named(made)), places.add_column(NEW).save(to, _named(places))]


def ocp(mirror: Path, to: Path) -> list[Path]:
    """A plan of 2027 of a new country, two days of edit revised."""
    sheet = Sheet(mirror / "ocp_ogp_commitments/compiled/ocp_ogp_commitments.csv")
    sheet.grow(sheet.rows[1], iso2="BB", country="Barbados", ogp_commitment="OGP National Action Plan 2027-29",
               link="https://example.org/plan")  # fmt: skip
    for row in sheet.rows[:2]:
        sheet.revise(row, country_file_last_edit="2027-01-02")
    return [sheet.add_column(NEW).save(to, _named(sheet))]


#: By dataset: makes the files of next year in a folder, from the mirror of the published ones.
MADE: dict[str, Callable[[Path, Path], list[Path]]] = {
    "ogp_commitments": commitments,
    "ogp_participation": participation,
    "ogp_action_plans": action_plans,
    "ogp_process": process,
    "ogp_membership": membership,
    "ogp_status_events": status_events,
    "ogp_local_members": local_members,
    "ogp_codebook": codebook,
    "open_ownership_commitments": open_ownership,
    "ocp_ogp_commitments": ocp,
}
#: By dataset: the table, and the cells of a row of it that no published file has.
SEEN: dict[str, tuple[str, dict[str, object]]] = {
    "ogp_commitments": ("commitments", {"submission_year": 2027, "unit": "BRB", "vintage": "2027"}),
    "ogp_participation": ("participation", {"year": 2020, "unit": "BRB"}),
    "ogp_action_plans": ("plans", {"year_of_submission": 2027, "unit": "BRB"}),
    "ogp_process": ("plans", {"year_of_submission": 2027, "iso3": "BRB"}),
    "ogp_membership": ("countries", {"joined_letter_year": 2027, "iso3": "BRB"}),
    "ogp_status_events": ("events", {"date_text": "2027-02-03", "iso3": "BRB"}),
    "ogp_local_members": ("members", {"first_year": 2027, "unit": "MXCO"}),
    "ogp_codebook": ("columns", {"definition": "In other words."}),
    "open_ownership_commitments": ("countries", {"plan_first_year": 2027}),
    "ocp_ogp_commitments": ("links", {"plan_first_year": 2027, "iso3": "BRB"}),
}
#: Datasets without a next year, and why.
LEFT_OUT = {
    "okf_membership_stage": "a collection of 2016 without a line of column names, which was not continued",
    "ogp_mexico_plan4": "facts of one action plan, established by this project in its own schema",
    "ogp_commitment_descriptions": "lines of this project on commitments of 2016, in its own schema",
}
