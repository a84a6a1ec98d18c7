"""Once somebody has answered, the questions stay as they were asked; a closed wave stays closed."""

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from crm.errors import DomainError
from crm.locks import before, changed, judge
from crm.surveys import queries
from crm.surveys.models import Survey, SurveyQuestion, SurveyWave, WaveState

ANSWERED = (
    "“{title}” has answers: its questions stay as they were asked. Copy the survey to ask something else."
)
SHUT = "“{name}” is closed, and stays so: more answers beside those shown could give one person away."
#: What may still be said of a survey that has answers: it is no part of what people were asked.
FREE = frozenset({"title", "audience", "updated_at", "version_id"})
#: Where a question is told to is nothing that people saw.
UNSEEN = frozenset({"measure_id", "told_as", "updated_at", "version_id"})
#: How many were invited may turn out later.
LATER = frozenset({"invited", "updated_at", "version_id"})


@judge
def nothing_that_was_answered(session: Session, rows) -> None:
    keys = {row.survey_id for row in rows if isinstance(row, SurveyQuestion) and _is_asked_anew(row, session)}
    keys |= {
        row.id for row in rows if isinstance(row, Survey) and row in session.dirty and changed(row) - FREE
    }
    keys.discard(None)
    if keys and (title := queries.answered_among(session, sorted(keys))):
        raise DomainError(ANSWERED.format(title=title))


def _is_asked_anew(row: SurveyQuestion, session: Session) -> bool:
    if row in session.deleted or not inspect(row).persistent:
        return True  # New, or about to come back out of the bin.
    return row in session.dirty and bool(changed(row) - UNSEEN)


@judge
def no_wave_opens_again(session: Session, rows) -> None:
    for row in rows:
        if not isinstance(row, SurveyWave) or row not in session.dirty:
            continue
        if before(row, "state") is WaveState.CLOSED and changed(row) - LATER:
            raise DomainError(SHUT.format(name=before(row, "name")))
