"""The database's own check of its files, before anything is concluded from what it says."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Select, Table, Text, cast, column, func, select, table, text
from sqlalchemy.exc import DBAPIError

from startup import reason

_MOST = 20  # findings of SQLite; more say nothing new
_INDEXES = text(
    "SELECT CAST(CAST(i.indexrelid AS regclass) AS text) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_am m ON m.oid = c.relam "
    "WHERE m.amname = 'btree' AND i.indisvalid AND c.relnamespace = to_regnamespace(current_schema())"
)


def damage(engine: Engine, metadata: MetaData) -> list[str]:
    """What is wrong with the files of the store; empty when they are whole.

    SQLite checks every page and index. PostgreSQL reads every row of the tables of `metadata`, and checks the indexes
    where its extension amcheck can be had.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return list(_of_sqlite(connection))
        return list(_of_postgres(connection, metadata))


def _of_sqlite(connection: Connection) -> Iterator[str]:
    try:
        found = connection.exec_driver_sql(f"PRAGMA integrity_check({_MOST})").scalars().all()
        yield from (line for line in found if line != "ok")
        for table, row, parent, _number in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"row {row} of {table} refers to a row of {parent} that is not there"
    except DBAPIError as error:
        yield reason(error.orig or error)


def _of_postgres(connection: Connection, metadata: MetaData) -> Iterator[str]:
    for each in metadata.sorted_tables:
        yield from _tried(connection, f"table {each.name}", _read_whole(each))
    if _has_amcheck(connection):
        for name in connection.scalars(_INDEXES).all():
            check = select(func.bt_index_check(func.to_regclass(name), True))
            yield from _tried(connection, f"index {name}", check)
    connection.rollback()  # the extension was only for this check


def _read_whole(each: Table) -> Select[tuple[int]]:
    row = cast(column(each.name), Text)
    return select(func.sum(func.hashtext(row))).select_from(table(each.name))


def _has_amcheck(connection: Connection) -> bool:
    attempt = connection.begin_nested()
    try:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
    except DBAPIError:  # not installed beside this server, or not for this user
        attempt.rollback()
        return False
    attempt.commit()
    return True


def _tried(connection: Connection, what: str, statement: Select[Any]) -> Iterator[str]:
    attempt = connection.begin_nested()
    try:
        connection.execute(statement).all()
    except DBAPIError as error:
        attempt.rollback()
        yield f"{what}: {reason(error.orig or error)}"
    else:
        attempt.commit()
