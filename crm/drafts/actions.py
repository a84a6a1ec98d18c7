from crm.drafts import queries
from crm.drafts.models import Draft
from crm.errors import DomainError
from crm.extensions import db

LONGEST = 400_000


def keep(user, form: str, fields: list[tuple[str, str]]) -> None:
    """Keep what is typed so far, in place of what was kept before."""
    if sum(len(name) + len(value) for name, value in fields) > LONGEST:
        raise DomainError("This is too long to be kept as a draft. Save it now.")
    draft = queries.find_draft(user, form)
    if not draft:
        draft = Draft(user_id=user.id, form=form)
        db.session.add(draft)
    draft.fields = [list(pair) for pair in fields]


def discard(user, form: str) -> None:
    if draft := queries.find_draft(user, form):
        db.session.delete(draft)
