"""What schedules do when they are due: a run for each reader who may see it, and word of who may not."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from crm import clock
from crm.access import RULES, Permission, Reader, Role
from crm.accounts.models import User
from crm.builder.models import SavedView
from crm.builder.queries_saved import opens
from crm.canonical import canonical, parse
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.mail.outbox import post
from crm.readers import lifted
from crm.runs import life
from crm.runs.models import ReportRun, ReportSchedule
from crm.runs.order import Order, has_period, is_of_engagement, is_view, may_see, permission_of, view_key
from crm.runs.when import day_of, next_after, period
from crm.words import plural

LEFT_OUT = "report_left_out"
OWNER_GONE = "It is paused: whoever made it may not see the report any more."


def who_may_see(report: str, engagement_id: int | None) -> set[int]:
    """The ids of everybody who may have this report now."""
    permission = permission_of(report)
    if permission is None or (is_of_engagement(report) and engagement_id is None):
        return set()
    if is_of_engagement(report):
        wanted = _holding(permission, Engagement, engagement_id)
    elif is_view(report):
        wanted = _holding(permission, SavedView, view_key(report))
    else:
        # What is of all clients goes to our own people: who else is there is nobody else's business.
        wanted = sa.select(User).where(User.role.in_(RULES[permission]), User.role != Role.CLIENT)
    with lifted():
        view = db.session.get(SavedView, view_key(report)) if is_view(report) else None
        people = db.session.scalars(wanted.where(User.active))
        return {user.id for user in people if view is None or opens(user, view)}


def _holding(permission: Permission, model: type, key: int) -> sa.Select:
    """Everybody who holds the permission for this row."""
    open_to = (
        sa.and_(User.role == role, scope.where(Reader(role, User.id), model))
        for role, scope in RULES[permission].items()
    )
    return sa.select(User).join(model, model.id == key).where(sa.or_(*open_to))


def start_due() -> ReportSchedule | None:
    """Have the one made that is most overdue, once, and set when it is due next; None where none is."""
    now = clock.now()
    waiting = (
        sa.select(ReportSchedule)
        .where(ReportSchedule.is_paused.is_(False), ReportSchedule.next_at <= now)
        .order_by(ReportSchedule.next_at, ReportSchedule.id)
        .limit(1)
        .with_for_update(of=ReportSchedule, skip_locked=True)
    )
    with life.seeing_all():
        schedule = db.session.scalar(waiting)
        if schedule is None:
            return None
        make_for_all(schedule, schedule.next_at)
        schedule.next_at = next_after(now, schedule)
        return schedule


def make_for_all(schedule: ReportSchedule, due_at: datetime) -> int:
    """A run for each reader, of what they may see themselves. For how many."""
    with life.seeing_all():
        owner = db.session.get(User, schedule.user_id)
        schedule.last_at = due_at
        if not may_see(owner, schedule.report, schedule.engagement_id):
            schedule.is_paused, schedule.last_said = True, OWNER_GONE
            return 0
        open_to = who_may_see(schedule.report, schedule.engagement_id)
        readers = [db.session.get(User, key) for key in schedule.readers]
        made = [user for user in readers if user and user.id in open_to and _make(schedule, user, due_at)]
        left_out = [user.name for user in readers if user and user.id not in open_to]
        schedule.last_said = _said(len(made), left_out)
        if left_out:
            occasion = f"{LEFT_OUT}/{schedule.id}/{due_at.isoformat()}"
            subject = "A report went to fewer people"
            post(owner, kind=LEFT_OUT, occasion=occasion, subject=subject, schedule=schedule.id)
    return len(made)


def _said(made: int, left_out: list[str]) -> str:
    said = f"Made for {plural(made, 'person', 'people')}."
    return f"{said} Not for {', '.join(left_out)}: they may not see it any more." if left_out else said


def _make(schedule: ReportSchedule, user: User, due_at: datetime) -> ReportRun | None:
    """The run of this reader for this time; None where there is one already."""
    try:
        with db.session.begin_nested():
            return life.ask(order_of(schedule, due_at), by=user, schedule_id=schedule.id, due_at=due_at)
    except IntegrityError:
        return None


def order_of(schedule: ReportSchedule, due_at: datetime) -> Order:
    """What is made at this time: of the period that is just over, where the report speaks of one."""
    day, asked = day_of(schedule, due_at), parse(schedule.asked)
    if has_period(schedule.report):
        first, day = period(schedule.rhythm, day)
        asked |= {"from": first.isoformat(), "to": day.isoformat()}
    return Order(schedule.report, schedule.format, day, canonical(asked), None, schedule.engagement)
