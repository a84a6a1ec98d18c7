"""Several people mark at once, each on a connection of their own; and a round closes while they do."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bench.rounds import JSON, fill, plumbline, signed_in
from crm.extensions import db
from crm.judging import actions, queries
from crm.judging.models import Judgement, Round, RoundState
from crm.readers import lifted
from crm.transactions import one
from tests.backup.conftest import address as address

pytestmark = pytest.mark.no_database


@pytest.fixture
def house(address, database_address):
    app = plumbline(address("sqlite" if database_address.startswith("sqlite") else "postgresql"))
    yield SimpleNamespace(app=app, **vars(fill(app, goals=4, strategies=5, raters=6, has_first=False)))
    with app.app_context():
        db.engine.dispose()


def cells(house) -> list[tuple[int, int]]:
    return [(goal, strategy) for goal in house.goals for strategy in house.strategies]


def judge(house, client, cell: tuple[int, int], mark) -> int:
    fields = {"goal_id": cell[0], "strategy_id": cell[1], "mark": mark}
    return client.post(f"/rounds/{house.round}/mark", data=fields, headers=JSON).status_code


def kept(house) -> dict[tuple, tuple]:
    """(mark, is_revealed) by user, goal, strategy and whether it counts."""
    j = Judgement
    with house.app.app_context(), lifted():
        rows = db.session.execute(
            sa.select(j.user_id, j.goal_id, j.strategy_id, j.counts, j.mark, j.is_revealed)
        ).all()
    return {(*row[:4],): (row.mark, row.is_revealed) for row in rows}


def test_many_raters_at_once_lose_no_mark(house):
    def judges(at: int) -> list[int]:
        client = signed_in(house.app, house.cookies[at])
        return [judge(house, client, cell, (0, 1, 3)[at % 3]) for cell in cells(house)]

    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(judges, range(6)))
    assert {status for one_of in answers for status in one_of} == {200}
    found = kept(house)
    assert len(found) == 6 * 20
    assert all(
        found[user, *cell, True][0] == (0, 1, 3)[at % 3]
        for at, user in enumerate(house.users)
        for cell in cells(house)
    )


def test_two_tabs_of_one_rater_lose_no_mark(house):
    start = threading.Barrier(2)

    def tab(at: int) -> set[int]:
        client, answers = signed_in(house.app, house.cookies[0]), set()
        start.wait()
        for cell in cells(house)[at::2]:
            answers |= {judge(house, client, cell, 3), judge(house, client, cells(house)[0], at)}
        return answers

    with ThreadPoolExecutor(2) as tabs:
        assert set.union(*tabs.map(tab, range(2))) == {200}
    found = kept(house)
    assert len(found) == 20
    assert found.pop((house.users[0], *cells(house)[0], True))[0] in (0, 1)
    assert {mark for mark, _ in found.values()} == {3}


def test_a_round_closed_while_people_mark_loses_none_and_says_so(house):
    begun, closed = threading.Event(), threading.Event()

    def judges(at: int) -> dict[tuple[int, int], int]:
        client, answers = signed_in(house.app, house.cookies[at]), {}
        for place, cell in enumerate(cells(house)):
            answers[cell] = judge(house, client, cell, 3)
            if place == 4:
                begun.set()
            if place == 18:
                closed.wait(30)
        return answers

    def ends() -> None:
        begun.wait(30)
        with house.app.app_context(), one():
            actions.close(queries.taken_up(house.round))
        closed.set()

    with ThreadPoolExecutor(7) as people:
        end = people.submit(ends)
        answers = list(people.map(judges, range(6)))
        end.result()
    found = kept(house)
    statuses = [status for answer in answers for status in answer.values()]
    assert {*statuses} == {200, 409}
    for user, answer in zip(house.users, answers, strict=True):
        for cell, status in answer.items():
            counts = status == 200
            assert found[user, *cell, counts] == (3, counts), (
                "in time it counts and is shown; late it is a draft"
            )
    assert len(found) == 6 * 20
    with house.app.app_context():
        ended = db.session.get(Round, house.round)
        assert ended.state is RoundState.CLOSED
        assert statuses.count(200) >= ended.agreement["n_compared"] > 0
