from crm.engagements.models import Engagement
from crm.extensions import db
from crm.outcomes import ethics as _ethics  # noqa: F401 - it judges every flush
from crm.outcomes import queries
from crm.outcomes.models import Measure, Observation
from crm.outcomes.pasted import Line


def add_measure(measure: Measure, engagement: Engagement) -> None:
    measure.engagement_id, measure.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(measure)


def observe(measure: Measure, lines: list[Line], provenance: str | None, *, by) -> tuple[int, int]:
    """Record values by period; a period that is known is corrected. How many are new, how many corrected."""
    known = queries.known_observations(measure.id)
    new = 0
    for line in lines:
        observation = known.get(line.period_on)
        if not observation:
            new += 1
            observation = Observation(
                measure_id=measure.id,
                engagement_id=measure.engagement_id,
                organisation_id=measure.organisation_id,
                period_on=line.period_on,
            )
            db.session.add(observation)
        observation.value, observation.user_id = line.value, by.id
        observation.numerator, observation.denominator = line.numerator, line.denominator
        observation.provenance = provenance or observation.provenance
    return new, len(lines) - new
