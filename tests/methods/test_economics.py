"""Returns, present values and what assumptions do to them: published numbers, properties, refusals."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.methods.economics import npv, roi, time_freed, tornado

pytestmark = pytest.mark.no_database
money = st.floats(0, 1e7).map(lambda x: round(x, 2))


def margin(visits, price, cost):
    return visits * price - cost


BASE = {"visits": 100, "price": 5, "cost": 400}


def test_return_is_split_by_hand():
    """60,000 of cash, 1,000 hours at 45.00, 15,000 avoided, for 80,000: 40 / 80 in all, −20 / 80 in cash."""
    one = roi(
        {
            "cash_released": [40_000, 20_000],
            "time_freed": time_freed(1000, 45),
            "cost_avoided": 15_000,
        },
        80_000,
        perspective="the hospital",
        price_year=2026,
        discount_rate=0.035,
    )
    assert (one.cash_released, one.time_freed, one.cost_avoided) == (60_000, 45_000, 15_000)
    assert (one.benefit, one.net, one.net_cash) == (120_000, 40_000, -20_000)
    assert (one.roi, one.cash_roi, one.benefit_cost_ratio) == (0.5, -0.25, 1.5)
    assert one.basis == "Perspective: the hospital; price year: 2026; discount rate: 3.5 % a year."
    assert one.words == (
        "For each 1.00 spent, 1.50 came back: 0.75 in cash, 0.56 in time freed, 0.19 in cost avoided."
    )


def test_return_on_ordering_by_computer():
    """Kaushal and others (2006), JAMIA 13(3): for 11.8 saved 28.5, net 16.7, of which 9.5 left the budget."""
    one = roi({"cash_released": 9.5 + 11.8, "cost_avoided": 28.5 - 9.5 - 11.8}, 11.8)
    assert (one.benefit, one.net, one.net_cash) == pytest.approx((28.5, 16.7, 9.5))
    assert (one.roi, one.cash_roi) == pytest.approx((16.7 / 11.8, 9.5 / 11.8))


def test_return_says_what_was_not_stated():
    one = roi({"time_freed": 100}, 50)
    assert (one.cash_released, one.cash_roi) == (0, -1)
    assert one.basis == "Perspective: not stated; price year: not stated; discount rate: not stated."


@pytest.mark.parametrize(
    ("flows", "rate", "value"),
    [
        ([-100, 39, 59, 55, 20], 0.281, -0.0084785916384548798),
        ([0, 500, 1500, 4000, 10_000], 0.10, 11529.60863329007),
        ([0, 5000], 0.065, 4694.83568075117),
        ([0, 50, 60, 40, 100, 25], 0.0275 / 12, 273.14193838457),
    ],
)
def test_present_values(flows, rate, value):
    """Gitman (2003), Principles of Managerial Finance, p. 346, as by numpy; Adobe, FormCalc reference."""
    assert npv(flows, rate).npv == pytest.approx(value, rel=1e-11, abs=1e-12)


def test_present_value_says_when_it_has_paid():
    one = npv([-100, 60, 60], 0)
    assert (one.npv, one.payback, one.cumulative.tolist()) == (20, 2, [-100, -40, 20])
    assert npv([-100, 60, 30], 0).payback is None
    assert npv([-100, 120, -30, 50], 0).payback == 3
    assert npv([5], 0.1).payback == 0


def test_tornado_by_hand():
    found = tornado(margin, BASE, {"cost": (390, 420), "visits": (70, 120), "price": (4.5, 5)})
    assert found.result == 100
    assert [bar.name for bar in found.bars] == ["visits", "price", "cost"]
    widest = found.bars[0]
    assert (widest.at_low, widest.at_high, widest.swing, widest.decides) == (-50, 200, 250, True)
    assert [bar.swing for bar in found.bars] == [250, 50, 30]
    assert not found.bars[1].decides


def test_a_bar_is_as_wide_as_the_bend_in_its_model():
    """A result that is largest where it is assumed still swings, though both ends give the same."""
    found = tornado(lambda x: 1 - x**2, {"x": 0}, {"x": (-1, 1)})
    assert (found.bars[0].at_low, found.bars[0].at_high, found.bars[0].swing) == (0, 0, 1)


@pytest.mark.parametrize(
    ("method", "values", "sentence"),
    [
        (roi, ({}, 1), "at least one benefit"),
        (roi, (5, 1), "at least one benefit"),
        (roi, ({"savings": 5}, 1), "it must be said which"),
        (roi, ({"cash_released": -5}, 1), "cannot be below 0"),
        (roi, ({"cash_released": nan}, 1), "missing"),
        (roi, ({"cash_released": []}, 1), "Too few benefits: 0"),
        (roi, ({"cash_released": "a lot"}, 1), "list of numbers"),
        (roi, ({"cash_released": 5}, 0), "cost must be above 0"),
        (roi, ({"cash_released": 5}, inf), "neither missing nor infinite"),
        (time_freed, (-1, 40), "cannot be below 0"),
        (time_freed, (1, 0), "hourly rate must be above 0"),
        (npv, ([], 0.1), "Too few flows: 0"),
        (npv, ([1, nan], 0.1), "missing"),
        (npv, ([1, 2], -1), "above -100 %"),
        (npv, ([1, 2], 3.5), "a fraction, such as 0.035"),
        (npv, ([1, 2], nan), "neither missing"),
        (npv, (np.ones(2000), -0.9), "beyond all bounds"),
        (tornado, (margin, BASE, {}), "at least one assumption"),
        (tornado, (margin, BASE, [1]), "ranges by name"),
        (tornado, (margin, BASE, {"hours": (1, 2)}), "no assumption called hours"),
        (tornado, (margin, BASE, {"cost": (500, 600)}), "with the assumption between"),
        (tornado, (margin, BASE, {"cost": (390, 400, 410)}), "a low and a high end"),
        (tornado, (margin, BASE | {"cost": nan}, {"visits": (1, 200)}), "'cost' must be a number"),
        (tornado, (lambda x: 1 / x, {"x": 1}, {"x": (0, 2)}), "divides by 0"),
        (tornado, (lambda x: nan, {"x": 1}, {"x": (0, 2)}), "result of the model"),
    ],
)
def test_nonsense_is_refused_in_words(method, values, sentence):
    with pytest.raises(ValueError, match=sentence):
        method(*values)


@settings(deadline=None)
@given(money, money, money, st.floats(1, 1e7))
def test_the_parts_of_a_return_add_up(cash, time, avoided, cost):
    one = roi({"cash_released": cash, "time_freed": time, "cost_avoided": avoided}, cost)
    assert one.cash_released + one.time_freed + one.cost_avoided == pytest.approx(one.benefit)
    assert one.roi >= one.cash_roi
    assert one.roi == pytest.approx(one.benefit_cost_ratio - 1)


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-0.2, 0.9))
def test_a_present_value_is_the_sum_of_its_parts(flows, rate):
    one = npv(flows, rate)
    by_hand = sum(flow / (1 + rate) ** at for at, flow in enumerate(flows))
    assert one.npv == pytest.approx(by_hand, rel=1e-9, abs=1e-6)
    assert npv(flows, 0).npv == pytest.approx(sum(flows), rel=1e-9, abs=1e-6)


@settings(deadline=None)
@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0, 10), st.floats(0, 10))
def test_in_a_straight_model_the_swing_is_slope_times_range(slope, base, down, up):
    found = tornado(lambda x: slope * x + 3, {"x": base}, {"x": (base - down, base + up)})
    assert found.bars[0].swing == pytest.approx(abs(slope) * (down + up), abs=1e-9)
