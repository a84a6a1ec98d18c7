"""What is settled stays as it is, whoever asks: a route, a command, an import or a job.

Rooms say with `@judge` which of their rows are settled. They are asked before every flush, below all of
those, and refuse with a DomainError. What changes rows in bulk, past the flush, asks `refuse` by itself.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from crm.extensions import db

Judge = Callable[[Session, Sequence[Any]], None]
_judges: list[Judge] = []


def judge(function: Judge) -> Judge:
    """Have `function(session, rows)` look at all rows that are about to be made, changed or deleted."""
    _judges.append(function)
    return function


def refuse(session: Session, rows: Sequence[Any]) -> None:
    """Raise a DomainError where one of the rows is settled."""
    for function in _judges:
        function(session, rows)


def before(row, name: str):
    """The value of a column as the database has it: None for a row that is new."""
    state = sa.inspect(row)
    if not state.persistent and not state.deleted:
        return None
    history = state.attrs[name].history
    return history.deleted[0] if history.deleted else getattr(row, name)


def changed(row) -> set[str]:
    """The columns of a row that are about to change."""
    attributes = sa.inspect(row).attrs
    return {
        one.key for one in sa.inspect(type(row)).column_attrs if attributes[one.key].history.has_changes()
    }


def only_changes(row, columns: frozenset[str], session: Session) -> bool:
    """Whether the row stays, and nothing but these of its columns is about to change."""
    if not sa.inspect(row).persistent or row in session.deleted or row not in session.dirty:
        return False
    return changed(row) <= columns


@event.listens_for(db.session, "before_flush")
def ask(session: Session, _context, _instances) -> None:
    modified = (row for row in session.dirty if session.is_modified(row))
    if rows := [*session.new, *modified, *session.deleted]:
        refuse(session, rows)
