"""Each mart, once: a select over the facts. A rebuild runs it over everything.

An increment runs the same selects over the old and the new rows of what changed and merges the difference by key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    case,
    cast,
    delete,
    distinct,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql import visitors

from etl.jobs.base import WIB_OFFSET
from etl.staging import temporary
from queries import measures
from queries.measures import RECENT, SUMMED
from queries.schema import (
    fct_order_events,
    fct_orders,
    fct_pickups,
    fct_tickets,
    mart_open_pickups,
    mart_order_days,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partner_recent,
    mart_pickup_days,
    mart_ticket_days,
)
from queries.schema.marts import ALL_PARTNERS

Contribution = Callable[[FromClause], Select[Any]]


def _day(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(instant + WIB_OFFSET, Date)


def _month(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.date_trunc("month", day), Date)


def _number(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, 1), else_=0)


def _row(mart: Table, keys: Mapping[str, Any], counts: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    """The mart's columns in order: keys, the given counts, 0 for the others."""
    given = {**keys, **counts}
    return [cast(given[c.name] if c.name in given else literal(0), c.type).label(c.name) for c in mart.c]


def _grouping(fact: FromClause, day: str) -> dict[str, Any]:
    return {"day": fact.c[day], "courier": fact.c.courier, "payment_method": fact.c.payment_method}


def _entered(fact: FromClause) -> Select[Any]:
    return select(
        *_row(mart_order_days, {**_grouping(fact, "event_date"), "state": fact.c.to_state}, {"entered": 1})
    ).select_from(fact)


def _left(fact: FromClause) -> Select[Any]:
    return (
        select(*_row(mart_order_days, {**_grouping(fact, "event_date"), "state": fact.c.from_state}, {"left_state": 1}))
        .select_from(fact)
        .where(fact.c.from_state.is_not(None))
    )


def _reached(fact: FromClause) -> Select[Any]:
    keys = {**_grouping(fact, "cohort_date"), "state": fact.c.to_state}
    reached = func.count(distinct(fact.c.order_id))
    return (
        select(*_row(mart_order_days, keys, {"cohort_reached": reached}))
        .select_from(fact)
        .group_by(*[keys[name] for name in ("day", "state", "courier", "payment_method")])
    )


def _cohort_now(fact: FromClause) -> Select[Any]:
    keys = {**_grouping(fact, "created_date"), "state": measures.reported_state(fact)}
    counts = {"cohort_now": 1, "cohort_grand_total": fact.c.grand_total}
    return select(*_row(mart_order_days, keys, counts)).select_from(fact)


def _created(fact: FromClause) -> Select[Any]:
    keys = {"partner_id": fact.c.partner_id, "month": _month(fact.c.created_date), "courier": fact.c.courier}
    return select(*_row(mart_partner_months, keys, {"created": 1})).select_from(fact)


def _shipped(fact: FromClause) -> Select[Any]:
    keys = {
        "partner_id": fact.c.partner_id,
        "month": _month(_day(fact.c.shipped_at)),
        "courier": fact.c.courier,
    }
    delivered = measures.is_delivered(fact)
    counts = {
        "shipped": 1,
        "returned": _number(measures.is_returned(fact)),
        "problem": _number(measures.is_problem(fact)),
        "delivered": _number(delivered),
        "grand_total": fact.c.grand_total,
        "service_fee": case((delivered, fact.c.service_fee), else_=0),
        "shipping_cashback": case((delivered, fact.c.shipping_cashback), else_=0),
    }
    return select(*_row(mart_partner_months, keys, counts)).select_from(fact).where(measures.is_shipped(fact))


def _recent(fact: FromClause, as_of: date, *, of_all: bool) -> Select[Any]:
    orders = measures.counted_orders(fact, as_of)
    partner = literal(ALL_PARTNERS) if of_all else fact.c.partner_id
    keys = {"as_of": literal(as_of), "partner_id": partner, "courier": fact.c.courier}
    counts = {name: case((orders[name], fact.c[SUMMED[name]] if name in SUMMED else 1), else_=0) for name in RECENT}
    any_recent = [orders["shipped_90"], *(orders[name] for name in SUMMED)]
    return select(*_row(mart_partner_recent, keys, counts)).select_from(fact).where(or_(*any_recent))


def _partner_handed(fact: FromClause) -> Select[Any]:
    keys = {"partner_id": fact.c.partner_id, "day": fact.c.handed_date}
    row = _row(mart_partner_pickup_days, keys, {"handed": 1})
    return select(*row).select_from(fact).where(measures.is_handed(fact))


def _handed(fact: FromClause) -> Select[Any]:
    keys = {
        "due_date": fact.c.due_date,
        "due_hour": func.date_part("hour", fact.c.due_at + WIB_OFFSET),
        "courier": fact.c.courier,
    }
    late = measures.is_late(fact)
    seconds = func.date_diff("second", fact.c.due_at, fact.c.handed_at)
    counts = {"handed": 1, "late": _number(late), "late_seconds": case((late, seconds), else_=0)}
    return select(*_row(mart_pickup_days, keys, counts)).select_from(fact).where(measures.is_handed(fact))


def _open(fact: FromClause) -> Select[Any]:
    return select(*[fact.c[c.name] for c in mart_open_pickups.c]).where(measures.is_awaiting_pickup(fact))


def _tickets(fact: FromClause) -> Select[Any]:
    keys = {"day": fact.c.created_date, "courier": fact.c.courier}
    return select(*_row(mart_ticket_days, keys, {"tickets": 1})).select_from(fact)


@dataclass(frozen=True, slots=True)
class AdditiveMart:
    """A mart that adds up contributions of rows; keys whose measures are all 0 have no row."""

    table: Table
    contributions: tuple[tuple[Table, Contribution], ...]

    @property
    def keys(self) -> list[str]:
        """Names of the key columns."""
        return list(self.table.info["key"])

    @property
    def measures(self) -> list[str]:
        """Names of the columns that add up."""
        return [c.name for c in self.table.c if c.name not in self.keys]


ADDITIVE: tuple[AdditiveMart, ...] = (
    AdditiveMart(
        mart_order_days,
        (
            (fct_order_events, _entered),
            (fct_order_events, _left),
            (fct_order_events, _reached),
            (fct_orders, _cohort_now),
        ),
    ),
    AdditiveMart(mart_partner_months, ((fct_orders, _created), (fct_orders, _shipped))),
    AdditiveMart(mart_partner_pickup_days, ((fct_pickups, _partner_handed),)),
    AdditiveMart(mart_pickup_days, ((fct_pickups, _handed),)),
    AdditiveMart(mart_ticket_days, ((fct_tickets, _tickets),)),
)


def _recent_mart(as_of: date) -> AdditiveMart:
    contributions = [(fct_orders, partial(_recent, as_of=as_of, of_all=of_all)) for of_all in (False, True)]
    return AdditiveMart(mart_partner_recent, tuple(contributions))


def columns_read(fact: Table) -> list[Column[Any]]:
    """The columns of a fact that any mart reads, and its key: what a copy of old rows must hold."""
    every = (*ADDITIVE, _recent_mart(date.max))
    statements = [contribution(fact) for mart in every for of, contribution in mart.contributions if of is fact]
    if fact is fct_pickups:
        statements.append(_open(fact))
    read = {element for statement in statements for element in visitors.iterate(statement)}
    return [column for column in fact.c if column in read or column.name in fact.info["key"]]


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new rows of a fact, whole groups (all events of an order), with at least the columns that marts read."""

    old: FromClause
    new: FromClause


def _sums(mart: AdditiveMart, rows: FromClause) -> Select[Any]:
    keys = [rows.c[name] for name in mart.keys]
    sums = {name: cast(func.sum(rows.c[name]), BigInteger) for name in mart.measures}
    columns = [rows.c[c.name] if c.name in mart.keys else sums[c.name].label(c.name) for c in mart.table.c]
    return select(*columns).group_by(*keys).having(or_(*[total != 0 for total in sums.values()]))


def _per_contribution(mart: AdditiveMart, fact: Table, contribution: Contribution, rows: FromClause) -> Select[Any]:
    """Contributions summed by key: so that a union of several stays small."""
    return _sums(mart, contribution(rows).subquery())


def rebuild(connection: Connection, today: date) -> None:
    """Fill the additive marts and the open pickups anew from the facts, sorted by key. `today`: the WIB day."""
    for mart in (*ADDITIVE, _recent_mart(today)):
        _fill(connection, mart)
    connection.execute(delete(mart_open_pickups))
    still_open = _open(fct_pickups).order_by(fct_pickups.c.pickup_order_id)
    connection.execute(insert(mart_open_pickups).from_select([c.name for c in mart_open_pickups.c], still_open))


def _fill(connection: Connection, mart: AdditiveMart) -> None:
    connection.execute(delete(mart.table))
    parts = [_per_contribution(mart, fact, contribution, fact) for fact, contribution in mart.contributions]
    rows = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    totals = _sums(mart, rows).order_by(*[rows.c[name] for name in mart.keys])
    connection.execute(insert(mart.table).from_select([c.name for c in mart.table.c], totals))


def is_of_day(connection: Connection, today: date) -> bool:
    """Whether mart_partner_recent stands as of `today`; an empty one stands as of any day."""
    return connection.scalar(select(func.max(mart_partner_recent.c.as_of))) in (None, today)


def begin_day(connection: Connection, today: date) -> None:
    """Compute mart_partner_recent anew as of the WIB day `today`."""
    _fill(connection, _recent_mart(today))


def apply_changes(connection: Connection, changes: Mapping[str, Change], today: date) -> None:
    """Bring the additive marts and the open pickups up to date. `changes` by name of the fact; the facts hold them."""
    additive = list(ADDITIVE)
    if is_of_day(connection, today):
        additive.append(_recent_mart(today))
    else:
        begin_day(connection, today)
    for mart in additive:
        parts: list[Select[Any]] = []
        for fact, contribution in mart.contributions:
            change = changes.get(fact.name)
            if change is not None:
                parts.append(_per_contribution(mart, fact, contribution, change.new))
                parts.append(_negated(mart, _per_contribution(mart, fact, contribution, change.old)))
        if parts:
            _merge(connection, mart, parts)
    pickups = changes.get(fct_pickups.name)
    if pickups is not None:
        touched = union_all(*[select(side.c.pickup_order_id) for side in (pickups.old, pickups.new)])
        connection.execute(delete(mart_open_pickups).where(mart_open_pickups.c.pickup_order_id.in_(touched)))
        connection.execute(
            insert(mart_open_pickups).from_select([c.name for c in mart_open_pickups.c], _open(pickups.new))
        )


def _negated(mart: AdditiveMart, statement: Select[Any]) -> Select[Any]:
    rows = statement.subquery()
    return select(*[-rows.c[c.name] if c.name in mart.measures else rows.c[c.name] for c in mart.table.c])


def _merge(connection: Connection, mart: AdditiveMart, parts: list[Select[Any]]) -> None:
    names = [c.name for c in mart.table.c]
    delta = temporary(connection, f"delta_{mart.table.name}", list(mart.table.c))
    connection.execute(insert(delta).from_select(names, _sums(mart, union_all(*parts).subquery())))
    if connection.scalar(select(exists(select(literal(1, Integer)).select_from(delta)))):
        same = and_(*[mart.table.c[name] == delta.c[name] for name in mart.keys])
        before = select(*mart.table.c).join(delta, same)
        after = temporary(connection, f"after_{mart.table.name}", list(mart.table.c))
        both = union_all(before, select(*delta.c)).subquery()
        connection.execute(insert(after).from_select(names, _sums(mart, both)))
        connection.execute(delete(mart.table).where(exists(select(literal(1, Integer)).select_from(delta).where(same))))
        connection.execute(insert(mart.table).from_select(names, select(*after.c)))
        after.drop(connection, checkfirst=False)
    delta.drop(connection, checkfirst=False)
