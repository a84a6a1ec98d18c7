"""A report beside itself on an earlier day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from reports.compared import GONE, NEW, compared
from reports.model import Column, Fact, Report, Table

pytestmark = pytest.mark.no_database
COLUMNS = (Column("name", "Name", "text"), Column("hours", "Hours", "hours"))


def report(rows, facts=()) -> Report:
    table = Table("work", "Work", COLUMNS, pd.DataFrame(rows, columns=["name", "hours"]))
    when = datetime(2026, 3, 2, tzinfo=UTC)
    return Report("progress", "Progress", "", date(2026, 3, 2), when, facts=facts, tables=(table,))


def test_what_is_new_gone_and_changed_is_told():
    then = report(
        [("a", 1.5), ("b", 2.0), ("c", 3.0), ("d", None)], (Fact("Hours", "6.5"), Fact("Rows", "4"))
    )
    now = report([("a", 1.5), ("b", 2.25), ("e", 1.0), ("d", 1.0)], (Fact("Hours", "4.8"), Fact("Rows", "4")))
    found = compared(then, now)
    assert found.table("facts").rows == [("Hours", "6.5", "4.8")]
    assert found.table("rows").rows == [
        ("Work", "b", "Hours", "2", "2.25"),
        ("Work", "c", None, GONE, None),
        ("Work", "d", "Hours", None, "1"),
        ("Work", "e", None, None, NEW),
    ]


def test_the_same_report_has_no_differences_though_rows_repeat():
    one = report([("a", 1.0), ("a", 2.0), ("a", 2.0)])
    assert [len(table) for table in compared(one, one).tables] == [0, 0]
    fewer = report([("a", 1.0), ("a", 2.0)])
    assert compared(one, fewer).table("rows").rows == [("Work", "a", None, GONE, None)]
    with pytest.raises(ValueError, match="cannot be compared"):
        compared(one, replace(one, name="roadmap"))
