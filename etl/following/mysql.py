"""The change log of MySQL and MariaDB. Ids are drawn before the commit: a lower one may come to light after a higher.

Ids that were left out are remembered with the instant at which that was noticed, and looked for in every landing. Such
an id belongs to a transaction that was open then, or to nobody: once no transaction that began before that instant is
open, and the id is still not there, it was rolled back.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select, text

from api.models import ChangeLog
from etl.following.base import (
    MARKED_ROWS,
    LogRow,
    Mark,
    Since,
    check_mark,
    keys_of,
    log_rows,
    mark_of,
    newest_id,
    read,
    written,
)
from etl.following.running import Running
from etl.sources.base import Position

KIND = "the change log of MySQL"
LIST_LAGS = timedelta(seconds=1)  # how much older than it says the list of open transactions may be, and far less
GIVEN_UP_AFTER = timedelta(hours=1)  # where the account may not see that list
MOST_RANGES = 200

_NOW = text("SELECT UTC_TIMESTAMP(6)")


@dataclass(frozen=True, slots=True)
class Gap:
    """Ids that were left out, and when that was noticed (naive UTC, by the store's clock)."""

    first: int
    last: int
    noticed: str

    def is_explained(self, running: Running) -> bool:
        """Whether its transactions had ended before `running` was asked for, and so before this snapshot."""
        noticed = datetime.fromisoformat(self.noticed)
        if not running.is_known:
            return running.now - noticed > GIVEN_UP_AFTER
        return running.now - noticed > LIST_LAGS and (running.oldest is None or running.oldest > noticed)

    def without(self, found: Iterable[int]) -> Iterator["Gap"]:
        """What is left of it when some of its ids were found."""
        first = self.first
        for number in [*sorted(number for number in found if self.first <= number <= self.last), self.last + 1]:
            if number > first:
                yield Gap(first, number - 1, self.noticed)
            first = number + 1


class ByLog:
    """See `Follower`."""

    def __init__(self, connection: Connection, running: Running) -> None:
        self._connection = connection
        self._running = running

    def position(self) -> Position:
        """See `Follower`."""
        newest = newest_id(self._connection)
        previous = func.coalesce(func.lag(ChangeLog.id).over(order_by=ChangeLog.id), 0).label("previous")
        log = select(ChangeLog.id, previous).subquery()
        holes = self._connection.execute(select(log.c.previous + 1, log.c.id - 1).where(log.c.id > log.c.previous + 1))
        noticed = self._now()
        return self._position(newest, [Gap(first, last, noticed) for first, last in holes])

    def since(self, watermark: str) -> Since:
        """See `Follower`."""
        known = read(watermark, KIND)
        mark, gaps = Mark(**known["mark"]), [Gap(*gap) for gap in known["gaps"]]
        check_mark(self._connection, mark, *_outside(gaps, mark.first))
        rows = self._rows(mark.last, gaps)
        newest = max((row.id for row in rows), default=mark.last)
        found = {row.id for row in rows}
        # a gap beyond all that was known, with what was found taken out of it
        beyond = Gap(mark.last + 1, newest, self._now()).without(found)
        left = [part for gap in gaps for part in gap.without(found) if not part.is_explained(self._running)]
        return Since(self._position(max(newest, mark.last), [*left, *beyond]), keys_of(rows))

    def _now(self) -> str:
        now: datetime | None = self._connection.scalar(_NOW)
        return now.isoformat() if now else ""

    def _position(self, newest: int, gaps: list[Gap]) -> Position:
        mark = mark_of(self._connection, newest, *_outside(gaps, newest - MARKED_ROWS))
        lowest = min((gap.first for gap in gaps), default=newest + 1)
        listed = [[gap.first, gap.last, gap.noticed] for gap in gaps]
        return Position(written(KIND, mark=asdict(mark), gaps=listed), lowest - 1)

    def _rows(self, last: int, gaps: list[Gap]) -> Sequence[LogRow]:
        """Rows that are new: beyond the last one, and in the gaps."""
        if len(gaps) <= MOST_RANGES:
            return log_rows(self._connection, or_(ChangeLog.id > last, *[_within(gap) for gap in gaps]))
        ordered = sorted((gap.first, gap.last) for gap in gaps)
        rows = log_rows(self._connection, ChangeLog.id >= ordered[0][0])
        return [row for row in rows if row.id > last or ordered[bisect(ordered, (row.id, last)) - 1][1] >= row.id]


def _within(gap: Gap) -> ColumnElement[bool]:
    return ChangeLog.id.between(gap.first, gap.last)


def _outside(gaps: list[Gap], marked: int) -> list[ColumnElement[bool]]:
    """That a row lies in no gap, of those that reach the ids from `marked` on."""
    return [~_within(gap) for gap in gaps if gap.last >= marked]
