"""All sessions and all time as files: every row that their reader may see, and nothing else."""

import pytest

from crm.access import Role
from tests import factories as make
from tests.reading import csv_rows, sheets
from tests.scene import NOW, everything


@pytest.fixture
def guest():
    return make.UserFactory(role=Role.CLIENT)


@pytest.fixture
def scene(clock_at, guest):
    clock_at(NOW)
    return everything(make.UserFactory(), colleagues=make.UserFactory.create_batch(2), guest=guest)


def test_sessions_as_csv(sign_in, scene):
    answer = sign_in(scene.coach).get("/reports/sessions.csv")
    print(answer.text, answer.headers)
    print(sheets(sign_in(scene.coach).get("/reports/sessions.xlsx").data))
    print(sign_in(scene.coach).get("/reports/time.csv").text)
    assert 0
