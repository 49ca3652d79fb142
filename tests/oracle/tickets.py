"""Tickets by WIB day and courier, and the tickets themselves."""

from datetime import date

from tests.oracle.days import WIB, day_of, days
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, cut, in_order
from tests.oracle.store import Row


def couriers(found: Landed) -> tuple[str, ...]:
    """All couriers there are."""
    return found.couriers


def _of(found: Landed, start: date, end: date, only: tuple[str, ...], hour: int | None = None) -> list[Row]:
    return [
        ticket
        for ticket in found.tickets
        if start <= day_of(ticket["created_at"]) <= end
        and (not only or ticket["courier"] in only)
        and (hour is None or (ticket["created_at"] + WIB).hour == hour)
    ]


def daily_totals(found: Landed, start: date, end: date, only: tuple[str, ...]) -> list[Row]:
    """Tickets created on each day with each courier, zeros included."""
    made = [(day_of(ticket["created_at"]), ticket["courier"]) for ticket in found.tickets]
    return [
        {"day": day, "courier": courier, "tickets": made.count((day, courier))}
        for day in days(start, end)
        for courier in only or found.couriers
    ]


def hourly_totals(found: Landed, day: date, only: tuple[str, ...]) -> list[Row]:
    """Tickets created in each hour of a day with each courier, zeros included."""
    made = [((ticket["created_at"] + WIB).hour, ticket["courier"]) for ticket in _of(found, day, day, ())]
    return [
        {"hour": hour, "courier": courier, "tickets": made.count((hour, courier))}
        for hour in range(24)
        for courier in only or found.couriers
    ]


def total(found: Landed, start: date, end: date, only: tuple[str, ...]) -> int:
    """Tickets created in the period."""
    return len(_of(found, start, end, only))


def list_page(
    found: Landed,
    period: tuple[date, date],
    only: tuple[str, ...],
    sort: tuple[str, bool],
    page: tuple[int, int],
    hour: int | None = None,
) -> tuple[list[Row], int]:
    """The tickets of the period, of one hour of its days if it is given, by a column, those of one value by id."""
    rows = [
        ticket | {"partner_name": found.partners[ticket["partner_id"]]["full_name"]}
        for ticket in _of(found, *period, only, hour)
    ]
    by = "partner_name" if sort[0] == "partner" else sort[0]
    chosen, count = cut(in_order(rows, by, "id", descending=sort[1]), *page)
    names = ("ticket_no", "partner_id", "courier", "ticket_type", "status", "description", "is_unread", "created_at")
    return columns(chosen, (*names, "partner_name"), ticket_id="id"), count
