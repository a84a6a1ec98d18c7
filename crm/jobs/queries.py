from datetime import datetime
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm import clock
from crm.accounts.models import User
from crm.columns import columns
from crm.extensions import db
from crm.jobs.models import JobRun, RunState
from crm.jobs.registry import TASKS, Task
from crm.paging import Listing, Page, page

r, u = columns(JobRun), columns(User)


def runs_page(state: RunState | None, cursor: str | None) -> Page:
    """One page of what ran, the latest first; of one state where it is named."""
    return page(_listing(state is not None), cursor, {"state": state})


@cache
def _listing(is_filtered: bool) -> Listing:
    wanted = [r.state == sa.bindparam("state", type_=r.state.type)] if is_filtered else []
    statement = (
        sa.select(
            r.id, r.task, r.state, r.created_at, r.started_at, r.next_try_at, r.tries, r.seconds,
            r.outcome, r.error, u.name.label("reader"),
        )
        .outerjoin(u.table, u.id == r.user_id)
        .where(*wanted)
    )  # fmt: skip
    return Listing(statement, {"id": r.id}, descending=True, counted=sa.select(r.id).where(*wanted))


class Planned(NamedTuple):
    """A task of the schedule: when it is run next, and how it went last."""

    task: Task
    next_at: datetime | None
    last: sa.Row | None


def planned() -> list[Planned]:
    """The tasks that run by themselves."""
    last = {row.task: row for row in db.session.execute(_last_runs())}
    now = clock.now()
    return [
        Planned(one, one.schedule.next_after(now), last.get(name))
        for name, one in sorted(TASKS.items())
        if one.schedule
    ]


@cache
def _last_runs() -> sa.Select:
    latest = sa.select(sa.func.max(r.id)).group_by(r.task)
    return sa.select(r.task, r.state, r.started_at).where(r.id.in_(latest))


def counts() -> dict[str, int]:
    """How many runs there are in each state."""
    found = db.session.execute(sa.select(r.state, sa.func.count()).group_by(r.state)).all()
    return {state.value: 0 for state in RunState} | {state.value: count for state, count in found}
