"""What stands around sessions: the steps of a record, agendas, the timer, and the search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.organisations.queries import like
from crm.paging import Listing, Page, page
from crm.sessions.models import Action, ActionState, CoachingSession, PrivateNote, session_user
from crm.sessions.models_record import AgendaTemplate, RecordStep, Timer

a, e, n, o, s, u = (
    columns(model) for model in (AgendaTemplate, Engagement, PrivateNote, Organisation, CoachingSession, User)
)
step, timer = columns(RecordStep), columns(Timer)


def steps_of(session: CoachingSession) -> Sequence[sa.Row]:
    """The steps of its record, the latest first: step, taken_at, reason, who."""
    return db.session.execute(_steps(), {"session": session.id}).all()


@cache
def _steps() -> sa.Select:
    return (
        sa.select(step.step, step.taken_at, step.reason, u.name.label("who"))
        .outerjoin(u.table, u.id == step.user_id)
        .where(step.session_id == sa.bindparam("session"))
        .order_by(step.taken_at.desc(), step.id.desc())
    )


def agendas(user) -> Sequence[sa.Row]:
    """Those that `user` may start from, by name: id, name, body, is_shared, who."""
    return db.session.execute(_agendas(user.role), {"reader": user.id}).all()


@cache
def _agendas(role: Role) -> sa.Select:
    return (
        sa.select(a.id, a.name, a.body, a.is_shared, u.name.label("who"))
        .join(u.table, u.id == a.user_id)
        .where(a.visible_to(Reader(role)))
        .order_by(a.name, a.id)
        .limit(100)
    )


def find_timer(user) -> Timer | None:
    """The clock that the user has running."""
    return db.session.scalar(sa.select(Timer).where(Timer.user_id == user.id))


def timer_of(user) -> sa.Row | None:
    """What the running clock says of itself: started_at, engagement_id, engagement."""
    return db.session.execute(_timer(), {"reader": user.id}).first()


@cache
def _timer() -> sa.Select:
    return (
        sa.select(timer.started_at, timer.engagement_id, e.title.label("engagement"))
        .join(e.table, e.id == timer.engagement_id)
        .where(timer.user_id == sa.bindparam("reader", type_=sa.Integer))
    )


def carried_over(engagement: Engagement) -> str | None:
    """What the next agenda begins with: what the last session left for it, then what is still open."""
    left = db.session.scalar(
        sa.select(CoachingSession.next_time)
        .where(CoachingSession.engagement_id == engagement.id, CoachingSession.next_time.is_not(None))
        .order_by(CoachingSession.starts_at.desc(), CoachingSession.id.desc())
        .limit(1)
    )
    open_ = db.session.scalars(
        sa.select(Action.title)
        .where(Action.engagement_id == engagement.id, Action.state == ActionState.OPEN)
        .order_by(Action.due_on.is_(None), Action.due_on, Action.id)
        .limit(10)
    ).all()
    lines = [left] if left else []
    lines += [f"- Still open: {title}" for title in open_]
    return "\n".join(lines) or None


#: The texts of a session that are searched.
SEARCHED = (
    "summary",
    "agenda",
    "grow_goal",
    "grow_reality",
    "grow_options",
    "grow_will",
    "next_time",
    "resources",
)


def search_page(user, text: str, cursor: str | None) -> Page:
    """Sessions of `user` that say `text`, the latest first; a client's are those shared with them.

    A coach's own private notes are searched too: never anybody else's.
    """
    words = {"lowered": f"%{like(text.lower())}%", "typed": f"%{like(text)}%"}
    return page(_found(user.role, text.isascii()), cursor, {"reader": user.id, **words})


@cache
def _found(role: Role, is_ascii: bool) -> Listing:
    reader = Reader(role)
    attended = sa.exists().where(session_user.c.session_id == s.id, session_user.c.user_id == reader.id)
    own = sa.true() if role is Role.CLIENT else sa.or_(s.coach_id == reader.id, attended)
    # A list of the notes is made once; to look for the note of each session takes twice as long.
    noting = sa.select(n.session_id).where(n.visible_to(reader), _says(n.body, is_ascii))
    says = sa.or_(*(_says(s.table.c[name], is_ascii) for name in SEARCHED), s.id.in_(noting))
    found = sa.select(s.id).where(s.visible_to(reader), own, says)

    def told(chosen: sa.CTE) -> sa.Select:
        shown = (
            s.id, s.number, s.starts_at, s.time_zone, s.summary, s.is_shared, s.engagement_id,
            s.id.in_(noting).label("is_noted"), e.title.label("engagement"), o.name.label("client"),
        )  # fmt: skip
        of_engagement = sa.select(*shown).join_from(chosen, s.table, s.id == chosen.c.id)
        return of_engagement.join(e.table, e.id == s.engagement_id).join(o.table, o.id == s.organisation_id)

    return Listing(found, {"id": s.id}, descending=True, told=told)


def _says(column, is_ascii: bool) -> sa.ColumnElement[bool]:
    """What is not of ASCII is looked for as it was typed, too: not every database knows its small letters."""
    lowered = sa.func.lower(column).like(sa.bindparam("lowered", type_=sa.String), escape="\\")
    if is_ascii:
        return lowered
    return sa.or_(lowered, column.like(sa.bindparam("typed", type_=sa.String), escape="\\"))
