from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import text
from reports.model import plain

SHOWN = [
    (date(2026, 3, 3), "date", "3 Mar 2026"),
    (0.8, "percent", "80 %"),
    (0.285, "percent", "29 %"),
    (31.5, "hours", "31.5 h"),
    (60.0, "hours", "60.0 h"),
    (1250, "integer", "1,250"),
    (-2, "integer", "-2"),
    (11.80, "number", "11.8"),
    (1200.0, "number", "1,200"),
    (Decimal("12500.1"), "money", "12,500.10"),
    (None, "money", text.MISSING),
    ("", "text", text.MISSING),
    ("a\x00b\ud800", "text", "ab"),
]


@pytest.mark.parametrize(("value", "kind", "shown"), SHOWN)
def test_values_read_as_a_reader_expects(value, kind, shown):
    assert text.show(value, kind) == shown


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["number", "percent", "hours"]))
def test_every_number_can_be_shown(value, kind):
    assert text.show(value, kind)


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf")])
def test_missing_and_endless_numbers_are_none(missing):
    assert plain(missing, "number") is None


def test_an_instant_names_its_time_zone():
    assert text.moment(datetime(2026, 3, 3, 9, 5, tzinfo=UTC)) == "3 Mar 2026, 09:05 UTC"
