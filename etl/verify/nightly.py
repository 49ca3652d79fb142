"""Verifications that are remembered: by the command, and every night beside the landings."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Connection, delete, insert, select

from etl import runlog
from etl.files_again import source_again
from etl.runner import LANDING_ERRORS, Runner
from etl.sources.base import Origin, Source, SourceUnavailable
from etl.state import origins
from etl.stores_again import store_again
from etl.verify import Verification, compare, repair
from queries.schema import etl_differences, etl_verifications
from queries.schema.changes import SQL_SOURCES
from queries.wib import WIB, naive_utc

KEPT = timedelta(days=90)
LOOK_SECONDS = 30.0
log = structlog.get_logger("etl")


@dataclass(frozen=True, slots=True)
class Verified:
    """The first comparison, and the last one, which is the same unless something was repaired."""

    first: Verification
    last: Verification


def verified(runner: Runner, *, mend: bool = False) -> Verified:
    """Compare, repair if told so, and remember what was found.

    Raises:
        SourceUnavailable: and what else `compare` and `repair` raise; that is remembered too. Also, with nothing to
            remember, while another verification of the warehouse runs.
    """
    with _only_one(runner):
        return _verified(runner, mend)


@contextmanager
def _only_one(runner: Runner) -> Iterator[None]:
    """Of threads of this process; another process cannot open the warehouse at all."""
    verifying = runner.warehouse.verifying
    if not verifying.acquire(blocking=False):
        raise SourceUnavailable("another verification of this warehouse runs: wait until it has ended, then try again")
    try:
        yield
    finally:
        verifying.release()


def _verified(runner: Runner, mend: bool) -> Verified:
    started = naive_utc(runner.now())
    try:
        found = Verified(*repair(runner)) if mend else Verified(*[compare(runner)] * 2)
    except LANDING_ERRORS as error:
        with runner.warehouse.write() as connection:
            _remember_failure(connection, runner.source.name, (started, naive_utc(runner.now())), error)
        raise
    with runner.warehouse.write() as connection:
        _remember(connection, found.first)
        if found.last is not found.first:
            _remember(connection, found.last)
    return found


def _remember(connection: Connection, found: Verification) -> None:
    number = uuid4().hex
    row = {
        "verification_id": number,
        "source": found.source,
        "status": "agrees" if found.agrees else "differs",
        "rows_compared": found.rows,
        "rows_differing": found.differing,
        "error": "; ".join(found.broken) or None,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
    }
    connection.execute(insert(etl_verifications), [row])
    rows = [
        {
            "verification_id": number,
            "line": line,
            "table_name": each.table,
            "row_key": each.key,
            "kind": str(each.kind),
            "column_name": each.column,
            "source_value": each.source,
            "warehouse_value": each.warehouse,
        }
        for line, each in enumerate(found.differences, 1)
    ]
    if rows:
        connection.execute(insert(etl_differences), rows)
    _forget_old(connection, found.started_at)


def _remember_failure(connection: Connection, source: str, times: tuple[datetime, datetime], error: Exception) -> None:
    """`times`: when it began and ended, naive UTC."""
    row = {
        "verification_id": uuid4().hex,
        "source": source,
        "status": "failed",
        "rows_compared": 0,
        "rows_differing": 0,
        "error": runlog.said(error),
        "started_at": times[0],
        "finished_at": times[1],
    }
    connection.execute(insert(etl_verifications), [row])
    _forget_old(connection, times[0])


def _forget_old(connection: Connection, now: datetime) -> None:
    old = select(etl_verifications.c.verification_id).where(etl_verifications.c.started_at < now - KEPT)
    connection.execute(delete(etl_differences).where(etl_differences.c.verification_id.in_(old)))
    connection.execute(delete(etl_verifications).where(etl_verifications.c.started_at < now - KEPT))


def next_night(now: datetime, at: time) -> datetime:
    """The next instant after `now` at which clocks in Jakarta show `at`."""
    local = now.astimezone(WIB)
    today = datetime.combine(local.date(), at, WIB)
    return today if today > local else today + timedelta(days=1)


class Nightly:
    """Verifies the followed source once a day, and after it every other one that is landed, one after another.

    In a thread of its own; landings go on meanwhile. `at`: WIB, None: never.
    """

    def __init__(self, runner: Runner, at: time | None, look: float = LOOK_SECONDS) -> None:
        """`look`: seconds between looks at the clock, which may be set or stand still."""
        self._runner = runner
        self._at = at
        self._look = look
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start waiting for the night."""
        if self._at is not None:
            self._thread = threading.Thread(target=self._wait, args=(self._at,), name="etl-verifier", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the verification under way and end the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _wait(self, at: time) -> None:
        due = next_night(self._runner.now(), at)
        while not self._stopping.wait(self._look):
            if self._runner.now() < due:
                continue
            due = next_night(self._runner.now(), at)
            self._verify_all()

    def _verify_all(self) -> None:
        self._verify(self._runner)
        try:
            with self._runner.warehouse.read() as connection:
                landed = origins(connection)
        except LANDING_ERRORS as error:
            log.error("verification failed", source="all others", error=runlog.said(error))
            return
        for name, origin in landed.items():
            if name != self._runner.source.name and not self._stopping.is_set():
                self._verify_again(name, origin)

    def _verify_again(self, name: str, origin: Origin) -> None:
        warehouse, now = self._runner.warehouse, self._runner.now
        try:
            with ExitStack() as open_until_then:
                source = self._open_again(name, origin, open_until_then)
                self._verify(Runner(warehouse, source, now))
        except LANDING_ERRORS as error:
            log.error("verification failed", source=name, error=runlog.said(error))

    def _open_again(self, name: str, origin: Origin, until: ExitStack) -> Source:
        """A source that is gone, or whose mapping is wrong now, is remembered as a failed verification, and raises."""
        warehouse, now = self._runner.warehouse, self._runner.now
        started = naive_utc(now())
        try:
            if name in SQL_SOURCES:
                return until.enter_context(store_again(name, origin))
            return source_again(name, origin)
        except LANDING_ERRORS as error:
            with warehouse.write() as connection:
                _remember_failure(connection, name, (started, naive_utc(now())), error)
            raise

    def _verify(self, runner: Runner) -> None:
        name = runner.source.name
        try:
            found = verified(runner).last
        except LANDING_ERRORS as error:
            log.error("verification failed", source=name, error=runlog.said(error))
            return
        if found.agrees:
            log.info("source and warehouse agree", source=name, rows=found.rows)
        else:
            log.error("source and warehouse differ", source=name, counts=found.counts, broken=found.broken)
