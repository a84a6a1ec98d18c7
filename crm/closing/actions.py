"""Close an engagement, follow it up, and reopen it."""

from datetime import date

from dateutil.relativedelta import relativedelta

from crm.closing import queries
from crm.closing.models import FollowUp
from crm.engagements.actions import log_move
from crm.engagements.lock import opened
from crm.engagements.models import Engagement, Stage
from crm.errors import DomainError
from crm.extensions import db

#: After how many months the client is asked what is left of it.
FOLLOWED_AFTER = (6, 12)


def close(engagement: Engagement, words: str, reason: str | None, *, by, on: date) -> None:
    """Close it with its final words. What is left open needs a reason; from here on nothing changes."""
    if engagement.stage is not Stage.CLOSING:
        raise DomainError("An engagement is closed out of the stage closing. Move it there first.")
    loose = queries.left_open(engagement)
    if loose and not reason:
        said = ", ".join(f"{one.count} {one.one if one.count == 1 else one.many}" for one in loose)
        raise DomainError(f"Still open: {said}. Settle them, or say why it is closed regardless.")
    engagement.closing_words, engagement.closed_on = words, on
    log_move(engagement, Stage.FOLLOW_UP, reason, by=by, on=on)
    known = {one.months: one for one in queries.follow_ups_of(engagement)}
    for months in FOLLOWED_AFTER:
        if months not in known:
            db.session.add(_follow_up(engagement, months, on))
        elif not known[months].held_on:
            known[months].due_on = later(on, months)


def _follow_up(engagement: Engagement, months: int, on: date) -> FollowUp:
    return FollowUp(
        **engagement.whereabouts,
        months=months,
        due_on=later(on, months),
    )


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    return day + relativedelta(months=months)


def reopen(engagement: Engagement, reason: str, *, by, on: date) -> None:
    """Back to closing, with the reason. Talks that were not held yet fall due anew at the next closing."""
    if not engagement.is_closed:
        raise DomainError(f"“{engagement.title}” is not closed.")
    with opened(engagement):
        engagement.closed_on = None
        log_move(engagement, Stage.CLOSING, reason, by=by, on=on)


def follow_up(talk: FollowUp, *, by) -> None:
    talk.user_id = by.id
