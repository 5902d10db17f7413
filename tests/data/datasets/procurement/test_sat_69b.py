"""Taxpayers of article 69-B: situations, days of notices, and what courts had taken out. Every name is invented."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import promised
from ogp_analysis.data.datasets.procurement import sat_69b
from ogp_analysis.data.datasets.procurement import sat_69b as sat_columns
from ogp_analysis.data.datasets.procurement.sat_69b import DEFINITIVE, SITUATIONS

COMPLETE = ["RFC", "Nombre del Contribuyente", "Situación del contribuyente"]
NOTICES = [
    f"{what} {place} {group}"
    for group in ("presuntos", "desvirtuados", "definitivos", "sentencia favorable")
    for what, place in (("Publicación página", "SAT"), ("Publicación", "DOF"))
]
PERSON = "EJEMPLO INVENTADA MARÍA"


def frame(*rows: tuple[str, str, str], **notices: str) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COMPLETE, dtype="str")
    if notices:
        stated = {name.replace("_", " "): day for name, day in notices.items()}
        made = made.assign(**{name: pd.Series(stated.get(name, ""), made.index, "str") for name in NOTICES})
    return made.assign(_file=pd.Series("some/list.csv", made.index, "str"), _line=range(4, 4 + len(made)))


def walk(chunk: pd.DataFrame):
    result = sat_69b.clean_listings(chunk)
    (name,) = result.tables
    schema = {"situations": SITUATIONS, "definitive": DEFINITIVE}[name]
    return promised(result.tables[name], schema), result.record.checked()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Definitivo", "definitive"),
        ("Presunto", "presumed"),
        ("Desvirtuado", "disproved"),
        ("Sentencia Favorable", "favourable_ruling"),
    ],
)
def test_situations(text, code):
    assert walk(frame(("AAA010101AA1", "X SA DE CV", text)))[0]["situation"].item() == code


def test_an_unknown_situation_stops_the_build():
    with pytest.raises(CleaningError, match="situations are unknown"):
        walk(frame(("AAA010101AA1", "X SA DE CV", "Otro")))


def test_a_firm_keeps_its_code_and_a_person_keeps_nothing():
    rows = [("AAA010101AA1", "X SA DE CV", "Definitivo"), ("AAAA010101AA1", PERSON, "Definitivo")]
    table, record = walk(frame(*rows))
    assert table["rfc"].fillna("").tolist() == ["AAA010101AA1", ""]
    assert table["taxpayer_name"].tolist() == ["X SA DE CV", "persona física"]
    assert table["taxpayer_kind"].tolist() == ["legal_entity", "natural_person"]
    everything = str(table.to_dict("list")) + str(record.entries.to_dict("list"))
    assert "INVENTADA" not in everything and "AAAA010101" not in everything
    revealed = sat_69b.clean_listings(frame(*rows), reveal=True)
    assert revealed.tables["situations"]["rfc"].tolist() == ["AAA010101AA1", "AAAA010101AA1"]


def test_notes_on_rulings_and_suppressed_identities():
    rows = [
        ("AAA010101AA1", "X, S.A. DE \nC.V. // En cumplimiento a la sentencia", "Definitivo"),
        ("XXXXXXXXXXXX", "Información suprimida en cumplimiento", "Definitivo"),
        ("AAA010101AA2", "\x93Y\x94, S.C.", "Definitivo"),
    ]
    table, record = walk(frame(*rows))
    assert table["taxpayer_name"].fillna("").tolist() == ["X, S.A. DE C.V.", "", "“Y”, S.C."]
    assert table["court_note"].tolist() == [True, True, False]
    assert table["taxpayer_kind"].tolist() == ["legal_entity", "suppressed", "legal_entity"]
    assert table["rfc"].isna().tolist() == [False, True, False]
    assert (record.entries["rule"] == "suppressed_by_court").sum() == 1


@pytest.mark.parametrize(
    ("text", "first", "last", "status"),
    [
        ("28/06/2018", "2018-06-28", "2018-06-28", "read"),
        ("29/06/2020 - 29/04/2019", "2019-04-29", "2020-06-29", "several"),
        ("01/12/2023 - 23/05/2022 - 24/02/2021", "2021-02-24", "2023-12-01", "several"),
        ("01/12/2023- 24/02/2021", "2021-02-24", "2023-12-01", "several"),
        ("25-03-2024 - 25/06/2019", "2019-06-25", "2024-03-25", "several"),
        ("14/05/19 - 21/11/2017", "2017-11-21", "2019-05-14", "two_digit_year"),
        ("43466", "2019-01-01", "2019-01-01", "serial_number"),
    ],
)
def test_days_of_notices(text, first, last, status):
    table, record = walk(frame(("AAA010101AA1", "X SA DE CV", "Definitivo"), Publicación_DOF_definitivos=text))
    row = table.iloc[0]
    assert (row["definitive_dof_date"], row["definitive_dof_last_date"]) == (pd.Timestamp(first), pd.Timestamp(last))
    assert row["definitive_dof_status"] == status
    assert ("days_of_notices" in set(record.entries["rule"])) is (status != "read")


@pytest.mark.parametrize("text", ["pronto", "31/02/2019", "1/1/2019 y después"])
def test_what_is_no_day_stops_the_build(text):
    with pytest.raises(CleaningError):
        sat_columns.days(pd.Series([text], dtype="str"))


def test_no_known_layout():
    with pytest.raises(CleaningError, match="no known list"):
        sat_69b.clean_listings(frame(("a", "b", "Definitivo")).rename(columns={"RFC": "Otro"}))
