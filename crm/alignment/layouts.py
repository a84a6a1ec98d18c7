"""The templates that a worksheet can be begun from, in our own words.

The questions of the first go through the same headings as the social media communications strategy worksheet
that the CDC published; the words are ours.
"""

from typing import NamedTuple

from crm.alignment.models_sheet import Layout


class Plan(NamedTuple):
    """What a template is for, the reading that it opens with, and the questions that it asks, in order."""

    about: str
    reading: str
    questions: tuple[tuple[str, str], ...] = ()


LAYOUTS: dict[Layout, Plan] = {
    Layout.COMMUNICATIONS: Plan(
        "A plan for communications by social media: each strategy is one sheet of questions.",
        "readings.list_",
        (
            ("Audience", "Whom exactly is this meant to reach?"),
            ("Objective", "What shall be different in them afterwards?"),
            ("What they need", "What do they want to know, whom do they trust, where do they look?"),
            ("Goals", "Which goals of the organisation does this serve, and how strongly?"),
            ("Key message", "Which one idea shall they keep, and what are they asked to do?"),
            ("Resources", "Who writes, answers and approves, in how many hours and with what money?"),
            ("Channels", "Which of the organisation's own channels, and which others, carry it?"),
            ("Activities", "Which steps does it take, by when?"),
            ("Partners", "Who could carry it further?"),
            ("Evaluation", "What will show that it worked: a measure with a start and a target."),
        ),
    ),
    Layout.QFD: Plan(
        "A blank matrix: goals down, strategies across, a relation of 0, 1, 3 or 9 in each cell, and a roof.",
        "alignment.worksheet",
    ),
    Layout.X_MATRIX: Plan(
        "Goals, strategies, measures and owners on four sides, with what ties them in the corners.",
        "readings.x_matrix",
    ),
}
