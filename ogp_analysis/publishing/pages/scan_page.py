"""The page of a scan: what was found and read, and no supplier that the reviewer has not confirmed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.sentence import count, decimal, measured
from ogp_analysis.procurement.own_files.cleaning_facts import Outcome
from ogp_analysis.publishing.pages.prose import environment, inline, style
from ogp_analysis.surveillance.detector import TIERS
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
    css, hits, is_confirmed, asked = style("base.css", "page.css"), review.hits, review.confirmed, found.powers
    numbers = measured(found) | {f"n_{one or 'untold'}": count(n) for one, n in found.languages.items()}
    waiting = hits[~is_confirmed & (hits["verdict"] != "rejected")]
    counted = {one: count(int((hits["verdict"] == one).sum())) for one in VERDICTS}
    counted["waiting"] = count(int((hits["verdict"] == "").sum()))
    if private:  # no buyer and day of a contract that nobody confirmed
        known = set(hits.loc[is_confirmed, ["buyer", "date"]].itertuples(index=False, name=None))
        buyers, pairs = {buyer for buyer, _ in known}, zip(asked["buyer"], asked["date"], strict=True)
        confirmed = [buyer in buyers and (pd.isna(day) or (buyer, day) in known) for buyer, day in pairs]
        asked = asked.loc[np.array(confirmed, dtype=bool)]
    graded = hits.groupby(["tier", "grade"]).size()
    raised = hits.loc[hits["flags"] != "", "flags"].str.split("; ").explode().value_counts().sort_index()
    changed, grades = int((hits["changed_since_verdict"] != "").sum()), ("probable", "possible", "listed_firm")
    values = {
        "found": inline(sentence("scan.found", case="some" if found.probable + found.possible else "none", **numbers)),
        "firms": found.listed and inline(sentence("scan.firms", **numbers)),
        "limit": inline(sentence("scan.limit")),
        "coverage": [inline(sentence(f"scan.{what}", **numbers)) for what in ("coverage", "languages")],
        "numbers": [
            (decimal(getattr(found, name), 0, language), word(f"scan.page.number.{name}"))
            for name in ("n", "probable", "possible", "listed")
        ],
        "tiers": [
            (word(f"detector.tier.{one}"), *(int(graded.get((one, grade), 0)) for grade in grades)) for one in TIERS
        ],
        "review": inline(sentence("scan.reviewed", **counted)),
        "changed": changed and inline(sentence("scan.changed", changed=count(changed))),
        "lost": review.lost and inline(sentence("scan.lost", lost=count(len(review.lost)))),
        "repeated": found.n_repeated and inline(sentence("scan.repeated", n_repeated=count(found.n_repeated))),
        "confirmed": _confirmed(hits[is_confirmed], private, language),
        "waiting": [] if private else _waiting(waiting.head(MOST), found.reasons, language),
        "n_waiting": 0 if private else len(waiting),
        "powers": _powers(asked),
        "n_powers": len(asked[["buyer", "date"]].drop_duplicates()),
        "question": word("powers.question"),
        "technologies": [word(f"powers.technology.{one}") for one in ASKED],
        "flags": [(code, word(f"flags.{code}.title"), int(n)) for code, n in raised.items()],
        "flags_missing": bool(found.flags_missing),
        "rows": [(word(f"cleaning.balance.{name}"), value) for name, value in rows.items()],
        # What failed comes first.
        "files": [] if private else sorted(files, key=lambda one: one.what != "failed")[:MOST],
        "n_files": len(files),
        "failed": sum(one.what == "failed" for one in files),
        "doubtful": sum(one.in_doubt for one in files),
    }
    about = {
        "language": language,
        "private": private,
        "most": MOST,
        "css": css.text,
        "policy": _POLICY.format(style=css.digest),
    }
    about["word"] = lambda key: word(f"scan.page.{key}")
    about["number"] = lambda value: decimal(value, 0, language)
    return environment().get_template("scan.html.j2").render(**about, **values).encode(errors="replace")


def _day(value) -> str:
    return "" if pd.isna(value) else str(value.date())


def _confirmed(rows: pd.DataFrame, private: bool, language: str) -> list[tuple]:
    return [
        ("" if private else shown_key(row["key"]), shown_buyer(row["buyer"]), shown_supplier(row["supplier"]),
         *_day_amount_tier(row, language))
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _day_amount_tier(row: dict, language: str) -> tuple[str, str, str]:
    """Return day, amount and tier of a hit."""
    money = "" if pd.isna(row["amount"]) else f"{decimal(row['amount'], 0, language)} {row['currency']}".strip()
    return _day(row["date"]), money, word(f"detector.tier.{row['tier']}")


def _waiting(rows: pd.DataFrame, reasons: pd.DataFrame, language: str) -> list[dict]:
    known = set(reasons["key"])
    contracts = {key: key if key in known else NUMBER.sub("", key) for key in rows["key"]}
    own = reasons[reasons["key"].isin(set(contracts.values()))]
    shown = {key: shown_reasons(some) for key, some in own.groupby("key")}
    found = []
    for row in rows.to_dict("records"):
        about = dict(zip(("date", "amount", "tier"), _day_amount_tier(row, language), strict=True))
        about |= {"key": shown_key(row["key"]), "buyer": shown_buyer(row["buyer"])}
        about |= {"score": row["score"], "flags": row["flags"], "reasons": shown.get(contracts[row["key"]], "")}
        about["grade"] = word(f"detector.verdict.{row['grade']}")
        about["verdict"] = word(f"scan.verdict.{row['verdict']}") if row["verdict"] else ""
        found.append(about)
    return found


def _powers(rows: pd.DataFrame) -> list[tuple]:
    """Return one row per buyer and day: what the statutes read say of each technology; of an unlisted buyer nothing."""
    found = []
    for (buyer, day), some in rows.groupby(["buyer", "date"], dropna=False, sort=False):
        answers = []
        for one in ASKED:
            own = some[some["technology"] == one]
            says = [
                word(f"powers.outcome.{outcome}") + ("*" if contested is True else "")
                for outcome, contested in zip(own["outcome"], own["contested"], strict=True)
            ]
            answers.append("; ".join(dict.fromkeys(says)) or word("powers.outcome.not_researched"))
        found.append((shown_buyer(buyer), _day(day), answers))
    return found[:MOST]
