"""How far a goal or key result has come, on the scale of Objectives and Key Results."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from numbers import Rational

from crm.methods.earned_value import Band

#: Scores from these on are amber, and green.
AMBER, GREEN = Fraction(2, 5), Fraction(7, 10)


@dataclass(frozen=True)
class OkrScore:
    """`score` from 0 to 1, `unclipped` as reckoned: below 0 it went the wrong way, above 1 it was surpassed.

    `is_falling`: the target lies below the start, so that less is better.
    """

    score: float
    unclipped: float
    band: Band
    is_falling: bool


def okr_score(start, target, actual) -> OkrScore:
    """The share of the way from the start to the target that has been gone.

    `start`, `target`, `actual`: numbers in one unit, negative ones too; a decimal is taken as it is written,
    so that 0.59 on the way from 0.1 to 0.8 is exactly 0.7. Below 0.4 is red, below 0.7 amber, else green.

    Raises ValueError for what is no finite number, and where start and target are the same.
    Source: Doerr (2018), Measure What Matters, chapter 9, for the scale and the colours, which are said of
    scores in tenths: 0.7 to 1.0 green, 0.4 to 0.6 yellow, 0.0 to 0.3 red.
    """
    begin, end, now = (
        _exact(value, name)
        for value, name in ((start, "The start"), (target, "The target"), (actual, "The actual value"))
    )
    if begin == end:
        raise ValueError("Start and target are the same: say how far it is to go.")
    share = (now - begin) / (end - begin)
    clipped = min(max(share, Fraction(0)), Fraction(1))
    return OkrScore(float(clipped), float(share), _band(clipped), end < begin)


def _band(share: Fraction) -> Band:
    if share < AMBER:
        return Band.RED
    return Band.AMBER if share < GREEN else Band.GREEN


def _exact(value, name: str) -> Fraction:
    try:
        written = value if isinstance(value, Rational | Decimal) else Decimal(repr(float(value)))
        return Fraction(written)
    except (TypeError, ValueError, InvalidOperation, OverflowError):
        raise ValueError(f"{name} is not a number.") from None
