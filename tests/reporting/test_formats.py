"""Every report of the catalogue, whoever adds one: the same rows and totals in each of its formats."""

import io
import re
import zipfile
from types import SimpleNamespace

import pikepdf
import pytest

from crm import clock
from crm.access import Role
from crm.readers import become
from crm.reporting.asked import Asked
from crm.reporting.catalogue import CATALOGUE, Request
from crm.reporting.queries import Wanted
from reports import text
from reports.writers import FORMATS
from tests import factories as make
from tests.reading import pdf_words, sheets, squeezed
from tests.reporting.expected import (
    Said,
    check_csv,
    check_docx,
    check_page,
    check_parquet,
    check_pdf,
    check_xlsx,
)
from tests.reporting.random_practice import NOW, SPAN, Practice
from tests.scene import everything

SEED = 7


@pytest.fixture
def practice(session, clock_at):
    clock_at(NOW)
    return Practice(SEED)


@pytest.fixture(params=CATALOGUE)
def report(request, app, practice):
    """Each report for a manager, over engagements in two currencies; of one, that with everything on it."""
    name, manager = request.param, practice.manager
    assert {e.currency for e in practice.engagements} == {"EUR", "USD"}
    one = None
    if CATALOGUE[name].of_engagement:
        one = everything(practice.coaches[0], colleagues=practice.coaches[1:]).engagement
    person = practice.coaches[0].id if name.startswith("coaching") else None
    with app.app_context():
        become(manager)
        asked = Asked.of(SPAN | {"person": person}, clock.today(manager))
        wanted = Request(manager, asked.last, one, Wanted("all"), asked)
        return CATALOGUE[name].make(wanted)


def written(report) -> SimpleNamespace:
    return SimpleNamespace(**{name: form.written(report) for name, form in FORMATS.items()})


def test_a_report_says_the_same_in_every_format(report):
    files = written(report)
    said = Said(files.json)
    assert said.counts == report.row_counts
    assert any(said.counts.values())
    for table in report.tables:
        assert [tuple(row) for row in said.rows(table.name)] == table.rows
        assert said.totals(table.name) == pytest.approx(table.totals)
    check_page(files.html.decode(), said)
    check_xlsx(files.xlsx, said)
    check_docx(files.docx, said)
    check_printed(files.pdf, said, report)
    check_tagged(files.pdf, report)
    check_workbook(files.xlsx, report)
    for table in said.tables:
        check_csv(FORMATS["csv"].written(report, table), said, table)
        check_parquet(FORMATS["parquet"].written(report, table), said, table)


def check_printed(content: bytes, said: Said, report) -> None:
    """A page to hand out has its rows in the timeline: what each is and how it stands."""
    if report.prints_tables:
        check_pdf(content, said)
        return
    read = squeezed(pdf_words(content))
    for step in report.timeline:
        assert squeezed(step.title) in read
        assert squeezed(step.state) in read


def check_tagged(content: bytes, report) -> None:
    with pikepdf.open(io.BytesIO(content)) as document, document.open_metadata() as metadata:
        root = document.Root
        assert (root.MarkInfo.Marked, str(root.Lang)) == (True, "en-GB")
        assert root.ViewerPreferences.DisplayDocTitle
        assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", report.title)
        alts = [str(one.Alt) for one in document.objects if "/Alt" in getattr(one, "keys", list)()]
    assert {squeezed(chart.alt) for chart in report.charts} <= {squeezed(alt) for alt in alts}


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def check_workbook(content: bytes, report) -> None:
    """Frozen, filtered, set up for print, named for screen readers; live totals; a native chart for each."""
    found = parts(content)
    names = re.findall(r'<sheet name="([^"]*)"', found["xl/workbook.xml"])
    pages = [found[f"xl/worksheets/sheet{number}.xml"] for number in range(1, len(names) + 1)]
    for page in pages:
        assert 'fitToPage="1"' in page
        assert "Page &amp;P of &amp;N" in page
    titles = [text.clean(table.title) for table in report.tables]
    assert names[-len(titles) :] == titles
    regions = re.findall(r'name="ColumnTitleRegion1\.[^"]*">([^<]*)<', found["xl/workbook.xml"])
    assert len(regions) == len(titles)
    for table, page in zip(report.tables, pages[-len(titles) :], strict=True):
        assert 'state="frozen"' in page
        formulas = re.findall(r"<f>SUM\(([A-Z]+)2:\1(\d+)\)</f><v>[^<]+</v>", page)
        assert len(formulas) == (len(table.totals) if len(table) else 0)
        assert all(int(row) == len(table) + 1 for _, row in formulas)
        assert ("autoFilter" in page) is bool(len(table))
    native = [one for chart in report.charts for one in chart.panels or (chart,) if one.table is not None]
    assert sum(name.startswith("xl/charts/chart") for name in found) == len(native)
    drawings = "".join(page for name, page in found.items() if name.startswith("xl/drawings/drawing"))
    assert drawings.count(' descr="') == len(native)


def test_money_never_stands_without_its_currency_nor_in_a_sum_of_several(report):
    for table in report.tables:
        names = [column.name for column in table.columns]
        money = [column.name for column in table.columns if column.kind == "money"]
        assert not money or "currency" in names
        assert not set(money) & set(table.totals)


def test_what_there_is_of_nothing_is_said_in_every_format(app, session, clock_at):
    """A manager who sees nothing yet."""
    clock_at(NOW)
    manager = make.UserFactory(role=Role.MANAGER)
    for name, entry in CATALOGUE.items():
        if entry.of_engagement:
            continue
        with app.app_context():
            become(manager)
            asked = Asked.of(SPAN, clock.today(manager))
            report = entry.make(Request(manager, asked.last, asked=asked))
        empty = [table for table in report.tables if not len(table)]
        assert empty or name == "coaching-letter", name
        page = FORMATS["html"].write(report).decode()
        book = sheets(FORMATS["xlsx"].write(report))
        for table in empty:
            assert table.empty in page.replace("&#39;", "'"), name
            assert [table.empty] == [cell for cell in book[table.title][1] if cell], name
