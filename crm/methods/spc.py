"""Statistical process control: run charts and control charts with named rules and plain verdicts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crm.methods.spc_input import baseline, read
from crm.methods.spc_limits import KINDS, NO_VARIATION, SCREENABLE, Kind, Lines, Points, close_to
from crm.methods.spc_rules import RULE_SETS, Series, Signal, signals
from crm.methods.spc_runs import runs

CAUTION = "A before-after series does not show that the coaching caused it."
DIRECTIONS = {"decrease": -1, "increase": 1, "neutral": 0, None: 0}
ENOUGH_POINTS = 12
ENOUGH_POINTS_FOR_A_RUN_CHART = 10
_SIDES = {"above": 1, "rising": 1, "below": -1, "falling": -1}
_WORDS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chart:
    """A drawn chart: arrays of one entry per point given; `needs` is how many more points it should have."""

    kind: str
    name: str
    rules: str
    n: int
    values: Array
    centre: Array
    lower: Array
    upper: Array
    signals: tuple[Signal, ...]
    signalled: npt.NDArray[np.bool_]
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    variation: str
    assurance: str | None
    needs: int
    method: str


def chart(
    kind,
    values,
    denominators=None,
    *,
    freeze=None,
    exclude=(),
    rules="nhs",
    direction="decrease",
    target=None,
    screened=False,
) -> Chart:
    """Draw a run chart or control chart and judge it.

    `kind`: run, i, mr, xbar, s, p, pp, u, up, c, g or t. `values`: shape (points,), in time order and in the
    unit of the measure; numerators for p, pp, u and up, counts for c and g, times for t; a sequence of
    subgroups for xbar and s. `denominators`: shape (points,), for p, pp, u and up only. `freeze`: the first
    so many points set the lines. `exclude`: positions from 0 that set no line and break no run, yet still
    signal outside the limits; moving ranges join their neighbours. `rules`: nhs, western_electric, ihi or
    anhoej. `direction`: decrease or increase is better, or neutral or None. `target`: in the unit of the
    chart, a fraction for p. `screened` drops moving ranges above 3.267 times their mean once (i, t, pp and
    up; elsewhere it changes nothing).

    A run chart has NaN limits; a moving range chart has a NaN first point and only the rule for points
    outside the limits, because neighbouring ranges share a value. `variation` follows the latest point, as
    the NHS icon does: improving or worsening when it belongs to signals on one side only, changing when they
    disagree, have no side, or no direction is better, else common cause. `assurance` sets the target against
    the last limits: passes, fails or hit or miss. The 2 of 3 rule counts any third point, and points outside
    the limits too.

    Raises ValueError for fewer than two points, missing or infinite numbers, unequal lengths, negative or
    broken counts, a numerator above its denominator, points without variation, and unknown names.

    Sources: Montgomery (2009), Introduction to Statistical Quality Control, 6th ed., ch. 6 and 7; Laney
    (2002), Quality Engineering 14(4), for the primed charts; Benneyan (2001), Health Care Management Science
    4, for g; Nelson (1994), Journal of Quality Technology 26(3), for t; NHS England, Making Data Count;
    Western Electric (1956); Perla, Provost and Murray (2011), BMJ Quality and Safety 20(1), for IHI; Anhøj
    and Olesen (2014), PLoS ONE 9(11).
    """
    shape, sign = _known(kind, KINDS, "kind of chart"), _known(direction, DIRECTIONS, "direction")
    rule_set = _known(rules, RULE_SETS, "rule set")
    points = read(kind, shape, values, denominators, screened)
    base, included = baseline(len(points.values), freeze, exclude)
    lines = shape.lines(points._replace(base=base))
    _require_variation(kind, points, lines)
    series = _series(shape, lines, included)
    found = signals(series, rules, only_outside=kind == "mr")
    return Chart(
        kind=kind,
        name=shape.name,
        rules=rules,
        n=len(lines.values),
        values=lines.values,
        centre=lines.centre,
        lower=lines.lower,
        upper=lines.upper,
        signals=found,
        signalled=_signalled(found, len(lines.values)),
        **_counted(series),
        variation=_variation(found, int(np.flatnonzero(included)[-1]), sign),
        assurance=_assurance(target, lines, sign),
        needs=_needs(kind, int(included.sum())),
        method=_method(kind, shape, rule_set, base, freeze, screened),
    )


def sentence(chart: Chart, unit="", name="", period="points") -> str:
    """Say in one plain sentence what the chart shows, for a board.

    `chart`: what `chart()` gave. `unit`: printed after the centre line; "%" turns the fractions of a p or pp
    chart into per cent. `name`: the measure. `period`: what a point is, in the plural, such as "months".
    Raises nothing.
    """
    short = RULE_SETS[chart.rules].short
    line, amount = KINDS[chart.kind].centre, _quantity(chart, unit)
    start = f"{name}: " if name else ""
    if not chart.signals:
        many = f"{chart.n} {period} vary around the {line} of {amount} without a signal ({short}s)."
        return start + many + _shortfall(chart)
    latest = max(chart.signals, key=lambda signal: (max(signal.positions, default=-1), len(signal.positions)))
    return start + _told(latest, line, amount, short, period) + _shortfall(chart)


def _told(signal: Signal, line: str, amount: str, short: str, period: str) -> str:
    count = len(signal.positions)
    number = _WORDS[count] if count < len(_WORDS) else str(count)
    if signal.rule in {"shift", "longest_run"}:
        return f"{number} {period} in a row {signal.side} the {line} of {amount} ({short})."
    if signal.rule == "trend":
        return f"{number} {period} in a row {signal.side} ({short}); the {line} is {amount}."
    return f"{signal.sentence.removesuffix('.')} ({short}); the {line} is {amount}."


def _shortfall(chart: Chart) -> str:
    if not chart.needs:
        return ""
    return f" {chart.needs} more {'point is' if chart.needs == 1 else 'points are'} needed to rely on it."


def _quantity(chart: Chart, unit: str) -> str:
    value = float(chart.centre[-1]) * (100 if unit == "%" and chart.kind in {"p", "pp"} else 1)
    places = (
        1
        if abs(value) >= 10
        else 2
        if abs(value) >= 1 or value == 0
        else 2 - int(np.floor(np.log10(abs(value))))
    )
    text = f"{value:,.{places}f}".rstrip("0").rstrip(".")
    return f"{text} {unit}".strip()


def _known(key, table: dict, what: str):
    if key not in table:
        choices = ", ".join(str(choice) for choice in table if choice is not None)
        raise ValueError(f"There is no {what} called '{key}': choose one of {choices}.")
    return table[key]


def _require_variation(kind: str, points: Points, lines: Lines) -> None:
    if kind not in {"mr", "xbar", "s"} and close_to(lines.values, lines.values[0]).all():
        raise ValueError(NO_VARIATION)


def _series(shape: Kind, lines: Lines, included: npt.NDArray[np.bool_]) -> Series:
    above = (lines.values > lines.upper) & ~close_to(lines.values, lines.upper)
    below = (lines.values < lines.lower) & ~close_to(lines.values, lines.lower)
    return Series(
        values=lines.values[included],
        score=lines.score[included],
        positions=np.flatnonzero(included),
        outside=above.astype(np.int8) - below.astype(np.int8),
        centre=shape.centre,
    )


def _counted(series: Series) -> dict[str, int]:
    found = runs(series.score)
    return {
        "longest_run": found.longest,
        "longest_run_limit": found.longest_limit,
        "crossings": found.crossings,
        "crossings_limit": found.crossings_limit,
    }


def _needs(kind: str, points: int) -> int:
    return max(0, (ENOUGH_POINTS_FOR_A_RUN_CHART if kind == "run" else ENOUGH_POINTS) - points)


def _signalled(found: tuple[Signal, ...], count: int) -> npt.NDArray[np.bool_]:
    marked = np.zeros(count, bool)
    marked[[position for signal in found for position in signal.positions]] = True
    return marked


def _variation(found: tuple[Signal, ...], last: int, sign: int) -> str:
    current = [signal for signal in found if last in signal.positions]
    whole = [signal for signal in found if signal.side == "overall"]
    verdicts = {_SIDES[signal.side] * sign for signal in current} or {0 for _ in whole}
    if not verdicts:
        return "common cause"
    return {(1,): "improving", (-1,): "worsening"}.get(tuple(verdicts), "changing")


def _assurance(target, lines: Lines, sign: int) -> str | None:
    if target is None:
        return None
    if not np.isfinite(target):
        raise ValueError("The target must be a number.")
    upper, lower = lines.upper[-1], lines.lower[-1]
    if not sign or np.isnan(upper):
        return None
    if lower <= target <= upper:
        return "hit or miss"
    return "passes" if (target > upper) == (sign < 0) else "fails"


def _method(kind: str, shape: Kind, rule_set, base, freeze, screened: bool) -> str:
    screening = ", moving ranges above 3.267 times their mean dropped once" * (
        screened and kind in SCREENABLE
    )
    origin = f"the first {freeze} points" if freeze else "all points"
    left_out = int((freeze or len(base)) - base.sum())
    without = f" but {left_out} left out" if left_out else ""
    text = "outside the limits only, for neighbouring ranges share a value" if kind == "mr" else rule_set.text
    if kind == "run":
        text += "; without limits, rules about them do not apply"
    return f"{shape.name}: {shape.formula}{screening}, from {origin}{without}. {rule_set.name} rules: {text}."
