"""A library that is first used by several threads at once is whole for each of them."""

import sys
from threading import Barrier, Thread

import lazy_loader as lazy
import pytest

from crm import lazily

pytestmark = pytest.mark.no_database
SLOW = """
import time
before = 1
import slow_library
assert slow_library.before == 1
time.sleep(0.2)
after = 2
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    (tmp_path / "slow_library.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    yield lazy.load("slow_library")
    sys.modules.pop("slow_library")


def test_nobody_finds_half_a_library(library):
    lazily.by_one()
    found, together = [], Barrier(4)

    def use() -> None:
        together.wait()
        found.append(library.after)

    threads = [Thread(target=use) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [2, 2, 2, 2]
    assert type(library) is type(sys), "and from then on it is a module like any other"


def test_a_library_that_breaks_says_so_and_is_tried_again(library, tmp_path):
    lazily.by_one()
    (tmp_path / "slow_library.py").write_text("raise RuntimeError('it broke')")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="it broke"):
            _ = library.after
