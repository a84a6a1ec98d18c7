from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.extensions import db
from crm.outlines.models import Outline

o, u = columns(Outline), columns(User)


def outlines(user) -> Sequence[sa.Row]:
    """Those that `user` may use, by name: id, name, description, is_shared, content, who."""
    return db.session.execute(_outlines(user.role), {"reader": user.id}).all()


@cache
def _outlines(role: Role) -> sa.Select:
    return (
        sa.select(o.id, o.name, o.description, o.is_shared, o.content, u.name.label("who"))
        .join(u.table, u.id == o.user_id)
        .where(o.visible_to(Reader(role)))
        .order_by(o.name, o.id)
        .limit(200)
    )
