"""Source against warehouse: every column of every row, marts against their rebuild, and the promises of the warehouse.

A store is compared where it lies, by sums of hashes per range of keys. What differs there may have changed meanwhile,
so it is looked at once more in a trial landing. Files are landed once more, apart.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from etl import checks
from etl.jobs import Job
from etl.runner import Runner
from etl.sources.base import ReadByKey, Snapshot, SourceUnavailable, Viewed
from etl.staging import fill_keys, key_table, temporary
from etl.verify import compared_marts, trial, whole
from etl.verify.differences import Difference, Verification
from etl.verify.ranges import narrow
from queries.wib import business_day, naive_utc

SHOWN = 20  # rows of each table
MEMORY = 400  # MB of the warehouse meanwhile: enough for 2 million orders, beside 300 MB that are not the warehouse's
MOST_AGAIN = 50_000  # rows of a table that are looked at once more; with more, the whole source is landed again

__all__ = ["Difference", "Verification", "compare", "repair"]


@dataclass(slots=True)
class _Suspects:
    """Keys of the targets whose rows seem to differ, of which there may be more than are looked at."""

    keys: dict[str, set[int]]
    more: dict[str, int]
    rows: int


@dataclass(frozen=True, slots=True)
class _Began:
    """When a comparison began: naive UTC, and by the clock that never stands still."""

    at: datetime
    clock: float

    @classmethod
    def now(cls, runner: Runner) -> "_Began":
        """At this moment."""
        return cls(naive_utc(runner.now()), time.monotonic())


def compare(runner: Runner) -> Verification:
    """Compare, and change nothing that is landed; files that are new are landed first.

    Raises:
        SourceUnavailable: when the source cannot be read, or nothing of it is landed.
        SourceReplaced: when it is another one than was landed.
    """
    return _compare(runner)[0]


def repair(runner: Runner) -> tuple[Verification, Verification]:
    """Compare, land what differs again with the marts, and compare once more: the first and the last comparison.

    Raises:
        SourceUnavailable: when the source cannot be read, or nothing of it is landed.
        SourceReplaced: when it is another one than was landed.
        CheckFailed: when the marts do not fit the facts after all; nothing was changed then.
    """
    first, suspects = _compare(runner)
    if first.agrees:
        return first, first
    source = runner.source
    if not isinstance(source, ReadByKey):
        began = _Began.now(runner)
        return first, _verification(runner, began, whole.repair(runner, SHOWN))
    if suspects.more:
        runner.backfill(trial.REPAIR)
    else:
        trial.by_key(runner, source, suspects.keys, SHOWN, repair=True)
    return first, compare(runner)


def _compare(runner: Runner) -> tuple[Verification, _Suspects]:
    with runner.warehouse.sparing(MEMORY):
        return _compared(runner)


def _compared(runner: Runner) -> tuple[Verification, _Suspects]:
    began = _Began.now(runner)
    source = runner.source
    suspects = _Suspects({}, {}, 0)
    if isinstance(source, ReadByKey):
        with runner.standing_still():  # says what is wrong before anything is read
            pass
        suspects = _suspects(runner)
        found = trial.by_key(runner, source, suspects.keys, SHOWN, repair=False)
        found.rows = suspects.rows
        for name, count in suspects.more.items():
            found.counts[name] = found.counts.get(name, 0) + count
    else:
        runner.run()
        found = whole.compare(runner, SHOWN)
    return _verification(runner, began, found), suspects


def _verification(runner: Runner, began: _Began, found: trial.Found) -> Verification:
    """What was found in the source, with the marts and the promises of the warehouse."""
    with runner.warehouse.read() as connection:
        marts = compared_marts.compare(connection, business_day(runner.now()), SHOWN)
        broken = checks.broken(connection, runner.source.jobs)
    return Verification(
        source=runner.source.name,
        started_at=began.at,
        finished_at=began.at + timedelta(seconds=time.monotonic() - began.clock),  # a now may be fixed
        rows=found.rows,
        counts=found.counts | marts.counts,
        differences=[*found.differences, *marts.differences],
        broken=broken,
    )


def _suspects(runner: Runner) -> _Suspects:
    """Compare every job where it lies; landings go on meanwhile."""
    found = _Suspects({}, {}, 0)
    with runner.source.open(runner.warehouse, None) as snapshot:
        if snapshot is None:
            raise SourceUnavailable(f"the source {runner.source.name} gave nothing to compare with")
        for job in runner.source.jobs:
            with runner.warehouse.read() as connection:
                _compare_job(connection, runner.source.name, job, snapshot, found)
    return found


def _compare_job(connection: Connection, source: str, job: Job, snapshot: Snapshot, found: _Suspects) -> None:
    waiting = key_table(connection, "waiting")
    fill_keys(connection, waiting, trial.waiting(connection, job, source))

    def not_waiting(rows: Table) -> Select[Any]:
        return select(rows).where(rows.c[job.key_name].not_in(select(waiting.c.k)))

    landed = not_waiting(job.target).where(trial.of_source(connection, job.target, source))
    narrowed = narrow(connection, job.target, not_waiting(_rows(connection, job, snapshot)), landed, MOST_AGAIN)
    found.rows += narrowed.rows
    found.keys[job.name] = {key for (key,) in narrowed.keys if key is not None}
    if narrowed.count > len(narrowed.keys):
        found.more[job.name] = narrowed.count - len(narrowed.keys)


def _rows(connection: Connection, job: Job, snapshot: Snapshot) -> Table:
    if isinstance(snapshot, Viewed):
        return snapshot.view(connection, job)
    staged = temporary(connection, f"read_{job.name}", list(job.target.c))
    snapshot.stage_all(connection, job, staged)
    return staged
