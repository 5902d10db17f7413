"""Joining releases as objects: the same as by the rules of the standard, or refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement.ocds import cleaner, merging
from ogp_analysis.data.datasets.procurement.ocds import merging as objects

ID = st.sampled_from(["1", "2", "3"]) | st.integers(1, 3)
VALUE = st.fixed_dictionaries({}, optional={"amount": st.integers(0, 3), "currency": st.sampled_from(["MXN", "USD"])})


def members(optional: dict, most: int = 3) -> st.SearchStrategy:
    one = st.fixed_dictionaries({"id": ID}, optional=optional)
    return st.lists(one, max_size=most, unique_by=lambda member: str(member["id"]))


ITEMS = members({"quantity": st.integers(0, 2), "unit": st.fixed_dictionaries({}, optional={"value": VALUE})})
FIRMS = members({"name": st.sampled_from("AB")}, 2)
RELEASE = st.fixed_dictionaries(
    {
        "ocid": st.just("o"),
        "id": st.sampled_from("abcdefgh"),
        "date": st.sampled_from(["2020-01-01", "2020-01-02", "2020-01-03"]),
        "tag": st.lists(st.sampled_from(["tender", "award"]), min_size=1, max_size=2, unique=True),
        "parties": st.lists(
            st.fixed_dictionaries({"id": ID, "roles": st.lists(st.sampled_from("xy"), max_size=2)}),
            min_size=1, max_size=3, unique_by=lambda one: str(one["id"]),
        ),
    },
    optional={
        "language": st.sampled_from(["es", "en"]),
        "buyer": st.fixed_dictionaries({}, optional={"id": ID, "name": st.just("B")}),
        "tender": st.fixed_dictionaries({}, optional={"value": VALUE, "items": ITEMS, "tenderers": FIRMS, "id": ID}),
        "bids": st.fixed_dictionaries({}, optional={"details": members({"value": VALUE, "tenderers": FIRMS})}),
        "awards": members({"value": VALUE, "suppliers": FIRMS, "items": ITEMS}),
        "contracts": members({"value": VALUE, "items": ITEMS, "period": st.just({"startDate": "2020-01-01"})}),
    },
)  # fmt: skip


def told(node) -> dict:
    """Return what a release says: empty lists and objects say nothing."""

    def saying(value):
        if isinstance(value, dict):
            return {k: v for k, v in ((k, saying(v)) for k, v in value.items()) if v not in (None, {}, [])}
        return [saying(one) for one in value] if isinstance(value, list) else value

    said = saying(json.loads(objects.msgspec.json.encode(node)))
    return said | {"tag": sorted(set(said["tag"]))}


def plain(node):
    """Return a node without the fields of its class that tell records."""
    return {k: v for k, v in told(node).items() if k not in ("releases", "compiledRelease", "contract")}


@settings(max_examples=400, deadline=None)
@given(st.lists(RELEASE, min_size=2, max_size=4))
def test_it_is_what_the_rules_of_the_standard_come_to_or_refused(releases):
    raws = [json.dumps(one).encode() for one in releases]
    process = cleaner.merged_process([cleaner.read(raw, 0, number) for number, raw in enumerate(raws)])
    try:
        node, order = merging.joined(raws)
    except merging.Unfit:
        assert len({(one["id"], *sorted(one["tag"])) for one in releases}) < len(releases)
        return
    assert plain(node) == plain(objects.built(process.release))
    assert order[-1] == process.statement.line
    assert sorted(order[:-1]) == sorted(one.line for one, _ in process.gone)


USUAL = {"ocid": "o", "id": "1", "date": "2020-01-01", "tag": ["tender"], "parties": [{"id": "B"}]}


@pytest.mark.parametrize(
    "other",
    [
        {"tag": ["compiled"]},
        {"id": "1", "tag": ["tender"]},
        {"tender": None},
        {"parties": []},
        {"date": 5},
        {"awards": [{"status": "active"}]},
        {"awards": [{"id": "a"}, {"id": "a"}]},
        {"bids": {"details": [{"id": 1, "tenderers": [{"name": "x"}]}]}},
    ],
)
def test_what_is_unusual_is_refused(other):
    with pytest.raises(merging.Unfit):
        merging.joined([json.dumps(one).encode() for one in (USUAL, USUAL | {"id": "2", "tag": ["award"]} | other)])


def test_lists_that_parents_share_stay_apart():
    items = [{"id": "1", "quantity": 1}]
    one = USUAL | {"tender": {"items": items}, "awards": [{"id": "a", "items": items}]}
    two = USUAL | {"id": "2", "date": "2020-01-02", "awards": [{"id": "a", "items": [{"id": "1", "quantity": 9}]}]}
    node, _ = merging.joined([json.dumps(release).encode() for release in (one, two)])
    assert node.tender.items[0].quantity == 1 and node.awards[0].items[0].quantity == 9
