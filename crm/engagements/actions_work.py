"""Hand over and accept what was agreed; change what is agreed."""

from datetime import date

from crm.engagements import queries, queries_work
from crm.engagements.actions import set_budget
from crm.engagements.models import Engagement, ServiceLine
from crm.engagements.models_work import ChangeOrder, ChangeState, Deliverable, DeliverableState
from crm.errors import DomainError
from crm.extensions import db


def agree_on(deliverable: Deliverable, engagement: Engagement) -> None:
    """Put a deliverable into the statement of work."""
    deliverable.engagement_id, deliverable.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(deliverable)


def deliver(deliverable: Deliverable, evidence: str | None, *, on: date) -> None:
    if deliverable.state is not DeliverableState.PLANNED:
        raise DomainError(f"“{deliverable.title}” is {deliverable.state.label.lower()} already.")
    deliverable.state, deliverable.delivered_on = DeliverableState.DELIVERED, on
    deliverable.evidence = evidence or deliverable.evidence


def accept(deliverable: Deliverable, name: str, *, on: date) -> None:
    """The client says that it is what was agreed; `name` is who said so."""
    if deliverable.state is not DeliverableState.DELIVERED:
        raise DomainError(f"“{deliverable.title}” is {deliverable.state.label.lower()}: nothing to accept.")
    deliverable.state, deliverable.accepted_on = DeliverableState.ACCEPTED, on
    deliverable.accepted_by = name


def take_back(deliverable: Deliverable) -> None:
    """It is not what was agreed, or not handed over after all: it is planned again."""
    if deliverable.state is DeliverableState.PLANNED:
        raise DomainError(f"“{deliverable.title}” is not delivered yet.")
    deliverable.state = DeliverableState.PLANNED
    deliverable.delivered_on = deliverable.accepted_on = deliverable.accepted_by = None


def propose(order: ChangeOrder, engagement: Engagement, *, by, on: date) -> None:
    """Number a change order and put it before the client."""
    order.engagement_id, order.organisation_id = engagement.id, engagement.organisation_id
    order.number = queries_work.next_change_number(engagement)
    order.proposed_on, order.user_id = on, by.id
    db.session.add(order)


def agree_to(order: ChangeOrder, name: str, *, on: date) -> None:
    """Both sides agree: hours, fee, scope and end of the engagement are from now on what it says."""
    engagement = order.engagement
    _decide(order, ChangeState.AGREED, name, on)
    _change_hours(engagement, order.lines)
    if order.fee:
        _change_fee(engagement, order)
    if order.ends_on:
        engagement.ends_on = order.ends_on
    if order.scope:
        said = f"Change order {order.number}: {order.scope}"
        engagement.scope = f"{engagement.scope}\n\n{said}" if engagement.scope else said


def decline(order: ChangeOrder, name: str, *, on: date) -> None:
    _decide(order, ChangeState.DECLINED, name, on)


def _decide(order: ChangeOrder, state: ChangeState, name: str, on: date) -> None:
    if order.state is not ChangeState.PROPOSED:
        raise DomainError(f"Change order {order.number} is {order.state.label.lower()} already.")
    order.state, order.decided_on, order.decided_with = state, on, name


def _change_hours(engagement: Engagement, lines: dict[ServiceLine, int]) -> None:
    agreed = {budget.service_line: budget.hours for budget in queries.budgets(engagement)}
    changed = {line: agreed.get(line, 0) + more for line, more in lines.items()}
    for line, hours in changed.items():
        if hours < 0:
            raise DomainError(f"Only {agreed.get(line, 0)} h of {line.label.lower()} are agreed.")
    set_budget(engagement, changed)


def _change_fee(engagement: Engagement, order: ChangeOrder) -> None:
    if engagement.fee is None:
        raise DomainError("No fee is agreed yet: enter it with its currency first, then change it.")
    if engagement.fee + order.fee < 0:
        raise DomainError("The fee cannot fall below nothing.")
    engagement.fee += order.fee
