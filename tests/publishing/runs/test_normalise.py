"""What normalise takes out of an executed notebook, and what it leaves."""

from __future__ import annotations

import copy
import json
import math

import nbformat
import pytest

from ogp_analysis.publishing.runs.normalise import (
    cleaner,
    drawing,
    dumps,
    normalise,
    round_numbers,
)

PLACES = {"/home/ana": "~", "/home/ana/project": "$PROJECT", "/tmp": "$TMP", "~/project": "$PROJECT"}


def notebook(*outputs: dict, **metadata) -> dict:
    cell = {
        "cell_type": "code",
        "id": "at-a-glance",
        "source": "1",
        "metadata": {},
        "execution_count": 1,
        "outputs": list(outputs),
    }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]}


def stream(text: str | list[str], name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def result(**data) -> dict:
    data = {kind.replace("_", "/", 1): content for kind, content in data.items()}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def outputs(*given: dict) -> list[dict]:
    return normalise(notebook(*given), PLACES)["cells"][0]["outputs"]


def test_input_is_unchanged():
    given = notebook(stream(["a\n", "b"]), papermill={"start_time": "2025", "output_path": "/x/y.ipynb"})
    before = copy.deepcopy(given)
    normalise(given, PLACES)
    assert given == before


def test_clocks_and_paths_of_papermill_go_and_the_rest_of_its_record_stays():
    record = {
        "start_time": "2025-01-01T00:00:00",
        "end_time": "2025-01-01T00:00:01",
        "duration": 1.0,
        "exception": None,
        "input_path": "/home/ana/project/notebooks/one.ipynb",
        "output_path": "/tmp/x/out.ipynb",
        "parameters": {"country": "MEX"},
        "version": "2.7.0",
    }
    given = notebook(papermill=record)
    given["cells"][0]["metadata"] = {
        "execution": {"iopub.status.busy": "2025-01-01T00:00:00Z"},
        "papermill": {**record, "status": "completed"},
        "tags": ["kept"],
    }
    made = normalise(given, PLACES)
    kept = {"exception": None, "input_path": "one.ipynb", "parameters": {"country": "MEX"}, "version": "2.7.0"}
    assert made["metadata"]["papermill"] == kept
    cell = made["cells"][0]["metadata"]
    assert "execution" not in cell and cell["tags"] == ["kept"] and cell["papermill"]["status"] == "completed"
    assert not {"start_time", "end_time", "duration"} & set(cell["papermill"])


def test_kernel_is_the_same_on_every_machine():
    made = normalise(
        notebook(
            kernelspec={"name": "my-venv", "display_name": "Ana's Python", "language": "python"},
            language_info={"name": "python", "version": "3.11.7", "pygments_lexer": "ipython3", "extra": 1},
        ),
        PLACES,
    )
    assert made["metadata"]["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert made["metadata"]["language_info"] == {"name": "python", "version": "3.11", "pygments_lexer": "ipython3"}


def test_streams_between_displays_become_one_of_each():
    streams = [stream("a", "stderr"), stream(["1\n", "2\n"]), stream("b", "stderr"), stream("3")]
    made = outputs(*streams, result(text_plain="x"), stream("4"))
    assert [(o.get("name"), o.get("text")) for o in made] == [
        ("stdout", "1\n2\n3"),
        ("stderr", "ab"),
        (None, None),
        ("stdout", "4"),
    ]


@pytest.mark.parametrize("made_up", ["1a2b3c4d", "0" * 32, "12345678-1234-1234-1234-123456789abc", None])
def test_made_up_ids_follow_from_the_text(made_up):
    first, second = notebook(), notebook()
    first["cells"][0]["id"] = made_up
    if made_up is None:
        del first["cells"][0]["id"]
    second["cells"][0]["id"] = "deadbeef"
    made = normalise(first, PLACES)
    assert made == normalise(second, PLACES)
    assert made["cells"][0]["id"].startswith("code-")


def test_a_notebook_without_ids_becomes_one_with():
    given = notebook()
    del given["cells"][0]["id"]
    given["nbformat_minor"] = 4
    made = normalise(given, PLACES)
    nbformat.validate(nbformat.from_dict(made))
    assert made["nbformat_minor"] == 5


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<object at 0x7f3dd7ade550>", "<object at 0x…>"),
        ("/tmp/ipykernel_4711/2.py:1: UserWarning", "$TMP/ipykernel/2.py:1: UserWarning"),
        ("/home/ana/project/a.csv", "$PROJECT/a.csv"),
        ("file:///home/ana/x", "file://~/x"),
        ("File \x1b[32m/home/ana/x.py:3\x1b[39m", "File \x1b[32m~/x.py:3\x1b[39m"),
        ("in /home/ana.", "in ~."),
        ("/home/ana:/home/ana/project", "~:$PROJECT"),
        # not these paths, or not paths
        ("/home/anabel", "/home/anabel"),
        ("/mnt/tmp/x", "/mnt/tmp/x"),
        ("https://example.org/tmp/x", "https://example.org/tmp/x"),
        ("QUJD+/tmp/QUJD", "QUJD+/tmp/QUJD"),
        ("Date: Mon, 24 Nov 2025", "Date: Mon, 24 Nov 2025"),
    ],
)
def test_traces_in_text(text, clean):
    assert cleaner(PLACES)(text) == clean


def test_traces_go_from_what_programs_print_and_from_faults():
    error = {"output_type": "error", "ename": "E", "evalue": "/tmp/a", "traceback": ["at 0x7fffffff", "/home/ana/x"]}
    made = outputs(stream("/tmp/a"), error)
    assert made[0]["text"] == "$TMP/a"
    assert (made[1]["evalue"], made[1]["traceback"]) == ("$TMP/a", ["at 0x…", "~/x"])


def test_no_text_of_a_result_is_changed():
    """A name of a buyer may look like a path of this machine, in a table, in its HTML or in a series."""
    name = "Almacén /home/ana at 0x7fffffff, /tmp/tmpab_12xyz"
    data = {"text_plain": f"0    {name}", "text_html": f"<td>{name}</td>", "text_latex": name, "image_png": "/tmp/a+"}
    table = {"application/vnd.ogp-analysis.table+json": {"rows": [[name]], "note": "/home/ana"}}
    [made] = outputs(result(**data, **table, application_json=[[name]]))
    told = {kind.replace("_", "/"): text for kind, text in data.items()}
    assert made["data"] == {**told, **table, "application/json": [[name]]}


def test_what_the_program_adds_to_a_result_goes():
    [styler, path] = outputs(
        result(text_plain="<Styler at 0x7f3dd7ade550>", text_html="<b>&lt;X at 0x7f3dd7ade550&gt;</b>"),
        result(text_plain="PosixPath('/home/ana/x')"),
    )
    assert styler["data"] == {"text/plain": "<Styler at 0x…>", "text/html": "<b>&lt;X at 0x…&gt;</b>"}
    assert path["data"] == {"text/plain": "PosixPath('~/x')"}


def test_sources_and_parameters_stay_as_they_are():
    given = notebook(papermill={"parameters": {"folder": "/home/ana"}})
    given["cells"][0]["source"] = "folder = '/home/ana'"
    made = normalise(given, PLACES)
    assert made["metadata"]["papermill"]["parameters"] == {"folder": "/home/ana"}
    assert made["cells"][0]["source"] == "folder = '/home/ana'"


SVG = (
    '<svg><dc:date>2025-11-24T16:00:00</dc:date><clipPath id="p1a2b3c4d5e"/><path id="m00112233aa"/>'
    '<use href="#m00112233aa"/><g clip-path="url(#p1a2b3c4d5e)"/></svg>'
)


def test_made_up_ids_of_a_drawing():
    again = SVG.replace("1a2b3c4d5e", "ffffffffff").replace("00112233aa", "eeeeeeeeee").replace("16:00", "17:23")
    made = drawing(SVG)
    assert made == drawing(again) == drawing(made)
    assert "2025" not in made and "1a2b3c4d5e" not in made
    ids = [part.split('"')[0] for part in made.split('id="')[1:]]
    assert len(set(ids)) == 2 and all(made.count(name) == 2 for name in ids)


def test_different_drawings_have_different_ids():
    """On one page, the id of one would else lead into the other."""
    ids = [drawing(svg).split('clipPath id="')[1][:11] for svg in (SVG, SVG.replace("<g ", "<g fill='red' "))]
    assert ids[0] != ids[1]


def test_clock_of_a_model_summary_leaves_the_columns_in_place():
    text = (
        "Date:                Mon, 24 Nov 2025   Prob (F-statistic):            0.123\n"
        "Time:                        15:47:12   Log-Likelihood:              -10.000\n"
        "No. Observations:                  10   AIC:                           24.00\n"
    )
    clean = cleaner({})(text)
    assert [len(line) for line in clean.splitlines()] == [len(line) for line in text.splitlines()]
    assert "2025" not in clean and "15:47" not in clean and "0.123" in clean
    html = "<th>No. Observations:</th><th>Date:</th> <td>Mon, 24 Nov 2025</td> <th>Time:</th> <td>15:47:12</td>"
    assert "2025" not in cleaner({})(html) and "15:47" not in cleaner({})(html)
    latex = r"\textbf{No. Observations:} & \textbf{Date:} & Mon, 24 Nov 2025 & \textbf{Time:} & 15:47:12 &"
    assert "2025" not in cleaner({})(latex) and "15:47" not in cleaner({})(latex)


def test_numbers_in_json_outputs_are_rounded():
    rows = [[0.1 + 0.2, None, True, "0.30000000000000004"]]
    payload = {"estimate": -0.04154493747052585, "n": 12345678901234, "rows": rows}
    [made] = outputs(result(**{"application/vnd.x+json": payload}))
    assert made["data"]["application/vnd.x+json"] == {
        "estimate": -0.04154493747,
        "n": 12345678901234,
        "rows": [[0.3, None, True, "0.30000000000000004"]],
    }


def test_round_numbers_leaves_what_is_no_finite_float():
    assert math.isnan(round_numbers(float("nan"))) and round_numbers(math.inf) == math.inf
    assert round_numbers(((1, 2.0), True, None, "1.23456789012345")) == [[1, 2.0], True, None, "1.23456789012345"]
    assert round_numbers(0.123456, digits=3) == 0.123


def test_dumps_is_what_nbformat_would_write():
    made = normalise(notebook(stream("a\nb"), result(text_plain="x\ny", image_png="QUJD")), PLACES)
    assert dumps(made) == nbformat.writes(nbformat.from_dict(made)) + "\n"
    assert json.loads(dumps(made))["cells"][0]["outputs"][0]["text"] == ["a\n", "b"]


def test_dumps_refuses_what_json_cannot_say():
    with pytest.raises(ValueError, match="JSON"):
        dumps(notebook(result(**{"application/json": float("nan")})))
