"""Made-up yet believable frames for the reports."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from reports.progress import ProgressFrames

AS_OF = date(2026, 3, 3)
MADE_AT = datetime(2026, 3, 3, 10, 15, tzinfo=UTC)

ENGAGEMENT = {
    "title": "Patient access and voice 2026",
    "client": "Lakeside General Hospital",
    "stage": "Implementation",
    "lead": "Ana Ortiz",
    "starts_on": date(2025, 9, 1),
    "ends_on": date(2026, 8, 31),
    "as_of": AS_OF,
    "made_at": MADE_AT,
    "hours_budget": 60.0,
    "hours_used": 31.5,
    "for_client": False,
}

_GOALS = [
    (1, "Fewer missed appointments", 0.30, "Dr M. Brandt", date(2026, 9, 30), 9),
    (2, "Staff who would recommend us", 0.25, "J. Okafor", date(2026, 12, 31), 9),
    (3, "Heard in the community", 0.25, "S. Lindqvist", date(2026, 12, 31), 9),
    (4, "Lower cost per contact", 0.20, "", None, 1),
]
_STRATEGIES = [
    (11, "Reminder stories", "Ana Ortiz", 40.0, 0.38),
    (12, "Leaders answer", "J. Okafor", 22.5, 0.29),
    (13, "Patient voices", "S. Lindqvist", 18.0, 0.25),
    (14, "Phone tree", "", 30.0, 0.08),
]
_RELATIONS = [
    (1, 11, 9),
    (1, 12, 3),
    (1, 14, 1),
    (2, 11, 3),
    (2, 12, 9),
    (2, 13, 1),
    (3, 11, 1),
    (3, 13, 9),
    (3, 14, 3),
    (4, 12, 1),
    (4, 14, 1),
]
_MILESTONES = [
    (
        "Channel audit handed over",
        "Reminder stories",
        "Ana Ortiz",
        date(2025, 9, 26),
        date(2025, 9, 26),
        date(2025, 9, 24),
        "Done",
        -2,
    ),
    (
        "Governance and crisis rules signed",
        "Leaders answer",
        "J. Okafor",
        date(2025, 10, 31),
        date(2025, 11, 14),
        date(2025, 11, 12),
        "Done",
        12,
    ),
    (
        "Pilot on two wards",
        "Leaders answer",
        "J. Okafor",
        date(2026, 1, 16),
        date(2026, 2, 2),
        date(2026, 2, 2),
        "Done",
        17,
    ),
    (
        "Launch in cardiology",
        "Reminder stories",
        "Ana Ortiz",
        date(2026, 2, 20),
        date(2026, 2, 27),
        None,
        "Late",
        7,
    ),
    (
        "Patient panel meets",
        "Patient voices",
        "S. Lindqvist",
        date(2026, 3, 20),
        date(2026, 4, 10),
        None,
        "Planned",
        21,
    ),
    (
        "Roll-out to all out-patient clinics",
        "Reminder stories",
        "Ana Ortiz",
        date(2026, 6, 30),
        date(2026, 6, 30),
        None,
        "Planned",
        0,
    ),
    ("Hand-over to the client's own team", "", "", None, date(2026, 8, 14), None, "Planned", None),
]
_SESSIONS = [
    (number, day, mode, coach, minutes, summary)
    for number, (day, mode, coach, minutes, summary) in enumerate(
        [
            (
                date(2025, 9, 10),
                "On site",
                "Ana Ortiz",
                180,
                "Agreed four goals and their weights with the sponsor.",
            ),
            (
                date(2025, 10, 8),
                "Video",
                "Ana Ortiz",
                60,
                "Walked through the channel audit; two dormant accounts to close.",
            ),
            (
                date(2025, 11, 12),
                "On site",
                "Ben Idowu",
                240,
                "Crisis drill with the press office; rules signed the same day.",
            ),
            (date(2025, 12, 10), "Video", "Ana Ortiz", 60, "Chose two wards for the pilot."),
            (date(2026, 1, 14), "Video", "Ben Idowu", 90, "Scripts for staff answers, first round."),
            (
                date(2026, 2, 7),
                "On site",
                "Ana Ortiz",
                210,
                "Reviewed the pilot: missed appointments fall in both wards.",
            ),
        ],
        start=1,
    )
]
_ACTIONS = [
    ("Close the dormant accounts", "Press office", date(2025, 10, 31), "Done", date(2025, 10, 20)),
    ("Send the reminder texts to the legal team", "Dr M. Brandt", date(2026, 2, 20), "Open", None),
    ("Name a panel of eight patients", "S. Lindqvist", date(2026, 3, 13), "Open", None),
    ('=HYPERLINK("http://example.org")', "+4312345", date(2026, 1, 1), "Cancelled", None),
]
_MEASURES = [
    (
        21,
        "No-show rate, cardiology",
        "Fewer missed appointments",
        "%",
        "lower",
        11.8,
        9.0,
        9.38,
        date(2026, 2, 1),
        17,
        "Seven months in a row below the earlier mean (NHS rule)",
    ),
    (
        22,
        "Staff who would recommend us",
        "Staff who would recommend us",
        "points",
        "higher",
        18.0,
        32.0,
        27.0,
        date(2026, 1, 1),
        5,
        "Too few points for a verdict",
    ),
    (
        23,
        "Cost per contact",
        "Lower cost per contact",
        "EUR",
        "lower",
        None,
        None,
        None,
        None,
        0,
        "No observation yet",
    ),
]
_NO_SHOWS = [11.9, 12.3, 11.2, 12.0, 11.6, 12.2, 11.4, 11.9, 11.7, 11.5, 10.1, 9.9, 9.7, 9.8, 9.5, 9.2, 9.38]
_ANSWERS = [18.0, 20.0, 19.0, 24.0, 27.0]


def _observations() -> list[tuple]:
    months = pd.date_range("2024-10-01", periods=len(_NO_SHOWS), freq="MS")
    no_shows = [
        (21, month.date(), value, 11.77, 10.36, 13.18, value < 10.36)
        for month, value in zip(months, _NO_SHOWS, strict=True)
    ]
    quarters = pd.date_range("2025-01-01", periods=len(_ANSWERS), freq="QS")
    answers = [
        (22, quarter.date(), value, None, None, None, False)
        for quarter, value in zip(quarters, _ANSWERS, strict=True)
    ]
    return no_shows + answers


_FRAMES = {
    "goals": (["goal_id", "goal", "weight_share", "owner", "horizon_on", "best_relation"], _GOALS),
    "strategies": (["strategy_id", "strategy", "owner", "effort_hours", "share"], _STRATEGIES),
    "relations": (["goal_id", "strategy_id", "value"], _RELATIONS),
    "milestones": (
        ["milestone", "strategy", "owner", "baseline_on", "planned_on", "actual_on", "state", "slip_days"],
        _MILESTONES,
    ),
    "sessions": (["number", "held_on", "mode", "coach", "minutes", "summary"], _SESSIONS),
    "actions": (["action", "owner", "due_on", "state", "done_on"], _ACTIONS),
    "measures": (
        [
            "measure_id",
            "measure",
            "goal",
            "unit",
            "direction",
            "baseline",
            "target",
            "latest",
            "latest_on",
            "observations",
            "verdict",
        ],
        _MEASURES,
    ),
    "observations": (
        ["measure_id", "period_on", "value", "centre", "lower", "upper", "is_signal"],
        _observations(),
    ),
}
_FINDINGS = [
    "“Lower cost per contact” has no strategy rated 3 or more. It carries 20 % of the weight.",
    "27 % of the hours went to “Phone tree”, which carries 8 % of the goals.",
]


def frame(name: str) -> pd.DataFrame:
    columns, rows = _FRAMES[name]
    return pd.DataFrame(rows, columns=columns)


def progress_frames(**changes: Any) -> ProgressFrames:
    parts = {"engagement": ENGAGEMENT, "findings": _FINDINGS, **{name: frame(name) for name in _FRAMES}}
    return ProgressFrames(**(parts | changes))


def empty_frames(*, with_columns: bool) -> ProgressFrames:
    frames = {name: frame(name).iloc[:0] if with_columns else pd.DataFrame() for name in _FRAMES}
    return ProgressFrames(
        engagement=ENGAGEMENT | {"hours_budget": None, "hours_used": 0.0}, findings=[], **frames
    )
