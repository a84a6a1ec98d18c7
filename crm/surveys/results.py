"""What may be told of a question, reckoned out of counts; and what two waves differ by, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crm.methods import comparison, survey, survey_waves
from crm.methods.comparison import Comparison
from crm.methods.survey import NetPromoter
from crm.surveys.models import AGREEMENT, QuestionKind
from crm.words import number, percent

CAUTION = (
    "Those who answered need not be the same people, nor be like those who did not answer, and nobody was "
    "assigned to anything. A difference between waves does not show that the work brought it about."
)
LOOKS = (
    "{count} differences are looked at here. Where nothing has changed at all, about one in twenty intervals "
    "would still leave out zero."
)
TOO_FEW = "Fewer than five people answered this in both waves: nothing is compared."
BESIDE = "The answers of both waves stand beside each other above; they are not put into one number."


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from: how many chose it, which share, and between what it lies."""

    label: str
    count: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class QuestionResult:
    """What at least five people answered in one wave; what the kind of question has not is None."""

    question: Any
    n: int
    options: tuple[Option, ...] = ()
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    top_two: Comparison | None = None
    promoters: NetPromoter | None = None
    texts: tuple[str, ...] = ()

    @property
    def values(self) -> np.ndarray:
        first = 0 if self.question.kind is QuestionKind.TEN else 1
        return survey_waves.spread_out([option.count for option in self.options], first)


@dataclass(frozen=True)
class Difference:
    """What one number of a question differs by between two waves; `compared` is None where it cannot be."""

    name: str
    sentence: str
    compared: Comparison | None = None


def labels_of(question) -> tuple[str, ...]:
    """The answers that can be given, in order: the first is 0 for a question from 0 to 10, else 1."""
    if question.kind is QuestionKind.AGREEMENT:
        return AGREEMENT
    if question.kind is QuestionKind.TEN:
        return tuple(str(at) for at in range(11))
    lines = (question.choices or "").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def result_of(question, counts: Mapping[int, int], texts: Sequence[str]) -> QuestionResult:
    """`counts`: how many gave each number. Five people or more stand behind what comes in here."""
    if question.kind is QuestionKind.TEXT:
        return QuestionResult(question, len(texts), texts=tuple(texts))
    labels, first = labels_of(question), 0 if question.kind is QuestionKind.TEN else 1
    given = [counts.get(at, 0) for at in range(first, first + len(labels))]
    shares = survey_waves.shares(given)
    options = tuple(Option(*told) for told in zip(labels, given, *zip(*shares, strict=True), strict=True))
    if question.kind is QuestionKind.CHOICE:
        return QuestionResult(question, sum(given), options)
    values = survey_waves.spread_out(given, first)
    middle = survey_waves.mean(values, first, first + len(labels) - 1)
    is_ten = question.kind is QuestionKind.TEN
    return QuestionResult(
        question,
        len(values),
        options,
        *middle,
        top_two=None if is_ten else comparison.proportion(sum(given[3:]), len(values)),
        promoters=survey.net_promoter_of(values) if is_ten else None,
    )


def differences(before: QuestionResult | None, after: QuestionResult | None) -> list[Difference]:
    """What a question differs by, later minus earlier."""
    if before is None or after is None:
        return [Difference("", TOO_FEW)]
    kind = after.question.kind
    if kind is QuestionKind.TEXT:
        return []
    if kind is QuestionKind.CHOICE:
        return [Difference("", BESIDE)]
    means = _compared("Mean", _means, before, after)
    if kind is QuestionKind.TEN:
        return [_compared("Net promoter score", _promoters, before, after), means]
    return [_compared("Share that agrees", _agreeing, before, after), means]


def _compared(name: str, way, before: QuestionResult, after: QuestionResult) -> Difference:
    try:
        found, said = way(before, after)
    except ValueError as reason:
        return Difference(name, str(reason))
    return Difference(name, f"{said} {_verdict(found)}", found)


def _verdict(found: Comparison) -> str:
    if found.lower <= 0 <= found.upper:
        return "The interval holds zero: these answers do not show that anything has changed."
    return "The interval leaves out zero: chance alone would seldom make such a difference."


def _agreeing(before: QuestionResult, after: QuestionResult) -> tuple[Comparison, str]:
    counts = [(sum(option.count for option in one.options[3:]), one.n) for one in (after, before)]
    found = comparison.proportions(*counts[0], *counts[1])
    was, now = percent(before.top_two.estimate), percent(after.top_two.estimate)
    return found, _said(was, now, found, scale=100, unit="points")


def _means(before: QuestionResult, after: QuestionResult) -> tuple[Comparison, str]:
    found = comparison.independent(after.values, before.values)
    return found, _said(number(before.mean, 2), number(after.mean, 2), found, digits=2)


def _promoters(before: QuestionResult, after: QuestionResult) -> tuple[Comparison, str]:
    found = survey_waves.promoter_change(after.promoters, before.promoters)
    was, now = number(before.promoters.score, 0), number(after.promoters.score, 0)
    return found, _said(was, now, found, unit="points")


def _said(was: str, now: str, found: Comparison, *, scale: int = 1, digits: int = 0, unit: str = "") -> str:
    """From 41 % to 63 %: 22 points more (95 % interval 4 to 38)."""
    change, low, high = (number(scale * one, digits) for one in (found.estimate, found.lower, found.upper))
    size = number(abs(scale * found.estimate), digits)
    way = "more" if found.estimate > 0 else "less"
    moved = f"{size}{' ' + unit if unit else ''} {way}" if change != "0" else "no difference"
    return f"From {was} to {now}: {moved} ({percent(found.confidence)} interval {low} to {high})."
