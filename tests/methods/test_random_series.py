"""Two hundred generated series of each kind against statsmodels and formulas written out here."""

from math import exp, log, sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm, t

from crm.methods import spc
from crm.methods.time_series import interrupted

pytestmark = pytest.mark.no_database
SERIES = 200


def shape(random) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    n = int(random.integers(24, 80))
    start = int(random.integers(8, n - 8))
    at, after = np.arange(n, dtype=float), (np.arange(n) >= start).astype(float)
    return n, at, after, np.column_stack([np.ones(n), at, after, after * (at - start + 1)])


def test_quasi_poisson_against_statsmodels():
    random = np.random.default_rng(20171)
    for _ in range(SERIES):
        n, at, after, columns = shape(random)
        exposure = random.uniform(100, 900, n)
        mean = exposure * np.exp(-2.5 + 0.004 * at - 0.25 * after)
        values = random.negative_binomial(mean / 2, 1 / 3).astype(float)
        model = sm.GLM(values, columns, family=sm.families.Poisson(), offset=np.log(exposure))
        judge = model.fit(scale="X2")
        one = interrupted(values, after, offset=exposure, slope_change=True)
        assert one.dispersion == pytest.approx(judge.scale, rel=1e-6)
        widened = judge.bse[2] / min(1, sqrt(judge.scale))
        assert (log(one.effect.estimate), one.effect.se) == pytest.approx(
            (judge.params[2], widened), rel=1e-5
        )
        reach = norm.ppf(0.975) * widened
        ends = exp(judge.params[2] - reach), exp(judge.params[2] + reach)
        assert one.effect[1:3] == pytest.approx(ends, rel=1e-5)


def test_poisson_with_newey_and_wests_errors_against_statsmodels():
    random = np.random.default_rng(20172)
    for _ in range(SERIES):
        _, at, after, columns = shape(random)
        values = random.poisson(np.exp(3 + 0.003 * at - 0.2 * after)).astype(float)
        lags = int(random.integers(1, 5))
        judge = sm.GLM(values, columns, family=sm.families.Poisson()).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
        )
        one = interrupted(values, after, slope_change=True, errors="hac", lags=lags)
        assert (log(one.effect.estimate), one.effect.se) == pytest.approx(
            (judge.params[2], judge.bse[2]), rel=1e-4
        )


@pytest.mark.parametrize("errors", ["plain", "hac"])
def test_gaussian_against_the_formulas_of_least_squares(errors):
    random = np.random.default_rng(20173)
    for _ in range(SERIES):
        n, at, after, columns = shape(random)
        values = 40 + 0.2 * at - 3 * after + np.cumsum(random.normal(0, 0.4, n)) + random.normal(0, 1, n)
        inverse = np.linalg.inv(columns.T @ columns)
        b = inverse @ columns.T @ values
        e = values - columns @ b
        if errors == "plain":
            covariance = inverse * (e @ e) / (n - 4)
        else:
            scores = columns * e[:, None]
            middle = scores.T @ scores
            for lag in (1, 2):
                cross = scores[lag:].T @ scores[:-lag]
                middle += (1 - lag / 3) * (cross + cross.T)
            covariance = inverse @ middle @ inverse * n / (n - 4)
        one = interrupted(values, after, family="gaussian", slope_change=True, errors=errors, lags=2)
        se = sqrt(covariance[2, 2])
        assert (one.effect.estimate, one.effect.se) == pytest.approx((b[2], se), rel=1e-6)
        assert one.effect.upper == pytest.approx(b[2] + t.ppf(0.975, n - 4) * se, rel=1e-6)
        assert one.durbin_watson == pytest.approx((np.diff(e) ** 2).sum() / (e**2).sum(), rel=1e-6)


def by_prais_and_winsten(values, columns):
    """Iterated by hand: the first row by √(1 − ρ²), the others less ρ times the row before."""
    n, k = columns.shape
    b, rho = np.linalg.lstsq(columns, values)[0], 0.0
    for _ in range(500):
        e = values - columns @ b
        rho = (e[1:] * e[:-1]).sum() / (e[:-1] ** 2).sum()
        turn = np.eye(n) - rho * np.eye(n, k=-1)
        turn[0, 0] = sqrt(1 - rho**2)
        freed = turn @ columns
        b = np.linalg.solve(freed.T @ freed, freed.T @ turn @ values)
    left = turn @ values - freed @ b
    return rho, b, np.linalg.inv(freed.T @ freed) * (left @ left) / (n - k)


def test_prais_and_winsten_against_a_reckoning_of_its_own():
    random = np.random.default_rng(20174)
    compared = 0
    for _ in range(SERIES):
        n, at, after, columns = shape(random)
        noise, rho = random.normal(0, 1, n), random.uniform(-0.3, 0.6)
        for i in range(1, n):
            noise[i] += rho * noise[i - 1]
        values = 40 + 0.2 * at - 3 * after + noise
        one = interrupted(values, after, family="gaussian", errors="prais-winsten")
        found, b, covariance = by_prais_and_winsten(values, columns[:, :3])
        assert one.rho == pytest.approx(found, abs=1e-7)
        assert (one.effect.estimate, one.effect.se) == pytest.approx((b[2], sqrt(covariance[2, 2])), rel=1e-6)
        compared += 1
    assert compared == SERIES


def test_p_charts_against_their_formula():
    random = np.random.default_rng(1931)
    for _ in range(SERIES):
        n = int(random.integers(8, 60))
        sizes = random.integers(20, 400, n)
        counts = random.binomial(sizes, random.uniform(0.05, 0.6))
        if np.ptp(counts / sizes) == 0:
            continue
        chart = spc.chart("p", counts, sizes)
        mean = counts.sum() / sizes.sum()
        reach = 3 * np.sqrt(mean * (1 - mean) / sizes)
        assert chart.centre == pytest.approx(np.full(n, mean))
        assert chart.lower == pytest.approx(np.maximum(mean - reach, 0))
        assert chart.upper == pytest.approx(np.minimum(mean + reach, 1))
        outside = np.flatnonzero(np.abs(counts / sizes - mean) > reach * (1 + 1e-9))
        assert chart.signalled[outside].all()


def test_xmr_charts_against_their_formula():
    random = np.random.default_rng(1942)
    for _ in range(SERIES):
        values = random.normal(50, 7, int(random.integers(8, 60)))
        freeze = int(random.integers(5, len(values)))
        chart = spc.chart("i", values, freeze=freeze)
        base = values[:freeze]
        reach = 3 * np.abs(np.diff(base)).mean() / 1.128
        assert chart.centre == pytest.approx(np.full(len(values), base.mean()))
        assert (chart.lower[0], chart.upper[-1]) == pytest.approx((base.mean() - reach, base.mean() + reach))
        outside = np.flatnonzero(np.abs(values - base.mean()) > reach)
        found = {at for s in chart.signals if s.rule == "outside" for at in s.positions}
        assert found == set(outside.tolist())
