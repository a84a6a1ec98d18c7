from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.paging import Listing, Page, page
from crm.readers import lifted
from crm.runs.models import OPEN, WHOLE, ReportRun, ReportSchedule, RunState

r, s, e, u = (columns(model) for model in (ReportRun, ReportSchedule, Engagement, User))
#: How many former runs an estimate is drawn from.
FORMER = 5
#: What takes longer is offered to be made in the background.
SLOW = 2.0


def expected_seconds(report: str, format_: str) -> float | None:
    """As long as the last runs of this kind took on average; None where there was none."""
    with lifted():
        return db.session.scalar(_former(), {"report": report, "format": format_})


@cache
def _former() -> sa.Select:
    last = (
        sa.select(r.seconds)
        .where(
            r.report == sa.bindparam("report"),
            r.format == sa.bindparam("format"),
            r.state == RunState.DONE,
        )
        .order_by(r.id.desc())
        .limit(FORMER)
        .subquery()
    )
    return sa.select(sa.func.avg(last.c.seconds))


def slow_formats(report: str) -> dict[str, float]:
    """The formats of a report that took long whenever they were last made, and at least how many seconds."""
    with lifted():
        found = db.session.execute(_by_format(), {"report": report}).all()
    return {row.format: row.seconds for row in found if row.seconds > SLOW}


@cache
def _by_format() -> sa.Select:
    rank = sa.func.row_number().over(partition_by=r.format, order_by=r.id.desc()).label("rank")
    last = sa.select(r.format, r.seconds, rank).where(
        r.report == sa.bindparam("report"), r.state == RunState.DONE
    )
    last = last.order_by(r.id.desc()).limit(FORMER * 20).subquery()
    # The quickest: a worker that has just begun, or is busy, makes any format slow.
    quickest = sa.func.min(last.c.seconds).label("seconds")
    return sa.select(last.c.format, quickest).where(last.c.rank <= FORMER).group_by(last.c.format)


def runs_page(user, cursor: str | None) -> Page:
    """One page of what this reader has had made, the latest first."""
    return page(_listing(user.role), cursor, {"reader": user.id})


@cache
def _listing(role: Role) -> Listing:
    seen = r.visible_to(Reader(role))
    statement = (
        sa.select(
            r.id, r.report, r.format, r.part, r.title, r.as_of, r.state, r.permille, r.step, r.error,
            r.created_at, r.finished_at, r.size, r.rows, r.kept_until, r.cancel_at, r.schedule_id,
        )
        .where(seen)
    )  # fmt: skip
    return Listing(statement, {"id": r.id}, descending=True, counted=sa.select(r.id).where(seen))


def open_count(user) -> int:
    """How many of this reader's files are still to be made."""
    mine = sa.select(sa.func.count()).select_from(r.table).where(r.user_id == user.id, r.state.in_(OPEN))
    return db.session.scalar(mine)


def over(user, keys: Sequence[int]) -> Sequence[sa.Row]:
    """Those of these runs that came to an end, for the notice on every page."""
    found = sa.select(r.id, r.title, r.format, r.state).where(
        r.id.in_(keys), r.user_id == user.id, r.state.in_((RunState.DONE, RunState.FAILED))
    )
    return db.session.execute(found.order_by(r.id)).all()


def left_seconds(run, now: datetime | None = None) -> int | None:
    """How much longer it is likely to take; None where nobody can say yet."""
    if run.state is not RunState.RUNNING or not run.started_at:
        return None
    gone = ((now or clock.now()) - run.started_at).total_seconds()
    if run.expected and run.expected > gone:
        return round(run.expected - gone) or 1
    if run.permille < 100 or run.tries > 1:
        return None
    return round(gone * (WHOLE - run.permille) / run.permille) or 1


def schedules(user) -> Sequence[ReportSchedule]:
    """What this reader has had made regularly, the next first."""
    seen = ReportSchedule.visible_to(user)
    found = sa.select(ReportSchedule).where(seen)
    return db.session.scalars(found.order_by(s.is_paused, s.next_at, s.id)).unique().all()


def schedule_runs(key: int) -> Sequence[sa.Row]:
    """What became of a schedule: whose run, and how it went; not what is in it."""
    with lifted():
        found = (
            sa.select(r.due_at, r.state, r.error, r.finished_at, u.name.label("reader"))
            .join(u.table, u.id == r.user_id)
            .where(r.schedule_id == key)
            .order_by(r.id.desc())
            .limit(30)
        )
        return db.session.execute(found).all()


def people() -> Sequence[User]:
    """Everybody who may sign in, by name."""
    return db.session.scalars(sa.select(User).where(User.active).order_by(User.name, User.id)).all()


def names(keys: Sequence[int]) -> dict[int, str]:
    """The people with these ids."""
    return dict(db.session.execute(sa.select(u.id, u.name).where(u.id.in_(keys)).order_by(u.name)).all())
