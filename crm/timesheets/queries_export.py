"""A week as a report of one table, for the writers."""

from __future__ import annotations

from datetime import date, datetime

import lazy_loader as lazy

from crm.timesheets import queries
from crm.timesheets.weeks import wall
from crm.words import day
from reports.model import Column, Report, Table

pd = lazy.load("pandas")

COLUMNS = (
    Column("worked_on", "Day", "date"),
    Column("client", "Client", "text"),
    Column("engagement", "Engagement", "text"),
    Column("kind", "Kind", "text"),
    Column("service_line", "Service line", "text"),
    Column("from", "From", "text"),
    Column("to", "To", "text"),
    Column("hours", "Hours", "hours", total=True),
    Column("billable", "Billable", "text"),
    Column("state", "State", "text"),
    Column("note", "Note", "text"),
)


def week_report(user, week_on: date, now: datetime) -> Report:
    rows = [
        (
            one.worked_on,
            one.client,
            one.engagement,
            one.kind.label,
            one.service_line.label,
            wall(one.from_minute),
            wall(one.to_minute),
            one.minutes / 60,
            "Yes" if one.is_billable else "No",
            one.state.label,
            one.note,
        )
        for one in queries.week(user.id, week_on)
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in COLUMNS])
    title = f"Time of {user.name}, week of {day(week_on)}"
    return Report("time", title, "", week_on, now, tables=(Table("entries", "Entries", COLUMNS, frame),))
