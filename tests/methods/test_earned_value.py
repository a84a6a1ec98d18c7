"""Earned value against METHODS and the fence of PMP Exam Prep; burn at its thresholds; properties of both."""

from math import inf, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm.methods.earned_value import Band, burn, evm
from crm.methods.utilisation import realisation, runway, utilisation

pytestmark = pytest.mark.no_database
amounts = st.floats(1, 1e6)
shares = st.just(0.0) | st.floats(1e-6, 1)


def test_the_numbers_of_the_methods():
    one = evm(bac=100_000, pv=60_000, ev=48_000, ac=55_000)
    assert (one.sv, one.cv, one.spi) == (-12_000, -7_000, 0.80)
    assert one.cpi == pytest.approx(0.8727, abs=5e-5)
    assert one.eac == pytest.approx(114_583.33, abs=5e-3)
    assert one.vac == pytest.approx(-14_583.33, abs=5e-3)
    assert one.tcpi == pytest.approx(1.1556, abs=5e-5)


def test_the_fence_of_pmp_exam_prep():
    """Mulcahy, PMP Exam Prep: four sides of $1,000; its EAC of 4,479 divides by a CPI rounded to .893."""
    one = evm(bac=4_000, pv=3_000, ev=2_500, ac=2_800)
    assert (one.cv, one.sv) == (-300, -500)
    assert (one.cpi, one.spi) == (pytest.approx(0.893, abs=5e-4), pytest.approx(0.833, abs=5e-4))
    assert (one.eac, one.vac) == (pytest.approx(4_479, abs=1.5), pytest.approx(-479, abs=1.5))


def test_what_has_no_meaning_yet_is_none():
    fresh = evm(bac=100, pv=0, ev=0, ac=0)
    assert (fresh.spi, fresh.cpi, fresh.eac, fresh.vac, fresh.tcpi) == (None, None, None, None, 1.0)
    assert evm(bac=100, pv=50, ev=50, ac=100).tcpi is None
    assert evm(bac=100, pv=50, ev=0, ac=10).eac is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0, 0, 0, 0), "There is no budget at completion"),
        ((-1, 0, 0, 0), "The budget at completion cannot be below 0"),
        ((10, -1, 0, 0), "The planned value cannot be below 0"),
        ((10, 11, 0, 0), "The planned value cannot be above the budget"),
        ((10, 0, 11, 0), "The earned value cannot be above the budget"),
        ((10, 0, 0, -1), "The actual cost cannot be below 0"),
        ((10, 0, 0, nan), "The actual cost is not a number"),
        ((inf, 0, 0, 0), "The budget at completion is not a number"),
    ],
)
def test_bad_input_is_refused_in_words(values, said):
    with pytest.raises(ValueError, match=said):
        evm(*values)


@given(bac=amounts, planned=shares, earned=shares, ac=st.floats(0, 1e9), scale=st.floats(0.001, 1000))
def test_indices_do_not_depend_on_the_unit(bac, planned, earned, ac, scale):
    assume(ac == 0 or ac > 1e-6)
    assume(abs(bac - ac) > bac * 1e-6)
    one, other = (
        evm(bac, bac * planned, bac * earned, ac),
        evm(bac * scale, bac * planned * scale, bac * earned * scale, ac * scale),
    )
    for name in ("spi", "cpi", "tcpi"):
        first, second = getattr(one, name), getattr(other, name)
        assert (first is None) == (second is None)
        assert first is None or second == pytest.approx(first, rel=1e-6)


@given(bac=amounts, planned=shares, earned=st.floats(0.001, 1), ac=amounts)
def test_variances_and_indices_agree(bac, planned, earned, ac):
    one = evm(bac, bac * planned, bac * earned, ac)
    assert (one.cv < 0) == (one.cpi < 1)
    assert one.spi is None or (one.sv < 0) == (one.spi < 1)
    assert one.eac + one.vac == pytest.approx(one.bac, abs=one.eac * 1e-9)
    assert one.eac * one.cpi == pytest.approx(one.bac)


@pytest.mark.parametrize(
    ("logged", "elapsed", "band"),
    [
        (50, 0.5, Band.GREEN),
        (55, 0.5, Band.GREEN),
        (55.1, 0.5, Band.AMBER),
        (62.5, 0.5, Band.AMBER),
        (62.6, 0.5, Band.RED),
        (100, 1, Band.GREEN),
        (100.1, 1, Band.RED),
        (0, 0, Band.GREEN),
        (1, 0, Band.RED),
    ],
)
def test_burn_has_its_bands(logged, elapsed, band):
    assert burn(logged, 100, elapsed).band is band


def test_burn_gives_used_and_ratio():
    one = burn(logged=30, budget=60, elapsed=0.4)
    assert (one.used, one.ratio) == (0.5, 1.25)
    assert one.band is Band.AMBER


@pytest.mark.parametrize(
    "values", [(1, 0, 0.5), (-1, 10, 0.5), (1, 10, 1.1), (1, 10, -0.1), (nan, 10, 0.5), (1, inf, 0.5)]
)
def test_burn_refuses_bad_input(values):
    with pytest.raises(ValueError, match=r"[\w]\.$"):
        burn(*values)


@given(logged=st.floats(0, 1e6), budget=amounts, elapsed=st.floats(0.01, 1), more=st.floats(0, 1e6))
def test_more_hours_never_look_better(logged, budget, elapsed, more):
    order = list(Band)
    before, after = burn(logged, budget, elapsed), burn(logged + more, budget, elapsed)
    assert order.index(before.band) <= order.index(after.band)


def test_utilisation_of_the_methods():
    assert utilisation(1_450, 2_000) == 0.725


def test_utilisation_and_realisation_without_a_whole_are_none():
    assert utilisation(0, 0) is None
    assert realisation(0, 0) is None
    assert realisation(900, 1_000) == 0.9


@pytest.mark.parametrize("values", [(-1, 10), (1, -10), (nan, 10), (1, inf)])
def test_shares_refuse_bad_input(values):
    for share in (utilisation, realisation):
        with pytest.raises(ValueError, match="must be 0 or more"):
            share(*values)


def test_runway_is_what_is_left_at_the_pace():
    assert runway(remaining=40, spent=80, weeks=8) == 4
    assert runway(0, 80, 8) == runway(-5, 80, 8) == 0
    assert runway(40, 0, 8) is None
    for values in ((1, 1, 0), (nan, 1, 1), (1, -1, 1)):
        with pytest.raises(ValueError, match=r"\.$"):
            runway(*values)
