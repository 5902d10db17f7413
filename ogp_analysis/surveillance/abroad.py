"""Purchases of surveillance technology outside Mexico that courts, auditors, inventories or the press put on record.

A handful of facts of very different standing: a judgement, a finding of an auditor, registers, an allegation. They
are listed one by one, never counted as purchases and never added up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.links import source
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.surveillance.labels import headings, in_words

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
        return Parts([
            say("operators.abroad.facts", n=count(len(self.frame)), countries=count(self.frame["iso3"].nunique()),
                found=count(standing.isin(FOUND_BY_A_BODY).sum()), alleged=count((standing == "allegation").sum()),
                amounts=count(len(self.amounts)))
        ])  # fmt: skip

    def table(self) -> Table:
        """Return the facts: who bought what from whom, on what that rests, and what is to be kept in mind."""
        rows, caveats = self.frame, []
        for contains, caveat in zip(rows["contains"], rows["caveat"], strict=True):
            another = isinstance(contains, str)
            caveats.append(sentence("operators.keep.contains_another", fact=contains).plain() if another
                           else word(f"operators.keep.{caveat}"))  # fmt: skip
        frame = pd.DataFrame(
            {
                "fact": rows["fact"].array,
                "place": [country(code).name for code in rows["iso3"]],
                "buyer": [text if isinstance(text, str) else word(f"operators.buyer.{kind}")
                          for text, kind in zip(rows["buyer_text"], rows["buyer_kind"], strict=True)],
                "supplier": rows["supplier_text"].fillna(word("operators.not_named")).array,
                "vendor": rows["vendor"].array,
                "technology": in_words("operators.technology", rows["technology"]),
                "date": [_when(row) for row in rows.to_dict("records")],
                "standing": in_words("operators.standing", rows["standing"]),
                "caveat": caveats,
                "source": [source(row["source_url"] if isinstance(row["source_url"], str) else "",
                                  row=f"{DATASET} ({row['fact']})") for row in rows.to_dict("records")],
            }
        )  # fmt: skip
        caption = sentence("operators.table.abroad", n=count(len(frame)))
        return table("purchases_abroad", caption, frame, headings("operators", frame), [DATASET])

    def every_amount(self) -> Table:
        """Return each amount with its basis; parts and wholes stand side by side.

        Examples
        --------
        >>> len(ogp.surveillance.abroad().every_amount().frame)
        16
        """
        rows = self.amounts
        frame = pd.DataFrame(
            {
                "fact": rows["fact"].array,
                "basis": in_words("operators.basis", rows["basis"]),
                "amount": rows["amount"].array,
                "currency": rows["currency"].astype("str").array,
                "paid_on": rows["paid_on"].fillna("not_applicable").array,
            }
        )
        caption = sentence("operators.table.amounts", n=count(len(frame)))
        return table("amounts_abroad", caption, frame, headings("operators", frame), [DATASET])


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
