"""The index against ProACT's own values for Malta, component by component; every difference is explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.paths import project
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.sources.raw import chunks
from ogp_analysis.procurement.risk_index import COMPONENTS, risk_index

#: The published shares are single precision numbers.
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def published(mirror) -> pd.DataFrame:
    (source,) = dataset("gti_proact_malta").inputs
    read = chunks(mirror, source.source, source.version, source.files, sidecars=project().raw)
    return cleaned(dataset("gti_proact_malta"), [(source, chunk) for chunk in read]).tables["awards"]


@pytest.fixture(scope="module")
def secrecy(mirror) -> pd.DataFrame:
    wide = pd.read_stata(mirror / "gti_proact" / "reference" / "FSI_wide_200812_fin.dta")
    long = wide.melt("iso", var_name="year", value_name="score").dropna()
    return pd.DataFrame(
        {"iso2": long["iso"], "year": long["year"].str.removeprefix("sec_score").astype(int), "score": long["score"]}
    )


@pytest.fixture(scope="module")
def ours(published, secrecy):
    awards = published.assign(year=published["award_notice_date"].dt.year, international=False)
    return risk_index(awards, "malta", secrecy)


def compared(published, ours, name) -> pd.DataFrame:
    """ProACT's value, 100 no risk, as our 1 risk; beside ours."""
    return pd.DataFrame({"theirs": 1 - published[f"published_{name}"] / 100, "ours": ours[name]})


@pytest.mark.parametrize(
    ("name", "present", "at_risk"),
    [
        ("call_for_tender", 3175, 1573),
        ("procedure_type", 3158, 26),
        ("advertisement_period", 1602, 586),
        ("decision_period", 1473, 225),
        ("tax_haven", 421, 17),
    ],
)
def test_equal_in_every_row_present_or_missing(published, ours, name, present, at_risk):
    both = compared(published, ours, name)
    assert (int(both["theirs"].notna().sum()), int((both["theirs"] == 1).sum())) == (present, at_risk)
    np.testing.assert_allclose(both["ours"], both["theirs"], atol=TOLERANCE, rtol=0)


def test_single_bids_differ_only_where_the_count_is_of_the_tender(published, ours):
    """ProACT scores the count of the lot and exports that of the tender where the lot has none: 33 rows, all 1 bid."""
    both = compared(published, ours, "single_bid")
    known = both["theirs"].notna()
    assert int(known.sum()) == 3142 and int((both["theirs"] == 1).sum()) == 490
    assert (both.loc[known, "ours"] == both.loc[known, "theirs"]).all()
    assert set(published.loc[~known, "n_bids"]) == {1} and int((~known).sum()) == 33


def test_shares_differ_in_one_row_whose_year_is_not_published(published, ours):
    """ProACT goes by the year of the tender, which it does not export; the award notice has another year once."""
    both = compared(published, ours, "supplier_share")
    known = both["theirs"].notna()
    assert int(known.sum()) == 232
    np.testing.assert_allclose(both.loc[known, "ours"], both.loc[known, "theirs"], atol=TOLERANCE, rtol=0)
    assert int((both["ours"].notna() & ~known).sum()) == 1


def test_benford_is_computed_by_neither(published, ours):
    assert published["published_benford"].isna().all() and "benford" not in ours.columns


def test_the_index_of_their_components_is_ours_where_the_components_agree(published, ours):
    names = [name for name in ours.columns if name in COMPONENTS]
    theirs = pd.DataFrame({name: compared(published, ours, name)["theirs"] for name in names})
    same = (published["published_single_bid"].notna()) & ~(
        ours["supplier_share"].notna() & published["published_supplier_share"].isna()
    )
    assert int(same.sum()) == 3141
    np.testing.assert_allclose(ours.loc[same, "index"], theirs[same].mean(axis=1), atol=TOLERANCE, rtol=0)
