"""Every flag, value and fence equal to those of Cardinal 0.0.8, on its fixtures, real and generated releases.

Cardinal lists what is flagged. Ours says more (clear, not computable), so what it flags must be the same set with
the same values, and its fences and the organisations involved as well.
"""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from ogp_analysis.procurement.flags.prepare import prepare
from ogp_analysis.procurement.flags.registry import compute_all
from ogp_analysis.procurement.flags.settings import from_ini, settings

#: What the values may differ by.
TOLERANCE = 1e-9
#: Cardinal writes quartiles and fences with so many decimals.
META_DECIMALS = 4
#: Flags for which Cardinal gives no number that was compared, but 1.
MARK_ONLY = {"R003", "R018", "R028", "R030", "R036"}
#: What Cardinal gives to an organisation involved in a flagged process.
MARK_OF_INVOLVED = {"R024": 0.0, "R028": 1.0, "R030": 1.0, "R035": 0.0, "R058": 0.0}
GROUPS = {
    "process": "OCID",
    "buyer": "Buyer",
    "procuring_entity": "ProcuringEntity",
    "tenderer": "Tenderer",
    "supplier": "Tenderer",
}
#: Settings that Cardinal's own tests give to all its fixtures. It makes fences of any number of values.
FIXTURE_GENERAL = {"no_price_methods": ["NPC"], "excluded_methods": ["EXC"], "fence_minimum": 0}
FIXTURES = {name: {} for name in "R003 R018 R024 R025 R028 R030 R035 R036 R038 R038-tenderer R058".split()} | {
    "R003-threshold-10": {"R003": {"threshold": 10}},
    "R003-procurement_methods-open+selective": {"R003": {"methods": ["open", "selective"]}},
    "R003-procurement_method_details-x-5-y-10": {"R003": {"threshold_by_details": {"x": 5, "y": 10}}},
    "R048-minimum_contracting_processes-1": {"R048": {"minimum_processes": 1}},
}
SETS = [f"real/{name}" for name in ("armenia", "colombia", "mx_cdmx", "mx_gacm", "mx_inai", "uk_cf", "ukraine")]
SETS.append("generated/generated")


def told(results: dict) -> dict[tuple[str, str, str], float]:
    """Return the results in Cardinal's form: group, identifier, code → value."""
    found = {}
    for result in results.values():
        code = result.flag[:4]
        for unit_id, value in result.flagged.itertuples(index=False):
            found[GROUPS[result.unit], unit_id.partition("#")[0], code] = 1.0 if code in MARK_ONLY else value
        if code in MARK_OF_INVOLVED:
            for organisation in result.involved["organisation_id"]:
                found["Tenderer", organisation, code] = MARK_OF_INVOLVED[code]
    return found


def expected(published: dict) -> dict[tuple[str, str, str], float]:
    return {
        (group, unit_id, code): math.inf if value is None else value
        for group in set(GROUPS.values())
        for unit_id, flags in published.get(group, {}).items()
        for code, value in flags.items()
    }


def assert_same(found: dict, published: dict) -> None:
    assert sorted(found) == sorted(published)
    for key, value in published.items():
        assert math.isclose(found[key], value, rel_tol=TOLERANCE, abs_tol=TOLERANCE), key


@pytest.mark.parametrize("name", FIXTURES)
def test_fixtures_are_flagged_as_cardinal_flags_them(replication, tables_of, lines_of, name):
    tables = tables_of(lines_of(replication / "fixtures" / f"{name}.jsonl"))
    published = expected(json.loads((replication / "fixtures" / f"{name}.expected").read_text(encoding="utf-8")))
    chosen = settings(changes={"general": FIXTURE_GENERAL, **FIXTURES[name]})
    assert published
    assert_same(told(compute_all(tables, chosen, [name[:4]])), published)


def test_every_fixture_is_compared(replication):
    assert sorted(path.stem for path in (replication / "fixtures").glob("*.jsonl")) == sorted(FIXTURES)


@pytest.fixture(scope="module", params=SETS)
def case(request, replication, tables_of, lines_of):
    """Settings, flags turned on, prepared tables, results, and what Cardinal published."""
    stem = replication / request.param
    chosen, names = from_ini(stem.with_suffix(".ini").read_text(encoding="utf-8"))
    tables = tables_of(lines_of(stem.with_suffix(".jsonl.gz")), apart=True)
    prepared = prepare(tables, chosen)
    results = compute_all(prepared.tables, chosen, names)
    published = json.loads(stem.with_suffix(".results.json").read_text(encoding="utf-8"))
    return stem, chosen, prepared, results, published


def test_flags_and_values_are_cardinals(case):
    _, _, _, results, published = case
    assert_same(told(results), expected(published))


def test_quartiles_and_fences_are_cardinals(case):
    _, _, _, results, published = case
    names = {"buyer": "Buyer_", "procuring_entity": "ProcuringEntity_", "tenderer": "Tenderer_"}
    found = {}
    for result in results.values():
        prefix = names[result.unit] if result.flag.startswith("R038") else ""
        for name, value in result.fences.items():
            found[result.flag[:4], prefix + name] = None if math.isnan(value) else half_up(value)
    assert found == {(code, name): v for code, meta in published["Meta"].items() for name, v in meta.items()}


def half_up(value: float) -> float:
    scaled = abs(value) * 10**META_DECIMALS
    return math.copysign(math.floor(scaled + 0.5), value) / 10**META_DECIMALS


def test_organisations_involved_are_cardinals(case):
    _, _, _, results, published = case
    maps = published["Maps"]
    for code in MARK_OF_INVOLVED:
        wanted = {(ocid, one) for ocid, ids in maps[f"ocid_tenderer_{code.lower()}"].items() for one in ids}
        assert pairs(results[code]) == wanted, code
    for unit, name in (("buyer", "ocid_buyer_r038"), ("procuring_entity", "ocid_procuringentity_r038")):
        assert pairs(results[f"R038_{unit}"]) == set(maps[name].items())


def pairs(result) -> set[tuple[str, str]]:
    ocids = result.involved["ocid"].str.replace(r"#\d+$", "", regex=True)
    return set(zip(ocids, result.involved["organisation_id"], strict=True))


def test_prepared_tables_are_cardinals_prepared_releases(case, tables_of, lines_of):
    stem, _, prepared, _, _ = case
    read, written = lines_of(stem.with_suffix(".jsonl.gz")), lines_of(stem.with_suffix(".prepared.jsonl.gz"))
    published = tables_of(in_order_of(read, written), apart=True)
    assert set(published) == set(prepared.tables)
    for name, frame in published.items():
        pd.testing.assert_frame_equal(once(prepared.tables[name]), once(frame), obj=name)


def in_order_of(read: list[dict], written: list[dict]) -> list[dict]:
    """Cardinal writes the lines in another order than it reads them; what it leaves alone puts them back."""
    left_alone = ("ocid", "id", "date", "tag", "planning", "contracts")
    by_name: dict[str, list[dict]] = {}
    for release in written:
        by_name.setdefault(json.dumps([release.get(name) for name in left_alone], sort_keys=True), []).append(release)
    names = [json.dumps([release.get(name) for name in left_alone], sort_keys=True) for release in read]
    assert sorted(names) == sorted(name for name, releases in by_name.items() for _ in releases)
    return [by_name[name].pop(0) for name in names]


def once(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave of a party that a release lists twice the last: Cardinal gives its roles to both, we leave each its own."""
    return frame.drop_duplicates(["ocid", "party_id"], keep="last") if "party_id" in frame.columns else frame
