"""Files of reports that were asked for, and schedules of them."""

from datetime import UTC, date, datetime

import factory

from crm.runs.models import ReportRun, ReportSchedule, ReportSnapshot, Rhythm
from tests.factories_base import Factory, UserFactory


class ReportScheduleFactory(Factory):
    class Meta:
        model = ReportSchedule
        exclude = ("user",)

    user = factory.SubFactory(UserFactory)
    user_id = factory.SelfAttribute("user.id")
    name = factory.Sequence("Schedule {}".format)
    report = "milestones"
    format = "csv"
    rhythm = Rhythm.WEEKLY
    weekday = 1
    time_zone = "UTC"
    next_at = datetime(2026, 3, 2, 7, tzinfo=UTC)
    readers = factory.LazyAttribute(lambda made: [made.user_id])


class ReportRunFactory(Factory):
    class Meta:
        model = ReportRun
        exclude = ("user",)

    user = factory.SubFactory(UserFactory)
    user_id = factory.SelfAttribute("user.id")
    report = "milestones"
    format = "csv"
    as_of = date(2026, 3, 2)
    title = factory.Sequence("Report {}".format)


class ReportSnapshotFactory(Factory):
    class Meta:
        model = ReportSnapshot

    report = "progress"
    as_of = date(2026, 2, 28)
    made_at = datetime(2026, 3, 1, tzinfo=UTC)
    data = "snapshots/2026/02/x.data"
    digest = "0" * 64
