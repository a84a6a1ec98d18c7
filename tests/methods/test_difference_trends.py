"""Parallel trends and few clusters: published numbers, independent reckonings, refusals."""

from itertools import product
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crm.methods.difference import did
from crm.methods.difference_trends import parallel_trends
from crm.methods.difference_wild import wild_bootstrap

pytestmark = pytest.mark.no_database
DATA = Path(__file__).parent / "data"
QUARTERS = ["Q42010", "Q12011", "Q22011", "Q32011", "Q42011", "Q12012"]


@pytest.fixture(scope="module")
def donors() -> pd.DataFrame:
    rows = pd.read_csv(DATA / "organ_donation.csv")
    return rows.assign(
        at=rows.Quarter.map({name: at for at, name in enumerate(QUARTERS)}),
        california=(rows.State == "California").astype(int),
    )


def panel(clusters=8, periods=6, drift=0.0, effect=0.8, seed=5) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(list(product(range(clusters), range(periods))), columns=["cluster", "at"])
    rows["treated"] = (rows["cluster"] < clusters // 2).astype(int)
    rows["post"] = (rows["at"] >= periods // 2 + 1).astype(int)
    noise = random.normal(size=clusters)[rows["cluster"]] + random.normal(0, 0.5, len(rows))
    rows["y"] = noise + 0.3 * rows["at"] + rows["treated"] * (drift * rows["at"] + effect * rows["post"])
    return rows


def trends(rows, **given):
    return parallel_trends(rows.y, rows.treated, rows["at"], first_after=4, **given)


def test_organ_donors_of_california(donors):
    """Kessler and Roth (2014); Huntington-Klein, The Effect, ch. 18: −0.022; placebos 0.006, −0.002."""
    one = did(donors.Rate, donors.california, (donors["at"] >= 3).astype(int))
    assert one.estimate == pytest.approx(-0.022, abs=5e-4)
    found = parallel_trends(donors.Rate, donors.california, donors["at"], first_after=3)
    assert found.placebos["start"].tolist() == [1, 2]
    assert found.placebos["estimate"].tolist() == pytest.approx([0.006, -0.002], abs=5e-4)
    assert (found.holds, found.periods_before) == (True, 3)
    assert "3 periods show little" in found.advice


def test_the_drift_agrees_with_statsmodels():
    rows = panel(drift=0.2)
    before = rows[rows["at"] < 4]
    columns = np.column_stack(
        [np.ones(len(before)), before.treated, before["at"], before.treated * before["at"]]
    )
    model = sm.OLS(before.y.to_numpy(), columns)
    robust = model.fit(cov_type="HC3", use_t=True)
    clustered = model.fit(
        cov_type="cluster", cov_kwds={"groups": before.cluster.to_numpy(), "df_correction": True}, use_t=True
    )
    for found, judge in ((trends(rows), robust), (trends(rows, cluster=rows.cluster), clustered)):
        assert (found.drift, found.se) == pytest.approx((judge.params[3], judge.bse[3]), rel=1e-8)
        assert found.p == pytest.approx(judge.pvalues[3], rel=1e-6)
        assert (found.lower, found.upper) == pytest.approx(judge.conf_int()[3], rel=1e-6)


def test_means_and_false_starts_by_hand():
    rows = panel()
    found = trends(rows)
    assert len(found.means) == 12
    cell = rows[(rows.treated == 1) & (rows["at"] == 2)].y
    row = found.means[(found.means.group == "treated") & (found.means.period == 2)].iloc[0]
    assert (row["mean"], row["n"], bool(row.is_after)) == (pytest.approx(cell.mean()), 4, False)
    assert row.upper - row["mean"] == pytest.approx(3.182446 * cell.std() / 2, rel=1e-6)
    early = rows[rows["at"] < 4]
    assert found.placebos.estimate[1] == pytest.approx(
        did(early.y, early.treated, (early["at"] >= 2).astype(int)).estimate
    )


def test_advice_follows_what_was_seen():
    drifted = trends(panel(drift=1.5), cluster=panel().cluster)
    assert drifted.holds is False
    assert drifted.advice.startswith("The groups drifted apart")
    assert "treated rose by" in drifted.words
    assert trends(panel()).advice.startswith("No drift was seen. That is not proof")
    short = panel(periods=3)
    assert parallel_trends(short.y, short.treated, short["at"], first_after=2).holds is None


def test_the_test_cries_wolf_in_one_of_twenty():
    """400 panels without a drift, by cluster: near 5 %, never so many as to be useless."""
    wolves = [trends(panel(24, seed=seed), cluster=panel(24).cluster).p < 0.05 for seed in range(400)]
    assert 0.02 < np.mean(wolves) < 0.10


def brute_force(rows, points) -> float:
    """The wild cluster bootstrap as Cameron, Gelbach and Miller print it, refitted for each way."""
    y = rows.y.to_numpy()
    whole = np.column_stack([np.ones(len(rows)), rows.treated, rows.post, rows.treated * rows.post])

    def t_of(values):
        fit = sm.OLS(values, whole).fit(cov_type="cluster", cov_kwds={"groups": rows.cluster.to_numpy()})
        return abs(fit.params[3] / fit.bse[3])

    fitted = sm.OLS(y, whole[:, :3]).fit().fittedvalues
    ours, ways = t_of(y), list(product(points, repeat=rows.cluster.nunique()))
    beyond = [t_of(fitted + np.array(way)[rows.cluster] * (y - fitted)) >= ours * (1 - 1e-9) for way in ways]
    return np.mean(beyond)


def test_every_way_is_taken_where_clusters_are_few():
    rows = panel(clusters=6, effect=1.2)
    found = wild_bootstrap(rows.y, rows.treated, rows.post, cluster=rows.cluster, weights="rademacher")
    assert (found.p, found.ways, found.is_exact) == (pytest.approx(brute_force(rows, (-1, 1))), 64, True)
    assert found.smallest == 2 / 64
    assert found.seed is None
    assert wild_bootstrap(rows.y, rows.treated, rows.post, cluster=rows.cluster).weights == "webb"


def test_few_clusters_agree_with_another_program():
    """wildboottest 0.3.2 on the same numbers: t 3.171231; p 0.0083 (all ±1), 0.0073 (Webb, 99,999 draws)."""
    random = np.random.default_rng(5)
    for many in (8, 14):
        cluster = np.repeat(np.arange(many), 6)
        treated, post = (cluster < many // 2).astype(int), np.tile([0, 1], many * 3)
        noise = random.normal(size=many)[cluster] + random.normal(size=len(cluster))
        y = np.round(noise + treated * post * 0.8, 3)
    exact = wild_bootstrap(y, treated, post, cluster=cluster)
    drawn = wild_bootstrap(y, treated, post, cluster=cluster, weights="webb", draws=99_999)
    assert exact.t == pytest.approx(3.171231, abs=5e-7)
    assert (exact.p, exact.ways) == (pytest.approx(0.0083, abs=5e-5), 2**14)
    assert drawn.p == pytest.approx(0.00731, abs=8e-4)
    assert drawn == wild_bootstrap(y, treated, post, cluster=cluster, weights="webb", draws=99_999)
    assert drawn.seed == 20


def test_two_clusters_on_a_side_are_cautioned_about():
    rows = panel(clusters=4)
    found = wild_bootstrap(rows.y, rows.treated, rows.post, cluster=rows.cluster)
    assert "hardly ever finds anything" in found.cautions[0]


ROWS = panel()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"outcome": [nan] * 48}, "All of the outcomes are missing"),
        ({"outcome": ROWS["at"].astype(float)}, "follow their lines without a spread"),
        ({"outcome": [1.0] * 48}, "without a spread"),
        ({"period": [1, 2]}, "48 observations but 2 periods"),
        ({"treated": [0] * 48}, "treated were seen in 0 periods"),
        ({"treated": [3] * 48}, "treatment is 0 or 1"),
        ({"first_after": 0}, "without a before"),
        ({"first_after": 99}, "No observation lies after"),
        ({"first_after": 1}, "seen in 1 periods before"),
        ({"first_after": nan}, "neither missing"),
        ({"cluster": [1] * 48}, "one cluster in the treated group"),
        ({"cluster": [1] * 3}, "48 observations but 3 labels"),
        ({"confidence": 95}, "confidence"),
    ],
)
def test_nonsense_is_refused_in_words(changed, sentence):
    given = {"outcome": ROWS.y, "treated": ROWS.treated, "period": ROWS["at"], "first_after": 4} | changed
    with pytest.raises(ValueError, match=sentence):
        parallel_trends(**given)


def test_a_point_that_carries_its_line_is_refused():
    with pytest.raises(ValueError, match="alone carries the line"):
        parallel_trends([1, 3, 2, 5, 4, 9, 7], [0, 0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 0, 1, 2], first_after=2)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"weights": "mammen"}, "weights are one of"),
        ({"draws": 10}, "At least 99 draws"),
        ({"cluster": None}, "clusters"),
        ({"outcome": [2.0] * 48}, "No group varies"),
        ({"post": [1] * 48}, "controls before: 0"),
    ],
)
def test_a_bootstrap_without_sense_is_refused(changed, sentence):
    given = {"outcome": ROWS.y, "treated": ROWS.treated, "post": ROWS.post, "cluster": ROWS.cluster} | changed
    with pytest.raises(ValueError, match=sentence):
        wild_bootstrap(**given)
