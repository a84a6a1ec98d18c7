"""What hangs loose anywhere on the thread, in sentences with the step that mends each."""

from datetime import date

from crm.alignment.findings import findings_of
from crm.alignment.models import SERVES
from crm.engagements.models import LIVE, Engagement
from crm.findings import Finding, worst_first
from crm.methods.health import PAUSE
from crm.roadmap.queries import is_late
from crm.thread.findings_effort import effort_findings
from crm.thread.queries import Thread
from crm.words import plural

#: Days without a session after which a live engagement is at risk.
LONGEST_PAUSE = PAUSE.good


def loose_ends(engagement: Engagement, thread: Thread, today: date) -> list[Finding]:
    """Every finding of the worksheet, the roadmap, the sessions and the measures, the worst first."""
    found = [
        *findings_of(thread.sheet),
        *_strategies(thread),
        *effort_findings(thread),
        *_milestones(thread, today),
        *_measures(thread),
        *_cadence(engagement, thread, today),
    ]
    return worst_first(found)


def _strategies(thread: Thread):
    delivered = {m.strategy_id for m in thread.milestones}
    for strategy in thread.sheet.strategies:
        serves = any(thread.sheet.mark(goal.id, strategy.id) >= SERVES for goal in thread.sheet.goals)
        if serves and strategy.id not in delivered:
            yield Finding(
                "warn",
                "No milestone",
                f"No milestone delivers strategy “{strategy.statement}”.",
                "Add a milestone",
                "roadmap.create",
                {"engagement_id": thread.sheet.engagement_id, "strategy": strategy.id},
            )


def _milestones(thread: Thread, today: date):
    for milestone in thread.milestones:
        mend = ("roadmap.edit", {"milestone_id": milestone.id})
        if is_late(milestone, today):
            late = plural((today - milestone.planned_on).days, "day")
            yield Finding(
                "bad", "Late", f"Milestone “{milestone.title}” is {late} late.", "Move or finish it", *mend
            )
        if milestone.strategy_id is None:
            sentence = f"Milestone “{milestone.title}” delivers no strategy."
            yield Finding("info", "Loose milestone", sentence, "Choose its strategy", *mend)


def _measures(thread: Thread):
    measured = {one.measure.goal_id for one in thread.readings}
    for goal in thread.sheet.goals:
        if goal.id not in measured:
            yield Finding(
                "warn",
                "No measure",
                f"Goal “{goal.statement}” has no measure: nothing will show that it is reached.",
                "Add a measure",
                "outcomes.create",
                {"engagement_id": thread.sheet.engagement_id},
            )
    for one in thread.readings:
        parts = {"measure_id": one.measure.id}
        if not one.observations:
            sentence = f"Measure “{one.measure.name}” has no observation yet."
            yield Finding("warn", "No evidence", sentence, "Enter values", "outcomes.show", parts)
        if one.measure.goal_id is None:
            sentence = f"Measure “{one.measure.name}” gives evidence for no goal."
            yield Finding("info", "Dangling measure", sentence, "Choose its goal", "outcomes.edit", parts)


def _cadence(engagement: Engagement, thread: Thread, today: date):
    if engagement.stage not in LIVE or engagement.starts_on > today:
        return
    mend = ("Log a session", "sessions.create", {"engagement_id": engagement.id})
    if thread.last_session_at is None:
        yield Finding("warn", "No session", "No session has been held yet.", *mend)
    elif (pause := (today - thread.last_session_at.date()).days) > LONGEST_PAUSE:
        yield Finding("bad", "Cadence", f"The last session was {pause} days ago.", *mend)
