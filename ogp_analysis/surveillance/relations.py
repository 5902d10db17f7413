"""Documented relations of public buyers and firms, each with the caveats of what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.surveillance.figures import purchases as figures
from ogp_analysis.surveillance.labels import caveat_said, headings, in_words, technologies_said

#: Why a counted contract or invoice is not a documented relation of a buyer and a supplier, the first that applies.
EXCLUSIONS = ("buyer_differs", "supplier_not_named")


@dataclass(frozen=True)
class Relations(Shown):
    """Documented relations of buyers and suppliers.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per pair, those of the federation first: ``level, buyer, buyer_name, supplier, supplier_name, rows``
        (contracts and invoices), ``facts`` (their keys), ``first_year, last_year`` (missing if undated),
        ``technologies``, ``qualified`` (in every row only a possible part) and ``caveats`` (by the key of each fact its
        code; None for none).
    excluded : pandas.DataFrame
        Counted contracts and invoices that are not a relation: ``fact`` and ``why``, one of :data:`EXCLUSIONS`.
    """

    frame: pd.DataFrame = field(repr=False)
    excluded: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many relations of how many buyers and suppliers there are, and which rows are none."""
        why, own = self.excluded["why"].value_counts(), self.frame.drop_duplicates("buyer")
        return Parts([
            say("purchases.relations.count", pairs=count(len(self.frame)), rows=count(self.frame["rows"].sum()),
                buyers=count(len(own)), federal=count((own["level"] == "federal").sum()),
                suppliers=count(self.frame["supplier"].nunique()), possible=count(self.frame["qualified"].sum())),
            say("purchases.relations.excluded", **{name: count(why.get(name, 0)) for name in EXCLUSIONS}),
        ])  # fmt: skip

    def plot(self) -> Figure:
        """Return the relations as a matrix of dots, buyers by suppliers, each with its number of rows."""
        return figures.relations(self.frame)

    def table(self) -> Table:
        """Return one row per pair: contracts and invoices, years, technologies, the keys of the facts, caveats."""
        rows = self.frame.to_dict("records")
        frame = self.frame.assign(
            level=in_words("purchases.level", self.frame["level"]),
            technologies=[technologies_said(row["technologies"], row["qualified"]) for row in rows],
            years=[
                "" if pd.isna(row["first_year"]) else "–".join(
                    str(one) for one in dict.fromkeys((int(row["first_year"]), int(row["last_year"]))))
                for row in rows
            ],
            caveat=["\n".join(f"{fact}: {caveat_said(code)}" for fact, code in row["caveats"].items() if code)
                    or word("purchases.no_caveat") for row in rows],
        )  # fmt: skip
        caption = sentence("purchases.relations.table", pairs=count(len(frame)), rows=count(frame["rows"].sum()))
        columns = ("level", "buyer_name", "supplier_name", "rows", "caveat", "years", "technologies", "facts")
        return table("relations", caption, frame, headings("purchases", columns))


def relations(counted: pd.DataFrame) -> Relations:
    """Return the relations of counted contracts and invoices, as in :attr:`DocumentedContracts.counted`."""
    kept = counted[counted["excluded"].isna()]
    kept = kept.sort_values("level", key=lambda level: level != "federal", kind="stable")
    by = ["level", "buyer", "buyer_name", "supplier", "supplier_name"]
    frame = kept.groupby(by, sort=False, as_index=False, observed=True).agg(
        rows=("fact", "size"),
        facts=("fact", ", ".join),
        first_year=("signed_year", "min"),
        last_year=("signed_year", "max"),
        qualified=("qualified", "all"),
        technologies=("technologies", lambda codes: " ".join(dict.fromkeys(" ".join(codes).split()))),
    )
    codes = {fact: code if isinstance(code, str) else None
             for fact, code in zip(counted["fact"], counted["caveat"], strict=True)}  # fmt: skip
    frame["caveats"] = [{fact: codes[fact] for fact in facts.split(", ")} for facts in frame["facts"]]
    left = counted.loc[counted["excluded"].notna(), ["fact", "excluded"]]
    return Relations(frame, left.rename(columns={"excluded": "why"}).reset_index(drop=True))
