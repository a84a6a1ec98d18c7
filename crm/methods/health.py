"""The health of an engagement: numbers in, for each of six dimensions a level and its reason out.

Source: the house's engagement metrics: health is the worst of schedule, budget, cadence, satisfaction,
alignment and outcome, with the reason in words. What is not known yet never counts as worst.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from math import isfinite
from typing import NamedTuple

from crm.methods.earned_value import Band, burn


class Level(StrEnum):
    """From what is not known, over what runs well, to the worst."""

    UNKNOWN = auto()
    GOOD = auto()
    WATCH = auto()
    BAD = auto()

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Level.UNKNOWN: "Not enough said",
    Level.GOOD: "On course",
    Level.WATCH: "Watch",
    Level.BAD: "In trouble",
}
SEVERITY = tuple(Level)
#: How bad each is: the worse, the more.
RANK = {level: place for place, level in enumerate(SEVERITY)}
BANDS = {Band.GREEN: Level.GOOD, Band.AMBER: Level.WATCH, Band.RED: Level.BAD}


class Dimension(StrEnum):
    SCHEDULE = auto()
    BUDGET = auto()
    CADENCE = auto()
    SATISFACTION = auto()
    ALIGNMENT = auto()
    OUTCOME = auto()

    @property
    def label(self) -> str:
        return self.value.capitalize()


ORDER = {dimension: place for place, dimension in enumerate(Dimension)}


@dataclass(frozen=True)
class Threshold:
    """Up to `good` it is good, up to `watch` it is to be watched, beyond that it is bad; and why there."""

    good: float
    watch: float
    why: str

    def level(self, value: float) -> Level:
        if value <= self.good:
            return Level.GOOD
        return Level.WATCH if value <= self.watch else Level.BAD


LATE = Threshold(0, 14, "Days late. Two weeks is a usual stretch between sessions: later was not caught up.")
OWED = Threshold(14, float("inf"), "Days an action is overdue. One session may pass; alone it is never bad.")
PAUSE = Threshold(28, 42, "Days without a session: a month is a rhythm, six weeks are a rhythm lost.")
#: A score from these on is good, and to be watched.
CONTENT, LUKEWARM = 7, 5
SCORES = "7 and above is content; below 5, the middle of the scale, more is wrong than right."
#: Days after which a good score says nothing of today. A low one stands until a newer one.
STALE = 180
COVERED, HALF = 0.8, 0.5
COVERAGE = "The share of the weight on goals with a strategy rated 3 or more: four fifths, and one half."
RUN = Threshold(2, 5, "Values in a row on the wrong side: three by chance once in eight, six once in 64.")


class Judgement(NamedTuple):
    """What one dimension says."""

    dimension: Dimension
    level: Level
    sentence: str


@dataclass(frozen=True)
class Health:
    """The worst of its parts, which stand in the order of `Dimension`."""

    level: Level
    sentence: str
    parts: tuple[Judgement, ...]

    @property
    def troubles(self) -> tuple[Judgement, ...]:
        """What is to be watched or bad, the worst first."""
        found = [one for one in self.parts if RANK[one.level] >= RANK[Level.WATCH]]
        return tuple(sorted(found, key=lambda one: -RANK[one.level]))

    def of(self, dimensions: Iterable[Dimension]) -> "Health":
        """The health as of these dimensions alone. Raises ValueError where none of them is there."""
        wanted = frozenset(dimensions)
        return worst(one for one in self.parts if one.dimension in wanted)


def worst(judgements: Iterable[Judgement]) -> Health:
    """The health made of these: as bad as the worst of them, unknown only where all are.

    Of several that are equally bad the first in the order of `Dimension` gives the reason.
    Raises ValueError for none, or for two of one dimension.
    """
    parts = tuple(sorted(judgements, key=lambda one: ORDER[one.dimension]))
    if not parts or len({one.dimension for one in parts}) < len(parts):
        raise ValueError("Health is made of at least one dimension, and of each once.")
    level = max([one.level for one in parts], key=RANK.__getitem__)
    if level is Level.UNKNOWN:
        return Health(level, "Nothing has been said yet that shows how it goes.", parts)
    if level is Level.GOOD:
        unknown = [one.dimension.label.lower() for one in parts if one.level is Level.UNKNOWN]
        beside = f", as far as it is known; nothing yet on {_listed(unknown)}" if unknown else ""
        return Health(level, f"It runs well{beside}.", parts)
    return Health(level, next(one.sentence for one in parts if one.level is level), parts)


def schedule(milestones: int, late: int, title: str | None, days: int, ended: int, owed: int) -> Judgement:
    """How late the plan is.

    milestones: how many there are; late: how many of them are open after their day; title, days: of the one
    that is longest late, and by how many days; ended: days since the agreed end; owed: days for which the
    oldest action is overdue.

    Raises ValueError for counts or days below 0, more late than there are, or a late one without its title
    or days.
    """
    _whole(milestones=milestones, late=late, days=days, ended=ended, owed=owed)
    if late > milestones or bool(late) != bool(days) or (late and not title):
        raise ValueError("What is late is one of the milestones, with its title and its days.")
    levels = LATE.level(days), LATE.level(ended), OWED.level(owed)
    level = max(levels, key=RANK.__getitem__)
    if level is Level.GOOD:
        known = Level.GOOD if milestones else Level.UNKNOWN
        sentence = "No milestone is late." if milestones else "No milestone is planned yet."
        return Judgement(Dimension.SCHEDULE, known, sentence)
    reasons = (
        f"{title} is {_days(days)} late{_more(late)}.",
        f"The agreed end passed {_days(ended)} ago.",
        f"An action is {_days(owed)} overdue.",
    )
    return Judgement(Dimension.SCHEDULE, level, reasons[levels.index(level)])


def budget(used: float, agreed: float, elapsed: float | None) -> Judgement:
    """How fast the hours burn, in the bands of `crm.methods.earned_value.burn`.

    used, agreed: hours logged on the budget, and agreed; elapsed: the share of the time that has gone by,
    0 to 1, None without an end or before the start.

    Raises ValueError for values that are not finite or below 0, or an elapsed share above 1.
    """
    if not agreed:
        burn(used, 1, 1)  # It refuses nonsense.
        return Judgement(Dimension.BUDGET, Level.UNKNOWN, "No hours are agreed.")
    one = burn(used, agreed, 1.0 if elapsed is None else elapsed)
    share = f"{_percent(one.used)} of the hours are used"
    if one.used > 1 + 1e-9:
        return Judgement(Dimension.BUDGET, Level.BAD, f"{share}: more than was agreed.")
    if elapsed is None:
        sentence = f"{share}; their pace shows once it has begun and has an end."
        return Judgement(Dimension.BUDGET, Level.UNKNOWN, sentence)
    ratio = "" if one.ratio is None else f": burn ratio {_tenths(one.ratio)}"
    sentence = f"{share} after {_percent(elapsed)} of the time{ratio}."
    return Judgement(Dimension.BUDGET, BANDS[one.band], sentence)


def cadence(days: int | None, has_met: bool) -> Judgement:
    """Whether they keep meeting.

    days: since the last session or, where none was held, since the start; None before the start.

    Raises ValueError for days below 0.
    """
    if days is None:
        return Judgement(Dimension.CADENCE, Level.UNKNOWN, "It has not begun yet.")
    _whole(days=days)
    level = PAUSE.level(days)
    if not has_met:
        known = Level.UNKNOWN if level is Level.GOOD else level
        return Judgement(Dimension.CADENCE, known, f"No session yet, {_days(days)} after the start.")
    if level is not Level.GOOD:
        return Judgement(Dimension.CADENCE, level, f"No session for {_days(days)}.")
    when = f"{_days(days)} ago" if days else "today"
    return Judgement(Dimension.CADENCE, level, f"The last session was {when}.")


def satisfaction(score: int | None, said_on: date | None, scores: int, today: date) -> Judgement:
    """How content the client says they are.

    score: the latest, 0 to 10, None without one; said_on: its day; scores: how many there are.

    A good score older than `STALE` days is unknown; a low one stands until a newer one.
    Raises ValueError for a score out of its range, without a day or of a day to come, or a wrong count.
    """
    _whole(scores=scores)
    if score is None:
        if scores or said_on:
            raise ValueError("Where there are scores, one of them is the latest.")
        sentence = "Nobody has asked the client how content they are."
        return Judgement(Dimension.SATISFACTION, Level.UNKNOWN, sentence)
    if not 0 <= score <= 10 or said_on is None or said_on > today or not scores:
        raise ValueError("A score is a whole number from 0 to 10, given on a day that has come.")
    rests = "the only score so far" if scores == 1 else f"the latest of {scores} scores"
    sentence = f"The client last gave {score} of 10, on {said_on.day} {said_on:%b %Y}, {rests}"
    if score >= CONTENT and (today - said_on).days > STALE:
        return Judgement(Dimension.SATISFACTION, Level.UNKNOWN, f"{sentence}: ask again.")
    return Judgement(Dimension.SATISFACTION, content(score), f"{sentence}.")


def content(score: int) -> Level:
    """The level of a score from 0 to 10."""
    if score >= CONTENT:
        return Level.GOOD
    return Level.WATCH if score >= LUKEWARM else Level.BAD


def alignment(covered: float, weight: float, rated: int) -> Judgement:
    """How much of what the client wants is served by a strategy.

    covered: the weight on goals with a strategy rated 3 or more; weight: that on all; rated: how many goals
    have any rating. Unknown while nothing weighs or is rated.

    Raises ValueError for values that are not finite or below 0, or more covered than there is.
    """
    _whole(rated=rated)
    if not (isfinite(covered) and isfinite(weight)) or not 0 <= covered <= weight:
        raise ValueError("What is covered lies between nothing and the whole weight.")
    if not weight:
        return Judgement(Dimension.ALIGNMENT, Level.UNKNOWN, "No goal weighs anything yet.")
    if not rated:
        return Judgement(Dimension.ALIGNMENT, Level.UNKNOWN, "No strategy is rated yet.")
    share = covered / weight
    level = Level.GOOD if share >= COVERED else Level.WATCH if share >= HALF else Level.BAD
    sentence = f"{_percent(share)} of the weight on goals has a strategy rated 3 or more."
    return Judgement(Dimension.ALIGNMENT, level, sentence)


def outcome(measure: str | None, run: int, values: int) -> Judgement:
    """Whether a measure moves the wrong way.

    run: how many of the latest values in a row lie on the wrong side of where the measure began, for the one
    of which it is the longest, `measure`; values: how many the measure that has most has, but for those that
    lie where it began. Six points in a row on one side are a shift.

    Source: Perla, Provost and Murray, The run chart, BMJ Quality & Safety 2011;20:46-51.
    Unknown below three values. Raises ValueError for counts below 0, or a run longer than its values.
    """
    _whole(run=run, values=values)
    if run > values or (values and not measure):
        raise ValueError("A run is made of the values of a measure.")
    if values <= RUN.good:
        return Judgement(Dimension.OUTCOME, Level.UNKNOWN, "No measure has three values after its start yet.")
    level = RUN.level(run)
    if level is Level.GOOD:
        return Judgement(Dimension.OUTCOME, level, "No measure moves the wrong way.")
    sentence = f"{measure} moves the wrong way: its last {run} values are worse than where it began."
    return Judgement(Dimension.OUTCOME, level, sentence)


def _whole(**numbers: int) -> None:
    for name, number in numbers.items():
        if not isinstance(number, int) or number < 0:
            raise ValueError(f"{name} is a whole number, 0 or more.")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _more(late: int) -> str:
    return f", and {late - 1} more {'is' if late == 2 else 'are'} late" if late > 1 else ""


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _tenths(ratio: float) -> str:
    """One decimal; two where one would hide on which side of a threshold it lies."""
    return f"{ratio:.1f}" if ratio > 1.5 else f"{ratio:.2f}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
