"""Damage to a landed warehouse, and what a verification must say and mend of it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, String, Table, delete, insert, select, update

from etl.jobs import JOBS
from etl.runner import Runner
from etl.verify import Difference, Verification, repair
from queries.schema import MARTS
from tests.etl.conftest import contents
from vocabulary import DifferenceKind

TARGETS = tuple(job.target for job in JOBS)
FAR = 900_000  # beyond every key of a test


def named(value: Any) -> str:
    """The id of a parametrised test."""
    return value.name if isinstance(value, Table | Column) else str(value)


def damage(runner: Runner, *statements: Any) -> None:
    """Each must change something."""
    with runner.warehouse.write() as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, str(statement)


def healed(runner: Runner) -> Verification:
    """Repair, and see that everything is as a new landing makes it; what was found before."""
    first, last = repair(runner)
    assert not first.agrees
    assert last.agrees, last
    grown = contents(runner.warehouse, TARGETS + MARTS)
    runner.backfill()
    assert contents(runner.warehouse, TARGETS + MARTS) == grown
    return first


def key_of(table: Table) -> Column[Any]:
    """The column of a fact's or dimension's key."""
    column: Column[Any] = table.c[table.info["key"][0]]
    return column


def keys(runner: Runner, table: Table) -> list[int]:
    """The keys that are landed, in order."""
    with runner.warehouse.read() as connection:
        return list(connection.scalars(select(key_of(table)).order_by(key_of(table))))


def gone(table: Table, key: int) -> Any:
    """The row goes."""
    return delete(table).where(key_of(table) == key)


def twice(table: Table, key: int) -> Any:
    """The row is there twice."""
    return insert(table).from_select([c.name for c in table.c], select(table).where(key_of(table) == key))


def ghost(table: Table, key: int) -> Any:
    """Another row is there that says the same, with a key that the source does not have."""
    columns = [c + FAR if c is key_of(table) else c for c in table.c]
    return insert(table).from_select([c.name for c in table.c], select(*columns).where(key_of(table) == key))


DAMAGES = ((gone, DifferenceKind.MISSING), (twice, DifferenceKind.REPEATED), (ghost, DifferenceKind.SURPLUS))


def other(value: Any, column: Column[Any]) -> Any:
    """A value of the column's type that is not `value`."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, BigInteger):
        return 1 if value is None else value + 1_000_003
    if isinstance(column.type, DateTime):
        return datetime(2022, 1, 1) if value is None else value + timedelta(microseconds=1)
    if isinstance(column.type, Date):
        return date(2022, 1, 1) if value is None else value + timedelta(days=1)
    assert isinstance(column.type, String)
    return "" if value is None else value + " "


def change(runner: Runner, places: Iterable[tuple[int, Column[Any]]], of: Callable[[Any, Column[Any]], Any]) -> None:
    """The values in the rows of these keys, and in these columns, are other ones: `of` says which."""
    with runner.warehouse.write() as connection:
        for key, column in places:
            this = key_of(column.table) == key
            value = connection.execute(select(column).where(this)).scalar_one()
            assert connection.execute(
                update(column.table).where(this).values({column.name: of(value, column)})
            ).rowcount


def of_table(found: Verification, table: Table) -> list[Difference]:
    """What was shown of a table."""
    return [each for each in found.differences if each.table == table.name]
