"""What a finding may say: sentences for the board, and what they do not show, from numbers and a design."""

from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from crm.methods.claims import Refusal, refusals
from crm.methods.designs import Design, Evidence, evidence, known
from crm.methods.quantities import count, inside, number
from crm.methods.suppression import Suppressed, suppress

__all__ = ["Amount", "Refusal", "Statement", "Suppressed", "refusals", "statement", "suppress"]

#: What an effect may be told as, and its value where nothing changed.
SCALES = {"difference": 0.0, "share": 0.0, "ratio": 1.0}
DIRECTIONS = {"decrease": -1, "increase": 1, "neutral": 0}


class Amount(NamedTuple):
    """An effect and its interval, on one scale."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Statement:
    """Sentences of a finding. `naive` is None where no plain comparison was given.

    `board` is the sentence to read out; `does_not_show` what it leaves open; `naive` sets the plain number
    beside the adjusted one. `is_clear` is False where the interval holds no change at all; `is_wanted` says
    whether the change goes the wanted way, None where it is unclear or no way is wanted.
    """

    board: str
    does_not_show: str
    naive: str | None
    evidence: Evidence
    may_say_caused: bool
    is_clear: bool
    is_wanted: bool | None


def statement(
    *,
    design,
    measure,
    estimate,
    lower,
    upper,
    n,
    scale: str = "difference",
    unit: str = "",
    direction: str = "neutral",
    naive=None,
    confidence: float = 0.95,
    of: str = "points",
) -> Statement:
    """The sentences that a finding may use, no stronger than its design.

    `design`: a key of `designs.DESIGNS`; `measure`: its name, as in "Waiting time"; `estimate`, `lower`,
    `upper`: the effect and its interval; `scale`: "difference" in `unit`, "share" for a difference of
    fractions (told in percentage points) or "ratio" (told in per cent); `direction`: which way is wanted,
    "decrease", "increase" or "neutral"; `naive`: the plain comparison on the same scale, as a number or as
    (estimate, lower, upper); `n` and `of`: how many of what, such as 36 "months".

    Raises ValueError for unknown designs, scales and directions, an empty name, numbers that are missing, an
    interval without its estimate, ratios not above 0, n below 1, and designs that measure no effect (survey,
    case study and economic).
    """
    found, level = known(design), inside(confidence, "confidence")
    if found.rung == "E":
        raise ValueError(f"A {found.name.lower()} measures no effect: {found.claim}")
    if scale not in SCALES or direction not in DIRECTIONS:
        raise ValueError(
            f"The scale is one of {', '.join(SCALES)}, the direction one of {', '.join(DIRECTIONS)}."
        )
    name, many = str(measure).strip(), count(n, "number observed")
    if not name or not many:
        raise ValueError("A statement needs the name of the measure and how many were observed.")
    effect = _amount((estimate, lower, upper), scale)
    null = SCALES[scale]
    is_clear = not effect.lower <= null <= effect.upper
    told = _Told(name, scale, unit, level, f"n = {many:,} {of}".strip())
    way = (effect.estimate > null) - (effect.estimate < null)
    wanted = DIRECTIONS[direction]
    return Statement(
        board=_board(effect, told, found, is_clear),
        does_not_show=_left_open(found, is_clear),
        naive=None if naive is None else _beside(naive, effect, told),
        evidence=evidence(design),
        may_say_caused=found.may_say_caused,
        is_clear=is_clear,
        is_wanted=way == wanted if is_clear and wanted else None,
    )


class _Told(NamedTuple):
    name: str
    scale: str
    unit: str
    level: float
    size: str


def _amount(given, scale: str, what: str = "effect") -> Amount:
    found = Amount(*(number(one, what) for one in given))
    if not found.lower <= found.estimate <= found.upper:
        raise ValueError("The interval must hold its estimate: look at the order of the numbers.")
    if scale == "ratio" and found.lower <= 0:
        raise ValueError("A ratio must be above 0.")
    if scale == "share" and max(map(abs, found)) > 1:
        raise ValueError("A difference of shares is a fraction between -1 and 1, such as 0.05 for 5 points.")
    return found


def _board(effect: Amount, told: _Told, design: Design, is_clear: bool) -> str:
    span = f"{100 * told.level:g} % interval {_way(effect.lower, told)} to {_way(effect.upper, told)}"
    if not is_clear:
        return (
            f"{told.name}: no clear change. The best estimate is {_way(effect.estimate, told)}, but the data "
            f"fit anything from {_way(effect.lower, told)} to {_way(effect.upper, told)} ({told.size})."
        )
    return f"{told.name}: {_way(effect.estimate, told)} {_setting(design)} ({span}; {told.size})."


#: What the effect of a design is set against, in words that claim no more than it shows.
_SETTINGS = {
    "Randomised comparison": "where the work was done than where it was not; the lot decided which, so the "
    "work caused the difference",
    "Cluster randomised comparison": "in the clusters with the work than in those without; the lot decided "
    "which, so the work caused the difference",
    "Stepped wedge": "after clusters began than before, time allowed for; if the lot decided the order, the "
    "work caused the difference",
    "Controlled interrupted time series": "after the start than trend and controls had led one to expect",
    "Difference in differences": "after the start than the change of the controls had led one to expect",
    "Matched comparison": "than in the matched group",
    "Interrupted time series": "after the start than the trend before had led one to expect",
    "Control chart": "after the signal than before",
    "Before and after": "after than before",
}


def _setting(design: Design) -> str:
    return _SETTINGS[design.name]


def _left_open(design: Design, is_clear: bool) -> str:
    if is_clear:
        return design.cannot_show
    return f"It does not show that nothing changed either. {design.cannot_show}"


def _beside(given, effect: Amount, told: _Told) -> str:
    parts = tuple(given) if isinstance(given, (tuple, list)) else (given, given, given)
    if len(parts) != 3:
        raise ValueError("Give the plain comparison as one number, or as estimate, lower and upper.")
    plain = _amount(parts, told.scale, "plain comparison")
    null = SCALES[told.scale]
    both = (
        f"The plain comparison of after with before gives {_way(plain.estimate, told)}; adjusted it is "
        f"{_way(effect.estimate, told)}."
    )
    if (plain.estimate - null) * (effect.estimate - null) < 0:
        return f"{both} They point opposite ways: quote the adjusted number."
    if abs(plain.estimate - null) > abs(effect.estimate - null):
        return f"{both} The plain number overstates: quote the adjusted one."
    return f"{both} Quote the adjusted number."


def _way(value: float, told: _Told) -> str:
    """A value as words: "12 % lower", "3.1 days higher", "no different"."""
    if told.scale == "ratio":
        size, unit = 100 * (value - 1), " %"
    elif told.scale == "share":
        size, unit = 100 * value, " percentage points"
    else:
        size, unit = value, f" {told.unit}" if told.unit else ""
    text = _figure(abs(size))
    return "no different" if float(text.replace(",", "")) == 0 else _side(text, unit, size)


def _side(text: str, unit: str, size: float) -> str:
    return f"{text}{unit} {'higher' if size > 0 else 'lower'}"


def _figure(size: float) -> str:
    if not isfinite(size):
        raise ValueError("The effect is beyond all bounds.")
    if size >= 100:
        return f"{size:,.0f}"
    return f"{float(f'{size:.2g}' if size < 10 else f'{size:.3g}'):,g}"
