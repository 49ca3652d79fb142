"""Bulk writing of generated columns: executemany on SQLite, COPY on PostgreSQL, all in the caller's transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import sqlalchemy as sql
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text

from api.domains.ledger.guards import create_guards, drop_guards
from api.kernel import changelog
from etl.demo.calendar import NEVER, Ints

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]

_PG_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"""
_PG_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""


def stamps(times: Ints) -> list[str | None]:
    """Epoch seconds as the text both stores take for a timestamp; NEVER becomes null."""
    written = np.datetime_as_string(times.astype("M8[s]").astype("M8[us]"), unit="us").astype("U26")
    if len(written):
        written.view("U1").reshape(len(written), 26)[:, 10] = " "
    result: list[str | None] = written.tolist()
    for index in np.flatnonzero(times == NEVER):
        result[index] = None
    return result


def keys_or_null(keys: Ints) -> list[int | None]:
    """Row keys with 0 as null."""
    return [key or None for key in keys.tolist()]


class Writer:
    """Appends columns to tables of one open transaction. `rows` counts what was written per table."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.rows: dict[str, int] = {}

    def write(self, table: str, columns: Columns) -> None:
        """Append rows given by column; all columns are equally long, values int, str or None."""
        lists = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns.values()]
        self.rows[table] = self.rows.get(table, 0) + len(lists[0])
        driver: Any = self.connection.connection.driver_connection
        if self.connection.dialect.name == "sqlite":
            insert = sql.insert(sql.table(table, *map(sql.column, columns))).compile(dialect=self.connection.dialect)
            driver.executemany(str(insert), zip(*lists, strict=True))
            return
        names = ", ".join(columns)
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in zip(*lists, strict=True):
                copy.write_row(row)


@contextmanager
def bulk_transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction without triggers, secondary indexes and foreign keys, which are back at its commit."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-200000"):
                driver.execute(f"PRAGMA {pragma}")
        try:
            with connection.begin():
                changelog.drop_triggers(connection)
                drop_guards(connection)
                restore = _drop_indexes_sqlite(connection) if is_sqlite else _drop_constraints_postgres(connection)
                yield connection
                for statement in restore:
                    connection.exec_driver_sql(statement)
                if not is_sqlite:
                    _advance_sequences(connection)
                changelog.ensure(connection)
                create_guards(connection)
        finally:
            if is_sqlite:
                for pragma in ("foreign_keys=ON", "synchronous=FULL", "cache_size=-65536"):
                    driver.execute(f"PRAGMA {pragma}")


def _drop_indexes_sqlite(connection: Connection) -> list[str]:
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    ).all()
    for name, _sql in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]


def _drop_constraints_postgres(connection: Connection) -> list[str]:
    indexes = connection.execute(text(_PG_INDEXES)).all()
    foreign_keys = connection.execute(text(_PG_FOREIGN_KEYS)).all()
    for table, name, _definition in foreign_keys:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    restore = [definition for _name, definition in indexes]
    return restore + [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in foreign_keys
    ]


def _advance_sequences(connection: Connection) -> None:
    owned = connection.execute(
        text(
            "SELECT table_name, pg_get_serial_sequence(quote_ident(table_name), 'id') FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_name = 'id'"
            " AND (column_default LIKE 'nextval%' OR is_identity = 'YES')"
        )
    ).all()
    for table, sequence in owned:
        highest = connection.scalar(sql.select(sql.func.max(sql.column("id"))).select_from(sql.table(table)))
        if sequence and highest:
            connection.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :highest)"),
                {"sequence": sequence, "highest": highest},
            )
