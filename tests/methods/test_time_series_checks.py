"""Checks of a series and its variants: published numbers, formulas written out here, refusals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from crm.methods.time_series import interrupted
from crm.methods.time_series_checks import checks
from crm.methods.time_series_variants import COLUMNS, variants

pytestmark = pytest.mark.no_database
DATA = Path(__file__).parent / "data"
AFTER = np.repeat([0, 1], 30)


@pytest.fixture(scope="module")
def sicily() -> pd.DataFrame:
    return pd.read_csv(DATA / "its_sicily.csv")


def measured(seed=1, rho=0.0, **given):
    random, noise = np.random.default_rng(seed), np.zeros(60)
    shocks = random.normal(size=60)
    for at in range(60):
        noise[at] = shocks[at] + (rho * noise[at - 1] if at else 0)
    return interrupted(20 - 3 * AFTER + noise, AFTER, family="gaussian", **given)


def of(found) -> dict:
    return {check.name: check for check in found.checks}


def test_the_season_of_sicily_is_seen_and_goes_with_its_harmonics(sicily):
    """Lopez Bernal and others (2017) add two pairs of harmonics because residuals follow a season."""
    plain = checks(interrupted(sicily.aces, sicily.smokban, offset=sicily.stdpop))
    assert of(plain)["season"].passed is False
    assert of(plain)["season"].advice in plain.advice
    assert not plain.sound
    waved = checks(interrupted(sicily.aces, sicily.smokban, offset=sicily.stdpop, harmonics=2))
    assert of(waved)["season"].passed is True
    assert of(waved)["season"].p > 0.9
    assert plain.bound == pytest.approx(1.959964 / 59**0.5, abs=1e-6)


def test_the_dispersion_of_sicily_is_seen_unless_allowed_for(sicily):
    plain = interrupted(sicily.aces, sicily.smokban, offset=sicily.stdpop, overdispersed=False)
    found = of(checks(plain))["dispersion"]
    assert (found.passed, found.statistic) == (False, pytest.approx(3.5592, abs=5e-5))
    wide = of(checks(interrupted(sicily.aces, sicily.smokban, offset=sicily.stdpop)))["dispersion"]
    assert wide.passed is True
    assert wide.sentence.endswith("and the errors are widened for it.")


def test_autocorrelation_by_the_formulas_of_ljung_and_box():
    """r_k, Q = n(n+2)Σ r_k²/(n−k), and the partial correlations by Durbin and Levinson, written out."""
    series = measured(rho=0.6)
    found, e = checks(series, lags=6), series.residuals
    centred = e - e.mean()
    r = np.array([(centred[k:] * centred[:-k]).sum() for k in range(1, 7)]) / (centred**2).sum()
    assert found.acf == pytest.approx(r)
    q = 60 * 62 * np.cumsum(r**2 / (60 - np.arange(1, 7)))
    assert found.ljung_box == pytest.approx(q)
    assert found.ljung_box_p == pytest.approx(chi2.sf(q, np.arange(1, 7)))
    partial, phi = [r[0]], np.array([r[0]])
    for k in range(1, 6):
        last = (r[k] - phi @ r[k - 1 :: -1][:k]) / (1 - phi @ r[:k])
        phi = np.append(phi - last * phi[::-1], last)
        partial.append(last)
    assert found.pacf == pytest.approx(partial)
    assert of(found)["durbin_watson"].passed is False
    assert of(found)["ljung_box"].passed is False


def test_the_cigarettes_of_california_lean_on_their_neighbours():
    """Linden (2015), Stata Journal 15(2), finds autocorrelation at lag 1 (actest), none beyond."""
    packs = [
        *(123, 121, 123.5, 124.4, 126.7, 127.1, 128, 126.4, 126.1, 121.9, 120.2, 118.6, 115.4, 110.8, 104.8),
        *(102.8, 99.7, 97.5, 90.1, 82.4, 77.8, 68.7, 67.5, 63.4, 58.6, 56.4, 54.5, 53.8, 52.3, 47.2, 41.6),
    ]
    taxed = [0] * 19 + [1] * 12
    found = checks(interrupted(packs, taxed, family="gaussian", slope_change=True))
    assert of(found)["ljung_box"].passed is False
    assert abs(found.pacf[0]) > found.bound
    allowed = interrupted(packs, taxed, family="gaussian", slope_change=True, errors="hac", lags=1)
    assert of(checks(allowed))["durbin_watson"].passed is True
    assert "errors allow for it" in of(checks(allowed))["ljung_box"].sentence


def test_a_sound_series_is_told_so():
    found = checks(measured(seed=5))
    assert found.sound
    assert found.advice == ()
    assert [check.name for check in found.checks] == [
        "durbin_watson", "ljung_box", "dispersion", "normality", "season",
    ]  # fmt: skip
    assert of(found)["dispersion"].passed is None


def test_a_month_far_off_is_no_normal_residual():
    series = measured()
    residuals = series.residuals.copy()
    residuals[7] = 15
    found = of(checks(replace(series, residuals=residuals)))["normality"]
    assert found.passed is False
    assert "single months far off" in found.advice


def test_points_left_out_leave_some_checks_unmade():
    found = of(checks(measured(exclude=(5,))))
    assert found["durbin_watson"].passed is None
    assert found["season"].passed is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"lags": 0}, "Look at 1 to 29"), ({"lags": 30}, "there are 60 points"), ({"alpha": 5}, "significance")],
)
def test_checks_without_sense_are_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        checks(measured(), **given)


def test_too_few_residuals_are_not_checked():
    short = interrupted([9, 12, 10, 11, 8, 5, 6], [0] * 4 + [1] * 3, family="gaussian")
    with pytest.raises(ValueError, match="Too few residuals to check: 7"):
        checks(short)


def test_the_variants_of_sicily(sicily):
    """Lopez Bernal and others (2017) and METHODS.md: 0.894 plain, widened and 0.885 with harmonics."""
    table = variants(sicily.aces, sicily.smokban, offset=sicily.stdpop)
    assert list(table) == COLUMNS
    assert table.is_primary.tolist() == [True] + [False] * 5
    rows = table.set_index("variant")
    assert rows.loc["as planned", ["estimate", "lower", "upper"]].tolist() == pytest.approx(
        [0.8944, 0.8392, 0.9532], abs=5e-5
    )
    plain = rows.loc["without the dispersion of the counts"]
    assert [plain.estimate, plain.lower, plain.upper] == pytest.approx([0.8944, 0.8647, 0.9251], abs=5e-5)
    waved = rows.loc["a season of two waves"]
    assert [waved.estimate, waved.lower, waved.upper] == pytest.approx([0.885, 0.839, 0.933], abs=5e-4)


def test_the_primary_model_is_the_planned_one(sicily):
    plan = {"harmonics": 2, "errors": "hac", "slope_change": True}
    table = variants(sicily.aces, sicily.smokban, offset=sicily.stdpop, primary=plan)
    one = interrupted(sicily.aces, sicily.smokban, offset=sicily.stdpop, **plan)
    assert table.estimate[0] == one.effect.estimate
    assert {"without a season", "without a change of trend"} <= set(table.variant)


def test_a_variant_that_cannot_be_fitted_says_why():
    table = variants([9, 12, 10, 11, 8, 13, 5, 6, 4, 7], [0] * 6 + [1] * 4, family="gaussian")
    refused = table[table.estimate.isna()]
    assert refused.variant.tolist() == ["a season of one wave", "a season of two waves"]
    assert refused.why_not.iloc[0].startswith("A season can be told from 24")
    assert (table.why_not[table.estimate.notna()] == "").all()


def test_unknown_choices_and_a_primary_that_fails_are_refused():
    with pytest.raises(ValueError, match="lag is none of them"):
        variants([1, 2], [0, 1], primary={"lag": 1})
    with pytest.raises(ValueError, match="Too few points before"):
        variants([1, 2], [0, 1])
