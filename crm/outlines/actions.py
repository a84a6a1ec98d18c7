from crm.engagements import actions as engagements
from crm.engagements.models import Engagement, Stage
from crm.extensions import db
from crm.outlines import plan
from crm.outlines.models import Outline
from crm.outlines.plan import Part


def keep(outline: Outline, engagement: Engagement, parts: set[Part], *, by) -> None:
    """Keep what of the engagement may serve the next."""
    outline.content, outline.user_id = plan.read(engagement, parts), by.id
    db.session.add(outline)
    db.session.flush()


def clone(source: Engagement, made: Engagement, parts: set[Part], *, by, on) -> None:
    """Begin `made` with the wanted parts of `source`; its days move with the start."""
    content = plan.read(source, parts)
    for name in (*plan.TEXTS, "fee_basis"):
        if name in content:
            setattr(made, name, getattr(source, name))
    made.stage = Stage.INQUIRY
    if content["days"] is not None:
        made.ends_on = plan.Laid(made).day(content["days"])
    engagements.agree(made, by=by, on=on)
    if Part.HOURS in parts:
        plan.set_hours(content, made)
    plan.lay(content, made)
