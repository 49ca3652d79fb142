"""Runs landings: what is due, in one transaction of the warehouse each, with a run log."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import duckdb
import structlog
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from etl import chain, checks, marts, runlog
from etl.checks import CheckFailed
from etl.increment import land_changes
from etl.jobs import Job
from etl.load import JobReport, Landing, NotClean, land_all, land_straight
from etl.marts import rollup
from etl.runlog import Run
from etl.shrinking import ShrinkRefused
from etl.sources.base import Origin, Snapshot, Source, SourceReplaced, SourceUnavailable
from etl.sources.mapping import MappingError
from etl.state import State, count_change, settle, state_of, write_position
from queries.engine import Warehouse
from queries.schema import etl_state
from queries.wib import business_day, naive_utc

# what can go wrong with a landing: the source, what it holds, the warehouse or the disk; nothing is landed then
LANDING_ERRORS = (
    SourceUnavailable,
    MappingError,
    ShrinkRefused,
    CheckFailed,
    SQLAlchemyError,
    duckdb.Error,
    sqlite3.Error,
    OSError,
)
log = structlog.get_logger("etl")
FRESHNESS_STEP = timedelta(seconds=1)


def _no_step(_name: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run.

    `mode`: first_load, increment, backfill, rebuild (tables made anew), reconcile (what changed could not be told), or
    nothing (no change).
    """

    run_id: str
    source: str
    mode: str
    jobs: list[JobReport] = field(default_factory=list)
    watermark: str | None = None

    @property
    def landed(self) -> int:
        """Rows landed."""
        return sum(job.landed for job in self.jobs)

    def followed_by(self, later: "RunReport") -> "RunReport":
        """This run and a later one as one."""
        return replace(later, mode=self.mode, jobs=[*self.jobs, *later.jobs])

    @property
    def quarantined(self) -> int:
        """Rows set aside in this run."""
        return sum(job.quarantined for job in self.jobs)


class Runner:
    """Lands one source in the warehouse. One run at a time; threads wait for each other."""

    def __init__(
        self,
        warehouse: Warehouse,
        source: Source,
        now: Callable[[], datetime],
        step: Callable[[str], None] = _no_step,
    ) -> None:
        self.warehouse = warehouse
        self.source = source
        self.now = now
        self.step = step
        self._one_at_a_time = threading.Lock()

    def run(self) -> RunReport:
        """First load, or what changed since the last run; before that whole tables that were made anew.

        Raises:
            SourceUnavailable: when the source cannot be read.
            SourceReplaced: when it is another one than was landed.
            CheckFailed: when what would be shown is wrong; nothing was changed.
        """
        with self._one_at_a_time:
            known = self._known()
            if known.watermark is None:
                return self._land(None, "first_load")
            rebuilt = self._land_due(known)
            report = self._land(known, "increment")
            return report if rebuilt is None else rebuilt.followed_by(report)

    def backfill(self, mode: str = "backfill") -> RunReport:
        """Everything again, from nothing, also of another source than was landed. `mode`: as what it is logged."""
        with self._one_at_a_time:
            return self._land(None, mode)

    @contextmanager
    def standing_still(self) -> Iterator[State]:
        """No landing of the source until the block ends; what is known of it.

        Raises:
            SourceUnavailable: nothing of it is landed yet, or it cannot be read.
            SourceReplaced: when it is another one than was landed.
        """
        with self._one_at_a_time:
            known = self._known()
            if known.watermark is None:
                raise SourceUnavailable(f"nothing of {self.source.name} is landed: run `python -m etl run` first")
            self._origin(known)
            yield known

    def reconcile(self, tables: Collection[str], *, why: str) -> RunReport:
        """Whole tables again, by the names of their targets; `why` goes to the run log.

        The position stays: the next run lands what changed since, in these tables once more.
        """
        with self._one_at_a_time:
            return self._land_tables(self._known(), tables, "reconcile", why)

    def land(self, snapshot: Snapshot) -> RunReport:
        """Land a snapshot that is open already."""
        run = Run(uuid.uuid4().hex, self.source.name, "first_load", naive_utc(self.now()))
        return self._landed(snapshot, run, self.source.jobs, None)

    def _known(self) -> State:
        with self.warehouse.read() as connection:
            return state_of(connection, self.source.name)

    def _land(self, known: State | None, mode: str) -> RunReport:
        """What changed since `known`; everything when it is None."""
        run = Run(uuid.uuid4().hex, self.source.name, mode, naive_utc(self.now()))
        watermark = None if known is None else known.watermark
        try:
            origin = self._origin(known)
            with self.source.open(self.warehouse, watermark) as snapshot:
                if snapshot is None:
                    self._still_fresh(run.started)
                    self._moved(known, origin)
                    self._begin_day()
                    return RunReport(run.run_id, run.source, "nothing", [], watermark)
                return self._landed(snapshot, run, self.source.jobs, origin)
        except LANDING_ERRORS as error:
            self._log_failure(run, error)
            raise

    def _land_due(self, known: State) -> RunReport | None:
        """Land whole tables that were made anew, or compute marts that were; None when none was.

        The position stays: the increment that follows lands what else changed, and changes of these tables once more.
        """
        if not known.due:
            if known.marts_due:
                self._compute_marts()
            return None
        return self._land_tables(known, known.due, "rebuild", None)

    def _land_tables(self, known: State, tables: Collection[str], mode: str, note: str | None) -> RunReport:
        run = Run(uuid.uuid4().hex, self.source.name, mode, naive_utc(self.now()), note)
        whole = chain.with_whole_chains(frozenset(tables))
        jobs = tuple(job for job in self.source.jobs if job.name in whole)
        try:
            self._origin(known)
            with self.source.open(self.warehouse, None) as snapshot:
                if snapshot is None:
                    raise SourceUnavailable(f"the source {self.source.name} gave nothing to land again")
                return self._landed(snapshot, run, jobs, None)
        except LANDING_ERRORS as error:
            self._log_failure(run, error)
            raise

    def _origin(self, known: State | None) -> Origin:
        """The source as it is now.

        Raises:
            SourceReplaced: when another one was landed.
        """
        origin = self.source.origin()
        landed = None if known is None else known.origin.store_id
        if landed is not None and landed != origin.store_id:
            raise SourceReplaced(
                f"the warehouse {self.warehouse.path} was filled from another store than the source "
                f"{self.source.name} is now: correct KOMSHIP_DATABASE_URL, or run `python -m etl backfill` "
                "to land this store instead"
            )
        return origin

    def _landed(self, snapshot: Snapshot, run: Run, jobs: tuple[Job, ...], origin: Origin | None) -> RunReport:
        if snapshot.changed is None and self.source.unique_keys:
            try:
                return self._transaction(snapshot, run, jobs, origin, land_straight)
            except NotClean as found:
                log.info("rows to set aside: landing through staging", job=str(found))
        return self._transaction(snapshot, run, jobs, origin, land_all)

    def _transaction(
        self,
        snapshot: Snapshot,
        run: Run,
        jobs: tuple[Job, ...],
        origin: Origin | None,
        land_everything: Callable[[Connection, Landing, Snapshot], list[JobReport]],
    ) -> RunReport:
        """`origin` None: the position that is remembered stays."""
        source = self.source
        with self.warehouse.write() as connection:
            self.step("begin")
            position = snapshot.position(connection)
            if position.note is not None:
                run = replace(run, mode="reconcile", note=position.note)
            landing = Landing(self.warehouse, source.name, jobs, run.run_id, run.started, self.step, source.unique_keys)
            if snapshot.changed is None:
                done = land_everything(connection, landing, snapshot)
                settle(connection, source.name, [job.name for job in jobs])
            else:
                done = land_changes(connection, landing, snapshot, snapshot.changed)
            self.step("state")
            finished = naive_utc(self.now())
            if origin is None:
                count_change(connection, source.name)
            else:
                as_of = run.started - position.behind
                write_position(connection, source.name, position, origin, landed_at=as_of, changed=bool(done))
            runlog.write(connection, run, done, watermark=position.watermark, finished=finished)
            self.step("commit")
        return RunReport(run.run_id, run.source, run.mode, done, position.watermark)

    def _compute_marts(self) -> None:
        today = business_day(self.now())
        with self.warehouse.write() as connection:
            self.step("marts")
            marts.rebuild(connection, today)
            rollup.rebuild(connection)
            checks.check_states(connection)
            checks.check_totals(connection)
            settle(connection, self.source.name, [])
            count_change(connection)

    def _still_fresh(self, now: datetime) -> None:
        """Nothing had changed after `now`, when the source was asked (naive UTC)."""
        old = etl_state.c.source == self.source.name
        with self.warehouse.read() as connection:
            landed_at = connection.scalar(select(etl_state.c.landed_at).where(old))
        if landed_at is not None and now - landed_at >= FRESHNESS_STEP:
            with self.warehouse.write() as connection:
                connection.execute(update(etl_state).where(old).values(landed_at=now))

    def _moved(self, known: State | None, origin: Origin) -> None:
        """The same source stands elsewhere, or where it was was not known: from now on it is read there."""
        if known is not None and origin != known.origin:
            places = {"mapping_file": origin.mapping_file, "folder": origin.folder, "url": origin.url}
            with self.warehouse.write() as connection:
                connection.execute(update(etl_state).where(etl_state.c.source == self.source.name).values(places))

    def _begin_day(self) -> None:
        """Numbers of the last days change at midnight WIB, without any change of the source."""
        today = business_day(self.now())
        with self.warehouse.read() as connection:
            if marts.is_of_day(connection, today):
                return
        with self.warehouse.write() as connection:
            self.step("begin day")
            marts.begin_day(connection, today)
            count_change(connection)

    def _log_failure(self, run: Run, error: Exception) -> None:
        with self.warehouse.write() as connection:
            runlog.write_failure(connection, run, error, finished=naive_utc(self.now()))

    def counts(self) -> Sequence[tuple[str, int]]:
        """Rows of each target that came from this source."""
        with self.warehouse.read() as connection:
            return [
                (
                    job.name,
                    int(
                        connection.scalar(
                            select(func.count()).select_from(job.target).where(job.target.c.source == self.source.name)
                        )
                        or 0
                    ),
                )
                for job in self.source.jobs
            ]
