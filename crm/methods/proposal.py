"""Which method fits a design and its data, why, what to check, and what the answer will not show."""

from typing import Any, NamedTuple

from crm.methods.designs import Design, Least, known
from crm.methods.quantities import count

KINDS = {
    "count": "events counted in each period",
    "proportion": "a numerator out of a denominator",
    "measured": "a value on a scale, such as days or a score",
    "five_point": "answers from 1 to 5",
    "zero_to_ten": "answers from 0 to 10",
    "money": "an amount of money",
    "text": "what people wrote",
}
_ANY = frozenset(KINDS)
_MEASURED = frozenset({"measured", "five_point", "zero_to_ten", "money"})
_EVENTS = frozenset({"count"})
_SHARES = frozenset({"proportion"})
_GROUPS = frozenset({"randomised", "matched"})
_SERIES = frozenset({"interrupted_series"})
_CHART = frozenset({"control_chart"})
_BEFORE_AFTER = frozenset({"before_after"})


class Rule(NamedTuple):
    """One row of the table: to what it applies, what it proposes and why. None applies to both."""

    designs: frozenset[str]
    kinds: frozenset[str]
    method: str
    options: dict[str, Any]
    reason: str
    check: tuple[str, ...]
    is_paired: bool | None = None
    has_denominators: bool | None = None
    has_groups: bool | None = None


class Proposal(NamedTuple):
    """A proposed method. `method` is module and function under `crm.methods`, None where none fits.

    `options` are arguments to give it. `enough` says whether the data suffice to rely on the answer,
    `can_run` whether they suffice to run it at all; `needs` are sentences that say what is missing.
    """

    design: str
    method: str | None
    options: dict[str, Any]
    reasons: tuple[str, ...]
    check: tuple[str, ...]
    claim: str
    must_not: str
    cannot_show: str
    can_run: bool
    enough: bool
    needs: tuple[str, ...]


_ALONE = "Do people or units influence each other?"
_NORMAL = "Are the values roughly normal, or are there some thirty or more?"
_SAME_TIME = "Did anything else happen at the same time, or did the way of counting change?"
_LEFT_OVER = "Are the residuals free of autocorrelation and season? Ask time_series_checks.checks."
_PARALLEL = "Did both groups move alike before? Ask difference_trends.parallel_trends."
_FEW = "Are there fewer than some forty clusters? Then take p from difference_wild.wild_bootstrap."
_ORDER = "Do the points come in order of time, at equal steps, without a gap?"

#: The first row that fits is taken.
RULES = (
    Rule(_GROUPS | _BEFORE_AFTER, _MEASURED, "comparison.paired", {},
         "Each unit was measured twice or has its twin: the changes within pairs are compared.",
         ("Are both values of a pair from the same unit?", _NORMAL), is_paired=True),
    Rule(_GROUPS | _BEFORE_AFTER, _SHARES, "comparison.paired", {},
         "The same people answered twice, yes as 1 and no as 0: the change of the share is a mean change.",
         ("Are there thirty pairs or more that changed?",), is_paired=True),
    Rule(_GROUPS | _BEFORE_AFTER, _MEASURED, "comparison.independent", {},
         "Two groups of different people with measured values are compared by their means (Welch).",
         (_ALONE, _NORMAL)),
    Rule(_GROUPS | _BEFORE_AFTER, _SHARES, "comparison.proportions", {},
         "Two shares of different people are compared by their difference (Newcombe).", (_ALONE,)),
    Rule(_GROUPS | _BEFORE_AFTER, _EVENTS, "comparison.rates", {},
         "Events over time at risk are compared by the ratio of their rates.",
         ("Do events come in clusters?", "Is the rate steady on each side?")),
    Rule(frozenset({"cluster"}), _ANY - {"text"}, "comparison.independent", {},
         "Clusters were randomised, so each counts once: its mean, share or rate is one value.",
         ("Is there one value for each cluster?", "Are the clusters of similar size?")),
    Rule(frozenset({"stepped_wedge"}), _ANY - {"text"}, "comparison.independent", {},
         "Within one step, clusters that began are compared with those that have not; one value a cluster. "
         "For all steps in one model ask a statistician: this product has none.",
         ("Was the order drawn by lot?", "Is each step analysed alone, and are the looks counted?")),
    Rule(frozenset({"controlled_series"}), _ANY - {"text"}, "time_series.interrupted", {"family": "gaussian"},
         "The series less that of its controls, point by point, is modelled as one interrupted series.",
         (_ORDER, "Did the difference run straight before?", _LEFT_OVER)),
    Rule(frozenset({"difference_in_differences"}), _ANY - {"text"}, "difference.did", {},
         "What changed in one group is set against what changed in the other.",
         (_PARALLEL, _FEW, "Did anything else strike one group alone?")),
    Rule(_SERIES, _EVENTS | _SHARES, "time_series.interrupted",
         {"family": "poisson", "offset": "denominators"},
         "Counts over denominators are modelled as rates; a rate ratio tells the change.",
         (_ORDER, _SAME_TIME, _LEFT_OVER), has_denominators=True),
    Rule(_SERIES, _EVENTS, "time_series.interrupted", {"family": "poisson"},
         "Counts are modelled as counts; their dispersion widens the interval.",
         (_ORDER, _SAME_TIME, "Was the number at risk the same throughout?", _LEFT_OVER)),
    Rule(_SERIES, _MEASURED | _SHARES, "time_series.interrupted", {"family": "gaussian"},
         "Measured values are modelled by a straight trend with a step.", (_ORDER, _SAME_TIME, _LEFT_OVER)),
    Rule(_CHART, _SHARES, "spc.chart", {"kind": "p"},
         "Shares with their denominators go on a p chart; where denominators are thousands, on a p′ chart.",
         (_ORDER, "Are the denominators in the thousands? Then choose pp."), has_denominators=True),
    Rule(_CHART, _EVENTS, "spc.chart", {"kind": "u"},
         "Counts over denominators go on a u chart.",
         (_ORDER, "Are the denominators in the thousands? Then choose up."), has_denominators=True),
    Rule(_CHART, _EVENTS, "spc.chart", {"kind": "c"},
         "Counts with an equal chance to happen go on a c chart.",
         (_ORDER, "Was the chance to happen the same in each period?"), has_denominators=False),
    Rule(_CHART, _MEASURED | _SHARES, "spc.chart", {"kind": "i"},
         "One value a period goes on an XmR chart.", (_ORDER, "Are neighbouring values independent?")),
    Rule(frozenset({"survey"}), frozenset({"five_point"}), "survey.five_point", {},
         "Five answers in order are shown as counts, with the share of the best two.",
         ("How many of those asked answered?",)),
    Rule(frozenset({"survey"}), frozenset({"zero_to_ten"}), "survey.net_promoter_of", {},
         "Answers of 0 to 10 are summed up as a net promoter score, with its error.",
         ("How many of those asked answered?",)),
    Rule(frozenset({"survey"}), _SHARES, "comparison.proportions", {},
         "Two groups of answers are compared by their shares.", (_ALONE,), has_groups=True),
    Rule(frozenset({"survey"}), _SHARES, "comparison.proportion", {},
         "One share of those who answered, with its interval.",
         ("Was everybody asked, or a random sample?",)),
    Rule(frozenset({"economic"}), frozenset({"money"}), "economics.roi", {},
         "Amounts are split into cash released, time freed and cost avoided.",
         ("Are perspective, price year and discount rate stated?", "Where does the effect come from?")),
    Rule(frozenset({"economic"}), _ANY - {"text", "money"}, "cost_effectiveness.icers", {},
         "Costs are set against an effect that is not money.",
         ("Are all options in the table, doing nothing among them?", "Where does the effect come from?")),
)  # fmt: skip


def propose(
    design,
    measure_kind,
    *,
    points_before=0,
    points_after=0,
    each_group=None,
    has_groups: bool = False,
    is_paired: bool = False,
    has_denominators: bool = False,
) -> Proposal:
    """The method for a design and its data, with reasons, things to check, and what it cannot show.

    `design`: a key of `designs.DESIGNS`; `measure_kind`: a key of `KINDS`; `points_before`, `points_after`:
    periods with a value; `each_group`: people, units or clusters in the smaller group, where known;
    `has_groups`: two groups to set side by side; `is_paired`: the same units before and after, or twins;
    `has_denominators`: each value comes with what it is out of.

    Raises ValueError for unknown designs and kinds, and numbers of points that are none.
    """
    found = known(design)
    if measure_kind not in KINDS:
        raise ValueError(
            f"There is no kind of measure called '{measure_kind}': choose one of {', '.join(KINDS)}."
        )
    told = {"is_paired": is_paired, "has_denominators": has_denominators, "has_groups": has_groups}
    have = {
        "before": count(points_before, "number of points before"),
        "after": count(points_after, "number of points after"),
        "each_group": None if each_group is None else count(each_group, "number in each group"),
    }
    rule = next((rule for rule in RULES if _fits(rule, str(design), measure_kind, told)), None)
    missing = _missing(found.least, have, "to say anything")
    needs = missing or _missing(found.enough, have, "to rely on it")
    return Proposal(
        design=str(design),
        method=rule.method if rule else None,
        options=_options(rule, have),
        reasons=(rule.reason if rule else _no_method(found), found.claim),
        check=rule.check if rule else (),
        claim=found.claim,
        must_not=found.must_not,
        cannot_show=found.cannot_show,
        can_run=rule is not None and not missing,
        enough=rule is not None and not needs,
        needs=needs,
    )


def _fits(rule: Rule, design: str, kind: str, told: dict[str, bool]) -> bool:
    wanted = (getattr(rule, name) in (None, bool(is_so)) for name, is_so in told.items())
    return design in rule.designs and kind in rule.kinds and all(wanted)


def _options(rule: Rule | None, have: dict) -> dict[str, Any]:
    if rule is None:
        return {}
    is_short = rule.method == "spc.chart" and have["before"] + have["after"] < 12
    return {**rule.options, "kind": "run"} if is_short and rule.options["kind"] == "i" else dict(rule.options)


_WHAT = {
    "before": "points before",
    "after": "points after",
    "each_group": "people, units or clusters in each group",
}


def _missing(least: Least, have: dict, to: str) -> tuple[str, ...]:
    wanted = least._asdict()
    if not least.after:
        have = {**have, "before": have["before"] + have["after"]}
    return tuple(
        f"{_WHAT[name].capitalize()}: {have[name]}; {_more(wanted[name] - have[name])} needed {to}."
        for name in wanted
        if have[name] is not None and have[name] < wanted[name]
    )


def _more(many: int) -> str:
    return "1 more is" if many == 1 else f"{many} more are"


def _no_method(design: Design) -> str:
    return f"{design.name} with this kind of measure is told in words: there is nothing to reckon."
