from collections.abc import Sequence

import sqlalchemy as sa

from crm.accounts.models import User
from crm.bin.models import BinItem
from crm.extensions import db

SHOWN = 500
#: How many keys one statement asks for: well under what SQLite and PostgreSQL take.
AT_ONCE = 2_000


def items(user) -> Sequence[sa.Row]:
    """What was thrown away, the latest first, as far as `user` may see it."""
    b = BinItem
    return db.session.execute(
        sa.select(b.id, b.thing, b.name, b.created_at, b.engagement_id, User.name.label("who"))
        .outerjoin(User, User.id == b.user_id)
        .where(b.visible_to(user))
        .order_by(b.id.desc())
        .limit(SHOWN)
    ).all()


def hanging_on(table: sa.Table, keys: Sequence[int]) -> dict[sa.Table, list[dict]]:
    """The rows with these ids and every row that the database would delete with them, by table.

    The tables come in the order in which their rows can be put back.
    """
    found: dict[sa.Table, dict[tuple, dict]] = {}
    waiting = [(table, [table.c.id.in_(keys)])]
    while waiting:
        here, criteria = waiting.pop()
        rows = [dict(row) for row in db.session.execute(sa.select(here).where(*criteria)).mappings()]
        fresh = {_key(here, row): row for row in rows if _key(here, row) not in found.get(here, {})}
        if fresh:
            found.setdefault(here, {}).update(fresh)
            waiting += [(other, [_points_at(link, fresh.values())]) for other, link in _falling_with(here)]
    return {one: _parents_first(one, found[one]) for one in db.metadata.sorted_tables if one in found}


def _parents_first(table: sa.Table, found: dict[tuple, dict]) -> list[dict]:
    """Each row after those of its own table that it points at: PostgreSQL looks at every row by itself."""
    rows = [found[key] for key in sorted(found)]
    to_own = [link for link in table.foreign_key_constraints if link.referred_table is table]
    names = [part.parent.name for link in to_own for part in link.elements if part.column.name == "id"]
    if not names:
        return rows
    left, ordered = {row["id"]: row for row in rows}, []
    while left:
        ready = [key for key, row in left.items() if not left.keys() & {row[name] for name in names}]
        ordered += [left.pop(key) for key in ready or list(left)]
    return ordered


def models() -> dict[sa.Table, type]:
    """The model of each table that has one."""
    return {mapper.local_table: mapper.class_ for mapper in db.Model.registry.mappers}


def loaded(rows: dict[sa.Table, list[dict]]) -> list:
    """The same rows as who judges them knows them."""
    known, found = models(), []
    for table, here in rows.items():
        if table in known:
            keys = [row["id"] for row in here]
            for start in range(0, len(keys), AT_ONCE):
                part = keys[start : start + AT_ONCE]
                found += db.session.scalars(sa.select(known[table]).where(table.c.id.in_(part)))
    return found


def _key(table: sa.Table, row: dict) -> tuple:
    return tuple(row[column.name] for column in table.primary_key)


def _falling_with(table: sa.Table) -> list[tuple[sa.Table, sa.ForeignKeyConstraint]]:
    return [
        (other, link)
        for other in db.metadata.sorted_tables
        for link in other.foreign_key_constraints
        if link.referred_table is table and link.ondelete == "CASCADE"
    ]


def _points_at(link: sa.ForeignKeyConstraint, rows) -> sa.ColumnElement[bool]:
    """The rows that point at one of `rows` by the constraint's column of its own."""
    ours, theirs = next(
        (element.parent, element.column) for element in link.elements if element.column.name == "id"
    )
    return ours.in_([row[theirs.name] for row in rows])
