"""References of an output, of the software and of the sources."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from ogp_analysis.base import beside
from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing import citation
from ogp_analysis.publishing.citation import Identity, cite_line, csl, doi, references, ris
from ogp_analysis.publishing.runs import languages, notebook
from ogp_analysis.publishing.runs.manifest import Run

from .pages.conftest import Maker

GIVEN = beside.toml(__file__, "test_citation.toml")
SOURCE = GIVEN["SOURCE"]


def identity(**changes) -> Identity:
    return Maker().identity(**{"parameters": {"first_year": 2000, "country": "MEX"}} | changes)


def bibtex(identity: Identity, sources: list[dict], title: str = "") -> str:
    return citation.bibtex(references(identity, sources, title))


def entries(text: str) -> dict[str, dict[str, str]]:
    """Read BibTeX the way BibTeX does: by counting braces, whatever stands before them."""
    found, position = {}, 0
    while (start := text.find("@misc{", position)) >= 0:
        depth, end = 1, start + 6
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        key, _, body = text[start + 6 : end - 1].partition(",")
        assert key not in found
        found[key] = dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.M))
        position = end
    return found


def test_an_output_its_software_and_its_sources_in_order():
    other = {**SOURCE, "source": "ert", "version": "2024-05", "doi": None, "title": "Episodes", "year": 2024}
    found = entries(bibtex(identity(), [SOURCE, other], "Civic space in Mexico"))
    assert list(found) == ["ogp_analysis_3f9c0a7be1d2", "ogp_analysis_software_0_1_0", "ert_2024_05", "vdem_15"]
    output, software, ert, vdem = found.values()
    assert output == {
        "author": "{The ogp\\_analysis authors}",
        "title": "{Civic space in Mexico}",
        "year": "2026",
        "howpublished": "Output 3f9c0a7be1d2 of ogp\\_analysis, version 0.1.0",
        "note": "Data edition: embedded. Parameters: country = MEX, first\\_year = 2000",
        "url": "https://software.example/ogp",
    }
    assert (software["howpublished"], software["year"]) == ("Computer software, version 0.1.0", "2026")
    assert (vdem["doi"], vdem["year"]) == ("10.23696/vdemds25", "2025")
    assert vdem["howpublished"] == "Data set, version 15"
    assert "version" not in {*software, *vdem}, "said once, by every style"
    assert vdem["url"] == f"https://doi.org/{vdem['doi']}"  # styles of BibTeX print no DOI of @misc
    assert vdem["note"] == "Licence: CC BY-SA 4.0"
    assert vdem["annote"] == "Coppedge et al. 2025. Dataset, 1900–2024."
    assert vdem["author"] == "{V-Dem Institute}" and "publisher" not in vdem
    assert (ert["url"], ert["year"]) == ("https://v-dem.example/data", "2024")


def test_an_output_never_has_a_doi_nor_a_year_nobody_stated():
    text = bibtex(identity(released=None, url=None), [{**SOURCE, "doi": None, "year": None}])
    assert "\n  doi = " not in text
    assert "\n  year = " not in text


@pytest.mark.parametrize(("year", "cited"), [(2026, "2026"), (None, None), ("", None)])
def test_the_year_of_a_source_is_that_of_its_sidecar_and_none_of_those_it_covers(year, cited):
    """Years in prose are mostly those that the data are about: "2013 to 2025" is no date of publication."""
    source = {**SOURCE, "citation": "Freedom House. Editions 2013 to 2025. 2024.", "version": "2019", "year": year}
    listed = references(identity(), [source])
    assert list(entries(citation.bibtex(listed)).values())[-1].get("year") == cited
    assert json.loads(csl(listed))[-1].get("issued") == ({"date-parts": [[2026]]} if cited else None)
    assert dict(records(ris(listed))[-1]).get("PY") == cited


HOSTILE = '}\\input{/etc/passwd} $x^2$ 5% #1 a_b ~ & "q" @misc{x,\n\\\\ \u202e{'


def test_hostile_text_neither_ends_a_field_nor_is_a_command():
    source = {**dict.fromkeys(SOURCE, HOSTILE), "urls": ["https://x.example/}{\\a b", "javascript:x"]}
    text = bibtex(identity(authors=(HOSTILE,), parameters={"p": HOSTILE}, software_title=HOSTILE), [source], HOSTILE)
    found = entries(text)
    assert len(found) == 3
    assert text.count("\n@misc{") == 2
    assert "\u202e" not in text
    commands = set(re.findall(r"\\(?:[a-zA-Z]+(?:\{\})?|.)", text))
    assert commands == {
        "\\textbackslash{}", "\\textbraceleft{}", "\\textbraceright{}", "\\textasciicircum{}", "\\textasciitilde{}",
        "\\$", "\\%", "\\#", "\\_", "\\&",
    }  # fmt: skip
    assert "doi" not in found[list(found)[-1]]


def test_an_address_is_percent_encoded_where_tex_would_stumble_and_no_key_is_given_twice():
    hard = identity(url="https://x.example/a{b}\\c^d|e%20f_g")
    found = entries(bibtex(hard, [{**SOURCE, "version": "1.0"}, {**SOURCE, "version": "1-0"}]))
    assert next(iter(found.values()))["url"] == "https://x.example/a%7Bb%7D%5Cc%5Ed%7Ce%20f_g"
    assert list(found)[2:] == ["vdem_1_0", "vdem_1_0_2"]


def test_persons_and_bodies():
    names = ("Pérez, Ana", "Ministry of Foo, Bar, and Baz", "Doe, ", "Team and Friends", "Comisión A, Estado B, México")
    author = next(iter(entries(bibtex(identity(authors=names), [])).values()))["author"]
    bodies = "{Ministry of Foo, Bar, and Baz} and {Doe} and {Team and Friends} and {Comisión A, Estado B, México}"
    assert author == f"Pérez, Ana and {bodies}"


INVENTORY = GIVEN["INVENTORY"]
FIRST_ONLY = {**SOURCE, "authors": ["Coppedge, Michael", "others"], "publisher": "V-Dem Institute, University of X"}


def test_the_authors_of_a_source_are_persons_and_its_publisher_stands_apart():
    inventory, vdem = list(entries(bibtex(identity(), [INVENTORY, FIRST_ONLY])).values())[2:]
    assert inventory["author"] == "Feldstein, Steven and Kot, Brian"
    assert inventory["publisher"] == "{Endowment, for Peace and More}"
    assert (vdem["author"], vdem["publisher"]) == ("Coppedge, Michael and others", "{V-Dem Institute, University of X}")
    bodies = {**INVENTORY, "authors": ["Bank", "Institute for X and Y"]}
    assert list(entries(bibtex(identity(), [bodies])).values())[2]["author"] == "{Bank} and {Institute for X and Y}"
    alone = {**INVENTORY, "authors": []}
    assert list(entries(bibtex(identity(), [alone])).values())[2]["author"] == "{Endowment, for Peace and More}"


def test_the_same_references_as_csl():
    output, software, inventory, vdem = json.loads(csl(references(identity(), [INVENTORY, FIRST_ONLY], "Space")))
    assert (output["id"], output["type"], output["title"]) == ("ogp_analysis_3f9c0a7be1d2", "report", "Space")
    assert output["issued"] == {"date-parts": [[2026, 5, 4]]} and "DOI" not in output
    assert (software["type"], software["version"]) == ("software", "0.1.0")
    assert inventory["author"] == [{"family": "Feldstein", "given": "Steven"}, {"family": "Kot", "given": "Brian"}]
    assert (inventory["type"], inventory["DOI"]) == ("dataset", "10.17632/csvhpkt8tm.10")
    assert inventory["issued"] == {"date-parts": [[2023]]}
    assert vdem["author"] == [{"family": "Coppedge", "given": "Michael"}], "CSL has no author 'others'"
    assert (vdem["version"], vdem["medium"], software["medium"]) == ("15", "Data set", "Computer software")
    assert software["author"] == [{"literal": "The ogp_analysis authors"}]


def records(text: str) -> list[list[tuple[str, str]]]:
    """Read RIS: records end with ER, a line is a tag of two characters, two spaces, a hyphen, a space and a value."""
    found = [[]]
    for line in text.splitlines():
        if line:
            tag, value = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups()
            found[-1].append((tag, value))
            if tag == "ER":
                found.append([])
    assert found.pop() == []
    return found


def test_hostile_text_is_one_line_of_ris_and_a_text_of_csl():
    source = {**dict.fromkeys(SOURCE, HOSTILE + "\nER  - \nTY  - BOOK"), "urls": []}
    listed = references(identity(authors=(HOSTILE,), parameters={"p": HOSTILE}), [source], HOSTILE)
    assert len(records(ris(listed))) == len(json.loads(csl(listed))) == 3
    assert "\u202e" not in ris(listed) + csl(listed)


def test_a_line_to_cite_in_both_languages():
    assert cite_line(identity(), "en", "Civic space in Mexico.") == (
        "The ogp_analysis authors (2026). “Civic space in Mexico”. Output 3f9c0a7be1d2 of ogp_analysis, "
        "version 0.1.0. https://software.example/ogp"
    )
    quoted = cite_line(identity(), "es", "México después de que se publicó el informe «Gobierno Espía»")
    assert "«México después de que se publicó el informe “Gobierno Espía”»" in quoted
    spanish = cite_line(identity(released=None, url=None, authors=("Uno", "Dos", "Tres")), "es", "El espacio")
    assert spanish == "Uno, Dos y Tres (s. f.). «El espacio». Resultado 3f9c0a7be1d2 de ogp_analysis, versión 0.1.0."


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("10.23696/vdemds25", "10.23696/vdemds25"),
        ("https://doi.org/10.1234/a.b", "10.1234/a.b"),
        ("doi: 10.1234/x", "10.1234/x"),
        ("10.1/x", ""),
        ("10.1234/a b", ""),
        (None, ""),
    ],
)
def test_what_is_a_doi(text, bare):
    assert doi(text) == bare


KEPT = {**INVENTORY, "accessed": "2026-02-03", "tables": ["cases"]}
TABLES = [{"dataset": "inventory", "table": "cases", "sha256": "9f2b" * 16},
          {"dataset": "inventory", "table": "other", "sha256": "0" * 64}]  # fmt: skip


def credited(language: str = "en") -> list[citation.Reference]:
    said = "Intervals are Wilson's, p is FISHER'S EXACT, q of Benjamini; reglas de Rubin."
    return references(identity(language=language), [KEPT, FIRST_ONLY], "Space", TABLES, said)


def test_a_source_is_cited_with_licence_day_of_access_and_the_hashes_of_its_tables():
    source = list(entries(citation.bibtex(credited())).values())[2]
    assert source["note"] == "Licence: CC BY 4.0. Accessed 3 February 2026" and source["urldate"] == "2026-02-03"
    assert source["annote"] == f"{INVENTORY['citation']} SHA-256 of clean tables: cases {'9f2b' * 16}"
    assert json.loads(csl(credited()))[2]["accessed"] == {"date-parts": [[2026, 2, 3]]}
    told = records(ris(credited()))[2]
    assert ("Y2", "2026/02/03") in told and ("N1", f"SHA-256 of clean tables: cases {'9f2b' * 16}") in told
    undated = references(identity(), [{**KEPT, "accessed": "spring"}])[2]
    assert (undated.accessed, undated.hashes, undated.note) == ("", "", "Licence: CC BY 4.0")


def test_the_papers_of_the_methods_that_are_named_are_credited():
    assert [one.key for one in credited()[4:]] == ["benjamini_1995", "fisher_1922", "rubin_1987", "wilson_1927"]
    assert references(identity(), [], "Fisher alone")[2:] == []


def test_bibtex_reads_every_field(tmp_path):
    from pybtex.database import parse_string

    read = parse_string(citation.bibtex(credited()), "bibtex").entries
    assert [one.key for one in credited()] == list(read)
    inventory, wilson = read["inventory_10"], read["wilson_1927"]
    assert [(p.last_names, p.first_names) for p in inventory.persons["author"]] == [
        (["Feldstein"], ["Steven"]),
        (["Kot"], ["Brian"]),
    ]
    assert inventory.fields["doi"] == "10.17632/csvhpkt8tm.10"
    assert (wilson.type, wilson.fields["journal"]) == ("article", "Journal of the American Statistical Association")
    assert wilson.fields["pages"] == "209--212" and read["rubin_1987"].type == "book"


def test_a_style_of_csl_writes_every_reference():
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    source = CiteProcJSON(json.loads(csl(credited())))
    made = CitationStylesBibliography(
        CitationStylesStyle("harvard-cite-them-right", validate=False), source, formatter.plain
    )
    for one in credited():
        made.register(Citation([CitationItem(one.key)]))
    written = [str(entry) for entry in made.bibliography()]
    assert len(written) == len(credited())
    assert any("Feldstein" in line and "2023" in line and "Inventory" in line for line in written)
    assert any("Wilson" in line and "22" in line and "209" in line for line in written)


def test_ris_is_read_whole():
    import rispy

    read = rispy.loads(ris(credited()))
    assert [one["type_of_reference"] for one in read] == "RPRT COMP DATA DATA JOUR JOUR BOOK JOUR".split()
    assert read[2]["authors"] == ["Feldstein, Steven", "Kot, Brian"] and read[2]["doi"] == "10.17632/csvhpkt8tm.10"
    assert (read[-1]["start_page"], read[-1]["end_page"], read[-1]["volume"]) == ("209", "212", "22")


def said_in(language: str) -> str:
    """All words of the package and the prose of the notebooks in a language."""
    package = Path(citation.__file__).resolve().parents[1]
    texts = [file.read_text() for file in sorted(package.glob(f"**/words/*_{language}.toml"))]
    here = Project(package.parent)
    texts += [file.read_text() for file in sorted(here.notebooks.glob(f"words/*_{language}.toml"))]
    for file in sorted(here.notebooks.glob("*.ipynb")):
        page = languages.in_language(notebook.read(file), language, languages.translations(here, file))
        texts += languages.prose(page)
    return "\n".join(texts).casefold() + "\nstandard errors: clustered\nerrores estándar: por conglomerados"


#: Of methods that no notebook here uses: one of a reader's own that names them credits them.
OF_OTHER_METHODS = {"cameron_2008", "hamed_1998", "mann_1945"}


def test_every_paper_is_named_by_a_report_in_both_languages_and_every_name_is_used():
    texts = {language: said_in(language) for language in ("en", "es")}
    assert {paper.key for _, paper in citation.papers()} >= OF_OTHER_METHODS
    for names, paper in citation.papers():
        if paper.key in OF_OTHER_METHODS:
            continue
        for language, text in texts.items():
            assert any(name in text for name in names), (paper.key, language)
        assert not [name for name in names if not any(name in text for text in texts.values())], paper.key


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        ("site_url = 'https://reports.example/ogp/'", "https://reports.example/ogp/events/KEN-1/es/"),
        ("[[", ""),
    ],
)
def test_the_address_of_an_output_is_that_of_the_project_or_none(tmp_path, text, address):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "runs.toml").write_text(text)
    shutil.copy(Path(citation.__file__).resolve().parents[2] / "CITATION.cff", tmp_path)
    run = Run("events", (("country", "KEN"),))
    made = citation.identity_of(Project(tmp_path), run, "3f9c0a7be1d2", "es")
    assert made.address == address.replace("KEN-1", run.slug)


@pytest.mark.parametrize("stated", ["'ftp://x'", "5", "'javascript:alert(1)'"])
def test_an_address_of_the_project_that_is_none_is_refused(tmp_path, stated):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "runs.toml").write_text(f"site_url = {stated}")
    with pytest.raises(ReportError, match="not an address of the web"):
        citation.site_url(Project(tmp_path))
