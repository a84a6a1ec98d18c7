"""What each dimension of health is reckoned from, and where its limits lie, in words for the page."""

from typing import NamedTuple

from crm.methods.earned_value import AMBER, GREEN
from crm.methods.health import (
    CONTENT,
    COVERED,
    HALF,
    LATE,
    LUKEWARM,
    OWED,
    PAUSE,
    RUN,
    STALE,
    Dimension,
)


class Source(NamedTuple):
    """In words, the page that shows what it rests on, and what that page is called."""

    words: str
    endpoint: str
    page: str


SOURCES = {
    Dimension.SCHEDULE: Source(
        "The open milestone that is longest late, the agreed end, and the oldest action overdue. Watched "
        f"from the first day late, bad after {LATE.watch}; an action is watched after {OWED.good} days.",
        "roadmap.index",
        "Roadmap",
    ),
    Dimension.BUDGET: Source(
        "Hours used over hours agreed, beside the time gone by from start to end. Good up to a burn ratio of "
        f"{GREEN:.2f}, bad above {AMBER:.2f} or beyond what is agreed.",
        "money.show",
        "Time and money",
    ),
    Dimension.CADENCE: Source(
        f"Days since the last session that was held. Watched after {PAUSE.good}, bad after {PAUSE.watch}.",
        "sessions.index",
        "Sessions",
    ),
    Dimension.SATISFACTION: Source(
        f"The latest number that the client gave. {CONTENT} and above is good for {STALE} days, below "
        f"{LUKEWARM} is bad.",
        "health.show",
        "What the client said",
    ),
    Dimension.ALIGNMENT: Source(
        "The share of the weight on goals that has a strategy rated 3 or more. Good from "
        f"{COVERED:.0%}, bad below {HALF:.0%}.".replace("%", " %"),
        "alignment.worksheet",
        "Worksheet",
    ),
    Dimension.OUTCOME: Source(
        "For outcome and balancing measures: how many of the latest values in a row are worse than where the "
        f"measure began. Watched from {RUN.good + 1}, bad from {RUN.watch + 1}: six in a row are a shift. "
        "It does not show what caused it.",
        "outcomes.index",
        "Outcomes",
    ),
}
