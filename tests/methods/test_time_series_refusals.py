"""Series that have no honest answer are refused in words."""

from contextlib import suppress
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.time_series import interrupted

pytestmark = pytest.mark.no_database
COUNTS = [12, 9, 14, 11, 10, 13, 8, 12, 11, 15, 7, 6, 8, 5, 7, 9, 6, 4, 8, 7, 6, 5, 7, 8]
AFTER = [0] * 12 + [1] * 12
MEASURED = {"family": "gaussian", "values": [x + 0.5 for x in COUNTS]}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"values": COUNTS[:-1]}, "23 observations but 24 marks of intervention"),
        ({"values": [nan, *COUNTS[1:]]}, "leave these points out by position"),
        ({"values": [inf, *COUNTS[1:]]}, "missing or infinite"),
        ({"values": [nan] * 24}, "All of the values are missing"),
        ({"values": ["many", *COUNTS[1:]]}, "list of numbers"),
        ({"values": [], "intervention": []}, "No point lies after"),
        ({"values": [-1, *COUNTS[1:]]}, "none below 0"),
        ({"values": [1.5, *COUNTS[1:]]}, "choose gaussian"),
        ({"values": [5] * 24}, "no variation"),
        ({"values": [0] * 12 + COUNTS[12:]}, "not one event before"),
        ({"values": COUNTS[:12] + [0] * 12}, "not one event after"),
        ({"values": [*COUNTS[:12], 9, *[0] * 11], "slope_change": True}, "no finite answer"),
        ({"intervention": [1] * 24}, "without a before"),
        ({"intervention": [0] * 24}, "No point lies after"),
        ({"intervention": [0, 1] * 12}, "must last to the end"),
        ({"intervention": [2] * 24}, "intervention is 0 or 1"),
        ({"intervention": [0] * 2 + [1] * 22}, "Too few points before: 2, where at least 3"),
        ({"intervention": [0] * 23 + [1]}, "Too few points after: 1, where at least 3"),
        (
            {"values": COUNTS[9:16], "intervention": AFTER[9:16], "harmonics": 1, "period": 3},
            "5 terms: it needs 8 points, and there are 7",
        ),
        (
            {"values": COUNTS[4:20], "intervention": AFTER[4:20], "harmonics": 1},
            "A season can be told from 24",
        ),
        ({"offset": [100] * 23}, "24 values but 23 offsets"),
        ({"offset": [0] * 24}, "must be above 0"),
        ({"offset": [nan] * 24}, "must be above 0"),
        ({**MEASURED, "offset": [100] * 24}, "take no offset"),
        ({"family": "binomial"}, "family is one of poisson, gaussian"),
        ({"errors": "robust"}, "errors are one of"),
        ({"errors": "prais-winsten"}, "choose hac for counts"),
        ({"errors": "hac", "exclude": [3]}, "choose plain errors"),
        ({"errors": "hac", "lags": 24}, "more lags than points"),
        ({"errors": "hac", "lags": -1}, "none below 0"),
        ({"exclude": [24]}, "Position 24 cannot be left out"),
        ({"exclude": range(12)}, "Too few points before: 0"),
        ({"harmonics": 6}, "room for fewer than 6"),
        ({"harmonics": 1.5}, "whole number"),
        ({"confidence": 95}, "confidence"),
        ({"values": [1, 2, 4, 8, 8, 16, 32, 64], "intervention": [0] * 4 + [1] * 4}, "without any spread"),
        ({**MEASURED, "values": [10.0 - x for x in AFTER]}, "without any spread"),
        ({**MEASURED, "values": [10.0 - x for x in AFTER], "errors": "prais-winsten"}, "spread|closely"),
    ],
)
def test_nonsense_is_refused_in_words(changed, sentence):
    given = {"values": COUNTS, "intervention": AFTER} | changed
    with pytest.raises(ValueError, match=sentence):
        interrupted(**given)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=12, max_size=40),
    st.booleans(),
    st.sampled_from(["poisson", "gaussian"]),
    st.sampled_from(["plain", "hac", "prais-winsten"]),
)
def test_any_series_gives_finite_numbers_or_a_sentence(values, slope, family, errors):
    after = np.arange(len(values)) >= len(values) // 2
    with suppress(ValueError):
        one = interrupted(values, after, family=family, errors=errors, slope_change=slope)
        assert_sound(one)


def assert_sound(one):
    numbers = [*one.effect, *one.trend, *one.naive, one.dispersion, one.durbin_watson]
    assert np.isfinite([*numbers, *one.fitted, *one.counterfactual]).all()
    assert one.effect.lower <= one.effect.estimate <= one.effect.upper
    assert 0 <= one.effect.p <= 1


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 1000), st.integers(0, 10_000))
def test_the_unit_of_the_offset_does_not_matter(scale, seed):
    random = np.random.default_rng(seed)
    exposure = random.uniform(100, 200, 24)
    values = random.poisson(exposure / 10)
    one = interrupted(values, AFTER, offset=exposure)
    other = interrupted(values, AFTER, offset=exposure * scale)
    assert other.effect == pytest.approx(one.effect, rel=1e-6)
    assert other.fitted == pytest.approx(one.fitted, rel=1e-6)
