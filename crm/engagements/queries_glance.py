"""An engagement as a page about what hangs on it needs it: plain values, read in a third of the time."""

from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.access import Permission, Reader, Role, within
from crm.columns import columns
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.organisations.models import Organisation


class Client(NamedTuple):
    id: int
    name: str


class Glance:
    """What stands at the head of such a page; nothing of it can be changed."""

    #: What `can` asks about it.
    of_model = Engagement
    is_closed = Engagement.is_closed

    def __init__(self, row: sa.Row):
        self.__dict__.update(row._mapping)
        self.organisation = Client(row.organisation_id, row.client)


def glance(role: Role, permission: Permission, asked: dict) -> Glance | None:
    """The engagement `key`, where its `reader` holds the permission."""
    row = db.session.execute(_glance(role, permission), asked).first()
    return row and Glance(row)


@cache
def _glance(role: Role, permission: Permission) -> sa.Select:
    e, o = columns(Engagement), columns(Organisation)
    return (
        sa.select(e.id, e.organisation_id, e.title, e.closed_on, o.name.label("client"))
        .join(o.table, o.id == e.organisation_id)
        .where(e.id == sa.bindparam("key"), within(Reader(role), permission, e))
    )
