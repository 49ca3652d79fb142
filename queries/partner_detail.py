"""One partner: who it is, its trade over time, and what there is to read about it."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, RowMapping, Table, func, select

from queries.filters import Page, PageOf
from queries.frames import frame
from queries.schema import (
    fct_orders,
    fct_partner_notes,
    fct_pickups,
    fct_tickets,
    fct_withdrawals,
    mart_partner_months,
    mart_partners,
)
from queries.wib import Period, months_between

_MEASURES = ("created", "shipped", "returned", "problem", "delivered", "grand_total")


def profile(connection: Connection, partner_id: int) -> RowMapping | None:
    """The roll-up of a partner (columns of mart_partners), or None where there is no such partner."""
    return connection.execute(select(mart_partners).where(mart_partners.c.partner_id == partner_id)).mappings().first()


def monthly(connection: Connection, partner_id: int, period: Period) -> pd.DataFrame:
    """Every month of a period, those without orders as zeros: month, created, shipped, returned, problem, delivered,
    grand_total (rupiah); months count whole."""
    months = mart_partner_months
    shown = months_between(period.start, period.end)
    rows = frame(
        connection,
        select(months.c.month, *(func.sum(months.c[name]).label(name) for name in _MEASURES))
        .where(months.c.partner_id == partner_id, months.c.month.between(shown[0], shown[-1]))
        .group_by(months.c.month),
    )
    counted = rows.set_index("month").reindex(pd.Index(shown, name="month"), fill_value=0)
    return counted.reset_index().astype(dict.fromkeys(_MEASURES, "int64"))


def courier_mix(connection: Connection, partner_id: int) -> pd.DataFrame:
    """Over the partner's life: courier, shipped, returned, problem; the most used courier first."""
    months = mart_partner_months
    names = ("shipped", "returned", "problem")
    rows = frame(
        connection,
        select(months.c.courier, *(func.sum(months.c[name]).label(name) for name in names))
        .where(months.c.partner_id == partner_id, months.c.shipped > 0)
        .group_by(months.c.courier)
        .order_by(func.sum(months.c.shipped).desc(), months.c.courier),
    )
    return rows.astype(dict.fromkeys(names, "int64"))


def orders(connection: Connection, partner_id: int, page: Page) -> PageOf:
    """Newest first: order_id, order_no, airway_bill, courier, payment_method, state, customer_city, grand_total,
    net_profit, created_at."""
    names = "order_id order_no airway_bill courier payment_method state customer_city grand_total net_profit created_at"
    return _newest(connection, fct_orders, "order_id", names, partner_id, page)


def pickups(connection: Connection, partner_id: int, page: Page) -> PageOf:
    """Newest first: order_id, airway_bill, courier, qty, requested_at, due_at, handed_at, canceled_at."""
    names = "order_id airway_bill courier qty requested_at due_at handed_at canceled_at"
    return _newest(connection, fct_pickups, "pickup_order_id", names, partner_id, page, by="requested_at")


def tickets(connection: Connection, partner_id: int, page: Page) -> PageOf:
    """Newest first: ticket_id, ticket_no, courier, ticket_type, status, description, is_unread, created_at."""
    names = "ticket_id ticket_no courier ticket_type status description is_unread created_at"
    return _newest(connection, fct_tickets, "ticket_id", names, partner_id, page)


def withdrawals(connection: Connection, partner_id: int, page: Page) -> PageOf:
    """Newest first: withdrawal_id, bank_name, nominal, status, created_at, decided_at."""
    names = "withdrawal_id bank_name nominal status created_at decided_at"
    return _newest(connection, fct_withdrawals, "withdrawal_id", names, partner_id, page)


def notes(connection: Connection, partner_id: int, page: Page) -> PageOf:
    """Newest first: body, author_name, created_at."""
    return _newest(connection, fct_partner_notes, "note_id", "body author_name created_at", partner_id, page)


def _newest(
    connection: Connection, table: Table, key: str, names: str, partner_id: int, page: Page, by: str = "created_at"
) -> PageOf:
    columns: list[Any] = [table.c[name] for name in names.split()]
    mine = table.c.partner_id == partner_id
    statement = select(*columns).where(mine).order_by(table.c[by].desc(), table.c[key].desc())
    rows = frame(connection, statement.limit(page.limit).offset(page.offset))
    return PageOf(rows, int(connection.scalar(select(func.count()).select_from(table).where(mine)) or 0))
