"""Where the work really went, and on whose shoulders it lies."""

from collections import Counter

from crm.findings import Finding
from crm.roadmap.models import OPEN_MILESTONE
from crm.thread.queries import Thread

#: A share of the hours this much above what the strategy carries is said.
MISFIT = 0.2
#: Below so many hours, shares say nothing yet.
FEWEST_HOURS = 10
#: One owner with more than this share of at least so many things is overloaded.
OVERLOAD, FEWEST_THINGS = 0.5, 6


def effort_findings(thread: Thread):
    yield from _hours(thread)
    yield from _owners(thread)


def _hours(thread: Thread):
    """The hours that were logged, against what each strategy carries of the goals."""
    total = sum(thread.minutes.values())
    if thread.sheet.score is None or total < 60 * FEWEST_HOURS:
        return
    for strategy, carried in zip(thread.sheet.strategies, thread.sheet.score.shares, strict=True):
        given = thread.minutes.get(strategy.id, 0) / total
        if given - carried >= MISFIT:
            yield Finding(
                "warn",
                "Hours misfit",
                f"{given * 100:.0f} % of the hours went to “{strategy.statement}”, "
                f"which carries {carried * 100:.0f} % of the goals.",
                "Look at it again",
                "alignment.edit_strategy",
                {"strategy_id": strategy.id},
            )


def _owners(thread: Thread):
    """Who owns most of what there is to own: goals, strategies and open milestones."""
    things = [*thread.sheet.goals, *thread.sheet.strategies]
    things += [one for one in thread.milestones if one.state in OPEN_MILESTONE]
    owned = Counter(one.owner for one in things if one.owner)
    if owned.total() < FEWEST_THINGS:
        return
    for owner, count in owned.items():
        if count > OVERLOAD * owned.total():
            sentence = (
                f"{owner} owns {count} of the {owned.total()} goals, strategies and open milestones "
                "that have an owner."
            )
            parts = {"engagement_id": thread.sheet.engagement_id}
            yield Finding("warn", "Owner overload", sentence, "Share them out", "roadmap.index", parts)
