"""PostgreSQL's change log: what is visible now and was not visible in the last snapshot, whatever the order of commits.

A row carries the id of its top-level transaction, savepoints or not. A snapshot is the ids that were in progress: a row
was not visible in it when its transaction was one of them or began later. Transactions that are open, anywhere in the
cluster, keep nothing back: their ids stand in the snapshot, and their rows are landed once they are visible.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, any_, cast, or_, text
from sqlalchemy.dialects.postgresql import ARRAY

from api.models import ChangeLog
from etl.following.base import Lost, Mark, Since, check_mark, keys_of, log_rows, mark_of, newest_id, read, written
from etl.sources.base import Position

KIND = "the change log of PostgreSQL"

_NOW = text(
    "SELECT pg_current_snapshot()::text AS snapshot, pg_is_in_recovery() AS is_replica, "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) AS database, "
    "CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn() "
    "THEN clock_timestamp() - pg_last_xact_replay_timestamp() END AS behind, "
    "has_function_privilege('pg_control_system()', 'EXECUTE') "
    "AND has_function_privilege('pg_control_checkpoint()', 'EXECUTE') AS tells_cluster"
)
_CLUSTER = text(
    "SELECT system_identifier::text || '/' || timeline_id::text FROM pg_control_system(), pg_control_checkpoint()"
)


@dataclass(frozen=True, slots=True)
class Visible:
    """A snapshot as PostgreSQL writes it: ids below `end` were finished, but for `running`."""

    end: int
    running: tuple[int, ...]

    @classmethod
    def of(cls, written_as: str, *, is_replica: bool = False) -> "Visible":
        """From the form xmin:xmax:xip,xip. A replica does not list what runs: nothing from xmin on counts as seen."""
        low, end, running = written_as.split(":")
        if is_replica:
            return cls(int(low), ())
        return cls(int(end), tuple(int(xid) for xid in running.split(",") if xid))

    def unseen(self) -> ColumnElement[bool]:
        """Rows of the log that were not visible; both sides are found by the index."""
        if not self.running:
            return ChangeLog.txid >= self.end
        return or_(ChangeLog.txid >= self.end, ChangeLog.txid == any_(cast(list(self.running), ARRAY(BigInteger))))

    def seen(self) -> ColumnElement[bool]:
        """Rows of the log that were visible, those committed in any order."""
        return ~self.unseen()


class ByLog:
    """See `Follower`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now: Any = connection.execute(_NOW).one()
        self._cluster = [self._now.database, connection.scalar(_CLUSTER) if self._now.tells_cluster else None]
        self._visible = Visible.of(self._now.snapshot, is_replica=self._now.is_replica)

    def position(self) -> Position:
        """See `Follower`."""
        visible = self._visible
        mark = mark_of(self._connection, newest_id(self._connection), visible.seen())
        ahead = [row.id for row in log_rows(self._connection, visible.unseen())] if self._now.is_replica else []
        return Position(
            written(KIND, visible=asdict(visible), cluster=self._cluster, mark=asdict(mark), ahead=sorted(ahead)),
            visible.end - 1,
            pending=visible.running,
            behind=self._now.behind or timedelta(0),
        )

    def since(self, watermark: str) -> Since:
        """See `Follower`."""
        known = read(watermark, KIND)
        last = Visible(known["visible"]["end"], tuple(known["visible"]["running"]))
        if known["cluster"] != self._cluster:
            raise Lost("the store is in another cluster, another database of it or on another timeline than before")
        if self._visible.end < last.end:
            raise Lost("the ids of transactions begin again before what was landed: the store is older")
        check_mark(self._connection, Mark(**known["mark"]), last.seen())
        # ids that this cluster has not given out yet came with a dump of another one, and were landed with the rest
        given_out = () if self._now.is_replica else (ChangeLog.txid < self._visible.end,)
        ahead = set(known["ahead"])
        rows = [row for row in log_rows(self._connection, last.unseen(), *given_out) if row.id not in ahead]
        return Since(self.position(), keys_of(rows))
