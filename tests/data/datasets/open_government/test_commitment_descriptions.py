from __future__ import annotations

import re

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.data.datasets.open_government.commitment_descriptions import (
    DATASET,
    LANGUAGES,
    clean,
)
from ogp_analysis.data.datasets.open_government.commitment_tables import TEXT_FIELDS, folded, language
from ogp_analysis.data.datasets.open_government.commitments import DATASET as COMMITMENTS
from ogp_analysis.data.sources import raw
from tests.data.datasets.plain_rows import plain

SOURCE = DATASET.inputs[0]
#: Longest run of words that a line may share with the publisher's text.
MOST_SHARED = 6
#: Every capitalised word within a line: places, institutions, systems and standards. None is of a person.
NAMES = frozenset("""
    AGA Agua All American Aporta Asamblea Asunción Auditoría City Ciudad CompraNet Concursa Congreso Congress
    Constitución Contraloría Corte Cruzada Cup Data.gov Defensoría EITI ENER EU Ejecutivo Emprendedor England
    España Estado European FONDEN Finanzas Fondo G8 GRECO Garantía Gobierno Government Greek Hambre IATI ID
    Inglaterra Inteligente Interior Justicia Juvenil Latin Maldonado May Mexico Ministerio Mundial México NGOs NOM
    Nacional OCDE OECD OGP OSC Openaid.se PARES PEFA PET PGR Paraguay Pemex Presidencia Principio Principle Público Rio
    Río SAT Secretaría Slovakia Smart SoldiPubblici Soviet Spain Superior Suprema Tesorería Todos UE Water World
""".split())  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """The table of the repository; no mirror is needed."""
    chunks = [(SOURCE, c) for c in raw.chunks(paths.project().raw, SOURCE.source, SOURCE.version, SOURCE.files)]
    return cleaned(DATASET, chunks).tables["descriptions"]


def words(text: str) -> list[str]:
    """The words of a text, in small letters without accents or punctuation."""
    return re.findall(r"[^\W_]+", folded(text))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Every run of so many consecutive words."""
    found = words(text)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}


def row(**values):
    return plain("ogp_commitment_descriptions") | values


@pytest.mark.parametrize("name", LANGUAGES)
@pytest.mark.parametrize("size, held", [(19, False), (20, True), (110, True), (111, False), (0, False)])
def test_a_line_is_of_the_length_of_a_line(made, name, size, held):
    chunk = made([row(), row(**{name: "x" * size})])
    if held:
        assert len(clean(chunk, SOURCE).tables["descriptions"]) == 2
    else:
        with pytest.raises(
            CleaningError, match=rf"made\.csv, column {name}: 1 lines that are not of 20 to 110 .* in line 3"
        ):
            clean(chunk, SOURCE)


def test_each_line_is_of_a_commitment_of_the_table(lines, embedded_commitments):
    commitments = embedded_commitments["commitments"].set_index("commitment_id")
    own = commitments.loc[lines["commitment_id"]]
    for name, theirs in (("iso3", "iso3"), ("plan_number", "plan_number"), ("commitment_number", "commitment_number"),
                         ("vintage", "vintage")):  # fmt: skip
        assert lines[name].tolist() == own[theirs].tolist(), name


def test_every_starred_commitment_and_each_of_mexico_has_its_line(lines, embedded_commitments):
    commitments = embedded_commitments["commitments"]
    stars = [commitments[rule.published] == "starred" for rule in star_rules.RULES]
    wanted = commitments[pd.concat(stars, axis=1).any(axis=1) | (commitments["iso3"] == "MEX")]
    assert sorted(lines["commitment_id"]) == sorted(wanted["commitment_id"])


def test_each_language_is_itself(lines):
    assert not (lines["en"] == lines["es"]).any()
    for name in LANGUAGES:
        other = {"en": "es", "es": "en"}[name]
        mixed = [text for text in lines[name] if language(folded(text)) == other]
        assert not mixed, mixed


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_person_is_named(lines, name):
    within = {
        found.rstrip(".,:") for text in lines[name] for found in re.findall(r"(?<=\s)[^\W\d_]*[A-ZÁÉÍÓÚÑ][\w.-]*", text)
    }
    assert within <= NAMES, sorted(within - NAMES)


def test_nothing_is_the_publishers_own_wording(lines, published):
    texts = published(COMMITMENTS)[1].tables["texts"]
    theirs = {run for field in TEXT_FIELDS for text in texts[field].unique() for run in runs(text, MOST_SHARED + 1)}
    assert runs("the government will work with all of them", 7) and len(theirs) > 100_000
    copied = [
        (line.commitment_id, name, shared)
        for line in lines.itertuples()
        for name in LANGUAGES
        if (shared := runs(getattr(line, name), MOST_SHARED + 1) & theirs)
    ]
    assert not copied, copied
