"""The list of all reports: one page that works from disk, with search and filters where scripts run."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from urllib.parse import quote

from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.publishing.pages.origin import edition_name
from ogp_analysis.publishing.pages.prose import environment, style

RESOURCES = ("site.html.j2", "base.css", "site.css", "site.js")
_POLICY = (
    "default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
)


def site(entries: list[dict]) -> dict[str, bytes]:
    """Return the files of the list of reports, by path inside ``reports/``.

    The page speaks both languages; without scripts it is the plain list, with them one language at
    a time, a search that ignores accents, and filters.

    Parameters
    ----------
    entries : list of dict
        ``notebook, slug, title, language, edition, parameters, id, path, last_year`` of each
        report, in any order; ``question``, what its notebook asks, where it is known.
    """
    css, js = style("base.css", "site.css"), style("site.js")
    listed = sorted((_entry(e) for e in entries), key=lambda e: (e["notebook"], e["text"], e["language"], e["path"]))
    html = (
        environment()
        .get_template("site.html.j2")
        .render(
            word=lambda key, spoken: word(f"report.{key}", spoken),
            policy=_POLICY.format(style=css.digest, script=js.digest),
            css=css.text,
            js=js.text,
            languages=LANGUAGES,
            groups=[_group(name, list(same)) for name, same in groupby(listed, key=lambda e: e["notebook"])],
            notebooks=_options(listed, "notebook", lambda value, spoken: value),
            spoken_in=_options(listed, "language", lambda value, spoken: word(f"report.language.{value}", spoken)),
            editions=_options(listed, "edition", edition_name),
        )
    )
    return {"index.html": html.encode()}


def plain(text: str) -> str:
    """Return text as the search compares it: no accents, lower case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M")).lower()


def _entry(entry: dict) -> dict:
    title = flat(entry["title"]).strip() or entry["slug"]
    # Language and edition are shown in words.
    listed = [(k, v) for k, v in sorted(entry["parameters"].items()) if k not in ("language", "edition")]
    shown = [f"{k} {'/'.join(map(str, v)) if isinstance(v, list | tuple) else v}" for k, v in listed if v is not None]
    parameters = flat(", ".join(shown))
    searched = (title, parameters, entry["notebook"], entry["id"], str(entry["last_year"] or ""))
    return {
        "notebook": entry["notebook"],
        "question": flat(entry.get("question") or "").strip(),
        "title": title,
        "language": entry["language"],
        "edition": entry["edition"],
        "parameters": parameters,
        "id": entry["id"],
        "path": quote(entry["path"]),
        "facts": {spoken: _facts(entry, spoken) for spoken in LANGUAGES},
        "text": plain(" ".join(searched)),
    }


def _facts(entry: dict, spoken: str) -> str:
    facts = [word(f"report.language.{entry['language']}", spoken), edition_name(entry["edition"], spoken)]
    if entry["last_year"]:
        facts.append(word("report.site.data_to", spoken).format(year=entry["last_year"]))
    return " · ".join(facts)


def _group(notebook: str, entries: list[dict]) -> dict:
    """Return the reports of one notebook under its question, in each language it was asked in."""
    asked = {e["language"]: e["question"] for e in reversed(entries) if e["question"]}
    questions = [(spoken, asked[spoken]) for spoken in LANGUAGES if spoken in asked]
    return {
        "notebook": notebook,
        "asked": bool(questions),
        "questions": questions or [(spoken, notebook) for spoken in LANGUAGES[:1]],
        "entries": entries,
    }


def _options(entries: list[dict], field: str, name) -> list[dict]:
    values = sorted({e[field] for e in entries})
    return [{"value": value, **{spoken: name(value, spoken) for spoken in LANGUAGES}} for value in values]
