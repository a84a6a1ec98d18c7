"""One request, one transaction.

A write that ends in 2xx or 3xx commits, and so does one that says that it keeps what it wrote though its
answer is a refusal; everything else rolls back, a read by the closing of its
session at the end of the request. A read that leaves a trace of itself in the audit trail writes that
afterwards, in a transaction of its own. Nothing else in the codebase calls commit(); a command of the
command line ends in `keep()`. A job is one transaction, or one for each of its steps: `with one():`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app, g, has_request_context, request, session
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.errors import DomainError
from crm.extensions import TRACE, WRITES, WRITING, db

AFTERWARDS, KEPT, ONCE_READ = "afterwards", "kept_though_refused", "once_read"
log = logging.getLogger("plumbline")


def init_app(app: Flask) -> None:
    app.after_request(finish)


def finish(response: Response) -> Response:
    writes = request.method in WRITES
    if response.status_code >= 400 and not g.pop(KEPT, False):
        db.session.rollback()
    elif writes:
        try:
            db.session.commit()
        except (DomainError, IntegrityError) as error:
            return _refused(error)
    elif TRACE in g:
        # What was read ends here: SQLite could refuse a reader that turns writer.
        db.session.rollback()
        for work in g.pop(ONCE_READ, ()):
            work()
        db.session.commit()
        g.pop(TRACE)
    return response


def _refused(error: Exception) -> Response:
    """What was to be saved is refused at the last moment: the answer that the view gave is not true."""
    db.session.rollback()
    session["_flashes"] = [one for one in session.get("_flashes", ()) if one[0] != "success"]
    return current_app.make_response(current_app.handle_user_exception(error))


def leave_trace() -> None:
    """What this request reads shall be known afterwards."""
    if has_request_context():
        setattr(g, TRACE, True)


def once_read(work: Callable[[], object]) -> None:
    """Do this when the answer of this read is there, in a transaction of its own: count that it was read."""
    leave_trace()
    g.setdefault(ONCE_READ, []).append(work)


def keep_though_refused() -> None:
    """What this request wrote stays, though its answer is a refusal: what came too late is a draft."""
    setattr(g, KEPT, True)


def keep() -> None:
    """The end of a command that succeeded."""
    db.session.commit()


@contextmanager
def one() -> Iterator[None]:
    """One job, or one step of it: kept whole where it succeeds, and as though it never was where not."""
    if db.session().in_transaction():
        raise RuntimeError("a step begins where the one before it has ended")
    setattr(g, WRITING, True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        g.pop(WRITING, None)


def afterwards(work: Callable[[], object]) -> None:
    """Do this once what the transaction holds is kept, and never where it is not.

    It is a kindness and no promise: whoever relies on it looks later whether it came about.
    """
    db.session.info.setdefault(AFTERWARDS, []).append(work)


@event.listens_for(db.session, "after_commit")
def do_afterwards(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for work in session.info.pop(AFTERWARDS, ()):
        try:
            work()
        except Exception:
            log.exception("afterwards")


@event.listens_for(db.session, "after_rollback")
def forget_afterwards(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(AFTERWARDS, None)
