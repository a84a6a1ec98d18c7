"""What strangers do: look, begin and answer. The trail hears of none of it, and no row tells when.

Each of these holds the row of its wave, so that counts are exact and a double click is one answer.
"""

import sqlalchemy as sa

from crm.extensions import db
from crm.readers import lifted
from crm.surveys import queries
from crm.surveys.models import SurveyAnswer, SurveyVisit, SurveyWave, WaveState, any_key

#: Given for each question that was answered: a number, or words.
Given = dict[int, int | str]


def count_view(wave_id: int, *, is_new: bool) -> None:
    counted = sa.update(SurveyWave).where(SurveyWave.id == wave_id, SurveyWave.state == WaveState.OPEN)
    with lifted():
        db.session.execute(
            counted.values(
                views=SurveyWave.views + 1,
                visitors=SurveyWave.visitors + int(is_new),
                updated_at=SurveyWave.updated_at,
            ).execution_options(synchronize_session=False)
        )


def begin(wave, digest: str) -> None:
    """Whoever agrees to take part is counted once. `wave` is held: see `queries.find_by_token`."""
    if queries.find_visit(wave.id, digest) is None:
        _visit(wave, digest, is_finished=False)


def _visit(wave, digest: str, *, is_finished: bool) -> None:
    place = {"engagement_id": wave.engagement_id, "organisation_id": wave.organisation_id}
    row = {"id": any_key(), "wave_id": wave.id, "digest": digest, "is_finished": is_finished}
    started = wave.started + 1
    visitors = max(wave.visitors, started)  # Their looking may be lost where a backup was put back.
    with lifted():
        db.session.execute(sa.insert(SurveyVisit.__table__), row | place)
        _count(wave.id, started=started, visitors=visitors, views=max(wave.views, visitors))


def _count(wave_id: int, **counts) -> None:
    kept = sa.update(SurveyWave).where(SurveyWave.id == wave_id)
    kept = kept.values(updated_at=SurveyWave.updated_at, **counts)
    db.session.execute(kept.execution_options(synchronize_session=False))


def answer(wave, digest: str, given: Given) -> bool:
    """Keep what one person answered, once. Whether it was kept: not where this browser has answered.

    `wave` is held, and open.
    """
    visit = queries.find_visit(wave.id, digest)
    if visit is not None and visit.is_finished:
        return False
    with lifted():
        if visit is None:
            _visit(wave, digest, is_finished=True)
        else:
            done = sa.update(SurveyVisit).where(SurveyVisit.id == visit.id).values(is_finished=True)
            db.session.execute(done.execution_options(synchronize_session=False))
        _count(wave.id, finished=wave.finished + 1)
        if rows := _rows(wave, given):
            db.session.execute(sa.insert(SurveyAnswer.__table__), rows)
    return True


def _rows(wave, given: Given) -> list[dict]:
    """One row a question, by their random keys: not even their order ties them together."""
    place = {"engagement_id": wave.engagement_id, "organisation_id": wave.organisation_id}
    rows = [
        {
            "id": any_key(),
            "wave_id": wave.id,
            "question_id": question,
            "number": said if isinstance(said, int) else None,
            "words": said if isinstance(said, str) else None,
            **place,
        }
        for question, said in given.items()
    ]
    return sorted(rows, key=lambda row: row["id"])
