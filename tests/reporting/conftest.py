"""A practice made by chance, and its reports across engagements."""

import pytest

from crm import clock
from crm.readers import become
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from tests.conftest import laid_out
from tests.reporting.random_practice import NOW, SPAN, Practice


@pytest.fixture(scope="module", params=range(3), ids="seed {}".format)
def laid_practice(request, connection):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        with laid_out(connection, lambda: Practice(request.param)) as practice:
            yield practice


@pytest.fixture
def practice(laid_practice, session, clock_at):
    clock_at(NOW)
    return laid_practice.again(session)


@pytest.fixture
def made(app, practice):
    """`made(name, who, **more)`: the report, and its rows as dicts by table."""

    def made(name, who=None, **more):
        who = who or practice.manager
        with app.app_context():
            become(who)
            asked = Asked.of(SPAN | more, clock.today(who))
            report = CATALOGUE[name].make(Request(who, asked.last, asked=asked))
        names = {one.name: [column.name for column in one.columns] for one in report.tables}
        rows = {
            one.name: [dict(zip(names[one.name], row, strict=True)) for row in one.rows]
            for one in report.tables
        }
        return report, rows

    return made
