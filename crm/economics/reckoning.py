"""What an evaluation comes to: money by kind and year, returns, ratios, and sentences where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from crm.economics.models import LineKind
from crm.methods.economics import KINDS, Place, icers, nmb, npv, place, roi, tornado
from crm.words import money, number, plural

#: From here on, cents say nothing.
LARGE = 10_000
NO_LINES = "There is no assumption yet: add what it costs and what it brings."
NO_BENEFIT = "There is no benefit yet: add cash released, time freed or cost avoided."


class Found(NamedTuple):
    """A result, or the sentence that says why there is none."""

    value: Any
    problem: str | None


def tried(function: Callable, *args, **more) -> Found:
    try:
        return Found(function(*args, **more), None)
    except ValueError as reason:
        return Found(None, str(reason))


class Year(NamedTuple):
    """Undiscounted money of one year, and what its balance is worth at the start."""

    year: int
    cost: float
    cash_released: float
    time_freed: float
    cost_avoided: float
    balance: float
    discounted: float | None


class Standing(NamedTuple):
    """An option beside the one that the others are compared with."""

    option: Any
    more_cost: float
    more_effect: float
    place: Place


class Benefit(NamedTuple):
    option: Any
    nmb: float
    is_best: bool


@dataclass(frozen=True, eq=False)
class Reckoned:
    """An evaluation with its lines and options, as rows, and all that follows from them."""

    evaluation: Any
    lines: tuple
    options: tuple

    def yearly(self, line, quantity: float | None = None) -> float:
        return float(line.amount) * (line.quantity if quantity is None else quantity)

    @property
    def years(self) -> range:
        return range(self.evaluation.horizon_years + 1)

    def _of_year(self, kind: LineKind, year: int) -> float:
        spoken = (one for one in self.lines if one.kind is kind and one.first_year <= year <= one.last_year)
        return sum(map(self.yearly, spoken))

    @cached_property
    def flows(self) -> list[float]:
        """Benefits less costs, year by year."""
        return self._flows({})

    def _flows(self, quantities: dict[str, float]) -> list[float]:
        flows = [0.0] * len(self.years)
        for line in self.lines:
            sign = -1 if line.kind is LineKind.COST else 1
            amount = sign * self.yearly(line, quantities.get(name_of(line)))
            for year in range(line.first_year, min(line.last_year, len(flows) - 1) + 1):
                flows[year] += amount
        return flows

    @cached_property
    def value(self) -> Found:
        if not self.lines:
            return Found(None, NO_LINES)
        return tried(npv, self.flows, self.evaluation.discount_rate)

    @cached_property
    def table(self) -> list[Year]:
        value = self.value.value
        discounted = value.discounted.tolist() if value else [None] * len(self.years)
        return [
            Year(year, *(self._of_year(kind, year) for kind in LineKind), balance, worth)
            for year, balance, worth in zip(self.years, self.flows, discounted, strict=True)
        ]

    @cached_property
    def sums(self) -> dict[LineKind, float]:
        """Each kind of money as it is worth at the start."""
        rate = self.evaluation.discount_rate
        return {
            kind: sum(self._of_year(kind, year) / (1 + rate) ** year for year in self.years)
            for kind in LineKind
        }

    @cached_property
    def returns(self) -> Found:
        if not self.lines:
            return Found(None, NO_LINES)
        if all(line.kind is LineKind.COST for line in self.lines):
            return Found(None, NO_BENEFIT)
        of, benefits = self.evaluation, {kind: self.sums[LineKind(kind)] for kind in KINDS}
        said = {"perspective": of.perspective.label, "price_year": of.price_year}
        return tried(roi, benefits, self.sums[LineKind.COST], discount_rate=of.discount_rate, **said)

    @cached_property
    def hours(self) -> float:
        """Hours freed over all years, undiscounted."""
        freed = (one for one in self.lines if one.kind is LineKind.TIME_FREED)
        return sum(one.quantity * (one.last_year - one.first_year + 1) for one in freed)

    @cached_property
    def measures(self) -> list[str]:
        return sorted({line.measure for line in self.lines if line.measure})

    @cached_property
    def sensitivity(self) -> Found:
        """How far the net present value moves with each quantity that has a range."""
        ranged = [line for line in self.lines if line.low is not None]
        if not ranged:
            return Found(None, "No assumption has a range yet: give the fewest and the most that are likely.")
        base = {name_of(line): line.quantity for line in ranged}
        ranges = {name_of(line): (line.low, line.high) for line in ranged}
        rate = self.evaluation.discount_rate
        return tried(tornado, lambda **said: npv(self._flows(said), rate).npv, base, ranges)

    def words_of(self, name: str) -> str:
        """The line that a bar of the tornado stands for."""
        return next(line.words for line in self.lines if name_of(line) == name)

    @cached_property
    def ratios(self) -> Found:
        costs, effects = [float(one.cost) for one in self.options], [one.effect for one in self.options]
        if len(self.options) < 2:
            return Found(None, "A ratio compares: enter at least two options, the present way among them.")
        return tried(icers, costs, effects, [one.name for one in self.options])

    @property
    def compared_with(self) -> Any:
        """The option that is marked for it; without one, the cheapest."""
        marked = [one for one in self.options if one.is_comparator]
        return marked[0] if marked else min(self.options, key=lambda one: (one.cost, one.id))

    @cached_property
    def plane(self) -> list[Standing]:
        """Where each other option lies, seen from the one that they are compared with."""
        if self.ratios.value is None:
            return []
        origin = self.compared_with
        others = [one for one in self.options if one is not origin]
        found = [(one, float(one.cost - origin.cost), one.effect - origin.effect) for one in others]
        return [Standing(one, cost, effect, place(cost, effect)) for one, cost, effect in found]

    @cached_property
    def net_benefits(self) -> Found:
        worth = self.evaluation.threshold
        if worth is None:
            return Found(None, "Say what a unit of effect is worth to whoever pays: no number fits all.")
        if not self.options:
            return Found(None, "There is no option yet.")
        costs, effects = [float(one.cost) for one in self.options], [one.effect for one in self.options]
        found = tried(nmb, costs, effects, float(worth))
        if found.value is None:
            return Found(None, found.problem)
        best = max(found.value.tolist())
        each = zip(self.options, found.value.tolist(), strict=True)
        return Found([Benefit(one, value, value == best) for one, value in each], None)

    @cached_property
    def board(self) -> str:
        """The sentence to read out: never one sum of what can be spent and what cannot."""
        gain, value, of = self.returns.value, self.value.value, self.evaluation
        if gain is None or value is None:
            return f"Nothing can be said yet. {self.returns.problem or self.value.problem}"
        parts = ((gain.cash_released, "in cash"), (gain.time_freed, "in time freed"),
                 (gain.cost_avoided, "in costs avoided"))  # fmt: skip
        brought = ", ".join(f"{self.brief(amount)} {what}" for amount, what in parts)
        comes_to, in_cash = ("gains" if net >= 0 else "loses" for net in (value.npv, gain.net_cash))
        return (
            f"Over {plural(of.horizon_years, 'year')}, compared with {of.comparator}, it costs "
            f"{self.brief(gain.cost)} and brings {brought}: it {comes_to} "
            f"{self.brief(abs(value.npv))} in all, and {in_cash} {self.brief(abs(gain.net_cash))} in cash "
            f"alone, at {of.price_year} prices discounted by {number(100 * of.discount_rate, 2)} % a year."
        )

    @property
    def open_questions(self) -> str:
        """What it does not show."""
        parts = ["It sets costs against effects that came from elsewhere: by itself it shows no cause."]
        if self.sums[LineKind.TIME_FREED] > 0:
            parts.append("Time freed is money only if posts are cut or other paid work is done in it.")
        if self.sums[LineKind.COST_AVOIDED] > 0:
            parts.append("No budget shrinks by what was avoided.")
        missing = [line for line in self.lines if not line.source]
        if missing:
            parts.append(f"{plural(len(missing), 'assumption')} of {len(self.lines)} names no source.")
        return " ".join(parts)

    def brief(self, amount: float) -> str:
        """Large sums without their cents: nobody knows them so well."""
        return self.told(amount) if abs(amount) < LARGE else self.told(round(amount)).removesuffix(".00")

    def told(self, amount: float) -> str:
        return money(round(amount, 2), self.evaluation.currency)


def name_of(line) -> str:
    """How the models of the science call a line: two of them may have the same words."""
    return f"line_{line.id}"
