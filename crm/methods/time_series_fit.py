"""The models of an interrupted time series, fitted by statsmodels.

Prais and Winsten's estimator is written here: GLSAR of statsmodels drops the first point, which makes it
Cochrane and Orcutt's. This file takes a second to load, so `time_series` loads it when first used.
"""

import warnings
from typing import NamedTuple

import numpy as np
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import OLS

from crm.methods.quantities import Array
from crm.methods.time_series_design import Wanted

#: A logarithm known no better than this has no finite answer behind it.
LARGEST_ERROR = 50.0
ROUNDING = 1e-10
MOST_ROUNDS = 200
_NO_SPREAD = "The series follows its model without any spread: no interval can be told."


class Fit(NamedTuple):
    """Coefficients and their covariance; `df` is infinite where the normal distribution serves.

    `dispersion` is Pearson's χ² over its degrees of freedom for counts, the residual variance for measured
    values; `residuals` are Pearson's, or of the transformed series under Prais-Winsten.
    """

    coefficients: Array
    covariance: Array
    df: float
    dispersion: float
    residuals: Array
    rho: float | None
    method: str


def fit(values: Array, columns: Array, exposure: Array, ask: Wanted) -> Fit:
    """Fit the model asked for. Raises ValueError where it has no finite answer or leaves no spread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = (
            _poisson(values, columns, exposure, ask)
            if ask.family == "poisson"
            else _gaussian(values, columns, ask)
        )
    if not (np.isfinite(found.coefficients).all() and np.isfinite(found.covariance).all()):
        raise ValueError("The model has no finite answer for this series: ask for fewer terms.")
    return found


def durbin_watson(residuals: Array) -> float:
    """Durbin and Watson's statistic: near 2 where neighbours are not alike, near 0 where they are."""
    return float((np.diff(residuals) ** 2).sum() / (residuals**2).sum())


def prais_winsten(values: Array, columns: Array) -> tuple[float, Array, Array]:
    """The autocorrelation of the errors, iterated, and the series and its columns freed from it.

    Raises ValueError where a point all but repeats the one before, so that it does not converge.
    Source: Prais and Winsten (1954), Cowles Commission discussion paper 383; as Stata's prais.
    """
    rho = 0.0
    for _ in range(MOST_ROUNDS):
        turned, freed = _freed(values, rho), _freed(columns, rho)
        left = values - columns @ np.linalg.lstsq(freed, turned)[0]
        before, rho = rho, float(left[1:] @ left[:-1] / (left[:-1] @ left[:-1]))
        if not abs(rho) < 1:
            break
        if abs(rho - before) < ROUNDING:
            return rho, _freed(values, rho), _freed(columns, rho)
    raise ValueError("Each point follows the one before so closely that its errors cannot be modelled.")


def lags_for(n: int) -> int:
    """Newey and West's (1994) rule of thumb for how many neighbours may be alike."""
    return int(4 * (n / 100) ** (2 / 9))


def _freed(numbers: Array, rho: float) -> Array:
    first = np.sqrt(1 - rho**2) * numbers[:1]
    return np.concatenate((first, numbers[1:] - rho * numbers[:-1]))


def _poisson(values: Array, columns: Array, exposure: Array, ask: Wanted) -> Fit:
    model = GLM(values, columns, family=Poisson(), offset=np.log(exposure))
    try:
        plain = model.fit(maxiter=200)
    except (ValueError, np.linalg.LinAlgError):
        raise ValueError("The model has no finite answer for this series: ask for fewer terms.") from None
    covariance = np.asarray(plain.cov_params())
    if not plain.converged or (np.sqrt(np.diag(covariance)) > LARGEST_ERROR).any():
        raise ValueError("Too many counts are 0: the model has no finite answer. Ask for fewer terms.")
    dispersion = float(plain.pearson_chi2 / plain.df_resid)
    if dispersion <= ROUNDING:
        raise ValueError(_NO_SPREAD)
    method = "Poisson regression"
    if ask.errors == "hac":
        lags = lags_for(len(values)) if ask.lags is None else ask.lags
        hac = model.fit(maxiter=200, cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
        covariance = np.asarray(hac.cov_params())
        method += f", Newey-West errors with {_many(lags)}"
    elif ask.overdispersed:
        covariance = covariance * max(dispersion, 1.0)
        method = f"quasi-Poisson regression, errors widened for a dispersion of {dispersion:.4g}"
        method += "" if dispersion >= 1 else " (below 1: left as they are)"
    return Fit(
        np.asarray(plain.params),
        covariance,
        np.inf,
        dispersion,
        np.asarray(plain.resid_pearson),
        None,
        method,
    )


def _gaussian(values: Array, columns: Array, ask: Wanted) -> Fit:
    rho, method = None, "linear regression"
    if ask.errors == "prais-winsten":
        rho, values, columns = prais_winsten(values, columns)
        method = f"Prais-Winsten regression, autocorrelation {rho:.3f}"
    model = OLS(values, columns)
    plain = model.fit()
    if plain.mse_resid <= ROUNDING**2 * (values**2).mean():
        raise ValueError(_NO_SPREAD)
    covariance = np.asarray(plain.cov_params())
    if ask.errors == "hac":
        lags = lags_for(len(values)) if ask.lags is None else ask.lags
        hac = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
        covariance = np.asarray(hac.cov_params())
        method += f", Newey-West errors with {_many(lags)}"
    return Fit(
        np.asarray(plain.params),
        covariance,
        float(plain.df_resid),
        float(plain.mse_resid),
        np.asarray(plain.resid),
        rho,
        method,
    )


def _many(lags: int) -> str:
    return f"{lags} lag{'' if lags == 1 else 's'}"
