"""Each mart, once: a select over the facts. A rebuild runs it over everything.

An increment runs the same selects over the old and the new rows of what changed and merges the difference by key.
The partner roll-up, which is no sum, is in `etl.marts.rollup`.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql import visitors

from etl.marts.base import AdditiveMart, Change, Contribution, RowMart
from etl.marts.orders import income_days, order_days
from etl.marts.partners import partner_months, partner_pickup_days, partner_recent
from etl.marts.pickups import open_pickups, pickup_days
from etl.marts.tickets import ticket_days
from etl.staging import temporary
from queries.schema import mart_partner_recent, metadata

SIGN = "sign"  # 1: the row came, -1: it went

ADDITIVE: tuple[AdditiveMart, ...] = (
    order_days,
    income_days,
    partner_months,
    partner_pickup_days,
    pickup_days,
    ticket_days,
)
ROWS: tuple[RowMart, ...] = (open_pickups,)


def facts_read() -> frozenset[Table]:
    """The facts whose changes `apply_changes` needs."""
    additive = {fact for mart in (*ADDITIVE, partner_recent(date.max)) for fact, _contribution in mart.contributions}
    return frozenset(additive | {mart.fact for mart in ROWS})


@cache
def columns_read(fact: Table) -> tuple[Column[Any], ...]:
    """The columns of a fact that any mart reads, and its key: what a copy of old rows must hold."""
    additive = (*ADDITIVE, partner_recent(date.max))
    statements = [contribution(fact) for mart in additive for of, contribution in mart.contributions if of is fact]
    statements += [mart.selection(fact) for mart in ROWS if mart.fact is fact]
    read = {element for statement in statements for element in visitors.iterate(statement)}
    return tuple(column for column in fact.c if column in read or column.name in fact.info["key"])


def rebuild(connection: Connection, today: date) -> None:
    """Fill the marts anew from the facts, sorted by key. `today`: the WIB day."""
    for table, rows in selections(today):
        _fill(connection, table, rows)


def selections(today: date) -> list[tuple[Table, Select[Any]]]:
    """Each mart beside what it must hold, sorted by key; not the roll-up. `today`: the WIB day."""
    chosen = [(mart.table, _totals(mart)) for mart in (*ADDITIVE, partner_recent(today))]
    for rows in ROWS:
        order = [rows.fact.c[name] for name in rows.table.info["key"]]
        chosen.append((rows.table, rows.selection(rows.fact).order_by(*order)))
    return chosen


def is_of_day(connection: Connection, today: date) -> bool:
    """Whether mart_partner_recent stands as of `today`; an empty one stands as of any day."""
    return connection.scalar(select(func.max(mart_partner_recent.c.as_of))) in (None, today)


def begin_day(connection: Connection, today: date) -> None:
    """Compute mart_partner_recent anew as of the WIB day `today`."""
    mart = partner_recent(today)
    _fill(connection, mart.table, _totals(mart))


def apply_changes(connection: Connection, changes: Mapping[str, Change], today: date) -> dict[str, Table]:
    """Bring the marts up to date. `changes` by name of the fact; the facts hold them already.

    Returns by name of the mart what was added to it.
    """
    additive = list(ADDITIVE)
    if is_of_day(connection, today):
        additive.append(partner_recent(today))
    else:
        begin_day(connection, today)
    signed = {name: _signed(connection, name, change) for name, change in changes.items()}
    added = {}
    for mart in additive:
        parts = [
            _signed_rows(mart, contribution, signed[fact.name])
            for fact, contribution in mart.contributions
            if fact.name in signed
        ]
        if parts:
            added[mart.table.name] = _merge(connection, mart, parts)
    for rows in ROWS:
        if (change := changes.get(rows.fact.name)) is not None:
            _replace_rows(connection, rows, change)
    return added


def _replace_rows(connection: Connection, mart: RowMart, change: Change) -> None:
    key = mart.table.info["key"][0]
    touched = union_all(*[select(side.c[key]) for side in (change.old, change.new)])
    connection.execute(delete(mart.table).where(mart.table.c[key].in_(touched)))
    connection.execute(insert(mart.table).from_select([c.name for c in mart.table.c], mart.selection(change.new)))


def _sums(mart: AdditiveMart, rows: FromClause) -> Select[Any]:
    keys = [rows.c[name] for name in mart.keys]
    sums = {name: cast(func.sum(rows.c[name]), BigInteger) for name in mart.measures}
    columns = [rows.c[c.name] if c.name in mart.keys else sums[c.name].label(c.name) for c in mart.table.c]
    return select(*columns).group_by(*keys).having(or_(*[total != 0 for total in sums.values()]))


def _per_contribution(mart: AdditiveMart, contribution: Contribution, rows: FromClause) -> Select[Any]:
    """Contributions summed by key: so that a union of several stays small."""
    return _sums(mart, contribution(rows).subquery())


def _fill(connection: Connection, table: Table, rows: Select[Any]) -> None:
    connection.execute(delete(table))
    connection.execute(insert(table).from_select([c.name for c in table.c], rows))


def _totals(mart: AdditiveMart) -> Select[Any]:
    parts = [_per_contribution(mart, contribution, fact) for fact, contribution in mart.contributions]
    rows = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return _sums(mart, rows).order_by(*[rows.c[name] for name in mart.keys])


def _signed(connection: Connection, name: str, change: Change) -> Table:
    """The new rows with the sign 1 and the old ones with -1, in one table that every mart reads once."""
    fact = metadata.tables[name]
    columns = columns_read(fact)
    names = [column.name for column in columns]
    sides = [
        select(*[side.c[name] for name in names], literal(sign, BigInteger))
        for side, sign in ((change.new, 1), (change.old, -1))
    ]
    made = temporary(connection, f"signed_{name}", [*columns, Column(SIGN, BigInteger)])
    connection.execute(insert(made).from_select([*names, SIGN], union_all(*sides)))
    return made


def _signed_rows(mart: AdditiveMart, contribution: Contribution, signed: Table) -> Select[Any]:
    """What the rows add to the mart, and what the old ones take from it."""
    rows = contribution(signed).add_columns(signed.c[SIGN]).subquery()
    return select(
        *[
            (rows.c[c.name] * rows.c[SIGN]).label(c.name) if c.name in mart.measures else rows.c[c.name]
            for c in mart.table.c
        ]
    )


def _merge(connection: Connection, mart: AdditiveMart, parts: list[Select[Any]]) -> Table:
    names = [c.name for c in mart.table.c]
    delta = temporary(connection, f"delta_{mart.table.name}", list(mart.table.c))
    connection.execute(insert(delta).from_select(names, _sums(mart, union_all(*parts).subquery())))
    rows, found = _what_differs(connection, delta, mart.measures)
    differ = [name for name, (differs, _falls) in zip(mart.measures, found, strict=True) if differs]
    if rows:
        same = and_(*[mart.table.c[name] == delta.c[name] for name in mart.keys])
        added = {name: mart.table.c[name] + delta.c[name] for name in differ}
        known = connection.execute(update(mart.table).where(same).values(added)).rowcount
        if known < rows:
            there = exists(select(literal(1, Integer)).select_from(mart.table).where(same)).correlate(delta)
            connection.execute(insert(mart.table).from_select(names, select(*delta.c).where(~there)))
        if any(falls for _differs, falls in found):
            empty = and_(*[mart.table.c[name] == 0 for name in mart.measures])
            connection.execute(delete(mart.table).where(empty))
    return delta


def _what_differs(connection: Connection, delta: Table, measures: list[str]) -> tuple[int, list[tuple[bool, bool]]]:
    """The number of rows, and of each measure whether any differs from 0, and whether any is below it."""
    tests = [func.bool_or(test) for name in measures for test in (delta.c[name] != 0, delta.c[name] < 0)]
    rows, *found = connection.execute(select(func.count(), *tests).select_from(delta)).one()
    return int(rows), list(zip(found[::2], found[1::2], strict=True))
