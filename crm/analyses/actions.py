from __future__ import annotations

from crm import clock
from crm.analyses import queries
from crm.analyses.answers import answer
from crm.analyses.looks import counted
from crm.analyses.models import Analysis, Look
from crm.analyses.proposing import proposed
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db

NO_METHOD = "The design of the plan names no method for this measure: choose one."


def ask(analysis: Analysis, engagement: Engagement) -> None:
    """Put a new question; without a method of its own it takes the one that is proposed."""
    analysis.engagement_id, analysis.organisation_id = engagement.id, engagement.organisation_id
    if analysis.method is None:
        analysis.method = proposed(queries.material(analysis.measure_id, engagement.id)).method
    if analysis.method is None:
        raise DomainError(NO_METHOD)
    classify(analysis)
    db.session.add(analysis)
    db.session.flush()


def classify(analysis: Analysis) -> None:
    """Say whether it is what the registered plan asks for first; everything else is exploratory."""
    analysis.is_primary = is_primary(analysis)


def is_primary(analysis: Analysis) -> bool:
    engagement_id = analysis.engagement_id
    hypothesis = queries.find_hypothesis(analysis.hypothesis_id, engagement_id)
    if not (hypothesis and hypothesis.is_primary and hypothesis.measure_id == analysis.measure_id):
        return False
    with db.session.no_autoflush:
        other = queries.find_primary(engagement_id)
    if other is not None and other is not analysis:
        return False
    material = queries.material(analysis.measure_id, engagement_id)
    return material.plan.is_registered and analysis.method in proposed(material).fits


def look(analysis: Analysis, *, by) -> Look:
    """Answer from the data as they stand, and keep both. Without an answer nothing is kept or counted."""
    material = queries.material(analysis.measure_id, analysis.engagement_id)
    settings, last = material.settings(analysis.settings), queries.find_last_look(analysis.id)
    number = last.number + 1 if last else 1
    try:
        result = answer(analysis.method, material.data, settings)
    except ValueError as reason:
        raise DomainError(f"No answer yet. {reason} This is not counted as a look.") from None
    classify(analysis)
    plan = material.plan
    count = counted(number, plan.looks, plan.alpha, is_tested=result["p"] is not None)
    result |= {"looks": count.sentence, "threshold": count.threshold, "is_primary": analysis.is_primary}
    found = Look(
        analysis_id=analysis.id,
        **analysis.whereabouts,
        number=number,
        looked_at=clock.now(),
        user_id=by.id if by else None,
        data_version=material.version,
        method=analysis.method,
        settings=settings,
        data=material.data,
        result=result,
        n=result["n"],
    )
    db.session.add(found)
    db.session.flush()
    return found
