"""The operational store: declarative base, column types, engine and request transaction."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

Key = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY numbers rows by itself in SQLite
Rupiah = BigInteger

# a lock that lets other transactions refer to the row: a plain FOR UPDATE waits for their foreign keys, in a circle
LOCK = {"key_share": True}

CONNECT_SECONDS = 10  # a server that does not answer is an error, not a wait

READERS = 16  # transactions that read at once, in each process
WRITERS = 12  # transactions that write at once on PostgreSQL; SQLite takes one at a time
_SPARE = 6  # connections for the ETL worker, health and readers that have something to write down
_KEPT = 8  # connections that stay open when they are idle
# one for everybody whom the queues (api/kernel/gates.py) let in
_POOL = {"pool_size": _KEPT, "max_overflow": READERS + WRITERS + _SPARE - _KEPT, "pool_timeout": 10}

# cache_size: 64 MB, in negative KiB
_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000", "cache_size=-65536")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime in Python, a naive UTC timestamp in the store.

    Raises:
        ValueError: when a naive datetime is bound.
    """

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all operational models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys on, writers queue) or PostgreSQL."""
    if not url.startswith("sqlite"):
        return _of_a_server(url)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, **_pool_of(url))

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver starts no transaction; _begin below does
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        # SQLite's own knows the letters of ASCII alone: who searches for "ünal" would not find "Ünal"
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # a writer takes the lock at once: a reader that upgrades later would fail with SQLITE_BUSY instead of waiting
        mode = "DEFERRED" if connection.get_execution_options().get("read_only") else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {mode}")

    @event.listens_for(engine, "checkin")
    def _undo(connection: Any, _record: Any) -> None:
        # a COMMIT that a deferred constraint refuses leaves SQLite's transaction open, and SQLAlchemy thinks it ended
        if connection is not None and connection.in_transaction:
            connection.rollback()

    return engine


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _pool_of(url: str) -> dict[str, int]:
    is_in_memory = make_url(url).database in (None, "", ":memory:")
    return {} if is_in_memory else _POOL


def _of_a_server(url: str) -> Engine:
    patience = {"connect_timeout": CONNECT_SECONDS}
    engine = create_engine(url, pool_pre_ping=True, connect_args=patience, **_POOL)
    if engine.dialect.name != "postgresql":
        return engine

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # the default is of turning disks: with it PostgreSQL reads all partners for the queue instead of those in it
        connection.autocommit = True
        connection.execute("SET random_page_cost = 1.1")
        connection.autocommit = False

    return engine


def close_store(engine: Engine) -> None:
    """Close all connections; SQLite's write-ahead log is folded into the file, which is whole by itself then."""
    if engine.dialect.name == "sqlite":
        with contextlib.closing(engine.raw_connection()) as raw:
            raw.cursor().execute(
                "PRAGMA busy_timeout = 2000"
            )  # another process may be reading: then it folds the log in
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(factory: sessionmaker[Session], *, read_only: bool = False) -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back when it raises."""
    with factory() as session:
        session.connection(execution_options={"read_only": read_only})
        yield session
        session.commit()
