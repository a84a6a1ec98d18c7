"""What must be there before an engagement enters a stage: data, and a look at what is there."""

from dataclasses import dataclass
from typing import NamedTuple

from crm.engagements.models import PATH, Engagement, FeeBasis, Stage


class Need(NamedTuple):
    """One thing that a gate asks for: the fact that shows it, and the page that mends its lack."""

    fact: str
    sentence: str
    button: str
    endpoint: str


LEAD = Need("lead", "Somebody leads it.", "Choose a lead", "engagements.people")
CONTACT = Need("contacts", "We know somebody at the client.", "Add a contact", "thread.client")
SCOPE = Need("scope", "The scope is written.", "Write it", "engagements.edit")
DELIVERABLE = Need("deliverables", "At least one deliverable is named.", "Add one", "work.create")
ACCEPTANCE = Need("accepted_when", "Each deliverable says when it is accepted.", "Say it", "work.show")
BASIS = Need("fee_basis", "The fee basis is agreed.", "Choose it", "engagements.edit")
FEE = Need("fee", "The fee is agreed, or the work is pro bono.", "Enter it", "engagements.edit")
HOURS = Need("hours", "Hours are agreed.", "Enter them", "engagements.edit")
END = Need("end", "The end is set.", "Set it", "engagements.edit")
ACCESS = Need("grants", "Somebody of the client sees it.", "Give access", "engagements.people")
SPONSOR = Need("sponsors", "A sponsor of the client is named.", "Name one", "engagements.people")
SESSION = Need("held", "A session was held.", "Log a session", "sessions.create")
GOAL = Need("goals", "The client's goals are on the worksheet.", "Add a goal", "alignment.worksheet")
MEASURE = Need("measures", "A measure is chosen.", "Add a measure", "outcomes.create")
BASELINE = Need("observed", "The measures have a baseline value.", "Enter values", "outcomes.index")
STRATEGY = Need("strategies", "Strategies are on the worksheet.", "Add one", "alignment.worksheet")
SERVED = Need("served", "Every goal has a strategy rated 3 or more.", "Rate them", "alignment.worksheet")
MILESTONE = Need("milestones", "The roadmap has a milestone.", "Add one", "roadmap.create")
REACHED = Need("reached", "A milestone is reached.", "Open the roadmap", "roadmap.index")
EVIDENCE = Need("followed", "A measure has a value after its baseline.", "Enter values", "outcomes.index")
SETTLED = Need("settled", "No milestone is left open.", "Open the roadmap", "roadmap.index")

#: What each stage asks for before an engagement enters it.
GATES: dict[Stage, tuple[Need, ...]] = {
    Stage.QUALIFIED: (LEAD, CONTACT),
    Stage.PROPOSAL: (SCOPE,),
    Stage.AGREED: (DELIVERABLE, ACCEPTANCE, BASIS, FEE, HOURS, END),
    Stage.DISCOVERY: (ACCESS, SPONSOR),
    Stage.BASELINE: (SESSION, GOAL, MEASURE),
    Stage.ALIGNMENT: (BASELINE,),
    Stage.IMPLEMENTATION: (STRATEGY, SERVED, MILESTONE),
    Stage.MEASUREMENT: (REACHED,),
    Stage.CLOSING: (EVIDENCE, SETTLED),
}


@dataclass(frozen=True)
class Check:
    """One need, and whether it is met."""

    need: Need
    is_met: bool


def next_stage(stage: Stage) -> Stage | None:
    """The stage after this one on the way of an engagement; None off the way and before its end."""
    if stage not in PATH[:-2]:
        return None
    return PATH[PATH.index(stage) + 1]


def checks(stage: Stage, facts: dict[str, bool]) -> list[Check]:
    return [Check(need, facts[need.fact]) for need in GATES.get(stage, ())]


def told(engagement: Engagement, counts) -> dict[str, bool]:
    """The facts that gates ask for, out of the engagement and of the counts of what hangs on it."""
    hours_by_basis = engagement.fee_basis in (FeeBasis.MEMBERSHIP, FeeBasis.TIME_AND_MATERIALS)
    return {
        "lead": engagement.lead_id is not None,
        "contacts": counts.contacts > 0,
        "scope": bool(engagement.scope),
        "deliverables": counts.deliverables > 0,
        "accepted_when": counts.deliverables > 0 and not counts.vague_deliverables,
        "fee_basis": engagement.fee_basis is not None,
        "fee": engagement.fee is not None or engagement.fee_basis is FeeBasis.PRO_BONO,
        "hours": counts.budgets > 0 or hours_by_basis,
        "end": engagement.ends_on is not None,
        "grants": counts.grants > 0,
        "sponsors": counts.sponsors > 0,
        "held": counts.held > 0,
        "goals": counts.goals > 0,
        "measures": counts.measures > 0,
        "observed": counts.measures > 0 and counts.observed == counts.measures,
        "strategies": counts.strategies > 0,
        "served": counts.goals > 0 and counts.served == counts.goals,
        "milestones": counts.milestones > 0,
        "reached": counts.reached > 0,
        "followed": counts.followed > 0,
        "settled": counts.open_milestones == 0,
    }
