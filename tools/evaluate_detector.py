"""How well the detector of surveillance technology does, on contracts whose words were read blind, twice.

``python tools/evaluate_detector.py`` reads the words of every contract of the published files, in the folder that
``OGP_ANALYSIS_MIRROR`` names, runs the detector over them and prints the page ``docs/surveillance-lens.md``; with
``--write`` it writes the page, and beside the detector the counts that reports print of it. Labels stand in
``tests/data/detector_labels.csv``: source, key of the row, part (hit or other when it was drawn) and the label of
either reading, never a text. ``--blind FOLDER`` writes what a reader reads: hits and other texts mixed, in the order of
either reading, a number and the words and nothing else; and, in a file apart, the keys by these numbers.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from statsmodels.stats.inter_rater import cohens_kappa

import ogp_analysis as ogp
from ogp_analysis.base import paths
from ogp_analysis.statistics.rates import proportion
from ogp_analysis.surveillance.detector import TIERS

ROOT = Path(__file__).resolve().parents[1]
PAGE, LABELS = ROOT / "docs" / "surveillance-lens.md", ROOT / "tests" / "data" / "detector_labels.csv"
MEASURED = ROOT / "ogp_analysis" / "surveillance" / "detector_measured.toml"
#: At most so many texts with a hit, and texts without one, are read.
MOST_HITS, SAMPLE = 300, 1000
READINGS = ("first", "second")
#: Labels beside the tiers: not surveillance technology, and not decidable from the words.
NONE, UNDECIDABLE = "none", "undecidable"
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


def sampled(rows: pd.DataFrame, most: int = SAMPLE) -> pd.DataFrame:
    """Return the rows that are read: the first by the hash of source and key."""
    return rows.loc[_hashes(rows).sort_values().index[:most]]


def blind(rows: pd.DataFrame, reading: str) -> pd.DataFrame:
    """Return the rows in the order of a reading, numbered; it tells nothing of which of them the detector hits."""
    return rows.loc[_hashes(rows, f"pass{READINGS.index(reading) + 1}|").sort_values().index].reset_index(drop=True)


def _hashes(rows: pd.DataFrame, salt: str = "") -> pd.Series:
    return (salt + rows["source"] + "|" + rows["key"]).map(lambda name: hashlib.sha256(name.encode()).hexdigest())


def read_hits(rows: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Return the hits of the detector, each with its tier and both its labels."""
    found = ogp.surveillance.detect(rows, {"text": "text"}).hits
    hits = rows.loc[found["row"]].reset_index(drop=True).join(found[["tier", "verdict"]])
    return hits.merge(labels[["source", "key", *READINGS]], "left", ["source", "key"])


def measured(rows: pd.DataFrame, hits: pd.DataFrame) -> str:
    """Return the counts that reports print of the evaluation, by the first reading."""
    right = int(hits["first"].isin(TIERS).sum())
    counts = {"texts": len(rows), "hits": len(hits), "intrusive": int(hits["tier"].isin(INTRUSIVE).sum()),
              "decided": right + int((hits["first"] == NONE).sum()), "right": right}  # fmt: skip
    lines = ["# Written by `python tools/evaluate_detector.py --write`: what docs/surveillance-lens.md measured."]
    return "\n".join([*lines, *(f"{name} = {value}" for name, value in counts.items())]) + "\n"


def page(rows: pd.DataFrame, labels: pd.DataFrame, hits: pd.DataFrame) -> str:
    """Return the page: what was found, what of it is right, how far both readings agree, and what that implies."""
    others = labels[labels["part"] == "other"].merge(hits[["source", "key"]], "left", indicator=True)
    others = others[others["_merge"] == "left_only"]
    wrong = int((hits["first"] == NONE).sum())
    false_rate = proportion(wrong, len(rows) - int(hits["first"].isin(TIERS).sum()))
    implied = ["| of 1 contract in | precision at best, 95 % |", "|--:|---|"]
    for one_in in (100, 1000, 10_000):
        best, worst = (_implied(1 / one_in, rate) for rate in (false_rate.low, false_rate.high))
        implied.append(f"| {one_in:,} | {worst:.0%} to {best:.0%} |")
    missed = {reading: others.loc[others[reading] != UNDECIDABLE, reading].isin(TIERS) for reading in READINGS}
    return TEMPLATE.format(
        n=f"{len(rows):,}", hits=len(hits), unlabelled=int(hits["first"].isna().sum()), table=_precisions(hits),
        others=f"{len(others):,}", undecidable=int((others["first"] == UNDECIDABLE).sum()),
        **{f"missed_{name}": _interval(int(one.sum()), len(one), 2) for name, one in missed.items()},
        none_of=SAMPLE, rule_of_three=f"{-math.log(0.05) / SAMPLE * 10_000:.0f}",
        bound=f"{proportion(0, SAMPLE).high * 10_000:.0f}",
        false_share=_interval(wrong, false_rate.n, 3), implied="\n".join(implied), official=_official(),
        intrusive=int(hits["tier"].isin(INTRUSIVE).sum()),
        intrusive_bound=f"{proportion(0, len(rows)).high * 10_000:.1f}",
        ablations=_ablations(rows, hits), read=f"{len(labels):,}", read_hits=int((labels["part"] == "hit").sum()),
        **_agreement(labels), **_present(rows), **_documented(),
    )  # fmt: skip


def _precisions(hits: pd.DataFrame) -> str:
    lines = ["| tier | hits | surveillance | none | undecidable | precision, first reading, 95 % | second reading |",
             "|---|--:|--:|--:|--:|---|---|"]  # fmt: skip
    for tier in (*TIERS, "all"):
        own = hits if tier == "all" else hits[hits["tier"] == tier]
        counts = [int(own["first"].isin(kind).sum()) for kind in (TIERS, [NONE], [UNDECIDABLE])]
        precisions = " | ".join(_precision(own[reading]) for reading in READINGS)
        lines.append(f"| {tier} | {len(own)} | {counts[0]} | {counts[1]} | {counts[2]} | {precisions} |")
    return "\n".join(lines)


def _precision(labels: pd.Series) -> str:
    right = int(labels.isin(TIERS).sum())
    decided = right + int((labels == NONE).sum())
    return _interval(right, decided) if decided else "no hit to judge"


def _agreement(labels: pd.DataFrame) -> dict[str, str]:
    """Return how far both readings agree, over all texts and over those that are not plainly something else."""
    names = sorted({*labels["first"], *labels["second"]})
    pairs = pd.crosstab(labels["first"], labels["second"]).reindex(index=names, columns=names, fill_value=0)
    kappa = cohens_kappa(pairs.to_numpy())
    same, doubtful = labels["first"] == labels["second"], (labels[list(READINGS)] != NONE).any(axis=1)
    return {
        "agreement": _interval(int(same.sum()), len(labels), 1),
        "kappa": f"{kappa.kappa:.2f} ({kappa.kappa_low:.2f} to {min(kappa.kappa_upp, 1):.2f})",
        "doubtful": _interval(int((same & doubtful).sum()), int(doubtful.sum())),
    }


def _interval(count: int, n: int, decimals: int = 0) -> str:
    found = proportion(count, n)
    return f"{count:,} of {n:,}: {found.share:.{decimals}%} ({found.low:.{decimals}%} to {found.high:.{decimals}%})"


def _implied(prevalence: float, false_rate: float) -> float:
    """Return the precision of a detector that misses nothing."""
    return prevalence / (prevalence + false_rate * (1 - prevalence))


def _official() -> str:
    facts = ogp.load("surveillance_contracts_mexico").dropna(subset=["object"]).set_index("fact")
    alone = set(ogp.surveillance.detect(facts, {"text": "object"}).hits["row"])
    beside = set(ogp.surveillance.detect(facts, {"text": "object", "buyer": "buyer_text"}).hits["row"])
    lines = ["| fact | words alone | words and buyer |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {one} | {_said(one in alone)} | {_said(one in beside)} |" for one in facts.index)])


def _documented() -> dict[str, int | str]:
    """Return how the contracts and invoices on record are hit, by seller and buyer, with each seller known or not."""
    facts = ogp.surveillance.contracts()
    facts = facts[facts["row_type"].isin(["contract", "invoice"])].reset_index(drop=True)
    told = (
        facts["technologies"].str.split().map(lambda all_: bool(set(all_) - {"video_surveillance"}), na_action="ignore")
    )
    narrow = facts["supplier_text"].notna() & told.eq(True)
    read = {"supplier": "supplier_text", "buyer": "buyer_text"}
    columns = [
        _verdicts(facts, read), _verdicts(facts, read | {"text": "object"}), _verdicts(facts[narrow], read),
        _verdicts(facts, read | {"text": "object"}, without_seller=True),
    ]  # fmt: skip
    names = {"probable": "probable", "possible": "possible", "listed_firm": "listed firm, object unclear", "": "no hit"}
    lines = [
        f"| {said} | {' | '.join(str(int((one == code).sum())) for one in columns)} |" for code, said in names.items()
    ]
    return {"documented": len(facts), "narrow": int(narrow.sum()), "by_class": "\n".join(lines)}


def _verdicts(facts: pd.DataFrame, read: dict[str, str], without_seller: bool = False) -> pd.Series:
    """Return the verdict on each contract, blank for no hit; if asked, with all names of its own seller forgotten."""
    from ogp_analysis.surveillance import detector

    every, verdicts = detector.firms, {}
    for place in facts.index:
        one = facts.loc[[place]]
        cell = f" {detector.folded(str(one['supplier_text'].iat[0]))} "
        sellers = {firm.name for alias, firm in every().items() if f" {alias} " in cell} if without_seller else set()
        detector.firms = lambda edition, gone=sellers: {k: v for k, v in every(edition).items() if v.name not in gone}
        verdicts[place] = next(iter(ogp.surveillance.detect(one, read).hits["verdict"]), "")
    detector.firms = every
    return pd.Series(verdicts)


def _present(rows: pd.DataFrame) -> dict[str, int]:
    """Return how many contracts the report counts and numbers there are, and how many of these the files hold."""
    facts = ogp.surveillance.contracts()
    contracts = facts[(facts["row_type"] == "contract") & (facts["confidence"] != "low") & facts["of_devices"].eq(True)]
    numbers = contracts["contract_number"].dropna()
    found = [number for number in numbers if rows["text"].str.contains(number, regex=False).any()]
    worded = contracts.dropna(subset=["object"])
    return {
        "worded": len(worded),
        "firms": worded["supplier"].nunique(),
        "numbers": len(numbers),
        "present": len(found),
        "contracts": len(contracts),
        "direct": int((contracts["procedure"] == "direct_award").sum()),
        "reserved": int(contracts["reserved_years"].notna().sum()),
    }


def _said(hit: bool) -> str:
    return "hit" if hit else "miss"


def _ablations(rows: pd.DataFrame, hits: pd.DataFrame) -> str:
    """Return the hits without each rule that keeps false friends out, and with probable ones alone, and how read."""
    from ogp_analysis.surveillance import detector

    settings, label = detector.facts(), hits.set_index(["source", "key"])["first"]
    lines, kept = ["| rules | hits | not read | precision of those read, 95 % |", "|---|--:|--:|---|"], dict(settings)
    for name, none in (("false_friends", {}), ("needs", {})):
        settings[name] = none
        found = rows.loc[ogp.surveillance.detect(rows, {"text": "text"}).hits["row"], ["source", "key"]]
        settings[name] = kept[name]
        read = label.reindex(pd.MultiIndex.from_frame(found))
        lines.append(f"| without `{name}` | {len(found)} | {int(read.isna().sum())} | {_precision(read)} |")
    probable = hits.loc[hits["verdict"] == "probable", "first"]
    lines.append(f"| probable ones alone | {len(probable)} | {int(probable.isna().sum())} | {_precision(probable)} |")
    return "\n".join(lines)


TEMPLATE = """# How well the detector of surveillance technology does

Written by `python tools/evaluate_detector.py --write`, from the words of every contract in the published files that
this project cleans (CompraNet, ComprasMX, seventeen OCDS publishers, Malta): {n} different texts. What the detector
looks for stands in `ogp_analysis/surveillance/detector.toml`.

**No recall is stated.** Of the {contracts} documented contracts that the report counts (medium or high confidence,
cameras aside) only {worded}, of {firms} suppliers, are known in their own words, and all 23 terms "observed" in the
taxonomy come from pages about the same facts. Terms and objects share their pages: that the detector finds these is not
evidence of what it finds elsewhere.

## The five official objects

{official}

"Real-time geolocation" alone may be of a fleet of vehicles: without the buyer it is a miss, by rule.

## The documented contracts and invoices

{documented} contracts and invoices are on record; {narrow} of them have a named seller and a technology other than
cameras. The lists of firms and vendors were made from some of these rows, so that this is no recall: it says what a
table gives that has buyers and sellers and, for five rows, objects. *Listed firm, object unclear* is no purchase of
surveillance technology: one of these firms sold toys and motor oil too. In the last column each contract is looked at
with all names of its own seller forgotten.

| verdict | buyer, seller: all {documented} | and object | buyer, seller: the {narrow} | and object, seller forgotten |
|---|--:|--:|--:|--:|
{by_class}

## How texts were labelled

{read} texts were read: all {read_hits} with a hit, and the first {none_of:,} without one by the hash of their key. Hits
and others were mixed and shuffled; the reader saw a number and the words, whole, and neither score, reason, source,
buyer nor supplier. All were read twice, in two orders, the second time without a look at the first labels.
`--blind FOLDER` writes the texts in both orders, for anyone who wants to repeat it.

The label is what is bought, not who buys it. The guide was written before the first text was read; what it left open
was settled during the first reading: spare parts count, what stands beside the equipment does not, and cameras for
microscopes and under water are like those for medicine and pipes.

- **A tier**, if the text is about buying, renting, installing or keeping up equipment, software or a service to watch,
  intercept, locate, extract from or identify people. The tiers are those of the table below. Cameras that watch a place
  or people count, with their recorders and parts; so do faces, plates and fingerprints that the text names, electronic
  tags of persons, and the monitoring of social media. Of several parts one is enough; of several tiers the most
  intrusive.
  *"Upkeep of 40 cameras of the closed circuit"*: `video_and_faces`. *"Licences to locate telephone lines"*:
  `geolocation`. *"Equipment to extract data from mobile telephones"*: `device_forensics`.
- **none**: guards; surveillance of health, quality, works or the environment; alarms, locks, metal detectors, X-rays of
  bags; cameras for photographs, medicine, pipes, microscopes, water, television or conferences; radar, sonar,
  binoculars and thermal sights unless the text says that they watch people or a place; tracking of vehicles;
  protection of networks; clippings of the press; what is beside the equipment, such as its lightning rod.
  *"Epidemiological surveillance"*, *"private security and surveillance of buildings"*: none.
- **undecidable**: a number, a name or a date and nothing else, or words that fit both. *"File 12/2014"*,
  *"security system"*.

The reader is a language model, the same one both times, and the second reading followed the first at once. It had read
the rules of the detector, but was not told which texts they hit. So agreement is **intra-rater**, of one rater with
itself: memory can raise it, and it says nothing of what another reader would have said. No person has repeated the
labels. Committed are source, key and both labels, never a text.

| | |
|---|---|
| same label in both readings | {agreement} |
| Cohen's kappa, 95 % | {kappa} |
| same label, of the texts that are not `none` in both readings | {doubtful} |

## Every hit, read

The detector hits {hits} of the {n} texts by their words alone; {unlabelled} of these were not read. Counts are of the
first reading.

{table}

In the four tiers that a statute would have to provide for there are {intrusive} hits among the {n} texts. So their
precision cannot be judged here; a rate of false hits above {intrusive_bound} in 10,000 can be excluded for each (95 %).

Most false hits are classes of goods that publishers print before the title: a class of closed-circuit cameras holds
those for microscopes and for work under water too. They stay: rules that were changed by these labels would be tested
on what they were made from.

## Texts without a hit, read

Of {others} texts, {undecidable} cannot be decided, most of them a number and nothing else. Of the rest, these are about
surveillance technology: by the first reading {missed_first},
by the second {missed_second}. What was missed is of cameras, under names that
the taxonomy does not have. Labels like these cannot measure what happens once in 10,000: even
no error in {none_of:,} would exclude no more than {rule_of_three} (exact, one-sided) or {bound} (Wilson) in 10,000.

## What that implies

False hits among the texts that are not about surveillance are {false_share}.
Even a detector that misses nothing would then have this precision, if so few contracts are of surveillance technology:

{implied}

A hit is a contract to read.

## What the rules do

{ablations}

Hits that only an ablation has were not drawn, so they were not read.

## Limits

- Texts in Armenian, Romanian, Ukrainian and Chinese are among those without a hit; the detector has no terms for them.
- Titles of CompraNet are cut at some 80 signs.
- Hits are counted by the words alone; supplier, buyer and codes of goods would add points.

## What share of such purchases public data can show

It is not known, and these files cannot tell. Reserved purchases are **absent, which does not clear them**. Of
{numbers} numbers of these contracts, {present} stand in the words of these files. Of the {contracts}
contracts, a page says of {direct} that it was a direct award and of {reserved} that it was reserved; they came to light
through leaks, audits and responses to information requests. That a publication has no hit says nothing of what its
buyers bought.

## Tables of powers for another country

`ogp.surveillance.powers` answers from two reviewed tables and one dataset, so far of Mexico alone. Another country is
the same code on three others in this form: no body, law or day stands in the code. Which tables are read stands
in `surveillance/contracts.py` and `surveillance/powers.py`.

**Bodies** (`buyers_mexico.toml`). A name counts whole, without case, accents and signs. There is no pattern.

| key | what it holds |
|---|---|
| `[[buyers]]`: `id`, `class`, `name` | one body: its key, the class of bodies with its powers, the name that is shown |
| `names` | every spelling under which files and pages write it |
| `units` | how the portal begins the names of its purchasing units, if it does |
| `[several]` | a name that stands for several bodies, with their keys; with none, if no body can be named |
| `[governments]` | governments that buy for others: the name that is shown, and the heading of the portal |
| `[civil_bodies]` | bodies without any such power: short name and full name |

**Rules** (`powers_mexico.toml`). Each `[[rules]]` answers for one class:

| key | what it holds |
|---|---|
| `class` | class of the bodies |
| `measures` | which of `interception`, `geolocation`, `retained_data`, `device_forensics`, `database_queries` |
| `from`, `to` | first and last day in force; a month or year is taken at its narrowest; without one, no bound |
| `first_day` | known how, if from no text: `latest_possible`, `two_days`, `press`, `body_ends`, `not_read` |
| `outcome` | one of those below |
| `control` | who must authorise the measure, by the texts: one of those below |
| `contested` | `true` if the body says that it may, on other grounds |
| `provisions` | keys of the provisions that the answer rests on: at least one |
| `law`, `text_of` | law, and day of the text that was read: a later reform marks the answer |
| `replaces` | rule of the first draft that it replaces; of Mexico alone |

Outcomes: `provided`, `provided_with_limits`, `depends_on_user` (a body that buys for others, or of which one unit has
the power), `provided_then_invalidated`, `disputed`, `not_located` (in the texts that were read), `not_known` (the texts
leave the days open), `body_ended`. Outside the days of every rule the answer is `no_text_for_date`, of a class or
measure without a rule `not_researched`, and of a month or year in which the answer changes `not_known`. Two are not
rules: intrusion is `disputed` of every body, and video surveillance is `no_interference`. No outcome says lawful,
unlawful or authorised. Controls: `federal_judge`, `control_judge` and `judge` (a prior order), `urgent_then_ratified`
(a prior order, or an urgent one that a judge ratifies), `none_named`, `prosecutor_no_judge_named`. `checked_to` is the
last day to which texts in force were looked at: from the next on, every answer is marked. Spans of one class and
measure must not overlap.

Each `[[unread]]` names a `text` that was not read, its `from` and `to` as far as known, `days` (the event of a law in
the dataset that tells them) and what it would answer (`about`). No rule may rest on it.

**Provisions** (dataset `mexico_legal_authority`): `powers`, one row per power, duty or absence of one, with who may
request, who authorises, urgent cases, first and last day and what was read, for Mexico a third party's copy of the
compilation of the Chamber of Deputies; `entries`, first days in force, reforms and repeals of laws; `provisions`, what
was compiled before, mostly from the press; `currency`, one row per law with its last reform.

Every class needs its name in `words/powers_en.toml` and `words/powers_es.toml`, and every buyer a hand-made expectation
in `tests/data/expected_powers.csv`: written by thinking of the institution, before the code is run.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the page")
    parser.add_argument("--blind", type=Path, metavar="FOLDER", help="write the texts that are read, and their keys")
    arguments = parser.parse_args()
    mirror = paths.mirror()
    if mirror is None:
        sys.exit("OGP_ANALYSIS_MIRROR names no folder of published files")
    rows = corpus(mirror)
    if arguments.blind:
        arguments.blind.mkdir(parents=True, exist_ok=True)
        found = ogp.surveillance.detect(rows, {"text": "text"}).hits["row"]
        read = pd.concat([sampled(rows.loc[found], MOST_HITS), sampled(rows.drop(index=found))])
        for reading in READINGS:
            ordered = blind(read, reading)
            lines = [f"{number}: {' '.join(text.split())}\n" for number, text in enumerate(ordered["text"])]
            (arguments.blind / f"{reading}.txt").write_text("".join(lines), encoding="utf-8")
            ordered[["source", "key"]].to_csv(arguments.blind / f"{reading}_keys.csv", index_label="number")
        return
    labels = pd.read_csv(LABELS, dtype=str)
    hits = read_hits(rows, labels)
    made = page(rows, labels, hits)
    if arguments.write:
        PAGE.write_text(made, encoding="utf-8")
        MEASURED.write_text(measured(rows, hits), encoding="utf-8")
    else:
        print(made, end="")


if __name__ == "__main__":
    main()
