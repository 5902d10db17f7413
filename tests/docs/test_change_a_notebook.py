"""The changes of docs/how-to/change-a-notebook.md, made as they stand there, and the pages that they give."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

import ogp_analysis as ogp

from ..reports import Site, project

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "change-a-notebook.md").read_text(encoding="utf-8")
#: Each copy by the notebook that it is made of.
COPIES = {
    "my_profile": "country_profile",
    "my_figure": "country_profile",
    "my_sentence": "country_profile",
    "my_list": "shock_case_study",
    "my_region": "shock_case_study",
}
LISTED = ("Argentina", "Bolivia", "Chile", "Colombia", "Costa Rica", "Ecuador", "Guatemala", "Paraguay", "Uruguay")
OLD_RULE = {"en": "within a tenth of the scale of its level", "es": "una décima de la escala de su nivel"}


def changes() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """What each block of the page takes out and puts in, by notebook and file."""
    found = {}
    for block in re.findall(r"```diff\n(.*?)```", PAGE, re.DOTALL):
        parts = re.split(r"^\+\+\+ (.*)\n", block, flags=re.MULTILINE)[1:]
        files = found[Path(parts[0]).stem] = {}
        for file, lines in zip(parts[::2], parts[1::2], strict=True):
            files[file] = [*pieces(lines.splitlines())]
    return found


def pieces(lines: list[str]):
    """The old and the new text of each piece, which begins with a line that is there."""
    starts = [n for n, line in enumerate(lines) if line[0] in "- " and (n == 0 or lines[n - 1][0] == "+")]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        part = lines[start:end]
        yield tuple("".join(f"{line[1:]}\n" for line in part if line[0] in signs) for signs in ("- ", "+ "))


def changed(text: str, parts: list[tuple[str, str]]) -> str:
    for old, new in parts:
        assert f"{text}\n".count(old) == 1, old
        text = f"{text}\n".replace(old, new).removesuffix("\n")
    return text


def copied(lab: Path, name: str, of: str, files: dict[str, list[tuple[str, str]]]) -> None:
    document = json.loads((ROOT / "notebooks" / f"{of}.ipynb").read_text(encoding="utf-8"))
    left = list(files[f"{name}.ipynb"]) if f"{name}.ipynb" in files else []
    for cell in document["cells"]:
        text = "".join(cell["source"]).replace(f'ogp.words("{of}")', f'ogp.words("{name}")')
        here = [part for part in left if part[0] in f"{text}\n"]
        left = [part for part in left if part not in here]
        cell["source"] = changed(text, here)
    assert left == [], f"{name}: no cell has {left[0][0]!r}"
    (lab / f"{name}.ipynb").write_text(json.dumps(document), encoding="utf-8")
    for language in ("en", "es"):
        text = (ROOT / "notebooks" / "words" / f"{of}_{language}.toml").read_text(encoding="utf-8")
        text = changed(text, files.get(f"words/{name}_{language}.toml", []))
        (lab / "words" / f"{name}_{language}.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    """A project with the five copies, changed as the page says, and their reports."""
    made = project(tmp_path_factory.mktemp("changed") / "home")
    (made.home / "lab" / "words").mkdir(parents=True)
    for name, of in COPIES.items():
        copied(made.home / "lab", name, of, changes()[name])
    done = made.run_all([(name, {}) for name in COPIES])
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def prose(page: str) -> str:
    """Titles, sentences, captions and text alternatives of a page: no rows of a table, and no code."""
    page = re.sub(r"<(pre|style|script|tbody|thead)\b.*?</\1>", " ", page, flags=re.DOTALL)
    alternatives = " ".join(re.findall(r'\balt="([^"]*)"', page))
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page) + " " + alternatives))


def test_each_change_is_a_few_lines_and_the_page_counts_them():
    blocks = re.findall(r"```diff\n\+\+\+ (\w+)(.*?)```", PAGE, re.DOTALL)
    written = {name: len(re.findall(r"^\+(?!\+\+ ) *\S", lines, re.MULTILINE)) for name, lines in blocks}
    stated = {name: int(lines) for name, lines in re.findall(r"^\|[^|]*\(`(my_\w+)`\) \| (\d+) \|", PAGE, re.MULTILINE)}
    assert written == stated and set(stated) == set(COPIES) and max(stated.values()) <= 10


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", COPIES)
def test_a_changed_notebook_has_numbered_figures_tables_and_downloads_in_both_languages(site, name, language):
    report = site.report(name, language)
    page, folder = report.page, report.folder
    assert f'lang="{language}"' in page
    figures = re.findall(r'<figure id="figure-(\w+)".*?<figcaption>(.*?)</figcaption>', page, re.DOTALL)
    labels = [re.match(r'<span class="label">(\w+ \d+)</span> \S', caption)[1] for _, caption in figures]
    assert labels == [f"{'Figure' if language == 'en' else 'Figura'} {n}" for n in range(1, len(figures) + 1)] != []
    assert page.count("<img ") == len(figures), "a picture has neither number nor caption"
    for figure, _ in figures:
        assert all((folder / "figures" / f"{figure}.{kind}").is_file() for kind in ("svg", "png", "pdf"))
    tables = {*re.findall(r'href="(tables/\w+\.csv)" download', page)}
    assert tables and all((folder / one).read_text(encoding="utf-8").count("\n") > 1 for one in tables)
    numbers = re.findall(r'<caption[^>]*><span class="label">\w+ (\d+)</span> \S', page)
    assert numbers == [str(n) for n in range(1, len(tables) + 1)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_that_is_said_speaks_of_the_old_index_or_the_old_donors(site, language):
    page = site.report("my_profile", language).page
    assert "core_index" not in page
    [title], [lead] = (re.findall(one, page, re.DOTALL) for one in (r"<h1>(.*?)</h1>", r"<title>(.*?)</title>"))
    new, old = {"en": ("Freedom of expression", "core civil society|civic space in"),
                "es": ("Libertad de expresión", "índice central|espacio cívico en méxico")}[language]  # fmt: skip
    assert title.startswith(new) and lead.startswith(new)
    # Figures on all indices and the coverage of all measures name every one of them.
    page = re.sub(r'<figure id="figure-(other_indices|coverage)".*?</figure>', "", page, flags=re.DOTALL)
    assert re.search(old, prose(page), re.IGNORECASE) is None
    region = {"en": "countries of Latin America", "es": "países de América Latina"}[language]
    named = {"my_list": LISTED, "my_region": (region,)}
    for name, words in named.items():
        page = site.report(name, language).page
        scope = re.search(r'<p class="scope">(.*?)</p>', page, re.DOTALL)[1]
        assert [one for one in words if one not in scope] == [] and OLD_RULE[language] not in prose(page)


def test_the_donors_are_those_of_the_list_and_of_the_region(site):
    weighing = {name: {row["unit"] for row in site.report(name).rows("donors")} for name in ("my_list", "my_region")}
    assert weighing["my_list"] and weighing["my_list"] <= {*LISTED, "Brazil", "Panama", "Peru"}
    assert {ogp.country(one).region for one in weighing["my_region"]} == {"latin_america_caribbean"}
    assert {row["pool"] for row in site.report("my_list").rows("series")} == {"12"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_figure_has_the_style_of_the_reader_and_the_sentence_its_language(site, language):
    report = site.report("my_figure", language)
    drawn = (report.folder / "figures" / "mine.svg").read_text(encoding="utf-8").casefold()
    assert "#e5e5e5" in drawn, "the ground of ggplot"
    place = {"en": "Mexico", "es": "México"}[language]
    assert f"<!-- {place} " in (report.folder / "figures" / "mine.svg").read_text(encoding="utf-8")
    said = {"en": " countries stood above Mexico in 2023.", "es": " países estaban por encima de México en 2023."}
    assert said[language] in prose(site.report("my_sentence", language).page)
