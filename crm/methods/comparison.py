"""Two groups, or one before and after, compared: an estimate, its interval, a test, and what they rest on."""

from dataclasses import dataclass
from math import sqrt

import lazy_loader as lazy
import numpy as np

from crm.methods.quantities import SMALLEST, Array, count, inside, part, positive, sample

scipy = lazy.load("scipy")

#: Below this expected count the χ² of a table of four is a poor guide, and Fisher's exact test is used.
LEAST_EXPECTED = 5
#: A spread below this share of the numbers themselves is rounding.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Comparison:
    """What was compared and how far apart it lies.

    `estimate`, `lower` and `upper` are in the unit that `measure` names; `p` is two-sided, None where nothing
    is tested. `statistic`, `df` and `se` are None where the method has none. `sizes` are how many
    observations (or events, for rates) each side has; `assumptions` are whole sentences.
    """

    measure: str
    estimate: float
    lower: float
    upper: float
    p: float | None
    method: str
    confidence: float
    sizes: tuple[int, ...]
    assumptions: tuple[str, ...]
    statistic: float | None = None
    df: float | None = None
    se: float | None = None


def paired(after, before, *, confidence: float = 0.95) -> Comparison:
    """The mean change of the same people or units, measured twice: Student's paired t.

    `after`, `before`: shape (units,), in one unit of measurement and the same order, at least two, no gaps.
    The estimate is after minus before.

    Raises ValueError for unequal lengths, gaps, fewer than two pairs, and changes that are all the same.
    Source: Student (1908), Biometrika 6(1), 1-25; Altman (1991), Practical Statistics for Medical Research,
    ch. 9.
    """
    later, earlier = sample(after, "values after"), sample(before, "values before")
    if len(later) != len(earlier):
        raise ValueError(f"There are {len(later)} values after but {len(earlier)} before: they are no pairs.")
    changes = sample(later - earlier, "pairs", 2)
    if _is_constant(changes, np.abs(np.concatenate((later, earlier))).max()):
        raise ValueError("Every pair changed by the same amount: without a spread there is no interval.")
    error = float(changes.std(ddof=1)) / sqrt(len(changes))
    return _by_t(
        measure="mean change, after minus before",
        estimate=float(changes.mean()),
        error=error,
        df=len(changes) - 1.0,
        method="paired t-test (Student)",
        confidence=confidence,
        sizes=(len(changes),),
        assumptions=(
            "Each pair is the same person or unit measured twice, and pairs do not influence each other.",
            "The changes are roughly normal, or there are some thirty of them or more.",
        ),
    )


def independent(a, b, *, confidence: float = 0.95) -> Comparison:
    """The difference of the means of two groups that may vary differently: Welch's t.

    `a`, `b`: shapes (n,) and (m,), in one unit, at least two each, no gaps. The estimate is a minus b.

    Raises ValueError for gaps, fewer than two values in a group, and groups without any spread.
    Source: Welch (1947), Biometrika 34(1/2), 28-35.
    """
    one, other = sample(a, "values of the first group", 2), sample(b, "values of the second group", 2)
    largest = np.abs(np.concatenate((one, other))).max()
    if _is_constant(one, largest) and _is_constant(other, largest):
        raise ValueError("Neither group varies: without a spread there is no interval.")
    first, second = one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)
    return _by_t(
        measure="difference of means, first minus second",
        estimate=float(one.mean() - other.mean()),
        error=sqrt(first + second),
        df=float((first + second) ** 2 / (first**2 / (len(one) - 1) + second**2 / (len(other) - 1))),
        method="t-test for unequal variances (Welch)",
        confidence=confidence,
        sizes=(len(one), len(other)),
        assumptions=(
            "Nobody is in both groups, and people do not influence each other.",
            "The values of each group are roughly normal, or there are some thirty of them or more.",
        ),
    )


def proportions(x1, n1, x2, n2, *, confidence: float = 0.95) -> Comparison:
    """The difference of two independent proportions: Newcombe's interval from two of Wilson's.

    `x1` of `n1` and `x2` of `n2`: whole numbers. The estimate is the first share minus the second. `p` is
    that of Pearson's χ² without correction, or of Fisher's exact test where a count below 5 is expected.

    Raises ValueError for counts that are negative or broken, above their denominator, or of nobody.
    Source: Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.
    """
    (x1, n1), (x2, n2) = part(x1, n1), part(x2, n2)
    level = inside(confidence, "confidence")
    first, second = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = _wilson(x1, n1, level), _wilson(x2, n2, level)
    difference = first - second
    test, p, z = _two_by_two(x1, n1, x2, n2)
    return Comparison(
        measure="difference of proportions, first minus second",
        estimate=difference,
        lower=difference - sqrt((first - low1) ** 2 + (high2 - second) ** 2),
        upper=difference + sqrt((high1 - first) ** 2 + (second - low2) ** 2),
        p=p,
        method=f"Newcombe's interval for two independent proportions; p by {test}",
        confidence=level,
        sizes=(n1, n2),
        assumptions=("Nobody is counted twice or in both groups, and people do not influence each other.",),
        statistic=z,
    )


def proportion(x, n, *, confidence: float = 0.95) -> Comparison:
    """One proportion with Wilson's score interval; nothing is tested.

    `x` of `n`: whole numbers.

    Raises ValueError for counts that are negative or broken, above their denominator, or of nobody.
    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212; Newcombe (1998),
    Statistics in Medicine 17(8), 857-872, method 3.
    """
    x, n = part(x, n)
    level = inside(confidence, "confidence")
    lower, upper = _wilson(x, n, level)
    return Comparison(
        measure="proportion",
        estimate=x / n,
        lower=lower,
        upper=upper,
        p=None,
        method="Wilson's score interval for a proportion",
        confidence=level,
        sizes=(n,),
        assumptions=(
            "Those counted are a random sample of all that the share speaks for; a census has none.",
        ),
    )


def rates(events1, time1, events2, time2, *, confidence: float = 0.95) -> Comparison:
    """The ratio of two rates of events, exact: the first rate over the second.

    `events1`, `events2`: whole numbers; `time1`, `time2`: person-time, bed days and the like, in one unit.
    Given all events, those of the first side are binomial; `p` is twice the smaller tail, so that it and the
    interval always agree.

    Raises ValueError for negative or broken counts, time that is not above 0, no events at all, and none on
    the second side, where there is nothing to divide by.
    Source: Przyborowski and Wilenski (1940), Biometrika 31(3/4), 313-323; Clopper and Pearson (1934),
    Biometrika 26(4), 404-413; Fay (2010), R Journal 2(1), 53-58, for p.
    """
    first, second = count(events1, "number of events"), count(events2, "number of events")
    time1, time2 = positive(time1, "time at risk"), positive(time2, "time at risk")
    level = inside(confidence, "confidence")
    if first + second == 0:
        raise ValueError("There are no events on either side: a ratio of nothing to nothing says nothing.")
    if second == 0:
        raise ValueError("The second side has no events: a ratio to nothing cannot be told. Swap the sides.")
    beta, tail = scipy.special.betaincinv, (1 - level) / 2
    low = float(beta(first, second + 1, tail)) if first else 0.0
    high = float(beta(first + 1, second, 1 - tail))
    share, total = time1 / (time1 + time2), first + second
    below = scipy.special.bdtr(first, total, share)
    above = scipy.special.bdtrc(first - 1, total, share) if first else 1.0
    return Comparison(
        measure="rate ratio, first over second",
        estimate=first / time1 / (second / time2),
        lower=low / (1 - low) * time2 / time1,
        upper=high / (1 - high) * time2 / time1,
        p=min(1.0, 2 * float(min(below, above))),
        method="exact ratio of two Poisson rates, conditional on all events",
        confidence=level,
        sizes=(first, second),
        assumptions=(
            "Events do not come in clusters, nor does one bring another about.",
            "The rate is steady within each side: a trend of its own would be taken for a difference.",
        ),
    )


def _is_constant(values: Array, largest: float) -> bool:
    return bool(np.ptp(values) <= max(ROUNDING * largest, SMALLEST))


def _by_t(*, estimate: float, error: float, df: float, confidence: float, **said) -> Comparison:
    level = inside(confidence, "confidence")
    reach = float(scipy.special.stdtrit(df, (1 + level) / 2)) * error
    t = estimate / error
    return Comparison(
        estimate=estimate,
        lower=estimate - reach,
        upper=estimate + reach,
        p=2 * float(scipy.special.stdtr(df, -abs(t))),
        confidence=level,
        statistic=t,
        df=df,
        se=error,
        **said,
    )


def _wilson(x: int, n: int, confidence: float) -> tuple[float, float]:
    z = float(scipy.special.ndtri((1 + confidence) / 2))
    middle, reach = x + z**2 / 2, z * sqrt(x * (n - x) / n + z**2 / 4)
    lower, upper = (middle - reach) / (n + z**2), (middle + reach) / (n + z**2)
    return lower if x else 0.0, upper if x < n else 1.0


def _two_by_two(x1: int, n1: int, x2: int, n2: int) -> tuple[str, float, float | None]:
    """The name of the test of no difference, its two-sided p, and its z where it has one."""
    hits, everyone = x1 + x2, n1 + n2
    if min(hits, everyone - hits) * min(n1, n2) / everyone < LEAST_EXPECTED:
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        return "Fisher's exact test", float(scipy.stats.fisher_exact(table).pvalue), None
    share = hits / everyone
    z = (x1 / n1 - x2 / n2) / sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
    return "Pearson's χ² test, uncorrected", 2 * float(scipy.special.ndtr(-abs(z))), z
