"""Questions about tickets: how many per WIB day and courier, and which."""

from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection, func, select

from queries.filters import FilterError, Page, PageOf, Sort
from queries.frames import frame
from queries.schema import dim_partners, dim_shipments, fct_tickets, mart_ticket_days
from queries.wib import Period
from texts import listed

_SORTS = {"created_at": fct_tickets.c.created_at, "status": fct_tickets.c.status, "partner": dim_partners.c.full_name}


def couriers(connection: Connection) -> tuple[str, ...]:
    """All couriers of the shipment table and any that tickets name besides, in alphabetical order."""
    known = select(dim_shipments.c.courier).union(select(mart_ticket_days.c.courier))
    return tuple(sorted(connection.scalars(known)))


def daily_totals(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Tickets per day and courier: columns day (date), courier, tickets; every day x courier, zeros included.

    `only`: the couriers to count; empty = all.
    """
    names = only or couriers(connection)
    counted = connection.execute(
        select(mart_ticket_days.c.day, mart_ticket_days.c.courier, mart_ticket_days.c.tickets).where(
            mart_ticket_days.c.day.between(period.start, period.end), mart_ticket_days.c.courier.in_(names)
        )
    )
    found = {(day, courier): int(tickets) for day, courier, tickets in counted}
    days = [period.start + timedelta(days=offset) for offset in range(period.days)]
    rows = [(day, courier, found.get((day, courier), 0)) for day in days for courier in names]
    return pd.DataFrame(rows, columns=["day", "courier", "tickets"])


def total(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> int:
    """All tickets of a period."""
    statement = select(func.coalesce(func.sum(mart_ticket_days.c.tickets), 0)).where(
        mart_ticket_days.c.day.between(period.start, period.end)
    )
    if only:
        statement = statement.where(mart_ticket_days.c.courier.in_(only))
    return int(connection.scalar(statement) or 0)


def list_page(
    connection: Connection, period: Period, only: tuple[str, ...], sort: Sort, page: Page, day: date | None = None
) -> PageOf:
    """The tickets themselves: ticket_no, partner_id, partner_name, courier, ticket_type, status, description,
    is_unread, created_at. `day` narrows to one WIB day.

    Raises:
        FilterError: for an unknown sort column.
    """
    if sort.column not in _SORTS:
        raise FilterError("sort must be one of {known}, not {given!r}", known=listed(list(_SORTS)), given=sort.column)
    joined = fct_tickets.join(dim_partners, dim_partners.c.partner_id == fct_tickets.c.partner_id)
    span = Period(day, day) if day else period
    conditions = [fct_tickets.c.created_date.between(span.start, span.end)]
    if only:
        conditions.append(fct_tickets.c.courier.in_(only))
    column = _SORTS[sort.column]
    names = ("ticket_no", "partner_id", "courier", "ticket_type", "status", "description", "is_unread", "created_at")
    rows = frame(
        connection,
        select(*(fct_tickets.c[name] for name in names), dim_partners.c.full_name.label("partner_name"))
        .select_from(joined)
        .where(*conditions)
        .order_by(column.desc() if sort.descending else column.asc(), fct_tickets.c.ticket_id)
        .limit(page.limit)
        .offset(page.offset),
    )
    count = connection.scalar(select(func.count()).select_from(joined).where(*conditions))
    return PageOf(rows, int(count or 0))
