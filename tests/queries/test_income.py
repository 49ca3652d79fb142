"""Income and profit against a recount in plain Python; orders are delivered beside WIB midnights and ends of months."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from etl import marts
from queries import income
from queries.engine import Warehouse
from queries.filters import FilterError, Page, Sort
from queries.income import By, IncomeFilter
from queries.metrics import half_up
from queries.schema import dim_partners, dim_shipments, fct_ledger, fct_orders
from queries.wib import Period
from tests.queries.conftest import complete
from vocabulary import PaymentMethod

WIB = timedelta(hours=7)
MIDNIGHTS = (datetime(2022, 9, 30, 17), datetime(2022, 10, 31, 17), datetime(2022, 11, 2, 17))  # where WIB days begin
COURIERS = ("JNE", "SAP")
METHODS = tuple(PaymentMethod)
ALL = Page(10_000)
Orders = list[dict[str, Any]]


def made() -> Orders:
    """Orders of three partners: delivered on and beside each midnight, and some that are not delivered."""
    rng = Random(16)
    beside = (timedelta(microseconds=-1), timedelta(0), timedelta(hours=10))
    found: Orders = []
    for midnight, apart, courier, method in product(MIDNIGHTS, beside, COURIERS, METHODS):
        for state in ("Diterima", rng.choice(("Diterima", "Dikirim", "Retur"))):
            subtotal, bare = rng.randrange(10_000, 900_000), rng.randrange(6_000, 90_000)
            fee = rng.randrange(1, 20_000) if method is PaymentMethod.COD else 0
            cashback = rng.randrange(bare)
            found.append(
                {
                    "order_id": len(found) + 1,
                    "order_no": f"O{len(found) + 1:03d}",
                    "partner_id": rng.choice((1, 2, 3)),
                    "courier": courier,
                    "payment_method": method.value,
                    "state": state,
                    "is_retur": int(state == "Retur"),
                    "qty": 1,
                    "subtotal": subtotal,
                    "bare_shipping": bare,
                    "shipping_cost": bare + fee,
                    "service_fee": fee,
                    "shipping_cashback": cashback,
                    "grand_total": subtotal + bare + fee,
                    "net_profit": subtotal + cashback,
                    "courier_shipping": rng.choice((None, rng.randrange(bare))),
                    "shipped_at": midnight - timedelta(days=3),
                    "created_at": midnight - timedelta(days=4),
                    "delivered_at": midnight + apart if state == "Diterima" else None,
                }
            )
    return found


ORDERS = made()


@contextmanager
def filled() -> Iterator[Warehouse]:
    """A warehouse with these orders, what the ledger says of them, and a courier that carried none."""
    warehouse = Warehouse(":memory:")
    warehouse.create_tables()
    with warehouse.write() as connection:
        for key, name in ((1, "Toko Ü"), (2, "ayu"), (3, "Budi")):
            partner = {"partner_id": key, "full_name": name, "city": f"Kota {key}"}
            connection.execute(insert(dim_partners), [complete(dim_partners, partner)])
        connection.execute(insert(dim_shipments), [complete(dim_shipments, {"shipment_id": 9, "courier": "POS"})])
        connection.execute(insert(fct_orders), [complete(fct_orders, order) for order in ORDERS])
        entries = [_entry(order) for order in ORDERS if order["state"] == "Diterima"]
        connection.execute(insert(fct_ledger), [complete(fct_ledger, entry) for entry in entries])
        marts.rebuild(connection, date(2022, 11, 15))
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with filled() as warehouse, warehouse.read() as connection:
        yield connection


def _entry(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "entry_id": order["order_id"],
        "kind": "orderku_done",
        "account_kind": "partner_available",
        "partner_id": order["partner_id"],
        "order_id": order["order_id"],
        "amount": order["net_profit"],
        "created_at": order["delivered_at"],
        "created_date": (order["delivered_at"] + WIB).date(),
    }


PERIODS = (
    Period(date(2022, 10, 1), date(2022, 10, 31)),
    Period(date(2022, 11, 1), date(2022, 11, 1)),
    Period(date(2022, 9, 30), date(2022, 11, 3)),
    Period(date(2023, 1, 1), date(2023, 1, 2)),
)
FILTERS = [IncomeFilter(*each) for each in product(PERIODS, ((), ("SAP",)), (None, PaymentMethod.COD), (None, 2))]


def delivered(wanted: IncomeFilter) -> Orders:
    """The orders that match, each with its day and profits."""
    found = []
    for order in ORDERS:
        if order["state"] != "Diterima":
            continue
        day = (order["delivered_at"] + WIB).date()
        if (
            wanted.period.start <= day <= wanted.period.end
            and (not wanted.couriers or order["courier"] in wanted.couriers)
            and wanted.payment in (None, order["payment_method"])
            and wanted.partner_id in (None, order["partner_id"])
        ):
            price = order["courier_shipping"]
            margin = half_up(order["shipping_cost"], 4) if price is None else order["bare_shipping"] - price
            profit = order["service_fee"] + margin - order["shipping_cashback"]
            amounts = {"shipping_margin": margin, "profit": profit}
            found.append(order | amounts | {"day": day, "month": day.replace(day=1), "partner": order["partner_id"]})
    return found


def counted(orders: Orders) -> dict[str, int]:
    """Their sums under the names of SUMMED."""
    counts = {"orders": len(orders), "unbilled": sum(order["courier_shipping"] is None for order in orders)}
    return counts | {name: sum(order[name] for order in orders) for name in income.SUMMED if name not in counts}


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_totals_lists_and_orders_are_a_recount(connection: Connection, wanted: IncomeFilter) -> None:
    orders = delivered(wanted)
    whole = counted(orders)
    total = income.total(connection, wanted)
    assert {name: getattr(total, name) for name in income.SUMMED} == whole
    assert total.bare_shipping + total.service_fee - total.shipping_cashback == total.grand_total - total.net_profit
    assert income.credited(connection, wanted) == total.net_profit
    for by in By:
        found = income.listed_by(connection, wanted, by, Sort("at"), ALL)
        keys = {order[by.value] for order in orders}
        rows = {row["at"]: {name: row[name] for name in income.SUMMED} for row in found.rows.to_dict("records")}
        assert rows == {key: counted([order for order in orders if order[by.value] == key]) for key in keys}
        assert (found.total, dict(found.sums)) == (len(keys), whole)
        assert income.listed_by(connection, wanted, by, Sort("profit"), Page(1, len(keys))).total == len(keys)
    listed = income.orders_page(connection, wanted, Sort("profit", descending=True), ALL)
    assert list(listed.rows["order_no"]) == [
        order["order_no"] for order in sorted(orders, key=lambda order: (-order["profit"], order["order_id"]))
    ]
    assert (listed.total, listed.sums["profit"]) == (whole["orders"], whole["profit"])


def test_partners_go_by_name_whatever_its_case(connection: Connection) -> None:
    whole = IncomeFilter(PERIODS[2])
    rows = income.listed_by(connection, whole, By.PARTNER, Sort("at"), ALL).rows
    assert list(rows["partner_name"]) == ["ayu", "Budi", "Toko Ü"]
    assert list(rows["city"]) == ["Kota 2", "Kota 3", "Kota 1"]


def test_a_series_has_both_payment_methods(connection: Connection) -> None:
    wanted = IncomeFilter(PERIODS[0])
    rows = income.series(connection, wanted, By.DAY)
    by_method = {method: income.total(connection, IncomeFilter(PERIODS[0], (), method)).profit for method in METHODS}
    assert rows["cod"].sum() == by_method[PaymentMethod.COD]
    assert rows["non_cod"].sum() == by_method[PaymentMethod.BANK_TRANSFER]
    assert list(rows["at"]) == [date(2022, 10, 1), date(2022, 10, 31)]


def test_couriers_are_those_of_the_table_and_those_that_earned(connection: Connection) -> None:
    assert income.couriers(connection) == ("JNE", "POS", "SAP")


def test_an_unknown_sort_is_named(connection: Connection) -> None:
    for question in (
        lambda sort: income.orders_page(connection, IncomeFilter(PERIODS[0]), sort, ALL),
        lambda sort: income.listed_by(connection, IncomeFilter(PERIODS[0]), By.DAY, sort, ALL),
    ):
        with pytest.raises(FilterError):
            question(Sort("nothing"))
