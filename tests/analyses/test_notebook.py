"""The notebook of every method runs in a fresh Python and prints the numbers of the look."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.analyses.answers import answer
from crm.analyses.models import Look, Method
from crm.analyses.notebook import notebook, recipe
from crm.analyses.series import version_of
from tests.analyses.series import counts, data, group, measured, of, shares

pytestmark = pytest.mark.no_database

M = Method
WARD, OTHERS = group(measured()), [group(measured(drop=0.3, seed=s), f"Ward {s}", True) for s in (2, 3, 4)]
WARDS = [group(measured(seed=s), f"Clinic {s}") for s in (5, 6)]
GAP = [*measured()[:9], *measured()[11:]]
BETWEEN = [[day, abs(value) + 1, None, None] for day, value, _, _ in measured()]
PHASE = [["2024-07-01", "Reminders", "They began"]]
RARE = [[day, value, value, 40.0 + at] for at, (day, value, _, _) in enumerate(counts())]
PERCENT = of("proportion", "%")
CASES = {
    "run": (M.RUN_CHART, data(WARD), of()),
    "xmr": (M.CONTROL_CHART, data(WARD, phases=PHASE), of()),
    "xmr of a baseline": (M.CONTROL_CHART, data(WARD), of(baseline_points=12)),
    "p": (M.CONTROL_CHART, data(group(shares())), PERCENT),
    "p prime": (M.CONTROL_CHART, data(group(shares(size=4_000)), phases=PHASE), PERCENT),
    "c": (M.CONTROL_CHART, data(group(counts())), of("count")),
    "u": (M.CONTROL_CHART, data(group(RARE)), of("rate", per=1000.0)),
    "u prime": (M.CONTROL_CHART, data(group(RARE)), {**of("rate", per=100.0), "chart": "up"}),
    "g": (M.CONTROL_CHART, data(group(counts())), of("cases_between")),
    "t": (M.CONTROL_CHART, data(group(BETWEEN)), of("time_between")),
    "pairs of a year": (M.PAIRED, data(WARD), of()),
    "pairs of wards": (M.PAIRED, data(WARD, *WARDS), of()),
    "two means": (M.INDEPENDENT, data(WARD), of()),
    "two means of groups": (
        M.INDEPENDENT, data(WARD, *OTHERS), {**of(), "sides": "groups", "design": "matched"},
    ),
    "two means of clusters": (
        M.INDEPENDENT, data(WARD, *WARDS, *OTHERS),
        {**of(), "sides": "groups", "design": "cluster"},
    ),
    "two shares": (M.PROPORTIONS, data(group(shares())), PERCENT),
    "two small shares": (
        M.PROPORTIONS,
        data(group([["2024-01-01", 10.0, 2, 20], ["2024-08-01", 5.0, 1, 20]])),
        PERCENT,
    ),
    "two rates": (M.RATES, data(group(RARE)), of("rate", per=1000.0)),
    "two rates of equal periods": (M.RATES, data(group(counts())), of("count")),
    "series of counts": (M.INTERRUPTED, data(group(counts())), of("count")),
    "series of shares": (M.INTERRUPTED, data(group(shares())), {**PERCENT, "harmonics": 1}),
    "series of shares as chance alone": (
        M.INTERRUPTED, data(group(shares())), {**PERCENT, "overdispersed": False},
    ),
    "series of shares, Newey-West": (M.INTERRUPTED, data(group(shares())), {**PERCENT, "errors": "hac"}),
    "series of values": (M.INTERRUPTED, data(WARD), {**of(), "slope_change": True}),
    "series with a gap": (M.INTERRUPTED, data(group(GAP)), {**of(), "harmonics": 2}),
    "series, Newey-West": (M.INTERRUPTED, data(WARD), {**of(), "errors": "hac"}),
    "series, Prais-Winsten": (M.INTERRUPTED, data(WARD), {**of(), "errors": "prais-winsten"}),
    "series of half the span": (
        M.INTERRUPTED, data(WARD), {**of(), "from_on": "2023-07-01", "to_on": "2025-06-30"},
    ),
    "series in weeks": (M.INTERRUPTED, None, of(frequency="weekly")),
    "series in quarters": (M.INTERRUPTED, None, of(frequency="quarterly")),
    "controlled": (M.CONTROLLED, data(WARD, *OTHERS), of()),
    "difference of two": (M.DIFFERENCE, data(WARD, OTHERS[0]), of()),
    "difference of clusters": (M.DIFFERENCE, data(WARD, *WARDS, *OTHERS), of()),
}  # fmt: skip


def in_weeks(days: int) -> dict:
    rows = [
        [(date(2024, 1, 1) + timedelta(days * at)).isoformat(), row[1], None, None]
        for at, row in enumerate(measured())
    ]
    if days > 7:
        rows = [
            [f"{2020 + at // 4}-{at % 4 * 3 + 1:02d}-01", row[1], None, None] for at, row in enumerate(rows)
        ]
    return data(group(rows))


def looked(name: str) -> Look:
    method, found, settings = CASES[name]
    if found is None:
        found = in_weeks(7 if settings["measure"]["frequency"] == "weekly" else 91)
    return Look(
        number=1,
        looked_at=datetime(2026, 3, 4, tzinfo=UTC),
        method=method,
        data=found,
        settings=settings,
        data_version=version_of(found),
        result=json.loads(json.dumps(answer(method, found, settings))),
    )


#: Runs each notebook by itself, in a Python that knows nothing of ours.
EACH = "import json, sys\nfor code in json.load(sys.stdin):\n    exec(code, {})\n    print('---')\n"


def run(notebooks: list[str]) -> list[dict[str, float | None]]:
    """What the code cells of each print, from top to bottom."""
    codes = [
        "\n\n".join(
            "".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"
        )
        for text in notebooks
    ]
    done = subprocess.run(
        [sys.executable, "-I", "-W", "ignore", "-c", EACH], input=json.dumps(codes), capture_output=True,
        text=True, cwd="/", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = []
    for printed in done.stdout.split("---\n")[:-1]:
        lines = (line.split(" = ") for line in printed.splitlines())
        told.append({name: None if value == "None" else float(value) for name, value in lines})
    return told


@pytest.mark.parametrize("method", Method)
def test_the_notebooks_of_a_method_run_and_print_the_numbers_of_the_look(method):
    names = [name for name, case in CASES.items() if case[0] is method]
    looks = [looked(name) for name in names]
    for name, look, printed in zip(
        names, looks, run([notebook(one, "Did it?") for one in looks]), strict=True
    ):
        result = look.result
        wanted = {key: result[key] for key in ("estimate", "low", "high", "p") if key in printed}
        if "naive" in printed:
            wanted["naive"] = result["naive"]["estimate"]
        assert len(wanted) >= 3
        for key, value in wanted.items():
            right = None if value is None else pytest.approx(value, rel=1e-6, abs=1e-12)
            assert printed[key] == right, (name, key)


def test_every_method_has_a_notebook_that_is_run():
    assert {method for method, _, _ in CASES.values()} == set(Method)


def test_a_notebook_is_of_the_format_and_free_of_our_modules():
    text = notebook(looked("xmr"), "Did “it” fall?\n")
    made = json.loads(text)
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert {"id", "cell_type", "metadata", "source"} <= set(made["cells"][0])
    assert b"crm" not in text
    assert "reach" in recipe(looked("xmr"))
