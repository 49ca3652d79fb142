"""An SQL store as a source, by URL.

First load: SQLite and PostgreSQL through DuckDB's scanners, other dialects in streamed batches. Increments follow the
change log; a store without one is followed by `updated_at` with an overlap, which cannot see deletes.
"""

import contextlib
import itertools
import json
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import structlog
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Select,
    String,
    Table,
    cast,
    func,
    inspect,
    select,
    text,
    type_coerce,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import InstrumentedAttribute

from api.kernel import store_identity
from api.kernel.db import UtcDateTime
from api.models import Base, ChangeLog
from etl.jobs import JOBS, Feed, Job
from etl.sources.base import Origin, Position, Snapshot, SourceUnavailable
from etl.staging import stage_from, stage_rows, view_of
from queries.engine import Warehouse, duckdb_cursor, load_extension

log = structlog.get_logger("etl")
_CATALOGS = itertools.count(1)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
KEYS_PER_STATEMENT = 20_000
ROWS_PER_BATCH = 20_000
OVERLAP = timedelta(minutes=5)
CLOCKS = {"order_events": "at", "ledger_transactions": "created_at", "ticket_messages": "created_at"}


class SqlSource:
    """The operational store, or another store with the same tables."""

    def __init__(self, engine: Engine, url: str, *, name: str = "store") -> None:
        self.name = name
        self.jobs: tuple[Job, ...] = JOBS
        self.unique_keys = True
        self._engine = engine
        self._url = url

    def origin(self) -> Origin:
        """See `Source`."""
        path = store_identity.sqlite_file(self._engine)
        if path is not None and not path.exists():  # to connect would make it
            raise SourceUnavailable(f"there is no store at {path}: put it back, or correct KOMSHIP_DATABASE_URL")
        with self._explained(), self._reading() as connection:
            return Origin(store_id=store_identity.read(connection))

    @contextlib.contextmanager
    def open(self, warehouse: Warehouse, watermark: str | None) -> Iterator[Snapshot | None]:
        """See `Source.open`."""
        with self._explained(), contextlib.ExitStack() as stack:
            if watermark is not None:
                connection = stack.enter_context(self._reading())
                position = _position(connection)
                if not _went_back(position, watermark):
                    yield None if position.watermark == watermark else _changes(connection, watermark, position)
                    return
                stack.pop_all().close()
                log.warning("the store is older than what was landed of it, as after a restored copy: all is landed")
            yield stack.enter_context(self._everything(warehouse))

    @contextlib.contextmanager
    def open_by_key(self, watermark: str) -> Iterator[Snapshot]:
        """See `ReadByKey`."""
        with self._explained(), self._reading() as connection:
            position = _position(connection)
            if _went_back(position, watermark):
                raise SourceUnavailable(
                    f"the store of {self.name} is older than what was landed of it, as after a restored copy: "
                    "`python -m etl run` lands it"
                )
            yield _changes(connection, watermark, position)

    @contextlib.contextmanager
    def _everything(self, warehouse: Warehouse) -> Iterator[Snapshot]:
        if store_identity.sqlite_file(self._engine) is not None:
            with self._scanned_sqlite(warehouse) as snapshot:
                yield snapshot
        elif self._engine.dialect.name == "postgresql":
            with self._scanned_postgres(warehouse) as snapshot:
                yield snapshot
        else:
            with self._reading() as connection:
                yield _Rows(connection, _position(connection), None)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Errors of the store in a sentence that names it."""
        try:
            yield
        except (DBAPIError, duckdb.IOException) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated is False and not _from_source(error):
                raise
            reason = _without_password(str(getattr(error, "orig", error)).splitlines()[0], self._url)
            raise SourceUnavailable(
                f"the store {make_url(self._url).render_as_string(hide_password=True)} cannot be read: {reason}; "
                "check that it runs and that KOMSHIP_DATABASE_URL is right"
            ) from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                reader = connection.execution_options(read_only=True)
            else:
                reader = connection.execution_options(isolation_level="REPEATABLE READ")
            with reader.begin():
                yield reader

    @contextlib.contextmanager
    def _scanned_sqlite(self, warehouse: Warehouse) -> Iterator[Snapshot]:
        # a copy: two SQLite libraries of one process on one live file can corrupt it (design.md)
        directory = Path(str(make_url(self._url).database)).parent
        with tempfile.TemporaryDirectory(prefix="landing-", dir=directory) as folder:
            copy = Path(folder) / "snapshot.sqlite"
            self._copy_to(copy)
            with _attached(warehouse, "sqlite", str(copy)) as catalog:
                yield _Scan(catalog, has_log=inspect(self._engine).has_table(ChangeLog.__tablename__))

    def _copy_to(self, copy: Path) -> None:
        """The store as of one instant, page by page: half the time of VACUUM INTO, which writes every index anew."""
        raw = self._engine.raw_connection()
        target = sqlite3.connect(copy)
        try:
            for setting in ("synchronous = OFF", "journal_mode = OFF", "locking_mode = EXCLUSIVE"):
                target.execute(f"PRAGMA {setting}")
            connection: Any = raw.driver_connection
            connection.backup(target)
        finally:
            target.close()
            raw.close()

    @contextlib.contextmanager
    def _scanned_postgres(self, warehouse: Warehouse) -> Iterator[Snapshot]:
        url = make_url(self._url)
        parts = {
            "host": url.host or url.query.get("host"),
            "port": url.port or url.query.get("port"),
            "user": url.username,
            "password": url.password,
            "dbname": url.database,
        }
        conninfo = " ".join(f"{key}='{_escape(str(value))}'" for key, value in parts.items() if value is not None)
        with _attached(warehouse, "postgres", conninfo) as catalog:
            yield _Scan(catalog, has_log=inspect(self._engine).has_table(ChangeLog.__tablename__))


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _without_password(text: str, url: str) -> str:
    """DuckDB quotes the whole connection string in its errors."""
    password = make_url(url).password
    return text.replace(_escape(password), "***").replace(password, "***") if password else text


def _from_source(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError) and not isinstance(error.orig, duckdb.Error)


@contextlib.contextmanager
def _attached(warehouse: Warehouse, kind: str, place: str) -> Iterator[str]:
    """Yields the name of the catalog, which no other reading has: one may land while another one verifies."""
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


@contextlib.contextmanager
def _translated(connection: Connection, catalog: str) -> Iterator[Connection]:
    """The tables of the operational models mean those of an attached catalog."""
    try:
        yield connection.execution_options(schema_translate_map={None: catalog})
    finally:
        connection.execution_options(schema_translate_map={})


class _Scan:
    """Everything, read by DuckDB from an attached catalog."""

    changed: Mapping[str, set[int]] | None = None

    def __init__(self, catalog: str, *, has_log: bool) -> None:
        self._catalog = catalog
        self._has_log = has_log

    def position(self, connection: Connection) -> Position:
        """Read inside the landing's transaction, hence from the same snapshot as the rows."""
        with _translated(connection, self._catalog) as scanning:
            if not self._has_log:
                return _clock_position(scanning)
            newest = int(scanning.scalar(select(func.coalesce(func.max(ChangeLog.id), 0))) or 0)
        cursor = duckdb_cursor(connection)
        named = "SELECT type FROM duckdb_databases() WHERE database_name = ?"
        kind = cursor.execute(named, [self._catalog]).fetchone()
        if kind and kind[0] == "postgres":
            oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS x"
            row = cursor.execute("SELECT x FROM postgres_query(?, ?)", [self._catalog, oldest]).fetchone()
            return Position(str(row[0]) if row else "0", newest)
        return Position(str(newest), newest)

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """See `Snapshot`."""
        # a table of the warehouse must say where it is, or the map above would take it for one of the source
        into = staging if staging.schema else staging.to_metadata(MetaData(), schema="main")
        with _translated(connection, self._catalog) as scanning:
            return stage_from(scanning, job, into, job.statement.subquery("incoming"))

    def stage_keys(
        self,
        connection: Connection,
        job: Job,
        staging: Table,
        column: InstrumentedAttribute[Any],
        keys: Collection[int],
    ) -> int:
        """A full scan has no changed keys to stage."""
        raise NotImplementedError(f"{job.name}: a scan reads everything")

    def look_up(self, feed: Feed, keys: Collection[int]) -> set[int]:
        """A full scan has no changed keys to look up."""
        raise NotImplementedError(f"{feed.table}: a scan reads everything")

    def view(self, connection: Connection, job: Job) -> Table:
        """See `Viewed`."""
        with _translated(connection, self._catalog) as scanning:
            return view_of(scanning, job, job.statement.subquery("incoming"))


class _Rows:
    """Rows read through SQLAlchemy, in one transaction of the source."""

    def __init__(self, connection: Connection, position: Position, changed: Mapping[str, set[int]] | None) -> None:
        self._connection = connection
        self._position = position
        self.changed = changed

    def position(self, connection: Connection) -> Position:
        """See `Snapshot`."""
        return self._position

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """See `Snapshot`."""
        return self._stage(connection, job, staging, job.statement)

    def stage_keys(
        self,
        connection: Connection,
        job: Job,
        staging: Table,
        column: InstrumentedAttribute[Any],
        keys: Collection[int],
    ) -> int:
        """See `Snapshot`."""
        return sum(
            self._stage(connection, job, staging, job.statement.where(self._among(column, part)))
            for part in _parts(keys)
        )

    def look_up(self, feed: Feed, keys: Collection[int]) -> set[int]:
        """See `Snapshot`."""
        if feed.lookup is None or feed.lookup_key is None:
            return set(keys)
        found: set[int] = set()
        for part in _parts(keys):
            found.update(self._connection.scalars(feed.lookup.where(self._among(feed.lookup_key, part))))
        return found

    def _among(self, column: InstrumentedAttribute[Any], keys: list[int]) -> ColumnElement[bool]:
        """`column` is one of `keys`, as one parameter where the dialect can take it: thousands are slow to bind."""
        match self._connection.dialect.name:
            case "sqlite":
                return column.in_(select(func.json_each(json.dumps(keys)).table_valued("value").c.value))
            case "postgresql":
                return column == func.any(cast(keys, ARRAY(BigInteger)))
            case _:
                return column.in_(keys)

    def _stage(self, connection: Connection, job: Job, staging: Table, statement: Select[Any]) -> int:
        reading = _without_datetimes(statement) if self._connection.dialect.name == "sqlite" else statement
        result = self._connection.execution_options(yield_per=ROWS_PER_BATCH).execute(reading)
        names = list(result.keys())
        return stage_rows(connection, job, staging, names, result.partitions(ROWS_PER_BATCH))


def _without_datetimes(statement: Select[Any]) -> Select[Any]:
    """SQLite's texts as they are: DuckDB parses them ten times faster than Python."""
    columns = [
        type_coerce(c, String).label(c.name) if isinstance(c.type, DateTime | UtcDateTime) else c
        for c in statement.selected_columns
    ]
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def _parts(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_PER_STATEMENT):
        yield ordered[start : start + KEYS_PER_STATEMENT]


def _has_log(connection: Connection) -> bool:
    return inspect(connection).has_table(ChangeLog.__tablename__)


def _position(connection: Connection) -> Position:
    if not _has_log(connection):
        return _clock_position(connection)
    newest_id = int(connection.scalar(select(func.coalesce(func.max(ChangeLog.id), 0))) or 0)
    if connection.dialect.name != "postgresql":
        return Position(str(newest_id), newest_id)
    xmin = _oldest_running(connection)
    landed = connection.scalar(select(func.coalesce(func.max(ChangeLog.id), 0)).where(ChangeLog.txid < xmin))
    return Position(str(xmin), int(landed or 0))


def _clock_position(connection: Connection) -> Position:
    """The newest time of change, and how many rows lie within the overlap: a late row changes their number."""
    clocks = _clocks().values()
    newest = max((at for clock in clocks if (at := connection.scalar(select(func.max(clock))))), default=NEVER)
    recent = select(func.count())
    count = sum(connection.scalar(recent.where(clock >= newest - OVERLAP)) or 0 for clock in clocks)
    return Position(f"{newest.isoformat()} {count}", None)


def _oldest_running(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) or 0)


def _clocks() -> dict[str, Any]:
    clocks = {}
    for name, model in Base.metadata.tables.items():
        clock = CLOCKS.get(name, "updated_at")
        if clock in model.c:
            clocks[name] = model.c[clock]
    return clocks


def _changes(connection: Connection, watermark: str, position: Position) -> Snapshot:
    if position.change_seq is None:
        return _by_clock(connection, watermark, position)
    seen, until = int(watermark), int(position.watermark)
    order = ChangeLog.txid if connection.dialect.name == "postgresql" else ChangeLog.id
    if connection.dialect.name == "postgresql":
        window = (order >= seen, order < until)
    else:
        window = (order > seen, order <= until)
    changed: dict[str, set[int]] = {}
    for name, key in connection.execute(select(ChangeLog.table_name, ChangeLog.row_key).where(*window)):
        changed.setdefault(name, set()).add(key)
    return _Rows(connection, position, changed)


def _went_back(position: Position, watermark: str) -> bool:
    """Whether the change log ends before what was landed, or was not there then."""
    if position.change_seq is None:
        return False
    return not watermark.isdigit() or int(position.watermark) < int(watermark)


def _by_clock(connection: Connection, watermark: str, position: Position) -> Snapshot:
    since = datetime.fromisoformat(watermark.split()[0]) - OVERLAP
    changed: dict[str, set[int]] = {}
    for name, clock in _clocks().items():
        keys = set(connection.scalars(select(clock.table.c.id).where(clock >= since)))
        if keys:
            changed[name] = keys
    return _Rows(connection, position, changed)
