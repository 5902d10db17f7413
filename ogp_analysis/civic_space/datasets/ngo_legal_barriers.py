"""Legal barriers to non-governmental organisations, 1990-2013: on entry, on funding, on advocacy.

References
----------
Chaudhry (2022), The Assault on Civil Society: Explaining State Crackdown on NGOs, International
Organization 76(3), data doi:10.7910/DVN/JHOGNX; as put together by Chaudhry and Heiss. Latent human
rights: Fariss (2014), American Political Science Review 108(2). Political Terror Scale: Gibney et al.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Sum, own_names
from ogp_analysis.tidy.iso_codes import agreeing
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, changed, kept_but

#: Name of the rule that writes Kosovo as the other sources do.
KOSOVO_RULE = "kosovo_code"
_WORSE = "higher is worse"
#: Sums of barriers and the ends of their scales.
SUMS = {
    "entry": ("Barriers to founding and registering", 3),
    "funding": ("Barriers to funding, above all from abroad", 4.5),
    "advocacy": ("Barriers to advocacy", 2),
    "barriers_total": ("All barriers: entry + funding + advocacy", 9.5),
}
_SHARES = {
    "entry_std": "entry as a share of its highest possible value",
    "funding_std": "funding as a share of its highest possible value",
    "advocacy_std": "advocacy as a share of its highest possible value",
}
#: The items that are coded; 0.5 stands for a barrier in part.
ITEMS = {
    "ngo_register": "NGOs must register",
    "ngo_register_burden": "Registration is burdensome",
    "ngo_register_appeal": "There is no appeal against a refused registration",
    "ngo_barrier_foreign_funds": "Registration is harder with money from abroad",
    "ngo_disclose_funds": "NGOs must disclose where their money comes from",
    "ngo_foreign_fund_approval": "Money from abroad needs approval",
    "ngo_foreign_fund_channel": "Money from abroad must pass through the state",
    "ngo_foreign_fund_restrict": "Money from abroad is restricted",
    "ngo_foreign_fund_prohibit": "Money from abroad is prohibited",
    "ngo_type_foreign_fund_prohibit": "Some kinds of NGO may not take money from abroad",
    "ngo_politics": "NGOs are restricted from politics",
    "ngo_politics_foreign_fund": "NGOs with money from abroad are restricted from politics",
}
#: What an item may be, and the line of a mark that is new.
_MARKS = ("0.0", "0.5", "1.0", "")
_NEW_MARK = '"{}" to _MARKS in ogp_analysis/civic_space/datasets/ngo_legal_barriers.py'
_RIGHTS = {"PTS": "political_terror_scale", "latent_hr_mean": "latent_hr_mean", "latent_hr_sd": "latent_hr_sd"}

_COLUMNS = ("country", "iso3", "year", *SUMS, *_SHARES, "barriers_total_std", *ITEMS, *_RIGHTS)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Clean one chunk of the panel into the table ``country_year``.

    Grain: one country in one year. Every row is kept, also the 18 without barriers. Kosovo, XKK in
    the file, becomes XKX by :data:`KOSOVO_RULE`; nothing else is changed.

    Raises
    ------
    CleaningError
        If a column is absent, a value is not a number or no code, name and code are of two
        countries, or the barriers do not add up.
    UnknownName
        If a name is that of no country.
    """
    require(chunk, _COLUMNS)
    code = chunk["iso3"].replace({"XKK": "XKX"})
    iso3 = agreeing(chunk.assign(iso3=code), "country", "iso3")
    # The total is the sum of the other three, or all are missing.
    values = {name: number(chunk, name) for name in SUMS}
    total = values["entry"] + values["funding"] + values["advocacy"]
    wrong = (total != values["barriers_total"]) & ~(total.isna() & values["barriers_total"].isna())
    if wrong.any():
        first = chunk[wrong].iloc[0]
        raise CleaningError(
            f"{first[FILE]}, column barriers_total",
            f"{int(wrong.sum())} totals are not the sum of their parts, for example {first['barriers_total']!r} in "
            f"line {first[LINE]}",
            "Correct the source row",
        )
    table = pd.DataFrame(
        {
            "iso3": iso3,
            "country_name": chunk["country"],
            "year": chunk["year"],
            **values,
            **{name: number(chunk, name) for name in (*_SHARES, "barriers_total_std")},
            **{name: known(chunk, name, _MARKS, _NEW_MARK) for name in ITEMS},
            **{name: number(chunk, raw) for raw, name in _RIGHTS.items()},
        }
    )
    return Cleaned({"country_year": table}, kept_but(chunk, changed(chunk, "iso3", code, KOSOVO_RULE)))


_CLOSED = {"redistribute": False}
SCHEMA = TableSchema(
    "country_year",
    "one country in one year",
    ("iso3", "year"),
    (
        Column("iso3", "string", "ISO 3166 alpha-3 code; XKX (Kosovo) is user-assigned", required=True),
        Column("country_name", "string", "Name as the file writes it", required=True, **_CLOSED),
        Column("year", "integer", "Calendar year", "year", minimum=1990, required=True),
        *(
            Column(name, "number", what, f"barriers, 0 to {most}", _WORSE, minimum=0, maximum=most, **_CLOSED)
            for name, (what, most) in SUMS.items()
        ),
        *(
            Column(name, "number", what, "share, 0 to 1", _WORSE, minimum=0, maximum=1, **_CLOSED)
            for name, what in _SHARES.items()
        ),
        Column("barriers_total_std", "number", "Sum of the three shares", "0 to 3", _WORSE, minimum=0, maximum=3,
               **_CLOSED),
        *(
            Column(name, "number", f"{what}; 0 no, 1 yes, 0.5 in part", "0 to 1", _WORSE, minimum=0, maximum=1,
                   **_CLOSED)
            for name, what in ITEMS.items()
        ),
        Column("political_terror_scale", "integer", "Political Terror Scale: violations of physical integrity",
               "ordinal, 1 to 5", _WORSE, minimum=1, maximum=5, **_CLOSED),
        Column("latent_hr_mean", "number", "Latent protection of human rights, mean of the posterior",
               "interval, z-like", "higher is freer", minimum=-6, maximum=6, **_CLOSED),
        Column("latent_hr_sd", "number", "Standard deviation of latent_hr_mean", "units of latent_hr_mean", minimum=0,
               **_CLOSED),
    ),
    left_alone="Rows without barriers are kept. The Gleditsch and Ward number of the state is not taken over. The law "
    "as written is coded, not its use. The panel ends in 2013",
)  # fmt: skip

INPUT = Input("ngo_legal_barriers", "2013", "ngo_legal_barriers_1990_2013.csv")
BARRIERS = Layout("barriers", required=_COLUMNS, optional=("gwcode",), like=INPUT, last="year")

DATASET = Dataset(
    name="ngo_legal_barriers",
    title="Legal barriers to civil-society organisations by country and year, 1990-2013",
    inputs=(INPUT,),
    clean=clean,
    schemas=(SCHEMA,),
    layouts=(BARRIERS,),
    invariants=Invariants(
        sums=(*own_names(SCHEMA, ("political_terror_scale",)), Sum("country_year", "political_terror_scale", ("pts",))),
    ),
)
