"""The guard below the ORM: the rules of crm.access once more, in the database's own hands.

A select that forgets `visible_to` still gives nothing away. On SQLite every table that a rule speaks of is
compiled as those of its rows that the reader may see; on PostgreSQL row-level security does the same, for
raw SQL too. Both are written out of RULES, so they cannot disagree with it.
"""

from collections.abc import Callable
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles

from crm.access import Guarded, Reader, Role, within
from crm.extensions import db
from crm.readers import APP_ROLE, KEEPER, STRANGER

Criterion = sa.ColumnElement[bool]
#: Tables out of whose every row a page may choose: a list made once is quicker there than a look at each.
SEARCHED_WHOLE = frozenset({"organisation"})
_rules: dict[str, Callable[[Reader], Criterion]] = {}


def protect(table: sa.Table, rule: Callable[[Reader], Criterion]) -> sa.Table:
    """Guard a table that no model stands for. The rule gives the rows that a reader of a role may see."""
    _rules[table.name] = rule
    return table


def through(column: sa.Column, model: type[Guarded]) -> Callable[[Reader], Criterion]:
    """The rule of a table that joins others: its rows are seen with the row that `column` points at."""

    def rule(reader: Reader) -> Criterion:
        seen = _of_model(model, reader)
        if isinstance(seen, sa.True_ | sa.False_):
            return seen
        return sa.exists(sa.select(sa.literal_column("1")).where(model.id == _named(column), seen))

    return rule


def _of_model(model: type[Guarded], reader: Reader) -> Criterion:
    seen = within(reader, model.guarded_by or model.view_permission, model)
    made = model.also_open_to(reader) if reader.role is Role.CONSULTANT else None
    return seen if made is None else sa.or_(seen, made)


@cache
def guarded_tables() -> tuple[str, ...]:
    return tuple(sorted({*models(), *_rules}))


@cache
def models() -> dict[str, type[Guarded]]:
    found = (mapper.class_ for mapper in db.Model.registry.mappers)
    return {model.__tablename__: model for model in found if issubclass(model, Guarded)}


def criterion(table: str, reader: Reader) -> Criterion:
    """Which rows of a guarded table a reader of a role may see."""
    return _rules[table](reader) if table in _rules else _of_model(models()[table], reader)


def _sql(found: Criterion, dialect: sa.Dialect) -> str:
    return str(found.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


# On SQLite


class _Compiled(Reader):
    """The reader as SQLite knows them. It looks each row up in an index: a list would be made anew for every
    table of every statement."""

    def among(self, key, column: sa.ColumnClause, whose: sa.ColumnClause) -> Criterion:
        own = column.table.alias("own")
        found = own.c[column.name] == _named(key), own.c[whose.name] == self.id
        return sa.exists(sa.select(sa.literal_column("1")).where(*found))


def _named(key) -> sa.ColumnElement:
    """A column of the row that is looked at, by its name, or a select would list its table once more."""
    column = key.expression
    return sa.literal_column(f'"{column.table.name}".{column.name}', column.type)


@cache
def _rows_seen(table: str, role: str) -> str | None:
    """The criterion for readers of a role, as SQL; None where it lets everything through."""
    if role in (STRANGER.role, KEEPER.role):
        return "0" if role == STRANGER.role else None
    reader = Reader if table in SEARCHED_WHOLE else _Compiled
    found = criterion(table, reader(Role(role), sa.literal_column("(SELECT reader())", sa.Integer)))
    return None if isinstance(found, sa.True_) else _sql(found, sqlite.dialect())


@compiles(sa.Table, "sqlite")
def only_what_is_seen(table, compiler, asfrom=False, iscrud=False, enclosing_alias=None, **more) -> str:
    """A table to select from: those of its rows that the reader may see."""
    more |= {"asfrom": asfrom, "iscrud": iscrud, "enclosing_alias": enclosing_alias}
    name, role = compiler.visit_table(table, **more), getattr(compiler.dialect, "reads_for", None)
    if not asfrom or iscrud or not role or table.name not in guarded_tables():
        return name
    if (seen := _rows_seen(table.name, role)) is None:
        return name
    plain = compiler.preparer.quote(table.name)
    is_named = enclosing_alias is not None and enclosing_alias.element is table
    alias = name.removeprefix(plain) or ("" if is_named else f" AS {plain}")
    return f"(SELECT * FROM {plain} WHERE {seen}){alias}"  # noqa: S608 - written by the compiler


# On PostgreSQL


class _Setting(Reader):
    """The reader as PostgreSQL knows them. Who serves whom comes out of functions, or a rule on those tables
    would ask for itself."""

    def among(self, key, column: sa.ColumnClause, whose: sa.ColumnClause) -> Criterion:
        place = column.table.name, column.name
        if place in OWN_ROWS:
            return key.in_(sa.select(sa.func.__getattr__(_function_name(*place))()))
        return key.in_(sa.select(column).where(whose == self.id))


READER_ID = "(SELECT NULLIF(current_setting('plumbline.reader', true), '')::integer)"
READER_ROLE = "(SELECT current_setting('plumbline.role', true))"
#: The columns that rules ask for, of the rows that speak of the reader.
OWN_ROWS = (
    ("team_member", "engagement_id"),
    ("team_member", "organisation_id"),
    ("engagement_grant", "engagement_id"),
    ("contact", "organisation_id"),
    ("contact", "id"),
)


def policies() -> list[str]:
    """The statements that make PostgreSQL guard every table: what migrations hold, written out anew."""
    functions = (statement for place in OWN_ROWS for statement in _function(*place))
    return [*functions, *policies_of(*guarded_tables())]


def policies_of(*tables: str) -> list[str]:
    """Those for these tables: what the migration that makes them holds."""
    statements = []
    for table in tables:
        cases = " ".join(_case(table, role) for role in Role)
        seen = f"CASE {READER_ROLE} {cases} WHEN '{KEEPER.role}' THEN true ELSE false END"
        statements += [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'CREATE POLICY seen ON "{table}" FOR SELECT USING ({seen})',
            f'CREATE POLICY made ON "{table}" FOR INSERT WITH CHECK (true)',
            f'CREATE POLICY changed ON "{table}" FOR UPDATE USING ({seen}) WITH CHECK (true)',
            f'CREATE POLICY gone ON "{table}" FOR DELETE USING ({seen})',
        ]
    return statements


def _function_name(table: str, column: str) -> str:
    return f"reader_{table}_{column}"


def _function(table: str, column: str) -> tuple[str, str]:
    """It only reads; unless PostgreSQL is told so, it reads no guarded table with more than one process."""
    name = _function_name(table, column)
    made = (
        f"CREATE FUNCTION {name}() RETURNS SETOF integer LANGUAGE sql STABLE "  # noqa: S608
        f"SECURITY DEFINER SET search_path FROM CURRENT AS "
        f"$$ SELECT {column} FROM {table} WHERE user_id = {READER_ID} $$"
    )
    return made, f"ALTER FUNCTION {name}() PARALLEL SAFE"


def _case(table: str, role: Role) -> str:
    found = criterion(table, _Setting(role, sa.literal_column(READER_ID, sa.Integer)))
    return f"WHEN '{role}' THEN {_sql(found, postgresql.dialect())}"


def grants() -> list[str]:
    """The role of the application: it may use every table, and owns none."""
    table_rights, sequence_rights = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT, UPDATE"
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
    return [
        f"DO $$ BEGIN CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
        f"GRANT {APP_ROLE} TO CURRENT_USER",
        f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}",
        f"GRANT {table_rights} ON ALL TABLES IN SCHEMA public TO {APP_ROLE}",
        f"GRANT {sequence_rights} ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}",
        f"{later} {table_rights} ON TABLES TO {APP_ROLE}",
        f"{later} {sequence_rights} ON SEQUENCES TO {APP_ROLE}",
        f"REVOKE UPDATE, DELETE ON audit_entry FROM {APP_ROLE}",
        f"REVOKE DELETE ON audit_head FROM {APP_ROLE}",
    ]


@sa.event.listens_for(db.metadata, "after_create")
def guard_new_tables(_metadata, connection, **_) -> None:
    """Tables made without migrations, as in tests, are guarded in the same way."""
    if connection.dialect.name == "postgresql":
        for statement in (*policies(), *grants()):
            connection.exec_driver_sql(statement)
