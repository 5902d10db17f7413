"""An executed notebook without the bytes that differ between two runs of the same thing.

Removed or replaced: clocks, random ids, object addresses, process numbers, and the paths of this
machine. Numbers in JSON outputs are rounded. What a person or the notebook chose (sources,
parameters, ids, outputs) stays. Needs nothing but the standard library.
"""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable, Mapping

from ogp_analysis.publishing.runs import traces

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
        :func:`ogp_analysis.publishing.runs.traces.machine_places`.

    Returns
    -------
    dict
        Of the same type; text in one string each.
    """
    notebook = _copied(notebook)
    clean = traces.cleaner(traces.machine_places() if places is None else places)
    notebook["nbformat_minor"] = max(notebook.get("nbformat_minor", 0), 5)
    _metadata(notebook["metadata"])
    for cell in notebook["cells"]:
        cell["source"] = _joined(cell["source"])
        cell["metadata"].pop("execution", None)
        _drop_clocks(cell["metadata"].get("papermill", {}))
        if cell["cell_type"] == "code":
            cell["outputs"] = [_output(o, clean) for o in _coalesced(cell.get("outputs", []))]
    _identify(notebook["cells"])
    return notebook


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
            _split(output.get("data", {}))
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


def _metadata(metadata: dict) -> None:
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
    if metadata.get("kernelspec"):
        metadata["kernelspec"] = _kernel(metadata["kernelspec"], spoken.get("name", "python"))


def _kernel(spec: dict, spoken: str) -> dict:
    """Return the kernel that was asked for, without how one machine calls its Python."""
    language = spec.get("language") or spoken
    if language == "python":
        return {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"display_name": language, "language": language, "name": spec["name"]}


def _drop_clocks(record: dict) -> None:
    for clock in _CLOCKS:
        record.pop(clock, None)


def _coalesced(outputs: list[dict]) -> list[dict]:
    """Merge each run of stream outputs into one of stdout and one of stderr; drop empty ones."""
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
    return found


def _output(output: dict, clean: Callable[[str], str]) -> dict:
    for key in ("text", "evalue"):
        if key in output:
            output[key] = clean(_joined(output[key]))
    if "traceback" in output:
        output["traceback"] = [clean(line) for line in output["traceback"]]
    for kind, content in output.get("data", {}).items():
        output["data"][kind] = _content(kind, content, clean)
    return output


def _content(kind: str, content, clean: Callable[[str], str]):
    if _is_json(kind) or not _is_text(content):
        return round_numbers(_texts(content, clean))
    content = _joined(content)
    if kind == "image/svg+xml":
        return traces.drawing(content)
    if kind == "text/html":
        content = traces.styled_table(content)
    return clean(content) if kind.startswith("text/") else content


def _texts(value, clean: Callable[[str], str]):
    """Apply `clean` to every text in a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _texts(item, clean) for key, item in value.items()}
    return [_texts(item, clean) for item in value] if isinstance(value, list) else value


def _identify(cells: list[dict]) -> None:
    """Give cells without an id, or with a made-up one, an id that follows from their text."""
    taken = {cell.get("id") for cell in cells}
    for cell in cells:
        if cell.get("id") and not _RANDOM_ID.fullmatch(cell["id"]):
            continue
        first = wanted = f"{cell['cell_type']}-{traces.digest(cell['source'], 12)}"
        again = 1
        while wanted in taken:
            again += 1
            wanted = f"{first}-{again}"
        taken.add(wanted)
        cell["id"] = wanted


def _split(bundle: dict) -> None:
    for kind, content in bundle.items():
        if isinstance(content, str) and (kind.startswith("text/") or kind == "image/svg+xml"):
            bundle[kind] = content.splitlines(True)


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _is_text(content) -> bool:
    return isinstance(content, str) or (isinstance(content, list) and all(isinstance(line, str) for line in content))


def _is_json(kind: str) -> bool:
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
