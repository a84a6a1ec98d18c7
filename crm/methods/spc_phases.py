"""A control chart in phases: which chart fits what a value is, and new limits from each change on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite, nan

import numpy as np

from crm.methods.spc import ENOUGH_POINTS, Chart, chart, sentence
from crm.methods.spc_limits import KINDS, Array

#: From denominators of this size on, chance alone draws limits that are too narrow: Laney's charts.
LARGE = 1000
RATIOS = {"p", "pp", "u", "up"}
_OF_KIND = {"proportion": ("p", "pp"), "rate": ("u", "up"), "count": ("c", "c")}
_BETWEEN = {"time_between": "t", "cases_between": "g"}


@dataclass(frozen=True)
class Phased:
    """`chart` has lines for every point, with those of its phase; its verdict is that of the last phase.

    `current` is the chart of the last phase that could be drawn, in the unit of the chart kind (a fraction
    for p); `centres` the centre line of each phase in the unit of the measure, None where it has none.
    """

    chart: Chart
    current: Chart
    centres: tuple[float | None, ...]
    problems: tuple[str | None, ...]

    def sentence(self, unit: str, period: str) -> str:
        """What the last phase shows, for a board."""
        told = self.current if unit == "%" and self.current.kind in {"p", "pp"} else _last(self)
        return sentence(told, unit=unit, period=period)


def kind_for(
    value_kind: str, values: Sequence, numerators: Sequence, denominators: Sequence
) -> tuple[str, str]:
    """The chart that fits what a value is, and why, in a sentence.

    `values`, `numerators`, `denominators`: one entry a point, None where no number was given.
    """
    if value_kind in _BETWEEN:
        kind = _BETWEEN[value_kind]
        return kind, f"Distances between rare events go on a {kind} chart."
    if value_kind in _OF_KIND and can_be_ratio(numerators, denominators):
        return _counted(value_kind, denominators)
    if value_kind == "count" and are_whole(values):
        return _counted(value_kind, None)
    if value_kind in _OF_KIND:
        return "i", "Without whole numerators and their denominators the values go on an XmR chart."
    return "i", "One measured value a period goes on an XmR chart."


def _counted(value_kind: str, denominators: Sequence | None) -> tuple[str, str]:
    if denominators is None:
        return "c", "Events with an equal chance to happen in each period go on a c chart."
    plain, primed = _OF_KIND["rate" if value_kind == "count" else value_kind]
    if float(np.median(np.asarray(denominators, float))) < LARGE:
        return plain, f"Numerators with their denominators go on a {plain} chart."
    name = primed.replace("pp", "p′").replace("up", "u′")
    return primed, f"The denominators are in the thousands, so Laney's {name} chart allows for more spread."


def are_whole(numbers: Sequence) -> bool:
    """Whether each is a whole number, none below 0 or left out."""
    return all(one is not None and one >= 0 and float(one).is_integer() for one in numbers)


def can_be_ratio(numerators: Sequence, denominators: Sequence) -> bool:
    """Whether every point has a whole numerator and something that it is out of."""
    return (
        len(numerators) > 0
        and are_whole(numerators)
        and all(one is not None and one > 0 for one in denominators)
    )


def phased(
    kind: str,
    values: Sequence[float],
    numerators: Sequence | None = None,
    denominators: Sequence | None = None,
    *,
    scale: float = 1.0,
    cuts: Sequence[int] = (),
    freeze: int | None = None,
    target: float | None = None,
    rules: str = "nhs",
    direction: str = "decrease",
) -> Phased:
    """Draw a chart whose limits are reckoned anew from each position in `cuts` on.

    `values`: in the unit of the measure, shape (points,); `numerators` and `denominators` the same, for p,
    pp, u and up only, whose lines are multiplied by `scale` (100 for per cent). `freeze`: so many points of
    the first phase set its limits. `target`: in the unit of the measure.

    A phase that cannot be charted has no lines and says why in `problems`.
    Raises ValueError as `spc.chart` where no phase can be charted.
    """
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(values)}), len(values)]
    is_ratio, drawn, problems = kind in RATIOS, [], []
    numbers, sizes = (numerators, denominators) if is_ratio else (values, None)
    aim = target / scale if is_ratio and target is not None else target
    for start, stop in pairwise(edges):
        held = freeze if start == 0 and freeze and freeze < stop else None
        try:
            part = chart(
                kind, list(numbers[start:stop]), None if sizes is None else list(sizes[start:stop]),
                freeze=held, rules=rules, direction=direction, target=aim,
            )  # fmt: skip
            drawn.append(part)
            problems.append(None)
        except ValueError as reason:
            drawn.append(None)
            problems.append(str(reason))
    if not any(drawn):
        raise ValueError(problems[-1])
    return _joined(values, edges, drawn, problems, scale if is_ratio else 1.0)


def _joined(values, edges: list[int], drawn: list, problems: list, scale: float) -> Phased:
    current = next(part for part in reversed(drawn) if part)
    signals = tuple(
        one._replace(positions=tuple(place + start for place in one.positions))
        for start, part in zip(edges, drawn, strict=False)
        if part
        for one in part.signals
    )
    sizes = [stop - start for start, stop in pairwise(edges)]
    lines = {name: _line(name, drawn, sizes, scale) for name in ("centre", "lower", "upper")}
    marks = [
        part.signalled if part else np.zeros(size, bool) for part, size in zip(drawn, sizes, strict=True)
    ]
    whole = replace(
        current,
        n=len(values),
        values=np.asarray(values, float),
        signals=signals,
        signalled=np.concatenate(marks),
        **lines,
    )
    if drawn[-1] is None:
        whole = replace(
            whole, variation="common cause", assurance=None, needs=max(ENOUGH_POINTS - sizes[-1], 1)
        )
    if len(drawn) > 1:
        whole = replace(whole, method=f"{whole.method} New limits for each of {len(drawn)} phases.")
    centres = tuple(float(part.centre[-1]) * scale if part else None for part in drawn)
    return Phased(whole, current, centres, tuple(problems))


def _line(name: str, drawn: list, sizes: list[int], scale: float) -> Array:
    return np.concatenate(
        [
            getattr(part, name) * scale if part else np.full(size, nan)
            for part, size in zip(drawn, sizes, strict=True)
        ]
    )


def _last(found: Phased) -> Chart:
    """The last phase that was drawn, in the unit of the measure."""
    centre = next(one for one in reversed(found.centres) if one is not None)
    here = found.current
    plain = float(here.centre[-1])
    factor = centre / plain if plain and isfinite(centre / plain) else 1.0
    return replace(here, centre=here.centre * factor)


def name_of(kind: str) -> str:
    return KINDS[kind].name
