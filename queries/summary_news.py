"""What is new since an instant, and what waits, each in one number. Definitions: docs/metrics.md, Executive summary."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from queries.frames import first_row
from queries.schema import dim_partners, fct_tickets, fct_withdrawals, mart_open_pickups, mart_partners, quarantine
from queries.segments import lost_period
from queries.wib import Period, business_day, naive_utc
from vocabulary import WAITING, TicketStatus

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class News:
    """After an instant and up to another: waiting airway bills that became due, tickets, requests of withdrawal and
    their rupiah, partners who joined; and partners who are lost now and were not on the day of the instant."""

    overdue: int
    tickets: int
    requests: int
    requested: int
    joined: int
    lost: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Tickets that are not closed with a message of the partner that nobody read, and the oldest of them."""

    tickets: int
    oldest_id: int | None
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingAges:
    """Withdrawals that wait, and their rupiah, by the WIB day of the request: today, the day before, earlier."""

    today: tuple[int, int]
    yesterday: tuple[int, int]
    earlier: tuple[int, int]


def newly_lost(since: date, today: date) -> Period | None:
    """The days on which who is lost `today` and was not on the day `since` had the last pickup; None without any."""
    lost = lost_period(today)
    first = max(lost.start, lost_period(since).end + _DAY)
    return Period(first, lost.end) if first <= lost.end else None


def news(connection: Connection, since: datetime, now: datetime) -> News:
    """What came after `since`, up to `now`."""
    pickups, tickets, withdrawals = mart_open_pickups.c, fct_tickets.c, fct_withdrawals.c
    overdue = _one(connection, func.count(), _after(pickups.due_at, since), pickups.due_at < naive_utc(now))
    made = _one(connection, func.count(), *_between(tickets.created_at, since, now))
    requested = select(func.count(), func.coalesce(func.sum(withdrawals.nominal), 0))
    requests = connection.execute(requested.where(*_between(withdrawals.created_at, since, now))).one()
    joined = _one(connection, func.count(), *_between(dim_partners.c.joined_at, since, now))
    days = newly_lost(business_day(since), business_day(now))
    last = mart_partners.c.last_pickup
    lost = _one(connection, func.count(), last.between(days.start, days.end)) if days else 0
    return News(overdue, made, int(requests[0]), int(requests[1]), joined, lost)


def set_aside_since(connection: Connection, since: datetime) -> int:
    """Rows that were set aside after an instant and still are."""
    return _one(connection, func.count(), _after(quarantine.c.quarantined_at, since))


def unread_tickets(connection: Connection) -> Unread:
    """The open tickets that wait for somebody to read them."""
    table = fct_tickets.c
    waits = (table.is_unread, table.status != TicketStatus.CLOSED)
    count = _one(connection, func.count(), *waits)
    oldest = first_row(
        connection,
        select(table.ticket_id, table.created_at).where(*waits).order_by(table.created_at, table.ticket_id).limit(1),
    )
    return Unread(count, int(oldest["ticket_id"]), oldest["created_at"]) if oldest else Unread(0, None, None)


def waiting_ages(connection: Connection, today: date) -> WaitingAges:
    """How long withdrawals wait, in WIB days."""
    table = fct_withdrawals.c
    day, yesterday = table.created_date, today - _DAY
    ages = (day >= today, day == yesterday, day < yesterday)
    columns: list[ColumnElement[Any]] = []
    for age in ages:
        columns += [func.count().filter(age), func.coalesce(func.sum(table.nominal).filter(age), 0)]
    row = [int(value) for value in connection.execute(select(*columns).where(table.status.in_(WAITING))).one()]
    return WaitingAges((row[0], row[1]), (row[2], row[3]), (row[4], row[5]))


def _after(column: ColumnElement[Any], since: datetime) -> ColumnElement[bool]:
    return column > naive_utc(since)


def _between(column: ColumnElement[Any], since: datetime, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _after(column, since), column <= naive_utc(now)


def _one(connection: Connection, count: ColumnElement[int], *conditions: ColumnElement[bool]) -> int:
    return int(connection.scalar(select(count).where(*conditions)) or 0)
