"""Difference in differences: published numbers, properties, refusals."""

from math import hypot, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.difference import did

pytestmark = pytest.mark.no_database
DATA = Path(__file__).parent / "data"
outcomes = st.lists(st.floats(-1000, 1000).map(lambda x: round(x, 3)), min_size=16, max_size=16, unique=True)
TREATED, POST = np.repeat([0, 1], 8), np.tile([0, 1], 8)


@pytest.fixture(scope="module")
def stores() -> pd.DataFrame:
    """One row for each visit to a store."""
    wide = pd.read_csv(DATA / "card_krueger.csv")
    return wide.melt(["store", "nj"], ["before", "after"], "wave", "fte").assign(
        post=lambda rows: (rows.wave == "after").astype(int)
    )


def of(rows: pd.DataFrame, **given):
    return did(rows.fte, rows.nj, rows.post, **given)


def test_card_and_krueger_on_all_stores(stores):
    """METHODS.md: 2.754; Card and Krueger (1994), table 3, rows 1 and 2: 23.33, 21.17, 20.44, 21.03."""
    one = of(stores.dropna(subset="fte"))
    assert one.estimate == pytest.approx(2.754, abs=5e-4)
    assert one.means == pytest.approx((23.33, 21.17, 20.44, 21.03), abs=5e-3)
    assert one.sizes == (77, 77, 321, 319)
    assert (one.naive, one.control_change) == (pytest.approx(0.59, abs=5e-3), pytest.approx(-2.16, abs=6e-3))
    assert one.se == pytest.approx(hypot(1.351149, 0.943221, 0.508261, 0.520309), abs=5e-6)
    assert one.lower < 0 < one.upper
    assert one.clusters is None


def test_card_and_krueger_on_stores_seen_twice(stores):
    """METHODS.md: 2.750; Card and Krueger (1994), table 3, row 4: 2.75 with a standard error of 1.34."""
    twice = stores[stores.groupby("store").fte.transform("count") == 2]
    one = of(twice, cluster=twice.store)
    assert (one.estimate, one.se) == (pytest.approx(2.750, abs=5e-4), pytest.approx(1.34, abs=5e-3))
    assert (one.clusters, one.df, one.cautions) == (384, 383, ())
    assert 0 < one.lower < one.estimate < one.upper
    assert one.p < 0.05


def test_houses_near_an_incinerator():
    """Wooldridge, Introductory Econometrics, example 13.3: −11,863.90; 18,790.29 and −18,824.37."""
    houses = pd.read_csv(DATA / "kielmc.csv")
    one = did(houses.rprice, houses.nearinc, houses.y81)
    assert one.estimate == pytest.approx(-11_863.90, abs=0.01)
    assert one.control_change == pytest.approx(18_790.29, abs=0.01)
    assert one.means.treated_before - one.means.control_before == pytest.approx(-18_824.37, abs=0.01)
    assert one.sizes == (123, 102, 56, 40)


def test_few_clusters_are_cautioned_about():
    clusters = np.repeat(["a", "b", "c", "d"], 4)
    one = did(np.arange(16) ** 2, TREATED, POST, cluster=clusters)
    assert one.cautions == ("Only 2 clusters are on one side: the interval is likely to be too narrow.",)
    assert "parallel trends" in one.assumptions[0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"outcome": [1, 2]}, "2 observations but 16 marks of treatment"),
        ({"outcome": [nan, *range(15)]}, "missing"),
        ({"outcome": [nan] * 16}, "All of the outcomes are missing"),
        ({"outcome": ["a"] * 16}, "list of numbers"),
        ({"treated": [2, *[0] * 15]}, "treatment is 0 or 1"),
        ({"treated": [0] * 16}, "observations of the treated before: 0"),
        ({"post": [1] * 16}, "observations of the controls before: 0"),
        ({"post": [*[0, 1] * 4, 0, *[1] * 7]}, "observations of the treated before: 1"),
        ({"outcome": [5] * 16}, "No group varies"),
        ({"cluster": [1] * 15}, "16 observations but 15 labels"),
        ({"cluster": [None] * 16}, "belong to no cluster"),
        ({"cluster": [nan, *range(15)]}, "belong to no cluster"),
        ({"cluster": [[1]] * 16}, "a number or a name"),
        ({"cluster": [1] * 8 + [2, 3] * 4}, "one cluster in the control group"),
        ({"outcome": [*[1, 2, 3, 4] * 4], "cluster": np.repeat([1, 2, 3, 4], 4)}, "changed alike"),
        ({"confidence": 95}, "confidence"),
    ],
)
def test_nonsense_is_refused_in_words(changed, sentence):
    values = {"outcome": np.arange(16) ** 2, "treated": TREATED, "post": POST} | changed
    with pytest.raises(ValueError, match=sentence):
        did(**values)


@settings(deadline=None)
@given(outcomes, st.booleans())
def test_it_agrees_with_statsmodels(values, clustered):
    design = np.column_stack([np.ones(16), TREATED, POST, TREATED * POST])
    groups = np.repeat(np.arange(8), 2)
    model = sm.OLS(values, design)
    fit = (
        model.fit(cov_type="cluster", cov_kwds={"groups": groups}) if clustered else model.fit(cov_type="HC2")
    )
    one = did(values, TREATED, POST, cluster=groups if clustered else None)
    assert one.estimate == pytest.approx(fit.params[3], abs=1e-6)
    assert one.se == pytest.approx(fit.bse[3], rel=1e-6)


@settings(deadline=None)
@given(outcomes, st.floats(-50, 50), st.floats(0.1, 10))
def test_a_shift_common_to_both_groups_changes_nothing(values, shift, scale):
    values = np.array(values)
    one, other = did(values, TREATED, POST), did(scale * values + shift * POST, TREATED, POST)
    assert other.estimate == pytest.approx(scale * one.estimate, abs=1e-6)
    assert other.se == pytest.approx(scale * one.se, rel=1e-6)
    assert one.estimate == pytest.approx(one.naive - one.control_change, abs=1e-9)
