from crm.access import Role
from crm.builder.kept import Kept
from crm.builder.models import SavedView
from crm.errors import DomainError
from crm.extensions import db

#: Who does not see every client: a view that names words of one is not for them.
NOT_ALL = frozenset({Role.CONSULTANT})
NAMES_A_CLIENT = (
    "A filter of this view holds words of a client, which everybody who opens it would read: it can be "
    "shared with managers and administrators, who see every client."
)
CHANGED = (
    "Somebody changed this view since you opened it, so yours was not saved over it. Look at it again, or "
    "save yours under another name."
)


def refuse_words_of_clients(kept: Kept, roles) -> None:
    if kept.names_texts and NOT_ALL & set(roles):
        raise DomainError(NAMES_A_CLIENT)


def save(view: SavedView, kept: Kept, *, by) -> SavedView:
    """Keep a new view under the name that it was given, for whoever it is shared with."""
    refuse_words_of_clients(kept, view.roles)
    view.user_id = by.id
    db.session.add(view)
    db.session.flush()
    return view


def overwrite(view: SavedView, kept: Kept, *, seen: str) -> None:
    """From now on the view shows this; unless it is no longer the version that was `seen`."""
    if str(view.version_id) != seen:
        raise DomainError(CHANGED)
    refuse_words_of_clients(kept, view.roles)
    view.what = kept.document
