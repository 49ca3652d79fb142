"""Landing rows again in a transaction that is undone, unless it repairs: what it would change is what differs.

The rows are read at the very instant that the warehouse is brought to, so that a source that moves on gives no false
alarm; what is set aside is judged by the landing itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Connection, Select, Table, insert, or_, select

from etl import runlog
from etl.increment import land_again
from etl.jobs import Job
from etl.load import JobReport, Landing, rebuild_marts
from etl.runlog import Run
from etl.runner import Runner
from etl.sources.base import Position, ReadByKey
from etl.staging import fill_keys, forget_temporary, key_table, temporary
from etl.state import write_position
from etl.verify.differences import Difference, shown
from etl.verify.ranges import narrow, rows_of
from queries.engine import Warehouse
from queries.schema import etl_state, quarantine
from queries.wib import naive_utc
from vocabulary import DifferenceKind

REPAIR = "repair"


class _Undo(Exception):
    """Leaves the transaction without a commit."""


@dataclass(slots=True)
class Found:
    """Rows that differ, and how many of each table; `rows` were compared."""

    counts: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    rows: int = 0

    def add(self, name: str, count: int, differences: list[Difference]) -> None:
        """Rows of one table."""
        if count:
            self.counts[name] = count
            self.differences += differences


def of_source(connection: Connection, table: Table, source: str) -> Any:
    """The condition of a source's rows, and of rows of no source that is known: theirs was changed."""
    return or_(table.c.source == source, table.c.source.not_in(others(connection, source)))


def others(connection: Connection, source: str) -> list[str]:
    """The other sources that are known."""
    return [name for name in connection.scalars(select(etl_state.c.source)) if name != source]


def by_key(runner: Runner, source: ReadByKey, again: Mapping[str, set[int]], most: int, *, repair: bool) -> Found:
    """Land these keys of the targets again; at most `most` rows of each table are shown."""
    with runner.standing_still() as known, source.open_by_key(known.watermark or "") as snapshot:
        landing = landing_of(runner)
        with _undone(runner.warehouse, keep=repair) as connection:
            changed = snapshot.changed or {}
            reports = []
            if any(changed.values()):  # without a change no landing would look at the quarantine again
                reports = land_again(connection, landing, snapshot, changed, {})
                forget_temporary(connection)
            keys = {
                job.name: again.get(job.name, set()) | waiting(connection, job, landing.source) for job in landing.jobs
            }
            before = _Before(connection, landing, keys)
            reports += land_again(connection, landing, snapshot, {}, keys)
            found = before.compare(connection, most)
            if repair:
                rebuild_marts(connection, landing)
                write_state(connection, runner, landing, snapshot.position(connection), reports)
        return found


def waiting(connection: Connection, job: Job, source: str) -> set[int]:
    """The keys of the job's rows in the quarantine."""
    mine = (quarantine.c.source == source, quarantine.c.job == job.name)
    keys = connection.scalars(select(quarantine.c.row_key).where(*mine))
    return {int(key) for key in keys if key.lstrip("-").isdigit()}


def landing_of(runner: Runner) -> Landing:
    """A landing of the source now."""
    source = runner.source
    now = naive_utc(runner.now())
    return Landing(runner.warehouse, source.name, source.jobs, uuid4().hex, now, runner.step, source.unique_keys)


@contextmanager
def _undone(warehouse: Warehouse, *, keep: bool) -> Iterator[Connection]:
    try:
        with warehouse.write() as connection:
            yield connection
            if not keep:
                raise _Undo
    except _Undo:
        return


class _Before:
    """The landed rows of some keys before they are landed again."""

    def __init__(self, connection: Connection, landing: Landing, keys: Mapping[str, set[int]]) -> None:
        self._landing = landing
        self._rows: list[tuple[Job, Table, Select[Any]]] = []
        for job in landing.jobs:
            listed = key_table(connection, f"again_{job.name}")
            fill_keys(connection, listed, keys[job.name])
            mine = of_source(connection, job.target, landing.source)
            landed = select(job.target).where(mine, job.target.c[job.key_name].in_(select(listed.c.k)))
            self._rows.append((job, _copy(connection, f"before_{job.name}", landed), landed))
        self._reasons = reasons_of(quarantine, landing)
        self._reasons_before = _copy(connection, "reasons_before", self._reasons)

    def compare(self, connection: Connection, most: int) -> Found:
        """What is other now."""
        found = Found()
        for job, before, landed in self._rows:
            narrowed = narrow(connection, job.target, landed, select(before), most)
            found.add(job.name, narrowed.count, shown(connection, job.target, narrowed, landed, select(before)))
        compare_reasons(connection, found, most, self._reasons, select(self._reasons_before))
        return found


def reasons_of(table: Table, landing: Landing) -> Select[Any]:
    """Why rows of the source wait in the quarantine `table`."""
    columns = [table.c[name] for name in (*quarantine.info["key"], "reason")]
    return select(*columns).where(table.c.source == landing.source)


def compare_reasons(connection: Connection, found: Found, most: int, theirs: Select[Any], ours: Select[Any]) -> None:
    """Add what waits in the quarantine and should not, or should and does not."""
    narrowed = narrow(connection, quarantine, theirs, ours, most)
    now = rows_of(connection, quarantine, theirs, narrowed.keys)
    before = rows_of(connection, quarantine, ours, narrowed.keys)
    differences = [
        Difference(
            quarantine.name,
            f"{key[1]} {key[2]}",
            DifferenceKind.QUARANTINE,
            "reason",
            _reason(now[key], "it may land, or is gone"),
            _reason(before[key], "it is not set aside"),
        )
        for key in narrowed.keys
    ]
    found.add(quarantine.name, narrowed.count, differences)


def _reason(rows: list[dict[str, Any]], otherwise: str) -> str:
    return "; ".join(str(row["reason"]) for row in rows) or otherwise


def _copy(connection: Connection, name: str, rows: Select[Any]) -> Table:
    columns = [Column(column.key, column.type) for column in rows.selected_columns]
    copy = temporary(connection, name, columns)
    connection.execute(insert(copy).from_select([column.name for column in columns], rows))
    return copy


def write_state(
    connection: Connection, runner: Runner, landing: Landing, position: Position, reports: list[JobReport]
) -> None:
    """The position and the run log of a repair."""
    finished = naive_utc(runner.now())
    run = Run(landing.run_id, landing.source, REPAIR, landing.now)
    write_position(connection, landing.source, position, runner.source.origin(), landed_at=finished, changed=True)
    runlog.write(connection, run, _one_each(reports), watermark=position.watermark, finished=finished)


def _one_each(reports: list[JobReport]) -> list[JobReport]:
    """The reports of a job as one: it may have landed changes and then rows again."""
    merged: dict[str, JobReport] = {}
    for report in reports:
        known = merged.get(report.job)
        merged[report.job] = (
            report
            if known is None
            else replace(
                report,
                read=known.read + report.read,
                landed=known.landed + report.landed,
                deleted=known.deleted + report.deleted,
            )
        )
    return list(merged.values())
