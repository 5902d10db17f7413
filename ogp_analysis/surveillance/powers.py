"""Does any statute that was read let this buyer request such a measure on that date, and who must authorise it?

The statutes govern *requesting a measure*, not *buying equipment*: so an answer is about a buyer, a measure and days,
never about a purchase or a use, and no answer says lawful, unlawful or authorised. Who must authorise differs by
measure: of interception every text names a judge beforehand; of location some provide an urgent order that a judge
ratifies later, or name no judge. Bodies are known by an explicit table of names (``buyers_mexico.toml``), powers by
reviewed rules (``powers_mexico.toml``) that name the provisions of ``mexico_legal_authority`` they rest on. No rule
answers outside its days, first and last day in force. The infection of a device is always *disputed*: no text that was
read names it, and whether those on interception reach it is what is disputed.

Rules for another country would be two tables in the same form: bodies by their names, and rules by class of body.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, ParameterError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, columns, table
from ogp_analysis.surveillance.labels import headings, in_words, listed, sources
from ogp_analysis.surveillance.parties import Buyer, buyers_named, by_id

#: Measures that statutes speak of, and that a page lists by class of buyer.
MEASURES = ("interception", "geolocation", "retained_data", "device_forensics")
#: What can be asked about: the measures, queries of databases, what is always disputed, what is not interference, and
#: what nobody researched.
TECHNOLOGIES = (
    "intrusion",
    *MEASURES,
    "database_queries",
    "mass_data_analytics",
    "social_media_monitoring",
    "facial_recognition",
    "video_surveillance",
    "signal_jamming",
)
_FIRST, _LAST = datetime.date.min, datetime.date.max
_DAY = datetime.timedelta(days=1)
#: First and last day, both included.
Span = tuple[datetime.date, datetime.date]


@dataclass(frozen=True)
class Rule:
    """One reviewed rule; it answers from `first` to `last`, both included."""

    body_class: str
    measures: tuple[str, ...]
    outcome: str
    provisions: tuple[str, ...]
    first: datetime.date
    last: datetime.date
    first_day: str
    control: str
    contested: bool
    law: str
    text_of: datetime.date | None


#: Days, the outcome, and the rule if one answers.
Answer = tuple[Span, str, Rule | None]


def _facts() -> dict:
    return toml(__file__, "powers_mexico.toml")


@cache
def rules() -> tuple[Rule, ...]:
    """Return the reviewed rules; days known to the month or year are taken at their narrowest."""
    return tuple(
        Rule(
            one["class"],
            tuple(one["measures"]),
            one["outcome"],
            tuple(one["provisions"]),
            _day(one["from"], last=True) if "from" in one else _FIRST,
            _day(one["to"], last=False) if "to" in one else _LAST,
            one.get("first_day", "read"),
            one.get("control", ""),
            one.get("contested", False),
            one.get("law", ""),
            datetime.date.fromisoformat(one["text_of"]) if "text_of" in one else None,
        )
        for one in _facts()["rules"]
    )


def _day(text: str, last: bool) -> datetime.date:
    days = pd.Series([text], name="date")
    return (coding.last_day(days) if last else coding.first_day(days)).iloc[0].date()


def checked_to() -> datetime.date:
    """Return the last day to which the texts in force were looked at: from the next on, an answer has to be checked."""
    return datetime.date.fromisoformat(_facts()["checked_to"])


@dataclass(frozen=True)
class Powers(Shown):
    """What the statutes that were read say of buyers and measures, by days.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per buyer, technology and span of days: ``buyer`` (id, or the name asked for), ``name, buyer_class,
        technology, valid_from, valid_to`` (missing: without bound), ``outcome`` (a key of the words
        ``powers.outcome``), ``control`` (who must authorise, a case of ``powers.control``; empty where no text read
        provides the measure), ``contested`` (the buyer claims the power elsewhere), ``first_day`` (how it is known;
        missing without a rule), ``stale_from`` (from this day on the law may read differently), ``provisions, read,
        caveats`` (what it rests on, and what was read of them).
    on : str
        The date asked about, to the day, month or year; empty for all days.
    texts : pandas.DataFrame
        ``mexico_legal_authority.powers``, without the rows that a later reading settles.
    """

    frame: pd.DataFrame = field(repr=False)
    on: str = ""
    texts: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    def text(self) -> Parts:
        """Say what is asked; of one buyer, technology and date the answer, else what was read and to when it holds."""
        parts = Parts([say("powers.question")])
        if self.on and len(self.frame) == 1:
            row = self.frame.iloc[0]
            parts += (
                say(
                    "powers.answer",
                    buyer=row["name"],
                    date=self.on,
                    answer=self._said(row),
                    technology=word(f"powers.technology.{row['technology']}"),
                ),
            )
            parts += (say("powers.contested"),) if row["contested"] else ()
            return parts + ((say("powers.stale", day=row["stale_from"]),) if pd.notna(row["stale_from"]) else ())
        return parts + (say("powers.read_as", day=checked_to()),)

    def authorised(self) -> Parts:
        """Say who must authorise which measure, by all texts that were read.

        Examples
        --------
        >>> print(ogp.surveillance.powers("FGR").authorised()[0].plain()[:70])
        Interception: all 12 provisions we read that let anybody request it re
        """
        texts = self.texts[self.texts["measure"] == "interception"]
        asked = texts[~texts["requester"].isin(("nobody", "carries_out"))]
        if (asked["prior_order"] != "always").any():
            raise CleaningError(
                "mexico_legal_authority.powers",
                "has a provision on interception that names no judge beforehand",
                "Say so in surveillance/words/powers_en.toml and powers_es.toml: they say that all do",
            )
        return Parts.of(
            say("powers.interception", n=count(len(asked))),
            say("powers.location", hours=count(self.hours)),
            say("powers.no_judge"),
        )

    def ended(self) -> Parts:
        """Say what of the buyers' powers is invalid, and which body ended; of the army and the Federal Police alone.

        Examples
        --------
        >>> len(ogp.surveillance.powers("FGR").ended())
        0
        """
        classes = set(self.frame["buyer_class"])
        told = {"army": "powers.military", "federal_police": "powers.federal_police"}
        return Parts([say(key) for one, key in told.items() if one in classes])

    @property
    def hours(self) -> int:
        """Within how many hours a judge must ratify what a prosecutor ordered at once."""
        own = self.texts.loc[self.texts["body"] == "prosecutions", "ratified_within"].dropna()
        (hours,) = own.unique()
        return int(hours)

    def _said(self, row: Mapping | pd.Series) -> str:
        """Return an answer as a cell says it; an asterisk if the body claims the power elsewhere."""
        outcome = word(f"powers.outcome.{row['outcome']}")
        if row["control"]:
            hours = {"hours": count(self.hours)} if row["control"] == "urgent_then_ratified" else {}
            outcome += f" ({sentence('powers.control', case=row['control'], **hours).plain()})"
        return outcome + ("*" if row["contested"] else "")

    def table(self) -> Table:
        """Return buyers by class, what the statutes read say of each measure, and from when to when."""
        kept = self.frame[self.frame["technology"].isin(MEASURES)]
        rows = []
        for name, own in kept.groupby("buyer_class", sort=False):
            row = {"buyers": ", ".join(dict.fromkeys(own["name"])), "class": word(f"powers.class.{name}")}
            for measure in MEASURES:
                answers = own[own["technology"] == measure].drop_duplicates(["valid_from", "outcome"])
                # That no text was read for the days before the first answer is left out: the caption says it.
                if len(answers) > 1 and answers["outcome"].iloc[0] == "no_text_for_date":
                    answers = answers.iloc[1:]
                said = []
                for one in answers.to_dict("records"):
                    outcome = self._said(one)
                    if not self.on and pd.notna(one["valid_from"]):
                        outcome = sentence("powers.since", outcome=outcome, day=str(one["valid_from"].date())).plain()
                    said.append(outcome)
                row[measure] = "; ".join(said)
            rows.append(row)
        headed = headings("powers", ("class", "buyers")) | _by_measure()
        caption = sentence("powers.table", n=count(kept["buyer"].nunique()), day=checked_to())
        return table("powers", caption, pd.DataFrame(rows, columns=list(headed)), headed)

    def dates(self, buyers: Iterable[str], dates: Iterable[str | float]) -> Table:
        """Return the answers for several buyers, each on its own dates: one row per body and date, whatever was bought.

        Parameters
        ----------
        buyers : iterable of str
            Names as a page writes them; one that names no body we know has no row.
        dates : iterable of str
            The date beside each, to the day, month or year. Of a buyer without one, only what holds on all days is
            answered.

        Examples
        --------
        >>> found = ogp.surveillance.powers("Policía Federal").dates(["Policía Federal"], ["2019"])
        >>> found.frame["interception"].item()
        'not known for all of that time'
        """
        rows = {}
        for name, date in zip(buyers, dates, strict=True):
            date = date if isinstance(date, str) else None
            days = (_day(date, last=False), _day(date, last=True)) if date else (_FIRST, _LAST)
            for body in buyers_named(name) or ():
                row = {"buyers": body.name, "date": date}
                for measure in MEASURES:
                    _, outcome, rule = within(body.body_class, measure, days)
                    row[measure] = self._said({"outcome": outcome, **_NOTHING, **_control(rule)})
                rows[body.name, date or ""] = row
        headed = headings("powers", ("buyers", "date")) | _by_measure()
        frame = pd.DataFrame([rows[key] for key in sorted(rows)], columns=list(headed))
        return table("powers_dates", sentence("powers.dates", n=count(len(frame))), frame, headed)

    def basis(self) -> Table:
        """Return each answer with its days, the provisions it rests on and what was read of them.

        Examples
        --------
        >>> ogp.surveillance.powers("SEDENA", "interception").basis().frame["provisions"].iloc[0]
        'LSN 33–49; 5 (PW-06), LA-18'
        """
        kept = self.frame.drop_duplicates(["buyer_class", "technology", "valid_from"])
        kept = kept[kept["technology"].isin((*MEASURES, "database_queries")) & (kept["provisions"] != "")]
        cited = self.texts.set_index("power")["cited"]
        names = [
            ", ".join(f"{cited[key]} ({key})" if key in cited.index else key for key in cell.split(", "))
            for cell in kept["provisions"]
        ]
        frame = kept.assign(
            **{"class": in_words("powers.class", kept["buyer_class"])},
            **{name: in_words(f"powers.{name}", kept[name]) for name in ("technology", "first_day")},
            outcome=[self._said(row) for row in kept.to_dict("records")],
            provisions=names,
            read=[", ".join(in_words("powers.read", cell.split())) for cell in kept["read"]],
            caveat=["; ".join(in_words("powers.caveat", cell.split())) or "not_written" for cell in kept["caveats"]],
        )
        shown = "class technology valid_from valid_to outcome provisions read caveat first_day stale_from"
        return listed("powers_basis", "powers", sentence("powers.basis", n=count(len(frame))), frame, shown)

    def provisions(self) -> Table:
        """Return what was read of each power: who may request, who authorises, in force from when to when.

        Examples
        --------
        >>> found = ogp.surveillance.powers().provisions().frame.set_index("provisions")
        >>> found.loc["LFTR 2014 190 I; 3 XXXV (PW2-11)", "authoriser"]
        'as other laws provide; the article names no judge'
        """
        own, copies = self.texts, count((self.texts["read"] == "compilation_copy").sum())
        urgent = [
            said if pd.isna(n) else sentence("powers.ratified", hours=count(int(n))).plain()
            for said, n in zip(in_words("powers.urgent", own["urgent"]), own["ratified_within"], strict=True)
        ]
        coded = ("measure", "body", "requester", "authoriser", "state")
        return listed(
            "powers_provisions",
            "powers",
            sentence("powers.texts", n=count(len(own)), copies=copies),
            own,
            "measure body provisions requester authoriser urgent state valid_from valid_to caveat source",
            **{name: in_words(f"powers.{name}", own[name]) for name in coded},
            provisions=own["cited"] + " (" + own["power"] + ")",
            urgent=urgent,
            valid_from=own["first_day"],
            valid_to=own["last_day"],
            caveat=in_words("powers.caveat", own["caveat"], "not_written"),
            source=sources(own, "mexico_legal_authority", "power", lambda row: word(f"powers.read.{row['read']}")),
        )

    def unread(self) -> Table:
        """Return the texts that have not been read yet, their dates where known, and what they would answer.

        No answer rests on one of them.

        Examples
        --------
        >>> len(ogp.surveillance.powers().unread().frame)
        12
        """
        rows = [
            (one["text"], one.get("from"), one.get("to"), word(f"powers.unread_about.{one['about']}"))
            for one in _facts()["unread"]
        ]
        frame = pd.DataFrame(rows, columns=["text", "valid_from", "valid_to", "about"])
        headed = headings("powers", frame, valid_from="", valid_to="")
        return table("powers_unread", sentence("powers.unread", n=count(len(rows))), frame, headed)


def powers(
    buyer: str | Iterable[str] | None = None,
    technology: str | None = None,
    on: str | datetime.date | None = None,
    edition: str = "embedded",
) -> Powers:
    """Return whether any statute that was read lets a buyer request a measure, and on which days.

    Parameters
    ----------
    buyer : str, iterable of str or None
        Names of public bodies of Mexico, or of their purchasing units, whole, as a file or page writes them; None for
        every body that has an entry of its own in the reviewed table: governments of states and civil bodies that
        are there with their name alone are answered when they are named. A name that is not in it is answered *not
        researched*.
    technology : str or None
        One of :data:`TECHNOLOGIES`; None for all.
    on : str, datetime.date or None
        Day, month or year (ISO 8601). A month or year is answered only if one answer holds on all of its days; else it
        is *not known*. None for all days, span by span.
    edition : str
        Which data are read, as in ``ogp.load``.

    Returns
    -------
    Powers
        One row per buyer, technology and span of days in ``.frame``; of one date, one row per buyer and technology.

    Raises
    ------
    ParameterError
        If the technology is unknown, or the text is no date.

    Notes
    -----
    Rules are reviewed data of the package; what was read of the provisions comes from ``mexico_legal_authority``.
    Mexico only.

    Examples
    --------
    >>> ogp.surveillance.powers("Fiscalía General de la República", "interception", "2019").frame["outcome"].item()
    'provided'
    >>> ombudsman = "Procuraduría de la Defensa del Contribuyente"
    >>> ogp.surveillance.powers(ombudsman, "interception", "2018").frame["outcome"].item()
    'not_located'
    """
    if technology is not None and technology not in TECHNOLOGIES:
        raise ParameterError(f"technology {technology!r}", "is unknown", "Use one of " + ", ".join(TECHNOLOGIES))
    # The first and the last day that the date allows.
    days = None
    if on is not None:
        text = on.isoformat() if isinstance(on, datetime.date) else on
        try:
            days = _day(text, last=False), _day(text, last=True)
        except CleaningError as fault:
            raise ParameterError(
                f"date {text!r}", "is not a day, month or year", "Write YYYY-MM-DD, YYYY-MM or YYYY"
            ) from fault
    names = [] if buyer is None else [buyer] if isinstance(buyer, str) else list(buyer)
    found = (
        by_id().values()
        if buyer is None
        else dict.fromkeys(body for name in names for body in buyers_named(name) or (Buyer(name, "unlisted", name),))
    )
    texts = hand_out.load("mexico_legal_authority", "powers", edition)
    texts = texts[texts["settled_by"].isna()].reset_index(drop=True)
    other = hand_out.load("mexico_legal_authority", "provisions", edition).set_index("provision")
    read = pd.concat([one[["read", "caveat"]].astype("object") for one in (texts.set_index("power"), other)])
    reformed = hand_out.load("mexico_legal_authority", "currency", edition).set_index("law")["last_reform"].dropna()
    rows = []
    for one in found:
        for kind in [technology] if technology else TECHNOLOGIES:
            kept = [within(one.body_class, kind, days)] if days else answers(one.body_class, kind)
            rows += [
                {
                    "buyer": one.id,
                    "name": one.name,
                    "buyer_class": one.body_class,
                    "technology": kind,
                    "valid_from": None if begin == _FIRST else begin,
                    "valid_to": None if end == _LAST else end,
                    "outcome": outcome,
                }
                | grounds(rule, begin, days[1] if days else end, read, reformed)
                for (begin, end), outcome, rule in kept
            ]
    frame = pd.DataFrame(rows)
    for name in ("valid_from", "valid_to", "stale_from"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return Powers(frame, "" if on is None else str(on), texts)


def within(body_class: str, technology: str, days: Span) -> Answer:
    """Return the one answer that holds on all of some days; *not known* if the rules answer differently within them."""
    over = [one for one in answers(body_class, technology) if one[0][0] <= days[1] and one[0][1] >= days[0]]
    alike = len({(outcome, rule.control if rule else "") for _, outcome, rule in over}) == 1
    return over[0] if alike else (days, "not_known", None)


def answers(body_class: str, technology: str) -> list[Answer]:
    """Return what the rules answer for a class of bodies and a technology over all days, one span after the other.

    Returns
    -------
    list of tuple
        First and last day as one, the outcome, and the rule if one answers.

    Examples
    --------
    >>> [outcome for _, outcome, _ in answers("unlisted", "interception")]
    ['not_researched']
    """
    if technology == "intrusion":
        return [((_FIRST, _LAST), "disputed", None)]
    if technology == "video_surveillance":
        return [((_FIRST, _LAST), "no_interference", None)]
    own = sorted(
        (rule for rule in rules() if rule.body_class == body_class and technology in rule.measures),
        key=lambda rule: rule.first,
    )
    if not own:
        return [((_FIRST, _LAST), "not_researched", None)]
    spans, begin = [], _FIRST
    for rule in own:
        if rule.first > begin:
            spans.append(((begin, rule.first - _DAY), "no_text_for_date", None))
        spans.append(((rule.first, rule.last), rule.outcome, rule))
        begin = rule.last if rule.last == _LAST else rule.last + _DAY
    if own[-1].last < _LAST:
        spans.append(((begin, _LAST), "no_text_for_date", None))
    return spans


def grounds(
    rule: Rule | None, begin: datetime.date, end: datetime.date, read: pd.DataFrame, reformed: pd.Series
) -> dict:
    """Return what an answer rests on: the columns of `Powers.frame` from ``control`` on.

    Parameters
    ----------
    rule : Rule or None
        None if no rule answers.
    begin, end : datetime.date
        The days for which it answers. They are stale from the day after the text that was read, if the law was
        reformed since, and in any case from the day after the last to which the texts were looked at.
    read : pandas.DataFrame
        What was read (``read``) and what is to be kept in mind (``caveat``), by provision.
    reformed : pandas.Series
        Day of the last reform, by law.
    """
    if rule is None:
        return _NOTHING | {"first_day": None, "stale_from": None, "provisions": "", "read": "", "caveats": ""}
    old = rule.text_of is not None and rule.law in reformed.index and reformed[rule.law].date() > rule.text_of
    last = rule.text_of if old else checked_to()
    own = read.loc[list(rule.provisions)]
    return {
        **_control(rule),
        "first_day": rule.first_day,
        "stale_from": max(last + _DAY, begin) if end > last else None,
        "provisions": ", ".join(rule.provisions),
        "read": " ".join(dict.fromkeys(own["read"])),
        "caveats": " ".join(dict.fromkeys(own["caveat"].dropna())),
    }


#: Who must authorise where no rule answers.
_NOTHING = {"control": "", "contested": False}


def _control(rule: Rule | None) -> dict:
    return {"control": rule.control, "contested": rule.contested} if rule else {}


def _by_measure() -> dict[str, Heading]:
    return columns("powers.technology", **dict.fromkeys(MEASURES, ""))
