"""`flask restore FILE`: all of it and verified, or nothing."""

import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import User
from crm.backup import writing
from crm.backup.archive import opened
from crm.extensions import db
from crm.organisations.models import Organisation
from tests.backup.conftest import OLDER, SECRET
from tests.backup.rewriting import rewritten

AUDIT = {"audit_entry", "audit_head"}


def without_audit(lines: dict) -> dict:
    return {name: rows for name, rows in lines.items() if name not in AUDIT}


def test_restore_gives_back_every_table(source, kept, empty):
    with opened(kept) as archive:
        entries = list(archive.lines("audit_entry"))
    result = empty.flask("restore", kept)

    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"tables=\d+ rows=\d+ audit=\d+ verified\n", result.output)
    found = empty.lines()
    assert without_audit(found) == without_audit(source.lines())
    assert found["audit_entry"][: len(entries)] == entries


def test_restore_is_on_the_audit_trail_which_stays_whole(kept, empty):
    empty.flask("restore", kept)
    with empty.engine.connect() as connection:
        last = connection.execute(
            sa.text("SELECT verb, who, name FROM audit_entry ORDER BY position DESC")
        ).first()
    assert last == ("restored", "Command line", kept.name)
    assert empty.flask("audit", "verify").exit_code == 0


def test_what_was_restored_can_be_worked_with(kept, empty):
    empty.flask("restore", kept)
    with empty.app.app_context():
        before = db.session.scalar(sa.select(sa.func.max(Organisation.id)))
        keeper = db.session.scalar(sa.select(User.id))
        new = Organisation(name="Afterwards", search_name="afterwards", country="GB", keeper_id=keeper)
        new.kind = db.session.scalar(sa.select(Organisation.kind))
        db.session.add(new)
        db.session.commit()
        assert new.id > before


def test_restore_fills_tables_that_are_there_and_empty(kept, plumbline):
    target = plumbline()
    target.flask("db", "upgrade")
    assert target.flask("restore", kept).exit_code == 0


def test_restore_brings_an_older_backup_to_the_present(source, plumbline, tmp_path):
    old, target, path = plumbline(), plumbline(), tmp_path / "old.zip"
    old.flask("db", "upgrade", OLDER)
    with old.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tag (id, created_at, updated_at, name) "
            "VALUES (7, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'Kept for years')"
        )
    writing.write(old.engine, path, lambda *_: lambda _: None)

    assert target.flask("restore", path).exit_code == 0
    assert b"Kept for years" in target.lines()["tag"][0]
    assert target.flask("db", "current").output == source.flask("db", "current").output


def refused(target, path) -> str:
    """What is said, when a file is refused and nothing of it is kept."""
    result = target.flask("restore", path)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert SECRET not in result.output
    rows = {name: rows for name, rows in target.lines().items() if name != "audit_head"}
    assert not any(rows.values())
    return result.output


def test_restore_refuses_a_database_that_holds_rows(source, kept):
    before = source.lines()
    result = source.flask("restore", kept)
    assert result.exit_code == 1
    assert "is not empty" in result.output
    assert source.lines() == before


def test_restore_refuses_tables_of_another_revision(kept, plumbline):
    target = plumbline()
    target.flask("db", "upgrade", OLDER)
    assert f"already has the tables of {OLDER}" in refused(target, kept)


def test_restore_refuses_tables_of_something_else(kept, plumbline):
    target = plumbline()
    with target.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE shop (id integer PRIMARY KEY)")
    assert "not of Plumbline" in refused(target, kept)


def test_restore_refuses_a_backup_of_a_newer_plumbline(kept, plumbline, tmp_path):
    target = plumbline()
    said = refused(target, rewritten(kept, tmp_path / "x.zip", revision="0123456789ab"))
    assert "revision 0123456789ab, which this Plumbline does not know" in said
    assert not target.has_tables()


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 0.99])
def test_restore_refuses_one_damaged_byte(kept, plumbline, tmp_path, part):
    content = bytearray(kept.read_bytes())
    content[int(len(content) * part)] ^= 1
    damaged, target = tmp_path / "damaged.zip", plumbline()
    damaged.write_bytes(content)

    assert "damaged.zip is damaged" in refused(target, damaged)
    assert not target.has_tables()


@pytest.mark.parametrize("size", [0, 1, 5_000, -1])
def test_restore_refuses_a_file_that_was_cut_off(kept, plumbline, tmp_path, size):
    cut, target = tmp_path / "cut.zip", plumbline()
    cut.write_bytes(kept.read_bytes()[:size])

    assert "its end is missing" in refused(target, cut)
    assert not target.has_tables()


def test_restore_refuses_rows_that_are_not_those_of_the_manifest(kept, plumbline, tmp_path):
    fewer, target = {"tag": lambda rows: rows[1:]}, plumbline()
    path = rewritten(kept, tmp_path / "x.zip", rows=fewer, counted_anew=False)
    assert "the rows of tag are not those that were kept" in refused(target, path)
    assert not target.has_tables()


def _with_another_word(rows: list) -> list:
    rows[0][10] = "A demo that never was"
    return rows


def test_restore_refuses_a_trail_that_was_changed(kept, plumbline, tmp_path):
    said = refused(plumbline(), rewritten(kept, tmp_path / "x.zip", rows={"audit_entry": _with_another_word}))
    assert "The audit trail is not as it was: entry 1 was changed" in said


def test_restore_refuses_a_trail_that_ends_elsewhere(kept, plumbline, tmp_path):
    said = refused(plumbline(), rewritten(kept, tmp_path / "x.zip", audit_position=999))
    assert "does not end where the backup says" in said


def test_restore_refuses_rows_that_point_at_nothing(kept, plumbline, tmp_path):
    said = refused(plumbline(), rewritten(kept, tmp_path / "x.zip", rows={"tag": lambda rows: rows[1:]}))
    assert "The database refused: " in said


def test_restore_gives_back_a_trail_that_was_faulty_before(plumbline, tmp_path, kept):
    """A backup that is never restored helps nobody: the trail comes back as it was, and is named."""
    fault = "entry 1 was changed: its words do not give its digest"
    rows = {"audit_entry": _with_another_word}
    path = rewritten(kept, tmp_path / "x.zip", rows=rows, audit_faults=[fault])
    result = plumbline().flask("restore", path)
    assert result.exit_code == 0
    assert fault in result.output


def test_restore_fills_a_database_that_was_taken_back_to_nothing(kept, plumbline):
    target = plumbline()
    target.flask("db", "upgrade")
    target.flask("db", "downgrade", "base")
    assert target.flask("restore", kept).exit_code == 0
