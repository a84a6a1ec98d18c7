"""The shares of the answers to a question, drawn for one wave and for several."""

import pandas as pd
import pytest

from reports.charts import draw_svg, shares_spec

pytestmark = pytest.mark.no_database


def frame(*waves: str) -> pd.DataFrame:
    rows = [(answer, wave, 0.5, 0.2, 0.8) for answer in ("Yes", "No <b>") for wave in waves]
    return pd.DataFrame(rows, columns=["answer", "wave", "share", "lower", "upper"])


def test_each_answer_has_a_bar_and_its_interval_in_every_wave():
    spec = shares_spec(frame("Before", "After"))
    assert [row["share"] for row in spec["data"]["values"]] == [50.0] * 4
    assert spec["encoding"]["y"]["sort"] == ["Yes", "No <b>"]
    assert spec["encoding"]["yOffset"]["sort"] == ["Before", "After"]
    svg = draw_svg(spec, label="Shares")
    assert all(word in svg for word in ("Before", "After", "50"))
    assert "No &lt;b&gt;" in svg


def test_one_wave_needs_no_legend():
    spec = shares_spec(frame("Before"))
    assert "yOffset" not in spec["encoding"]
    assert "Before" not in draw_svg(spec)
