"""The id of an output: of what was made, whatever made it, and wherever."""

from __future__ import annotations

import base64
import copy
import io
import json

import pytest
from PIL import Image, PngImagePlugin

from ogp_analysis.publishing.runs import made
from ogp_analysis.publishing.runs.manifest import Run

RUN = Run("events", (("country", "MEX"),))
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="5">'
    '<defs><clipPath id="{part}"><path d="M0 0h9v4z"/></clipPath></defs>'
    '<g clip-path="url(#{part})"><path style="fill: #a3123a" d="M0 0h{width}v4z"/><text>{word}</text></g></svg>'
)


def ids(checkout) -> dict[str, str]:
    return {file.parent.name: json.loads(file.read_text())["id"] for file in checkout.reports.glob("*/*/run.json")}


@pytest.mark.slow
def test_a_comment_in_the_package_keeps_every_id_and_another_number_changes_one(complete):
    before = ids(complete)
    with (complete.root / "ogp_analysis" / "statistics" / "rates.py").open("a") as module:
        module.write("\n# A remark.\n")
    assert {said[:4] for name, said in complete.plan().items() if not name.startswith("table ")} == {"run:"}
    told = complete.ogp("run", "--all", "--jobs", "2")
    assert told.returncode == 0 and "5 run, 0 current, 0 failed" in told.stdout
    assert ids(complete) == before and len(set(before.values())) == 5
    complete.edit("notebooks/members.ipynb", "len(countries))", "len(countries) + 1)")
    told = complete.ogp("run", "--all")
    assert told.returncode == 0 and "1 run, 4 current, 0 failed" in told.stdout
    changed = {name for name, one in ids(complete).items() if one != before[name]}
    assert changed == {complete.folder("members/MEX").name}
    page = (complete.folder("members/MEX") / "es" / "index.html").read_text()
    assert ids(complete)[changed.pop()] in page, "the page cites it"


def sentence(value: int = 2000, **more) -> dict:
    number = {"value": value, "unit": "year", "decimals": 0, "signed": False, "low": None, "high": None, "level": None}
    payload = {"key": "panel.table.indicators", "case": "", "name": "", "role": "headline", "language": "en",
               "values": {"place": "Mexico", "first": {"number": number}, "last": {"number": number}}}  # fmt: skip
    return {"application/vnd.ogp-analysis.sentence+json": payload | more, "text/plain": "as it was said"}


def table(rows: list, caption: str = "All", label: str = "Number", unit: str = "count", **more) -> dict:
    columns = [{"name": "n", "label": label, "unit": unit, "decimals": 0, "signed": False}]
    payload = {"name": "t", "caption": caption, "language": "en", "stated": {}, "columns": columns, "rows": rows}
    return {"application/vnd.ogp-analysis.table+json": payload | more, "text/html": "<table>"}


def figure(
    word: str = "2000", width: int = 9, part: str = "p1", caption: str = "A line", alt: str = "A line", narrow: int = 4,
    **more,
) -> dict:  # fmt: skip
    payload = {"name": "f", "caption": caption, "alt": alt, "language": "en", "redistribute": True} | more
    return {"application/vnd.ogp-analysis.figure+json": payload, "text/plain": "A line",
            "image/svg+xml": SVG.format(part=part, width=width, word=word),
            "application/vnd.ogp-analysis.narrow+svg": SVG.format(part=part, width=narrow, word=word)}  # fmt: skip


def png(colour: str = "red", **about: str) -> dict:
    written, info = io.BytesIO(), PngImagePlugin.PngInfo()
    for name, text in about.items():
        info.add_text(name, text)
    Image.new("RGB", (3, 3), colour).save(written, "png", pnginfo=info)
    return {"image/png": base64.b64encode(written.getvalue()).decode()}


def notebook(*outputs: dict, source: str = "1", text: str = "printed\n") -> dict:
    stream = {"output_type": "stream", "name": "stdout", "text": text}
    shown = [{"output_type": "display_data", "metadata": {}, "data": data} for data in outputs]
    cell = {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": [stream, *shown]}
    language = {"name": "python", "version": "3.11"}
    return {"cells": [cell], "metadata": {"language_info": language}, "nbformat": 4, "nbformat_minor": 5}


WHOLE = (sentence(), table([[1], [2]]), figure(), png(), {"text/plain": "3", "text/html": "<p>3</p>"})
PROVENANCE = {"application/vnd.ogp-analysis.provenance+json": {"tables": [{"sha256": "1" * 64}]}}


def identity(*outputs: dict, **more) -> str:
    return made.identifier(RUN, {"en": notebook(*outputs, **more)})


@pytest.mark.parametrize(
    "other",
    [
        (sentence(2001), *WHOLE[1:]),
        (WHOLE[0], table([[1], [3]]), *WHOLE[2:]),
        (WHOLE[0], table([[1], [2]], "Some"), *WHOLE[2:]),
        (WHOLE[0], table([[1], [2]], label="Numbers"), *WHOLE[2:]),
        (WHOLE[0], table([[1], [2]], unit="rank"), *WHOLE[2:]),
        (*WHOLE[:2], figure("2001"), *WHOLE[3:]),
        (*WHOLE[:2], figure(width=8), *WHOLE[3:]),
        (*WHOLE[:2], figure(caption="Lines"), *WHOLE[3:]),
        (*WHOLE[:2], figure(alt="Lines"), *WHOLE[3:]),
        (*WHOLE[:2], figure(places={"MEX": "Mexico: 2"}), *WHOLE[3:]),
        (*WHOLE[:2], figure(narrow=3), *WHOLE[3:]),
        (*WHOLE[:3], png("blue"), WHOLE[4]),
        (*WHOLE[:4], {"text/plain": "4", "text/html": "<p>3</p>"}),
        WHOLE[:4],
        (WHOLE[1], WHOLE[0], *WHOLE[2:]),
    ],
)
def test_a_value_a_word_and_a_line_that_are_other_give_another_id(other):
    assert identity(*other) != identity(*WHOLE)


def test_both_pages_count_each_in_its_language():
    pages = {"en": notebook(*WHOLE), "es": notebook(sentence(language="es"), *WHOLE[1:])}
    whole = made.identifier(RUN, pages)
    for other in (pages | {"es": notebook(*WHOLE[1:])}, dict(zip(pages, reversed(pages.values()), strict=True))):
        assert made.identifier(RUN, other) != whole


def test_what_a_program_prints_and_what_was_asked_count():
    assert identity(*WHOLE, text="other\n") != identity(*WHOLE)
    for run in (Run("event", RUN.items), Run("events", (("country", "KEN"),))):
        assert made.identifier(run, {"en": notebook(*WHOLE)}) != identity(*WHOLE)


def test_ids_versions_places_and_what_it_rests_on_do_not_count():
    whole = identity(*WHOLE)
    assert identity(*WHOLE, source="2  # a comment") == whole
    assert identity(*WHOLE, PROVENANCE) == identity(*WHOLE) == whole
    assert identity(sentence(name="other"), *WHOLE[1:]) == whole
    assert identity(*WHOLE[:2], figure(part="q2"), *WHOLE[3:]) == whole
    assert identity(*WHOLE[:3], png(Software="another, 9.9"), WHOLE[4]) == whole
    elsewhere = notebook(*WHOLE)
    elsewhere["metadata"]["language_info"]["version"] = "3.13"
    elsewhere["cells"].insert(0, {"cell_type": "markdown", "source": "# Prose", "metadata": {}, "id": "x"})
    elsewhere["cells"][1] |= {"id": "y", "execution_count": 9}
    assert made.identifier(RUN, {"en": elsewhere}) == whole


def test_text_in_lines_is_the_same_text():
    lines = copy.deepcopy(notebook(*WHOLE))
    for output in lines["cells"][0]["outputs"]:
        for kind, content in output.get("data", {}).items():
            if isinstance(content, str) and kind != "image/png":
                output["data"][kind] = content.splitlines(keepends=True)
    assert made.identifier(RUN, {"en": lines}) == identity(*WHOLE)


@pytest.mark.parametrize("kind", ["sentence", "table", "figure"])
@pytest.mark.parametrize("payload", [1, None, [], "{", {"key": "x"}, {"name": "t"}])
def test_an_output_that_is_not_what_its_kind_promises_counts_as_it_is(kind, payload):
    odd = {f"application/vnd.ogp-analysis.{kind}+json": payload}
    assert identity(odd) != identity() and identity(odd) == identity(odd)
