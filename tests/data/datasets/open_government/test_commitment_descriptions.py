from __future__ import annotations

import re
import tomllib
from collections import Counter

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.cleaning.embedding import EXTRACTS
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.data.datasets.open_government.commitment_descriptions import (
    DATASET,
    DESCRIPTIONS,
    LANGUAGES,
    LENGTHS,
    clean,
)
from ogp_analysis.data.datasets.open_government.commitment_tables import TEXT_FIELDS, folded, language
from ogp_analysis.data.datasets.open_government.commitments import DATASET as COMMITMENTS
from ogp_analysis.data.sources import raw

SOURCE = DATASET.inputs[0]
#: Longest run of words that a line may share with the publisher's text.
MOST_SHARED = 6
#: Share of lines that may begin with the same three words: more would be a filled template.
MOST_ALIKE = 0.08
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
    line = "Say in one line what was promised"
    return {
        "commitment_id": "2016-KEN-1-3-1",
        "iso3": "KEN",
        "plan_number": "1",
        "commitment_number": "3",
        **dict.fromkeys(LANGUAGES, line),
        "basis": "title_and_text",
        "vintage": "2016",
        "reviewed": "2026-11-26",
        "reviewer": "author",
        **values,
    }


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


def test_a_column_that_is_absent_raises(made):
    with pytest.raises(CleaningError, match="reviewer"):
        cleaned(DATASET, [(SOURCE, made([row()]).drop(columns="reviewer"))])


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
    assert (len(lines), (lines["iso3"] == "MEX").sum()) == (448, 63)


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_line_repeats_and_none_is_a_filled_template(lines, name):
    found = [tuple(words(text)) for text in lines[name]]
    assert len(set(found)) == len(found)
    [(start, most)] = Counter(each[:3] for each in found).most_common(1)
    assert most / len(found) <= MOST_ALIKE, start


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


def test_no_name_is_allowed_that_no_line_uses(lines):
    every = set(re.findall(r"[\w.]+", " ".join(lines["en"] + " " + lines["es"])))
    assert {name for name in NAMES if name not in every} == set()


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


def test_the_basis_is_what_the_file_held(lines, published):
    texts = published(COMMITMENTS)[1].tables["texts"].set_index("commitment_id").loc[lines["commitment_id"]]
    length = texts["full_text"].map(lambda text: len(" ".join(text.replace("<br/>", " ").split()))).to_numpy()
    assert ((lines["basis"] == "title_and_beginning").to_numpy() == (length > 1500)).all()
    only = lines[lines["basis"] == "title"]["commitment_id"]
    assert len(only) == 8
    for one in only:
        assert set(words(texts.loc[one, "full_text"])) <= set(words(texts.loc[one, "title"]))


def test_the_page_counts_the_lines_with_a_second_reader(lines):
    second = int((lines["reviewer"] == "second_reader").sum())
    assert f"Of the {len(lines)} lines, {second} have had a second reader" in DESCRIPTIONS.left_alone


def test_it_is_our_own_text_and_no_compiled_extract():
    assert DATASET.name not in {extract.dataset for extract in EXTRACTS}
    sidecar = paths.project().raw / SOURCE.source / SOURCE.version / "source.toml"
    about = tomllib.loads(sidecar.read_text(encoding="utf-8"))
    assert (about["dataset"], about["redistribute"]) == (DATASET.name, True)
    assert LENGTHS == (20, 110)
