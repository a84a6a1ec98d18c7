"""Interrupted time series: published numbers, an independent reckoning, properties."""

from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import toeplitz
from statsmodels.regression.linear_model import GLS, OLS

from crm.methods.time_series import interrupted
from crm.methods.time_series_fit import durbin_watson, prais_winsten

pytestmark = pytest.mark.no_database
DATA = Path(__file__).parent / "data"
# Orzechowski and Walker (2005): packs of cigarettes a head sold in California, 1970 to 2000; a tax from 1989.
PACKS = [
    *(123, 121, 123.5, 124.4, 126.7, 127.1, 128, 126.4, 126.1, 121.9, 120.2, 118.6, 115.4, 110.8, 104.8),
    *(102.8, 99.7, 97.5, 90.1, 82.4, 77.8, 68.7, 67.5, 63.4, 58.6, 56.4, 54.5, 53.8, 52.3, 47.2, 41.6),
]
TAXED = [0] * 19 + [1] * 12


@pytest.fixture(scope="module")
def sicily() -> pd.DataFrame:
    return pd.read_csv(DATA / "its_sicily.csv")


@pytest.fixture(scope="module")
def infections() -> pd.DataFrame:
    return pd.read_csv(DATA / "cdi.csv").assign(since=lambda rows: (rows.period == "post").astype(int))


def admissions(rows, **given):
    return interrupted(rows.aces, rows.smokban, offset=rows.stdpop, **given)


def packs(**given):
    return interrupted(PACKS, TAXED, family="gaussian", **given)


def test_sicily_with_plain_errors(sicily):
    """METHODS.md; Lopez Bernal and others (2017): 0.8944 (0.8647 to 0.9251), dispersion 3.5592."""
    one = admissions(sicily, overdispersed=False)
    assert one.effect[:3] == pytest.approx((0.8944, 0.8647, 0.9251), abs=5e-5)
    assert one.dispersion == pytest.approx(3.5592, abs=5e-5)
    assert one.cautions == ("Counts vary more than chance alone (3.56): the interval is too narrow.",)
    assert (one.n, one.before, one.after, one.scale) == (59, 36, 23, "rate ratio")


def test_sicily_with_the_dispersion_of_its_counts(sicily):
    """METHODS.md: 0.8392 to 0.9532."""
    one = admissions(sicily)
    assert one.effect[:3] == pytest.approx((0.8944, 0.8392, 0.9532), abs=5e-5)
    assert one.cautions == ()
    assert one.method == (
        "Interrupted time series, quasi-Poisson regression, errors widened for a dispersion of 3.559: level, "
        "trend and step."
    )


def test_sicily_with_seasons(sicily):
    """Lopez Bernal and others (2017), two pairs of harmonics: 0.885 (0.839 to 0.933)."""
    one = admissions(sicily, harmonics=2)
    assert one.effect[:3] == pytest.approx((0.885, 0.839, 0.933), abs=5e-4)
    assert one.durbin_watson > admissions(sicily).durbin_watson


def test_sicily_with_a_change_of_slope_centred_on_the_last_point_before(sicily):
    """Only what is called the step depends on the centre: elsewhere it is moved by the slope."""
    one = admissions(sicily, harmonics=2, slope_change=True)
    at, since = np.arange(59), np.arange(59) - 35
    waves = [wave(2 * np.pi * k * at / 12) for k in (1, 2) for wave in (np.sin, np.cos)]
    columns = np.column_stack([np.ones(59), at, sicily.smokban, since * sicily.smokban, *waves])
    coefficients, errors = by_hand(sicily.aces.to_numpy(float), columns, sicily.stdpop)
    assert (log(one.effect.estimate), log(one.slope.estimate)) == pytest.approx(coefficients[2:4], abs=1e-8)
    assert (one.effect.se, one.slope.se) == pytest.approx(errors[2:4] * one.dispersion**0.5, rel=1e-6)
    assert one.at_end.estimate == pytest.approx(one.effect.estimate * one.slope.estimate**23)


def test_infections_naive_beside_adjusted(infections):
    """METHODS.md: naive 0.385 (0.305 to 0.485), trend-adjusted 0.452 (0.324 to 0.629), both plain."""
    one = interrupted(infections.n, infections.since, offset=infections.days, overdispersed=False)
    assert one.effect[:3] == pytest.approx((0.452, 0.324, 0.629), abs=5e-4)
    assert one.naive[:3] == pytest.approx((0.385, 0.305, 0.485), abs=5e-4)
    wider = interrupted(infections.n, infections.since, offset=infections.days)
    assert wider.effect.lower < one.effect.lower < one.effect.upper < wider.effect.upper


def test_cigarettes_in_california():
    """R's lm with the tax year as 0: trend −1.7795 (0.2170), step −20.0581, slope −1.4947 (0.4846)."""
    one = packs(slope_change=True)
    assert (one.trend.estimate, one.trend.se) == pytest.approx((-1.7795, 0.2170), abs=5e-5)
    assert (one.slope.estimate, one.slope.se) == pytest.approx((-1.4947, 0.4846), abs=5e-5)
    assert one.effect.estimate + one.slope.estimate == pytest.approx(-20.0581, abs=5e-5)
    assert one.slope.p == pytest.approx(0.00467, abs=5e-6)
    assert one.scale == "difference"
    assert one.cautions == ("Neighbouring points are alike (Durbin-Watson 0.54): the interval misleads.",)


def test_cigarettes_in_california_with_newey_and_wests_errors():
    """Linden (2015), Stata Journal 15(2), 480-500, itsa with one lag: 0.3834188 and 0.4368201."""
    one = packs(slope_change=True, errors="hac", lags=1)
    assert (one.trend.se, one.slope.se) == pytest.approx((0.3834188, 0.4368201), abs=5e-8)
    assert one.cautions == ()
    assert "Newey-West errors with 1 lag:" in one.method
    assert "Newey-West errors with 3 lags:" in packs(errors="hac").method


def test_prais_and_winsten_on_barium():
    """Stata 18 and R's prais on Wooldridge, example 12.5: ρ 0.2932, coefficients and errors."""
    rows = pd.read_csv(DATA / "barium.csv")
    columns = np.column_stack([np.ones(len(rows)), rows.drop(columns="lchnimp")])
    rho, values, freed = prais_winsten(rows.lchnimp.to_numpy(), columns)
    found = OLS(values, freed).fit()
    assert rho == pytest.approx(0.2932138675, abs=5e-6)
    assert found.params[1:] == pytest.approx(
        [2.94095, 1.04638, 1.13279, -0.01648, -0.03316, -0.57681], abs=2e-5
    )
    assert found.bse[1:] == pytest.approx([0.63284, 0.97734, 0.50666, 0.31938, 0.32181, 0.34199], abs=1e-5)


def test_prais_and_winsten_on_the_phillips_curve():
    """Wooldridge, Introductory Econometrics, table 12.2: 8.296 (2.231), −0.716 (0.313), ρ 0.781."""
    rows = pd.read_csv(DATA / "phillips.csv")
    rho, values, freed = prais_winsten(
        rows["inf"].to_numpy(), np.column_stack([np.ones(len(rows)), rows.unem])
    )
    found = OLS(values, freed).fit()
    assert (rho, *found.params, *found.bse) == pytest.approx((0.781, 8.296, -0.716, 2.231, 0.313), abs=5e-4)


def test_prais_and_winsten_is_least_squares_under_its_autocorrelation():
    one = packs(errors="prais-winsten")
    at = np.arange(31)
    columns = np.column_stack([np.ones(31), at, TAXED])
    found = GLS(PACKS, columns, sigma=toeplitz(one.rho**at)).fit()
    assert (one.effect.estimate, one.effect.se) == pytest.approx((found.params[2], found.bse[2]), rel=1e-6)
    assert one.fitted == pytest.approx(columns @ found.params, rel=1e-6)
    assert one.durbin_watson == pytest.approx(durbin_watson(one.residuals))


def by_hand(values, columns, exposure, rounds=50):
    """Poisson regression by Fisher scoring, from the textbook: coefficients and plain errors."""
    offset = np.log(np.asarray(exposure))
    mean = values + 0.5
    for _ in range(rounds):
        worked = np.log(mean) - offset + (values - mean) / mean
        information = columns.T @ (mean[:, None] * columns)
        coefficients = np.linalg.solve(information, columns.T @ (mean * worked))
        mean = np.exp(columns @ coefficients + offset)
    return coefficients, np.sqrt(np.diag(np.linalg.inv(information)))


def newey_west(values, columns, lags):
    """The errors as Newey and West (1987) print them, with n / (n − k)."""
    n, k = columns.shape
    inverse = np.linalg.inv(columns.T @ columns)
    scores = columns * (values - columns @ inverse @ columns.T @ values)[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    return np.sqrt(np.diag(inverse @ middle @ inverse) * n / (n - k))


def test_two_hundred_series_of_counts_agree_with_a_reckoning_of_their_own():
    random = np.random.default_rng(20261122)
    for _ in range(200):
        n, seasons = int(random.integers(30, 90)), int(random.integers(0, 3))
        start, slope = int(random.integers(10, n - 10)), bool(random.integers(2))
        at, after = np.arange(n), (np.arange(n) >= start).astype(float)
        exposure = random.uniform(500, 2000, n)
        values = random.poisson(exposure * np.exp(-4 + 0.005 * at - 0.3 * after)).astype(float)
        one = interrupted(
            values, after, offset=exposure, harmonics=seasons, slope_change=slope, overdispersed=False
        )
        waves = [wave(2 * np.pi * k * at / 12) for k in range(1, seasons + 1) for wave in (np.cos, np.sin)]
        changes = [after, (at - start + 1) * after] if slope else [after]
        columns = np.column_stack([np.ones(n), at, *changes, *waves])
        coefficients, errors = by_hand(values, columns, exposure)
        assert one.effect.estimate == pytest.approx(exp(coefficients[2]), rel=1e-6)
        assert (one.effect.se, one.trend.se) == pytest.approx((errors[2], errors[1]), rel=1e-5)
        mean = np.exp(columns @ coefficients) * exposure
        assert one.fitted == pytest.approx(mean, rel=1e-6)
        chi2 = ((values - mean) ** 2 / mean).sum() / (n - columns.shape[1])
        assert one.dispersion == pytest.approx(chi2, rel=1e-6)
        assert one.counterfactual[:start] == pytest.approx(one.fitted[:start])


def test_fifty_series_of_measurements_agree_with_a_reckoning_of_their_own():
    random = np.random.default_rng(1987)
    for _ in range(50):
        n, lags = int(random.integers(20, 80)), int(random.integers(1, 6))
        start = int(random.integers(8, n - 8))
        at, after = np.arange(n), (np.arange(n) >= start).astype(float)
        values = 50 + 0.3 * at - 4 * after + np.cumsum(random.normal(0, 1, n)) * 0.5
        one = interrupted(values, after, family="gaussian", errors="hac", lags=lags)
        columns = np.column_stack([np.ones(n), at, after])
        assert one.effect.se == pytest.approx(newey_west(values, columns, lags)[2], rel=1e-8)
        assert one.effect.estimate == pytest.approx(np.linalg.lstsq(columns, values)[0][2], rel=1e-8)


def test_points_left_out_are_still_drawn(sicily):
    """A month without a count and the first of the ban are left out; the line goes through both."""
    aces = sicily.aces.astype(float)
    aces[10] = np.nan
    one = interrupted(aces, sicily.smokban, offset=sicily.stdpop, exclude=(10, 36))
    assert (one.n, one.before, one.after, one.durbin_watson) == (57, 35, 22, None)
    assert np.isfinite(one.fitted).all()
    assert np.flatnonzero(np.isnan(one.residuals)).tolist() == [10, 36]
    kept = np.delete(np.arange(59), [10, 36])
    columns = np.column_stack([np.ones(57), kept, sicily.smokban[kept]])
    coefficients, _ = by_hand(sicily.aces[kept].to_numpy(float), columns, sicily.stdpop[kept].to_numpy())
    assert log(one.effect.estimate) == pytest.approx(coefficients[2], abs=1e-8)


def test_the_dispersion_never_narrows_an_interval():
    """Counts that are steadier than chance keep the errors of chance."""
    steady = [20, 21, 20, 19] * 6
    after = [0] * 12 + [1] * 12
    one, plain = interrupted(steady, after), interrupted(steady, after, overdispersed=False)
    assert one.dispersion < 1
    assert one.effect == plain.effect
    assert "below 1: left as they are" in one.method


def test_few_points_are_cautioned_about():
    one = interrupted([9, 12, 10, 11, 8, 5, 6, 4, 5], [0] * 5 + [1] * 4)
    assert one.cautions[:2] == (
        "Points before: 5. To rely on it, 3 more are needed, 8 in all.",
        "Points after: 4. To rely on it, 4 more are needed, 8 in all.",
    )


def test_counts_may_lean_on_their_neighbours(infections):
    """Newey and West's errors for counts, by the scores of the model."""
    one = interrupted(infections.n, infections.since, offset=infections.days, errors="hac", lags=2)
    columns = np.column_stack([np.ones(36), np.arange(36), infections.since])
    scores = columns * (infections.n.to_numpy() - one.fitted)[:, None]
    middle = scores.T @ scores
    for lag in (1, 2):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / 3) * (cross + cross.T)
    inverse = np.linalg.inv(columns.T @ (one.fitted[:, None] * columns))
    by_formula = np.sqrt(np.diag(inverse @ middle @ inverse) * 36 / 33)
    assert one.effect.se == pytest.approx(by_formula[2], rel=1e-6)
