"""Which store this is: an id made with it. A store that was emptied or replaced under a running server is noticed.

SQLite makes a missing file anew, without a word, and goes on writing to a deleted one through connections that are
open: so `guard` also remembers which file it is, and lets no later connection make one.
"""

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, String, event, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.kernel.db import Base, Key, UtcDateTime
from api.kernel.errors import Unavailable

GUARDED = "guarded_store"  # execution option of an engine


class StoreIdentity(Base):
    """The one row of the store's id."""

    __tablename__ = "store_identity"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoreGone(Unavailable):
    """The operational store that the server started with is not there any more; nothing is written."""


@dataclass(frozen=True, slots=True)
class _Expected:
    uuid: str
    path: Path | None  # of a SQLite file
    file: tuple[int, int] | None


def read(connection: Connection) -> str | None:
    """The id of a store; None of one that has none: not migrated yet, or another product's."""
    if not inspect(connection).has_table(StoreIdentity.__tablename__):
        return None
    return connection.scalar(select(StoreIdentity.uuid))


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite store; None for a server or a store in memory."""
    place = engine.url.database
    return Path(place) if engine.dialect.name == "sqlite" and place and place != ":memory:" else None


def guard(engine: Engine) -> None:
    """Remember which store this engine is of; from now on every write of it is preceded by `verify`.

    Raises:
        StoreGone: it has no id: it was not migrated.
    """
    with engine.connect().execution_options(read_only=True) as connection:
        uuid = read(connection)
    if uuid is None:
        raise StoreGone("the operational store has no identity: run `python -m api migrate`")
    path = sqlite_file(engine)
    is_new = not event.contains(engine, "begin", _before_writing)
    engine.update_execution_options(**{GUARDED: _Expected(uuid, path, _file_id(path) if path else None)})
    if is_new:
        event.listen(engine, "begin", _before_writing)
        event.listen(engine, "do_connect", _never_make_anew)


def verify(target: Session | Connection | Engine) -> None:
    """Check that the store is the one that `guard` saw; of an engine without a guard nothing is expected.

    Raises:
        StoreGone: it is missing, or another one is in its place.
    """
    if isinstance(target, Engine):
        with target.connect().execution_options(read_only=True) as connection:
            _verify(connection)
    else:
        _verify(target.connection() if isinstance(target, Session) else target)


def _verify(connection: Connection) -> None:
    expected: _Expected | None = connection.engine.get_execution_options().get(GUARDED)
    if expected is None:
        return
    if expected.path is not None and _file_id(expected.path) != expected.file:
        raise _gone(expected)
    try:
        uuid = connection.scalar(select(StoreIdentity.uuid))
    except DBAPIError as error:
        if StoreIdentity.__tablename__ not in str(error.orig):
            raise
        raise _gone(expected) from error
    if uuid != expected.uuid:
        raise _gone(expected)


def _gone(expected: _Expected) -> StoreGone:
    if expected.path is not None and not expected.path.exists():
        return StoreGone("the file of the operational store is missing; nothing was written: put it back and restart")
    return StoreGone("the operational store is not the one that the server started with; nothing was written: restart")


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _before_writing(connection: Connection) -> None:
    if not connection.get_execution_options().get("read_only"):
        _verify(connection)


def _never_make_anew(_dialect: Any, _record: Any, arguments: tuple[Any, ...], _parameters: dict[str, Any]) -> None:
    if arguments and isinstance(arguments[0], str) and not Path(arguments[0]).exists():
        raise sqlite3.OperationalError(f"the file {arguments[0]} is missing")
