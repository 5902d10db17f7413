"""Purchases of surveillance technology outside Mexico that courts, auditors, inventories or the press put on record.

A handful of facts of very different standing: a judgement, a finding of an auditor, registers, an allegation. They
are listed one by one, never counted as purchases and never added up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, counts
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.surveillance.labels import in_words, listed, sources

DATASET = "international_surveillance_contracts"
#: What a fact rests on that is more than a report.
FOUND_BY_A_BODY = ("court_judgement", "audit_finding")


@dataclass(frozen=True)
class PurchasesAbroad(Shown):
    """Facts on record about purchases outside Mexico.

    Attributes
    ----------
    frame : pandas.DataFrame
        The ``facts`` of ``international_surveillance_contracts``, without those of Mexico.
    amounts : pandas.DataFrame
        Their ``amounts``, one row each.
    """

    frame: pd.DataFrame = field(repr=False)
    amounts: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many facts there are, on what they rest, and that their amounts are not added up."""
        standing = self.frame["standing"]
        return Parts.of(
            say(
                "operators.abroad.facts",
                **counts(n=len(self.frame), countries=self.frame["iso3"].nunique()),
                found=count(standing.isin(FOUND_BY_A_BODY).sum()),
                alleged=count((standing == "allegation").sum()),
                amounts=count(len(self.amounts)),
            )
        )

    def table(self) -> Table:
        """Return the facts: who bought what from whom, on what that rests, and what is to be kept in mind."""
        rows = self.frame
        kinds = in_words("operators.buyer", rows["buyer_kind"].where(rows["buyer_text"].isna()))
        keep = in_words("operators.keep", rows["caveat"].where(rows["contains"].isna()))
        return listed(
            "purchases_abroad",
            "operators",
            sentence("operators.table.abroad", n=count(len(rows))),
            rows,
            "fact place buyer supplier vendor technology date standing caveat source",
            [DATASET],
            place=[country(code).name for code in rows["iso3"]],
            buyer=[
                text if isinstance(text, str) else kind for text, kind in zip(rows["buyer_text"], kinds, strict=True)
            ],
            supplier=rows["supplier_text"].fillna(word("operators.not_named")),
            technology=in_words("operators.technology", rows["technology"]),
            date=[_when(row) for row in rows.to_dict("records")],
            standing=in_words("operators.standing", rows["standing"]),
            caveat=[
                sentence("operators.keep.contains_another", fact=fact).plain() if isinstance(fact, str) else caveat
                for fact, caveat in zip(rows["contains"], keep, strict=True)
            ],
            source=sources(rows, DATASET, "fact"),
        )

    def every_amount(self) -> Table:
        """Return each amount with its basis; parts and wholes stand side by side.

        Examples
        --------
        >>> len(ogp.surveillance.abroad().every_amount().frame)
        16
        """
        rows, caption = self.amounts, sentence("operators.table.amounts", n=count(len(self.amounts)))
        basis, paid_on = in_words("operators.basis", rows["basis"]), rows["paid_on"].fillna("not_applicable")
        shown, currency = "fact basis amount currency paid_on", rows["currency"].astype("str")
        return listed(
            "amounts_abroad",
            "operators",
            caption,
            rows,
            shown,
            [DATASET],
            basis=basis,
            currency=currency,
            paid_on=paid_on,
        )


def abroad(edition: str = "embedded") -> PurchasesAbroad:
    """Return the purchases of surveillance technology outside Mexico that are on record.

    Parameters
    ----------
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    PurchasesAbroad
        One row per fact in ``.frame``.

    Raises
    ------
    UnknownName
        If the edition does not hold them.

    Notes
    -----
    Firms and bodies are named as the table names them; to be named is not an accusation. ``CORRECTIONS.md`` says how
    the correction of a row is asked for.

    Examples
    --------
    >>> ogp.surveillance.abroad().frame["standing"].value_counts().to_dict()["audit_finding"]
    1
    """
    facts = hand_out.load(DATASET, "facts", edition)
    own = facts[facts["iso3"] != "MEX"].reset_index(drop=True)
    amounts = hand_out.load(DATASET, "amounts", edition)
    return PurchasesAbroad(own, amounts[amounts["fact"].isin(own["fact"])].reset_index(drop=True))


def _when(row: dict) -> str:
    if isinstance(row["date"], str):
        return row["date"]
    last = "" if pd.isna(row["last_year"]) else str(int(row["last_year"]))
    return f"{int(row['first_year'])}–{last}"
