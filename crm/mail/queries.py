from functools import cache

import sqlalchemy as sa

from crm.accounts.models import User
from crm.columns import columns
from crm.extensions import db
from crm.mail.models import Mail, MailState
from crm.paging import Listing, Page, page

m, u = columns(Mail), columns(User)


def mails_page(state: MailState | None, cursor: str | None) -> Page:
    """One page of the outbox, the latest first; of one state where it is named."""
    return page(_listing(state is not None), cursor, {"state": state})


@cache
def _listing(is_filtered: bool) -> Listing:
    wanted = [m.state == sa.bindparam("state", type_=m.state.type)] if is_filtered else []
    statement = (
        sa.select(
            m.id, m.subject, m.state, m.queued_at, m.next_try_at, m.sent_at, m.tries, m.error, m.address,
            u.name.label("recipient"), u.email,
        )
        .join(u.table, u.id == m.user_id)
        .where(*wanted)
    )  # fmt: skip
    return Listing(statement, {"id": m.id}, descending=True, counted=sa.select(m.id).where(*wanted))


def counts() -> dict[str, int]:
    """How many mails there are in each state."""
    found = db.session.execute(sa.select(m.state, sa.func.count()).group_by(m.state)).all()
    return {state.value: 0 for state in MailState} | {state.value: count for state, count in found}
