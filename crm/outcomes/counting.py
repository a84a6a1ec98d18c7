"""The follower counts of a channel as values of a measure: the last count in each period that is over."""

from collections.abc import Sequence
from datetime import date

from crm.errors import DomainError
from crm.outcomes import queries_collect
from crm.outcomes.actions_collect import differs
from crm.outcomes.models import Measure
from crm.outcomes.values import Given, Line, line
from crm.words import day


def counted(measure: Measure, channel, known: Sequence, today: date) -> list[Line]:
    """What the channel says; an approved period that says something else is left as it is."""
    approved = {one.period_on: one for one in known if one.approved_at}
    found = []
    for first, row in queries_collect.last_counts(channel.id, measure.frequency, today).items():
        try:
            one = line(measure, first, Given(value=float(row.followers)), today)
        except ValueError as fault:
            raise DomainError(f"The count of {day(row.counted_on)} cannot be taken: {fault}.") from None
        if first not in approved or not differs(approved[first], one):
            found.append(one)
    if not found:
        raise DomainError(f"{channel.handle} has no count in a period that is over and open.")
    return found
