"""Nobody is shown another's mark before the round ends: not on a page, in a file, in the trail or the bin."""

import pytest
import sqlalchemy as sa

from crm.access import RULES, Permission, Role
from crm.audit.models import audit_entry
from crm.bin.models import BinItem
from crm.closing.parcel import _tables
from crm.extensions import db
from crm.judging.models import Judgement
from crm.readers import APP_ROLE, become
from tests import factories as make
from tests.crawler import Walk
from tests.reading import decoded
from tests.routes import ROUTES, access, address

SECRET = "qzblind"
#: Everybody but the author of the hidden marks.
OTHERS = ("me", "guest", "manager", "chief")


@pytest.fixture
def hidden(room, put):
    """A colleague has judged in an open round, after a first that everybody saw; a draft is among it."""
    put(room.colleague, 0, 0, 9, note=f"{SECRET} counts")
    put(room.colleague, 0, 1, 9, note=f"{SECRET} draft", counts=False)
    return room


def addresses_of(room) -> list[str]:
    """Every address that can be opened with the keys of the engagement and its round."""
    keys = {
        "engagement_id": room.engagement.id, "round_id": room.round.id, "goal_id": room.goals[0].id,
        "strategy_id": room.strategies[0].id, "organisation_id": room.engagement.organisation_id,
        "thing": "judging_round", "thing_id": room.round.id,
    }  # fmt: skip
    question = f"goal={room.goals[0].id}&strategy={room.strategies[0].id}"
    found = []
    for rule in ROUTES:
        named = rule.arguments - {"format_"}
        if "GET" not in rule.methods or access(rule) == "public" or not named <= keys.keys():
            continue
        for format_ in ("csv", "json", "xlsx", "pdf", "html") if "format_" in rule.arguments else ("",):
            found.append(f"{address(rule, {**keys, 'format_': format_})}?{question}")
    return found


@pytest.mark.parametrize("who", OTHERS)
def test_no_address_tells_a_mark_or_changes_with_it(hidden, put, sign_in, session, who):
    reader = sign_in(getattr(hidden, who))
    hidden.round.request = None
    session.flush()

    def read() -> dict[str, tuple[int, bytes]]:
        answers = {}
        for where in addresses_of(hidden):
            if any(part in where for part in (".pdf", ".xlsx", ".zip", "/audit")):
                continue  # The trail tells of the exports that this test makes.
            answer = reader.get(where)
            answers[where] = answer.status_code, answer.data
        return answers

    before = read()
    assert not [where for where, (_, said) in before.items() if SECRET.encode() in said]
    put(hidden.colleague, 1, 1, 9, note=f"{SECRET} more")
    after = read()
    told = {
        where
        for where, (status, said) in before.items()
        if (status, len(said)) != (after[where][0], len(after[where][1]))
    }
    assert not told, "an answer is longer or shorter for a mark that its reader may not see"
    assert len(before) > 40


@pytest.mark.parametrize("who", OTHERS)
def test_nothing_that_is_offered_tells_a_mark(hidden, sign_in, who):
    read = Walk(sign_in(getattr(hidden, who)), "goal").all()
    assert read.saying(SECRET) == []
    assert any(f"/rounds/{hidden.round.id}" in where for where in read.answers) or who == "chief"


def test_the_author_meets_their_own_marks_on_their_page_and_in_their_parcel(hidden, sign_in):
    read = Walk(sign_in(hidden.colleague), "goal").all()
    pages = {where.split("?")[0] for where in read.saying(SECRET)}
    assert pages == {f"/rounds/{hidden.round.id}/judge"}
    packed = sign_in(hidden.colleague).get(f"/engagements/{hidden.engagement.id}/parcel.zip")
    assert SECRET in decoded(packed.data, packed.mimetype)


@pytest.mark.parametrize("who", OTHERS)
def test_the_parcel_of_everybody_else_holds_none_of_them(hidden, sign_in, who):
    packed = sign_in(getattr(hidden, who)).get(f"/engagements/{hidden.engagement.id}/parcel.zip")
    assert SECRET not in decoded(packed.data, packed.mimetype)


def test_the_parcel_holds_the_table_by_the_same_rule():
    assert dict(_tables())["judgement"].view_permission is Permission.JUDGEMENT_VIEW


@pytest.mark.parametrize("who", [*OTHERS, "colleague"])
def test_every_role_sees_the_marks_of_a_round_that_is_over_and_no_draft(app, hidden, session, who):
    session.execute(
        sa.update(Judgement)
        .where(Judgement.counts, Judgement.round_id == hidden.round.id)
        .values(is_revealed=True)
    )
    reader = getattr(hidden, who)
    with app.app_context():
        become(reader)
        seen = db.session.scalars(sa.select(Judgement).where(Judgement.visible_to(reader))).all()
        assert [row.counts for row in sorted(seen, key=lambda row: row.id)] == (
            [True, False] if who == "colleague" else [True]
        )


@pytest.mark.parametrize("who", [*OTHERS, "stranger", "adviser"])
def test_a_select_that_forgets_for_whom_it_is_gives_no_mark(app, hidden, who):
    hidden.stranger, hidden.adviser = make.UserFactory(), make.UserFactory(role=Role.ADVISER)
    with app.app_context():
        become(getattr(hidden, who))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Judgement.__table__)) == 0
        assert db.session.scalars(sa.select(Judgement.note)).all() == []


@pytest.mark.parametrize("who", OTHERS)
def test_raw_sql_of_the_applications_role_gives_no_mark(hidden, session, who):
    if session.bind.dialect.name != "postgresql":
        pytest.skip("row-level security is PostgreSQL's; SQLite is guarded by what is compiled")
    reader = getattr(hidden, who)
    session.execute(
        sa.text(
            f"SELECT set_config('role', '{APP_ROLE}', true), set_config('plumbline.reader', :id, true),"
            " set_config('plumbline.role', :role, true)"
        ),
        {"id": str(reader.id), "role": reader.role},
    )
    assert session.scalar(sa.text("SELECT count(*) FROM judging_round")) == 1
    assert session.scalar(sa.text("SELECT count(*) FROM judgement")) == 0
    assert session.execute(sa.text("UPDATE judgement SET is_revealed = true")).rowcount == 0
    assert session.execute(sa.text("DELETE FROM judgement")).rowcount == 0


def test_nobody_can_give_a_mark_for_another(hidden, post, session):
    """Whoever posts judges for themselves, whatever the form says."""
    post(hidden.me, 1, 0, 3, user_id=hidden.guest.id)
    found = sa.select(Judgement.user_id).where(Judgement.goal_id == hidden.goals[1].id)
    assert session.scalars(found).all() == [hidden.me.id]


def test_the_copy_out_of_the_bin_holds_no_mark_of_an_open_round(hidden, sign_in, session):
    sign_in(hidden.me).post(f"/goals/{hidden.goals[0].id}/delete")
    item = session.scalars(sa.select(BinItem)).one()
    assert SECRET in str(item.rows), "it can be put back whole"
    chief = sign_in(hidden.chief)
    assert "judgement" not in chief.get(f"/bin/{item.id}/delete").text
    assert SECRET not in chief.post(f"/bin/{item.id}.json").text
    assert SECRET not in str(session.execute(sa.select(audit_entry)).all())
    sign_in(hidden.me).post(f"/bin/{item.id}/put-back")
    assert session.scalar(sa.select(sa.func.count()).select_from(Judgement)) == 2


def test_the_second_round_shows_the_first_and_nothing_of_itself(hidden, put, sign_in, session):
    sign_in(hidden.me).post(f"/rounds/{hidden.round.id}/close")
    second = make.RoundFactory(engagement=hidden.engagement, number=2)
    make.RaterFactory(round_id=second.id, user=hidden.me, engagement=hidden.engagement)
    put(hidden.colleague, 1, 0, 9, round_=second, note="qzsecond")
    page = sign_in(hidden.me).get(f"/rounds/{second.id}/judge?goal={hidden.goals[0].id}").text
    assert f"{SECRET} counts" in page
    assert f"{SECRET} draft" not in page
    read = Walk(sign_in(hidden.me), "goal").all()
    assert read.saying("qzsecond") == []
    assert read.saying(f"{SECRET} counts")


def test_only_whoever_judges_may_judge():
    assert set(RULES[Permission.ROUND_JUDGE]) == {Role.ADMINISTRATOR, Role.CONSULTANT, Role.CLIENT}
