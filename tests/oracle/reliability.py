"""Reliability: backlog, flow, cohorts and the time of each step."""

from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.days import day_of, days, exact_seconds, median
from tests.oracle.landed import Landed, reported_state
from tests.oracle.store import Row

STATES = ("Diajukan", "Dipacking", "Dikirim", "Diterima", "Retur", "Retur Diterima")
CLOSED = ("Diterima", "Retur Diterima", "Batal")
FIRST_DAY = date(2022, 10, 29)
OWN_COLUMN = {"JNE": "total_ticket_jne", "SICEPAT": "total_ticket_sicepat", "IDEXPRESS": "total_ticket_idexpress"}
STEPS = {
    "verification": ("created_at", "packed_at"),
    "dipacking": ("packed_at", "shipped_at"),
    "dikirim": ("shipped_at", "delivered_at"),
    "retur": ("shipped_at", "returned_at"),
    "retur_done": ("returned_at", "return_received_at"),
}


def _events(found: Landed, only: tuple[str, ...]) -> list[tuple[date, int, str]]:
    """(WIB day, order, state entered), each order's in the order in which they happened."""
    return [
        (day_of(event["at"]), event["order_id"], event["to_state"])
        for event in found.events
        if not only or event["order"]["courier"] in only
    ]


def _counts(found: Landed, start: date, end: date, only: tuple[str, ...]) -> dict[date, tuple[Row, Row]]:
    """By day: how many orders entered each state on it, and how many were in each when it ended."""
    events = _events(found, only)
    counted: dict[date, tuple[Row, Row]] = {}
    for day in days(start, end):
        entered, waiting = dict.fromkeys(STATES, 0), dict.fromkeys(STATES, 0)
        last: dict[int, str] = {}
        for on, order, state in events:
            if on == day and state in STATES:
                entered[state] += 1
            if on <= day:
                last[order] = state
        for state in last.values():
            if state in STATES:
                waiting[state] += 1
        counted[day] = (entered, waiting)
    return counted


def by_state(found: Landed, start: date, end: date, only: tuple[str, ...]) -> list[Row]:
    """Each day and state: orders that entered it on the day, and orders in it at the day's end."""
    return [
        {"day": day, "state": state, "entered": entered[state], "backlog": waiting[state]}
        for day, (entered, waiting) in _counts(found, start, end, only).items()
        for state in STATES
    ]


def daily(found: Landed, start: date, end: date, today: date, only: tuple[str, ...]) -> list[Row]:
    """The contract's row of each day up to today."""
    rows = []
    for day, (entered, waiting) in _counts(found, start, min(end, today), only).items():
        row: Row = {
            "id": (day - FIRST_DAY).days,
            "date": day,
            "total_verification": waiting["Diajukan"],
            "total_dipacking": waiting["Dipacking"],
            "total_dikirim": entered["Dikirim"],
            "total_diterima": entered["Diterima"],
            "total_retur": entered["Retur"],
            "total_retur_done": entered["Retur Diterima"],
            **dict.fromkeys((*OWN_COLUMN.values(), "total_ticket_other"), 0),
        }
        for ticket in found.tickets:
            if day_of(ticket["created_at"]) == day and (not only or ticket["courier"] in only):
                row[OWN_COLUMN.get(ticket["courier"], "total_ticket_other")] += 1
        rows.append(row)
    return rows


def cohorts(found: Landed, start: date, end: date, today: date, only: tuple[str, ...]) -> list[Row]:
    """Of the orders created on each day: how many ever reached each state, and how many are still open."""
    reached: dict[int, set[str]] = {}
    for event in found.events:
        reached.setdefault(event["order_id"], set()).add(event["to_state"])
    rows = []
    for day in days(start, end):
        created = [
            order
            for order in found.orders.values()
            if day_of(order["created_at"]) == day and (not only or order["courier"] in only)
        ]
        still_open = sum(reported_state(order) not in CLOSED for order in created)
        row: Row = {"day": day, "created": len(created)}
        for state in STATES[1:]:
            row[state] = sum(state in reached.get(order["id"], ()) for order in created)
        row["open"] = still_open
        share = Fraction(still_open, len(created) or 1)
        row["mature"] = share < Fraction(2, 100) or (today - day).days > 30
        rows.append(row)
    return rows


def orders_without_events(found: Landed) -> int:
    """Orders that no backlog and no flow can count."""
    return len(found.orders.keys() - {event["order_id"] for event in found.events})


def step_medians(found: Landed, start: date, end: date, only: tuple[str, ...]) -> dict[str, Any]:
    """Median seconds of each step, of the orders created in the period that took it."""
    orders = [
        order
        for order in found.orders.values()
        if start <= day_of(order["created_at"]) <= end and (not only or order["courier"] in only)
    ]
    medians: dict[str, Any] = {}
    for name, (begin, finish) in STEPS.items():
        taken = [order for order in orders if order[begin] is not None and order[finish] is not None]
        middle = median([exact_seconds(order[finish] - order[begin]) for order in taken])
        medians[name] = None if middle is None else floor(middle)
    return medians
