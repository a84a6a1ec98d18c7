"""Files that are kept, in a folder, in memory and in a real S3."""

import hashlib
import os
import socket
import time
from functools import partial

import pytest

from crm import store as stores
from crm.store import ABANDONED, Folder, opened, store
from tests.servers import s3_environment, s3_server

pytestmark = pytest.mark.no_database
NAME = "runs/2026/11/ab12.xlsx"


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """The environment of a client of a real S3."""
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        environment = s3_environment(server)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            yield environment


@pytest.fixture(params=["folder", "memory", "s3"])
def kept(request, tmp_path):
    if request.param == "s3":
        request.getfixturevalue("s3")
        return opened("s3://kept/here")
    return opened(str(tmp_path / "files") if request.param == "folder" else "")


def test_a_file_comes_back_as_it_was(kept):
    pieces = [os.urandom(1_000_003) for _ in range(7)]
    assert kept.write(NAME, iter(pieces)) == 7_000_021
    assert kept.exists(NAME)
    assert kept.size(NAME) == 7_000_021
    with kept.open(NAME) as file:
        found = hashlib.sha256()
        while piece := file.read(300_000):
            found.update(piece)
        assert found.digest() == hashlib.sha256(b"".join(pieces)).digest()
        file.seek(1_000_000)
        assert file.read(6) == b"".join(pieces)[1_000_000:1_000_006]


def test_an_empty_file_is_a_file(kept):
    assert kept.write("empty.csv", []) == 0
    assert kept.size("empty.csv") == 0
    with kept.open("empty.csv") as file:
        assert file.read() == b""


def test_a_file_of_which_the_writer_broke_down_never_was(kept):
    kept.write(NAME, [b"as it was"])

    def breaks():
        yield b"half" * 2_000_000
        raise RuntimeError("the worker broke down")

    for name in (NAME, "runs/other.csv"):
        with pytest.raises(RuntimeError, match="broke down"):
            kept.write(name, breaks())
    assert not kept.exists("runs/other.csv")
    with kept.open(NAME) as file:
        assert file.read() == b"as it was"


def test_a_file_is_replaced_and_deleted(kept):
    kept.write("one.txt", [b"first"])
    kept.write("one.txt", [b"second"])
    with kept.open("one.txt") as file:
        assert file.read() == b"second"
    kept.delete("one.txt")
    kept.delete("one.txt")
    assert not kept.exists("one.txt")
    for ask in (kept.open, kept.size):
        with pytest.raises(FileNotFoundError):
            ask("one.txt")


def test_names_are_listed_by_how_they_begin(kept):
    for name in ("list/2026/11/b.csv", "list/2026/11/a.csv", "list/2026/12/c.csv", "list.txt"):
        kept.write(name, [b"."])
    assert list(kept.names("list/2026/11/")) == ["list/2026/11/a.csv", "list/2026/11/b.csv"]
    assert list(kept.names("list/2026/1")) == [*kept.names("list/2026/11/"), "list/2026/12/c.csv"]
    assert set(kept.names("list")) == {*kept.names("list/"), "list.txt"}
    assert kept.tidy() == 0
    kept.check()


NO_NAMES = ["", "/etc/passwd", "../out", "a/../../out", ".hidden", "a//b", "a\0b", "a b"]


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_a_name_leads_nowhere_else(name, kind, tmp_path):
    kept = opened(str(tmp_path) if kind == "folder" else "")
    for ask in (kept.open, kept.exists, kept.size, kept.delete, partial(kept.write, chunks=[])):
        with pytest.raises(ValueError, match="no name for a file"):
            ask(name)


def test_what_a_killed_writer_left_is_unseen_and_goes_after_a_day(tmp_path):
    kept = Folder(tmp_path)
    kept.write(NAME, [b"whole"])
    for name, age in (("old", ABANDONED.total_seconds() + 60), ("new", 0)):
        left = tmp_path / "runs" / f".{name}.part"
        left.write_bytes(b"half")
        os.utime(left, (time.time() - age,) * 2)
    assert list(kept.names()) == [NAME]
    assert kept.tidy() == 1
    assert [path.name for path in (tmp_path / "runs").glob(".*")] == [".new.part"]


def test_an_app_has_one_store_where_its_settings_say(app, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "FILES_URL", str(tmp_path / "files"))
    without = {name: one for name, one in app.extensions.items() if name != stores.STORE}
    monkeypatch.setattr(app, "extensions", without)
    with app.app_context():
        assert store() is store()
        store().write("a.txt", [b"a"])
        assert stores.state() == "ok"
    assert (tmp_path / "files" / "a.txt").read_bytes() == b"a"


def test_a_store_out_of_reach_is_told(app, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setitem(app.extensions, stores.STORE, Folder(tmp_path / "file"))
    with app.app_context():
        assert stores.state() == "unreachable"


def test_a_bucket_that_does_not_answer_is_told_soon(app, monkeypatch, s3):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setitem(app.extensions, stores.STORE, opened("s3://kept/here"))
        began = time.monotonic()
        with app.app_context():
            assert stores.state() == "unreachable"
        assert time.monotonic() - began < 5
