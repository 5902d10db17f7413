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
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, ParameterError
from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.store import hand_out
from ogp_analysis.surveillance.contracts import Buyer, buyers_named, by_id

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


#: The last day to which the texts in force were looked at: from the next on, an answer has to be checked.
CHECKED_TO = datetime.date.fromisoformat(_facts()["checked_to"])
#: Texts that have not been read yet: ``text``, the days ``from`` and ``to`` as far as the files say, and the code of
#: what each would answer. No answer rests on one of them.
UNREAD = tuple(_facts()["unread"])


def powers(
    buyer: str | Iterable[str] | None = None,
    technology: str | None = None,
    on: str | datetime.date | None = None,
    edition: str = "embedded",
) -> pd.DataFrame:
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
    pandas.DataFrame
        One row per buyer, technology and span of days; of one date, one row per buyer and technology: ``buyer`` (id, or
        the name asked for), ``name, buyer_class, technology, valid_from, valid_to`` (missing: without bound),
        ``outcome``, ``control`` (who must authorise; empty where no text read provides the measure), ``contested`` (the
        buyer claims the power elsewhere), ``first_day`` (how it is known; missing without a rule), ``stale_from`` (from
        this day on the law may read differently), ``provisions, read, caveats`` (what it rests on, and what was read of
        them). What the codes mean stands in ``powers_mexico.toml``.

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
    >>> ogp.surveillance.powers("Fiscalía General de la República", "interception", "2019")["outcome"].item()
    'provided'
    >>> ombudsman = "Procuraduría de la Defensa del Contribuyente"
    >>> ogp.surveillance.powers(ombudsman, "interception", "2018")["outcome"].item()
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
    return frame


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
    """Return what an answer rests on: the columns of :func:`powers` from ``control`` on.

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
        nothing = dict.fromkeys(("control", "provisions", "read", "caveats"), "")
        return nothing | {"contested": False, "first_day": None, "stale_from": None}
    old = rule.text_of is not None and rule.law in reformed.index and reformed[rule.law].date() > rule.text_of
    last = rule.text_of if old else CHECKED_TO
    own = read.loc[list(rule.provisions)]
    return {
        "control": rule.control,
        "contested": rule.contested,
        "first_day": rule.first_day,
        "stale_from": max(last + _DAY, begin) if end > last else None,
        "provisions": ", ".join(rule.provisions),
        "read": " ".join(dict.fromkeys(own["read"])),
        "caveats": " ".join(dict.fromkeys(own["caveat"].dropna())),
    }
