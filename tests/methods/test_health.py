"""Health: each dimension at its thresholds, the sentences, and the properties of the whole."""

from datetime import date, timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.methods import health
from crm.methods.health import SEVERITY, Dimension, Judgement, Level, worst

pytestmark = pytest.mark.no_database
TODAY = date(2026, 3, 3)
UNKNOWN, GOOD, WATCH, BAD = Level
days = st.integers(0, 2_000)


def late(number: int) -> Judgement:
    return health.schedule(3, int(number > 0), "Launch" if number else None, number, 0, 0)


def judged(score, on=TODAY, scores=1):
    return health.satisfaction(score, on, scores, TODAY)


@pytest.mark.parametrize(
    ("one", "level", "sentence"),
    [
        (health.schedule(0, 0, None, 0, 0, 0), UNKNOWN, "No milestone is planned yet."),
        (late(0), GOOD, "No milestone is late."),
        (late(1), WATCH, "Launch is 1 day late."),
        (late(14), WATCH, "Launch is 14 days late."),
        (late(15), BAD, "Launch is 15 days late."),
        (health.schedule(3, 2, "Launch", 18, 0, 99), BAD, "Launch is 18 days late, and 1 more is late."),
        (health.schedule(3, 3, "Launch", 2, 0, 0), WATCH, "Launch is 2 days late, and 2 more are late."),
        (health.schedule(3, 0, None, 0, 12, 0), WATCH, "The agreed end passed 12 days ago."),
        (health.schedule(3, 1, "Launch", 2, 15, 0), BAD, "The agreed end passed 15 days ago."),
        (health.schedule(0, 0, None, 0, 0, 14), UNKNOWN, "No milestone is planned yet."),
        (health.schedule(0, 0, None, 0, 0, 15), WATCH, "An action is 15 days overdue."),
        (health.schedule(1, 0, None, 0, 0, 900), WATCH, "An action is 900 days overdue."),
        (health.budget(5, 0, 0.5), UNKNOWN, "No hours are agreed."),
        (
            health.budget(72, 100, 0.4), BAD,
            "72 % of the hours are used after 40 % of the time: burn ratio 1.8.",
        ),
        (health.budget(55, 100, 0.5), GOOD,
            "55 % of the hours are used after 50 % of the time: burn ratio 1.10."),
        (health.budget(56, 100, 0.5), WATCH,
            "56 % of the hours are used after 50 % of the time: burn ratio 1.12."),
        (health.budget(120, 100, None), BAD, "120 % of the hours are used: more than was agreed."),
        (
            health.budget(20, 100, None), UNKNOWN,
            "20 % of the hours are used; their pace shows once it has begun and has an end.",
        ),
        (health.cadence(None, False), UNKNOWN, "It has not begun yet."),
        (health.cadence(28, False), UNKNOWN, "No session yet, 28 days after the start."),
        (health.cadence(29, False), WATCH, "No session yet, 29 days after the start."),
        (health.cadence(0, True), GOOD, "The last session was today."),
        (health.cadence(28, True), GOOD, "The last session was 28 days ago."),
        (health.cadence(41, True), WATCH, "No session for 41 days."),
        (health.cadence(43, True), BAD, "No session for 43 days."),
        (health.satisfaction(None, None, 0, TODAY), UNKNOWN,
            "Nobody has asked the client how content they are."),
        (judged(5, TODAY, 3), WATCH,
            "The client last gave 5 of 10, on 3 Mar 2026, the latest of 3 scores."),
        (judged(7), GOOD, "The client last gave 7 of 10, on 3 Mar 2026, the only score so far."),
        (judged(4), BAD, "The client last gave 4 of 10, on 3 Mar 2026, the only score so far."),
        (judged(9, TODAY - timedelta(181)), UNKNOWN,
            "The client last gave 9 of 10, on 3 Sep 2025, the only score so far: ask again."),
        (judged(4, TODAY - timedelta(900)), BAD,
            "The client last gave 4 of 10, on 15 Sep 2023, the only score so far."),
        (health.alignment(0, 0, 0), UNKNOWN, "No goal weighs anything yet."),
        (health.alignment(0, 100, 0), UNKNOWN, "No strategy is rated yet."),
        (health.alignment(45, 100, 2), BAD,
            "45 % of the weight on goals has a strategy rated 3 or more."),
        (health.alignment(50, 100, 2), WATCH,
            "50 % of the weight on goals has a strategy rated 3 or more."),
        (health.alignment(80, 100, 2), GOOD,
            "80 % of the weight on goals has a strategy rated 3 or more."),
        (health.outcome(None, 0, 0), UNKNOWN, "No measure has three values after its start yet."),
        (health.outcome("No-shows", 2, 2), UNKNOWN, "No measure has three values after its start yet."),
        (health.outcome("No-shows", 2, 9), GOOD, "No measure moves the wrong way."),
        (health.outcome("Missed appointments", 3, 9), WATCH,
            "Missed appointments moves the wrong way: its last 3 values are worse than where it began."),
        (health.outcome("Missed appointments", 6, 9), BAD,
            "Missed appointments moves the wrong way: its last 6 values are worse than where it began."),
    ],
)  # fmt: skip
def test_each_dimension_says_its_level_and_why(one, level, sentence):
    assert (one.level, one.sentence) == (level, sentence)


@pytest.mark.parametrize(
    ("method", "values"),
    [
        (health.schedule, (1, 0, None, -1, 0, 0)),
        (health.schedule, (1, 2, "Launch", 3, 0, 0)),
        (health.schedule, (1, 1, None, 3, 0, 0)),
        (health.schedule, (1, 1, "Launch", 0, 0, 0)),
        (health.schedule, (1, 0, None, 3, 0, 0)),
        (health.schedule, (1.5, 0, None, 0, 0, 0)),
        (health.budget, (-1, 10, 0.5)),
        (health.budget, (nan, 0, 0.5)),
        (health.budget, (1, inf, 0.5)),
        (health.budget, (1, -1, 0.5)),
        (health.budget, (1, 10, 1.5)),
        (health.cadence, (-1, True)),
        (health.satisfaction, (11, TODAY, 1, TODAY)),
        (health.satisfaction, (-1, TODAY, 1, TODAY)),
        (health.satisfaction, (5, None, 1, TODAY)),
        (health.satisfaction, (5, TODAY + timedelta(1), 1, TODAY)),
        (health.satisfaction, (5, TODAY, 0, TODAY)),
        (health.satisfaction, (None, TODAY, 0, TODAY)),
        (health.satisfaction, (None, None, 2, TODAY)),
        (health.alignment, (-1, 10, 1)),
        (health.alignment, (11, 10, 1)),
        (health.alignment, (nan, 10, 1)),
        (health.alignment, (1, 10, -1)),
        (health.outcome, ("No-shows", 3, 2)),
        (health.outcome, (None, 0, 2)),
        (health.outcome, ("No-shows", -1, 2)),
    ],
)
def test_nonsense_is_refused_in_words(method, values):
    with pytest.raises(ValueError, match=r"\w\.$|not a number"):
        method(*values)


levels = st.sampled_from(Level)
six = st.tuples(*[levels] * 6).map(
    lambda found: [Judgement(d, level, f"{d}.") for d, level in zip(Dimension, found, strict=True)]
)


@given(parts=six)
def test_the_whole_is_as_bad_as_its_worst_and_unknown_only_where_all_is(parts):
    one = worst(parts)
    known = [part.level for part in parts if part.level is not UNKNOWN]
    assert one.level is (max(known, key=SEVERITY.index) if known else UNKNOWN)
    if one.level in (WATCH, BAD):
        assert one.sentence == one.troubles[0].sentence
        assert one.sentence == next(part.sentence for part in parts if part.level is one.level)
    assert [part.level for part in one.troubles] == sorted(
        (level for level in known if level is not GOOD), key=SEVERITY.index, reverse=True
    )


@given(parts=six, seed=st.randoms())
def test_the_order_of_the_dimensions_changes_nothing(parts, seed):
    shuffled = list(parts)
    seed.shuffle(shuffled)
    assert worst(shuffled) == worst(parts)


@given(parts=six, place=st.integers(0, 5), level=levels)
def test_a_worse_dimension_never_betters_the_whole(parts, place, level):
    if SEVERITY.index(level) < SEVERITY.index(parts[place].level):
        return
    changed = [*parts]
    changed[place] = Judgement(parts[place].dimension, level, "Worse.")
    assert SEVERITY.index(worst(changed).level) >= SEVERITY.index(worst(parts).level)


def test_health_is_made_of_each_dimension_once():
    one = Judgement(Dimension.BUDGET, GOOD, "Good.")
    for parts in ([], [one, one]):
        with pytest.raises(ValueError, match="at least one"):
            worst(parts)


def test_what_is_good_says_on_what_nothing_is_known():
    parts = [
        Judgement(Dimension.SCHEDULE, GOOD, "."),
        Judgement(Dimension.BUDGET, UNKNOWN, "."),
        Judgement(Dimension.OUTCOME, UNKNOWN, "."),
    ]
    assert worst(parts).sentence == (
        "It runs well, as far as it is known; nothing yet on budget and outcome."
    )
    assert worst(parts[:1]).sentence == "It runs well."
    assert worst(parts[1:]).sentence == "Nothing has been said yet that shows how it goes."
    assert worst(parts).of([Dimension.BUDGET]).level is UNKNOWN


def rank(one: Judgement) -> int:
    return SEVERITY.index(one.level)


@given(days, days)
def test_more_days_late_never_look_better(number, more):
    assert rank(late(number)) <= rank(late(number + more))
    for ended, owed in ((1, 0), (0, 1)):
        before = health.schedule(1, 0, None, 0, ended * number, owed * number)
        after = health.schedule(1, 0, None, 0, ended * (number + more), owed * (number + more))
        assert rank(before) <= rank(after)


@given(days, days, st.booleans())
def test_a_longer_pause_never_looks_better(number, more, has_met):
    assert rank(health.cadence(number, has_met)) <= rank(health.cadence(number + more, has_met))


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e5), st.floats(0.01, 1) | st.none())
def test_more_hours_never_look_better(used, more, agreed, elapsed):
    assert rank(health.budget(used, agreed, elapsed)) <= rank(health.budget(used + more, agreed, elapsed))


@given(st.integers(0, 10), st.integers(0, 10))
def test_a_higher_score_never_looks_worse(one, other):
    low, high = sorted((one, other))
    assert rank(judged(low)) >= rank(judged(high))


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 10))
def test_more_weight_covered_never_looks_worse(covered, more, rated):
    weight = covered + more
    assert rank(health.alignment(0, weight, rated)) >= rank(health.alignment(covered, weight, rated))


@given(st.integers(0, 20), st.integers(0, 20), st.integers(3, 20))
def test_a_longer_run_never_looks_better(run, more, values):
    values = max(values, run + more)
    assert rank(health.outcome("A", run, values)) <= rank(health.outcome("A", run + more, values))
