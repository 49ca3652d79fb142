"""What all ways of following a store have in common: the watermark, the mark of the log's end, and losing track."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Row, func, select

from api.kernel.changelog import WHOLE_TABLE
from api.models import ChangeLog
from etl.sources.base import Position

MARKED_ROWS = 32

Changed = dict[str, set[int]]
LogRow = Row[int, str, int, str]  # id, table, key, op


class Lost(Exception):
    """What changed since the last landing cannot be told, so everything is landed again; the message says why."""


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since a watermark, by table; empty: nothing."""

    position: Position
    changed: Changed


class Follower(Protocol):
    """Follows one store within one snapshot of it."""

    def position(self) -> Position:
        """How far the snapshot reaches."""
        ...

    def since(self, watermark: str) -> Since:
        """What the snapshot shows that the one of the watermark did not.

        Raises:
            Lost: it cannot be told.
        """
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest landed rows of a log, `first` to `last`, with a hash of what stands in them.

    A log that was restored, emptied or begun anew does not have them, however far it has grown since.
    """

    first: int
    last: int
    digest: str


def mark_of(connection: Connection, last: int, *landed: ColumnElement[bool]) -> Mark:
    """The mark of a log that was landed up to the id `last`, of the rows that were `landed`."""
    first = max(last - MARKED_ROWS + 1, 1)
    return Mark(first, last, _digest(connection, first, last, landed))


def check_mark(connection: Connection, mark: Mark, *landed: ColumnElement[bool]) -> None:
    """Compare a mark with the log as it is now.

    Raises:
        Lost: they differ.
    """
    newest = newest_id(connection)
    if newest < mark.last:
        raise Lost(f"the change log ends at {newest} and was landed up to {mark.last}: the store or its log is older")
    if _digest(connection, mark.first, mark.last, landed) != mark.digest:
        raise Lost(f"the change log is not the one that was landed up to {mark.last}: it was restored or shortened")


def _digest(connection: Connection, first: int, last: int, landed: Iterable[ColumnElement[bool]]) -> str:
    log = ChangeLog
    columns = (log.id, log.txid, log.table_name, log.row_key, log.op, log.changed_at)
    rows = connection.execute(select(*columns).where(log.id.between(first, last), *landed).order_by(log.id))
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:32]


def newest_id(connection: Connection) -> int:
    """The highest id in the log; 0 when it is empty."""
    return int(connection.scalar(select(func.coalesce(func.max(ChangeLog.id), 0))) or 0)


def log_rows(connection: Connection, *which: ColumnElement[bool]) -> Sequence[LogRow]:
    """Rows of the log."""
    log = ChangeLog
    return connection.execute(select(log.id, log.table_name, log.row_key, log.op).where(*which)).all()


def keys_of(rows: Iterable[LogRow]) -> Changed:
    """The changed keys by table.

    Raises:
        Lost: a whole table changed.
    """
    changed: Changed = {}
    for _id, table, key, op in rows:
        if op == WHOLE_TABLE:
            raise Lost(f"the table {table} was emptied, or changed while its changes were not logged")
        changed.setdefault(table, set()).add(key)
    return changed


def written(kind: str, **parts: Any) -> str:
    """A watermark."""
    return json.dumps({"by": kind, **parts})


def read(watermark: str, kind: str) -> dict[str, Any]:
    """The parts of a watermark.

    Raises:
        Lost: it is of another kind, or of an older version.
    """
    if not watermark.startswith("{"):
        raise Lost("it was landed by an older version, which did not keep enough to go on from there")
    parts: dict[str, Any] = json.loads(watermark)
    if parts["by"] != kind:
        raise Lost(f"it was followed by {parts['by']} and is now by {kind}")
    return parts
