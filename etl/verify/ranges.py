"""Two relations that should hold the same rows: hashes of whole rows added up per range of keys, narrowed to the keys.

Every column enters, NULL and the empty text are different, and two hashes of each row are added up independently, so
that errors do not cancel. Nothing but the sums is kept of a range that agrees.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

WIDTH = 4096  # keys in a range


@dataclass(frozen=True, slots=True)
class Narrowed:
    """`keys`: those whose rows differ, at most so many as were asked for; `count`: of all of them; `rows`: compared."""

    keys: list[tuple[Any, ...]]
    count: int
    rows: int


def narrow(connection: Connection, table: Table, left: Select[Any], right: Select[Any], most: int) -> Narrowed:
    """The keys whose rows differ between two selects, each of the columns of `table` in its order."""
    left_sums, right_sums = (_range_sums(connection, table, rows.subquery()) for rows in (left, right))
    differing = {of for of in left_sums.keys() | right_sums.keys() if left_sums.get(of) != right_sums.get(of)}
    rows = sum(int(each[0]) for each in left_sums.values())
    if not differing:
        return Narrowed([], 0, rows)
    found = _differing_keys(table, left.subquery(), right.subquery(), differing).subquery()
    count = int(connection.scalar(select(func.count()).select_from(found)) or 0)
    keys = connection.execute(select(found).order_by(*found.c).limit(most)).all()
    return Narrowed([tuple(key) for key in keys], count, rows)


def _hashes(rows: FromClause) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    columns = list(rows.c)
    # hashed once more: the hash of several columns lets the last one through too plainly to be added up
    return func.hash(func.hash(*columns)), func.hash(func.hash(*reversed(columns), literal("second")))


def _range(table: Table, rows: FromClause) -> ColumnElement[Any]:
    keys = [rows.c[name] for name in table.info["key"]]
    if len(keys) == 1 and isinstance(table.c[table.info["key"][0]].type, BigInteger):
        of: ColumnElement[Any] = keys[0].op("//")(WIDTH)
        return of
    return func.hash(*keys) % WIDTH


def _range_sums(connection: Connection, table: Table, rows: FromClause) -> dict[Any, tuple[Any, ...]]:
    first, second = _hashes(rows)
    of = _range(table, rows)
    sums = select(of, func.count(), func.sum(first), func.sum(second)).group_by(of)
    return {row[0]: tuple(row[1:]) for row in connection.execute(sums)}


def _differing_keys(table: Table, left: FromClause, right: FromClause, ranges: set[Any]) -> Select[Any]:
    names = table.info["key"]

    def side(number: int, rows: FromClause) -> Select[Any]:
        first, second = _hashes(rows)
        of = _range(table, rows)
        inside = of.in_([each for each in ranges if each is not None])
        wanted = or_(inside, of.is_(None)) if None in ranges else inside
        keys = [rows.c[name] for name in names]
        return select(*keys, literal(number).label("side"), first.label("first"), second.label("second")).where(wanted)

    rows = union_all(side(0, left), side(1, right)).subquery()
    keys = [rows.c[name] for name in names]

    def of_side(number: int, value: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case((rows.c.side == number, value), else_=null())), 0)

    differs = [of_side(0, value) != of_side(1, value) for value in (literal(1), rows.c.first, rows.c.second)]
    return select(*keys).group_by(*keys).having(or_(*differs))


def rows_of(
    connection: Connection, table: Table, statement: Select[Any], keys: list[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """The rows of some keys, by key."""
    if not keys:
        return {}
    rows = statement.subquery()
    columns = [rows.c[name] for name in table.info["key"]]
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {key: [] for key in keys}
    wanted = [
        and_(*[column.is_not_distinct_from(value) for column, value in zip(columns, key, strict=True)]) for key in keys
    ]
    for row in connection.execute(select(rows).where(or_(*wanted))).mappings():
        found[tuple(row[name] for name in table.info["key"])].append(dict(row))
    return found
