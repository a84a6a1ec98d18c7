"""The power goes: what was acknowledged is there afterwards. `make drill` does it a hundred times."""

import re

import pytest

from tests.drill.places import Sqlite, fill
from tests.drill.power_cut import cuts
from tests.drill.server import Server, Visitor
from tests.drill.writes import WHOLE, lost_and_halved
from tests.reading import typed

pytestmark = pytest.mark.no_database
LONG_NOTE = "What she said about the waiting list, and what she did not say. 東京 <b>&amp;\n" * 1_000


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = Sqlite(tmp_path_factory.mktemp("power"))
    fill(place.address)
    return place


def test_the_drill_finds_what_is_lost_and_what_is_half_there():
    half = (0, *WHOLE[1:])
    faults = list(lost_and_halved({"a": WHOLE, "b": half}, acknowledged={"a", "b", "c"}))
    assert faults[0] == "c was acknowledged and is not there"
    assert faults[1].startswith("b is half there: {'private notes': 0,")
    assert len(faults) == 2


def test_no_acknowledged_write_is_lost_and_none_is_half_there(place, tmp_path):
    found = list(cuts(place, tmp_path / "server.log", rounds=2, writes=40))
    assert [cut.faults for cut in found] == [[], []]
    assert [cut.others for cut in found] == [0, 0]
    assert sum(cut.found for cut in found) > 0


def test_a_long_note_outlives_the_server_that_was_killed_in_the_middle_of_it(place, tmp_path):
    server = Server(place.address, tmp_path / "server.log")
    with server, Visitor.sign_in(server, "consultant") as coach:
        form = re.search(r'href="(/engagements/\d+)"', coach.get("/engagements/")[1])[1] + "/sessions/new"
        draft = f"/drafts/keep{form}"
        assert draft in coach.get(form)[1]
        for length in (100, 20_000, len(LONG_NOTE)):
            status, _ = coach.post(draft, private_note=LONG_NOTE[:length], place="Ward 7")
            assert status == 204
        server.kill()
        server.start()
        with coach.again() as again:
            page = again.get(form)[1]
    assert typed(page, "private_note").strip() == LONG_NOTE.strip()
    assert typed(page, "place") == "Ward 7"
