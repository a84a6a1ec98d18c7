"""The scopes that crm.access grants permissions within: which rows, as one SQL criterion each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

# The tables that say who serves whom, named here and not imported: they stand on higher floors.
team = sa.table("team_member", sa.column("engagement_id"), sa.column("organisation_id"), sa.column("user_id"))
granted = sa.table(
    "engagement_grant",
    sa.column("engagement_id"),
    sa.column("organisation_id"),
    sa.column("user_id"),
    sa.column("is_sponsor", sa.Boolean),
)
kept = sa.table("organisation", sa.column("id"), sa.column("keeper_id"))
contacts = sa.table("contact", sa.column("id"), sa.column("organisation_id"), sa.column("user_id"))


def among(key, column: sa.ColumnClause, user, whose: str = "user_id") -> sa.ColumnElement[bool]:
    """Whether the key is among the values of the column in those rows of its table that speak of `user`."""
    of_whom = column.table.c[whose]
    if asked := getattr(user, "among", None):
        return asked(key, column, of_whom)
    return key.in_(sa.select(column).where(of_whom == user.id))


@dataclass(frozen=True)
class Scope:
    """Which rows: a name for people, and a criterion on the model of the rows."""

    name: str
    where: Callable[[Any, Any], sa.ColumnElement[bool]]


ALL = Scope("all", lambda user, model: sa.true())
TEAM = Scope("on the team", lambda user, model: among(model.engagement_key(), team.c.engagement_id, user))
GRANTED = Scope(
    "granted, of their organisation",
    lambda user, model: sa.and_(
        among(model.engagement_key(), granted.c.engagement_id, user),
        among(model.organisation_id, contacts.c.organisation_id, user),
    ),
)
SPONSORED = Scope(
    "sponsor of it",
    lambda user, model: sa.and_(
        model.engagement_key().in_(
            sa.select(granted.c.engagement_id).where(granted.c.user_id == user.id, granted.c.is_sponsor)
        ),
        GRANTED.where(user, model),
    ),
)
SHARED = Scope(
    "granted and shared",
    lambda user, model: sa.and_(model.shared_key(), GRANTED.where(user, model)),
)
OWN = Scope("their own", lambda user, model: model.user_id == user.id)
OWN_OR_SHARED = Scope(
    "their own, and those shared with all",
    lambda user, model: sa.or_(model.user_id == user.id, model.is_shared),
)
FOR_ROLE = Scope(
    "their own, and those shared with their role",
    lambda user, model: sa.or_(model.user_id == user.id, model.is_for(user.role)),
)
OWED = Scope(
    "granted and theirs to do",
    lambda user, model: sa.and_(
        GRANTED.where(user, model),
        sa.or_(
            model.owner_user_id == user.id,
            among(model.owner_contact_id, contacts.c.id, user),
        ),
    ),
)
SERVED = Scope(
    "those they serve",
    lambda user, model: sa.or_(
        model.keeper_key(user),
        among(model.organisation_key(), team.c.organisation_id, user),
    ),
)
THEIRS = Scope(
    "their own", lambda user, model: among(model.organisation_key(), contacts.c.organisation_id, user)
)

BINNED = Scope(
    "thrown away by them, or of an engagement on whose team they are",
    lambda user, model: sa.or_(
        model.user_id == user.id, among(model.engagement_key(), team.c.engagement_id, user)
    ),
)

raters = sa.table("round_rater", sa.column("round_id"), sa.column("user_id"))


def _for_raters(scope: Scope) -> Scope:
    """Of these rows, those where the reader is asked to judge."""
    return Scope(
        "asked to judge",
        lambda user, model: sa.and_(scope.where(user, model), among(model.id, raters.c.round_id, user)),
    )


def _unsealed(scope: Scope) -> Scope:
    """Of these rows, their own; others' only once the round is over.

    Whoever looks as somebody else does is not that person: what is theirs alone stays theirs.
    """

    def where(user, model) -> sa.ColumnElement[bool]:
        own = sa.false() if getattr(user, "is_previewed", False) else model.user_id == user.id
        return sa.and_(scope.where(user, model), sa.or_(own, model.is_revealed))

    return Scope("their own, and others' once the round is over", where)


RATING, RATING_TEAM, RATING_GRANTED = (_for_raters(scope) for scope in (ALL, TEAM, GRANTED))
UNSEALED, UNSEALED_TEAM, UNSEALED_GRANTED = (_unsealed(scope) for scope in (ALL, TEAM, GRANTED))
