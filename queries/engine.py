"""The one owner of the DuckDB file.

DuckDB lets one process open a file, and a second connection with other settings fails, so every reader and the writer
of a process take cursors of the connection held here.
"""

import importlib.resources
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import structlog
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from queries.schema import changes

MEMORY = 1200  # MB; what does not fit is spilled beside the file; measured in docs/benchmarks.md
CHECKPOINT_THRESHOLD = "256MB"  # of the write-ahead log; below it, the worker folds the log in when it is idle
FOLD_BYTES = 16 * 1024 * 1024
log = structlog.get_logger("warehouse")


class WarehouseUnavailable(RuntimeError):
    """The warehouse file cannot be opened: locked by another process, damaged, or not there."""


def load_extension(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load a DuckDB extension from its wheel, with no download.

    Raises:
        ModuleNotFoundError: when the wheel duckdb-extension-<name> is not installed.
    """
    package = importlib.resources.files(f"duckdb_extension_{name}")
    path = package / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    quoted = str(path).replace("'", "''")
    cursor.execute(f"LOAD '{quoted}'")


def duckdb_cursor(connection: Connection) -> duckdb.DuckDBPyConnection:
    """The DuckDB connection beneath a SQLAlchemy one: same transaction, for frames and bulk statements."""
    wrapper = connection.connection.driver_connection
    if wrapper is None:
        raise WarehouseUnavailable("the warehouse connection is closed")
    cursor: duckdb.DuckDBPyConnection = wrapper.c
    return cursor


def _names_to_quote(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    """Words such as "at" and "by", which the dialect leaves bare and DuckDB takes as names only in quotes."""
    words = cursor.execute("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'type_function'")
    return {word for (word,) in words.fetchall()}


class _OwnedConnection(ConnectionWrapper):
    """A connection that names the cursor beneath it."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        super().__init__(cursor)
        self.c = cursor


class Warehouse:
    """A DuckDB file, or ":memory:", opened once.

    Raises:
        WarehouseUnavailable: when the file is locked or damaged; the message says what to do.
    """

    def __init__(self, path: Path | str, *, read_only: bool = False, memory: int = MEMORY) -> None:
        """`memory`: MB that tables and questions may take."""
        self.path = path
        self._read_only = read_only
        self._write_lock = threading.RLock()
        self.verifying = threading.Lock()  # held by the one verification that runs
        self._memory = [memory]
        self._limiting = threading.Lock()
        self._log = None if str(path) == ":memory:" else Path(f"{path}.wal")
        if read_only and not Path(path).exists():
            raise WarehouseUnavailable(
                f"there is no warehouse at {path}: start `python -m serve` or run `python -m etl run` first, "
                "or correct KOMSHIP_WAREHOUSE_URL"
            )
        try:
            if str(path) != ":memory:" and not read_only:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._owner = duckdb.connect(
                str(path),
                read_only=read_only,
                config={
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                    "memory_limit": f"{memory}MB",
                    "checkpoint_threshold": CHECKPOINT_THRESHOLD,
                    "preserve_insertion_order": "false",  # every question says its order; landings need not keep one
                },
            )
        except (duckdb.Error, OSError) as error:
            raise WarehouseUnavailable(_explain(path, error)) from error
        load_extension(self._owner, "icu")
        self._owner.execute("SET TimeZone = 'UTC'")
        # texts that hardly repeat stay as they are: a sixth more of the file, and much less work to write
        # them and to read single ones; among the settings above DuckDB would take this one and do nothing
        self._owner.execute("SET GLOBAL disabled_compression_methods = 'fsst'")
        self.engine: Engine = create_engine("duckdb://", creator=self._connection, poolclass=NullPool)
        preparer = self.engine.dialect.identifier_preparer
        preparer.reserved_words = preparer.reserved_words | _names_to_quote(self._owner)

    def _connection(self) -> _OwnedConnection:
        # a bare cursor would make every statement a connection of its own, outside the transaction
        return _OwnedConnection(self._owner.cursor())

    def create_tables(self) -> None:
        """Create the tables that do not exist yet, and make anew those of an older version, each alone.

        What a table made anew lacks is landed by the next run of its source (`queries.schema.changes`).

        Raises:
            WarehouseUnavailable: a table that is kept for ever does not fit any more.
        """
        with self.write() as connection:
            try:
                made_anew = changes.fit(connection)
            except changes.RecordChanged as error:
                raise WarehouseUnavailable(f"the warehouse {self.path} is of another version: {error}") from None
        for name in made_anew:
            log.warning("table of an older version made anew; it is landed again", table=name)

    def raw(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor, for ATTACH, registered frames and bulk statements."""
        return self._owner.cursor()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection with a consistent view of the data."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction under the writer lock: two writers on one row would fail with a conflict in DuckDB."""
        with self._write_lock, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def without_writers(self) -> Iterator[None]:
        """Nobody else writes until the block ends."""
        with self._write_lock:
            yield

    @contextmanager
    def sparing(self, memory: int) -> Iterator[None]:
        """With at most so many MB, or fewer where another block spares more; what does not fit is spilled."""
        self._memory.append(memory)
        try:
            self._limit()
            yield
        finally:
            self._memory.remove(memory)
            self._limit()

    def _limit(self) -> None:
        with self._limiting, self._owner.cursor() as cursor:
            cursor.execute(f"SET memory_limit = '{min(self._memory)}MB'")

    def fold_log(self) -> bool:
        """Move a long write-ahead log into the file, where no landing waits for it; whether that was done."""
        if self._log is None or not self._log.exists() or self._log.stat().st_size < FOLD_BYTES:
            return False
        with self._write_lock, self._owner.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        return True

    def close(self) -> None:
        """Close the file; what was committed is in it, the write-ahead log included."""
        self.engine.dispose()
        if not self._read_only:
            with self._write_lock, self._owner.cursor() as cursor:
                cursor.execute("CHECKPOINT")
        self._owner.close()


def _explain(path: Path | str, error: duckdb.Error | OSError) -> str:
    text = str(error).splitlines()[0]
    if "permission denied" in text.lower() or (isinstance(error, OSError) and not isinstance(error, duckdb.Error)):
        return (
            f"the warehouse {path} cannot be written to ({text}): give this user the right to write the file and its "
            "folder, or correct KOMSHIP_WAREHOUSE_URL"
        )
    if "lock" in text.lower():
        return (
            f"the warehouse {path} is in use by another process ({text}): stop that process, "
            "or let it do the work: a running server lands changes by itself"
        )
    return (
        f"the warehouse {path} cannot be read ({text}): move the file away and start again; "
        "it is rebuilt from the operational store"
    )
