"""Goals and strategies out of a pasted list or a file."""

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crm.alignment.lists import What, guess, pasted
from crm.alignment.models import Goal, Perspective, Strategy
from crm.alignment.models_sheet import Weighing
from crm.errors import DomainError
from tests import factories as make
from tests.naughty import STRINGS
from tests.reading import main


@pytest.fixture
def contact(ours):
    return make.ContactFactory(organisation=ours.organisation, name="Maria Delgado", job_title="Chief nurse")


@pytest.fixture
def send(browser, ours):
    """`send(text or file)`: where the list waits."""

    def send(given, what="goals", name="goals.csv"):
        said = {"text": given} if isinstance(given, str) else {"file": (BytesIO(given), name)}
        answer = browser.post(f"/engagements/{ours.id}/worksheet/import", data={"what": what, **said})
        assert answer.status_code == 302, main(answer.text)
        return answer.location

    return send


def press(browser, where, do, **places):
    """Press a button of the preview, with the columns as they are guessed, but for those that are said."""
    page = browser.get(where).text
    names = [part.split('"')[0] for part in page.split('name="from_')[1:]]
    fields = {f"from_{name}": places.get(name, _chosen(page, name)) for name in names}
    return browser.post(where, data=fields | {"do": do}, follow_redirects=True)


def _chosen(page, name):
    options = page.split(f'name="from_{name}"')[1].split("</select>")[0].split("<option ")
    return next((one.split('value="')[1].split('"')[0] for one in options if "selected" in one), "")


def statements(session, model=Goal):
    session.expire_all()
    return [row.statement for row in session.query(model).order_by(model.position, model.id)]


@pytest.mark.parametrize(
    "line",
    ["Reach more", "- Reach more", "  • Reach more", "12. Reach more", "(3) Reach more", "a) Reach more",
     "1.2. Reach more", "- [ ] Reach more", "* [x] Reach more", "– Reach more"],
)  # fmt: skip
def test_bullets_and_numbers_are_stripped(line):
    assert pasted(line, What.GOALS).rows == [["Reach more"]]


@pytest.mark.parametrize(
    "line", ["-5 % cost", "2.5 % fewer falls", "9 of 10 come back", "AB. Clinic", "[sic"]
)
def test_what_is_no_bullet_stays(line):
    assert pasted(line, What.GOALS).rows == [[line]]


@pytest.mark.parametrize("separator", [";", "|", "\t"])
def test_cells_are_told_apart(separator):
    sheet = pasted(f"Reach{separator}30\n\nStay{separator}20", What.GOALS)
    assert sheet.rows == [["Reach", "30"], ["Stay", "20"]]
    assert sheet.numbers == [1, 3]
    assert guess(sheet, What.GOALS) == {"statement": 0, "weight": 1}


def test_a_mark_in_one_line_of_many_is_no_separator():
    assert pasted("Reach; and stay\nHeal\nListen", What.GOALS).rows == [
        ["Reach; and stay"],
        ["Heal"],
        ["Listen"],
    ]


def test_a_first_line_of_headings_is_none_of_the_rows():
    sheet = pasted("Owner|Goal\nMaria|Reach", What.GOALS)
    assert (sheet.columns, sheet.rows, sheet.numbers) == (("Owner", "Goal"), [["Maria", "Reach"]], [2])
    assert guess(sheet, What.GOALS) == {"statement": 1, "owner": 0}


@given(st.lists(st.sampled_from(STRINGS) | st.text(), max_size=8))
def test_whatever_is_pasted_is_a_table_or_refused(lines):
    try:
        sheet = pasted("\n".join(lines), What.STRATEGIES)
    except DomainError:
        return
    assert len(sheet.rows) == len(sheet.numbers)
    assert len(set(sheet.columns)) == len(sheet.columns) >= max(map(len, sheet.rows))
    assert guess(sheet, What.STRATEGIES)["statement"] < len(sheet.columns)


def test_a_pasted_list_is_tried_then_imported(browser, session, ours, goal, contact, send):
    where = send("1. Fewer missed APPOINTMENTS; 30; Maria Delgado\n2. Staff who stay; 20; Maria Delgado")
    tried = press(browser, where, "try")
    assert "1 would be created 0 would be updated 1 unchanged 0 refused 2 rows" in main(tried.text)
    assert statements(session) == [goal.statement]
    done = press(browser, where, "import")
    assert "1 created 0 updated 1 unchanged 0 refused 2 rows" in main(done.text)
    assert statements(session) == [goal.statement, "Staff who stay"]
    new = session.query(Goal).filter_by(statement="Staff who stay").one()
    assert (new.weight, new.owner_contact_id, new.engagement_id) == (20, contact.id, ours.id)


def test_every_problem_is_said_at_once(browser, session, ours, send):
    head, bad = "Goal|Weight|Owner|By|Perspective", "Reach|x|Nobody At All|31/03/2026|patience"
    text = "\n".join((head, bad, "|5|||", "Stay|101|||", "Stay|5|||"))
    page = main(press(browser, send(text), "try").text)
    for said in (
        "2 Weight x Enter a whole number.",
        "2 Owner Nobody At All Nobody of the team and of the client's people is called so.",
        "2 By 31/03/2026 Enter a day as year-month-day",
        "2 Perspective patience It is one of: mission and community, patients,",
        "3 Goal Say what the client wants to reach.",
        "4 Weight 101 Give a weight between 0 and 100.",
    ):
        assert said in page
    assert "1 would be created 0 would be updated 0 unchanged 3 refused 4 rows" in page


def test_a_row_that_says_the_same_as_another_is_refused(browser, session, send):
    where = send("Reach\nHeal\nreach!")
    assert "3 Goal reach! Row 1 says the same." in main(press(browser, where, "try").text)
    press(browser, where, "import")
    assert statements(session) == ["Reach", "Heal"]


def test_refused_rows_can_be_mended_and_sent_again(browser, session, send):
    where = send("Reach; 500\nHeal; 5")
    assert "1 row was refused" in main(press(browser, where, "import").text)
    rejects = browser.get(f"{where}/rejects.csv").data
    assert b"Give a weight between 0 and 100." in rejects
    press(browser, send(rejects.replace(b"500", b"50")), "import")
    assert statements(session) == ["Heal", "Reach"]


def test_a_csv_of_goals_fills_their_fields(browser, session, send):
    content = (
        b"Aim,Deadline,Perspective,Baseline,Target,Unit,Why\r\n"
        b"Fewer missed,2027-03-31,Patients,18 %,9,%,People wait\r\n"
    )
    press(browser, send(content), "import")
    row = session.query(Goal).one()
    assert (row.horizon_on, row.perspective) == (date(2027, 3, 31), Perspective.PATIENTS)
    assert (row.start_value, row.target_value, row.unit, row.why) == (18, 9, "%", "People wait")
    assert row.weight == 10


def test_a_workbook_of_strategies_fills_their_fields(browser, session, ours, me, send):
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Strategy", "Hours", "Starts", "Owner", "Audience", "Budget", "Currency"])
    sheet.write_row(1, 0, ["Reminder stories", 40])
    sheet.write_datetime(1, 2, date(2026, 5, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(1, 3, [me.name, "People who forget", 1200, "eur"])
    book.close()
    press(browser, send(file.getvalue(), "strategies", "plan.xlsx"), "import")
    row = session.query(Strategy).one()
    assert (row.effort_hours, row.starts_on, row.owner_user_id) == (40, date(2026, 5, 1), me.id)
    assert (row.audience, int(row.cost), row.currency) == ("People who forget", 1200, "EUR")


def test_columns_can_be_chosen_otherwise(browser, session, send):
    press(browser, send("Reach; Stay\nHeal; Listen"), "import", statement="1", weight="")
    assert statements(session) == ["Stay", "Listen"]


def test_the_statement_has_to_stand_somewhere(browser, session, send):
    answer = press(browser, send("Reach"), "import", statement="")
    assert answer.status_code == 422
    assert "Say which column holds it." in answer.text


def test_weights_are_left_alone_where_goals_are_ranked(browser, session, ours, send):
    make.SheetSetupFactory(engagement=ours, weighing=Weighing.RANKING)
    press(browser, send("Reach; 99"), "import")
    assert session.query(Goal).one().weight == 10


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, "Paste a list, or choose a file."), ({"text": " \n "}, "Paste a list, or choose a file."),
     ({"text": "Reach", "what": "ideas"}, "Not a valid choice"), ({"text": "Reach\n" * 501}, "501 rows")],
)  # fmt: skip
def test_upload_refuses_what_is_no_list(browser, ours, fields, said):
    answer = browser.post(f"/engagements/{ours.id}/worksheet/import", data={"what": "goals"} | fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_upload_refuses_a_file_that_is_no_table(browser, ours):
    fields = {"what": "goals", "file": (BytesIO(b"%PDF-1.4"), "Pasted list")}
    answer = browser.post(f"/engagements/{ours.id}/worksheet/import", data=fields)
    assert answer.status_code == 422
    assert "is a PDF, not a table" in answer.text


def test_a_list_is_imported_once(browser, session, send):
    where = send("Reach")
    press(browser, where, "import")
    assert browser.get(where).location.endswith("/done")
    assert statements(session) == ["Reach"]


def test_a_stranger_cannot_import(browser, sign_in, session, ours, me, send):
    where = send("Reach")
    stranger = sign_in(make.UserFactory())
    assert stranger.get(f"/engagements/{ours.id}/worksheet/import").status_code == 404
    assert [stranger.get(where + end).status_code for end in ("", "/done", "/rejects.csv")] == [404] * 3
    assert stranger.post(where, data={"do": "import", "from_statement": "0"}).status_code == 404


def test_who_left_the_team_cannot_import_any_more(sign_in, session, ours, me, send):
    where = send("Reach")
    session.execute(make.TeamMemberFactory._meta.model.__table__.delete())
    assert sign_in(me).get(where).status_code == 404


@pytest.mark.parametrize("what", ["goals", "strategies"])
@pytest.mark.parametrize("start", [0, 400])
def test_whatever_is_pasted_is_imported_or_refused(browser, session, send, what, start):
    lines = [" ".join(one.split()) for one in STRINGS[start : start + 400]]
    page = main(press(browser, send("\n".join(lines), what), "import").text)
    created, _, unchanged, rejected, rows = (
        int(page.split(f" {word}")[0].rsplit(" ", 1)[-1].replace(",", ""))
        for word in ("created", "updated", "unchanged", "refused", "rows in the file")
    )
    assert created + unchanged + rejected == rows > 90
    assert session.query(Goal if what == "goals" else Strategy).count() == created > 90
