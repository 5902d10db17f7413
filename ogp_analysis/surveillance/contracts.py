"""Documented contracts and invoices for surveillance technology in Mexico: who bought, from whom, how, and how sure.

Each fact rests on the page that its row names, by the grade of its evidence, and carries its caveat. Firms are named as
that page names them; to be named is not an accusation. Surveillance of devices is counted, each technology by itself,
the federation apart from the states; cameras, what no page states and facts of low confidence are listed apart, in no
count. The facts were selected by leaks, audits and answers to requests and are no sample, so nothing is compared with
"other purchases", and amounts are never added up, as totals hold contracts, sources overlap and bases differ. Purchases
that were reserved are absent, not clean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Count, Number, count, counts, year, years
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.thresholds import compare
from ogp_analysis.surveillance.figures import purchases as figures
from ogp_analysis.surveillance.labels import (
    OF_DEVICES,
    buyer_said,
    caveat_said,
    headings,
    in_words,
    sources,
    technologies_said,
)
from ogp_analysis.surveillance.parties import buyers_named, spelled

# Under what conditions the documented contracts were awarded, as far as pages say it.
# Described, never tested: the contracts came to light through leaks, audits and answers to requests, so they are not a
# sample, and there are no comparable purchases to hold them against.

CONDITIONS = ("procedure", "ceiling", "intermediary", "budget_line", "reserved_years")


@dataclass(frozen=True)
class Conditions(Shown):
    """Conditions of the documented contracts.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per contract: ``fact, procedure``; ``ceiling``: ``above`` if its amount is above the highest ceiling up
        to which any federal body could award directly for the amount alone that year, whatever its budget; missing
        where that cannot be said: at or below it, as the body's budget is not known, without a ceiling of its year, and
        of every body of a state; ``intermediary, budget_line, reserved_years``.
    with_ceilings : bool
        Whether the edition holds the ceilings.
    """

    frame: pd.DataFrame = field(repr=False)
    with_ceilings: bool

    @property
    def known(self) -> dict[str, Count]:
        """Of how many contracts each condition is known."""
        return {name: int(self.frame[name].notna().sum()) for name in CONDITIONS}

    def text(self) -> Parts:
        """Say that conditions are described and not tested, and where the ceilings are if not here."""
        parts = Parts([say("purchases.conditions.about", n=count(len(self.frame)))])
        return parts if self.with_ceilings else parts + (say("purchases.conditions.no_ceilings"),)

    def table(self) -> Table:
        """Return one row per condition: of how many contracts it is known, and what is known of them."""
        rows = []
        for name, known in self.known.items():
            if name != "ceiling" or self.with_ceilings:
                counts = self.frame[name].value_counts()
                found = sentence(
                    f"purchases.found.{name}",
                    known=count(known),
                    **{code: count(counts.get(code, 0)) for code in _COUNTED.get(name, ())},
                )
                rows.append((word(f"purchases.condition.{name}"), known, found.plain()))
        frame = pd.DataFrame(rows, columns=["condition", "known", "found"])
        caption = sentence("purchases.conditions.table", n=count(len(self.frame)))
        return table("conditions", caption, frame, headings("purchases", frame))


#: Codes of a condition that its words count.
_COUNTED = {
    "procedure": ("direct_award", "open_tender", "invitation_inferred"),
    "ceiling": ("above",),
    "intermediary": ("another_firm", "possibly", "maker_itself"),
}


def conditions(contracts: pd.DataFrame, ceilings: pd.DataFrame | None) -> Conditions:
    """Return the conditions of documented contracts.

    Parameters
    ----------
    contracts : pandas.DataFrame
        Facts that are contracts, as in ``surveillance_contracts_mexico.facts``.
    ceilings : pandas.DataFrame or None
        ``mexico_thresholds.ceilings``; None if the edition does not hold them.
    """
    frame = contracts.assign(ceiling=None)
    if ceilings is not None:
        # What was bought is not stated as goods or services; the three kinds that are not works have one ceiling.
        asked = contracts[["amount", "currency"]].assign(
            vat="not_stated", year=contracts["signed_year"], category="services", procurement_method="direct"
        )
        above = (compare(asked, ceilings)["outcome"] == "above") & (contracts["level"] == "federal")
        frame["ceiling"] = frame["ceiling"].astype("object").mask(above, "above")
    return Conditions(frame[["fact", *CONDITIONS]].reset_index(drop=True), ceilings is not None)


# Documented relations of public buyers and firms, each with the caveats of what it rests on.

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
        return Parts.of(
            say(
                "purchases.relations.count",
                **counts(pairs=len(self.frame), rows=self.frame["rows"].sum(), buyers=len(own)),
                federal=count((own["level"] == "federal").sum()),
                suppliers=count(self.frame["supplier"].nunique()),
                possible=count(self.frame["qualified"].sum()),
            ),
            say("purchases.relations.excluded", **{name: count(why.get(name, 0)) for name in EXCLUSIONS}),
        )

    def plot(self, ax=None) -> Figure:
        """Return the relations as a matrix of dots, buyers by suppliers, each with its number of rows.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        return figures.relations(self.frame, ax=ax)

    def table(self) -> Table:
        """Return one row per pair: contracts and invoices, years, technologies, the keys of the facts, caveats."""
        rows = self.frame.to_dict("records")
        frame = self.frame.assign(
            level=in_words("purchases.level", self.frame["level"]),
            technologies=[technologies_said(row["technologies"], row["qualified"]) for row in rows],
            years=[
                ""
                if pd.isna(row["first_year"])
                else "–".join(str(one) for one in dict.fromkeys((int(row["first_year"]), int(row["last_year"]))))
                for row in rows
            ],
            caveat=[
                "\n".join(f"{fact}: {caveat_said(code)}" for fact, code in row["caveats"].items() if code)
                or word("purchases.no_caveat")
                for row in rows
            ],
        )
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
    codes = {
        fact: code if isinstance(code, str) else None
        for fact, code in zip(counted["fact"], counted["caveat"], strict=True)
    }
    frame["caveats"] = [{fact: codes[fact] for fact in facts.split(", ")} for facts in frame["facts"]]
    left = counted.loc[counted["excluded"].notna(), ["fact", "excluded"]]
    return Relations(frame, left.rename(columns={"excluded": "why"}).reset_index(drop=True))


DATASET = "surveillance_contracts_mexico"
#: What the timeline shows beside contracts, in the order of time: events, and a provision that came into force.
EVENTS = ("TL-04", "LA-05", "TL-07", "TL-08", "TL-13", "TL-22", "TL-25")
#: Which kind of event a category is; all others disclosed something.
_KINDS = {"ogp": "ogp", "law": "law", "court": "law"}
#: Those that the answer counts, each by itself.
_BY_ITSELF = ("intrusion", "geolocation", "interception", "mass_data_analytics")
_WHO = ("fact", "when", "level", "buyer_name", "supplier_name", "technologies")
#: The caveat stands first, so that it is seen beside its fact where a table is wider than the screen.
_HOW_SURE = ("caveat", "confidence", "evidence", "row_type")
_AMOUNT = ("amount", "currency", "amount_basis")
#: The total that is often joined with a span of time that is another fact.
_EIGHTY_MILLION = "MX-F-019"


@dataclass(frozen=True)
class DocumentedContracts(Shown):
    """Documented contracts and invoices.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per contract or invoice of medium or high confidence: the columns of
        ``surveillance_contracts_mexico.facts``, with ``buyer, supplier`` (ids of the reviewed tables; missing if none
        is named, or if sources name different buyers), ``buyer_name, supplier_name, technologies`` (codes, joined by a
        blank), ``group`` (``counted``, ``object_not_stated``, or ``cameras``, if the technology is none of
        :data:`~ogp_analysis.surveillance.labels.OF_DEVICES`) and ``excluded`` (why a counted one is not a relation;
        missing if it is one).
    low : pandas.DataFrame
        Contracts and invoices of low confidence, in the same columns. They are in no count.
    others : pandas.DataFrame
        All other facts: totals, plans, flows of money, ordinary goods.
    events : pandas.DataFrame
        What the timeline shows beside them: ``event, date, kind``.
    ceilings : pandas.DataFrame or None
        Ceilings of procurement procedures; None if the edition does not hold them.
    """

    frame: pd.DataFrame = field(repr=False)
    low: pd.DataFrame = field(repr=False)
    others: pd.DataFrame = field(repr=False)
    events: pd.DataFrame = field(repr=False)
    ceilings: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def counted(self) -> pd.DataFrame:
        """Contracts and invoices for surveillance of devices: those that the answer counts."""
        return self.frame[self.frame["group"] == "counted"]

    @property
    def apart(self) -> pd.DataFrame:
        """Contracts and invoices for cameras and other equipment, or for what no page states."""
        return self.frame[self.frame["group"] != "counted"]

    @property
    def contracts(self) -> pd.DataFrame:
        """The contracts alone, without invoices, whatever was bought."""
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
        """Names of the buyers of what is counted as the table writes them, each once; no one whom sources dispute."""
        return tuple(dict.fromkeys(self.counted.loc[self.counted["buyer"].notna(), "buyer_text"]))

    def answer(self) -> Parts:
        """Say, after the headline, what is on record of each technology and level, how awarded, and what is apart.

        Examples
        --------
        >>> print(ogp.surveillance.contracts().answer()[0].plain()[:47])
        Documents and press reports link 8 firms to sal
        """
        own, pairs = self.counted, self.relations().frame
        signed, bought = own[own["row_type"] == "contract"], own["technologies"].str.split()
        known, kinds = signed["procedure"].dropna(), self.apart["group"].value_counts()
        each = {}
        for kind in _BY_ITSELF:
            levels = own.loc[[kind in codes for codes in bought], "level"]
            each |= {
                kind: count(len(levels)),
                f"{kind}_federal": count((levels == "federal").sum()),
                f"{kind}_state": count((levels == "state").sum()),
            }
        return Parts.of(
            say(
                "purchases.headline",
                role="headline",
                **counts(buyers=pairs["buyer"].nunique(), suppliers=pairs["supplier"].nunique()),
                **years(first=pairs["first_year"].min(), last=pairs["last_year"].max()),
            ),
            say(
                "purchases.glance.documented",
                role="finding",
                **counts(contracts_n=len(signed), invoices=len(own) - len(signed), undated=own["signed"].isna().sum()),
                **years(first=own["signed_year"].min(), last=own["signed_year"].max()),
            ),
            say(
                "purchases.glance.technology",
                role="number",
                **each,
                **counts(differ=own["buyer"].isna().sum(), possible=own["qualified"].sum()),
            ),
            say(
                "purchases.glance.procedure",
                role="number",
                **counts(known=len(known), n=len(signed)),
                direct_n=count((known == "direct_award").sum()),
                open_n=count((known == "open_tender").sum()),
                inferred=count((known == "invitation_inferred").sum()),
            ),
            say(
                "purchases.glance.apart",
                role="number",
                **counts(
                    cameras=kinds.get("cameras", 0), unstated=kinds.get("object_not_stated", 0), low_n=len(self.low)
                ),
            ),
        )

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
        own = self.counted
        grades, priced = own["confidence"].value_counts(), own["amount"].notna()
        total = self.others.set_index("fact").loc[_EIGHTY_MILLION]
        return Parts.of(
            say(
                "purchases.grades",
                **counts(n=len(own), high=grades.get("high", 0)),
                **counts(medium=grades.get("medium", 0), without=own["caveat"].isna().sum(), low_n=len(self.low)),
            ),
            say(
                "purchases.no_sum",
                **counts(part=((own["sum_rule"] == "part_of_another") & priced).sum(), n=priced.sum()),
            ),
            say(
                "purchases.two_facts",
                amount=Number(total["amount"] / 1e6, "money"),
                currency=total["currency"],
                since=year(int(total["period_start"][:4])),
            ),
        )

    def plot(self, ax=None) -> Figure:
        """Return what is counted by level and kind of technology on a timeline, with events of OGP and of the law.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        return figures.timeline(self.counted, self.events, ax=ax)

    def table(self) -> Table:
        """Return every counted contract and invoice: when, who, what, on what evidence, with its caveat and source."""
        own = self.counted
        caption = sentence("purchases.table", n=count(len(own)), federal=count((own["level"] == "federal").sum()))
        return table("contracts", caption, *_listed(_in_time(own), *_WHO, *_HOW_SURE, "source"), data=[DATASET])

    def terms(self) -> Table:
        """Return the terms of every counted contract and invoice, as far as a source has them.

        Examples
        --------
        >>> int(ogp.surveillance.contracts().terms().frame["amount"].notna().sum())
        15
        """
        caption = sentence("purchases.terms", n=count(len(self.counted)))
        columns = (
            "fact",
            "contract_number",
            "object",
            *_AMOUNT,
            *_HOW_SURE[:3],
            "procedure",
            "intermediary",
            "budget_line",
        )
        return table("contract_terms", caption, *_listed(_in_time(self.counted), *columns), data=[DATASET])

    def apart_table(self) -> Table:
        """Return the contracts and invoices for cameras and other equipment, or for what no page states.

        Examples
        --------
        >>> ogp.surveillance.contracts().apart_table().frame["fact"].tolist()
        ['MX-F-021', 'MX-F-022', 'MX-S-012', 'MX-S-013']
        """
        kinds = self.apart["group"].value_counts()
        caption = sentence(
            "purchases.apart",
            **counts(n=len(self.apart), cameras=kinds.get("cameras", 0), unstated=kinds.get("object_not_stated", 0)),
        )
        return table("contracts_apart", caption, *_listed(_in_time(self.apart), *_EVERYTHING), data=[DATASET])

    def low_table(self) -> Table:
        """Return the contracts and invoices of low confidence, which are in no count and in no figure.

        Examples
        --------
        >>> ogp.surveillance.contracts().low_table().frame["fact"].tolist()
        ['MX-S-019', 'MX-S-014', 'MX-S-009']
        """
        caption = sentence("purchases.low", n=count(len(self.low)))
        return table("contracts_low", caption, *_listed(_in_time(self.low), *_EVERYTHING), data=[DATASET])

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
        low = count((rows["confidence"] == "low").sum())
        caption = sentence("purchases.others", n=count(len(rows)), low_n=low)
        columns = (*_WHO, *_HOW_SURE, *_AMOUNT, "source")
        return table("other_facts", caption, *_listed(rows, *columns), data=[DATASET])

    def relations(self) -> Relations:
        """Return the documented relations of buyers and suppliers.

        A relation is a counted contract or invoice between one buyer, on whom sources agree, and a supplier that the
        source names.

        Examples
        --------
        >>> relations = ogp.surveillance.contracts().relations()
        >>> len(relations.frame), int(relations.frame["rows"].sum())
        (11, 14)
        """
        return relations(self.counted)

    def conditions(self) -> Conditions:
        """Return how the counted contracts were awarded: procedure, ceiling, intermediary, budget line, reservation.

        Examples
        --------
        >>> found = ogp.surveillance.contracts().conditions()
        >>> found.known["procedure"], found.known["intermediary"], found.known["reserved_years"]
        (4, 11, 0)
        """
        return conditions(self.counted[self.counted["row_type"] == "contract"], self.ceilings)

    def gaps(self) -> Table:
        """Return of how many counted contracts each field is known.

        Examples
        --------
        >>> ogp.surveillance.contracts().gaps().frame["known"].tolist()
        [3, 11, 6, 4, 12, 5]
        """
        known = self.known[self.known.index.isin(self.counted.index)]
        frame = pd.DataFrame({"field": in_words("purchases.gap", known), "known": known.sum().array, "n": len(known)})
        return table("gaps", sentence("purchases.gaps", n=count(len(known))), frame, headings("purchases", frame))


#: Every column of a contract or invoice that is in no count.
_EVERYTHING = (*_WHO, *_HOW_SURE, "contract_number", *_AMOUNT, "procedure", "source")


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
    >>> ogp.surveillance.contracts().counted["row_type"].value_counts().to_dict()
    {'contract': 12, 'invoice': 4}
    """
    facts = hand_out.load(DATASET, "facts", edition)
    kinds = hand_out.load(DATASET, "technologies", edition).groupby("fact")["technology"].agg(" ".join)
    facts = facts.assign(technologies=facts["fact"].map(kinds).fillna(""))
    kept = facts["row_type"].isin(["contract", "invoice"])
    own = facts[kept].reset_index(drop=True)
    bodies = [buyers_named(text) for text in own["buyer_text"]]
    firms = [spelled().get(text) if isinstance(text, str) else None for text in own["supplier_text"]]
    codes = own["technologies"].str.split()
    own = own.assign(
        buyer=[found[0].id if found else None for found in bodies],
        buyer_name=[found[0].name if found else text for found, text in zip(bodies, own["buyer_text"], strict=True)],
        supplier=[firm.id if firm else None for firm in firms],
        supplier_name=[firm.name if firm else text for firm, text in zip(firms, own["supplier_text"], strict=True)],
        group=[
            "object_not_stated" if not kinds else "counted" if set(kinds) & set(OF_DEVICES) else "cameras"
            for kinds in codes
        ],
    )
    own["excluded"] = None
    for why, rows in (("supplier_not_named", own["supplier"].isna()), ("buyer_differs", own["buyer"].isna())):
        own["excluded"] = own["excluded"].mask(rows, why)
    low = own["confidence"] == "low"
    held = hand_out.has("mexico_thresholds", "ceilings", edition)
    ceilings = hand_out.load("mexico_thresholds", "ceilings", edition) if held else None
    timeline = hand_out.load("mexico_surveillance_timeline", "events", edition).set_index("event")
    law = hand_out.load("mexico_legal_authority", "provisions", edition).set_index("provision")
    dates, categories = pd.concat([timeline["date"], law["first_day"]]), timeline["category"]
    rows = [(key, dates[key], _KINDS.get(categories.get(key, "law"), "disclosure")) for key in EVENTS]
    return DocumentedContracts(
        own[~low].reset_index(drop=True),
        own[low].reset_index(drop=True),
        facts[~kept].reset_index(drop=True),
        pd.DataFrame(rows, columns=["event", "date", "kind"]),
        ceilings,
    )


def _in_time(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["signed", "fact"], na_position="last")


def _listed(rows: pd.DataFrame, *names: str) -> tuple[pd.DataFrame, dict[str, Heading]]:
    """Return rows in words, and the headings of the columns that are named."""
    coded = {name: name for name in ("procedure", "evidence", "intermediary", "confidence", "level")}
    coded |= {"row_type": "type", "amount_basis": "basis"}
    frame = rows.assign(
        technologies=[technologies_said(*one) for one in zip(rows["technologies"], rows["qualified"], strict=True)],
        when=[_when(row) for row in rows.to_dict("records")],
        caveat=in_words("purchases.caveat", rows["caveat"], word("purchases.no_caveat")),
        buyer_name=[buyer_said(name) for name in rows["buyer_name"]],
        supplier_name=rows["supplier_name"].fillna(word("purchases.not_named")),
        source=sources(rows, DATASET, "fact", lambda row: row["source_publisher"]),
        **{name: in_words(f"purchases.{area}", rows[name]) for name, area in coded.items()},
    )
    return frame, headings("purchases", names)


def _when(row: dict) -> str:
    if isinstance(row["signed"], str):
        return row["signed"]
    ends = [row[name] for name in ("period_start", "period_end") if isinstance(row[name], str)]
    return " – ".join(dict.fromkeys(ends))
