"""The page of a scan: what was found and read, and no supplier that the reviewer has not confirmed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import count, decimal
from ogp_analysis.procurement.own_files.cleaning_facts import Outcome
from ogp_analysis.publishing.pages.prose import environment, inline, style
from ogp_analysis.surveillance.detector import tiers
from ogp_analysis.surveillance.review import VERDICTS, Review, shown_buyer, shown_key, shown_reasons, shown_supplier
from ogp_analysis.surveillance.scan import ASKED, NUMBER, Scan

_POLICY = "default-src 'none'; style-src '{style}'; img-src data:; base-uri 'none'; form-action 'none'"
#: Most rows of a table on the page; the CSV files have all.
MOST = 25


def scan_page(
    found: Scan, review: Review, files: list[Outcome], rows: Mapping[str, int], language: str, private: bool
) -> bytes:
    """Return the page of a scan, self-contained and without scripts, in the language in force.

    A supplier is named where the reviewer has confirmed the hit, the contract has not changed since, and it is not
    a natural person. Objects of contracts are nowhere on the page.

    Parameters
    ----------
    found : Scan
    review : Review
        Its hits with their verdicts.
    files : list of Outcome
        What became of each file.
    rows : mapping of str to int
        ``rows_in, kept, set_aside, merged`` of all files.
    language : str
        Of the page.
    private : bool
        Whether it names no file, and no contract but those confirmed.
    """
    css = style("base.css", "page.css")
    found_text, coverage, languages, limit = found.text()
    hits, is_confirmed = review.hits, review.confirmed
    waiting = hits[~is_confirmed & (hits["verdict"] != "rejected")]
    counted = {one: int((hits["verdict"] == one).sum()) for one in VERDICTS}
    numbers = {
        name: count(value) for name, value in (counted | {"waiting": int((hits["verdict"] == "").sum())}).items()
    }
    asked = found.powers
    raised = hits.loc[hits["flags"] != "", "flags"].str.split("; ").explode().value_counts().sort_index()
    if private:  # no buyer and day of a contract that nobody confirmed
        known = set(hits.loc[is_confirmed, ["buyer", "date"]].itertuples(index=False, name=None))
        buyers = {buyer for buyer, _ in known}
        confirmed = [buyer in buyers and (pd.isna(day) or (buyer, day) in known)
                     for buyer, day in zip(asked["buyer"], asked["date"], strict=True)]  # fmt: skip
        asked = asked.loc[np.array(confirmed, dtype=bool)]
    changed = int((hits["changed_since_verdict"] != "").sum())
    html = (
        environment()
        .get_template("scan.html.j2")
        .render(
            language=language,
            policy=_POLICY.format(style=css.digest),
            css=css.text,
            word=lambda key: word(f"scan.page.{key}"),
            number=lambda value: decimal(value, 0, language),
            found=inline(found_text),
            limit=inline(limit),
            numbers=[(decimal(value, 0, language), word(f"scan.page.number.{name}"))
                     for name, value in (("n", found.n), ("probable", found.probable), ("possible", found.possible))],
            coverage=[inline(coverage), inline(languages)],
            tiers=[(word(f"detector.tier.{tier}"), *(int(((hits["tier"] == tier) & (hits["grade"] == grade)).sum())
                                                     for grade in ("probable", "possible"))) for tier in tiers()],
            review=inline(sentence("scan.reviewed", **numbers)),
            changed=inline(sentence("scan.changed", changed=count(changed))) if changed else "",
            lost=inline(sentence("scan.lost", lost=count(len(review.lost)))) if review.lost else "",
            confirmed=_confirmed(hits[is_confirmed], private, language),
            waiting=[] if private else _waiting(waiting.head(MOST), found.reasons, language),
            n_waiting=0 if private else len(waiting),
            powers=_powers(asked),
            n_powers=len(asked[["buyer", "date"]].drop_duplicates()),
            most=MOST,
            question=word("powers.question"),
            technologies=[word(f"powers.technology.{one}") for one in ASKED],
            flags=[(code, word(f"flags.{code}.title"), int(n)) for code, n in raised.items()],
            flags_missing=bool(found.flags_missing),
            rows=[(word(f"cleaning.balance.{name}"), value) for name, value in rows.items()],
            # What failed comes first.
            files=[] if private else sorted(files, key=lambda one: one.what != "failed")[:MOST],
            n_files=len(files),
            failed=sum(one.what == "failed" for one in files),
            doubtful=sum(one.in_doubt for one in files),
            repeated=inline(sentence("scan.repeated", n_repeated=count(found.n_repeated))) if found.n_repeated else "",
            private=private,
        )
    )  # fmt: skip
    return html.encode(errors="replace")


def _day(value) -> str:
    return "" if pd.isna(value) else str(value.date())


def _money(row: dict, language: str) -> str:
    return "" if pd.isna(row["amount"]) else f"{decimal(row['amount'], 0, language)} {row['currency']}".strip()


def _confirmed(rows: pd.DataFrame, private: bool, language: str) -> list[tuple]:
    return [
        ("" if private else shown_key(row["key"]), shown_buyer(row["buyer"]), shown_supplier(row["supplier"]),
         _day(row["date"]), _money(row, language), word(f"detector.tier.{row['tier']}"))
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _waiting(rows: pd.DataFrame, reasons: pd.DataFrame, language: str) -> list[dict]:
    known = set(reasons["key"])
    contracts = {key: key if key in known else NUMBER.sub("", key) for key in rows["key"]}
    own = reasons[reasons["key"].isin(set(contracts.values()))]
    shown = {key: shown_reasons(some) for key, some in own.groupby("key")}
    return [
        {
            "key": shown_key(row["key"]),
            "buyer": shown_buyer(row["buyer"]),
            "date": _day(row["date"]),
            "amount": _money(row, language),
            "tier": word(f"detector.tier.{row['tier']}"),
            "grade": word(f"detector.verdict.{row['grade']}"),
            "score": row["score"],
            "reasons": shown.get(contracts[row["key"]], ""),
            "flags": row["flags"],
            "verdict": word(f"scan.verdict.{row['verdict']}") if row["verdict"] else "",
        }
        for row in rows.to_dict("records")
    ]


def _powers(rows: pd.DataFrame) -> list[tuple]:
    """Return one row per buyer and day: what the statutes read say of each technology; of an unlisted buyer nothing."""
    found = []
    for (buyer, day), some in rows.groupby(["buyer", "date"], dropna=False, sort=False):
        answers = []
        for one in ASKED:
            own = some[some["technology"] == one]
            says = [word(f"powers.outcome.{outcome}") + ("*" if contested is True else "")
                    for outcome, contested in zip(own["outcome"], own["contested"], strict=True)]  # fmt: skip
            answers.append("; ".join(dict.fromkeys(says)) or word("powers.outcome.not_researched"))
        found.append((shown_buyer(buyer), _day(day), answers))
    return found[:MOST]
