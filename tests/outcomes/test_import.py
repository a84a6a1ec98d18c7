"""Tables as values: pasted, CSV, XLSX, REDCap; all rows or none, and every fault with its row."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
import sqlalchemy as sa
import xlsxwriter

from crm.organisations.models_import import ImportUpload
from crm.outcomes.models import Correction, Frequency, Measure, Observation, Origin, ValueKind
from tests import factories as make
from tests.reading import csv_rows, main, panes

EXCERPT = Path(__file__).parent / "data" / "ae_attendances_excerpt.csv"
FOLDERS = (parent / "shared" / "data" / "outcomes" for parent in Path(__file__).parents)
#: Beside the project, where a developer may keep larger files; its test is skipped without it.
WHOLE = next((one for folder in FOLDERS if (one := folder / "ae_attendances.csv").exists()), None)
EACH = {"combine": "each", "from_period": "0", "from_value": "1"}
RATIO = {"combine": "each", "from_period": "0", "from_numerator": "1", "from_denominator": "2"}


@pytest.fixture
def me(clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.UserFactory()


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


@pytest.fixture
def measure(engagement):
    return make.MeasureFactory(engagement=engagement, value_kind=ValueKind.PROPORTION, unit="%")


def number(engagement, **said) -> Measure:
    return make.MeasureFactory(**{"engagement": engagement, "unit": "points", **said})


def workbook(text: str) -> bytes:
    """The lines as a sheet; what reads as a number is one."""
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(text.splitlines()):
            for place, cell in enumerate(line.split(";")):
                is_number = cell.replace(".", "", 1).lstrip("-").isdecimal() and at > 0
                sheet.write(at, place, float(cell)) if is_number else sheet.write_string(at, place, cell)
    return content.getvalue()


WAYS = {
    "pasted": lambda text: {"text": text},
    "csv": lambda text: {"file": (BytesIO(text.encode()), "ward.csv")},
    "xlsx": lambda text: {"file": (BytesIO(workbook(text)), "ward.xlsx")},
}


def send(client, measure, text: str, way="csv") -> str:
    """Send a table; the address of its preview."""
    answer = client.post(f"/measures/{measure.id}/import", data=WAYS[way](text))
    assert answer.status_code == 302, main(answer.text)
    return answer.location


def bring(client, measure, text: str, way="csv", **plan):
    return client.post(send(client, measure, text, way), data=plan | {"do": "import"})


def every(session, model=Observation):
    session.expire_all()
    order = model.period_on if model is Observation else model.id
    return session.scalars(sa.select(model).order_by(order)).all()


@pytest.mark.parametrize("way", WAYS)
def test_a_table_saves_once_it_was_looked_at(sign_in, session, me, measure, way):
    client = sign_in(me)
    make.ObservationFactory(measure=measure, period_on=date(2025, 12, 1), value=9)
    make.ObservationFactory(measure=measure, value=8.8, numerator=88, denominator=1000)
    text = "month;missed;booked;n\n2025-12-17;94;1000;1000\n2026-01;88;1000;\n2026-02;90;1000;1000"
    address = send(client, measure, text, way)
    assert "Numerator" in main(client.get(address).text)
    tried = client.post(address, data=RATIO | {"from_n": "3", "do": "try"})
    assert tried.status_code == 200
    said = main(tried.text)
    assert "1 would be added 1 would be corrected 1 as before 0 rows refused" in said
    assert "1 day lies within a month and is read as the month's first day: 2025-12-17 as 2025-12-01." in said
    assert "Import 3 values" in said
    assert len(every(session)) == 2, "trying saves nothing"
    done = client.post(address, data=RATIO | {"from_n": "3", "do": "import"})
    assert "1 added 1 corrected 1 as before" in main(client.get(done.location).text)
    origin = Origin.PASTED if way == "pasted" else Origin.FILE
    name = {"pasted": "Pasted rows", "csv": "ward.csv", "xlsx": "ward.xlsx"}[way]
    rows = every(session)
    assert [(row.value, row.n, row.origin, row.provenance) for row in rows[::2]] == [
        (pytest.approx(9.4), 1000, origin, name), (pytest.approx(9.0), 1000, origin, name),
    ]  # fmt: skip
    (was,) = every(session, Correction)
    assert (was.value, was.reason, was.user_id) == (9, f"Imported from {name}", me.id)
    assert client.get(address).location == done.location
    assert client.post(address, data=RATIO | {"do": "import"}).location == done.location
    assert every(session, ImportUpload)[0].content == b""


BAD = [
    ("-1;10", "A numerator is not negative and a denominator is above 0."),
    ("11;10", "The numerator is above its denominator."),
    ("about ten;10", "“about ten” is not a number."),
    ("1e400;10", "“1e400” is not a number."),
    ("NaN;10", "“NaN” is not a number."),
    ("inf;10", "“inf” is not a number."),
    (";10", "The numerator is missing."),
    ("1;0", "A numerator is not negative and a denominator is above 0."),
]
BAD_DAYS = [
    ("2026-04", "The period lies in the future."),
    ("2026-01-31", "Jan 2026 stands in row 2 already."),
    ("03/01/2026", "The period is not read; write it as 2026-03-01 or 2026-03."),
    ("", "The period is missing."),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("bad", "sentence"), BAD + [(f"{day};1;10", why) for day, why in BAD_DAYS])
def test_one_bad_row_keeps_the_whole_table_out(sign_in, session, me, measure, way, bad, sentence):
    row = bad if bad.count(";") == 2 else f"2026-02;{bad}"
    client = sign_in(me)
    answer = bring(client, measure, f"month;missed;booked\n2026-01;9;100\n{row}\n2025-12;8;100", way, **RATIO)
    assert answer.status_code == 422
    said = main(answer.text)
    assert sentence in said
    assert "1 row refused" in said
    assert "Nothing comes in before every row that is meant is right." in said
    assert every(session) == []


@pytest.mark.parametrize(
    ("kind", "row", "sentence"),
    [
        (ValueKind.COUNT, "-3", "A count is not negative."),
        (ValueKind.COUNT, "2.5", "A count is a whole number."),
        (ValueKind.NUMBER, "", "The value is missing."),
        (ValueKind.NUMBER, "1e400", "“1e400” is not a number."),
    ],
)
def test_a_bad_value_is_refused_by_what_a_value_is(sign_in, session, me, engagement, kind, row, sentence):
    measure = number(engagement, value_kind=kind)
    answer = bring(sign_in(me), measure, f"month;value\n2026-01;3\n2026-02;{row}\n", **EACH)
    assert answer.status_code == 422
    assert sentence in main(answer.text)
    assert every(session) == []


def test_every_fault_is_told_at_once_and_the_rows_can_be_had(sign_in, session, me, measure):
    client = sign_in(me)
    rows = "\n".join(
        f"{day};{bad}" for day, bad in zip(("2025-01", "2025-02"), ("11;10", "x;10"), strict=True)
    )
    address = send(client, measure, f"month;missed;booked\n{rows}\n2025-03;1;10")
    said = panes(client.post(address, data=RATIO).text)["2 things to mend"]
    assert "2 missed 11 The numerator is above its denominator." in said
    assert "3 missed x “x” is not a number." in said
    header, refused = csv_rows(client.get(f"{address}/rejects.csv").data)
    assert header == ["row", "why", "month", "missed", "booked"]
    assert [row[0] for row in refused] == ["2", "3"]


def test_an_approved_period_keeps_a_table_out_that_says_something_else(sign_in, session, me, measure):
    settled = {"approved_at": datetime(2026, 3, 1, tzinfo=UTC), "approved_by_id": me.id}
    make.ObservationFactory(measure=measure, value=9, numerator=9, denominator=100, **settled)
    client = sign_in(me)
    answer = bring(client, measure, "month;missed;booked\n2026-01;8;100\n2026-02;9;100", **RATIO)
    assert answer.status_code == 422
    assert "This period is approved: have it opened again first, with a reason." in main(answer.text)
    answer = bring(client, measure, "month;missed;booked\n2026-01;9;100\n2026-02;9;100", **RATIO)
    assert answer.status_code == 302, "what says the same changes nothing"
    assert len(every(session)) == 2


def test_an_unlikely_value_of_a_table_is_asked_about(sign_in, session, me, engagement):
    measure, client = number(engagement), sign_in(me)
    address = send(client, measure, "month;value\n2025-10;4\n2025-11;5\n2025-12;6\n2026-01;60")
    answer = client.post(address, data=EACH | {"do": "import"})
    assert answer.status_code == 422
    assert "60 for 1 Jan 2026 is 10 times the median of the earlier values, 5, or more." in main(answer.text)
    assert every(session) == []
    assert client.post(address, data=EACH | {"do": "import", "is_right": "y"}).status_code == 302
    assert len(every(session)) == 4


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"combine": "each", "from_period": ""}, "Say which column holds the period."),
        ({"combine": "each", "from_value": ""}, "Say which column holds the value, or numerator and"),
        ({"combine": "each", "from_period": "0", "from_numerator": "1"}, "Choose numerator and denominator"),
        (
            EACH | {"only_column": "2", "only_value": "Ward 9"},
            "No row says “Ward 9” in ward. It has: Ward 1, Ward 2.",
        ),
        (EACH | {"from_period": "7"}, "Not a valid choice"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(sign_in, session, me, measure, plan, sentence):
    text = "month;value;ward\n2026-01;9;Ward 1\n2026-01;8;Ward 2"
    answer = bring(sign_in(me), measure, text, **plan)
    assert answer.status_code == 422
    assert sentence in main(answer.text)
    assert every(session) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Paste a table, or choose a file."),
        (
            {"text": "a;b", "file": (BytesIO(b"a;b\n1;2"), "a.csv")},
            "Paste a table or choose a file, not both.",
        ),
        ({"file": (BytesIO(b"%PDF-1.4"), "a.pdf")}, "is a PDF, not a table."),
    ],
)
def test_upload_refuses_what_is_no_table(sign_in, me, measure, fields, sentence):
    answer = sign_in(me).post(f"/measures/{measure.id}/import", data=fields)
    assert answer.status_code == 422
    assert sentence in main(answer.text)


TRUST = {
    "combine": "sum", "from_period": "0", "from_numerator": "4", "from_denominator": "3",
    "only_column": "1", "only_value": "RF4",
}  # fmt: skip


def test_a_wide_file_gives_one_trust(sign_in, session, me, measure):
    """April 2016 by the excerpt's own rows: type 1, 2 and other of RF4 added by hand."""
    client = sign_in(me)
    answer = client.post(
        f"/measures/{measure.id}/import", data={"file": (BytesIO(EXCERPT.read_bytes()), EXCERPT.name)}
    )
    page = main(client.get(answer.location).text)
    assert "Only rows that in" in page
    assert client.post(answer.location, data=TRUST | {"do": "import"}).status_code == 302
    rows = every(session)
    assert [row.period_on for row in rows] == [date(2016, month, 1) for month in range(4, 10)]
    of_april = [
        line.split(",") for line in EXCERPT.read_text().splitlines() if line.startswith("2016-04-01,RF4")
    ]
    assert len(of_april) == 3
    assert rows[0].denominator == sum(float(cells[3]) for cells in of_april)
    assert rows[0].numerator == sum(float(cells[4]) for cells in of_april)
    assert rows[0].value == pytest.approx(100 * rows[0].numerator / rows[0].denominator)


def test_rows_of_one_period_are_refused_unless_they_are_to_be_added(sign_in, session, me, measure):
    answer = bring(sign_in(me), measure, EXCERPT.read_text(), **TRUST | {"combine": "each"})
    assert answer.status_code == 422
    assert "Apr 2016 stands in row" in main(answer.text)
    both = {"combine": "each", "and_column": "2", "and_value": "1"}
    assert bring(sign_in(me), measure, EXCERPT.read_text(), **TRUST | both).status_code == 302
    assert len(every(session)) == 6


@pytest.mark.skipif(WHOLE is None, reason="the whole file is not beside the project")
def test_the_whole_file_of_the_trusts_gives_one_of_them(sign_in, session, me, measure, queries):
    client = sign_in(me)
    answer = client.post(
        f"/measures/{measure.id}/import", data={"file": (BytesIO(WHOLE.read_bytes()), WHOLE.name)}
    )
    queries.clear()
    assert client.post(answer.location, data=TRUST | {"do": "import", "is_right": "y"}).status_code == 302
    assert len(queries) <= 20
    rows = every(session)
    assert len(rows) == 36
    assert (rows[0].period_on, rows[-1].period_on) == (date(2016, 4, 1), date(2019, 3, 1))
    assert all(0 < row.numerator < row.denominator for row in rows)
    assert client.get(f"/measures/{measure.id}").status_code == 200


def test_two_thousand_rows_come_in_by_few_statements(sign_in, session, me, engagement, queries):
    measure = number(engagement, frequency=Frequency.WEEKLY)
    monday = date(1987, 6, 1).toordinal()
    lines = [f"{date.fromordinal(monday + 7 * at)};{100 + at % 7}" for at in range(2_000)]
    client, text = sign_in(me), "week;value\n" + "\n".join(lines)
    address = send(client, measure, text)
    queries.clear()
    began = perf_counter()
    assert client.post(address, data=EACH | {"do": "import"}).status_code == 302
    assert perf_counter() - began < 20
    assert len(queries) <= 40
    assert len(every(session)) == 2_000


REDCAP = """record_id,redcap_event_name,visit_date,score,consented
1,baseline_arm_1,2026-01-05,3,1
2,baseline_arm_1,2026-01-20,5,0
3,baseline_arm_1,2026-01-21,,1
4,baseline_arm_1,2026-02-02,4,1
1,month_1_arm_1,2026-02-05,5,
"""


@pytest.mark.parametrize(
    ("combine", "column", "values"),
    [
        ("count", None, [(3, None, None, None), (2, None, None, None)]),
        ("sum", "3", None),
        ("mean", "3", [(4, None, None, 2), (4.5, None, None, 2)]),
        ("share", "4", [(pytest.approx(2 / 3), 2, 3, None), (1, 1, 1, None)]),
    ],
)
def test_an_export_of_redcap_is_brought_together_by_period(
    sign_in, session, me, engagement, combine, column, values
):
    measure, client = number(engagement, unit=None), sign_in(me)
    address = send(client, measure, REDCAP)
    assert "Export of REDCap" in main(client.get(address).text)
    plan = {"combine": combine, "from_period": "2", "from_value": column or "", "do": "import"}
    answer = client.post(address, data=plan)
    if values is None:
        assert "The value is missing." in main(answer.text)
        assert every(session) == []
        return
    assert answer.status_code == 302
    rows = every(session)
    assert [(row.value, row.numerator, row.denominator, row.n) for row in rows] == values
    assert {row.origin for row in rows} == {Origin.REDCAP}


def test_redcap_shows_how_many_records_say_nothing_and_takes_one_event(sign_in, session, me, engagement):
    measure, client = number(engagement), sign_in(me)
    plan = {"combine": "mean", "from_period": "2", "from_value": "3"}
    event = {"only_column": "1", "only_value": "baseline_arm_1"}
    said = main(client.post(send(client, measure, REDCAP), data=plan | event).text)
    assert "1 row say nothing" not in said
    assert "1 row says nothing in that column and is left out." in said
    assert "1 of 5 rows not meant" in said


@pytest.mark.parametrize(
    ("row", "combine", "sentence"),
    [
        ("5,baseline_arm_1,2026-02-02,4,maybe", "share", "This is neither yes nor no; write 1 or 0."),
        ("5,baseline_arm_1,2026-02-02,high,1", "mean", "“high” is not a number."),
        ("5,baseline_arm_1,2026-02-02,1e400,1", "mean", "“1e400” is not a number."),
        ("5,baseline_arm_1,2026-02-02,NaN,1", "mean", "“NaN” is not a number."),
        ("5,baseline_arm_1,2026-05-02,4,1", "count", "The period lies in the future."),
        ("5,baseline_arm_1,,4,1", "count", "The period is missing."),
        ("4,baseline_arm_1,2026-02-09,4,1", "count", "Row 5 is the same record."),
    ],
)
def test_one_bad_record_keeps_the_export_out(sign_in, session, me, engagement, row, combine, sentence):
    plan = {"combine": combine, "from_period": "2", "from_value": "4" if combine == "share" else "3"}
    answer = bring(sign_in(me), number(engagement, unit=None), f"{REDCAP}{row}\n", **plan)
    assert answer.status_code == 422
    assert sentence in main(answer.text)
    assert every(session) == []


@pytest.mark.parametrize(
    ("row", "kind", "sentence"),
    [
        ("2026-01;-4;10", ValueKind.PROPORTION, "A numerator is not negative here."),
        ("2026-01;12;10", ValueKind.PROPORTION, "The numerator is above its denominator."),
    ],
)
def test_a_sum_hides_no_part_that_cannot_be(sign_in, session, me, measure, row, kind, sentence):
    plan = RATIO | {"combine": "sum"}
    answer = bring(sign_in(me), measure, f"month;missed;booked\n2026-01;50;100\n{row}", **plan)
    assert answer.status_code == 422
    assert sentence in main(answer.text)
    assert every(session) == []


def test_a_table_is_its_senders_and_of_whoever_may_change_the_measure(
    sign_in, session, me, engagement, measure
):
    address = send(sign_in(me), measure, "month;value\n2026-01;9")
    other = make.UserFactory()
    make.TeamMemberFactory(engagement=engagement, user_id=other.id)
    for path in (address, f"{address}/done", f"{address}/rejects.csv"):
        assert sign_in(other).get(path).status_code == 404
    assert sign_in(other).post(address, data=EACH).status_code == 404
    assert sign_in(me).get(f"{address}/done").location == address
    assert sign_in(me).get(f"{address}/rejects.csv").status_code == 404
    session.execute(sa.text("DELETE FROM team_member WHERE user_id = :me"), {"me": me.id})
    assert sign_in(me).post(address, data=EACH | {"do": "import"}).status_code == 404
    assert every(session) == []
