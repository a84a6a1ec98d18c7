"""Worksheets out of a grid of marks, and the marks out of the database."""

from types import SimpleNamespace

from sqlalchemy import select

from crm.alignment.models import Relation
from crm.alignment.queries import Worksheet


def sheet(marks, *, weights=None, efforts=None, strategies=None, note=None) -> Worksheet:
    """Goals are numbered from 1, strategies from 100; a 0 is a judgement that nobody has given."""
    width = strategies if strategies is not None else len(marks[0]) if marks else 0
    goals = [
        SimpleNamespace(id=1 + at, statement=f"Goal {at}", weight=(weights or [10] * len(marks))[at])
        for at in range(len(marks))
    ]
    columns = [
        SimpleNamespace(id=100 + at, statement=f"Strategy {at}", effort_hours=(efforts or [None] * width)[at])
        for at in range(width)
    ]
    relations = {
        (goal.id, strategy.id): SimpleNamespace(
            goal_id=goal.id, strategy_id=strategy.id, mark=mark, note=note
        )
        for goal, row in zip(goals, marks, strict=True)
        for strategy, mark in zip(columns, row, strict=True)
        if mark
    }
    return Worksheet(7, goals, columns, relations)


def relations(session, engagement) -> dict:
    session.expire_all()
    rows = session.scalars(select(Relation).where(Relation.engagement_id == engagement.id))
    return {(row.goal_id, row.strategy_id): row.mark for row in rows}
