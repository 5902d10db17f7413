"""Does any statute that was read let this buyer request such a measure on that date?

The statutes govern *requesting a measure*, not *buying equipment*, and every single use needs a judge: so an answer is
about a buyer, a measure and days, never about a purchase or a use, and no answer says lawful, unlawful or authorised.
Bodies are known by an explicit table of names (``buyers_mexico.toml``), powers by reviewed rules
(``powers_mexico.toml``) that name the provisions of ``mexico_legal_authority`` they rest on. No rule answers outside
its days. The infection of a device is always *disputed*: no text that was read names it, and whether those on
interception reach it is what is disputed.

Rules for another country would be two tables in the same form: bodies by their names, and rules by class of body.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import pandas as pd

from ogp_analysis.base.errors import CleaningError, ParameterError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Count, count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.store import hand_out
from ogp_analysis.surveillance.buyers import Buyer, buyers_named, by_id
from ogp_analysis.surveillance.labels import headings, in_words
from ogp_analysis.tidy import partial_dates

RESOURCES = ("powers_mexico.toml",)
OUTCOMES = (
    "provided",
    "provided_with_limits",
    "depends_on_user",
    "no_interference",
    "provided_then_invalidated",
    "disputed",
    "not_located",
    "no_text_for_date",
    "not_researched",
)
#: Measures that statutes speak of.
MEASURES = ("interception", "geolocation", "device_forensics")
#: What can be asked about: the measures, what is always disputed, what is not interference, and what nobody researched.
TECHNOLOGIES = (
    "intrusion",
    *MEASURES,
    "mass_data_analytics",
    "social_media_monitoring",
    "facial_recognition",
    "video_surveillance",
    "signal_jamming",
)
_FIRST, _LAST = datetime.date.min, datetime.date.max
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """One reviewed rule; it answers from `first` to `last`, both included."""

    body_class: str
    measures: tuple[str, ...]
    outcome: str
    provisions: tuple[str, ...]
    first: datetime.date
    last: datetime.date
    first_day_verified: bool
    contested: bool
    law: str
    text_of: datetime.date | None


@cache
def _facts() -> dict:
    return tomllib.loads(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))


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
            one.get("first_day_verified", True),
            one.get("contested", False),
            one.get("law", ""),
            datetime.date.fromisoformat(one["text_of"]) if "text_of" in one else None,
        )
        for one in _facts()["rules"]
    )


def _day(text: str, last: bool) -> datetime.date:
    days = pd.Series([text], name="date")
    return (partial_dates.last_day(days) if last else partial_dates.first_day(days)).iloc[0].date()


@dataclass(frozen=True)
class Powers(Shown):
    """What the statutes that were read say of buyers and measures, by days.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per buyer, technology and span of days: ``buyer`` (id, or the name asked for), ``name, buyer_class,
        technology, valid_from, valid_to`` (missing: without bound), ``outcome`` (one of :data:`OUTCOMES`),
        ``contested`` (the buyer claims the power elsewhere), ``first_day_verified``, ``stale_from`` (from this day on
        the law may read differently, as it was reformed after the text that was read), ``provisions`` (joined by
        ``", "``) and ``read`` (what was read of them).
    on : str
        The date asked about, to the day, month or year; empty for all days.
    provisions : int
        Provisions on record, whether an answer rests on them or not.
    undated : tuple of str
        Keys of those without a first day.
    """

    frame: pd.DataFrame = field(repr=False)
    on: str = ""
    provisions: Count = field(default=0, repr=False)
    undated: tuple[str, ...] = field(default=(), repr=False)

    def text(self) -> Parts:
        """Say what is asked, and, of one buyer, technology and date, the answer."""
        parts = Parts([say("powers.question")])
        if self.on and len(self.frame) == 1:
            row = self.frame.iloc[0]
            parts += (say("powers.answer", case=row["outcome"], buyer=row["name"], date=self.on,
                          technology=word(f"powers.technology.{row['technology']}")),)  # fmt: skip
            parts += (say("powers.contested"),) if row["contested"] else ()
            parts += (say("powers.stale"),) if pd.notna(row["stale_from"]) else ()
        return parts

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
                    outcome = word(f"powers.outcome.{one['outcome']}") + ("*" if one["contested"] else "")
                    if not self.on and pd.notna(one["valid_from"]):
                        outcome = sentence("powers.since", outcome=outcome, day=str(one["valid_from"].date())).plain()
                    said.append(outcome)
                row[measure] = "; ".join(said)
            rows.append(row)
        columns = headings("powers", ("class", "buyers"))
        columns |= {one: Heading(f"powers.technology.{one}") for one in MEASURES}
        n = count(kept["buyer"].nunique())
        return table("powers", sentence("powers.table", n=n), pd.DataFrame(rows, columns=list(columns)), columns)

    def basis(self) -> Table:
        """Return each answer with its days, the provisions it rests on and what was read of them.

        Examples
        --------
        >>> ogp.surveillance.powers("SEDENA", "interception").basis().frame["provisions"].iloc[0]
        'LA-08, LA-18'
        """
        kept = self.frame.drop_duplicates(["buyer_class", "technology", "valid_from"])
        kept = kept[kept["technology"].isin(MEASURES) & (kept["provisions"] != "")]
        frame = pd.DataFrame(
            {
                "class": in_words("powers.class", kept["buyer_class"]),
                "technology": in_words("powers.technology", kept["technology"]),
                "valid_from": kept["valid_from"].array,
                "valid_to": kept["valid_to"].array,
                "outcome": in_words("powers.outcome", kept["outcome"]),
                "provisions": kept["provisions"].array,
                "read": [", ".join(in_words("powers.read", cell.split())) for cell in kept["read"]],
                "first_day_verified": kept["first_day_verified"].array,
                "stale_from": kept["stale_from"].array,
            }
        )
        columns = headings("powers", frame, valid_from="date", valid_to="date")
        return table("powers_basis", sentence("powers.basis", n=count(len(frame))), frame, columns)

    def unread(self) -> Table:
        """Return the texts that have not been read yet, their dates where known, and what they would answer.

        No answer rests on one of them.

        Examples
        --------
        >>> len(ogp.surveillance.powers().unread().frame)
        12
        """
        rows = [(one["text"], one.get("from"), one.get("to"), word(f"powers.unread_about.{one['about']}"))
                for one in _facts()["unread"]]  # fmt: skip
        caption = sentence("powers.unread", n=count(len(rows)), undated=count(len(self.undated)),
                           provisions=count(self.provisions))  # fmt: skip
        frame = pd.DataFrame(rows, columns=["text", "valid_from", "valid_to", "about"])
        return table("powers_unread", caption, frame, headings("powers", frame))


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
        Day, month or year (ISO 8601). A rule answers a month or year only if it holds on all of its days. None for all
        days, span by span.
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
    found = by_id().values() if buyer is None else dict.fromkeys(
        body for name in names for body in buyers_named(name) or (Buyer(name, "unlisted", name),)
    )  # fmt: skip
    provisions = hand_out.load("mexico_legal_authority", "provisions", edition).set_index("provision")
    reformed = hand_out.load("mexico_legal_authority", "currency", edition).set_index("law")["last_reform"].dropna()
    rows = []
    for one in found:
        for kind in [technology] if technology else TECHNOLOGIES:
            kept = answers(one.body_class, kind)
            if days:
                # Across two spans no rule answers, unless both say the same.
                over = [span for span in kept if span[0] <= days[1] and span[1] >= days[0]]
                alike = len({outcome for _, _, outcome, _ in over}) == 1
                kept = [over[0] if alike else (*days, "no_text_for_date", None)]
            rows += [
                {"buyer": one.id, "name": one.name, "buyer_class": one.body_class, "technology": kind,
                 "valid_from": None if begin == _FIRST else begin, "valid_to": None if end == _LAST else end,
                 "outcome": outcome} | grounds(rule, begin, days[1] if days else end, provisions, reformed)
                for begin, end, outcome, rule in kept
            ]  # fmt: skip
    frame = pd.DataFrame(rows)
    for name in ("valid_from", "valid_to", "stale_from"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    undated = tuple(provisions.index[provisions["first_day"].isna()])
    return Powers(frame, "" if on is None else str(on), len(provisions), undated)


def answers(body_class: str, technology: str) -> list[tuple[datetime.date, datetime.date, str, Rule | None]]:
    """Return what the rules answer for a class of bodies and a technology over all days, one span after the other.

    Returns
    -------
    list of tuple
        First and last day, one of :data:`OUTCOMES`, and the rule if one answers.

    Examples
    --------
    >>> [outcome for _, _, outcome, _ in answers("unlisted", "interception")]
    ['not_researched']
    """
    if technology == "intrusion":
        return [(_FIRST, _LAST, "disputed", None)]
    if technology == "video_surveillance":
        return [(_FIRST, _LAST, "no_interference", None)]
    own = sorted(
        (rule for rule in rules() if rule.body_class == body_class and technology in rule.measures),
        key=lambda rule: rule.first,
    )
    if not own:
        return [(_FIRST, _LAST, "not_researched", None)]
    spans, begin = [], _FIRST
    for rule in own:
        if rule.first > begin:
            spans.append((begin, rule.first - _DAY, "no_text_for_date", None))
        spans.append((rule.first, rule.last, rule.outcome, rule))
        begin = rule.last if rule.last == _LAST else rule.last + _DAY
    if own[-1].last < _LAST:
        spans.append((begin, _LAST, "no_text_for_date", None))
    return spans


def grounds(
    rule: Rule | None,
    begin: datetime.date,
    end: datetime.date,
    provisions: pd.DataFrame,
    reformed: pd.Series,
) -> dict:
    """Return what an answer rests on: the columns of `Powers.frame` from ``contested`` on.

    Parameters
    ----------
    rule : Rule or None
        None if no rule answers.
    begin, end : datetime.date
        The days for which it answers. They are stale from the day after the text that was read, if the law was
        reformed since.
    provisions : pandas.DataFrame
        The clean table of that name, by provision.
    reformed : pandas.Series
        Day of the last reform, by law.
    """
    if rule is None:
        return {"contested": False, "first_day_verified": True, "stale_from": None, "provisions": "", "read": ""}
    old = rule.text_of is not None and rule.law in reformed.index and reformed[rule.law].date() > rule.text_of
    stale = max(rule.text_of + _DAY, begin) if old and end > rule.text_of else None
    read = dict.fromkeys(provisions.loc[list(rule.provisions), "read"])
    return {"contested": rule.contested, "first_day_verified": rule.first_day_verified, "stale_from": stale,
            "provisions": ", ".join(rule.provisions), "read": " ".join(read)}  # fmt: skip
