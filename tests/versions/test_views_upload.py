"""The file comes back by its page: looked at, applied, refused."""

import io
import time

import pytest
from sqlalchemy import select
from xlsxwriter.utility import xl_col_to_name

from crm.alignment.models import Goal, Relation, Strategy
from crm.organisations.models_import import ImportUpload
from tests import factories as make
from tests.reading import main
from tests.versions.filled import fill


@pytest.fixture
def base(sheet):
    return f"/engagements/{sheet.engagement.id}/worksheet"


@pytest.fixture
def send(browser, base):
    """`send(file)` uploads it and answers with the address of what it would change."""

    def send(file: bytes, name="sheet.xlsx") -> str:
        answer = browser.post(f"{base}/upload", data={"file": (io.BytesIO(file), name)})
        assert answer.status_code == 302, main(answer.text)
        return answer.location

    return send


@pytest.fixture
def download(browser, base):
    return lambda format_="xlsx": browser.get(f"{base}.{format_}").data


def marks(session) -> list[tuple]:
    session.expire_all()
    rows = session.scalars(select(Relation).order_by(Relation.goal_id, Relation.strategy_id))
    return [(row.goal_id, row.strategy_id, row.mark, row.note, row.user_id) for row in rows]


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
def test_unchanged_it_says_nothing_changed(browser, send, download, session, format_):
    before = marks(session)
    page = main(browser.get(send(download(format_), f"sheet.{format_}")).text)
    assert "Nothing changed: the worksheet says all that the file says." in page
    assert marks(session) == before


def test_apply_saves_exactly_what_was_shown(browser, send, download, sheet, session, sign_in):
    colleague = make.UserFactory(name="Bo")
    make.TeamMemberFactory(engagement=sheet.engagement, user=colleague)
    file = fill(download(), {"D4": 9, "B5": "A new goal", "C5": 15, "E5": 3, "C3": 35})
    sign_in(colleague)
    where = send(file)
    page = main(browser.get(where).text)
    assert "4 changes" in page
    for sentence in (
        "“Fewer no-shows” weighs 35 instead of 30.",
        "New goal “A new goal”, with weight 15.",
        "“Stories” for “More trust”: not judged → 9.",
        "“Open hours” for “A new goal”: not judged → 3.",
        "is a 9 without a note that says why.",
    ):
        assert sentence in page
    assert session.scalars(select(Goal.weight).order_by(Goal.position)).first() == 30
    answer = browser.post(where, data={}, follow_redirects=True)
    assert "4 changes from “sheet.xlsx” applied." in main(answer.text)
    goals = session.execute(select(Goal.statement, Goal.weight).order_by(Goal.position)).all()
    assert [tuple(one) for one in goals] == [("Fewer no-shows", 35), ("More trust", 20), ("A new goal", 15)]
    mine = [row for row in marks(session) if row[4] == colleague.id]
    assert [(row[2]) for row in mine] == [9, 3]


def test_a_csv_comes_back_too(browser, send, download, sheet, session):
    text = download("csv").decode()
    lines = text.splitlines(keepends=True)
    head = lines[0].strip().split(",")
    cells = lines[3].rstrip("\r\n").split(",")
    cells[head.index("mark")], cells[head.index("note")] = "9", "As I saw"
    lines[3] = ",".join(cells) + "\r\n"
    where = send("".join(lines).encode(), "a.csv")
    page = main(browser.get(where).text)
    assert "“Stories” for “More trust”: not judged → 9." in page
    browser.post(where, data={})
    assert (9, "As I saw") in [(row[2], row[3]) for row in marks(session)]


def test_a_bad_cell_stops_everything(browser, send, download, session):
    before = marks(session)
    where = send(fill(download(), {"D4": 9, "E3": 5}))
    page = main(browser.get(where).text)
    assert "Matrix!E3 holds “5”: a mark is 0, 1, 3 or 9." in page
    assert ">Apply<" not in browser.get(where).text
    answer = browser.post(where, data={}, follow_redirects=True)
    assert "Nothing was applied" in main(answer.text)
    assert marks(session) == before


@pytest.mark.parametrize("is_ticked", [True, False])
def test_a_conflict_stays_unless_it_is_ticked(browser, send, download, sheet, session, is_ticked):
    where = send(fill(download(), {"E4": 9, "D4": 1}))
    theirs = session.scalars(select(Relation).where(Relation.mark == 3)).one()
    theirs.mark, key = 0, f"mark:{theirs.goal_id}:{theirs.strategy_id}"
    session.flush()
    page = main(browser.get(where).text)
    assert "Changed by somebody else meanwhile" in page
    browser.post(where, data={"conflict": key} if is_ticked else {})
    session.expire_all()
    assert theirs.mark == (9 if is_ticked else 0)
    assert 1 in [row[2] for row in marks(session) if row[0] == sheet.goals[1].id]


def test_it_is_applied_once(browser, send, download, session):
    where = send(fill(download(), {"B5": "Once", "F2": "Once more"}))
    browser.post(where, data={})
    answer = browser.post(where, data={}, follow_redirects=True)
    assert "is imported already" in main(answer.text)
    assert len(session.scalars(select(Strategy).where(Strategy.statement == "Once more")).all()) == 1
    assert session.scalars(select(ImportUpload)).one().content == b""
    assert browser.get(where).location.endswith("/worksheet")


REFUSED = {
    "nothing": (b"", "is empty"),
    "no table": (b"%PDF-1.7 x", "is a PDF"),
    "another table": (b"Name,City\nMercy,Here\n", "it is not a worksheet of Plumbline"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_upload_refuses(browser, base, name):
    content, words = REFUSED[name]
    answer = browser.post(f"{base}/upload", data={"file": (io.BytesIO(content), "a.xlsx")})
    assert answer.status_code == 422
    assert words in main(answer.text)


def test_the_file_of_another_engagement_is_refused(browser, download, me):
    other = make.EngagementFactory(team=[me])
    file = io.BytesIO(download())
    answer = browser.post(f"/engagements/{other.id}/worksheet/upload", data={"file": (file, "a.xlsx")})
    assert "was made from the worksheet of another engagement" in main(answer.text)


def test_nobody_else_opens_an_upload(send, download, sign_in, sheet, guest):
    where = send(download())
    for who, code in ((make.UserFactory(), 404), (guest, 403), (make.UserFactory(role="administrator"), 404)):
        client = sign_in(who)
        assert client.get(where).status_code == client.post(where, data={}).status_code == code


def test_a_stranger_cannot_upload(sign_in, base, guest):
    assert sign_in(guest).post(f"{base}/upload", data={}).status_code == 403
    assert sign_in(make.UserFactory()).post(f"{base}/upload", data={}).status_code == 404


def test_a_whole_matrix_of_forty_by_sixty_comes_in_at_once(browser, session, me):
    engagement = make.EngagementFactory(team=[me])
    rows = {Goal: 40, Strategy: 60}
    place = {"engagement_id": engagement.id, "organisation_id": engagement.organisation_id}
    for model, count in rows.items():
        session.add_all(
            model(statement=f"{model.__name__} {number}", position=number, **place) for number in range(count)
        )
    session.flush()
    base = f"/engagements/{engagement.id}/worksheet"
    cells = {
        f"{xl_col_to_name(3 + s)}{3 + g}": (0, 1, 3, 9)[(g + s) % 4] for g in range(40) for s in range(60)
    }
    begun = time.perf_counter()
    file = fill(browser.get(f"{base}.xlsx").data, cells)
    where = browser.post(f"{base}/upload", data={"file": (io.BytesIO(file), "a.xlsx")}).location
    assert "2,400 changes" in main(browser.get(where).text)
    browser.post(where, data={})
    assert time.perf_counter() - begun < 10
    assert len(marks(session)) == 2400
    again = browser.get(f"{base}.xlsx").data
    where = browser.post(f"{base}/upload", data={"file": (io.BytesIO(again), "a.xlsx")}).location
    assert "Nothing changed" in main(browser.get(where).text)
