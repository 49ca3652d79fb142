"""SQLite's change log. Writers are serial, so the id is the order of commits, and no id is left out."""

from dataclasses import asdict

from sqlalchemy import Connection

from api.models import ChangeLog
from etl.following.base import Lost, Mark, Since, check_mark, keys_of, log_rows, mark_of, newest_id, read, written
from etl.sources.base import Position

KIND = "the change log of SQLite"


class ByLog:
    """See `Follower`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def position(self) -> Position:
        """See `Follower`."""
        newest = newest_id(self._connection)
        return Position(written(KIND, mark=asdict(mark_of(self._connection, newest))), newest)

    def since(self, watermark: str) -> Since:
        """See `Follower`."""
        mark = Mark(**read(watermark, KIND)["mark"])
        check_mark(self._connection, mark)
        rows = log_rows(self._connection, ChangeLog.id > mark.last)
        if rows and max(row.id for row in rows) - mark.last != len(rows):
            raise Lost(f"rows are missing in the change log after {mark.last}: it was shortened before it was landed")
        return Since(self.position(), keys_of(rows))
