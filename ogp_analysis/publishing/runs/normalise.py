"""An executed notebook without the bytes that differ between two runs of the same thing.

Removed or replaced: clocks, random ids, object addresses, process numbers; in what programs print and in faults also
the paths of this machine. Numbers in JSON outputs are rounded. What a person or the notebook chose (sources,
parameters, ids) stays, and so does every text of a result: it may be data. Needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import re
import sys
from collections.abc import Callable, Mapping
from itertools import chain, count
from pathlib import Path

from ogp_analysis.base import paths
from ogp_analysis.base.errors import ProjectNotFound, ReportError

#: Significant digits that agree between BLAS kernels, thread counts and numpy versions.
DIGITS = 10
_CLOCKS = ("start_time", "end_time", "duration")
_LANGUAGE = ("name", "version", "file_extension", "mimetype", "pygments_lexer", "nbconvert_exporter", "codemirror_mode")
#: What nbformat and Jupyter make up for a cell without an id.
_RANDOM_ID = re.compile(r"[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def normalise(notebook: dict, places: Mapping[str, str] | None = None) -> dict:
    """Return a copy of an executed notebook without what differs between two runs.

    Consecutive stream outputs become one of stdout and one of stderr, in this order: how a kernel
    cuts and interleaves them depends on the clock. Doing it twice changes nothing more.

    Parameters
    ----------
    notebook : dict
        A notebook of format 4, or a ``NotebookNode``; text may be one string or a list of lines.
    places : mapping of str to str, optional
        Absolute path → what to write instead; by default those of this machine,
        :func:`machine_places`.

    Returns
    -------
    dict
        Of the same type; text in one string each.
    """
    notebook = _copied(notebook)
    clean = cleaner(machine_places() if places is None else places)
    notebook["nbformat_minor"] = max(notebook.get("nbformat_minor", 0), 5)
    metadata = notebook["metadata"]
    record = metadata.get("papermill", {})
    _drop_clocks(record)
    record.pop("output_path", None)
    if record.get("input_path"):
        record["input_path"] = re.split(r"[/\\]", str(record["input_path"]))[-1]
    spoken = metadata.get("language_info", {})
    if spoken:
        kept = {key: spoken[key] for key in _LANGUAGE if key in spoken}
        kept["version"] = ".".join(str(kept.get("version", "")).split(".")[:2])
        metadata["language_info"] = kept
    if spec := metadata.get("kernelspec"):
        # The kernel that was asked for, without how one machine calls its Python.
        language = spec.get("language") or spoken.get("name", "python")
        shown, name = ("Python 3", "python3") if language == "python" else (language, spec["name"])
        metadata["kernelspec"] = {"display_name": shown, "language": language, "name": name}
    for cell in notebook["cells"]:
        cell["source"] = _joined(cell["source"])
        cell["metadata"].pop("execution", None)
        _drop_clocks(cell["metadata"].get("papermill", {}))
        if cell["cell_type"] == "code":
            cell["outputs"] = _outputs(cell.get("outputs", []), clean)
    # Cells without an id, or with a made-up one, are given an id that follows from their text.
    cells = notebook["cells"]
    taken = {cell.get("id") for cell in cells}
    for cell in cells:
        if cell.get("id") and not _RANDOM_ID.fullmatch(cell["id"]):
            continue
        first = f"{cell['cell_type']}-{digest(cell['source'], 12)}"
        wanted = next(name for name in chain([first], (f"{first}-{n}" for n in count(2))) if name not in taken)
        taken.add(wanted)
        cell["id"] = wanted
    return notebook


def written(notebook: dict, where: str, action: str) -> bytes:
    """Return a notebook as the content of its file, in its canonical form (see :func:`dumps`).

    Parameters
    ----------
    notebook : dict
    where, action : str
        Whose notebook it is, and what to do about the fault.

    Raises
    ------
    ReportError
        If an output holds what JSON cannot write.
    """
    try:
        return dumps(notebook).encode()
    except ValueError as error:
        raise ReportError(where, f"an output holds what JSON cannot write ({error})", action) from error


def dumps(notebook: dict) -> str:
    """Return a notebook as text in its canonical form: sorted keys, text in lines, a newline at the end.

    Raises
    ------
    ValueError
        If an output holds a number that JSON cannot write (NaN, an infinity).
    """
    document = _copied(notebook)
    for cell in document["cells"]:
        cell["source"] = _joined(cell["source"]).splitlines(True)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for kind, content in data.items():
                if isinstance(content, str) and (kind.startswith("text/") or kind == "image/svg+xml"):
                    data[kind] = content.splitlines(True)
            if "text" in output:
                output["text"] = _joined(output["text"]).splitlines(True)
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def round_numbers(value, digits: int = DIGITS):
    """Return a JSON value with every float rounded to `digits` significant digits.

    Whole numbers, texts and NaN stay as they are; minus zero becomes zero.
    """
    if isinstance(value, float):
        return float(f"{value:.{digits - 1}e}") + 0.0
    if isinstance(value, Mapping):
        return {key: round_numbers(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [round_numbers(item, digits) for item in value]
    return value


def _copied(notebook: dict) -> dict:
    """Return a copy of plain data, ten times as fast as :func:`copy.deepcopy` makes it."""
    return pickle.loads(pickle.dumps(notebook, pickle.HIGHEST_PROTOCOL))


def _drop_clocks(record: dict) -> None:
    for clock in _CLOCKS:
        record.pop(clock, None)


def _outputs(outputs: list[dict], clean: Callable[[str], str]) -> list[dict]:
    # Each run of stream outputs becomes one of stdout and one of stderr; empty ones are dropped.
    found, streams = [], {}
    for output in [*outputs, None]:
        if output is not None and output["output_type"] == "stream":
            text = _joined(output["text"])
            first = streams.setdefault(output["name"], output)
            first["text"] = text if first is output else first["text"] + text
            continue
        found += [streams[name] for name in sorted(streams, reverse=True) if streams[name]["text"]]
        streams = {}
        found += [output] if output is not None else []
    for output in found:
        for key in ("text", "evalue"):
            if key in output:
                output[key] = clean(_joined(output[key]))
        if "traceback" in output:
            output["traceback"] = [clean(line) for line in output["traceback"]]
        for kind, content in output.get("data", {}).items():
            if kind == "application/json" or re.fullmatch(r"application/.*\+json", kind) or not is_text(content):
                output["data"][kind] = round_numbers(content)
                continue
            content = _joined(content)
            if kind == "image/svg+xml":
                content = drawing(content)
            elif kind.startswith("text/"):
                content = result(styled_table(content) if kind == "text/html" else content)
                if kind == "text/plain" and _PATH.fullmatch(content):
                    content = clean(content)
            output["data"][kind] = content
    return found


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def is_text(content) -> bool:
    """Return whether a JSON value is a text, in one piece or in lines."""
    return isinstance(content, str) or (isinstance(content, list) and all(isinstance(line, str) for line in content))


_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
#: The same where it ends what Python says of an object; a text of the data is not touched.
_OBJECT = re.compile(r"\bat 0x[0-9a-fA-F]{6,}(?=>|&gt;)")
_PATH = re.compile(r"(?:Posix|Windows)?Path\('[^'\n]*'\)")
_KERNEL_FOLDER = re.compile(r"\bipykernel_\d+")
_TEMPORARY_NAME = re.compile(r"(?<=\$TMP/)tmp[a-z0-9_]{8}\b")
_COLUMN = r"(?:[\s}&]|</?t[hd]>)*"
#: Model summaries of statsmodels stamp the clock into text, HTML and LaTeX.
_SUMMARY_CLOCK = re.compile(
    rf"(?P<label>Date:{_COLUMN})(?P<clock>[A-Z][a-z]{{2}}, \d\d [A-Z][a-z]{{2}} \d{{4}}|\d{{4}}-\d\d-\d\d \d\d:\d\d)"
    rf"|(?P<label2>Time:{_COLUMN})(?P<clock2>\d\d:\d\d:\d\d)"
)
#: The id that pandas makes up for a styled table.
_TABLE_ID = re.compile(r"\bT_(?P<id>[0-9a-f]{5,32})(?=[\"\s_])")
_SVG_DATE = re.compile(r"<dc:date>[^<]+</dc:date>")
_SVG_ID = re.compile(r"(?<=[\"#])[a-z]+(?P<id>[0-9a-f]{10})(?=[\")])")


def cleaner(places: Mapping[str, str]) -> Callable[[str], str]:
    """Return the function that takes the traces out of what a program printed, or says of a fault.

    Parameters
    ----------
    places : mapping of str to str
        Absolute path → what to write instead; whole paths only, the longest first.
    """
    ordered = "|".join(re.escape(p) for p in sorted(places, key=len, reverse=True)) or r"(?!)"
    # "+" and "/" before a path would be the middle of base64 or of a longer path; // begins a file URL.
    place = re.compile(rf"(^|//|\x1b\[[0-9;]*m|[^\w/.~+-])({ordered})(?=$|[^\w.-]|\.(?!\w))", re.MULTILINE)

    def clean(text: str) -> str:
        text = _KERNEL_FOLDER.sub("ipykernel", _ADDRESS.sub("at 0x…", text))
        text = _TEMPORARY_NAME.sub("tmpXXXXXXXX", place.sub(lambda m: m[1] + places[m[2]], text))
        return _without_clock(text)

    return clean


def result(text: str) -> str:
    """Take out of a result what the program adds to it: the addresses of objects, and the clock of a model summary."""
    return _without_clock(_OBJECT.sub("at 0x…", text))


def _without_clock(text: str) -> str:
    def blanked(match: re.Match) -> str:
        """Return blanks of the same width: summaries are laid out in columns."""
        label, clock = match["label"] or match["label2"], match["clock"] or match["clock2"]
        return label + " " * len(clock)

    return _SUMMARY_CLOCK.sub(blanked, text) if "No. Observations" in text else text


def machine_places() -> dict[str, str]:
    """Return the paths of this machine that outputs may name, and what stands for them."""
    import sysconfig
    import tempfile

    home = str(Path.home())
    found = {
        sysconfig.get_path("stdlib"): "$PYTHON/stdlib",
        sysconfig.get_path("purelib"): "$PYTHON/site-packages",
        tempfile.gettempdir(): "$TMP",
        home: "~",
    }
    if sys.prefix != sys.base_prefix:
        found[sys.prefix] = "$PYTHON"
    with contextlib.suppress(ProjectNotFound):
        project = paths.project()
        found |= {str(project.root): "$PROJECT", str(project.given): "$PROJECT"}
    found |= {os.path.realpath(path): name for path, name in found.items()}
    # IPython writes ~ for the home folder before we see the path.
    found |= {"~" + p.removeprefix(home): n for p, n in found.items() if p.startswith(home + os.sep)}
    return {path: name for path, name in found.items() if len(path.strip(os.sep)) > 1}


def drawing(svg: str) -> str:
    """Drop the date of a drawing and the ids made up with it; one without a date was drawn to be the same."""
    undated, dates = _SVG_DATE.subn("<dc:date/>", svg)
    return _renamed(undated, _SVG_ID, 10) if dates else svg


def styled_table(html: str) -> str:
    """Name the ids of a styled pandas table after its content."""
    return _renamed(html, _TABLE_ID, 12) if '<table id="T_' in html else html


def digest(text: str, length: int) -> str:
    """Return the first `length` hexadecimal digits of a hash of `text`."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def _renamed(text: str, ids: re.Pattern, length: int) -> str:
    """Name made-up ids after what they stand in, so that the same content has the same ids."""
    order = {name: i for i, name in enumerate(dict.fromkeys(m["id"] for m in ids.finditer(text)))}
    if not order:
        return text
    blank = ids.sub(lambda m: m[0].replace(m["id"], f"<{order[m['id']]}>"), text)
    return ids.sub(lambda m: m[0].replace(m["id"], digest(f"{order[m['id']]} {blank}", length)), text)
