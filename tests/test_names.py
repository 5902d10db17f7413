"""What takes a country, a region, an indicator or a dataset knows its code and names, or says what is near."""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import known
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.front_door import public_names
from ogp_analysis.civic_space.panel import Panel

#: Of each kind: code, names in English and Spanish, a name that nobody knows, and what is near to it.
COUNTRY = ("MEX", "Mexico", "México", "Mexco", "Mexico")
REGION = (
    "latin_america_caribbean", "Latin America and the Caribbean", "américa latina y el caribe", "latin_america",
    "latin_america_caribbean",
)  # fmt: skip
INDICATOR = ("v2xcs_ccsi", "Core civil society", "sociedad civil (indice central)", "v2xcs_csi", "v2xcs_ccsi")
DATASET = (
    "ogp_process", "How OGP action plans were consulted and followed up, July 2016", "OGP PROCESS", "ogp_proces",
    "ogp_process",
)  # fmt: skip
REGIME = ("ert_regime", "Regime type (ERT)", "tipo de regimen (ert)", "ert_regim", "ert_regime")
CONTRACTS = ("compranet_2017", "Compranet 2017", "COMPRANET-2017", "compranet_201", "compranet_2017")


@cache
def panel() -> Panel:
    return ogp.panel(["v2xcs_ccsi", "v2x_polyarchy_v15"], 2013, 2023)


def drawn(id: str, figure: str) -> str:
    """Draw an indicator, asked for by any name, from rows of its own."""
    own, series = panel().own("v2xcs_ccsi", "MEX"), panel().series("v2xcs_ccsi")
    medians = series.groupby("year")["value"].median().rename("median").reset_index()
    if figure == "country_series":
        members, history = pd.DataFrame(columns=["year", "q1", "q3", "n"]), ogp.open_government.timeline("MEX")
        made = ogp.civic_space.country_series(
            own,
            medians,
            members,
            history,
            name="drawn",
            indicator=id,
            place=ogp.country("MEX"),
            title=ogp.say("Mexico"),
        )
    else:
        made = ogp.civic_space.synthetic_path(fit(), id=id, place=ogp.country("ESP"), title=ogp.say("Spain after 2017"))
    return made.caption


@cache
def fit():
    europe = ogp.panel("v2xcs_ccsi", 2013, 2023, region="western_europe_north_america")
    frame = europe.frame.dropna(subset=["v2xcs_ccsi"])
    asked = {"outcome": "v2xcs_ccsi", "unit": "iso3", "time": "year", "treated": "ESP", "event": 2018}
    return ogp.statistics.synthetic_control(frame, **asked, unbalanced="drop")


WINDOW = {"first": 2013, "last": 2023}


def moves() -> pd.Series:
    return panel().change("v2xcs_ccsi", 2013, 2023)["difference"]


@cache
def inai() -> pd.DataFrame:
    return ogp.procurement.contracts("ocds_mexico_inai").frame


def spread(**of):
    values = dict.fromkeys(("p10", "q1", "median", "q3", "p90"), 0.5)
    frame = pd.DataFrame([{"year": year, **values, "n": 3} for year in (2013, 2023)])
    return ogp.civic_space.distribution_by_year(frame, name="spread", **{"id": "v2xcs_ccsi", "region": "world"} | of)


def changed(id: str):
    of = {"name": "moved", "place": ogp.country("MEX"), **WINDOW}
    return ogp.civic_space.change_among_countries(moves(), id=id, **of)


def rated(id: str) -> pd.DataFrame:
    rows = pd.DataFrame({"unit": ["MEX"], "year": [2023], "value": [2.0], "segment": [0]})
    return ogp.civic_space.categorised(rows, id)


OTHER = "v2x_polyarchy_v15"
ENDS = {"low": -1.0, "high": 1.0, "band_low": -2.0, "band_high": 2.0, "excludes_zero": False, "main": True}
EFFECTS = pd.DataFrame([{"when": when, "estimate": 0.0, **ENDS, "n": 3} for when in (-2, 0)])
PARTS = ("title", "about", "caption", "alt")
SAID = {"name": "drawn", "last": 2023, "texts": dict.fromkeys(PARTS, ogp.say("Joining"))}
#: By function or method and parameter: what is asked, and a call.
CALLS = {
    ("country", "text"): (COUNTRY, ogp.country),
    ("indicator", "id"): (INDICATOR, ogp.indicator),
    ("has", "dataset"): (DATASET, lambda x: ogp.has(x, "process")),
    ("load", "dataset"): (DATASET, ogp.load),
    ("record", "dataset"): (DATASET, ogp.record),
    ("panel", "indicators"): (INDICATOR, lambda x: ogp.panel(x, 2020, 2021).frame),
    ("panel", "region"): (
        REGION, lambda x: ogp.panel("v2xcs_ccsi", 2020, 2021, region=x).frame),
    ("civic_space.change_among_countries", "id"): (INDICATOR, lambda x: changed(x).caption),
    ("civic_space.event", "place"): (COUNTRY, lambda x: ogp.civic_space.event(x, "2017-06-19")),
    ("civic_space.categorised", "id"): (REGIME, rated),
    ("civic_space.distribution_by_year", "id"): (INDICATOR, lambda x: spread(id=x).caption),
    ("civic_space.distribution_by_year", "region"): (REGION, lambda x: spread(region=x).caption),
    ("civic_space.country_series", "indicator"): (INDICATOR, lambda x: drawn(x, "country_series")),
    ("civic_space.synthetic_path", "id"): (INDICATOR, lambda x: drawn(x, "synthetic_path")),
    ("civic_space.specification_curve", "id"): (
        INDICATOR, lambda x: ogp.civic_space.specification_curve(
            EFFECTS, {"n": {3: {"en": "3"}}}, headings={"n": {"label": {"en": "n"}}}, id=x, **SAID).alt),
    ("open_government.promises", "place"): (COUNTRY, lambda x: ogp.open_government.promises(x).frame),
    ("open_government.status", "place"): (COUNTRY, lambda x: ogp.open_government.status(x, "2018-08-01")),
    ("open_government.timeline", "place"): (COUNTRY, lambda x: ogp.open_government.timeline(x).frame),
    ("procurement.contracts", "dataset"): (CONTRACTS, lambda x: ogp.procurement.contracts(x).frame),
    ("procurement.risk_index", "place"): (
        COUNTRY, lambda x: ogp.procurement.risk_index(inai().assign(amount=inai()["value"]), x)),
    ("surveillance.documented", "place"): (COUNTRY, lambda x: ogp.surveillance.documented(x).frame),
    ("Panel.plot", "indicator"): (INDICATOR, lambda x: panel().plot(x).caption),
    ("Panel.table", "indicators"): (INDICATOR, lambda x: panel().table([x]).frame),
    ("Panel.table", "of"): (COUNTRY, lambda x: panel().table(of=x).frame),
    ("Panel.countries", "places"): (COUNTRY, lambda x: panel().countries(x).frame),
    ("Panel.change", "indicator"): (INDICATOR, lambda x: panel().change(x, 2013, 2023)),
    ("Panel.cohorts", "id"): (INDICATOR, lambda x: panel().cohorts(x).caption),
    ("Panel.asks", "ids"): (INDICATOR, lambda x: panel().asks([x])[0].frame),
    ("Panel.series", "id"): (INDICATOR, lambda x: panel().series(x)),
    ("Panel.own", "id"): (INDICATOR, lambda x: panel().own(x, "MEX")),
    ("Panel.own", "iso3"): (COUNTRY, lambda x: panel().own("v2xcs_ccsi", x)),
    ("Panel.coverage", "iso3"): (COUNTRY, lambda x: panel().coverage(x)),
    ("Panel.fixed", "id"): (INDICATOR, lambda x: panel().fixed(x)),
}  # fmt: skip
#: Names of parameters that take a country, a region, an indicator or a dataset.
TAKES = {
    "country", "countries", "place", "places", "iso3", "without", "highlight", "of", "region", "indicator",
    "indicators", "id", "ids", "asked", "outcome", "view", "outcomes", "second_measure", "dataset", "contracts",
}  # fmt: skip
#: Columns of a frame, in functions that know no subject; frames and countries, not their names, in those that draw.
OTHERS = {
    ("procurement.contracts", "rules_of"), ("procurement.risk_index", "without"), ("ogp.say", "id"), ("say", "id"),
    ("country", "place"), ("scale_free", "without"), ("figure", "view"),
    ("surveillance.detect", "contracts"),
    *((f"civic_space.{name}", taken) for taken in ("country", "region", "place")
      for name in ("change_among_countries", "country_series", "synthetic_path")),
    *((f"statistics.{name}", taken) for name in dir(ogp.statistics) for taken in ("outcome", "outcomes")),
}  # fmt: skip


def signatures() -> set[tuple[str, str]]:
    """Return every parameter, by its function, of the front door and of what takes names behind it."""
    found = {}
    for name, module in public_names().items():
        thing = getattr(import_module(module), name.rpartition(".")[2], None)
        if inspect.isfunction(thing) or inspect.isclass(thing):
            found[name] = thing
    found |= {f"Panel.{name}": made for name, made in vars(Panel).items()
              if inspect.isfunction(made) and (name == "__getitem__" or not name.startswith("_"))}  # fmt: skip
    return {(name, parameter) for name, made in found.items() for parameter in inspect.signature(made).parameters}


def test_every_parameter_that_takes_a_name_is_tried():
    asked = {pair for pair in signatures() if pair[1] in TAKES} - OTHERS
    assert asked - set(CALLS) == set()


def same(one, other) -> bool:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
        return True
    return one == other


@pytest.mark.parametrize("asked", CALLS, ids=lambda one: "-".join(one))
def test_code_and_names_are_the_same_and_a_misspelling_says_what_is_near(asked, monkeypatch):
    (code, english, spanish, wrong, near), call = CALLS[asked]
    first = call(code)
    for name in dict.fromkeys((english, spanish, code.upper())):
        assert same(call(name), first), name
    with pytest.raises(OgpAnalysisError, match=near) as refused:
        call(wrong)
    assert wrong in str(refused.value) and "\n" not in str(refused.value)


def test_a_panel_that_lacks_an_indicator_speaks_of_that_panel():
    other = ogp.panel("v2x_freexp_altinf", 2020, 2021)
    with pytest.raises(OgpAnalysisError, match="v2xcs_ccsi: is not in this panel, which holds v2x_freexp_altinf"):
        other.series("v2xcs_ccsi")


def test_a_name_that_is_near_to_nothing_says_where_all_are():
    with pytest.raises(OgpAnalysisError, match=r"fruit 'kiwi': is not known\. Use apple, pear\."):
        known("fruit", "kiwi", ["apple", "pear"])
    with pytest.raises(OgpAnalysisError, match=r"'kiwi': is not in the catalogue\. market lists them\."):
        known("fruit", "kiwi", ["apple", "pear"], of="market")
