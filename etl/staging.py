"""Temporary tables of a landing, and moving rows into them. All live in the connection and go with it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Column,
    ColumnElement,
    Connection,
    Executable,
    FromClause,
    MetaData,
    Select,
    String,
    Table,
    cast,
    column,
    insert,
    literal_column,
    null,
    select,
    table,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.compiler import SQLCompiler

from etl.jobs.base import Job
from queries.engine import duckdb_cursor

PROBLEM = "problem"
PLACE = ("from_file", "from_sheet", "from_line", "from_column", "from_word", "from_row")
_DEFINED: dict[tuple[str, tuple[tuple[str, type], ...]], tuple[Table, str]] = {}


def temporary(connection: Connection, name: str, columns: Sequence[Column[Any]]) -> Table:
    """Create an empty temporary table with columns of these names and types, all nullable."""
    # the same definition for every landing: SQLAlchemy compiles a statement once per table that it names
    known = (name, tuple((c.name, type(c.type)) for c in columns))
    if known not in _DEFINED:
        parts = [Column(c.name, c.type) for c in columns]
        table = Table(name, MetaData(schema="temp"), *parts, prefixes=["TEMP"])
        _DEFINED[known] = (table, str(CreateTable(table).compile(dialect=connection.dialect)))
    made, definition = _DEFINED[known]
    connection.exec_driver_sql(definition)
    return made


def forget_temporary(connection: Connection) -> None:
    """Drop the temporary tables of the connection: a second landing in its transaction makes its own."""
    found = duckdb_cursor(connection).execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    for (name,) in found:
        Table(name, MetaData(schema="temp")).drop(connection, checkfirst=False)


def staging_table(connection: Connection, job: Job) -> Table:
    """The job's staging table: the target's columns, `problem`, why the row cannot land, and where a file has it."""
    numbers = {"from_line", "from_row"}
    place = [Column(name, BigInteger if name in numbers else String) for name in PLACE]
    return temporary(connection, f"stg_{job.name}", [*job.target.c, Column(PROBLEM, String), *place])


@contextmanager
def registered(connection: Connection, name: str, rows: Any) -> Iterator[None]:
    """Arrow data as a relation of this name, for as long as the context lasts."""
    cursor = duckdb_cursor(connection)
    cursor.register(name, rows)
    try:
        yield
    finally:
        cursor.unregister(name)


def key_table(connection: Connection, name: str) -> Table:
    """An empty table of keys (column k)."""
    return temporary(connection, name, [Column("k", BigInteger)])


def fill_keys(connection: Connection, keys: Table, values: Collection[int]) -> None:
    """Put keys into a key table."""
    if values:
        _insert_arrow(connection, keys, pa.table({"k": pa.array(list(values), pa.int64())}))


def stage_from(connection: Connection, job: Job, staging: Table, rows: FromClause) -> int:
    """Put rows of a relation with the columns of the job's statement into staging, typed and with derived columns.

    `staging` may be the target itself, which has no column for a problem. Returns the number of rows.
    """
    names = [c.name for c in job.target.c]
    values = _typed(job)
    if PROBLEM in staging.c:
        names.append(PROBLEM)
        values.append(cast(column(PROBLEM) if PROBLEM in rows.c else null(), String))
    placed = [name for name in PLACE if name in staging.c and name in rows.c]
    names += placed
    values += [cast(column(name), staging.c[name].type) for name in placed]
    return connection.execute(insert(staging).from_select(names, select(*values).select_from(rows))).rowcount


def _typed(job: Job) -> list[ColumnElement[Any]]:
    """The target's columns from those of the job's statement."""
    return [
        cast(job.derived[c.name] if c.name in job.derived else column(c.name), c.type).label(c.name)
        for c in job.target.c
    ]


class _CreateView(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, name: str, statement: Select[Any]) -> None:
        self.name = name
        self.statement = statement


@compiles(_CreateView)
def _create_view(element: _CreateView, compiler: SQLCompiler, **options: Any) -> str:
    statement = compiler.process(element.statement, literal_binds=True, **options)
    return f"CREATE TEMP VIEW {compiler.preparer.quote(element.name)} AS {statement}"


def view_of(connection: Connection, job: Job, rows: FromClause) -> Table:
    """A temporary view of a relation with the columns of the job's statement, typed and with derived columns."""
    name = f"view_{job.name}"
    connection.execute(_CreateView(name, select(*_typed(job)).select_from(rows)))
    return Table(name, MetaData(schema="temp"), *[Column(c.name, c.type) for c in job.target.c])


def stage_batches(connection: Connection, job: Job, staging: Table, batches: Iterable[pa.Table]) -> int:
    """Put batches with the columns of the job's statement into staging; returns the number of rows."""
    total = 0
    for batch in batches:
        with registered(connection, "incoming_rows", batch):
            incoming = table("incoming_rows", *[column(name) for name in batch.column_names])
            stage_from(connection, job, staging, incoming)
        total += batch.num_rows
    return total


def _insert_arrow(connection: Connection, target: Table, rows: pa.Table) -> None:
    cursor = duckdb_cursor(connection)
    cursor.register("incoming_keys", rows)
    incoming = table("incoming_keys", *[column(name) for name in rows.column_names])
    connection.execute(insert(target).from_select(rows.column_names, select(literal_column("*")).select_from(incoming)))
    cursor.unregister("incoming_keys")
