"""What delivered orders earn, by the WIB day of delivery: in all, by day, month, courier and partner, and each."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle.days import day_of, half_up, month_of
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, cut, in_order
from tests.oracle.store import Row

AMOUNTS = (
    *("bare_shipping", "shipping_cost", "service_fee", "shipping_margin", "shipping_cashback", "grand_total"),
    *("net_profit", "profit"),
)
GROUPS: dict[str, Callable[[Row], Any]] = {
    "day": lambda order: order["day"],
    "month": lambda order: month_of(order["day"]),
    "courier": lambda order: order["courier"],
    "partner": lambda order: order["partner_id"],
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: the days of their delivery, some couriers (none: all), a payment method and a partner, if any."""

    period: tuple[date, date]
    couriers: tuple[str, ...]
    payment: str | None
    partner: int | None


def couriers(found: Landed) -> tuple[str, ...]:
    """All couriers there are."""
    return found.couriers


def _earned(order: Row) -> Row:
    price = order["courier_shipping"]
    usual = half_up(Fraction(order["shipping_cost"], 4))
    margin = usual if price is None else order["bare_shipping"] - price
    return order | {
        "day": day_of(order["delivered_at"]),
        "shipping_margin": margin,
        "profit": order["service_fee"] + margin - order["shipping_cashback"],
    }


def delivered(found: Landed, wanted: Wanted) -> list[Row]:
    """The delivered orders that are wanted, with what they earned."""
    start, end = wanted.period
    return [
        _earned(order)
        for order in found.orders.values()
        if order["state"] == "Diterima"
        and start <= day_of(order["delivered_at"]) <= end
        and (not wanted.couriers or order["courier"] in wanted.couriers)
        and wanted.payment in (None, order["payment_method"])
        and wanted.partner in (None, order["partner_id"])
    ]


def _summed(orders: list[Row]) -> Row:
    counts = {"orders": len(orders), "unbilled": sum(order["courier_shipping"] is None for order in orders)}
    return counts | {name: sum(order[name] for order in orders) for name in AMOUNTS}


def _grouped(orders: list[Row], by: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for order in orders:
        groups[GROUPS[by](order)].append(order)
    return groups


def total(found: Landed, wanted: Wanted) -> Row:
    """All of them."""
    return _summed(delivered(found, wanted))


def series(found: Landed, wanted: Wanted, by: str) -> list[Row]:
    """Profit by payment method of each group that has an order."""
    rows = []
    for at, orders in sorted(_grouped(delivered(found, wanted), by).items()):
        cod = sum(order["profit"] for order in orders if order["payment_method"] == "COD")
        whole = _summed(orders)
        rows.append(
            {
                "at": at,
                "cod": cod,
                "non_cod": whole["profit"] - cod,
                "profit": whole["profit"],
                "orders": whole["orders"],
            }
        )
    return rows


def listed_by(
    found: Landed, wanted: Wanted, by: str, sort: tuple[str, bool], page: tuple[int, int]
) -> tuple[list[Row], int]:
    """What each group earned."""
    rows = [{"at": at, **_summed(orders)} for at, orders in _grouped(delivered(found, wanted), by).items()]
    if by == "partner":
        people = found.partners
        rows = [
            row | {"partner_name": people[row["at"]]["full_name"], "city": people[row["at"]]["city"]} for row in rows
        ]
        by_name = [row | {"name": row["partner_name"].lower()} for row in rows]
        chosen = in_order(by_name, "name" if sort[0] == "at" else sort[0], "at", descending=sort[1])
        rows = [{name: row[name] for name in row if name != "name"} for row in chosen]
        return cut(rows, *page)
    return cut(in_order(rows, sort[0], "at", descending=sort[1]), *page)


def orders(found: Landed, wanted: Wanted, sort: tuple[str, bool]) -> list[Row]:
    """The orders by a column, those of one value by id."""
    names = [name for name in AMOUNTS if name != "shipping_cost"]
    facts = "order_no airway_bill partner_id courier payment_method delivered_at courier_shipping partner_name"
    named = [
        order | {"partner_name": found.partners[order["partner_id"]]["full_name"]} for order in delivered(found, wanted)
    ]
    rows = [order | {"partner": order["partner_name"].lower(), "order_id": order["id"]} for order in named]
    return columns(in_order(rows, sort[0], "id", descending=sort[1]), ("order_id", *facts.split(), *names))


def credited(found: Landed, wanted: Wanted) -> int:
    """What the ledger says partners got for delivered orders."""
    start, end = wanted.period

    def counts(entry: Row) -> bool:
        order = found.orders.get(entry["order_id"])
        return (
            (entry["kind"], entry["account_kind"]) == ("orderku_done", "partner_available")
            and start <= day_of(entry["created_at"]) <= end
            and wanted.partner in (None, entry["partner_id"])
            and (not (wanted.couriers or wanted.payment) or (order is not None and _is_traded(order, wanted)))
        )

    return sum(entry["amount"] for entry in found.ledger if counts(entry))


def _is_traded(order: Row, wanted: Wanted) -> bool:
    """The ledger's day counts, and not the order's, which may have been corrected since."""
    return (not wanted.couriers or order["courier"] in wanted.couriers) and wanted.payment in (
        None,
        order["payment_method"],
    )
