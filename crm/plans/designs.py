"""Which design fits: a few plain questions, and the table that answers them. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from crm.outcomes.models_plan import Design


class Question(NamedTuple):
    key: str
    words: str
    answers: tuple[tuple[str, str], ...]


class Rule(NamedTuple):
    """The first rule whose conditions all hold names the design; `because` are its reasons."""

    when: Mapping[str, frozenset[str]]
    design: Design
    because: tuple[str, ...]


class Suggestion(NamedTuple):
    design: Design
    because: tuple[str, ...]


YES_NO = (("no", "No"), ("yes", "Yes"))
POINTS = (("none", "None"), ("one", "One or two"), ("some", "3 to 7"), ("many", "8 or more"))
QUESTIONS = (
    Question("aim", "What do you want to know?", (
        ("effect", "Whether something changed"), ("opinion", "What people think"),
        ("story", "What happened in one case"), ("cost", "What it costs and brings"),
    )),
    Question("lot", "Can you choose by lot who gets it?", YES_NO),
    Question("groups", "Are whole wards, teams or clinics chosen, rather than persons?", YES_NO),
    Question("staggered", "Does everybody get it in the end, one group after the other?", YES_NO),
    Question("comparison", "Is there a group that does not get it, measured alike?", YES_NO),
    Question("known", "Is the day known on which it begins?", (("yes", "Yes"), ("no", "No"))),
    Question("before", "How many points do you have before it begins?", POINTS),
    Question("after", "How many points can you get after?", POINTS),
)  # fmt: skip
_NO_LOT = "Nobody is chosen by lot, so other causes stay possible."
_FEW = "There are too few points for a trend."


def _rule(design: Design, *because: str, **when: str) -> Rule:
    return Rule({key: frozenset(values.split()) for key, values in when.items()}, design, because)


RULES = (
    _rule(Design.SURVEY, "What people think is asked of them.", aim="opinion"),
    _rule(Design.CASE_STUDY, "One case is told, not counted.", aim="story"),
    _rule(Design.ECONOMIC, "Costs are set against effects: take those from another design.", aim="cost"),
    _rule(
        Design.STEPPED_WEDGE, "The lot says in which order the groups begin, and all get it in the end.",
        lot="yes", groups="yes", staggered="yes",
    ),
    _rule(
        Design.CLUSTER, "The lot falls on whole groups, so groups are counted, not persons.",
        lot="yes", groups="yes",
    ),
    _rule(Design.RANDOMISED, "The lot makes the groups alike in all but what is tried.", lot="yes"),
    _rule(
        Design.CONTROLLED_SERIES, "A comparison group shows what happened anyway.",
        "Three or more points on both sides show the trend before.", _NO_LOT,
        comparison="yes", known="yes", before="some many", after="some many",
    ),
    _rule(
        Design.DIFFERENCE_IN_DIFFERENCES, "Both groups are measured before and after.", _FEW, _NO_LOT,
        comparison="yes", before="one some many", after="one some many",
    ),
    _rule(
        Design.MATCHED, "Nothing was measured before: each is compared with one who is alike.", _NO_LOT,
        comparison="yes",
    ),
    _rule(
        Design.INTERRUPTED_SERIES, "The day is known, and eight or more points lie on both sides.",
        "Without a comparison group something else on that day stays possible.",
        known="yes", before="many", after="many",
    ),
    _rule(
        Design.CONTROL_CHART, "The points that there are show what is usual; a signal shows a change.",
        "Without a comparison group it does not show why.",
        before="some many",
    ),
    _rule(
        Design.BEFORE_AFTER, "There is a before and an after and little more.", _FEW,
        before="one", after="one some many",
    ),
)  # fmt: skip
LAST = Suggestion(
    Design.CONTROL_CHART,
    ("Nothing was measured before: begin a series now, and put the change off until it has twelve points.",),
)


def suggest(answers: Mapping[str, str]) -> Suggestion:
    """The design that fits the answers; an answer that is missing is the first of its question."""
    given = {one.key: answers.get(one.key) or one.answers[0][0] for one in QUESTIONS}
    for rule in RULES:
        if all(given[key] in values for key, values in rule.when.items()):
            return Suggestion(rule.design, rule.because)
    return LAST
