"""What a reviewer's dossier counts: a partner's orders of its life, of the last days, and what they may cost."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from tests.oracle.days import DAY, day_of, half_up
from tests.oracle.landed import Landed
from tests.oracle.lists import columns, cut
from tests.oracle.partners import roll_up
from tests.oracle.store import Row


def _shipped_within(order: Row, today: date, days: int) -> bool:
    return order["shipped_at"] is not None and day_of(order["shipped_at"]) > today - days * DAY


def counts_in(number: str, today: date) -> Callable[[Row], bool]:
    """Whether an order belongs to a number of the dossier."""
    match number:
        case "running_return_shipping":
            return lambda order: order["state"] == "Dikirim"
        case "arriving_return_shipping":
            return lambda order: order["is_retur"] == 1
        case "cod_in_window":
            return lambda order: (
                order["payment_method"] == "COD"
                and order["state"] == "Diterima"
                and day_of(order["delivered_at"]) > today - 7 * DAY
            )
    what, period = number.split("_")
    is_counted = {
        "shipped": lambda _order: True,
        "returned": lambda order: order["state"] == "Retur",
        "problem": lambda order: order["is_problem"],
    }[what]
    if period == "life":
        return lambda order: order["shipped_at"] is not None and is_counted(order)
    return lambda order: _shipped_within(order, today, int(period)) and is_counted(order)


COUNTS = [f"{what}_{period}" for period in ("life", "30", "90") for what in ("shipped", "returned", "problem")]
SUMS = {
    "running_return_shipping": "return_shipping",
    "arriving_return_shipping": "return_shipping",
    "cod_in_window": "net_profit",
}


def facts(found: Landed, partner_id: int, today: date) -> Row | None:
    """The numbers of a partner, None where it has neither orders nor payouts."""
    if partner_id not in found.partners:
        return None
    life = roll_up(found, partner_id)
    if not life["orders_created"] and not life["payouts"]:
        return None
    every = list(found.orders.values())
    mine = [order for order in every if order["partner_id"] == partner_id]
    row: Row = {name: sum(map(counts_in(name, today), mine)) for name in COUNTS}
    for name, column in SUMS.items():
        row[name] = sum(order[column] for order in mine if counts_in(name, today)(order))
    for what in ("returned", "problem"):
        expected = Fraction(0)
        for courier in {order["courier"] for order in mine}:
            of_courier = [order for order in every if order["courier"] == courier]
            shipped = sum(map(counts_in("shipped_90", today), of_courier))
            share = sum(counts_in("shipped_90", today)(order) for order in of_courier if order in mine)
            bad = sum(map(counts_in(f"{what}_90", today), of_courier))
            expected += Fraction(share * bad, shipped) if shipped else 0
        row[f"expected_{what}_90"] = expected
    ratio = Fraction(row["returned_life"], row["shipped_life"]) if row["shipped_life"] else Fraction(0)
    cost = half_up(row["running_return_shipping"] * ratio) + row["arriving_return_shipping"]
    return row | {"completed": life["payouts"], "usual_nominal": life["usual_payout"], "expected_return_cost": cost}


def orders_of_number(
    found: Landed, partner_id: int, number: str, today: date, page: tuple[int, int]
) -> tuple[list[Row], int]:
    """The very orders of a number, the last shipped first."""
    rows = [
        order
        for order in found.orders.values()
        if order["partner_id"] == partner_id and counts_in(number, today)(order)
    ]
    rows.sort(key=lambda order: order["id"])
    rows.sort(key=lambda order: order["shipped_at"], reverse=True)
    chosen, count = cut(rows, *page)
    names = "order_no airway_bill courier payment_method state shipped_at delivered_at return_shipping net_profit"
    return columns(chosen, names.split(), order_id="id"), count
