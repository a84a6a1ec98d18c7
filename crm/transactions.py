"""One request, one transaction.

A write that ends in 2xx or 3xx commits; everything else rolls back, a read by the closing of its
session at the end of the request. Nothing else in the codebase calls commit(); a command of the
command line ends in `keep()`.
"""

from flask import Flask, Response, request

from crm.extensions import WRITES, db


def init_app(app: Flask) -> None:
    app.after_request(finish)


def finish(response: Response) -> Response:
    if request.method not in WRITES:
        return response
    if response.status_code < 400:
        db.session.commit()
    else:
        db.session.rollback()
    return response


def keep() -> None:
    """The end of a command that succeeded."""
    db.session.commit()
