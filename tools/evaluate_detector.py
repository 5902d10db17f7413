"""How well the detector of surveillance technology does, on contracts that somebody read.

``python tools/evaluate_detector.py`` reads the words of every contract of the published files, in the folder that
``OGP_ANALYSIS_MIRROR`` names, runs the detector over them and prints the page ``docs/surveillance-lens.md``; with
``--write`` it writes the page. Labels stand in ``tests/data/detector_labels.csv``: source, key of the row, part (hit or
other) and label, never a text. ``--sample`` prints the keys of the rows that are no hit and are read: the first 1,000
by the hash of source and key.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import ogp_analysis as ogp
from ogp_analysis.base import paths
from ogp_analysis.statistics.rates import proportion
from ogp_analysis.surveillance.detector import tiers

ROOT = Path(__file__).resolve().parents[1]
PAGE, LABELS = ROOT / "docs" / "surveillance-lens.md", ROOT / "tests" / "data" / "detector_labels.csv"
SAMPLE = 1000
#: Columns of titles and descriptions, by the header of the generation; files without one have them at these places.
TITLES = ("TITULO_EXPEDIENTE", "TITULO_CONTRATO", "Título del expediente", "Título del contrato",
          "Descripción del contrato")  # fmt: skip
HEADLESS = {"2017-sample": (7, 18)}
_WORDED, _PARTS = ("title", "description"), ("tender", "awards", "contracts", "compiledRelease", "planning")
#: Tiers of measures that a statute would have to provide for.
INTRUSIVE = ("intrusion", "interception", "geolocation", "device_forensics")


def corpus(mirror: Path) -> pd.DataFrame:
    """Return the words of every contract: ``source, key, text``, each text once, the first place that it stands in."""
    rows = [*_compranet(mirror), *_ocds(mirror), *_malta(mirror)]
    frame = pd.DataFrame(rows, columns=["source", "key", "text"])
    return frame.drop_duplicates("text").reset_index(drop=True)


def _read(file: Path) -> str:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _compranet(mirror: Path) -> Iterator[tuple[str, str, str]]:
    for file in sorted([*mirror.glob("compranet/*/*.csv"), *mirror.glob("comprasmx/*/*.csv")]):
        source, content = file.relative_to(mirror).as_posix(), io.StringIO(_read(file))
        if places := HEADLESS.get(file.parent.name):
            found = ([row[at] for at in places if at < len(row)] for row in csv.reader(content))
        else:
            found = ([row.get(name) for name in TITLES] for row in csv.DictReader(content))
        for line, parts in enumerate(found, 1 if places else 2):
            if text := " | ".join(part for part in parts if part):
                yield source, str(line), text


def _ocds(mirror: Path) -> Iterator[tuple[str, str, str]]:
    for file in sorted([*mirror.glob("ocds/*/**/*.json"), *mirror.glob("ocds/*/**/*.json.gz")]):
        try:
            document = json.loads(_read(file))
        except ValueError:
            continue
        held = document if isinstance(document, list) else document.get("releases") or document.get("records")
        for number, release in enumerate(held or [document]):
            if isinstance(release, dict):
                words = dict.fromkeys(_words({name: release[name] for name in _PARTS if name in release}))
                if (text := " | ".join(words)[:4000]).strip():
                    yield file.relative_to(mirror).as_posix(), f"{number}:{release.get('ocid', '')}", text


def _words(value) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in _WORDED and isinstance(one, str):
                yield one
            else:
                yield from _words(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)


def _malta(mirror: Path) -> Iterator[tuple[str, str, str]]:
    for file in sorted(mirror.glob("gti_proact/malta/*.csv")):
        for line, row in enumerate(csv.DictReader(io.StringIO(_read(file))), 2):
            if row["title"]:
                yield file.relative_to(mirror).as_posix(), str(line), row["title"]


def sampled(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are read among those without a hit: the first by the hash of source and key."""
    names = (rows["source"] + "|" + rows["key"]).map(lambda name: hashlib.sha256(name.encode()).hexdigest())
    return rows.loc[names.sort_values().index[:SAMPLE]]


def page(rows: pd.DataFrame, labels: pd.DataFrame) -> str:
    """Return the page: what was found, what of it is right, and what that implies."""
    detection = ogp.surveillance.detect(rows, {"text": "text"})
    hits = rows.loc[detection.frame["row"]].reset_index(drop=True).join(detection.frame[["tier", "verdict"]])
    hits = hits.merge(labels[["source", "key", "label"]], "left", ["source", "key"])
    others = labels[labels["part"] == "other"].merge(hits[["source", "key"]], "left", indicator=True)
    others = others[others["_merge"] == "left_only"]
    wrong, missed = int((hits["label"] == "no").sum()), int((others["label"] == "yes").sum())
    intrusive = hits[hits["tier"].isin(INTRUSIVE)]
    false_rate = proportion(wrong, len(rows) - int((hits["label"] == "yes").sum()))
    lines = ["| tier | hits | surveillance | not | unsure | precision, 95 % |", "|---|--:|--:|--:|--:|---|"]
    for tier in (*tiers(), "all"):
        own = hits if tier == "all" else hits[hits["tier"] == tier]
        counts = [int((own["label"] == label).sum()) for label in ("yes", "no", "unsure")]
        decided = counts[0] + counts[1]
        precision = _interval(counts[0], decided) if decided else "no hit to judge"
        lines.append(f"| {tier} | {len(own)} | {counts[0]} | {counts[1]} | {counts[2]} | {precision} |")
    implied = ["| of 1 contract in | precision at best, 95 % |", "|--:|---|"]
    for one_in in (100, 1000, 10_000):
        best, worst = (_implied(1 / one_in, rate) for rate in (false_rate.low, false_rate.high))
        implied.append(f"| {one_in:,} | {worst:.0%} to {best:.0%} |")
    return TEMPLATE.format(
        n=f"{len(rows):,}", hits=len(hits), unlabelled=int(hits["label"].isna().sum()), table="\n".join(lines),
        others=f"{len(others):,}", missed=missed,
        missed_share=_interval(missed, int((others["label"] != "unsure").sum()), 2),
        unsure=int((others["label"] == "unsure").sum()),
        false_share=_interval(wrong, false_rate.n, 3), implied="\n".join(implied), official=_official(),
        intrusive=len(intrusive), intrusive_bound=f"{proportion(0, len(rows)).high * 10_000:.1f}",
        ablations=_ablations(rows), **_present(rows),
    )  # fmt: skip


def _interval(count: int, n: int, decimals: int = 0) -> str:
    found = proportion(count, n)
    return f"{count} of {n:,}: {found.share:.{decimals}%} ({found.low:.{decimals}%} to {found.high:.{decimals}%})"


def _implied(prevalence: float, false_rate: float) -> float:
    """Return the precision of a detector that misses nothing."""
    return prevalence / (prevalence + false_rate * (1 - prevalence))


def _official() -> str:
    facts = ogp.load("surveillance_contracts_mexico").dropna(subset=["object"]).set_index("fact")
    alone = set(ogp.surveillance.detect(facts, {"text": "object"}).frame["row"])
    beside = set(ogp.surveillance.detect(facts, {"text": "object", "buyer": "buyer_text"}).frame["row"])
    lines = ["| fact | words alone | words and buyer |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {one} | {_said(one in alone)} | {_said(one in beside)} |" for one in facts.index)])


def _present(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many numbers of documented contracts there are, and how many stand in the words of the files."""
    facts = ogp.load("surveillance_contracts_mexico")
    numbers = facts.loc[facts["row_type"] == "contract", "contract_number"].dropna()
    found = [number for number in numbers if rows["text"].str.contains(number, regex=False).any()]
    return {"numbers": len(numbers), "present": len(found)}


def _said(hit: bool) -> str:
    return "hit" if hit else "miss"


def _ablations(rows: pd.DataFrame) -> str:
    """Return how many hits there are without each rule that keeps false friends out."""
    from ogp_analysis.surveillance import detector

    settings = detector.facts()
    lines, kept = ["| without | hits |", "|---|--:|"], dict(settings)
    for name, none in (("false_friends", {}), ("needs", {})):
        settings[name] = none
        lines.append(f"| `{name}` | {len(ogp.surveillance.detect(rows, {'text': 'text'}).frame)} |")
        settings[name] = kept[name]
    return "\n".join(lines)


TEMPLATE = """# How well the detector of surveillance technology does

Written by `python tools/evaluate_detector.py --write`, from the words of every contract in the published files that
this project cleans (CompraNet, ComprasMX, seventeen OCDS publishers, Malta): {n} different texts. What the detector
looks for stands in `ogp_analysis/surveillance/detector.toml`.

**No recall is stated.** Only 5 of the 19 documented contracts, of two suppliers, are known in their own words, and all
23 terms "observed" in the taxonomy come from pages about the same facts. Terms and objects share their pages: that the
detector finds these is no evidence of what it finds elsewhere.

## The five official objects

{official}

"Real-time geolocation" alone may be of a fleet of vehicles: without the buyer it is a miss, by rule.

## Every hit, read

The detector hits {hits} of the {n} texts by their words alone; {unlabelled} of these were not read. A hit is right if
the text is about buying, renting or keeping up equipment or a service to watch, intercept, locate, extract from or
identify people; cameras that watch a place are right in their tier.

{table}

In the four tiers that a statute would have to provide for there are {intrusive} hits among the {n} texts. So their
precision cannot be judged here; a rate of false hits above {intrusive_bound} in 10,000 can be excluded for each (95 %).

## Texts without a hit, read

Of {others} texts drawn by the hash of their key, {unsure} cannot be decided, mostly because they are a number and
nothing else. Of the rest, {missed} is about surveillance technology: {missed_share}. The one that was missed is of
cameras, under a name that the taxonomy does not have. Labels like these cannot measure what happens once in 10,000.

## What that implies

False hits among the texts that are not about surveillance are {false_share}.
Even a detector that misses nothing would then have this precision, if so few contracts are of surveillance technology:

{implied}

A hit is a contract to read.

## What the rules against false friends do

{ablations}

## Limits

- Labels were given once, by whoever wrote the rules: hits with their reasons in view, the other texts without, and
  these in their first 115 signs only. They were not repeated, so no agreement is stated. Committed are source, key and
  label, never a text.
- Texts in Armenian, Romanian, Ukrainian and Chinese are among those without a hit; the detector has no terms for them.
- Titles of CompraNet are cut at some 80 signs.
- What share of such purchases public data can show at all is not known. Those that were reserved are absent, not
  clean: of {numbers} numbers of documented contracts, {present} stand in the words of these files.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the page")
    parser.add_argument("--sample", action="store_true", help="print the keys of the texts without a hit that are read")
    arguments = parser.parse_args()
    mirror = paths.mirror()
    if mirror is None:
        sys.exit("OGP_ANALYSIS_MIRROR names no folder of published files")
    rows = corpus(mirror)
    if arguments.sample:
        others = rows.drop(index=ogp.surveillance.detect(rows, {"text": "text"}).frame["row"])
        print(sampled(others)[["source", "key"]].to_csv(index=False), end="")
        return
    made = page(rows, pd.read_csv(LABELS, dtype=str))
    if arguments.write:
        PAGE.write_text(made, encoding="utf-8")
    else:
        print(made, end="")


if __name__ == "__main__":
    main()
