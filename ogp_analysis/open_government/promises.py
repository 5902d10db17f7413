"""What starred commitments, and all of Mexico's, promised: one line each, in our own words.

The publisher's titles and texts are not passed on; the lines are those of ``ogp_commitment_descriptions``. A commitment
without a line is counted, and stands in other tables by its theme, number and link.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base import countries
from ogp_analysis.base.countries import known
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.sentence import count, counts
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.data.store.hand_out import load
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Heading, Table, table

#: The rule in force, by which the stars are fewest.
CURRENT = "current"


@dataclass(frozen=True)
class Promises(Shown):
    """What commitments promised, one line each.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per commitment that has a line, those of the newest plans first: the columns of the clean table,
        ``rules`` (by which it is starred, joined by a blank) and the line as ``en`` and ``es``.
    rows : int
        Commitments that were looked at.
    starred, current : int
        Of them, those with a published star under any rule, and under the rule in force.
    judged : int
        Of them, those with a published verdict under a rule, starred or not.
    years : tuple of int
        First and last year in which their plans were submitted; empty if there is no commitment, or none has a year.
    country : str or None
        Alpha-3 code, if they are of one country.
    """

    frame: pd.DataFrame = field(repr=False)
    rows: int
    starred: int
    current: int
    judged: int
    years: tuple[int, ...]
    country: str | None

    @property
    def place(self) -> str:
        """Whose commitments they are, as it stands in a sentence in the reader's language."""
        return countries.country(self.country).in_text if self.country else word("commitments.everywhere")

    def text(self) -> Parts:
        """Say how many commitments are starred, and how many have a line."""
        if not self.years:
            return Parts()
        case = "of_a_country" if self.country else "some"
        if self.frame.empty:
            case = "without_lines" if self.starred else "none"
        return Parts.of(
            say(
                "commitments.promises.coverage",
                case=case,
                place=self.place,
                years="–".join(map(str, dict.fromkeys(self.years))),
                **counts(rows=self.rows, starred=self.starred),
                **counts(current=self.current, judged=self.judged, lines=len(self.frame)),
            )
        )

    def table(self) -> Table | Parts:
        """Return the lines of a country; of all countries those with a star under the rule in force."""
        own = self.frame
        if not self.country:
            own = own[own["rules"].str.split().map(lambda rules: CURRENT in rules)]
        if own.empty:
            return Parts()
        stars = [", ".join(word(f"commitments.star.{rule}") for rule in rules.split()) for rules in own["rules"]]
        frame = one_by_one(own, own[language()]).assign(stars=[names or "not_written" for names in stars])
        if self.country:
            frame = frame.drop(columns="place")
        headings = {column: Heading(column) for column in frame.columns}
        case = "of_a_country" if self.country else "promises"
        caption = sentence("commitments.table.promises", case=case, n=count(len(frame)), place=self.place)
        return table("promises", caption, frame, headings)


def one_by_one(commitments: pd.DataFrame, promised: pd.Series) -> pd.DataFrame:
    """Return commitments as a table lists them: place, plan, number, what each promised, and its ratings in words."""
    places = zip(commitments["iso3"], commitments["unit"], strict=True)
    ratings = {"impact": commitments["potential_impact"], "completion": commitments["completion"]}
    return pd.DataFrame(
        {
            "place": [countries.country(iso3).name if isinstance(iso3, str) else unit for iso3, unit in places],
            "plan_number": commitments["plan_number"],
            "number": commitments["commitment_number"],
            "promised": promised,
            **{
                name: [word(f"commitments.rating.{v}") if isinstance(v, str) else "not_applicable" for v in values]
                for name, values in ratings.items()
            },
        }
    )


def with_lines(commitments: pd.DataFrame, descriptions: pd.DataFrame, country: str | None = None) -> Promises:
    """Return what commitments promised, for those that have a line.

    Parameters
    ----------
    commitments : pandas.DataFrame
        Clean commitments of one vintage.
    descriptions : pandas.DataFrame
        ``commitment_id, en, es``.
    country : str or None
        Alpha-3 code, if they are of one country.
    """
    starred = pd.DataFrame({rule.name: commitments[rule.published] == "starred" for rule in star_rules.RULES})
    published = commitments[[rule.published for rule in star_rules.RULES]]
    judged = published.isin(["starred", "not_starred"]).any(axis=1)
    rules = [" ".join(name for name, star in row.items() if star) for row in starred.to_dict("records")]
    own = commitments.assign(rules=rules).merge(descriptions[["commitment_id", "en", "es"]], on="commitment_id")

    def in_order(number: str) -> tuple:  # "2.10" stands after "2.9"
        parts = number.replace("_", ".").split(".")
        return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)

    own = own.assign(order=own["commitment_number"].map(in_order)).sort_values(
        ["submission_year", "unit", "plan_number", "order", "commitment_id"],
        ascending=[False, True, False, True, True],
        kind="stable",
        ignore_index=True,
    )
    known = commitments["submission_year"].dropna()
    years = (int(known.min()), int(known.max())) if len(known) else ()
    return Promises(
        own.drop(columns="order"),
        len(commitments),
        int(starred.any(axis=1).sum()),
        int(starred[CURRENT].sum()),
        int(judged.sum()),
        years,
        country,
    )


def newest_vintage(edition: str) -> str:
    """Return the newest vintage of an edition; one of commitments on parliaments alone only where there is no other."""
    vintages = load("ogp_commitments", "commitments", edition, ["vintage"])["vintage"].unique()
    return max(vintages, key=lambda one: (one != "2024_parliament", one))


def promises(place: str | None, edition: str = "embedded", *, plan: int | None = None, vintage: str = "") -> Promises:
    """Return what the starred commitments of a country, or all of Mexico's, promised, one line each.

    Parameters
    ----------
    place : str or None
        Any usual name or code of a country, a member of OGP or not; all if it is None.
    edition : str
        Which data are read, as in ``ogp.load``.
    plan : int or None
        Number of the action plan; all by default.
    vintage : str
        Version of OGP's table; by default the newest that holds commitments of every kind.

    Returns
    -------
    Promises
        Of no commitment if there is none in the vintage.

    Raises
    ------
    UnknownName
        If no country bears that name, or the table has no such vintage.

    Examples
    --------
    >>> mexico = ogp.open_government.promises("Mexico")
    >>> len(mexico.frame), mexico.starred
    (63, 4)
    >>> mexico.frame["en"][0]
    'One web address, gob.mx, to look up, complete and rate the most requested government procedures'
    """
    iso3 = None if place is None else countries.country(place).iso3
    own = load("ogp_commitments", "commitments", edition)
    vintage = known("vintage", vintage or newest_vintage(edition), sorted(own["vintage"].unique()))
    for column, value in {"vintage": vintage, "unit": iso3, "plan_number": plan}.items():
        own = own if value is None else own[own[column] == value]
    return with_lines(own.reset_index(drop=True), load("ogp_commitment_descriptions", "descriptions", edition), iso3)
