"""The big list of naughty strings through every text field and every search box."""

import csv
import re
from io import BytesIO, StringIO
from zlib import crc32

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm import fields
from crm.access import Role
from crm.clock import DEFAULT_ZONE
from crm.organisations.models import Organisation
from tests.conftest import laid_out
from tests.factories import EngagementFactory, UserFactory
from tests.naughty import LINES, SOME, STRINGS, kept
from tests.reading import squeezed
from tests.routes import ROUTES, access, address
from tests.threads import thread_of
from tests.typing_in import Forms, PageForm, Typist, standing

#: Files, what an upload has to come before, and what only leads elsewhere.
NO_PAGES = re.compile(r"\.(<format_>|csv|zip|ipynb|docx|pdf)$|<token>|^/$|^/time/$")
PAGES = [
    one
    for one in ROUTES
    if "GET" in one.methods and access(one) != "public" and not NO_PAGES.search(one.rule)
]
ADDRESSES = {one.rule for one in PAGES}
#: What is kept without being shown on a page: it is in the file of the measure.
UNSEEN = {
    "stages.move": {"reason"},
    "closing.reopen": {"reason"},
    "records.unlock": {"reason"},
    "outcomes.show": {"provenance"},
    "readings.tie": {"note"},
    "readings.lead_to": {"note"},
    "timesheets.week": {"reason"},
    "timesheets.edit": {"reason"},
    "money.entry_rate": {"reason"},
    "sheet_import.upload": {"text"},  # Shown in cells; tests/alignment/test_import.py types them all.
    "observation_import.upload": {"text"},  # Numbers; tests/outcomes/test_import.py sends them all.
    "judging.agree": {"note"},
}
#: Whose fields take 0, 1, 3 and 9 alone; tests/alignment/test_views_worksheet.py types into them.
MARKED = {"alignment.worksheet"}
#: What can be said once of a thing, and is refused ever after; tests/engagements/test_views_work.py and
#: tests/versions/test_naughty.py say it, tests/judging/test_naughty.py of a round that is open, and
#: tests/plans/test_register.py of a plan that is registered.
ONCE = {
    "work.agree", "work.decline", "versions.index", "versions.show", "judging.create", "registrations.amend",
    "evidence.share",
}  # fmt: skip
ENDPOINTS = {rule.endpoint for rule in ROUTES}


def somebody_with_everything():
    engagement = EngagementFactory(team=[me := UserFactory()])
    keys = {name: row.id for name, row in thread_of(engagement, me).items()}
    return (me, UserFactory(role=Role.ADMINISTRATOR)), keys


@pytest.fixture(scope="module")
def everything(connection):
    """Somebody and an administrator, and the keys of one of everything."""
    with laid_out(connection, somebody_with_everything) as everything:
        yield everything


@pytest.fixture
def readers(app, session, everything, monkeypatch):
    """`readers(rule)`: who may open it, and the address of a row of theirs."""
    monkeypatch.setattr(fields, "zone_names", lambda: ("UTC", DEFAULT_ZONE))  # six hundred, twice a page
    users, keys = everything
    question = "?goal={goal_id}&strategy={strategy_id}&organisation={organisation_id}".format(**keys)

    def readers(rule):
        for user in users:
            client = FlaskClient(app, app.response_class)
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = user.fs_uniquifier, True
            where = address(rule, keys) + question
            if client.get(where).status_code == 200:
                return client, where
        raise AssertionError(f"nobody may open {rule}")

    return readers


@pytest.fixture
def is_sqlite(database_address) -> bool:
    """The other database is there for what it does otherwise: it is given fewer strings."""
    return database_address.startswith("sqlite")


def is_twin(rule) -> bool:
    """Whether the same fields are typed into on a page of their own, for a row that is there."""
    return "create" in rule.endpoint and rule.endpoint.replace("create", "edit") in ENDPOINTS


def own_forms(page: str) -> list[PageForm]:
    """The forms with a text field that are sent to where no page of its own is."""
    forms = [form for form in Forms(page, with_options=True).forms if form.method == "post" and form.texts()]
    return [form for form in forms if form.action not in ADDRESSES]


#: The form whose short fields take all strings, and the kinds of text fields that there are: another kind
#: would be drawn and read in another way, and need such a form of its own.
WHOLE, FIELDS = "organisations.edit", {"text", "textarea"}
#: Every other form takes one string of each kind, and its own share of all.
SHARES = 16


def lines_for(rule, is_sqlite: bool) -> list[str]:
    """What is typed into the short fields of a page's forms."""
    if is_twin(rule):
        return SOME
    if rule.endpoint == WHOLE and is_sqlite:
        return SOME + LINES
    share = (crc32(rule.endpoint.encode()) + is_sqlite) % SHARES
    return SOME + LINES[share::SHARES]


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.endpoint)
def test_every_text_field_shows_what_was_typed(readers, rule, is_sqlite):
    client, where = readers(rule)
    if rule.endpoint in ONCE | MARKED:
        return
    for form in own_forms(client.get(where).text):
        typist = Typist(client, where, form)
        not_shown = UNSEEN.get(rule.endpoint, set())
        found, typist.unseen = typist.unseen, typist.unseen | not_shown
        is_new = is_twin(rule)
        lines = lines_for(rule, is_sqlite)
        typist.type_all(typist.free, lines, look=not is_new)
        typist.type_all(typist.strict, lines, look=not is_new)
        assert typist.faults == []
        assert form.kinds() <= FIELDS
        assert is_new or found <= not_shown


def search_boxes(page: str) -> list[tuple[str, str]]:
    """The search forms of a page: where each asks, and the name of its box."""
    found = [one for one in Forms(page).forms if one.method == "get"]
    return [(one.action, name) for one in found for name, box in one.controls.items() if box.kind == "search"]


def searched(text: str) -> str:
    """What a search box keeps of a text: no NULs, no blanks at its ends, 255 characters."""
    return text.replace("\0", "").strip()[:255].replace("\r\n", "\n").strip()


#: Where they are, and what is typed into each: what keeps and shows it is the same for all.
SEARCHED = {
    "/organisations/": STRINGS,
    "/engagements/": SOME + LINES,
    "/engagements/new": SOME,
    "/audit": SOME + LINES[::4],
    "/engagements/<int:engagement_id>/plan/library": SOME + LINES[1::4],
    "/findings": SOME + LINES[2::4],
    "/sessions/search": SOME + LINES[3::4],
    "/templates/<int:outline_id>/start": SOME,
}


@pytest.mark.parametrize("path", SEARCHED)
def test_every_search_box_shows_what_was_typed(readers, path, is_sqlite):
    (rule,) = (one for one in PAGES if one.rule == path)
    client, where = readers(rule)
    asked, path = SEARCHED[path], where.partition("?")[0]
    ((action, name),) = search_boxes(client.get(path).text)
    for text in asked[:: 1 if is_sqlite else 5]:
        answer = client.get(action or path, query_string={name: text})
        assert answer.status_code == 200, text
        assert standing(answer.text, name) == searched(text)


#: What pages read out of their address, besides what their forms send.
READ = ("at", "as_of", "table", "engagement", "organisation", "goal", "strategy", "q", "stage", "troubled")
HARD = [
    "\0",
    "a\0b",
    "-1",
    "99999999999999999999",
    "NaN",
    "١",
    "'\"\\%_",
    "\ufffe",
    "x" * 300,
    "2026-02-30",
    "[]",
]


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.endpoint)
def test_no_address_breaks_a_page(readers, rule):
    client, where = readers(rule)
    path, _, _ = where.partition("?")
    assert bool(search_boxes(client.get(path).text)) == (rule.rule in SEARCHED), (
        "a box that is not tried above"
    )
    names = {
        name for form in Forms(client.get(where).text).forms if form.method == "get" for name in form.controls
    }
    for text in HARD:
        assert client.get(path, query_string=dict.fromkeys(names | set(READ), text)).status_code < 500, text
    for name in names:
        assert client.get(path, query_string={name: "a\0b'\"%"}).status_code < 500, name


RAW = [b"%ED%A0%80", b"%FF%FE", b"%C0%80", b"%00", b"%", b"\xff", b"%u0041"]


@pytest.mark.parametrize("raw", RAW)
def test_bytes_that_are_no_text_break_nothing(readers, raw):
    (rule,) = (one for one in PAGES if one.endpoint == "organisations.create")
    client, where = readers(rule)
    form = {"content_type": "application/x-www-form-urlencoded"}
    typed, asked = b"name=a" + raw + b"&kind=hospital", raw.decode("latin-1")
    assert client.post(where, data=typed, **form).status_code in (302, 422)
    assert client.get("/organisations/?q=" + asked).status_code == 200
    assert client.post("/drafts/keep/x" + asked, data=typed, **form).status_code == 204
    assert client.get("/organisations/").status_code == 200


@pytest.mark.parametrize("name", LINES[::8])
def test_the_name_of_a_file_is_shown_and_never_trusted(readers, name):
    (rule,) = (one for one in PAGES if one.endpoint == "organisation_import.upload")
    client, where = readers(rule)
    name = name.replace('"', "'")  # A quotation mark ends the name on its way here.
    file = (BytesIO(b"Name,City\nMercy,Springfield\n"), f"../../{name}\0.csv")
    answer = client.post(where, data={"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 302
    shown = squeezed("".join(Forms(client.get(answer.location).text).words))
    assert squeezed(kept(name.replace("\\", "/").rpartition("/")[2])) in shown


def test_every_string_comes_in_by_file_too(readers, session):
    (rule,) = (one for one in PAGES if one.endpoint == "organisation_import.upload")
    client, where = readers(rule)
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow(["Name", "City"])
    rows.writerows((f"N {number} {text}"[:255], text[:255]) for number, text in enumerate(STRINGS))
    upload = {"file": (BytesIO(file.getvalue().encode()), "a.csv")}
    mapping = client.post(where, data=upload, content_type="multipart/form-data").location
    form = next(
        one for one in Forms(client.get(mapping).text, with_options=True).forms if "match" in one.controls
    )
    done = client.post(mapping, data=form.filled("") | {"do": "import"})
    assert done.status_code == 302
    names = set(session.scalars(select(Organisation.name)))
    missing = [
        number for number in range(len(STRINGS)) if not any(name.startswith(f"N {number}") for name in names)
    ]
    assert missing == []
