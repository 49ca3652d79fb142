"""The way in which a store is followed: its change log when it has one, else its clocks."""

from sqlalchemy import Connection, inspect

from api.models import ChangeLog
from etl.following import clocks, mysql, postgresql, sqlite
from etl.following.base import Follower
from etl.following.running import Running


def must_know_running(connection: Connection) -> bool:
    """Whether this store is followed with the help of what ran before the snapshot."""
    return connection.dialect.name not in ("sqlite", "postgresql") or not _has_log(connection)


def follower(connection: Connection, running: Running | None) -> Follower:
    """Follows the store within the snapshot that `connection` reads.

    `running`: what ran before that snapshot; None where that need not be known.
    """
    if running is None:
        return postgresql.ByLog(connection) if connection.dialect.name == "postgresql" else sqlite.ByLog(connection)
    return mysql.ByLog(connection, running) if _has_log(connection) else clocks.ByClock(connection, running)


def _has_log(connection: Connection) -> bool:
    return inspect(connection).has_table(ChangeLog.__tablename__)
