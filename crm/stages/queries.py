from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from crm.access import RULES, Permission, Reader, Role
from crm.accounts.models import User
from crm.alignment.models import SERVES, Goal, Relation, Strategy
from crm.columns import columns
from crm.engagements.models import (
    NEXT_STAGES,
    Budget,
    Engagement,
    EngagementGrant,
    Stage,
    StageMove,
)
from crm.engagements.models_work import Deliverable
from crm.extensions import db
from crm.organisations.models import Contact, Organisation
from crm.outcomes.models import Measure, Observation
from crm.paging import capped
from crm.roadmap.models import OPEN_MILESTONE, Milestone, MilestoneState
from crm.scopes import ALL
from crm.sessions.models import CoachingSession, SessionState

#: Cards of one stage on the board; the list shows them all.
CARDS = 15

e, o, u = columns(Engagement), columns(Organisation), columns(User)


def counts_of(engagement: Engagement) -> sa.Row:
    """How much of what gates ask for hangs on the engagement: one row of counts, in one statement."""
    asked = {"engagement": engagement.id, "organisation": engagement.organisation_id}
    return db.session.execute(_counts(), asked).one()


@cache
def _counts() -> sa.Select:
    g, b, d, k = (columns(model) for model in (EngagementGrant, Budget, Deliverable, Contact))
    goal, strategy, relation = columns(Goal), columns(Strategy), columns(Relation)
    m, s, measure, seen = (columns(model) for model in (Milestone, CoachingSession, Measure, Observation))
    values = sa.select(sa.func.count()).where(seen.measure_id == measure.id).scalar_subquery()
    serving = sa.exists().where(relation.goal_id == goal.id, relation.mark >= SERVES)
    vague = sa.or_(d.acceptance.is_(None), d.acceptance == "")
    of_client = k.organisation_id == sa.bindparam("organisation")
    return sa.select(
        _count(k, of_client, anywhere=True).label("contacts"),
        _count(d).label("deliverables"),
        _count(d, vague).label("vague_deliverables"),
        _count(b).label("budgets"),
        _count(g).label("grants"),
        _count(g, g.is_sponsor).label("sponsors"),
        _count(s, s.state == SessionState.HELD).label("held"),
        _count(goal).label("goals"),
        _count(goal, serving).label("served"),
        _count(strategy).label("strategies"),
        _count(measure).label("measures"),
        _count(measure, sa.or_(measure.baseline.is_not(None), values > 0)).label("observed"),
        _count(measure, values > sa.case((measure.baseline.is_(None), 1), else_=0)).label("followed"),
        _count(m).label("milestones"),
        _count(m, m.state == MilestoneState.DONE).label("reached"),
        _count(m, m.state.in_(sorted(OPEN_MILESTONE))).label("open_milestones"),
    )


def _count(of, *criteria, anywhere: bool = False) -> sa.ScalarSelect[int]:
    here = () if anywhere else (of.engagement_id == sa.bindparam("engagement"),)
    return sa.select(sa.func.count()).select_from(of.table).where(*here, *criteria).scalar_subquery()


def moves_of(engagement: Engagement) -> Sequence[sa.Row]:
    """Each move of stage, latest first: to_stage, moved_on, reason, left_out, who."""
    m = StageMove
    return db.session.execute(
        sa.select(m.from_stage, m.to_stage, m.moved_on, m.reason, m.left_out, User.name.label("who"))
        .outerjoin(User, User.id == m.user_id)
        .where(m.engagement_id == engagement.id)
        .order_by(m.moved_on.desc(), m.id.desc())
    ).all()


class Column(NamedTuple):
    """One stage of the board: how many stand in it, those longest there, and where they may go."""

    stage: Stage
    total: int
    cards: Sequence[sa.Row]
    targets: list[Stage]


def board(user, *, mine: bool = False, everywhere: bool = False) -> list[Column]:
    """The stages with their engagements, in two statements; without `everywhere` not those that ended."""
    stages = tuple(Stage) if everywhere else tuple(s for s in Stage if s not in ENDS)
    asked = {"reader": user.id}
    totals = {row.stage: row.number for row in db.session.execute(_totals(user.role, mine, stages), asked)}
    cards: dict[Stage, list] = {stage: [] for stage in stages}
    for card in db.session.execute(_cards(user.role, mine, stages), asked).all():
        if card.stage in cards:
            cards[card.stage].append(card)
    return [Column(stage, totals.get(stage, 0), cards[stage], targets(stage)) for stage in stages]


#: Where nothing moves any more, but for reopening.
ENDS = frozenset({Stage.FOLLOW_UP, Stage.LOST, Stage.CANCELLED})


def targets(stage: Stage) -> list[Stage]:
    """Where an engagement in this stage may move to, in the order of the way."""
    return sorted(NEXT_STAGES[stage], key=list(Stage).index)


def _shown(role: Role, mine: bool) -> sa.ColumnElement[bool]:
    reader = Reader(role)
    return sa.and_(e.visible_to(reader), e.lead_id == reader.id) if mine else e.visible_to(reader)


def _sees_all(role: Role, mine: bool) -> bool:
    return not mine and RULES[Permission.ENGAGEMENT_VIEW].get(role) is ALL


@cache
def _totals(role: Role, mine: bool, stages: tuple[Stage, ...]) -> sa.Select | sa.CompoundSelect:
    """A count for each stage; where all are seen, no further than the page tells, for that is soon there."""
    if not _sees_all(role, mine):
        return sa.select(e.stage, sa.func.count().label("number")).where(_shown(role, mine)).group_by(e.stage)
    here = [sa.select(e.id).where(_stands_in(stage), _shown(role, mine)) for stage in stages]
    return sa.union_all(
        *(
            sa.select(sa.literal(stage, e.stage.type).label("stage"), capped(one).label("number"))
            for stage, one in zip(stages, here, strict=True)
        )
    )


@cache
def _cards(role: Role, mine: bool, stages: tuple[Stage, ...]) -> sa.Select:
    """The cards longest in each stage, cut off per stage before anything is joined to them."""
    chosen = _walked(role, stages) if _sees_all(role, mine) else _ranked(role, mine)
    return (
        sa.select(
            chosen.c.id, chosen.c.title, chosen.c.stage, chosen.c.stage_since,
            o.name.label("client"), u.name.label("lead"),
        )
        .join(o.table, o.id == chosen.c.organisation_id)
        .outerjoin(u.table, u.id == chosen.c.lead_id)
        .order_by(chosen.c.stage_since, chosen.c.id)
    )  # fmt: skip


CARD = (e.id, e.title, e.stage, e.stage_since, e.organisation_id, e.lead_id)


def _stands_in(stage: Stage) -> sa.ColumnElement[bool]:
    return e.stage == sa.literal(stage, e.stage.type)


def _walked(role: Role, stages: tuple[Stage, ...]) -> sa.Subquery:
    """For whoever sees all: the first of each stage, by the index."""
    shown = _shown(role, mine=False)
    longest = (
        sa.select(*CARD).where(_stands_in(stage), shown).order_by(e.stage_since, e.id).limit(CARDS).subquery()
        for stage in stages
    )
    return sa.union_all(*(sa.select(one) for one in longest)).subquery("chosen")


def _ranked(role: Role, mine: bool) -> sa.Subquery:
    """For whoever sees a few of all: those few of every stage, numbered in it. A criterion on the stage would
    lead SQLite through all engagements of a stage instead."""
    place = sa.func.row_number().over(partition_by=e.stage, order_by=(e.stage_since, e.id))
    ranked = sa.select(*CARD, place.label("place")).where(_shown(role, mine)).subquery()
    return sa.select(ranked).where(ranked.c.place <= CARDS).subquery("chosen")
