"""The views that were saved: those that a reader may open, and the one that an address names."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm import clock
from crm.access import Reader, Role
from crm.accounts.models import User
from crm.builder.definition import RefusedError
from crm.builder.kept import Kept, of_what
from crm.builder.models import SHARED_BY, SavedView
from crm.builder.queries import View
from crm.columns import columns
from crm.extensions import db
from crm.reporting.asked import Asked
from crm.reporting.catalogue import Request
from crm.reporting.queries import Wanted
from reports.model import Report

v, u = columns(SavedView), columns(User)
MOST = 200


class Line(NamedTuple):
    """A view in a list: what it is of, whose it is, and with whom it is shared."""

    id: int
    name: str
    is_pinned: bool
    is_own: bool
    is_shared_with_reader: bool
    roles: list[Role]
    who: str
    kept: Kept


def saved_views(user) -> list[Line]:
    """What the reader may open, pinned ones first, then by name; not where they may not run the report."""
    rows = db.session.execute(_saved(user.role), {"reader": user.id}).all()
    lines = (_line(row, user) for row in rows)
    return [line for line in lines if line and line.kept.may(user)]


@cache
def _saved(role: Role) -> sa.Select:
    return (
        sa.select(*v.table.columns, u.name.label("who"))
        .join(u.table, u.id == v.user_id)
        .where(v.visible_to(Reader(role)))
        .order_by(v.is_pinned.desc(), sa.func.lower(v.name), v.id)
        .limit(MOST)
    )


def _line(row: sa.Row, user) -> Line | None:
    try:
        kept = of_what(row.what)
    except RefusedError:
        return None
    roles = [role for role, column in SHARED_BY.items() if getattr(row, column)]
    is_shared = user.role in roles
    return Line(row.id, row.name, row.is_pinned, row.user_id == user.id, is_shared, roles, row.who, kept)


def find_view(user, key: int) -> SavedView | None:
    """The view, where the reader may open it and run what it is of."""
    view = db.session.scalar(sa.select(SavedView).where(SavedView.id == key, SavedView.visible_to(user)))
    return view if view and opens(user, view) else None


def opens(user, view: SavedView) -> bool:
    try:
        return of_what(view.what).may(user)
    except RefusedError:
        return True  # What cannot be meant any more is said to whoever may open it.


def named(user, name: str) -> list[SavedView]:
    """The views of this number or this name."""
    by = (
        SavedView.id == int(name)
        if name.isascii() and name.isdigit() and len(name) < 10
        else SavedView.name == name
    )
    found = sa.select(SavedView).where(by, SavedView.visible_to(user)).order_by(SavedView.id)
    return list(db.session.scalars(found))


def made(kept: Kept, user, name: str) -> Report:
    """What a view holds, made for this reader today."""
    if kept.definition:
        return View(user, kept.definition, name).whole()
    today = clock.today(user)
    said = kept.arguments(today)
    wanted, asked = Wanted.of(said), Asked.of(said, today)
    return kept.entry.make(Request(user, asked.last, wanted=wanted, asked=asked))
