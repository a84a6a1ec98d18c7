"""Make a run, in a worker: read as its reader, write the file whole, and only then say that it is done."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from flask import Flask, current_app

from crm.accounts.models import User
from crm.canonical import parse
from crm.engagements.models import Engagement
from crm.errors import DomainError
from crm.extensions import db
from crm.jobs.running import place, sentence
from crm.readers import become
from crm.reporting.logos import with_logos
from crm.reporting.reading import DATA
from crm.runs import life
from crm.runs.keeping import packed, unpacked
from crm.runs.life import Cancelled, Lost, Taken
from crm.runs.order import made
from crm.runs.progress import Progress, Stopped
from crm.store import store
from crm.transactions import one
from reports.locales import reading_as
from reports.model import Report
from reports.streams import Stream
from reports.writers import FORMATS

NO_TABLE = "The report has no table of this name any more."


def make(run: int) -> str | None:
    """One run. Gives what came of it, or None where there was nothing to do."""
    with one():
        taken = life.take(run)
    if taken is None:
        return None
    discard(taken.left)
    app = current_app._get_current_object()
    try:
        said = _written(app, taken)
        with one():
            life.done(taken.id, taken.claim, app.config["FILES_DAYS"], **said)
    except Exception as error:
        discard(taken.writing)
        return _ended(taken, error)
    return f"Made in {said['size']:,} bytes."


def _ended(taken: Taken, error: Exception) -> str:
    """What became of a run that did not come to its end. Raises what is to be tried again."""
    if isinstance(error, Lost):
        return "Left to another worker."
    try:
        if not isinstance(error, Cancelled):
            with one():
                _failed(taken, error)
            raise error
    except Lost:
        raise error from None
    except Cancelled:
        pass  # It was wanted no more when it failed.
    with one():
        life.cancelled(taken.id, taken.claim)
    return "Cancelled."


def _failed(taken: Taken, error: Exception) -> None:
    told = life.CUT_OFF if isinstance(error, Stopped) else sentence(error)
    life.failed(taken.id, taken.claim, told, is_final=isinstance(error, DomainError))


def data_of(name: str) -> str:
    """What the data of a file is called."""
    return f"{name.rpartition('.')[0]}.data"


def discard(name: str | None) -> None:
    """Delete a file and its data, as far as they are there."""
    if name:
        store().delete(name)
        store().delete(data_of(name))


def _written(app: Flask, taken: Taken) -> dict[str, Any]:
    """What is to be said of the file that is written: its rows, its size, its digest."""
    progress = Progress(app, taken.id, taken.claim)
    with place(app):
        user = db.session.get(User, taken.user_id)
        become(user)
        return _read(app, taken, user, progress)


def _read(app: Flask, taken: Taken, user: User, progress: Progress) -> dict[str, Any]:
    with reading_as(None if taken.format in DATA else user.locale):
        progress.step("Reading the rows and reckoning", 50)
        if taken.data:
            return _report(taken, unpacked(taken.data, taken.data_digest), progress)
        engagement = taken.engagement_id and db.session.get(Engagement, taken.engagement_id)
        found = made(taken.report, taken.asked, taken.as_of, engagement or None, user)
        if isinstance(found, Stream):
            return _stream(taken, found, progress)
        if taken.format in ("pdf", "docx", "html"):
            found = with_logos(found, app.config["LOGOS_FOLDER"], engagement and engagement.organisation)
        return _report(taken, found, progress)


class Digested:
    """The pieces of a file on their way, and the digest of all of them."""

    def __init__(self, pieces: Iterable[bytes]):
        self.pieces, self.digest = pieces, sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.digest.update(piece)
            yield piece


def _put(name: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    digested = Digested(pieces)
    return {"size": store().write(name, digested), "digest": digested.digest.hexdigest()}


def _stream(taken: Taken, stream: Stream, progress: Progress) -> dict[str, Any]:
    form = FORMATS[taken.format]
    watched = replace(stream, parts=progress.rows(stream.parts, stream.rows, 60, 980))
    said = _put(taken.writing, form.stream(watched, **form.wishes(parse(taken.asked))))
    name = f"{stream.file_name}.{form.extension}"
    return said | {"rows": stream.rows, "file_name": name, "made_at": stream.made_at}


def _report(taken: Taken, report: Report, progress: Progress) -> dict[str, Any]:
    if taken.part and taken.part not in report.row_counts:
        raise DomainError(NO_TABLE)
    said = _data(taken, report, progress)
    progress.step("Drawing and writing", 650)
    form = FORMATS[taken.format]
    content = form.written(report, taken.part, **form.wishes(parse(taken.asked)))
    progress.step("Putting the file away", 950)
    said |= _put(taken.writing, progress.bytes(content, "Putting the file away", 950, 990))
    rows = len(report.table(taken.part)) if form.of_one_table else sum(report.row_counts.values())
    return said | {"rows": rows, "file_name": form.file_name(report, taken.part), "made_at": report.made_at}


def _data(taken: Taken, report: Report, progress: Progress) -> dict[str, Any]:
    """Keep what the report says, so that it can be made again; what was kept already stays as it is."""
    if taken.data:
        return {"data": taken.data, "data_digest": taken.data_digest}
    progress.step("Keeping what it says", 600)
    data, digest = packed(report)
    name = data_of(taken.writing)
    store().write(name, [data])
    return {"data": name, "data_digest": digest}
