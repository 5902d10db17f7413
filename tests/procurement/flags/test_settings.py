"""Settings by country, and those that come from Cardinal's files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.base import beside
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.procurement.flags import settings as package
from ogp_analysis.procurement.flags.registry import FLAGS
from ogp_analysis.procurement.flags.settings import countries, from_ini, settings

FOLDER = Path(package.__file__).with_name("countries")


def test_every_flag_has_a_section_and_every_section_is_used():
    codes = {flag.code for flag in FLAGS}
    assert codes | {"general", "prepare"} == set(settings().sections)


@pytest.mark.parametrize("country", countries())
def test_a_country_changes_what_its_file_says_and_nothing_else(country):
    own = tomllib.loads((FOLDER / f"{country.lower()}.toml").read_text(encoding="utf-8"))
    sources = own.pop("sources")
    chosen, usual = settings(country), settings()
    for section, values in usual.sections.items():
        for name, value in values.items():
            wanted = own.get(section, {}).get(name, value)
            wanted = tuple(wanted) if isinstance(wanted, list) else wanted
            assert chosen[section][name] == wanted, (section, name)
    assert set(sources) == {n if s in ("general", "prepare") else s for s, values in own.items() for n in values}
    assert re.fullmatch("[A-Z]{3}", chosen["general"]["currency"])


@pytest.mark.parametrize("country", ["", *countries()])
def test_codes_are_translated_into_those_of_the_standard(country):
    chosen = settings(country)["prepare"]
    assert set(chosen["bid_status_codes"].values()) <= {"invited", "pending", "valid", "disqualified", "withdrawn"}
    assert set(chosen["award_status_codes"].values()) <= {"pending", "active", "cancelled", "unsuccessful"}


def test_a_country_without_a_file_has_the_defaults():
    assert settings("ZZZ").sections == settings().sections
    assert settings("mex") == settings("MEX") != settings()


def test_changes_stand_over_the_country():
    chosen = settings("MEX", {"R003": {"threshold": 20}})
    assert (chosen["R003"]["threshold"], chosen["R003"]["methods"]) == (20, ("open",))
    assert settings("MEX")["R003"]["threshold"] == 15


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"R777": {}}, "section 'R777': is not known"),
        ({"R003": {"treshold": 10}}, r"R003\.treshold: is not known\. Use one of threshold"),
        ({"R028": {"threshold": 1}}, "none: it has no settings"),
        ({"R003": {"threshold": "10"}}, "'10' is not of the kind of the default 15"),
        ({"R003": {"threshold": True}}, "True is not of the kind"),
        ({"R024": {"threshold": "fence"}}, "'fence' is not of the kind of the default 'tukey'"),
        ({"R018": {"methods": "open"}}, "'open' is not of the kind"),
        ({"prepare": {"bid_status_codes": ["a"]}}, "is not of the kind"),
        ({"prepare": {"party_roles": 1}}, "1 is not of the kind of the default False"),
    ],
)
def test_what_does_not_fit_is_refused(changes, message):
    with pytest.raises(ParameterError, match=message):
        settings(changes=changes)


def test_settings_cannot_be_changed_afterwards():
    with pytest.raises(TypeError):
        settings()["R003"]["threshold"] = 1  # type: ignore[index]


CARDINALS = beside.toml(__file__, "test_settings.toml")["CARDINALS"]


def test_a_settings_file_of_cardinal_is_understood():
    chosen, flags = from_ini(CARDINALS)
    assert flags == ("R003", "R024", "R038", "R048")
    assert chosen["general"]["currency"] == "USD"
    assert chosen["general"]["no_price_methods"] == ("Random Selection", "Lottery")
    assert chosen["general"]["excluded_methods"] == ("Exempt",)
    assert chosen["prepare"]["party_roles"] is True
    assert chosen["prepare"]["redacted_amounts"] == (0, 99999999.5)
    assert chosen["prepare"]["redacted_ids"] == ("placeholder",)
    assert chosen["prepare"]["supplier_prefix"] == "DO-RPE-"
    assert dict(chosen["prepare"]["bid_status_codes"]) == {"In Treatment": "pending"}
    assert chosen["R003"]["threshold"] == 20
    assert dict(chosen["R003"]["threshold_by_details"]) == {"Emergency": 10}
    assert chosen["R024"]["threshold"] == 0.05
    assert (chosen["R038"]["minimum_bids"], chosen["R038"]["minimum_bids_of_buyer"]) == (3, 4)
    assert chosen["R048"]["minimum_processes"] == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[modifications]\nmove_auctions = true", r"\[modifications\] move_auctions: has no counterpart here"),
        ("[R003]\nthreshold = soon", "'soon' is not a number"),
        ("[R003\n", "cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused(text, message):
    with pytest.raises(ParameterError, match=message):
        from_ini(text)
