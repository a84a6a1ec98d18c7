from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.roadmap.models import MilestoneState
from crm.roadmap.queries import is_late, slip
from crm.roadmap.timeline import LEFT, RIGHT, draw

pytestmark = pytest.mark.no_database

TODAY = date(2026, 3, 3)
days = some.dates(date(2024, 1, 1), date(2029, 12, 31))


def step(baseline=TODAY, planned=TODAY, actual=None, state=MilestoneState.PLANNED):
    state = MilestoneState.DONE if actual else state
    return SimpleNamespace(
        title="Step", state=state, baseline_on=baseline, planned_on=planned, actual_on=actual
    )


def drawn(rows, today=TODAY):
    return draw(rows, today, lambda row: is_late(row, today), lambda row: row.state.label)


def test_nothing_is_drawn_of_nothing():
    assert drawn([]) is None


def test_a_bar_runs_from_the_baseline_to_the_plan_or_the_day_it_was_done():
    early, late = date(2026, 1, 1), date(2026, 5, 1)
    picture = drawn([step(early, late), step(early, late, actual=early), step(early, early)])
    planned, done, overdue = picture.bars
    assert planned.baseline == done.baseline == done.end < planned.end
    assert [bar.is_late for bar in picture.bars] == [False, False, True]
    assert done.y - planned.y == overdue.y - done.y > 0
    assert picture.height > overdue.y


def test_today_is_drawn_only_where_the_picture_reaches_it():
    near, far = date(2026, 3, 10), date(2027, 3, 10)
    assert LEFT < drawn([step(near, near)]).today < drawn([step(near, near)]).bars[0].end
    assert drawn([step(far, far)]).today is None


@pytest.mark.parametrize(
    ("length", "labels"),
    [
        (60, ["Mar 2026", "Apr", "May"]),
        (500, ["Apr 2026", "Jul", "Oct", "Jan 2027", "Apr", "Jul"]),
        (1500, ["Jan 2027", "Jan 2028", "Jan 2029", "Jan 2030"]),
    ],
)
def test_months_make_way_for_quarters_and_years(length, labels):
    picture = drawn([step(TODAY, TODAY + timedelta(length))])
    assert [label for _, label in picture.months] == labels


@given(some.lists(some.tuples(days, days, some.none() | days), min_size=1, max_size=12), days)
def test_everything_lies_within_the_picture(rows, today):
    picture = drawn([step(*row) for row in rows], today)
    places = [x for bar in picture.bars for x in (bar.baseline, bar.end)]
    places += [x for x, _ in picture.months] + ([] if picture.today is None else [picture.today])
    assert all(LEFT <= x <= RIGHT for x in places)
    gaps = [b[0] - a[0] for a, b in zip(picture.months, picture.months[1:], strict=False)]
    assert all(gap > 45 for gap in gaps), "labels overlap"


@pytest.mark.parametrize(
    ("row", "days_"),
    [
        (step(date(2026, 2, 1), date(2026, 4, 1)), 59),
        (step(date(2026, 2, 1), date(2026, 2, 1)), 30),
        (step(date(2026, 4, 1), date(2026, 3, 25)), -7),
        (step(date(2026, 2, 1), date(2026, 2, 1), actual=date(2026, 2, 4)), 3),
        (step(date(2026, 2, 1), date(2026, 2, 11), state=MilestoneState.DROPPED), 10),
    ],
)
def test_slip_is_counted_from_the_baseline_and_grows_while_an_open_step_is_past_its_day(row, days_):
    assert slip(row, TODAY) == days_
