"""One partner: its months, its couriers, and the lists of what there is about it."""

from collections.abc import Iterable
from datetime import date, datetime

from tests.oracle.days import day_of, month_after, month_of
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, cut, newest_first
from tests.oracle.partners import roll_up
from tests.oracle.store import Row

Page = tuple[int, int]


def profile(found: Landed, partner_id: int) -> Row | None:
    """The partner's roll-up, None where there is no such partner."""
    return roll_up(found, partner_id) if partner_id in found.partners else None


def _mine(rows: Iterable[Row], partner_id: int) -> list[Row]:
    return [row for row in rows if row["partner_id"] == partner_id]


def monthly(found: Landed, partner_id: int, start: date, end: date) -> list[Row]:
    """Of each month of a period: orders created in it, and those shipped in it with what became of them."""
    rows = []
    month = month_of(start)
    while month <= end:
        created = [order for order in _mine(found.orders.values(), partner_id) if _is_in(order["created_at"], month)]
        shipped = [order for order in _mine(found.orders.values(), partner_id) if _is_in(order["shipped_at"], month)]
        rows.append(
            {
                "month": month,
                "created": len(created),
                "shipped": len(shipped),
                "returned": sum(order["state"] == "Retur" for order in shipped),
                "problem": sum(order["is_problem"] for order in shipped),
                "delivered": sum(order["state"] == "Diterima" for order in shipped),
                "grand_total": sum(order["grand_total"] for order in shipped),
            }
        )
        month = month_after(month)
    return rows


def _is_in(instant: datetime | None, month: date) -> bool:
    return instant is not None and month_of(day_of(instant)) == month


def courier_mix(found: Landed, partner_id: int) -> list[Row]:
    """Orders shipped with each courier, the most used first."""
    by_courier: dict[str, Row] = {}
    for order in _mine(found.orders.values(), partner_id):
        if order["shipped_at"] is not None:
            row = by_courier.setdefault(order["courier"], dict.fromkeys(("shipped", "returned", "problem"), 0))
            row["shipped"] += 1
            row["returned"] += order["state"] == "Retur"
            row["problem"] += order["is_problem"]
    ranked = sorted(by_courier, key=lambda courier: (-by_courier[courier]["shipped"], courier))
    return [{"courier": courier, **by_courier[courier]} for courier in ranked]


def orders(found: Landed, partner_id: int, page: Page) -> tuple[list[Row], int]:
    """Its orders."""
    rows, count = cut(newest_first(_mine(found.orders.values(), partner_id), "created_at"), *page)
    names = "order_no airway_bill courier payment_method state customer_city grand_total net_profit created_at"
    return columns(rows, names.split(), order_id="id"), count


def pickups(found: Landed, partner_id: int, page: Page) -> tuple[list[Row], int]:
    """Its airway bills in pickup requests."""
    rows, count = cut(newest_first(_mine(found.pickups, partner_id), "requested_at"), *page)
    names = "order_id airway_bill courier qty requested_at handed_at canceled_at"
    return columns(rows, names.split(), due_at="due"), count


def tickets(found: Landed, partner_id: int, page: Page) -> tuple[list[Row], int]:
    """Its tickets."""
    rows, count = cut(newest_first(_mine(found.tickets, partner_id), "created_at"), *page)
    return columns(
        rows,
        ["ticket_no", "courier", "ticket_type", "status", "description", "is_unread", "created_at"],
        ticket_id="id",
    ), count


def withdrawals(found: Landed, partner_id: int, page: Page) -> tuple[list[Row], int]:
    """Its withdrawals."""
    rows, count = cut(newest_first(_mine(found.withdrawals, partner_id), "created_at"), *page)
    return columns(rows, ["bank_name", "nominal", "status", "created_at", "decided_at"], withdrawal_id="id"), count


def notes(found: Landed, partner_id: int, page: Page) -> tuple[list[Row], int]:
    """What staff wrote about it."""
    rows, count = cut(newest_first(_mine(found.notes, partner_id), "created_at"), *page)
    return columns(rows, ["body", "author_name", "created_at"]), count
