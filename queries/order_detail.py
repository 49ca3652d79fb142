"""One order: its life, its pickup, its tickets, and the withdrawal that paid its money out."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, case, select

from queries import measures
from queries.frames import first_row, frame
from queries.schema import dim_partners, fct_order_events, fct_orders, fct_pickups, fct_tickets, fct_withdrawals
from vocabulary import WAITING


def facts(connection: Connection, order_id: int) -> dict[str, Any] | None:
    """The order (columns of fct_orders) with partner_name and partner_phone; None where there is no such order."""
    joined = fct_orders.join(dim_partners, dim_partners.c.partner_id == fct_orders.c.partner_id)
    partner = (dim_partners.c.full_name.label("partner_name"), dim_partners.c.phone.label("partner_phone"))
    statement = select(fct_orders, *partner).select_from(joined).where(fct_orders.c.order_id == order_id)
    return first_row(connection, statement)


def fee_is_on_top(order: Mapping[str, Any]) -> bool:
    """Whether the buyer pays the service fee of an order (as `facts` gives it): the total holds it then."""
    base = int(order["subtotal"]) - int(order["discount"]) + int(order["bare_shipping"])
    return bool(order["service_fee"]) and int(order["grand_total"]) == base + int(order["service_fee"])


def events(connection: Connection, order_id: int) -> pd.DataFrame:
    """The order's changes of state, oldest first: to_state, event_at."""
    return frame(
        connection,
        select(fct_order_events.c.to_state, fct_order_events.c.event_at)
        .where(fct_order_events.c.order_id == order_id)
        .order_by(fct_order_events.c.event_at, fct_order_events.c.event_id),
    )


def pickup(connection: Connection, order_id: int) -> dict[str, Any] | None:
    """The order's row in a pickup request: pickup_id, requested_at, due_at, handed_at, canceled_at, address_name,
    address_detail, district, city, pic, pic_phone. The newest where a source has several."""
    place = "address_name address_detail district city pic pic_phone"
    names = f"pickup_id requested_at due_at handed_at canceled_at {place}"
    statement = (
        select(*(fct_pickups.c[name] for name in names.split()))
        .where(fct_pickups.c.order_id == order_id)
        .order_by(fct_pickups.c.requested_at.desc(), fct_pickups.c.pickup_order_id.desc())
        .limit(1)
    )
    return first_row(connection, statement)


def tickets(connection: Connection, order_id: int) -> pd.DataFrame:
    """The order's tickets, newest first: ticket_id, ticket_no, ticket_type, status, description, created_at,
    closed_at."""
    names = "ticket_id ticket_no ticket_type status description created_at closed_at"
    return frame(
        connection,
        select(*(fct_tickets.c[name] for name in names.split()))
        .where(fct_tickets.c.order_id == order_id)
        .order_by(fct_tickets.c.created_at.desc(), fct_tickets.c.ticket_id.desc()),
    )


def paid_by(connection: Connection, order_id: int) -> dict[str, Any] | None:
    """The withdrawal behind which the order stands (`withdrawals.orders_behind`): the partner's first one that was
    requested at or after the delivery and paid out, else the first that still waits; None where there is none yet.

    Columns: withdrawal_id, nominal, status, created_at, decided_at.
    """
    names = "withdrawal_id nominal status created_at decided_at"
    paid = measures.is_paid_out(fct_withdrawals)
    statement = (
        select(*(fct_withdrawals.c[name] for name in names.split()))
        .join_from(fct_withdrawals, fct_orders, fct_orders.c.partner_id == fct_withdrawals.c.partner_id)
        .where(
            fct_orders.c.order_id == order_id,
            measures.is_delivered(fct_orders),
            fct_withdrawals.c.created_at >= fct_orders.c.delivered_at,
            paid | fct_withdrawals.c.status.in_(WAITING),
        )
        .order_by(case((paid, 0), else_=1), fct_withdrawals.c.created_at, fct_withdrawals.c.withdrawal_id)
        .limit(1)
    )
    return first_row(connection, statement)
