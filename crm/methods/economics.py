"""What a change is worth in money: returns, never in one sum, and what they hang on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from crm.methods.cost_effectiveness import STATUSES, Option, Place, icers, nmb, place
from crm.methods.quantities import Array, listed, number, positive, sample

__all__ = [
    "KINDS",
    "STATUSES",
    "Bar",
    "Option",
    "Place",
    "PresentValue",
    "Return",
    "Tornado",
    "icers",
    "nmb",
    "npv",
    "place",
    "roi",
    "time_freed",
    "tornado",
]

KINDS = {
    "cash_released": "money that leaves the budget and can be spent on something else",
    "time_freed": "hours at a loaded rate; money only if posts are cut or other paid work is done in them",
    "cost_avoided": "spending that would have come and did not; no budget shrinks by it",
}


@dataclass(frozen=True)
class Return:
    """Return on investment, split. `roi` is (benefit − cost) / cost of everything, `cash_roi` of cash alone.

    Amounts are in one currency and price year; ratios are fractions: 0.5 is 50 %. `basis` says what was and
    what was not said about perspective, price year and discounting; `words` is a sentence for a board.
    """

    cash_released: float
    time_freed: float
    cost_avoided: float
    benefit: float
    cost: float
    net: float
    net_cash: float
    roi: float
    cash_roi: float
    benefit_cost_ratio: float
    basis: str
    words: str


@dataclass(frozen=True, eq=False)
class PresentValue:
    """Net present value, and each flow discounted. `payback` is the first period, from 0, at whose end the
    discounted flows have paid for themselves for good; None where they never do."""

    npv: float
    rate: float
    discounted: Array
    cumulative: Array
    payback: int | None


class Bar(NamedTuple):
    """One assumption moved from `low` to `high`, the others left. `decides`: the result's sign turns."""

    name: str
    low: float
    high: float
    at_low: float
    at_high: float
    swing: float
    decides: bool


class Tornado(NamedTuple):
    """The result as assumed and a bar for each assumption, the widest first."""

    result: float
    bars: tuple[Bar, ...]


def time_freed(hours, loaded_rate) -> float:
    """Hours at an hourly rate that includes on-costs, in its currency. Raises ValueError below 0."""
    saved, rate = number(hours, "hours"), positive(loaded_rate, "hourly rate")
    if saved < 0:
        raise ValueError("Hours freed cannot be below 0: put hours that it takes to the cost.")
    return saved * rate


def roi(benefits, cost, *, perspective=None, price_year=None, discount_rate=None) -> Return:
    """Return on investment, split into cash released, time freed and cost avoided.

    `benefits`: a mapping from any of `KINDS` to an amount or a list of amounts, none below 0; `cost`: all
    that the change cost, above 0. All in one currency and price year, discounted already where they lie in
    later years (`npv`). `perspective`, `price_year` and `discount_rate` (a fraction) are only printed.

    Raises ValueError for unknown kinds, no benefit named, amounts below 0 or missing, and a cost not above 0.
    Source: Phillips and Phillips (2007), Show Me the Money; HM Treasury (2022), The Green Book, for keeping
    cash-releasing apart from other benefits.
    """
    amounts = dict.fromkeys(KINDS, 0.0) | _amounts(benefits)
    spent = positive(cost, "cost")
    total = sum(amounts.values())
    cash = amounts["cash_released"]
    gain, cash_gain = (total - spent) / spent, (cash - spent) / spent
    return Return(
        **amounts,
        benefit=total,
        cost=spent,
        net=total - spent,
        net_cash=cash - spent,
        roi=gain,
        cash_roi=cash_gain,
        benefit_cost_ratio=total / spent,
        basis=_basis(perspective, price_year, discount_rate),
        words=(
            f"For each 1.00 spent, {total / spent:,.2f} came back: {cash / spent:,.2f} in cash, "
            f"{amounts['time_freed'] / spent:,.2f} in time freed, {amounts['cost_avoided'] / spent:,.2f} in "
            f"cost avoided."
        ),
    )


def npv(flows, rate) -> PresentValue:
    """Net present value of a series of flows, the first of them today and not discounted.

    `flows`: shape (periods,), money in at the end of each period, money out below 0; `rate`: for one period,
    as a fraction (0.035 for 3.5 %), above -1.

    Raises ValueError for gaps, no flow at all, and a rate that is not above -1.
    Source: Brealey, Myers and Allen, Principles of Corporate Finance, ch. 2; HM Treasury (2022), The Green
    Book, annex 6.
    """
    money, per_period = sample(flows, "flows"), number(rate, "discount rate")
    if per_period <= -1:
        raise ValueError("The discount rate must be above -100 %.")
    if per_period > 1:
        raise ValueError("The discount rate is a fraction, such as 0.035 for 3.5 %.")
    with np.errstate(all="ignore"):
        discounted = money / (1 + per_period) ** np.arange(len(money))
        cumulative = np.cumsum(discounted)
    if not np.isfinite(cumulative).all():
        raise ValueError("These flows grow beyond all bounds: look at the rate and the amounts again.")
    short = np.flatnonzero(cumulative < 0)
    payback = int(short[-1]) + 1 if len(short) else 0
    return PresentValue(
        npv=float(cumulative[-1]),
        rate=per_period,
        discounted=discounted,
        cumulative=cumulative,
        payback=payback if payback < len(money) else None,
    )


def tornado(model: Callable[..., float], base: Mapping[str, float], ranges: Mapping[str, tuple]) -> Tornado:
    """How far the result of a model moves when one assumption at a time goes from low to high.

    `model`: called with every assumption by name, gives one number; `base`: assumption → value as assumed;
    `ranges`: assumption → (low, high) around it.

    Raises ValueError for a range of something that is not assumed, low above high, an assumption outside its
    own range, no range at all, and a model that gives no number.
    Source: Briggs, Sculpher and Claxton (2006), Decision Modelling for Health Economic Evaluation.
    """
    if not (callable(model) and isinstance(base, Mapping) and isinstance(ranges, Mapping)):
        raise ValueError("A tornado needs a model, its assumptions by name, and ranges by name.")
    if not ranges:
        raise ValueError("Give a range for at least one assumption.")
    unknown = ", ".join(name for name in ranges if name not in base)
    if unknown:
        raise ValueError(f"There is a range but no assumption called {unknown}.")
    assumed = {name: number(value, f"assumption '{name}'") for name, value in base.items()}
    result = _run(model, assumed)
    bars = [_bar(model, assumed, name, reach, result) for name, reach in ranges.items()]
    return Tornado(result, tuple(sorted(bars, key=lambda bar: -bar.swing)))


def _amounts(benefits) -> dict[str, float]:
    if not isinstance(benefits, Mapping) or not benefits:
        raise ValueError("Name at least one benefit, each by its kind.")
    if not set(benefits) <= set(KINDS):
        raise ValueError(f"A benefit is one of {', '.join(KINDS)}: it must be said which.")
    amounts = {}
    for kind, given in benefits.items():
        parts = sample(listed(np.atleast_1d(given), "benefits"), "benefits")
        if (parts < 0).any():
            raise ValueError("A benefit cannot be below 0: put what it took to the cost.")
        amounts[kind] = float(parts.sum())
    return amounts


def _basis(perspective, price_year, discount_rate) -> str:
    rate = None if discount_rate is None else f"{100 * number(discount_rate, 'discount rate'):g} % a year"
    said = {"Perspective": perspective, "price year": price_year, "discount rate": rate}
    return "; ".join(f"{what}: {value or 'not stated'}" for what, value in said.items()) + "."


def _run(model: Callable[..., float], assumed: Mapping[str, float]) -> float:
    try:
        return number(model(**assumed), "result of the model")
    except ZeroDivisionError:
        raise ValueError("With these assumptions the model divides by 0.") from None


def _bar(model: Callable[..., float], assumed: dict, name: str, reach, result: float) -> Bar:
    ends = sample(reach, f"ends of the range of '{name}'")
    if len(ends) != 2 or not ends[0] <= assumed[name] <= ends[1]:
        raise ValueError(f"The range of '{name}' needs a low and a high end, with the assumption between.")
    low, high = ends.tolist()
    at_low, at_high = (_run(model, assumed | {name: value}) for value in (low, high))
    span = [at_low, at_high, result]
    return Bar(name, low, high, at_low, at_high, max(span) - min(span), min(span) < 0 < max(span))
