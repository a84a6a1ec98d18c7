from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa

from crm.access import Reader, Role
from crm.accounts.models import User
from crm.columns import columns
from crm.engagements.models import BEFORE_AGREEMENT, LIVE, Engagement, Stage
from crm.extensions import db
from crm.health import parts
from crm.health.models import HealthOverride, SatisfactionScore
from crm.methods import health
from crm.methods.health import Dimension, Health, Level
from crm.timesheets.queries_budget import elapsed_of

#: What a client is told of. How the hours burn, and what is set by hand, is the centre's own affair; the
#: cadence would be wrong, for they know of the sessions alone that are shared with them.
CLIENT_SEES = frozenset(Dimension) - {Dimension.BUDGET, Dimension.CADENCE}
#: Rows of a history on the page.
LATEST = 50

e, u = columns(Engagement), columns(User)


@dataclass(frozen=True)
class ByHand:
    """A level that somebody has set in place of what is reckoned."""

    level: Level
    note: str
    from_on: date
    until: date
    by: str | None


@dataclass(frozen=True)
class Standing:
    """How an engagement stands: as reckoned, and as set by hand where it is."""

    reckoned: Health
    by_hand: ByHand | None = None

    @property
    def level(self) -> Level:
        return self.by_hand.level if self.by_hand else self.reckoned.level

    @property
    def sentence(self) -> str:
        """The reason, as a page says it."""
        return f"By hand: {self.by_hand.note}" if self.by_hand else self.reckoned.sentence

    @property
    def is_troubled(self) -> bool:
        """The filter of the portfolio says the same in SQL: `crm.health.parts.in_trouble`."""
        return self.level in (Level.WATCH, Level.BAD)

    @property
    def trouble(self) -> str:
        """Every reason why it needs a look; nothing where it runs well."""
        if not self.is_troubled:
            return ""
        return self.sentence if self.by_hand else " ".join(one.sentence for one in self.reckoned.troubles)


def standing(row, today: date, user) -> Standing | None:
    """The health out of a row of `parts.facts`, as `user` is told it; None where no work goes on."""
    if row.stage not in LIVE:
        return None
    if user.role is Role.CLIENT:
        return Standing(reckoned(row, today).of(CLIENT_SEES))
    return Standing(reckoned(row, today), _by_hand(row))


def reckoned(row, today: date) -> Health:
    """All six dimensions out of a row of `parts.facts`."""
    return health.worst(
        (
            _schedule(row, today),
            health.budget((row.minutes_on_budget or 0) / 60, row.hours_budget or 0, elapsed_of(row, today)),
            _cadence(row, today),
            health.satisfaction(row.score, row.said_on, row.scores or 0, today),
            health.alignment(row.covered or 0, row.weight or 0, row.rated or 0),
            health.outcome(row.run_measure, row.run or 0, row.run_values or 0),
        )
    )


def _schedule(row, today: date) -> health.Judgement:
    return health.schedule(
        milestones=row.milestones or 0,
        late=row.milestones_late or 0,
        title=row.late_title,
        days=_since(row.late_since, today),
        ended=_since(row.ends_on, today),
        owed=_since(row.owed_since, today),
    )


def _since(day: date | None, today: date) -> int:
    return max((today - day).days, 0) if day else 0


def _cadence(row, today: date) -> health.Judgement:
    if row.starts_on > today:
        return health.cadence(None, has_met=False)
    last = row.last_session_at and row.last_session_at.date()
    return health.cadence((today - max(last or row.starts_on, row.starts_on)).days, has_met=bool(last))


def _by_hand(row) -> ByHand | None:
    if not row.hand_level:
        return None
    return ByHand(row.hand_level.level, row.hand_note, row.hand_from, row.hand_until, row.hand_by)


def why_none(stage: Stage) -> str:
    """Why an engagement in this stage has no health."""
    if stage is Stage.FOLLOW_UP:
        return "It is closed: nothing more is reckoned."
    if stage in BEFORE_AGREEMENT:
        return "It is not agreed yet: there is nothing to hold it against."
    return f"It is {stage.label.lower()}: nothing is reckoned while no work goes on."


def standing_of(engagement: Engagement, user, today: date) -> Standing | None:
    return standings([engagement.id], user, today)[engagement.id]


def standings(ids: Iterable[int], user, today: date) -> dict[int, Standing | None]:
    """The health of each, in one statement. Whoever asks has seen to it that `user` may see them."""
    rows = db.session.execute(_facts(), {"keys": list(ids), **parts.moments(today)})
    return {row.id: standing(row, today, user) for row in rows}


@cache
def _facts() -> sa.Select:
    keys = sa.bindparam("keys", expanding=True, type_=sa.Integer)
    return parts.facts(sa.select(e.id).where(e.id.in_(keys)).cte("chosen"))


def scores_of(engagement: Engagement, user) -> Sequence[sa.Row]:
    """What the client gave, as far as `user` may see it, latest first."""
    return db.session.execute(_scores(user.role), {"engagement": engagement.id, "reader": user.id}).all()


@cache
def _scores(role: Role) -> sa.Select:
    s = columns(SatisfactionScore)
    return (
        sa.select(s.id, s.score, s.note, s.said_on, s.said_by, s.is_from_client, u.name.label("written_by"))
        .outerjoin(u.table, u.id == s.user_id)
        .where(s.engagement_id == sa.bindparam("engagement"), s.visible_to(Reader(role)))
        .order_by(s.said_on.desc(), s.id.desc())
        .limit(LATEST)
    )


def last_given(engagement: Engagement, user) -> sa.Row | None:
    """The latest number that `user` may see: score, said_on, said_by."""
    asked = {"engagement": engagement.id, "reader": user.id}
    return db.session.execute(_scores(user.role).limit(1), asked).first()


def overrides_of(engagement: Engagement, user) -> Sequence[sa.Row]:
    """What was set by hand, as far as `user` may see it, latest first."""
    return db.session.execute(_overrides(user.role), {"engagement": engagement.id, "reader": user.id}).all()


@cache
def _overrides(role: Role) -> sa.Select:
    h = columns(HealthOverride)
    return (
        sa.select(h.id, h.level, h.note, h.from_on, h.expires_on, h.lifted_on, u.name.label("by"))
        .outerjoin(u.table, u.id == h.user_id)
        .where(h.engagement_id == sa.bindparam("engagement"), h.visible_to(Reader(role)))
        .order_by(h.id.desc())
        .limit(LATEST)
    )


def find_in_effect(engagement: Engagement, today: date) -> HealthOverride | None:
    """The override that counts on this day."""
    return db.session.scalar(
        sa.select(HealthOverride)
        .where(HealthOverride.engagement_id == engagement.id, parts.in_effect())
        .order_by(HealthOverride.id.desc())
        .limit(1),
        {"today": today},
    )
