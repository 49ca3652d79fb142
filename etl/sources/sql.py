"""An SQL store as a source, by URL.

Everything: SQLite and PostgreSQL through DuckDB's scanners, other dialects in streamed batches. What changed:
`etl.following`.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import structlog
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from api.kernel import store_identity
from etl.following.base import Lost
from etl.following.choice import follower, must_know_running
from etl.following.running import Running, Watch
from etl.jobs import JOBS, Job
from etl.own_folder import own_folder
from etl.sources.base import Origin, Position, Snapshot, SourceUnavailable
from etl.sources.reading import Rows
from etl.sources.scanning import Scan, attached, copy_sqlite, escaped, postgres_place
from queries.engine import Warehouse

log = structlog.get_logger("etl")


class SqlSource:
    """The operational store, or another store with the same tables."""

    def __init__(self, engine: Engine, url: str, *, name: str = "store") -> None:
        self.name = name
        self.jobs: tuple[Job, ...] = JOBS
        self.unique_keys = True
        self._engine = engine
        self._url = url
        self._watch = Watch(engine)
        self._file: tuple[int, int] | None = None

    def origin(self) -> Origin:
        """See `Source`."""
        path = store_identity.sqlite_file(self._engine)
        if path is not None and not path.exists():  # to connect would make it
            raise SourceUnavailable(f"there is no store at {path}: put it back, or correct KOMSHIP_DATABASE_URL")
        with self._explained(), self._reading() as connection:
            return Origin(store_id=store_identity.read(connection), url=remembered(self._url))

    @contextlib.contextmanager
    def open(self, warehouse: Warehouse, watermark: str | None) -> Iterator[Snapshot | None]:
        """See `Source.open`."""
        with self._explained(), contextlib.ExitStack() as stack:
            why = None
            if watermark is not None:
                running = self._running()
                connection = stack.enter_context(self._reading())
                try:
                    since = follower(connection, running).since(watermark)
                except Lost as lost:
                    why = str(lost)
                    stack.pop_all().close()
                else:
                    # of a replica that lags it is worth knowing how far it came
                    is_new = since.changed or since.position.behind
                    yield Rows(connection, self.name, since.position, since.changed) if is_new else None
                    return
                log.warning("all of the store is landed again", why=why)
            yield stack.enter_context(self._everything(warehouse, why))

    @contextlib.contextmanager
    def open_by_key(self, watermark: str) -> Iterator[Snapshot]:
        """See `ReadByKey`."""
        with self._explained():
            running = self._running()
            with self._reading() as connection:
                try:
                    since = follower(connection, running).since(watermark)
                except Lost as lost:
                    raise SourceUnavailable(f"{lost}; `python -m etl run` lands all of {self.name} again") from lost
                yield Rows(connection, self.name, since.position, since.changed)

    def _running(self) -> Running | None:
        """The open transactions, where the store is followed with the help of them."""
        with self._reading() as connection:
            must_know = must_know_running(connection)
        return self._watch.ask() if must_know else None

    @contextlib.contextmanager
    def _everything(self, warehouse: Warehouse, why: str | None) -> Iterator[Snapshot]:
        running = self._running()
        if store_identity.sqlite_file(self._engine) is not None:
            with self._scanned_sqlite(warehouse, running, why) as snapshot:
                yield snapshot
            return
        with self._reading() as connection:
            position = _position(connection, running, why)
            if self._engine.dialect.name != "postgresql":
                yield Rows(connection, self.name, position, None)
                return
        with attached(warehouse, "postgres", postgres_place(make_url(self._url))) as catalog:
            yield Scan(catalog, self.name, position)

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
        self._leave_replaced_file()
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                reader = connection.execution_options(read_only=True)
            else:
                reader = connection.execution_options(isolation_level="REPEATABLE READ")
            with reader.begin():
                yield reader

    def _leave_replaced_file(self) -> None:
        """Connections that are open go on reading a SQLite file after another one was put in its place."""
        path = store_identity.sqlite_file(self._engine)
        if path is None or not path.exists():
            return
        found = os.stat(path)
        file = (found.st_dev, found.st_ino)
        if file != self._file:
            self._engine.dispose()
            self._file = file

    @contextlib.contextmanager
    def _scanned_sqlite(self, warehouse: Warehouse, running: Running | None, why: str | None) -> Iterator[Snapshot]:
        directory = Path(str(make_url(self._url).database)).parent
        with own_folder(directory) as folder:
            copy = folder / "snapshot.sqlite"
            copy_sqlite(self._engine, copy)
            engine = create_engine(f"sqlite:///file:{copy}?mode=ro&immutable=1&uri=true")
            with engine.connect() as connection:
                position = _position(connection, running, why)
            engine.dispose()
            with attached(warehouse, "sqlite", str(copy)) as catalog:
                yield Scan(catalog, self.name, position)


def _position(connection: Connection, running: Running | None, why: str | None) -> Position:
    return replace(follower(connection, running).position(), note=why)


def _without_password(text: str, url: str) -> str:
    """DuckDB quotes the whole connection string in its errors."""
    password = make_url(url).password
    return text.replace(escaped(password), "***").replace(password, "***") if password else text


def _from_source(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError) and not isinstance(error.orig, duckdb.Error)


def remembered(url: str) -> str:
    """A URL without passwords, and with the whole path of a file."""
    given = make_url(url)
    query = {name: value for name, value in given.query.items() if "password" not in name.lower()}
    parsed = URL.create(given.drivername, given.username, None, given.host, given.port, given.database, query)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        parsed = parsed.set(database=str(Path(parsed.database).resolve()))
    return parsed.render_as_string(hide_password=False)
