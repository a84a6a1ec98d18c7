"""What the answers to a short questionnaire say, and when too few gave them to say anything."""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import lazy_loader as lazy
import numpy as np

from crm.methods.comparison import proportion
from crm.methods.quantities import Array, count, inside, listed, part

scipy = lazy.load("scipy")

#: With fewer answers than this nothing is shown: they could be traced to people.
FEWEST_ANSWERS = 5
#: Cells with fewer people than this do not leave the engagement.
FEWEST_PEOPLE = 11
PROMOTER, DETRACTOR = 9, 6


@dataclass(frozen=True)
class NetPromoter:
    """Net promoter score, −100 to 100, with its standard error and interval in the same points.

    Everything but `n` and `why_not` is None where too few answered; `why_not` is a sentence then. `se`,
    `lower` and `upper` are None too where all gave one kind of answer, for the formula would claim certainty.
    """

    n: int
    score: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    why_not: str | None = None


@dataclass(frozen=True)
class FivePoint:
    """A question with five answers in order, 1 to 5.

    `counts` and `shares` of those who answered, from 1 to 5; `top_two` the share of 4 and 5 with its Wilson
    interval. Everything but `asked`, `answered` and `why_not` is None where too few answered.
    """

    asked: int
    answered: int
    counts: tuple[int, ...] | None = None
    shares: tuple[float, ...] | None = None
    median: float | None = None
    mean: float | None = None
    top_two: float | None = None
    lower: float | None = None
    upper: float | None = None
    why_not: str | None = None


class ResponseRates(NamedTuple):
    """Shares, as the checklist CHERRIES names them; None where nobody is counted below the line."""

    view: float | None
    participation: float | None
    completion: float | None


def net_promoter(
    promoters, detractors, n, *, minimum=FEWEST_ANSWERS, confidence: float = 0.95
) -> NetPromoter:
    """Net promoter score of `n` answers, of which so many are promoters and detractors: whole numbers.

    Raises ValueError for negative or broken counts, no answer at all, more promoters and detractors than
    answers, and a minimum below 1.
    Source: Reichheld (2003), Harvard Business Review 81(12), 46-54; the error is that of the mean of +1, 0
    and −1, as in Rocks (2016), The American Statistician 70(4), 365-372.
    """
    ups, everyone = part(promoters, n, "number of promoters")
    downs, _ = part(detractors, n, "number of detractors")
    level, least = inside(confidence, "confidence"), _least(minimum)
    if ups + downs > everyone:
        raise ValueError("There are more promoters and detractors than answers.")
    if everyone < least:
        return NetPromoter(everyone, why_not=_too_few(everyone, least))
    score = (ups - downs) / everyone
    se = sqrt(max((ups + downs) / everyone - score**2, 0) / everyone)
    reach = float(scipy.special.ndtri((1 + level) / 2)) * se
    is_told = everyone not in {ups, downs, everyone - ups - downs}
    return NetPromoter(
        n=everyone,
        score=100 * score,
        se=100 * se if is_told else None,
        lower=100 * max(score - reach, -1) if is_told else None,
        upper=100 * min(score + reach, 1) if is_told else None,
        promoters=ups,
        passives=everyone - ups - downs,
        detractors=downs,
    )


def net_promoter_of(scores, *, minimum=FEWEST_ANSWERS, confidence: float = 0.95) -> NetPromoter:
    """Net promoter score from answers of 0 to 10, NaN for none: 9 and 10 promote, 0 to 6 detract.

    Raises ValueError for anything else than whole numbers from 0 to 10, and where nobody answered.
    Source: as `net_promoter`.
    """
    given = _answers(scores, 0, 10)
    return net_promoter(
        int((given >= PROMOTER).sum()),
        int((given <= DETRACTOR).sum()),
        len(given),
        minimum=minimum,
        confidence=confidence,
    )


def five_point(answers, *, minimum=FEWEST_ANSWERS, confidence: float = 0.95) -> FivePoint:
    """Sum up a question with answers of 1 to 5 (5 the best), NaN where a person left it out.

    `answers`: shape (people,). Raises ValueError for anything else than whole numbers from 1 to 5, and where
    nobody answered.
    Source: Wilson (1927) for the interval, as in `comparison.proportion`.
    """
    given, asked, least = _answers(answers, 1, 5), len(listed(answers, "answers")), _least(minimum)
    level = inside(confidence, "confidence")
    if len(given) < least:
        return FivePoint(asked, len(given), why_not=_too_few(len(given), least))
    counts = np.bincount(given.astype(np.intp), minlength=6)[1:]
    top = proportion(counts[3:].sum(), len(given), confidence=level)
    return FivePoint(
        asked=asked,
        answered=len(given),
        counts=tuple(counts.tolist()),
        shares=tuple((counts / len(given)).tolist()),
        median=float(np.median(given)),
        mean=float(given.mean()),
        top_two=top.estimate,
        lower=top.lower,
        upper=top.upper,
    )


def response_rates(visitors, viewed, agreed, finished) -> ResponseRates:
    """View, participation and completion rate of a questionnaire on the web.

    `visitors` of the place where it was announced, of whom so many `viewed` its first page, `agreed` to take
    part and `finished` it: people, each counted once.

    Raises ValueError for negative or broken counts, and for more people further on than before.
    Source: Eysenbach (2004), Journal of Medical Internet Research 6(3), e34 (CHERRIES).
    """
    steps = [count(given, "number of people") for given in (visitors, viewed, agreed, finished)]
    if any(later > earlier for earlier, later in pairwise(steps)):
        raise ValueError("Fewer people can go on than there were: look at the order of the counts.")
    return ResponseRates(*(later / earlier if earlier else None for earlier, later in pairwise(steps)))


def masked(counts, minimum=FEWEST_PEOPLE) -> tuple[int | None, ...]:
    """Counts that add up to a known total, None where a cell has fewer than `minimum` people but not nobody.

    Where one cell alone would be masked the next smallest goes too, or the total would give it away.

    Raises ValueError for negative or broken counts and a minimum below 1.
    Source: Hundepool and others (2012), Statistical Disclosure Control, for the second cell.
    """
    cells, least = [count(given, "count") for given in counts], _least(minimum)
    hidden = {at for at, people in enumerate(cells) if 0 < people < least}
    if len(hidden) == 1 and len(cells) > 1:
        rest = [at for at in range(len(cells)) if at not in hidden]
        hidden.add(min(rest, key=lambda at: (cells[at] == 0, cells[at])))
    return tuple(None if at in hidden else people for at, people in enumerate(cells))


def _answers(given, lowest: int, highest: int) -> Array:
    answers = listed(given, "answers")
    answers = answers[~np.isnan(answers)]
    if not len(answers):
        raise ValueError("Nobody answered: there is nothing to sum up.")
    if not np.isin(answers, np.arange(lowest, highest + 1)).all():
        raise ValueError(f"Every answer is a whole number from {lowest} to {highest}, or is left out.")
    return answers


def _least(minimum) -> int:
    least = count(minimum, "minimum")
    if least < 1:
        raise ValueError("The minimum must be 1 or more.")
    return least


def _too_few(answers: int, least: int) -> str:
    return f"Answers: {answers}. Below {least} nothing is shown, so that nobody can be recognised."
