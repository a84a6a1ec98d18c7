from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm import clock
from crm.access import Role
from crm.organisations.models import Organisation
from crm.organisations.models_import import ImportUpload
from tests.factories import UserFactory

DATA = Path(__file__).parent / "data"
URL = "/organisations/import/"


@pytest.fixture
def manager():
    return UserFactory(role=Role.MANAGER)


@pytest.fixture
def upload(manager, sign_in):
    """`upload(text)` sends a file as the manager and gives the address of its mapping page."""

    def upload(content: str | bytes, name="clients.csv") -> str:
        content = content.encode() if isinstance(content, str) else content
        answer = sign_in(manager).post(URL, data={"file": (BytesIO(content), name)})
        assert answer.status_code == 302, answer.text
        return answer.location

    return upload


def how_many(session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Organisation))


def chosen(**columns) -> dict[str, str]:
    return {"match": "name", **{f"column_{name}": column for name, column in columns.items()}}


def test_upload_shows_the_form(client, sign_in, manager):
    page = sign_in(manager).get(URL)
    assert page.status_code == 200
    assert "Import clients" in page.text


def test_upload_keeps_the_file(upload, session, manager):
    where = upload((DATA / "cms_hgi_2021_excerpt.csv").read_bytes())
    kept = session.scalars(sa.select(ImportUpload)).one()
    assert (kept.user_id, kept.separator, kept.encoding, kept.has_header) == (manager.id, ",", "utf-8", True)
    assert where.endswith(kept.token)


def test_upload_sweeps_out_old_files_of_the_same_person(upload, session, manager):
    old = {
        "filename": "old",
        "content": b"x",
        "has_header": True,
        "created_at": clock.now() - timedelta(days=2),
    }
    session.add_all([ImportUpload(user_id=manager.id, **old), ImportUpload(user_id=UserFactory().id, **old)])
    session.flush()
    upload("name\nA\n")
    left = session.scalars(sa.select(ImportUpload.filename).order_by(ImportUpload.id)).all()
    assert left == ["old", "clients.csv"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"name\n"])
def test_upload_refuses_what_is_no_table(sign_in, manager, session, content):
    page = sign_in(manager).post(URL, data={"file": (BytesIO(content), "x.csv")})
    assert page.status_code == 422
    assert "“x.csv”" in page.text
    assert session.scalars(sa.select(ImportUpload)).first() is None


def test_upload_refuses_no_file(sign_in, manager):
    page = sign_in(manager).post(URL, data={})
    assert page.status_code == 422
    assert "Choose a file." in page.text


def test_mapping_shows_first_rows_and_guesses(upload, client):
    page = client.get(upload((DATA / "cms_hgi_2021_excerpt.csv").read_bytes()))
    assert page.status_code == 200
    assert "SOUTHEAST HEALTH MEDICAL CENTER" in page.text
    assert '<option selected value="Facility ID">Facility ID: 010001</option>' in page.text
    assert '<option selected value="US">' in page.text
    assert '<option selected value="cms">' in page.text
    assert 'value="import"' not in page.text


def test_trying_shows_counts_and_errors_and_saves_nothing(upload, client, session):
    where = upload("name,beds\nA,1\nB,x\nC,<b>\n")
    page = client.post(where, data=chosen(name="name", beds="beds") | {"do": "try"})
    assert page.status_code == 200
    assert "Import 1 organisation<" in page.text
    assert "2 things to mend" in page.text
    assert "&lt;b&gt;" in page.text
    assert how_many(session) == 0
    rejects = client.get(f"{where}/rejects.csv")
    assert rejects.data.decode("utf-8-sig").splitlines()[1].startswith("3,")
    assert "clients.csv.rejects.csv" in rejects.headers["Content-Disposition"]


def test_importing_saves_and_shows_the_counts(upload, client, session, manager):
    where = upload("name,beds\nA,1\nB,x\n")
    answer = client.post(where, data=chosen(name="name", beds="beds", kind="") | {"do": "import"})
    assert answer.location.endswith("/done")
    page = client.get(answer.location)
    assert "clients.csv is imported" in page.text
    assert "1 row was refused" in page.text
    assert session.scalars(sa.select(Organisation)).one().beds == 1
    kept = session.scalars(sa.select(ImportUpload).execution_options(populate_existing=True)).one()
    assert (kept.content, kept.counts["created"]) == (b"", 1)


def test_importing_twice_imports_once(upload, client, session):
    where = upload("name\nA\n")
    for _ in range(2):
        answer = client.post(where, data=chosen(name="name") | {"do": "import"})
        assert answer.location.endswith("/done")
    assert how_many(session) == 1


def test_mapping_refuses_no_name(upload, client, session):
    where = upload("colour\nred\n")
    page = client.post(where, data=chosen() | {"do": "import"})
    assert page.status_code == 422
    assert "No column was recognised as the name" in page.text
    assert how_many(session) == 0


def test_reading_again_saves_how(upload, client):
    where = upload("name;a,b\nÄ;1,2\n".encode("cp1250"))
    answer = client.post(
        f"{where}/reading", data={"separator": "semicolon", "encoding": "cp1250", "has_header": ""}
    )
    assert answer.status_code == 302
    page = client.get(where)
    assert "Column 2: a,b" in page.text


def test_reading_again_refuses_what_cannot_be(upload, client):
    where = upload("name;beds\nÄ;1\n".encode("cp1252"))
    page = client.post(f"{where}/reading", data={"separator": "comma", "encoding": "utf-8"})
    assert page.status_code == 422
    assert "cannot be read as utf-8" in page.text


def test_a_consultant_becomes_the_keeper(sign_in, session):
    consultant = UserFactory(role=Role.CONSULTANT)
    client = sign_in(consultant)
    where = client.post(URL, data={"file": (BytesIO(b"name\nA\n"), "x.csv")}).location
    client.post(where, data=chosen(name="name") | {"do": "import"})
    assert session.scalars(sa.select(Organisation)).one().keeper_id == consultant.id


def test_a_stranger_cannot_see_or_apply_an_upload(upload, sign_in, session):
    where = upload("name,beds\nA,x\n")
    stranger = sign_in(UserFactory(role=Role.ADMINISTRATOR))
    for page in (where, f"{where}/done", f"{where}/rejects.csv"):
        assert stranger.get(page).status_code == 404
    assert stranger.post(where, data=chosen(name="name") | {"do": "import"}).status_code == 404
    assert stranger.post(f"{where}/reading", data={}).status_code == 404
    assert how_many(session) == 0


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ADVISER])
def test_a_client_cannot_import(sign_in, role):
    client = sign_in(UserFactory(role=role))
    assert client.get(URL).status_code == 403
    assert client.post(URL, data={"file": (BytesIO(b"name\nA\n"), "x.csv")}).status_code == 403


def test_nobody_imports_without_signing_in(client):
    assert client.get(URL).status_code == 302
