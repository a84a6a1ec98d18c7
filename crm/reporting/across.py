"""Reports across engagements: what each is asked for, its frames, and the report that is made of them."""

from __future__ import annotations

from dataclasses import replace

from crm import clock
from crm.access import Role
from crm.engagements.models import Stage
from crm.reporting import (
    queries_clients,
    queries_economics,
    queries_effects,
    queries_moved,
    queries_outcomes,
    queries_quality,
    queries_time,
    queries_work,
)
from crm.reporting.asked import Asked
from crm.reporting.queries_scope import choices, name_of
from crm.sessions.queries import BUDGET_POLICY
from crm.timesheets.queries_money import REALISATION_POLICY, UTILISATION_POLICY
from reports.actions import actions as actions_report
from reports.alignment import alignment as alignment_report
from reports.channels import channels as channels_report
from reports.coaching import coaching, letter
from reports.economics import economics as economics_report
from reports.hours import hours as hours_report
from reports.milestones import milestones as milestones_report
from reports.model import Report
from reports.outcomes import outcomes as outcomes_report
from reports.period import Period
from reports.pipeline import pipeline as pipeline_report
from reports.quality import quality
from reports.satisfaction import satisfaction as satisfaction_report
from reports.utilisation import utilisation as utilisation_report

NARROWED = ("person", "kind", "state", "tag", "currency", "stage")


def _words(user, asked: Asked, names: tuple[str, ...] = NARROWED) -> str:
    return choices(user).words(asked, names) if any(name in asked.told for name in names) else ""


def _period(user, asked: Asked, names: tuple[str, ...] = NARROWED) -> Period:
    return asked.period(clock.now(), _words(user, asked, names))


def utilisation(user, asked: Asked) -> Report:
    people, money = queries_time.utilisation_frames(user, asked)
    notes = (f"Utilisation is billable over available hours. {UTILISATION_POLICY}",)
    if money is not None:
        left_out = "Time without both rates, or in two currencies, is left out."
        notes += (f"Realisation is what is billed over what it is worth. {REALISATION_POLICY} {left_out}",)
    return utilisation_report(people, money, _period(user, asked, ("person",)), notes)


def hours(user, asked: Asked) -> Report:
    spent, thread = queries_time.spent_frame(user, asked), queries_moved.thread_frames(user, asked)
    return hours_report(spent, thread, _period(user, asked), BUDGET_POLICY)


def milestones(user, asked: Asked) -> Report:
    return milestones_report(queries_work.milestones_frame(user, asked), _period(user, asked))


def actions(user, asked: Asked) -> Report:
    return actions_report(queries_work.actions_frame(user, asked), _period(user, asked))


def alignment(user, asked: Asked) -> Report:
    frames = queries_clients.alignment_frames(user, asked)
    return alignment_report(*frames, clock.today(user), clock.now(), _words(user, asked))


def outcomes(user, asked: Asked) -> Report:
    measures = queries_outcomes.outcomes_frames(user, asked)
    effects = queries_effects.effects_frames(user, asked)
    return outcomes_report(*measures, *effects, _period(user, asked))


def economics(user, asked: Asked) -> Report:
    frame, count = queries_economics.economics_frame(user, asked)
    return economics_report(frame, count, clock.today(user), clock.now(), _words(user, asked))


def satisfaction(user, asked: Asked) -> Report:
    return satisfaction_report(*queries_clients.satisfaction_frames(user, asked), _period(user, asked))


def _coach(user, asked: Asked) -> tuple[int | None, str | None]:
    """Whose log: a consultant's own; whoever is named otherwise, or nobody in particular."""
    key = user.id if user.role is Role.CONSULTANT else asked.person
    return key, name_of(key)


def coaching_log(user, asked: Asked) -> Report:
    key, name = _coach(user, asked)
    frame = queries_clients.coaching_frame(user, asked, coach=key)
    return coaching(frame, asked.period(clock.now()), name)


def coaching_letter(user, asked: Asked) -> Report:
    key, name = _coach(user, asked)
    frame = queries_clients.coaching_frame(user, asked, coach=key)
    signer = user.name if user.id else None  # Nobody has signed in to the command line.
    return letter(frame, asked.period(clock.now()), name, signer)


def pipeline(user, asked: Asked) -> Report:
    today = clock.today(user)
    frames = queries_work.pipeline_frames(user, asked, today)
    return pipeline_report(*frames, tuple(stage.label for stage in Stage), _period(user, asked))


def channels(user, asked: Asked) -> Report:
    frame, clients = queries_clients.channels_frame(user, asked)
    return channels_report(frame, clients, _period(user, asked, ("kind", "state", "tag")))


def data_quality(user, asked: Asked) -> Report:
    """Of the engagements where work goes on, unless other stages are asked for."""
    wanted = asked if asked.stage else replace(asked, stage="live")
    today = clock.today(user)
    frames = queries_quality.quality_frames(user, wanted, today)
    return quality(*frames, today, clock.now(), _words(user, asked))
