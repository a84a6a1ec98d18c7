"""The chart of a measure follows what its values are; its phases take new limits."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from crm.outcomes.models import ChartKind, Direction, Observation, Phase, RuleSet, ValueKind
from tests import factories as make
from tests.reading import panes

HERE = Path(__file__).parent / "data"
#: Beside the project, where a developer may keep larger files; its test is skipped without it.
PLACES = [up / "shared" / "data" / "outcomes" / "ae_attendances.csv" for up in Path(__file__).parents]


@pytest.fixture
def me(clock_at):
    clock_at(datetime(2026, 3, 3, 10, tzinfo=UTC))
    return make.UserFactory()


@pytest.fixture
def engagement(me):
    return make.EngagementFactory(team=[me])


def month(at: int) -> date:
    return date(2020 + at // 12, at % 12 + 1, 1)


def measure_of(engagement, frame=None, values=(), **said):
    """A measure with a value a month; of a frame its breaches out of its attendances."""
    measure = make.MeasureFactory(engagement=engagement, **said)
    for at, value in enumerate(values):
        make.ObservationFactory(measure=measure, period_on=month(at), value=value)
    for row in () if frame is None else frame.itertuples():
        make.ObservationFactory(
            measure=measure, period_on=date.fromisoformat(row.period), numerator=row.breaches,
            denominator=row.attendances, value=100 * row.breaches / row.attendances,
        )  # fmt: skip
    return measure


def prime_limits(frame: pd.DataFrame) -> tuple[float, float, float]:
    """Laney's p′ limits of the last point in per cent, written out from his paper."""
    share, size = frame.breaches / frame.attendances, frame.attendances
    mean = frame.breaches.sum() / size.sum()
    sigma = (mean * (1 - mean) / size) ** 0.5
    z = ((share - mean) / sigma).diff().abs().mean() / 1.128
    reach = 3 * sigma.iloc[-1] * z
    return 100 * mean, 100 * max(mean - reach, 0), 100 * min(mean + reach, 1)


def last_row(client, measure, query="") -> tuple[float, ...]:
    page = panes(client.get(f"/measures/{measure.id}{query}").text)
    return page["Control chart"]


@pytest.mark.parametrize("is_whole", [False, True], ids=["excerpt", "file"])
def test_attendances_make_a_p_prime_and_an_xmr_chart(sign_in, me, engagement, is_whole):
    frame = pd.read_csv(HERE / "ae_rf4.csv")
    if is_whole:
        whole = next((one for one in PLACES if one.exists()), None)
        if whole is None:
            pytest.skip("the whole file is not beside the project")
        found = pd.read_csv(whole).query("org_code == 'RF4' and type == '1'").sort_values("period")
        pd.testing.assert_frame_equal(
            found[["period", "breaches", "attendances"]].astype({"breaches": int, "attendances": int})
            .reset_index(drop=True),
            frame,
        )  # fmt: skip
    measure = measure_of(engagement, frame, value_kind=ValueKind.PROPORTION, name="Over four hours")
    client = sign_in(me)
    chart = last_row(client, measure)
    assert "p′ chart" in chart
    assert "The denominators are in the thousands" in chart
    mean, low, high = prime_limits(frame)
    drawn = [float(one) for one in re.findall(r"(?:upper limit|mean|lower limit) ([\d.]+)", chart)]
    assert sorted(drawn) == pytest.approx([low, mean, high], rel=2e-3)
    xmr = last_row(client, measure, "?chart=i")
    assert "XmR chart" in xmr
    value = 100 * frame.breaches / frame.attendances
    reach = 3 * value.diff().abs().mean() / 1.128
    drawn = sorted(float(one) for one in re.findall(r"(?:upper limit|mean|lower limit) ([\d.]+)", xmr))
    assert drawn == pytest.approx([value.mean() - reach, value.mean(), value.mean() + reach], rel=2e-3)


KINDS = [
    (ValueKind.NUMBER, [3.0, 4, 3.5, 5, 4], "XmR chart"),
    (ValueKind.COUNT, [3, 4, 3, 5, 4], "c chart"),
    (ValueKind.COUNT, [3.5, 4, 3, 5, 4], "XmR chart"),
    (ValueKind.PROPORTION, [3, 4, 3, 5, 4], "XmR chart"),
    (ValueKind.TIME_BETWEEN, [3, 4, 3, 5, 4], "t chart"),
    (ValueKind.CASES_BETWEEN, [3, 4, 3, 5, 4], "g chart"),
]


@pytest.mark.parametrize(("kind", "values", "name"), KINDS)
def test_the_chart_follows_what_a_value_is(sign_in, me, engagement, kind, values, name):
    measure = measure_of(engagement, values=values, value_kind=kind, unit="days")
    assert name in last_row(sign_in(me), measure)


def test_the_measures_own_chart_and_rules_come_first(sign_in, me, engagement):
    measure = measure_of(
        engagement, values=[3, 4, 3, 5, 4], chart=ChartKind.RUN, rules=RuleSet.ANHOEJ, unit="days"
    )
    chart = last_row(sign_in(me), measure)
    assert "Run chart, as the measure says." in chart
    assert "Anhøj rules" in chart


def test_a_chart_of_shares_without_counts_is_an_xmr_chart(sign_in, me, engagement):
    measure = measure_of(engagement, values=[3, 4, 3, 5, 4], chart=ChartKind.P)
    assert "A p chart needs whole numerators with their denominators" in last_row(sign_in(me), measure)


@pytest.mark.parametrize("chart", ["", "?chart=", "?chart=nothing", "?chart=xbar", "?chart=p", "?chart=%00"])
def test_a_chart_that_there_is_not_is_left_aside(sign_in, me, engagement, chart):
    measure = measure_of(engagement, values=[3, 4, 3, 5, 4], unit="days")
    assert "XmR chart" in last_row(sign_in(me), measure, chart)


LEVELS = [10, 11, 10, 12, 11, 10, 11, 12, 10, 11, 12, 11, 5, 6, 5, 7, 6, 5, 6, 7, 5, 6, 7, 6]


def test_a_phase_takes_new_limits_and_says_why(sign_in, session, me, engagement):
    measure = measure_of(engagement, values=LEVELS, unit="days", direction=Direction.DECREASE)
    client = sign_in(me)
    assert "new limits" not in last_row(client, measure).lower()
    fields = {"starts_on": "2021-01-01", "name": "Reminders", "reason": "They began everywhere"}
    assert client.post(f"/measures/{measure.id}/phases/new", data=fields).status_code == 302
    chart = last_row(client, measure)
    assert (
        "Since 1 Jan 2021 (Reminders): 12 months vary around the mean of 5.92 days without a signal" in chart
    )
    assert "They began everywhere" in chart
    assert "New limits for each of 2 phases." in chart
    phase = session.query(Phase).one()
    client.post(f"/phases/{phase.id}/edit", data=fields | {"reason": "On every ward"})
    assert "On every ward" in last_row(client, measure)
    client.post(f"/phases/{phase.id}/delete")
    assert "Reminders" not in last_row(client, measure)


def test_a_phase_too_short_for_limits_says_how_many_it_needs(sign_in, me, engagement):
    measure = measure_of(engagement, values=LEVELS, unit="days")
    make.PhaseFactory(engagement=engagement, measure_id=measure.id, starts_on=month(23))
    page = sign_in(me).get(f"/measures/{measure.id}").text
    assert "11 more points needed" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_on": ""}, "Enter the first day of the phase."),
        ({"name": ""}, "Name the phase."),
        ({"reason": " "}, "Say why the limits are reckoned anew."),
        ({"starts_on": "2021-02-01"}, "Another phase begins on this day."),
    ],
)
def test_a_phase_refuses(sign_in, session, me, engagement, fields, sentence):
    measure = measure_of(engagement, values=LEVELS)
    make.PhaseFactory(engagement=engagement, measure_id=measure.id, starts_on=date(2021, 2, 1))
    plain = {"starts_on": "2021-01-01", "name": "Reminders", "reason": "They began"}
    answer = sign_in(me).post(f"/measures/{measure.id}/phases/new", data=plain | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.query(Phase).count() == 1


def test_a_stranger_cannot_add_a_phase(sign_in, me, engagement):
    measure = measure_of(engagement, values=LEVELS)
    client = sign_in(make.UserFactory())
    assert client.post(f"/measures/{measure.id}/phases/new").status_code == 404


def test_two_thousand_points_make_a_small_drawing(sign_in, session, me, engagement):
    measure = make.MeasureFactory(engagement=engagement, value_kind=ValueKind.PROPORTION)
    rows = [
        {
            "measure_id": measure.id, "engagement_id": engagement.id, "provenance": None,
            "organisation_id": engagement.organisation_id, "numerator": 90.0 + at * 7 % 41,
            "denominator": 900.0 + at * 3 % 50, "period_on": date(1987, 6, 1) + timedelta(7 * at),
            "value": 100 * (90.0 + at * 7 % 41) / (900.0 + at * 3 % 50),
        }
        for at in range(2_000)
    ]  # fmt: skip
    session.bulk_insert_mappings(Observation, rows)
    page = sign_in(me).get(f"/measures/{measure.id}").text
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert len(drawing) < 60_000
    assert "Of 2,000 points the highest and lowest of each stretch are drawn" in page
