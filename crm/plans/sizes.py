"""How many a hypothesis needs, and what the points that one can get would let one see. Pure, in words."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from crm.methods import power
from crm.methods.power_curves import EffectCurve, curve_of_steps
from crm.methods.power_series import smallest_step
from crm.plans.models import PowerKind
from crm.words import number

Settings = Mapping[str, Any]
#: Shares of the size needed at which the curve is drawn.
STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)


class Curve(NamedTuple):
    """What is drawn: `y` in percent at each `x`."""

    x_title: str
    y_title: str
    points: tuple[tuple[float, float], ...]


class Answer(NamedTuple):
    """`needed` and `smallest` are whole sentences; `smallest` is None where nobody said what can be had."""

    needed: str | None
    smallest: str | None
    formula: str
    assumptions: tuple[str, ...]
    curve: Curve


class Levels(NamedTuple):
    alpha: float = 0.05
    power: float = 0.8


def answer(kind: PowerKind, settings: Settings, levels: Levels) -> Answer:
    """Raises ValueError, with a sentence, for what no study could be planned for."""
    return _KINDS[kind](settings, levels)


def _of_means(s: Settings, levels: Levels, *, paired: bool = False) -> Answer:
    effect = s["difference"] / s["sd"]
    size = power.means(effect, levels.alpha, levels.power, paired)
    many = "pairs" if paired else "people in each group"
    curve = _by_size(
        size.n, many, lambda n: power.curve(n, effect_size=effect, alpha=levels.alpha, paired=paired)
    )
    smallest = None
    if s.get("available"):
        seen = power.smallest_effect(s["available"], alpha=levels.alpha, power=levels.power, paired=paired)
        smallest = _could_see(s["available"], many, f"a difference of {number(seen.effect * s['sd'], 3)}")
    return Answer(_need(size.n, many, size.total, paired), smallest, size.formula, size.assumptions, curve)


def _of_pairs(s: Settings, levels: Levels) -> Answer:
    return _of_means(s, levels, paired=True)


def _of_shares(s: Settings, levels: Levels) -> Answer:
    first, second, formula = s["p1"] / 100, s["p2"] / 100, s["formula"]
    size = power.proportions(first, second, levels.alpha, levels.power, formula)
    many = "people in each group"
    asked = {"p1": first, "p2": second, "alpha": levels.alpha, "formula": formula}
    curve = _by_size(size.n, many, lambda n: power.curve(n, **asked))
    return Answer(
        _need(size.n, many, size.total), _smallest_share(s, levels), size.formula, size.assumptions, curve
    )


def _of_clusters(s: Settings, levels: Levels) -> Answer:
    first, second, formula = s["p1"] / 100, s["p2"] / 100, s["formula"]
    alone = power.proportions(first, second, levels.alpha, levels.power, formula)
    whole = power.clusters(alone.exact, s["size"], s["icc"])
    within = {"size": s["size"], "icc": s["icc"]}
    asked = {"p1": first, "p2": second, "alpha": levels.alpha, "formula": formula, **within}
    curve = _by_size(whole.n, "people in each group", lambda n: power.curve(n, **asked))
    needed = (
        f"{number(whole.clusters)} clusters in each group are needed: {number(whole.n)} people in each, "
        f"{number(whole.total)} in all."
    )
    said = f"{alone.formula}; {whole.formula}"
    return Answer(
        needed, _smallest_share(s, levels, **within), said, alone.assumptions + whole.assumptions, curve
    )


def _smallest_share(s: Settings, levels: Levels, **within) -> str | None:
    if not s.get("available"):
        return None
    seen = power.smallest_effect(
        s["available"],
        p1=s["p1"] / 100,
        alpha=levels.alpha,
        power=levels.power,
        formula=s["formula"],
        **within,
    )
    sides = [number(100 * share, 2) + " %" for share in (seen.below, seen.above) if share is not None]
    return _could_see(
        s["available"],
        "people in each group",
        f"a change from {number(s['p1'], 3)} % to {' or '.join(sides)}",
    )


def _of_precision(s: Settings, levels: Levels) -> Answer:
    share, reach = s["p1"] / 100, s["margin"] / 100
    confidence = 1 - levels.alpha
    size = power.precision(reach, p=share, confidence=confidence, population=s.get("population"))
    sizes = _sizes(size.n)
    points = tuple((n, 100 * power.margin(n, p=share, confidence=confidence)) for n in sizes)
    smallest = None
    if s.get("available"):
        wide = 100 * power.margin(s["available"], p=share, confidence=confidence)
        smallest = (
            f"With the {number(s['available'])} answers that you can get, the interval would reach "
            f"{number(wide, 2)} points to either side."
        )
    curve = Curve("Answers", "Margin, points to either side", points)
    needed = f"{number(size.n)} answers are needed."
    return Answer(needed, smallest, size.formula, size.assumptions, curve)


def _of_series(s: Settings, levels: Levels, *, is_count: bool = False) -> Answer:
    asked = {"autocorrelation": s.get("autocorrelation") or 0.0, "slope_change": bool(s.get("slope_change"))}
    asked |= {"count": s["count"], "dispersion": s.get("dispersion") or 1.0} if is_count else {"sd": s["sd"]}
    before, after = s["before"], s["after"]
    step = smallest_step(before, after, **asked, alpha=levels.alpha, power=levels.power)
    seen = (
        f"a rise of {number(100 * step.effect, 1)} % or a fall of {number(100 * step.fall, 1)} %"
        if is_count
        else f"a step of {number(step.effect, 3)}"
    )
    most = min(2 * step.effect, 20.0) if is_count else 2 * step.effect
    effects = [float(one) for one in np.linspace(most / 10, most, 10)]
    curve = curve_of_steps(effects, before, after, **asked, alpha=levels.alpha)
    smallest = _could_see(before + after, f"points ({before} before, {after} after)", seen)
    return Answer(None, smallest, step.formula, step.assumptions, _by_effect(curve, is_count))


def _of_counts(s: Settings, levels: Levels) -> Answer:
    return _of_series(s, levels, is_count=True)


_KINDS: dict[PowerKind, Callable[[Settings, Levels], Answer]] = {
    PowerKind.MEANS: _of_means,
    PowerKind.PAIRED: _of_pairs,
    PowerKind.PROPORTIONS: _of_shares,
    PowerKind.CLUSTERS: _of_clusters,
    PowerKind.PRECISION: _of_precision,
    PowerKind.SERIES: _of_series,
    PowerKind.COUNTS: _of_counts,
}


def _need(n: int, many: str, total: int, paired: bool = False) -> str:
    return (
        f"{number(n)} {many} are needed."
        if paired
        else f"{number(n)} {many} are needed, {number(total)} in all."
    )


def _could_see(n: float, many: str, seen: str) -> str:
    return f"With the {number(n)} {many} that you can get, the smallest effect you could see is {seen}."


def _sizes(n: int) -> list[int]:
    return sorted({max(2, round(n * step)) for step in STEPS})


def _by_size(n: int, many: str, curve_at: Callable[[list[int]], power.Curve]) -> Curve:
    found = curve_at(_sizes(n))
    points = tuple((float(x), 100 * float(y)) for x, y in zip(found.n, found.power, strict=True))
    return Curve(many[0].upper() + many[1:], "Chance of seeing it, %", points)


def _by_effect(curve: EffectCurve, is_count: bool) -> Curve:
    scale = 100 if is_count else 1
    points = tuple(
        (scale * float(x), 100 * float(y)) for x, y in zip(curve.effects, curve.power, strict=True)
    )
    title = "Rise of the count, %" if is_count else "Step, in the unit of the measure"
    return Curve(title, "Chance of seeing it, %", points)


def try_answer(
    kind: PowerKind, settings: Settings | None, levels: Levels
) -> tuple[Answer | None, str | None]:
    """The answer, or in a sentence why there is none any more; neither where nothing is settled yet."""
    if not settings:
        return None, None
    try:
        return answer(kind, settings, levels), None
    except ValueError as fault:
        return None, str(fault)
    except KeyError:
        return None, "What this was reckoned from is not complete: save it again."
