"""What makes a value, by what a value is; and which values are asked about."""

from datetime import date

import pytest

from crm.outcomes.doubts import Point, doubts
from crm.outcomes.models import Frequency, Measure, ValueKind
from crm.outcomes.values import Given, line, moved

pytestmark = pytest.mark.no_database
K, TODAY = ValueKind, date(2026, 3, 3)


def measured(kind=K.NUMBER, **said) -> Measure:
    return Measure(**{"value_kind": kind, "per": 1, "frequency": Frequency.MONTHLY, **said})


def made(measure, *given, on=date(2026, 2, 1)):
    return line(measure, on, Given(*given), TODAY)


@pytest.mark.parametrize(
    ("measure", "given", "value"),
    [
        (measured(), (-3.5,), -3.5),
        (measured(K.PROPORTION, unit="%"), (None, 94, 1000), 9.4),
        (measured(K.PROPORTION), (None, 94, 1000), 0.094),
        (measured(K.PROPORTION, unit="%"), (9.4,), 9.4),
        (measured(K.PROPORTION, unit="%"), (9.4, 943, 10000), 9.43),
        (measured(K.RATE, per=1000), (None, 17, 14768), 17 / 14768 * 1000),
        (measured(K.COUNT), (12.0,), 12),
        (measured(K.TIME_BETWEEN), (0.5,), 0.5),
    ],
)
def test_a_value_is_made_by_what_it_is(measure, given, value):
    assert made(measure, *given).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("measure", "given", "said"),
    [
        (measured(), (), "enter a value, or a numerator and a denominator"),
        (measured(K.COUNT), (), "enter a value"),
        (measured(), (None, 5), "give numerator and denominator, or neither"),
        (measured(K.PROPORTION), (None, 11, 10), "the numerator is above its denominator"),
        (measured(K.PROPORTION), (None, -1, 10), "a numerator is not negative and a denominator is above 0"),
        (measured(K.RATE), (None, 1, 0), "a numerator is not negative and a denominator is above 0"),
        (measured(K.PROPORTION, unit="%"), (100.5,), "a share is at most 100"),
        (measured(K.PROPORTION), (1.5,), "a share is at most 1"),
        (measured(K.PROPORTION), (-0.5,), "a share is not negative"),
        (measured(K.RATE), (-0.5,), "a rate is not negative"),
        (measured(K.COUNT), (-1,), "a count is not negative"),
        (measured(K.COUNT), (1.5,), "a count is a whole number"),
        (measured(K.COUNT), (None, 1, 2), "this measure has no denominator: give its value alone"),
        (measured(K.CASES_BETWEEN), (1.5,), "a number of cases is a whole number"),
        (measured(K.TIME_BETWEEN), (-1,), "a time between events is not negative"),
        (measured(lowest=-5), (-6,), "no value of this measure is below -5"),
        (measured(ceiling=5), (6,), "no value of this measure is above 5"),
        (
            measured(K.PROPORTION, unit="%"),
            (12, 94, 1000),
            "the value 12 is not what numerator and denominator",
        ),
        (measured(), (1, None, None, -1), "n is a whole number, 0 or more"),
        (measured(), (1, None, None, 1.5), "n is a whole number, 0 or more"),
        (measured(), (1e300,), "larger than anything"),
        (measured(), (float("nan"),), "larger than anything"),
        (measured(K.RATE, per=1e14), (None, 1000, 1), "larger than anything"),
    ],
)
def test_what_can_be_no_value_is_refused(measure, given, said):
    with pytest.raises(ValueError, match=said):
        made(measure, *given)


def test_a_period_that_has_not_begun_is_refused_and_a_day_within_one_is_its_first():
    with pytest.raises(ValueError, match="the period lies in the future"):
        made(measured(), 1, on=date(2026, 3, 4))
    one = made(measured(), 1, on=date(2026, 2, 17))
    assert one.period_on == date(2026, 2, 1)
    said = "1 day lies within a month and is read as the month's first day: 2026-02-17 as 2026-02-01."
    assert moved([one], Frequency.MONTHLY) == said
    assert moved([made(measured(), 1)], Frequency.MONTHLY) is None


def points(*values) -> list[Point]:
    return [Point(date(2024 + at // 12, at % 12 + 1, 1), value) for at, value in enumerate(values)]


STEADY = (10, 11, 10, 11, 10, 11, 10, 11)


def test_beyond_the_limits_of_the_earlier_values_is_asked_about():
    """Mean 10.5 and mean moving range 1: the limits lie at 10.5 ± 2.66."""
    known, new = points(*STEADY), points(*STEADY, 13.2)[-1:]
    (doubt,) = doubts(known, new)
    assert doubt.why == "lies outside 7.84 to 13.16, where the 8 earlier values have their limits"
    assert doubts(known, points(*STEADY, 13.1)[-1:]) == []
    assert doubts(known[1:], new) == [], "limits of seven values say nothing"
    assert doubts(points(*[3] * 8), points(*[3] * 8, 4)[-1:]) == [], "nor do those of values that never moved"


def test_ten_times_the_median_and_a_tenth_of_it_are_asked_about():
    known = points(4, 5, 6)
    assert "10 times the median of the earlier values, 5" in doubts(known, points(4, 5, 6, 50)[-1:])[0].why
    assert "a tenth of the median" in doubts(known, points(4, 5, 6, 0.5)[-1:])[0].why
    assert doubts(known, points(4, 5, 6, 49)[-1:]) == []
    assert doubts(known, points(4, 5, 6, 0)[-1:]) == []
    assert doubts(known[:2], points(4, 5, 500)[-1:]) == [], "two values are no custom"


def test_rows_of_one_import_are_held_against_each_other_and_only_against_earlier_ones():
    assert [one.value for one in doubts([], points(4, 5, 6, 50, 6))] == [50]
    assert doubts(points(4, 5, 6)[1:] + points(0, 0, 0, 7, 8)[3:], points(50)) == []
    assert doubts(points(4, 5, 6, 5000), points(4, 5, 6, 5)[-1:]) == [], "what is corrected does not count"
