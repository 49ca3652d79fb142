"""The log of runs: one row per run and job, and one per run that failed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import DBAPIError

from etl.load import JobReport
from queries.schema import etl_runs

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Run:
    """Which run, and when it began (naive UTC). `note`: why everything is landed again."""

    run_id: str
    source: str
    mode: str
    started: datetime
    note: str | None = None


def write(
    connection: Connection, run: Run, jobs: Iterable[JobReport], *, watermark: str | None, finished: datetime
) -> None:
    """Log what the jobs of a run did."""
    rows = [
        _row(run, finished)
        | {
            "job": job.job,
            "status": "ok",
            "rows_read": job.read,
            "rows_landed": job.landed,
            "rows_deleted": job.deleted,
            "rows_quarantined": job.quarantined,
            "rows_repeated": job.repeated,
            "rows_dropped": job.dropped,
            "note": job.note or run.note,
            "watermark": watermark,
            "error": None,
        }
        for job in jobs
    ]
    if rows:
        connection.execute(insert(etl_runs), rows)


def write_failure(connection: Connection, run: Run, error: Exception, *, finished: datetime) -> None:
    """Log a run that failed, and forget runs of long ago."""
    counts = dict.fromkeys(("rows_read", "rows_landed", "rows_deleted", "rows_quarantined"), 0)
    failed = {"job": "all", "status": "failed", "error": said(error), **counts}
    connection.execute(insert(etl_runs), [_row(run, finished) | failed])
    connection.execute(delete(etl_runs).where(etl_runs.c.started_at < run.started - KEPT))


def message(error: Exception) -> str:
    """What went wrong, without the statement that SQLAlchemy adds to what a database says."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause) or type(cause).__name__


def said(error: Exception) -> str:
    """The message of an error as one line."""
    first, *more = message(error).splitlines()
    return " ".join([first, *map(str.strip, more)]) if first.endswith(":") else first


def _row(run: Run, finished: datetime) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "source": run.source,
        "mode": run.mode,
        "note": run.note,
        "started_at": run.started,
        "finished_at": finished,
    }
