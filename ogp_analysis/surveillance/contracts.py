"""Documented contracts and invoices for surveillance technology in Mexico: who bought, from whom, how, and how sure.

Each fact rests on the page that its row names, by the grade of its evidence. Firms are named as that page names them;
to be named is not an accusation. The facts were selected by leaks, audits and answers to requests and are not a sample,
so nothing is compared with "other purchases", and amounts are never added up, as totals hold contracts, sources
overlap and bases differ. Purchases that were reserved are absent, not clean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count, year
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.links import source
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.store import hand_out
from ogp_analysis.surveillance.buyers import buyers_named
from ogp_analysis.surveillance.conditions import Conditions, conditions
from ogp_analysis.surveillance.figures import purchases as figures
from ogp_analysis.surveillance.labels import headings, in_words
from ogp_analysis.surveillance.suppliers import spelled

DATASET = "surveillance_contracts_mexico"
#: What the timeline shows beside contracts, in the order of time, each by its table and key.
EVENTS = (
    ("mexico_surveillance_timeline", "TL-04"),
    ("mexico_legal_authority", "LA-05"),
    ("mexico_surveillance_timeline", "TL-07"),
    ("mexico_surveillance_timeline", "TL-08"),
    ("mexico_surveillance_timeline", "TL-13"),
    ("mexico_surveillance_timeline", "TL-22"),
    ("mexico_surveillance_timeline", "TL-25"),
)
#: Why a contract or invoice is not a documented relation of a buyer and a supplier, the first that applies.
EXCLUSIONS = ("low_confidence", "object_not_stated", "supplier_not_named")
_WHO = ("fact", "when", "row_type", "buyer_name", "supplier_name", "technologies", "confidence")
_TERMS = ("contract_number", "amount", "currency", "amount_basis", "procedure", "intermediary", "budget_line")
#: The total that is often joined with a span of time that is another fact.
_EIGHTY_MILLION = "MX-F-019"


@dataclass(frozen=True)
class Relations(Shown):
    """Documented relations of buyers and suppliers.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per pair: ``buyer, buyer_name, supplier, supplier_name, rows`` (contracts and invoices), ``facts``
        (their keys), ``first_year, last_year`` (missing if undated), ``technologies``, ``qualified`` (in every row only
        a possible part).
    excluded : pandas.DataFrame
        Contracts and invoices that are not a relation: ``fact`` and ``why``, one of :data:`EXCLUSIONS`.
    """

    frame: pd.DataFrame = field(repr=False)
    excluded: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many relations of how many buyers and suppliers there are, and which rows are none."""
        why = self.excluded["why"].value_counts()
        return Parts([
            say("purchases.relations.count", pairs=count(len(self.frame)), rows=count(self.frame["rows"].sum()),
                buyers=count(self.frame["buyer"].nunique()), suppliers=count(self.frame["supplier"].nunique())),
            say("purchases.relations.excluded", **{name: count(why.get(name, 0)) for name in EXCLUSIONS}),
        ])  # fmt: skip

    def plot(self) -> Figure:
        """Return the relations as a matrix of dots, buyers by suppliers, each with its number of rows."""
        return figures.relations(self.frame)

    def table(self) -> Table:
        """Return one row per pair: contracts and invoices, years, technologies and the keys of the facts."""
        frame = self.frame.assign(
            technologies=[
                _technologies(*one) for one in zip(self.frame["technologies"], self.frame["qualified"], strict=True)
            ],
            years=[
                "" if pd.isna(first) else "–".join(str(one) for one in dict.fromkeys((int(first), int(last))))
                for first, last in zip(self.frame["first_year"], self.frame["last_year"], strict=True)
            ],
        )
        caption = sentence("purchases.relations.table", pairs=count(len(frame)), rows=count(frame["rows"].sum()))
        columns = ("buyer_name", "supplier_name", "rows", "years", "technologies", "facts")
        return table("relations", caption, frame, headings("purchases", columns))


@dataclass(frozen=True)
class DocumentedContracts(Shown):
    """Documented contracts and invoices.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per contract or invoice: the columns of ``surveillance_contracts_mexico.facts``, with ``buyer,
        supplier`` (ids of the reviewed tables; missing if none is named), ``buyer_name, supplier_name, technologies``
        (codes, joined by a blank) and ``excluded`` (why it is not a relation; missing if it is one).
    others : pandas.DataFrame
        All other facts: totals, plans, flows of money, ordinary goods.
    events : pandas.DataFrame
        What the timeline shows beside them: ``event, date, kind``.
    ceilings : pandas.DataFrame or None
        Ceilings of procurement procedures; None if the edition does not hold them.
    """

    frame: pd.DataFrame = field(repr=False)
    others: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    ceilings: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def contracts(self) -> pd.DataFrame:
        """The contracts alone, without invoices."""
        return self.frame[self.frame["row_type"] == "contract"]

    @property
    def known(self) -> pd.DataFrame:
        """Whether each field of the contracts is known: one column a field, on their index."""
        own = self.contracts
        return pd.DataFrame(
            {
                "day": own["signed_precision"].eq("day"),
                "amount": own["amount"].notna(),
                "contract_number": own["contract_number"].notna(),
                "procedure": own["procedure"].notna(),
                "object": own["object_status"].ne("not_stated"),
                "official_wording": own["object_status"].eq("official_wording"),
            }
        )

    @property
    def buyers(self) -> tuple[str, ...]:
        """Names of the buyers as the table writes them, each once, in its order."""
        return tuple(dict.fromkeys(self.frame["buyer_text"]))

    def answer(self) -> Parts:
        """Say, after the headline, how many contracts and invoices are documented, of whom, how awarded.

        Examples
        --------
        >>> print(ogp.surveillance.contracts().answer()[1].plain())
        19 contracts and 4 invoices are documented, from 2012 to 2021.
        """
        own, pairs = self.contracts, self.relations().frame
        known = own["procedure"].dropna()
        return Parts([
            say("purchases.headline", role="headline", buyers=count(pairs["buyer"].nunique()),
                suppliers=count(pairs["supplier"].nunique())),
            say("purchases.glance.documented", role="finding", contracts_n=count(len(own)),
                invoices=count(len(self.frame) - len(own)), first=year(self.frame["signed_year"].min()),
                last=year(self.frame["signed_year"].max())),
            say("purchases.glance.relations", role="number", pairs=count(len(pairs)),
                buyers=count(pairs["buyer"].nunique()), suppliers=count(pairs["supplier"].nunique())),
            say("purchases.glance.procedure", role="number", known=count(len(known)), n=count(len(own)),
                direct_n=count((known == "direct_award").sum())),
        ])  # fmt: skip

    def limit(self) -> Parts:
        """Say what a documented contract is not, and that reserved purchases are absent.

        Examples
        --------
        >>> print(ogp.surveillance.contracts().limit()[0].plain()[:50])
        A contract on record is not proof of unlawful use,
        """
        return Parts([say("purchases.limit", role="limit")])

    def text(self) -> Parts:
        """Say how well the rows are documented, why nothing is added up, and which figure is two facts."""
        grades, priced = self.frame["confidence"].value_counts(), self.frame["amount"].notna()
        total = self.others.set_index("fact").loc[_EIGHTY_MILLION]
        return Parts([
            say("purchases.grades", n=count(len(self.frame)), **{name: count(grades.get(name, 0))
                                                                for name in ("high", "medium", "low")}),
            say("purchases.no_sum", part=count(((self.frame["sum_rule"] == "part_of_another") & priced).sum()),
                n=count(priced.sum())),
            say("purchases.two_facts", amount=Number(total["amount"] / 1e6, "money"), currency=total["currency"],
                since=year(int(total["period_start"][:4]))),
        ])  # fmt: skip

    def plot(self) -> Figure:
        """Return contracts and invoices by kind of technology on a timeline, with events of OGP and of the law."""
        return figures.timeline(self.frame[self.frame["confidence"] != "low"], self.events)

    def table(self) -> Table:
        """Return every contract and invoice: when, who, what, its grade and source; rows of low confidence say so."""
        caption = sentence("purchases.table", n=count(len(self.frame)))
        return table("contracts", caption, *_listed(self._in_time(), *_WHO, "source"))

    def terms(self) -> Table:
        """Return the terms of every contract and invoice, as far as a source has them.

        Examples
        --------
        >>> int(ogp.surveillance.contracts().terms().frame["amount"].notna().sum())
        20
        """
        caption = sentence("purchases.terms", n=count(len(self.frame)))
        return table("contract_terms", caption, *_listed(self._in_time(), "fact", *_TERMS, "evidence"))

    def _in_time(self) -> pd.DataFrame:
        return self.frame.sort_values(["signed", "fact"], na_position="last")

    def others_table(self) -> Table:
        """Return all other facts on record, each with what it is; none of them is a further purchase to be counted.

        Examples
        --------
        >>> len(ogp.surveillance.contracts().others_table().frame)
        27
        """
        buyers, suppliers = [], []
        for fact, buyer, supplier in self.others[["fact", "buyer_text", "supplier_text"]].itertuples(index=False):
            # Bodies and firms have their reviewed names; others what the fact says of them, in our words.
            names = [body.name for body in buyers_named(buyer) or ()]
            buyers.append(", ".join(names) or word(f"purchases.buyer.{fact}"))
            firm = spelled().get(supplier) if isinstance(supplier, str) else None
            told = word(f"purchases.supplier.{fact}") if isinstance(supplier, str) and firm is None else None
            suppliers.append(firm.name if firm else told)
        rows = self.others.assign(buyer_name=buyers, supplier_name=suppliers)
        caption = sentence("purchases.others", n=count(len(rows)))
        return table("other_facts", caption, *_listed(rows, *_WHO, "amount", "currency", "amount_basis", "source"))

    def relations(self) -> Relations:
        """Return the documented relations of buyers and suppliers.

        A relation is a contract or an invoice with a surveillance object and a confidence that is not low, between a
        buyer and a supplier that the source names.

        Examples
        --------
        >>> relations = ogp.surveillance.contracts().relations()
        >>> len(relations.frame), int(relations.frame["rows"].sum())
        (14, 19)
        """
        kept = self.frame[self.frame["excluded"].isna()]
        pairs = kept.groupby(["buyer", "buyer_name", "supplier", "supplier_name"], sort=False, as_index=False)
        frame = pairs.agg(
            rows=("fact", "size"),
            facts=("fact", ", ".join),
            first_year=("signed_year", "min"),
            last_year=("signed_year", "max"),
            qualified=("qualified", "all"),
            technologies=("technologies", lambda codes: " ".join(dict.fromkeys(" ".join(codes).split()))),
        )
        return Relations(frame, self.frame.loc[self.frame["excluded"].notna(), ["fact", "excluded"]]
                         .rename(columns={"excluded": "why"}).reset_index(drop=True))  # fmt: skip

    def conditions(self) -> Conditions:
        """Return how the contracts were awarded: procedure, ceiling, intermediary, budget line, reservation.

        Examples
        --------
        >>> found = ogp.surveillance.contracts().conditions()
        >>> found.known["procedure"], found.known["intermediary"], found.known["reserved_years"]
        (9, 12, 0)
        """
        return conditions(self.contracts, self.ceilings)

    def gaps(self) -> Table:
        """Return of how many contracts each field is known.

        Examples
        --------
        >>> ogp.surveillance.contracts().gaps().frame["known"].tolist()
        [5, 16, 9, 9, 17, 5]
        """
        known = self.known
        frame = pd.DataFrame(
            {"field": in_words("purchases.gap", known), "known": known.sum().array, "n": len(known)}
        )  # fmt: skip
        return table("gaps", sentence("purchases.gaps", n=count(len(known))), frame, headings("purchases", frame))


def contracts(edition: str = "embedded") -> DocumentedContracts:
    """Return the documented contracts and invoices for surveillance technology in Mexico, one row each.

    Parameters
    ----------
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    DocumentedContracts
        Contracts and invoices in ``.frame``, all other facts in ``.others``.

    Raises
    ------
    UnknownName
        If the edition does not hold them.

    Notes
    -----
    Rows rest on the pages they name and are graded; corrections are asked for as ``CORRECTIONS.md`` says.

    Examples
    --------
    >>> ogp.surveillance.contracts().frame["row_type"].value_counts().to_dict()
    {'contract': 19, 'invoice': 4}
    """
    facts = hand_out.load(DATASET, "facts", edition)
    kinds = hand_out.load(DATASET, "technologies", edition).groupby("fact")["technology"].agg(" ".join)
    facts = facts.assign(technologies=facts["fact"].map(kinds).fillna(""))
    kept = facts["row_type"].isin(["contract", "invoice"])
    own = facts[kept].reset_index(drop=True)
    bodies = [buyers_named(text) for text in own["buyer_text"]]
    firms = [spelled().get(text) if isinstance(text, str) else None for text in own["supplier_text"]]
    own = own.assign(
        buyer=[found[0].id if found else None for found in bodies],
        buyer_name=[found[0].name if found else text for found, text in zip(bodies, own["buyer_text"], strict=True)],
        supplier=[firm.id if firm else None for firm in firms],
        supplier_name=[firm.name if firm else text for firm, text in zip(firms, own["supplier_text"], strict=True)],
    )
    own["excluded"] = None
    for why, rows in (("supplier_not_named", own["supplier"].isna()), ("object_not_stated", own["technologies"] == ""),
                      ("low_confidence", own["confidence"] == "low")):  # fmt: skip
        own["excluded"] = own["excluded"].mask(rows, why)
    held = hand_out.has("mexico_thresholds", "ceilings", edition)
    ceilings = hand_out.load("mexico_thresholds", "ceilings", edition) if held else None
    timeline = hand_out.load("mexico_surveillance_timeline", "events", edition).set_index("event")
    law = hand_out.load("mexico_legal_authority", "provisions", edition).set_index("provision")
    rows = [
        (key, timeline.loc[key, "date"], "ogp" if timeline.loc[key, "category"] == "ogp" else
         "law" if timeline.loc[key, "category"] in ("law", "court") else "disclosure")
        if name == "mexico_surveillance_timeline" else (key, law.loc[key, "first_day"], "law")
        for name, key in EVENTS
    ]  # fmt: skip
    return DocumentedContracts(
        own, facts[~kept].reset_index(drop=True), pd.DataFrame(rows, columns=["event", "date", "kind"]), ceilings
    )


def _listed(rows: pd.DataFrame, *names: str) -> tuple[pd.DataFrame, dict[str, Heading]]:
    """Return rows in words, and the headings of the columns that are named."""
    coded = {"row_type": "type", "amount_basis": "basis", "procedure": "procedure", "evidence": "evidence",
             "intermediary": "intermediary", "confidence": "confidence"}  # fmt: skip
    facts = rows.to_dict("records")
    frame = rows.assign(
        technologies=[_technologies(*one) for one in zip(rows["technologies"], rows["qualified"], strict=True)],
        when=[_when(row) for row in facts],
        source=[source(row["source_url"], publisher=row["source_publisher"], date=_when(row) or "–",
                       row=f"{DATASET} ({row['fact']})") for row in facts],
        **{name: in_words(f"purchases.{area}", rows[name]) for name, area in coded.items()},
    )  # fmt: skip
    return frame, headings("purchases", names)


def _technologies(codes: str, qualified: bool) -> str:
    """Return kinds of technology in words; those that are only a possible part, or as the buyer declared it, say so."""
    names = ", ".join(in_words("powers.technology", codes.split())) or word("purchases.not_stated")
    return sentence("purchases.possible", technologies=names).plain() if qualified else names


def _when(row: dict) -> str:
    if isinstance(row["signed"], str):
        return row["signed"]
    ends = [row[name] for name in ("period_start", "period_end") if isinstance(row[name], str)]
    return " – ".join(dict.fromkeys(ends))
