"""The partner roll-up: one row per partner from the partner's facts and marts."""

from typing import Any

from sqlalchemy import BigInteger, Connection, Select, Table, cast, delete, false, func, insert, select

from queries import measures
from queries.schema import (
    dim_partners,
    dim_products,
    fct_orders,
    fct_partner_notes,
    fct_tickets,
    fct_withdrawals,
    mart_partner_months,
    mart_partner_pickup_days,
    mart_partners,
)

_LINE = func.chr(10)


def _per_partner(source: Table, keys: Table | None, *where: Any, **columns: Any) -> Any:
    statement = select(source.c.partner_id, *[value.label(name) for name, value in columns.items()]).where(*where)
    if keys is not None:
        statement = statement.where(source.c.partner_id.in_(select(keys.c.k)))
    return statement.group_by(source.c.partner_id).subquery()


def _total(value: Any) -> Any:
    return cast(func.sum(value), BigInteger)


def rollup(keys: Table | None) -> Select[Any]:
    """The rows of mart_partners, of all partners or of those in a key table."""
    products = _per_partner(dim_products, keys, first_product=func.min(dim_products.c.created_date))
    started = _per_partner(fct_orders, keys, first_order=func.min(fct_orders.c.created_date))
    days = mart_partner_pickup_days.c
    pickups = _per_partner(
        mart_partner_pickup_days, keys, first_pickup=func.min(days.day), last_pickup=func.max(days.day)
    )
    months = mart_partner_months.c
    sums = {
        "orders_created": months.created,
        "orders_shipped": months.shipped,
        "orders_returned": months.returned,
        "orders_problem": months.problem,
        "orders_delivered": months.delivered,
        "grand_total": months.grand_total,
        "shipping_cost": months.shipping_cost,
        "service_fee": months.service_fee,
    }
    orders = _per_partner(mart_partner_months, keys, **{name: _total(value) for name, value in sums.items()})
    tickets = _per_partner(
        fct_tickets,
        keys,
        tickets=func.count(),
        unread_tickets=_total(cast(fct_tickets.c.is_unread, BigInteger)),
    )
    paid = fct_withdrawals.c
    payouts = _per_partner(
        fct_withdrawals,
        keys,
        measures.is_paid_out(fct_withdrawals),
        payouts=func.count(),
        usual_payout=cast(func.floor(func.median(paid.nominal) + 0.5), BigInteger),  # a cast would round to even
    )
    note = fct_partner_notes.c
    newest = func.row(note.created_at, note.note_id)
    notes = _per_partner(
        fct_partner_notes,
        keys,
        notes=func.count(),
        last_note=func.arg_max(note.body, newest),
        last_note_at=func.max(note.created_at),
    )
    partner = dim_partners.c
    search = func.lower(partner.full_name + _LINE + partner.email + _LINE + partner.phone)
    values: dict[str, Any] = {
        "search_text": search,
        "is_onboarded": func.coalesce(partner.is_onboarded, false()),
        "first_product": products.c.first_product,
        "first_order": started.c.first_order,
        "first_pickup": pickups.c.first_pickup,
        "last_pickup": pickups.c.last_pickup,
        "last_note": notes.c.last_note,
        "last_note_at": notes.c.last_note_at,
        **{name: func.coalesce(orders.c[name], 0) for name in sums},
        "payouts": func.coalesce(payouts.c.payouts, 0),
        "usual_payout": payouts.c.usual_payout,
        "tickets": func.coalesce(tickets.c.tickets, 0),
        "unread_tickets": func.coalesce(tickets.c.unread_tickets, 0),
        "notes": func.coalesce(notes.c.notes, 0),
    }
    columns = [values[c.name].label(c.name) if c.name in values else partner[c.name] for c in mart_partners.c]
    joined: Any = dim_partners
    for part in (products, started, pickups, orders, payouts, tickets, notes):
        joined = joined.outerjoin(part, part.c.partner_id == partner.partner_id)
    statement = select(*columns).select_from(joined)
    return statement if keys is None else statement.where(partner.partner_id.in_(select(keys.c.k)))


def refresh(connection: Connection, keys: Table | None) -> None:
    """Recompute the roll-up of all partners (sorted), or of those in a key table."""
    gone = delete(mart_partners)
    connection.execute(gone if keys is None else gone.where(mart_partners.c.partner_id.in_(select(keys.c.k))))
    rows = rollup(keys)
    ordered = rows.order_by(dim_partners.c.partner_id) if keys is None else rows
    connection.execute(insert(mart_partners).from_select([c.name for c in mart_partners.c], ordered))
