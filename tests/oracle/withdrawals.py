"""The withdrawal review: queue, headline, what a partner may still cost, balances."""

from datetime import date, datetime
from fractions import Fraction
from math import floor

from tests.oracle.days import DAY, day_of, exact_seconds, half_up, month_after, month_of, seconds
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, contains, cut, in_order, newest_first
from tests.oracle.partners import roll_up
from tests.oracle.store import Row

WAITING = ("requested", "on_review")
LONG_AGO = datetime(1970, 1, 1)
SUMMARY = ("waiting_status", "waiting_nominal", "avg_req_last_month", "avg_approval_seconds")
Days = tuple[date, date]
Filter = tuple[str, tuple[str, ...], Days | None, Days | None]  # text, statuses, days of request, days of payment


def _waiting(found: Landed) -> list[Row]:
    return [row for row in found.withdrawals if row["status"] in WAITING]


def queue_page(
    found: Landed, wanted: Filter, sort: tuple[str, bool], page: tuple[int, int], now: datetime
) -> tuple[list[Row], int]:
    """Waiting ones first, then the decided; within each by age, until the decision or now, by amount or by the instant
    of payment, those that were not paid last."""
    search, statuses, period, paid = wanted
    rows = []
    for row in found.withdrawals:
        partner = found.partners[row["partner_id"]]
        if search.strip() and not contains(search, partner["email"], partner["full_name"], row["bank_account_no"]):
            continue
        if statuses and row["status"] not in statuses:
            continue
        if period and not period[0] <= day_of(row["created_at"]) <= period[1]:
            continue
        paid_at = row["decided_at"] if row["status"] == "completed" else None
        if paid and (paid_at is None or not paid[0] <= day_of(paid_at) <= paid[1]):
            continue
        age = (now if row["decided_at"] is None else row["decided_at"]) - row["created_at"]
        rows.append(
            row
            | {"partner_name": partner["full_name"], "email": partner["email"], "age": age, "age_seconds": seconds(age)}
            | {"paid": paid_at, "paid_at": paid_at}
        )
    rows = in_order(rows, sort[0], "id", descending=sort[1])
    rows.sort(key=lambda row: row["status"] not in WAITING)
    chosen, count = cut(rows, *page)
    names = (
        "partner_id partner_name email bank_name bank_account_no bank_account_name "
        "nominal status version created_at decided_at paid_at age_seconds"
    )
    return columns(chosen, names.split(), withdrawal_id="id"), count


def queue_sum(found: Landed, wanted: Filter, now: datetime) -> int:
    """The rupiah of all that match."""
    rows, _count = queue_page(found, wanted, ("age", True), (10**9, 0), now)
    return sum(row["nominal"] for row in rows)


def waiting_count(found: Landed) -> int:
    """Withdrawals in requested or on_review."""
    return len(_waiting(found))


def approval_summary(found: Landed, now: datetime) -> Row:
    """What waits; requests per day of the last two months; the mean time of those completed in the last 30 days, and in
    the 30 days before."""
    last_month = month_of(month_of(day_of(now)) - DAY)
    per_day = [_requests_per_day(found, month) for month in (last_month, month_of(last_month - DAY))]
    means = [_mean_seconds(found, now - days * DAY) for days in (0, 30)]
    return {
        "waiting_status": len(_waiting(found)),
        "waiting_nominal": sum(row["nominal"] for row in _waiting(found)),
        "avg_req_last_month": half_up(per_day[0]),
        "avg_approval_seconds": None if means[0] is None else floor(means[0]),
        "per_day": per_day,
        "mean_seconds": means,
    }


def _requests_per_day(found: Landed, month: date) -> Fraction:
    requested = sum(month_of(day_of(row["created_at"])) == month for row in found.withdrawals)
    return Fraction(requested, (month_after(month) - month).days)


def _mean_seconds(found: Landed, until: datetime) -> Fraction | None:
    times = [
        exact_seconds(row["decided_at"] - row["created_at"])
        for row in found.withdrawals
        if row["status"] == "completed" and until - 30 * DAY < row["decided_at"] <= until
    ]
    return sum(times, Fraction(0)) / len(times) if times else None


def partner_risk(found: Landed, partner_id: int) -> Row | None:
    """Ratios of the partner's life, and what the orders that are under way may bring and cost."""
    if partner_id not in found.partners:
        return None
    life = roll_up(found, partner_id)
    orders = [order for order in found.orders.values() if order["partner_id"] == partner_id]
    running = [order for order in orders if order["state"] == "Dikirim"]
    shipped, returned = life["orders_shipped"], life["orders_returned"]
    ratio = Fraction(returned, shipped) if shipped else Fraction(0)
    described = [
        order["problem_description"]
        for order in orders
        if order["is_problem"] and order["problem_description"] is not None
    ]
    return {
        "first_pickup": life["first_pickup"],
        "last_pickup": life["last_pickup"],
        "problem": (life["orders_problem"], shipped),
        "retur": (returned, shipped),
        "problem_descriptions": tuple(
            sorted(
                ((text, described.count(text)) for text in set(described)),
                key=lambda counted: (-counted[1], counted[0]),
            )
        ),
        "retur_shipping_potential": half_up(sum(order["return_shipping"] for order in running) * ratio),
        "retur_shipping_arriving": sum(order["return_shipping"] for order in orders if order["is_retur"] == 1),
        "potential_income": half_up(sum(order["net_profit"] for order in running) * (1 - ratio)),
    }


def orders_behind(found: Landed, withdrawal_id: int, page: tuple[int, int]) -> tuple[list[Row], int]:
    """Orders delivered after the partner's previous completed request and up to this one."""
    names = (
        "order_no airway_bill courier payment_method created_at delivered_at "
        "grand_total shipping_cost service_fee net_profit"
    )
    rows: list[Row] = []
    for this in (row for row in found.withdrawals if row["id"] == withdrawal_id):
        earlier = [
            row["created_at"]
            for row in found.withdrawals
            if row["partner_id"] == this["partner_id"]
            and row["status"] == "completed"
            and row["created_at"] < this["created_at"]
        ]
        rows = [
            order
            for order in found.orders.values()
            if order["partner_id"] == this["partner_id"]
            and order["state"] == "Diterima"
            and max(earlier, default=LONG_AGO) < order["delivered_at"] <= this["created_at"]
        ]
    rows.sort(key=lambda order: order["id"])
    rows.sort(key=lambda order: order["delivered_at"], reverse=True)
    chosen, count = cut(rows, *page)
    return columns(chosen, names.split(), order_id="id"), count


def last_withdrawals(found: Landed, partner_id: int, limit: int) -> list[Row]:
    """The newest withdrawals of a partner."""
    mine = newest_first([row for row in found.withdrawals if row["partner_id"] == partner_id], "created_at")
    names = "nominal status bank_name bank_account_no created_at decided_at notes"
    return columns(mine[:limit], names.split(), withdrawal_id="id")


def partner_balance(found: Landed, partner_id: int) -> int:
    """What a partner can still ask for: the sum of the entries of its available account."""
    return sum(
        entry["amount"]
        for entry in found.ledger
        if entry["partner_id"] == partner_id and entry["account_kind"] == "partner_available"
    )
