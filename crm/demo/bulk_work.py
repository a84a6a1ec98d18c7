"""The statement of work of one engagement of the bulk: what was promised, changed, priced and came after."""

from datetime import date, timedelta
from decimal import Decimal

from crm.closing.actions import FOLLOWED_AFTER, later
from crm.closing.models import FollowUp, Lasting
from crm.demo import words_bulk as words
from crm.engagements.models import FeeBasis, ServiceLine
from crm.engagements.models_work import ChangeOrder, ChangeState, Deliverable, DeliverableState
from crm.timesheets.models import EngagementRate

#: One engagement in so many is changed after it was agreed.
CHANGED = 5
STATES = (ChangeState.AGREED, ChangeState.AGREED, ChangeState.DECLINED, ChangeState.PROPOSED)


def add_bulk_work(bulk, engagement: dict) -> None:
    days = (engagement["ends_on"] - bulk.starts).days
    for number, (title, acceptance) in enumerate(bulk.rng.sample(words.PROMISES, 2), 1):
        _promise(bulk, title, acceptance, bulk.starts + timedelta(days=days * number // 2))
    if bulk.rng.randrange(CHANGED) == 0:
        _change(bulk)
    if engagement["fee_basis"] is FeeBasis.TIME_AND_MATERIALS:
        amount = (engagement["fee"] / 200).quantize(Decimal(1))
        bulk.add(EngagementRate, from_on=bulk.starts, amount=amount, currency=engagement["currency"])
    if engagement["closed_on"]:
        _follow_ups(bulk, engagement["closed_on"])


def _promise(bulk, title: str, acceptance: str, due_on: date) -> None:
    delivered_on = due_on + timedelta(days=bulk.rng.randrange(-10, 11))
    accepted_on = delivered_on + timedelta(days=bulk.rng.randrange(2, 15))
    state, today = DeliverableState.PLANNED, bulk.rows.as_of
    if delivered_on < today:
        state = DeliverableState.ACCEPTED if accepted_on < today else DeliverableState.DELIVERED
    is_accepted = state is DeliverableState.ACCEPTED
    bulk.add(
        Deliverable,
        title=title,
        acceptance=acceptance,
        due_on=due_on,
        state=state,
        delivered_on=None if state is DeliverableState.PLANNED else delivered_on,
        accepted_on=accepted_on if is_accepted else None,
        accepted_by=bulk.client.names[0] if is_accepted else None,
        owner_user_id=bulk.lead,
    )


def _change(bulk) -> None:
    title, reason, hours = bulk.rng.choice(words.CHANGES)
    state = bulk.rng.choice(STATES)
    proposed_on = min(bulk.starts + timedelta(days=40), bulk.rows.as_of)
    is_decided = state is not ChangeState.PROPOSED
    bulk.add(
        ChangeOrder,
        number=1,
        title=title,
        reason=reason,
        hours={ServiceLine.TRAINING.value: hours},
        state=state,
        proposed_on=proposed_on,
        decided_on=min(proposed_on + timedelta(days=6), bulk.rows.as_of) if is_decided else None,
        decided_with=bulk.client.names[0] if is_decided else None,
        user_id=bulk.lead,
    )


def _follow_ups(bulk, closed_on: date) -> None:
    """The talks after the end; those long past were held."""
    for months in FOLLOWED_AFTER:
        due_on = later(closed_on, months)
        is_held = due_on < bulk.rows.as_of - timedelta(30)
        said = {"held_on": due_on, "lasting": Lasting.STILL_IN_PLACE} if is_held else {}
        bulk.add(FollowUp, months=months, due_on=due_on, **said)
