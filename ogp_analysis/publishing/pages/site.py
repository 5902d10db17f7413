"""The front page of the reports: what they find, and all of them, in one page that works from disk."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from itertools import groupby
from urllib.parse import quote

from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.publishing.pages.drawing import Drawing, on_screen
from ogp_analysis.publishing.pages.origin import country_of, edition_name
from ogp_analysis.publishing.pages.prose import filled, picture, unbroken
from ogp_analysis.publishing.pages.search import index

#: So many reports are listed open; of more, each notebook's are folded until they are looked for.
_OPEN = 12
FILES = ("site.html.j2", "base.css", "site.css", "search.css", "vendor/minisearch/index.js", "search.js", "site.js")


def site(
    entries: list[dict],
    words: dict[str, dict[str, str]],
    findings: dict[str, list[str]] | None = None,
    explored: bool = False,
    maps: dict[str, tuple[dict, Drawing]] | None = None,
    pictures: dict[str, str] | None = None,
    drawn: Callable[[dict, str], Drawing | None] | None = None,
    rows: dict[str, dict[str, str]] | None = None,
) -> bytes:
    """Return the front page of the reports.

    It begins with a finding and its picture large, others small, and a map of the world; then come the table of
    countries and the list of all reports. It speaks both languages. Without scripts it is a plain page; with them it
    speaks one language at a time, searches what the reports print, filters, and leads to a report, to all about a
    country, or to what a search finds, named after the ``#`` of its address. What it finds is ranked by MiniSearch,
    which stands unmodified in ``vendor``.

    Parameters
    ----------
    entries : list of dict
        ``notebook, slug, title, language, edition, parameters, id, path, last_year`` of each report, in any order;
        ``question``, what its notebook asks, and ``findings`` and ``limits`` by key, where they are known; ``place``
        of its run in the list of runs, by which the run is chosen that speaks for its notebook; ``printed``, what
        :func:`ogp_analysis.publishing.pages.search.printed` reads of it; ``countries`` under which it is listed.
    words : dict of str to dict
        The notebooks in their order, each with words by language by which its reports are found.
    findings : dict of str to list of str
        By notebook, the keys of the sentences that stand here: findings, limits, and ``headline``, the title.
    explored : bool
        Whether the explorer stands beside it.
    maps : dict of str to (dict, Drawing)
        By language, the map of the world, and the report that has it.
    pictures : dict of str to str
        By notebook, the figure that stands beside its findings.
    drawn : callable
        Returns the figure of that name of a report, or None.
    rows : dict of str to dict of str to str
        By the path of a report on a country, what the table of countries says of it: ``value``, ``year``, ``change``
        over ``years``, ``step`` if the change is smaller, ``standing``, ``measure`` and ``scale``.
    """
    order = {notebook: place for place, notebook in enumerate(words)}
    listed = sorted(
        (_entry(e) for e in entries),
        key=lambda e: (order.get(e["notebook"], len(order)), e["notebook"], e["sorted"], e["language"], e["path"]),
    )
    findings = findings or {}
    worlds = [_map(spoken, *maps[spoken], findings) for spoken in LANGUAGES if spoken in (maps or {})]
    claims = []
    for name in (name for name in findings if name not in {one["notebook"] for one in worlds}):
        claim = _claimed([e for e in listed if e["notebook"] == name], findings[name])
        for one in claim.values():
            found = drawn(one, pictures[name]) if drawn and pictures and name in pictures else None
            one["picture"] = found and _shown(found)
        claims += [[claim[spoken] for spoken in LANGUAGES if spoken in claim]] if claim else []
    return filled(
        FILES,
        word=lambda key, spoken: word(f"report.{key}", spoken),
        languages=LANGUAGES,
        explored=explored,
        claims=claims,
        maps=worlds,
        countries=[table for spoken in LANGUAGES if (table := _table(listed, spoken, rows or {}))],
        folded=len(listed) > _OPEN,
        groups=[_group(name, list(same)) for name, same in groupby(listed, key=lambda e: e["notebook"])],
        notebooks=_options(listed, "notebook", lambda value, spoken: value),
        spoken_in=_options(listed, "language", lambda value, spoken: word(f"report.language.{value}", spoken)),
        editions=_options(listed, "edition", edition_name),
        index=index(listed, words),
    ).encode()


def plain(text: str) -> str:
    """Return text as lists sort it: no accents, lower case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M")).lower()


def _entry(entry: dict) -> dict:
    title = flat(entry["title"]).strip() or entry["slug"]
    # The edition is shown in words.
    listed = [(k, v) for k, v in sorted(entry["parameters"].items()) if k != "edition"]
    shown = [f"{k} {'/'.join(map(str, v)) if isinstance(v, list | tuple) else v}" for k, v in listed if v is not None]
    parameters = flat(", ".join(shown))
    place = country_of(entry["parameters"])
    findings = {key: flat(text) for key, text in (entry.get("findings") or {}).items()}
    limits = {key: flat(text) for key, text in (entry.get("limits") or {}).items()}
    return {
        **entry,
        "question": flat(entry.get("question") or "").strip(),
        "said": {key: unbroken(text) for key, text in {"headline": title, **findings, **limits}.items()},
        "title": title,
        "sorted": plain(title),
        "parameters": parameters,
        "asked": entry["parameters"],
        "country": place,
        "countries": entry.get("countries") or ([place.iso3] if place else []),
        "printed": entry.get("printed") or {"lead": [*findings.values()], "said": [], "more": [], "rows": []},
        "anchor": flat(f"{entry['notebook']}/{entry['slug']}/{entry['language']}"),
        "path": quote(entry["path"]),
        "facts": {spoken: _facts(entry, spoken) for spoken in LANGUAGES},
    }


def _claimed(entries: list[dict], keys: list[str]) -> dict[str, dict]:
    """Return, by language, the report that speaks for a notebook, with its sentences: of one run in each language.

    Of the runs made in most languages it is the first in the list of runs, then by parameters.
    """
    runs: dict[str, dict[str, dict]] = {}
    for one in entries:
        claim = [one["said"][key] for key in keys if key in one["said"]]
        if claim:
            link = one["title"] if one["country"] else one["question"] or one["title"]
            one = one | {"claim": claim, "link": link}
            runs.setdefault(json.dumps(one["asked"], sort_keys=True), {})[one["language"]] = one

    def order(asked: str) -> tuple:
        return -len(runs[asked]), min(one.get("place", 0) for one in runs[asked].values()), asked

    return runs[min(runs, key=order)] if runs else {}


def _map(spoken: str, entry: dict, drawn: Drawing, findings: dict[str, list[str]]) -> dict:
    """Return the map, with the sentences of the report that has it."""
    one = _entry(entry)
    claim = [one["said"][key] for key in findings.get(one["notebook"], []) if key in one["said"]]
    return {**one, "language": spoken, "claim": claim, "link": one["title"], "picture": _shown(drawn)}


def _shown(drawn: Drawing) -> dict:
    """Return a figure as pictures inside the page, in dark colours on a dark screen."""
    wide, narrow = (picture("svg+xml", on_screen(svg).encode()) for svg in (drawn.svg, drawn.narrow or drawn.svg))
    return {"wide": wide, "narrow": narrow, "drawn": drawn}


def _table(entries: list[dict], spoken: str, rows: dict[str, dict[str, str]]) -> dict | None:
    """Return the countries by region, the largest first: each with its row, and the report that it leads to."""
    found: dict[str, dict] = {}
    for one in sorted(
        entries, key=lambda one: (one["path"] not in rows, one["language"] != spoken, one.get("place", 0))
    ):
        if place := one["country"]:
            row = {"value": "", **rows.get(one["path"], {}), "path": one["path"], "iso3": place.iso3}
            row |= {"name": getattr(place, f"name_{spoken}"), "region": word(f"regions.{place.region}", spoken)}
            found.setdefault(place.iso3, row)
    regions: dict[str, list[dict]] = {}
    for row in sorted(found.values(), key=lambda row: plain(row["name"])):
        regions.setdefault(row["region"], []).append(row)
    told = [row for row in found.values() if row["value"]]
    years = {row["year"] for row in told}
    return found and {
        "language": spoken,
        "groups": sorted(regions.items(), key=lambda region: -len(region[1])),
        "about": told[0] if told else {},
        "year": years.pop() if len(years) == 1 else "",
        "step": next((row["step"] for row in told if row["step"]), ""),
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
