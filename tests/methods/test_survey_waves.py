"""Against numbers worked out by hand or published."""

import math

import pytest

from crm.methods.survey import net_promoter
from crm.methods.survey_waves import mean, promoter_change, shares, spread_out

pytestmark = pytest.mark.no_database


def test_shares_have_wilsons_interval():
    """81 of 263: Newcombe (1998), table I, gives 0.2553 to 0.3662."""
    first, rest = shares([81, 182])
    assert (first.estimate, first.lower, first.upper) == pytest.approx((0.3080, 0.2553, 0.3662), abs=5e-5)
    assert rest.lower == pytest.approx(1 - 0.3662, abs=5e-5)


def test_shares_of_nobody_are_refused():
    with pytest.raises(ValueError, match=r"1 or more|nobody|out of"):
        shares([0, 0])


def test_a_mean_has_students_interval():
    """4, 5, 3, 4, 5, 2, 4, 4: mean 3.875, s 0.9910, t(7) 2.3646, reach 0.8285."""
    found = mean([4, 5, 3, 4, 5, 2, 4, 4], 1, 5)
    assert found.estimate == 3.875
    assert (found.lower, found.upper) == pytest.approx((3.0465, 4.7035), abs=5e-4)


def test_an_interval_stays_on_the_scale():
    assert mean([10, 10, 10, 0], 0, 10).upper == 10


def test_all_alike_have_no_interval():
    assert mean([4, 4, 4], 1, 5) == (4, None, None)


@pytest.mark.parametrize("values", [[], [0, 3], [6], [float("nan"), 2]])
def test_what_is_off_the_scale_is_refused(values):
    with pytest.raises(ValueError, match=r"scale|answer|gap"):
        mean(values, 1, 5)


def test_counts_are_spread_out():
    assert spread_out([1, 0, 2], 1).tolist() == [1, 3, 3]


def test_the_change_of_a_score_has_both_errors():
    """50 % and 20 % of 100 against 40 % and 30 % of 200: 30 and 10; variances 0.61/100 and 0.69/200."""
    found = promoter_change(net_promoter(50, 20, 100), net_promoter(80, 60, 200))
    error = 100 * math.sqrt(0.61 / 100 + 0.69 / 200)
    assert found.estimate == pytest.approx(20)
    assert found.se == pytest.approx(error)
    assert (found.lower, found.upper) == pytest.approx((20 - 1.959964 * error, 20 + 1.959964 * error))
    assert found.p == pytest.approx(math.erfc(20 / error / math.sqrt(2)))


@pytest.mark.parametrize("bad", [net_promoter(2, 1, 4), net_promoter(9, 0, 9)])
def test_a_score_without_an_error_is_not_compared(bad):
    with pytest.raises(ValueError, match=r"Below 5|without a spread"):
        promoter_change(bad, net_promoter(50, 20, 100))
