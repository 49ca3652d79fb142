"""The operational store at a start: opened and migrated, or one sentence that says why it cannot be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from settings import Settings, load_settings
from startup import StartError, claimed, reason, start_errors

_SQLITE = b"SQLite format 3\x00"
_HEADER = 100  # bytes; https://www.sqlite.org/fileformat.html#the_database_header


def open_store(settings: Settings) -> Engine:
    """The store of the settings at the newest schema; made when it does not exist.

    Raises:
        StartError: it cannot be reached, read or written, or another process is setting it up.
    """
    with claimed(settings.data_dir):
        return open_claimed_store(settings)


def open_claimed_store(settings: Settings) -> Engine:
    """As `open_store`, for a caller that has claimed the data folder."""
    url = make_url(settings.database_url)
    if path := _file_of(url):
        _check_file(path)
        _check_writable(path)
    engine = make_engine(settings.database_url)
    try:
        with (
            engine.connect() as connection
        ):  # takes SQLite's lock of a writer, so a disk that is only read is seen here
            connection.execute(text("SELECT 1"))
        upgrade(settings.database_url)
    except DBAPIError as error:
        raise StartError(_unusable(url, error)) from None
    except Exception as error:
        if not _is_of_alembic(error):
            raise
        raise StartError(
            f"the store {shown(url)} was made by a newer version ({reason(error)}): start that version, or restore an "
            "older copy of the store"
        ) from None
    return engine


@contextmanager
def command_store() -> Iterator[tuple[Settings, Engine]]:
    """The settings and the store of a command; what is wrong with them ends the process with one sentence."""
    with start_errors():
        settings = load_settings()
        engine = open_store(settings)
    try:
        yield settings, engine
    finally:
        engine.dispose()


def open_source(url: str) -> Engine:
    """A store that is only read, of any kind that SQLAlchemy has a driver for here.

    Raises:
        StartError: it is not there, cannot be reached or cannot be read.
    """
    try:
        parsed = make_url(url)
        engine = make_engine(url)
    except (ArgumentError, ValueError, ImportError):
        raise StartError(
            "the URL of the store cannot be used: write sqlite:///PATH, "
            "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE or mysql+pymysql://USER:PASSWORD@HOST/DATABASE"
        ) from None
    path = _file_of(parsed)
    if path and not path.exists():
        raise StartError(
            f"there is no store at {path}: start `python -m serve` or run `python -m etl demo` first, "
            "or correct the URL"
        )
    if path:
        _check_file(path)
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            inspect(connection).get_table_names()
    except DBAPIError as error:
        raise StartError(_unusable(parsed, error)) from None
    return engine


def _is_of_alembic(error: Exception) -> bool:
    from alembic.util.exc import CommandError  # loaded only where a migration was tried

    return isinstance(error, CommandError)


def shown(url: URL) -> str:
    """A URL without its password, wherever that stands."""
    hidden = {name: "***" for name in url.query if "password" in name.lower()}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def _unusable(url: URL, error: DBAPIError) -> str:
    why = reason(error.orig or error)
    for secret in (url.password, *(str(value) for name, value in url.query.items() if "password" in name.lower())):
        why = why.replace(str(secret), "***") if secret else why
    if url.get_backend_name() != "sqlite":
        return (
            f"the store {shown(url)} cannot be used ({why}): check that it runs and that KOMSHIP_DATABASE_URL is right"
        )
    if "readonly" in why or "unable to open" in why:
        return _unwritable(url.database, why)
    return _damaged(url.database, why)


def _unwritable(path: object, why: str) -> str:
    return f"the store {path} cannot be written to ({why}): give this user the right to write the file and its folder"


def _damaged(path: object, why: str) -> str:
    return (
        f"the store {path} is damaged ({why}): put a backup in its place, or move it and the files beside it away "
        "to begin with an empty one"
    )


def _check_writable(path: Path) -> None:
    """SQLite opens a file that is only read without a word, and fails at the first write."""
    wrong = next((each for each in (path.parent, path) if each.exists() and not os.access(each, os.W_OK)), None)
    if wrong:
        raise StartError(_unwritable(path, f"{wrong} is only readable"))


def _file_of(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _check_file(path: Path) -> None:
    """What can be seen without reading the file: its kind, and whether its end is there."""
    if not path.parent.is_dir():
        raise StartError(f"the folder {path.parent} of the store does not exist: make it, or correct the URL")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StartError(
            f"the store {path} cannot be read ({reason(error)}): give this user the right to, or correct the URL"
        ) from None
    if not size:
        return
    if not header.startswith(_SQLITE) or len(header) < _HEADER:
        raise StartError(_damaged(path, "it is not an SQLite database"))
    page = int.from_bytes(header[16:18])
    expected = (65_536 if page == 1 else page) * int.from_bytes(header[28:32])
    log = path.with_name(f"{path.name}-wal")
    # a log that is not folded in may hold the missing pages
    if size < expected and not (log.exists() and log.stat().st_size):
        raise StartError(_damaged(path, f"{expected - size:,} of its {expected:,} bytes are missing"))
