from crm.economics import queries
from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.locks import before, judge

KEEPS_ITS_CURRENCY = (
    "All amounts of “{name}” are in {currency}: start another evaluation for another currency."
)


def evaluate(evaluation: Evaluation, engagement: Engagement) -> None:
    evaluation.engagement_id, evaluation.organisation_id = engagement.id, engagement.organisation_id
    db.session.add(evaluation)


def add(row: EvaluationLine | EvaluationOption, evaluation: Evaluation) -> None:
    row.evaluation_id, row.engagement_id = evaluation.id, evaluation.engagement_id
    row.organisation_id = evaluation.organisation_id
    db.session.add(row)


def compare_with(option: EvaluationOption, evaluation: Evaluation) -> None:
    """The others are compared with this one, and with no other any longer."""
    known = queries.find_comparator(evaluation.id)
    if known and known is not option:
        known.is_comparator = False
        db.session.flush()


@judge
def one_currency(_session, rows) -> None:
    """Amounts stand without their currency beside them, so it never changes under them."""
    for row in rows:
        was = before(row, "currency") if isinstance(row, Evaluation) else None
        if was and was != row.currency and queries.has_amounts(row.id):
            raise DomainError(KEEPS_ITS_CURRENCY.format(name=row.name, currency=was))
