"""Keyset pages: each row once, in order, whatever anybody writes into the cursor."""

import base64
from datetime import date, timedelta

import orjson
import pytest
import sqlalchemy as sa

from crm import paging
from crm.access import Role
from crm.accounts.models import User
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.organisations.models import Organisation
from crm.sessions import queries_actions
from tests.factories import ActionFactory, EngagementFactory, OrganisationFactory, UserFactory
from tests.reading import main

FIRST = date(2026, 1, 1)


@pytest.fixture
def page_of(app):
    """A page of engagements by their start: many begin on the same day."""

    def page_of(cursor=None, descending=True):
        with app.app_context():
            keys = {"starts_on": Engagement.starts_on, "id": Engagement.id}
            statement = sa.select(Engagement.id, Engagement.starts_on)
            return paging.page(paging.Listing(statement, keys, descending), cursor, {})

    return page_of


def encoded(*values) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def walk(page_of, way: str, page, **kwargs) -> list:
    pages = [page]
    while cursor := getattr(pages[-1], way):
        pages.append(page_of(cursor, **kwargs))
        assert len(pages) < 10, "the pages never end"
    return pages


@pytest.fixture
def hundred():
    client = OrganisationFactory()
    days = [FIRST + timedelta(days=number // 50) for number in range(100)]
    return [EngagementFactory(organisation=client, starts_on=day, title="Same") for day in days]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONSULTANT])
@pytest.mark.parametrize("state", ["open", "done"])
def test_walking_through_actions_visits_those_without_a_day_last(app, role, state):
    me = UserFactory(role=role)
    engagement = EngagementFactory(team=[me])
    days = [None if number % 2 else FIRST + timedelta(days=number // 7) for number in range(90)]
    if state == "done":
        days = [day or FIRST for day in days]
    done = [{"state": state, "done_on": day} if state == "done" else {"due_on": day} for day in days]
    made = [ActionFactory(engagement=engagement, **said) for said in done]
    keys = [(day or date.max, one.id) for day, one in zip(days, made, strict=True)]
    expected = [key for _, key in sorted(keys, reverse=state == "done")]

    def page_of(cursor=None):
        with app.app_context():
            wanted = queries_actions.Wanted("all", state)
            return queries_actions.actions_page(db.session.get(User, me.id), wanted, cursor, FIRST)

    there = walk(page_of, "next", page_of())
    back = walk(page_of, "previous", there[-1])

    assert [row.id for page in there for row in page.rows] == expected
    assert [page.rows for page in reversed(back)] == [page.rows for page in there]


@pytest.mark.parametrize("descending", [True, False])
def test_walking_there_and_back_visits_each_row_once_in_order(page_of, hundred, descending):
    expected = sorted(((one.starts_on, one.id) for one in hundred), reverse=descending)

    there = walk(page_of, "next", page_of(descending=descending), descending=descending)
    back = walk(page_of, "previous", there[-1], descending=descending)

    assert [(row.starts_on, row.id) for page in there for row in page.rows] == expected
    assert [len(page.rows) for page in there] == [40, 40, 20]
    assert [page.rows for page in reversed(back)] == [page.rows for page in there]


def test_the_ends_say_that_they_are_the_ends(page_of, hundred):
    pages = walk(page_of, "next", page_of())
    back = walk(page_of, "previous", pages[-1])
    assert pages[0].previous is None
    assert pages[-1].next is None
    assert back[-1].previous is None
    assert back[-1].next is not None


@pytest.mark.parametrize("count", [0, 1, 40, 41])
def test_there_is_a_next_page_only_where_there_are_more(page_of, count):
    EngagementFactory.create_batch(count)
    page = page_of()
    assert len(page.rows) == min(count, 40)
    assert (page.next is not None) == (count > 40)
    assert page.previous is None


def test_rows_that_come_meanwhile_shift_nothing(page_of, hundred):
    before = walk(page_of, "next", page_of())
    first = page_of()
    EngagementFactory.create_batch(7, starts_on=FIRST + timedelta(days=30))
    second = page_of(first.next)
    assert second.rows == before[1].rows


def test_rows_that_go_meanwhile_shift_nothing(page_of, hundred, session):
    before = walk(page_of, "next", page_of())
    for row in before[0].rows[:7]:
        session.execute(sa.delete(Engagement).where(Engagement.id == row.id))
    assert page_of(before[0].next).rows == before[1].rows


HOSTILE = {
    "empty": "",
    "not base64": "!!!!",
    "one character": "a",
    "not JSON": base64.urlsafe_b64encode(b"{]").decode(),
    "a dict": base64.urlsafe_b64encode(b"{}").decode(),
    "a number": base64.urlsafe_b64encode(b"7").decode(),
    "an empty list": encoded(),
    "another way": encoded("c", "2026-01-01", 1),
    "a list as way": encoded(["a"], "2026-01-01", 1),
    "too few": encoded("a", 1),
    "too many": encoded("a", "2026-01-01", 1, 1),
    "swapped": encoded("a", 1, "2026-01-01"),
    "no date": encoded("a", "yesterday", 1),
    "none": encoded("a", None, None),
    "a float": encoded("a", "2026-01-01", 1.5),
    "a truth": encoded("a", "2026-01-01", True),
    "a number no column holds": encoded("a", "2026-01-01", 2**64 - 1),
    "a number below": encoded("a", "2026-01-01", -(2**63)),
    "SQL": encoded("a", "2026-01-01", "1); DROP TABLE engagement; --"),
    "NUL": "\0",
    "accents": "é" * 10,
    "surrogates": base64.urlsafe_b64encode(b'["a", "\\ud800", 1]').decode(),
    "long": "A" * 10_000,
}


@pytest.mark.parametrize("cursor", HOSTILE.values(), ids=HOSTILE)
def test_a_mangled_cursor_shows_page_one(page_of, hundred, cursor):
    assert page_of(cursor) == page_of()


@pytest.mark.parametrize("cursor", [*HOSTILE.values(), encoded("a", "\0", 1), encoded("b", "x" * 9000, 1)])
@pytest.mark.parametrize("path", ["/organisations/", "/engagements/", "/portfolio"])
def test_a_mangled_cursor_is_never_a_500(sign_in, cursor, path):
    OrganisationFactory(name="Zebra")
    client = sign_in(UserFactory(role=Role.MANAGER))
    for sort in ("name", "beds"):
        assert client.get(path, query_string={"at": cursor, "sort": sort}).status_code == 200


def test_a_cursor_of_another_sort_shows_page_one(sign_in, app):
    OrganisationFactory.create_batch(45)
    client = sign_in(UserFactory(role=Role.MANAGER))
    first = main(client.get("/organisations/?sort=beds").text)
    foreign = encoded("a", "client 3", 3)
    assert main(client.get(f"/organisations/?sort=beds&at={foreign}").text) == first


def test_counting_stops_at_the_cap(app, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_CAP", 10)
    OrganisationFactory.create_batch(15)
    with app.app_context():
        assert paging.capped_count(sa.select(Organisation.id)) == 11
        assert paging.capped_count(sa.select(Organisation.id).where(Organisation.id < 0)) == 0
        assert db.session.scalar(sa.select(sa.func.count(Organisation.id))) == 15
