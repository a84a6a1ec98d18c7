"""`flask backup FILE` while in use, and `flask backup-verify FILE`."""

import re
from zipfile import ZipFile

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from crm.backup import writing
from crm.backup.archive import opened
from crm.backup.values import Codec, kind_of
from crm.errors import DomainError
from crm.extensions import db
from crm.readers import APP_ROLE
from tests.backup.conftest import SECRET, Plumbline


def test_backup_prints_its_sums_and_nothing_of_what_it_holds(source, tmp_path):
    path = tmp_path / "a.zip"
    result = source.flask("backup", path)
    size = path.stat().st_size
    assert re.fullmatch(rf"tables=\d+ rows=\d+ audit=\d+ bytes={size}\n", result.output)


def test_backup_is_for_its_owner_alone_and_leaves_nothing_else(source, tmp_path):
    path = tmp_path / "a.zip"
    source.flask("backup", path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_backup_is_on_the_audit_trail(source, tmp_path):
    source.flask("backup", tmp_path / "a.zip")
    with source.engine.connect() as connection:
        last = connection.execute(
            sa.text("SELECT verb, name FROM audit_entry ORDER BY position DESC")
        ).first()
    assert last == ("backed_up", "a.zip")


def test_backup_holds_every_table_with_its_rows(source, kept):
    with source.app.app_context(), ZipFile(kept) as archive:
        manifest = orjson.loads(archive.read("manifest.json"))
        assert manifest["tables"].keys() == db.metadata.tables.keys()
    assert manifest["files"] == []
    assert manifest["tables"]["private_note"]["rows"] == len(source.lines()["private_note"])


def test_backup_holds_what_nobody_but_its_author_reads(source, kept):
    with opened(kept) as archive:
        assert SECRET.encode() in b"".join(archive.lines("draft"))
        assert len(list(archive.lines("private_note"))) == len(source.lines()["private_note"]) > 0


def test_backup_does_not_hold_the_secrets_of_the_installation(source, kept):
    with ZipFile(kept) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert source.app.config["SECRET_KEY"].encode() not in content


def test_backup_refuses_a_file_that_is_there(source, tmp_path):
    path = tmp_path / "a.zip"
    path.write_text("precious")
    result = source.flask("backup", path)
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert path.read_text() == "precious"
    assert source.flask("backup", path, "--force").exit_code == 0
    assert source.flask("backup-verify", path).exit_code == 0


def test_backup_refuses_a_folder_that_is_not_there(source, tmp_path):
    result = source.flask("backup", tmp_path / "nowhere" / "a.zip")
    assert result.exit_code == 1
    assert "No such file or directory" in result.output


def test_backup_refuses_a_database_without_tables(plumbline, tmp_path):
    result = plumbline().flask("backup", tmp_path / "a.zip")
    assert result.exit_code == 1
    assert "no tables of Plumbline" in result.output
    assert list(tmp_path.iterdir()) == []


def test_backup_is_of_one_moment_whoever_writes_meanwhile(plumbline, tmp_path):
    """What is committed after the snapshot was taken is not in it, not even in tables that are read later."""
    busy, path = plumbline(), tmp_path / "a.zip"
    busy.flask("db", "upgrade")

    def write_now(*_):
        with busy.engine.begin() as other:
            other.exec_driver_sql(
                "INSERT INTO tag (id, created_at, updated_at, name) "
                "VALUES (1, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'Meanwhile')"
            )
        return lambda _rows: None

    writing.write(busy.engine, path, write_now)
    with opened(path) as archive:
        assert list(archive.lines("tag")) == []
    assert len(busy.lines()["tag"]) == 1


def test_backup_that_breaks_off_leaves_what_was_there(source, tmp_path):
    path = tmp_path / "a.zip"
    path.write_text("of yesterday")

    def fail(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        writing.write(source.engine, path, fail)
    assert [(one, one.read_text()) for one in tmp_path.iterdir()] == [(path, "of yesterday")]


def test_backup_refuses_a_login_that_is_not_shown_every_row(source, tmp_path):
    if source.engine.dialect.name == "sqlite":
        pytest.skip("run with --database postgresql")
    with source.engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS backup_tester")
        connection.exec_driver_sql(f"CREATE ROLE backup_tester LOGIN IN ROLE {APP_ROLE}")
    address = make_url(source.address).set(username="backup_tester").render_as_string(hide_password=False)
    limited = Plumbline(address)
    result = limited.flask("backup", tmp_path / "a.zip")
    limited.close()

    assert result.exit_code == 1
    assert "Run it as the owner of the tables" in result.output
    assert list(tmp_path.iterdir()) == []


def test_backup_verify_needs_no_database_and_tells_what_it_read(source, kept):
    result = source.flask("backup-verify", kept)
    assert result.exit_code == 0
    assert f"from {source.engine.dialect.name}, revision" in result.output
    assert result.output.endswith("whole\n")


def test_backup_verify_finds_damage(source, kept, tmp_path):
    damaged = tmp_path / "a.zip"
    content = bytearray(kept.read_bytes())
    content[300] ^= 8
    damaged.write_bytes(content)
    result = source.flask("backup-verify", damaged)
    assert result.exit_code == 1
    assert "is damaged" in result.output


@pytest.mark.parametrize("value", [0.1 + 0.2, -0.0, 5e-324, float("inf"), float("-inf"), None])
def test_numbers_come_back_to_the_last_bit(value):
    codec = Codec(["number"])
    assert repr(codec.row(codec.line([value]))) == repr([value])


def test_a_column_of_a_new_kind_is_not_left_out_in_silence():
    with pytest.raises(DomainError, match=r"columns such as thing\.span"):
        kind_of("thing", "span", sa.Interval())


def test_backup_says_what_is_amiss_with_the_database(tmp_path):
    nowhere = Plumbline(f"sqlite:///{tmp_path / 'nowhere' / 'plumbline.db'}")
    result = nowhere.flask("backup", tmp_path / "a.zip")
    assert result.exit_code == 1
    assert "The database refused: unable to open database file" in result.output
