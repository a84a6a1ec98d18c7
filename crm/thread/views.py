from flask import Blueprint, render_template, url_for

from crm import clock
from crm.access import Permission, Role, actor, can, requires
from crm.engagements import queries as engagements
from crm.engagements.models import Engagement
from crm.engagements.views import trail
from crm.health import queries as health
from crm.health.forms import SatisfactionForm
from crm.organisations import queries as organisations
from crm.organisations.models import Organisation
from crm.outcomes.views import picture
from crm.roadmap.models import MilestoneState
from crm.roadmap.queries import is_late
from crm.sessions import queries as sessions
from crm.thread import queries
from crm.thread.findings import loose_ends

bp = Blueprint("thread", __name__)


@bp.get("/organisations/<int:organisation_id>")
@requires(Permission.ORGANISATION_VIEW, Organisation)
def client(organisation: Organisation):
    """Everything about one client that the reader may see."""
    me = actor()
    tags, identifiers = organisations.labels(organisation.id)
    found = engagements.engagements_of_client(organisation.id, me)
    return render_template(
        "thread/client.html",
        organisation=organisation,
        tags=tags,
        identifiers=identifiers,
        engagements=found,
        standings=health.standings((one.id for one in found), me, clock.today(me)),
        contacts=organisations.contacts(organisation.id),
        channels=organisations.channels(organisation.id),
        children=organisations.children(organisation.id, me),
        parent=organisation.parent if can(me, Permission.ORGANISATION_VIEW, organisation.parent) else None,
        crumbs=[(url_for("organisations.index"), "Clients")] if can(me, Permission.ORGANISATION_LIST) else [],
    )


@bp.get("/engagements/<int:engagement_id>")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def engagement(engagement: Engagement):
    """The overview, with the thread at its heart."""
    me, today = actor(), clock.today(actor())
    thread = queries.thread_of(engagement, me)
    steps = [m for m in thread.milestones if m.state is not MilestoneState.DROPPED]
    shown = max(thread.readings, key=lambda one: (one.chart is not None, len(one.observations)), default=None)
    return render_template(
        "thread/engagement.html",
        engagement=engagement,
        thread=thread,
        findings=loose_ends(engagement, thread, today),
        steps=steps,
        done=sum(m.state is MilestoneState.DONE for m in steps),
        late=[m for m in steps if is_late(m, today)],
        hours=sessions.hours_used(engagement),
        policy=sessions.BUDGET_POLICY,
        next_session=sessions.next_of(engagement, clock.now()),
        team=engagements.team_of(engagement),
        shown=shown,
        picture=picture(shown) if shown else None,
        standing=health.standing_of(engagement, me, today),
        given=health.last_given(engagement, me) if me.role is Role.CLIENT else None,
        satisfaction=SatisfactionForm(formdata=None),
        crumbs=trail(engagement)[:1],
    )


@bp.get("/engagements/<int:engagement_id>/thread")
@requires(Permission.ENGAGEMENT_VIEW, Engagement)
def full(engagement: Engagement):
    """The thread alone, on one screen, with all that hangs loose."""
    thread = queries.thread_of(engagement, actor())
    return render_template(
        "thread/full.html",
        engagement=engagement,
        thread=thread,
        findings=loose_ends(engagement, thread, clock.today(actor())),
        crumbs=trail(engagement),
    )
