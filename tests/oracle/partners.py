"""Partners over their whole life: growth, funnel, activity, retention."""

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.days import DAY, day_of, half_up, median, month_after, month_of
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, cut, in_order, newest_first
from tests.oracle.segments import CODES, Wanted, city, couriers, is_in, matches, twice_usual_gap
from tests.oracle.store import Row

GROWTH = (
    *("partner_id", "full_name", "brand_name", "email", "phone", "city", "join_date", "email_verified_at"),
    *("is_onboarded", "first_product", "first_order", "first_pickup", "last_pickup", "orders_created"),
    *("orders_shipped", "orders_returned", "orders_problem", "grand_total", "shipping_cost", "service_fee"),
    *("tickets", "unread_tickets", "notes", "last_note"),
)
SUMMED = ("orders_shipped", "orders_returned", "orders_problem")
LISTED = (
    *("partner_id", "full_name", "email", "phone", "city", "join_date", "first_product", "first_pickup"),
    *("last_pickup", *SUMMED, "owner_name", "next_follow_up", "last_note", "handed", "trend", "segment"),
)
URGENT = ("lost", "slowing", "unstarted", "no-product", "no-pickup", "new", "due")


def _first(instants: list[Any]) -> date | None:
    return day_of(min(instants)) if instants else None


def roll_up(found: Landed, partner_id: int) -> Row:
    """Everything that is said about a partner's whole life."""
    partner = found.partners[partner_id]

    def mine(rows: Any) -> list[Row]:
        return [row for row in rows if row["partner_id"] == partner_id]

    orders = mine(found.orders.values())
    shipped = [order for order in orders if order["shipped_at"] is not None]
    delivered = [order for order in shipped if order["state"] == "Diterima"]
    handed = [pickup["handed_at"] for pickup in mine(found.pickups) if pickup["handed_at"] is not None]
    notes = newest_first(mine(found.notes), "created_at")
    tickets = mine(found.tickets)
    payouts = [Fraction(row["nominal"]) for row in mine(found.withdrawals) if row["status"] == "completed"]
    names = "full_name brand_name email phone city problem_status email_verified_at is_onboarded"
    return {
        "partner_id": partner_id,
        **{name: partner[name] for name in names.split()},
        "join_date": day_of(partner["joined_at"]),
        "first_product": _first([row["created_at"] for row in mine(found.products)]),
        "first_order": _first([order["created_at"] for order in orders]),
        "first_pickup": _first(handed),
        "last_pickup": day_of(max(handed)) if handed else None,
        "twice_usual_gap": twice_usual_gap(handed),
        "orders_created": len(orders),
        "orders_shipped": len(shipped),
        "orders_returned": sum(order["state"] == "Retur" for order in shipped),
        "orders_problem": sum(order["is_problem"] for order in shipped),
        "orders_delivered": len(delivered),
        "grand_total": sum(order["grand_total"] for order in shipped),
        "shipping_cost": sum(order["shipping_cost"] for order in shipped),
        "service_fee": sum(order["service_fee"] for order in delivered),
        "payouts": len(payouts),
        "usual_payout": half_up(middle) if (middle := median(payouts)) is not None else None,
        "tickets": len(tickets),
        "unread_tickets": sum(ticket["is_unread"] for ticket in tickets),
        "notes": len(notes),
        "last_note": notes[0]["body"] if notes else None,
        "last_note_at": notes[0]["created_at"] if notes else None,
        **{name: notes[0][name] if notes else None for name in ("owner_id", "owner_name", "next_follow_up")},
    }


def _rows(found: Landed, wanted: Wanted) -> list[Row]:
    return [row for row in (roll_up(found, partner) for partner in found.partners) if matches(found, row, wanted)]


def growth_page(found: Landed, wanted: Wanted, sort: tuple[str, bool], page: tuple[int, int]) -> tuple[list[Row], int]:
    """One page of the partners that match."""
    rows = in_order(_rows(found, wanted), sort[0], "partner_id", descending=sort[1])
    chosen, count = cut(rows, *page)
    return columns(chosen, GROWTH), count


def handed_since(found: Landed, partners: list[int], start: date, end: date) -> dict[int, int]:
    """Airway bills that each partner handed over in a period, those with none left out."""
    return dict(
        Counter(
            pickup["partner_id"]
            for pickup in found.pickups
            if pickup["partner_id"] in partners and pickup["handed_day"] and start <= pickup["handed_day"] <= end
        )
    )


def funnel(found: Landed, wanted: Wanted, today: date) -> Row:
    """How many of the partners joined, added a product, had a pickup, had one in the last 30 days."""
    rows = _rows(found, wanted)
    return {
        "joined": len(rows),
        "first_product": sum(row["first_product"] is not None for row in rows),
        "first_pickup": sum(row["first_pickup"] is not None for row in rows),
        "active": sum(row["last_pickup"] is not None and row["last_pickup"] > today - 30 * DAY for row in rows),
    }


def activity(found: Landed, wanted: Wanted, today: date) -> Row:
    """Last pickup within 30 days, today included: active; 31 to 60 days ago: lost."""
    picked = [row["last_pickup"] for row in _rows(found, wanted) if row["last_pickup"] is not None]
    ages = [(today - day).days + 1 for day in picked]
    return {"active": sum(age <= 30 for age in ages), "lost": sum(30 < age <= 60 for age in ages)}


def segment_counts(found: Landed, wanted: Wanted, today: date) -> dict[str, int]:
    """The partners of each segment that match all but the segment of the filter."""
    rows = _rows(found, wanted._replace(segment=None))
    return {code: sum(is_in(row, code, today) for row in rows) for code in CODES}


def city_facets(found: Landed, wanted: Wanted) -> list[Row]:
    """Every city with its partners that match all but the cities of the filter, the most first."""
    names: dict[str, list[str]] = {}
    for row in found.partners.values():
        names.setdefault(city(row), []).append(row["city"].strip(" "))
    counts = Counter(city(row) for row in _rows(found, wanted._replace(cities=())))
    codes = sorted(names, key=lambda code: (-counts[code], code))
    return [{"code": code, "name": min(names[code]), "partners": counts[code]} for code in codes]


def courier_facets(found: Landed, wanted: Wanted) -> list[Row]:
    """Every courier with its partners that match all but the couriers of the filter."""
    rows = _rows(found, wanted._replace(couriers=()))
    counts = Counter(courier for row in rows for courier in couriers(found, row))
    return [{"code": name, "name": name, "partners": counts[name]} for name in found.couriers]


def owner_facets(found: Landed, wanted: Wanted) -> list[Row]:
    """Everybody who looks after a partner, with those that match all but the owner of the filter; then nobody."""
    everybody = {row["owner_id"]: row["owner_name"] for row in _rows(found, Wanted())}
    rows = _rows(found, wanted._replace(owner=None))
    counts = Counter(row["owner_id"] for row in rows)
    ids = sorted(everybody, key=lambda key: (key is None, everybody[key] or "", key or 0))
    return [{"code": str(key or 0), "name": everybody[key] or "", "partners": counts[key]} for key in ids]


def growth_list(
    found: Landed, wanted: Wanted, sort: tuple[str, bool], page: tuple[int, int], today: date
) -> tuple[list[Row], int]:
    """One page of the partners that match, with the last 30 days and the last 12 weeks."""
    rows = _rows(found, wanted)
    for row in rows:
        handed = [
            pickup["handed_day"]
            for pickup in found.pickups
            if pickup["partner_id"] == row["partner_id"] and pickup["handed_day"]
        ]
        shipped = row["orders_shipped"]
        ages = [(today - day).days for day in handed]
        row["handed"] = sum(0 <= age < 30 for age in ages)
        row["trend"] = [sum(week * 7 <= age < week * 7 + 7 for age in ages) for week in range(11, -1, -1)]
        row["retur"] = Fraction(row["orders_returned"], shipped) if shipped else None
        row["problem"] = Fraction(row["orders_problem"], shipped) if shipped else None
        mine = [code for code in URGENT if is_in(row, code, today)]
        row["segment"] = wanted.segment[0] if wanted.segment else mine[0] if mine else None
    by = "last_note_at" if sort[0] == "last_note" else sort[0]
    chosen, count = cut(in_order(rows, by, "partner_id", descending=sort[1]), *page)
    return columns(chosen, LISTED), count


def growth_sums(found: Landed, wanted: Wanted, today: date) -> Row:
    """The list added up."""
    rows, _count = growth_list(found, wanted, ("partner_id", False), (10**9, 0), today)
    return {name: sum(row[name] for row in rows) for name in ("handed", *SUMMED)}


def retention(found: Landed, wanted: Wanted, months: list[date], today: date) -> list[Row]:
    """Of the partners that joined in a month, how many had an order handed over in each month since."""
    shipped_in: dict[int, set[date]] = {partner: set() for partner in found.partners}
    for order in found.orders.values():
        if order["shipped_at"] is not None:
            shipped_in[order["partner_id"]].add(month_of(day_of(order["shipped_at"])))
    rows, matching = [], _rows(found, wanted)
    for cohort in months:
        joined = [row["partner_id"] for row in matching if month_of(row["join_date"]) == cohort]
        month, age = cohort, 0
        while month <= today:
            active = sum(month in shipped_in[partner] for partner in joined)
            rows.append({"cohort": cohort, "age": age, "joined": len(joined), "active": active})
            month, age = month_after(month), age + 1
    return rows
