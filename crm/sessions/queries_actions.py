"""Action items: of a session, of an engagement, and of one person across engagements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache

import lazy_loader as lazy
import sqlalchemy as sa

from crm.access import RULES, Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.engagements.queries import owner_name
from crm.extensions import db
from crm.organisations.models import Contact, Organisation
from crm.paging import Listing, Page, page
from crm.scopes import ALL
from crm.sessions.models import Action, ActionState, CoachingSession

pd = lazy.load("pandas")

a, e, o, s, u = (columns(model) for model in (Action, Engagement, Organisation, CoachingSession, User))


def actions_of(session: CoachingSession) -> Sequence[sa.Row]:
    """What came out of it: id, title, due_on, state, done_on, owner."""
    return db.session.execute(_actions(), {"session": session.id}).all()


@cache
def _actions() -> sa.Select:
    return (
        sa.select(a.id, a.title, a.due_on, a.state, a.done_on, owner_name(a))
        .where(a.session_id == sa.bindparam("session"))
        .order_by(a.id)
    )


def open_actions(engagement: Engagement) -> Sequence[sa.Row]:
    """What is still open in an engagement, the most urgent first: id, title, due_on, owner."""
    a = Action
    return db.session.execute(
        sa.select(a.id, a.title, a.due_on, a.state, owner_name(a))
        .where(a.engagement_id == engagement.id, a.state == ActionState.OPEN)
        .order_by(a.due_on.is_(None), a.due_on, a.id)
        .limit(100)
    ).all()


@dataclass(frozen=True)
class Wanted:
    """Which actions are asked for: whose, and in which state."""

    whose: str = "mine"
    state: str = "open"

    @classmethod
    def of(cls, args) -> Wanted:
        whose = args.get("whose") if args.get("whose") in WHOSE else "mine"
        return cls(whose, "done" if args.get("state") == "done" else "open")

    @property
    def asked(self) -> dict[str, str]:
        """What of it an address has to say."""
        return {key: value for key, value in asdict(self).items() if value != getattr(Wanted, key)}


#: Whose actions: the reader's own, those of our side, those of the client's, everybody's.
WHOSE = {"mine": "Mine", "ours": "Our side", "theirs": "The client's side", "all": "Everybody's"}
#: Where an action without a day stands: behind all others.
NEVER = date(9999, 12, 31)


def actions_page(user, wanted: Wanted, cursor: str | None, today: date) -> Page:
    """One page of the actions that `user` may see: the most overdue first; those done, the latest first."""
    return page(_listing(user.role, wanted), cursor, {"reader": user.id, "today": today})


@cache
def _listing(role: Role, wanted: Wanted) -> Listing:
    """For whoever sees all, an index leads to the page; the few of one person or one team are sorted."""
    reader, is_done = Reader(role), wanted.state == "done"
    state = ActionState.DONE if is_done else ActionState.OPEN
    whose = {
        "mine": _own(reader, state),
        "ours": a.owner_user_id.is_not(None),
        "theirs": a.owner_contact_id.is_not(None),
        "all": sa.true(),
    }[wanted.whose]
    seen = sa.and_(a.visible_to(reader), whose, a.state == state)
    sees_all = RULES[a.view_permission].get(role) is ALL
    if wanted.whose == "mine" or not sees_all:
        turn = sa.func.coalesce(a.done_on if is_done else a.due_on, NEVER)
        return Listing(_told(turn).where(seen), {"turn": turn, "id": a.id}, descending=is_done)
    if is_done:
        return Listing(_told(a.done_on).where(seen), {"turn": a.done_on, "id": a.id}, descending=True)
    never = sa.literal(NEVER, sa.Date)
    dated = _told(a.due_on).where(seen, a.due_on.is_not(None))
    undated = _told(never).where(seen, a.due_on.is_(None))
    return Listing(dated, {"turn": a.due_on, "id": a.id}, other=(undated, {"turn": never, "id": a.id}))


def _own(reader: Reader, state: ActionState) -> sa.ColumnElement[bool]:
    """What is the reader's own to do, on either side: found by its owner, not looked for among all.

    The state of what is theirs is left to the rows: it would lead SQLite through everybody's.
    """
    ours, theirs = (a.table.alias().c for _ in range(2))
    contact = columns(Contact)
    contacts = sa.select(contact.id).where(contact.user_id == reader.id)
    return a.id.in_(
        sa.union_all(
            sa.select(ours.id).where(ours.owner_user_id == reader.id, ours.state == state),
            sa.select(theirs.id).where(theirs.owner_contact_id.in_(contacts)),
        )
    )


def _told(turn) -> sa.Select:
    return (
        sa.select(
            a.id, a.title, a.due_on, a.done_on, a.state, a.recurs, a.evidence, a.engagement_id,
            turn.label("turn"), owner_name(a), e.title.label("engagement"), o.name.label("client"),
        )
        .join(e.table, e.id == a.engagement_id)
        .join(o.table, o.id == a.organisation_id)
    )  # fmt: skip


def my_actions(user, *, until: date | None = None, limit: int = 100) -> Sequence[sa.Row]:
    """What `user` has to do across engagements, the most urgent first; up to `until` where given."""
    asked = {"reader": user.id, "until": until, "most": limit}
    return db.session.execute(_my_actions(user.role, until is not None), asked).all()


@cache
def _my_actions(role: Role, is_limited: bool) -> sa.Select:
    reader = Reader(role)
    statement = (
        sa.select(
            a.id, a.title, a.due_on, a.engagement_id, e.title.label("engagement"), o.name.label("client")
        )
        .join(e.table, e.id == a.engagement_id)
        .join(o.table, o.id == a.organisation_id)
        .where(a.visible_to(reader), _own(reader, ActionState.OPEN), a.state == ActionState.OPEN)
        .order_by(a.due_on.is_(None), a.due_on, a.id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    return statement.where(a.due_on <= sa.bindparam("until")) if is_limited else statement


def actions_frame(engagement: Engagement, user, as_of: date) -> pd.DataFrame:
    """action, owner, due_on, state, done_on: one row an action that `user` may see, as it then stood."""
    a = Action
    rows = db.session.execute(
        sa.select(a.title, owner_name(a), a.due_on, a.state, a.done_on)
        .where(a.engagement_id == engagement.id, a.visible_to(user))
        .order_by(a.due_on.is_(None), a.due_on, a.id)
    )
    told = [
        (title, owner, due_on, ActionState.OPEN.label, None)
        if done_on and done_on > as_of
        else (title, owner, due_on, state.label, done_on)
        for title, owner, due_on, state, done_on in rows
    ]
    return pd.DataFrame(told, columns=["action", "owner", "due_on", "state", "done_on"])
