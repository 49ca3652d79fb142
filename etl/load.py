"""One landing: staging, validation, quarantine, DELETE and INSERT, marts and checks, all in the caller's transaction.

A crash at any point leaves the warehouse as it was, watermark included; the next run does the same work again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError

from etl import chain, checks, marts
from etl.jobs import Job
from etl.marts import rollup
from etl.shrinking import gone, keys_before, refuse
from etl.sources.base import Accounted, LeftOut, Snapshot
from etl.staging import fill_keys, key_table, staging_table
from etl.validate import broken, is_clean, set_bad_rows_aside
from queries.engine import Warehouse, duckdb_cursor
from queries.schema import fct_order_events, fct_orders, quarantine
from queries.wib import business_day

FILES_MEMORY = 112  # MB of the warehouse while it takes rows of files: 1.8 million land with it
MARTS_MEMORY = 400  # and while marts are computed and checked after it, which read the whole warehouse


@dataclass(frozen=True, slots=True)
class JobReport:
    """What one job did, in rows."""

    job: str
    read: int
    landed: int
    deleted: int
    quarantined: int
    repeated: int = 0
    dropped: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Landing:
    """The circumstances of a landing. `step` is called with the name of each step as it begins."""

    warehouse: Warehouse
    source: str
    jobs: tuple[Job, ...]
    run_id: str
    now: datetime
    step: Callable[[str], None]
    unique_keys: bool = True


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows of a job in staging: how many were read, and how many of these were repeated steps."""

    table: Table
    read: int
    repeated: int = 0


class NotClean(Exception):
    """A row lacks a value that its table cannot be without; everything must be landed through staging."""


def land_straight(connection: Connection, landing: Landing, snapshot: Snapshot) -> list[JobReport]:
    """Replace all rows of the source without staging, and rebuild the marts. Rows that break a rule, and orders whose
    chain is wrong, are taken back from the target and judged in staging; all others are written once.

    Raises:
        NotClean: when a value is missing; the caller undoes the transaction and lands through staging.
    """
    reports: dict[str, JobReport] = {}
    _forget(connection, landing)
    for job in landing.jobs:
        landing.step(f"land {job.name}")
        try:
            read = snapshot.stage_all(connection, job, job.target)
        except IntegrityError as error:
            raise NotClean(job.name) from error
        reports[job.name] = JobReport(job.name, read, read, 0, 0)
        if job.target is fct_order_events:
            _judge_landed_chains(connection, landing, reports)
        landing.step(f"validate {job.name}")
        if not is_clean(connection, job, job.target):
            staging = _taken_back(connection, landing, job, broken(job, job.target))
            bad = _set_aside(connection, landing, job, staging)
            _put_back(connection, job, staging)
            reports[job.name] = _fewer(reports[job.name], bad)
    done = list(reports.values())
    _rebuild(connection, landing, validated=all(report.read == report.landed for report in done))
    return done


def _judge_landed_chains(connection: Connection, landing: Landing, reports: dict[str, JobReport]) -> None:
    """Land the chains again that are wrong in the targets, and their orders; what hangs on these comes later."""
    landing.step("validate chains")
    wrong = chain.wrong_orders(connection, source=landing.source)
    if not wrong:
        return
    of_orders, of_events = (
        next(job for job in landing.jobs if job.target is target) for target in (fct_orders, fct_order_events)
    )
    keys = key_table(connection, "wrong_orders")
    fill_keys(connection, keys, wrong)
    orders, events = (
        _taken_back(connection, landing, job, job.target.c.order_id.in_(select(keys.c.k)))
        for job in (of_orders, of_events)
    )
    judged = chain.judge(connection, orders, events)
    for job, staging, repeated in ((of_orders, orders, 0), (of_events, events, judged.repeated)):
        bad = _set_aside(connection, landing, job, staging)
        _put_back(connection, job, staging)
        reports[job.name] = _fewer(reports[job.name], bad, repeated)


def _taken_back(connection: Connection, landing: Landing, job: Job, which: ColumnElement[bool]) -> Table:
    """Landed rows of the source, moved from their target into staging."""
    staging, target = staging_table(connection, job), job.target
    mine = and_(target.c.source == landing.source, which)
    connection.execute(insert(staging).from_select([c.name for c in target.c], select(*target.c).where(mine)))
    connection.execute(delete(target).where(mine))
    return staging


def _put_back(connection: Connection, job: Job, staging: Table) -> None:
    insert_staged(connection, job, staging)
    staging.drop(connection, checkfirst=False)


def _fewer(report: JobReport, bad: int, repeated: int = 0) -> JobReport:
    return replace(
        report,
        landed=report.landed - bad - repeated,
        quarantined=report.quarantined + bad,
        repeated=report.repeated + repeated,
    )


def land_all(connection: Connection, landing: Landing, snapshot: Snapshot) -> list[JobReport]:
    """Replace all rows of the source through staging, bad rows to the quarantine, and rebuild the marts.

    Raises:
        ShrinkRefused: when more than a tenth of a table would go and the source does not allow it.
    """
    of_files = isinstance(snapshot, Accounted)
    is_guarded = isinstance(snapshot, Accounted) and not snapshot.may_shrink
    before = keys_before(connection, landing.source, landing.jobs) if is_guarded else []
    with _sparing(connection, landing) if of_files else nullcontext():
        reports = land_all_facts(connection, landing, snapshot)
    refuse(landing.source, gone(connection, before))
    with landing.warehouse.sparing(MARTS_MEMORY) if of_files else nullcontext():
        _rebuild(connection, landing, validated=False)
    return reports


@contextmanager
def _sparing(connection: Connection, landing: Landing) -> Iterator[None]:
    """With little memory while rows of files are taken, beside their texts that are in memory, too.

    One thread: each would hold a group of 120,000 rows that it fills, 50 MB of wide ones.
    """
    cursor = duckdb_cursor(connection)
    with landing.warehouse.sparing(FILES_MEMORY):
        cursor.execute("SET threads = 1")
        try:
            yield
        finally:
            cursor.execute("RESET threads")


def land_all_facts(connection: Connection, landing: Landing, snapshot: Snapshot) -> list[JobReport]:
    """Replace all rows of the source through staging, bad rows to the quarantine; the marts stay as they are."""
    reports = []
    _forget(connection, landing)
    events = next((job for job in landing.jobs if job.target is fct_order_events), None)
    chained: Staged | None = None
    for job in landing.jobs:
        of_chains = chained if job is events else None
        staged = of_chains or _stage_all(connection, landing, snapshot, job)
        bad = _set_aside(connection, landing, job, staged.table)
        if job.target is fct_orders and events is not None:
            chained = _stage_all(connection, landing, snapshot, events)
            landing.step("validate chains")
            judged = chain.judge(connection, staged.table, chained.table)
            chained = replace(chained, repeated=judged.repeated)
            if judged.contradictory:
                bad += _set_aside(connection, landing, job, staged.table)
        landing.step(f"land {job.name}")
        landed = insert_staged(connection, job, staged.table)
        staged.table.drop(connection, checkfirst=False)
        reports.append(_report(snapshot, job, staged, landed, bad))
    return reports


def _stage_all(connection: Connection, landing: Landing, snapshot: Snapshot, job: Job) -> Staged:
    landing.step(f"stage {job.name}")
    staging = staging_table(connection, job)
    read = snapshot.stage_all(connection, job, staging)
    return Staged(staging, read)


def _report(snapshot: Snapshot, job: Job, staged: Staged, landed: int, bad: int) -> JobReport:
    """What the job did; of files every row that was read is accounted for."""
    if not isinstance(snapshot, Accounted):
        return JobReport(job.name, staged.read, landed, 0, bad, staged.repeated)
    left = snapshot.left_out.get(job.name, LeftOut())
    repeated = staged.repeated + left.repeated
    checks.check_account(job.name, staged.read, (landed, bad, repeated, left.dropped))
    return JobReport(job.name, staged.read, landed, 0, bad, repeated, left.dropped, left.note)


def _set_aside(connection: Connection, landing: Landing, job: Job, staging: Table) -> int:
    landing.step(f"validate {job.name}")
    return set_bad_rows_aside(connection, job, staging, run_id=landing.run_id, now=landing.now, source=landing.source)


def _forget(connection: Connection, landing: Landing) -> None:
    for job in reversed(landing.jobs):
        connection.execute(delete(job.target).where(job.target.c.source == landing.source))
    mine = quarantine.c.job.in_([job.name for job in landing.jobs])
    connection.execute(delete(quarantine).where(quarantine.c.source == landing.source, mine))


def _rebuild(connection: Connection, landing: Landing, *, validated: bool) -> None:
    landing.step("marts")
    _fill_marts(connection, landing)
    landing.step("checks")
    checks.check_all(connection, landing.jobs, validated=validated)


def _fill_marts(connection: Connection, landing: Landing) -> None:
    marts.rebuild(connection, business_day(landing.now))
    rollup.rebuild(connection)


def rebuild_marts(connection: Connection, landing: Landing) -> None:
    """Fill the marts anew and compare their totals with the facts.

    Raises:
        CheckFailed: when they do not fit.
    """
    landing.step("marts")
    _fill_marts(connection, landing)
    landing.step("checks")
    checks.check_states(connection)
    checks.check_totals(connection)


def insert_staged(connection: Connection, job: Job, staging: Table) -> int:
    """Put what is left in staging into the target; returns the number of rows."""
    names = [c.name for c in job.target.c]
    rows = select(*[staging.c[name] for name in names])
    return connection.execute(insert(job.target).from_select(names, rows)).rowcount
