"""One run, one transaction: done once, tried again, given up, and found again when its worker was killed."""

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from prometheus_client import REGISTRY

from crm import clock
from crm.access import Role
from crm.accounts.models import User
from crm.errors import DomainError
from crm.extensions import db, queue
from crm.jobs import runs
from crm.jobs.models import JobRun, RunState
from crm.jobs.registry import TASKS, Schedule, Task, task
from crm.jobs.running import do
from crm.monitoring.logs import Lines
from crm.organisations.models import Organisation
from crm.readers import known
from crm.transactions import afterwards, one
from tests.factories import OrganisationFactory, UserFactory


def test_a_run_is_done_once_and_says_what_it_did(add_task, ask, work, run, app):
    done = []
    add_task(lambda name: done.append(name) or f"Did {name}.")
    number = ask(name="this")
    with app.app_context():
        runs.put(number)  # the queue may hold it twice
    assert work() == 2
    one_run = run(number)
    assert done == ["this"]
    assert (one_run.state, one_run.outcome, one_run.tries) == (RunState.DONE, "Did this.", 1)
    assert one_run.finished_at >= one_run.started_at


def test_what_one_app_queued_is_read_with_its_key_whatever_came_after(add_task, ask, work, app, monkeypatch):
    add_task(lambda: "Done.")
    ask()
    monkeypatch.setattr(queue, "app", app)  # The last that came is the one that it stands for elsewhere.
    other = Flask("other")
    other.config |= app.config | {"SECRET_KEY": "another"}
    queue.init_app(other)
    assert work() == 1


def test_what_is_asked_for_and_not_kept_is_never_run(add_task, app, work):
    add_task(lambda: "Done.")
    with app.app_context(), suppress(ZeroDivisionError), one():
        runs.enqueue("tests.task")
        raise ZeroDivisionError
    assert work() == 0


def test_what_it_wrote_before_it_broke_is_gone(add_task, ask, work, run, session):
    def work_and_break():
        db.session.add(User(name="A", email="a@example.org", password="x", role=Role.MANAGER))
        db.session.flush()
        raise KeyError("what somebody typed")

    add_task(work_and_break)
    number = ask()
    work()
    assert session.scalar(sa.select(sa.func.count(User.id))) == 0
    one_run = run(number)
    assert (one_run.state, one_run.tries) == (RunState.WAITING, 1)
    assert one_run.error.startswith("Something broke that nobody foresaw: KeyError in work_and_break, line")
    assert "typed" not in one_run.error


def test_it_waits_twice_as_long_each_time_and_is_given_up(add_task, ask, app, run, clock_at):
    def fail():
        raise OSError

    add_task(fail, retries=3, delay=30)
    number, now = ask(), clock.now()
    waits = []
    for _ in range(4):
        clock_at(now)
        do(app, number)
        do(app, number)  # too early: nothing happens
        if run(number).next_try_at:
            waits.append((run(number).next_try_at - now).total_seconds())
            now = run(number).next_try_at
    assert waits == [30, 60, 120]
    assert (run(number).state, run(number).tries) == (RunState.FAILED, 4)


def test_a_refusal_of_the_domain_is_final_and_in_its_words(add_task, ask, work, run):
    def refuse():
        raise DomainError("There is no such engagement.")

    add_task(refuse)
    number = ask()
    work()
    assert (run(number).state, run(number).error) == (RunState.FAILED, "There is no such engagement.")


def test_it_reads_for_whoever_is_named_and_else_for_the_operator(add_task, ask, work, run):
    OrganisationFactory.create_batch(3)

    def count():
        return f"{known().role} sees {db.session.scalar(sa.select(sa.func.count(Organisation.id)))}"

    add_task(count)
    reader = UserFactory(role=Role.CLIENT)
    numbers = ask(), ask(reader=reader)
    work()
    assert [run(number).outcome for number in numbers] == ["administrator sees 3", "client sees 0"]


def test_whoever_may_not_sign_in_any_more_is_read_for_by_nobody(add_task, ask, work, run):
    add_task(lambda: "Done.")
    number = ask(reader=UserFactory(active=False))
    work()
    assert run(number).state is RunState.FAILED


def test_a_task_with_steps_keeps_those_that_it_made(add_task, ask, work, run, session):
    def steps():
        for name in ("a", "b"):
            with one():
                db.session.add(User(name=name, email=f"{name}@example.org", password="x", role=Role.MANAGER))
        raise OSError

    add_task(steps, has_steps=True)
    ask()
    work()
    assert session.scalar(sa.select(sa.func.count(User.id))) == 2


def test_a_step_does_not_begin_within_another(app):
    with app.app_context(), one():
        db.session.execute(sa.select(1))
        with pytest.raises(RuntimeError, match="a step begins"), one():
            pass


def test_what_shall_follow_may_fail_without_harm(app, session):
    def break_down():
        raise OSError

    with app.app_context(), one():
        afterwards(break_down)
        db.session.add(User(name="A", email="a@example.org", password="x", role=Role.MANAGER))
    assert session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_what_shall_follow_outlives_a_step_back_to_a_savepoint(app):
    done = []
    with app.app_context(), one():
        afterwards(lambda: done.append("kept"))
        db.session.begin_nested().rollback()
        assert done == []
    assert done == ["kept"]


def swept(app, silence=timedelta(minutes=1)) -> int:
    with app.app_context(), one():
        runs.sweep(silence)
    with app.app_context():
        return queue.pending_count()


def test_a_run_whose_worker_is_silent_is_taken_up_again(add_task, ask, work, run, app):
    add_task(lambda: "Done.", retries=1)
    number = ask()
    with app.app_context():
        queue.flush()
    for tries in (1, 2):
        with app.app_context(), one():
            assert runs.take(number, "dead worker").tries == tries
            db.session.execute(sa.update(JobRun).values(seen_at=clock.now() - timedelta(hours=1)))
        swept(app)
    assert (run(number).state, run(number).error) == (RunState.FAILED, runs.CUT_OFF)
    with app.app_context(), one():
        assert not runs.finish(number, "dead worker", state=RunState.DONE)


def test_a_run_whose_worker_lives_is_left_alone(add_task, ask, run, app):
    add_task(lambda: "Done.")
    number = ask()
    with app.app_context(), one():
        runs.take(number, "me")
        db.session.execute(sa.update(JobRun).values(seen_at=clock.now() - timedelta(hours=1)))
        runs.beat("me")
    swept(app)
    assert run(number).state is RunState.RUNNING


def test_a_queue_that_is_lost_loses_nothing(add_task, ask, work, run, app):
    add_task(lambda: "Done.")
    number = ask()
    with app.app_context():
        queue.flush()
    assert work() == 0
    assert swept(app) == 0, "it may still be there: a minute is given"
    assert swept(app, timedelta(0)) == 1
    work()
    assert run(number).state is RunState.DONE


def test_of_several_workers_one_makes_the_run_that_is_due(app, session):
    minute, tidy = datetime(2026, 3, 3, 9, 0, tzinfo=UTC), TASKS["jobs.tidy"]
    with app.app_context(), one():
        number = runs.start_due(tidy, minute)
        assert runs.start_due(tidy, minute + timedelta(minutes=1)) is None, "the last one is under way"
        runs.take(number, "me")
        runs.finish(number, "me", **runs.over(RunState.DONE))
        assert runs.start_due(tidy, minute) is None
        assert runs.start_due(tidy, minute + timedelta(minutes=1))


def test_runs_that_found_nothing_to_do_are_one_line(add_task, ask, work, session):
    add_task(lambda: None)
    for _ in range(3):
        ask()
        work()
    assert session.scalar(sa.select(sa.func.count(JobRun.id))) == 1


def test_old_runs_are_forgotten_and_failed_ones_later(app, session):
    now = clock.now()
    for state, days in (
        (RunState.DONE, 31),
        (RunState.DONE, 29),
        (RunState.FAILED, 31),
        (RunState.FAILED, 181),
    ):
        ended = now - timedelta(days=days)
        session.add(JobRun(task="a", state=state, finished_at=ended, enqueued_at=ended))
    session.flush()
    with app.app_context(), one():
        assert TASKS["jobs.tidy"].work() == "2 runs forgotten."


def test_a_run_leaves_a_line_and_a_figure(add_task, ask, work, caplog):
    add_task(lambda secret: "Done.")
    ask(secret="what nobody shall read")
    name, labels = "plumbline_job_seconds_count", {"task": "tests.task", "outcome": "done"}
    before = REGISTRY.get_sample_value(name, labels) or 0
    with caplog.at_level(logging.INFO, "plumbline"):
        work()
    (record,) = (record for record in caplog.records if record.message == "job")
    line = json.loads(Lines().format(record))
    assert (line["job"], line["try"], line["outcome"]) == ("tests.task", 1, "done")
    assert "nobody" not in caplog.text
    assert REGISTRY.get_sample_value(name, labels) == before + 1


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule("each minute"), "2026-03-03T09:02"),
        (Schedule("every five", minute="*/5"), "2026-03-03T09:05"),
        (Schedule("at night", minute="40", hour="2"), "2026-03-04T02:40"),
        (Schedule("on Mondays", minute="0", hour="6", day_of_week="1"), "2026-03-09T06:00"),
    ],
    ids=lambda value: getattr(value, "words", ""),
)
def test_when_a_schedule_comes_next(schedule, expected):
    found = schedule.next_after(datetime(2026, 3, 3, 9, 1, 30, tzinfo=UTC))
    assert f"{found:%Y-%m-%dT%H:%M}" == expected
    assert schedule.holds(found)


def test_two_tasks_do_not_share_a_name():
    with pytest.raises(RuntimeError, match=r"two tasks named jobs\.tidy"):
        task("jobs.tidy", "Another")(lambda: None)


def test_what_no_task_is_left_for_fails_in_words(app, session, run):
    old = JobRun(task="of an older Plumbline", enqueued_at=clock.now())
    session.add(old)
    session.flush()
    do(app, old.id)
    assert run(old.id).error == "This Plumbline has no such task any more."
    assert Task("a", "A", print).wait(40) == timedelta(hours=6)
