"""What is thrown away can be put back as it was, by whoever may; only an administrator ends it."""

import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.analyses.models import Analysis
from crm.bin.models import BinItem
from crm.economics.models import EvaluationLine
from crm.engagements.models import Engagement
from crm.evidence.models import Finding
from crm.extensions import db
from crm.surveys.models import SurveyQuestion
from tests import factories as make
from tests.reading import main
from tests.threads import thread_of

SECRET = "Between me and myself"


@pytest.fixture
def me():
    return make.UserFactory(name="Ada Coach")


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me], lead=me)


@pytest.fixture
def chief():
    return make.UserFactory(role=Role.ADMINISTRATOR)


def everything(session) -> dict[str, list]:
    """All rows of all tables but the trail's and the bin's, to compare."""
    session.expire_all()
    tables = [
        table for table in db.metadata.sorted_tables if not table.name.startswith(("audit", "bin", "user_"))
    ]
    return {table.name: sorted(map(repr, session.execute(sa.select(table)).all())) for table in tables}


def item(session) -> BinItem:
    session.expire_all()
    return session.scalars(sa.select(BinItem)).one()


THINGS = ["goal", "strategy", "measure", "observation", "action", "milestone", "channel", "contact"]
THINGS += ["survey", "survey_question", "survey_wave"]


@pytest.mark.parametrize("thing", ["engagement", "coaching_session", *THINGS])
def test_what_is_thrown_away_comes_back_as_it_was(sign_in, session, me, engagement, chief, thing):
    rows = thread_of(engagement, me)
    session.execute(sa.delete(BinItem))
    if thing in ("goal", "strategy", "milestone", "coaching_session"):
        for model in (make.Milestone, make.Measure, make.Action, make.TimeEntry):  # What would hold it back.
            session.execute(sa.delete(make.Observation))
            links = {
                c.key: None
                for c in sa.inspect(model).columns
                if c.key in ("goal_id", "strategy_id", "session_id", "milestone_id")
            }
            session.execute(sa.update(model).values(links))
    session.execute(sa.delete(Finding).where(Finding.shared_id.is_not(None)))  # The library holds it back.
    if thing == "measure":
        session.execute(sa.update(SurveyQuestion).values(measure_id=None, told_as=None))
        session.execute(sa.update(Finding).values(measure_id=None, look_id=None))
        session.execute(sa.delete(Analysis))
        session.execute(sa.update(EvaluationLine).values(measure_id=None))
    one, before = rows[f"{thing}_id"].id, everything(session)

    client = sign_in(chief)
    answer = client.post(f"/bin/throw-away/{thing}/{one}", headers={"Accept": "application/json"})
    assert answer.status_code == 302, answer.get_json()
    gone = everything(session)
    assert gone != before
    assert len(gone[thing]) == len(before[thing]) - (2 if thing == "measure" else 1)  # It has a series.
    assert client.post(f"/bin/{item(session).id}/put-back").status_code == 302
    assert everything(session) == before
    assert session.scalar(sa.select(sa.func.count()).select_from(BinItem)) == 0


def test_what_points_at_a_later_row_of_its_own_table_comes_back_after_it(sign_in, session, me, engagement):
    """A series made first and then hung on a measure that was made after it."""
    first, second, third = [make.MeasureFactory(engagement=engagement, name=name) for name in "abc"]
    for one, other in ((first, second), (second, third)):
        one.series_of_id, one.group_name = other.id, "North"
    session.flush()
    before, client = everything(session), sign_in(me)
    assert client.post(f"/bin/throw-away/measure/{third.id}").status_code == 302
    session.expire_all()
    assert not session.scalars(sa.select(make.Measure)).all()
    assert client.post(f"/bin/{item(session).id}/put-back").status_code == 302
    assert everything(session) == before


def test_what_still_carries_others_stays(sign_in, session, me, engagement):
    goal = make.GoalFactory(engagement=engagement, statement="Fewer")
    make.MeasureFactory(engagement=engagement, goal_id=goal.id)
    answer = sign_in(me).post(f"/bin/throw-away/goal/{goal.id}", follow_redirects=True)
    assert "“Fewer” still carries other things" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(make.Goal)) == 1


def test_what_has_lost_its_place_is_not_put_back(sign_in, session, me, engagement, chief):
    goal = make.GoalFactory(engagement=engagement, statement="Fewer")
    client = sign_in(me)
    client.post(f"/bin/throw-away/goal/{goal.id}")
    key = item(session).id
    session.execute(sa.delete(Engagement))
    answer = sign_in(chief).post(f"/bin/{key}/put-back", follow_redirects=True)
    assert "“Fewer” cannot be put back" in answer.text
    assert item(session).id == key


def test_index_shows_who_threw_what_away(sign_in, me, engagement):
    goal = make.GoalFactory(engagement=engagement, statement="Fewer no-shows")
    client = sign_in(me)
    client.post(f"/bin/throw-away/goal/{goal.id}")
    shown = main(client.get("/bin/").text)
    for said in ("Fewer no-shows", "Goal", "Ada Coach", "Put back"):
        assert said in shown
    assert "Delete for good" not in shown


def test_an_empty_bin_says_so(sign_in, me):
    assert "The bin is empty" in sign_in(me).get("/bin/").text


def test_a_stranger_cannot_throw_away_or_put_back(sign_in, session, me, engagement):
    goal = make.GoalFactory(engagement=engagement, statement="Fewer no-shows")
    stranger = make.UserFactory()
    assert sign_in(stranger).post(f"/bin/throw-away/goal/{goal.id}").status_code == 404
    sign_in(me).post(f"/bin/throw-away/goal/{goal.id}")
    client = sign_in(stranger)
    assert client.post(f"/bin/{item(session).id}/put-back").status_code == 404
    assert "Fewer" not in client.get("/bin/").text


@pytest.mark.parametrize("thing", ["user_account", "relation", "private_note", "draft", "nonsense"])
def test_not_everything_can_be_thrown_away(sign_in, chief, thing):
    assert sign_in(chief).post(f"/bin/throw-away/{thing}/1").status_code == 404


def test_deleting_for_good_is_the_administrators_after_a_copy(sign_in, session, me, engagement, chief):
    one = make.CoachingSessionFactory(engagement=engagement, coach=me, summary="What we said")
    make.PrivateNoteFactory(session=one, body=SECRET)
    client = sign_in(me)
    client.post(f"/bin/throw-away/coaching_session/{one.id}")
    key = item(session).id
    assert client.post(f"/bin/{key}/delete").status_code == 403

    client = sign_in(chief)
    page = client.get(f"/bin/{key}/delete")
    refused = client.post(f"/bin/{key}/delete", follow_redirects=True)
    assert "Download a copy of “Session" in refused.text
    copy = client.post(f"/bin/{key}.json")
    assert "Download a copy" in page.text
    assert copy.json["coaching_session"][0]["summary"] == "What we said"
    assert SECRET not in page.text + copy.text
    assert client.post(f"/bin/{key}/delete").status_code == 302
    assert "The bin is empty" in client.get("/bin/").text


def test_a_note_comes_back_to_its_author(sign_in, session, me, engagement, chief):
    one = make.CoachingSessionFactory(engagement=engagement, coach=me)
    make.PrivateNoteFactory(session=one, body=SECRET)
    sign_in(chief).post(f"/bin/throw-away/coaching_session/{one.id}")
    sign_in(chief).post(f"/bin/{item(session).id}/put-back")
    assert SECRET in sign_in(me).get(f"/sessions/{one.id}").text
    assert SECRET not in sign_in(chief).get(f"/sessions/{one.id}").text
