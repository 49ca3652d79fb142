"""Runs landings: what is due, in one transaction of the warehouse each, with a run log."""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import duckdb
import structlog
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from etl import marts
from etl.checks import CheckFailed
from etl.load import JobReport, Landing, NotClean, land_all, land_changes, land_straight
from etl.sources.base import Position, Snapshot, Source, SourceUnavailable
from etl.sources.mapping import MappingError
from queries.engine import Warehouse
from queries.schema import etl_runs, etl_state
from queries.wib import business_day, naive_utc

# what can go wrong with a landing: the source, what it holds, the warehouse or the disk; nothing is landed then
LANDING_ERRORS = (
    SourceUnavailable,
    MappingError,
    CheckFailed,
    SQLAlchemyError,
    duckdb.Error,
    sqlite3.Error,
    OSError,
)
log = structlog.get_logger("etl")
FRESHNESS_STEP = timedelta(seconds=1)
RUNS_KEPT = timedelta(days=30)


def _no_step(_name: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. `mode`: first_load, increment, backfill, or nothing (the source had no change)."""

    run_id: str
    source: str
    mode: str
    jobs: list[JobReport] = field(default_factory=list)
    watermark: str | None = None

    @property
    def landed(self) -> int:
        """Rows landed."""
        return sum(job.landed for job in self.jobs)

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
        self._now = now
        self._step = step
        self._one_at_a_time = threading.Lock()

    def run(self) -> RunReport:
        """First load, or what changed since the last run.

        Raises:
            SourceUnavailable: when the source cannot be read.
            CheckFailed: when what would be shown is wrong; nothing was changed.
        """
        with self.warehouse.read() as connection:
            watermark = connection.scalar(select(etl_state.c.watermark).where(etl_state.c.source == self.source.name))
        return self._land(watermark, "first_load" if watermark is None else "increment")

    def backfill(self) -> RunReport:
        """Everything again, from nothing."""
        return self._land(None, "backfill")

    def _land(self, watermark: str | None, mode: str) -> RunReport:
        run_id, started = uuid.uuid4().hex, naive_utc(self._now())
        with self._one_at_a_time:
            try:
                with self.source.open(self.warehouse, watermark) as snapshot:
                    if snapshot is None:
                        self._still_fresh()
                        self._begin_day()
                        return RunReport(run_id, self.source.name, "nothing", [], watermark)
                    return self._landed(snapshot, run_id, mode, started)
            except LANDING_ERRORS as error:
                self._log_failure(run_id, mode, started, error)
                raise

    def _landed(self, snapshot: Snapshot, run_id: str, mode: str, started: datetime) -> RunReport:
        if snapshot.changed is None and self.source.unique_keys:
            try:
                return self._transaction(snapshot, run_id, mode, started, land_straight)
            except NotClean as found:
                log.info("rows to set aside: landing through staging", job=str(found))
        return self._transaction(snapshot, run_id, mode, started, land_all)

    def _transaction(
        self,
        snapshot: Snapshot,
        run_id: str,
        mode: str,
        started: datetime,
        land_everything: Callable[[Connection, Landing, Snapshot], list[JobReport]],
    ) -> RunReport:
        with self.warehouse.write() as connection:
            self._step("begin")
            position = snapshot.position(connection)
            landing = Landing(self.source.name, self.source.jobs, run_id, started, self._step, self.source.unique_keys)
            if snapshot.changed is None:
                jobs = land_everything(connection, landing, snapshot)
            else:
                jobs = land_changes(connection, landing, snapshot, snapshot.changed)
            report = RunReport(run_id, self.source.name, mode, jobs, position.watermark)
            self._step("state")
            self._write_state(connection, position, changed=bool(jobs))
            self._log_jobs(connection, report, started)
            self._step("commit")
        return report

    def _write_state(self, connection: Connection, position: Position, *, changed: bool) -> None:
        name = self.source.name
        version = connection.scalar(select(etl_state.c.data_version).where(etl_state.c.source == name)) or 0
        connection.execute(delete(etl_state).where(etl_state.c.source == name))
        connection.execute(
            insert(etl_state).values(
                source=name,
                watermark=position.watermark,
                change_seq=position.change_seq,
                landed_at=naive_utc(self._now()),
                data_version=version + (1 if changed else 0),
            )
        )

    def _still_fresh(self) -> None:
        now = naive_utc(self._now())
        old = etl_state.c.source == self.source.name
        with self.warehouse.read() as connection:
            landed_at = connection.scalar(select(etl_state.c.landed_at).where(old))
        if landed_at is not None and now - landed_at >= FRESHNESS_STEP:
            with self.warehouse.write() as connection:
                connection.execute(update(etl_state).where(old).values(landed_at=now))

    def _begin_day(self) -> None:
        """Numbers of the last days change at midnight WIB, without any change of the source."""
        today = business_day(self._now())
        with self.warehouse.read() as connection:
            if marts.is_of_day(connection, today):
                return
        with self.warehouse.write() as connection:
            self._step("begin day")
            marts.begin_day(connection, today)
            connection.execute(update(etl_state).values(data_version=etl_state.c.data_version + 1))

    def _log_jobs(self, connection: Connection, report: RunReport, started: datetime) -> None:
        finished = naive_utc(self._now())
        rows = [
            {
                "run_id": report.run_id,
                "source": report.source,
                "job": job.job,
                "mode": report.mode,
                "status": "ok",
                "rows_read": job.read,
                "rows_landed": job.landed,
                "rows_deleted": job.deleted,
                "rows_quarantined": job.quarantined,
                "watermark": report.watermark,
                "error": None,
                "started_at": started,
                "finished_at": finished,
            }
            for job in report.jobs
        ]
        if rows:
            connection.execute(insert(etl_runs), rows)

    def _log_failure(self, run_id: str, mode: str, started: datetime, error: Exception) -> None:
        row = {
            "run_id": run_id,
            "source": self.source.name,
            "job": "all",
            "mode": mode,
            "status": "failed",
            "rows_read": 0,
            "rows_landed": 0,
            "rows_deleted": 0,
            "rows_quarantined": 0,
            "error": str(error).splitlines()[0],
            "started_at": started,
            "finished_at": naive_utc(self._now()),
        }
        with self.warehouse.write() as connection:
            connection.execute(insert(etl_runs), [row])
            connection.execute(delete(etl_runs).where(etl_runs.c.started_at < started - RUNS_KEPT))

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
