"""A look at the data is kept as it was: or nobody could count how often the data were asked."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.analyses.models import Look
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.locks import judge

KEPT = "Look {number} is kept as it was: look at the data again to get a new answer."


@judge
def nothing_of_a_look(_session: Session, rows) -> None:
    """With the whole engagement its looks may go, and come back: no count is made smaller by that."""
    goes_whole = any(isinstance(row, Engagement) for row in rows)
    for row in rows:
        if isinstance(row, Look) and sa.inspect(row).persistent and not goes_whole:
            raise DomainError(KEPT.format(number=row.number))
