"""Everything of a store, read by DuckDB's scanners from an attached catalog."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, Table

from etl.jobs import Job
from etl.sources.base import Position, ReadWhole
from etl.staging import stage_from, view_of
from queries.engine import Warehouse, load_extension

_CATALOGS = itertools.count(1)


class Scan(ReadWhole):
    """Everything. Its position was taken before the scan: what was committed in between is landed twice, not missed."""

    def __init__(self, catalog: str, source: str, position: Position) -> None:
        """`source`: the name that the rows carry."""
        self._catalog = catalog
        self._source = source
        self._position = position

    def position(self, connection: Connection) -> Position:
        """See `Snapshot`."""
        return self._position

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """See `Snapshot`."""
        # a table of the warehouse must say where it is, or the map above would take it for one of the source
        into = staging if staging.schema else _in_main(staging)
        with _translated(connection, self._catalog) as scanning:
            return stage_from(scanning, job, into, job.rows_of(self._source).subquery("incoming"))

    def view(self, connection: Connection, job: Job) -> Table:
        """See `Viewed`."""
        with _translated(connection, self._catalog) as scanning:
            return view_of(scanning, job, job.rows_of(self._source).subquery("incoming"))


@cache
def _in_main(table: Table) -> Table:
    return table.to_metadata(MetaData(), schema="main")


@contextmanager
def attached(warehouse: Warehouse, kind: str, place: str) -> Iterator[str]:
    """Yields the name of a catalog of the store at `place`; `kind` is sqlite or postgres.

    No other reading has that name: one may land while another one verifies.
    """
    cursor = warehouse.raw()
    load_extension(cursor, f"{kind}_scanner")
    quoted = place.replace("'", "''")
    catalog = f"src_{next(_CATALOGS)}"
    cursor.execute(f"ATTACH '{quoted}' AS {catalog} (TYPE {kind}, READ_ONLY)")
    try:
        yield catalog
    finally:
        cursor.execute(f"DETACH {catalog}")
        cursor.close()


@contextmanager
def _translated(connection: Connection, catalog: str) -> Iterator[Connection]:
    """The tables of the operational models mean those of an attached catalog."""
    try:
        yield connection.execution_options(schema_translate_map={None: catalog})
    finally:
        connection.execution_options(schema_translate_map={})


def copy_sqlite(engine: Engine, copy: Path) -> None:
    """The store as of one instant, page by page: half the time of VACUUM INTO, which writes every index anew.

    A copy, since two SQLite libraries of one process on one live file can corrupt it.
    """
    raw = engine.raw_connection()
    target = sqlite3.connect(copy)
    try:
        for setting in ("synchronous = OFF", "journal_mode = OFF", "locking_mode = EXCLUSIVE"):
            target.execute(f"PRAGMA {setting}")
        connection: Any = raw.driver_connection
        connection.backup(target)
    finally:
        target.close()
        raw.close()


def postgres_place(url: URL) -> str:
    """A URL as libpq's key='value' pairs."""
    parts = {
        "host": url.host or url.query.get("host"),
        "port": url.port or url.query.get("port"),
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    }
    return " ".join(f"{key}='{escaped(str(value))}'" for key, value in parts.items() if value is not None)


def escaped(value: str) -> str:
    """As it stands between quotes of libpq."""
    return value.replace("\\", "\\\\").replace("'", "\\'")
