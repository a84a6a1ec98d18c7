"""A select that forgets `visible_to` still gives nothing away: the database knows who reads."""

import re

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.orm import aliased

from crm import guard
from crm.access import Guarded, Role
from crm.extensions import db
from crm.readers import APP_ROLE, STRANGER, become, lifted
from tests.conftest import laid_out
from tests.factories import EngagementFactory, UserFactory
from tests.test_access import MODELS
from tests.threads import member, thread_of

C, K, V = Role.CONSULTANT, Role.CLIENT, Role.ADVISER


def of_somebody_and_of_another(role: Role):
    """Two engagements with one of everything: of somebody of this role, and of somebody else."""
    me, engagement = member(role)
    other = UserFactory()
    thread_of(engagement, me)
    thread_of(EngagementFactory(team=[other], lead=other), other)
    return me


@pytest.fixture(scope="module")
def two(request, connection):
    """Somebody of a role, who meets what is theirs and what is not."""
    with laid_out(connection, lambda: of_somebody_and_of_another(request.param)) as me:
        yield me


def careless(model) -> dict[str, sa.Select]:
    """The ways in which a select can forget whom it is for."""
    table, other, one = model.__table__, aliased(model), sa.select(sa.literal(1)).subquery()
    return {
        "entity": sa.select(model.id),
        "table": sa.select(table.c.id),
        "alias": sa.select(other.id),
        "alias of the table": sa.select(table.alias("x").c.id),
        "subquery": sa.select(sa.select(table).subquery().c.id),
        "exists": sa.select(sa.literal(1)).where(sa.exists(sa.select(table.c.id))),
        "cte": sa.select(sa.select(table).cte("c").c.id),
        "outer join": sa.select(other.id).select_from(sa.outerjoin(one, other, sa.true())),
        "union": sa.union_all(sa.select(table.c.id), sa.select(table.c.id).where(sa.false())),
        "bare count": sa.select(sa.func.count()).select_from(table),
    }  # fmt: skip


def count(table: str) -> sa.Select:
    return sa.select(sa.func.count()).select_from(sa.text(f'"{table}"'))


def found(statement) -> list:
    return sorted(row for row in db.session.scalars(statement) if row)


@pytest.mark.parametrize("two", [C, K, V], indirect=True)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_careless_select_gives_only_what_the_rule_gives(app, session, two, model):
    everything = session.scalar(sa.select(sa.func.count()).select_from(model))
    with app.app_context():
        become(two)
        seen = guard._of_model(model, two)
        mine = found(sa.select(model.id).where(seen))
        answers = {name: found(statement) for name, statement in careless(model).items()}
    counts = {"exists": [1] if mine else [], "bare count": [len(mine)] if mine else []}
    assert answers == dict.fromkeys(answers, mine) | counts
    assert len(mine) < everything


@pytest.mark.parametrize("two", [C], indirect=True)
@pytest.mark.parametrize("table", guard.guarded_tables())
def test_whoever_is_not_known_sees_nothing(app, session, two, table):
    table = db.metadata.tables[table]
    with app.test_request_context():
        assert db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
        become(STRANGER)
        assert db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0


@pytest.mark.parametrize("two", [K], indirect=True)
def test_what_is_lifted_is_set_down_again(app, session, two):
    seen = sa.select(sa.func.count()).select_from(db.metadata.tables["organisation"])
    with app.app_context():
        become(two)
        before = db.session.scalar(seen)
        with lifted():
            assert db.session.scalar(seen) > before
        assert db.session.scalar(seen) == before == 1


@pytest.mark.parametrize("role", [C, K])
def test_pages_that_forget_to_filter_show_nothing_of_others(sign_in, monkeypatch, role):
    """`visible_to` lets everything through here, in every query that asks it."""
    monkeypatch.setattr(Guarded, "visible_to", classmethod(lambda _model, _user: sa.true()))
    me, engagement = member(role)
    other = UserFactory()
    foreign = EngagementFactory(team=[other], title="Nobody else's business")
    foreign.organisation.name = "Sentinel Hospital"
    thread_of(engagement, me)
    thread_of(foreign, other)
    client = sign_in(me)
    pages = ["/engagements/", "/actions", "/reports", f"/engagements/{engagement.id}"]
    pages += ["/organisations/", "/my-day", "/organisations/?q=sentinel"] if role is C else ["/roadmap"]
    for page in pages:
        answer = client.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        assert "Sentinel" not in answer.text.replace("sentinel", ""), page
        assert "Nobody else" not in answer.text, page


def test_every_table_of_a_client_is_guarded():
    owned = {table.name for table in db.metadata.sorted_tables if "organisation_id" in table.columns}
    joining = {"session_user", "session_contact", "organisation", "strategy_channel"}
    own = {"draft", "import_upload", "outline", "agenda_template", "job_run", "mail", "saved_view"}
    own |= {"report_run", "report_schedule", "report_snapshot"}
    own |= {"timesheet", "timesheet_step", "person_rate"}
    assert set(guard.guarded_tables()) == owned | joining | own


def statements_of_migrations():
    """What the migrations tell PostgreSQL about who reads, the oldest first."""
    for revision in reversed(list(ScriptDirectory("migrations").walk_revisions())):
        yield from getattr(revision.module, "STATEMENTS", ())


def test_the_migrations_hold_the_rules_of_today():
    held = {}
    for statement in statements_of_migrations():
        if dropped := re.fullmatch(r'DROP (POLICY \w+ ON "\w+")', statement):
            del held[dropped[1]]
        else:
            named = re.match(r'CREATE (POLICY \w+ ON "\w+")', statement)
            assert held.setdefault(named[1] if named else statement, statement) is statement
    assert set(held.values()) == {*guard.policies(), *guard.grants()}


@pytest.fixture
def postgresql(session):
    if session.bind.dialect.name != "postgresql":
        pytest.skip("row-level security is PostgreSQL's; SQLite is guarded by what is compiled")
    return session


@pytest.mark.parametrize("two", [K, C], indirect=True)
def test_raw_sql_of_the_applications_role_gives_only_the_readers_rows(postgresql, two):
    counted = {table: postgresql.scalar(count(table)) for table in guard.guarded_tables()}
    become_raw = sa.text(
        f"SELECT set_config('role', '{APP_ROLE}', true), set_config('plumbline.reader', :id, true),"
        " set_config('plumbline.role', :role, true)"
    )
    postgresql.execute(become_raw, {"id": str(two.id), "role": two.role})
    assert postgresql.scalar(sa.text("SELECT count(*) FROM organisation")) == 1
    assert postgresql.scalar(sa.text("SELECT count(*) FROM engagement")) == 1
    for table, all_rows in counted.items():
        seen = postgresql.scalar(count(table))
        assert seen < all_rows or not all_rows, table
    changed = postgresql.execute(sa.text("UPDATE engagement SET title = 'mine'"))
    assert changed.rowcount == 1


def test_the_applications_role_owns_nothing_and_bypasses_nothing(postgresql):
    rights = postgresql.execute(
        sa.text("SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = :name"),
        {"name": APP_ROLE},
    ).one()
    assert tuple(rights) == (False, False, False)
    owned = sa.text("SELECT count(*) FROM pg_tables WHERE tableowner = :name")
    assert postgresql.scalar(owned, {"name": APP_ROLE}) == 0
    unguarded = sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT rowsecurity")
    known = {"user_account", "tag", "audit_head", "alembic_version", "shared_finding"}
    assert set(postgresql.scalars(unguarded)) <= known


def test_the_applications_role_cannot_touch_the_trail(postgresql):
    may = sa.text("SELECT has_table_privilege(:role, 'audit_entry', :what)")
    assert postgresql.scalar(may, {"role": APP_ROLE, "what": "INSERT"})
    for what in ("UPDATE", "DELETE", "TRUNCATE"):
        assert not postgresql.scalar(may, {"role": APP_ROLE, "what": what})
