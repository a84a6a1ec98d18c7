import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest

from reports.charts import PRINT, draw_svg, xmr_spec
from reports.model import Step, Timeline
from reports.progress import progress
from reports.text import MISSING
from reports.timeline import layout
from tests.reports import made_up

NAMES = ["goals", "strategies", "milestones", "sessions", "actions", "measures"]


def facts(report):
    return {fact.label: (fact.value, fact.note) for fact in report.facts}


def test_the_tables_stand_in_the_order_of_the_thread():
    report = progress(made_up.progress_frames())
    assert list(report.row_counts) == NAMES
    assert report.row_counts["sessions"] == 6


def test_the_facts_say_what_the_frames_hold():
    assert facts(progress(made_up.progress_frames())) == {
        "Alignment coverage": ("80 %", "1 goal hangs loose"),
        "Hours used": ("31.5 of 60 h", "53 % of the budget"),
        "Milestones": ("3 of 7", "1 late, by up to 4 days"),
        "Latest session": ("7 Feb 2026", "6 sessions, 14 h in all"),
        "Open actions": ("2", "1 overdue"),
    }


def test_hours_over_the_budget_are_said_to_be_over():
    engagement = made_up.ENGAGEMENT | {"hours_used": 64.25}
    report = progress(made_up.progress_frames(engagement=engagement))
    assert facts(report)["Hours used"] == ("64.3 of 60 h", "4.3 h over budget")


def test_abandoned_milestones_are_neither_meant_nor_late():
    milestones = made_up.frame("milestones")
    milestones.loc[3, "state"] = "Dropped"
    report = progress(made_up.progress_frames(milestones=milestones))
    assert facts(report)["Milestones"] == ("3 of 6", "None is late")


@pytest.mark.parametrize("with_columns", [True, False])
def test_empty_frames_make_a_report_that_says_so(with_columns):
    report = progress(made_up.empty_frames(with_columns=with_columns))
    assert report.row_counts == dict.fromkeys(NAMES, 0)
    assert facts(report)["Alignment coverage"] == (MISSING, "No weighted goals yet")
    assert facts(report)["Hours used"] == ("0.0 h", "No budget was agreed")
    assert (report.matrix, report.timeline, report.charts) == (None, None, ())


def test_the_matrix_holds_every_relation_and_nought_where_none_was_given():
    matrix = progress(made_up.progress_frames()).matrix
    assert matrix.relations == ((9, 3, 0, 1), (3, 9, 1, 0), (1, 0, 9, 3), (0, 1, 0, 1))


def test_a_measure_without_observations_has_no_chart():
    charts = progress(made_up.progress_frames()).charts
    assert [chart.title for chart in charts] == ["No-show rate, cardiology", "Staff who would recommend us"]
    assert charts[0].alt.startswith(
        "Control chart of No-show rate, cardiology: 17 observations, 1 Oct 2024 to "
    )
    assert "7 points signal a change" in charts[0].alt


def test_frames_with_pandas_types_make_the_same_report():
    frames = made_up.progress_frames()
    typed = {}
    for name in (*NAMES, "observations"):
        frame = getattr(frames, name).copy()
        for column in frame.columns[frame.columns.str.endswith("_on")]:
            frame[column] = pd.to_datetime(frame[column])
        typed[name] = frame.convert_dtypes()
    plain, converted = progress(frames), progress(replace(frames, **typed))
    assert [table.rows for table in plain.tables] == [table.rows for table in converted.tables]
    assert facts(plain) == facts(converted)


def test_a_report_made_at_a_naive_instant_is_refused():
    engagement = made_up.ENGAGEMENT | {"made_at": datetime(2026, 3, 3)}  # noqa: DTZ001  that is the point
    with pytest.raises(ValueError, match="time zone"):
        progress(made_up.progress_frames(engagement=engagement))


DRAW = """
from tests.reports import made_up
from reports.charts import draw_svg, xmr_spec
print(draw_svg(xmr_spec(made_up.frame("observations").query("measure_id == 21"), name="No-shows", unit="%")))
"""


@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Auckland"])
def test_a_chart_keeps_its_days_in_any_time_zone(zone):
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ">Oct 2024<" in done.stdout


def test_a_chart_is_themed_on_the_page_and_coloured_on_paper():
    observations = made_up.frame("observations")
    spec = xmr_spec(observations, name="No-shows", unit="%")
    screen, paper = draw_svg(spec, label='A "chart" <b>'), draw_svg(spec, PRINT)
    assert "var(--pl-accent)" in screen
    assert 'role="img" aria-label="A &quot;chart&quot; &lt;b&gt;"' in screen
    assert "var(" not in paper
    assert PRINT["accent"] in paper
    assert "style=" not in screen + paper
    assert 'width="' not in screen.split(">")[0].replace("stroke-width", "")


def test_a_chart_without_observations_is_refused():
    with pytest.raises(ValueError, match="no observations of No-shows"):
        xmr_spec(made_up.frame("observations").iloc[:0], name="No-shows", unit="%")


def test_a_single_observation_can_be_drawn():
    assert "<svg" in draw_svg(xmr_spec(made_up.frame("observations").iloc[:1], name="x", unit=""))


def test_the_timeline_places_days_between_whole_months():
    step = Step("Launch", "", date(2026, 1, 1), date(2026, 2, 1), None, "Late", date(2026, 2, 15))
    roadmap = layout(Timeline((step,)))
    assert roadmap.tracks[0].baseline == 0
    assert roadmap.tracks[0].bar == (0, 31 / 59)
    assert roadmap.today == 45 / 59
    assert [label for _, label in roadmap.ticks] == ["Jan 2026", "Feb 2026"]
    assert step.tone == "bad"


def test_milestones_without_a_date_have_no_timeline_to_lie_on():
    assert layout(Timeline((Step("Launch", "", None, None, None, "Planned", made_up.AS_OF),))) is None


def test_the_client_reads_no_hours_but_those_of_the_budget():
    frames = made_up.progress_frames()
    report = progress(replace(frames, engagement={**frames.engagement, "for_client": True}))

    shown = {column.name for table in report.tables for column in table.columns}
    assert not shown & {"minutes", "effort_hours"}
    assert " h" in next(fact.value for fact in report.facts if fact.label == "Hours used")
    assert " h" not in next(fact.note for fact in report.facts if fact.label == "Latest session")
