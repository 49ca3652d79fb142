"""Source against warehouse, table by table: counts, and sums of the numbers that matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select

from etl import chain, checks
from etl.jobs import Job
from etl.runner import Runner
from etl.sources.base import SourceUnavailable
from etl.staging import staging_table
from queries.engine import Warehouse
from queries.schema import fct_order_events, fct_orders, quarantine

SUMMED = ("grand_total", "net_profit", "nominal", "amount", "qty", "tickets")


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one table in the source and in the warehouse; bad rows are subtracted from the source."""

    table: str
    figure: str
    source: int
    warehouse: int


class _Undo(Exception):
    """Leaves the transaction without a commit."""


def _figures(connection: Connection, table: Table, job: Job, source: str | None) -> dict[str, int]:
    names = [name for name in SUMMED if name in job.target.c]
    columns: list[Any] = [func.count(), *[func.coalesce(func.sum(table.c[name]), 0) for name in names]]
    statement = select(*columns).select_from(table)
    if source is not None:
        statement = statement.where(table.c.source == source)
    values = connection.execute(statement).one()
    return dict(zip(["rows", *names], map(int, values), strict=True))


def compare(runner: Runner) -> Sequence[Difference]:
    """Read the source once more, whole, and compare; then run every check over the warehouse.

    Raises:
        SourceUnavailable: when the source cannot be read.
        CheckFailed: when the warehouse breaks a rule of its own.
    """
    found: list[Difference] = []
    staged: dict[str, Table] = {}
    warehouse: Warehouse = runner.warehouse
    with runner.source.open(warehouse, None) as snapshot:
        if snapshot is None:
            raise SourceUnavailable(f"the source {runner.source.name} gave nothing to compare with")
        try:
            with warehouse.write() as connection:
                for job in runner.source.jobs:
                    staging = staging_table(connection, job)
                    snapshot.stage_all(connection, job, staging)
                    bad = select(quarantine.c.row_key).where(
                        quarantine.c.source == runner.source.name, quarantine.c.job == job.name
                    )
                    keys = {int(key) for key in connection.scalars(bad) if key.isdigit()}
                    if keys:
                        connection.execute(staging.delete().where(staging.c[job.key_name].in_(keys)))
                    staged[job.name] = staging
                    if job.target is fct_order_events:  # repeated steps do not land
                        chain.judge(connection, staged[fct_orders.name], staging)
                    ours = _figures(connection, job.target, job, runner.source.name)
                    theirs = _figures(connection, staging, job, None)
                    found += [
                        Difference(job.name, name, theirs[name], ours[name])
                        for name in ours
                        if theirs[name] != ours[name]
                    ]
                checks.check_all(connection, runner.source.jobs)
                raise _Undo
        except _Undo:
            return found
