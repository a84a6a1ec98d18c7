"""The database refuses to change the trail; `flask audit verify` finds who did it all the same."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from crm.audit.models import audit_entry, audit_head
from tests import factories as make

e = audit_entry.c


@pytest.fixture
def five(sign_in, session):
    """Five entries of one engagement, as its coach leaves them."""
    coach = make.UserFactory()
    engagement = make.EngagementFactory(team=[coach])
    client = sign_in(coach)
    for number in range(5):
        fields = {"statement": f"Goal {number}", "weight": "10", "owner": ""}
        client.post(f"/engagements/{engagement.id}/goals/new", data=fields)
    assert session.scalar(sa.select(sa.func.count()).select_from(audit_entry)) == 5


@pytest.fixture
def unlocked(session, five):
    """The same, by somebody who may take the triggers away."""
    for name in ("audit_entry_no_update", "audit_entry_no_delete", "audit_entry_only_grows"):
        on = " ON audit_entry" if session.bind.dialect.name == "postgresql" else ""
        session.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}{on}"))
    return session


@pytest.fixture
def verify(app):
    def verify(*options):
        result = app.test_cli_runner().invoke(args=["audit", "verify", *options])
        return result.exit_code, result.output.splitlines()

    return verify


def test_a_whole_trail_is_said_to_be_whole(five, verify):
    code, (line,) = verify()
    assert code == 0
    assert line.startswith("The audit trail is whole: 5 entries, the last with digest ")


def test_an_empty_trail_is_whole(session, verify):
    assert verify()[0] == 0


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(audit_entry).where(e.position == 2).values(who="Somebody else"),
        sa.delete(audit_entry).where(e.position == 2),
        sa.delete(audit_head),
        sa.update(audit_head).values(position=1),
    ],
    ids=["update", "delete", "no head", "head back"],
)
def test_the_database_refuses(five, session, statement):
    with pytest.raises(DatabaseError, match="the audit trail only ever grows"):
        session.execute(statement)


COLUMNS = [column.name for column in audit_entry.columns if column.name not in ("position", "request_id")]


@pytest.mark.parametrize("name", COLUMNS)
def test_one_byte_that_is_changed_is_found(unlocked, verify, name):
    was = unlocked.execute(sa.select(e[name]).where(e.position == 3)).scalar_one()
    if isinstance(was, str):
        now = was[:-1] + chr(ord(was[-1]) ^ 1)
    else:
        now = sa.text("happened_at") if was is None else was + (1 if isinstance(was, int) else was.resolution)
    unlocked.execute(sa.update(audit_entry).where(e.position == 3).values({name: now}))

    code, lines = verify()
    assert code == 1
    assert any(line.startswith("entry 3 was changed") for line in lines), lines


@pytest.mark.parametrize("position", [1, 3, 5])
def test_one_that_is_deleted_is_named(unlocked, verify, position):
    unlocked.execute(sa.delete(audit_entry).where(e.position == position))
    code, lines = verify()
    assert code == 1
    assert lines[0] == f"entry {position} is missing"
    assert len(lines) == 2


def test_several_that_are_deleted_are_named(unlocked, verify):
    unlocked.execute(sa.delete(audit_entry).where(e.position.in_([2, 3])))
    assert verify()[1][0] == "entries 2 to 3 are missing"


def test_two_that_are_swapped_are_named(unlocked, verify):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        unlocked.execute(sa.update(audit_entry).where(e.position == old).values(position=new))
    code, lines = verify()
    assert code == 1
    assert lines[0].startswith("entry 2 is out of order")
    assert lines[1].startswith("entry 3 is out of order")


def test_one_that_is_put_in_is_named(unlocked, verify):
    row = dict(unlocked.execute(sa.select(audit_entry).where(e.position == 5)).one()._mapping)
    unlocked.execute(sa.insert(audit_entry), {**row, "position": 6})
    code, lines = verify()
    assert code == 1
    assert lines[0].startswith("entry 6 is out of order")


def test_a_whole_new_chain_is_found_by_a_digest_noted_before(unlocked, verify):
    assert verify("--head", "f" * 64)[1][0].startswith("the digest ffff")
    noted = unlocked.scalar(sa.select(e.digest).where(e.position == 2))
    assert verify("--head", noted)[0] == 0
