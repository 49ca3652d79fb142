"""The Juragan view: a month of each partner."""

from datetime import date
from fractions import Fraction

from tests.oracle.days import day_of, days, month_after, month_of, whole_percent
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, contains, cut, in_order
from tests.oracle.partners import roll_up
from tests.oracle.store import Row


def shares(counts: dict[str, int]) -> dict[str, int]:
    """Whole percent of each, adding up to 100: what is missing goes to the largest remainders, ties by name."""
    whole = sum(counts.values())
    if not whole:
        return dict.fromkeys(counts, 0)
    floors = {name: 100 * count // whole for name, count in counts.items()}
    by_rest = sorted(counts, key=lambda name: (floors[name] * whole - 100 * counts[name], name))
    for name in by_rest[: 100 - sum(floors.values())]:
        floors[name] += 1
    return floors


def _month(found: Landed, partner: Row, month: date) -> Row:
    shipped = [
        order
        for order in found.orders.values()
        if order["partner_id"] == partner["partner_id"]
        and order["shipped_at"] is not None
        and month_of(day_of(order["shipped_at"])) == month
    ]
    returned = sum(order["state"] == "Retur" for order in shipped)
    problem = sum(order["is_problem"] for order in shipped)
    couriers = [order["courier"] for order in shipped]
    handed = {pickup["handed_day"] for pickup in found.pickups if pickup["partner_id"] == partner["partner_id"]}
    return {
        **{name: partner[name] for name in ("partner_id", "join_date", "last_pickup", "unread_tickets")},
        "name": partner["full_name"],
        "no_hp": partner["phone"],
        "notes": partner["last_note"],
        "total": len(shipped),
        "shipped": len(shipped),
        "returned": returned,
        "problem": problem,
        "retur_ratio": whole_percent(returned, len(shipped)),
        "problem_ratio": whole_percent(problem, len(shipped)),
        "shares": shares({courier.lower(): couriers.count(courier) for courier in found.couriers}),
        "activities": [int(day in handed) for day in days(month, month_after(month)) if day.month == month.month],
    }


def month_page(
    found: Landed, month: date, search: str, sort: tuple[str, bool] | None, page: tuple[int, int]
) -> tuple[list[Row], int]:
    """The partners that had joined when the month ended, by default those with most orders handed over first."""
    first = month_of(month)
    partners = [roll_up(found, key) for key in found.partners]
    rows = [
        _month(found, partner, first)
        for partner in partners
        if partner["join_date"] < month_after(first)
        and (not search.strip() or contains(search, partner["full_name"], partner["email"], partner["phone"]))
    ]
    by, descending = sort or ("total", True)
    if by in ("returned", "problem"):
        for row in rows:
            row["share"] = Fraction(row[by], row["shipped"]) if row["shipped"] else None
        by = "share"
    chosen, count = cut(in_order(rows, by, "partner_id", descending=descending), *page)
    names = [name for name in chosen[0] if name != "share"] if chosen else []
    return columns(chosen, names), count


def month_sums(found: Landed, month: date, search: str) -> Row:
    """All partners of the month added up."""
    rows, _count = month_page(found, month, search, None, (10**9, 0))
    return {name: sum(row[name] for row in rows) for name in ("total", "returned", "problem", "unread_tickets")}
