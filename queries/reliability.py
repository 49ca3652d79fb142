"""Reliability: the contract's daily row, backlog and flow of each state, cohorts. Definitions: docs/metrics.md."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, case, cast, func, select

from queries.schema import fct_orders, mart_order_days, mart_ticket_days
from queries.wib import Period
from vocabulary import OrderState

FIRST_DAY = date(2022, 10, 29)  # the contract prints id 3 for 2022-11-01
BACKLOG = {"total_verification": OrderState.DIAJUKAN, "total_dipacking": OrderState.DIPACKING}
FLOW = {
    "total_dikirim": OrderState.DIKIRIM,
    "total_diterima": OrderState.DITERIMA,
    "total_retur": OrderState.RETUR,
    "total_retur_done": OrderState.RETUR_DITERIMA,
}
STATES = (*BACKLOG.values(), *FLOW.values())
TICKETS = {"JNE": "total_ticket_jne", "SICEPAT": "total_ticket_sicepat", "IDEXPRESS": "total_ticket_idexpress"}
OTHER_TICKETS = "total_ticket_other"
CLOSED = (OrderState.DITERIMA, OrderState.RETUR_DITERIMA, OrderState.BATAL)
MATURE_DAYS = 30
MATURE_OPEN_PERCENT = 2
_STEPS = {
    "verification": ("created_at", "packed_at"),
    "dipacking": ("packed_at", "shipped_at"),
    "dikirim": ("shipped_at", "delivered_at"),
    "retur": ("shipped_at", "returned_at"),
    "retur_done": ("returned_at", "return_received_at"),
}


def by_state(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Every day x state of STATES: columns day, state, entered (flow of the day), backlog (at the end of the day)."""
    mart = mart_order_days
    conditions = [mart.c.state.in_(STATES), mart.c.day <= period.end, *_of(mart.c.courier, only)]
    opening = dict.fromkeys(STATES, 0)
    for state, waiting in connection.execute(
        select(mart.c.state, _sum(mart.c.entered - mart.c.left_state))
        .where(*conditions, mart.c.day < period.start)
        .group_by(mart.c.state)
    ):
        opening[state] = int(waiting)
    moved = {
        (day, state): (int(entered), int(left))
        for day, state, entered, left in connection.execute(
            select(mart.c.day, mart.c.state, _sum(mart.c.entered), _sum(mart.c.left_state))
            .where(*conditions, mart.c.day >= period.start)
            .group_by(mart.c.day, mart.c.state)
        )
    }
    rows = []
    for offset in range(period.days):
        day = period.start + timedelta(days=offset)
        for state in STATES:
            entered, left = moved.get((day, state), (0, 0))
            opening[state] += entered - left
            rows.append((day, state, entered, opening[state]))
    return pd.DataFrame(rows, columns=["day", "state", "entered", "backlog"])


def daily(connection: Connection, period: Period, today: date, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """The contract's row of each day up to `today`, quiet days as zeros.

    Columns: id (days since 2022-10-29), date, total_verification and total_dipacking (waiting at the end of the day),
    total_dikirim, total_diterima, total_retur, total_retur_done (entered on the day), total_ticket_jne,
    total_ticket_sicepat, total_ticket_idexpress, total_ticket_other (created on the day).
    """
    names = ["id", "date", *BACKLOG, *FLOW, *TICKETS.values(), OTHER_TICKETS]
    if period.start > today:
        return pd.DataFrame([], columns=names)
    past = Period(period.start, min(period.end, today))
    states = by_state(connection, past, only)
    entered = states.pivot(index="day", columns="state", values="entered")
    backlog = states.pivot(index="day", columns="state", values="backlog")
    tickets = _tickets(connection, past, only)
    days = list(entered.index)
    rows = {
        "id": [(day - FIRST_DAY).days for day in days],
        "date": days,
        **{name: backlog[state].tolist() for name, state in BACKLOG.items()},
        **{name: entered[state].tolist() for name, state in FLOW.items()},
        **{name: [tickets.get((day, name), 0) for day in days] for name in (*TICKETS.values(), OTHER_TICKETS)},
    }
    return pd.DataFrame(rows, columns=names)


def cohorts(connection: Connection, period: Period, today: date, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """Orders by the day of their creation; every day of the period, those without any as zeros.

    Columns: day, created, one column per state of STATES but the first (orders of the day that ever entered it), open
    (neither delivered, returned for good nor canceled), mature (under 2 % open, or older than 30 days).
    """
    mart = mart_order_days
    days = [period.start + timedelta(days=offset) for offset in range(period.days)]
    counted = {day: dict.fromkeys(("created", "open", *STATES[1:]), 0) for day in days}
    for day, state, reached, now in connection.execute(
        select(mart.c.day, mart.c.state, _sum(mart.c.cohort_reached), _sum(mart.c.cohort_now))
        .where(mart.c.day.between(period.start, period.end), *_of(mart.c.courier, only))
        .group_by(mart.c.day, mart.c.state)
    ):
        of_day = counted[day]
        of_day["created"] += int(now)  # whatever became of them; an order of a file may have no events
        if state in STATES[1:]:
            of_day[state] += int(reached)
        if state not in CLOSED:
            of_day["open"] += int(now)
    rows = [
        {"day": day, **counts, "mature": _is_mature(counts["open"], counts["created"], (today - day).days)}
        for day, counts in counted.items()
    ]
    return pd.DataFrame(rows, columns=["day", "created", *STATES[1:], "open", "mature"])


def orders_without_events(connection: Connection) -> int:
    """Landed orders of which no event landed: they are in their state, but no backlog or flow counts them."""
    mart = mart_order_days.c
    began = case((mart.state == OrderState.DIAJUKAN, mart.cohort_reached), else_=0)
    return int(connection.scalar(select(_sum(mart.cohort_now - began))) or 0)


def step_medians(connection: Connection, period: Period, only: tuple[str, ...] = ()) -> dict[str, int | None]:
    """Median seconds of each step, of the orders created in a period that took it; None where none did.

    verification: created to packed; dipacking: packed to shipped; dikirim: shipped to delivered; retur: shipped to
    return begun; retur_done: return begun to return received.
    """
    orders = fct_orders.c
    columns = [
        func.median(func.epoch(orders[end]) - func.epoch(orders[start])).label(name)
        for name, (start, end) in _STEPS.items()
    ]
    row = connection.execute(
        select(*columns).where(orders.created_date.between(period.start, period.end), *_of(orders.courier, only))
    ).one()
    return {name: None if value is None else int(value) for name, value in zip(_STEPS, row, strict=True)}


def _is_mature(still_open: int, created: int, age_days: int) -> bool:
    return age_days > MATURE_DAYS or not created or still_open * 100 < MATURE_OPEN_PERCENT * created


def _tickets(connection: Connection, period: Period, only: tuple[str, ...]) -> dict[tuple[date, str], int]:
    mart = mart_ticket_days
    statement = select(mart.c.day, mart.c.courier, mart.c.tickets).where(
        mart.c.day.between(period.start, period.end), *_of(mart.c.courier, only)
    )
    counted: dict[tuple[date, str], int] = {}
    for day, courier, tickets in connection.execute(statement):
        key = (day, TICKETS.get(courier, OTHER_TICKETS))
        counted[key] = counted.get(key, 0) + int(tickets)
    return counted


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _of(column: ColumnElement[str], only: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [column.in_(only)] if only else []
