"""Where goals and arrows stand."""

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.alignment.models import Perspective
from crm.readings.queries import Cause
from crm.readings.strategy_map import HEIGHT, WIDTH, drawn

pytestmark = pytest.mark.no_database


class Goal(NamedTuple):
    id: int
    statement: str
    perspective: Perspective | None


lanes = st.sampled_from([*Perspective, None])


@given(st.lists(st.tuples(st.text(max_size=120), lanes), max_size=25))
def test_no_box_covers_another_and_all_are_inside(told):
    found = drawn([Goal(place, text, lane) for place, (text, lane) in enumerate(told)], [])
    assert len(found.boxes) == len(told)
    places = sorted((box.y, box.x) for box in found.boxes)
    for (y, x), (next_y, next_x) in pairwise(places):
        assert y != next_y or next_x - x >= WIDTH
    assert all(0 <= box.x <= found.width - WIDTH and box.y + HEIGHT <= found.height for box in found.boxes)


def test_a_cause_stands_below_its_effect_and_the_arrow_says_so():
    goals = [Goal(1, "Trained desk", Perspective.LEARNING), Goal(2, "Fewer missed", Perspective.PATIENTS)]
    found = drawn(goals, [Cause(1, 1, 2, None)])
    by_id = {box.id: box for box in found.boxes}
    assert by_id[1].y > by_id[2].y
    assert found.arrows[0].sentence == "“Trained desk” helps to reach “Fewer missed”."


def test_a_long_statement_is_cut_after_three_lines():
    box = drawn([Goal(1, "word " * 60, None)], []).boxes[0]
    assert len(box.lines) == 3
    assert box.lines[-1].endswith("…")
