"""Titles that may be shown: none of their words can be the name of a person."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.compranet import columns
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.datasets.procurement.mentions import words

#: Frequent given names and surnames of Mexico, as folded; compiled for this test. Those that are also places, trees or
#: colours must not be on the list of words either.
NAMES = Path(__file__).parents[2].joinpath("names_of_people.txt").read_text("utf-8").split()


def read(*titles: str) -> pd.DataFrame:
    return columns.read(pd.Series(titles, dtype="str"))


def test_no_word_on_the_list_is_a_name_of_people():
    assert sorted(set(NAMES) & (words())) == []


def test_the_list_is_sorted_folded_and_without_repeats():
    text = resources.files("ogp_analysis.data.datasets.procurement").joinpath("object_words.csv").read_text("utf-8")
    listed = [row["word"] for row in csv.DictReader(text.splitlines())]
    assert listed == sorted(set(listed)) and len(listed) > 3_000
    assert [word for word in listed if folded(word) != word or not word.isalpha() or len(word) < 2] == []


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("Adquisición de  Medicamentos\n(2a. vuelta)", "shown"),
        ("AA-019GYR016-E122-2017 MATERIAL DE CURACIÓN", "shown"),
        ("SERVICIO DE VIGILANCIA", "shown"),
        ("Pago a Juan Pérez", "other_word"),
        ("SERVICIO DE LIMPIEZA C. MARÍA DEL CARMEN", "other_word"),
        ("Honorarios del Dr. de servicio", "other_word"),
        ("Servicio de GODE561231GR8", "other_word"),
        ("Servicio MAB9307148T4", "other_word"),
        ("Servicio GODE561231HDFXXX09", "other_word"),
        ("Servicio 5512345678", "other_word"),
        ("Servicio de Mari\u0301a", "other_word"),
        ("Servicio de лист", "other_word"),
        ("Servicio núm. 2ª – “vuelta”", "shown"),
        ("Servicio " * 14, "long"),
        (persons.TEXT_MASK, "masked"),
        (persons.OFFICIAL_MASK, "masked"),
        ("", "missing"),
    ],
)
def test_what_is_shown(title, status):
    (found,) = read(title).to_dict("records")
    assert found == {"object": " ".join(title.split()) if status == "shown" else "", "status": status}


def test_titles_with_any_name_are_not_shown():
    titles = [f"Servicio de {name} en la oficina" for name in NAMES] + [f"Pago {name.title()}" for name in NAMES]
    assert set(read(*titles)["status"]) == {"other_word"}
