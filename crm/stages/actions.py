from datetime import date

from crm.engagements.actions import log_move
from crm.engagements.models import ENDED, NEXT_STAGES, PATH, Engagement, Stage
from crm.errors import DomainError
from crm.stages import queries
from crm.stages.gates import checks, told

NEEDS_A_REASON = ENDED | {Stage.ON_HOLD}


def move_to(engagement: Engagement, stage: Stage, reason: str | None, *, by, on: date) -> None:
    """Move to a stage through its gate. What the gate asks for and is not there needs a reason."""
    if stage not in NEXT_STAGES[engagement.stage]:
        raise DomainError(
            f"An engagement in {engagement.stage.label.lower()} cannot move to {stage.label.lower()}."
        )
    if stage in NEEDS_A_REASON and not reason:
        raise DomainError(f"Say why it is {stage.label.lower()}: the reason is kept with the engagement.")
    missing = [check.need.sentence for check in unmet(engagement, stage)]
    if missing and not reason:
        raise DomainError(f"Not there yet: {' '.join(missing)} Say why it moves on regardless.")
    log_move(engagement, stage, reason, by=by, on=on, left_out=" ".join(missing) or None)


def unmet(engagement: Engagement, stage: Stage) -> list:
    """What the gate of the stage asks for and is not there. Back and aside no gate stands."""
    if stage not in PATH or not _is_forward(engagement.stage, stage):
        return []
    facts = told(engagement, queries.counts_of(engagement))
    return [check for check in checks(stage, facts) if not check.is_met]


def _is_forward(before: Stage, after: Stage) -> bool:
    return before not in PATH or PATH.index(after) > PATH.index(before)
