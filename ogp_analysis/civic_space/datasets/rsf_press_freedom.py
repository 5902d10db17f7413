"""World Press Freedom Index of Reporters Without Borders, one export an edition, 2002-2026.

Three methods, never to be chained: penalty points to 2012 (lower is freer), a score of 0 to 100 from 2013
(exported as 100 less the published penalty, higher is freer) and another from 2022 on five contexts (higher
is freer). There is no edition 2011. The index of a year reflects the year before it.

References
----------
Reporters Without Borders, Methodology used for compiling the World Press Freedom Index: to 2012, 2013 to
2021, and from 2022.
"""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import schemas
from ogp_analysis.civic_space.datasets import rsf_scores
from ogp_analysis.civic_space.datasets.units import UNIT_COLUMNS, named_alike
from ogp_analysis.tidy.country_year import known, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but, set_aside

CODES = {"CTU": "XNC", "XKO": "XKX", "USA2": "USA", "ISR1": "ISR"}
#: Rows that are not a country or territory, and the rule that sets each aside.
ASIDE = {
    "USA1": "conduct_abroad",  # the United States outside their territory
    "USA_I": "conduct_abroad",  # the United States in Iraq
    "ISR2": "conduct_abroad",  # Israel outside its territory
    "ISR3": "conduct_abroad",  # Israel in the occupied territories
    "XCD": "group_of_states",  # Organisation of Eastern Caribbean States
    "CSS": "group_of_states",  # the same, from 2023
}
LAST_ENCODED_TWICE = 2021
#: The edition that is not named by its year; there is no edition of 2011.
TWO_YEARS = {"2011-12": 2012}
_OLD = {"rank": "Rank N", "score": "Score N", "en": "EN_country", "es": "ES_country"}
_NEW = {"rank": "Rank", "en": "Country_EN", "es": "Country_ES"}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one edition, which is one file and one chunk, into the table ``country_year``.

    Grain: one country or territory in one edition. Lost decimal points are put back by the order of the
    ranks, see :mod:`~ogp_analysis.civic_space.datasets.rsf_scores`; every value that changes is on the
    record. Ranks count the rows set aside too.

    Raises
    ------
    CleaningError
        If a column or an edition is unknown, code and name denote different units, or a score cannot be
        read so that it fits its rank.
    UnknownName
        If a code is not in the register.
    """
    # The header changed in 2022, and that of the score every year since.
    columns = _OLD
    if "Rank N" not in chunk.columns:
        headed = [name for name in chunk.columns if name == "Score" or (name[:6] == "Score " and name[6:].isdigit())]
        columns = _NEW | {"score": headed[0] if len(headed) == 1 else "Score"}
    require(chunk, ("ISO", "Year (N)", *columns.values()))
    written = chunk["Year (N)"].unique()
    named_by_year = [text for text in written if re.fullmatch(r"20\d{2}", text) and text not in ("2011", "2012")]
    editions = {text: int(text) for text in named_by_year} | TWO_YEARS
    found = known(chunk, "Year (N)", editions).unique()
    if len(found) != 1:
        raise CleaningError(
            str(chunk[FILE].iloc[0]),
            f"holds {len(found)} editions, but ranks are read one edition at a time",
            "Split it into one file per edition",
        )
    year = editions[found[0]]
    scores, entries = rsf_scores.scores(chunk, columns, year)
    # The English names have no accents that could be lost.
    raw = chunk[columns["es"]]
    names = raw.map(decoded_once) if year <= LAST_ENCODED_TWICE else raw
    names, repaired = names.str.strip(), changed(chunk, columns["es"], names, "names_encoded_twice")
    aside, code = chunk["ISO"].isin(ASIDE), chunk["ISO"].map(lambda text: CODES.get(text, text))
    kept = chunk[[columns["en"], FILE, LINE]].assign(ISO=code)[~aside]
    table = pd.DataFrame({
        **named_alike(kept, "ISO", columns["en"], [year] * len(kept)),
        "country_name": chunk[columns["en"]].str.strip(),
        "country_name_es": names,
        "edition": chunk["Year (N)"],
        "year": year,
        "rank": chunk[columns["rank"]],
        "method": rsf_scores.method(year),
        **scores,
    })[~aside]  # fmt: skip
    entries += [repaired, changed(chunk, "ISO", code, "rsf_code"),
                *(set_aside(chunk, chunk["ISO"] == one, rule, "ISO") for one, rule in ASIDE.items())]  # fmt: skip
    return Cleaned({"country_year": table}, kept_but(chunk, *entries))


def decoded_once(text: str) -> str:
    """Return text that was encoded in UTF-8 twice as it was before; other text as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


(SCHEMA,) = schemas(toml(__file__, "rsf_press_freedom.toml"), UNIT_COLUMNS, method=tuple(rsf_scores.METHODS))

INPUT = Input("rsf_press_freedom", "exports-2002-2026", "rwb*.csv")
#: One edition by the method of 2022 on; those before it are known.
EDITION = Layout(
    "edition",
    required=("ISO", "Year (N)", *_NEW.values(), *(one for _, *pair in rsf_scores.CONTEXTS.values() for one in pair)),
    optional=("Situation", "Zone", "Country_FR", "Country_PT", "Country_AR", "Country_FA", "Rank N-1",
              "Rank evolution", "Score N-1", "Score evolution"),
    further=r"Score( \d+)?",
    like=INPUT,
    continues=True,
    version=r"(20\d\d)",
    last="Year (N)",
)  # fmt: skip

DATASET = Dataset(
    name="rsf_press_freedom",
    title="World Press Freedom Index by country and edition, 2002-2026, three methods",
    inputs=(INPUT,),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(EDITION,),
    invariants=Invariants(
        unsummed={
            "year": "read from the edition",
            "rank": "named differently by edition, and rows set aside have ranks",
            **dict.fromkeys(
                (c.name for c in SCHEMA.columns if c.type == "number"),
                "the exports of 2022 on have lost the decimal mark; see the cleaner",
            ),
        },
    ),
)
