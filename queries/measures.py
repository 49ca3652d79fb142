"""What counts as what, once: SQL conditions on rows of the facts. Definitions: docs/metrics.md.

Marts, the partner roll-up, the numbers of the last days and the lists behind a number are composed of these.
`queries/metrics.py` holds the arithmetic on what they count.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, case, cast, extract, func

from queries.metrics import SHIPPING_MARGIN_PERCENT
from queries.wib import Period, day_start
from vocabulary import OrderState, PaymentMethod, WithdrawalStatus

WINDOWS = (30, 90)  # WIB days, today included
RETURN_WINDOW_DAYS = 7  # a delivered COD order may still be sent back that long

# numbers of mart_partner_recent, in the order of its columns
RECENT = (
    "shipped_30",
    "returned_30",
    "problem_30",
    "shipped_90",
    "returned_90",
    "problem_90",
    "running_return_shipping",
    "arriving_return_shipping",
    "cod_in_window",
)
LIFE = ("shipped_life", "returned_life", "problem_life")  # numbers of mart_partners
SUMMED = {
    "running_return_shipping": "return_shipping",
    "arriving_return_shipping": "return_shipping",
    "cod_in_window": "net_profit",
}  # number: the column of rupiah that it adds up; the others count orders

# amounts of mart_income_days, in the order of its columns; docs/metrics.md, Income and profit
INCOME = (
    "bare_shipping",
    "shipping_cost",
    "service_fee",
    "shipping_margin",
    "shipping_cashback",
    "grand_total",
    "net_profit",
)
_TO_WIB = timedelta(hours=7)

Condition = ColumnElement[bool]


def is_shipped(orders: FromClause) -> Condition:
    """Handed to the courier, whatever came of it: the whole of every ratio of orders."""
    return orders.c.shipped_at.is_not(None)


def is_running(orders: FromClause) -> Condition:
    """On its way to the customer."""
    return orders.c.state == OrderState.DIKIRIM


def is_delivered(orders: FromClause) -> Condition:
    """Received by the customer."""
    return orders.c.state == OrderState.DITERIMA


def is_returned(orders: FromClause) -> Condition:
    """Sent back, on its way or already received."""
    return orders.c.state == OrderState.RETUR


def shipping_margin(orders: FromClause) -> ColumnElement[int]:
    """The shipping that is charged less what the courier charges for it; while that is not known, the usual part of the
    shipping cost, half up to a rupiah."""
    exact = cast(orders.c.shipping_cost, BigInteger) * SHIPPING_MARGIN_PERCENT
    usual = (exact + 50).op("//", precedence=20, return_type=BigInteger())(100)
    return func.coalesce(orders.c.bare_shipping - orders.c.courier_shipping, usual)


def is_unbilled(orders: FromClause) -> Condition:
    """What the courier charges for it is not known."""
    return orders.c.courier_shipping.is_(None)


def income(orders: FromClause) -> dict[str, ColumnElement[int]]:
    """The rupiah of an order under each name of INCOME."""
    return {name: shipping_margin(orders) if name == "shipping_margin" else orders.c[name] for name in INCOME}


def profit(amounts: FromClause) -> ColumnElement[int]:
    """Service fee and shipping margin less the partner's cashback; `amounts`: columns by names of INCOME."""
    profit: ColumnElement[int] = amounts.c.service_fee + amounts.c.shipping_margin - amounts.c.shipping_cashback
    return profit


def profit_of_order(orders: FromClause) -> ColumnElement[int]:
    """The profit of an order once it is delivered, from its row."""
    return shipping_margin(orders) - orders.c.shipping_cashback + orders.c.service_fee


def is_arriving(orders: FromClause) -> Condition:
    """Sent back and still on its way to the partner."""
    return orders.c.is_retur == 1


def is_problem(orders: FromClause) -> Condition:
    """Marked as a problem by the courier or by staff."""
    condition: Condition = orders.c.is_problem
    return condition


def reported_state(orders: FromClause) -> ColumnElement[str]:
    """The state that reports show: a returned order that is back is RETUR_DITERIMA."""
    is_back = and_(is_returned(orders), orders.c.is_retur == 2)
    return case((is_back, OrderState.RETUR_DITERIMA), else_=orders.c.state)


def state_shown(order: Mapping[str, Any]) -> OrderState:
    """The same of a row that was read."""
    is_back = order["state"] == OrderState.RETUR and order["is_retur"] == 2
    return OrderState.RETUR_DITERIMA if is_back else OrderState(order["state"])


def is_handed(pickups: FromClause) -> Condition:
    """Handed to the courier."""
    return pickups.c.handed_at.is_not(None)


def is_awaiting_pickup(pickups: FromClause) -> Condition:
    """Neither handed to the courier nor canceled."""
    return and_(pickups.c.handed_at.is_(None), pickups.c.canceled_at.is_(None))


def is_late(pickups: FromClause) -> Condition:
    """Handed to the courier after it was due."""
    return pickups.c.handed_at > pickups.c.due_at


def is_paid_out(withdrawals: FromClause) -> Condition:
    """The money left: completed, and not sent back by the bank."""
    return withdrawals.c.status == WithdrawalStatus.COMPLETED


def paid_at(withdrawals: FromClause) -> ColumnElement[Any]:
    """When the payment was recorded; none for what was not paid out, or was sent back."""
    return case((is_paid_out(withdrawals), withdrawals.c.decided_at))


def is_paid_within(withdrawals: FromClause, period: Period) -> Condition:
    """Paid out on a WIB day of the period."""
    recorded = withdrawals.c.decided_at
    return and_(is_paid_out(withdrawals), recorded >= period.since, recorded < period.until)


def wib_hour(instant: ColumnElement[datetime]) -> ColumnElement[int]:
    """The WIB hour of the day, 0 to 23, of a naive UTC instant."""
    return extract("hour", instant + _TO_WIB)


def window(as_of: date, days: int) -> datetime:
    """The first instant (naive UTC) of the last `days` WIB days, `as_of` included."""
    return day_start(as_of - timedelta(days=days - 1))


def counted_orders(orders: FromClause, as_of: date) -> dict[str, Condition]:
    """By number (RECENT and LIFE): the condition on an order that it counts or sums up."""
    found: dict[str, Condition] = {}
    periods: tuple[int | Literal["life"], ...] = (*WINDOWS, "life")
    for period in periods:
        within: Any = is_shipped(orders) if period == "life" else orders.c.shipped_at >= window(as_of, period)
        found[f"shipped_{period}"] = within
        found[f"returned_{period}"] = and_(within, is_returned(orders))
        found[f"problem_{period}"] = and_(within, is_problem(orders))
    found["running_return_shipping"] = is_running(orders)
    found["arriving_return_shipping"] = is_arriving(orders)
    found["cod_in_window"] = and_(
        orders.c.payment_method == PaymentMethod.COD,
        is_delivered(orders),
        orders.c.delivered_at >= window(as_of, RETURN_WINDOW_DAYS),
    )
    return found
