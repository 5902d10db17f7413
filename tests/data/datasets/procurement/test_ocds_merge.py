"""Merging: the same as the reference library under the official schema, on published releases and on made-up ones."""

from __future__ import annotations

import json
from collections import defaultdict

import ocdsmerge
import ocdsmerge.rules
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement.ocds.dataset import DATASET
from ogp_analysis.data.datasets.procurement.ocds.merging import compiled, merge_rules

SCHEMA = "ocds_schema/1.1.4/release-schema.json"

pytestmark = pytest.mark.filterwarnings("ignore::ocdsmerge.exceptions.DuplicateIdValueWarning")


def plain(release: dict) -> dict:
    return json.loads(json.dumps(release))


@pytest.fixture(scope="module")
def reference(mirror):
    """Return the merge of the reference library."""
    merger = ocdsmerge.Merger(json.loads((mirror / SCHEMA).read_text("utf-8")))
    return lambda releases: plain(merger.create_compiled_release(releases))


def by_ocid(chunks: list[pd.DataFrame]) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for chunk in chunks:
        for element in chunk["element"]:
            release = json.loads(element)
            release = release.get("compiledRelease") or release
            if release.get("ocid") and release.get("date"):
                found[release["ocid"]].append(release)
    return {ocid: sorted(releases, key=lambda one: one["date"]) for ocid, releases in found.items()}


def test_the_rules_are_those_of_the_official_schema(mirror):
    schema = json.loads((mirror / SCHEMA).read_text("utf-8"))
    wanted = {"/".join(path): rule for path, rule in ocdsmerge.rules.get_merge_rules(schema).items()}
    ours = {}

    def walk(tree: dict, path: str) -> None:
        for key, rule in tree.items():
            if isinstance(rule, dict):
                walk(rule, f"{path}{key}/")
            else:
                ours[path + key] = {"omit": "omitWhenMerged", "whole": "wholeListMerge"}[rule]

    walk(merge_rules(), "")
    assert ours == wanted


@pytest.mark.parametrize("publisher", sorted(one.version for one in DATASET.inputs))
def test_merging_published_releases_equals_the_reference_library(publisher, read_ocds, reference):
    processes = by_ocid(read_ocds(publisher))
    different = [ocid for ocid, rs in processes.items() if plain(compiled(rs)) != reference(rs)]
    assert different == [] and (processes or publisher == "armenia")


ID = st.sampled_from([1, 2, None])
VALUE = st.fixed_dictionaries(
    {}, optional={"amount": st.integers() | st.none(), "currency": st.just("MXN") | st.none()}
)
ITEM = st.fixed_dictionaries(
    {}, optional={"id": ID, "quantity": st.integers() | st.none(), "additionalClassifications": st.lists(VALUE)}
)
AWARD = st.fixed_dictionaries(
    {},
    optional={
        "id": ID,
        "status": st.sampled_from(["active", None]),
        "value": VALUE,
        "items": st.lists(ITEM, max_size=3),
        "suppliers": st.lists(st.fixed_dictionaries({}, optional={"id": ID, "name": st.just("A")}), max_size=2),
    },
)
RELEASE = st.fixed_dictionaries(
    {"ocid": st.just("o"), "id": st.sampled_from("abc"), "date": st.sampled_from(["2020-01-01", "2020-01-02"])},
    optional={
        "tag": st.just(["award"]),
        "language": st.sampled_from(["es", None]),
        "tender": st.fixed_dictionaries(
            {}, optional={"value": VALUE, "submissionMethod": st.lists(st.text(max_size=1)), "items": st.lists(ITEM)}
        ),
        "awards": st.lists(AWARD, max_size=3),
        "parties": st.lists(
            st.fixed_dictionaries({}, optional={"id": ID, "roles": st.lists(st.sampled_from("xy"))}), max_size=2
        ),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(RELEASE, min_size=1, max_size=4))
def test_merging_any_releases_equals_the_reference_library(releases):
    rules = {tuple(path.split("/")): rule for rule, paths_ in RULES.items() for path in paths_}
    releases = sorted(releases, key=lambda one: one["date"])
    expected = ocdsmerge.Merger(merge_rules=rules).create_compiled_release(releases)
    assert plain(compiled(releases)) == plain(expected)


#: The rules of the schema that the made-up releases meet.
RULES = {
    "omitWhenMerged": ["id", "date", "tag"],
    "wholeListMerge": [
        "parties/roles",
        "tender/submissionMethod",
        "tender/items/additionalClassifications",
        "awards/items/additionalClassifications",
    ],
}


def test_an_identifier_as_number_and_as_text_names_one_object():
    """The reference library puts fields into one of two objects, by which release first has them."""
    releases = [{"ocid": "o", "awards": [{"id": "1", "a": 1}, {"id": 1, "b": 2}]}]
    assert compiled(releases)["awards"] == [{"id": "1", "a": 1, "b": 2}]


def test_what_is_given_is_not_changed():
    releases = [
        {"ocid": "o", "date": f"2020-0{n}", "awards": [{"id": 1, "items": [{"id": 1, "q": n}]}]} for n in (1, 2)
    ]
    before = plain({"r": releases})
    assert compiled(releases)["awards"] == [{"id": 1, "items": [{"id": 1, "q": 2}]}]
    assert {"r": releases} == before
