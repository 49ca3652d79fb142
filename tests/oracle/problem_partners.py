"""Partners whose orders are problems more often than not, and those that bear a mark."""

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.oracle.landed import Landed
from tests.oracle.lists import columns, contains, cut, in_order
from tests.oracle.partners import roll_up
from tests.oracle.store import Row

LEAST_SHIPPED = 10
STOPPED = (1, 2)  # fake, hold
SUMMED = ("orders_shipped", "orders_problem", "orders_returned", "running")
LISTED = (
    *("partner_id", "full_name", "email", "phone", "city", "join_date", "problem_status", *SUMMED, "updated_at"),
    *("courier", "courier_orders", "payment_method", "payment_orders", "product", "product_orders"),
    *("top_problem", "top_problem_orders"),
)
RATIOS = {
    "problem": ("orders_problem", "orders_shipped"),
    "retur": ("orders_returned", "orders_shipped"),
    "courier_orders": ("courier_orders", "orders_shipped"),
    "payment_orders": ("payment_orders", "orders_shipped"),
    "product_orders": ("product_orders", "orders_shipped"),
    "top_problem_orders": ("top_problem_orders", "orders_problem"),
}  # what a column sorts by: a part and its whole


class Wanted(NamedTuple):
    """As queries.problem_partners.ProblemFilter."""

    search: str = ""
    marks: tuple[int, ...] = ()
    couriers: tuple[str, ...] = ()
    joined: tuple[date, date] | None = None
    partner_ids: tuple[int, ...] | None = None
    over_half: bool = True


def is_over_half(row: Row) -> bool:
    """More than half of ten shipped orders or more are problems."""
    return row["orders_shipped"] >= LEAST_SHIPPED and row["orders_problem"] * 2 > row["orders_shipped"]


def _most(orders: list[Row], name: str) -> tuple[Any, int]:
    """The value that most orders have, the first of those that tie, and how many have it."""
    counts = Counter(order[name] for order in orders if order[name] is not None)
    value = min(counts, key=lambda each: (-counts[each], each), default=None)
    return value, counts[value]


def _row(found: Landed, partner_id: int) -> Row:
    row = roll_up(found, partner_id)
    orders = [order for order in found.orders.values() if order["partner_id"] == partner_id]
    shipped = [order for order in orders if order["shipped_at"] is not None]
    names = {product["id"]: product["name"] for product in found.products}
    row["running"] = sum(order["state"] == "Dikirim" for order in shipped)
    row["updated_at"] = found.partners[partner_id]["updated_at"]
    row["courier"], row["courier_orders"] = _most(shipped, "courier")
    row["payment_method"], row["payment_orders"] = _most(shipped, "payment_method")
    product, row["product_orders"] = _most(shipped, "product_id")
    row["product"] = names.get(product)
    problems = [order for order in shipped if order["is_problem"]]
    row["top_problem"], row["top_problem_orders"] = _most(problems, "problem_description")
    return row


def _matches(row: Row, wanted: Wanted) -> bool:
    if wanted.search.strip() and not contains(wanted.search, row["full_name"], row["email"], row["phone"]):
        return False
    if wanted.joined and not wanted.joined[0] <= row["join_date"] <= wanted.joined[1]:
        return False
    if wanted.partner_ids is not None and row["partner_id"] not in wanted.partner_ids:
        return False
    if (wanted.marks and row["problem_status"] not in wanted.marks) or not (
        is_over_half(row) if wanted.over_half else row["problem_status"]
    ):
        return False
    return not wanted.couriers or row["courier"] in wanted.couriers


def problem_page(
    found: Landed, wanted: Wanted, sort: tuple[str, bool] | None, page: tuple[int, int]
) -> tuple[list[Row], int, dict[str, int]]:
    """One page of the partners that match, how many there are, and the sums of all of them."""
    rows = [row for partner in found.partners if _matches(row := _row(found, partner), wanted)]
    sums = {name: sum(row[name] for row in rows) for name in SUMMED}
    for row in rows:
        by = sort[0] if sort else "problem"
        part, whole = RATIOS.get(by, (by, None))
        row["by"] = row[part] if whole is None else Fraction(row[part], row[whole]) if row[whole] else None
    ordered = in_order(rows, "by", "partner_id", descending=sort[1] if sort else True)
    if sort is None:
        ordered.sort(key=lambda row: row["problem_status"] in STOPPED)
    chosen, count = cut(ordered, *page)
    return columns(chosen, LISTED), count, sums


def problem_counts(found: Landed) -> Row:
    """The partners above the limit by mark, and all to whom nothing is paid."""
    rows = [roll_up(found, partner) for partner in found.partners]
    return {
        "by_mark": dict(sorted(Counter(row["problem_status"] for row in rows if is_over_half(row)).items())),
        "blocked": sum(row["problem_status"] in STOPPED for row in rows),
    }


def unmarked_count(found: Landed) -> int:
    """The partners above the limit without a mark."""
    by_mark: dict[int, int] = problem_counts(found)["by_mark"]
    return by_mark.get(0, 0)
