"""Views as a reader of them gets them."""

import pytest

from crm.builder.queries import View
from crm.builder.reading import of_document
from crm.readers import become


@pytest.fixture
def shown(app):
    """`shown(who, base, ...)`: the rows of the one table of a view, as dicts by the labels of the columns."""

    def shown(who, base, **more):
        with app.app_context():
            become(who)
            report = View(who, of_document({"base": base, **more})).whole()
        labels = [column.label for column in report.table().columns]
        return [dict(zip(labels, row, strict=True)) for row in report.table().rows]

    return shown


@pytest.fixture
def totals(app):
    """`totals(who, base, ...)`: what the columns of a view add up to, by their labels."""

    def totals(who, base, **more):
        with app.app_context():
            become(who)
            table = View(who, of_document({"base": base, **more})).whole().table()
        return {column.label: table.totals[column.name] for column in table.columns if column.total}

    return totals
