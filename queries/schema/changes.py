"""Fit the tables of a warehouse file to their definitions, one table at a time.

A fact or dimension whose columns changed is made anew, and its sources are due: their next run lands all of it. A mart
is made anew and due. A record of ETL's own is never dropped: columns are added to it in place.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, Table, insert, select, text
from sqlalchemy.schema import CreateColumn, DropTable

from queries.schema.base import Kind, metadata, tables_of
from queries.schema.operations import due_tables, etl_state

SQL_SOURCES = ("store", "sql")  # every job lands from these; a file mapping names the tables that it feeds
COMPUTED = ""  # as the source of a mart that is due

Columns = dict[str, tuple[str, bool]]  # name: (type, whether it may be null)

_COLUMNS = text(
    "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
    "WHERE NOT internal AND schema_name = 'main' AND database_name = current_database()"
)


class RecordChanged(RuntimeError):
    """A table that must not be dropped has a column of another type; the message names it and says what to do."""


def fit(connection: Connection) -> list[str]:
    """Create, widen or make anew what differs from the definitions; the names of the tables that were made anew.

    Raises:
        RecordChanged: nothing was changed then, as the caller's transaction ends.
    """
    found = _found(connection)
    for record in tables_of(Kind.RECORD):
        if record.name in found:
            _widen(connection, record, found[record.name])
    metadata.create_all(connection, tables=list(tables_of(Kind.RECORD)))
    landed = set(connection.scalars(select(etl_state.c.source)))
    made_anew = []
    for table in tables_of(Kind.DIMENSION, Kind.FACT, Kind.MART):
        before = found.get(table.name)
        if before == _defined(connection, table):
            continue
        sources = _sources(connection, table, before, landed)
        if before is not None:
            connection.execute(DropTable(Table(table.name, MetaData())))
            made_anew.append(table.name)
        table.create(connection, checkfirst=False)
        if landed:
            _mark(connection, table, sources)
    return made_anew


def _found(connection: Connection) -> dict[str, Columns]:
    found: dict[str, Columns] = {}
    for table, column, type_, nullable in connection.execute(_COLUMNS):
        found.setdefault(table, {})[column] = (type_, nullable)
    return found


def _defined(connection: Connection, table: Table) -> Columns:
    return {
        column.name: (column.type.compile(connection.dialect).removesuffix(" WITHOUT TIME ZONE"), bool(column.nullable))
        for column in table.columns
    }


def _widen(connection: Connection, record: Table, found: Columns) -> None:
    defined = _defined(connection, record)
    for name, (type_, nullable) in defined.items():
        if name in found and found[name][0] != type_:
            raise RecordChanged(
                f"{record.name}.{name} is {found[name][0]} and must be {type_}, and {record.name} is kept for ever: "
                "start the version that wrote the file, or move the file away to land everything anew"
            )
        if name not in found and not nullable:
            raise RecordChanged(
                f"{record.name} has no column {name}, and old rows have no value for it: "
                "start the version that wrote the file, or move the file away to land everything anew"
            )
    quoted = connection.dialect.identifier_preparer.quote
    for name in defined.keys() - found.keys():
        added = CreateColumn(record.c[name]).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {quoted(record.name)} ADD COLUMN {added}")
    for name in found.keys() - defined.keys():  # an older version's: new rows leave it out
        if not found[name][1]:
            connection.exec_driver_sql(f"ALTER TABLE {quoted(record.name)} ALTER {quoted(name)} DROP NOT NULL")


def _sources(connection: Connection, table: Table, before: Columns | None, landed: set[str]) -> Iterable[str]:
    """The sources whose rows a new table lacks."""
    if table.info["kind"] is Kind.MART:
        return {COMPUTED}
    always = landed.intersection(SQL_SOURCES)
    if before is None:
        return always
    if "source" not in before:
        return landed
    return always | set(connection.scalars(select(table.c.source).distinct()))


def _mark(connection: Connection, table: Table, sources: Iterable[str]) -> None:
    known = set(connection.scalars(select(due_tables.c.source).where(due_tables.c.table_name == table.name)))
    rows = [{"source": source, "table_name": table.name} for source in sorted(set(sources) - known)]
    if rows:
        connection.execute(insert(due_tables), rows)
