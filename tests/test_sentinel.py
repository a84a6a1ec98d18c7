"""Strings that give themselves away: whoever may not read a record meets its words nowhere."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import url_for
from flask.testing import FlaskClient

from crm.access import Role
from crm.drafts.models import Draft
from crm.extensions import db
from crm.jobs.running import work_off
from crm.mail import letters
from crm.organisations.models import Organisation
from crm.reporting.views_across import ACROSS
from crm.runs.jobs import due as schedules_due
from crm.runs.life import READY
from crm.runs.models import ReportRun, RunState
from crm.sessions.models import PrivateNote
from crm.versions.content import canonical, digest_of
from crm.versions.models import VersionState
from crm.versions.queries import content_of
from tests import factories as make
from tests.crawler import Walk
from tests.factories_runs import ReportScheduleFactory
from tests.scene import NOW, everything

OURS, THEIRS, NOTE, FEE = "qzours", "qztheirs", "qznote", "98,765"
SEARCHED = "qz"
#: The application reads meaning out of these; another string would break them, not betray anything.
NOT_WORDS = {"currency", "time_zone", "search_name"}
#: The database refuses these where what they belong to is not said either.
NEVER_ALONE = {"group_name"}


def rows_of(organisation: Organisation):
    """Every row of every table that belongs to a client."""
    for mapper in db.Model.registry.mappers:
        model = mapper.class_
        key = model.id if model is Organisation else getattr(model, "organisation_id", None)
        if key is not None:
            for row in make.session.scalars(sa.select(model).where(key == organisation.id)):
                yield mapper, row


def stamp(organisation: Organisation, word: str) -> int:
    """Write `word` into every text column of every row of the client. How many places."""
    stamped = 0
    for mapper, row in rows_of(organisation):
        for name, column in mapper.columns.items():
            is_text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
            is_alone = name in NEVER_ALONE and getattr(row, name) is None
            if is_text and name not in NOT_WORDS and not is_alone:
                place = f"{mapper.local_table.name}{name}".replace("_", "")
                mark = NOTE if isinstance(row, PrivateNote) else word
                address = "https://" if name in ("url", "website") else ""
                setattr(row, name, f"{address}{mark}{place}{row.id}")
                stamped += 1
    make.session.flush()
    return stamped


def kept(thread, app) -> None:
    """A version of the stamped worksheet, proposed to the client and answered."""
    with app.app_context():
        text = canonical(content_of(thread.engagement.id))
    version = make.VersionFactory(
        engagement=thread.engagement, content=text, digest=digest_of(text), state=VersionState.PROPOSED
    )
    make.TurnFactory(engagement=thread.engagement, version_id=version.id, user=thread.coach)


@pytest.fixture
def people(app, session, clock_at):
    """Two clients with everything on their threads, and who reads them."""
    clock_at(NOW)
    people = {
        "coach": make.UserFactory(),
        "colleague": make.UserFactory(),
        "coach of client 2": make.UserFactory(),
        "client": make.UserFactory(role=Role.CLIENT),
        "client 2": make.UserFactory(role=Role.CLIENT, name=f"{THEIRS}guest"),
        "stranger": make.UserFactory(),
        "manager": make.UserFactory(role=Role.MANAGER),
        "administrator": make.UserFactory(role=Role.ADMINISTRATOR),
    }
    one = everything(people["coach"], colleagues=[people["colleague"]], guest=people["client"])
    two = everything(people["coach of client 2"], guest=people["client 2"])
    one.engagement.fee = two.engagement.fee = Decimal("98765.43")
    session.add(
        Draft(user_id=two.coach.id, form=f"sessions/{two.session.id}/edit", fields=[["summary", THEIRS]])
    )
    assert min(stamp(one.organisation, OURS), stamp(two.organisation, THEIRS)) > 90
    everything(people["stranger"])
    for thread in (one, two):
        kept(thread, app)
    people["one"], people["two"] = one, two
    return people


@pytest.fixture
def walk(app, people, sign_in):
    """`walk(name)` reads all that somebody is offered; `quick` leaves the strict reading to the others."""

    def walk(name, *, quick=False):
        client = sign_in(people[name])
        if quick:
            cookie = client.get_cookie("session", domain="crm.test")
            client = FlaskClient(app, app.response_class)
            client.set_cookie("session", cookie.value, domain="crm.test")
        return Walk(client, SEARCHED).all()

    return walk


def offers_files(walk: Walk) -> set[str]:
    return {address.split("?")[0].rpartition(".")[2] for address in walk.answers if "progress." in address}


def test_a_client_meets_their_own_words_and_never_a_note_a_fee_or_another_client(walk):
    read = walk("client")
    assert offers_files(read) == {"csv", "docx", "json", "parquet", "pdf", "xlsx"}
    assert len(read.saying(OURS + "goalstatement")) > 5
    assert len(read.saying(OURS + "coachingsessionsummary")) > 3
    assert read.saying(THEIRS) == []
    assert read.saying(NOTE) == []
    assert read.saying(FEE) == []


def test_a_client_reads_the_versions_of_their_worksheet_as_pages_and_files(walk, people):
    read = walk("client", quick=True)
    mine = [one for one in read.saying(OURS + "goalstatement") if "/versions/" in one or "worksheet." in one]
    endings = {address.split("?")[0].rpartition(".")[2] for address in mine if "." in address}
    assert endings == {"csv", "json", "pdf", "xlsx"}
    assert any("/versions/compare" in address for address in read.answers)
    assert read.saying(THEIRS) == []


def test_a_consultant_on_neither_team_meets_neither_client(walk):
    read = walk("stranger")
    assert offers_files(read) == {"csv", "docx", "json", "parquet", "pdf", "xlsx"}
    for name in ("portfolio", *ACROSS):
        assert any(f"/reports/{name}.xlsx" in address for address in read.answers), name
    assert (read.saying(OURS), read.saying(THEIRS), read.saying(NOTE)) == ([], [], [])


def test_a_manager_meets_both_clients_and_never_a_note(walk):
    read = walk("manager")
    assert len(read.saying(THEIRS + "organisationname")) > 5
    assert len(read.saying(THEIRS + "coachingsessionsummary")) > 3
    assert len(read.saying(OURS + "goalstatement")) > 5
    assert read.saying(NOTE) == []


def test_an_administrator_and_a_colleague_never_meet_a_note(walk):
    for name in ("colleague", "administrator"):
        read = walk(name, quick=True)
        assert read.saying(OURS + "goalstatement"), name
        assert read.saying(NOTE) == [], name


def test_the_author_meets_the_note_on_its_session_alone(walk, people):
    read = walk("coach")
    keys = [session.id for session in people["one"].sessions]
    pages = {f"/sessions/{key}" for key in keys} | {f"/sessions/{key}/edit" for key in keys}
    assert set(read.saying(NOTE)) == pages
    assert read.saying(THEIRS) == []


def keys_of(two) -> dict[str, int]:
    make_id = make.session.scalar
    entry = "SELECT min(id) FROM {} WHERE organisation_id = :key"
    tables = ("action", "observation", "strategy", "milestone", "contact", "channel")
    found = {
        f"{table}_id": make_id(sa.text(entry.format(table)), {"key": two.organisation.id}) for table in tables
    }
    return found | {
        "organisation_id": two.organisation.id,
        "engagement_id": two.engagement.id,
        "goal_id": two.goal.id,
        "coaching_session_id": two.session.id,
        "measure_id": two.measure.id,
    }


@pytest.mark.parametrize("name", ["client", "stranger"])
def test_no_address_of_another_client_opens_and_none_tells_that_it_is_there(app, people, sign_in, name):
    client, keys = sign_in(people[name]), keys_of(people["two"])
    tried = 0
    for rule in app.url_map.iter_rules():
        named = rule.arguments - {"format_"}
        if not named or not named <= keys.keys():
            continue
        with app.test_request_context():
            values = {name: keys.get(name, "json") for name in rule.arguments}
            address = url_for(rule.endpoint, **values)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = client.open(address, method=method)
            assert answer.status_code == 404, (method, address, answer.status)
            assert THEIRS not in answer.text
            tried += 1
    assert tried > 50
    goal, strategy = people["two"].goal.id, people["two"].strategies[0].id
    one, two = people["one"].engagement.id, people["two"].engagement.id
    asked = (
        f"/engagements/new?organisation={people['two'].organisation.id}",
        f"/engagements/{one}/worksheet/note?goal={goal}&strategy={strategy}",
        f"/roadmap?engagement={two}",
        f"/actions?q={THEIRS}",
        f"/organisations/?tag={THEIRS}&q={THEIRS}&state={THEIRS}organisationstate{two}",
    )
    for address in asked:
        answer = client.get(address)
        said = answer.text.replace(f'value="{THEIRS}"', "")
        assert THEIRS not in said, address


def made_in_the_background(app, client, engagement) -> str:
    """The words of every report as a file that a worker made for whoever is signed in."""
    asked = [{"report": name} for name in ("sessions", "time", "portfolio", *ACROSS)]
    asked += [{"report": name, "engagement": engagement.id} for name in ("progress", "roadmap")]
    places = []
    for one in asked:
        format_ = "csv" if one["report"] in ("sessions", "time") else "json"
        answer = client.post("/runs", data={**one, "format": format_})
        if answer.status_code == 303:
            with app.app_context():
                work_off()
            places += [answer.location, f"{answer.location}/file.{format_}"]
        else:
            assert answer.status_code == 404, answer.status
    answers = [client.get(place) for place in places]
    assert {answer.status_code for answer in answers} <= {200}
    return " ".join(answer.text for answer in answers)


BACKGROUND = {
    "client": (True, False), "client 2": (False, True), "coach": (True, False), "stranger": (False, False),
    "manager": (True, True), "administrator": (True, True),
}  # fmt: skip


@pytest.mark.parametrize("name", BACKGROUND)
def test_files_of_the_background_say_what_their_reader_may_see(app, people, sign_in, name):
    client = sign_in(people[name])
    thread = people["two" if name == "client 2" else "one"]
    said = made_in_the_background(app, client, thread.engagement)
    assert (OURS in said, THEIRS in said) == BACKGROUND[name]
    assert NOTE not in said


def test_what_is_made_regularly_is_each_readers_own_cut(app, people, session, sign_in, mails):
    """One schedule of every report, for everybody who may see it: nobody gets another's words."""
    readers = ("coach", "coach of client 2", "stranger", "manager")
    keys = [people[name].id for name in readers]
    for report in ("portfolio", *ACROSS):
        ReportScheduleFactory(
            user=people["manager"], report=report, format="json", readers=keys, next_at=NOW - timedelta(1)
        )
    with app.app_context():
        schedules_due()
        work_off()
    runs = session.scalars(sa.select(ReportRun)).all()
    assert len(runs) == len(readers) * (len(ACROSS) + 1)
    assert {run.state for run in runs} == {RunState.DONE}, {run.error for run in runs}
    expected = dict(zip(readers, [(True, False), (False, True), (False, False), (True, True)], strict=True))
    for name in readers:
        client, mine = sign_in(people[name]), [run for run in runs if run.user_id == people[name].id]
        said = " ".join(client.get(f"/runs/{run.id}/file.json").text for run in mine)
        assert (OURS in said, THEIRS in said) == expected[name], name
    with app.app_context():
        letters_ = [letters.write(mail) for mail in mails() if mail.kind == READY]
        assert letters_
        assert not any("qz" in letter.message().as_string() for letter in letters_)
