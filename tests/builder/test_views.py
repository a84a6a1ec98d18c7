"""The builder: its page, its form, its files, and what each reader may not see."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import OperationalError

from crm import access
from crm.access import ALL, Permission, Role
from crm.alignment.models import Level
from crm.builder import statements, views
from crm.builder.bases import BASES
from crm.builder.fields import Sort
from crm.organisations.models import Tag
from reports.writers import FORMATS
from tests import factories as make
from tests.reading import csv_rows, main, sheets, tables
from tests.reporting.expected import (
    Said,
    check_csv,
    check_docx,
    check_page,
    check_parquet,
    check_pdf,
    check_xlsx,
)
from tests.scene import NOW, everything
from tests.typing_in import Forms

SENTINEL = "qztheirs"


@pytest.fixture
def manager(sign_in):
    return sign_in(make.UserFactory(role=Role.MANAGER))


@pytest.fixture
def scene(clock_at):
    clock_at(NOW)
    return everything(make.UserFactory(), guest=make.UserFactory(role=Role.CLIENT))


def rows_of(page: str) -> list[list[str]]:
    ((_, rows),) = tables(page).values()
    return rows


def test_index_asks_first_what_a_view_is_about(manager):
    page = main(manager.get("/builder").text)
    assert all(base.label in page and base.line in page for base in BASES.values())


def test_index_shows_the_rows_in_the_order_of_its_columns(manager):
    goal = make.GoalFactory(statement="Fewer missed", weight=40)
    make.GoalFactory(statement="More trust", weight=10)
    page = manager.get("/builder?base=goals&columns=goal-weight,goal-statement&sort=-goal-weight").text
    assert rows_of(page) == [["40", "Fewer missed"], ["10", "More trust"]]
    query = "base=goals&columns=goal-statement,client-name&goal-weight.least=20"
    assert rows_of(manager.get(f"/builder?{query}").text) == [
        ["Fewer missed", goal.engagement.organisation.name]
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("goal-statement.has=MISSED", "a"), ("goal-statement.lacks=missed", "b"),
        ("goal-level.any=system", "a"), ("goal-level.none=system", "b"), ("goal-level.filled=no", "b"),
        ("goal-horizon.since=2026-05-01", "b"), ("goal-horizon.until=2026-04-30", "a"),
        ("goal-horizon.within=next-30-days", "a"), ("goal-weight.most=12.5", "b"),
        ("goal-statement.has=100%25_", ""), ("client-tag.any=rural", "a"), ("client-tag.none=rural", "b"),
        ("client-tag.any=rural&client-tag.any=member", "ab"), ("client-state.any=MN", "a"),
    ],
)  # fmt: skip
def test_a_filter_lets_through_what_it_says(manager, session, clock_at, asked, found):
    clock_at(datetime(2026, 4, 15, 9, tzinfo=UTC))
    one, other = make.OrganisationFactory(state="MN"), make.OrganisationFactory(state="WI")
    one.tags, other.tags = [Tag(name="rural"), Tag(name="old")], [Tag(name="member")]
    make.GoalFactory(
        engagement=make.EngagementFactory(organisation=one), statement="a missed", level=Level.SYSTEM,
        weight=13, horizon_on=date(2026, 4, 30),
    )  # fmt: skip
    make.GoalFactory(
        engagement=make.EngagementFactory(organisation=other), statement="b", weight=12,
        horizon_on=date(2026, 5, 30),
    )  # fmt: skip
    session.flush()
    page = manager.get(f"/builder?base=goals&columns=goal-statement&{asked}&sort=goal-statement").text
    assert "".join(row[0][0] for row in (rows_of(page) if tables(page) else [])) == found


def test_the_form_sends_the_reader_to_the_address_of_the_view(manager):
    sent = (
        "base=goals&made=1&order=goal-weight,goal-statement&columns=goal-statement&columns=goal-weight"
        "&columns=goal-level&move=down.goal-weight&goal-level.any=&goal-weight.least=3&with=client-tag"
    )
    answer = manager.get(f"/builder?{sent}&groups=&groups=&pivot=&sort=&chart=&sums=")
    assert answer.location == (
        "/builder?base=goals&columns=goal-statement,goal-weight,goal-level&goal-weight.least=3&with=client-tag"
    )
    page = manager.get(answer.location).text
    (form,) = (one for one in Forms(page).forms if one.method == "get")
    assert "client-tag.any" not in form.controls, "nobody has a tag yet"
    assert "Weight at least 3" in main(page)


@pytest.mark.parametrize(
    "query", ["base=nix", "base=goals&columns=fee", "base=goals&goal-level.any=x", "base=goals&evil=1",
              "base=goals&groups=client-tag", "base=goals&sums=engagement-fee.sum", "base=goals&a.b=c"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/builder", "/builder.csv", "/views/new"])
def test_a_tampered_view_is_refused_in_a_sentence(manager, path, query):
    answer = manager.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert "This view cannot be shown like this" in answer.text


def test_every_base_opens_and_is_written_in_every_format(manager, scene):
    for base in BASES:
        said = Said(manager.get(f"/builder.json?base={base}").data)
        assert said.counts["rows"] > 0, base
        check_page(manager.get(f"/builder?base={base}").text, said)
        check_csv(manager.get(f"/builder.csv?base={base}").data, said, "rows")
    grouped = "base=time&groups=time-kind&sums=time-hours.sum,count&pivot=time-billable&chart=bar"
    said = Said(manager.get(f"/builder.json?{grouped}").data)
    checks = {"xlsx": check_xlsx, "pdf": check_pdf, "docx": check_docx}
    for name, check in checks.items():
        check(manager.get(f"/builder.{name}?{grouped}").data, said)
    check_parquet(manager.get(f"/builder.parquet?{grouped}").data, said, "groups")
    check_page(manager.get(f"/builder?{grouped}").text, said)
    assert set(FORMATS) == {*checks, "json", "csv", "parquet", "html"}


def test_money_is_never_added_up_across_currencies(manager):
    for fee, currency in ((100, "USD"), (50, "USD"), (70, "EUR")):
        make.EngagementFactory(fee=Decimal(fee), currency=currency)
    page = manager.get("/builder?base=engagements&sums=engagement-fee.sum").text
    assert rows_of(page) == [["EUR", "70.00"], ["USD", "150.00"]]
    assert "“Fee” is never added up across more than one currency" in main(page)
    page = manager.get("/builder?base=engagements&columns=engagement-fee").text
    assert [row[1] for row in rows_of(page)] == ["USD", "USD", "EUR"]


def test_a_pivot_is_full_at_forty_columns_and_says_so(manager):
    for number in range(43):
        make.EngagementFactory(organisation=make.OrganisationFactory(name=f"Client {number:02}"))
    page = manager.get("/builder?base=engagements&groups=engagement-stage&pivot=client-name").text
    ((labels, rows),) = tables(page).values()
    assert len(labels) == 43
    assert labels[-2:] == ["Others", "All"]
    assert [row[-2:] for row in rows] == [["3", "43"]]
    assert "3 columns of the fewest engagements stand together" in main(page)


def test_columns_come_back_when_rows_are_no_longer_grouped(manager):
    make.GoalFactory(weight=40)
    chosen = "base=goals&columns=goal-weight"
    answer = manager.get(f"/builder?made=1&order=&{chosen}&groups=goal-level&sort=goal-weight")
    assert answer.location == "/builder?base=goals&columns=goal-weight&groups=goal-level&sums=count"
    assert rows_of(manager.get(answer.location).text) == [["None", "1"]]
    assert rows_of(manager.get(f"/builder?{chosen}&sort=gone").text) == [["40"]]


def test_two_columns_of_one_name_say_whose_they_are(manager):
    make.ActionFactory()
    page = manager.get("/builder?base=actions&columns=action-done,milestone-actual,action-due").text
    ((labels, _),) = tables(page).values()
    assert labels == ["Done on (action)", "Done on (milestone)", "Due"]


def test_two_of_one_name_are_two_groups(manager):
    for _ in range(2):
        make.GoalFactory(engagement__organisation=make.OrganisationFactory(name="Mercy"))
    assert rows_of(manager.get("/builder?base=goals&groups=client-name").text) == [["Mercy", "1"]] * 2


def test_a_long_list_is_shown_in_part_and_told_whole(manager, monkeypatch):
    monkeypatch.setattr(views, "MOST_ROWS", 3)
    monkeypatch.setattr(views, "MOST_HELD", 4)
    monkeypatch.setattr(views, "MOST_PRINTED", 4)
    goal = make.GoalFactory()
    for _ in range(5):
        make.MeasureFactory(engagement=goal.engagement, goal_id=goal.id)
    page = manager.get("/builder?base=measures&columns=measure-name,below-values")
    assert len(rows_of(page.text)) == 3
    assert "5 rows" in main(page.text)
    header, rows = csv_rows(manager.get("/builder.csv?base=measures&columns=measure-name,below-values").data)
    assert (header, len(rows)) == (["Measure", "Values"], 5)
    book = sheets(manager.get("/builder.xlsx?base=measures&columns=measure-name").data)
    assert any(len(one) >= 6 for one in book.values())
    answer = manager.get("/builder.pdf?base=measures&columns=measure-name", follow_redirects=True)
    assert "5 rows are too many for PDF, which holds 4" in main(answer.text)


def test_a_view_that_takes_too_long_says_to_narrow_it(manager, monkeypatch):
    def slow(*_):
        error = type("Slow", (Exception,), {"sqlite_errorname": "SQLITE_INTERRUPT"})()
        raise OperationalError("SELECT", {}, error)

    monkeypatch.setattr(statements.Asking, "listed", slow)
    answer = manager.get("/builder?base=goals&goal-weight.least=3")
    assert answer.status_code == 503
    assert "Narrow it" in main(answer.text)
    assert "Weight at least 3" in main(answer.text)


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ADVISER])
def test_nobody_else_may_build_or_open_a_view(sign_in, role):
    client = sign_in(make.UserFactory(role=role))
    shared = make.SavedViewFactory(for_consultants=True, for_managers=True, for_administrators=True)
    assert client.get("/builder?base=goals").status_code == 403
    assert client.get("/builder.csv?base=goals").status_code == 403
    assert client.get(f"/views/{shared.id}").status_code == 404
    assert client.get("/views/new?base=goals").status_code == 403


def stamped(thread) -> None:
    """Words that give themselves away, in all that a view could show of a client."""
    thread.organisation.name = thread.organisation.city = f"{SENTINEL}client"
    thread.engagement.title = f"{SENTINEL}engagement"
    for one, name in ((thread.goal, "statement"), (thread.measure, "name"), (thread.session, "place")):
        setattr(one, name, f"{SENTINEL}{name}")
    make.session.flush()


@pytest.mark.parametrize("base", BASES.values(), ids=lambda base: base.name)
def test_a_stranger_meets_no_word_and_no_number_of_another_client(sign_in, scene, base):
    stamped(scene)
    stranger = make.UserFactory()
    make.EngagementFactory(team=[stranger], title="Mine")
    client, names = sign_in(stranger), list(base.fields)
    queries = [f"columns={','.join(names[at : at + 40])}" for at in (0, max(len(names) - 40, 0))]
    by = [
        f"{one.name}.month" if one.sort is Sort.DATE else one.name
        for one in base.fields.values() if not one.is_numeric
    ]  # fmt: skip
    queries += [f"groups={','.join(by[at : at + 3])}&sums=count&chart=bar" for at in range(0, len(by), 3)]
    for query in queries:
        answer = client.get(f"/builder?base={base.name}&{query}")
        assert answer.status_code == 200
        assert SENTINEL not in answer.text
    said = Said(client.get(f"/builder.json?base={base.name}&{queries[0]}").data)
    assert said.counts["rows"] == (1 if base.name == "engagements" else 0)


def test_the_sentinel_would_be_met(sign_in, scene):
    stamped(scene)
    client = sign_in(scene.coach)
    assert all(SENTINEL in client.get(f"/builder?base={base}").text for base in BASES)


def test_what_a_reader_may_not_see_is_left_out_and_said(browser, me, monkeypatch):
    rules = {role: scope for role, scope in access.RULES[Permission.MONEY_VIEW].items() if role != me.role}
    monkeypatch.setitem(access.RULES, Permission.MONEY_VIEW, {**rules, Role.ADMINISTRATOR: ALL})
    make.EngagementFactory(team=[me], fee=Decimal("98765"), currency="USD", title="Mine")
    page = browser.get("/builder?base=engagements&columns=engagement-title,engagement-fee").text
    assert "98,765" not in page
    assert "Left out, for you may not see it: Fee." in main(page)
    page = browser.get("/builder?base=engagements&sums=engagement-fee.sum&groups=engagement-stage").text
    assert "98,765" not in page
    assert rows_of(page) == [["Inquiry", "1"]] or len(rows_of(page)) == 1
    page = browser.get("/builder?base=engagements&engagement-fee.least=98764")
    assert page.status_code == 422
    assert "filters by “Fee”, which you may not see" in page.text
    assert 'value="engagement-fee"' not in page.text


def test_one_list_costs_two_statements_and_a_group_one(manager, queries):
    make.GoalFactory()

    def counted(query: str) -> int:
        queries.clear()
        manager.get(f"/builder.json?base=goals&{query}")
        return sum("FROM goal" in one for one in queries)

    assert counted("columns=goal-statement,below-measures,client-name,engagement-lead,goal-owner") <= 2
    assert counted("groups=client-name&pivot=goal-level&sums=below-measures.sum,goal-weight.average") == 1
