"""Which methods awards were made by: by number and by amount, each with its denominator."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, share
from ogp_analysis.display.figure import Figure, captioned, drawable, drawing
from ogp_analysis.display.result import Parts
from ogp_analysis.display.rows import RowChart, bars
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.labels import MILLION, coded, headings, in_words
from ogp_analysis.statistics.rates import Proportion, counted, proportion
from ogp_analysis.statistics.result import Result
from ogp_analysis.statistics.shares import Carrier, carrier, share_values

METHODS = ("open", "limited", "direct", "other")
#: Fewest contracts of a year whose shares are drawn.
FEWEST = 10
#: Fill of each method, from light to dark so that it is read in grey, too.
_FILLS = {"open": "region", "limited": "review", "direct": "own", "other": "dots"}


@dataclass(frozen=True)
class MethodShare:
    """One method in one group.

    Attributes
    ----------
    group, method : str
    number : Proportion
        Awards by the method, of those whose method is stated.
    amount, of_amount : float
        What they amount to, and what all of those whose method is stated do.
    amounts : int
        How many amounts are in the first sum.
    carried : Carrier or None
        The one contract that carries the sum of all methods.
    amount_without, count_without : float, int
        Amount and number of awards without that contract; the whole if none carries the sum.
    """

    group: str
    method: str
    number: Proportion
    amount: float
    of_amount: float
    amounts: int
    carried: Carrier | None
    amount_without: float
    count_without: int

    @property
    def amount_share(self) -> float | None:
        """`amount` / `of_amount`; None if nothing is summed. It has no interval: it is a sum, led by its largest."""
        return self.amount / self.of_amount if self.of_amount > 0 else None

    @property
    def largest_share(self) -> float | None:
        """Share of the one contract that carries the sum; None if none does."""
        return self.carried.share if self.carried else None

    @property
    def amount_share_without(self) -> float | None:
        """The same without the one contract that carries the sum; None if none does."""
        return self.amount_without / self.carried.rest if self.carried else None

    @property
    def number_share_without(self) -> float | None:
        """Share by number without that contract; None if none carries the sum."""
        return self.count_without / (self.number.n - 1) if self.carried else None


@dataclass(frozen=True, kw_only=True)
class MethodMix(Result):
    """Methods by group.

    Attributes
    ----------
    by : str
        Column of the groups; ``"all"`` if there is one.
    shares : tuple of MethodShare
        By group in order, and by :data:`METHODS`.
    untold : dict of str to int
        Awards of each group whose method is not published; they are in no denominator.
    at_random : bool
        Whether the awards were drawn at random, so that shares by number have an interval.
    currency : str
        ISO 4217 code of the amounts; empty if it is not named.
    whole : MethodMix or None
        All awards as one group; None if that is what the result is.
    otherwise : int
        Awards whose method is read otherwise than it is coded.
    years : tuple of int
        First and last year that the title of the publication names; what it holds of others is not drawn.
    """

    by: str
    shares: tuple[MethodShare, ...]
    untold: dict[str, int]
    at_random: bool
    currency: str = ""
    whole: MethodMix | None = field(default=None, repr=False)
    otherwise: int = 0
    years: tuple[int, ...] = ()

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: in each group the methods hold every award once, and every amount once."""
        yield from super().contradictions()
        for group in self.untold:
            parts = [one for one in self.shares if one.group == group]
            counted, summed = sum(one.number.count for one in parts), math.fsum(one.amount for one in parts)
            if any(one.number.n != counted for one in parts):
                yield f"has {counted} awards by method, but {parts[0].number.n} in all, in {group}"
            if any(not math.isclose(one.of_amount, summed, rel_tol=1e-9) for one in parts):
                yield f"has {summed:.12g} by method, but {parts[0].of_amount:.12g} in all, in {group}"

    def of(self, method: str, group: str = "all") -> MethodShare:
        """Return one method in one group."""
        return next(one for one in self.shares if (one.group, one.method) == (group, method))

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per group and method: counts and shares by number and by amount, with their denominators.

        ``largest_share`` and ``amount_share_without`` are there where one contract carries the sum of the group.
        """
        columns = "group method count n share low high amount amounts amount_share largest_share amount_share_without"
        rows = [
            (one.group, one.method, *one.number.cells[:5], one.amount, one.amounts, one.amount_share,
             one.largest_share, one.amount_share_without, self.untold[one.group])
            for one in self.shares
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=[*columns.split(), "untold"])
        return frame.astype(dict.fromkeys(["share", "low", "high", *frame.columns[-4:-1]], "float64"))

    def answer(self) -> Parts:
        """Say how many awards of all were made directly, by number and by amount, and how many methods we read so."""
        mix = self.whole or self
        if not mix.n:
            return Parts([say("procurement.glance.method", role="finding", case="not_stated")])
        direct = mix.of("direct")
        case, values = "no_amount", share_values(direct.number, "direct")
        if direct.amount_share is not None:
            case, values = "with_amount", values | {"amount_share": share(direct.amount_share, 1)}
        if direct.carried is not None:
            case, values["largest_share"] = "carried", share(direct.carried.share)
            values["amount_share_without"] = share(direct.amount_share_without, 1)
        case += "_drawn" if self.at_random else ""
        parts = Parts([say("procurement.glance.method", role="finding", case=case, **values)])
        if self.otherwise:
            values = {"otherwise": count(self.otherwise), "n": count(mix.n)}
            parts += (say("procurement.glance.otherwise.text", role="scope", **values),)
        return parts

    def text(self) -> Parts:
        """Say how many awards of all have no published method, and how many another one."""
        mix, parts = self.whole or self, Parts()
        if untold := mix.untold["all"]:
            parts += (say("procurement.methods.untold", untold=count(untold)),)
        if mix.n and (other := mix.of("other").number.count):
            parts += (say("procurement.methods.other", other=count(other)),)
        return parts

    @property
    def drawn(self) -> tuple[str, ...]:
        """The groups that are drawn beside all: not years that are left over, or of fewer than :data:`FEWEST` awards.

        Where one year is left of several it is no comparison, and is not drawn.
        """
        sizes = {one.group: one.number.n for one in self.shares}
        if self.by != "year":
            return tuple(sizes) if self.by != "all" else ()
        first, last = self.years or (0, 9999)
        kept = [group for group, n in sizes.items() if first <= int(group) <= last and n >= FEWEST]
        return tuple(kept) if len(kept) > 1 or len(sizes) == 1 else ()

    def plot(self, ax=None) -> Figure | Parts:
        """Draw how awards spread over methods, by number and by amount, in all and by group.

        Where one contract carries the amount of all, a row of its own leaves it out. Beside each bar stands how many
        awards it is of; years that are not drawn are counted in the caption.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return _bars(self.whole or self, self, ax=ax) if (self.whole or self).n else Parts()

    def table(self) -> Table | Parts:
        """Return the methods of each group by number, with interval if drawn at random, and by amount in millions.

        The kind beside open calls, invitations and direct awards has rows only if some contract is of it. Where one
        contract carries the amount of a group, the shares without it stand beside those with it.
        """
        if not self.n or not self.shares:
            return Parts()
        frame = self.frame
        if not frame.loc[frame["method"] == "other", "count"].any():
            frame = frame[frame["method"] != "other"].reset_index(drop=True)
        frame = in_words(frame, "method").assign(group=[_group_name(self.by, group) for group in frame["group"]])
        bounds = ("low", "high") if self.at_random else ()
        columns = headings("group", "method", count="contracts", n="of")
        columns |= {name: Heading(name, "share", 1) for name in ("share", *bounds)}
        columns |= headings(amount="millions", amount_share="amount_share")
        if frame["amount_share_without"].notna().any():
            columns |= headings("largest_share", "amount_share_without")
        amounts = int(frame["amounts"].sum())
        caption = sentence(f"procurement.table.methods_{self.by}", currency=self.currency, n=count(self.n),
                           amounts=count(amounts), lacking=count(self.n - amounts))  # fmt: skip
        return table(f"methods_by_{self.by}", caption, frame.assign(amount=frame["amount"] / MILLION), columns)


def _group_name(by: str, group: str) -> str:
    if by == "all":
        return word("procurement.all")
    return coded("category", group) if by == "category" else group


@drawing
def _bars(whole: MethodMix, groups: MethodMix):
    rows = [(_group_name("all", "all"), whole.of("direct").number.n, *_shares(whole, "all"))]
    if whole.of("direct").carried:
        of = [whole.of(method) for method in METHODS]
        without = [one.number_share_without for one in of], [one.amount_share_without for one in of]
        rows.append((word("procurement.figure.methods.without"), whole.of("direct").number.n - 1, *without))
    drawn = groups.drawn
    rows += [(_group_name(groups.by, group), groups.of("direct", group).number.n, *_shares(groups, group))
             for group in drawn]  # fmt: skip
    rows = [row for row in rows if None not in row[2]]
    drawable(rows, "methods")
    direct, key = whole.of("direct"), "procurement.figure.methods"
    alone = "" if drawn else "_alone"
    values = {"direct": share(direct.number.share)}
    case = "_no_amount"
    if direct.amount_share is not None:
        case, values["amount"] = "", share(direct.amount_share, 1 if direct.carried else 0)
    if direct.carried:
        case, values["without"] = "_carried", share(direct.amount_share_without, 1)
        values["largest_share"] = share(direct.carried.share)
    values |= {"by": word(f"procurement.by.{groups.by}")} if drawn else {}
    caption = sentence(f"{key}.caption{'_carried' if direct.carried else ''}{alone}", n=count(whole.n), **values)
    left_out = _left_out(groups)
    kind = "carried" if direct.carried else "amount" if "amount" in values else "number"
    title = sentence(f"{key}.title", case=kind, **values)
    caption = " ".join([caption.plain(), *left_out])
    alt, title = sentence(f"{key}.alt{case}{alone}", **values).plain(), title.plain()
    shown = [m for m in METHODS if m != "other" or whole.of(m).number.count]
    keys = [(word(f"procurement.method.{m}"), "s", _FILLS[m]) for m in shown]
    left, right = (word(f"procurement.figure.methods.{side}") for side in ("left", "right"))
    # Two bars a row: by number of contracts, and by amount where amounts are known.
    lines = [
        (label if stack is by_number else "", f"{n:,}" if stack is by_number else "", stack)
        for label, n, by_number, by_amount in rows
        for stack in (by_number, by_amount)
        if None not in stack
    ]

    def notes(narrow: bool) -> list[str]:
        return [(f"n = {n}" if narrow else f"{n} {left}") if n else right for _, n, _ in lines]

    ends = np.cumsum([stack for *_, stack in lines], axis=1)
    starts = np.column_stack([np.zeros(len(lines)), ends[:, :-1]])
    marks = [bars(starts[:, at], ends[:, at], _FILLS[method], 16) for at, method in enumerate(METHODS)]
    chart = RowChart([name for name, *_ in lines], notes, marks, (0, 1), keys=keys)
    return captioned("methods", key, values, chart, "", title=title, caption=caption, alt=alt)


def _left_out(groups: MethodMix) -> list[str]:
    """Return what is said of years that are not drawn: those left over from others, and those of few contracts."""
    if groups.by != "year":
        return []
    sizes = {one.group: one.number.n for one in groups.shares if one.group not in groups.drawn}
    first, last = groups.years or (0, 9999)
    over = {year: n for year, n in sizes.items() if not first <= int(year) <= last}
    few = {year: n for year, n in sizes.items() if year not in over and n < FEWEST}
    cases = [(case, those) for case, those in (("over", over), ("few", few)) if those]
    return [
        sentence("procurement.figure.methods.left_out", case=case, n=count(sum(those.values())),
                 years=", ".join(those), fewest=count(FEWEST)).plain()
        for case, those in cases
    ]  # fmt: skip


def _shares(mix: MethodMix, group: str) -> tuple[list[float | None], list[float | None]]:
    of = [mix.of(method, group) for method in METHODS]
    return [one.number.share for one in of], [one.amount_share for one in of]


def method_mix(
    awards: pd.DataFrame,
    by: str = "all",
    at_random: bool = False,
    currency: str = "",
    otherwise: int = 0,
    years: tuple[int, ...] = (),
) -> MethodMix:
    """Return how awards spread over methods.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``method`` (of :data:`METHODS`, or missing), ``value`` (amounts in one currency, missing where not counted).
    by : str
        Column of groups; ``"all"`` for all as one.
    at_random : bool
        Whether the awards were drawn at random: then the shares by number have Wilson's interval, which says what they
        may be among all awards there are. Else they are counts and have none.
    currency : str
        ISO 4217 code of the amounts, as the table names it.
    otherwise, years
        As in :class:`MethodMix`.

    Raises
    ------
    ModelError
        If a column is absent.
    """
    grouped = by != "all"
    for name in ("method", "value", *((by,) if grouped else ())):
        if name not in awards.columns:
            raise ModelError("method mix", f"column {name!r} is absent", "Name a column of the awards")
    labels = awards[by] if grouped else pd.Series("all", index=awards.index)
    groups = sorted(labels.dropna().unique(), key=lambda label: (str(type(label)), label))
    shares = []
    for group in groups:
        rows = awards[labels == group]
        told = rows[rows["method"].notna()].reset_index(drop=True)
        whole, _ = _sum(told["value"])
        carried = carrier(told["value"])
        others = told["value"].drop(carried.label) if carried else told["value"]
        for method in METHODS:
            own = told["method"] == method
            amount, summed = _sum(told.loc[own, "value"])
            of_others = own.reindex(others.index)
            without, left = _sum(others[of_others])[0], int(of_others.sum())
            of = int(own.sum()), len(told)
            number = proportion(*of) if at_random else counted(*of)
            shares.append(MethodShare(str(group), method, number, amount, whole, summed, carried, without, left))
    return MethodMix(
        estimates=tuple(one.number.as_term(f"{one.group}:{one.method}") for one in shares),
        n=int(awards["method"].notna().sum()),
        by=by,
        shares=tuple(shares),
        untold={str(group): int(awards.loc[labels == group, "method"].isna().sum()) for group in groups},
        at_random=at_random,
        currency=currency,
        whole=method_mix(awards, "all", at_random, currency) if grouped else None,
        otherwise=otherwise,
        years=years,
        note="counted" if shares else "no_data",
        method="wilson" if at_random else "count",
        references=("wilson_1927",) if at_random else (),
    )


def _sum(values: pd.Series) -> tuple[float, int]:
    known = values.dropna()
    return math.fsum(known), len(known)
