"""Questions about tickets: how many per WIB day or hour and courier, and which."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from queries.filters import Page, PageOf, Sort, require_sort
from queries.frames import frame, row_groups
from queries.measures import wib_hour
from queries.schema import dim_partners, dim_shipments, fct_tickets, mart_ticket_days
from queries.wib import Period

_SORTS = {
    "created_at": fct_tickets.c.created_at,
    "status": fct_tickets.c.status,
    "partner": dim_partners.c.full_name,
    "ticket_no": fct_tickets.c.ticket_no,
    "courier": fct_tickets.c.courier,
    "ticket_type": fct_tickets.c.ticket_type,
}

_JOINED = fct_tickets.join(dim_partners, dim_partners.c.partner_id == fct_tickets.c.partner_id)


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


def hourly_totals(connection: Connection, day: date, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Tickets of one WIB day per hour and courier: columns hour (0 to 23), courier, tickets; every hour x courier.

    `only`: the couriers to count; empty = all.
    """
    names = only or couriers(connection)
    hour = wib_hour(fct_tickets.c.created_at)
    counted = connection.execute(
        select(hour, fct_tickets.c.courier, func.count())
        .where(fct_tickets.c.created_date == day, fct_tickets.c.courier.in_(names))
        .group_by(hour, fct_tickets.c.courier)
    )
    found = {(int(at), courier): int(count) for at, courier, count in counted}
    rows = [(at, courier, found.get((at, courier), 0)) for at in range(24) for courier in names]
    return pd.DataFrame(rows, columns=["hour", "courier", "tickets"])


def total(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> int:
    """All tickets of a period."""
    statement = select(func.coalesce(func.sum(mart_ticket_days.c.tickets), 0)).where(
        mart_ticket_days.c.day.between(period.start, period.end)
    )
    if only:
        statement = statement.where(mart_ticket_days.c.courier.in_(only))
    return int(connection.scalar(statement) or 0)


def list_page(
    connection: Connection, period: Period, only: tuple[str, ...], sort: Sort, page: Page, hour: int | None = None
) -> PageOf:
    """The tickets themselves, of one WIB hour of the day if `hour` is given: ticket_id, ticket_no, partner_id,
    partner_name, courier, ticket_type, status, description, is_unread, created_at.

    Raises:
        FilterError: for an unknown sort column.
    """
    statement = _listed(period, only, hour, sort)
    rows = frame(connection, statement.limit(page.limit).offset(page.offset))
    count = connection.scalar(select(func.count()).select_from(_JOINED).where(*_matching(period, only, hour)))
    return PageOf(rows, int(count or 0))


def list_groups(
    connection: Connection, period: Period, only: tuple[str, ...], sort: Sort, hour: int | None = None
) -> Iterator[pd.DataFrame]:
    """All rows of `list_page`, in row groups."""
    return row_groups(connection, _listed(period, only, hour, sort))


def _matching(period: Period, only: tuple[str, ...], hour: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [fct_tickets.c.created_date.between(period.start, period.end)]
    if only:
        conditions.append(fct_tickets.c.courier.in_(only))
    if hour is not None:
        conditions.append(wib_hour(fct_tickets.c.created_at) == hour)
    return conditions


def _listed(period: Period, only: tuple[str, ...], hour: int | None, sort: Sort) -> Select[Any]:
    require_sort(sort, _SORTS)
    column = _SORTS[sort.column]
    about = ("ticket_id", "ticket_no", "partner_id", "courier")
    names = (*about, "ticket_type", "status", "description", "is_unread", "created_at")
    return (
        select(*(fct_tickets.c[name] for name in names), dim_partners.c.full_name.label("partner_name"))
        .select_from(_JOINED)
        .where(*_matching(period, only, hour))
        .order_by(
            case((column.is_(None), 1), else_=0),
            column.desc() if sort.descending else column.asc(),
            fct_tickets.c.ticket_id,
        )
    )
