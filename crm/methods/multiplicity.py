"""More than one look and more than one question: what they cost, and how to pay for them."""

from collections.abc import Callable
from dataclasses import dataclass
from math import e, log, sqrt

import lazy_loader as lazy
import numpy as np

from crm.methods.quantities import Array, count, inside, sample

scipy = lazy.load("scipy")
library = lazy.load("crm.methods.library_tests", suppress_warning=True)

RULES = {
    "pocock": "Pocock: the same boundary at every look",
    "obrien-fleming": "O'Brien and Fleming, as a spending function of Lan and DeMets",
    "pocock-spending": "Pocock, as a spending function of Lan and DeMets",
}
MOST_LOOKS = 20
#: Looks nearer to each other than this share of the data are one look.
NEAREST = 0.01
#: Standard deviations beyond which nothing is left to integrate.
FAR = 9.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)


@dataclass(frozen=True, eq=False)
class Looks:
    """Boundaries for several looks at growing data; arrays have an entry for each look.

    `z` is how far the statistic must lie from 0, `alpha_each` the two-sided p that it must fall below,
    `spent` the chance of a false alarm used up so far. `unadjusted` is that chance if every look used
    `alpha`. `words` is a sentence for a board, `method` names the rule.
    """

    looks: int
    alpha: float
    at: Array
    z: Array
    alpha_each: Array
    spent: Array
    unadjusted: float
    method: str
    words: str


@dataclass(frozen=True)
class Family:
    """A family of questions judged together, in the order given; `adjusted` may be read as p-values."""

    names: tuple[str, ...]
    p: tuple[float, ...]
    adjusted: tuple[float, ...]
    stands: tuple[bool, ...]
    alpha: float
    method: str
    words: str


def looks(k, *, alpha: float = 0.05, rule: str = "obrien-fleming", at=None) -> Looks:
    """What each of `k` looks at the data may claim, so that all together keep to `alpha`, two-sided.

    `rule`: one of `RULES`. `at`: shape (looks,), the share of all data seen at each look, rising to 1; even
    steps where it is left out.

    Raises ValueError for fewer than 1 or more than 20 looks, an unknown rule, and shares that do not rise
    to 1.
    Source: Pocock (1977), Biometrika 64(2), 191-199; O'Brien and Fleming (1979), Biometrics 35(3), 549-556;
    Lan and DeMets (1983), Biometrika 70(3), 659-663; integrals as Armitage, McPherson and Rowe (1969),
    Journal of the Royal Statistical Society A 132(2), 235-244.
    """
    times, level = _times(k, at), inside(alpha, "significance level")
    if rule not in RULES:
        raise ValueError(f"The rule is one of {', '.join(RULES)}.")
    z = _constant(times, level) if rule == "pocock" else _spending(times, level, rule)
    naive = unadjusted(k, alpha=level, at=times)
    return Looks(
        looks=len(times),
        alpha=level,
        at=times,
        z=z,
        alpha_each=2 * scipy.special.ndtr(-z),
        spent=np.cumsum(_exits(times, z)),
        unadjusted=naive,
        method=f"{RULES[rule]}; {len(times)} looks, two-sided {level:g}",
        words=_words(len(times), level, naive),
    )


def unadjusted(k, *, alpha: float = 0.05, at=None) -> float:
    """The chance that at least one of `k` looks is a false alarm, if each is judged at `alpha`, two-sided.

    Raises ValueError as `looks`.
    Source: Armitage, McPherson and Rowe (1969), Journal of the Royal Statistical Society A 132(2), 235-244.
    """
    times, level = _times(k, at), inside(alpha, "significance level")
    cut = float(scipy.special.ndtri(1 - level / 2))
    return float(_exits(times, np.full(len(times), cut)).sum())


def holm(p, *, names=None, alpha: float = 0.05) -> Family:
    """Judge a family of questions together, by Holm's steps: the chance of any false alarm stays at `alpha`.

    `p`: shape (questions,), each from 0 to 1; `names`: what was asked, for the sentence.

    Raises ValueError for gaps, no question, values outside 0 to 1, and another number of names.
    Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70, by statsmodels.
    """
    values, level = sample(p, "p-values"), inside(alpha, "significance level")
    if ((values < 0) | (values > 1)).any():
        raise ValueError("A p-value lies between 0 and 1.")
    named = tuple(str(name) for name in (range(1, len(values) + 1) if names is None else names))
    if len(named) != len(values):
        raise ValueError(f"There are {len(values)} p-values but {len(named)} names.")
    stands, adjusted = library.by_holm(values, level)
    kept = [name for name, is_kept in zip(named, stands, strict=True) if is_kept]
    many = f"Of {len(values)} question{'' if len(values) == 1 else 's'} asked together, "
    told = f"{len(kept)} still stand{'s' if len(kept) == 1 else ''} out: {', '.join(kept)}."
    return Family(
        named,
        tuple(values.tolist()),
        adjusted,
        stands,
        level,
        "Holm's step-down procedure",
        many + (told if kept else "none still stands out."),
    )


def _times(k, at) -> Array:
    many = count(k, "number of looks")
    if not 1 <= many <= MOST_LOOKS:
        raise ValueError(f"Plan at least one look and at most {MOST_LOOKS}.")
    times = np.arange(1, many + 1) / many if at is None else sample(at, "shares of the data at each look")
    if len(times) != many:
        raise ValueError(f"There are {many} looks but {len(times)} shares of the data.")
    if times[0] <= 0 or (np.diff(times) <= 0).any() or abs(times[-1] - 1) > 1e-9:
        raise ValueError("The shares of the data must rise from look to look, up to 1 at the last.")
    if (np.diff(times, prepend=0) < NEAREST).any():
        raise ValueError("Looks must lie at least 1 % of the data apart.")
    return times


def _exits(times: Array, z: Array) -> Array:
    """The chance of first crossing ±z at each look, if there is no effect: Brownian motion at `times`."""
    found = np.empty(len(times))
    place, mass, passed = np.zeros(1), np.ones(1), 0.0
    for look, (now, cut) in enumerate(zip(times, z, strict=True)):
        step, edge = sqrt(now - passed), cut * sqrt(now)
        beyond = scipy.special.ndtr((-edge - place) / step) + scipy.special.ndtr((place - edge) / step)
        found[look] = mass @ beyond
        reach = min(edge, FAR * sqrt(now))
        here = reach * _NODES
        density = np.exp(-(((here[:, None] - place) / step) ** 2) / 2) @ mass / (step * sqrt(2 * np.pi))
        place, mass, passed = here, density * _WEIGHTS * reach, now
    return found


def _constant(times: Array, alpha: float) -> Array:
    def excess(cut: float) -> float:
        return float(_exits(times, np.full(len(times), cut)).sum()) - alpha

    return np.full(len(times), scipy.optimize.brentq(excess, 0.01, 8, xtol=1e-10))


def _spending(times: Array, alpha: float, rule: str) -> Array:
    budget = SPENT[rule](times, alpha)
    z = np.empty(len(times))
    for look, due in enumerate(np.diff(budget, prepend=0)):

        def excess(cut: float, look=look, due=due) -> float:
            z[look] = cut
            return float(_exits(times[: look + 1], z[: look + 1])[-1]) - due

        z[look] = scipy.optimize.brentq(excess, 0.0, 40, xtol=1e-10)
    return z


def _obrien_fleming(times: Array, alpha: float) -> Array:
    return 4 * scipy.special.ndtr(scipy.special.ndtri(alpha / 4) / np.sqrt(times))


def _pocock(times: Array, alpha: float) -> Array:
    return alpha * np.array([log(1 + (e - 1) * time) for time in times])


SPENT: dict[str, Callable[[Array, float], Array]] = {
    "obrien-fleming": _obrien_fleming,
    "pocock-spending": _pocock,
}


def _words(many: int, alpha: float, naive: float) -> str:
    if many == 1:
        return "The data are looked at once: nothing need be adjusted."
    return (
        f"Looking {many} times, each time at {100 * alpha:g} %, would cry wolf in {100 * naive:.1f} % of "
        f"studies without any effect: each look must meet the stricter level given for it."
    )
