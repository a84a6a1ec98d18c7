"""An evaluation: what it takes, shows and refuses, and the notebook that says the same."""

import contextlib
import io
from decimal import Decimal

import orjson
import pytest
import sqlalchemy as sa

from crm.access import Role
from crm.economics.models import Evaluation, EvaluationLine, EvaluationOption, LineKind
from tests import factories as make
from tests.reading import csv_rows, main, panes

WHOLE = {
    "name": "Reminders", "comparator": "letters by post", "perspective": "provider", "currency": "USD",
    "price_year": "2026", "discount_rate": "3.5", "horizon_years": "3", "threshold": "",
}  # fmt: skip
LINE = {
    "kind": "time_freed", "words": "Nurses' calls", "amount": "48.50", "quantity": "420", "unit": "hours",
    "first_year": "1", "last_year": "3", "low": "300", "high": "500", "source": "Time sheets",
    "measure_id": "",
}  # fmt: skip


@pytest.fixture
def me():
    return make.UserFactory()


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def evaluation(engagement):
    return make.EvaluationFactory(engagement=engagement, horizon_years=2, discount_rate=0.1)


@pytest.fixture
def line(evaluation, engagement):
    def line(kind, amount, quantity=1.0, **more):
        return make.EvaluationLineFactory(
            engagement=engagement, evaluation_id=evaluation.id, kind=kind, amount=Decimal(amount),
            quantity=quantity, **more,
        )  # fmt: skip

    return line


@pytest.fixture
def paltiel(evaluation, engagement):
    """Paltiel and others (2005): effects in months; 37,500, 58,285.71 and 100,800 a year of life."""
    costs, months = (26000, 27000, 28020, 28440, 29440), (277.25, 277.57, 277.78, 277.83, 277.76)
    names = ("None", "Once", "Every 5 years", "Every 3 years", "Every year")
    for name, cost, effect in zip(names, costs, months, strict=True):
        make.EvaluationOptionFactory(
            engagement=engagement, evaluation_id=evaluation.id, name=name, cost=Decimal(cost),
            effect=effect / 12,
        )  # fmt: skip


def money(line):
    """1,000 spent at the start; in each of two years 660 in cash, 242 in time (2 hours) and 121 avoided."""
    line(LineKind.COST, 1000, source="Offer")
    later = {"first_year": 1, "last_year": 2}
    line(LineKind.CASH_RELEASED, 660, words="Letters", low=0, high=1, **later)
    line(LineKind.TIME_FREED, 121, 2, words="Calls", low=1, high=3, **later)
    line(LineKind.COST_AVOIDED, 121, words="Fines", **later)


def run(notebook: bytes) -> str:
    """What its code prints, run from top to bottom as Jupyter would."""
    book, said, room = orjson.loads(notebook), io.StringIO(), {}
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    with contextlib.redirect_stdout(said):
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), room)  # noqa: S102
    return said.getvalue()


def test_index_shows_an_example_before_there_is_an_evaluation(sign_in, me, engagement):
    said = main(sign_in(me).get(f"/engagements/{engagement.id}/economics").text)
    assert "never in one sum" in said
    assert "Begin an evaluation" in said


def test_create_saves_and_edit_changes(sign_in, session, me, engagement):
    client = sign_in(me)
    answer = client.post(f"/engagements/{engagement.id}/economics/new", data=WHOLE)
    one = session.scalars(sa.select(Evaluation)).one()
    assert answer.location == f"/evaluations/{one.id}"
    assert (one.discount_rate, one.horizon_years, one.currency) == (0.035, 3, "USD")
    client.post(f"{answer.location}/edit", data=WHOLE | {"discount_rate": "0", "threshold": "5000"})
    session.refresh(one)
    assert (one.discount_rate, one.threshold) == (0, 5000)


@pytest.mark.parametrize(
    ("field", "value"),
    [("discount_rate", "100"), ("discount_rate", "NaN"), ("price_year", "26"), ("horizon_years", "0"),
     ("threshold", "-1"), ("comparator", " "), ("currency", "XXX")],
)  # fmt: skip
def test_create_refuses_what_no_evaluation_is(sign_in, session, me, engagement, field, value):
    answer = sign_in(me).post(f"/engagements/{engagement.id}/economics/new", data=WHOLE | {field: value})
    assert answer.status_code == 422
    assert session.scalars(sa.select(Evaluation)).all() == []


def test_line_saves_and_is_printed_with_its_source(sign_in, session, me, evaluation):
    client, address = sign_in(me), f"/evaluations/{evaluation.id}"
    data = LINE | {"last_year": "2"}
    assert client.post(f"{address}/lines/new", data=data).status_code == 302
    one = session.scalars(sa.select(EvaluationLine)).one()
    assert (one.amount, one.quantity, one.low, one.high) == (Decimal("48.5"), 420, 300, 500)
    said = panes(client.get(address).text)["Assumptions"]
    for words in ("Nurses' calls", "Time freed", "$48.50", "420", "US$20,370.00", "1 to 2", "Time sheets"):
        assert words in said
    client.post(f"/evaluation-lines/{one.id}/edit", data=data | {"quantity": "450"})
    session.refresh(one)
    assert one.quantity == 450


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("amount", "-1", "Not less than nothing"), ("amount", "10.005", "at most 2 decimals"),
     ("amount", "1e400", "Enter an amount"), ("quantity", "nan", "Enter a number"),
     ("low", "430", "above what is assumed"), ("high", "410", "below what is assumed"),
     ("low", "", "both ends"), ("last_year", "9", "horizon is 2 years"),
     ("last_year", "0", "ends before it begins"), ("words", "", "Say what it is")],
)  # fmt: skip
def test_line_refuses_what_cannot_be(sign_in, session, me, evaluation, field, value, words):
    data = LINE | {"last_year": "2"} | {field: value}
    answer = sign_in(me).post(f"/evaluations/{evaluation.id}/lines/new", data=data)
    assert answer.status_code == 422
    assert words in main(answer.text)
    assert session.scalars(sa.select(EvaluationLine)).all() == []


def test_show_splits_what_comes_back_and_never_adds_it_up_alone(sign_in, me, evaluation, line):
    money(line)
    found = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)
    # Two payments of x are worth x / 1.1 + x / 1.21: 1,145.45, 420 and 210; less 1,000 that is 775.45.
    said = found["What it comes to"]
    for words in ("US$1,145.45", "US$420.00", "US$210.00", "US$775.45", "78 %", "15 % of cash alone"):
        assert words in said
    assert "it gains US$775.45 in all" in found["For the board"]
    assert "shows no cause" in found["For the board"]
    assert "3 assumptions of 4 names no source" in found["For the board"]
    assert "Perspective: The organisation itself; price year: 2026; discount rate: 10 % a year" in said


def test_show_says_which_assumption_decides(sign_in, me, evaluation, line):
    money(line)
    said = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)["What the result hangs on"]
    # Without letters saved: 775.45 - 1,145.45.
    assert "Most hangs on “Letters”" in said
    assert "-US$370.00" in said
    assert "the sign can turn" in said


@pytest.mark.usefixtures("paltiel")
def test_show_orders_options_and_strikes_out_the_dominated(sign_in, me, evaluation):
    said = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)["Options compared"]
    for words in ("US$37,500.00", "US$58,285.71", "US$100,800.00", "Dominated by Every 3 years"):
        assert words in said
    assert "Say what a unit of effect is worth" in said


@pytest.mark.usefixtures("paltiel")
def test_show_names_the_highest_net_benefit_at_the_users_threshold(sign_in, session, me, evaluation):
    evaluation.threshold = Decimal(60000)
    session.flush()
    said = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)["Options compared"]
    # 277.78 / 12 * 60,000 - 28,020
    assert "Every 5 years US$1,360,880.00 Highest" in said


def test_options_that_cost_less_and_do_more_get_words_and_no_ratio(sign_in, me, evaluation, engagement):
    for name, cost, effect, is_first in (("Now", 100, 1, True), ("New", 50, 2, False)):
        make.EvaluationOptionFactory(
            engagement=engagement, evaluation_id=evaluation.id, name=name, cost=cost, effect=effect,
            is_comparator=is_first,
        )  # fmt: skip
    said = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)["Options compared"]
    assert "New: It dominates: it costs less and does more." in said
    assert "-US$50.00 and 1 of effect more" in said
    assert "Dominated by New" in said


def test_one_option_is_compared_with_at_most(sign_in, session, me, evaluation):
    client, data = sign_in(me), {"cost": "10", "effect": "1", "is_comparator": "y"}
    for name in ("First", "Second"):
        client.post(f"/evaluations/{evaluation.id}/options/new", data=data | {"name": name})
    marked = sa.select(EvaluationOption.name).where(EvaluationOption.is_comparator)
    assert session.scalars(marked).all() == ["Second"]


@pytest.mark.parametrize(
    ("kinds", "words"),
    [((), "There is no assumption yet"), ((LineKind.COST,), "There is no benefit yet"),
     ((LineKind.CASH_RELEASED,), "cost must be above 0")],
)  # fmt: skip
def test_what_is_missing_gives_a_sentence_and_no_number(sign_in, me, evaluation, line, kinds, words):
    for kind in kinds:
        line(kind, 10)
    found = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)
    assert words in found["What it comes to"]
    assert "Nothing can be said yet" in found["For the board"]
    assert "No assumption has a range yet" in found["What the result hangs on"]
    assert "enter at least two options" in found["Options compared"]


def test_two_options_alike_give_a_sentence(sign_in, me, evaluation, engagement):
    for name in ("One", "Other"):
        make.EvaluationOptionFactory(engagement=engagement, evaluation_id=evaluation.id, name=name)
    said = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)["Options compared"]
    assert "enter them as one" in said


def test_amounts_beyond_all_bounds_give_a_sentence(sign_in, me, evaluation, line):
    line(LineKind.COST, 10**11, 1e12)
    line(LineKind.CASH_RELEASED, 1)
    found = panes(sign_in(me).get(f"/evaluations/{evaluation.id}").text)
    assert "beyond all bounds" in found["What it comes to"]


def test_the_currency_of_amounts_never_changes(sign_in, session, me, evaluation, line):
    line(LineKind.COST, 10)
    address, data = f"/evaluations/{evaluation.id}/edit", WHOLE | {"currency": "EUR"}
    answer = sign_in(me).post(address, data=data)
    assert answer.status_code == 422
    assert "The amounts are in USD" in main(answer.text)


def test_a_horizon_is_not_cut_under_the_assumptions(sign_in, me, evaluation, line):
    line(LineKind.COST, 10, first_year=2, last_year=2)
    answer = sign_in(me).post(f"/evaluations/{evaluation.id}/edit", data=WHOLE | {"horizon_years": "1"})
    assert answer.status_code == 422
    assert "until year 2" in main(answer.text)


@pytest.mark.parametrize("table", ["assumptions", "years", "tornado", "options"])
@pytest.mark.usefixtures("paltiel")
def test_every_table_comes_as_csv(sign_in, me, evaluation, line, table):
    line(LineKind.COST, 1000, words="=HYPERLINK(1)", low=0, high=2)
    answer = sign_in(me).get(f"/evaluations/{evaluation.id}.csv?table={table}")
    _columns, rows = csv_rows(answer.data)
    assert len(rows) == {"assumptions": 1, "years": 3, "tornado": 1, "options": 5}[table]
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_an_unknown_table_is_a_404(sign_in, me, evaluation):
    assert sign_in(me).get(f"/evaluations/{evaluation.id}.csv?table=nothing").status_code == 404


@pytest.mark.usefixtures("paltiel")
def test_the_notebook_runs_and_prints_the_numbers_of_the_page(sign_in, session, me, evaluation, line):
    money(line)
    evaluation.threshold = Decimal(60000)
    session.flush()
    client = sign_in(me)
    said = run(client.get(f"/evaluations/{evaluation.id}.ipynb").data)
    page = main(client.get(f"/evaluations/{evaluation.id}").text)
    for number in ("1145.45", "775.45", "-370.0", "37500.0", "58285.71", "100800.0", "1360880.0"):
        assert number in said
        assert f"{abs(float(number)):,.2f}" in page
    assert "ROI 0.7755, of cash alone 0.1455" in said


def test_the_notebook_of_nothing_runs_too(sign_in, me, evaluation):
    assert run(sign_in(me).get(f"/evaluations/{evaluation.id}.ipynb").data) == ""


def test_the_notebook_is_no_way_in_for_code(sign_in, session, me, evaluation, line):
    evil = "'''\n\"\"\"); raise SystemExit #"
    line(LineKind.COST, 10, words=evil, source=evil)
    line(LineKind.CASH_RELEASED, 20, words=evil)
    evaluation.name = "'''\nraise SystemExit"
    session.flush()
    assert "NPV 10.00" in run(sign_in(me).get(f"/evaluations/{evaluation.id}.ipynb").data)


def test_a_client_reads_and_does_not_write(sign_in, evaluation):
    guest = make.UserFactory(role=Role.CLIENT)
    make.ContactFactory(organisation=evaluation.engagement.organisation, user=guest)
    make.EngagementGrantFactory(engagement=evaluation.engagement, user=guest)
    client = sign_in(guest)
    page = client.get(f"/evaluations/{evaluation.id}")
    assert page.status_code == 200
    assert "Add an assumption" not in page.text
    assert client.post(f"/evaluations/{evaluation.id}/lines/new", data=LINE).status_code == 403
