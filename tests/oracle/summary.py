"""The executive summary: trade, lifetimes, retention, churn, balances and steps."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.days import DAY, day_of, days, month_after, month_of
from tests.oracle.income import Wanted, delivered
from tests.oracle.landed import Landed
from tests.oracle.store import Row

Orders = list[Row]


def _shipped(found: Landed, start: date, end: date, only: tuple[str, ...]) -> Orders:
    return [
        order
        for order in found.orders.values()
        if order["shipped_at"] is not None
        and start <= day_of(order["shipped_at"]) <= end
        and (not only or order["courier"] in only)
    ]


def _traded(orders: Orders) -> Row:
    cod = [order["grand_total"] for order in orders if order["payment_method"] == "COD"]
    other = [order["grand_total"] for order in orders if order["payment_method"] == "BANK TRANSFER"]
    return {
        "orders": len(orders),
        "cod": sum(cod),
        "non_cod": sum(other),
        "shipping": sum(order["shipping_cost"] for order in orders),
        "partners": len({order["partner_id"] for order in orders}),
    }


def trade(found: Landed, start: date, end: date, only: tuple[str, ...]) -> Row:
    """Orders handed over on the days."""
    return _traded(_shipped(found, start, end, only))


def daily(found: Landed, start: date, end: date, only: tuple[str, ...]) -> list[Row]:
    """The same of each day."""
    return [{"day": day} | _traded(_shipped(found, day, day, only)) for day in days(start, end)]


def _life(found: Landed, partners: set[int], only: tuple[str, ...]) -> Row:
    """What the delivered orders of partners earned."""
    wanted = Wanted((date.min, date.max), only, None, None)
    mine = [order for order in delivered(found, wanted) if order["partner_id"] in partners]
    return {"partners": len(partners), "profit": sum(order["profit"] for order in mine)}


def _per_partner(life: Row) -> Fraction | None:
    return Fraction(life["profit"], life["partners"]) if life["partners"] else None


def lifetime(found: Landed, start: date, end: date, only: tuple[str, ...]) -> list[Any]:
    """Of the partners with an order on the days, and the margin for each."""
    life = _life(found, {order["partner_id"] for order in _shipped(found, start, end, only)}, only)
    return [life, _per_partner(life)]


def _active(found: Landed, month: date, only: tuple[str, ...]) -> set[int]:
    return {order["partner_id"] for order in _shipped(found, month, month_after(month) - DAY, only)}


def partner_months(found: Landed, last: date, count: int, only: tuple[str, ...]) -> list[Any]:
    """Some months up to that of a day, each against the one before."""
    rows: list[Any] = []
    month = month_of(last)
    for _number in range(count):
        earlier = month_of(month - DAY)
        before, now = _active(found, earlier, only), _active(found, month, only)
        share = Fraction(100 * len(before & now), len(before)) if before else None
        life = _life(found, now, only)
        rows.insert(0, [month, len(before), len(before & now), share, life, _per_partner(life)])
        month = earlier
    return rows


def churned(found: Landed, at: list[date]) -> list[Any]:
    """Who handed nothing over in the two months before that of a day, nor since."""
    rows: list[Any] = []
    for day in at:
        since = month_of(month_of(month_of(day) - DAY) - DAY)
        pickups: dict[int, list[date]] = defaultdict(list)
        for pickup in found.pickups:
            if pickup["handed_day"] is not None and pickup["handed_day"] <= day:
                pickups[pickup["partner_id"]].append(pickup["handed_day"])
        lost = [mine for mine in pickups.values() if max(mine) < since]
        total = sum((max(mine) - min(mine)).days for mine in lost)
        rows.append([day, len(lost), total, Fraction(total, len(lost)) if lost else None])
    return rows


def owed(found: Landed, start: date, end: date) -> list[int]:
    """Balances of partners, what is reserved included, at the ends of days from that before the period on."""
    mine = [entry for entry in found.ledger if entry["account_kind"] in ("partner_available", "partner_reserved")]
    return [
        sum(entry["amount"] for entry in mine if day_of(entry["created_at"]) <= day)
        for day in days(start - timedelta(days=1), end)
    ]


def steps(found: Landed, start: date, end: date) -> Row:
    """How far those who joined on the days have come."""
    joined = [row for row in found.partners.values() if start <= day_of(row["joined_at"]) <= end]
    products = {row["partner_id"] for row in found.products}
    handed = {row["partner_id"] for row in found.pickups if row["handed_day"] is not None}
    return {
        "joined": len(joined),
        "verified": sum(row["email_verified_at"] is not None for row in joined),
        "with_product": sum(row["id"] in products for row in joined),
        "with_pickup": sum(row["id"] in handed for row in joined),
        "trading": trade(found, start, end, ())["partners"],
    }


def news(found: Landed, since: datetime, now: datetime) -> Row:
    """What came after an instant."""

    def new(rows: Iterable[Row], name: str) -> list[Row]:
        return [row for row in rows if since < row[name] <= now]

    waiting = [row for row in found.pickups if row["handed_at"] is None and row["canceled_at"] is None]
    requests = new(found.withdrawals, "created_at")
    last: dict[int, date] = {}
    for pickup in found.pickups:
        if pickup["handed_day"] is not None:
            partner = pickup["partner_id"]
            last[partner] = max(last.get(partner, pickup["handed_day"]), pickup["handed_day"])

    def is_lost(pickup: date, on: date) -> bool:
        return 30 <= (on - pickup).days <= 59

    today, before = day_of(now), day_of(since)
    lost = [day for day in last.values() if is_lost(day, today) and (before - day).days < 30]
    return {
        "overdue": sum(since < row["due"] < now for row in waiting),
        "tickets": len(new(found.tickets, "created_at")),
        "requests": len(requests),
        "requested": sum(row["nominal"] for row in requests),
        "joined": len(new(found.partners.values(), "joined_at")),
        "lost": len(lost),
    }


def unread_tickets(found: Landed) -> Row:
    """Open tickets with a message that nobody read."""
    waiting = [row for row in found.tickets if row["is_unread"] and row["status"] != "closed"]
    oldest = min(waiting, key=lambda row: (row["created_at"], row["id"]), default=None)
    return {
        "tickets": len(waiting),
        "oldest_id": oldest and oldest["id"],
        "oldest_at": oldest and oldest["created_at"],
    }


def waiting_ages(found: Landed, today: date) -> Row:
    """Withdrawals that wait and their rupiah, by the day of the request."""
    ages: Row = {"today": (0, 0), "yesterday": (0, 0), "earlier": (0, 0)}
    for row in found.withdrawals:
        if row["status"] in ("requested", "on_review"):
            age = (today - day_of(row["created_at"])).days
            name = "today" if age <= 0 else "yesterday" if age == 1 else "earlier"
            count, nominal = ages[name]
            ages[name] = (count + 1, nominal + row["nominal"])
    return ages
