"""The partner roll-up: one row per partner from the partner's facts and marts.

An increment computes only what the changed facts say of the touched partners; the rest of their rows stays as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    FromClause,
    Select,
    Table,
    case,
    cast,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from etl.marts.base import Change
from etl.staging import key_table
from queries import measures
from queries.schema import (
    dim_partners,
    dim_products,
    fct_orders,
    fct_partner_notes,
    fct_pickups,
    fct_tickets,
    fct_withdrawals,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partners,
)
from queries.segments import LEAST_GAPS, RHYTHM_DAYS

_LINE = func.chr(10)
_FOLLOW_UP = ("owner_id", "owner_name", "next_follow_up")
_SUMS = {
    "orders_created": "created",
    "orders_shipped": "shipped",
    "orders_returned": "returned",
    "orders_problem": "problem",
    "orders_delivered": "delivered",
    "grand_total": "grand_total",
    "shipping_cost": "shipping_cost",
    "service_fee": "service_fee",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that follow from one fact: `values` gives them per partner. `counts`: 0 for a partner without rows."""

    fact: Table
    columns: tuple[str, ...]
    values: Callable[[Table | None], Any]
    counts: tuple[str, ...] = ()

    def named(self, found: FromClause) -> dict[str, Any]:
        """The values by column, of a relation in which partners without rows have nulls."""
        return {name: found.c[name] for name in self.columns} | {
            name: func.coalesce(found.c[name], 0) for name in self.counts
        }


def _per_partner(source: Table, keys: Table | None, *where: Any, **columns: Any) -> Any:
    statement = select(source.c.partner_id, *[value.label(name) for name, value in columns.items()]).where(*where)
    if keys is not None:
        statement = statement.where(source.c.partner_id.in_(select(keys.c.k)))
    return statement.group_by(source.c.partner_id).subquery()


def _total(value: Any) -> Any:
    return cast(func.sum(value), BigInteger)


def _products(keys: Table | None) -> Any:
    return _per_partner(dim_products, keys, first_product=func.min(dim_products.c.created_date))


def _first_orders(keys: Table | None) -> Any:
    return _per_partner(fct_orders, keys, first_order=func.min(fct_orders.c.created_date))


def _orders(keys: Table | None) -> Any:
    months = mart_partner_months
    return _per_partner(months, keys, **{name: _total(months.c[summed]) for name, summed in _SUMS.items()})


def _pickups(keys: Table | None) -> Any:
    """First and last day, and twice the median gap between the pickup days of the 180 days up to the last one: whole,
    since a median ends in .5 at the most."""
    days = mart_partner_pickup_days.c
    before = func.lag(days.day).over(partition_by=days.partner_id, order_by=days.day)
    last = func.max(days.day).over(partition_by=days.partner_id)
    read = select(days.partner_id, days.day, before.label("before"), last.label("last"))
    if keys is not None:
        read = read.where(days.partner_id.in_(select(keys.c.k)))
    found = read.subquery()
    gap, is_recent = found.c.day - found.c.before, found.c.last - found.c.before < RHYTHM_DAYS
    twice = cast(func.median(gap).filter(is_recent) * 2, BigInteger)
    statement = select(
        found.c.partner_id,
        func.min(found.c.day).label("first_pickup"),
        func.max(found.c.day).label("last_pickup"),
        case((func.count(gap).filter(is_recent) >= LEAST_GAPS, twice)).label("twice_usual_gap"),
    )
    return statement.group_by(found.c.partner_id).subquery()


def _tickets(keys: Table | None) -> Any:
    unread = _total(cast(fct_tickets.c.is_unread, BigInteger))
    return _per_partner(fct_tickets, keys, tickets=func.count(), unread_tickets=unread)


def _payouts(keys: Table | None) -> Any:
    paid = measures.is_paid_out(fct_withdrawals)
    usual = cast(func.floor(func.median(fct_withdrawals.c.nominal) + 0.5), BigInteger)  # a cast would round to even
    return _per_partner(fct_withdrawals, keys, paid, payouts=func.count(), usual_payout=usual)


def _notes(keys: Table | None) -> Any:
    note = fct_partner_notes.c
    newest = func.row(note.created_at, note.note_id)
    return _per_partner(
        fct_partner_notes,
        keys,
        notes=func.count(),
        last_note=func.arg_max(note.body, newest),
        last_note_at=func.max(note.created_at),
        # arg_max would look for the newest note that has a value
        owner_id=func.arg_max_null(note.owner_id, newest),
        owner_name=func.arg_max_null(note.owner_name, newest),
        next_follow_up=func.arg_max_null(note.next_follow_up, newest),
    )


# an increment adds the difference of the sums of orders, and looks for a first order only where it may be another one
_OF_ORDERS = (
    Part(fct_orders, (), _orders, counts=tuple(_SUMS)),
    Part(fct_orders, ("first_order",), _first_orders),
)
_OF_OTHERS = (
    Part(dim_products, ("first_product",), _products),
    Part(fct_pickups, ("first_pickup", "last_pickup", "twice_usual_gap"), _pickups),
    Part(fct_tickets, (), _tickets, counts=("tickets", "unread_tickets")),
    Part(fct_withdrawals, ("usual_payout",), _payouts, counts=("payouts",)),
    Part(fct_partner_notes, ("last_note", "last_note_at", *_FOLLOW_UP), _notes, counts=("notes",)),
)
READ = frozenset({dim_partners.name, *(part.fact.name for part in _OF_OTHERS)})


def rollup(keys: Table | None) -> Select[Any]:
    """The rows of mart_partners, of all partners or of those in a key table."""
    partner = dim_partners.c
    joined: FromClause = dim_partners
    values: dict[str, Any] = {
        "search_text": func.lower(partner.full_name + _LINE + partner.email + _LINE + partner.phone),
        "is_onboarded": func.coalesce(partner.is_onboarded, false()),
    }
    for part in (*_OF_ORDERS, *_OF_OTHERS):
        found = part.values(keys)
        joined = joined.outerjoin(found, found.c.partner_id == partner.partner_id)
        values |= part.named(found)
    columns = [(values[c.name] if c.name in values else partner[c.name]).label(c.name) for c in mart_partners.c]
    statement = select(*columns).select_from(joined)
    return statement if keys is None else statement.where(partner.partner_id.in_(select(keys.c.k)))


def rebuild(connection: Connection) -> None:
    """Compute the roll-up of all partners, sorted."""
    connection.execute(delete(mart_partners))
    _insert(connection, rollup(None).order_by(dim_partners.c.partner_id))


def apply_changes(
    connection: Connection, partners: Mapping[str, Table], orders: Change | None, months: Table | None
) -> None:
    """Bring the roll-up up to date, after the marts.

    `partners`: by the names in READ, key tables of the partners that have other rows of them. `orders`: old and new
    orders, and `months` what they added to mart_partner_months.
    """
    if orders is not None and months is not None:
        _add_orders(connection, months)
        _find_first_orders(connection, orders)
    for part in _OF_OTHERS:
        if part.fact.name in partners:
            _update(connection, part, partners[part.fact.name])
    if (keys := partners.get(dim_partners.name)) is not None:
        connection.execute(delete(mart_partners).where(mart_partners.c.partner_id.in_(select(keys.c.k))))
        _insert(connection, rollup(keys))


def _add_orders(connection: Connection, months: Table) -> None:
    sums = [_total(months.c[summed]).label(name) for name, summed in _SUMS.items()]
    added = select(months.c.partner_id, *sums).group_by(months.c.partner_id).subquery()
    tests = [func.bool_or(months.c[summed] != 0) for summed in _SUMS.values()]
    differs = connection.execute(select(*tests)).one()
    values = {name: mart_partners.c[name] + added.c[name] for name, does in zip(_SUMS, differs, strict=True) if does}
    if values:
        connection.execute(update(mart_partners).where(mart_partners.c.partner_id == added.c.partner_id).values(values))


def _find_first_orders(connection: Connection, orders: Change) -> None:
    """The first day with an order, where the number of orders of a day up to it is another one.

    To find it takes a scan of all orders: it is done for those partners alone, and not at all where there are none.
    """
    sides = [
        select(side.c.partner_id, side.c.created_date.label("day"), literal(sign, BigInteger).label("sign"))
        for side, sign in ((orders.new, 1), (orders.old, -1))
    ]
    rows = union_all(*sides).subquery()
    counted = select(rows.c.partner_id, rows.c.day).group_by(rows.c.partner_id, rows.c.day)
    days = counted.having(func.sum(rows.c.sign) != 0).subquery()
    partner = mart_partners.c
    early = select(partner.partner_id).distinct().join(days, days.c.partner_id == partner.partner_id)
    early = early.where(or_(partner.first_order.is_(None), days.c.day <= partner.first_order))
    unsure = key_table(connection, "unsure_partners")
    if connection.execute(insert(unsure).from_select(["k"], early)).rowcount:
        _update(connection, _OF_ORDERS[1], unsure)


def _update(connection: Connection, part: Part, keys: Table) -> None:
    found = part.values(keys)
    mine = select(keys.c.k).distinct().subquery()
    new = select(mine.c.k, *[value.label(name) for name, value in part.named(found).items()])
    rows = new.select_from(mine.outerjoin(found, found.c.partner_id == mine.c.k)).subquery()
    values = {name: rows.c[name] for name in (*part.columns, *part.counts)}
    connection.execute(update(mart_partners).where(mart_partners.c.partner_id == rows.c.k).values(values))


def _insert(connection: Connection, rows: Select[Any]) -> None:
    connection.execute(insert(mart_partners).from_select([c.name for c in mart_partners.c], rows))
