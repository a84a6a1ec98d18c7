"""A report is made anew as soon as anything has changed, and for everybody anew."""

from types import SimpleNamespace

import pytest

from crm.access import Role
from crm.engagements.models import Engagement
from crm.extensions import db
from crm.reporting import kept, views
from crm.reporting.catalogue import CATALOGUE, Entry
from crm.reporting.kept import EXTENSION, Kept
from crm.transactions import one
from tests import factories as make

ADDRESS = "/reports/portfolio"


@pytest.fixture
def made(app, monkeypatch):
    """How often the portfolio is made, with reports kept as in use."""
    monkeypatch.setitem(app.config, "REPORTS_KEPT", 4)
    app.extensions.pop(EXTENSION, None)
    entry, times = CATALOGUE["portfolio"], []

    def counted(request):
        times.append(request.user.id)
        return entry.make(request)

    monkeypatch.setitem(views.CATALOGUE, "portfolio", Entry(counted, permission=entry.permission))
    yield times
    app.extensions.pop(EXTENSION, None)


def test_the_same_report_is_made_once(sign_in, made):
    make.EngagementFactory(title="Fewer falls")
    client = sign_in(make.UserFactory(role=Role.MANAGER))
    pages = [client.get(f"{ADDRESS}?stage=all").text for _ in range(2)]
    assert pages[0] == pages[1]
    assert len(made) == 1
    client.get(f"{ADDRESS}?stage=live")
    assert len(made) == 2


def test_a_change_is_seen_at_once(sign_in, made, app):
    engagement = make.EngagementFactory(title="Fewer falls")
    client = sign_in(make.UserFactory(role=Role.MANAGER))
    assert "Fewer falls" in client.get(f"{ADDRESS}?stage=all").text
    with app.app_context(), one():
        db.session.get_one(Engagement, engagement.id).title = "No falls at all"
    assert "No falls at all" in client.get(f"{ADDRESS}?stage=all").text
    assert len(made) == 2


def test_nobody_is_shown_what_was_made_for_another(sign_in, made):
    make.EngagementFactory(title="Fewer falls")
    assert "Fewer falls" in sign_in(make.UserFactory(role=Role.MANAGER)).get(f"{ADDRESS}?stage=all").text
    sign_in(make.UserFactory(role=Role.ADMINISTRATOR)).get(f"{ADDRESS}?stage=all")
    assert len(set(made)) == 2


def test_what_is_kept_is_bounded(sign_in, made, monkeypatch):
    client = sign_in(make.UserFactory(role=Role.MANAGER))
    make.EngagementFactory.create_batch(3)
    monkeypatch.setattr(kept, "MOST_ROWS", 2)
    client.get(f"{ADDRESS}?stage=all")
    client.get(f"{ADDRESS}?stage=all")
    assert len(made) == 2, "a report of too many rows is not kept"
    store = Kept(1)
    for key in ("a", "b"):
        store.add(key, (1,), SimpleNamespace(row_counts={"rows": 1}))
    assert store.find("a", (1,)) is None
    assert store.find("b", (1,)) is not None
    assert store.find("b", (2,)) is None
