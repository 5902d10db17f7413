from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, ModelError
from ogp_analysis.statistics.sample import combinations, sample


def frame() -> pd.DataFrame:
    return pd.DataFrame({
        "y": [1.0, 4.0, 2.0, None, 5.0, 3.0, 6.0, 2.5, 3.5],
        "x": [2.0, 1.0, None, 3.0, 5.0, 4.0, 0.5, 1.5, 2.5],
        "z": [1, 0, 1, 1, 0, 0, 1, 0, 1],
        "kind": ["b", "a", "b", "c", "c", "a", None, "b", "c"],
        "far": [True, False, True, True, False, True, False, True, True],
    })  # fmt: skip


def test_a_row_is_left_out_for_the_first_column_that_it_lacks():
    made = sample(frame(), "y", ["x", "kind"], where="here")
    assert len(made.y) == len(made.rows) == 6
    assert made.left_out == (("y", 1), ("x", 1), ("kind", 1))


def test_categories_become_columns_but_the_first():
    made = sample(frame(), "y", ["kind", "far"], where="here")
    assert made.terms == ("kind[b]", "kind[c]", "far")
    by_kind = dict(zip(made.rows["kind"], made.x.tolist(), strict=True))
    assert by_kind["a"][:2] == [0.0, 0.0] and by_kind["b"][:2] == [1.0, 0.0] and by_kind["c"][:2] == [0.0, 1.0]
    assert made.x[:, 2].tolist() == made.rows["far"].astype(float).tolist()


def test_a_product_is_that_of_its_columns_and_a_column_may_have_a_colon_in_its_name():
    made = sample(frame(), "y", ["x:far", "x"], where="here")
    assert made.terms == ("x:far", "x")
    assert made.x[:, 0].tolist() == (made.x[:, 1] * made.rows["far"]).tolist()
    assert sample(frame().rename(columns={"x": "x:1"}), "y", ["x:1"], where="here").terms == ("x:1",)
    names = sample(frame(), "y", ["kind:x"], where="here").terms
    assert names == ("kind[b]:x", "kind[c]:x")


@pytest.mark.parametrize(
    ("outcome", "terms", "change", "fault"),
    [
        ("y", ["w"], {}, r"here: 1 columns are absent, .*w"),
        ("kind", ["x"], {}, "column 'kind' is .*, not a number"),
        ("y", ["x"], {"x": np.inf}, "column 'x' has 8 infinite values"),
        ("y", ["x"], {"x": np.nan}, "no row of 9 has all of 'y', 'x'"),
        ("y", ["x"], {"y": 2.0}, "'y' is 2 in all 8 rows"),
        ("y", ["y", "x"], {}, "'y' is both outcome and term"),
        ("y", ["x", "y:z"], {}, "'y' is both outcome and term"),
        ("y", ["x", "x"], {}, "'x' is named twice"),
        ("y", ["x", "z"], {"z": 3}, "1 terms do not vary in the sample, 'z'"),
        ("y", ["kind"], {"kind": "a"}, "'kind' is 'a' in all rows"),
        ("y", ["x", "z", "far", "kind", "x:z"], {}, "6 rows are too few for 7 coefficients"),
        ("y", ["z", "w"], {"w": 2.0}, "1 terms do not vary in the sample, 'w'"),
    ],
)
def test_what_cannot_be_fitted_is_one_sentence(outcome, terms, change, fault):
    with pytest.raises(ModelError, match=fault) as refused:
        sample(frame().assign(**change), outcome, terms, where="here")
    assert "\n" not in str(refused.value)


def test_combinations_of_terms_are_named():
    given = pd.DataFrame(np.random.default_rng(1).normal(size=(20, 3)), columns=["y", "a", "b"])
    with pytest.raises(ModelError, match=r"1 terms are combinations of the others, '[abc]'\."):
        sample(given.assign(c=2 * given["a"] - 3e6 * given["b"] + 7), "y", ["a", "b", "c"], where="here")
    assert sample(given.assign(c=given["a"] + 1e-5 * given["y"]), "y", ["a", "b", "c"], where="here").terms
    assert combinations(np.zeros((5, 0)), ()) == [] and combinations(np.zeros((3, 1)), ("a",)) == ["a"]


def test_values_that_may_be_drawn_only_are_not_fitted():
    with pytest.raises(DisclosureError, match="no model is fitted to them"):
        sample(Withheld(frame(), ["fiw_e2"]), "y", ["x"], where="here")
