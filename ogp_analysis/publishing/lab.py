"""A copy of the notebooks to work on: what is saved there changes nothing that is tracked.

The copy has the prose of one language. ``OGP_LANGUAGE`` is the language of what its cells show.
"""

from __future__ import annotations

import json
from pathlib import Path

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.publishing.runs import languages, notebook

#: What was written, by name of the file and hash of its content: a file with another content is the user's own.
WRITTEN = ".written.json"


def lay_out(project: Project, folder: Path, language: str = "en") -> dict[str, str]:
    """Copy the notebooks of a project into a folder, those in it that were changed left as they are.

    Parameters
    ----------
    project : Project
    folder : pathlib.Path
        Created if it does not exist.
    language : {"en", "es"}
        Whose prose is kept.

    Returns
    -------
    dict of str to str
        By name of the file: ``"new"``, ``"renewed"``, ``"current"`` or ``"yours"``, a file that somebody changed.

    Raises
    ------
    ParameterError
        If the language is not one of the two, or the folder holds the notebooks of the project themselves.
    """
    if language not in LANGUAGES:
        raise ParameterError("language", f"{language[:20]!r} is not supported", "Use " + " or ".join(LANGUAGES))
    if folder.resolve() == project.notebooks.resolve():
        raise ParameterError(str(folder), "holds the notebooks themselves", "Name another folder for the copy")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParameterError(str(folder), f"cannot be made ({error.strerror})", "Name another folder") from error
    try:
        before, states = kept.loaded(folder, WRITTEN, dict[str, str]), {}
    except (OSError, kept.NotKept):
        before, states = {}, {}
    for file in sorted(project.notebooks.glob("*.ipynb")):
        document, translated = notebook.read(file), languages.translations(project, file)
        document = languages.in_language(document, language, translated)
        content = (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
        copy, fresh = folder / file.name, fingerprint.of_bytes(content)
        there = fingerprint.of_file(copy) if copy.is_file() and not copy.is_symlink() else None
        if there is None and not copy.is_symlink() and not copy.exists():
            states[file.name] = "new"
        elif there == fresh:
            states[file.name] = "current"
        else:
            states[file.name] = "renewed" if there is not None and there == before.get(file.name) else "yours"
        if states[file.name] in ("new", "renewed"):
            copy.unlink(missing_ok=True)
            kept.put(copy, content)
        if states[file.name] != "yours":
            before[file.name] = fresh
    note = folder / WRITTEN
    note.unlink(missing_ok=True)
    kept.put(note, json.dumps(dict(sorted(before.items())), indent=1).encode())
    return states
