"""`python -m bench.rounds`: a worksheet of 40 goals, 60 strategies, 12 raters and two rounds.

How long a mark takes to be saved and answered, how long its pages take, and how large they are. With an
address of an empty database it is filled and measured there; without one, on SQLite in a folder of its own.
"""

import gc
import sys
import tempfile
from datetime import UTC, date, datetime
from statistics import quantiles
from time import perf_counter_ns
from types import SimpleNamespace

import sqlalchemy as sa

gc.disable()  # As wsgi.py does.
from config import TestConfig  # noqa: E402
from crm import create_app  # noqa: E402
from crm.access import Role  # noqa: E402
from crm.accounts.models import User  # noqa: E402
from crm.alignment.models import MARKS, Goal, Strategy  # noqa: E402
from crm.engagements.models import Engagement, Stage, TeamMember  # noqa: E402
from crm.extensions import db  # noqa: E402
from crm.judging.models import Judgement, Rater, Round, RoundState  # noqa: E402
from crm.organisations.models import Organisation, searchable  # noqa: E402
from crm.transactions import one  # noqa: E402

GOALS, STRATEGIES, RATERS, POSTS = 40, 60, 12, 500
JSON = {"Accept": "application/json"}


def plumbline(address: str):
    settings = {"SQLALCHEMY_DATABASE_URI": address, "RATELIMIT_ENABLED": False}
    app = create_app(type("Settings", (TestConfig,), settings))
    with app.app_context():
        db.create_all()
    return app


def fill(app, *, goals: int, strategies: int, raters: int, has_first: bool = True) -> SimpleNamespace:
    """An engagement whose second round is open, and the first closed with every cell judged; its ids."""
    with app.app_context(), one():
        client = Organisation(name="North Hospital", search_name=searchable("North Hospital"))
        people = [
            User(name=f"Rater {at}", email=f"r{at}@example.org", password="none", role=Role.CONSULTANT)  # noqa: S106
            for at in range(raters)
        ]
        db.session.add_all([client, *people])
        db.session.flush()
        day = date(2026, 1, 5)
        work = Engagement(
            title="Wards", organisation_id=client.id, stage=Stage.ALIGNMENT, stage_since=day, starts_on=day
        )
        db.session.add(work)
        db.session.flush()
        on = {"engagement_id": work.id, "organisation_id": client.id}
        db.session.add_all(TeamMember(user_id=person.id, **on) for person in people)
        aims = [Goal(statement=f"Fewer of the things that go wrong, no. {at}", **on) for at in range(goals)]
        means = [Strategy(statement=f"A way to tell people, no. {at}", **on) for at in range(strategies)]
        first = Round(number=1, state=RoundState.CLOSED, closed_at=datetime(2026, 2, 1, tzinfo=UTC), **on)
        second = Round(number=2, **on)
        db.session.add_all([*aims, *means, *([first] if has_first else []), second])
        db.session.flush()
        rounds = [first, second] if has_first else [second]
        db.session.add_all(Rater(round_id=each.id, user_id=p.id, **on) for each in rounds for p in people)
        found = SimpleNamespace(
            engagement=work.id, round=second.id, first=first.id, users=[person.id for person in people],
            cookies=[person.fs_uniquifier for person in people], goals=[aim.id for aim in aims],
            strategies=[mean.id for mean in means],
        )  # fmt: skip
        if has_first:
            _judge_all(found, on, first.id, revealed=True)
            _judge_all(found, on, second.id, revealed=False)
    return found


def _judge_all(found: SimpleNamespace, on: dict, round_id: int, *, revealed: bool) -> None:
    now = datetime(2026, 1, 20, tzinfo=UTC)
    rows = [
        {
            **on, "round_id": round_id, "user_id": user, "goal_id": goal, "strategy_id": strategy,
            "mark": (mark := MARKS[(goal * 7 + strategy * 3 + user) % 4]), "counts": True,
            "note": "Seen on two wards in March" if mark == MARKS[-1] else None, "is_revealed": revealed,
            "created_at": now, "updated_at": now,
        }
        for user in found.users for goal in found.goals for strategy in found.strategies
    ]  # fmt: skip
    db.session.execute(sa.insert(Judgement.__table__), rows)


def signed_in(app, cookie: str):
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = cookie, True
    return client


def timed(ask, count: int) -> tuple[list[float], object]:
    spent, answer = [], None
    for at in range(count):
        start = perf_counter_ns()
        answer = ask(at)
        spent.append((perf_counter_ns() - start) / 1e6)
        assert answer.status_code == 200, answer.status
    return spent, answer


def told(name: str, spent: list[float], answer) -> None:
    cuts = quantiles(spent, n=10)
    print(f"{name:<32} p50 {cuts[4]:7.1f} ms   p90 {cuts[8]:7.1f} ms   {len(answer.data):>9,} bytes")


def measure(address: str) -> None:
    app = plumbline(address)
    found = fill(app, goals=GOALS, strategies=STRATEGIES, raters=RATERS)
    client = signed_in(app, found.cookies[0])

    def mark(at: int):
        cell = {"goal_id": found.goals[at % GOALS], "strategy_id": found.strategies[at % STRATEGIES]}
        fields = {**cell, "mark": MARKS[at % 4], "note": "We counted"}
        return client.post(f"/rounds/{found.round}/mark", data=fields, headers=JSON)

    timed(mark, 5)
    told("a mark", *timed(mark, POSTS))
    pages = {
        "the whole matrix": f"/rounds/{found.round}/judge",
        "one goal": f"/rounds/{found.round}/judge?goal={found.goals[3]}",
        "progress": f"/rounds/{found.round}",
        "the spread": f"/rounds/{found.first}",
    }
    for name, where in pages.items():
        timed(lambda _, where=where: client.get(where), 3)
        told(name, *timed(lambda _, where=where: client.get(where), 20))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(f"sqlite:///{folder}/rounds.db")
